"""Limits on what comes in: how large a body may be, and how often somebody may try."""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from starlette.requests import Request

PAGE_BODY = 64 * 1024
"""Bytes of a form on a link's page."""

WEBHOOK_BODY = 1024 * 1024
"""Bytes of one helpdesk event."""


_DIGITS, _MOST_DIGITS = re.compile("[0-9]+"), 18


class TooLarge(Exception):
    """The body is larger than allowed."""


async def body(request: Request, limit: int) -> bytes:
    """The raw body, never more than the limit of it in memory. Raises TooLarge."""
    declared = request.headers.get("content-length", "")
    if _DIGITS.fullmatch(declared) and int(declared[:_MOST_DIGITS]) > limit:
        raise TooLarge
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > limit:
            raise TooLarge
    return bytes(received)


class Rate:
    """At most so many tries in a time for one key; the least recently seen keys are forgotten first."""

    def __init__(
        self,
        tries: int,
        seconds: float = 60,
        clock: Callable[[], float] = time.monotonic,
        keys: int = 10_000,
    ) -> None:
        self._tries = tries
        self._seconds = seconds
        self._clock = clock
        self._keys = keys
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def allows(self, key: Hashable) -> bool:
        """Count one try; False when the key has used up its tries for now."""
        now = self._clock()
        left, since = self._left.pop(key, (float(self._tries), now))
        left = min(self._tries, left + (now - since) * self._tries / self._seconds)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        if len(self._left) > self._keys:
            self._left.popitem(last=False)
        return allowed


class Pace:
    """One key's turns, so many a second at most: who comes faster waits for theirs.

    A workflow that hears some hundreds of things a second gets nothing else done: Temporal takes its steps
    away from it while more comes in.
    """

    def __init__(self, a_second: float, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every = 1 / a_second
        self._longest = longest
        self._clock = clock
        self._next: dict[Hashable, float] = {}

    async def turn(self, key: Hashable) -> bool:
        """Wait for a turn; False at once where that would take too long."""
        now = self._clock()
        if len(self._next) > KEYS:
            self._next = {one: at for one, at in self._next.items() if at > now}
        turn = max(now, self._next.get(key, now))
        if turn - now > self._longest:
            return False
        self._next[key] = turn + self._every
        await asyncio.sleep(turn - now)
        return True


KEYS = 10_000
"""How many keys are remembered at most before those are forgotten whose turn has come."""
