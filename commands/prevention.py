"""Prevention at the command line: what comes due and who owns it, what was measured, and what people say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime

import click
from pydantic import ValidationError

from commands import assignments, session, tables, typed
from commands.session import Failure
from procedure.book.procedure import Procedure
from procedure.book.reader import Reader
from procedure.clocks.calendars import wall_time
from procedure.incoming import told
from procedure.prevention.state import Prevention, prevention_id
from procedure.prevention.upkeep import Upkeep, ahead
from runtime.tickets import NoSuchTicket, NotYet, Tickets
from workflows.messages.assignment import PREVENTION_FINDINGS
from workflows.messages.prevention import Measured

Row = tuple[date, tuple[str, ...]]
"""A line of the list, and the day by which it is in its place."""


@click.command(name="prevention")
@click.option("--client", default="", help="Only this client's.")
def list_prevention(client: str) -> None:
    """What comes due at the clients: when, from when on it is proposed, who has it, by when.

    What is due first comes first. Times are those of the MSP.
    """
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    clients = [typed.client_of(book, client)] if client else [*book.clients]
    if book.prevention is None:
        raise Failure("The procedure says nothing of prevention: write who owns what comes due (prevention)")
    now = datetime.now(UTC)

    async def work(tickets: Tickets) -> list[Row]:
        return [row for one in clients for row in await _of_client(book, tickets, one, now)]

    rows = [row for _, row in sorted(session.with_tickets(work))]
    if not rows:
        click.echo("Nothing comes due.")
        return
    click.echo(f"Times are {book.time_zone}.")
    tables.echo(("DUE", "CLIENT", "ITEM", "PROPOSED", "WITH", "HOW IT STANDS"), rows)


async def _of_client(book: Procedure, tickets: Tickets, client: str, now: datetime) -> list[Row]:
    """What comes due at a client; as its files alone say it where nothing is kept of it yet."""
    upkeep, proposal = Upkeep(client), None
    with suppress(NoSuchTicket):
        upkeep = await tickets.upkeep(client)
    with suppress(NoSuchTicket, NotYet):
        proposal = await tickets.assignment(prevention_id(client), Prevention)
    proposal = None if proposal and proposal.over else proposal
    return [*_rows(book, upkeep, proposal, now)]


def _rows(book: Procedure, upkeep: Upkeep, proposal: Prevention | None, now: datetime) -> Iterator[Row]:
    """What is proposed, as it stands; then what else comes due."""
    client = upkeep.client
    proposed = set()
    if proposal:
        reads = Reader(now, zone=book.time_zone, client=client, called=proposal.name)
        words = proposal.words(reads)
        for one in proposal.items:
            if not one.settled:
                proposed.add(one.name)
                with_whom = words.here if one.stage == "open" else reads.name(one.by)
                since = f"{proposal.opened:%Y-%m-%d}"
                stands = words.stage(one) or f"to be settled{reads.by(words.answer_by)}"
                line = (client, one.name, since, with_whom, stands)
                yield one.coming.due, (f"{one.coming.due}", *map(tables.harmless, line))
    for found in ahead(book, upkeep, now):
        due = found.coming
        if due.name not in proposed:
            line = (client, due.name, f"from {found.proposed}", "", "")
            yield due.due, (f"{due.due}", *map(tables.harmless, line))


@click.command(name="prevention-show")
@click.argument("proposal")
def prevention_show(proposal: str) -> None:
    """How a proposal stands: who owns it until when, each of its items, what comes next, what was done.

    PROPOSAL is its id (prevention-...).
    """
    assignments.echo_one(Prevention, proposal)


@click.command(name="prevention-say")
@click.argument("proposal")
@click.argument("what", type=click.Choice(sorted(PREVENTION_FINDINGS)), metavar="WHAT")
@click.option("--by", required=True, help="Who says it: a person's id.")
@click.option(
    "--with", "content", multiple=True, metavar="FIELD=VALUE", help="What else it needs; may be repeated."
)
def prevention_say(proposal: str, what: str, by: str, content: tuple[str, ...]) -> None:
    """Say something about a proposal; of all that is open, unless items= names some of it.

    \b
    WHAT        needs
    acknowledge         I own it
    plan        when=   it will be done then (2026-12-24T18:00Z); who has to agree is asked
    done                it is done; may have words=
    decline     words=  it is not done, and why
    """
    assignments.say(Prevention, proposal, what, by, content)


@click.command()
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--item", required=True, help="Which item of its prevention: one with a limit.")
@click.option("--value", required=True, type=float, help="What was measured, in the item's unit.")
@click.option("--on", "day", default="", help="On which day of the client's (2026-12-24); left out: today.")
def reading(client: str, item: str, value: float, day: str) -> None:
    """Tell what was measured of something that fills up; the last reading of a day counts."""
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    typed.client_of(book, client)
    typed.must_be_text(item=item, on=day)
    message = _measured(book, client, item, value, day)
    session.with_tickets(lambda tickets: tickets.keep_up(client, message))
    unit = book.clients[client].prevention[message.item].unit
    click.echo(tables.harmless(f"{message.item}: {value:g} {unit}".rstrip() + f" on {message.day}"))


def _measured(book: Procedure, client: str, item: str, value: float, day: str) -> Measured:
    """The reading that was typed."""
    terms = book.clients[client]
    known = [name for name, one in terms.prevention.items() if one.limit is not None]
    if item not in known:
        others = f"one of {', '.join(known)}" if known else "none of its items has a limit"
        raise Failure(f"Nothing is measured of {item!r} at {terms.name}: {others}")
    today = wall_time(datetime.now(UTC), terms.time_zone).date()
    try:
        message = Measured.model_validate({"item": item, "value": value, "day": day or today})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        option = {"day": "on"}.get(str(wrong["loc"][0]), wrong["loc"][0])
        raise Failure(f"--{option}: {told(wrong)}") from None
    if message.day > today:
        raise Failure(f"--on: {message.day} is not over: write a day until today ({today})")
    return message
