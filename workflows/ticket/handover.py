"""One change of shifts: the list of what one person hands over to another, until nothing is left on it.

Each ticket of the list watches its own time. This workflow gathers what changes hands at one
time, tells the two it concerns, and passes on what they say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

from procedure.record import Entry, Kind, utc
from procedure.ticket import handover
from procedure.ticket.handover import HandoverItem, ShiftChange
from workflows.hears import hears
from workflows.letters import so_far
from workflows.messages import Answer
from workflows.messages.handover import LISTED, AcceptAll, HandoverInput, HandoverLetter, KeepOne, Offer
from workflows.messages.ticket import Accept, Declined, Keep
from workflows.post import Undeliverable, bring
from workflows.refusal import or_refuse


@workflow.defn(name="Handover")
@hears(LISTED)
class HandoverWorkflow:
    """What is handed over at one change of shifts is accepted, kept, or goes on to the next person."""

    @workflow.init
    def __init__(self, start: HandoverInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        self.change = ShiftChange(start.of, start.to, start.at, start.pace, names=start.names)
        self.told: frozenset[str] = frozenset()
        self.mails = 0
        self.posting: dict[str, asyncio.Task[None]] = {}

    @workflow.run
    async def run(self, start: HandoverInput) -> Answer:
        await workflow.wait_condition(lambda: bool(self.change.lines))
        # While the last words are passed on, more may come on the list.
        while not self.over() or not workflow.all_handlers_finished():
            await self.settle()
            await workflow.wait_condition(workflow.all_handlers_finished)
        for mail in self.posting.values():
            mail.cancel()
        self.change = handover.expire(self.change, workflow.now())
        self.publish()
        return Answer(text=handover.outcomes(self.change))

    async def settle(self) -> None:
        """Tell whom it concerns, and wait, until nothing is left to accept."""
        while not self.over():
            before = self.change
            self.publish()
            if before.unreachable:
                await self.pass_on()
            elif self.untold():
                await self.gather()
                self.tell()
            if self.change is before:
                await self.something_happens(before)

    def over(self) -> bool:
        """Whether nothing is left that anybody could say."""
        ends = self.change.ends
        return ends is None or workflow.now() >= ends

    def untold(self) -> bool:
        """Whether something has come on the list that no mail has told of."""
        return any(line.ticket not in self.told for line in self.change.waiting(workflow.now()))

    async def gather(self) -> None:
        """What changes hands at one time makes one mail."""
        wait = handover.gathers_for(self.change, workflow.now())
        await workflow.sleep(wait, summary="what else is handed over at this time")

    def tell(self) -> None:
        """Send the whole list to both, in place of a mail that is still on its way."""
        lines = self.change.waiting(workflow.now())
        self.told |= {line.ticket for line in lines}
        if not lines:
            return
        for reader in (self.change.to, self.change.of):
            if before := self.posting.get(reader):
                before.cancel()
            self.mails += 1
            letter = HandoverLetter(number=self.mails, reader=reader, change=self.change)
            self.posting[reader] = asyncio.create_task(self.deliver(letter))

    async def deliver(self, letter: HandoverLetter) -> None:
        comes = letter.reader == self.change.to
        what = "the list to accept" if comes else "what they hand over"
        try:
            await bring("send_handover", letter, f"mail {self.change.name(letter.reader)} {what}")
        except Undeliverable as reason:
            self.undelivered(letter.reader, str(reason))

    def undelivered(self, reader: str, why: str) -> None:
        """Who leaves has what they hold anyway; who comes on must not keep others waiting."""
        if reader == self.change.to:
            self.change = handover.unreachable(self.change, why, workflow.now())
        else:
            lost = Entry(workflow.now(), Kind.UNDELIVERED, person=reader, words=why)
            self.change = self.change.noted(lost)

    async def pass_on(self) -> None:
        """Who comes on can't be reached: each ticket goes on to the next person at once."""
        left = self.change.having("offered")
        self.change = handover.pass_on(self.change, workflow.now())
        await self.signal(left, "declined", Declined(to=self.change.to))

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
            self.change = handover.gone(self.change, line.ticket, workflow.now())

    async def something_happens(self, before: ShiftChange) -> None:
        """Wait until somebody says something, or the time is over."""
        ends = before.ends
        if ends is None:
            return
        try:
            await workflow.wait_condition(
                lambda: self.change is not before,
                timeout=ends - workflow.now(),
                timeout_summary=f"{before.name(before.to)}'s time to accept",
            )
        except TimeoutError:
            return

    def publish(self) -> None:
        """Show where it stands in the Temporal UI."""
        workflow.set_current_details(details(self.change))

    @workflow.query(description="The whole list as it stands now.")
    def status(self) -> ShiftChange:
        return self.change

    @workflow.signal(description="One more ticket that is handed over.")
    def offer(self, message: Offer) -> None:
        self.change = handover.offer(self.change, message.line, workflow.now())

    # What people say ------------------------------------------------------------------

    def judge(self, said: AcceptAll | KeepOne) -> None:
        or_refuse(lambda: said.apply(self.change, workflow.now()))

    async def hear(self, said: AcceptAll | KeepOne) -> Answer:
        """All that is left, or one of them, is accepted or kept: its tickets are told."""
        left = self.change.waiting(workflow.now())
        self.change = or_refuse(lambda: said.apply(self.change, workflow.now()))
        answer = Answer(text=self.change.last)
        if isinstance(said, AcceptAll):
            await self.signal(left, "accept", Accept(by=said.by, via=said.via))
        else:
            lines = [line for line in self.change.lines if line.ticket == said.ticket]
            await self.signal(lines, "keep", Keep(by=said.by, via=said.via))
        return answer

    async def note(self, said: AcceptAll | KeepOne) -> None:
        """What is refused without anybody to answer stands in the record."""
        try:
            await self.hear(said)
        except ApplicationError as refused:
            now, words = workflow.now(), refused.message
            refusal = Entry(now, Kind.REFUSED, said.by, said.via, what=said.called, words=words)
            self.change = self.change.noted(refusal)


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
    waits = f", waits: {line.waits_for}" if line.waits_for else ""
    drill = "DRILL " if line.drill else ""
    return f"{drill}**{line.severity}** {_called(line)}{waits} ({line.outcome}{until})"


def _called(line: HandoverItem) -> str:
    return f"{line.client} {line.number}: {line.title}"
