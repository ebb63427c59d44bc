"""Checking a procedure: what is wrong with it, and what to look at."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands import session
from commands.session import Failure
from procedure.book.people import Staff
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
from procedure.proof.fault import worded
from procedure.proof.faults import faults
from procedure.proof.theorems import promised, theorems
from procedure.proof.words import Worded, counter_example, in_words
from runtime import holiday_dates
from runtime.procedure_files import schema

if TYPE_CHECKING:
    from runtime.tickets import Tickets

LATELY = timedelta(days=30)
MOST_TICKETS = 1000
"""How far back, and at how many tickets, it looks for what came in and is not known."""

LOOKS_EVERY = 0.5
"""How many seconds lie between two looks at the files that are watched."""


@dataclass(frozen=True)
class Checked:
    """What was found in a procedure: a title for each kind of thing to look at, with all of its kind.

    ``proved`` are the theorems in words, ``broken`` those that are promised and not kept, each with its
    counter-example. What was ``left_out`` is nothing to mend.
    """

    book: Procedure
    days: int
    to_look_at: dict[str, list[str]]
    proved: tuple[Worded, ...]
    broken: dict[Worded, list[str]]
    left_out: tuple[str, ...]

    @property
    def number(self) -> int:
        return sum(map(len, self.to_look_at.values()))


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
@click.option(
    "--days",
    type=click.IntRange(1, 1100),
    help="Look so far ahead (else 30 days), and prove how soon anybody has what comes in until then.",
)
@click.option("--strict", is_flag=True, help="Exit with 2 when there is something to look at.")
@click.option("--json", "as_json", is_flag=True, help="Print all that was found as JSON, for programs.")
@click.option(
    "--html",
    "page_to",
    type=click.Path(path_type=Path),
    help="Also write all of it as a page that prints well.",
)
@click.option("--watch", is_flag=True, help="Look again each time a file changes, until Ctrl-C.")
def check(
    folder: Path,
    schema_to: Path | None,
    came_in: bool,
    confirmed: bool,
    days: int | None,
    strict: bool,
    as_json: bool,
    page_to: Path | None,
    watch: bool,
) -> None:
    """Read a procedure, and name all that is wrong with it: file, line, key, and what to write.

    Then what is promised, proved for every ticket of the next 30 days (or --days): a promise that is
    broken is told as a timeline with what to change, and exits with 2. Then what goes wrong, and when;
    and what to look at, though nothing forbids it: times that nobody covers, people without a channel
    that works or whose turn never comes, holidays of parts of a country, complaints that nobody hears,
    what too few people may approve or agree to, and systems that nothing monitors. Last, what was left
    out of calendars, which is nothing to mend.
    """
    if schema_to:
        # The worker's parts take a moment to load: only for who wants it.
        from rehearsal import scenario

        schema_to.mkdir(parents=True, exist_ok=True)
        for name, content in {**schema(), "scenario.schema.json": scenario.schema()}.items():
            (schema_to / name).write_text(json.dumps(content, indent=2) + "\n")
    if watch:
        for _ in _changes(folder):
            click.clear()
            try:
                _show(_report(folder, days, came_in, confirmed), bool(days))
            except Failure as failure:
                click.echo(failure.message)
        return
    try:
        report = _report(folder, days, came_in, confirmed)
    except Failure as failure:
        if as_json:
            click.echo(json.dumps({"mistakes": failure.message.splitlines()}, indent=2))
            raise SystemExit(failure.exit_code) from None
        raise
    if page_to:
        session.write(page_to, f"{_as_page(report)}\n", "--html")
    if as_json:
        click.echo(json.dumps(_as_json(report), indent=2, ensure_ascii=False))
    else:
        _show(report, bool(days))
    if report.broken:
        raise Failure(_count(len(report.broken), "promise") + " broken")
    if report.number and strict:
        raise Failure("1 thing to look at" if report.number == 1 else f"{report.number} things to look at")


def _report(folder: Path, days: int | None, came_in: bool, confirmed: bool) -> Checked:
    book = session.book(folder, session.settings().state)
    now, ahead = datetime.now(UTC), timedelta(days=days) if days else outlook.AHEAD
    shown = f"(times in {book.time_zone})"
    titles = {
        f"Goes wrong in the next {ahead.days} days {shown}:": [
            worded(book, fault, now) for fault in faults(book, now, now + ahead)
        ],
        f"To look at in the next {ahead.days} days {shown}:": [
            *outlook.to_look_at(book, now, ahead),
            *_channels(book, now, ahead),
        ],
        "To look at in the times to answer:": [*paging_outlook.to_look_at(book)],
        "To look at in the clients' holidays:": [*_holidays(book, now)],
        "To look at in the path of complaints:": [*complaints_outlook.to_look_at(book, now, ahead)],
        "To look at in the authority table:": [*authority_outlook.to_look_at(book, now, ahead)],
        "To look at in prevention:": [*prevention_outlook.to_look_at(book)],
    }
    if came_in:
        titles[f"Came in within {LATELY.days} days, and is in no file:"] = _unmapped(book, now)
    if confirmed:
        titles["To look at in what clients have confirmed:"] = _unconfirmed(book, now)
    found = [*(theorems if days else promised)(book, now, now + ahead)]
    return Checked(
        book=book,
        days=ahead.days,
        to_look_at={title: texts for title, texts in titles.items() if texts},
        proved=tuple(in_words(book, one, now) for one in found if one.kept),
        broken={
            in_words(book, one, now): [*counter_example(book, one, now)] for one in found if not one.kept
        },
        left_out=tuple(outlook.left_out(book)),
    )


def _show(report: Checked, asked: bool) -> None:
    book = report.book
    click.echo(
        f"{book.name} {book.version}: {len(book.people)} people, {len(book.tiers)} tiers, "
        f"{len(book.clients)} clients. Nothing is wrong."
    )
    whom = f"every ticket of the next {report.days} days (times in {book.time_zone})"
    _listed(
        f"{'Proved' if asked else 'Promised, and proved'} for {whom}:",
        (one.sentence for one in report.proved),
    )
    if report.broken:
        click.echo(f"\nPROMISED, AND NOT KEPT, for {whom}:")
    for promise, example in report.broken.items():
        click.echo(f"- {promise.sentence}")
        for line in example:
            click.echo(f"    {line}")
    for title, texts in report.to_look_at.items():
        _listed(title, texts)
    _listed("Left out of calendars, since it can put nobody on call:", report.left_out)


def _listed(title: str, found: Iterable[str]) -> None:
    for number, text in enumerate(found):
        click.echo(f"- {text}" if number else f"\n{title}\n- {text}")


def _as_json(report: Checked) -> dict[str, Any]:
    """For programs: the same sentences."""
    return {
        "name": report.book.name,
        "version": report.book.version,
        "days": report.days,
        "mistakes": [],
        "proved": [one.sentence for one in report.proved],
        "broken": [{"promise": one.sentence, "timeline": lines} for one, lines in report.broken.items()],
        "to_look_at": [text for texts in report.to_look_at.values() for text in texts],
        "left_out": report.left_out,
    }


def _as_page(report: Checked) -> str:
    """For paper and screens: a table for each client, and the times with what goes wrong then."""
    from runtime.document import proved

    by_client: dict[str, list[Worded]] = {}
    for one in report.proved:
        by_client.setdefault(one.client, []).append(one)
    book, lists = report.book, {title.rstrip(":"): texts for title, texts in report.to_look_at.items()}
    if report.left_out:
        lists["Left out of calendars, since it can put nobody on call"] = [*report.left_out]
    today = wall_time(datetime.now(UTC), book.time_zone).date()
    until = today + timedelta(days=report.days)
    return proved(book, today, until, by_client, report.broken, lists)


def _changes(folder: Path) -> Iterator[None]:
    """Now, and each time that a file of a folder is written, made or taken away."""
    before: dict[Path, bytes] | None = None
    while True:
        found: dict[Path, bytes] = {}
        for path in sorted(folder.rglob("*")):
            # What an editor takes away again meanwhile; what can't be read, check says. Times are too coarse:
            # a file that is read between being emptied and being filled keeps its own.
            with suppress(OSError):
                found[path] = path.read_bytes()
        if found != before:
            before = found
            yield
        time.sleep(LOOKS_EVERY)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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
    from workflows.attributes import CATEGORY, CLIENT, SYSTEM

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


def _channels(book: Procedure, now: datetime, ahead: timedelta) -> list[str]:
    """Who may be paged at night, and can be reached by mail only, or not by all that is written."""
    mail_only, found = [], []
    for ident, role in outlook.answering(book, now, now + ahead).items():
        person = book.people[ident]
        who = f"{person.name} ({role})"
        broken = _broken(person) if person.channels else {}
        found += [
            f"{who}: {channel} does not work, as seen from here: {why}" for channel, why in broken.items()
        ]
        if len(broken) == len(person.channels):
            mail_only.append(who)
    if mail_only:
        found.append(f"nothing but mail reaches {', '.join(mail_only)}: give them a channel that works")
    return found


def _broken(person: Staff) -> dict[str, str]:
    """Somebody's channels that do not work, as seen from here, and why."""
    # Apprise takes a moment to load: only for who needs it.
    from activities.channels import working

    return {channel: why for channel, source in person.channels.items() if (why := working(source))}
