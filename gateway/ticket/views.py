"""What the pages of a ticket show, of an emergency, and of a change of shifts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gateway.ticket.acts import customer_acts, staff_acts
from gateway.ticket.asking_views import ticket_approvals
from procedure.approval.briefing import critical_systems, may_decide
from procedure.approval.state import Approval
from procedure.book.procedure import Procedure
from procedure.book.reader import client_name, reader
from procedure.duty.on_duty import Watch
from procedure.ticket.emergency import (
    LONGEST_USERS,
    LONGEST_WHAT,
    LONGEST_WHO,
    from_helpdesk,
    paged_so_far,
    taken_at,
)
from procedure.ticket.forecast import forecast
from procedure.ticket.handover import HandoverItem, ShiftChange, summary
from procedure.ticket.state import Ticket
from procedure.ticket.words import facts, of_theirs
from runtime.links import Address, Links

SOMETHING_ELSE = "*"
"""The choice of the emergency form that names no system of the client."""

STEPS = 3
"""How many of the next steps the page of an emergency shows."""


def ticket_facts(
    book: Procedure,
    links: Links,
    ticket: Ticket,
    address: Address,
    now: datetime,
    approvals: Sequence[Approval],
) -> dict[str, Any]:
    """All that a person's page of a ticket shows; ``approvals`` are those of its questions that had to be
    looked up for a customer."""
    watch = Watch(book, ticket.client, ticket.severity, ticket.agreement.pace)
    reads = reader(book, address.person, ticket.client, now, watch.pace, ticket.name)
    pause = ticket.here.pause
    question = pause.question if pause else ""
    here = _acts(ticket, address.person) and ticket.tiers.about(address.visit)
    asked = _may_answer(ticket, address.person)
    return {
        **reads.facts(),
        **ticket_approvals(book, links, ticket, address, approvals, reads),
        "ticket": ticket,
        "address": address,
        "drill": ticket.drill,
        "category": book.categories.get(ticket.facts.category),
        "known": facts(
            ticket,
            reads,
            ticket.here.acknowledged,
            book.severities[ticket.severity].meaning,
            ticket.facts.category if reads.staff else "",
        ),
        "here": here,
        "asked": asked,
        "acts": customer_acts(ticket, question)
        if address.purpose == "customer"
        else staff_acts(ticket, address.person, here, asked),
        "steps": forecast(ticket, customer=address.purpose == "customer"),
        "systems": critical_systems(book, ticket.client),
        "may_decide": may_decide(watch, ticket.place, now),
        "public": list(of_theirs(ticket.record)),
        "question": question,
        "complained": min((one.since for one in ticket.complaints if not one.over), default=None),
        "visit": ticket.tiers.visit,
        "version": ticket.written,
    }


def _acts(ticket: Ticket, person: str) -> bool:
    """Whether a person may act on it where it stands: who has it may after their duty, too."""
    return ticket.on_tier(person) or (ticket.here.acknowledged and ticket.holder == person)


def _may_answer(ticket: Ticket, person: str) -> bool:
    """Whether a person may answer the customer's wish to escalate, if there is one."""
    return ticket.request is not None and (ticket.request.asked_of == person or ticket.on_tier(person))


def door_facts(book: Procedure, client: str) -> dict[str, Any]:
    """All that a client's emergency door shows."""
    terms = book.clients[client]
    return {
        "msp": book.name,
        "phone": book.phone,
        "client": terms.name,
        "systems": list(terms.systems),
        "something_else": SOMETHING_ELSE,
        "longest": {"who": LONGEST_WHO, "what": LONGEST_WHAT, "users": LONGEST_USERS},
    }


def emergency_facts(
    book: Procedure, address: Address, ticket: Ticket | None, now: datetime
) -> dict[str, Any]:
    """Where an emergency stands, as its customer reads it; without a ticket it is just being opened.

    Who was paged in vain is the MSP's affair, unless the procedure says that customers see the chain. The
    ticket is another one than the address names where that one has joined it.
    """
    pace, known = (ticket.agreement.pace, ticket.name) if ticket else (1.0, str)
    reads = reader(book, "", address.ticket, now, pace, known)
    return {
        **reads.facts(),
        "ticket": ticket,
        "drill": bool(ticket and ticket.drill),
        "reference": ticket.number if ticket else address.person,
        "joined": address.person if ticket and ticket.number != address.person else "",
        "at_desk": bool(ticket and from_helpdesk(ticket)),
        "since": taken_at(ticket) if ticket else None,
        "paged": [reads.name(person) for person in paged_so_far(ticket)]
        if ticket and ticket.agreement.customers_see_chain
        else [],
        "steps": forecast(ticket, customer=True)[:STEPS] if ticket else [],
    }


def handover_facts(
    book: Procedure, links: Links, change: ShiftChange, address: Address, now: datetime
) -> dict[str, Any]:
    """The list of a change of shifts, for who comes on or for who leaves.

    What the reader has of it for good leads on to the tickets' own pages.
    """
    reads = reader(book, address.person, "", now, change.pace, change.name)
    left = change.waiting(now)
    return {
        **reads.facts(),
        "change": change,
        "address": address,
        "drill": bool(change.lines) and all(line.drill for line in change.lines),
        "left": left,
        "own": _own(change, address.person),
        "link": lambda line: links.url(Address("staff", line.ticket, address.person)),
        "holds": summary(left),
        "by": min((line.due for line in left), default=None),
        "client": lambda ident: client_name(book, ident),
        "version": change.written,
    }


def _own(change: ShiftChange, person: str) -> tuple[HandoverItem, ...]:
    """The tickets of a list that a person has accepted or kept."""
    if person == change.to:
        return change.having("accepted")
    return change.having("kept") if person == change.of else ()
