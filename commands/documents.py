"""The document that is attached to a client's contract, and what is different between two of its versions."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import click

from commands import session, typed
from commands.session import Failure
from procedure.book.procedure import Procedure
from procedure.clocks.calendars import wall_time
from procedure.document.content import ClientDocument, agreed
from procedure.document.difference import differences
from procedure.document.whole import document as written
from runtime.links import Address, Links, taken_back
from runtime.settings import SettingsError
from workflows.messages.agreement import AskToConfirm


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option(
    "--diff",
    "two",
    nargs=2,
    type=click.Path(path_type=Path),
    metavar="OLD NEW",
    help="Tell what is different between two folders instead.",
)
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--format", "form", type=click.Choice(("html", "md")), default="html", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write it to this file instead of the terminal.")
def document(
    folder: Path | None,
    two: tuple[Path, Path] | None,
    client: str,
    form: Literal["html", "md"],
    out: Path | None,
) -> None:
    """A client's part of a procedure as the page that is attached to the contract.

    It says what is executed, in plain words. HTML prints well on A4. With --diff: what it says otherwise in
    the second folder than in the first.
    """
    if folder and not two:
        text = _written(folder, client, form)
    elif two and not folder:
        text = _difference(*two, client)
    else:
        raise Failure("Name the folder of a procedure, or two of them after --diff")
    if out is None:
        click.echo(text)
        return
    session.write(out, f"{text}\n", "--out")
    click.echo(f"{out} is written.")


@click.command(name="document-link")
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--to", "contact", required=True, help="Who is to confirm it: the id of one of its contacts.")
@click.option("--mail", is_flag=True, help="Also send it to them, with what is asked of them.")
def document_link(client: str, contact: str, mail: bool) -> None:
    """The private link on which a contact reads their company's document, and confirms it."""
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    contacts = book.clients[typed.client_of(book, client)].contacts
    if contact not in contacts:
        raise Failure(f"There is no contact {contact!r} of {client}: one of {', '.join(contacts)}")
    try:
        links = Links(settings.keys(), settings.public_url, taken_back(lambda: book))
    except SettingsError as error:
        raise Failure(str(error)) from None
    click.echo(links.url(Address("agreement", client, contact)))
    if mail:
        asks = AskToConfirm(by="starter.py", via="the command line", to=contact, name=contacts[contact].name)
        answer = session.with_tickets(lambda door: door.ask_to_confirm(client, asks, str(uuid.uuid4())))
        click.echo(f"{answer.text}.")


def _written(folder: Path, client: str, form: Literal["html", "md"]) -> str:
    # What draws its picture takes a moment to load: only for who needs it.
    from runtime.document import rendered

    book = session.book(folder, session.settings().state)
    today = _today(book)
    return rendered(_of(book, client, today), form, today)


def _difference(before: Path, after: Path, client: str) -> str:
    state = session.settings().state
    old, new = session.book(before, state), session.book(after, state)
    if client in new.clients and client not in old.clients:
        return f"{new.clients[client].name} is new: there is no version of theirs in {before}."
    today = _today(new)
    one, other = _of(old, client, today), _of(new, client, today)
    found = differences(agreed(one), agreed(other))
    if not found:
        return f"Nothing is different for {other.client} (version {other.fingerprint})."
    title = f"{other.client}: version {other.fingerprint}, was {one.fingerprint}"
    parts = ("\n".join((part.section, *(f"- {line}" for line in part.lines))) for part in found)
    return "\n\n".join((title, *parts))


def _of(book: Procedure, client: str, today: date) -> ClientDocument:
    return written(book, typed.client_of(book, client), today)


def _today(book: Procedure) -> date:
    return wall_time(datetime.now(UTC), book.time_zone).date()
