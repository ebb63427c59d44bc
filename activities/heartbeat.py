"""Signs of life, for what is sent while a worker may die."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio import activity

BEAT = timedelta(seconds=3)


@asynccontextmanager
async def heartbeats(done: Sequence[int] = ()) -> AsyncIterator[None]:
    """Tell Temporal that we are alive, if it takes long: a mail lost in a crash is sent again soon.

    ``done`` is what need not be done again then; it may grow meanwhile.
    """

    async def beat() -> None:
        while True:
            await asyncio.sleep(BEAT.total_seconds())
            activity.heartbeat(*done)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
