"""How an approval begins: as a child of what asks, which it outlives."""

from __future__ import annotations

from temporalio import workflow

from procedure.approval.state import Approval, Ruling
from workflows import attributes
from workflows.letters import approval_headline
from workflows.messages.approval import ApprovalInput


async def begin_approval(approval: Approval) -> None:
    """It outlives this run of what asks, and ends when it is told to."""
    await workflow.start_child_workflow(
        "Approval",
        ApprovalInput(approval=approval),
        id=approval.id,
        result_type=Ruling,
        parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        search_attributes=attributes.of_approval(approval),
        static_summary=approval_headline(approval),
    )
