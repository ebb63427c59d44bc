"""The two stories, told to either door in the same words."""

from __future__ import annotations

import asyncio

from temporalio.client import WorkflowHandle

from bench.door import at_rest
from bench.stage import Stage

SOLUTION = "A runaway newsletter filled the queue of the mail server; stopped it and flushed the queue."

HOLDER = "ana"
DECIDERS = ("cy", "raj")
"""Who is asked first for what ``bench.door.QUESTION`` asks for: an engineer, then who decides at Harbor."""


async def routine(stage: Stage, number: str, slowly: bool = False) -> WorkflowHandle[object, object]:
    """Opened, the holder paged, the customer told; acknowledged, resolved, confirmed.

    Slowly: each step waits until nothing of the one before is under way, so that the
    history's length doesn't depend on who was faster.
    """
    ticket = await stage.door.open(number, "medium")
    await asyncio.gather(stage.sink.mail(ticket.id, "ana"), stage.sink.mail(ticket.id, "kim"))
    await _settled_by(stage, ticket, "ana", customer_mails=2, slowly=slowly)
    return ticket


async def silence(stage: Stage, number: str) -> WorkflowHandle[object, object]:
    """Nobody answers: everyone on all four tiers, then the last resort, who resolves it."""
    ticket = await stage.door.open(number, "high")
    await stage.sink.mail(ticket.id, "ida")
    await stage.sink.mail(ticket.id, "kim", 5)
    await _settled_by(stage, ticket, "ida", customer_mails=6, slowly=True)
    return ticket


async def _settled_by(
    stage: Stage, ticket: WorkflowHandle[object, object], holder: str, customer_mails: int, slowly: bool
) -> None:
    async def step() -> None:
        if slowly:
            await at_rest(ticket)

    await step()
    await stage.door.say(ticket.id, "acknowledge", holder)
    await step()
    await stage.door.say(ticket.id, "resolve", holder, SOLUTION)
    await stage.sink.mail(ticket.id, "kim", customer_mails)
    await step()
    await stage.door.say(ticket.id, "confirm", "kim")
    await ticket.result()


async def held(stage: Stage, number: str) -> WorkflowHandle[object, object]:
    """Opened, and acknowledged by its holder."""
    ticket = await stage.door.open(number, "medium")
    await asyncio.gather(stage.sink.mail(ticket.id, HOLDER), stage.sink.mail(ticket.id, "kim"))
    await stage.door.say(ticket.id, "acknowledge", HOLDER)
    return ticket


async def asked(stage: Stage, ticket: WorkflowHandle[object, object]) -> WorkflowHandle[object, object]:
    """The holder asks for an approval, and a person on each side gets the question; the approval."""
    approval = await stage.door.ask(ticket.id, HOLDER)
    await asyncio.gather(*(stage.sink.mail(approval.id, person) for person in DECIDERS))
    return approval
