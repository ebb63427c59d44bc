"""What a workflow has sent, as its history has it: to whom, through which channel, and whether it arrived."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import ActivityTaskScheduledEventAttributes, HistoryEvent
from temporalio.converter import DataConverter

from records.writing import Delivery
from workflows.messages import Brought, Message
from workflows.messages.approval import ApprovalLetter
from workflows.messages.assignment import AssignmentRound
from workflows.messages.complaint import ComplaintRound
from workflows.messages.handover import HandoverLetter
from workflows.messages.ticket import Letter

SENDS: dict[str, type[Message]] = {
    "send": Letter,
    "page": Letter,
    "offer": Letter,
    "send_handover": HandoverLetter,
    "send_approval": ApprovalLetter,
    "page_approval": ApprovalLetter,
    "bring_complaint": ComplaintRound,
    "bring_assignment": AssignmentRound,
}
"""What each activity that sends is given."""


class Sent(NamedTuple):
    """One thing that was to be told: its number, what, to whom, through what."""

    number: int
    kind: str
    person: str
    channel: str


class _Settled(NamedTuple):
    """How an activity ended: when, how, why, and what it says of each part."""

    at: datetime
    outcome: str
    why: str = ""
    brought: Brought | None = None


async def sent(converter: DataConverter, events: Sequence[HistoryEvent]) -> tuple[str, list[Delivery]]:
    """Whose it was, and all that it has sent, in its order."""
    attempts = {
        event.activity_task_started_event_attributes.scheduled_event_id: (
            event.activity_task_started_event_attributes.attempt
        )
        for event in events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
    }
    begun = [event for event in events if _sends(event)]
    settled = {number: how async for number, how in _settled(converter, events, {e.event_id for e in begun})}
    client, found = "", []
    for event in begun:
        letter = await _letter(converter, event.activity_task_scheduled_event_attributes)
        client = client or _client(letter)
        how = settled.get(event.event_id)
        for one in _each(letter):
            outcome, why = _outcome(one, how)
            if outcome == "later":
                continue
            found.append(
                Delivery(
                    event.event_id,
                    one.number,
                    one.kind,
                    one.person,
                    one.channel,
                    _at(event),
                    how.at if how else None,
                    attempts.get(event.event_id, 0),
                    outcome,
                    why,
                )
            )
    return client, found


def _sends(event: HistoryEvent) -> bool:
    scheduled = event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    return scheduled and event.activity_task_scheduled_event_attributes.activity_type.name in SENDS


async def _letter(converter: DataConverter, scheduled: ActivityTaskScheduledEventAttributes) -> Message:
    kind = SENDS[scheduled.activity_type.name]
    (letter,) = await converter.decode(list(scheduled.input.payloads), [kind])
    found: Message = letter
    return found


def _client(letter: Message) -> str:
    match letter:
        case Letter(client=client):
            return client
        case (
            ApprovalLetter(approval=about)
            | ComplaintRound(complaint=about)
            | AssignmentRound(assignment=about)
        ):
            return about.client
    return ""


def _each(letter: Message) -> Iterator[Sent]:
    match letter:
        case Letter(notice=notice) | ApprovalLetter(notice=notice):
            yield Sent(notice.number, notice.kind, notice.to, notice.channel or "mail")
        case ComplaintRound(notices=notices) | AssignmentRound(notices=notices):
            for one in notices:
                yield Sent(one.number, one.kind, one.to, "mail" if one.to else "ticket")
        case HandoverLetter(number=number, reader=reader):
            yield Sent(number, "list", reader, "mail")


async def _settled(
    converter: DataConverter, events: Iterable[HistoryEvent], which: set[int]
) -> AsyncIterator[tuple[int, _Settled]]:
    for event in events:
        at = _at(event)
        match event.event_type:
            case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                completed = event.activity_task_completed_event_attributes
                if completed.scheduled_event_id not in which:
                    continue
                payloads = list(completed.result.payloads)
                brought = (await converter.decode(payloads, [Brought]))[0] if payloads else None
                yield completed.scheduled_event_id, _Settled(at, "delivered", brought=brought)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
                failed = event.activity_task_failed_event_attributes
                yield failed.scheduled_event_id, _Settled(at, "failed", failed.failure.message)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
                late = event.activity_task_timed_out_event_attributes
                yield late.scheduled_event_id, _Settled(at, "failed", late.failure.message)
            case EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED:
                stopped = event.activity_task_canceled_event_attributes
                yield stopped.scheduled_event_id, _Settled(at, "stopped")


def _outcome(one: Sent, how: _Settled | None) -> tuple[str, str]:
    if how is None:
        return "unknown", ""
    if how.brought and one.number in how.brought.later:
        return "later", ""
    if how.brought and (why := how.brought.failed.get(one.number)):
        return "failed", why
    return how.outcome, how.why


def _at(event: HistoryEvent) -> datetime:
    return event.event_time.ToDatetime(UTC)
