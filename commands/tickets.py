"""Tickets: opened as a helpdesk would, found, shown, and what people say to them."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime
from typing import Any, get_args

import click
from pydantic import TypeAdapter
from temporalio.client import WorkflowExecution

from commands import approval_ledger, fields, session, tables, typed
from commands.session import REFUSED, Failure
from procedure.book.procedure import FoundBy
from procedure.book.reader import Reader, unlike_life
from procedure.book.severity import SEVERITIES, Facts, find_system
from procedure.check.mistakes import PHONE
from procedure.check.unmapped import unknown_of
from procedure.incoming import MOST_USERS, Conditions, Number, Passage, Term, Title
from procedure.ticket.forecast import forecast
from procedure.ticket.helpdesk import Event
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from procedure.ticket.words import TicketWords
from runtime.procedure_files import ProcedureError, read
from runtime.settings import SettingsError, load
from runtime.tickets import Away, NoSuchTicket, Tickets
from workflows.attributes import HOLDER, NEXT_DUE, SEVERITY, STATUS, TIER
from workflows.messages.ticket import SAYINGS

TITLE = 40
"""Characters of a title in the list."""


@click.command(name="open")
@click.argument("title")
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--requester", default="", help="The contact's id; the client's first contact if left out.")
@click.option("--number", default="", help="The helpdesk's number for it; made up if left out.")
@click.option("--helpdesk", default="phone", show_default=True, help="Where it comes from.")
@click.option("--description", default="", help="What the customer says.")
@click.option("--system", default="", help="Which of the client's systems.")
@click.option("--state", type=click.Choice(["down", "impaired", "limited"]), help="How bad it is.")
@click.option("--users", type=click.IntRange(0, MOST_USERS), help="How many people are affected.")
@click.option("--workaround/--no-workaround", default=None, help="Whether they can work in another way.")
@click.option("--category", default="", help="What kind of trouble.")
@click.option("--found-by", type=click.Choice(get_args(FoundBy)), help="Who noticed it, where that is known.")
@click.option(
    "--condition", "conditions", multiple=True, help="A condition of the catalogue; may be repeated."
)
def open_ticket(title: str, client: str, requester: str, number: str, helpdesk: str, **facts: Any) -> None:
    """Open a ticket, as a helpdesk would."""
    try:
        book = read(load().procedure)
    except (ProcedureError, SettingsError) as error:
        raise Failure(str(error)) from None
    terms = book.clients[typed.client_of(book, client)]
    if requester and requester not in terms.contacts:
        raise Failure(f"{requester!r} is no contact of {client}: one of {', '.join(terms.contacts)}")
    if helpdesk not in (PHONE, *book.helpdesks):
        known = ", ".join((PHONE, *book.helpdesks))
        raise Failure(f"--helpdesk: there is no helpdesk {helpdesk!r}: one of {known}")
    words = {name: text for name, text in facts.items() if isinstance(text, str)}
    typed.must_be_text(title=title, number=number, **words)
    now = datetime.now(UTC)
    opening = Opening(
        client=client,
        helpdesk=helpdesk,
        number=typed.fit(Number, "--number", number or f"{now:%y%m%d-%H%M%S}-{secrets.token_hex(2)}"),
        title=typed.fit(Title, "TITLE", title),
        requester=requester or next(iter(terms.contacts)),
        description=typed.fit(Passage, "--description", facts["description"]),
        facts=Facts(
            system=find_system(terms.systems, typed.fit(Term, "--system", facts["system"])),
            state=facts["state"],
            users=facts["users"],
            workaround=facts["workaround"],
            category=typed.fit(Term, "--category", facts["category"]),
            conditions=typed.fit(Conditions, "--condition", facts["conditions"]),
        ),
        found_by=facts["found_by"],
    )
    event = Event(delivery=f"cli-{uuid.uuid4()}", at=now)
    if not session.with_tickets(lambda tickets: tickets.receive(opening, event)):
        raise Failure(f"{opening.id} is closed already; give another --number", REFUSED)
    click.echo(opening.id)


@click.command(name="list")
@click.option("--client", help="Only this client's.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only of this severity.")
@click.option("--holder", help="Only what this person has.")
@click.option("--query", default="", help="A query of Temporal's, e.g. \"NextDue < '2026-12-01T12:00:00Z'\".")
@click.option("--closed", is_flag=True, help="The closed ones too.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
def list_tickets(
    client: str | None, severity: str | None, holder: str | None, query: str, closed: bool, limit: int
) -> None:
    """The open tickets: what they are, who has each or is asked to take it, and when something happens by
    itself."""
    parts = [f"{name} = '{value}'" for name, value in _given(client, severity, holder) if "'" not in value]
    if not closed:
        parts.append("ExecutionStatus = 'Running'")
    if query:
        parts.append(f"({query})")

    zone = session.time_zone()

    async def work(tickets: Tickets) -> list[tuple[str, ...]]:
        runs = [run async for run in tickets.find(" AND ".join(parts), limit)]
        stand = [await _stands(tickets, run.id) for run in runs]
        return [_row(run, ticket, zone) for run, ticket in zip(runs, stand, strict=True)]

    rows = session.with_tickets(work)
    if not rows:
        click.echo("No tickets.")
        return
    tables.echo(("TICKET", "TITLE", "SEVERITY", "STATUS", "TIER", "WITH", f"NEXT ({zone})"), rows)


@click.command()
@click.argument("ticket")
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
def show(ticket: str, as_json: bool) -> None:
    """Where a ticket stands, why, what was asked for it, and what happens if nobody acts."""
    _must_be_ticket(ticket)
    stands = session.with_tickets(lambda tickets: tickets.status(ticket))
    if as_json:
        click.echo(TypeAdapter(Ticket).dump_json(stands, indent=2).decode())
        return
    for line in _told(stands):
        click.echo(tables.harmless(line))


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("ticket")
@click.argument("what", type=click.Choice(sorted(SAYINGS)), metavar="WHAT")
@click.option("--by", required=True, help="Who says it: a person's or a contact's id.")
@click.option(
    "--with", "content", multiple=True, metavar="FIELD=VALUE", help="What else it needs; may be repeated."
)
@click.option(
    "--signal", is_flag=True, help="Send it as a signal: no answer, a refusal stands in the record."
)
def act(ticket: str, what: str, by: str, content: tuple[str, ...], signal: bool) -> None:
    """Say something to a ticket.

    \b
    WHAT                needs
    acknowledge
    progress            note=
    hand_on             tier= or condition=, note=
    hand_back           tier= reason=
    ask_customer        question=
    pause               reason= [at_most="2 hours"]
    resume
    resolve             solution=
    reassess            system= state= users= workaround= category= or severity= reason=
    answer_request      granted=yes|no reason=
    request_escalation  [words=]
    reply               words=
    confirm             solved=yes|no [words=]
    propose             action= or option=, what= [why= cost= downtime="2 hours" begins= by_when=
                        otherwise= until= act_first=yes], the same as: starter.py ask
    """
    message = fields.message(SAYINGS[what], what, by, content)
    _must_be_ticket(ticket)
    if signal:
        session.with_tickets(lambda tickets: tickets.signal(ticket, what, message))
        click.echo("Sent.")
        return

    async def said(tickets: Tickets) -> str:
        text = (await tickets.say(ticket, what, message, key=str(uuid.uuid4()))).text
        return session.answered(await tickets.status(ticket), text)

    answer = session.with_tickets(said)
    click.echo(tables.harmless(answer))


def _must_be_ticket(ident: str) -> None:
    """Approvals, complaints, reviews and changes of shifts are workflows, too, and understand other words."""
    if ident.startswith("approval-"):
        raise Failure(f"{ident} is an approval, not a ticket; see: starter.py approval {ident}")
    if ident.startswith(("complaint-", "review-")):
        raise Failure(f"{ident} is no ticket; see: starter.py complaint {ident}")
    if not ident.startswith("ticket-"):
        raise Failure(f"There is no such ticket {ident!r}; see: starter.py list")


def _given(client: str | None, severity: str | None, holder: str | None) -> list[tuple[str, str]]:
    found = (("Client", client), ("Severity", severity), ("Holder", holder))
    return [(name, value) for name, value in found if value]


async def _stands(tickets: Tickets, ident: str) -> Ticket | None:
    """Where it stands; None for one that can't tell now: the table shows what Temporal knows of it."""
    try:
        return await tickets.status(ident)
    except (Away, NoSuchTicket):
        return None


def _row(run: WorkflowExecution, ticket: Ticket | None, zone: str) -> tuple[str, ...]:
    known = run.typed_search_attributes
    due, holder = known.get(NEXT_DUE), known.get(HOLDER) or "nobody yet"
    return (
        run.id,
        tables.harmless(ticket.title)[:TITLE] if ticket else "?",
        known.get(SEVERITY) or "?",
        known.get(STATUS) or "opening",
        known.get(TIER) or "?",
        f"{ticket.name(holder)}{_taken(ticket)}" if ticket else holder,
        tables.shown(due, zone) if due else "",
    )


def _taken(ticket: Ticket) -> str:
    """Whether the one it is with has it, or is asked to take it."""
    if ticket.status in ("resolved", "closed"):
        return ""
    return ", has it" if ticket.here.acknowledged else ", is paged"


def _told(ticket: Ticket) -> list[str]:
    zone = session.time_zone()
    pace = ticket.agreement.pace
    reads = Reader(datetime.now(UTC), zone=zone, client=ticket.client, pace=pace, called=ticket.name)
    words = TicketWords(ticket, reads)
    lines = [
        f"{ticket.id}: {ticket.title}",
        words.standing,
        *(f"Next due: {reads.time(at)}, {text}" for at, text in forecast(ticket)[:1]),
        f"Why {ticket.severity}: {ticket.reason}",
        *([f"Noticed by {ticket.found_by}."] if ticket.found_by else []),
        f"Times are {zone}.",
        *unlike_life(ticket.agreement.pace, ticket.drill),
    ]
    if unknown := unknown_of(ticket):
        lines.append(f"Not in the procedure: {', '.join(unknown)}.")
    if ticket.approvals:
        lines += ["", "Approvals:", *approval_ledger.of_ticket(words)]
    if steps := forecast(ticket):
        clock = reads.clock(at for at, _ in steps)
        lines += ["", "If nobody acts:", *(f"  {clock(at)}  {text}" for at, text in steps)]
    clock = reads.clock(one.at for one in ticket.record)
    return [*lines, "", "So far:", *(f"  {clock(one.at)}  {reads.told(one)}" for one in ticket.record)]
