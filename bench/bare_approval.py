"""The yardstick of an approval: a child workflow as one would write it by hand, and no more.

It looks up who decides, asks one person on each side, reminds them, checks each decision and
confirms it, tells everyone what was decided, and its parent by its result. It asks nobody else
when they stay silent, keeps no record, and nobody can withdraw it or say that it was not them.
Beside it stands an update that asks whether it may, and keeps what it is told: the least that a decision
with a look-up can cost.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

LOOK_UP = timedelta(seconds=10)


@dataclass(frozen=True)
class BareQuestion:
    """What is asked, and the ticket it is about."""

    client: str
    number: str
    title: str
    asker: str
    action: str
    what: str
    why: str
    cost: int
    otherwise: str


@dataclass(frozen=True)
class Deciders:
    """Who is asked on each side, and how many seconds they have."""

    msp: str
    contact: str
    within: float


@dataclass(frozen=True)
class QuestionMail:
    approval: str
    number: int
    kind: str
    to: str
    about: BareQuestion
    text: str = ""


@dataclass(frozen=True)
class BareDecision:
    by: str
    yes: bool
    reason: str = ""


@dataclass
class BareStanding:
    said: dict[str, BareDecision] = field(default_factory=dict)
    mails: list[asyncio.Task[None]] = field(default_factory=list)


@workflow.defn(name="BareApproval")
class BareApproval:
    @workflow.init
    def __init__(self, question: BareQuestion) -> None:
        self.question = question
        self.standing = BareStanding()

    @workflow.run
    async def run(self, question: BareQuestion) -> str:
        asked = await workflow.execute_activity(
            "deciders", question, result_type=Deciders, start_to_close_timeout=LOOK_UP
        )
        people = (asked.msp, asked.contact)
        for person in people:
            self.mail("asked", person)
        await self.answers(asked)
        ruling = self.ruling(people)
        last = next(reversed(self.standing.said), "")
        for person in (question.asker, *people):
            if person != last:
                self.mail("decided", person, ruling)
        await asyncio.gather(*self.standing.mails)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return ruling

    async def answers(self, asked: Deciders) -> None:
        """Wait for both, or for one no; after half of the time whoever is silent is reminded."""
        for _ in range(2):
            try:
                await workflow.wait_condition(lambda: self.decided(asked), timeout=asked.within / 2)
            except TimeoutError:
                for person in (asked.msp, asked.contact):
                    if person not in self.standing.said:
                        self.mail("reminded", person)
            else:
                return

    def decided(self, asked: Deciders) -> bool:
        said = self.standing.said
        return {asked.msp, asked.contact} <= said.keys() or not all(one.yes for one in said.values())

    def ruling(self, people: tuple[str, ...]) -> str:
        said = self.standing.said
        answers = (f"{person}: {'yes' if said[person].yes else 'no'}" for person in people if person in said)
        return f"{self.question.action}: {', '.join(answers) or 'undecided'}"

    def mail(self, kind: str, to: str, text: str = "") -> None:
        number = len(self.standing.mails) + 1
        mail = QuestionMail(workflow.info().workflow_id, number, kind, to, self.question, text)
        self.standing.mails.append(asyncio.create_task(self.send(mail)))

    async def send(self, mail: QuestionMail) -> None:
        await workflow.execute_activity("mail_question", mail, start_to_close_timeout=timedelta(seconds=60))

    @workflow.update
    async def decide(self, said: BareDecision) -> str:
        may = await workflow.execute_activity(
            "may_decide", args=[self.question, said.by], result_type=bool, start_to_close_timeout=LOOK_UP
        )
        if not may or said.by in self.standing.said:
            raise ApplicationError(f"It is not for {said.by} to decide.")
        self.standing.said[said.by] = said
        self.mail("receipt", said.by)
        return "recorded"

    @decide.validator
    def judge_decide(self, said: BareDecision) -> None:
        if said.by in self.standing.said or said.by == self.question.asker:
            raise ApplicationError(f"It is not for {said.by} to decide.")


@workflow.defn(name="BareAnswer")
class BareAnswer:
    """Keeps what it is told once it has asked whether they may, for as long as the server runs."""

    @workflow.init
    def __init__(self, question: BareQuestion) -> None:
        self.question = question
        self.said: BareDecision | None = None

    @workflow.run
    async def run(self, question: BareQuestion) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def decide(self, said: BareDecision) -> str:
        await workflow.execute_activity(
            "may_decide", args=[self.question, said.by], result_type=bool, start_to_close_timeout=LOOK_UP
        )
        self.said = said
        return "recorded"
