"""Assignments of any kind at the command line: found, shown, and what people say about them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from commands import approval_ledger, fields, session, tables
from commands.session import Failure
from procedure.book.reader import Reader, unlike_life
from procedure.clocks.calendars import local
from procedure.path.assignment import Assignment, Work
from procedure.path.levels import PathName
from runtime.tickets import NoSuchTicket, Tickets
from workflows.attributes import CLIENT, DRILL, HOLDER, LEVEL, NEXT_DUE, STATUS
from workflows.messages.assignment import ASSIGNMENTS, Finding

MOST = 1000
"""How many are listed at most."""

LISTS: dict[PathName, str] = {"problem": "problems", "prevention": "prevention", "review": "complaints"}
"""The commands that list them."""


def echo_list(kind: type[Assignment], client: str, ended: bool) -> None:
    """The open ones, or all that Temporal keeps; what is due first comes first."""
    if not client.isprintable() or {*client} & {"'", "\\"}:
        raise Failure(f"There is no client {client!r}")
    parts = [f"Client = '{client}'"] if client else []
    parts += [] if ended else ["ExecutionStatus = 'Running'"]
    zone, now = session.time_zone(), datetime.now(UTC)

    async def work(tickets: Tickets) -> list[tuple[datetime, tuple[str, ...]]]:
        rows = []
        async for run in tickets.find_assignments(kind, " AND ".join(parts), MOST):
            known = run.typed_search_attributes
            due = known.get(NEXT_DUE)
            row = (
                run.id,
                known.get(CLIENT) or "?",
                f"{known.get(STATUS) or 'opening'}{' (drill)' if known.get(DRILL) else ''}",
                known.get(LEVEL) or "",
                known.get(HOLDER) or "nobody yet",
                f"{local(due, now, zone, dated=True)}{' OVERDUE' if due < now else ''}" if due else "",
                local(run.start_time, now, zone, dated=True),
            )
            rows.append((due or now, row))
        return sorted(rows)

    rows = [row for _, row in session.with_tickets(work)]
    called = kind.WORDING.called
    if not rows:
        click.echo(f"No {called}s." if ended else f"No open {called}s; the others: --all")
        return
    click.echo(f"Times are {zone}.")
    tables.echo((called.upper(), "CLIENT", "STATUS", "LEVEL", "HOLDER", "DUE", "SINCE"), rows)


def echo_one(kind: type[Assignment], ident: str) -> None:
    """How one stands: who has it until when, what it is about, what comes next, and its record."""
    stands = _with(kind, ident, lambda tickets: tickets.assignment(ident, kind))
    for line in told(stands, datetime.now(UTC), session.time_zone()):
        click.echo(tables.harmless(line))


def told(stands: Assignment, now: datetime, zone: str, confidential: bool = False) -> Iterator[str]:
    """The same in lines. Of what is confidential nothing that somebody has written, and what it is about by
    its names alone."""
    reads = Reader(now, zone=zone, client=stands.client, called=stands.name)
    words = stands.words(reads)
    yield f"{stands.id}: a {words.about}"
    yield f"Times are {zone}."
    yield f"How it stands: {words.standing}"
    yield from unlike_life(stands.terms.pace, stands.drill)
    if not confidential:
        facts = {stands.WORDING.conclusion: stands.conclusion, **words.facts}
        yield from (f"{name}: {tables.indented(fact)}" for name, fact in facts.items() if fact)
    if words.matter.lines:
        yield from ("", f"{words.matter.title}:")
    for name, text in words.matter.lines:
        yield f"  {name}" if confidential else f"  {name}: {tables.indented(text, 4)}"
    if words.steps:
        yield from ("", "If nobody acts:")
        clock = reads.clock(step.at for step in words.steps)
        yield from (f"  {clock(step.at)}  {step.text}" for step in words.steps)
    yield from approval_ledger.record(stands, now, zone)


def say(kind: type[Assignment], ident: str, what: str, by: str, content: tuple[str, ...]) -> None:
    """Somebody says something about one."""
    message: Finding = fields.message(ASSIGNMENTS[kind.PATH][what], what, by, content)

    async def said(tickets: Tickets) -> str:
        text = (await tickets.say(ident, what, message, str(uuid.uuid4()))).text
        return session.answered(await tickets.assignment(ident, kind), text)

    click.echo(tables.harmless(_with(kind, ident, said)))


def _with(kind: type[Work], ident: str, work: session.Asks[session.Result]) -> session.Result:
    """Like ``session.with_tickets``, about one assignment."""
    called = kind.WORDING.called
    missing = Failure(
        f"There is no such {called} {ident!r}, or Temporal no longer keeps it; "
        f"see: starter.py {LISTS[kind.PATH]}"
    )
    if not ident.startswith(f"{kind.PATH}-") or not ident.isprintable():
        raise missing

    async def asked(tickets: Tickets) -> session.Result:
        try:
            return await work(tickets)
        except NoSuchTicket:
            raise missing from None

    return session.with_tickets(asked)
