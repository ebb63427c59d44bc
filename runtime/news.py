"""Tells open tickets when hours, holidays, rotas or leave have changed, so that they look again."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from procedure.book.procedure import Procedure
from procedure.check.changes import changes
from runtime.private import copy_private
from runtime.procedure_files import ProcedureError, read
from runtime.procedure_folder import ProcedureFolder
from runtime.tickets import Away, NoSuchTicket, Tickets
from workflows.messages.ticket import LookAgain

log = structlog.get_logger(__name__)

EVERY = 2.0
"""Seconds between two looks at the procedure in force."""

MOST = 100_000
"""Open tickets of one client."""


class News:
    """Watches the procedure in force; what is new is told to every open ticket it concerns.

    What could not be told, because Temporal was away, is told at the next look. A copy of the
    files that were told of last is kept, so that what changes while nobody watches is told too.
    Several workers tell the same; a ticket looks again once.
    """

    def __init__(self, folder: ProcedureFolder, tickets: Tickets, kept: Path) -> None:
        self._folder = folder
        self._tickets = tickets
        self._kept = kept
        self._told = self._remembered()
        self._remembers = self._told.version if self._told else ""

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> int:
        """Tell what is new since the last look; how many tickets were told."""
        book, told = self._folder.current(), 0
        if book is self._told:
            return told
        try:
            for client, reason in changes(self._told or book, book, datetime.now(UTC)).items():
                told += await self._tell(client, reason, _fingerprint(book, reason))
        except Away as away:
            log.warning("open tickets not told", reason=str(away))
            return told
        self._told = book
        if book.version != self._remembers:
            await asyncio.to_thread(self._remember, book)
        return told

    async def _tell(self, client: str, reason: str, calendar: str) -> int:
        message = LookAgain(calendar=calendar, reason=reason)
        running = f"Client = '{client}' AND ExecutionStatus = 'Running'"
        tickets = [run.id async for run in self._tickets.find(running, MOST)]
        for ticket in tickets:
            try:
                await self._tickets.signal(ticket, "look_again", message)
            except NoSuchTicket:
                continue  # closed meanwhile
        log.info("open tickets told", client=client, reason=reason, tickets=len(tickets))
        return len(tickets)

    def _remembered(self) -> Procedure | None:
        """The procedure that was told of last; feeds are taken as they are now."""
        try:
            book = read(self._kept)
        except ProcedureError:
            return None
        shifts = {**self._folder.current().almanac.shifts, **book.almanac.shifts}
        return book.knowing(replace(book.almanac, shifts=shifts))

    def _remember(self, book: Procedure) -> None:
        """Keep a copy of the files, if they are still those of this version."""
        fresh = self._kept.with_name(f"{self._kept.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        copy_private(self._folder.path, fresh)
        try:
            same = read(fresh).version == book.version
        except ProcedureError:
            same = False
        if same:
            shutil.rmtree(self._kept, ignore_errors=True)
            fresh.rename(self._kept)
            self._remembers = book.version
        else:
            shutil.rmtree(fresh)


def _fingerprint(book: Procedure, reason: str) -> str:
    """The same for every worker that tells this news; another as soon as a calendar changes again."""
    shifts = sorted(book.almanac.shifts.items())
    return hashlib.sha256(f"{book.version} {reason} {shifts}".encode()).hexdigest()[:12]
