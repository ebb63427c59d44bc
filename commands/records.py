"""The records: how they stand, what was solved by what, one client's for an auditor, and what is erased."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy import func, select

from commands import session, tables, typed
from commands.session import UNREACHABLE, Failure
from records.database import Records, RecordsAway
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
