"""What the files can't say by themselves: each client's opening hours, and the shifts of calendars.

Worked out from the files, the holidays of countries and the calendars of rotas when they
are read, so that all that decides stays a pure function of what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from procedure.book.rota import Shift
from procedure.clocks.calendars import OpenHours


@dataclass(frozen=True)
class Almanac:
    """``hours`` by client: one without an entry is always open. ``shifts`` by rota: those of its calendar,
    in order, one person at a time. ``faults`` says, by rota, what is wrong with a calendar whose
    last good copy is in use."""

    hours: Mapping[str, OpenHours] = field(default_factory=dict)
    shifts: Mapping[str, tuple[Shift, ...]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
