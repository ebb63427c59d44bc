"""The text of an iCal calendar: of each event the lines that a rota needs, every one of them checked.

A calendar comes from outside, so nothing in it is believed: too big, cut off, nested, floating,
absurd or endless, it is refused with a reason that names the event. What is good is written anew
for the libraries that expand it. They never see a time zone's definition either: icalendar would
keep one for the whole process, under a name that other calendars use too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from procedure.book.rota import FIRST_YEAR, LAST_YEAR
from procedure.clocks.calendars import from_wall, wall_time
from runtime.ical.rules import RecurrenceRule, RuleError, Steps

MAX_BYTES = 1_000_000
MAX_EVENTS = 2_000
MAX_SHIFTS = 3_000
"""How many may lie between begin and end."""
MAX_STEPS = 180_000
"""How many days, weeks and months all rules together may be counted over."""
_STEPS_A_SHIFT = MAX_STEPS // MAX_SHIFTS
MAX_LINE = 20_000
MAX_DEPTH = 5
MAX_TITLE = 500
MAX_ATTENDEES = 100

_KEPT = {
    "VCALENDAR": frozenset({"X-WR-TIMEZONE"}),
    "VTIMEZONE": frozenset({"TZID", "X-LIC-LOCATION"}),
    "VEVENT": frozenset(
        {"UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE"}
        | {"RECURRENCE-ID", "STATUS", "ATTENDEE", "SEQUENCE"}
    ),
}
_SEVERAL = frozenset({"RDATE", "EXDATE", "ATTENDEE"})
_NAME = re.compile(rb"[A-Za-z0-9-]{1,40}(?=[;:])")
_PARAMETER = re.compile(r";([A-Za-z0-9-]+)=((?:\"[^\"]*\"|[^\";:,]*)(?:,(?:\"[^\"]*\"|[^\";:,]*))*)")
_DAY = re.compile(r"\d{8}", re.ASCII)
_TIME = re.compile(r"\d{8}T\d{6}(Z?)", re.ASCII)
_DURATION = re.compile(
    r"\+?P(?=[\dT])(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?",
    re.ASCII,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class CalendarError(Exception):
    """A calendar that can't be trusted: why, naming the event, and the line of the file."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.text, self.line = text, line


class StrangerError(CalendarError):
    """A calendar that is good but for an event of somebody who is not known."""


class UnknownPerson(LookupError):
    """A title or an attendee that names no one, or several; the text says whom it could name."""


@dataclass(frozen=True)
class ContentLine:
    """One line of an event, checked in form."""

    name: str
    parameters: Mapping[str, str]
    value: str
    number: int


@dataclass
class CalendarEvent:
    """What a rota needs of an event."""

    number: int
    zones: Mapping[str, str]
    lines: dict[str, list[ContentLine]] = field(default_factory=dict)

    def add(self, line: ContentLine) -> None:
        """Take another line; only some may be there more than once."""
        if line.name == "EXRULE" or (line.name in self.lines and line.name not in _SEVERAL):
            what = "a rule of exceptions (EXRULE)" if line.name == "EXRULE" else f"{line.name} twice"
            raise self.refused(f"it has {what}: Rung does not read that", line.number)
        lines = self.lines.setdefault(line.name, [])
        if line.name == "ATTENDEE" and len(lines) >= MAX_ATTENDEES:
            raise self.refused(f"it has more than {MAX_ATTENDEES} attendees: name one person", line.number)
        lines.append(line)

    @property
    def said(self) -> list[tuple[str, str]]:
        """All that it says, wherever it stands."""
        return sorted((name, line.value) for name, lines in self.lines.items() for line in lines)

    def text(self, name: str) -> str:
        """The value of a line; empty when there is none."""
        return self.lines[name][0].value if name in self.lines else ""

    @property
    def uid(self) -> str:
        return self.text("UID")

    @property
    def is_moved(self) -> bool:
        return "RECURRENCE-ID" in self.lines

    @property
    def comes_again(self) -> bool:
        return not self.is_moved and bool({"RRULE", "RDATE"} & self.lines.keys())

    @property
    def called(self) -> str:
        """The event, as people find it again."""
        title = shown(_plain(self.text("SUMMARY")) or "without a title")
        day = self.text("DTSTART")[:8]
        when = f" of {day[:4]}-{day[4:6]}-{day[6:]}" if _DAY.fullmatch(day) else ""
        uid = f" (UID {cut(self.uid, 80)})" if self.uid else ""
        return f"the event {title}{when}{uid}"

    def refused(self, why: str, line: int = 0) -> CalendarError:
        return CalendarError(f"{self.called}: {why}", line or self.number)

    def person(self, who: Callable[[str], str]) -> str:
        """Whom its title names, or else its attendees."""
        try:
            return who(_plain(self.text("SUMMARY"))[:MAX_TITLE])
        except UnknownPerson as unknown:
            found = set(self._attending(who))
            if len(found) == 1:
                return found.pop()
            why = "its attendees are several people: name one in the title" if found else str(unknown)
            raise StrangerError(str(self.refused(why)), self.number) from None

    def _attending(self, who: Callable[[str], str]) -> Iterator[str]:
        for line in self.lines.get("ATTENDEE", ()):
            if line.parameters.get("PARTSTAT", "").upper() == "DECLINED":
                continue
            address = re.sub(r"(?i)^mailto:", "", line.value.strip())
            for text in (address, line.parameters.get("CN", "").strip('"')):
                try:
                    yield who(text[:MAX_TITLE])
                    break
                except UnknownPerson:
                    continue

    def written(self, number: int, begin: datetime, end: datetime, steps: Steps) -> Iterator[str]:
        """The event anew, for the libraries, its rule as the days on which it comes."""
        start = self._moment("DTSTART")
        if start is None:
            raise self.refused("it has no beginning")
        stop = self._end(start)
        yield from ("BEGIN:VEVENT", f"UID:{self.uid.encode().hex() or f'none-{number}'}", f"SUMMARY:{number}")
        yield _stamp("DTSTART", [start])
        yield _stamp("DTEND", [stop])
        if "RECURRENCE-ID" in self.lines:
            yield from self._moved()
        for key in ("EXDATE", "RDATE"):
            for line in self.lines.get(key, ()):
                for text in line.value.split(","):
                    self._count(steps, line)
                    yield _stamp(key, [self._value(line, text)])
        comes = list(
            self._comes(start, begin - (instant_of(stop, "UTC") - instant_of(start, "UTC")), end, steps)
        )
        yield from (_stamp("RDATE", comes[n : n + 50]) for n in range(0, len(comes), 50))
        yield f"SEQUENCE:{self.sequence}"
        if self.text("STATUS").strip().upper() == "CANCELLED":
            yield "STATUS:CANCELLED"
        yield "END:VEVENT"

    @property
    def sequence(self) -> int:
        text = self.text("SEQUENCE").strip()
        return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else 0

    def _moved(self) -> Iterator[str]:
        (line,) = self.lines["RECURRENCE-ID"]
        if {"RRULE", "RDATE", "EXDATE"} & self.lines.keys():
            raise self.refused("one occurrence that was moved can't come again and again by itself")
        scope = line.parameters.get("RANGE", "").upper()
        if scope:
            raise self.refused(
                f"it changes several occurrences at once (RANGE={cut(scope, 40)}): end the series"
            )
        yield _stamp("RECURRENCE-ID", [self._value(line, line.value)])

    def _comes(self, start: date, begin: datetime, end: datetime, steps: Steps) -> Iterator[date]:
        if "RRULE" not in self.lines:
            return
        line = self.lines["RRULE"][0]
        try:
            rule = RecurrenceRule.parse(line.value.strip(), start)
            for day in rule.days(start, begin.date(), end.date(), steps):
                steps.take(_STEPS_A_SHIFT)
                yield datetime.combine(day, start.timetz()) if isinstance(start, datetime) else day
        except RuleError as error:
            raise self.refused(str(error), line.number) from None

    def _count(self, steps: Steps, line: ContentLine) -> None:
        try:
            steps.take(_STEPS_A_SHIFT)
        except RuleError as error:
            raise self.refused(str(error), line.number) from None

    # Dates and times: always a day, or a time with a zone that has a name.

    def _moment(self, key: str) -> date | None:
        line = self.lines[key][0] if key in self.lines else None
        return self._value(line, line.value) if line else None

    def _end(self, start: date) -> date:
        stop = self._moment("DTEND")
        if stop is not None and isinstance(stop, datetime) != isinstance(start, datetime):
            raise self.refused(
                "it begins with a day and ends with a time, or the other way: write both alike"
            )
        if stop is None:
            stop = start + self._duration(start)
        if isinstance(start, datetime) and isinstance(stop, datetime) and _place(start) != _place(stop):
            wall = wall_time(instant_of(stop, "UTC"), _place(start))
            stop = wall.replace(tzinfo=start.tzinfo)
        if instant_of(stop, "UTC") <= instant_of(start, "UTC"):
            same = "it lasts no time" if stop == start else "it ends before it begins"
            raise self.refused(same)
        if stop.year > LAST_YEAR:
            raise self.refused(f"its year {stop.year} can't be meant")
        return stop

    def _duration(self, start: date) -> timedelta:
        if "DURATION" not in self.lines:
            return timedelta(0) if isinstance(start, datetime) else timedelta(days=1)
        line = self.lines["DURATION"][0]
        found = _DURATION.fullmatch(line.value.strip().upper())
        if not found:
            raise self.refused(f"its duration {shown(line.value)} can't be read", line.number)
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        if not isinstance(start, datetime) and length % timedelta(days=1):
            raise self.refused("it begins with a day and lasts hours: write both alike", line.number)
        return length

    def _value(self, line: ContentLine, text: str) -> date:
        text = text.strip().upper()
        time = _TIME.fullmatch(text)
        try:
            if _DAY.fullmatch(text):
                found: date = datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day is no instant
            elif time and time[1]:
                found = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            elif time:
                wall = datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - the zone comes below
                found = wall.replace(tzinfo=_tz(self._zone(line)))
            else:
                raise ValueError
        except ValueError:
            raise self.refused(
                f"{line.name} {shown(text)} is no date that can be read", line.number
            ) from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise self.refused(f"its year {found.year} can't be meant", line.number)
        return found

    def _zone(self, line: ContentLine) -> str:
        name = line.parameters.get("TZID", "").strip('"')
        if not name:
            text = f"{line.name} {line.value[:15]} has no time zone, so nobody knows when it is: give it one"
            raise self.refused(text, line.number)
        zone = self.zones.get(name) or known_zone(name)
        if not zone:
            raise self.refused(
                f"there is no time zone {shown(name)}: use a name such as Europe/London", line.number
            )
        return zone


@dataclass
class Text:
    """All that a rota needs of a calendar."""

    events: list[CalendarEvent] = field(default_factory=list)
    zone: str = ""
    """The calendar's own time zone (X-WR-TIMEZONE), if it has one that is known."""


def read(content: bytes) -> Text:
    """What a calendar says; CalendarError if it can't be trusted."""
    if len(content) > MAX_BYTES:
        raise CalendarError("this calendar is bigger than 1 MB: export less of the past")
    if content.upper().count(b"BEGIN:VEVENT") > MAX_EVENTS:
        raise CalendarError(f"this calendar has more than {MAX_EVENTS} events: export less of the past")
    text = _Sieve().sifted(content)
    _check_ids(text.events)
    return text


class _Sieve:
    """Goes through the lines once and keeps those that a rota needs."""

    def __init__(self) -> None:
        self._text = Text()
        self._zones: dict[str, str] = {}
        self._open: list[str] = []
        self._done = False
        self._definition: dict[str, str] = {}

    def sifted(self, content: bytes) -> Text:
        number = 1
        for number, line in _unfolded(content):
            if line[:6].upper() == b"BEGIN:":
                self._begin(_word(line[6:]), number)
            elif line[:4].upper() == b"END:":
                self._end(_word(line[4:]), number)
            elif not self._open and line.strip():
                raise _no_calendar(number)
            elif self._open and self._open[-1] in _KEPT:
                self._keep(line, number)
        if not self._done:
            if not self._open:
                raise _no_calendar(1)
            raise CalendarError(f"this calendar is cut off: its {self._open[-1]} has no end", number)
        return self._text

    def _begin(self, what: str, number: int) -> None:
        if self._done or (what == "VCALENDAR") == bool(self._open):
            raise _no_calendar(number)
        if (what == "VEVENT" and len(self._open) > 1) or len(self._open) >= MAX_DEPTH:
            raise CalendarError(f"a part of this calendar ({cut(what, 40)}) lies too deep in others", number)
        self._open.append(what)
        if what == "VEVENT":
            self._text.events.append(CalendarEvent(number, self._zones))
        if what == "VTIMEZONE":
            self._definition = {}

    def _end(self, what: str, number: int) -> None:
        if not self._open or self._open.pop() != what:
            raise CalendarError(f"the end of {cut(what, 40)} is at a wrong place in this calendar", number)
        self._done = not self._open
        if what == "VTIMEZONE":
            name = self._definition.get("TZID", "")
            self._zones[name] = known_zone(name) or known_zone(self._definition.get("X-LIC-LOCATION", ""))

    def _keep(self, raw: bytes, number: int) -> None:
        component = self._open[-1]
        found = _NAME.match(raw)
        name = found[0].decode().upper() if found else ""
        if not found or name not in _KEPT[component]:
            return
        line = _line(name, raw[found.end() :], number)
        if component == "VEVENT":
            self._text.events[-1].add(line)
        elif component == "VTIMEZONE":
            self._definition[name] = line.value.strip()
        else:
            self._text.zone = known_zone(line.value)
            if not self._text.zone:
                text = f"there is no time zone {shown(line.value)}: use a name such as Europe/London"
                raise CalendarError(text, number)


def _unfolded(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line with its number; one that goes on in the next line as one."""
    first, parts = 1, [b""]
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if line[:1] in (b" ", b"\t") and number > 1:
            parts.append(line[1:])
            continue
        yield first, b"".join(parts)
        first, parts = number, [line]
    yield first, b"".join(parts)


def _line(name: str, raw: bytes, number: int) -> ContentLine:
    """A line that is kept, with its parameters; CalendarError if it can't be read."""
    if len(raw) > MAX_LINE:
        raise CalendarError(f"a line of this calendar ({name}) is longer than {MAX_LINE} characters", number)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise CalendarError(f"a line of this calendar ({name}) is not UTF-8 text", number) from None
    if _CONTROL.search(text):
        raise CalendarError(f"a line of this calendar ({name}) holds signs that are no text", number)
    parameters: dict[str, str] = {}
    at = 0
    while found := _PARAMETER.match(text, at):
        parameters[found[1].upper()] = found[2]
        at = found.end()
    if text[at : at + 1] != ":":
        raise CalendarError(f"a line of this calendar ({name}) can't be read", number)
    return ContentLine(name, parameters, text[at + 1 :], number)


def _word(raw: bytes) -> str:
    return raw.strip().upper().decode("ascii", "replace")


def _no_calendar(number: int) -> CalendarError:
    return CalendarError(
        "this is no iCal calendar: it must be one block from BEGIN:VCALENDAR to its end", number
    )


def _check_ids(events: Iterable[CalendarEvent]) -> None:
    """Of two events with one id only one would count, and the other would be lost without a word."""
    seen: dict[tuple[str, int], CalendarEvent] = {}
    for event in events:
        if not event.uid or event.is_moved:
            continue
        other = seen.setdefault((event.uid, event.sequence), event)
        if other.said != event.said:
            raise event.refused(f"another event, in line {other.number}, has the same UID: give each its own")


# Words and zones.


@lru_cache(maxsize=1)
def _zones() -> Mapping[str, str]:
    windows = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}
    return windows | {name.casefold(): name for name in available_timezones()}


def known_zone(name: str) -> str:
    """The IANA name of a zone, also of one that Windows or a vendor names; empty if it is not known."""
    name = name.strip().strip('"')
    suffixes = [name]
    if name.startswith("/"):  # /vendor/version/Europe/London
        parts = name.strip("/").split("/")[-4:]
        suffixes = ["/".join(parts[place:]) for place in range(len(parts))]
    return next((found for suffix in suffixes if (found := _zones().get(suffix.casefold(), ""))), "")


def _tz(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


def _place(at: date) -> str:
    """The name of the zone a time is in."""
    tz = at.tzinfo if isinstance(at, datetime) else None
    return tz.key if isinstance(tz, ZoneInfo) else "UTC"


def instant_of(moment: date, zone: str) -> datetime:
    """The instant of a time, or of the midnight with which a day begins in a zone."""
    if not isinstance(moment, datetime):
        return from_wall(datetime.combine(moment, datetime.min.time()), zone)
    if isinstance(moment.tzinfo, ZoneInfo):
        return from_wall(moment.replace(tzinfo=None), moment.tzinfo.key)
    return moment.astimezone(UTC)


def _stamp(name: str, moments: Iterable[date]) -> str:
    """A line of an iCal calendar with one or more moments of one kind."""
    moments = list(moments)
    first = moments[0]
    if not isinstance(first, datetime):
        return f"{name};VALUE=DATE:" + ",".join(f"{day:%Y%m%d}" for day in moments)
    zone = _place(first)
    if zone == "UTC":
        return f"{name}:" + ",".join(f"{at:%Y%m%dT%H%M%SZ}" for at in moments)
    return f"{name};TZID={zone}:" + ",".join(f"{at:%Y%m%dT%H%M%S}" for at in moments)


def _plain(text: str) -> str:
    """A text without iCal's escapes, on one line."""
    return " ".join(re.sub(r"\\(.)", lambda found: " " if found[1] in "nN" else found[1], text).split())


def shown(text: str) -> str:
    """A text as an error shows it."""
    return repr(cut(text, 80))


def cut(text: str, length: int) -> str:
    """The beginning of a text, without signs that can't be shown."""
    text = "".join(sign if sign.isprintable() else "?" for sign in text[: length + 1])
    return text if len(text) <= length else f"{text[: length - 3]}..."
