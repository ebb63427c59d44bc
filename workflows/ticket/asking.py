"""What a ticket asks of those who may decide: each question is a child workflow, an approval.

The approval tells how it stands by the signal ``ruled``. When the ticket needs no answer any
more, the approval is told, and has the last word: a decision that came first counts.
"""

from __future__ import annotations

from dataclasses import replace

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from procedure.approval.deciders import Findings
from procedure.approval.state import Approval, Ruling, ruling_for_ticket
from procedure.ticket import asking
from procedure.ticket.asking import (
    approval_id,
    no_longer_needed,
    open_questions,
)
from procedure.ticket.state import Asked, Ticket
from workflows import attributes
from workflows.letters import approval_headline
from workflows.look_up import look_up
from workflows.messages import Answer, Statement
from workflows.messages.approval import ApprovalInput, NoLongerNeeded
from workflows.messages.ticket import Propose, Ruled
from workflows.refusal import or_refuse
from workflows.ticket.handlers import TicketHandlers


class Asking(TicketHandlers):
    """Puts questions, and hears how they were decided."""

    def __init__(self, carried: Ticket | None) -> None:
        super().__init__(carried)
        # Those that were told that their answer is not needed any more.
        self.dismissed: set[int] = set()
        # Those whose approval is just being started: it can't be told anything yet.
        self.starting: set[str] = set()

    async def hear(self, said: Statement) -> Answer:
        """A question is put before somebody; all else is said."""
        return await (self.put(said) if isinstance(said, Propose) else super().hear(said))

    async def note(self, said: Statement) -> None:
        if not isinstance(said, Propose):
            return await super().note(said)
        try:
            await self.put(said)
        except ApplicationError as refused:
            self.refuse(said, refused.message)

    @workflow.signal(description="How a question stands now.")
    def ruled(self, message: Ruled) -> None:
        if self.held is None:
            return
        if message.ruling.outcome != "asked":
            # It may be opened again, and then has to be told again.
            self.dismissed.discard(message.ruling.number)
        self.held = asking.ruled(self.held, message.ruling, self.now)

    async def put(self, said: Propose) -> Answer:
        """Look up who may decide it, and put it before them."""
        await workflow.wait_condition(lambda: self.held is not None)
        self.judge(said)
        ticket, now = self.stands, self.now
        findings = await look_up(
            "deciders",
            asking.inquiry(ticket, said.by, said.proposal(), said.act_first, now),
            Findings,
            f"who may decide on {said.action or said.option}",
        )
        approval = self.asked(said, findings)
        if approval:
            await self.start(approval)
        await workflow.wait_condition(lambda: not self.stands.unpresented)
        return Answer(text=self.told(approval))

    def asked(self, said: Propose, findings: Findings) -> Approval | None:
        """The ticket with the question, judged by how it stands after the look-up."""
        self.held, approval = or_refuse(
            lambda: asking.propose(
                self.stands,
                said.by,
                said.proposal(),
                findings,
                self.now,
                visit=said.visit,
                via=said.via or "Temporal",
            )
        )
        return approval

    def told(self, approval: Approval | None) -> str:
        """What stands after a question was put: who was asked, until when; or that it was granted."""
        if approval is None or approval.over:
            return self.stands.approvals[-1].ruling
        asked = [f"{approval.name(one.person)}" for one in approval.asked]
        return f"Asked {' and '.join(asked)} ({approval.id})"

    async def start(self, approval: Approval) -> None:
        """Begin the approval; one that can't begin is not asked."""
        self.starting.add(approval.id)
        try:
            await self.begin_approval(approval)
        except FailureError as error:
            text = f"{approval.proposal.action}: it can't be asked, {approval.id} runs already"
            gone = replace(ruling_for_ticket(approval), outcome="withdrawn", text=text)
            self.held = asking.ruled(self.stands, gone, self.now)
            raise ApplicationError(text, type="Refused", non_retryable=True) from error
        finally:
            self.starting.discard(approval.id)

    async def begin_approval(self, approval: Approval) -> None:
        """It outlives this run of the ticket, and ends when it is told to."""
        await workflow.start_child_workflow(
            "Approval",
            ApprovalInput(approval=approval),
            id=approval.id,
            result_type=Ruling,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            search_attributes=attributes.of_approval(approval),
            static_summary=approval_headline(approval),
        )

    def needless(self, ticket: Ticket) -> tuple[Asked, ...]:
        """What is still asked although the ticket needs no answer any more, and was not told so yet."""
        if not no_longer_needed(ticket):
            self.dismissed.clear()
            return ()
        return tuple(
            one
            for one in open_questions(ticket)
            if one.number not in self.dismissed and approval_id(ticket, one.number) not in self.starting
        )

    async def tell_others(self) -> bool:
        """Tell approvals that they are not needed any more; they have the last word."""
        ticket = self.stands
        needless = self.needless(ticket)
        for asked in needless:
            self.dismissed.add(asked.number)
            await self.dismiss_one(ticket, asked, no_longer_needed(ticket))
        return bool(needless)

    async def dismiss_one(self, ticket: Ticket, asked: Asked, reason: str) -> None:
        approval = workflow.get_external_workflow_handle(approval_id(ticket, asked.number))
        try:
            await approval.signal("no_longer_needed", NoLongerNeeded(reason=reason))
        except ApplicationError:
            if asked not in open_questions(self.stands):
                return  # it has answered meanwhile
            # It has ended without a word, by somebody's hand.
            gone = Ruling(asked.number, "withdrawn", f"{asked.proposal.action}: withdrawn, {reason}")
            self.held = asking.ruled(self.stands, gone, self.now)
