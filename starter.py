"""The command line: open tickets, see where they stand, act on them, check a procedure."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
from pydantic import TypeAdapter, ValidationError
from temporalio.client import Client

from procedure import outlook
from procedure.book import Procedure, Tier
from procedure.calendars import from_wall, local, localise
from procedure.desk import Event
from procedure.emergency import Report, paged_so_far, report_event, report_opening, taken_at
from procedure.forecast import forecast
from procedure.opening import Opening
from procedure.rehearsal import Endless, Paged, Step, walk
from procedure.rota import FIRST_YEAR, LAST_YEAR
from procedure.severity import SEVERITIES, Facts, Severity, find_system
from procedure.ticket import Refused, Ticket
from runtime.connection import connect
from runtime.feeds import CALENDARS, Feeds
from runtime.links import Address, Links
from runtime.procedure_files import ProcedureError, read, schema
from runtime.procedure_folder import ProcedureFolder
from runtime.settings import Settings, SettingsError, load
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


@cli.command()
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
    settings = _settings()
    book = _book(settings.procedure, settings.state)
    terms = book.clients[_client(book, client)]
    report = Report(who=who, what=down, users=users, more=more)
    try:
        opening = report_opening(client, terms, report, key or str(uuid.uuid4()))
    except Refused as refused:
        raise Failure(f"{refused} (--who, --down, --users)") from None

    async def work(tickets: Tickets) -> Ticket | None:
        if not await tickets.receive(opening, report_event(opening, datetime.now(UTC))):
            raise Failure(f"{opening.number} is over already; give another --key", REFUSED)
        if not wait:
            return None
        try:
            return await tickets.presented(opening.id)
        except Away as away:
            text = f"{opening.number} is open, but nobody was paged in time: {away}. Is the worker running?"
            raise Failure(text, UNREACHABLE) from None

    try:
        stands = with_tickets(work)
    except Failure as failure:
        if failure.exit_code == UNREACHABLE:
            failure.message += " Call whoever is on call yourself."
        raise
    click.echo(f"Reference: {opening.number} ({opening.id})")
    if stands:
        for line in _reported(stands, terms.time_zone):
            click.echo(line)


@cli.command(name="emergency-link")
@click.option("--client", required=True, help="The client's id in the procedure.")
def emergency_link(client: str) -> None:
    """The private link of a client's emergency door, to give to them."""
    settings = _settings()
    _client(_book(settings.procedure, settings.state), client)
    try:
        links = Links(settings.keys(), settings.public_url)
    except SettingsError as error:
        raise Failure(str(error)) from None
    click.echo(links.url(Address("emergency", client)))


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
@click.option("--strict", is_flag=True, help="Exit with 2 when there is something to look at.")
def check(folder: Path, schema_to: Path | None, strict: bool) -> None:
    """Read a procedure, and name all that is wrong with it: file, line, key, and what to write.

    Then what to look at, though nothing forbids it: times in the next 30 days that nobody
    covers, and people without a channel that works.
    """
    if schema_to:
        schema_to.mkdir(parents=True, exist_ok=True)
        for name, content in schema().items():
            (schema_to / name).write_text(json.dumps(content, indent=2) + "\n")
    book = _book(folder, _settings().state)
    click.echo(
        f"{book.name} {book.version}: {len(book.people)} people, {len(book.tiers)} tiers, "
        f"{len(book.clients)} clients. Nothing is wrong."
    )
    now = datetime.now(UTC)
    found = [*outlook.to_look_at(book, now), *_channels(book, now)]
    if found:
        click.echo(f"\nTo look at in the next {outlook.AHEAD.days} days (times in {book.time_zone}):")
    for text in found:
        click.echo(f"- {text}")
    if found and strict:
        raise Failure("1 thing to look at" if len(found) == 1 else f"{len(found)} things to look at")


@cli.command()
@click.option("--from", "begin", default="", help="A date, or a date and a time; today if left out.")
@click.option("--to", "end", default="", help="The last day, or an end with a time; 14 days if left out.")
@click.option("--client", help="Only this client's.")
@click.option("--tier", "only", help="Only this tier's.")
def rota(begin: str, end: str, client: str | None, only: str | None) -> None:
    """Who is on call, per client and tier, leave and substitutes counted in; needs no server.

    Times are those of the MSP, or have an offset: 2026-12-24, 2026-12-24T18:00, 2026-12-24T18:00Z.
    """
    settings = _settings()
    book = _book(settings.procedure, settings.state)
    clients = [_client(book, client)] if client else list(book.clients)
    tiers = [_tier(book, only)] if only else list(book.tiers)
    now, zone = datetime.now(UTC), book.time_zone
    since = _instant(begin or f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d}", "--from", zone)
    until = _instant(end, "--to", zone, whole_day=True) if end else since + timedelta(days=14)
    if not since < until <= since + timedelta(days=366):
        raise Failure(f"--to: write a time after {_shown(since, zone)}, and at most a year later")
    click.echo(f"Times in {zone}, where {book.name} is.")
    for line in (*_on_call(book, clients, tiers, since, until), *_unsure(book, now, until)):
        click.echo(line)


@cli.command()
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--severity", required=True, type=click.Choice(SEVERITIES), help="How bad it is.")
@click.option("--at", "when", default="", help="When it comes in, where the client is; now if left out.")
def who(client: str, severity: Severity, when: str) -> None:
    """The chain of people and times as it would run if nobody acted; needs no server.

    A time without an offset is the client's own: 2026-12-25T02:10. With one: 2026-12-25T02:10Z.
    """
    settings = _settings()
    book = _book(settings.procedure, settings.state)
    terms = book.clients[_client(book, client)]
    now = datetime.now(UTC)
    at = _instant(when, "--at", terms.time_zone) if when else now
    try:
        steps = walk(book, client, severity, at, settings.pace)
    except (Endless, ValueError) as error:  # ValueError: hours that never open again
        raise Failure(str(error)) from None
    there = at.astimezone(ZoneInfo(terms.time_zone))
    click.echo(f"{severity} at {terms.name}, on {there:%A} {there.day} {there:%B %Y %H:%M %Z}")
    if settings.pace != 1:
        click.echo(
            f"Pace {settings.pace:g}: times run that much faster than agreed, and nobody's hours count."
        )
    click.echo(f"\nIf nobody acts (times in {book.time_zone}, where {book.name} is):")
    rows = [row for step in steps for row in _chain(book, step)]
    _table(("AT", "WHO", "AS", "THROUGH", "ANSWERS BY"), rows)
    for line in _unsure(book, now, steps[-1].at):
        click.echo(line)


def _settings() -> Settings:
    try:
        return load()
    except SettingsError as error:
        raise Failure(str(error)) from None


def _book(folder: Path, state: Path) -> Procedure:
    """The procedure with the last copies of its feeds, which only running processes fetch."""
    try:
        return ProcedureFolder(folder, Feeds(state / CALENDARS)).current()
    except ProcedureError as error:
        raise Failure(str(error)) from None


def _client(book: Procedure, client: str) -> str:
    if client not in book.clients:
        raise Failure(f"There is no client {client!r}: one of {', '.join(book.clients)}")
    return client


def _tier(book: Procedure, name: str) -> Tier:
    tier = book.tier(name)
    if tier is None:
        raise Failure(f"There is no tier {name!r}: one of {', '.join(tier.name for tier in book.tiers)}")
    return tier


def _instant(text: str, option: str, zone: str, whole_day: bool = False) -> datetime:
    """What somebody typed as a time: on the wall there, or with an offset."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Failure(
            f"{option}: {text!r} is no date and time: write 2026-12-24 or 2026-12-24T18:00 for a time in "
            f"{zone}, or 2026-12-24T18:00Z for UTC"
        ) from None
    if not FIRST_YEAR <= at.year < LAST_YEAR:
        raise Failure(
            f"{option}: {text!r} is too far away: write a year from {FIRST_YEAR} to {LAST_YEAR - 1}"
        )
    if whole_day and _is_date(text):
        at += timedelta(days=1)
    return at.astimezone(UTC) if at.tzinfo else from_wall(at, zone)


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text.strip()))
    except ValueError:
        return False


def _shown(at: datetime, zone: str) -> str:
    """With the zone's abbreviation: in the night that clocks are put back, an hour comes twice."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%b %H:%M %Z}"


def _on_call(
    book: Procedure, clients: list[str], tiers: list[Tier], since: datetime, until: datetime
) -> Iterator[str]:
    needing = [client for client in clients if client in outlook.needing(book)]
    for client in clients:
        if client not in needing:
            yield f"{book.clients[client].name}: staffed at all times; the tiers' own people answer."
    whom = ", ".join(f"{book.clients[c].name} ({book.clients[c].coverage.out_of_hours})" for c in needing)
    for tier in tiers if needing else ():
        if not tier.on_call:
            own = ", ".join(book.people[person].name for person in tier.chain)
            yield f"\n{tier.name}: nobody is on call; its own people answer: {own}."
            continue
        yield f"\n{tier.name}, out of hours, for {whom}:"
        head = ("FROM", "UNTIL", *(entry.rota for entry in tier.on_call), "lead")
        rows = [
            (
                _shown(stretch.begin, book.time_zone),
                _shown(stretch.end, book.time_zone),
                *(_on_duty(book, place) for place in (*stretch.places, stretch.lead)),
            )
            for stretch in outlook.stretches(book, tier, since, until)
        ]
        yield from _lines(head, rows)


def _on_duty(book: Procedure, place: outlook.OnDuty) -> str:
    if place.unknown:
        return "not known here"
    away = book.people[place.instead_of].name if place.instead_of in book.people else ""
    if place.person:
        return book.people[place.person].name + (f" (for {away})" if away else "")
    if away:
        return f"NOBODY ({away} is away)"
    return "nobody, as meant" if place.meant else "NOBODY"


def _chain(book: Procedure, step: Step) -> list[tuple[str, ...]]:
    """The rows of one step: who was passed over, then who is paged or waited for."""
    at, name = _shown(step.at, book.time_zone), book.people[step.person].name
    rows = [(at, "(nobody)", text, "", "") for text in step.passed_over]
    if not isinstance(step, Paged):
        until = _shown(step.until, book.time_zone)
        return [*rows, (at, "(waits)", f"{step.tier}: for the client's hours", "", f"until {until}")]
    if step.instead_of:
        name += f" (for {book.people[step.instead_of].name})"
    role = ", ".join(filter(None, (step.tier or "last resort", step.role)))
    by = _shown(step.answers_by, book.time_zone)
    return [*rows, (at, name, role, ", ".join(("mail", *step.channels)), by)]


def _unsure(book: Procedure, now: datetime, until: datetime) -> list[str]:
    """What is not known of the calendars that were used."""
    return [f"\nNot sure: {text}" for text in outlook.calendars(book, now, until)]


def _channels(book: Procedure, now: datetime) -> list[str]:
    """Who may be paged at night, and can be reached by mail only, or not by all that is written."""
    # Apprise takes a moment to load: only for who needs it.
    from activities.channels import working

    mail_only, found = [], []
    for ident, role in outlook.answering(book, now, now + outlook.AHEAD).items():
        person = book.people[ident]
        who = f"{person.name} ({role})"
        broken = {channel: why for channel, source in person.channels.items() if (why := working(source))}
        found += [
            f"{who}: {channel} does not work, as seen from here: {why}" for channel, why in broken.items()
        ]
        if len(broken) == len(person.channels):
            mail_only.append(who)
    if mail_only:
        found.append(f"nothing but mail reaches {', '.join(mail_only)}: give them a channel that works")
    return found


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


def _reported(ticket: Ticket, zone: str) -> list[str]:
    """What an answering service tells the caller: who is paged, by when they answer, who is next."""
    now, holder, since = datetime.now(UTC), ticket.name(ticket.holder), taken_at(ticket)
    if since:
        lines = [f"{holder} ({ticket.place}) has it since {local(since, now, zone)}."]
    elif ticket.people and ticket.people.due and paged_so_far(ticket):
        due = local(ticket.people.due, now, zone)
        lines = [f"{holder} ({ticket.place}) is paged, and answers by {due}."]
    else:
        lines = [f"It is {ticket.status}, with {holder} ({ticket.place})."]
    if steps := forecast(ticket):
        lines += ["", f"If nobody acts ({zone}):"]
        lines += [f"  {local(step.at, now, zone)}  {step.text}" for step in steps]
    return [*lines, "", f"Times are {zone}. Whoever writes to the helpdesk gives the reference there."]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    for line in _lines(head, rows):
        click.echo(line)


def _lines(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


if __name__ == "__main__":
    sys.exit(cli())
