"""What is wrong in the paths (complaints, reviews, problems, prevention), and in what clients say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from procedure.book.complaints import Complaints, Level
from procedure.book.procedure import Procedure
from procedure.clocks.durations import Duration
from procedure.path.state import LAST_RESORT

Path = tuple[str | int, ...]
Found = tuple[Path, str]

LONGEST_DAY = timedelta(hours=24)
"""What a business day can last at most, for a client that is always open."""


def mistakes_of(book: Procedure) -> Iterator[Found]:
    """The mistakes in who stands on these paths, each with its place."""
    if book.problems:
        yield from _path(book, ("problems", "levels"), book.problems.levels)
        yield from _approved_as(book, book.problems.approved_as)
    if book.prevention:
        yield from _path(book, ("prevention", "levels"), book.prevention.levels)
    complaints = book.complaints
    if complaints is None:
        yield from _without_a_path(book)
        return
    path: Path = ("complaints", "levels")
    yield from _levels(book, path, complaints.levels)
    yield from _nobody_first(book, (*path, 0, "people"), complaints.levels[0])
    for number, level in enumerate(complaints.levels[1:], start=1):
        yield from _nobody((*path, number, "people"), level)
    yield from _reminder(complaints)
    yield from _account_managers(book)
    if complaints.review:
        yield from _path(book, ("complaints", "review", "levels"), complaints.review.levels)


def _approved_as(book: Procedure, action: str) -> Iterator[Found]:
    """A fix that must be approved can be."""
    actions = book.authority.actions if book.authority else {}
    if action and action not in actions:
        known = f"write one of {_list(actions)}, or leave it out" if actions else "leave it out"
        yield ("problems", "approved_as"), f"there is no action {action!r} in the authority table: {known}"


def _path(book: Procedure, path: Path, levels: Sequence[Level]) -> Iterator[Found]:
    """A path on which every level has people of its own."""
    yield from _levels(book, path, levels)
    for number, level in enumerate(levels):
        yield from _nobody((*path, number, "people"), level)


def _without_a_path(book: Procedure) -> Iterator[Found]:
    clients = [name for name, client in book.clients.items() if client.account_manager]
    if clients:
        yield (
            ("complaints",),
            f"is missing, and clients name who hears theirs first ({_list(clients)}): "
            "write who hears complaints, or take account_manager out of their files",
        )


def _levels(book: Procedure, path: Path, levels: Sequence[Level]) -> Iterator[Found]:
    names = [level.name.casefold() for level in levels]
    for number, level in enumerate(levels):
        where: Path = (*path, number)
        for place, person in enumerate(level.people):
            yield from _known(book, (*where, "people", place), person)
        if names[number] in names[:number]:
            yield (*where, "name"), f"{level.name!r} is there twice: each level has its own name"
        if names[number] == LAST_RESORT:
            text = f"{level.name!r} is what comes after the last level: give this one another name"
            yield (*where, "name"), text
        if _can_not_be_met(level.answer, level.acknowledge):
            text = f"{level.answer} is over before the first has to take it ({level.acknowledge})"
            yield (*where, "answer"), f"{text}: write a longer time, or a shorter acknowledge"


def _nobody_first(book: Procedure, path: Path, level: Level) -> Iterator[Found]:
    """The first level needs nobody of its own where each client has an account manager."""
    clients = [client.name for client in book.clients.values() if not client.account_manager]
    if not level.people and clients:
        text = f"{level.name} has nobody for {_list(clients)}: name at least one person, "
        yield path, f"{text}or write account_manager in the client's file"


def _nobody(path: Path, level: Level) -> Iterator[Found]:
    if not level.people:
        yield path, f"{level.name} has nobody: name at least one person"


def _reminder(complaints: Complaints) -> Iterator[Found]:
    settled, remind = complaints.settled_within, complaints.remind_after
    if settled == remind or _can_not_be_met(settled, remind):
        text = f"{settled} is over when the customer is to be reminded (remind_after: {remind})"
        yield ("complaints", "settled_within"), f"{text}: write a longer time, or a shorter remind_after"


def _account_managers(book: Procedure) -> Iterator[Found]:
    for name, client in book.clients.items():
        if client.account_manager:
            yield from _known(book, ("clients", name, "account_manager"), client.account_manager)


def _known(book: Procedure, path: Path, person: str) -> Iterator[Found]:
    if person not in book.people:
        yield path, f"there is no person {person!r}: write one of {_list(book.people)}"


def _can_not_be_met(whole: Duration, part: Duration) -> bool:
    """Whether a part is longer than the whole for every client, however long its business day is."""
    if part.business_days and not whole.business_days:
        return False
    return _at_most(part) > _at_most(whole)


def _at_most(duration: Duration) -> timedelta:
    return duration.exact + LONGEST_DAY * duration.business_days


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
