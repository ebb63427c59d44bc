"""Clocks and time zones: the one module that knows a time zone.

Instants are aware and UTC everywhere else. A clock answers two questions,
"how much agreed time passed between these instants?" and "when will this much
more have passed?", so that a commitment never needs to know whose hours it runs on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from procedure.durations import Duration


class Clock(Protocol):
    """Counts agreed time. Both methods take and give aware UTC instants."""

    def length(self, duration: Duration) -> timedelta:
        """The agreed time a duration stands for on this clock."""
        ...

    def passed(self, start: datetime, end: datetime) -> timedelta:
        """How much agreed time lies between two instants; none when end is before start."""
        ...

    def after(self, start: datetime, time: timedelta) -> datetime:
        """The instant at which this much agreed time has passed since start."""
        ...


@dataclass(frozen=True)
class AlwaysOpen:
    """The clock that never stops: a business day on it is 24 hours.

    With a pace of 60 an agreed hour takes a minute (for demonstrations).
    """

    pace: float = 1.0

    def length(self, duration: Duration) -> timedelta:
        return duration.exact + timedelta(days=duration.business_days)

    def passed(self, start: datetime, end: datetime) -> timedelta:
        return max(end - start, timedelta(0)) * self.pace

    def after(self, start: datetime, time: timedelta) -> datetime:
        return start + time / self.pace


_INSTANT = re.compile(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


def instant(at: datetime) -> str:
    """An instant as the record writes it; ``localise`` turns it into a local time for a reader."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def local(at: datetime, now: datetime, zone: str) -> str:
    """A time for a reader: "14:30" today, "Tue 24 Nov 14:30" on another day.

    Seconds are shown only for times that have them and are less than five minutes away,
    which is what happens at a demonstration's pace.
    """
    place = ZoneInfo(zone)
    there, today = at.astimezone(place), now.astimezone(place).date()
    near = abs(at - now) < timedelta(minutes=5) and there.second
    clock = f"{there:%H:%M:%S}" if near else f"{there:%H:%M}"
    return clock if there.date() == today else f"{there:%a} {there.day} {there:%b} {clock}"


def in_utc(text: str) -> str:
    """The same text with every recorded instant in it as a plain UTC time; needs no time zone."""
    return _INSTANT.sub(lambda found: f"{found[0][11:19]} UTC", text)


def localise(text: str, now: datetime, zone: str) -> str:
    """The same text with every recorded instant in it as a local time."""
    return _INSTANT.sub(lambda found: local(datetime.fromisoformat(found[0]), now, zone), text)
