"""What an approval on both sides weighs: its own history, and what it adds to its ticket's."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import WorkflowHandle

from bench.door import at_rest
from bench.history import History, weighed
from bench.procedure import write
from bench.stage import BARE, RUNG, Stage, server, stage
from bench.story import DECIDERS, asked, held


@dataclass(frozen=True)
class Decided:
    """An approval's own history, and how many events its ticket's got by it."""

    approval: History
    ticket: int


async def decided() -> tuple[Decided, Decided]:
    """Rung's approval and the bare one, at the same time: asked by day, and approved by both sides."""
    async with server() as address:
        rung, bare = await asyncio.gather(_rung(address), _bare(address))
        return rung, bare


async def _rung(address: str) -> Decided:
    with tempfile.TemporaryDirectory() as folder:
        procedure = write(Path(folder), "day", pace=1)
        async with stage(RUNG, 1, address, procedure) as on:
            return await _told(on)


async def _bare(address: str) -> Decided:
    async with stage(BARE, 1, address) as on:
        return await _told(on)


async def _told(on: Stage) -> Decided:
    """Each step waits for the one before, so that the history's length doesn't depend on who was faster."""
    ticket = await held(on, "approval")
    await at_rest(ticket)
    before = await _length(ticket)
    approval = await asked(on, ticket)
    for person in DECIDERS:
        await asyncio.gather(at_rest(approval), at_rest(ticket))
        await on.door.decide(approval.id, person)
        await on.sink.mail(approval.id, person, 2)
    await approval.result()
    await at_rest(ticket)
    return Decided(await weighed(approval, on.sink.mails), await _length(ticket) - before)


async def _length(ticket: WorkflowHandle[object, object]) -> int:
    return (await ticket.describe()).raw_description.workflow_execution_info.history_length
