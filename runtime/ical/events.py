"""The events of a calendar: of each the lines that a rota needs, and what follows from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from procedure.book.rota import LAST_YEAR
from procedure.clocks.calendars import Span
from runtime.ical.lines import (
    DATES,
    ContentLine,
    LineError,
    cut,
    day_of,
    length_of,
    moment_of,
    plain,
    shown,
    time_of,
)
from runtime.ical.rules import RecurrenceRule, RuleError, Steps
from runtime.ical.zones import ZoneError, Zones, instant_of

FIRST_YEAR = 1600
"""Calendars begin in 1601 where Windows writes them, and birthdays long before there were rotas."""
MAX_SHIFTS = 3_000
"""How many may lie between begin and end."""
MAX_STEPS = 180_000
"""How many days, weeks and months all rules together may be counted over."""
_STEPS_A_SHIFT = MAX_STEPS // MAX_SHIFTS
_STEPS_A_LOOK = 10
"""What a date costs that turns out to lie elsewhere."""
MAX_TITLE = 500
MAX_ATTENDEES = 100

KEPT = DATES | {"UID", "SUMMARY", "DURATION", "RRULE", "EXRULE", "STATUS", "ATTENDEE", "SEQUENCE"}
_SEVERAL = frozenset({"RDATE", "EXDATE", "ATTENDEE"})
_WHEN = DATES - {"EXDATE"} | {"DURATION", "RRULE"}
_DAY = timedelta(days=1)


class CalendarError(Exception):
    """A calendar that can't be trusted: why, naming the event, and the line of the file."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.text, self.line = text, line


class StrangerError(CalendarError):
    """A calendar that is good but for an event of somebody who is not known."""


class UnknownPerson(LookupError):
    """A title or an attendee that names no one, or several; the text says whom it could name."""


class Timing(NamedTuple):
    """When an event is."""

    start: date
    stop: date
    replaces: date | None = None
    """The occurrence of its series that it takes the place of."""
    added: Sequence[date] = ()
    """When else it comes."""
    left_out: Sequence[date] = ()
    """When it does not."""


@dataclass
class CalendarEvent:
    """What a rota needs of an event."""

    number: int
    zones: Zones
    lines: dict[str, list[ContentLine]] = field(default_factory=dict)
    fault: tuple[str, int] | None = None
    """What in its lines can't be read, and where. It counts only if the event can put somebody on call."""
    is_anywhere: bool = False
    """Whether nothing says when it is, as just that can't be read."""

    def take(self, name: str, raw: bytes, number: int) -> None:
        """Read another of its lines; what is wrong with it is a fault of the event."""
        try:
            line = ContentLine.parse(name, raw, number)
        except LineError as error:
            self.is_anywhere |= name in _WHEN
            self._spoil(f"its line {error}", number)
            return
        lines = self.lines.setdefault(name, [])
        lines.append(line)
        if name == "EXRULE" or (len(lines) > 1 and name not in _SEVERAL):
            what = "a rule of exceptions (EXRULE)" if name == "EXRULE" else f"{name} twice"
            self._spoil(f"it has {what}: Rung does not read that", number)
        elif name == "ATTENDEE" and len(lines) > MAX_ATTENDEES:
            lines.pop()
            self._spoil(f"it has more than {MAX_ATTENDEES} attendees: name one person", number)

    def _spoil(self, why: str, number: int) -> None:
        self.fault = self.fault or (why, number)

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
    def sequence(self) -> int:
        text = self.text("SEQUENCE").strip()
        return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else 0

    @property
    def is_moved(self) -> bool:
        """Whether it is one occurrence of a series, otherwise than its rule says."""
        return "RECURRENCE-ID" in self.lines

    @property
    def is_cancelled(self) -> bool:
        return self.text("STATUS").strip().upper() == "CANCELLED"

    @property
    def comes_again(self) -> bool:
        return not self.is_moved and bool({"RRULE", "RDATE"} & self.lines.keys())

    @property
    def called(self) -> str:
        """The event, as people find it again."""
        title = shown(plain(self.text("SUMMARY")) or "without a title")
        day = self.text("DTSTART")[:8]
        when = f" of {day[:4]}-{day[4:6]}-{day[6:]}" if re.fullmatch(r"\d{8}", day, re.ASCII) else ""
        uid = f" (UID {cut(self.uid, 80)})" if self.uid else ""
        return f"the event {title}{when}{uid}"

    def refused(self, why: str, line: int = 0) -> CalendarError:
        return CalendarError(f"{self.called}: {why}", line or self.number)

    # Who it is.

    def person(self, who: Callable[[str], str]) -> str:
        """Whom its title names, or else its attendees."""
        try:
            return who(plain(self.text("SUMMARY"))[:MAX_TITLE])
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
            for text in (address, line.parameter("CN")):
                try:
                    yield who(text[:MAX_TITLE])
                    break
                except UnknownPerson:
                    continue

    # When it is.

    def reaches(self, around: Span, steps: Steps) -> bool:
        """Whether it can be within a stretch of time, in whatever zone; yes, when nobody can tell."""
        if self.is_anywhere or "DTSTART" not in self.lines:
            return True
        begin, end = around.begin.toordinal(), around.end.toordinal()
        try:
            own, others = [*self._own_days()], [*self._days_said("RDATE", "RECURRENCE-ID")]
        except ValueError:
            return True
        length = max(own) - min(own)
        first, last = min(own + others), max(own + [day + length for day in others])
        if first > end or last >= begin:
            return first <= end
        since = date.fromordinal(max(begin - length, 1))
        rules = () if self.is_moved else self.lines.get("RRULE", ())
        return any(self._recurs(rule.value, since, around.end.date(), steps) for rule in rules)

    def _own_days(self) -> Iterator[int]:
        """The days on which it says that it begins and ends; ValueError if one can't be read."""
        yield from self._days_said("DTSTART", "DTEND")
        for line in self.lines.get("DURATION", ()):
            yield day_of(self.text("DTSTART")).toordinal() + abs(length_of(line.value)).days + 1

    def _days_said(self, *names: str) -> Iterator[int]:
        for line in (line for name in names for line in self.lines.get(name, ())):
            for text in filter(str.strip, re.split("[,/]", line.value)):
                yield day_of(text).toordinal()

    def _recurs(self, rule: str, first: date, last: date, steps: Steps) -> bool:
        """Whether a rule can come on one of these days."""
        try:
            start = time_of(self.text("DTSTART")).replace(tzinfo=UTC)
            return any(RecurrenceRule.parse(rule.strip(), start).days(start, first, last, steps))
        except ValueError:
            until = re.search(r"UNTIL=(\d{8})", rule.upper())
            return not until or until[1] >= f"{first:%Y%m%d}"

    def timing(self, around: Span, steps: Steps, series: date | None = None) -> Timing:
        """When it is, so far as that lies within a stretch of time; CalendarError if that can't be read.

        ``series`` is when the series begins of which it is one occurrence.
        """
        if self.fault:
            raise self.refused(*self.fault)
        replaces = self._replaces(series) if self.is_moved else None
        if replaces and self.is_cancelled:
            return Timing(replaces, replaces, replaces)
        start = self._start()
        stop = self._end(start)
        length = instant_of(stop, UTC) - instant_of(start, UTC)
        if replaces or not length:
            return Timing(start, stop, replaces)
        near = Span(around.begin - length, around.end)
        try:
            added = [*self._listed("RDATE", start, near, steps), *self._days(start, near, steps)]
            left_out = [*self._listed("EXDATE", start, near, steps), *self._unbegun(start)]
        except RuleError as error:
            line = self.lines["RRULE"][0].number if "RRULE" in self.lines else self.number
            raise self.refused(str(error), line) from None
        return Timing(start, stop, None, added, left_out)

    def _start(self) -> date:
        if "DTSTART" not in self.lines:
            raise self.refused("it has no beginning")
        line = self.lines["DTSTART"][0]
        start = self._moment(line, line.value)
        if not isinstance(start, datetime):
            self._here(line)  # a day begins at some place
        return start

    def _end(self, start: date) -> date:
        stop = self._said_end(start)
        if stop.year > LAST_YEAR:
            raise self.refused(f"its year {stop.year} can't be meant")
        if isinstance(stop, datetime) != isinstance(start, datetime):
            raise self.refused(
                "it begins with a day and ends with a time, or the other way: write both alike"
            )
        if isinstance(start, datetime) and isinstance(stop, datetime) and start.tzinfo != stop.tzinfo:
            stop = instant_of(stop, UTC).astimezone(start.tzinfo)
        if stop == start and not isinstance(start, datetime):
            stop += _DAY  # nobody writes a day down to mean none of it, and many write its end so
        if instant_of(stop, UTC) < instant_of(start, UTC):
            raise self.refused("it ends before it begins")
        return stop

    def _said_end(self, start: date) -> date:
        if "DTEND" in self.lines:
            line = self.lines["DTEND"][0]
            return self._moment(line, line.value)
        if "DURATION" in self.lines:
            line = self.lines["DURATION"][0]
            return self._after(start, line, line.value)
        return start

    def _after(self, start: date, line: ContentLine, text: str) -> date:
        """When something ends that begins then, and lasts as long as a text says."""
        try:
            length = length_of(text)
            stop = start + length
        except (ValueError, OverflowError):
            length = -_DAY
        if length < timedelta(0):
            raise self.refused(f"its duration {shown(text)} can't be read", line.number)
        if not isinstance(start, datetime) and length % _DAY:
            raise self.refused("it begins with a day and lasts hours: write both alike", line.number)
        return stop

    def _replaces(self, series: date | None) -> date:
        line = self.lines["RECURRENCE-ID"][0]
        if scope := line.parameter("RANGE"):
            raise self.refused(
                f"it changes several occurrences at once (RANGE={cut(scope, 40)}): end the series"
            )
        return self._moment(line, line.value, series)

    def _rule(self, start: date) -> RecurrenceRule | None:
        return RecurrenceRule.parse(self.text("RRULE").strip(), start) if "RRULE" in self.lines else None

    def _days(self, start: date, near: Span, steps: Steps) -> Iterator[date]:
        """When its rule lets it come."""
        if rule := self._rule(start):
            for day in rule.days(start, near.begin.date(), near.end.date(), steps):
                steps.take(_STEPS_A_SHIFT)
                yield _like(day, start)

    def _unbegun(self, start: date) -> Iterator[date]:
        """Its beginning, if its rule has ended before it."""
        rule = self._rule(start)
        if rule and not rule.begins(start):
            yield start

    def _listed(self, name: str, start: date, near: Span, steps: Steps) -> Iterator[date]:
        """The moments of its RDATE or EXDATE, but those that lie elsewhere for sure."""
        first, last = f"{near.begin:%Y%m%d}", f"{near.end:%Y%m%d}"
        for line in self.lines.get(name, ()):
            for text in filter(str.strip, line.value.split(",")):
                steps.take(_STEPS_A_LOOK)
                if text.strip()[:8].isdecimal() and not first <= text.strip()[:8] <= last:
                    continue
                steps.take(_STEPS_A_SHIFT)
                yield self._moment(line, text, start)

    # Dates and times: always a day, or a time with a zone.

    def _moment(self, line: ContentLine, text: str, like: date | None = None) -> date:
        """A day or a time of a line; of the same kind as another, where that is given."""
        try:
            found = moment_of(text)
        except ValueError:
            raise self.refused(
                f"{line.name} {shown(text)} is no date that can be read", line.number
            ) from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise self.refused(f"its year {found.year} can't be meant", line.number)
        if like is not None and isinstance(like, datetime) != isinstance(found, datetime):
            return _like(found, like)
        if isinstance(found, datetime) and found.tzinfo is None:
            return found.replace(tzinfo=self._zone(line))
        return found

    def _zone(self, line: ContentLine) -> tzinfo:
        """The zone of a time that does not say itself that it is UTC."""
        name = line.parameter("TZID")
        try:
            if name:
                return self.zones.named(name)
        except ZoneError as error:
            raise self.refused(str(error), line.number) from None
        start = self.lines["DTSTART"][0] if "DTSTART" in self.lines else line
        floats = not start.parameter("TZID") and not start.value.strip().upper().endswith("Z")
        here = self._here(line) if floats else None
        if here is None:
            text = f"{line.name} {line.value[:15]} has no time zone, so nobody knows when it is: give it one"
            raise self.refused(text, line.number)
        return here

    def _here(self, line: ContentLine) -> tzinfo | None:
        """The zone of the whole calendar, if it says one."""
        try:
            return self.zones.here
        except ZoneError as error:
            raise self.refused(str(error), line.number) from None


def _like(moment: date, other: date) -> date:
    """The same day at the same time as another moment, or as a whole day, as that is."""
    day = moment.date() if isinstance(moment, datetime) else moment
    return datetime.combine(day, other.timetz()) if isinstance(other, datetime) else day
