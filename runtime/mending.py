"""A workflow whose task fails again and again goes back to its last good one.

Temporal keeps what came after: every signal, and every update that had been accepted, is heard again. What
it sent since is sent again, with the same Message-ID.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from procedure.record import Refused
from runtime.connection import DATA_CONVERTER
from runtime.runner import Runner
from runtime.tickets import answering
from workflows.kinds import WORKFLOWS

COMPLETED = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
HEARD_AGAIN = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED,
)


@dataclass(frozen=True)
class Mended:
    """Where a workflow went back to, and how much of what was said since is heard again."""

    run: str
    event: int
    at: datetime
    heard_again: int


def replayer() -> Replayer:
    """Replays a history as the worker would."""
    runner = Runner(UnsandboxedWorkflowRunner())
    # Without the SDK's watch for deadlocks: a machine that is busy for two seconds is none.
    return Replayer(
        workflows=WORKFLOWS, workflow_runner=runner, data_converter=DATA_CONVERTER, debug_mode=True
    )


async def mend(client: Client, ident: str) -> Mended:
    """Have a workflow go on from its last good task.

    Raises NoSuchTicket or Away, or Refused where there is nothing to mend in this way.
    """
    with answering():
        about = await client.get_workflow_handle(ident).describe()
        history = await client.get_workflow_handle(ident, run_id=about.run_id).fetch_history()
    if about.status is not WorkflowExecutionStatus.RUNNING:
        raise Refused(f"{ident} has ended, and nothing of it is due any more.")
    bad = await first_bad_task(history)
    if bad is None:
        raise Refused(
            f"Every task of {ident} that is done replays. If it stands still, the one under way fails: the"
            " worker's log says why, and it goes on by itself once that is put right."
        )
    request = ResetWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=ident, run_id=about.run_id),
        reason="a task that does not replay",
        workflow_task_finish_event_id=bad.event_id,
        request_id=str(uuid.uuid4()),
    )
    with answering():
        answer = await client.workflow_service.reset_workflow_execution(request)
    since = [event for event in history.events if event.event_id > bad.event_id]
    return Mended(
        run=answer.run_id,
        event=bad.event_id,
        at=bad.event_time.ToDatetime(UTC),
        heard_again=sum(event.event_type in HEARD_AGAIN for event in since),
    )


async def first_bad_task(history: WorkflowHistory) -> HistoryEvent | None:
    """The first completed task whose commands a replay would not make; None if there is none.

    What comes after a task that does not replay never does, so the first is found by halves.
    """
    completed = [place for place, event in enumerate(history.events) if event.event_type == COMPLETED]
    if await _replays(history, None):
        return None
    good, bad = 0, len(completed)  # so many tasks replay, and so many do not
    while bad - good > 1:
        some = (good + bad) // 2
        if await _replays(history, completed[some]):
            good = some
        else:
            bad = some
    return history.events[completed[bad - 1]]


async def _replays(history: WorkflowHistory, end: int | None) -> bool:
    """Whether its events before this one do: the commands of every task that is followed by another."""
    begin = WorkflowHistory(history.workflow_id, history.events[:end])
    try:
        await replayer().replay_workflow(begin)
    except NondeterminismError:
        return False
    return True
