"""A thousand open tickets: how late their next step is, and what each takes in the worker's memory."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from bench.machine import watched
from bench.procedure import write_always
from bench.stage import Compared, Stage, stage
from bench.story import routine

ARRIVALS = 12.0
"""Tickets a second. The next steps come due at the same rate, well below what this machine can do."""

SPARE = timedelta(seconds=15)
"""From the last ticket's arrival until the first one's next step is due."""

AGREED = timedelta(minutes=10)
"""What examples/northwind gives each person to acknowledge a high ticket."""

WARM_UP = 20


@dataclass(frozen=True)
class Crowd:
    """Seconds from each planned instant until the mail server had the page; bytes for each ticket.

    ``handling`` is the part of the lateness after the server had fired the timer.
    ``others`` is how many processors programs that are not ours used meanwhile.
    """

    lateness: Sequence[float]
    handling: Sequence[float]
    bytes_each: float
    others: float


def percentile(percent: int, seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


async def crowd(system: Compared, count: int) -> Crowd:
    """Open so many tickets, leave them alone, and see when the next person of each is paged."""
    acknowledge = timedelta(seconds=count / ARRIVALS) + SPARE
    with tempfile.TemporaryDirectory() as folder:
        procedure = write_always(Path(folder))
        async with stage(system, AGREED / acknowledge, procedure=procedure) as on:
            return await _measured(on, count, acknowledge)


async def _measured(on: Stage, count: int, acknowledge: timedelta) -> Crowd:
    await asyncio.gather(*(routine(on, f"warm-{number}") for number in range(WARM_UP)))
    with watched() as others:
        before = on.worker.memory_info().rss
        tickets = await _open(on, count)
        await asyncio.gather(*(on.sink.mail(ticket.id, "kim") for ticket in tickets))
        after = on.worker.memory_info().rss
        paged = await asyncio.gather(*(on.sink.mail(ticket.id, "ben") for ticket in tickets))
    planned = [await on.door.opened(ticket.id) + acknowledge for ticket in tickets]
    fired = [await _fired(ticket) for ticket in tickets]
    lateness = [(came - due).total_seconds() for came, due in zip(paged, planned, strict=True)]
    handling = [(came - timer).total_seconds() for came, timer in zip(paged, fired, strict=True)]
    return Crowd(lateness, handling, (after - before) / count, others.processors)


async def _fired(ticket: WorkflowHandle[object, object]) -> datetime:
    """When the ticket's first timer fired, by its history."""
    async for event in ticket.fetch_history_events():
        if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED:
            return event.event_time.ToDatetime(tzinfo=UTC)
    raise AssertionError(f"{ticket.id} paged the next one, but no timer has fired")


async def _open(on: Stage, count: int) -> list[WorkflowHandle[object, object]]:
    """At an even pace, whether or not the one before is open yet."""
    loop = asyncio.get_running_loop()
    start, opening = loop.time(), []
    for number in range(count):
        await asyncio.sleep(start + number / ARRIVALS - loop.time())
        opening.append(asyncio.create_task(on.door.open(str(number), "high")))
    return list(await asyncio.gather(*opening))
