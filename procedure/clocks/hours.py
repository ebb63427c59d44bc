"""Working hours and holidays of a client, as its file says them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import NamedTuple, Self

from pydantic import model_validator
from pydantic.json_schema import JsonSchemaValue

from procedure.block import Block, Written
from procedure.clocks.calendars import OpenHours

HOW_TO_WRITE_WINDOWS = 'write when it begins and ends, such as "09:00-17:30" or "09:00-12:00, 13:00-17:00"'
CLOSED = "closed"

_TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
_WINDOW = re.compile(rf"\s*{_TIME}\s*(?:-|–|—|to)\s*{_TIME}\s*")
_WINDOWS = rf"^({_WINDOW.pattern})(,{_WINDOW.pattern})*$|^{CLOSED}$"
_WHOLE_DAY = 24 * 60


class Window(NamedTuple):
    """From when to when somebody works, in minutes from the midnight its day begins with.

    One that crosses midnight belongs to the day it begins, and ends after minute 1440.
    """

    begin: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read what a person wrote; ValueError says what to write instead."""
        found = _WINDOW.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} are no working hours: {HOW_TO_WRITE_WINDOWS}")
        begin, end = (
            int(hour) * 60 + int(minute or 0) for hour, minute in (found.group(1, 2), found.group(3, 4))
        )
        if max(begin, end) > _WHOLE_DAY or any(int(minute or 0) > 59 for minute in found.group(2, 4)):
            raise ValueError(f"{text!r} has a time of day that there is not: write times from 00:00 to 24:00")
        if begin == _WHOLE_DAY:
            raise ValueError(f"{text!r} begins at 24:00: write 00:00 on the next day")
        if begin == end and begin:
            raise ValueError(
                f'{text!r} begins and ends at the same time: for the whole day write "00:00-24:00"'
            )
        return cls(begin, end if begin < end else end + _WHOLE_DAY)

    def __str__(self) -> str:
        end = self.end if self.end <= _WHOLE_DAY else self.end - _WHOLE_DAY
        return f"{_clock(self.begin)}-{_clock(end)}"


class Windows(tuple[Window, ...], Written):
    """The working hours of one day, in order: one window, several, or none when it is closed."""

    __slots__ = ()

    @classmethod
    def parse(cls, written: object) -> Self:
        """Read one text, or a list of them; nothing written is closed. ValueError says what to write."""
        if isinstance(written, cls):
            return written
        if written is None:
            return cls()
        texts = written if isinstance(written, list | tuple) else (written,)
        windows = sorted(window for text in texts for window in _read(text))
        for one, other in pairwise(windows):
            if other.begin < one.end:
                raise ValueError(f"{one} and {other} overlap: write each hour once")
        return cls(windows)

    def __str__(self) -> str:
        return ", ".join(map(str, self)) or CLOSED

    @classmethod
    def json_schema(cls) -> JsonSchemaValue:
        text = {"type": "string", "pattern": _WINDOWS, "examples": ["09:00-17:30", "22:00-06:00", CLOSED]}
        return {"anyOf": [text, {"type": "array", "items": text}]}


def _read(text: object) -> Iterable[Window]:
    if isinstance(text, Window):
        return [text]
    if not isinstance(text, str):
        raise ValueError(f"{text!r} are no working hours: {HOW_TO_WRITE_WINDOWS}")
    if text.strip().lower() == CLOSED:
        return []
    return [Window.parse(part) for part in text.split(",")]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


class Hours(Block):
    """When a client works, in its own time zone.

    A day has one window ("09:00-17:30"), several ("09:00-12:00, 13:00-17:00", or a list), or is
    closed. "22:00-06:00" ends on the next day and belongs to the one it begins;
    "00:00-24:00" is the whole day.
    """

    weekdays: Windows | None = None
    """Monday to Friday, where the day itself is left out."""
    monday: Windows | None = None
    """Left out: as weekdays."""
    tuesday: Windows | None = None
    """Left out: as weekdays."""
    wednesday: Windows | None = None
    """Left out: as weekdays."""
    thursday: Windows | None = None
    """Left out: as weekdays."""
    friday: Windows | None = None
    """Left out: as weekdays."""
    saturday: Windows | None = None
    """Left out: closed."""
    sunday: Windows | None = None
    """Left out: closed."""

    @property
    def week(self) -> tuple[Windows, ...]:
        """The windows of Monday to Sunday."""
        working = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday)
        return (
            *(self.weekdays or Windows() if day is None else day for day in working),
            *(day or Windows() for day in (self.saturday, self.sunday)),
        )

    @property
    def ordinary(self) -> Windows:
        """The windows that most working days have, and the earlier of two equally common."""
        days = [day for day in self.week if day]
        return max(days, key=days.count)

    @model_validator(mode="after")
    def _some_day(self) -> Self:
        if not any(self.week):
            raise ValueError('no working day at all: write at least one, such as weekdays: "09:00-17:30"')
        return self


class Holidays(Block):
    """Days on which a client works otherwise: public holidays, and days of its own."""

    country: str = ""
    """The country whose public holidays are days off, by its code: GB, SE, US. Left out: none are."""
    region: str = ""
    """The part of the country, by its code: ENG, CA. Left out: only what the whole country has."""
    also: dict[date, Windows] = {}
    """Days of its own, such as 2026-12-24: closed, or the hours of that day. Wins over the country's."""

    @model_validator(mode="after")
    def _region_of_a_country(self) -> Self:
        if self.region and not self.country:
            raise ValueError(
                f"region {self.region!r} without its country: write that too, such as country: GB"
            )
        return self


def opening_hours(
    zone: str,
    hours: Hours,
    holidays: Holidays | None,
    dates: frozenset[date],
    worked: frozenset[date] = frozenset(),
) -> OpenHours:
    """The clock of a client's hours; ``dates`` are the public holidays of its country, and ``worked`` the
    days of weekends that it works instead of others."""
    own = holidays.also if holidays else {}
    instead = {day: hours.ordinary for day in worked if not hours.week[day.weekday()]}
    return OpenHours(zone, hours.week, {**instead, **dict.fromkeys(dates, ()), **own})
