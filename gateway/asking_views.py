"""What a ticket's page shows of its approvals, and the form to ask for one shows of the authority table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from procedure.asking import approval_id
from procedure.authority import Authority, TierLine
from procedure.book import Procedure
from procedure.calendars import local, localise
from procedure.deciders import stands_on
from procedure.durations import spoken
from procedure.holding import must_be_on_tier
from procedure.options import ways_out
from procedure.ticket import Asked, Refused, Ticket
from procedure.watch import Watch
from runtime.links import Address, Links
from workflows.messages import LONGEST_TEXT


def ticket_approvals(book: Procedure, links: Links, ticket: Ticket, address: Address) -> dict[str, Any]:
    """What a ticket's page shows of its approvals, to the MSP's people and to the customer."""
    waits = ticket.pause.approval if ticket.pause else 0
    return {
        "decides": next((one.proposal.action for one in ticket.approvals if one.number == waits), ""),
        "rulings": _rulings_of_theirs(book, ticket),
        "asks_url": f"{links.url(address)}/ask" if _may_ask(book, ticket, address) else "",
        "approval_url": lambda asked: _url(links, ticket, asked, address.person),
        "options": ways_out(_watch(book, ticket)) if ticket.top else (),
    }


def _may_ask(book: Procedure, ticket: Ticket, address: Address) -> bool:
    return address.purpose == "staff" and not _cannot_ask(book, ticket, address)


def _url(links: Links, ticket: Ticket, asked: Asked, person: str) -> str:
    """The page of an approval; empty for what was granted on the spot, which has none."""
    if asked.on_the_spot:
        return ""
    return links.url(Address("approval", approval_id(ticket, asked.number), person))


def _rulings_of_theirs(book: Procedure, ticket: Ticket) -> list[str]:
    """The rulings in which somebody of the client has a part: the others are the MSP's own."""
    terms = book.clients.get(ticket.client)
    contacts = terms.contacts if terms else {}
    return [one.ruling for one in ticket.approvals if any(by in contacts for by in one.decided_by)]


# The form to ask one ----------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """An action of the table for somebody who asks: how far they may decide it alone, or act first."""

    name: str
    meaning: str
    alone: tuple[str, ...]
    first: tuple[str, ...]


def ask_facts(
    book: Procedure, links: Links, ticket: Ticket, address: Address, now: datetime
) -> dict[str, Any]:
    """All that the form to ask for an approval shows."""
    person, zone = book.person(address.person), book.time_zone
    terms, authority = book.clients.get(ticket.client), book.authority
    known = tuple(_known(book, ticket, address.person, now)) if terms and authority else ()
    first = [f"{one.name}, {reach}" for one in known for reach in one.first]
    return {
        "ticket": ticket,
        "msp": book.name,
        "client": terms.name if terms else ticket.client,
        "person": person.name if person else address.person,
        "back": links.url(address),
        "cannot": localise(_cannot_ask(book, ticket, address), now, zone),
        "actions": known,
        "options": ways_out(_watch(book, ticket)) if ticket.top else (),
        "untils": any(option.until for option in authority.options.values()) if authority else False,
        "first": first if ticket.severity == "critical" else [],
        "currency": authority.currency if authority else "",
        "now": now,
        "zone": zone,
        "time": lambda at: local(at, now, zone),
        "hour_takes": spoken(timedelta(hours=1) / ticket.agreement.pace),
        "longest": LONGEST_TEXT,
        "version": len(ticket.record),
    }


def _cannot_ask(book: Procedure, ticket: Ticket, address: Address) -> str:
    """Why the reader can't ask for anything; empty if they can."""
    try:
        must_be_on_tier(ticket, address.person, address.visit)
    except Refused as refused:
        return str(refused)
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
        first = [line for line in mine if line.when == "emergency"]
        yield Known(name, action.meaning, _reach(alone, authority), _reach(first, authority))


def _reach(lines: list[TierLine], authority: Authority) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.reach(authority.currency) for line in lines))
