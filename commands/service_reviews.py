"""The service review of a client's month, at any time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from commands import session, typed
from commands.records import opened
from commands.session import Failure
from service_review.month import Month
from service_review.page import as_html, as_text
from service_review.review import review as drawn_from


@click.command()
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--month", default="", help="Which month, as 2026-11; left out: the last one.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the page; left out: service-review-<client>-<month>.html here.",
)
def review(client: str, month: str, out: Path | None) -> None:
    """The service review of a client's month: one HTML page, and its main figures here."""
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    zone = book.clients[typed.client_of(book, client)].time_zone
    now = datetime.now(UTC)
    try:
        wanted = Month.parse(month) if month else Month.of(now, zone).before
    except ValueError as error:
        raise Failure(str(error)) from None
    with opened() as records:
        found = drawn_from(records, book, client, wanted, now)
    target = out or Path(f"service-review-{client}-{wanted.written}.html")
    session.write(target, as_html(found, book.name, book.time_zone), "--out")
    click.echo(as_text(found, book.name, book.time_zone).rpartition("\n\n")[0])
    click.echo(f"\nThe page: {target}")
