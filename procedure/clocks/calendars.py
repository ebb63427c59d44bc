"""Clocks and time zones: the one module that knows a time zone.

Instants are aware and UTC everywhere else. A clock answers two questions,
"how much agreed time passed between these instants?" and "when will this much
more have passed?", so that a commitment never needs to know whose hours it runs on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from procedure.clocks.durations import Duration


class Span(NamedTuple):
    """A stretch of time, from an instant to another."""

    begin: datetime
    end: datetime


class Clock(Protocol):
    """Counts agreed time. Its methods take and give aware UTC instants."""

    def length(self, duration: Duration) -> timedelta:
        """The agreed time a duration stands for on this clock."""
        ...

    def passed(self, start: datetime, end: datetime) -> timedelta:
        """How much agreed time lies between two instants; none when end is before start."""
        ...

    def after(self, start: datetime, time: timedelta) -> datetime:
        """The earliest instant by which this much agreed time has passed since start."""
        ...

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """The stretches between two instants in which it runs; none on AlwaysOpen, which never stops."""
        ...


@dataclass(frozen=True)
class AlwaysOpen:
    """The clock that never stops; ``business_day`` is what a business day stands for on it.

    With a pace of 60 an agreed hour takes a minute (for demonstrations).
    """

    pace: float = 1.0
    business_day: timedelta = timedelta(hours=24)

    def length(self, duration: Duration) -> timedelta:
        return duration.exact + self.business_day * duration.business_days

    def passed(self, start: datetime, end: datetime) -> timedelta:
        return max(end - start, timedelta(0)) * self.pace

    def after(self, start: datetime, time: timedelta) -> datetime:
        return start + time / self.pace

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        return ()


Minutes = tuple[int, int]
"""A working window: from when to when, in minutes on the wall from the midnight its day begins with.

After 1440 it is the next day: 22:00-06:00 is (1320, 1800).
"""

LONGEST_ABSENCE = timedelta(days=400)
"""Nobody is closed for longer; a calendar that says so is wrong."""

_DAY = timedelta(days=1)
_MIDNIGHT = time()
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_KEPT = 1000
"""Days: so many of a calendar's are kept once they were worked out."""


@dataclass(frozen=True)
class OpenHours:
    """The clock of somebody's working hours: it stops whenever they are closed.

    ``week`` has the windows of Monday to Sunday, ``special`` those of days that differ (none:
    closed). A window belongs to the day it begins, so a holiday leaves the night shift of the
    evening before as it is. Windows are times on the wall; what passes within them is real
    time, so a night on which clocks change is an hour shorter or longer.
    """

    zone: str
    week: tuple[tuple[Minutes, ...], ...]
    special: Mapping[date, tuple[Minutes, ...]] = field(default_factory=dict, hash=False)
    _known: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("no working day at all: a week needs seven days, and a window on one of them")

    @cached_property
    def business_day(self) -> timedelta:
        """The working time of an ordinary day: the commonest in the week, the longest of equally common."""
        counts = Counter(filter(None, map(self._minutes, range(7))))
        return timedelta(minutes=max(counts, key=lambda minutes: (counts[minutes], minutes)))

    def length(self, duration: Duration) -> timedelta:
        return duration.exact + self.business_day * duration.business_days

    def passed(self, start: datetime, end: datetime) -> timedelta:
        return sum((stop - begin for begin, stop in self._between(start, end)), timedelta(0))

    def after(self, start: datetime, time: timedelta) -> datetime:
        """At closing time rather than the next opening; with no time, the next moment that is open.

        ValueError when nothing is open for longer than anybody is closed.
        """
        left = max(time, timedelta(0))
        for begin, stop in self._onward(start):
            begin = max(begin, start)
            if left <= stop - begin:
                return begin + left
            left -= stop - begin
        raise ValueError(
            f"no working hour in {LONGEST_ABSENCE.days} days after {instant(start)}: "
            "the days that are marked as closed leave none; open some of them"
        )

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        merged: list[Span] = []
        for span in self._between(start, end):
            if merged and merged[-1].end == span.begin:
                span = Span(merged.pop().begin, span.end)
            merged.append(span)
        return tuple(merged)

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at an instant; the moment of closing is closed."""
        today = wall_time(at, self.zone).date()
        days = (today - _DAY, today, today + _DAY)  # clocks put back over midnight: tomorrow has begun
        return any(begin <= at < end for day in days for begin, end in self._day(day))

    def opens(self, at: datetime) -> datetime:
        """The next moment that is open: this one when it is."""
        return self.after(at, timedelta(0))

    def closes(self, at: datetime) -> datetime | None:
        """The next moment that is closed: this one when it is; None when that is not in sight."""
        horizon = at + LONGEST_ABSENCE
        for begin, stop in self._between(at, horizon):
            if begin > at:
                break
            at = stop
        return at if at < horizon else None

    def _onward(self, start: datetime) -> Iterator[Span]:
        """What is open after an instant; ends when nothing is for longer than anybody is closed."""
        day = self._first_day(start)
        idle = day
        while day - idle <= LONGEST_ABSENCE:
            for span in self._day(day):
                if span.end > start:
                    yield span
                idle = day
            day += _DAY

    def _between(self, start: datetime, end: datetime) -> Iterator[Span]:
        """What is open between two instants, day by day."""
        day = self._first_day(start)
        last = wall_time(end, self.zone).date() + _DAY  # clocks put back over midnight: the day has begun
        while start < end and day <= last:
            for span in self._day(day):
                if span.begin < end and span.end > start:
                    yield Span(max(span.begin, start), min(span.end, end))
            day += _DAY

    def _first_day(self, at: datetime) -> date:
        """The earliest day with a window that can last until an instant."""
        return wall_time(at, self.zone).date() - _DAY

    def _day(self, day: date) -> tuple[Span, ...]:
        """What is open through a day's windows, and was not yet through those of the day before."""
        known = self._known.get(day)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            until = max((end for _, end in self._windows(day - _DAY)), default=_LONG_AGO)
            clipped = (Span(max(begin, until), end) for begin, end in self._windows(day))
            known = self._known[day] = tuple(span for span in clipped if span.begin < span.end)
        return known

    def _windows(self, day: date) -> list[Span]:
        """A day's windows as instants."""
        midnight = datetime.combine(day, _MIDNIGHT)
        return [
            Span(*(from_wall(midnight + timedelta(minutes=minutes), self.zone) for minutes in window))
            for window in self.special.get(day, self.week[day.weekday()])
        ]

    def _minutes(self, weekday: int) -> int:
        """How long a day of the week is open, without what the day before already covers."""
        until = max((end - 1440 for _, end in self.week[weekday - 1]), default=0)
        return sum(max(0, end - max(begin, until)) for begin, end in self.week[weekday])


def wall_time(at: datetime, zone: str) -> datetime:
    """What clocks on the wall show there at an instant, without a zone."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def from_wall(naive: datetime, zone: str | tzinfo) -> datetime:
    """The instant at which clocks on the wall there show this time. ``zone`` has a name, or is one that a
    calendar defines.

    A time that is skipped in spring is the instant of the change; one that comes twice in
    autumn is its first.
    """
    place = ZoneInfo(zone) if isinstance(zone, str) else zone
    found = naive.replace(tzinfo=place, fold=0).astimezone(UTC)
    if found.astimezone(place).replace(tzinfo=None) == naive:
        return found
    return _change(naive.replace(tzinfo=place, fold=1).astimezone(UTC), found, place)


def _change(before: datetime, after: datetime, place: tzinfo) -> datetime:
    """The instant between these two at which clocks there were put forward."""
    early, late = before.replace(microsecond=0), after.replace(microsecond=0)
    new = late.astimezone(place).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(place).utcoffset() == new:
            late = middle
        else:
            early = middle
    return late


def instant(at: datetime) -> str:
    """An instant as machines write it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def local(at: datetime, now: datetime, zone: str, *, seconds: bool = False, dated: bool = False) -> str:
    """A time for a reader: "14:30" today, "Tue 24 Nov 14:30" on another day, or if all are to be ``dated``.

    ``seconds`` are for a demonstration's pace, at which what is due in an hour is due in a minute.
    """
    there, today = at.astimezone(ZoneInfo(zone)), is_today(at, now, zone)
    clock = f"{there:%H:%M:%S}" if seconds else f"{there:%H:%M}"
    return clock if today and not dated else f"{there:%a} {there.day} {there:%b} {clock}"


def is_today(at: datetime, now: datetime, zone: str) -> bool:
    """Whether a time is on a reader's own day."""
    place = ZoneInfo(zone)
    return at.astimezone(place).date() == now.astimezone(place).date()
