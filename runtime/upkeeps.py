"""Has the prevention of each client kept and looked at that writes what comes due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from procedure.book.procedure import Procedure
from procedure.record import Refused
from runtime.tickets import Away, Tickets

log = structlog.get_logger(__name__)

EVERY = 30.0
"""Seconds between two looks at the procedure in force."""


class Upkeeps:
    """Begins what is missing, at a worker's start and with each new version of the files; what is there goes
    on, however often that is asked for."""

    def __init__(self, current: Callable[[], Procedure], tickets: Tickets) -> None:
        self._current = current
        self._tickets = tickets
        self._begun: Procedure | None = None

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Begin what the files in force ask for; tried again at the next look where Temporal is away."""
        book = self._current()
        if book is self._begun:
            return
        clients = [name for name, client in book.clients.items() if client.prevention]
        try:
            for client in clients:
                await self._tickets.keep_up(client)
        except (Away, Refused) as why:
            log.warning("prevention not looked at", reason=str(why))
            return
        self._begun = book
        log.info("prevention is looked at", clients=len(clients))
