"""The one door to the tickets' workflows: open, tell, ask. Used by the gateway and the command line."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from temporalio.api.common.v1 import WorkflowExecution as Execution
from temporalio.api.enums.v1 import WorkflowExecutionStatus as Status
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from procedure.approval.state import Approval, already, contest, object_to
from procedure.complaint.remarks import reopen
from procedure.complaint.state import Complaint, Raised
from procedure.document.confirmed import Confirmed, agreement_id
from procedure.path.assignment import Assignment, Work
from procedure.prevention.upkeep import Upkeep, upkeep_id
from procedure.record import Refused
from procedure.ticket.emergency import heard_through, opening_of
from procedure.ticket.handover import ShiftChange
from procedure.ticket.helpdesk import Event, reopens
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from runtime.connection import DEFAULT_ADDRESS, Stands, status_of
from workflows.attributes import KEYS, at_start, of_approval, of_client
from workflows.letters import approval_headline
from workflows.messages import TASK_QUEUE, Answer, Message, Statement
from workflows.messages.agreement import AgreementInput, AskToConfirm, ConfirmVersion
from workflows.messages.approval import OPINIONS, ApprovalInput, Contest, ObjectTo, Opinion
from workflows.messages.complaint import ComplaintInput, Remark, Reopen
from workflows.messages.prevention import Measured, UpkeepInput
from workflows.messages.problem import ProblemInput
from workflows.messages.ticket import SAYINGS, HelpdeskEvent, Said, TicketInput
from workflows.refusal import refused_by

log = structlog.get_logger()

PATIENCE = timedelta(seconds=20)
"""How long an answer may take before the caller is told to try again: longer than the ten
seconds after which Temporal gives a lost workflow task to another worker."""


AT_ONCE = timedelta(seconds=2)
"""How long a webhook waits for what its ticket knows."""

LOOK_AGAIN = timedelta(seconds=0.2)
"""How often what is just being opened is asked where it stands; waited for before the first time, too: it is
never open sooner, and whatever was looked at has to be loaded again. So long, too, until what nobody has
heard is asked or said again."""

ASK_AGAIN = timedelta(seconds=4)
"""After how long without an answer a workflow is asked again where it stands: a worker that drops one
from its memory, since it has just ended, loses who was asking it meanwhile (temporalio 1.35)."""

IN_DOUBT = "no answer in time; it may have counted"

LONGEST_KEY = 40
"""Characters of a key that can be read in an update's id; all of it counts."""

_GOES_ON = (
    Status.WORKFLOW_EXECUTION_STATUS_RUNNING,
    Status.WORKFLOW_EXECUTION_STATUS_COMPLETED,
    Status.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW,
)
"""How a workflow stands that was left to itself."""


class Away(Exception):
    """Temporal, or the worker, does not answer now; nothing can be said about what was asked."""


class NotYet(Away):
    """The ticket is just being opened: it can't say yet where it stands."""


class _Unheard(Away):
    """An update that may be sent again, and counts once: a worker that drops a workflow from its memory may
    finish a task without what came with it, and Temporal takes ten at a time for one workflow."""


_ABORTED = "workflow update was aborted"
"""Temporal's words for an update that it has forgotten, with the task that it waited for."""


class NoSuchTicket(Exception):
    """There is no such ticket, or Temporal no longer keeps it."""


def _now() -> datetime:
    return datetime.now(UTC)


class Tickets:
    """Opens tickets and talks to them."""

    def __init__(
        self,
        client: Client,
        patience: timedelta = PATIENCE,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._client = client
        self._patience = patience
        self._clock = clock

    async def receive(self, opening: Opening, event: Event) -> bool:
        """Give one event of the helpdesk to its ticket, opening the ticket if it is new.

        Once this returns, Temporal has it. False if the ticket is closed and the event
        does not open it again. Raises Away, and Refused for what Temporal will never take.
        """
        message = HelpdeskEvent(event=event)
        try:
            await self._start(TicketInput(opening=opening), message)
        except WorkflowAlreadyStartedError:
            return await self._receive_after_closing(opening, message)
        return True

    async def _receive_after_closing(self, opening: Opening, message: HelpdeskEvent) -> bool:
        """A closed ticket goes on where it ended, with its history, if the event opens it again."""
        if await self._was_stopped(opening.id):
            log.warning("not heard, since somebody has stopped it in Temporal", ticket=opening.id)
            return False
        try:
            ticket = await self.status(opening.id)
            if not ticket.closed:
                # Two at once: the other one has opened it.
                await self.signal(opening.id, "helpdesk", message)
                return True
        except NoSuchTicket:
            raise Away("it is just being deleted, or ends") from None
        if ticket.joined:
            return await self._give_to_emergency(opening, ticket, message)
        return await self._reopen(opening, ticket, message)

    async def _was_stopped(self, ident: str) -> bool:
        """Whether a workflow has ended otherwise than by itself: it can't say then how it stands."""
        asks = DescribeWorkflowExecutionRequest(
            namespace=self._client.namespace, execution=Execution(workflow_id=ident)
        )
        try:
            with answering():
                # Not by the client's own call: it can't read a search attribute that was taken away (1.35).
                about = await self._client.workflow_service.describe_workflow_execution(
                    asks, timeout=self._patience
                )
        except NoSuchTicket:
            return False
        return about.workflow_execution_info.status not in _GOES_ON

    async def _give_to_emergency(self, opening: Opening, ticket: Ticket, message: HelpdeskEvent) -> bool:
        """What is said about a ticket that has joined an emergency is for that one to hear; where that was
        stopped, or is not kept any more, the ticket goes on for itself."""
        to_emergency = HelpdeskEvent(event=message.event, ticket=ticket.id)
        with suppress(NoSuchTicket):
            await self.signal(ticket.joined, "helpdesk", to_emergency)
            return True
        with suppress(NoSuchTicket):
            if not await self._was_stopped(ticket.joined):
                emergency = await self.status(ticket.joined)
                return await self._reopen(opening_of(emergency), emergency, to_emergency)
        return await self._reopen(opening, replace(ticket, joined=""), message)

    async def _reopen(self, opening: Opening, ticket: Ticket, message: HelpdeskEvent) -> bool:
        if not reopens(ticket, heard_through(ticket, message.ticket, message.event)):
            return False
        again = TicketInput(opening=opening, carried=ticket, event=message)
        await self._start(again, message, WorkflowIDReusePolicy.ALLOW_DUPLICATE)
        return True

    async def _start(
        self,
        start: TicketInput,
        message: HelpdeskEvent,
        reuse: WorkflowIDReusePolicy = WorkflowIDReusePolicy.REJECT_DUPLICATE,
    ) -> None:
        opening = start.opening
        async with self._taking():
            await self._client.start_workflow(
                "Ticket",
                start,
                id=opening.id,
                task_queue=TASK_QUEUE,
                id_reuse_policy=reuse,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="helpdesk",
                start_signal_args=[message],
                search_attributes=at_start(opening),
                static_summary=f"{opening.client} {opening.number}: {opening.title}"[:200],
                rpc_timeout=self._patience,
            )

    async def say(
        self,
        ticket: str,
        name: str,
        said: Statement,
        key: str,
    ) -> Answer:
        """Say something to a ticket, an approval, a complaint, an assignment, or the list of a change of
        shifts, and hear whether it counted.

        Raises Refused, NoSuchTicket or Away.
        What is sent again with the same key (a double click, a retry) is said once.
        """
        words = hashlib.sha256(f"{key}{said.model_dump_json()}".encode()).hexdigest()[:12]
        ident = f"{name}:{said.by}:{key[:LONGEST_KEY]}:{words}"
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                while True:
                    with suppress(_Unheard):
                        return await self._update(ticket, name, said, ident)
                    log.info("said again", workflow=ticket, what=name)
                    await asyncio.sleep(LOOK_AGAIN.total_seconds())
        except TimeoutError:
            raise Away(IN_DOUBT) from None

    async def _update(self, ticket: str, name: str, said: Statement, ident: str) -> Answer:
        handle = self._client.get_workflow_handle(ticket)
        try:
            with answering():
                answer: Answer = await handle.execute_update(
                    name, said, id=ident, result_type=Answer, rpc_timeout=self._patience
                )
        except WorkflowUpdateFailedError as error:
            match error.cause:
                case ApplicationError(type="Refused"):
                    raise refused_by(error.cause) from None
                case ApplicationError(type="UnprocessedUpdate"):
                    raise _Unheard(str(error.cause)) from error
            raise Away(str(error.cause)) from error
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise Away(IN_DOUBT) from error
        return answer

    async def signal(self, ticket: str, name: str, message: Message) -> None:
        """Say something without an answer; a refusal stands in the ticket's record.

        Raises NoSuchTicket or Away.
        """
        with answering():
            await self._client.get_workflow_handle(ticket).signal(name, message, rpc_timeout=self._patience)

    async def status(self, ticket: str) -> Ticket:
        """Where a ticket stands. Raises NoSuchTicket or Away; NotYet while it is just being opened."""
        return await self._stands(ticket, Ticket)

    async def _stands(self, workflow: str, kind: type[Stands]) -> Stands:
        try:
            with answering():
                return await self._where(workflow, kind)
        except WorkflowQueryFailedError as error:
            raise NotYet(str(error)) from error
        except WorkflowQueryRejectedError as error:
            raise Away(str(error)) from error
        except TimeoutError:
            raise Away("no answer in time") from None

    async def _where(self, workflow: str, kind: type[Stands]) -> Stands:
        """Where a workflow stands, however often it has to be asked."""
        handle = self._client.get_workflow_handle(workflow)
        async with asyncio.timeout(self._patience.total_seconds()):
            while True:
                with suppress(TimeoutError):
                    return await status_of(handle, kind, ASK_AGAIN)
                await asyncio.sleep(LOOK_AGAIN.total_seconds())

    async def presented(self, ticket: str) -> Ticket:
        """Where a ticket stands once somebody was told of it, or the emergency that it has joined.

        Raises NotYet, NoSuchTicket or Away.
        """
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                while True:
                    await asyncio.sleep(LOOK_AGAIN.total_seconds())
                    with suppress(NotYet):
                        stands = await self.status(ticket)
                        if stands.joined:
                            ticket = stands.joined
                        elif stands.closed or (stands.holder and not stands.unpresented):
                            return stands
        except TimeoutError:
            raise NotYet("nobody was told of it in time") from None

    async def approval(self, ident: str) -> Approval:
        """Where an approval stands. Raises NoSuchTicket or Away."""
        return await self._stands(ident, Approval)

    async def speak_up(self, ident: str, said: Opinion, key: str) -> Answer:
        """Say something to an approval. One that has ended says how it was decided; "this was not me",
        or an objection, makes it go on.

        Raises Refused, NoSuchTicket or Away.
        """
        name = next(name for name, kind in OPINIONS.items() if type(said) is kind)
        try:
            return await self.say(ident, name, said, key)
        except (NoSuchTicket, Away) as error:
            # An answer that came as it ended may have been lost with it.
            ended = await self.approval(ident)
            if not ended.over:
                if isinstance(error, Away):
                    raise
                # Somebody else has made it go on meanwhile.
                return await self.say(ident, name, said, key)
            if isinstance(said, Contest | ObjectTo):
                return await self._go_on(ended, said)
            raise Refused(already(ended)) from None

    async def _go_on(self, ended: Approval, said: Contest | ObjectTo) -> Answer:
        now = self._clock()
        if isinstance(said, Contest):
            start = ApprovalInput(approval=ended, contest=said)
            heard = contest(ended, said.by, now)  # refused here, where somebody hears it
        else:
            start = ApprovalInput(approval=ended, objection=said)
            heard = object_to(ended, said.by, said.reason, now)
        async with self._taking():
            await self._client.start_workflow(
                "Approval",
                start,
                id=ended.id,
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="contest" if start.contest else "object",
                start_signal_args=[said],
                search_attributes=of_approval(ended),
                static_summary=approval_headline(ended),
                rpc_timeout=self._patience,
            )
        follows = heard.record[len(ended.record) :] or heard.record[-1:]
        return Answer(text=". ".join(map(heard.sentence, follows)))

    def find_approvals(self, query: str, limit: int) -> AsyncIterator[WorkflowExecution]:
        """The approvals that a query of Temporal's finds. Raises Away."""
        return self._find("WorkflowType = 'Approval'", query, limit)

    # Complaints and reviews ---------------------------------------------------------------

    async def complain(self, raised: Raised) -> None:
        """Raise a complaint; the same one sent again is raised once. Once this returns, Temporal has it.

        Raises Away.
        """
        with suppress(WorkflowAlreadyStartedError):
            await self._start_complaint(ComplaintInput(raised=raised), WorkflowIDReusePolicy.REJECT_DUPLICATE)

    async def has_heard(self, raised: Raised) -> bool:
        """Whether a complaint's ticket knows it already: a helpdesk may tell of it with every event, also
        when Temporal has forgotten it. A ticket that does not say so soon does not."""
        with suppress(NoSuchTicket, Away, TimeoutError):
            async with asyncio.timeout(AT_ONCE.total_seconds()):
                ticket = await self.status(raised.ticket)
                return any(one.number == raised.number for one in ticket.complaints)
        return False

    async def _start_complaint(self, start: ComplaintInput, reuse: WorkflowIDReusePolicy) -> None:
        raised = start.raised
        async with self._taking():
            await self._client.start_workflow(
                "Complaint",
                start,
                id=raised.id,
                task_queue=TASK_QUEUE,
                id_reuse_policy=reuse,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=of_client(raised.client, raised.drill),
                # Never a word of it: who looks into Temporal reads this in every list.
                static_summary=f"{raised.client}: complaint {raised.number}",
                start_signal="reopen" if start.reopen else None,
                start_signal_args=[start.reopen] if start.reopen else [],
                rpc_timeout=self._patience,
            )

    async def complaint(self, ident: str) -> Complaint:
        """Where a complaint stands. Raises NoSuchTicket or Away; NotYet while it is just being opened."""
        return await self._stands(ident, Complaint)

    async def assignment(self, ident: str, kind: type[Work]) -> Work:
        """Where an assignment stands. Raises NoSuchTicket or Away; NotYet while it is just being opened."""
        return await self._stands(ident, kind)

    def find_assignments(
        self, kind: type[Assignment], query: str, limit: int
    ) -> AsyncIterator[WorkflowExecution]:
        """Those of a kind that a query of Temporal's finds. Raises Away."""
        return self._find(f"WorkflowType = '{kind.__name__}'", query, limit)

    async def open_problem(self, start: ProblemInput) -> bool:
        """Open a problem by hand; False if it is open already. Raises Away."""
        pattern = start.pattern
        async with self._taking():
            try:
                await self._client.start_workflow(
                    "Problem",
                    start,
                    id=pattern.problem,
                    task_queue=TASK_QUEUE,
                    search_attributes=of_client(pattern.client, start.drill),
                    static_summary=f"{pattern.client}: problem, {pattern}",
                    rpc_timeout=self._patience,
                )
            except WorkflowAlreadyStartedError:
                return False
        return True

    async def keep_up(self, client: str, measured: Measured | None = None) -> None:
        """Have a client's prevention kept, and looked at each day, if it is not yet; with what was measured.

        Raises Away.
        """
        async with self._taking():
            await self._client.start_workflow(
                "Upkeep",
                UpkeepInput(client=client),
                id=upkeep_id(client),
                task_queue=TASK_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=of_client(client, drill=False),
                static_summary=f"{client}: prevention",
                start_signal="measured" if measured else None,
                start_signal_args=[measured] if measured else [],
                rpc_timeout=self._patience,
            )

    async def upkeep(self, client: str) -> Upkeep:
        """What is kept of a client's prevention. Raises NoSuchTicket or Away."""
        return await self._stands(upkeep_id(client), Upkeep)

    async def heard(self, ident: str) -> Complaint:
        """Where a complaint stands once somebody was told of it. Raises NotYet, NoSuchTicket or Away."""
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                while True:
                    await asyncio.sleep(LOOK_AGAIN.total_seconds())
                    with suppress(NotYet):
                        stands = await self.complaint(ident)
                        if not stands.unpresented:
                            return stands
        except TimeoutError:
            raise NotYet("nobody was told of it in time") from None

    async def remark(self, ident: str, name: str, said: Remark, key: str) -> Answer:
        """Say something about a complaint; one that is closed goes on when it is opened again.

        Raises Refused, NoSuchTicket or Away.
        """
        try:
            return await self.say(ident, name, said, key)
        except NoSuchTicket:
            ended = await self.complaint(ident)
            if not ended.over:
                # Somebody else has opened it again meanwhile.
                return await self.say(ident, name, said, key)
            if not isinstance(said, Reopen):
                text = f"The complaint is closed ({ended.outcome}). It can be opened again."
                raise Refused(text) from None
            heard = reopen(ended, said.by, said.words, self._clock(), said.via)
            start = ComplaintInput(raised=ended.raised, carried=ended, reopen=said)
            await self._start_complaint(start, WorkflowIDReusePolicy.ALLOW_DUPLICATE)
            return Answer(text=heard.last)

    def find_complaints(self, query: str, limit: int) -> AsyncIterator[WorkflowExecution]:
        """The complaints and reviews that a query of Temporal's finds. Raises Away."""
        return self._find("WorkflowType IN ('Complaint', 'Review')", query, limit)

    # What clients have confirmed ----------------------------------------------------------

    async def confirmed(self, client: str) -> Confirmed:
        """What a client has confirmed of its document so far. Raises Away."""
        try:
            return await self._stands(agreement_id(client), Confirmed)
        except NoSuchTicket:
            return Confirmed(client)

    async def confirm(self, client: str, said: ConfirmVersion, key: str) -> Answer:
        """Keep that somebody has confirmed a client's document. Raises Away, and Refused."""
        return await self._of_agreement(client, "confirm", said, key)

    async def ask_to_confirm(self, client: str, said: AskToConfirm, key: str) -> Answer:
        """Have a contact asked by mail to confirm it. Raises Away, and Refused if no mail can reach them."""
        return await self._of_agreement(client, "ask", said, key)

    async def _of_agreement(self, client: str, name: str, said: Statement, key: str) -> Answer:
        async with self._taking():
            await self._client.start_workflow(
                "ClientAgreement",
                AgreementInput(client=client),
                id=agreement_id(client),
                task_queue=TASK_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=of_client(client, drill=False),
                static_summary=f"{client}: what was confirmed",
                rpc_timeout=self._patience,
            )
        return await self.say(agreement_id(client), name, said, key)

    # Changes of shifts --------------------------------------------------------------------

    async def handover(self, ident: str) -> ShiftChange:
        """Where the list of a change of shifts stands. Raises NoSuchTicket or Away."""
        return await self._stands(ident, ShiftChange)

    # Searches -----------------------------------------------------------------------------

    def find(self, query: str, limit: int) -> AsyncIterator[WorkflowExecution]:
        """The tickets that a query of Temporal's finds. Raises Away."""
        return self._find("WorkflowType = 'Ticket'", query, limit)

    async def _find(self, kind: str, query: str, limit: int) -> AsyncIterator[WorkflowExecution]:
        where = f"{kind} AND {query}" if query else kind
        with answering():
            async for run in self._client.list_workflows(where, limit=limit, rpc_timeout=self._patience):
                yield run

    @asynccontextmanager
    async def _taking(self) -> AsyncIterator[None]:
        """Like ``answering``, for a start: what Temporal does not take before the first worker has told it of
        our search attributes, say, it may take later, so the helpdesk shall come back. What it will never
        take is refused."""
        try:
            with answering():
                yield
        except NoSuchTicket as error:
            raise Away(str(error)) from error
        except Refused as refused:
            if await self._is_prepared():
                raise Refused(f"Temporal does not take it: {refused}") from refused
            raise Away(str(refused)) from refused

    async def _is_prepared(self) -> bool:
        """Whether the namespace knows all that our workflows are found by; not, if it does not say."""
        try:
            with answering():
                known = await self._client.operator_service.list_search_attributes(
                    ListSearchAttributesRequest(namespace=self._client.namespace), timeout=self._patience
                )
        except (Away, Refused, NoSuchTicket):
            return False
        return {key.name for key in KEYS} <= set(known.custom_attributes)

    async def reachable(self) -> bool:
        """Whether Temporal answers."""
        try:
            with answering():
                return await self._client.service_client.check_health(timeout=timedelta(seconds=2))
        except (Away, Refused, NoSuchTicket):
            return False


def said(name: str, content: dict[str, Any]) -> Said:
    """The message of a name; pydantic's ValidationError if the content does not fit it."""
    return SAYINGS[name].model_validate(content)


@contextmanager
def answering() -> Iterator[None]:
    """Turn what Temporal's client raises into what it means for who asked."""
    try:
        yield
    except RPCError as error:
        raise _trouble(error) from error
    except RuntimeError as error:
        # A connection that is made at its first use says so with nothing more special.
        if "Failed client connect" not in str(error):
            raise
        raise Away(unreachable()) from error


def _trouble(error: RPCError) -> Exception:
    if error.status is RPCStatusCode.NOT_FOUND:
        return NoSuchTicket("there is no such open ticket")
    if error.status is RPCStatusCode.INVALID_ARGUMENT:
        return Refused(error.message)
    if error.status is RPCStatusCode.RESOURCE_EXHAUSTED or error.message == _ABORTED:
        return _Unheard(error.message)
    if error.status is RPCStatusCode.UNAVAILABLE and "connect error" in error.message:
        # It was there when we connected, and has gone since.
        return Away(unreachable())
    return Away(error.message or error.status.name)


def unreachable() -> str:
    """That nobody answers where Temporal should be, where that is, and what to do."""
    address = ClientConfig.load_client_connect_config().get("target_host", DEFAULT_ADDRESS)
    return f"Temporal can't be reached at {address}: start it (make run), or set TEMPORAL_ADDRESS"
