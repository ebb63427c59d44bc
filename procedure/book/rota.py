"""Rotas: who is on call, and when that changes.

A rotation runs for ever, backwards too: whoever asks about a day before ``starts`` gets the turn
that the same rhythm had then. Handovers and overrides are times on the wall where the rota is,
so a handover stays at 09:00 there in summer and winter. Without calendars: pure, no clock.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple, Self

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

from procedure.block import Block, Written
from procedure.book.people import SecretSource
from procedure.clocks.calendars import Span, from_wall, wall_time

NOBODY = "nobody"
"""Whom an override names when nobody is on call, and that is meant."""
FIRST_YEAR, LAST_YEAR = 1970, 2200
"""No rota is meant to reach beyond these."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HANDOVER = re.compile(r"([A-Za-z]{3,9})[\s,]+(\d{1,2}):(\d{2})")
_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?)?")
_HOW_TO_WRITE_TIMES = "write it as on the wall there, such as 2026-12-24 18:00"


def _local_time(text: object) -> datetime:
    """Reads a time on the wall; one with an offset would belong to another place."""
    if isinstance(text, datetime) and text.tzinfo is None:
        return text
    found = _LOCAL.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{text!r} is not a date and a time: {_HOW_TO_WRITE_TIMES}")
    day, _, clock = re.sub(r"[T\s]+", " ", found[0]).partition(" ")
    try:
        at = datetime.fromisoformat(f"{day} {(clock or '00:00').zfill(5)}")
    except ValueError:
        raise ValueError(f"{text!r} is no day and time there is: {_HOW_TO_WRITE_TIMES}") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"{text!r} is too far away: write a year from {FIRST_YEAR} to {LAST_YEAR}")
    return at


LocalTime = Annotated[
    datetime,
    BeforeValidator(_local_time),
    WithJsonSchema({"type": "string", "pattern": f"^{_LOCAL.pattern}$", "examples": ["2026-12-24 18:00"]}),
]
"""A date and a time as the clock on the wall shows it, where the rota is."""


@dataclass(frozen=True)
class HandoverTime(Written):
    """When in a week the duty goes to the next: a day and a time on the wall."""

    weekday: int
    hour: int
    minute: int

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read what a person wrote; ValueError says what to write instead."""
        if isinstance(text, cls):
            return text
        found = _HANDOVER.fullmatch(text.strip()) if isinstance(text, str) else None
        if not found:
            raise ValueError(f'{text!r} is not a day and a time: write them such as "Monday 09:00"')
        day, hour, minute = found[1].lower(), int(found[2]), int(found[3])
        weekday = next((n for n, name in enumerate(_DAYS) if name.lower().startswith(day)), None)
        if weekday is None:
            raise ValueError(f"{text!r} names no day of the week: write one of {', '.join(_DAYS)}")
        if hour > 23 or minute > 59:
            raise ValueError(f"{text!r} is no time of day: write one from 00:00 to 23:59")
        return cls(weekday, hour, minute)

    @property
    def day(self) -> str:
        """The day's name."""
        return _DAYS[self.weekday]

    def __str__(self) -> str:
        return f"{self.day} {self.hour:02}:{self.minute:02}"

    @classmethod
    def json_schema(cls) -> JsonSchemaValue:
        return {"type": "string", "pattern": rf"^{_HANDOVER.pattern}$", "examples": ["Monday 09:00"]}


class Shift(NamedTuple):
    """One person on call, from an instant to another."""

    begin: datetime
    end: datetime
    person: str


class RotaTurn(NamedTuple):
    """Who is on call at an instant (empty: nobody), and when the answer changes (None: not in sight)."""

    person: str
    until: datetime | None


class Calendar(Block):
    """An iCal calendar: a file in the procedure's folder, or a feed. Name one of the three."""

    file: str = ""
    """The path of the file, from the procedure's folder."""
    url: str = ""
    """The address of a feed that is open to everybody."""
    secret_url: SecretSource | None = None
    """Where the address of a feed is that must stay private."""


class Override(Block):
    """Somebody stands in for a while: wins over everything else."""

    begins: LocalTime
    """From when, such as 2026-12-24 18:00, where the rota is."""
    ends: LocalTime
    """Until when."""
    person: str
    """Who is on call instead; nobody: nobody is, and that is meant."""


class MeantGap(Block):
    """A time in which nobody is on call, and that is meant."""

    begins: LocalTime
    """From when, such as 2026-12-24 18:00, where the rota is."""
    ends: LocalTime
    """Until when."""
    because: str
    """Why."""


class Rota(Block):
    """Who is on call, when: a rotation written here, or a calendar."""

    people: tuple[str, ...] = ()
    """A rotation: who takes turns, in this order."""
    starts: date | None = None
    """A day on which the first of them was, or will be, handed the duty."""
    handover: HandoverTime = HandoverTime.parse("Monday 09:00")
    """When the duty goes to the next, where the rota is."""
    weeks: int = Field(1, ge=1, le=52)
    """How many weeks each turn lasts."""
    time_zone: str = ""
    """Where the rota is; left out: where the MSP is."""
    calendar: Calendar | None = None
    """A calendar instead of a rotation: each event's title or attendee is the person on call."""
    overrides: tuple[Override, ...] = ()
    """Who stands in when; wins over the rotation and the calendar."""
    gaps_meant: tuple[MeantGap, ...] = ()
    """When nobody has to be on call."""


def turn(rota: Rota, shifts: tuple[Shift, ...], at: datetime, zone: str) -> RotaTurn:
    """Who is on call at an instant. ``shifts`` are those of its calendar, ``zone`` is the MSP's.

    ``until`` is when the answer changes: a handover from somebody to themselves is none.
    """
    place = rota.time_zone or zone
    person, until = _stretch(rota, shifts, at, place)
    while until is not None:
        following, later = _stretch(rota, shifts, until, place)
        if following != person:
            break
        until = later
    return RotaTurn(person, until)


def between(
    rota: Rota, shifts: tuple[Shift, ...], begin: datetime, end: datetime, zone: str
) -> tuple[Shift, ...]:
    """Who is on call from one instant to another, in order; stretches with nobody are left out."""
    return tuple(shift for shift in _all(rota, shifts, begin, end, zone) if shift.person)


def gaps(
    rota: Rota, shifts: tuple[Shift, ...], begin: datetime, end: datetime, zone: str
) -> tuple[Span, ...]:
    """The stretches between two instants in which nobody is on call and nobody said that this is meant."""
    place = rota.time_zone or zone
    meant = [_span(gap, place) for gap in rota.gaps_meant]
    meant += [_span(override, place) for override in rota.overrides if override.person == NOBODY]
    empty = [Span(s.begin, s.end) for s in _all(rota, shifts, begin, end, zone) if not s.person]
    for span in meant:
        empty = [left for gap in empty for left in _without(gap, span)]
    return tuple(empty)


def _all(rota: Rota, shifts: tuple[Shift, ...], begin: datetime, end: datetime, zone: str) -> Iterator[Shift]:
    """Everything between two instants, the stretches with nobody too."""
    while begin < end:
        person, until = turn(rota, shifts, begin, zone)
        stop = min(until or end, end)
        yield Shift(begin, stop, person)
        begin = stop


def _stretch(rota: Rota, shifts: tuple[Shift, ...], at: datetime, place: str) -> RotaTurn:
    """Who is on call at an instant, and the next one at which that is decided anew."""
    ahead = []
    for override in rota.overrides:
        begin, end = _span(override, place)
        if begin <= at < end:
            return RotaTurn("" if override.person == NOBODY else override.person, end)
        if at < begin < end:
            ahead.append(begin)
    person, until = _rotation(rota, at, place) if rota.people else _calendar(shifts, at)
    return RotaTurn(person, min((*ahead, until) if until else ahead, default=None))


def _rotation(rota: Rota, at: datetime, place: str) -> RotaTurn:
    if len(set(rota.people)) == 1 or rota.starts is None:
        return RotaTurn(rota.people[0], None)
    clock = timedelta(hours=rota.handover.hour, minutes=rota.handover.minute)
    first = datetime.combine(rota.starts, datetime.min.time()) + clock
    length = timedelta(weeks=rota.weeks)
    number = (wall_time(at, place) - first) // length
    # In the hour that a clock is put back, the wall shows a handover again that is over.
    while (until := from_wall(first + (number + 1) * length, place)) <= at:
        number += 1
    while from_wall(first + number * length, place) > at:
        number, until = number - 1, from_wall(first + number * length, place)
    return RotaTurn(rota.people[number % len(rota.people)], until)


def _calendar(shifts: tuple[Shift, ...], at: datetime) -> RotaTurn:
    place = bisect_right(shifts, at, key=lambda shift: shift.end)
    if place == len(shifts):
        return RotaTurn("", None)
    shift = shifts[place]
    return RotaTurn(shift.person, shift.end) if shift.begin <= at else RotaTurn("", shift.begin)


def _span(entry: Override | MeantGap, place: str) -> Span:
    return Span(from_wall(entry.begins, place), from_wall(entry.ends, place))


def _without(gap: Span, span: Span) -> Iterator[Span]:
    """What another stretch leaves of this one."""
    for begin, end in ((gap.begin, min(gap.end, span.begin)), (max(gap.begin, span.end), gap.end)):
        if begin < end:
            yield Span(begin, end)


Path = tuple[str | int, ...]


def mistakes_of(rota: Rota, people: Collection[str]) -> Iterator[tuple[Path, str]]:
    """What can't be meant in a rota: the place in it, and what to write. ``people`` are the MSP's."""
    yield from _source(rota)
    if rota.people:
        yield from _starts(rota)
    named: list[tuple[Path, str]] = [(("people", number), who) for number, who in enumerate(rota.people)]
    for path, who in named:
        if who not in people:
            yield path, f"there is no person {who!r}: write one of {', '.join(people)}"
    for number, override in enumerate(rota.overrides):
        if override.person not in people and override.person != NOBODY:
            text = f"there is no person {override.person!r}: write one of {', '.join(people)}, or {NOBODY}"
            yield ("overrides", number, "person"), text
    yield from _ends("overrides", rota.overrides)
    yield from _ends("gaps_meant", rota.gaps_meant)
    yield from _overlaps(rota.overrides)


def _source(rota: Rota) -> Iterator[tuple[Path, str]]:
    if rota.people and rota.calendar:
        yield ("calendar",), "there are people too: write a rotation or a calendar, not both"
    if not rota.people and not rota.calendar:
        yield ("people",), "nobody is in this rota: name its people in their order, or its calendar"
    if not rota.calendar:
        return
    calendar = rota.calendar
    if sum(map(bool, (calendar.file, calendar.url, calendar.secret_url))) != 1:
        yield ("calendar",), 'name one place for it: "file: PATH", "url: ADDRESS" or "secret_url: ..."'
    if calendar.url and not re.fullmatch(r"(?:https?|webcals?)://[^\s/@]+(?:/\S*)?", calendar.url):
        text = "is no address of a feed: write one such as https://calendar.example/rota.ics"
        at = "; one with a password belongs behind secret_url" if "@" in calendar.url else ""
        yield ("calendar", "url"), text + at


def _starts(rota: Rota) -> Iterator[tuple[Path, str]]:
    if rota.starts is None:
        if len(set(rota.people)) > 1:
            text = f"is missing: write a {rota.handover.day} on which {rota.people[0]} is handed the duty"
            yield ("starts",), text
    elif not FIRST_YEAR <= rota.starts.year <= LAST_YEAR:
        yield ("starts",), f"{rota.starts} is too far away: write a year from {FIRST_YEAR} to {LAST_YEAR}"
    elif rota.starts.weekday() != rota.handover.weekday:
        near = rota.starts - timedelta(days=(rota.starts.weekday() - rota.handover.weekday) % 7)
        yield (
            ("starts",),
            f"{rota.starts} is a {_DAYS[rota.starts.weekday()]}, and the handover is on "
            f"{rota.handover.day}: write {near}, or another handover",
        )


def _ends(key: str, entries: Iterable[Override | MeantGap]) -> Iterator[tuple[Path, str]]:
    for number, entry in enumerate(entries):
        if entry.ends <= entry.begins:
            text = f"{entry.ends:%Y-%m-%d %H:%M} is not after it begins: write a later time"
            yield (key, number, "ends"), text


def _overlaps(overrides: tuple[Override, ...]) -> Iterator[tuple[Path, str]]:
    ordered = sorted(enumerate(overrides), key=lambda item: (item[1].begins, item[0]))
    longest = None
    for number, override in ordered:
        if longest and override.begins < longest.ends:
            until = f"{longest.ends:%Y-%m-%d %H:%M}"
            text = f"it overlaps that of {longest.person}, until {until}: only one can stand in at a time"
            yield ("overrides", number, "begins"), text
        if longest is None or override.ends > longest.ends:
            longest = override
