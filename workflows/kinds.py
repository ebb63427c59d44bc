"""Every kind of workflow there is."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.agreement.workflow import AgreementWorkflow
from workflows.approval.workflow import ApprovalWorkflow
from workflows.complaint.review import ReviewWorkflow
from workflows.complaint.workflow import ComplaintWorkflow
from workflows.prevention.upkeep import UpkeepWorkflow
from workflows.prevention.workflow import PreventionWorkflow
from workflows.problem.workflow import ProblemWorkflow
from workflows.service_review import ServiceReviewsWorkflow
from workflows.ticket.handover import HandoverWorkflow
from workflows.ticket.workflow import TicketWorkflow

WORKFLOWS: Sequence[type] = (
    ServiceReviewsWorkflow,
    TicketWorkflow,
    ApprovalWorkflow,
    HandoverWorkflow,
    ComplaintWorkflow,
    ReviewWorkflow,
    ProblemWorkflow,
    PreventionWorkflow,
    UpkeepWorkflow,
    AgreementWorkflow,
)
"""What a worker runs, and a replay checks."""
