"""What the procedure's files say about complaints: the levels that hear them, and the times.

Not a ticket's tiers: a complaint is about how the client is served, and is heard by people
outside the technical chain. Who stands on a level at an instant is ``procedure.path.levels``.
"""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from procedure.block import Block
from procedure.book.promises import ComplaintPromise
from procedure.clocks.durations import Duration

Kind = Literal["response time", "changed without asking", "does not know our business", "conduct", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""What a complaint can be about."""


class Level(Block):
    """One level of the path that a complaint climbs. All times are counted in the client's hours."""

    name: str
    """What it is called everywhere."""
    people: tuple[str, ...] = ()
    """Who hears complaints here, in this order; on the first level after the client's own account manager."""
    acknowledge: Duration
    """How long each of them has to say "I have it"; then the next one is told."""
    answer: Duration
    """How long the level has to answer in words; then the complaint goes up."""


class ReviewTerms(Block):
    """When complaints add up: the relationship with the client is reviewed."""

    complaints: int = Field(ge=2)
    """How many complaints of one client ask for a review."""
    within_days: int = Field(ge=1, le=366)
    """Within how many days."""
    levels: tuple[Level, ...] = Field(min_length=1)
    """Who leads it, until when it is to be held (answer), and who does if they don't."""


class Complaints(Block):
    """The path of complaints: who hears them, and by when."""

    levels: tuple[Level, ...] = Field(min_length=1)
    """From the account manager to leadership. Past the last one the person of last resort is told."""
    settled_within: Duration
    """How long the customer has to say whether an answer settles it, before it is closed as unanswered."""
    remind_after: Duration
    """After how long without their word the customer is reminded."""
    review: ReviewTerms | None = None
    """When complaints of one client add up; left out: they are only counted."""
    promised: ComplaintPromise | None = None
    """What clients are promised of complaints."""
