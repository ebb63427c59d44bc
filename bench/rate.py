"""How many routine tickets a second, from open to confirmed."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.machine import watched
from bench.procedure import write
from bench.stage import Compared, Stage, stage
from bench.story import routine

AT_ONCE = 30
WARM_UP = 20


@dataclass(frozen=True)
class TicketRate:
    """Tickets a second, and the seconds of processor time that each took in the worker.

    ``others`` is how many processors programs that are not ours used meanwhile.
    """

    per_second: float
    worker: float
    others: float


async def rate(system: Compared, count: int) -> TicketRate:
    """Tell the routine story so many times, some of them at once."""
    with tempfile.TemporaryDirectory() as folder:
        # The bare workflow knows no hours; Rung's clients are within theirs, whenever this runs.
        procedure = write(Path(folder), "day", pace=1)
        async with stage(system, 1, procedure=procedure) as on:
            return await _told(on, count)


async def _told(on: Stage, count: int) -> TicketRate:
    await asyncio.gather(*(routine(on, f"warm-{number}") for number in range(WARM_UP)))
    free = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with free:
            await routine(on, str(number))

    loop, used = asyncio.get_running_loop(), on.worker.cpu_times()
    start = loop.time()
    with watched() as others:
        await asyncio.gather(*(one(number) for number in range(count)))
    took, now = loop.time() - start, on.worker.cpu_times()
    cost = (now.user + now.system - used.user - used.system) / count
    return TicketRate(count / took, cost, others.processors)
