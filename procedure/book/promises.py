"""Promises: how soon somebody has what a severity is about, however few of those who are paged answer."""

from __future__ import annotations

from pydantic import Field

from procedure.block import Block
from procedure.clocks.durations import Duration


class SeverityPromise(Block):
    """What clients are promised of a severity. It is proved, not hoped for: ``check`` walks the year."""

    person: Duration | None = None
    """Within what time somebody is paged who answers."""
    may: dict[str, Duration] = {}
    """Within what time it is with somebody who may approve an action: its name, and the time."""
    asked: dict[str, Duration] = {}
    """Within what time an approval that is asked for is put before somebody who answers: the action, and the
    time."""
    silent: int = Field(1, ge=0, le=2)
    """With how many people silent it is kept, whoever they are: 0, 1 or 2."""


class ComplaintPromise(Block):
    """What clients are promised of complaints, in their own hours: proved as the others are."""

    person: Duration | None = None
    """Within what time somebody is told who takes it."""
    last_level: Duration | None = None
    """Within what time it is on the last level, if nobody answers."""
    silent: int = Field(1, ge=0, le=2)
    """With how many people silent somebody is told in time, whoever they are: 0, 1 or 2."""
