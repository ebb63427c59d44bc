"""Every kind of workflow there is."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.approval import ApprovalWorkflow
from workflows.complaint import ComplaintWorkflow
from workflows.handover import HandoverWorkflow
from workflows.review import ReviewWorkflow
from workflows.ticket import TicketWorkflow

WORKFLOWS: Sequence[type] = (
    TicketWorkflow,
    ApprovalWorkflow,
    HandoverWorkflow,
    ComplaintWorkflow,
    ReviewWorkflow,
)
"""What a worker runs, and a replay checks."""
