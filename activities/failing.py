"""Workflows whose task fails again and again: nobody is paged by them any more, and their pages say nothing.

Somebody has to know it: the person of last resort, who is told as often as they are told of a ticket.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiosmtplib
import structlog
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from procedure.book.procedure import Procedure
from procedure.clocks.calendars import AlwaysOpen

log = structlog.get_logger(__name__)

EVERY = 20.0
"""Seconds between two looks: with some ten that a task takes to fail three times, told within a minute."""

BETWEEN = 0.01
"""Seconds between two workflows that are asked for, so that a thousand of them disturb nobody."""

TRIES = 3
"""After how many attempts a task counts as failing: one or two are lost with every worker that dies."""

DONE = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
FAILED = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED


@dataclass(frozen=True)
class Failing:
    """A workflow that stands still: which, why, since when, and what it can be found by."""

    ident: str
    run: str
    kind: str
    why: str
    since: datetime
    known: dict[str, str] = field(default_factory=dict)
    drill: bool = False


class FailingTasks:
    """Looks over all open workflows, and has somebody told of those whose task fails."""

    def __init__(
        self,
        client: Client,
        current: Callable[[], Procedure],
        pace: float,
        tell: Callable[[Failing, int], Awaitable[None]],
    ) -> None:
        self._client = client
        self._current = current
        self._pace = pace
        self._tell = tell
        self._told: dict[str, tuple[int, datetime]] = {}

    async def watch(self) -> None:
        """Until it is cancelled; what can't be looked at, or told, now is at the next look."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except RPCError as error:
                log.warning("failing tasks not looked for", reason=error.message)

    async def look(self) -> tuple[Failing, ...]:
        """All that fail now; somebody is told of each, again and again while it does. Raises RPCError."""
        failing = [one async for one in self._failing()]
        self._told = {one.run: self._told[one.run] for one in failing if one.run in self._told}
        for one in failing:
            await self._tell_of(one)
        return tuple(failing)

    async def _failing(self) -> AsyncIterator[Failing]:
        async for run in self._client.list_workflows("ExecutionStatus = 'Running'"):
            await asyncio.sleep(BETWEEN)
            execution = WorkflowExecution(workflow_id=run.id, run_id=run.run_id)
            # Without the client's own words: it can't read a search attribute that was taken away (1.35).
            about = await self._client.workflow_service.describe_workflow_execution(
                DescribeWorkflowExecutionRequest(namespace=self._client.namespace, execution=execution)
            )
            if about.pending_workflow_task.attempt < TRIES:
                continue
            if found := await self._last_failure(run.id, run.run_id):
                why, since = found
                found_by = _found_by(about.workflow_execution_info)
                known = {name: value for name, value in found_by.items() if isinstance(value, str)}
                drill = found_by.get("Drill") is True
                yield Failing(run.id, run.run_id, run.workflow_type, why, since, known, drill)

    async def _last_failure(self, ident: str, run: str) -> tuple[str, datetime] | None:
        """Why the task has failed that is to be tried again, and when; None if its workers have only died."""
        history = await self._client.get_workflow_handle(ident, run_id=run).fetch_history()
        for event in reversed(history.events):
            if event.event_type == DONE:
                return None
            if event.event_type == FAILED:
                why = event.workflow_task_failed_event_attributes.failure.message
                return why, event.event_time.ToDatetime(UTC)
        return None

    async def _tell_of(self, failing: Failing) -> None:
        now = datetime.now(UTC)
        times, last = self._told.get(failing.run, (0, None))
        again_every = AlwaysOpen().length(self._current().last_resort.again_every) / self._pace
        if last and now - last < again_every:
            return
        log.error("a workflow stands still", workflow=failing.ident, why=failing.why)
        try:
            await self._tell(failing, times + 1)
        except (aiosmtplib.SMTPException, OSError, ApplicationError) as error:
            log.error("nobody could be told of it", workflow=failing.ident, reason=str(error))
        else:
            self._told[failing.run] = times + 1, now


def _found_by(about: WorkflowExecutionInfo) -> dict[str, object]:
    """Its search attributes."""
    fields = about.search_attributes.indexed_fields
    return {name: json.loads(payload.data) for name, payload in fields.items() if payload.data}
