"""How a ticket opens: assessed, agreed, and sent to the tier where it starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from procedure.book.agreement import Agreement
from procedure.book.criteria import Call, calls
from procedure.book.severity import (
    NOTHING_KNOWN,
    Assessment,
    Facts,
    Severity,
    assess,
    find_system,
)
from procedure.clocks.commitments import begin
from procedure.ladder import Ladder
from procedure.record import Entry, Kind
from procedure.ticket.state import NoticeKind, Ticket


@dataclass(frozen=True)
class Opening:
    """What is known when a ticket comes in. ``requester`` is a contact's id, never an address.

    ``caller`` is who reported it as an emergency, and how to call them back; ``uncounted`` how
    many people they say are affected, where that is no number ("all").
    """

    client: str
    helpdesk: str
    number: str
    title: str
    requester: str
    description: str = ""
    facts: Facts = NOTHING_KNOWN
    drill: bool = False
    caller: str = ""
    uncounted: str = ""

    @property
    def id(self) -> str:
        """The ticket's workflow id."""
        return ticket_id(self.client, self.helpdesk, self.number)


def ticket_id(client: str, helpdesk: str, number: str) -> str:
    """The id of a ticket's workflow, the same however often and from wherever it comes in."""
    return f"ticket-{client}-{helpdesk}-{number}"


def open_ticket(
    opening: Opening, agreement: Agreement, names: dict[str, str], earlier: int, now: datetime
) -> Ticket:
    """The ticket at the moment it opens; its first tier still has to be presented.

    ``earlier`` counts the tickets like it within the pattern's days, this one not counted.
    """
    facts = replace(opening.facts, system=find_system(agreement.systems, opening.facts.system))
    assessment = assess(agreement.systems, agreement.otherwise, facts)
    if opening.caller:
        assessment = Assessment("critical", f"reported as an emergency by {opening.caller}")
    found = calls(agreement.criteria, assessment.severity, facts, earlier, opening.uncounted)
    start, reasons = _start(agreement, assessment.severity, found)
    why = Entry(now, Kind.STARTS, words=reasons)
    ticket = Ticket(
        id=opening.id,
        client=opening.client,
        helpdesk=opening.helpdesk,
        number=opening.number,
        title=opening.title,
        description=opening.description,
        requester=opening.requester,
        drill=opening.drill,
        caller=opening.caller,
        opened=now,
        agreement=agreement,
        facts=facts,
        severity=assessment.severity,
        reason=assessment.reason,
        why=why,
        tiers=Ladder(agreement.tiers, planned=now, at=agreement.tiers.index(start)),
        commitment=begin(agreement.stay(assessment.severity, start), now),
        names=names,
    )
    ticket = ticket.noted(Entry(now, Kind.OPENED, what=ticket.severity, words=ticket.reason))
    return ticket.noted(replace(why, to=start))


def tell_first_level(ticket: Ticket, person: str) -> Ticket:
    """When a ticket starts higher up, the first level hears of it."""
    return ticket.tell(NoticeKind.SKIPPED, person) if ticket.tiers.at else ticket


def _start(agreement: Agreement, severity: Severity, found: list[Call]) -> tuple[str, str]:
    """The highest tier that anything calls for, and all the reasons that call for it."""
    usual = agreement.severities[severity].starts_at
    start = max([usual, *(call.tier for call in found)], key=agreement.tiers.index)
    reasons = [call.reason for call in found if call.tier == start]
    if start == usual:
        reasons.insert(0, f"{severity} starts there")
    return start, "; ".join(reasons)
