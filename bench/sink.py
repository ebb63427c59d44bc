"""The mail server: takes every mail, keeps none, and knows when each was accepted."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiosmtpd.smtp import SMTP, Envelope, Session

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^@>]+)\.(\d+)@", re.IGNORECASE | re.MULTILINE)

LONGEST = 300.0
"""Seconds. A mail that has not come by then never will."""


class Sink:
    """When which ticket's mails came, by recipient."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[tuple[str, str]] = []
        self._seen: set[tuple[str, int]] = set()
        self._count: Counter[tuple[str, str]] = Counter()
        self._came: dict[tuple[str, str, int], asyncio.Future[datetime]] = {}

    async def mail(self, ticket: str, to: str, nth: int = 1) -> datetime:
        """When a person's nth mail about a ticket was accepted; waits for it, but not for ever."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._arrival(ticket, to, nth)), LONGEST)
        except TimeoutError:
            raise TimeoutError(f"{ticket}: no mail number {nth} to {to} within {LONGEST:g} s") from None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        now = datetime.now(UTC)
        found = _MESSAGE_ID.search(envelope.original_content or b"")
        if found is None:
            return "554 every mail here has a ticket's Message-ID"
        ticket, number = found[1].decode(), int(found[2])
        if (ticket, number) not in self._seen:
            self._seen.add((ticket, number))
            self._note(ticket, envelope.rcpt_tos[0].partition("@")[0], now)
        return "250 OK"

    def _note(self, ticket: str, to: str, now: datetime) -> None:
        self.mails.append((ticket, to))
        self._count[ticket, to] += 1
        self._arrival(ticket, to, self._count[ticket, to]).set_result(now)

    def _arrival(self, ticket: str, to: str, nth: int) -> asyncio.Future[datetime]:
        return self._came.setdefault((ticket, to, nth), asyncio.get_running_loop().create_future())


@asynccontextmanager
async def sink() -> AsyncIterator[Sink]:
    """A mail server on a free port of this machine."""
    taking, loop = Sink(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(taking, hostname="sink", loop=loop), "127.0.0.1", 0)
    taking.port = server.sockets[0].getsockname()[1]
    try:
        yield taking
    finally:
        server.close()
