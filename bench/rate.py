"""How many routine tickets a second, from open to confirmed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.machine import watched
from bench.stage import System, stage
from bench.story import routine

AT_ONCE = 30
WARM_UP = 20


@dataclass(frozen=True)
class Rate:
    """Tickets a second, and the seconds of processor time that each took in the worker.

    ``others`` is how many processors programs that are not ours used meanwhile.
    """

    per_second: float
    worker: float
    others: float


async def rate(system: System, count: int) -> Rate:
    """Tell the routine story so many times, some of them at once."""
    async with stage(system, pace=1) as on:
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
    return Rate(count / took, cost, others.processors)
