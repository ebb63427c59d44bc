"""What a ticket's history weighs, in events and bytes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from bench.stage import BARE, RUNG, System, server, stage
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
    """Rung's and the bare workflow's histories of the two stories, at the same time on one server."""
    async with server() as address:
        rung, bare = await asyncio.gather(_of(RUNG, address), _of(BARE, address))
    return rung, bare


async def _of(system: System, address: str) -> Histories:
    async with stage(system, PACE, address) as on:
        quiet, loud = await asyncio.gather(routine(on, "routine", slowly=True), silence(on, "silence"))
        return Histories(await _weighed(quiet, on.sink.mails), await _weighed(loud, on.sink.mails))


async def _weighed(ticket: WorkflowHandle[object, object], mails: list[tuple[str, str]]) -> History:
    about = (await ticket.describe()).raw_description.workflow_execution_info
    history = await ticket.fetch_history()
    names = (EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events)
    return History(
        events=about.history_length,
        bytes=about.history_size_bytes,
        by_type=Counter(name.replace("_", " ").lower() for name in names),
        mails=Counter(to for ident, to in mails if ident == ticket.id),
    )
