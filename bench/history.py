"""What a ticket's history weighs, in events and bytes."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from bench.procedure import Time, write
from bench.stage import BARE, RUNG, Stage, server, stage
from bench.story import routine, silence

PACE = 300.0
"""An agreed ten minutes take two seconds: the silence is over within half a minute."""


@dataclass(frozen=True)
class History:
    """A closed ticket's history; ``mails`` is who was written to, how often."""

    events: int
    bytes: int
    by_type: Mapping[str, int]
    mails: Mapping[str, int]


@dataclass(frozen=True)
class Histories:
    routine: History
    silence: History


async def both() -> tuple[Histories, Histories]:
    """Rung's and the bare workflow's histories of the two stories, at the same time.

    Rung's routine ticket runs in its client's hours, its silence outside them, on call.
    """
    async with server() as address:
        quiet, loud, bare = await asyncio.gather(
            _rung("day", _slowly, address), _rung("night", silence), _bare(address)
        )
    return Histories(quiet, loud), bare


Story = Callable[[Stage, str], Awaitable[WorkflowHandle[object, object]]]


async def _rung(time: Time, story: Story, address: str = "") -> History:
    with tempfile.TemporaryDirectory() as folder:
        procedure = write(Path(folder), time, PACE)
        async with stage(RUNG, 1, address, procedure) as on:
            return await weighed(await story(on, time), on.sink.mails)


async def _bare(address: str) -> Histories:
    async with stage(BARE, PACE, address) as on:
        quiet, loud = await asyncio.gather(_slowly(on, "routine"), silence(on, "silence"))
        return Histories(await weighed(quiet, on.sink.mails), await weighed(loud, on.sink.mails))


async def _slowly(on: Stage, number: str) -> WorkflowHandle[object, object]:
    return await routine(on, number, slowly=True)


async def weighed(ticket: WorkflowHandle[object, object], mails: list[tuple[str, str]]) -> History:
    """The history of a workflow that has ended, and who was written to about it."""
    about = (await ticket.describe()).raw_description.workflow_execution_info
    history = await ticket.fetch_history()
    names = (EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events)
    return History(
        events=about.history_length,
        bytes=about.history_size_bytes,
        by_type=Counter(name.replace("_", " ").lower() for name in names),
        mails=Counter(to for ident, to in mails if ident == ticket.id),
    )
