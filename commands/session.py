"""One command at work: the settings and the procedure it reads, the tickets it reaches, how it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from commands import tables
from procedure.book.procedure import Procedure
from procedure.record import Recorded, Refused
from runtime.feeds import CALENDARS, Feeds
from runtime.procedure_files import ProcedureError
from runtime.procedure_folder import ProcedureFolder
from runtime.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    # Temporal's client takes a moment to load: only for who reaches it.
    from temporalio.client import Client

    from runtime.tickets import Tickets

Result = TypeVar("Result")
Asks = Callable[["Tickets"], Awaitable[Result]]

USER_ERROR = 2
REFUSED = 3
UNREACHABLE = 4


class Failure(click.ClickException):
    """An error of the user's, or of what is reached: one line, and an exit code that says which."""

    def __init__(self, text: str, code: int = USER_ERROR) -> None:
        super().__init__(text)
        self.exit_code = code  # type: ignore[misc]


def with_tickets(work: Callable[[Tickets], Awaitable[Result]]) -> Result:
    """Connect, do the work, and turn what went wrong into one line."""
    from runtime.tickets import Tickets

    return with_temporal(lambda client: work(Tickets(client)))


def with_temporal(work: Callable[[Client], Awaitable[Result]]) -> Result:
    """The same, for what is no ticket's own."""
    from runtime.tickets import Away, NoSuchTicket

    async def session() -> Result:
        try:
            return await work(await _connected())
        finally:
            # A short process that leaves at once can abort in the client's threads.
            await asyncio.sleep(0.1)

    try:
        return asyncio.run(session())
    except Refused as refused:
        raise Failure(tables.harmless(refused.told(on_the_wall)), REFUSED) from None
    except NoSuchTicket:
        raise Failure(
            "There is no such ticket, or Temporal no longer keeps it; see: starter.py list"
        ) from None
    except Away as away:
        raise Failure(f"No answer: {str(away).rstrip('.')}. Is the worker running?", UNREACHABLE) from None


async def _connected() -> Client:
    from runtime.connection import connect
    from runtime.tickets import unreachable

    try:
        return await connect()
    except RuntimeError:
        raise Failure(f"{unreachable()}.", UNREACHABLE) from None


def settings() -> Settings:
    """The settings of this process; Failure with all that is wrong."""
    try:
        return load()
    except SettingsError as error:
        raise Failure(str(error)) from None


def time_zone() -> str:
    """Where the MSP is; UTC where its procedure can't be read, and only Temporal is at hand."""
    known = settings()
    try:
        return book(known.procedure, known.state).time_zone
    except Failure:
        return "UTC"


def on_the_wall(at: datetime) -> str:
    """A time in what is answered at the command line: as it is where the MSP is, with its day."""
    return tables.shown(at, time_zone())


def answered(stands: Recorded, text: str) -> str:
    """What somebody was answered, with its times as they are where the MSP is.

    The answer is what stood last in the record then, with the times that Temporal's pages show.
    """
    told = next((entry for entry in reversed(stands.record) if stands.sentence(entry) == text), None)
    return stands.sentence(told, on_the_wall) if told else text


def write(file: Path, text: str, option: str) -> None:
    """What somebody wants in a file, the one that they have named with an option."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(
            f"{file} can't be written ({error.strerror}): name another file with {option}"
        ) from None


def book(folder: Path, state: Path) -> Procedure:
    """The procedure with the last copies of its feeds, which only running processes fetch."""
    try:
        return ProcedureFolder(folder, Feeds(state / CALENDARS)).current()
    except ProcedureError as error:
        raise Failure(str(error)) from None
