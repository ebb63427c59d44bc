"""The document in short: what a client wants to know when in a hurry. It all stands in the rest, too."""

from __future__ import annotations

from collections.abc import Iterator

from procedure.book.severity import SEVERITIES
from procedure.document.content import Section, listed, points
from procedure.document.naming import name
from procedure.duty.on_duty import Watch


def in_short(watch: Watch) -> Section:
    """Whom to call, what is dropped everything for, who may say yes, and who listens."""
    table = points("", *_shortly(watch))
    return Section("In short", "", (table._replace(aside=True),))


def _shortly(watch: Watch) -> Iterator[tuple[str, str]]:
    book, client = watch.book, watch.book.clients[watch.client]
    critical = book.severities["critical"]
    yield (
        "your business stands still",
        f"call {book.phone}" if book.phone else "open your private emergency page",
    )
    yield (
        "what we do then",
        f"it goes to {critical.starts_at} at once; who is told says “I have it” within "
        f"{_first_answer(watch)}, or the next one is told",
    )
    waits = [severity for severity in SEVERITIES if Watch(book, watch.client, severity).answers_in_hours]
    if waits:
        yield "at night", f"what is {listed(waits, 'or')} waits until you open; we answer all else"
    contacts = dict.fromkeys(line.contact for line in client.authority)
    if book.authority and contacts:
        who = listed([name(book, one) for one in contacts], "or")
        yield "we need your yes", f"we ask {who}, as “Who decides what” says; no answer is never a yes"
    if client.account_manager and book.complaints:
        manager = name(book, client.account_manager)
        yield "you are not happy", f"{manager} hears it, outside the technical team"


def _first_answer(watch: Watch) -> str:
    """How long the first who is told has at critical: in hours, and outside them if that is another time."""
    usual = watch.book.severities["critical"].acknowledge
    outside = watch.book.clients[watch.client].coverage.answer_within
    if watch.staffed or outside is None or outside == usual:
        return str(usual)
    return f"{usual} ({outside} outside your hours)"
