"""A complaint, or a review, in words: who hears it until when, and what was done.

What the customer and those who hear them have said stands here only where ``words`` asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from temporalio.common import TypedSearchAttributes

from commands import approval_ledger, assignments, tables
from procedure.book.reader import Reader, unlike_life
from procedure.clocks.calendars import local
from procedure.complaint.progress import forecast
from procedure.complaint.review import Review
from procedure.complaint.state import Complaint
from procedure.complaint.words import ComplaintWords, SaidLine, called_in
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
    zone: str = "UTC",
) -> tuple[str, ...]:
    """One line of the list, from what Temporal can search by; ``stands`` adds what it is about."""
    return (
        ident,
        known.get(CLIENT) or "?",
        f"{known.get(STATUS) or 'opening'}{' (drill)' if known.get(DRILL) else ''}",
        known.get(LEVEL) or "",
        known.get(HOLDER) or "nobody yet",
        _due(known.get(NEXT_DUE), now, zone),
        local(stands.opened if stands else since, now, zone, dated=True),
        _about(stands),
    )


def _due(due: datetime | None, now: datetime, zone: str) -> str:
    if due is None:
        return ""
    return f"{local(due, now, zone, dated=True)}{' OVERDUE' if due < now else ''}"


def _about(stands: Complaint | Review | None) -> str:
    if stands is None:
        return "?"
    return stands.raised.ticket if isinstance(stands, Complaint) else f"{len(stands.complaints)} complaints"


def as_json(stands: Complaint | Review, words: bool) -> str:
    """Everything about it; without the words unless they are asked for."""
    kind = type(stands)
    left_out = None if words else _WORDS[kind]
    return TypeAdapter(kind).dump_json(stands, indent=2, exclude=left_out).decode()


def told(stands: Complaint | Review, words: bool, now: datetime, zone: str = "UTC") -> Iterator[str]:
    """Where it stands, and its record, in the times of a zone."""
    if isinstance(stands, Complaint):
        lines = _complaint(stands, words, now, zone)
    else:
        lines = assignments.told(stands, now, zone, confidential=not words)
    yield from map(tables.harmless, lines)


def words_of(complaint: Complaint, now: datetime, zone: str = "UTC", words: bool = False) -> ComplaintWords:
    """A complaint for whoever is at the command line; its words name who raised it, too."""
    called = called_in(complaint) if words else complaint.name
    return ComplaintWords(complaint, Reader(now, zone=zone, client=complaint.client, called=called))


def _complaint(complaint: Complaint, words: bool, now: datetime, zone: str) -> Iterator[str]:
    raised, told = complaint.raised, words_of(complaint, now, zone, words)
    yield f"{complaint.id}: a complaint of {complaint.client}"
    if raised.ticket:
        yield f"About {raised.ticket}" + (f": {raised.ticket_title}" if raised.ticket_title else "")
    yield f"Times are {zone}."
    yield f"How it stands: {told.standing}"
    yield from unlike_life(complaint.terms.pace, complaint.drill)
    if words:
        yield ""
        facts = told.facts | {"The complaint": raised.words, "What would settle it": raised.settle}
        yield from (f"{name}: {tables.indented(text)}" for name, text in facts.items() if text)
        yield from ("", "What was said:", *_lines(told.said[1:], told.reads))
    if complaint.promises:
        yield from ("", "Promises:")
    for promise in complaint.promises:
        what = f": {tables.indented(promise.what, 5)}" if words else ""
        yield f"  {promise.number}. {told.promised(promise)}{what}"
    yield from next_steps(complaint, told.reads, words)
    yield from approval_ledger.record(complaint, now, zone)


def _lines(said: list[SaidLine], reads: Reader) -> Iterator[str]:
    clock = reads.clock(at for at, _, _ in said)
    for at, what, text in said:
        yield f"  {clock(at)}  {what}{f': {tables.indented(text, 4)}' if text else ''}"


def next_steps(complaint: Complaint, reads: Reader, words: bool) -> Iterator[str]:
    """What happens if nobody acts; without the words of promises unless they are asked for."""
    if steps := forecast(complaint, words):
        yield from ("", f"If nobody acts ({reads.zone}):")
        clock = reads.clock(at for at, _ in steps)
        yield from (f"  {clock(at)}  {tables.indented(text, 4)}" for at, text in steps)
