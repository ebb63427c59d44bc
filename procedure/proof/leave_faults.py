"""Faults of people: who stands in for whom, whom a page does not reach, and who hears complaints instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from procedure.book.procedure import Procedure
from procedure.book.rota import NOBODY
from procedure.clocks.calendars import Span, from_wall
from procedure.duty.on_duty import stands_in
from procedure.path.levels import PathName, levels_of
from procedure.proof.fault import Fault, FaultKind, name_of


def faults(book: Procedure, begin: datetime, end: datetime) -> Iterator[Fault]:
    yield from _substitutes(book, begin, end)
    last = book.last_resort.person
    if at := _first_without(book, last, begin, end):
        text = f"{name_of(book, last)} is away, with nobody to stand in, and told all the same"
        yield Fault(FaultKind.LAST_RESORT_AWAY, at, f"{text}. Name a substitute")
    told = book.authority.undecided if book.authority else ""
    if told and (at := _first_without(book, told, begin, end)):
        text = (
            f"{name_of(book, told)} is away, with nobody to stand in (authority.undecided). Name a substitute"
        )
        yield Fault(FaultKind.UNDECIDED_AWAY, at, text)
    owner = book.authority.owner if book.authority else ""
    if owner and (at := _first_without(book, owner, begin, end)):
        text = f"{name_of(book, owner)} is away, with nobody to stand in (authority.owner)"
        yield Fault(FaultKind.OWNER_AWAY, at, f"{text}, and asked all the same. Name a substitute")
    yield from _mailboxes(book, begin)
    yield from _hearers(book, begin, end)


def _substitutes(book: Procedure, begin: datetime, end: datetime) -> Iterator[Fault]:
    """Who is named to stand in, and does not; told once for each circle."""
    circles: set[frozenset[str]] = set()
    for person in book.people:
        for span, substitute in _leaves(book, person):
            at = _first_without(book, person, max(span.begin, begin), min(span.end, end))
            if not substitute or at is None:
                continue
            way = _way(book, person, at)
            names = ", then ".join(name_of(book, one) for one in way)
            if way[-1] in way[:-1]:
                if frozenset(way) not in circles:
                    circles.add(frozenset(way))
                    text = (
                        f"{names}: each stands in for the other, and all are away. Name somebody who is there"
                    )
                    yield Fault(FaultKind.CIRCLE, at, text)
            else:
                text = (
                    f"{names}: the last of them is away too, and nobody stands in. Name somebody who is there"
                )
                yield Fault(FaultKind.SUBSTITUTE_AWAY, at, text)
        yield from _two_substitutes(book, person, begin, end)


def _two_substitutes(book: Procedure, person: str, begin: datetime, end: datetime) -> Iterator[Fault]:
    leaves = _leaves(book, person)
    for number, (span, substitute) in enumerate(leaves):
        for other, another in leaves[:number]:
            both = Span(max(span.begin, other.begin), min(span.end, other.end))
            if substitute != another and max(both.begin, begin) < min(both.end, end):
                names = " and ".join(name_of(book, one) if one else "nobody" for one in (another, substitute))
                text = (
                    f"two leaves of {name_of(book, person)} overlap, for which {names} stand in: the "
                    "one that is written first counts. Let each day stand in one of them"
                )
                yield Fault(FaultKind.TWO_SUBSTITUTES, max(both.begin, begin), text)


def _way(book: Procedure, person: str, at: datetime) -> list[str]:
    """Somebody, who stands in for them, and so on, up to nobody or to who was there before."""
    way = [person]
    while True:
        substitute = next((sub for span, sub in _leaves(book, way[-1]) if span.begin <= at < span.end), "")
        if not substitute or substitute not in book.people:
            return way
        way.append(substitute)
        if substitute in way[:-1]:
            return way


def _leaves(book: Procedure, person: str) -> list[tuple[Span, str]]:
    return [
        (
            Span(_midnight(book, leave.first), _midnight(book, leave.last + timedelta(days=1))),
            leave.substitute,
        )
        for leave in book.people[person].leave
    ]


def _midnight(book: Procedure, day: date) -> datetime:
    return from_wall(datetime.combine(day, datetime.min.time()), book.time_zone)


def _first_without(book: Procedure, person: str, begin: datetime, end: datetime) -> datetime | None:
    """The first instant at which somebody is away and nobody stands in."""
    return next((at for at, who in standing_in(book, person, begin, end) if not who), None)


def standing_in(
    book: Procedure, person: str, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, str]]:
    """Who stands where somebody would (empty: nobody), at first and each time that this may change."""
    at: datetime | None = begin
    while at is not None and at < end:
        substitute, until = stands_in(book, person, at)
        yield at, substitute
        at = until


def _mailboxes(book: Procedure, begin: datetime) -> Iterator[Fault]:
    own, seen = book.mail.sender.mail.casefold(), dict[str, str]()
    paged = _paged(book)
    for person in (*paged, *(one for one in _heard(book) if one not in paged)):
        one = book.people[person]
        if one.channels:
            continue
        if one.mail.casefold() == own:
            text = f"{name_of(book, person)} has the address that Rung sends from: write one that they read"
            yield Fault(FaultKind.OWN_MAILBOX, begin, text)
        elif person in paged and (other := seen.setdefault(one.mail.casefold(), person)) != person:
            text = (
                f"{name_of(book, other)} and {name_of(book, person)} read the same mail, so "
                "one who is silent is both. Write an address for each"
            )
            yield Fault(FaultKind.ONE_MAILBOX, begin, text)


def _paged(book: Procedure) -> tuple[str, ...]:
    """Everybody who may be paged, as far as the files say."""
    rotas = [book.rotas[entry.rota] for tier in book.tiers for entry in tier.on_call]
    named = [override.person for rota in rotas for override in rota.overrides if override.person != NOBODY]
    own = [person for tier in book.tiers for person in tier.chain]
    turns = [person for rota in rotas for person in rota.people]
    return tuple(dict.fromkeys((*own, *turns, *named, book.last_resort.person)))


def _heard(book: Procedure) -> tuple[str, ...]:
    """Everybody else who is asked for something: approvals of no tier, complaints, problems, prevention."""
    paths: tuple[PathName, ...] = ("complaint", "review", "problem", "prevention")
    found = [person for path in paths for level in levels_of(book, path) for person in level.people]
    found += [client.account_manager for client in book.clients.values()]
    found += [book.authority.owner, book.authority.undecided] if book.authority else []
    return tuple(dict.fromkeys(person for person in found if person))


def _hearers(book: Procedure, begin: datetime, end: datetime) -> Iterator[Fault]:
    """Who stands in for those who hear complaints, and works on tickets. Management is no technical tier."""
    if book.complaints is None:
        return
    hearing = [person for level in book.complaints.levels for person in level.people]
    hearing += [client.account_manager for client in book.clients.values() if client.account_manager]
    works = {person: tier.name for tier in reversed(book.tiers[:-1]) for person in tier.chain}
    for person in dict.fromkeys(hearing):
        for at, substitute in standing_in(book, person, begin, end):
            if substitute != person and substitute in works:
                text = (
                    f"{name_of(book, substitute)} stands in for {name_of(book, person)}, and works on "
                    f"tickets ({works[substitute]}): name a substitute who does not"
                )
                yield Fault(FaultKind.HEARD_BY_WORKER, at, text)
                break
