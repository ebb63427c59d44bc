"""What a complaint weighs: settled by the first level, and by the last."""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from temporalio.client import Client, WorkflowHandle

from bench.door import PATIENCE, at_rest
from bench.history import History, weighed
from bench.procedure import write
from bench.stage import RUNG, Stage, server, stage
from bench.story import routine
from procedure.complaint.state import Complaint, Raised
from runtime.connection import DATA_CONVERTER
from runtime.tickets import Tickets
from workflows.messages.complaint import AnswerComplaint, Remark, Settle, TakeComplaint

LEVELS = 3

RAISED = Raised(
    client="harbor",
    number="",
    kind="changed without asking",
    words="The trading platform was restarted at eleven, and nobody here knew. It must not happen again.",
    settle="A call before anything is restarted in our hours.",
    by="kim",
    drill=True,  # what is an exercise counts towards no review: three of these would ask for one
)
ANSWER = (
    "You are right: we should have called. From now on nothing of yours is restarted in your hours "
    "before one of you has said yes, and that stands in our procedure since today."
)


@dataclass(frozen=True)
class ComplaintRun:
    """The histories of complaints about one ticket: settled by the account manager, and by leadership.

    ``silent`` is by leadership too, with no level saying "I have it" before it answers.
    """

    first: History
    all: History
    silent: History


async def complained() -> ComplaintRun:
    """All three, at the same time."""
    async with server() as address:
        with tempfile.TemporaryDirectory() as folder:
            procedure = write(Path(folder), "day", pace=1)
            async with stage(RUNG, 1, address, procedure) as on:
                client = await Client.connect(address, data_converter=DATA_CONVERTER)
                ticket = (await routine(on, "complained")).id
                return ComplaintRun(
                    *await asyncio.gather(
                        _told(on, client, ticket, "c-first", 1, taken=True),
                        _told(on, client, ticket, "c-all", LEVELS, taken=True),
                        _told(on, client, ticket, "c-silent", LEVELS, taken=False),
                    )
                )


async def _told(on: Stage, client: Client, ticket: str, number: str, levels: int, *, taken: bool) -> History:
    """Each step waits for the one before, so that the history's length doesn't depend on who was faster."""
    tickets = Tickets(client, PATIENCE)
    raised = replace(RAISED, number=number, ticket=ticket, ticket_number="complained")
    complaint: WorkflowHandle[object, object] = client.get_workflow_handle(raised.id)
    await tickets.complain(raised)
    for level in range(1, levels + 1):
        stands = await _at_rest(tickets, complaint)
        if taken:
            await _say(tickets, stands, TakeComplaint(by=stands.holder))
            await at_rest(complaint)
        await _say(tickets, stands, AnswerComplaint(by=stands.holder, words=ANSWER))
        await _at_rest(tickets, complaint)
        await _say(tickets, stands, Settle(by="kim", settled=level == levels, words="As I said."))
    await complaint.result()
    return await weighed(complaint, on.sink.mails)


async def _at_rest(tickets: Tickets, complaint: WorkflowHandle[object, object]) -> Complaint:
    await tickets.heard(complaint.id)
    await at_rest(complaint)
    return await tickets.complaint(complaint.id)


async def _say(tickets: Tickets, stands: Complaint, said: Remark) -> None:
    names = {TakeComplaint: "acknowledge", AnswerComplaint: "answer", Settle: "settle"}
    await tickets.remark(stands.id, names[type(said)], said, str(uuid.uuid4()))
