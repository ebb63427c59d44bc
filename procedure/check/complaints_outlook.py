"""What the path of complaints leaves open: who stands on it twice, who may not hear it, and empty levels.

Who is away is looked up as it is when a complaint is put before somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from procedure.book.complaints import Complaints, Level
from procedure.book.procedure import Procedure, Tier
from procedure.book.rota import NOBODY
from procedure.check.outlook import AHEAD
from procedure.clocks.calendars import Span, local
from procedure.clocks.durations import Duration, spoken
from procedure.duty.on_duty import Watch, stands_in


class Hearers(NamedTuple):
    """A level of the path as it is for one client: what it is called, and who hears complaints there."""

    level: str
    people: tuple[str, ...]


Paths = dict[str, tuple[Hearers, ...]]
"""The levels of each client, from the lowest up."""


def to_look_at(book: Procedure, now: datetime, ahead: timedelta = AHEAD) -> Iterator[str]:
    """What nothing in the files forbids, but leaves a complaint unheard; times are the MSP's."""
    complaints = book.complaints
    if complaints is None:
        yield (
            "nobody hears complaints, so no page and no mail offers it: write who does under complaints "
            "in procedure.yaml"
        )
        return
    paths = {client: _path(book, client, complaints) for client in book.clients}
    reviews = {client: _review(complaints) for client in book.clients}
    yield from _on_two_levels(book, paths)
    yield from _on_two_levels(book, reviews)
    yield from _on_tiers(book, paths)
    yield from _alone(book, paths)
    yield from _away(book, paths, now, now + ahead)
    yield from _away(book, reviews, now, now + ahead)
    yield from _times(book, complaints)


def _path(book: Procedure, client: str, complaints: Complaints) -> tuple[Hearers, ...]:
    first, *others = complaints.levels
    people = (book.clients[client].account_manager, *first.people)
    return (
        Hearers(first.name, tuple(dict.fromkeys(filter(None, people)))),
        *(Hearers(level.name, level.people) for level in others),
    )


def _review(complaints: Complaints) -> tuple[Hearers, ...]:
    levels = complaints.review.levels if complaints.review else ()
    return tuple(Hearers(f"{level.name} (review)", level.people) for level in levels)


# Who stands where -------------------------------------------------------------------------


def _on_two_levels(book: Procedure, paths: Paths) -> Iterator[str]:
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for client, path in paths.items():
        for person in _people(path):
            levels = tuple(hearing.level for hearing in path if person in hearing.people)
            if len(levels) > 1:
                found.setdefault((person, levels), []).append(client)
    for (person, levels), clients in found.items():
        yield (
            f"{_name(book, person)} stands on {' and on '.join(levels)}{_for(book, clients)}, and has it "
            "only once, on the lower one. Let somebody else stand on one of them"
        )


def _on_tiers(book: Procedure, paths: Paths) -> Iterator[str]:
    """Those who hear complaints, and work on tickets. Management is no technical tier."""
    tiers = {person: tier.name for tier in reversed(book.tiers[:-1]) for person in _of_tier(book, tier)}
    found: dict[tuple[str, str], list[str]] = {}
    for client, path in paths.items():
        for hearing in path:
            for person in hearing.people:
                if person in tiers:
                    found.setdefault((person, hearing.level), []).append(client)
    for (person, level), clients in found.items():
        yield (
            f"{_name(book, person)} stands on {level}{_for(book, clients)}, and on {tiers[person]} too: who "
            f"has worked on a ticket never hears a complaint about it. Let somebody else stand on {level}"
        )


def _of_tier(book: Procedure, tier: Tier) -> Iterator[str]:
    """Everybody who may get a ticket at a tier, as far as the files say."""
    yield from tier.chain
    for entry in tier.on_call:
        rota = book.rotas[entry.rota]
        yield from rota.people
        yield from (override.person for override in rota.overrides if override.person != NOBODY)


def _alone(book: Procedure, paths: Paths) -> Iterator[str]:
    """Clients whose whole path is one person, who would hear it in the end, too."""
    last = book.last_resort.person
    clients = [client for client, path in paths.items() if _people(path) == (last,)]
    if clients:
        yield (
            f"a complaint about {_name(book, last)} is left to the leads of the tiers{_for(book, clients)}: "
            "nobody else stands on a level, and they are the last resort too. Name somebody else on a level"
        )


def _people(path: tuple[Hearers, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person for hearing in path for person in hearing.people))


# Who is away ------------------------------------------------------------------------------


def _away(book: Procedure, paths: Paths, now: datetime, end: datetime) -> Iterator[str]:
    found: dict[tuple[Hearers, Span], list[str]] = {}
    for client, path in paths.items():
        for hearing in path:
            for span in _without_anybody(book, hearing.people, now, end):
                found.setdefault((hearing, span), []).append(client)
    for (hearing, span), clients in found.items():
        begin, until = (local(at, now, book.time_zone) for at in span)
        yield (
            f"{hearing.level}: nobody is there from {begin} to {until}{_for(book, clients)}, and it goes "
            f"past this level; away, with nobody to stand in: "
            f"{', '.join(_name(book, p) for p in hearing.people)}"
        )


def _without_anybody(
    book: Procedure, people: tuple[str, ...], begin: datetime, end: datetime
) -> Iterator[Span]:
    since: datetime | None = None
    while begin < end:
        found = [stands_in(book, person, begin) for person in people]
        there = any(person for person, _ in found)
        if there and since:
            yield Span(since, begin)
        since = None if there else since or begin
        begin = min((until for _, until in found if until), default=end)
    if since:
        yield Span(since, end)


# Times ------------------------------------------------------------------------------------


def _times(book: Procedure, complaints: Complaints) -> Iterator[str]:
    """Exact times and business days beside each other: which is longer depends on the client's hours."""
    review = complaints.review.levels if complaints.review else ()
    named = [(level.name, level) for level in complaints.levels]
    named += [(f"{level.name} (review)", level) for level in review]
    for name, level in named:
        for whole, clients in _over_before(book, level.answer, level.acknowledge).items():
            yield (
                f"{name}: the time to answer ({whole}) is over before the first has to take it "
                f"({level.acknowledge}){_for(book, clients)}. Write a shorter acknowledge"
            )
        for place, person in enumerate(level.people[1:], start=1):
            if clients := _over_at(book, level, place):
                yield (
                    f"{name}: {_name(book, person)} can never be told: those before may take as long as the "
                    f"level has to answer ({level.answer}){_for(book, clients)}. Write a shorter acknowledge"
                )
    settled, remind = complaints.settled_within, complaints.remind_after
    for whole, clients in _over_before(book, settled, remind).items():
        yield (
            f"settled_within ({whole}) is over before the customer is reminded ({remind})"
            f"{_for(book, clients)}. Write a shorter remind_after"
        )


def _over_at(book: Procedure, level: Level, place: int) -> list[str]:
    """For which clients a level's time is over when so many of its people have had theirs."""
    clocks = {client: Watch(book, client, "low").business for client in book.clients}
    return [
        client
        for client, clock in clocks.items()
        if clock.length(level.answer) <= place * clock.length(level.acknowledge)
    ]


def _over_before(book: Procedure, whole: Duration, part: Duration) -> dict[str, list[str]]:
    """For which clients a time is over before a part of it, by how long it lasts there."""
    found: dict[str, list[str]] = {}
    for client in book.clients:
        clock = Watch(book, client, "low").business
        if clock.length(whole) < clock.length(part):
            found.setdefault(f"{whole}, so {spoken(clock.length(whole))}", []).append(client)
    return found


# In words ---------------------------------------------------------------------------------


def _for(book: Procedure, clients: Iterable[str]) -> str:
    """For which clients, where it is not so for all."""
    clients = list(clients)
    if len(clients) == len(book.clients):
        return ""
    return f", for {', '.join(book.clients[client].name for client in clients)}"


def _name(book: Procedure, person: str) -> str:
    return book.people[person].name if person in book.people else person
