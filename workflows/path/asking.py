"""An assignment that asks those who may decide: each question is a child workflow, an approval."""

from __future__ import annotations

from dataclasses import replace

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from procedure.approval.deciders import Findings, Inquiry
from procedure.approval.state import Approval, Ruling, ruling_for_ticket
from workflows.approval.begin import begin_approval
from workflows.look_up import look_up
from workflows.messages import Message
from workflows.messages.approval import NoLongerNeeded
from workflows.messages.ticket import Ruled
from workflows.path.assignment import AssignmentWorkflow, Work


class AskingWorkflow(AssignmentWorkflow[Work]):
    """What its kinds add is what they ask, and what follows from how that stands."""

    def after(self, ruling: Ruling) -> Work:
        """How it stands once it has heard how a question does."""
        raise NotImplementedError

    async def deciders(self, inquiry: Inquiry, of: str) -> Findings:
        """Who may decide."""
        return await look_up("deciders", inquiry, Findings, f"who may decide on {of}")

    async def ask(self, approval: Approval) -> None:
        """Begin an approval; what can't begin is not asked."""
        try:
            await begin_approval(approval)
        except FailureError:
            ruling = replace(ruling_for_ticket(approval), outcome="withdrawn", text="it can't be asked")
            self.held = self.after(ruling)

    @workflow.signal(description="How one of its questions stands now.")
    async def ruled(self, message: Ruled) -> None:
        await self.opened()
        self.held = self.after(message.ruling)

    async def no_longer_needed(self, approval: str, reason: str) -> None:
        """Those who are asked hear that they need not answer."""
        await self.tell(approval, "no_longer_needed", NoLongerNeeded(reason=reason))

    @staticmethod
    async def tell(ident: str, signal: str, message: Message) -> None:
        """Nothing follows where it has ended."""
        try:
            await workflow.get_external_workflow_handle(ident).signal(signal, message)
        except ApplicationError:
            workflow.logger.warning("not told", extra={"workflow": ident})
