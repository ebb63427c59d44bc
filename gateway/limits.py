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
        self._every = seconds / tries
        self._clock = clock
        self._keys = keys
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def allows(self, key: Hashable) -> bool:
        """Count one try; False when the key has used up its tries for now."""
        return self._wait(key, 0) is not None

    async def turn(self, key: Hashable, longest: float) -> bool:
        """Count one try, and wait until it is due; False at once where that takes longer (in seconds)."""
        wait = self._wait(key, longest)
        if wait is None:
            return False
        await asyncio.sleep(wait)
        return True

    def _wait(self, key: Hashable, longest: float) -> float | None:
        """In how many seconds one more try is due, which counts then; None if that takes longer."""
        now = self._clock()
        left, since = self._left.pop(key, (float(self._tries), now))
        left = min(self._tries, left + (now - since) / self._every)
        wait = max(0.0, (1 - left) * self._every)
        taken = wait <= longest
        self._left[key] = (left - 1 if taken else left, now)
        if len(self._left) > self._keys:
            self._left.popitem(last=False)
        return wait if taken else None
