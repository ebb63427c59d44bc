"""The command line: open tickets, see where they stand, act on them, check a procedure."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import TypeAdapter, ValidationError
from temporalio.client import Client

from procedure.calendars import local, localise
from procedure.desk import Event
from procedure.forecast import forecast
from procedure.opening import Opening
from procedure.severity import SEVERITIES, Facts, find_system
from procedure.ticket import Refused, Ticket
from runtime.connection import connect
from runtime.procedure_files import ProcedureError, read, schema
from runtime.settings import SettingsError, load
from runtime.tickets import Away, NoSuchTicket, Tickets, said
from workflows.attributes import HOLDER, NEXT_DUE, SEVERITY, STATUS, TIER
from workflows.messages import SAYINGS

Result = TypeVar("Result")

USER_ERROR = 2
REFUSED = 3
UNREACHABLE = 4


class Failure(click.ClickException):
    """An error of the user's, or of what is reached: one line, and an exit code that says which."""

    def __init__(self, text: str, code: int = USER_ERROR) -> None:
        super().__init__(text)
        self.exit_code = code  # type: ignore[misc]


def with_tickets(work: Callable[[Tickets], Awaitable[Result]]) -> Result:
    """Connect, do the work, and turn what went wrong into one line."""

    async def session() -> Result:
        try:
            return await work(Tickets(await _connected()))
        finally:
            # A short process that leaves at once can abort in the client's threads.
            await asyncio.sleep(0.1)

    try:
        return asyncio.run(session())
    except Refused as refused:
        raise Failure(str(refused), REFUSED) from None
    except NoSuchTicket:
        raise Failure(
            "There is no such ticket, or Temporal no longer keeps it; see: starter.py list"
        ) from None
    except Away as away:
        raise Failure(f"No answer: {away}. Is the worker running?", UNREACHABLE) from None


async def _connected() -> Client:
    try:
        return await connect()
    except RuntimeError as error:
        raise Failure(f"Temporal can't be reached: {error}", UNREACHABLE) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Rung: tickets that climb until somebody has them.

    Exit codes: 0 done, 2 what you typed can't be meant, 3 refused by the ticket,
    4 Temporal or the worker does not answer.
    """


@cli.command(name="open")
@click.argument("title")
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--requester", default="", help="The contact's id; the client's first contact if left out.")
@click.option("--number", default="", help="The helpdesk's number for it; made up if left out.")
@click.option("--helpdesk", default="phone", show_default=True, help="Where it comes from.")
@click.option("--description", default="", help="What the customer says.")
@click.option("--system", default="", help="Which of the client's systems.")
@click.option("--state", type=click.Choice(["down", "impaired", "limited"]), help="How bad it is.")
@click.option("--users", type=click.IntRange(0), help="How many people are affected.")
@click.option("--workaround/--no-workaround", default=None, help="Whether they can work in another way.")
@click.option("--category", default="", help="What kind of trouble.")
@click.option(
    "--condition", "conditions", multiple=True, help="A condition of the catalogue; may be repeated."
)
def open_ticket(title: str, client: str, requester: str, number: str, helpdesk: str, **facts: Any) -> None:
    """Open a ticket, as a helpdesk would."""
    try:
        book = read(load().procedure)
    except (ProcedureError, SettingsError) as error:
        raise Failure(str(error)) from None
    if client not in book.clients:
        raise Failure(f"There is no client {client!r}: one of {', '.join(book.clients)}")
    contacts = book.clients[client].contacts
    if requester and requester not in contacts:
        raise Failure(f"{requester!r} is no contact of {client}: one of {', '.join(contacts)}")
    now = datetime.now(UTC)
    opening = Opening(
        client=client,
        helpdesk=helpdesk,
        number=number or f"{now:%y%m%d-%H%M%S}",
        title=title,
        requester=requester or next(iter(contacts)),
        description=facts.pop("description"),
        facts=Facts(**facts | {"system": find_system(book.clients[client].systems, facts["system"])}),
    )
    event = Event(delivery=f"cli-{uuid.uuid4()}", at=now)
    if not with_tickets(lambda tickets: tickets.receive(opening, event)):
        raise Failure(f"{opening.id} is closed already; give another --number", REFUSED)
    click.echo(opening.id)


@cli.command(name="list")
@click.option("--client", help="Only this client's.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only of this severity.")
@click.option("--holder", help="Only what this person has.")
@click.option("--query", default="", help="A query of Temporal's, e.g. \"NextDue < '2026-12-01T12:00:00Z'\".")
@click.option("--closed", is_flag=True, help="The closed ones too.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
def list_tickets(
    client: str | None, severity: str | None, holder: str | None, query: str, closed: bool, limit: int
) -> None:
    """The open tickets: severity, status, tier, holder, and when something happens by itself."""
    parts = [f"{name} = '{value}'" for name, value in _given(client, severity, holder) if "'" not in value]
    if not closed:
        parts.append("ExecutionStatus = 'Running'")
    if query:
        parts.append(f"({query})")

    async def work(tickets: Tickets) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = []
        async for run in tickets.find(" AND ".join(parts), limit):
            known = run.typed_search_attributes
            due = known.get(NEXT_DUE)
            rows.append(
                (
                    run.id,
                    known.get(SEVERITY) or "?",
                    known.get(STATUS) or "opening",
                    known.get(TIER) or "?",
                    known.get(HOLDER) or "nobody yet",
                    f"{due:%a %H:%M:%S} UTC" if due else "",
                )
            )
        return rows

    rows = with_tickets(work)
    if not rows:
        click.echo("No tickets.")
        return
    _table(("TICKET", "SEVERITY", "STATUS", "TIER", "HOLDER", "NEXT"), rows)


@cli.command()
@click.argument("ticket")
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
def show(ticket: str, as_json: bool) -> None:
    """Where a ticket stands, why, and what happens if nobody acts."""
    stands = with_tickets(lambda tickets: tickets.status(ticket))
    if as_json:
        click.echo(TypeAdapter(Ticket).dump_json(stands, indent=2).decode())
        return
    for line in _told(stands):
        click.echo(line)


@cli.command(context_settings={"ignore_unknown_options": False})
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
    """
    message = _message(what, by, content)
    if signal:
        with_tickets(lambda tickets: tickets.signal(ticket, what, message))
        click.echo("Sent.")
        return
    answer = with_tickets(lambda tickets: tickets.say(ticket, what, message, key=str(uuid.uuid4())))
    click.echo(answer.text)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--schema", "schema_to", type=click.Path(path_type=Path), help="Also write JSON Schemas for editors here."
)
def check(folder: Path, schema_to: Path | None) -> None:
    """Read a procedure, and name all that is wrong with it: file, line, key, and what to write."""
    if schema_to:
        schema_to.mkdir(parents=True, exist_ok=True)
        for name, content in schema().items():
            (schema_to / name).write_text(json.dumps(content, indent=2) + "\n")
    try:
        book = read(folder)
    except ProcedureError as error:
        raise Failure(str(error)) from None
    click.echo(
        f"{book.name} {book.version}: {len(book.people)} people, {len(book.tiers)} tiers, "
        f"{len(book.clients)} clients. Nothing is wrong."
    )


def _message(what: str, by: str, content: tuple[str, ...]) -> Any:
    fields: dict[str, Any] = {}
    for part in content:
        name, equals, value = part.partition("=")
        if not equals:
            raise Failure(f"{part!r}: write FIELD=VALUE, such as --with note='restarted it'")
        if name not in SAYINGS[what].model_fields:
            known = sorted(set(SAYINGS[what].model_fields) - {"by", "visit", "via"})
            raise Failure(f"{what} has no {name!r}: {', '.join(known) or 'it needs nothing else'}")
        fields[name] = (value,) if name == "conditions" else value
    try:
        return said(what, {"by": by, "via": "the command line", **fields})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        missing = [f"--with {e['loc'][0]}=... ({e['msg']})" for e in wrong]
        raise Failure(f"{what} needs {'; '.join(missing)}") from None


def _given(client: str | None, severity: str | None, holder: str | None) -> list[tuple[str, str]]:
    found = (("Client", client), ("Severity", severity), ("Holder", holder))
    return [(name, value) for name, value in found if value]


def _told(ticket: Ticket) -> list[str]:
    now, zone = datetime.now(UTC), "UTC"
    has = "" if ticket.status != "open" else ", has it" if ticket.acknowledged else ", is paged"
    lines = [
        f"{ticket.id}: {ticket.title}",
        f"{ticket.severity}, {ticket.status}: {ticket.name(ticket.holder)} ({ticket.place}){has}",
        f"Why {ticket.severity}: {ticket.reason}",
    ]
    if ticket.agreement.pace != 1:
        lines.append(f"Pace {ticket.agreement.pace:g}: times run that much faster than agreed.")
    if steps := forecast(ticket):
        lines += ["", "If nobody acts (UTC):", *(f"  {local(s.at, now, zone)}  {s.text}" for s in steps)]
    lines += ["", "So far (UTC):"]
    lines += [f"  {local(e.at, now, zone)}  {localise(e.text, now, zone)}" for e in ticket.record]
    return lines


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(cli())
