"""One change of shifts: the list of what one person hands over to another, until nothing is left on it.

Each ticket of the list watches its own time. This workflow gathers what changes hands at one
time, tells the two it concerns, and passes on what they say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from procedure.record import utc
from procedure.ticket import handover
from procedure.ticket.handover import HandoverItem, ListNotice, ShiftChange
from procedure.wording import as_markdown
from workflows.climbing import Climbing, Means
from workflows.hears import hears
from workflows.letters import so_far
from workflows.messages import Answer, Brought, Statement
from workflows.messages.handover import LISTED, HandoverInput, HandoverLetter, KeepOne, Offer
from workflows.messages.ticket import Accept, Declined, Keep
from workflows.post import Notices, bring


async def _bring(change: ShiftChange, notices: Notices) -> Brought:
    (notice,) = notices
    letter = HandoverLetter(number=notice.number, reader=notice.to, change=replace(change, notices=()))
    what = "the list to accept" if notice.kind is ListNotice.COMES else "what they hand over"
    return await bring("send_handover", letter, f"mail {change.name(notice.to)} {what}")


def details(change: ShiftChange) -> str:
    """The list in Markdown, for the Temporal UI."""
    lines = [f"### {change.name(change.of)} hands over to {change.name(change.to)}"]
    if left := change.having("offered"):
        lines.append(f"To accept: **{handover.summary(left)}**")
    lines.append("\n".join(f"- {_told(line)}" for line in change.lines))
    lines.append(so_far(change))
    return "\n\n".join(lines)


def _told(line: HandoverItem) -> str:
    until = f" until {utc(line.due)}" if line.outcome == "offered" else ""
    waits = f", waits: {as_markdown(line.waits_for)}" if line.waits_for else ""
    drill = "DRILL " if line.drill else ""
    return f"{drill}**{line.severity}** {as_markdown(_called(line))}{waits} ({line.outcome}{until})"


def _called(line: HandoverItem) -> str:
    return f"{line.client} {line.number}: {line.title}"


@workflow.defn(name="Handover")
@hears(LISTED)
class HandoverWorkflow(Climbing[ShiftChange]):
    """What is handed over at one change of shifts is accepted, kept, or goes on to the next person."""

    rules = handover.RULES
    means = Means(bring=_bring, details=details)

    @workflow.init
    def __init__(self, start: HandoverInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        super().__init__(start.change)

    @workflow.run
    async def run(self, start: HandoverInput) -> Answer:
        await workflow.wait_condition(lambda: bool(self.stands.lines))
        if not await self.climb():
            workflow.continue_as_new(HandoverInput(change=self.stands))
        return Answer(text=handover.outcomes(self.stands))

    async def tell_others(self) -> bool:
        """Who comes on can't be reached: each ticket goes on to the next person at once."""
        left = self.stands.having("offered")
        if not left or not self.stands.unreachable:
            return False
        self.held = handover.pass_on(self.stands, self.now)
        await self.signal(left, "declined", Declined(to=self.stands.to))
        return True

    async def signal(
        self, lines: Sequence[HandoverItem], name: str, message: Accept | Keep | Declined
    ) -> None:
        """Pass it on to each of these tickets; one that is closed meanwhile is noted."""
        await asyncio.gather(*(self.signal_one(line, name, message) for line in lines))

    async def signal_one(self, line: HandoverItem, name: str, message: Accept | Keep | Declined) -> None:
        ticket = workflow.get_external_workflow_handle(line.ticket)
        try:
            await ticket.signal(name, message)
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            self.held = handover.gone(self.stands, line.ticket, self.now)

    # What people say ------------------------------------------------------------------

    @workflow.signal(description="One more ticket that is handed over.")
    def offer(self, message: Offer) -> None:
        self.held = handover.offer(self.stands, message.line, self.now)

    async def do(self, said: Statement) -> str:
        """All that is left, or one of them, is accepted or kept: its tickets are told."""
        left = self.stands.waiting(self.now)
        await super().do(said)
        text = self.stands.last
        if isinstance(said, KeepOne):
            lines = [line for line in self.stands.lines if line.ticket == said.ticket]
            await self.signal(lines, "keep", Keep(by=said.by, via=said.via))
        else:
            await self.signal(left, "accept", Accept(by=said.by, via=said.via))
        return text
