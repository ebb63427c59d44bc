"""The two doors, so that one story can be told to Rung and to the bare workflow alike."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter

from bench import bare
from bench.bare_approval import BareDecision, BareQuestion
from procedure.book.severity import Facts
from procedure.ticket.asking import approval_id
from procedure.ticket.helpdesk import Event
from procedure.ticket.opening import Opening
from runtime.connection import DATA_CONVERTER
from runtime.tickets import Tickets, said
from workflows.messages import TASK_QUEUE
from workflows.messages.approval import Decide

PATIENCE = timedelta(seconds=120)
"""A measurement waits for its answers, however late they are."""

TITLE = "Mails go out an hour late"
DESCRIPTION = (
    "Since this morning our mails leave about an hour late. Incoming mail seems fine. "
    "I have restarted Outlook and the computer, and two colleagues see the same."
)
FACTS = {
    "medium": Facts(system="office mail", state="impaired", users=3),
    "high": Facts(system="office mail", state="down", users=12),
}
"""What is wrong at Harbor Trading of examples/northwind, by the severity its rules make of it."""

QUESTION: dict[str, Any] = {
    "action": "replace hardware",
    "what": "the disk shelf of the mail server, with one of the same make",
    "why": "Two of its eight disks have failed this week, and a third one reports errors.",
    "cost": 1200,
    "otherwise": "Mails go on leaving late, and are lost if the third disk fails too.",
}
"""What the holder asks for: it needs the yes of somebody of the MSP and of Harbor's."""


class Door(Protocol):
    """Where tickets come in and people speak."""

    name: str
    task_queue: str

    async def open(self, number: str, severity: str) -> WorkflowHandle[object, object]:
        """A ticket comes in."""
        ...

    async def say(self, ticket: str, name: str, by: str, text: str = "") -> None:
        """A person says something, and hears that it counted."""
        ...

    async def ask(self, ticket: str, by: str) -> WorkflowHandle[object, object]:
        """The holder asks for an approval; its workflow."""
        ...

    async def decide(self, approval: str, by: str) -> None:
        """A person says yes, and hears that it counted."""
        ...

    async def opened(self, ticket: str) -> datetime:
        """The instant from which the ticket's first times count, as it says itself."""
        ...


class RungDoor:
    """Rung's own door: what the gateway and the command line use."""

    name = "Rung"
    task_queue = TASK_QUEUE

    def __init__(self, client: Client) -> None:
        self._client = client
        self._tickets = Tickets(client, PATIENCE)

    async def open(self, number: str, severity: str) -> WorkflowHandle[object, object]:
        opening = Opening("harbor", "bench", number, TITLE, "kim", DESCRIPTION, FACTS[severity])
        await self._tickets.receive(opening, Event(delivery=f"{number}-1", at=datetime.now(UTC)))
        return self._client.get_workflow_handle(opening.id)

    async def say(self, ticket: str, name: str, by: str, text: str = "") -> None:
        content: dict[str, object] = {"by": by, "via": "bench"}
        if name == "resolve":
            content["solution"] = text
        if name == "confirm":
            content["solved"] = True
        await self._tickets.say(ticket, name, said(name, content), key="1")

    async def ask(self, ticket: str, by: str) -> WorkflowHandle[object, object]:
        await self._tickets.say(ticket, "propose", said("propose", {"by": by, **QUESTION}), key="1")
        return self._client.get_workflow_handle(approval_id(await self._tickets.status(ticket), 1))

    async def decide(self, approval: str, by: str) -> None:
        await self._tickets.say(approval, "decide", Decide(by=by, yes=True, via="bench"), key="1")

    async def opened(self, ticket: str) -> datetime:
        return (await self._tickets.status(ticket)).opened


class BareDoor:
    """Straight to Temporal."""

    name = "bare"
    task_queue = bare.TASK_QUEUE

    def __init__(self, client: Client) -> None:
        self._client = client

    async def open(self, number: str, severity: str) -> WorkflowHandle[object, object]:
        opening = bare.BareOpening("harbor", number, TITLE, "kim", DESCRIPTION, severity)
        ident = f"bare-harbor-bench-{number}"
        await self._client.start_workflow("Bare", opening, id=ident, task_queue=self.task_queue)
        return self._client.get_workflow_handle(ident)

    async def say(self, ticket: str, name: str, by: str, text: str = "") -> None:
        await self._client.get_workflow_handle(ticket).execute_update(
            name, bare.BareSaid(by, text), rpc_timeout=PATIENCE
        )

    async def ask(self, ticket: str, by: str) -> WorkflowHandle[object, object]:
        question = BareQuestion("harbor", ticket, TITLE, by, **QUESTION)
        approval = await self._client.get_workflow_handle(ticket).execute_update(
            "ask", question, result_type=str, rpc_timeout=PATIENCE
        )
        return self._client.get_workflow_handle(approval)

    async def decide(self, approval: str, by: str) -> None:
        await self._client.get_workflow_handle(approval).execute_update(
            "decide", BareDecision(by, yes=True), rpc_timeout=PATIENCE
        )

    async def opened(self, ticket: str) -> datetime:
        since: datetime = await self._client.get_workflow_handle(ticket).query("since", result_type=datetime)
        return since


async def rung(address: str) -> RungDoor:
    return RungDoor(await Client.connect(address, data_converter=DATA_CONVERTER))


async def straight(address: str) -> BareDoor:
    return BareDoor(await Client.connect(address, data_converter=pydantic_data_converter))


async def at_rest(ticket: WorkflowHandle[object, object]) -> None:
    """Wait until nothing of the ticket is under way: no mail, no workflow task."""
    while True:
        described = (await ticket.describe()).raw_description
        if not described.pending_activities and not described.HasField("pending_workflow_task"):
            return
        await asyncio.sleep(0.02)
