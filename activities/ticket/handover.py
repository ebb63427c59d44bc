"""Changes of shifts: puts what is handed over on the list of the two it concerns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError

from activities.heartbeat import heartbeats
from procedure.book.procedure import Procedure
from procedure.ticket.handover import (
    HandoverItem,
    ShiftChange,
    latest,
    shortened,
)
from procedure.ticket.state import HandoverOffer
from workflows.messages import TASK_QUEUE
from workflows.messages.handover import HandoverInput, Offer
from workflows.messages.ticket import Letter

PATIENCE = timedelta(seconds=20)
"""How long Temporal may take to answer before it is asked again."""


class Handovers:
    """Starts the list of a change of shifts, or finds it running. Safe to repeat: an offer counts once."""

    def __init__(self, client: Client, current: Callable[[], Procedure]) -> None:
        self._client = client
        self._current = current

    @activity.defn(name="offer")
    async def offer(self, letter: Letter) -> None:
        """Put one ticket on the list that who comes on is to accept."""
        offered = letter.handover
        if offered is None:
            raise ApplicationError("the letter offers nothing", type="NothingOffered", non_retryable=True)
        names = self._names(offered.of, offered.to)
        change = ShiftChange(offered.of, offered.to, offered.at, letter.pace, names=names)
        async with heartbeats():
            await self._client.start_workflow(
                "Handover",
                HandoverInput(change=change),
                id=change.id,
                task_queue=TASK_QUEUE,
                # A list that has ended begins anew: what comes late must be accepted too.
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="offer",
                start_signal_args=[Offer(line=_line(letter, offered))],
                static_summary=f"{change.name(change.of)} hands over to {change.name(change.to)}",
                rpc_timeout=PATIENCE,
            )

    def _names(self, *people: str) -> dict[str, str]:
        found = {ident: self._current().person(ident) for ident in people}
        return {ident: person.name for ident, person in found.items() if person}


def _line(letter: Letter, offered: HandoverOffer) -> HandoverItem:
    return HandoverItem(
        ticket=letter.ticket,
        client=letter.client,
        number=letter.number,
        title=letter.title,
        severity=letter.severity,
        status=letter.status,
        due=offered.due,
        waits_for=letter.waits_for,
        for_customer=letter.for_customer,
        next=letter.next,
        drill=letter.drill,
        reason=shortened(letter.reason),
        place=letter.place,
        stays_until=letter.stays_until,
        notes=latest(letter.notes),
    )
