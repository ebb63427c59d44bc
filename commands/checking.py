"""Checking a procedure: what is wrong with it, and what to look at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from commands import session
from commands.session import Failure
from procedure.book.procedure import Procedure
from procedure.check import (
    authority_outlook,
    complaints_outlook,
    outlook,
    paging_outlook,
    prevention_outlook,
)
from procedure.check.unmapped import CameIn, to_map
from procedure.clocks.calendars import instant, wall_time
from procedure.document.confirmed import Confirmed, to_confirm
from procedure.document.whole import document
from runtime import holiday_dates
from runtime.procedure_files import schema
from runtime.tickets import Tickets
from workflows.attributes import CATEGORY, CLIENT, SYSTEM

LATELY = timedelta(days=30)
MOST_TICKETS = 1000
"""How far back, and at how many tickets, it looks for what came in and is not known."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--schema", "schema_to", type=click.Path(path_type=Path), help="Also write JSON Schemas for editors here."
)
@click.option(
    "--came-in",
    is_flag=True,
    help="Also list what helpdesks have sent of late that is in no file; asks Temporal.",
)
@click.option(
    "--confirmed",
    is_flag=True,
    help="Also list the clients that have not confirmed what their document says now; asks Temporal.",
)
@click.option("--strict", is_flag=True, help="Exit with 2 when there is something to look at.")
def check(folder: Path, schema_to: Path | None, came_in: bool, confirmed: bool, strict: bool) -> None:
    """Read a procedure, and name all that is wrong with it: file, line, key, and what to write.

    Then what to look at, though nothing forbids it: times in the next 30 days that nobody
    covers, people without a channel that works or whose turn never comes, holidays of parts of
    a country, complaints that nobody hears, what too few people may approve or agree to, and
    systems that nothing monitors. Last, what was left out of calendars, which is nothing to mend.
    """
    if schema_to:
        schema_to.mkdir(parents=True, exist_ok=True)
        for name, content in schema().items():
            (schema_to / name).write_text(json.dumps(content, indent=2) + "\n")
    book = session.book(folder, session.settings().state)
    click.echo(
        f"{book.name} {book.version}: {len(book.people)} people, {len(book.tiers)} tiers, "
        f"{len(book.clients)} clients. Nothing is wrong."
    )
    now = datetime.now(UTC)
    ahead = f"To look at in the next {outlook.AHEAD.days} days (times in {book.time_zone}):"
    number = _listed(ahead, [*outlook.to_look_at(book, now), *_channels(book, now)])
    number += _listed("To look at in the times to answer:", [*paging_outlook.to_look_at(book)])
    number += _listed("To look at in the clients' holidays:", [*_holidays(book, now)])
    number += _listed("To look at in the path of complaints:", [*complaints_outlook.to_look_at(book, now)])
    number += _listed("To look at in the authority table:", [*authority_outlook.to_look_at(book, now)])
    number += _listed("To look at in prevention:", [*prevention_outlook.to_look_at(book)])
    _listed("Left out of calendars, since it can put nobody on call:", [*outlook.left_out(book)])
    if came_in:
        number += _listed(f"Came in within {LATELY.days} days, and is in no file:", _unmapped(book, now))
    if confirmed:
        number += _listed("To look at in what clients have confirmed:", _unconfirmed(book, now))
    if number and strict:
        raise Failure("1 thing to look at" if number == 1 else f"{number} things to look at")


def _listed(title: str, found: list[str]) -> int:
    if found:
        click.echo(f"\n{title}")
    for text in found:
        click.echo(f"- {text}")
    return len(found)


def _holidays(book: Procedure, now: datetime) -> Iterator[str]:
    """Days of the next year that count as open, and on which a part of the client's country does not work."""
    for client, hours in book.almanac.hours.items():
        terms, today = book.clients[client], wall_time(now, hours.zone).date()
        off = terms.holidays
        if not off or not off.country or off.region:
            continue
        regional = holiday_dates.regional(off.country, (today.year, today.year + 1))
        ahead = (day for day in regional if day >= today and day not in hours.special)
        if day := next((day for day in ahead if hours.week[day.weekday()]), None):
            where = ", ".join(regional[day][:3]) + (", and more" if len(regional[day]) > 3 else "")
            yield (
                f"{terms.name}: its holidays are those that all of {off.country} has; {day:%a} {day.day} "
                f"{day:%b %Y}, which only parts of it have ({where}), counts as open: write its region, or "
                "that day under also"
            )


def _unmapped(book: Procedure, now: datetime) -> list[str]:
    """The systems and categories of the latest tickets that the procedure does not know."""

    async def work(tickets: Tickets) -> list[CameIn]:
        found = tickets.find(f"StartTime > '{instant(now - LATELY)}'", MOST_TICKETS)
        known = [run.typed_search_attributes async for run in found]
        return [
            CameIn(one.get(CLIENT) or "", one.get(SYSTEM) or "", one.get(CATEGORY) or "") for one in known
        ]

    return [*to_map(book, session.with_tickets(work))]


def _unconfirmed(book: Procedure, now: datetime) -> list[str]:
    """The clients that have another version of their document in their hands than the one that runs."""

    async def work(tickets: Tickets) -> list[Confirmed]:
        return [await tickets.confirmed(client) for client in book.clients]

    today = wall_time(now, book.time_zone).date()
    found = [to_confirm(one, document(book, one.client, today)) for one in session.with_tickets(work)]
    return [text for text in found if text]


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
