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
from procedure.record import Refused
from procedure.ticket import asking
from procedure.ticket.asking import approval_id, no_longer_needed, open_questions
from procedure.ticket.state import Asked, Ticket
from workflows.approval.begin import begin_approval
from workflows.climbing import Climbing
from workflows.look_up import look_up
from workflows.messages.approval import NoLongerNeeded
from workflows.messages.ticket import Propose


class Questions:
    """Puts a ticket's questions, and hears how they were decided."""

    def __init__(self, ticket: Climbing[Ticket]) -> None:
        self._ticket = ticket
        # Those that were told that their answer is not needed any more.
        self._dismissed: set[int] = set()
        # Those whose approval is just being started: it can't be told anything yet.
        self._starting: set[str] = set()

    async def put(self, said: Propose) -> str:
        """Look up who may decide it, and put it before them; who was asked, in words. Raises Refused."""
        ticket, now = self._ticket.stands, self._ticket.now
        said.apply(ticket, now)
        findings = await look_up(
            "deciders",
            asking.inquiry(ticket, said.by, said.proposal(), said.act_first, now),
            Findings,
            f"who may decide on {said.action or said.option}",
        )
        approval = self._asked(said, findings)
        if approval:
            await self._start(approval)
        await workflow.wait_condition(lambda: not self._ticket.stands.to_look_up)
        return self._told(approval)

    def ruled(self, ruling: Ruling) -> None:
        """How one of them stands now."""
        if ruling.outcome != "asked":
            # It may be opened again, and then has to be told again.
            self._dismissed.discard(ruling.number)
        self._ticket.held = asking.ruled(self._ticket.stands, ruling, self._ticket.now)

    async def dismiss(self) -> bool:
        """Tell approvals that they are not needed any more; whether there was one."""
        ticket = self._ticket.stands
        needless = self._needless(ticket)
        for asked in needless:
            self._dismissed.add(asked.number)
            await self._dismiss_one(ticket, asked, no_longer_needed(ticket))
        return bool(needless)

    def _asked(self, said: Propose, findings: Findings) -> Approval | None:
        """The ticket with the question, judged by how it stands after the look-up."""
        self._ticket.held, approval = asking.propose(
            self._ticket.stands,
            said.by,
            said.proposal(),
            findings,
            self._ticket.now,
            visit=said.visit,
            via=said.via or "Temporal",
        )
        return approval

    def _told(self, approval: Approval | None) -> str:
        """What stands after a question was put: who was asked, until when; or that it was granted."""
        if approval is None or approval.over:
            return self._ticket.stands.approvals[-1].ruling
        asked = [f"{approval.name(one.person)}" for one in approval.asked]
        return f"Asked {' and '.join(asked)} ({approval.id})"

    async def _start(self, approval: Approval) -> None:
        """Begin the approval; one that can't begin is not asked."""
        self._starting.add(approval.id)
        try:
            await begin_approval(approval)
        except FailureError as error:
            text = f"{approval.proposal.action}: it can't be asked, {approval.id} runs already"
            self.ruled(replace(ruling_for_ticket(approval), outcome="withdrawn", text=text))
            raise Refused(text) from error
        finally:
            self._starting.discard(approval.id)

    def _needless(self, ticket: Ticket) -> tuple[Asked, ...]:
        """What is still asked although the ticket needs no answer any more, and was not told so yet."""
        if not no_longer_needed(ticket):
            self._dismissed.clear()
            return ()
        return tuple(
            one
            for one in open_questions(ticket)
            if one.number not in self._dismissed and approval_id(ticket, one.number) not in self._starting
        )

    async def _dismiss_one(self, ticket: Ticket, asked: Asked, reason: str) -> None:
        approval = workflow.get_external_workflow_handle(approval_id(ticket, asked.number))
        try:
            await approval.signal("no_longer_needed", NoLongerNeeded(reason=reason))
        except ApplicationError:
            if asked not in open_questions(self._ticket.stands):
                return  # it has answered meanwhile
            # It has ended without a word, by somebody's hand.
            self.ruled(Ruling(asked.number, "withdrawn", f"{asked.proposal.action}: withdrawn, {reason}"))
