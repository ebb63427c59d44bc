"""How long a decision takes from the click until it is recorded, beside an update with the same look-up."""

from __future__ import annotations

import asyncio
import gc
import re
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter

from bench import bare
from bench.bare_approval import BareDecision, BareQuestion
from bench.door import PATIENCE, QUESTION, TITLE, at_rest
from bench.machine import watched
from bench.procedure import write
from bench.stage import BARE, LINK_KEY, RUNG, Stage, gateway, server, stage
from bench.story import DECIDERS, HOLDER, asked, held
from runtime.connection import DATA_CONVERTER
from runtime.links import Address, Links
from runtime.tickets import Tickets

AT_ONCE = 10
"""How many approvals are asked for at once, before anything is measured."""

WARM_UP = 10
"""Decisions of each person's that don't count: the first ones open connections and fill caches."""

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')

Handle = WorkflowHandle[object, object]


@dataclass(frozen=True)
class Clicks:
    """Seconds that each decision took. ``others`` is how many processors programs that are not ours used."""

    rung: Sequence[float]
    bare: Sequence[float]
    others: float


@dataclass(frozen=True)
class Waiting:
    """An approval of a ticket's that waits for answers, and a bare workflow that waits for updates."""

    ticket: Handle
    approval: Handle
    bare: Handle


@dataclass(frozen=True)
class Desk:
    """Where decisions are made: with a browser at Rung's gateway, and straight at Temporal."""

    stage: Stage
    browser: httpx.AsyncClient
    tickets: Tickets
    straight: Client

    async def waiting(self, number: int) -> Waiting:
        ticket = await held(self.stage, str(number))
        approval = await asked(self.stage, ticket)
        bare_one: Handle = await self.straight.start_workflow(
            "BareAnswer",
            BareQuestion("harbor", str(number), TITLE, HOLDER, **QUESTION),
            id=f"answer-{number}",
            task_queue=bare.TASK_QUEUE,
        )
        return Waiting(ticket, approval, bare_one)

    async def click(self, one: Waiting, person: str) -> float:
        """Say yes on the page behind the link, and let all that follows from it come to an end."""
        path, form = await self._page(one.approval.id, person)
        start = time.perf_counter()
        answer = await self.browser.post(path, data=form)
        took = time.perf_counter() - start
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise AssertionError(f"{one.approval.id}: the page did not take it: {answer.text}")
        await self.stage.sink.mail(one.approval.id, person, 2)
        await asyncio.gather(at_rest(one.approval), at_rest(one.ticket))
        return took

    async def update(self, one: Waiting, person: str) -> float:
        """The least that a decision can cost: looked up, kept, and nothing follows from it."""
        start = time.perf_counter()
        await one.bare.execute_update("decide", BareDecision(person, yes=True), rpc_timeout=PATIENCE)
        return time.perf_counter() - start

    async def _page(self, approval: str, person: str) -> tuple[str, dict[str, str]]:
        """The page as its reader has it before them, and its form as they fill it in."""
        visit = next(
            put.visit for put in (await self.tickets.approval(approval)).asked if put.person == person
        )
        address, links = Address("approval", approval, person, visit), Links([LINK_KEY], "")
        page = await self.browser.get(links.url(address))
        page.raise_for_status()
        hidden = dict(_HIDDEN.findall(page.text))
        return links.url(address), {**hidden, "choice": "yes", "code": links.code(address)}


async def clicks(count: int) -> Clicks:
    """Decide so many approvals on both sides, in turn with bare updates on the same server."""
    async with _desk() as desk:
        free = asyncio.Semaphore(AT_ONCE)

        async def ask(number: int) -> Waiting:
            async with free:
                return await desk.waiting(number)

        waiting = await asyncio.gather(*(ask(number) for number in range(WARM_UP + count)))
        ours: list[float] = []
        theirs: list[float] = []
        with watched() as others, _no_garbage_collected():
            for person in DECIDERS:
                for number, one in enumerate(waiting):
                    pair = ((ours, desk.click), (theirs, desk.update))
                    for took, decide in pair if number % 2 else reversed(pair):
                        seconds = await decide(one, person)
                        if number >= WARM_UP:
                            took.append(seconds)
    return Clicks(ours, theirs, others.processors)


@contextmanager
def _no_garbage_collected() -> Iterator[None]:
    """In this process only, which is the measuring instrument: a pause of it is nobody's lateness."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@asynccontextmanager
async def _desk() -> AsyncIterator[Desk]:
    async with AsyncExitStack() as parts:
        folder = parts.enter_context(tempfile.TemporaryDirectory())
        procedure = write(Path(folder), "day", pace=1)
        address = await parts.enter_async_context(server())
        on = await parts.enter_async_context(stage(RUNG, 1, address, procedure))
        await parts.enter_async_context(stage(BARE, 1, address))
        url = await parts.enter_async_context(gateway(address, procedure))
        browser = httpx.AsyncClient(base_url=url, headers={"Origin": url})
        tickets = Tickets(await Client.connect(address, data_converter=DATA_CONVERTER), PATIENCE)
        straight = await Client.connect(address, data_converter=pydantic_data_converter)
        async with browser:
            yield Desk(on, browser, tickets, straight)
