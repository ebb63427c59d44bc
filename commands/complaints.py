"""Complaints: raised on somebody's behalf, found, shown, and what people say about them; and reviews."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import click
from temporalio.client import WorkflowExecution

from commands import complaint_ledger, fields, proposed, session, tables, typed
from commands.session import UNREACHABLE, Failure
from procedure.book.complaints import KINDS
from procedure.book.procedure import Client, Procedure
from procedure.complaint import raising
from procedure.complaint.review import Review
from procedure.complaint.state import CALLER, Complaint, Raised
from procedure.record import Refused
from runtime.links import Address, Links, taken_back
from runtime.settings import Settings, SettingsError
from runtime.tickets import Away, NoSuchTicket, NotYet, Tickets
from workflows.attributes import NEXT_DUE
from workflows.messages.assignment import FINDINGS, Finding
from workflows.messages.complaint import REMARKS, AddToComplaint, Remark

Result = TypeVar("Result")

MOST = 1000
"""How many are looked through for those that are due first."""

AT_ONCE = 20
"""How many are asked at the same time what they are about."""

A_MOMENT = 5
"""Seconds that the list waits for them: without a worker it is shown all the same."""

_REVIEW = "review-"
_COMPLAINT = "complaint-"
_NUMBER = re.compile(r"c-[a-z0-9]+", re.IGNORECASE)

_LATEST = datetime.max.replace(tzinfo=UTC)


@click.command()
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--by", default="", help="Who complains, if they are a contact: their id.")
@click.option("--who", default="", help="Who complains, if they are no contact: their name.")
@click.option("--reach", default="", help="With --who: the number, or address, at which we reach them.")
@click.option("--kind", required=True, type=click.Choice(KINDS), help="What it is about.")
@click.option("--words", required=True, help='What happened, in their words; "-" reads it from the input.')
@click.option("--settle", default="", help="What would settle it.")
@click.option(
    "--about", multiple=True, help="Whom it is about: somebody's id; may be repeated. They never hear it."
)
@click.option("--ticket", default="", help="The ticket whose handling it is about.")
@click.option("--taken-by", required=True, help="Who writes it down: the id of somebody of the MSP.")
@click.option("--key", default="", help="The call's own number: whatever is sent with it again counts once.")
def complain(
    client: str,
    by: str,
    who: str,
    reach: str,
    kind: str,
    words: str,
    settle: str,
    about: tuple[str, ...],
    ticket: str,
    taken_by: str,
    key: str,
) -> None:
    """Raise a complaint on somebody's behalf: for whoever has the customer on the telephone.

    Prints its number, who hears it, by when they take it and answer, and what comes next. Its words reach
    only those who hear it; --words - keeps them out of the shell's history, too. Somebody who is no contact
    gets no mail: the link to their page is printed, to give to them.
    """
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    typed.client_of(book, client)
    if bool(by) == bool(who):
        raise Failure("Write --by with a contact's id, or --who with the name of somebody who is none")
    if by and reach:
        raise Failure("--reach goes with --who: how to reach a contact stands in the procedure")
    typed.must_be_text(words=words, settle=settle, who=who, reach=reach, ticket=ticket, key=key)
    _must_be_ours(book, taken_by, *about)
    words = typed.from_input("--words -") if words == "-" else words
    concern = raising.Concern(kind, words, settle, who, reach, about)
    key = key or str(uuid.uuid4())
    raised = replace(_raised(book, client, by, concern, key), taken_by=taken_by, via=fields.VIA)
    stands = _heard(raised, ticket, key)
    for line in _told(stands, book, settings, key):
        click.echo(tables.harmless(line))


@click.command(name="complain-link")
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--ticket", default="", help="Only about this ticket; with --by.")
@click.option("--by", default="", help="The contact who would complain about --ticket.")
def complain_link(client: str, ticket: str, by: str) -> None:
    """The private link of a client's page for complaints, to give to them; or of one for a ticket."""
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    terms = book.clients[typed.client_of(book, client)]
    if bool(ticket) != bool(by):
        raise Failure("--ticket and --by go together: which ticket, and the contact who gets the link")
    if not ticket:
        click.echo(_links(settings, book).url(Address("complain", client)))
        return
    _contact(terms, client, by)
    if not ticket.startswith(f"ticket-{client}-") or not ticket.isprintable():
        raise Failure(f"{ticket!r} is no ticket of {client}; see: starter.py list --client {client}")
    session.with_tickets(lambda tickets: _must_be_there(tickets, ticket, client))
    click.echo(_links(settings, book).url(Address("complain", ticket, by)))


@click.command(name="complaints")
@click.option("--client", default="", help="Only this client's.")
@click.option(
    "--all", "ended", is_flag=True, help="Those that are closed, too, as long as Temporal has them."
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, MOST))
def list_complaints(client: str, ended: bool, limit: int) -> None:
    """The open complaints and reviews: with whom, on which level, until when. What is due first comes first.

    No word of what they say is shown.
    """
    if not client.isprintable() or {*client} & {"'", "\\"}:
        raise Failure(f"There is no client {client!r}")
    parts = [f"Client = '{client}'"] if client else []
    # One that is just closed still runs until its last mails are sent.
    parts += (
        [] if ended else ["ExecutionStatus = 'Running'", "(RungStatus IS NULL OR RungStatus != 'closed')"]
    )

    zone = session.time_zone()

    async def work(tickets: Tickets) -> tuple[int, list[tuple[str, ...]]]:
        runs = await _latest(tickets.find_complaints(" AND ".join(parts), MOST))
        shown = sorted(runs, key=_due)[:limit]
        stands, now = await _where_they_stand(tickets, [run.id for run in shown]), datetime.now(UTC)
        return len(runs), [
            complaint_ledger.row(
                run.id, run.typed_search_attributes, run.start_time, stands.get(run.id), now, zone
            )
            for run in shown
        ]

    found, rows = session.with_tickets(work)
    if not rows:
        _must_be_known(client)
        whose = f" of {client}'s" if client else ""
        click.echo(f"No complaints{whose}." if ended else f"No open complaints{whose}; the others: --all")
        return
    click.echo(f"Times are {zone}.")
    tables.echo(complaint_ledger.HEAD, rows)
    if found > limit:
        click.echo(f"{found - limit} more are due later: see --limit.")


@click.command()
@click.argument("complaint")
@click.option("--words", is_flag=True, help="What was said, too: only for those who hear it.")
@click.option("--json", "as_json", is_flag=True, help="As JSON: everything only together with --words.")
def complaint(complaint: str, words: bool, as_json: bool) -> None:
    """How a complaint, or a review, stands: who has it until when, what comes next, what was done.

    COMPLAINT is its id, or the number that the customer was told (c-...).

    The words of the customer and of those who answer are for those who hear it; they, and its kind, are
    left out unless --words asks for them.
    """
    stands = _with_complaint(complaint, _stands)
    if as_json:
        click.echo(complaint_ledger.as_json(stands, words))
        return
    for line in complaint_ledger.told(stands, words, datetime.now(UTC), session.time_zone()):
        click.echo(line)


@click.command(name="complaint-say")
@click.argument("complaint")
@click.argument("what", type=click.Choice(sorted({*REMARKS, *FINDINGS})), metavar="WHAT")
@click.option("--by", required=True, help="Who says it: a person's or a contact's id; caller: no contact.")
@click.option(
    "--with", "content", multiple=True, metavar="FIELD=VALUE", help="What else it needs; may be repeated."
)
@click.option(
    "--signal", is_flag=True, help="Send it as a signal: no answer, a refusal stands in the record."
)
def complaint_say(complaint: str, what: str, by: str, content: tuple[str, ...], signal: bool) -> None:
    """Say something about a complaint, or a review.

    \b
    WHAT                needs
    of those who hear it:
      acknowledge
      answer            words= [promise= promised_by=2026-12-24T18:00Z]
      verify            promise=1 kept=yes|no [words=], also of the customer
    of the customer (--by caller: of one who is no contact):
      settle            settled=yes|no [words=]
      add               words= [about= somebody's id, may be repeated]
      withdraw          [words=]
      reopen            [words=]
    of those who lead a review (review-...):
      acknowledge
      conclude          words=
    """
    message = _message(complaint, what, by, content)

    async def said(tickets: Tickets, ident: str) -> str:
        if signal:
            return await _signalled(tickets, ident, what, message)
        key = str(uuid.uuid4())
        if isinstance(message, Remark):
            text = (await tickets.remark(ident, what, message, key)).text
        else:
            text = await _found(tickets, ident, what, message, key)
        return session.answered(await _stands(tickets, ident), text)

    click.echo(tables.harmless(_with_complaint(complaint, said)))


# Raised ----------------------------------------------------------------------------------


def _must_be_ours(book: Procedure, *people: str) -> None:
    """Ids of the MSP's people: whom it is about by any other text would still hear it."""
    for person in people:
        proposed.staff_of(book, person)


def _raised(book: Procedure, client: str, by: str, concern: raising.Concern, key: str) -> Raised:
    """What is raised; Failure with all that it lacks."""
    if book.complaints is None:
        raise Failure(
            "The procedure has no path for complaints: write one under complaints in procedure.yaml"
        )
    try:
        if not by:
            return raising.by_anybody(book, client, concern, key)
        _contact(book.clients[client], client, by)
        return raising.by_contact(book, client, by, concern, key)
    except Refused as refused:
        raise Failure(f"{refused} (--who, --reach, --words, --settle, --about)") from None


def _contact(terms: Client, client: str, ident: str) -> None:
    if ident not in terms.contacts:
        raise Failure(f"{ident!r} is no contact of {client}: one of {', '.join(terms.contacts)}")


def _heard(raised: Raised, ticket: str, key: str) -> Complaint:
    """Send it; where it stands once somebody was told of it."""

    async def work(tickets: Tickets) -> Complaint:
        whole = await _about(tickets, raised, ticket) if ticket else raised
        await tickets.complain(whole)
        try:
            return await tickets.heard(whole.id)
        except Away as away:
            text = f"{whole.number} is raised, but nobody was told of it in time: {away}."
            raise Failure(f"{text} Is the worker running?", UNREACHABLE) from None

    try:
        return session.with_tickets(work)
    except Failure as failure:
        if failure.exit_code != UNREACHABLE:
            raise
        again = f"Repeat it with --key {key}: however often it is sent, it counts once."
        raise Failure(f"{failure.message} {again}", UNREACHABLE) from None


async def _about(tickets: Tickets, raised: Raised, ident: str) -> Raised:
    """With the ticket that it is about."""
    try:
        # One that has joined an emergency is handled there.
        ticket = await tickets.presented(ident)
    except NoSuchTicket:
        ticket = None
    if ticket is None or ticket.client != raised.client:
        raise Failure(
            f"{ident!r} is no ticket of {raised.client}, or Temporal no longer keeps it: "
            f"see starter.py list --client {raised.client}, or leave --ticket out"
        )
    return raising.about_ticket(raised, ticket)


async def _must_be_there(tickets: Tickets, ident: str, client: str) -> None:
    """A ticket that Temporal still has."""
    try:
        await tickets.status(ident)
    except NotYet:
        return  # it is just being opened
    except NoSuchTicket:
        raise Failure(
            f"There is no ticket {ident!r}, or Temporal no longer keeps it: see starter.py list "
            f"--client {client}; without --ticket the link is the one of the client's page"
        ) from None


def _told(stands: Complaint, book: Procedure, settings: Settings, key: str) -> list[str]:
    """What is said to the customer on the telephone."""
    now, zone = datetime.now(UTC), book.clients[stands.client].time_zone
    told = complaint_ledger.words_of(stands, now, zone)
    lines = [f"Number: {stands.number} ({stands.id})", f"{told.standing}."]
    lines += complaint_ledger.next_steps(stands, told.reads, words=False)
    lines += ["", f"Times are {zone}."]
    if stands.by != CALLER:
        return [*lines, f"{stands.who} gets it by mail, with a link to how it stands."]
    try:
        page = _links(settings, book).url(Address("complaint", stands.id, CALLER))
    except Failure as failure:
        return [*lines, f"No link for them: {failure.message}. Then repeat this with --key {key}."]
    return [*lines, "No mail reaches them. Give them the link to how it stands:", page]


def _links(settings: Settings, book: Procedure) -> Links:
    try:
        return Links(settings.keys(), settings.public_url, taken_back(lambda: book))
    except SettingsError as error:
        raise Failure(str(error)) from None


# Found -----------------------------------------------------------------------------------


def _must_be_known(client: str) -> None:
    """A client of whom nothing is found is one of the procedure's, as far as that can be read."""
    if not client:
        return
    try:
        settings = session.settings()
        book = session.book(settings.procedure, settings.state)
    except Failure:
        return  # the list needs no procedure
    typed.client_of(book, client)


async def _latest(runs: AsyncIterator[WorkflowExecution]) -> list[WorkflowExecution]:
    """The last run of each: one that was opened again has several."""
    last: dict[str, WorkflowExecution] = {}
    async for run in runs:
        if run.id not in last or run.start_time > last[run.id].start_time:
            last[run.id] = run
    return list(last.values())


def _due(run: WorkflowExecution) -> datetime:
    return run.typed_search_attributes.get(NEXT_DUE) or _LATEST


async def _where_they_stand(tickets: Tickets, idents: list[str]) -> dict[str, Complaint | Review]:
    """Each that answers; nobody is asked any more once none of some does: there is no worker."""
    found: dict[str, Complaint | Review] = {}

    async def look(ident: str) -> None:
        with suppress(NoSuchTicket, Away, TimeoutError):
            async with asyncio.timeout(A_MOMENT):
                found[ident] = await _stands(tickets, ident)

    for first in range(0, len(idents), AT_ONCE):
        before = len(found)
        await asyncio.gather(*map(look, idents[first : first + AT_ONCE]))
        if len(found) == before:
            break
    return found


async def _stands(tickets: Tickets, ident: str) -> Complaint | Review:
    return await (
        tickets.assignment(ident, Review) if ident.startswith(_REVIEW) else tickets.complaint(ident)
    )


# Said ------------------------------------------------------------------------------------


def _message(ident: str, what: str, by: str, content: tuple[str, ...]) -> Remark | Finding:
    """What is said; Failure with what a review, or a complaint, takes instead."""
    review = ident.startswith(_REVIEW)
    known = sorted(FINDINGS) if review else sorted(REMARKS)
    if what not in known:
        raise Failure(f"A {'review' if review else 'complaint'} takes no {what}: one of {', '.join(known)}")
    if review:
        return fields.message(FINDINGS[what], what, by, content)
    message = fields.message(REMARKS[what], what, by, content)
    if isinstance(message, AddToComplaint) and message.about:
        settings = session.settings()
        _must_be_ours(session.book(settings.procedure, settings.state), *message.about)
    return message


async def _found(tickets: Tickets, ident: str, what: str, finding: Finding, key: str) -> str:
    """Say something about a review; of one that was held, it hears who has held it."""
    try:
        return (await tickets.say(ident, what, finding, key)).text
    except NoSuchTicket:
        finding.apply(await tickets.assignment(ident, Review), datetime.now(UTC))
        raise Away("it has just begun anew") from None


async def _signalled(tickets: Tickets, ident: str, what: str, message: Remark | Finding) -> str:
    try:
        await tickets.signal(ident, what, message)
    except NoSuchTicket:
        over = await _stands(tickets, ident)
        again = "" if isinstance(over, Review) else "; reopen goes without --signal"
        raise Refused(f"{ident} is over, and takes no signal{again}") from None
    return "Sent."


def _with_complaint(typed: str, work: Callable[[Tickets, str], Awaitable[Result]]) -> Result:
    """Like ``session.with_tickets``, about one complaint or review, given by its id or its number."""
    missing = Failure(
        f"There is no such complaint {typed!r}, or Temporal no longer keeps it; "
        "see: starter.py complaints --all"
    )
    known = typed.startswith((_COMPLAINT, _REVIEW)) or _NUMBER.fullmatch(typed)
    if not known or not typed.isprintable():
        raise missing

    async def asked(tickets: Tickets) -> Result:
        try:
            return await work(tickets, await _ident(tickets, typed))
        except NoSuchTicket:
            raise missing from None

    return session.with_tickets(asked)


async def _ident(tickets: Tickets, typed: str) -> str:
    """The id of what is meant by its id, or by the number in the customer's mail. Raises NoSuchTicket."""
    if not _NUMBER.fullmatch(typed):
        return typed
    ends = f"-{typed.lower()}"
    found = {run.id async for run in tickets.find_complaints("", MOST) if run.id.endswith(ends)}
    if len(found) > 1:
        raise Failure(f"{typed} is the number of several: write {' or '.join(sorted(found))}")
    if not found:
        raise NoSuchTicket(typed)
    return found.pop()
