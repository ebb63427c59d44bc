"""The document that is attached to a client's contract, and what is different between two of its versions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import click

from commands import session, typed
from commands.session import Failure
from procedure.book.procedure import Procedure
from procedure.clocks.calendars import wall_time
from procedure.document.content import ClientDocument
from procedure.document.whole import document as written


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--format", "form", type=click.Choice(("html", "md")), default="html", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write it to this file instead of the terminal.")
def document(folder: Path, client: str, form: Literal["html", "md"], out: Path | None) -> None:
    """A client's part of a procedure as the page that is attached to the contract.

    It says what is executed, in plain words. HTML prints well on A4.
    """
    # What draws its picture takes a moment to load: only for who needs it.
    from runtime.document import rendered

    book = session.book(folder, session.settings().state)
    today = _today(book)
    text = rendered(_of(book, client, today), form, today)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{out} can't be written ({error.strerror}): name another file with --out") from None
    click.echo(f"{out} is written.")


def _of(book: Procedure, client: str, today: date) -> ClientDocument:
    return written(book, typed.client_of(book, client), today)


def _today(book: Procedure) -> date:
    return wall_time(datetime.now(UTC), book.time_zone).date()
