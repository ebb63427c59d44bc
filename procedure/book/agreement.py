"""What is agreed for one ticket: pinned in its own history when it opens.

A later version of the files reaches an open ticket only when somebody says so.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from procedure.book.criteria import Criteria
from procedure.book.procedure import Procedure
from procedure.book.severity import Otherwise, Severity, System
from procedure.clocks.calendars import AlwaysOpen
from procedure.clocks.durations import Duration


class AgreedSeverity(BaseModel):
    """What one severity asks for; ``stay`` is the commitment at each tier, in the tiers' order."""

    model_config = ConfigDict(frozen=True)

    starts_at: str
    acknowledge: Duration
    stay: tuple[Duration, ...]


class Tiers(BaseModel):
    """The tiers and their commitments at one severity: all that a look-up has to be told of an agreement."""

    model_config = ConfigDict(frozen=True)

    pace: float = 1.0
    tiers: tuple[str, ...]
    acknowledge: Duration
    stay: tuple[Duration, ...]
    warn_at_percent: int = 75
    again_every: Duration
    pause_at_most: Duration

    def lasts(self, duration: Duration) -> timedelta:
        """The real time an exact wait takes, at the ticket's pace; business days need a look-up."""
        return AlwaysOpen().length(duration) / self.pace


class Agreement(BaseModel):
    """Severities, criteria, tiers and commitments as they were when the ticket opened."""

    model_config = ConfigDict(frozen=True)

    version: str
    pace: float = 1.0
    tiers: tuple[str, ...]
    severities: dict[Severity, AgreedSeverity]
    systems: dict[str, System] = {}
    otherwise: Otherwise
    criteria: Criteria
    confirm_within: Duration
    pause_at_most: Duration
    again_every: Duration
    customers_see_chain: bool = False

    def lasts(self, duration: Duration) -> timedelta:
        """The real time an exact wait takes, at the ticket's pace; business days need a look-up."""
        return AlwaysOpen().length(duration) / self.pace

    def stay(self, severity: Severity, tier: str) -> Duration:
        """A tier's commitment at a severity."""
        return self.severities[severity].stay[self.tiers.index(tier)]

    def at(self, severity: Severity) -> Tiers:
        """What it says of the tiers at one severity."""
        terms = self.severities[severity]
        return Tiers(
            pace=self.pace,
            tiers=self.tiers,
            acknowledge=terms.acknowledge,
            stay=terms.stay,
            warn_at_percent=self.criteria.warn_at_percent,
            again_every=self.again_every,
            pause_at_most=self.pause_at_most,
        )

    def higher(self, tier: str, other: str) -> bool:
        return self.tiers.index(tier) > self.tiers.index(other)


_KEPT = 256
_shared: dict[str, Agreement] = {}


def shared(agreement: Agreement) -> Agreement:
    """The same agreement, kept once for all tickets that have it: a sixth of what a ticket weighs in memory.

    Safe because an agreement never changes, and sharing one can't be seen.
    """
    if len(_shared) > _KEPT:
        _shared.clear()
    return _shared.setdefault(agreement.model_dump_json(), agreement)


def agree(book: Procedure, client: str, pace: float) -> Agreement:
    """Pin what the procedure says for a client now. KeyError if there is no such client."""
    terms = book.clients[client]
    return Agreement(
        version=book.version,
        pace=pace,
        tiers=tuple(tier.name for tier in book.tiers),
        severities={
            severity: AgreedSeverity(
                starts_at=entry.starts_at,
                acknowledge=entry.acknowledge,
                stay=tuple(book.commitments[severity][tier.name] for tier in book.tiers),
            )
            for severity, entry in book.severities.items()
        },
        # Other names of a system are resolved where a ticket comes in, its briefing where a page goes out.
        systems={
            name: system.model_copy(update={"known_as": (), "briefing": ""})
            for name, system in terms.systems.items()
        },
        otherwise=terms.otherwise,
        criteria=book.criteria,
        confirm_within=book.confirm_within,
        pause_at_most=book.pause_at_most,
        again_every=_no_flood(book.last_resort.again_every, pace),
        customers_see_chain=book.customers_see_chain,
    )


def _no_flood(again_every: Duration, pace: float) -> Duration:
    """How often the last resort is told again: at a pace once in a real minute, however far away that is."""
    return again_every if pace == 1 else Duration(max(again_every.exact, timedelta(minutes=1) * pace))
