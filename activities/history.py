"""The tickets that Temporal still knows: how many like one came before, and which emergencies are open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from temporalio import activity
from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.common import QueryRejectCondition
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from procedure.book.procedure import Procedure
from procedure.book.severity import find_system
from procedure.clocks.calendars import instant
from procedure.complaint.raising import worked_on
from procedure.complaint.review import Counted, Review, review_id
from procedure.complaint.state import Complaint
from procedure.problem.state import Incident, Problem, Recurrence
from procedure.ticket.emergency import HELPDESK
from procedure.ticket.opening import Opening, ticket_id
from procedure.ticket.state import Ticket
from records.database import Records, RecordsAway
from records.patience import Patience
from records.recurrence import alike, comes_in
from runtime.connection import Stands, status_of
from workflows.attributes import keyword

log = structlog.get_logger(__name__)

ENOUGH = 50
"""How many runs are looked at: a pattern is a handful, and one ticket may have several runs."""

AT_ONCE = 10
"""How many open emergencies of one client are looked at: the newest."""

A_LOOK = timedelta(seconds=1)
"""How long one of them may take to say where it stands: one that is just being opened says nothing."""

NOT_OPEN = QueryRejectCondition.NOT_OPEN

FRESH = 1.0
"""Seconds for which a client's list of emergencies is not asked for again: a self-hosted visibility
store answers ten questions a second, and a storm of tickets must not wait for it."""


class TicketHistory:
    """Finds tickets in Temporal's visibility store, as far back as its retention reaches."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._found: dict[str, tuple[float, list[str]]] = {}

    async def like(self, opening: Opening, since: datetime) -> int:
        """Tickets of the same client, system and category since then, each once however often it ran."""
        query = (
            f"WorkflowType = 'Ticket' AND Client = {_quoted(opening.client)}"
            f" AND System = {_quoted(keyword(opening.facts.system))}"
            f" AND Category = {_quoted(keyword(opening.facts.category))}"
            f" AND Drill = false AND StartTime > '{instant(since)}'"
        )
        found = {run.id async for run in self._client.list_workflows(query, limit=ENOUGH)}
        return len(found - {opening.id})

    async def incidents(self, pattern: Recurrence, since: datetime) -> tuple[Incident, ...]:
        """The same tickets, by what their workflows are called."""
        query = (
            f"WorkflowType = 'Ticket' AND Client = {_quoted(pattern.client)}"
            f" AND System = {_quoted(keyword(pattern.system))}"
            f" AND Category = {_quoted(keyword(pattern.category))}"
            f" AND Drill = false AND StartTime > '{instant(since)}'"
        )
        found = {run.id: run.start_time async for run in self._client.list_workflows(query, limit=ENOUGH)}
        each = sorted(found.items(), key=lambda one: one[1])
        return tuple(Incident(ident, ident.rpartition("-")[2], "", at) for ident, at in each)

    async def open_emergencies(self, client: str) -> list[Ticket]:
        """The client's emergencies that have not ended; one that does not answer is left out."""
        query = (
            f"WorkflowType = 'Ticket' AND ExecutionStatus = 'Running' AND Client = {_quoted(client)}"
            f" AND WorkflowId STARTS_WITH {_quoted(ticket_id(client, HELPDESK, ''))}"
        )
        asked, found = self._found.get(client, (-FRESH, []))
        if time.monotonic() - asked >= FRESH:
            found = [run.id async for run in self._client.list_workflows(query, limit=AT_ONCE)]
            self._found[client] = time.monotonic(), found
        # A ticket that is just being opened can't be asked before this activity has answered it.
        asks = activity.info().workflow_id if activity.in_activity() else ""
        stand = await asyncio.gather(*(self._stands(ident, Ticket) for ident in found if ident != asks))
        return [ticket for ticket in stand if ticket]

    async def open_among(self, tickets: tuple[str, ...]) -> dict[str, Ticket | None]:
        """Those of these tickets that have not ended, as they stand; None for one that can't say yet.

        By their ids: visibility lags behind, and answers but a few questions a second.
        """
        stand = await asyncio.gather(*map(self._if_open, tickets))
        return {ident: found for ident, (is_open, found) in zip(tickets, stand, strict=True) if is_open}

    async def _if_open(self, ticket: str) -> tuple[bool, Ticket | None]:
        try:
            return True, await status_of(self._client.get_workflow_handle(ticket), Ticket, A_LOOK, NOT_OPEN)
        except WorkflowQueryRejectedError:
            return False, None
        except (WorkflowQueryFailedError, TimeoutError):
            # The server knows at once of one that there is not: one that says nothing is slow.
            return True, None
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False, None

    async def involved(self, ticket: str) -> tuple[str, ...]:
        """Who has worked on a ticket, or the emergency that it has joined, and who has it; nobody, if it
        can't say."""
        stands = await self._stands(ticket, Ticket)
        if stands is None:
            return ()
        emergency = await self._stands(stands.joined, Ticket) if stands.joined else None
        return (*worked_on(stands), *(worked_on(emergency) if emergency else ()))

    async def complaints(
        self, client: str, since: datetime, but: str, opened: datetime, enough: int
    ) -> tuple[str, ...]:
        """The client's other complaints since then that no review was held about yet, and nobody took back.

        What the last review was held about, or one before it, counts no more: then none count for ``but``,
        either. With fewer than ``enough`` nobody is asked who took theirs back.
        """
        # By its status, not its end: its last mails may keep a review going that was held long ago.
        held = (
            f"WorkflowType = 'Review' AND WorkflowId = {_quoted(review_id(client))} AND RungStatus = 'closed'"
        )
        query = (
            f"WorkflowType = 'Complaint' AND Client = {_quoted(client)} AND Drill = false"
            f" AND StartTime > '{instant(since)}'"
        )
        reviews = [run async for run in self._client.list_workflows(held, limit=ENOUGH)]
        found = [run async for run in self._client.list_workflows(query, limit=ENOUGH)]
        # The query's instant has whole seconds only.
        found = [run for run in found if run.start_time > since and run.id != but]
        others = sorted({run.id for run in found})
        asked = others if len(others) + 1 >= enough else []
        (told, begun), stand = await asyncio.gather(
            self._told(reviews), asyncio.gather(*(self._stands(ident, Complaint) for ident in asked))
        )
        if but in told or opened <= max(since, begun):
            return ()
        gone = told | {one.id for one in stand if one and one.outcome == "withdrawn"}
        new = {run.id for run in found if run.start_time > begun}
        return tuple(ident for ident in others if ident in new - gone)

    async def _told(self, reviews: list[WorkflowExecution]) -> tuple[set[str], datetime]:
        """The complaints that the last of these reviews was held about, and when it began.

        Those before it were held about what came in earlier.
        """
        last = max(reviews, key=lambda run: run.start_time, default=None)
        if last is None:
            return set(), datetime.min.replace(tzinfo=UTC)
        stands = await self._stands(last.id, Review, last.run_id)
        if stands is None:
            return set(), last.close_time or last.start_time
        return {one.id for one in stands.complaints}, stands.opened

    async def problem(self, ident: str, *, closed: bool) -> Problem | None:
        """A problem that is open, or how it was when it was solved the last time; None if there is none."""
        state = "ExecutionStatus != 'Running'" if closed else "ExecutionStatus = 'Running'"
        query = f"WorkflowType = 'Problem' AND WorkflowId = {_quoted(ident)} AND {state}"
        runs = [run async for run in self._client.list_workflows(query, limit=ENOUGH)]
        last = max(runs, key=lambda run: run.start_time, default=None)
        return await self._stands(last.id, Problem, last.run_id) if last else None

    async def counted(self, complaints: tuple[str, ...], patient: bool) -> tuple[Counted, ...]:
        """What a review is told of each of these complaints.

        While it is ``patient`` all of them have to answer; later, one that does not is only named.
        """
        stand = await asyncio.gather(*(self._stands(ident, Complaint) for ident in complaints))
        if patient and None in stand:
            silent = ", ".join(ident for ident, one in zip(complaints, stand, strict=True) if one is None)
            # Whom they are about must not lead the review: so they are asked again first.
            raise ApplicationError(f"{silent}: no answer where it stands", type="NotNow")
        return tuple(
            Counted(one.id, one.number, one.raised.kind, one.opened, one.barred)
            if one
            else Counted(ident, ident.rpartition("-")[2], "other", datetime.now(UTC))
            for ident, one in zip(complaints, stand, strict=True)
        )

    async def _stands(self, ident: str, kind: type[Stands], run: str | None = None) -> Stands | None:
        """Where one stands; None for one that can't say now: it is just being opened, or has just ended."""
        try:
            return await status_of(self._client.get_workflow_handle(ident, run_id=run), kind, A_LOOK)
        except (WorkflowQueryFailedError, WorkflowQueryRejectedError, RPCError, TimeoutError):
            return None


class RecordedHistory(TicketHistory):
    """Counts the tickets that came before over the records, which outlive Temporal's retention; by Temporal
    while they are away."""

    def __init__(self, client: Client, records: Records, current: Callable[[], Procedure]) -> None:
        super().__init__(client)
        self._records = Patience(records)
        self._current = current

    async def like(self, opening: Opening, since: datetime) -> int:
        """An emergency and what has joined it count once; this one is there for those that come with it."""
        client = self._current().clients.get(opening.client)
        system = find_system(client.systems if client else {}, opening.facts.system)
        now = activity.info().scheduled_time if activity.in_activity() else datetime.now(UTC)
        try:
            return await self._records.ask(comes_in, opening, system, now, since)
        except RecordsAway as away:
            log.warning("counted by Temporal, not over the records", reason=str(away))
            return await super().like(opening, since)

    async def incidents(self, pattern: Recurrence, since: datetime) -> tuple[Incident, ...]:
        """With their titles, and those that Temporal has forgotten."""
        try:
            return await self._records.ask(alike, pattern, since)
        except RecordsAway:
            return await super().incidents(pattern, since)


def _quoted(value: str) -> str:
    """A value as a string of the query language; quotes and backslashes in it can't end the string."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
