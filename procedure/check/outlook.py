"""What lies ahead: who is on call at each tier, and the times that nobody covers.

A pure function of the procedure and its almanac, by the same look-ups that page people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from procedure.book.procedure import Procedure, Tier
from procedure.book.rota import Shift, gaps, turn
from procedure.clocks.calendars import OpenHours, Span, local
from procedure.duty.on_duty import Watch, stands_in

AHEAD = timedelta(days=30)
"""How far ahead a procedure is looked at for what will be missing."""


class OnDuty(NamedTuple):
    """Who answers in one place of the order, if anybody does (else empty).

    ``instead_of`` is who is away; ``meant`` is nobody, on purpose; ``unknown`` is a rota
    whose calendar has not been read here.
    """

    person: str
    instead_of: str = ""
    meant: bool = False
    unknown: bool = False


class DutyStretch(NamedTuple):
    """Who is on call at a tier from an instant to another: the places of its order, and its lead."""

    begin: datetime
    end: datetime
    places: tuple[OnDuty, ...]
    lead: OnDuty


class Gap(NamedTuple):
    """Nobody on call at a tier, from the first instant to the last at which one of these clients needs them.

    ``away`` are those whose turn it is, and for whom nobody stands in.
    """

    tier: Tier
    begin: datetime
    end: datetime
    clients: tuple[str, ...]
    away: tuple[str, ...]


# Who is on call -----------------------------------------------------------------------


def needing(book: Procedure) -> dict[str, OpenHours]:
    """The clients for whom those on call answer out of hours, with their hours."""
    watches = {client: Watch(book, client, "critical") for client in book.clients}
    return {client: w.hours for client, w in watches.items() if w.hours and not w.staffed}


def stretches(book: Procedure, tier: Tier, begin: datetime, end: datetime) -> tuple[DutyStretch, ...]:
    """Who is on call at a tier, one stretch for each time that other people are."""
    found = _moments(book, tier, begin, end)
    merged = []
    for _, group in groupby(found, key=lambda stretch: (stretch.places, stretch.lead)):
        same = list(group)
        merged.append(same[0]._replace(end=same[-1].end))
    return tuple(merged)


def _moments(book: Procedure, tier: Tier, begin: datetime, end: datetime) -> Iterator[DutyStretch]:
    rotas = [(entry.rota, _holes(book, entry.rota, begin, end)) for entry in tier.on_call]
    while begin < end:
        found = [_place(book, rota, holes, begin) for rota, holes in rotas]
        lead, until = _present(book, tier.lead, begin)
        stop = min(filter(None, (end, until, *(until for _, until in found))))
        yield DutyStretch(begin, stop, tuple(place for place, _ in found), lead)
        begin = stop


def _place(
    book: Procedure, rota: str, holes: tuple[Span, ...], at: datetime
) -> tuple[OnDuty, datetime | None]:
    """Who answers for a rota at an instant, and when that may change."""
    if rota in unknown(book):
        return OnDuty("", unknown=True), None
    person, until = turn(book.rotas[rota], _shifts(book, rota), at, book.time_zone)
    if person:
        place, change = _present(book, person, at)
        return place, min(filter(None, (until, change)), default=None)
    edges = [edge for hole in holes for edge in hole if edge > at]
    hole = any(span.begin <= at < span.end for span in holes)
    return OnDuty("", meant=not hole), min(filter(None, (until, *edges)), default=None)


def _present(book: Procedure, person: str, at: datetime) -> tuple[OnDuty, datetime | None]:
    substitute, until = stands_in(book, person, at)
    return OnDuty(substitute, person if substitute != person else ""), until


def _holes(book: Procedure, rota: str, begin: datetime, end: datetime) -> tuple[Span, ...]:
    return gaps(book.rotas[rota], _shifts(book, rota), begin, end, book.time_zone)


def _shifts(book: Procedure, rota: str) -> tuple[Shift, ...]:
    return book.almanac.shifts.get(rota, ())


def unknown(book: Procedure) -> tuple[str, ...]:
    """The rotas that come from a feed of which there is no copy here."""
    return tuple(
        name
        for name, rota in book.rotas.items()
        if rota.calendar and not rota.calendar.file and not _shifts(book, name)
    )


# Who is not ---------------------------------------------------------------------------


def uncovered(book: Procedure, begin: datetime, end: datetime) -> tuple[Gap, ...]:
    """When a client is out of hours and nobody of a tier's order can be reached, which nobody meant."""
    clients = needing(book)
    return tuple(
        gap
        for tier in book.tiers
        if tier.on_call and clients
        for gap in _together(_by_client(book, tier, clients, begin, end))
    )


def _by_client(
    book: Procedure, tier: Tier, clients: dict[str, OpenHours], begin: datetime, end: datetime
) -> list[Gap]:
    empty = [stretch for stretch in stretches(book, tier, begin, end) if _is_gap(stretch)]
    found: list[Gap] = []
    for client, hours in clients.items():
        mine: list[Gap] = []
        for stretch in empty:
            away = tuple(place.instead_of for place in stretch.places if place.instead_of)
            for span in _closed(hours, stretch.begin, stretch.end):
                gap = Gap(tier, span.begin, span.end, (client,), away)
                # Between them the client is at work: for who is on call, the one follows the other.
                if mine and _is_open(hours, mine[-1].end, gap.begin):
                    gap = _joined(mine.pop(), gap)
                mine.append(gap)
        found += mine
    return found


def _is_gap(stretch: DutyStretch) -> bool:
    """Nobody is there, and of at least one place this is not meant. What is not known is no gap."""
    if any(place.person or place.unknown for place in stretch.places):
        return False
    return not all(place.meant for place in stretch.places)


def _closed(hours: OpenHours, begin: datetime, end: datetime) -> Iterator[Span]:
    for span in hours.spans(begin, end):
        if begin < span.begin:
            yield Span(begin, span.begin)
        begin = span.end
    if begin < end:
        yield Span(begin, end)


def _is_open(hours: OpenHours, begin: datetime, end: datetime) -> bool:
    """Whether it is open all the time between two instants."""
    return hours.passed(begin, end) == end - begin


def _together(found: Iterable[Gap]) -> Iterator[Gap]:
    """One gap for all clients who share it."""
    last: Gap | None = None
    for gap in sorted(found, key=lambda gap: gap.begin):
        if last and gap.begin < last.end:
            last = _joined(last, gap)
            continue
        if last:
            yield last
        last = gap
    if last:
        yield last


def _joined(one: Gap, other: Gap) -> Gap:
    return one._replace(
        end=max(one.end, other.end),
        clients=tuple(dict.fromkeys(one.clients + other.clients)),
        away=tuple(dict.fromkeys(one.away + other.away)),
    )


# In words -----------------------------------------------------------------------------


def answering(book: Procedure, begin: datetime, end: datetime) -> dict[str, str]:
    """Everybody who may be paged out of hours: by a rota, as its tier's lead, as the last resort."""
    found: dict[str, str] = {}
    for tier in book.tiers:
        if not tier.on_call or not needing(book):
            continue
        ahead = stretches(book, tier, begin, end)
        for number, entry in enumerate(tier.on_call):
            theirs = (stretch.places[number].person for stretch in ahead)
            for person in (*book.rotas[entry.rota].people, *theirs):
                found.setdefault(person, f"rota {entry.rota}")
        for stretch in ahead:
            found.setdefault(stretch.lead.person, f"lead of {tier.name}")
    for person in _stand_ins(book, book.last_resort.person, begin, end):
        found.setdefault(person, "last resort")
    return {person: role for person, role in found.items() if person}


def _stand_ins(book: Procedure, person: str, begin: datetime, end: datetime) -> Iterator[str]:
    """Somebody, and whoever stands in for them."""
    yield person
    at: datetime | None = begin
    while at and at < end:
        substitute, at = stands_in(book, person, at)
        yield substitute


def to_look_at(book: Procedure, now: datetime, ahead: timedelta = AHEAD) -> Iterator[str]:
    """What nothing in the files forbids, and what will be missing at night; times are the MSP's."""
    end = now + ahead
    yield from _without_on_call(book)
    yield from (_gap(book, gap, now) for gap in uncovered(book, now, end))
    yield from calendars(book, now, end)
    yield from _without_helpdesk(book)


def calendars(book: Procedure, now: datetime, end: datetime) -> Iterator[str]:
    """What is not known of calendars until then."""
    missing = unknown(book)
    yield from (text for name, text in book.almanac.faults.items() if name not in missing)
    for name in missing:
        yield (
            f"{name}: who is on call is not known here: its calendar is fetched by the running processes, "
            "and there is no copy here"
        )
    for name, rota in book.rotas.items():
        shifts = _shifts(book, name) if rota.calendar else ()
        if shifts and (last := max(shift.end for shift in shifts)) < end:
            yield f"{name}: its calendar says nothing after {local(last, now, book.time_zone)}"


def left_out(book: Procedure) -> Iterator[str]:
    """What was left out of calendars, since it can't be read and can put nobody on call."""
    for name, events in book.almanac.left_out.items():
        count = "an event" if events.number == 1 else f"{events.number} events, the first of them"
        yield f"{name}: {count}: {events.first}"


def _without_on_call(book: Procedure) -> Iterator[str]:
    clients = _names(book, needing(book))
    tiers = ", ".join(tier.name for tier in book.tiers if not tier.on_call)
    if clients and tiers:
        yield f"{tiers}: nobody is on call there, so their own people are paged at night too, for {clients}"


def _without_helpdesk(book: Procedure) -> Iterator[str]:
    helpdesks = book.helpdesks.values()
    lonely = [client for client in book.clients if not any(one.serves(client) for one in helpdesks)]
    if helpdesks and lonely:
        yield f"no helpdesk sends tickets of {_names(book, lonely)}: name them under clients of one that does"


def _gap(book: Procedure, gap: Gap, now: datetime) -> str:
    rotas = ", ".join(entry.rota for entry in gap.tier.on_call)
    begin, end = (local(at, now, book.time_zone) for at in (gap.begin, gap.end))
    text = f"{gap.tier.name}: nobody is on call ({rotas}) from {begin} to {end}, for "
    text += _names(book, gap.clients)
    if gap.away:
        names = [book.people[person].name if person in book.people else person for person in gap.away]
        text += f"; away, with nobody to stand in: {', '.join(names)}"
    return f"{text}. If that is meant, write it under gaps_meant"


def _names(book: Procedure, clients: Iterable[str]) -> str:
    return ", ".join(book.clients[client].name for client in clients)
