"""Who stands on a tier now, and when its time runs out.

A pure function of the procedure, a question and the instant. A workflow asks it through
a local activity, so that the answer stands in the ticket's history and a later change of
people, calendars or time zones can never break a replay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from procedure.agreement import Agreement
from procedure.book import Procedure
from procedure.commitments import Commitment, begin
from procedure.ladder import due_from
from procedure.severity import Severity


class Ahead(NamedTuple):
    """A step that will happen if nobody acts: at this time, to this tier, now this person."""

    at: datetime
    tier: str
    who: str


@dataclass(frozen=True)
class Standing:
    """Who is to be paged at a tier, in order; when its time runs out; what comes after.

    At the last resort the due instant is when they are told again.
    ``names`` gives the names of the ids used here that the ticket did not know, ``absent``
    who is on the list but in no file.
    """

    chain: tuple[str, ...]
    due: datetime
    warn: datetime | None
    ahead: tuple[Ahead, ...]
    names: dict[str, str]
    absent: tuple[str, ...] = ()

    @property
    def lead(self) -> str:
        """Who answers for the tier: the last of those who are there; empty when nobody is."""
        return self.chain[-1] if self.chain else ""


@dataclass(frozen=True)
class Question:
    """Where the ticket stands: at ``tier`` (empty: the last resort), with this much of its time used.

    ``fresh`` marks a rung that is newly presented: its holder gets at least the full
    acknowledgement time. ``paged`` is how many of the tier were paged in vain before the
    one who has to answer now.
    """

    agreement: Agreement
    severity: Severity
    tier: str
    commitment: Commitment
    now: datetime
    fresh: bool = True
    acknowledged: bool = False
    paged: int = 0
    names: dict[str, str] = field(default_factory=dict)

    @property
    def acknowledge(self) -> timedelta:
        return self.agreement.lasts(self.agreement.severities[self.severity].acknowledge)


def stand(book: Procedure, asked: Question) -> Standing:
    """Answer the question from the procedure as it is now."""
    if not asked.tier:
        return _last_resort(book, asked)
    tier = book.tier(asked.tier)
    listed = tier.chain if tier else ()
    chain = tuple(person for person in listed if person in book.people)
    due = asked.commitment.runs_out(asked.agreement.clock)
    planned = asked.commitment.ledger[-1].begin
    if asked.fresh:
        due = due_from(planned, due, asked.now, asked.acknowledge)
    leaves = due if asked.acknowledged else min(due, _silent_until(asked, planned, len(chain)))
    ahead = _ahead(book, asked, leaves)
    return Standing(
        chain=chain,
        due=due,
        warn=asked.commitment.runs_out(asked.agreement.clock, asked.agreement.criteria.warn_at_percent),
        ahead=ahead,
        names=_names(book, asked, (*chain, *(step.who for step in ahead))),
        absent=tuple(person for person in listed if person not in book.people),
    )


def _last_resort(book: Procedure, asked: Question) -> Standing:
    """Told again at an interval until they take it; then asked again when the top tier's time is over."""
    person = book.last_resort.person
    planned = asked.commitment.ledger[-1].begin
    wait = asked.agreement.lasts(asked.agreement.again_every)
    if asked.acknowledged:
        planned, wait = asked.now, asked.agreement.lasts(asked.agreement.severities[asked.severity].stay[-1])
    return Standing(
        chain=(person,),
        due=due_from(planned, planned + wait, asked.now, wait),
        warn=None,
        ahead=(),
        names=_names(book, asked, (person,)),
    )


def _silent_until(asked: Question, planned: datetime, people: int) -> datetime:
    """When the last one of a tier has been paged in vain."""
    first = due_from(planned, planned + asked.acknowledge, asked.now, asked.acknowledge)
    if not asked.fresh:
        first = asked.now + asked.acknowledge
    return first + asked.acknowledge * (people - asked.paged - 1)


def _ahead(book: Procedure, asked: Question, leaves: datetime) -> tuple[Ahead, ...]:
    """The tiers above, each at the moment the one below has had its time, nobody having answered."""
    tiers, steps = asked.agreement.tiers, []
    for name in tiers[tiers.index(asked.tier) + 1 :]:
        tier = book.tier(name)
        chain = [person for person in (tier.chain if tier else ()) if person in book.people]
        if not chain:
            continue
        steps.append(Ahead(leaves, name, chain[0]))
        stay = asked.agreement.stay(asked.severity, name)
        due = begin(stay, leaves).runs_out(asked.agreement.clock)
        leaves = min(due, leaves + asked.acknowledge * len(chain))
    steps.append(Ahead(leaves, "", book.last_resort.person))
    return tuple(steps)


def _names(book: Procedure, asked: Question, people: tuple[str, ...]) -> dict[str, str]:
    """The names that the ticket does not know yet, or knows otherwise: each stands in the history once."""
    found = {ident: book.person(ident) for ident in people}
    return {ident: p.name for ident, p in found.items() if p and p.name != asked.names.get(ident)}
