"""A timer falls due while no worker runs, people look and speak meanwhile, and a worker comes back: for each
kind of workflow what it then writes can be replayed (TRIES of each).
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import RPCError

from procedure.book.severity import Facts
from procedure.complaint.review import Review
from procedure.complaint.state import Raised
from procedure.prevention.state import Prevention
from procedure.problem.state import Incident, Problem, Recurrence
from procedure.record import Refused
from procedure.ticket.handover import HandoverItem, ShiftChange
from procedure.ticket.helpdesk import Event
from runtime.tickets import Away, NoSuchTicket, Tickets
from tests.northwind import COMPLAINTS
from tests.procedure.prevention.test_prevention import PREVENTION, RESTORE, SERVER, UPDATES
from tests.procedure.problem.test_problem import PROBLEMS
from tests.system.parts import Parts, parts, until
from tests.tries import TRIES
from workflows.messages import TASK_QUEUE, Message
from workflows.messages.approval import Decide, Withdraw
from workflows.messages.assignment import DeclineItems, FindCause, PlanItems, Take, Workaround
from workflows.messages.complaint import AddToComplaint, TakeComplaint
from workflows.messages.handover import AcceptAll, HandoverInput, KeepOne, Offer
from workflows.messages.prevention import AlsoDue, Measured, PreventionInput, UpkeepInput
from workflows.messages.problem import ProblemInput, Recurred
from workflows.messages.review import ReviewInput
from workflows.messages.ticket import Acknowledge, HelpdeskEvent, Progress

AT_ONCE = min(12, -(-TRIES // 2))
"""How many of each kind are open at a time."""

PACE = 1800
"""Four agreed hours take eight seconds, a day's half as long as the worker is away."""

AWAY = timedelta(seconds=8)
LATE = Facts(system="office mail", state="limited")

REVIEW = {
    **COMPLAINTS,
    "review": {
        **COMPLAINTS["review"],
        "complaints": 99,  # none begins by itself
        "levels": [{**level, "acknowledge": "4 hours"} for level in COMPLAINTS["review"]["levels"]],
    },
}

Open = Callable[[Parts, str], Awaitable[str]]


@dataclass(frozen=True)
class Kind:
    """How one kind of workflow is opened, and what people say to it while nobody is there."""

    opens: Open
    updates: tuple[tuple[str, Any], ...]
    signal: tuple[str, Message]


async def _ticket(rung: Parts, number: str) -> str:
    ticket = await rung.opens(f"t{number}", LATE)
    await rung.mail.brings(ticket, "ana")
    return ticket


async def _approval(rung: Parts, number: str) -> str:
    """Of a ticket that goes on being paged for beside it."""
    ticket = await _ticket(rung, f"a{number}")
    answer = await rung.say(
        ticket, "propose", "ana", action="configuration change", what="both", downtime="1 hour"
    )
    return str(re.findall(r"approval-[\w-]+", answer.text)[0])


async def _complaint(rung: Parts, number: str) -> str:
    raised = Raised(client="harbor", by="kim", kind="response time", words="too long", number=f"c-{number}")
    await rung.tickets.complain(raised)
    await rung.tickets.heard(raised.id)
    return raised.id


async def _review(rung: Parts, number: str) -> str:
    ident = f"review-{number}"
    await rung.client.start_workflow("Review", ReviewInput(client="harbor"), id=ident, task_queue=TASK_QUEUE)

    async def begun() -> Review | None:
        try:
            return await rung.tickets.assignment(ident, Review)
        except Away:
            return None

    await until(begun, "somebody was asked to lead the review")
    return ident


async def _problem(rung: Parts, number: str) -> str:
    start = ProblemInput(pattern=Recurrence("harbor", f"p{number}", "network"))
    await rung.tickets.open_problem(start)

    async def begun() -> Problem | None:
        try:
            return await rung.tickets.assignment(start.pattern.problem, Problem)
        except Away:
            return None

    await until(begun, "somebody was asked to own the problem")
    return start.pattern.problem


async def _prevention(rung: Parts, number: str) -> str:
    ident = f"prevention-{number}"
    due = (replace(SERVER, action="", cost=0), RESTORE)
    start = PreventionInput(client="harbor", due=due)
    await rung.client.start_workflow("Prevention", start, id=ident, task_queue=TASK_QUEUE)

    async def begun() -> Prevention | None:
        try:
            return await rung.tickets.assignment(ident, Prevention)
        except Away:
            return None

    await until(begun, "somebody was asked to own what comes due")
    return ident


async def _upkeep(rung: Parts, number: str) -> str:
    ident = f"upkeep-{number}"
    start = UpkeepInput(client="harbor")
    await rung.client.start_workflow("Upkeep", start, id=ident, task_queue=TASK_QUEUE)
    return ident


async def _handover(rung: Parts, number: str) -> str:
    now = datetime.now(UTC)
    ident = f"handover-{number}"
    line = HandoverItem(f"ticket-gone-{number}", "harbor", number, "Late mails", "low", "open", now + AWAY)
    change = ShiftChange("ana", "ben", now, PACE, names={"ana": "Ana", "ben": "Ben"})
    await rung.client.start_workflow(
        "Handover",
        HandoverInput(change=change),
        id=ident,
        task_queue=TASK_QUEUE,
        start_signal="offer",
        start_signal_args=[Offer(line=line)],
    )
    return ident


COMMENT = Event(delivery="late", at=datetime(2026, 1, 1, tzinfo=UTC), by="kim", text="any news?")

LATER = datetime.now(UTC) + timedelta(days=30)

KINDS = {
    "ticket": Kind(
        _ticket,
        (("acknowledge", Acknowledge(by="ana")), ("progress", Progress(by="ana", note="the queue is full"))),
        ("helpdesk", HelpdeskEvent(event=COMMENT)),
    ),
    "approval": Kind(
        _approval,
        (("decide", Decide(by="bo", yes=True, visit=1)), ("decide", Decide(by="sam", yes=True, visit=1))),
        ("withdraw", Withdraw(by="ana", reason="it runs again")),
    ),
    "complaint": Kind(
        _complaint,
        (("acknowledge", TakeComplaint(by="max")), ("add", AddToComplaint(by="kim", words="still"))),
        ("acknowledge", TakeComplaint(by="max")),
    ),
    "review": Kind(_review, (("acknowledge", Take(by="vera")),) * 2, ("acknowledge", Take(by="vera"))),
    "problem": Kind(
        _problem,
        (
            ("workaround", Workaround(by="cy", words="restart it")),
            ("cause", FindCause(by="cy", words="a leak")),
        ),
        ("recurred", Recurred(ticket=Incident("ticket-harbor-desk-9", "9", "again", COMMENT.at))),
    ),
    "prevention": Kind(
        _prevention,
        (
            ("plan", PlanItems(by="cy", items=("restore test",), when=LATER)),
            ("decline", DeclineItems(by="cy", words="they leave us")),
        ),
        ("also_due", AlsoDue(due=(UPDATES,))),
    ),
    "upkeep": Kind(_upkeep, (), ("measured", Measured(item="disk", value=5, day=date(2026, 11, 1)))),
    "handover": Kind(
        _handover,
        (("accept", AcceptAll(by="ben")),) * 2,
        ("keep", KeepOne(by="ana", ticket="ticket-gone")),
    ),
}


@pytest.mark.timeout(300)  # every kind there is, on a machine that has other things to do
async def test_who_comes_back_writes_what_can_be_replayed(tmp_path: Path) -> None:
    """With updates, a signal beside them, or none; looked at by several; with one worker and with two; with
    workers that keep what they have seen, and with such that keep nothing."""
    async with parts(
        tmp_path, pace=PACE, complaints=REVIEW, problems=PROBLEMS, prevention=PREVENTION
    ) as rung:
        for begin in range(0, TRIES, AT_ONCE):
            turn = begin // AT_ONCE
            rung.variables["RUNG_CACHED_TICKETS"] = ("1000", "0")[turn % 2]
            await rung.worker_starts()
            places = range(begin, min(begin + AT_ONCE, TRIES))
            due = datetime.now(UTC) + AWAY
            opened = {
                name: await asyncio.gather(*(kind.opens(rung, str(number)) for number in places))
                for name, kind in KINDS.items()
            }
            await rung.worker.is_killed()
            people = [
                asyncio.create_task(person(rung, name, ident, place))
                for name, idents in opened.items()
                for place, ident in zip(places, idents, strict=True)
            ]
            left = (due - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(max(left, 0) + 1.5)
            await rung.worker_starts()
            if (turn + turn // 2) % 2:
                await rung.worker_starts(rung.second)
            await asyncio.gather(*people)
            await rung.worker.is_killed()
            await rung.second.is_killed()
            await rung.replays(*(ident for idents in opened.values() for ident in idents))
            # At this pace what is left open pages somebody every second: the next ones shall be heard.
            for ident in await rung.listed("ExecutionStatus = 'Running'"):
                await rung.client.get_workflow_handle(ident).terminate()


async def person(rung: Parts, name: str, ident: str, place: int) -> None:
    """Looks at it, and says something just before somebody is there to hear it."""
    kind, handle = KINDS[name], rung.client.get_workflow_handle(ident)
    looks = [asyncio.create_task(look_at(rung.tickets, name, ident)) for _ in range(1 + place % 3)]
    await asyncio.sleep(4)
    for said in kind.updates[: place % 3]:
        looks.append(asyncio.create_task(says(handle, *said)))
    if place % 2:
        with suppress(RPCError):
            await handle.signal(*kind.signal)
    await asyncio.gather(*looks)


async def says(handle: Any, name: str, said: Message) -> None:
    """It counts, or is refused; a page would say which."""
    with suppress(Refused, Away, NoSuchTicket):
        await Tickets(handle._client).say(handle.id, name, said, str(uuid.uuid4()))  # type: ignore[arg-type]


async def look_at(tickets: Tickets, name: str, ident: str) -> None:
    """Somebody looks at a page again and again, whether or not it can be shown."""
    looks: dict[str, Callable[[str], Awaitable[object]]] = {
        "ticket": tickets.status,
        "review": lambda ident: tickets.assignment(ident, Review),
        "problem": lambda ident: tickets.assignment(ident, Problem),
        "prevention": lambda ident: tickets.assignment(ident, Prevention),
        "upkeep": lambda ident: tickets.upkeep(ident.removeprefix("upkeep-")),
    }
    look = looks.get(name) or getattr(tickets, name)
    for _ in range(6):
        with suppress(Away, NoSuchTicket):
            await look(ident)
        await asyncio.sleep(0.2)
