"""One approval: put before whoever may decide, reminded, put before the next one, answered once.

Who may decide, and whether who answers has the authority, is looked up in the procedure each
time. The ticket hears how it stands by a signal, so that the answer outlives a ticket's runs.
"""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from procedure.approval.deciders import Findings, Inquiry, Verdict
from procedure.approval.state import RULES, Approval, Ruling, inquiry, ruling_for_ticket, withdraw
from workflows.climbing import Climbing, Means
from workflows.hears import hears
from workflows.letters import approval_details, approval_letter, approval_summary, who_decides
from workflows.look_up import look_up
from workflows.messages import Brought, Statement
from workflows.messages.approval import OPINIONS, ApprovalInput, Claim, Decide, NoLongerNeeded
from workflows.messages.ticket import Ruled
from workflows.post import Notices, bring


async def _seek(approval: Approval, question: Inquiry) -> Findings:
    return await look_up("deciders", question, Findings, who_decides(approval))


async def _bring(approval: Approval, notices: Notices) -> Brought:
    (notice,) = notices
    activity = "page_approval" if notice.channel else "send_approval"
    return await bring(activity, approval_letter(approval, notice), approval_summary(approval, notice))


@workflow.defn(name="Approval")
@hears(OPINIONS)
class ApprovalWorkflow(Climbing[Approval]):
    """A question that is always before somebody who may decide it, until it is decided."""

    # What it can be found by is known when it begins.
    rules = RULES
    means = Means(seek=_seek, bring=_bring, details=approval_details)

    @workflow.init
    def __init__(self, start: ApprovalInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        super().__init__(start.approval)
        self.heard = ruling_for_ticket(start.approval)

    @workflow.run
    async def run(self, start: ApprovalInput) -> Ruling:
        if start.contest:
            await self.note(start.contest)
        if start.objection:
            await self.note(start.objection)
        if not await self.climb():
            workflow.continue_as_new(ApprovalInput(approval=self.stands))
        return ruling_for_ticket(self.stands)

    async def tell_others(self) -> bool:
        """Tell the ticket what it does not know yet; one that has ended needs no answer any more."""
        stands = ruling_for_ticket(self.stands)
        if stands == self.heard:
            return False
        self.heard = stands
        ticket = workflow.get_external_workflow_handle(self.stands.ticket)
        try:
            await ticket.signal("ruled", Ruled(ruling=stands))
        except ApplicationError:
            self.withdraw(f"the {self.stands.asked_on} has ended")
        return True

    def withdraw(self, reason: str) -> None:
        if not self.stands.over:
            self.held = withdraw(self.stands, "", reason, self.now)

    # What people say ------------------------------------------------------------------

    @workflow.signal(description="The ticket does not need the answer any more.")
    def no_longer_needed(self, message: NoLongerNeeded) -> None:
        self.withdraw(message.reason)

    async def do(self, said: Statement) -> str:
        """What they have decided stands at once, whoever is asked next."""
        if isinstance(said, Decide):
            verdict = await self.verdict(said)
            self.held = said.decided(self.stands, self.now, verdict)
        else:
            await super().do(said)
        return self.stands.last

    async def verdict(self, said: Decide) -> Verdict:
        """Whether they have the authority to decide at this instant; no clock runs out meanwhile."""
        self.judging += 1
        try:
            claim = Claim(inquiry=inquiry(self.stands, self.now), person=said.by)
            who = self.stands.name(said.by)
            return await look_up("judge", claim, Verdict, f"whether {who} may decide it now")
        finally:
            self.judging -= 1
