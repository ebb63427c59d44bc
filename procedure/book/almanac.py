"""What the files can't say by themselves: each client's opening hours, and the shifts of calendars.

Worked out from the files, the holidays of countries and the calendars of rotas when they
are read, so that all that decides stays a pure function of what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from procedure.book.rota import Shift
from procedure.clocks.calendars import OpenHours


class LeftOut(NamedTuple):
    """Events of a calendar that can't be read, and can put nobody on call: how many; the first, with why."""

    number: int
    first: str


class RotaCalendar(NamedTuple):
    """What a calendar says of its rota: who is on call, in order, one person at a time."""

    shifts: tuple[Shift, ...]
    left_out: LeftOut | None = None


@dataclass(frozen=True)
class Almanac:
    """``hours`` by client: one without an entry is always open. ``shifts`` by rota: those of its calendar,
    in order, one person at a time. ``faults`` says, by rota, what is wrong with a calendar whose
    last good copy is in use; ``left_out`` what was left out of the one in use."""

    hours: Mapping[str, OpenHours] = field(default_factory=dict)
    shifts: Mapping[str, tuple[Shift, ...]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)

    def with_calendars(self, calendars: Mapping[str, RotaCalendar]) -> Almanac:
        """The same almanac with what these calendars say, by rota."""
        shifts = {name: calendar.shifts for name, calendar in calendars.items()}
        left_out = {name: calendar.left_out for name, calendar in calendars.items() if calendar.left_out}
        return replace(self, shifts={**self.shifts, **shifts}, left_out={**self.left_out, **left_out})
