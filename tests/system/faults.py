"""A randomised run with the real parts: people speak, look and complain, timers run out, and workers, gateway
and server are killed and started again; afterwards every history is read and replayed.

The same seed chooses the same people, words and kills; what meets what is up to the machine.

    python -m tests.system.faults --minutes 20 --tickets 200 --seed 7
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import ValidationError
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.service import RPCError
from temporalio.workflow import NondeterminismError

from procedure.complaint.raising import about_ticket
from procedure.complaint.state import Raised
from procedure.record import Refused
from procedure.ticket.state import Ticket
from runtime.mending import replayer
from runtime.tickets import Away, NoSuchTicket, said
from tests.northwind import COMPLAINTS
from tests.system.parts import Part, Parts, parts
from workflows.messages.approval import OPINIONS
from workflows.messages.complaint import REMARKS

PACE = 600
"""An agreed hour takes six seconds."""

CACHED = "4"
"""So few are kept in memory that most are loaded again each time they are touched."""

BUSY = 40
"""How many tickets are open at a time: what two cores and the dev server can take."""

PATIENCE = 60.0
NOBODY_COUNTS = {**COMPLAINTS, "review": {**COMPLAINTS["review"], "complaints": 4}}

NO_FAULT = (
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW,
)
"""How Temporal says that something came in as a workflow wanted to end, or that somebody has mended it."""


@dataclass
class Found:
    """What became of it. ``kept`` counts what was answered, or taken with a 202, and is in a history."""

    kills: Counter[str] = field(default_factory=Counter)
    workflows: Counter[str] = field(default_factory=Counter)
    events: int = 0
    kept: int = 0
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        named = {
            "lost": self.lost,
            "does not replay": self.broken,
            "failing task": self.failing,
            "before it was due": self.early,
            "says nothing any more": self.silent,
        }
        return [f"{name}: {one}" for name, found in named.items() for one in found]


async def run(rung: Parts, seconds: float, tickets: int, seed: int, kills: float, all_parts: bool) -> Found:
    """Open so many tickets, kill something every so many seconds, and see what is left."""
    rung.variables["RUNG_CACHED_TICKETS"] = CACHED
    await asyncio.gather(rung.worker_starts(), rung.worker_starts(rung.second), rung.gateway_starts())
    story = _Run(rung, random.Random(seed), seconds)  # noqa: S311 - nothing secret
    killing = asyncio.create_task(story.kills(kills, all_parts))
    busy = asyncio.Semaphore(BUSY)

    async def one(number: int) -> None:
        await asyncio.sleep(seconds * 0.6 * number / tickets)
        async with busy:
            await story.lives(f"f{number}")

    await asyncio.gather(*(one(number) for number in range(tickets)))
    await killing
    await story.ends()
    await story.audit()
    return story.found


class _Run:
    def __init__(self, rung: Parts, chance: random.Random, seconds: float) -> None:
        self.rung = rung
        self.chance = chance
        self.over = asyncio.get_running_loop().time() + seconds
        self.found = Found()
        self.keys: dict[str, tuple[str, datetime]] = {}
        """What was answered, or taken: the words by which it is found, in which workflow, since when."""
        self.complaints: list[str] = []

    # Kills ----------------------------------------------------------------------------------

    async def kills(self, every: float, all_parts: bool) -> None:
        """One after the other, so that something is always left to come back to."""
        rung = self.rung
        workers: list[tuple[str, Part, Callable[[], Awaitable[None]]]] = [
            ("worker", rung.worker, rung.worker_starts),
            ("worker", rung.second, lambda: rung.worker_starts(rung.second)),
        ]
        others: list[tuple[str, Part, Callable[[], Awaitable[None]]]] = [
            ("gateway", rung.gateway, rung.gateway_starts),
            ("server", rung.temporal, rung.temporal_starts),
        ]
        while asyncio.get_running_loop().time() < self.over - every:
            await asyncio.sleep(every * self.chance.uniform(0.6, 1.4))
            some = self.chance.random()
            if some < 0.3:
                victims = workers  # nobody at all is there for a while
            else:
                victims = [self.chance.choice([*workers, *(others if all_parts else [])])]
            for name, part, _ in victims:
                await part.is_killed()
                self.found.kills[name] += 1
            await asyncio.sleep(self.chance.choice([0, 0.5, 2, 4]))
            for _, _, starts in victims:
                await starts()

    # People ---------------------------------------------------------------------------------

    async def lives(self, number: str) -> None:
        """A ticket comes in; people have to do with it until the time is over, or it is closed."""
        ticket = f"ticket-harbor-generic-{number}"
        await self.webhook(number)
        people = [self.person(ticket, number) for _ in range(2)]
        await asyncio.gather(*people)
        await self.webhook(number, state="closed")

    async def person(self, ticket: str, number: str) -> None:
        loop = asyncio.get_running_loop()
        until = min(self.over, loop.time() + self.chance.uniform(6, 25))
        while loop.time() < until:
            await asyncio.sleep(self.chance.uniform(0.1, 1.5))
            stands = await self.looks(ticket)
            if stands is None:
                continue
            if stands.closed:
                return
            # Nobody has it at the moment, or it is not to be said now: so be it.
            with suppress(Refused, Away, NoSuchTicket, RPCError, ValidationError):
                await self.acts(ticket, number, stands)

    async def looks(self, ticket: str) -> Ticket | None:
        with suppress(Away, NoSuchTicket):
            return await self.rung.tickets.status(ticket)
        return None

    async def acts(self, ticket: str, number: str, stands: Ticket) -> None:
        """One thing that somebody might do now."""
        deeds: list[tuple[float, Callable[[], Awaitable[None]]]] = [
            (4, lambda: self.says(ticket, "acknowledge", stands.holder)),
            (2, lambda: self.says(ticket, "progress", stands.holder, note="the queue is full")),
            (1, lambda: self.says(ticket, "hand_on", stands.holder, note="it needs a look inside")),
            (2, lambda: self.says(ticket, "resolve", stands.holder, solution="restarted it")),
            (2, lambda: self.says(ticket, "confirm", "kim", solved=self.chance.random() < 0.5)),
            (1, lambda: self.says(ticket, "request_escalation", "kim")),
            (1, lambda: self.says(ticket, "reassess", stands.holder, users=self.chance.randint(1, 60))),
            (2, lambda: self.webhook(number, comment="any news?")),
            (1, lambda: self.asks(ticket, stands)),
            (2, lambda: self.decides(stands)),
            (0.5, lambda: self.complains(ticket, stands)),
            (1, lambda: self.remarks()),
        ]
        weights, things = zip(*deeds, strict=True)
        (thing,) = self.chance.choices(things, weights)
        await thing()

    async def says(self, ident: str, name: str, by: str, **content: Any) -> None:
        key = uuid.uuid4().hex
        message = said(name, {"by": by, "via": "a story", **content})
        await self.rung.tickets.say(ident, name, message, key)
        self.heard(key, ident)

    def heard(self, key: str, ident: str) -> None:
        self.keys[key] = ident, datetime.now(UTC)

    async def asks(self, ticket: str, stands: Ticket) -> None:
        await self.says(
            ticket, "propose", stands.holder, action="configuration change", what="both", downtime="1 hour"
        )

    async def decides(self, stands: Ticket) -> None:
        for asked in stands.approvals:
            if asked.outcome == "asked":
                ident = f"approval-{stands.id.removeprefix('ticket-')}-{asked.number}"
                approval = await self.rung.tickets.approval(ident)
                key, by = uuid.uuid4().hex, self.chance.choice(approval.asked).person
                yes = self.chance.random() < 0.6
                content = {"by": by, "yes": yes, "reason": "" if yes else "not today", "via": "a story"}
                await self.rung.tickets.say(ident, "decide", OPINIONS["decide"].model_validate(content), key)
                self.heard(key, ident)

    async def complains(self, ticket: str, stands: Ticket) -> None:
        raised = Raised("harbor", f"c-{uuid.uuid4().hex[:8]}", "response time", "too slow", by="kim")
        raised = about_ticket(raised, stands)
        await self.rung.tickets.complain(raised)
        self.complaints.append(raised.id)

    async def remarks(self) -> None:
        if not self.complaints:
            return
        ident = self.chance.choice(self.complaints)
        stands = await self.rung.tickets.complaint(ident)
        remarks: list[tuple[str, str, dict[str, Any]]] = [
            ("acknowledge", stands.holder, {}),
            ("answer", stands.holder, {"words": "we are sorry"}),
            ("settle", "kim", {"settled": self.chance.random() < 0.5}),
            ("add", "kim", {"words": "still"}),
        ]
        name, by, content = self.chance.choice(remarks)
        key = uuid.uuid4().hex
        remark = REMARKS[name].model_validate({"by": by, "via": "a story", **content})
        await self.rung.tickets.say(ident, name, remark, key)
        self.heard(key, ident)

    async def webhook(self, number: str, comment: str = "", state: str = "") -> None:
        """The helpdesk sends it until it is taken, as helpdesks do."""
        key = uuid.uuid4().hex
        system, how = self.chance.choice(
            [("trading platform", "down"), ("office mail", "down"), ("office mail", "impaired")]
        )
        opening: dict[str, Any] = {"number": number, "client": "harbor", "title": "Mails are late"}
        facts: dict[str, Any] = {} if comment or state else {"system": system, "state": how}
        event: dict[str, Any] = {
            "event_id": key,
            "at": datetime.now(UTC).isoformat(),
            "ticket": opening | facts | {"requester": "kim@harbor.example"},
            "comment": comment,
            **({"state": state} if state else {}),
        }
        while True:
            with suppress(httpx.TransportError):
                answer = await self.rung.webhook(event)
                if answer.status_code == 202:
                    break
            await asyncio.sleep(0.5)
        self.heard(key, f"ticket-harbor-generic-{number}")

    # The end --------------------------------------------------------------------------------

    async def ends(self) -> None:
        """Everything is there again: what is still open says where it stands."""
        open_ones = [one async for one in self.rung.client.list_workflows("ExecutionStatus = 'Running'")]
        await asyncio.gather(*(self.answers(run.id, run.workflow_type) for run in open_ones))

    async def answers(self, ident: str, kind: str) -> None:
        """A wedged workflow does not: its query waits for a task that fails again and again."""
        handle, last = self.rung.client.get_workflow_handle(ident), ""
        for _ in range(int(PATIENCE / 5)):
            try:
                await handle.query("status", rpc_timeout=timedelta(seconds=5))
            except Exception as error:  # noqa: BLE001 - whatever it is: it is asked again, and then told
                last = str(error)
                await asyncio.sleep(1)
            else:
                return
        self.found.silent.append(f"{kind} {ident}: {last}")

    async def audit(self) -> None:
        """Read every history of every run, and replay it."""
        heard: dict[str, set[str]] = {}
        closed: dict[str, datetime] = {}
        replays = replayer()
        async for run in self.rung.client.list_workflows(""):
            handle = self.rung.client.get_workflow_handle(run.id, run_id=run.run_id)
            history = await handle.fetch_history()
            self.found.workflows[run.workflow_type] += 1
            self.found.events += len(history.events)
            heard.setdefault(run.id, set()).update(_heard(history.events))
            if run.close_time:
                closed[run.id] = max(run.close_time, closed.get(run.id, run.close_time))
            self.found.failing += [f"{run.id}: {why}" for why in _failing(history.events)]
            self.found.early += [f"{run.id}: {what}" for what in _early(history.events)]
            try:
                await replays.replay_workflow(history)
            except NondeterminismError as error:
                self.found.broken.append(f"{run.id}: {_short(str(error))}")
        for key, (ident, at) in self.keys.items():
            if any(key in words for words in heard.get(ident, ())):
                self.found.kept += 1
            elif ident not in closed or at < closed[ident]:
                # (A comment on a ticket that is closed is taken, and changes nothing.)
                self.found.lost.append(f"{ident} has not heard {key}")


def _short(text: str) -> str:
    begins = max(text.find("[TMPRL"), 0)
    return text[begins : begins + 160]


def _heard(events: Iterable[HistoryEvent]) -> Iterator[str]:
    """The ids of the updates that a history has, and what its signals say."""
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
            accepted = event.workflow_execution_update_accepted_event_attributes
            yield accepted.accepted_request.meta.update_id
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
            for payload in event.workflow_execution_signaled_event_attributes.input.payloads:
                yield payload.data.decode(errors="replace")


def _failing(events: Iterable[HistoryEvent]) -> list[str]:
    """Why tasks have failed."""
    return [
        _short(event.workflow_task_failed_event_attributes.failure.message)
        for event in events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
        and event.workflow_task_failed_event_attributes.cause not in NO_FAULT
    ]


SAID = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
)


def _early(events: Iterable[HistoryEvent]) -> Iterator[str]:
    """Pages that came before the step that the page before had announced, though nobody had said anything."""
    due: datetime | None = None
    task = 0
    for event in events:
        if event.event_type in SAID:
            due = None
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            letter = _page(event)
            if letter is None:
                continue
            at, before = event.event_time.ToDatetime(UTC), task
            task = event.activity_task_scheduled_event_attributes.workflow_task_completed_event_id
            # Several steps that are made up for in one task are told with what comes after all of them.
            if due and at < due and task != before:
                yield f"{letter['notice']['to']} was paged at {at:%H:%M:%S.%f}, {due - at} too early"
            announced = [step[0] for step in letter.get("next", ())[:1]]
            due = min(map(datetime.fromisoformat, announced), default=None)


def _page(event: HistoryEvent) -> dict[str, Any] | None:
    """The letter of a page by mail; None if it is anything else."""
    scheduled = event.activity_task_scheduled_event_attributes
    if scheduled.activity_type.name != "send":
        return None
    letter: dict[str, Any] = json.loads(scheduled.input.payloads[0].data)
    return letter if letter["notice"]["kind"] == "page" else None


async def main(minutes: float, tickets: int, seed: int, kills: float, state: Path) -> int:
    """One run, told on standard output; 1 if there was anything that must not be."""
    async with parts(state, pace=PACE, complaints=NOBODY_COUNTS) as rung:
        found = await run(rung, 60 * minutes, tickets, seed, kills, all_parts=True)
    print(  # noqa: T201 - for the person who started it
        f"seed {seed}, {minutes:g} minutes: {sum(found.kills.values())} kills {dict(found.kills)}, "
        f"{sum(found.workflows.values())} workflows {dict(found.workflows)}, {found.events} events, "
        f"{found.kept} words kept, {len(found.lost)} lost, {len(found.broken)} histories that do not replay, "
        f"{len(found.failing)} failing tasks, {len(found.early)} early, {len(found.silent)} silent"
    )
    print("\n".join(found.faults[:50]))  # noqa: T201
    return 1 if found.faults else 0


if __name__ == "__main__":
    typed = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    typed.add_argument("--minutes", type=float, default=20)
    typed.add_argument("--tickets", type=int, default=200)
    typed.add_argument("--seed", type=int, default=random.randrange(1000))  # noqa: S311
    typed.add_argument("--kill-every", type=float, default=8, help="seconds")
    options = typed.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(
            asyncio.run(
                main(options.minutes, options.tickets, options.seed, options.kill_every, Path(folder))
            )
        )
