"""Criteria: what makes a ticket escalate besides time.

Complexity (a catalogue of conditions), impact (how many users, at which severities) and
pattern (the same thing again and again) name the tier a ticket belongs to at least.
Time is ``procedure.clocks.commitments``, the customer's request ``procedure.ticket.customer``.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from procedure.block import Block
from procedure.book.severity import Facts, Severity
from procedure.clocks.durations import Duration


class ProgressRule(Block):
    """A note of what was found may buy time once at each tier."""

    extends_by_percent: int = Field(0, ge=0, le=100)
    """How much of the tier's commitment a first note of progress adds; 0: none."""


class Impact(Block):
    """Many people affected."""

    severities: tuple[Severity, ...] = Field(min_length=1)
    """The severities at which the number of users counts."""
    users_from: int = Field(ge=1)
    """From how many users on."""
    tier: str
    """The tier it goes to."""


class Pattern(Block):
    """The same client, the same system and the same category again."""

    times: int = Field(ge=2)
    """How many tickets, this one counted."""
    within_days: int = Field(ge=1)
    """Within how many days."""
    tier: str
    """The tier that looks for the cause."""


class CustomerRequest(Block):
    """The customer may ask for the ticket to go up, and always gets an answer from a named person."""

    answer_within: Duration
    """How long the current tier's lead has to answer; if nobody does, it is granted."""


class Criteria(Block):
    """When a ticket escalates."""

    warn_at_percent: int = Field(75, ge=1, le=99)
    """Warn the holder when this much of a tier's commitment is used."""
    progress: ProgressRule = ProgressRule(extends_by_percent=0)
    """What a note of progress does to the clock."""
    complexity: dict[str, str] = {}
    """The catalogue: a condition ("corrupted database"), and the tier it belongs to."""
    impact: Impact | None = None
    """Escalation by the number of users; left out: none."""
    pattern: Pattern | None = None
    """Escalation by recurrence; left out: none."""
    customer_request: CustomerRequest
    """Escalation because the customer asked."""


@dataclass(frozen=True)
class Call:
    """A criterion that applies: the tier it calls for, and why."""

    tier: str
    reason: str


def calls(
    criteria: Criteria, severity: Severity, facts: Facts, earlier: int = 0, uncounted: str = ""
) -> list[Call]:
    """Every criterion that applies; ``earlier`` counts the tickets like it before, in the pattern's days.

    ``uncounted`` is how many users are affected in words without a number: as many as it takes.
    """
    found = [
        Call(criteria.complexity[condition], f"complexity: {condition}")
        for condition in facts.conditions
        if condition in criteria.complexity
    ]
    impact = criteria.impact
    if impact and severity in impact.severities:
        if (facts.users or 0) >= impact.users_from:
            found.append(Call(impact.tier, f"impact: affects {facts.users} users"))
        elif facts.users is None and uncounted:
            found.append(Call(impact.tier, f"impact: affects {uncounted}, not counted"))
    pattern = criteria.pattern
    if pattern and earlier + 1 >= pattern.times:
        found.append(
            Call(pattern.tier, f"pattern: {_ordinal(earlier + 1)} time in {pattern.within_days} days")
        )
    return found


def _ordinal(number: int) -> str:
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
