"""Nights: who is on call, and the chain as it would run if nobody acted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from commands import session, tables, typed
from commands.session import Failure
from procedure.book.procedure import Procedure, Tier
from procedure.book.severity import SEVERITIES, Severity
from procedure.check import outlook
from procedure.check.rehearsal import Endless, Paged, Step, walk


@click.command()
@click.option("--from", "begin", default="", help="A date, or a date and a time; today if left out.")
@click.option("--to", "end", default="", help="The last day, or an end with a time; 14 days if left out.")
@click.option("--client", help="Only this client's.")
@click.option("--tier", "only", help="Only this tier's.")
def rota(begin: str, end: str, client: str | None, only: str | None) -> None:
    """Who is on call, per client and tier, leave and substitutes counted in; needs no server.

    Times are those of the MSP, or have an offset: 2026-12-24, 2026-12-24T18:00, 2026-12-24T18:00Z.
    """
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    clients = [typed.client_of(book, client)] if client else list(book.clients)
    tiers = [typed.tier_of(book, only)] if only else list(book.tiers)
    now, zone = datetime.now(UTC), book.time_zone
    since = typed.instant(begin or f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d}", "--from", zone)
    until = typed.instant(end, "--to", zone, whole_day=True) if end else since + timedelta(days=14)
    if not since < until <= since + timedelta(days=366):
        raise Failure(f"--to: write a time after {tables.shown(since, zone)}, and at most a year later")
    click.echo(f"Times in {zone}, where {book.name} is.")
    for line in (*_on_call(book, clients, tiers, since, until), *_unsure(book, now, until)):
        click.echo(line)


@click.command()
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--severity", required=True, type=click.Choice(SEVERITIES), help="How bad it is.")
@click.option("--at", "when", default="", help="When it comes in, where the client is; now if left out.")
def who(client: str, severity: Severity, when: str) -> None:
    """The chain of people and times as it would run if nobody acted; needs no server.

    A time without an offset is the client's own: 2026-12-25T02:10. With one: 2026-12-25T02:10Z.
    """
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    terms = book.clients[typed.client_of(book, client)]
    now = datetime.now(UTC)
    at = typed.instant(when, "--at", terms.time_zone) if when else now
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
    tables.echo(("AT", "WHO", "AS", "THROUGH", "ANSWERS BY"), rows)
    for line in _unsure(book, now, steps[-1].at):
        click.echo(line)


def _on_call(
    book: Procedure, clients: list[str], tiers: list[Tier], since: datetime, until: datetime
) -> Iterator[str]:
    """A table for each tier that has somebody on call, a line for each that has not."""
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
                tables.shown(stretch.begin, book.time_zone),
                tables.shown(stretch.end, book.time_zone),
                *(_on_duty(book, place) for place in (*stretch.places, stretch.lead)),
            )
            for stretch in outlook.stretches(book, tier, since, until)
        ]
        yield from tables.lines(head, rows)


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
    at, name = tables.shown(step.at, book.time_zone), book.people[step.person].name
    rows = [(at, "(nobody)", text, "", "") for text in step.passed_over]
    if not isinstance(step, Paged):
        until = tables.shown(step.until, book.time_zone)
        return [*rows, (at, "(waits)", f"{step.tier}: for the client's hours", "", f"until {until}")]
    if step.instead_of:
        name += f" (for {book.people[step.instead_of].name})"
    role = ", ".join(filter(None, (step.tier or "last resort", step.role)))
    by = tables.shown(step.answers_by, book.time_zone)
    return [*rows, (at, name, role, ", ".join(("mail", *step.channels)), by)]


def _unsure(book: Procedure, now: datetime, until: datetime) -> list[str]:
    """What is not known of the calendars that were used."""
    return [f"\nNot sure: {text}" for text in outlook.calendars(book, now, until)]
