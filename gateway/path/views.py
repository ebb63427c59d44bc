"""What the page of an assignment shows, and who may read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from procedure.book.procedure import Procedure
from procedure.book.reader import reader
from procedure.path.assignment import Assignment
from procedure.path.state import must_stand_there
from procedure.record import Refused
from runtime.links import Address


def has(book: Procedure, work: Assignment, person: str) -> bool:
    """Whether an assignment is shown to somebody: to those who were asked to take it."""
    return person in book.people and person in work.readers()


def assignment_facts(book: Procedure, work: Assignment, address: Address, now: datetime) -> dict[str, Any]:
    """All that a person's page of an assignment shows."""
    person = address.person
    reads = reader(book, person, work.client, now, work.terms.pace, work.name)
    words, authority = work.words(reads), book.authority
    return {
        **reads.facts(),
        "work": work,
        "words": words,
        "verbs": work.WORDING,
        "path": work.path,
        "drill": work.drill,
        "reads_it": person,
        "mine": words.mine,
        "may_act": not work.over and not _cannot_take(work, address),
        "visit": work.path.levels.visit,
        "version": work.written,
        "actions": tuple(authority.actions) if authority and words.proposes else (),
        "currency": authority.currency if authority else "",
    }


def _cannot_take(work: Assignment, address: Address) -> str:
    try:
        must_stand_there(work, address.person, address.visit)
    except Refused as refused:
        return str(refused)
    return ""
