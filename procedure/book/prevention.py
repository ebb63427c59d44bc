"""What the procedure's files say about prevention: what of a client's comes due, how long ahead it is
proposed, and who owns the proposals.

When an item comes due is ``procedure.prevention.due``; where a proposal climbs is ``procedure.path``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from procedure.block import Block
from procedure.book.complaints import Level
from procedure.clocks.durations import Duration
from procedure.wording import legible

LONGEST_NAME = 80
"""Characters of an item's name: it stands in subjects and in choices."""

LONGEST_WHAT = 200
"""Characters of what exactly is to be done: a proposal carries it of each of its items."""

MOST_ITEMS = 500
"""Items of one client."""

MOST_WRITTEN = 400
"""Readings of one item that a file has."""

LARGEST = 1e15
"""Of anything that is measured."""

ItemName = Annotated[
    str,
    BeforeValidator(lambda written: " ".join(legible(str(written)).split())),
    Field(min_length=1, max_length=LONGEST_NAME),
]
"""As whoever speaks of it writes it."""

Measured = Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]


class Item(Block):
    """Something of a client's that comes due: on a day (``ends``), again and again (``every_days``), or when
    what is measured reaches its limit (``limit``). One of the three."""

    ends: date | None = None
    """The day on which its support ends."""
    every_days: int | None = Field(None, ge=1, le=3_660)
    """How often it is to be done: a restore to be tested, updates to be made."""
    last: date | None = None
    """When it was done last, as far as Rung was not told; left out: never."""
    limit: Measured | None = None
    """What it holds at most."""
    unit: str = Field("", max_length=20)
    """What that is counted in ("GB")."""
    readings: dict[date, Measured] = Field({}, max_length=MOST_WRITTEN)
    """What was measured, by its day; a line through the readings says when the limit is reached."""
    system: str = ""
    """Which of the client's systems it is about."""
    ahead_days: int | None = Field(None, ge=0, le=3_660)
    """How many days before it is due it is proposed; left out: as prevention says."""
    what: str = Field("", max_length=LONGEST_WHAT)
    """What exactly is to be done: who decides reads it."""
    action: str = ""
    """The action of the authority table that it takes; left out: nobody has to agree."""
    cost: int = Field(0, ge=0)
    """What it costs, in the table's currency."""
    downtime: Duration | None = None
    """How long something is down for it."""


class PreventionTerms(Block):
    """Who owns what comes due, and how long ahead."""

    levels: tuple[Level, ...] = Field(min_length=1)
    """From those who look after systems up. Past the last one the person of last resort is told."""
    ahead_days: int = Field(30, ge=0, le=3_660)
    """How many days before it is due an item is proposed, unless it says so itself."""
