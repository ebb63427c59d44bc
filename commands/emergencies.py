"""Emergencies: whoever is on call is paged at once; the private link of a client's emergency door."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import click

from commands import session, typed
from commands.session import REFUSED, UNREACHABLE, Failure
from procedure.book.reader import Reader
from procedure.record import Refused
from procedure.ticket.emergency import (
    Report,
    paged_so_far,
    report_event,
    report_opening,
    taken_at,
)
from procedure.ticket.forecast import forecast
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from runtime.links import Address, Links, taken_back
from runtime.settings import SettingsError
from runtime.tickets import Away, Tickets


@click.command()
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--who", default="", help="Who calls, and the number to call them back at.")
@click.option("--down", default="", help="What is down: a system of the client, or in the caller's words.")
@click.option("--users", default="", help="How many people are affected: a number as good as known, or all.")
@click.option("--more", default="", help="What else the caller says.")
@click.option("--key", default="", help="The call's own number: whatever is sent with it again counts once.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Whether to wait for who is paged.")
def emergency(client: str, who: str, down: str, users: str, more: str, key: str, wait: bool) -> None:
    """Page whoever is on call, at once: for an answering service, with the caller on the line.

    Prints who is paged, by when they answer, and the reference for the helpdesk.
    """
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    terms = book.clients[typed.client_of(book, client)]
    report = Report(who=who, what=down, users=users, more=more)
    try:
        opening = report_opening(client, terms, report, key or str(uuid.uuid4()))
    except Refused as refused:
        raise Failure(f"{refused} (--who, --down, --users)") from None
    stands = _sent(opening, wait)
    number, ident = (stands.number, stands.id) if stands else (opening.number, opening.id)
    click.echo(f"Reference: {number} ({ident})")
    if stands:
        for line in _reported(stands, terms.time_zone, again=ident != opening.id):
            click.echo(line)


@click.command(name="emergency-link")
@click.option("--client", required=True, help="The client's id in the procedure.")
def emergency_link(client: str) -> None:
    """The private link of a client's emergency door, to give to them."""
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    typed.client_of(book, client)
    try:
        links = Links(settings.keys(), settings.public_url, taken_back(lambda: book))
    except SettingsError as error:
        raise Failure(str(error)) from None
    click.echo(links.url(Address("emergency", client)))


def _sent(opening: Opening, wait: bool) -> Ticket | None:
    """Send it; where it stands once somebody is paged, if that is waited for."""

    async def work(tickets: Tickets) -> Ticket | None:
        if not await tickets.receive(opening, report_event(opening, datetime.now(UTC))):
            raise Failure(f"{opening.number} is over already; give another --key", REFUSED)
        return await _presented(tickets, opening) if wait else None

    try:
        return session.with_tickets(work)
    except Failure as failure:
        if failure.exit_code != UNREACHABLE:
            raise
        raise Failure(f"{failure.message} Call whoever is on call yourself.", UNREACHABLE) from None


async def _presented(tickets: Tickets, opening: Opening) -> Ticket:
    try:
        return await tickets.presented(opening.id)
    except Away as away:
        text = f"{opening.number} is open, but nobody was paged in time: {away}. Is the worker running?"
        raise Failure(text, UNREACHABLE) from None


def _reported(ticket: Ticket, zone: str, *, again: bool = False) -> list[str]:
    """What an answering service tells the caller: who is paged, by when they answer, who is next.

    ``again`` is whether somebody else has reported it before.
    """
    reads = Reader(datetime.now(UTC), zone=zone, pace=ticket.agreement.pace, called=ticket.name)
    holder, since = ticket.name(ticket.holder), taken_at(ticket)
    if since:
        lines = [f"{holder} ({ticket.place}) has it since {reads.time(since)}."]
    elif ticket.here.people and ticket.here.people.due and paged_so_far(ticket):
        due = reads.time(ticket.here.people.due)
        lines = [f"{holder} ({ticket.place}) is paged, and answers by {due}."]
    else:
        lines = [f"{holder} ({ticket.place}) has been told; it is {ticket.status}."]
    if again:
        lines = [f"This has been reported already: {lines[0]}", "Nobody is paged a second time for it."]
    if steps := forecast(ticket):
        lines += ["", f"If nobody acts ({zone}):"]
        clock = reads.clock(step.at for step in steps)
        lines += [f"  {clock(step.at)}  {step.text}" for step in steps]
    return [*lines, "", f"Times are {zone}. Whoever writes to the helpdesk gives the reference there."]
