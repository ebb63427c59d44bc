"""The records: how they stand, what was solved by what, one client's for an auditor, and what is erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import func, select

from commands import session, tables, typed
from commands.session import UNREACHABLE, Failure
from procedure.book.procedure import Procedure
from records.database import Records, RecordsAway, RecordsRefused
from records.erasure import Erased, erase
from records.export import ExportError, export, verify
from records.search import FoundTicket, search
from records.tables import CAUGHT_UP, METADATA, RUNS
from runtime.settings import SettingsError

SOLUTION = 400
"""Characters of a solution that a list shows."""


@contextmanager
def opened() -> Iterator[Records]:
    """The records that the settings name; Failure where they are away."""
    try:
        records = session.settings().records()
    except SettingsError as error:
        raise Failure(str(error)) from None
    try:
        yield records
    except RecordsAway as away:
        raise Failure(f"The records are away: {away}", UNREACHABLE) from None
    finally:
        records.close()


@click.command(name="records")
@click.option(
    "--upgrade", is_flag=True, help="Bring the schema up to date now; a worker does so as it starts."
)
def records_stand(upgrade: bool) -> None:
    """Where the records are, at which version of the schema, and what is in them."""
    with opened() as records:
        if upgrade:
            records.upgrade()
        version, wanted = records.schema()
        click.echo(f"{records.called}: schema {version or 'none yet'}{_beside(version, wanted)}")
        if not version:
            return
        with records.reading() as connection:
            for table in METADATA.sorted_tables:
                count = connection.execute(select(func.count()).select_from(table)).scalar_one()
                click.echo(f"  {table.name}: {count:,}")
            until = connection.execute(select(CAUGHT_UP.c.until)).scalar()
            missed = select(RUNS.c.ident, RUNS.c.missed).where(RUNS.c.missed != "").order_by(RUNS.c.closed)
            lost = connection.execute(missed).all()
    if until:
        click.echo(f"What ended until {tables.shown(until, session.time_zone())} is recorded.")
    for ident, why in lost:
        click.echo(tables.harmless(f"Not whole: {ident}: {why}"))


def _beside(version: str, wanted: str) -> str:
    return "" if version == wanted else f"; this version wants {wanted}: starter.py records --upgrade"


@click.command(name="search")
@click.argument("words", nargs=-1, required=True)
@click.option("--client", default="", help="Only this client's.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
def search_tickets(words: tuple[str, ...], client: str, limit: int) -> None:
    """Tickets that have all these words, open and closed ones, the newest first: who solved each, and how."""
    text = " ".join(words)
    typed.must_be_text(words=text)
    with opened() as records:
        found = search(records, text, client, limit)
    name, zone = _names(), session.time_zone()
    for one in found:
        click.echo(tables.harmless(_told(one, name, zone)))
    if not found:
        click.echo("Nothing like it is recorded.")


def _told(one: FoundTicket, name: Callable[[str], str], zone: str) -> str:
    lines = [
        f"{one.ident}  {one.title}",
        f"  {one.severity} {one.status}, opened {tables.shown(one.opened, zone)}",
    ]
    if one.solved:
        where = f" ({one.solved_at})" if one.solved_at else ""
        lines.append(f"  solved {tables.shown(one.solved, zone)} by {name(one.solved_by)}{where}:")
        lines.append(f"    {tables.indented(one.solution[:SOLUTION], 4)}")
    elif one.holder:
        lines[-1] += f", with {name(one.holder)}"
    return "\n".join(lines)


def _names() -> Callable[[str], str]:
    """What people are called; by their ids, where the procedure can't be read."""
    known = session.settings()
    try:
        book = session.book(known.procedure, known.state)
    except Failure:
        return str
    return lambda ident: person.name if (person := book.person(ident)) else ident or "somebody"


@click.command(name="export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--client", default="", help="Whose tickets; the client's id in the procedure.")
@click.option("--from", "begin", default="", help="The first day on which they opened, or a time.")
@click.option("--to", "end", default="", help="The last day, or a time.")
@click.option("--verify", "checked", is_flag=True, help="Whether FOLDER is still as it was written.")
def export_records(folder: Path, client: str, begin: str, end: str, checked: bool) -> None:
    """One client's tickets, timelines and decisions for an auditor, as CSV and JSON in a new FOLDER.

    Each line has a hash that stands for it and all before it: --verify finds the first that was changed, left
    out or added. Note the hash that is printed at the end: it must be the same then.
    """
    try:
        if checked:
            done = verify(folder)
        else:
            known = session.settings()
            book = session.book(known.procedure, known.state)
            typed.client_of(book, client)
            since = typed.instant(begin, "--from", book.time_zone)
            until = typed.instant(end, "--to", book.time_zone, whole_day=True)
            with opened() as records:
                done = export(records, client, since, until, folder)
    except ExportError as error:
        raise Failure(tables.harmless(str(error))) from None
    for name, count in done.counts.items():
        click.echo(f"{name}: {count:,} lines")
    click.echo(f"{'As it was written' if checked else 'Written'}: {done.whole}")


@click.command(name="erase")
@click.argument("who")
@click.option("--called", multiple=True, help="What else they are called in texts; may be repeated.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_person(who: str, called: tuple[str, ...], yes: bool) -> None:
    """Erase a person from the records: WHO is their id, or an address of theirs. Every count stays.

    Their id becomes another one, what they wrote is taken out, and their name and address where others wrote
    them. Says what is left: open tickets, Temporal's histories, mails, and copies.
    """
    typed.must_be_text(who=who, called=" ".join(called))
    person, in_files = _person(who, called)
    if not yes:
        click.confirm(f"Erase {who} for good?", abort=True)
    with opened() as records:
        try:
            done = erase(records, person)
        except RecordsRefused as refused:
            raise Failure(str(refused)) from None
    for name, count in done.changed.items():
        click.echo(f"{name}: {count:,} rows changed")
    click.echo(
        f"Called {done.instead} from now on." if person.ident else "Nobody has such an id: texts only."
    )
    click.echo("Not erased:")
    for left in (*_left(done.open, in_files), *ALWAYS_LEFT):
        click.echo(tables.harmless(f"- {left}"))


ALWAYS_LEFT = (
    "what Temporal still keeps: histories of closed workflows go when its retention is over",
    "mails and messages that were sent, and logs of mail servers",
    "copies: exports, and backups of the database and of Temporal's",
    "names and addresses that are written in another way than these",
)
"""What no command of ours reaches."""


def _left(still_open: Sequence[str], in_files: bool) -> Iterator[str]:
    for ident in still_open:
        yield f"{ident}: open, or just ended; erase them again when that is over"
    if in_files:
        yield "the procedure's files: they still stand there"


def _person(who: str, called: tuple[str, ...]) -> tuple[Erased, bool]:
    """Who is meant, with their name and addresses where the files still know them."""
    known = session.settings()
    try:
        book: Procedure | None = session.book(known.procedure, known.state)
    except Failure:
        book = None
    contacts = [one for client in book.clients.values() for one in client.contacts.items()] if book else []
    for ident, one in (*(book.people.items() if book else ()), *contacts):
        if who == ident or who.casefold() == one.mail.casefold():
            return Erased(ident, (one.mail, one.name, *called)), True
    return (Erased("", (who, *called)) if "@" in who else Erased(who, called)), False
