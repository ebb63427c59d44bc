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
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
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


_GOES_ON = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW

RUN_ENDS = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
    _GOES_ON,
)

_OWN_FAULTS = (
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR,
)
"""Why a step fails by what a workflow does, and not by what comes in meanwhile."""

_TOO_SLOW = "[TMPRL1101]"
"""How the SDK's word begins for a step that took too long on a busy machine: it may be done the next time."""

_TRIED = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: "activity_task_completed_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: "activity_task_failed_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: "activity_task_timed_out_event_attributes",
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED: "activity_task_canceled_event_attributes",
}
"""How an activity ends, and what of such an event says which one."""

_BEGINS = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED

_TAKEN = {
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: (
        EventType.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED,
        EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED,
    ),
    EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED: (
        EventType.EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED,
        EventType.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED,
    ),
}
"""What goes to another workflow, and what says that it has been taken there, or has not."""


class Seen(client.Interceptor, worker.Interceptor):
    """What its client and the worker's activities tell of the workflows: a child asks for something in its
    first step."""

    def __init__(self) -> None:
        self.workflows: set[str] = set()
        self.over: set[str] = set()
        """Those of them that nothing happens in any more, unless they are begun anew."""
        self.tried: set[tuple[str, str]] = set()
        """What is being tried, by workflow and activity."""
        self.waits: set[tuple[str, str]] = set()
        """What waits for its next attempt, or its turn, by workflow and activity."""

    @property
    def going(self) -> list[str]:
        """Those that something may happen in."""
        return sorted(self.workflows - self.over)

    def begun(self, workflows: set[str]) -> None:
        """Perhaps begun: who asks for it may not know that it goes on already."""
        self.workflows |= workflows
        self.over -= workflows

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        return _Starting(next, self)

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Noting(next, self)


class _Starting(client.OutboundInterceptor):
    def __init__(self, next: client.OutboundInterceptor, seen: Seen) -> None:
        super().__init__(next)
        self.seen = seen

    async def start_workflow(self, input: client.StartWorkflowInput) -> WorkflowHandle[Any, Any]:
        # Without a cache the SDK drops the step of one workflow for that of another: it should be soon.
        input.task_timeout = STEP
        started = await self.next.start_workflow(input)
        self.seen.begun({input.id})
        return started


class _Noting(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, seen: Seen) -> None:
        super().__init__(next)
        self.seen = seen

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        workflow = info.workflow_id or ""
        attempt = workflow, info.activity_id
        self.seen.begun({workflow})
        self.seen.waits.discard(attempt)
        self.seen.tried.add(attempt)
        try:
            return await self.next.execute_activity(input)
        except BaseException:
            self.seen.waits.add(attempt)
            raise
        finally:
            self.seen.tried.discard(attempt)


async def quiet(temporal: Client, seen: Seen) -> None:
    """Returns when each workflow waits for time or for people."""
    before = None
    while (now := await _looked_at(temporal, seen)) is None or now != before:
        before = now
        await asyncio.sleep(0.005)


async def _looked_at(temporal: Client, seen: Seen) -> dict[str, int] | None:
    """How long each history is that goes on; None while something is under way in one.

    What one has set going in another after that was looked at shows in its own when all are looked at again.
    """
    if seen.tried - seen.waits:
        return None  # The server need not be asked, which costs more than all the rest.
    lengths = {}
    for ident in seen.going:
        events = (await temporal.get_workflow_handle(ident).fetch_history()).events
        seen.begun(_children(events))
        if _in_a_step(events) or _on_its_way(ident, events, seen) or _not_taken(events):
            return None
        if events[-1].event_type in RUN_ENDS and events[-1].event_type != _GOES_ON:
            seen.over.add(ident)
        else:
            lengths[ident] = len(events)
    return lengths


async def failing_step(temporal: Client, seen: Seen) -> str:
    """Which workflow's step fails, so that it would each time, and why; empty as long as none does."""
    for ident in seen.going:
        events = (await temporal.get_workflow_handle(ident).fetch_history()).events
        last = next((event for event in reversed(events) if event.event_type in STEP_ENDS), None)
        if last is None or last.event_type != EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            continue
        failed = last.workflow_task_failed_event_attributes
        why = failed.failure.message
        if failed.cause in _OWN_FAULTS and not why.startswith(_TOO_SLOW):
            return f"{ident}: {failed.failure.application_failure_info.type or 'error'}: {why}"
    return ""


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


def _on_its_way(ident: str, events: Iterable[HistoryEvent], seen: Seen) -> bool:
    """Whether an activity is being tried; one that waits is not.

    By the history alone, which is of one instant: what ends between two questions is in neither answer.
    """
    tried: dict[int, str] = {}
    for event in events:
        kind = event.event_type
        if kind == _BEGINS:
            tried[event.event_id] = event.activity_task_scheduled_event_attributes.activity_id
        elif kind in _TRIED:
            tried.pop(getattr(event, _TRIED[kind]).scheduled_event_id, None)
        elif kind in RUN_ENDS:
            tried.clear()
    return any((ident, activity) not in seen.waits for activity in tried.values())


def _not_taken(events: Iterable[HistoryEvent]) -> bool:
    """Whether a child, or a signal, is on its way to another workflow."""
    kinds = [event.event_type for event in events]
    if kinds and kinds[-1] in RUN_ENDS:
        return False
    return any(kinds.count(begun) > sum(map(kinds.count, taken)) for begun, taken in _TAKEN.items())


async def failing(temporal: Client, ident: str, activity: str) -> str:
    """Why an activity of a workflow has failed that is to be tried again; empty as long as there is none."""
    pending = [one for one in await _pending(temporal, ident) if one.activity_type.name == activity]
    return next((one.last_failure.message for one in pending if one.HasField("last_failure")), "")


async def _pending(temporal: Client, ident: str) -> Sequence[PendingActivityInfo]:
    # Asked without the client's own words: it can't read a search attribute that was taken away (1.35).
    execution = WorkflowExecution(workflow_id=ident)
    request = DescribeWorkflowExecutionRequest(namespace=temporal.namespace, execution=execution)
    return (await temporal.workflow_service.describe_workflow_execution(request)).pending_activities
