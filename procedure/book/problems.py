"""What the procedure's files say about problems: who looks for the cause of what comes again, and by when.

A problem is ITIL's: the cause behind incidents. Where it climbs is ``procedure.path``.
"""

from __future__ import annotations

from pydantic import Field

from procedure.block import Block
from procedure.book.complaints import Level
from procedure.clocks.durations import Duration


class ProblemLevel(Level):
    """One level that owns problems; ``answer`` is how long it has to find the cause."""

    fix: Duration
    """How long the level has to remove the cause once it is found; then the problem goes up."""


class Problems(Block):
    """Who owns a problem, and by when its cause is found and removed."""

    levels: tuple[ProblemLevel, ...] = Field(min_length=1)
    """From engineering up: those with the authority for root causes. Past the last one the person of last
    resort is told."""

    approved_as: str = ""
    """The action of the authority table as which a fix must have been approved before a problem is solved;
    left out: only what is proposed needs a yes."""
