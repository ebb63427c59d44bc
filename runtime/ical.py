"""Reads the shifts of a rota out of an iCal calendar, or refuses it with a reason.

A calendar comes from outside, so nothing in it is believed: this module keeps of its text only
what a rota needs, checks each of these lines, and hands the libraries a calendar written anew
from what was found good. They never see a time zone's definition either: icalendar would keep
one for the whole process, under a name that other calendars use too.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

import icalendar
import recurring_ical_events
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from procedure.calendars import from_wall, wall_time
from procedure.people import Person
from procedure.rota import FIRST_YEAR, LAST_YEAR, Shift
from runtime.ical_rules import Rule, RuleError, Steps

MAX_BYTES = 1_000_000
MAX_EVENTS = 2_000
MAX_SHIFTS = 5_000
"""How many may lie between begin and end."""
MAX_STEPS = 200_000
"""How many days, weeks and months all rules together may be counted over."""
MAX_LINE = 20_000
MAX_DEPTH = 5
MAX_TITLE = 500

_KEPT = {
    "VCALENDAR": frozenset({"X-WR-TIMEZONE"}),
    "VTIMEZONE": frozenset({"TZID", "X-LIC-LOCATION"}),
    "VEVENT": frozenset(
        "UID SUMMARY DTSTART DTEND DURATION RRULE RDATE EXDATE EXRULE "
        "RECURRENCE-ID STATUS ATTENDEE SEQUENCE".split()
    ),
}
_SEVERAL = frozenset({"RDATE", "EXDATE", "ATTENDEE"})
_NAME = re.compile(r"[A-Za-z0-9-]{1,40}(?=[;:])")
_PARAMETER = re.compile(r";([A-Za-z0-9-]+)=((?:\"[^\"]*\"|[^\";:,]*)(?:,(?:\"[^\"]*\"|[^\";:,]*))*)")
_DAY = re.compile(r"\d{8}", re.ASCII)
_TIME = re.compile(r"\d{8}T\d{6}(Z?)", re.ASCII)
_DURATION = re.compile(
    r"\+?P(?=[\dT])(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?",
    re.ASCII,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AROUND = timedelta(days=2)
"""How much more than was asked for is looked at: a day is another day elsewhere."""


class CalendarError(Exception):
    """A calendar that can't be trusted: why, naming the event, and the line of the file."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.text, self.line = text, line


class UnknownPerson(LookupError):
    """A title or an attendee that names no one, or several; the text says whom it could name."""


@dataclass(frozen=True)
class Names:
    """The people a calendar may name. Call it with a title or an attendee: it gives the person's id."""

    people: Mapping[str, Person]
    _found: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, text: str) -> str:
        """The one person a text names; UnknownPerson if it names nobody, or more than one."""
        if text not in self._found:
            self._found[text] = self._person(text)
        return self._found[text]

    def _person(self, text: str) -> str:
        said = " ".join(text.split()).casefold()
        whole = {ident for name, ident in self._names() if name == said} | ({said} & self.people.keys())
        found = whole or set(self._inside(said[:MAX_TITLE]))
        if len(found) == 1:
            return found.pop()
        known = ", ".join(person.name for person in self.people.values())
        if found:
            several = " and ".join(sorted(self.people[ident].name for ident in found))
            raise UnknownPerson(f"{_shown(text)} could be {several}: name one of them")
        raise UnknownPerson(
            f"{_shown(text)} is nobody known: name one of {_cut(known, 300)}, "
            "or write this name to the person's known_as"
        )

    def _names(self) -> Iterator[tuple[str, str]]:
        for ident, person in self.people.items():
            for name in (person.name, person.mail, *person.known_as):
                yield " ".join(name.split()).casefold(), ident

    def _inside(self, said: str) -> Iterator[str]:
        """The people whose names stand in a text as whole words; "Bo Lind" is no "Bo"."""
        for name, ident in sorted(self._names(), key=lambda item: -len(item[0])):
            if name in said:
                words = re.compile(rf"(?<![\w.@-]){re.escape(name)}(?![\w@]|[.-]\w)")
                if words.search(said):
                    yield ident
                    # A second person of the same name must still be found, so equal names stay.
                    said = said if self._is_shared(name) else words.sub("\n", said)

    def _is_shared(self, name: str) -> bool:
        return len({ident for other, ident in self._names() if other == name}) > 1


def shifts(
    content: bytes, zone: str, who: Callable[[str], str], begin: datetime, end: datetime
) -> tuple[Shift, ...]:
    """Who is on call from begin to end, in order, one person at a time. CalendarError if it can't be trusted.

    Where events overlap, a single or a moved one wins over one that comes again and again, then
    the one that begins later, then the shorter. ``who`` gives the person that a title or an attendee names
    (empty: leave the event out), or raises UnknownPerson. An event without a time lasts whole
    days of the calendar's own time zone, if it has one, or else of ``zone``.
    """
    events, own_zone = _read(content)
    _check_ids(events)
    steps = Steps(MAX_STEPS)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:rung"]
    for number, event in enumerate(events):
        lines += event.written(number, begin - _AROUND, end + _AROUND, steps)
    query = recurring_ical_events.of(icalendar.Calendar.from_ical("\r\n".join((*lines, "END:VCALENDAR", ""))))
    found = []
    for part in query.between(begin - _AROUND, end + _AROUND):
        if str(part.get("STATUS", "")) == "CANCELLED":
            continue
        event = events[int(part["SUMMARY"])]
        first, last = (_instant(part[key].dt, own_zone or zone) for key in ("DTSTART", "DTEND"))
        if max(first, begin) >= min(last, end):
            continue
        person = event.person(who)
        if person:
            found.append(_Piece(not event.comes_again, first, -(last - first), max(first, begin), min(last, end), person))
    return tuple(_one_at_a_time(found))


# The text.


@dataclass(frozen=True)
class _Line:
    """One line of an event, checked in form."""

    name: str
    parameters: Mapping[str, str]
    value: str
    number: int


@dataclass
class _Event:
    """What a rota needs of an event."""

    number: int
    zones: Mapping[str, str]
    lines: dict[str, list[_Line]] = field(default_factory=dict)

    def text(self, name: str) -> str:
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
        title = _shown(_plain(self.text("SUMMARY")) or "without a title")
        day = self.text("DTSTART")[:8]
        when = f" of {day[:4]}-{day[4:6]}-{day[6:]}" if _DAY.fullmatch(day) else ""
        uid = f" (UID {_cut(self.uid, 80)})" if self.uid else ""
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
            raise self.refused(why) from None

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
                steps_taken = [self._value(line, text) for text in line.value.split(",")]
                yield from (_stamp(key, [moment]) for moment in steps_taken)
        comes = list(self._comes(start, begin - (_instant(stop, "UTC") - _instant(start, "UTC")), end, steps))
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
            raise self.refused(f"it changes several occurrences at once (RANGE={_cut(scope, 40)}): end the series")
        yield _stamp("RECURRENCE-ID", [self._value(line, line.value)])

    def _comes(self, start: date, begin: datetime, end: datetime, steps: Steps) -> Iterator[date]:
        if "RRULE" not in self.lines:
            return
        line = self.lines["RRULE"][0]
        try:
            rule = Rule.parse(line.value.strip(), start)
            for day in rule.days(start, begin.date(), end.date(), steps):
                steps.take(MAX_STEPS // MAX_SHIFTS)
                yield datetime.combine(day, start.timetz()) if isinstance(start, datetime) else day
        except RuleError as error:
            raise self.refused(str(error), line.number) from None

    # Dates and times: always a day, or a time with a zone that has a name.

    def _moment(self, key: str) -> date | None:
        line = self.lines[key][0] if key in self.lines else None
        return self._value(line, line.value) if line else None

    def _end(self, start: date) -> date:
        stop = self._moment("DTEND")
        if stop is not None and isinstance(stop, datetime) != isinstance(start, datetime):
            raise self.refused("it begins with a day and ends with a time, or the other way: write both alike")
        if stop is None:
            stop = start + self._duration(start)
        if isinstance(start, datetime) and isinstance(stop, datetime) and _place(start) != _place(stop):
            wall = wall_time(_instant(stop, "UTC"), _place(start))
            stop = wall.replace(tzinfo=start.tzinfo)
        if _instant(stop, "UTC") <= _instant(start, "UTC"):
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
            raise self.refused(f"its duration {_shown(line.value)} can't be read", line.number)
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        if not isinstance(start, datetime) and length % timedelta(days=1):
            raise self.refused("it begins with a day and lasts hours: write both alike", line.number)
        return length

    def _value(self, line: _Line, text: str) -> date:
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
            raise self.refused(f"{line.name} {_shown(text)} is no date that can be read", line.number) from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise self.refused(f"its year {found.year} can't be meant", line.number)
        return found

    def _zone(self, line: _Line) -> str:
        name = line.parameters.get("TZID", "").strip('"')
        if not name:
            text = f"{line.name} {line.value[:15]} has no time zone, so nobody knows when it is: give it one"
            raise self.refused(text, line.number)
        zone = self.zones.get(name) or _known_zone(name)
        if not zone:
            raise self.refused(f"there is no time zone {_shown(name)}: use a name such as Europe/London", line.number)
        return zone
