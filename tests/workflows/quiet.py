"""Waits until nothing is under way in a house: no step of a workflow, no mail that is being handed over.

Stories act only then. What happens in between is lost now and then, and comes again after ten seconds or
never: the test server forgets a step that stops an activity which has just ended (1.40; a real server keeps
the end back until the step is done), and without a cache the SDK drops a step that a query comes into (1.35).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from temporalio import activity, client, worker
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

STEP = timedelta(seconds=2)
"""How long a step may take before it is given out again; a workflow's own is ten seconds."""

STEP_BEGINS = EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED

STEP_ENDS = (
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
)


class Seen(client.Interceptor, worker.Interceptor):
    """What the worker's activities tell of the workflows: each asks for something in its first step."""

    def __init__(self) -> None:
        self.workflows: set[str] = set()
        self.failed: set[tuple[str, str]] = set()
        """What waits for its next attempt, by workflow and activity."""

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        return _ShortSteps(next)

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Noting(next, self)


class _ShortSteps(client.OutboundInterceptor):
    """Without a cache the SDK drops the step of one workflow for that of another: it should be soon."""

    async def start_workflow(self, input: client.StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        input.task_timeout = STEP
        return await self.next.start_workflow(input)


class _Noting(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, seen: Seen) -> None:
        super().__init__(next)
        self.seen = seen

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        assert info.workflow_id
        attempt = info.workflow_id, info.activity_id
        self.seen.workflows.add(info.workflow_id)
        self.seen.failed.discard(attempt)
        try:
            return await self.next.execute_activity(input)
        except BaseException:
            self.seen.failed.add(attempt)
            raise


async def quiet(temporal: Client, seen: Seen) -> None:
    """Returns when each workflow waits for time or for people."""
    while await _is_something_under_way(temporal, seen):
        await asyncio.sleep(0.005)


async def _is_something_under_way(temporal: Client, seen: Seen) -> bool:
    workflows = set(seen.workflows)
    for ident in workflows:
        events = (await temporal.get_workflow_handle(ident).fetch_history()).events
        seen.workflows |= _children(events)
        if _in_a_step(events) or await _on_its_way(temporal, ident, seen):
            return True
    return workflows != seen.workflows


def _children(events: Iterable[HistoryEvent]) -> set[str]:
    kind = EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED
    return {
        event.child_workflow_execution_started_event_attributes.workflow_execution.workflow_id
        for event in events
        if event.event_type == kind
    }


def _in_a_step(events: Iterable[HistoryEvent]) -> bool:
    kinds = [event.event_type for event in events]
    return kinds.count(STEP_BEGINS) > sum(map(kinds.count, STEP_ENDS))


async def failing(temporal: Client, ident: str, activity: str) -> str:
    """Why an activity of a workflow has failed that is to be tried again; empty as long as there is none."""
    pending = [one for one in await _pending(temporal, ident) if one.activity_type.name == activity]
    return next((one.last_failure.message for one in pending if one.HasField("last_failure")), "")


async def _on_its_way(temporal: Client, ident: str, seen: Seen) -> bool:
    """Whether an activity is being tried; one that waits for its next attempt is not."""
    return any((ident, one.activity_id) not in seen.failed for one in await _pending(temporal, ident))


async def _pending(temporal: Client, ident: str) -> Sequence[PendingActivityInfo]:
    # Asked without the client's own words: it can't read a search attribute that was taken away (1.35).
    execution = WorkflowExecution(workflow_id=ident)
    request = DescribeWorkflowExecutionRequest(namespace=temporal.namespace, execution=execution)
    return (await temporal.workflow_service.describe_workflow_execution(request)).pending_activities
