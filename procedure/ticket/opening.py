"""How a ticket opens: assessed, agreed, and sent to the tier where it starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from procedure.book.agreement import Agreement
from procedure.book.criteria import Call, calls
from procedure.book.procedure import FoundBy
from procedure.book.severity import (
    NOTHING_KNOWN,
    Assessment,
    Facts,
    Severity,
    assess,
    find_system,
)
from procedure.bounds import LONGEST_TEXT
from procedure.clocks.commitments import begin
from procedure.duty.placement import Question
from procedure.kinds import Kind
from procedure.ladder import Ladder
from procedure.problem.state import Incident, Recurrence
from procedure.record import Entry
from procedure.ticket.state import AtTier, Note, NoticeKind, Ticket
from procedure.wording import cut

TITLE = 200
"""Bytes of a ticket's title that others hear."""

KNOWN_ERROR = "Known error, work around it: "
"""What stands before the workaround of a problem that is not solved yet."""


@dataclass(frozen=True)
class Opening:
    """What is known when a ticket comes in. ``requester`` is a contact's id, never an address.

    ``caller`` is who reported it as an emergency, and how to call them back; ``uncounted`` how
    many people they say are affected, where that is no number ("all"); ``found_by`` who noticed it, where
    anybody has told.
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
    found_by: FoundBy | None = None

    @property
    def id(self) -> str:
        """The ticket's workflow id."""
        return ticket_id(self.client, self.helpdesk, self.number)


def ticket_id(client: str, helpdesk: str, number: str) -> str:
    """The id of a ticket's workflow, the same however often and from wherever it comes in."""
    return f"ticket-{client}-{helpdesk}-{number}"


@dataclass(frozen=True)
class Start:
    """How a ticket is assessed when it comes in, and at which tier it starts; both with the reason."""

    severity: Severity
    reason: str
    tier: str
    why: str


def start_of(opening: Opening, agreement: Agreement, earlier: int) -> Start:
    """Where a ticket starts, by what is agreed.

    ``earlier`` counts the tickets like it within the pattern's days, this one not counted.
    """
    facts = _facts(opening, agreement)
    assessment = assess(agreement.systems, agreement.otherwise, facts)
    if opening.caller:
        assessment = Assessment("critical", f"reported as an emergency by {opening.caller}")
    found = calls(agreement.criteria, assessment.severity, facts, earlier, opening.uncounted)
    tier, why = _start(agreement, assessment.severity, found)
    return Start(assessment.severity, assessment.reason, tier, why)


def pattern_of(opening: Opening, agreement: Agreement) -> Recurrence:
    """What it is one more ticket of."""
    facts = _facts(opening, agreement)
    return Recurrence(opening.client, facts.system, facts.category)


def as_incident(ticket: Ticket) -> Incident:
    """What a problem hears of a ticket."""
    return Incident(ticket.id, ticket.number, cut(ticket.title, TITLE), ticket.opened)


def _facts(opening: Opening, agreement: Agreement) -> Facts:
    """What is known of it, with the system by the name that the client has for it."""
    return replace(opening.facts, system=find_system(agreement.systems, opening.facts.system))


def first_question(
    opening: Opening,
    agreement: Agreement,
    start: Start,
    names: dict[str, str],
    opened: datetime,
    now: datetime,
) -> Question:
    """What has to be known to present it to the tier where it starts."""
    return Question(
        agreed=agreement.at(start.severity),
        client=opening.client,
        severity=start.severity,
        tier=start.tier,
        commitment=begin(agreement.stay(start.severity, start.tier), opened),
        now=now,
        fresh=True,
        names=names,
    )


def open_ticket(
    opening: Opening,
    agreement: Agreement,
    start: Start,
    names: dict[str, str],
    now: datetime,
    known_error: str = "",
) -> Ticket:
    """The ticket at the moment it opens; its first tier still has to be presented.

    ``known_error`` is the workaround of the problem that it is one more ticket of.
    """
    why = Entry(now, Kind.STARTS, words=start.why)
    ticket = Ticket(
        id=opening.id,
        client=opening.client,
        helpdesk=opening.helpdesk,
        number=opening.number,
        title=opening.title,
        description=cut(opening.description, LONGEST_TEXT),
        requester=opening.requester,
        drill=opening.drill,
        caller=opening.caller,
        found_by=opening.found_by,
        opened=now,
        agreement=agreement,
        facts=_facts(opening, agreement),
        severity=start.severity,
        reason=start.reason,
        why=why,
        tiers=Ladder(agreement.tiers, planned=now, at=agreement.tiers.index(start.tier)),
        here=AtTier(begin(agreement.stay(start.severity, start.tier), now)),
        names=names,
    )
    ticket = ticket.noted(Entry(now, Kind.OPENED, what=ticket.severity, words=ticket.reason))
    ticket = ticket.noted(replace(why, to=start.tier))
    return ticket.with_note(Note(now, "", f"{KNOWN_ERROR}{known_error}")) if known_error else ticket


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
