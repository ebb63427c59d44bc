"""Coverage: what a client gets outside its hours, and what has to wait for them."""

from __future__ import annotations

from typing import Literal

from procedure.block import Block
from procedure.clocks.durations import Duration

OutOfHours = Literal["staffed", "on call", "emergencies only"]
Runs = Literal["always", "hours"]


class Coverage(Block):
    """What a client gets outside its hours."""

    out_of_hours: OutOfHours = "staffed"
    """staffed: the tiers answer as they do in hours; on call: whoever is on call is paged for every
    severity whose time always runs, the rest waits; emergencies only: so for critical alone."""
    answer_within: Duration | None = None
    """How long each person on call has to say "I have it"; left out: as the severity asks."""
