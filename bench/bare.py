"""The yardstick: the same steps in a workflow as one would write it by hand, and no more.

It pages one person after the other and one tier after the other, warns, tells the customer,
hears "I have it", "solved" and "confirmed", and ends; for an approval it starts a child
(``bench.bare_approval``). It knows no severities, calendars, criteria, pauses or hand-offs,
keeps no record, can't be searched and tells nobody where it stands. Its mails carry the ticket
as it came in, because a page that does not say what is broken would not be the same page; not
who has it, why, or what happens next.
Run with ``python -m bench.bare`` it is a worker.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from email.message import EmailMessage

    import aiosmtplib

    from bench.bare_approval import BareAnswer, BareApproval, BareQuestion, Deciders, QuestionMail

TASK_QUEUE = "bare"
MINUTE = 60.0


@dataclass(frozen=True)
class BareOpening:
    """What came in."""

    client: str
    number: str
    title: str
    requester: str
    description: str
    severity: str


@dataclass(frozen=True)
class BareTier:
    people: list[str]
    stay: float


@dataclass(frozen=True)
class Plan:
    """Who is paged in which order; all times in seconds."""

    tiers: list[BareTier]
    acknowledge: float
    confirm: float


@dataclass(frozen=True)
class BareSaid:
    by: str
    text: str = ""


@dataclass(frozen=True)
class BareMail:
    ticket: str
    number: int
    kind: str
    to: str
    about: BareOpening


@dataclass
class State:
    holder: str = ""
    acknowledged: bool = False
    solution: str = ""
    confirmed: bool = False
    asked: int = 0
    mails: list[asyncio.Task[None]] = field(default_factory=list)


@workflow.defn(name="Bare")
class BareTicket:
    @workflow.init
    def __init__(self, opening: BareOpening) -> None:
        self.opening = opening
        self.state = State()
        self.opened = workflow.now()

    @workflow.run
    async def run(self, opening: BareOpening) -> str:
        plan = await workflow.execute_activity(
            "plan", opening.severity, result_type=Plan, start_to_close_timeout=timedelta(seconds=10)
        )
        await self.climb(plan)
        self.mail("solved", opening.requester)
        await self.within(plan.confirm, lambda: self.state.confirmed)
        await asyncio.gather(*self.state.mails)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.state.solution

    async def climb(self, plan: Plan) -> None:
        """One tier after the other, and the last one again and again, until it is solved."""
        place = 0
        while True:
            tier = plan.tiers[min(place, len(plan.tiers) - 1)]
            self.state.acknowledged = False
            taken = await self.present(tier, plan.acknowledge, first=not place)
            if taken and await self.within(tier.stay, lambda: bool(self.state.solution)):
                return
            place += 1

    async def present(self, tier: BareTier, acknowledge: float, first: bool) -> bool:
        """Page the people of a tier one after the other; whether one of them has it."""
        warn = tier.stay * 0.75
        for place, person in enumerate(tier.people):
            self.state.holder = person
            self.mail("page", person)
            if place == 0:
                self.mail("received" if first else "now with", self.opening.requester)
            wait = acknowledge
            if 0 < warn < wait:
                if await self.within(warn, lambda: self.state.acknowledged):
                    return True
                self.mail("warning", person)
                wait -= warn
            warn -= acknowledge
            if await self.within(wait, lambda: self.state.acknowledged):
                return True
        return False

    async def within(self, seconds: float, reached: Callable[[], bool]) -> bool:
        try:
            await workflow.wait_condition(reached, timeout=seconds)
        except TimeoutError:
            return False
        return True

    def mail(self, kind: str, to: str) -> None:
        mail = BareMail(workflow.info().workflow_id, len(self.state.mails) + 1, kind, to, self.opening)
        self.state.mails.append(asyncio.create_task(self.send(mail)))

    async def send(self, mail: BareMail) -> None:
        await workflow.execute_activity("mail", mail, start_to_close_timeout=timedelta(seconds=60))

    @workflow.update
    async def ask(self, question: BareQuestion) -> str:
        """Have it asked by a child, which goes on when the ticket ends."""
        self.state.asked += 1
        child = await workflow.start_child_workflow(
            "BareApproval",
            question,
            id=f"{workflow.info().workflow_id}-{self.state.asked}",
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        )
        return child.id

    @ask.validator
    def judge_ask(self, question: BareQuestion) -> None:
        if not question.what or question.asker != self.state.holder:
            raise ApplicationError("Say what is to be done, if you have it.")

    @workflow.query
    def since(self) -> datetime:
        return self.opened

    @workflow.update
    async def acknowledge(self, said: BareSaid) -> str:
        self.state.acknowledged, self.state.holder = True, said.by
        return self.state.holder

    @acknowledge.validator
    def judge_acknowledge(self, said: BareSaid) -> None:
        if self.state.acknowledged:
            raise ApplicationError(f"{self.state.holder} has it already.")

    @workflow.update
    async def resolve(self, said: BareSaid) -> str:
        self.state.solution = said.text
        return self.state.holder

    @resolve.validator
    def judge_resolve(self, said: BareSaid) -> None:
        if not said.text or said.by != self.state.holder:
            raise ApplicationError("Say what solved it, if you have it.")

    @workflow.update
    async def confirm(self, said: BareSaid) -> str:
        self.state.confirmed = True
        return self.state.holder

    @confirm.validator
    def judge_confirm(self, said: BareSaid) -> None:
        if not self.state.solution:
            raise ApplicationError("Nobody says that it is solved yet.")


class Activities:
    """The people and times of examples/northwind; its mails say what came in, and no more."""

    def __init__(self, smtp_port: int, pace: float) -> None:
        self._smtp_port = smtp_port
        self._minute = MINUTE / pace

    @activity.defn
    async def plan(self, severity: str) -> Plan:
        day = 24 * 60
        stays = {"high": (30, 120, 240, day), "medium": (120, day, 2 * day, 2 * day)}[severity]
        chains = (["ana", "ben", "lea"], ["bo", "dee", "sam"], ["cy", "eva", "gil"], ["mia", "kai", "tom"])
        tiers = [BareTier(people, stay * self._minute) for people, stay in zip(chains, stays, strict=True)]
        return Plan(
            tiers=[*tiers, BareTier(["ida"], day * self._minute)],
            acknowledge={"high": 10, "medium": 60}[severity] * self._minute,
            confirm=2 * day * self._minute,
        )

    @activity.defn
    async def deciders(self, question: BareQuestion) -> Deciders:
        return Deciders("cy", "raj", within=120 * self._minute)

    @activity.defn
    async def may_decide(self, question: BareQuestion, person: str) -> bool:
        return person in ("cy", "raj")

    @activity.defn
    async def mail(self, mail: BareMail) -> None:
        about = mail.about
        text = (
            f"{mail.kind}: {about.title}\n{about.client} {about.number}, {about.severity}, from "
            f"{about.requester}\n\n{about.description}\n"
        )
        await self._send(f"{mail.ticket}.{mail.number}", mail.to, f"{mail.kind}: {about.title}", text)

    @activity.defn
    async def mail_question(self, mail: QuestionMail) -> None:
        about = mail.about
        text = (
            f"{mail.kind}: {about.asker} asks for {about.action}, {about.what}\n{about.client} "
            f"{about.number}: {about.title}\n\n{about.why}\nGBP {about.cost}. Without it: "
            f"{about.otherwise}\n\n{mail.text}\n"
        )
        await self._send(f"{mail.approval}.{mail.number}", mail.to, f"{mail.kind}: {about.action}", text)

    async def _send(self, ident: str, to: str, subject: str, text: str) -> None:
        message = EmailMessage()
        message["From"] = "desk@northwind.example"
        message["To"] = f"{to}@northwind.example"
        message["Subject"] = subject
        message["Message-ID"] = f"<{ident}@bare.localhost>"
        message.set_content(text)
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self._smtp_port, start_tls=False)


async def serve() -> None:
    """Run until it is ended."""
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"], data_converter=pydantic_data_converter)
    activities = Activities(int(os.environ["RUNG_SMTP_PORT"]), float(os.environ["RUNG_PACE"]))
    await Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[BareTicket, BareApproval, BareAnswer],
        activities=[
            activities.plan,
            activities.mail,
            activities.deciders,
            activities.may_decide,
            activities.mail_question,
        ],
        max_cached_workflows=int(os.environ["RUNG_CACHED_TICKETS"]),
    ).run()


if __name__ == "__main__":
    asyncio.run(serve())
