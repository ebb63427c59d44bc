"""Records what happens, beside the workflows and never in their way.

How something stands is heard in the worker as each task is done, without an event more in any history. What
was not heard, because the database was away or another worker died, is read from Temporal afterwards: what
is open is asked where it stands, and what has ended is recorded once, with what it has sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import structlog
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionStatus,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.sent import sent
from procedure.approval.state import Approval
from procedure.complaint.review import Review
from procedure.complaint.state import Complaint
from procedure.prevention.state import Prevention
from procedure.problem.state import Problem
from procedure.ticket.handover import ShiftChange
from procedure.ticket.state import Ticket
from records import writing
from records.database import Records, RecordsAway, RecordsRefused
from records.writing import AsOf, Delivery, EndedRun, Stands
from runtime.connection import status_of

log = structlog.get_logger(__name__)

LOOK = 0.5
"""Seconds between two looks at what was heard: what moves twice meanwhile is written once."""

CATCH_UP = 20.0
"""Seconds between two looks at what has ended."""

AGAIN = 2.0
"""Seconds until a database that was away is tried again."""

BETWEEN = 0.01
"""Seconds between two workflows that are asked for, so that a thousand of them disturb nobody."""

SETTLES = 15.0
"""Seconds in which a worker that has just started goes on with what is overdue, before anything is asked:
most of what is open is heard then."""

LATE = timedelta(minutes=2)
"""How late Temporal's list may show that something has ended."""

MOST = 2_000
"""How many stand in memory while the database is away; it is then asked of all where they stand."""

AT_ONCE = 200
"""How many ended runs are looked for in one question."""

A_LOOK = timedelta(seconds=5)
"""How long one may take to say where it stands."""

ENDED = "ended"
KINDS: dict[str, type[Stands]] = {
    "Ticket": Ticket,
    "Approval": Approval,
    "Complaint": Complaint,
    "Review": Review,
    "Problem": Problem,
    "Prevention": Prevention,
    "Handover": ShiftChange,
}
"""What each type of workflow answers that is asked for its status."""

_TYPES = ", ".join(f"'{kind}'" for kind in KINDS)

Result = TypeVar("Result")


class Recorder:
    """Writes the records of one worker; several may write to the same database."""

    def __init__(self, client: Client, records: Records) -> None:
        self._client = client
        self._records = records
        self._heard: dict[str, tuple[Stands, AsOf]] = {}
        # What is open is asked once, too: it may have moved while nobody heard it.
        self._missed = True
        # Who was heard here needs not to be asked.
        self._heard_of: set[str] = set()
        self._ask_from = 0.0
        self._away = False
        self._next_catch_up = 0.0
        # Threads of its own: a database that hangs must not hold up what others do in theirs.
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="records")

    def heard(self, info: workflow.Info, events: int, stands: object) -> None:
        """How something stands now. Called from the threads of workflows: it only remembers it."""
        if not isinstance(stands, Stands):
            return
        ident, moment = info.workflow_id, AsOf(info.run_id, info.start_time, events)
        if len(self._heard) < MOST or ident in self._heard:
            self._heard[ident] = stands, moment
            if self._missed:
                self._heard_of.add(ident)
        else:
            self._missed = True

    async def keep(self) -> None:
        """Until it is cancelled; what can't be written now is written later."""
        self._ask_from = asyncio.get_running_loop().time() + SETTLES
        try:
            while True:
                await asyncio.sleep(AGAIN if self._away else LOOK)
                look = asyncio.create_task(self.look())
                try:
                    await asyncio.wait({look})
                finally:
                    look.cancel()
                if error := look.exception():
                    # Whatever it is, no ticket waits for it, and what was not written is at the next look.
                    log.error("records not kept", exc_info=error)
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def look(self, *, whole: bool = False) -> None:
        """Write what was heard, and at times (or now, if ``whole``) catch up with what was not."""
        clock = asyncio.get_running_loop().time
        try:
            await self.write()
            if whole or (self._missed and clock() >= self._ask_from):
                await self.ask_all()
            if whole or clock() >= self._next_catch_up:
                await self.catch_up()
                self._next_catch_up = clock() + CATCH_UP
        except RecordsAway as away:
            if not self._away:
                log.warning("records are away; they catch up when they are back", reason=str(away))
            self._away = True
        except RPCError as error:
            log.warning("records not caught up", reason=error.message)
        else:
            if self._away:
                log.info("records are back")
            self._away = False

    async def write(self) -> None:
        """Write all that was heard since. Raises RecordsAway; what is not written stays."""
        while self._heard:
            ident, (stands, moment) = self._heard.popitem()
            try:
                await self._write(ident, stands, moment)
            except RecordsAway:
                # Something newer may have come meanwhile.
                self._heard.setdefault(ident, (stands, moment))
                raise

    async def ask_all(self) -> None:
        """Ask all that is open, and was not heard, where it stands. Raises RecordsAway, RPCError."""
        known, self._heard_of = self._heard_of, set()
        self._missed = False
        try:
            async for run in self._listed("ExecutionStatus = 'Running'"):
                if run.id not in known:
                    await asyncio.sleep(BETWEEN)
                    await self._ask(run)
        except (RecordsAway, RPCError):
            self._missed = True
            raise

    async def catch_up(self) -> int:
        """Record all that has ended since the last time; how many runs. Raises RecordsAway, RPCError."""
        since = await self._do(writing.caught_up_to, ENDED)
        asked = datetime.now(UTC)
        query = "ExecutionStatus != 'Running'"
        if since:
            query += f" AND CloseTime > '{since.isoformat()}'"
        ended = sorted([run async for run in self._listed(query)], key=_closed)
        left, count = asked - LATE, 0
        for begin in range(0, len(ended), AT_ONCE):
            some = ended[begin : begin + AT_ONCE]
            done = await self._do(writing.whole, [run.run_id for run in some])
            for run in some:
                if run.run_id in done:
                    continue
                if await self._record_end(run):
                    count += 1
                else:
                    left = min(left, _closed(run) - timedelta(microseconds=1))
        if since is None or left > since:
            await self._do(writing.caught_up, ENDED, left)
        return count

    # One of them ----------------------------------------------------------------------------

    async def _ask(self, run: WorkflowExecution) -> str:
        """Where it stands, written; why not, where it can't be read. Raises RecordsAway, RPCError."""
        handle = self._client.get_workflow_handle(run.id, run_id=run.run_id)
        try:
            # Asked first: what it says then is not older than this.
            events = (await handle.describe()).history_length
            kind = KINDS[run.workflow_type]
            stands: Any = await status_of(handle, kind, A_LOOK)
        except (WorkflowQueryFailedError, WorkflowQueryRejectedError) as error:
            return str(error)
        except TimeoutError:
            return _SILENT
        except RPCError as error:
            if error.status is RPCStatusCode.UNAVAILABLE:
                raise
            return _SILENT
        except ValueError as error:
            return f"what it says can't be read: {type(error).__name__}"
        await self._write(run.id, stands, AsOf(run.run_id, run.start_time, events))
        return ""

    async def _record_end(self, run: WorkflowExecution) -> bool:
        """What one has sent and how it stood at its end; False if it can't say so now."""
        await asyncio.sleep(BETWEEN)
        handle = self._client.get_workflow_handle(run.id, run_id=run.run_id)
        events = (await handle.fetch_history()).events
        missed = ""
        goes_on = run.status is WorkflowExecutionStatus.CONTINUED_AS_NEW
        if not goes_on and await self._do(writing.read_to, run.workflow_type, run.run_id) < _last_task(
            events
        ):
            missed = await self._ask(run)
        if missed == _SILENT:
            return False
        if missed:
            log.warning("its last state is not recorded", workflow=run.id, reason=missed)
        client, deliveries = "", list[Delivery]()
        try:
            client, deliveries = await sent(self._client.data_converter, events)
        except ValueError as error:
            missed = f"what it has sent can't be read: {type(error).__name__}"
        status = (run.status.name if run.status else "").replace("_", " ").casefold()
        ended = EndedRun(
            run.run_id, run.id, run.workflow_type, _closed(run), status, client, missed, tuple(deliveries)
        )
        try:
            await self._do(writing.write_end, ended)
        except RecordsRefused as refused:
            log.error("what it has sent is not recorded", workflow=run.id, reason=str(refused))
            await self._do(writing.write_end, replace(ended, missed=str(refused), deliveries=()))
        return True

    async def _write(self, ident: str, stands: Stands, moment: AsOf) -> None:
        if not stands.record:
            return  # nothing has happened yet
        try:
            await self._do(writing.write, stands, moment)
        except RecordsRefused as refused:
            log.error("not recorded", workflow=ident, reason=str(refused))

    async def _do(self, work: Callable[..., Result], *given: object) -> Result:
        """In a thread: a database blocks."""
        call = asyncio.get_running_loop().run_in_executor
        return await call(self._threads, work, self._records, *given)

    async def _listed(self, which: str) -> AsyncIterator[WorkflowExecution]:
        query = f"WorkflowType IN ({_TYPES}) AND {which}"
        async for run in self._client.list_workflows(query):
            yield run


_SILENT = "no answer"


def _closed(run: WorkflowExecution) -> datetime:
    return run.close_time or run.start_time


def _last_task(events: Iterable[HistoryEvent]) -> int:
    """How long the history was when its last task began: what was heard then is how it ended."""
    done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    tasks = (e.workflow_task_completed_event_attributes for e in events if e.event_type == done)
    return max((task.started_event_id for task in tasks), default=0)
