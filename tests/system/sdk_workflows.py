"""Two workflows that have nothing to do with Rung: runtime/runner.py is for what the SDK makes of them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import activity, workflow

SOON = timedelta(seconds=5)


@activity.defn
async def one(number: int) -> None:
    """Takes a moment, longer for a higher number."""
    await asyncio.sleep(number * 0.2)


@activity.defn
async def other(number: int) -> None:
    """Of another name."""


@workflow.defn
class LookedAt:
    """A timer falls due while no worker runs, and a query waits for one."""

    @workflow.init
    def __init__(self) -> None:
        self.due = False
        self.over = False

    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(1)
        self.due = True
        await workflow.execute_activity(one, 0, start_to_close_timeout=SOON)
        await workflow.wait_condition(lambda: self.over)

    @workflow.update
    async def end(self) -> None:
        self.over = True

    @workflow.query
    def stands(self) -> bool:
        return self.due


@workflow.defn
class LoadedAgain:
    """Two tasks in which nothing is done, and an update that a worker hears which has to load it first."""

    @workflow.init
    def __init__(self) -> None:
        self.known = False
        self.over = False

    @workflow.run
    async def run(self) -> None:
        await asyncio.gather(
            *(workflow.execute_activity(one, number, start_to_close_timeout=SOON) for number in (1, 2))
        )
        self.known = True
        await workflow.wait_condition(lambda: self.over)

    @workflow.update
    async def end(self) -> bool:
        known = self.known
        await workflow.execute_activity(one if known else other, 0, start_to_close_timeout=SOON)
        self.over = True
        return known
