"""A complaint, or a review, in words: who hears it until when, and what was done.

What the customer and those who hear them have said stands here only where ``words`` asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from temporalio.common import TypedSearchAttributes

from commands import approval_ledger, tables
from procedure.book.reader import unlike_life
from procedure.clocks.calendars import local
from procedure.complaint.path import OnPath
from procedure.complaint.progress import forecast
from procedure.complaint.review import Review
from procedure.complaint.review import forecast as review_forecast
from procedure.complaint.state import PROMISED, SAID, Complaint, Promise
from procedure.ladder import Step
from workflows.attributes import CLIENT, DRILL, HOLDER, LEVEL, NEXT_DUE, STATUS

HEAD = ("COMPLAINT", "CLIENT", "STATUS", "LEVEL", "HOLDER", "DUE", "SINCE", "ABOUT")

_WORDS: dict[type[Complaint] | type[Review], dict[str, Any]] = {
    Complaint: {
        "raised": {"kind", "words", "settle", "caller", "reach", "about"},
        "said": {"__all__": {"text"}},
        "promises": {"__all__": {"what"}},
        "about": True,
        "barred": True,
        "names": True,
        "notices": True,
    },
    Review: {
        "complaints": {"__all__": {"kind", "barred"}},
        "conclusion": True,
        "barred": True,
        "names": True,
        "notices": True,
    },
}
"""What is only for those who hear it: the words, and about whom they are."""


def row(
    ident: str,
    known: TypedSearchAttributes,
    since: datetime,
    stands: Complaint | Review | None,
    now: datetime,
) -> tuple[str, ...]:
    """One line of the list, from what Temporal can search by; ``stands`` adds what it is about."""
    return (
        ident,
        known.get(CLIENT) or "?",
        f"{known.get(STATUS) or 'opening'}{' (drill)' if known.get(DRILL) else ''}",
        known.get(LEVEL) or "",
        known.get(HOLDER) or "nobody yet",
        _due(known.get(NEXT_DUE), now),
        local(stands.opened if stands else since, now, "UTC"),
        _about(stands),
    )


def _due(due: datetime | None, now: datetime) -> str:
    if due is None:
        return ""
    return f"{local(due, now, 'UTC')}{' OVERDUE' if due < now else ''}"


def _about(stands: Complaint | Review | None) -> str:
    if stands is None:
        return "?"
    return stands.raised.ticket if isinstance(stands, Complaint) else f"{len(stands.complaints)} complaints"


def as_json(stands: Complaint | Review, words: bool) -> str:
    """Everything about it; without the words unless they are asked for."""
    kind = type(stands)
    left_out = None if words else _WORDS[kind]
    return TypeAdapter(kind).dump_json(stands, indent=2, exclude=left_out).decode()


def told(stands: Complaint | Review, words: bool, now: datetime) -> Iterator[str]:
    """Where it stands, and its record."""
    lines = _complaint(stands, words, now) if isinstance(stands, Complaint) else _review(stands, words, now)
    for line in (*lines, *approval_ledger.record(stands, now)):
        yield tables.harmless(line)


def _terms(stands: OnPath, standing: str) -> Iterator[str]:
    """How it stands, and what its times mean."""
    yield "Times are UTC."
    yield f"How it stands: {standing}"
    yield from unlike_life(stands.terms.pace, stands.drill)


# Complaints -------------------------------------------------------------------------------


def _complaint(complaint: Complaint, words: bool, now: datetime) -> Iterator[str]:
    raised = complaint.raised
    yield f"{complaint.id}: a complaint of {complaint.client}"
    if raised.ticket:
        yield f"About {raised.ticket}" + (f": {raised.ticket_title}" if raised.ticket_title else "")
    yield from _terms(complaint, standing(complaint, now, "UTC"))
    if words:
        yield from _what_was_raised(complaint)
        yield from _what_was_said(complaint, now)
    if complaint.promises:
        yield from ("", "Promises:")
        for promise in complaint.promises:
            yield f"  {_promise(complaint, promise, words, now)}"
    yield from next_steps(complaint, now, "UTC", words)


def standing(complaint: Complaint, now: datetime, zone: str) -> str:
    """Who has it until when, in a sentence."""
    who, wait = f"{complaint.name(complaint.holder)} ({complaint.path.level})", complaint.wait
    if complaint.over:
        return f"closed: {complaint.outcome}"
    if complaint.status == "promised":
        return f"{complaint.outcome}; what was promised is still to be asked for"
    if complaint.status == "answered":
        until = f" until {local(wait.due, now, zone)}" if wait and wait.due else ""
        return f"{who} has answered; the customer has{until} to say whether that settles it"
    return _on_level(complaint, "has it", "answers", now, zone)


def _on_level(stands: OnPath, has: str, owes: str, now: datetime, zone: str) -> str:
    """Who is to take it, or has it, on the level where it stands; and what they owe by when."""
    path, who = stands.path, f"{stands.name(stands.holder)} ({stands.path.level})"
    if path.people is None or path.answer_by is None or not path.presented:
        return f"on its way to {path.level}"
    due = local(path.answer_by, now, zone)
    if path.acknowledged or path.people.due is None:
        return f"{who} {has}, and {owes} by {due}"
    return f"{who} is told, takes it by {local(path.people.due, now, zone)} and {owes} by {due}"


def _what_was_raised(complaint: Complaint) -> Iterator[str]:
    raised = complaint.raised
    about = ", ".join(complaint.name(person) for person in complaint.about)
    parts = {
        "Who": complaint.who,
        "Reached at": raised.reach,
        "Taken by": complaint.name(raised.taken_by) if raised.taken_by else "",
        "Kind": raised.kind,
        "About": about,
        "What happened": raised.words,
        "What would settle it": raised.settle,
    }
    yield ""
    for name, text in parts.items():
        if text:
            yield f"{name}: {tables.indented(text)}"


def _what_was_said(complaint: Complaint, now: datetime) -> Iterator[str]:
    """All that was said after it was raised."""
    said = [word for word in complaint.said if word.said != "raised"]
    if not said:
        return
    yield from ("", "What was said:")
    for word in said:
        who = complaint.who if word.by == complaint.by else complaint.name(word.by)
        text = f": {tables.indented(word.text, 4)}" if word.text else ""
        yield f"  {local(word.at, now, 'UTC')}  {who} {SAID[word.said]}{text}"


def _promise(complaint: Complaint, promise: Promise, words: bool, now: datetime) -> str:
    what = f": {tables.indented(promise.what, 5)}" if words else ""
    by = f"{complaint.name(promise.by)}, by {local(promise.due, now, 'UTC')}"
    return f"{promise.number}. {by}, {PROMISED[promise.state]}{what}"


def next_steps(complaint: Complaint, now: datetime, zone: str, words: bool) -> Iterator[str]:
    """What happens if nobody acts; without the words of promises unless they are asked for."""
    return _ahead(forecast(complaint, words), now, zone)


def _ahead(steps: list[Step], now: datetime, zone: str) -> Iterator[str]:
    if steps:
        yield from ("", f"If nobody acts ({zone}):")
        for at, text in steps:
            yield f"  {local(at, now, zone)}  {tables.indented(text, 4)}"


# Reviews ----------------------------------------------------------------------------------


def _review(review: Review, words: bool, now: datetime) -> Iterator[str]:
    yield f"{review.id}: a relationship review of {review.client}"
    held = f"held by {review.name(review.held_by)}"
    yield from _terms(review, held if review.over else _on_level(review, "leads it", "holds it", now, "UTC"))
    if words and review.conclusion:
        yield f"What was agreed: {tables.indented(review.conclusion)}"
    yield from ("", "Complaints:")
    for one in review.complaints:
        yield f"  {local(one.at, now, 'UTC')}  {one.id}" + (f": {one.kind}" if words else "")
    yield from _ahead(review_forecast(review), now, "UTC")
