"""Complaints and assignments: a round brings all that there is to tell at one moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import TypeVar

import aiosmtplib
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.mail import Mail
from procedure.complaint.state import Complaint, ComplaintNotice
from procedure.path.assignment import AssignmentNotice
from procedure.problem.state import Problem
from procedure.record import Notice
from records.database import Records, RecordsAway
from records.patience import Patience
from records.recurrence import with_solutions
from workflows.messages import Brought
from workflows.messages.assignment import AssignmentRound
from workflows.messages.complaint import ComplaintRound
from workflows.messages.ticket import HasComplaint

NOT_NOW = (aiosmtplib.SMTPException, OSError, RPCError)
"""What may work later: no connection, no answer in time."""


class Rounds:
    """Mails to those who hear a complaint and to the customer; a signal to the ticket it is about."""

    def __init__(self, client: Client, mail: Mail, records: Records | None = None) -> None:
        self._client = client
        self._mail = mail
        self._records = Patience(records) if records else None

    @activity.defn
    async def bring_complaint(self, told: ComplaintRound) -> Brought:
        """Bring each notice of a round once; a single one that can't be brought now is tried again."""

        async def bring(notice: Notice[ComplaintNotice], done: Sequence[int]) -> None:
            if notice.kind == ComplaintNotice.TICKET:
                await self._tell_ticket(told.complaint)
            else:
                await self._mail.send_complaint(notice, told.complaint, done)

        return await _round(told.notices, bring)

    @activity.defn
    async def bring_assignment(self, told: AssignmentRound) -> Brought:
        """The same for an assignment; of a problem with what has helped with its tickets."""
        work = told.assignment
        if isinstance(work, Problem):
            work = await self._with_solutions(work)

        async def bring(notice: Notice[AssignmentNotice], done: Sequence[int]) -> None:
            await self._mail.send_assignment(notice, work, done)

        return await _round(told.notices, bring)

    async def _with_solutions(self, problem: Problem) -> Problem:
        """As it is while the records are away: no mail waits for them."""
        if self._records is None:
            return problem
        try:
            return await self._records.ask(with_solutions, problem)
        except RecordsAway as away:
            activity.logger.warning("what solved its tickets is not told", extra={"reason": str(away)})
            return problem

    async def _tell_ticket(self, complaint: Complaint) -> None:
        """That there is one, or that it is over: the ticket, or the emergency that it has joined. One that is
        closed needs to know nothing any more."""
        message = HasComplaint(number=complaint.number, over=complaint.over)
        for ident in (complaint.raised.ticket, complaint.raised.ticket_joined):
            try:
                if ident:
                    await self._client.get_workflow_handle(ident).signal("complaint", message)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise


OfAKind = TypeVar("OfAKind", bound=StrEnum)
Bring = Callable[[Notice[OfAKind], Sequence[int]], Awaitable[None]]


async def _round(notices: tuple[Notice[OfAKind], ...], bring: Bring[OfAKind]) -> Brought:
    """Bring each; what a lost worker has brought already is not brought again, as far as it could say so."""
    done: list[int] = list(activity.info().heartbeat_details)
    failed: dict[int, str] = {}
    later: list[int] = []
    for notice in notices:
        if notice.number in done:
            continue
        try:
            await bring(notice, done)
        except (ApplicationError, *NOT_NOW) as error:
            if isinstance(error, ApplicationError) and error.non_retryable:
                failed[notice.number] = error.message
            elif len(notices) == 1:
                raise
            else:
                later.append(notice.number)
        else:
            done.append(notice.number)
            activity.heartbeat(*done)
    return Brought(failed=failed, later=tuple(later))
