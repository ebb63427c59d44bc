"""What a ticket's page shows of its approvals, and the form to ask for one shows of the authority table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procedure.approval.briefing import with_consent
from procedure.approval.deciders import stands_on
from procedure.approval.options import ways_out
from procedure.approval.state import Approval
from procedure.approval.words import ApprovalWords
from procedure.book.authority import Authority, TierLine
from procedure.book.procedure import Procedure
from procedure.book.reader import Reader, reader
from procedure.duty.on_duty import Watch
from procedure.record import Refused
from procedure.ticket.asking import approval_id
from procedure.ticket.staff import must_be_on_tier
from procedure.ticket.state import Asked, Ticket
from procedure.ticket.words import TicketWords
from runtime.links import Address, Links


def ticket_approvals(
    book: Procedure,
    links: Links,
    ticket: Ticket,
    address: Address,
    approvals: Sequence[Approval],
    reads: Reader,
) -> dict[str, Any]:
    """What a ticket's page shows of its approvals, to the MSP's people and to the customer."""
    waits = ticket.here.pause.approval if ticket.here.pause else 0
    reads_of_it = [ApprovalWords(one, reads) for one in approvals]
    return {
        "decides": next((one.proposal.action for one in ticket.approvals if one.number == waits), ""),
        "rulings": list(_rulings_of_theirs(book, ticket, {one.approval.id: one for one in reads_of_it})),
        "waiting": [
            (one.takes, links.url(Address("approval", one.approval.id, address.person)))
            for one in reads_of_it
            if _waits_for(one.approval, address.person)
        ],
        "asks_url": f"{links.url(address)}/ask" if _may_ask(book, ticket, address) else "",
        "approval_url": lambda asked: _url(links, ticket, asked, address.person),
        # What was decided stands among the approvals.
        "notes": [note for note in ticket.notes if not note.approval],
        "words": TicketWords(ticket, reads),
        "options": ways_out(_watch(book, ticket)) if ticket.top else (),
    }


def _may_ask(book: Procedure, ticket: Ticket, address: Address) -> bool:
    return address.purpose == "staff" and not _cannot_ask(book, ticket, address)


def _url(links: Links, ticket: Ticket, asked: Asked, person: str) -> str:
    """The page of an approval; empty for what was granted on the spot, which has none."""
    if asked.on_the_spot:
        return ""
    return links.url(Address("approval", approval_id(ticket, asked.number), person))


def to_look_up(ticket: Ticket, address: Address) -> list[str]:
    """The approvals of which a ticket knows too little for its customer's page: done first, not decided."""
    return [
        approval_id(ticket, one.number)
        for one in ticket.approvals
        if address.purpose == "customer" and one.outcome not in ("approved", "denied")
    ]


def _waits_for(approval: Approval, contact: str) -> bool:
    """Whether an approval waits for its client's answer, and a contact was asked for it."""
    side = approval.side("client")
    asked = any(put.person == contact and put.side == "client" for put in approval.asked)
    return asked and side is not None and not side.settled and not approval.over


def _rulings_of_theirs(
    book: Procedure, ticket: Ticket, approvals: Mapping[str, ApprovalWords]
) -> Iterator[str]:
    """How those stand in which somebody of the client has a part: the others are the MSP's own."""
    terms = book.clients.get(ticket.client)
    contacts = terms.contacts if terms else {}
    for one in ticket.approvals:
        words = approvals.get(approval_id(ticket, one.number))
        if any(by in contacts for by in one.decided_by):
            yield one.ruling
        elif words and any(put.side == "client" for put in words.approval.asked):
            yield words.in_short


# The form to ask one ----------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """An action of the table for somebody who asks: how far they may decide it alone, or act first."""

    name: str
    meaning: str
    alone: str
    first: tuple[str, ...]


def ask_facts(
    book: Procedure, links: Links, ticket: Ticket, address: Address, now: datetime
) -> dict[str, Any]:
    """All that the form to ask for an approval shows."""
    reads = reader(book, address.person, ticket.client, now, ticket.agreement.pace, ticket.name)
    terms, authority = book.clients.get(ticket.client), book.authority
    known = tuple(_known(book, ticket, address.person, now)) if terms and authority else ()
    first = [f"{one.name}, {reach}" for one in known for reach in one.first]
    options = authority.options if authority else {}
    return {
        **reads.facts(),
        "ticket": ticket,
        "drill": ticket.drill,
        "back": links.url(address),
        "cannot": _cannot_ask(book, ticket, address),
        "actions": known,
        "options": ways_out(_watch(book, ticket)) if ticket.top else (),
        "untils": [name for name, option in options.items() if option.until],
        "resolving": [name for name, option in options.items() if option.resolves],
        "first": first if ticket.severity == "critical" else [],
        "currency": authority.currency if authority else "",
        "visit": ticket.tiers.visit,
        "version": ticket.written,
    }


def _cannot_ask(book: Procedure, ticket: Ticket, address: Address) -> str:
    """Why the reader can't ask for anything; empty if they can."""
    try:
        must_be_on_tier(ticket, address.person, address.visit)
    except Refused as refused:
        return str(refused)  # it names no time
    if book.authority is None:
        return "The procedure has no authority table: nothing has to be asked for."
    return "" if ticket.client in book.clients else f"{ticket.client} is not in the procedure any more."


def _watch(book: Procedure, ticket: Ticket) -> Watch:
    return Watch(book, ticket.client, ticket.severity, ticket.agreement.pace)


def _known(book: Procedure, ticket: Ticket, person: str, now: datetime) -> Iterator[Known]:
    authority = book.authority
    if authority is None:
        return
    watch = _watch(book, ticket)
    for name, action in authority.actions.items():
        mine = [
            line
            for tier in book.tiers
            if stands_on(watch, person, tier, now)
            for line in action.may
            if line.tier == tier.name
        ]
        alone = [line for line in mine if line.when != "emergency" and not action.two_people]
        first = [line.always() for line in mine if line.when == "emergency"]
        yield Known(name, action.meaning, _alone(watch, name, alone, authority), _reach(first, authority))


def _alone(watch: Watch, action: str, lines: list[TierLine], authority: Authority) -> str:
    """How far somebody decides an action without asking at the MSP, and when the client must agree."""
    if not lines:
        return "Somebody else decides."
    agreed = with_consent(watch, action, *lines)
    return f"Alone: {'; '.join((*_reach(lines, authority), *filter(None, [agreed])))}."


def _reach(lines: list[TierLine], authority: Authority) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.reach(authority.currency) for line in lines))
