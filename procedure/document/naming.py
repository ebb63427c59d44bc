"""What people and times are called in a document."""

from __future__ import annotations

from collections.abc import Iterable

from procedure.book.procedure import Procedure
from procedure.document.content import LINES, listed
from procedure.duty.on_duty import Watch


def name(book: Procedure, ident: str) -> str:
    """What somebody is called."""
    person = book.person(ident)
    return person.name if person else ident


def in_turn(book: Procedure, people: Iterable[str]) -> str:
    """Who is told one after the other, a line each: "Ana Ruiz", "then Ben Okafor"."""
    return f"{LINES}then ".join(name(book, ident) for ident in dict.fromkeys(people))


def all_of(book: Procedure, people: Iterable[str]) -> str:
    """Several people: "Ana Ruiz and Ben Okafor"."""
    return listed([name(book, ident) for ident in people])


def hours_of(watch: Watch) -> str:
    """When times are counted that run in a client's hours."""
    return "in your hours" if watch.hours else "day and night"
