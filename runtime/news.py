"""Tells open tickets when hours, holidays, rotas or leave have changed, so that they look again."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from procedure.book import Procedure
from procedure.changes import changes
from runtime.tickets import Away, NoSuchTicket, Tickets
from workflows.messages import LookAgain

log = structlog.get_logger(__name__)

EVERY = 2.0
"""Seconds between two looks at the procedure in force."""

MOST = 100_000
"""Open tickets of one client."""


class News:
    """Watches the procedure in force; what is new is told to every open ticket it concerns.

    What could not be told, because Temporal was away, is told at the next look. Several
    workers tell the same; a ticket looks again once.
    """

    def __init__(self, current: Callable[[], Procedure], tickets: Tickets) -> None:
        self._current = current
        self._tickets = tickets
        self._told = current()

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.look()

    async def look(self) -> int:
        """Tell what is new since the last look; how many tickets were told."""
        book = self._current()
        if book is self._told:
            return 0
        count = 0
        try:
            for client, reason in changes(self._told, book, datetime.now(UTC)).items():
                count += await self._tell(client, reason, book.version)
        except Away as away:
            log.warning("open tickets not told", reason=str(away))
            return count
        self._told = book
        return count

    async def _tell(self, client: str, reason: str, version: str) -> int:
        calendar = hashlib.sha256(f"{version} {reason}".encode()).hexdigest()[:12]
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
