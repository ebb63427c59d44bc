"""A calendar month where a client is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from procedure.clocks.calendars import from_wall, wall_time

_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year, as a client's calendar has it."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026-11". Raises ValueError with how to write it."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None or not 2000 <= int(found[1]) <= 2200:
            raise ValueError(f"{text!r} is no month: write it as 2026-11")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, at: datetime, zone: str) -> Self:
        """The one that an instant belongs to."""
        wall = wall_time(at, zone)
        return cls(wall.year, wall.month)

    @property
    def before(self) -> Month:
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)

    @property
    def after(self) -> Month:
        return Month(self.year + (self.number == 12), self.number % 12 + 1)

    def begins(self, zone: str) -> datetime:
        """Its first instant there."""
        return from_wall(datetime.fromisoformat(f"{self.year}-{self.number:02}-01"), zone)

    def ends(self, zone: str) -> datetime:
        """The first instant after it."""
        return self.after.begins(zone)

    @property
    def written(self) -> str:
        """As it is typed: "2026-11"."""
        return f"{self.year}-{self.number:02}"

    def __str__(self) -> str:
        return f"{MONTHS[self.number - 1]} {self.year}"
