"""What is kept of a client's prevention between proposals: what was settled, and what was measured.

The files say what there is, this says what became of it. It lives as long as the client, in a workflow of
its own: a proposal that was concluded is forgotten with Temporal's retention, a yearly test must not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from procedure.book.prevention import MOST_ITEMS
from procedure.book.procedure import Client, Procedure
from procedure.book.proposal import Proposal, price
from procedure.clocks.calendars import from_wall, wall_time
from procedure.duty.on_duty import Watch
from procedure.prevention.due import ComingDue, Settled, coming, proposed_from
from procedure.prevention.state import MOST_NAMED

MOST_READINGS = 100
"""Days of which an item's readings are kept: the line goes through these, and those of the files."""

MOST_KEPT = 5_000
"""Readings of one client."""

MORNING = timedelta(hours=8)
"""When a day is looked at, where the client has no hours of its own."""


@dataclass(frozen=True)
class Settlement:
    """How an item was settled last: which due day of it, whether it was done, and when."""

    due: date
    done: bool
    at: datetime


@dataclass(frozen=True)
class Reading:
    """What was measured of an item, on a day of the client's; the last of a day counts."""

    item: str
    value: float
    day: date


@dataclass(frozen=True)
class Upkeep:
    """What is kept of a client's items, by their names; ``asked`` counts the approvals so far."""

    client: str
    settled: dict[str, Settlement] = field(default_factory=dict)
    readings: dict[str, dict[date, float]] = field(default_factory=dict)
    asked: int = 0

    def measured(self, reading: Reading) -> Upkeep:
        """With one reading more."""
        # Whose readings came last stands last: what has to go is what nobody measures any more.
        days = {**self.readings.get(reading.item, {}), reading.day: reading.value}
        newest = dict(sorted(days.items())[-MOST_READINGS:])
        others = {name: kept for name, kept in self.readings.items() if name != reading.item}
        readings = {**others, reading.item: newest}
        while sum(map(len, readings.values())) > MOST_KEPT:
            readings.pop(next(iter(readings)))
        return replace(self, readings=readings)

    def settle(self, name: str, settlement: Settlement) -> Upkeep:
        """With how an item was settled."""
        others = {one: kept for one, kept in self.settled.items() if one != name}
        settled = {**others, name: settlement}
        return replace(self, settled=dict([*settled.items()][-MOST_ITEMS:]))

    def has_asked(self, asked: int) -> Upkeep:
        """With so many approvals asked; the next has another number."""
        return replace(self, asked=max(self.asked, asked))


class Upcoming(NamedTuple):
    """An item that comes due, and the day from which it is proposed."""

    coming: ComingDue
    proposed: date


@dataclass(frozen=True)
class Look:
    """What a look into a client's files has found: what is to be proposed now, and when to look again (None:
    the client is in the files no more)."""

    due: tuple[ComingDue, ...] = ()
    again: datetime | None = None


def upkeep_id(client: str) -> str:
    """The id of the workflow that keeps a client's prevention."""
    return f"upkeep-{client}"


def look(book: Procedure, upkeep: Upkeep, now: datetime) -> Look:
    """What is to be proposed now; the next look is on the client's next day, when somebody is there."""
    terms = book.clients.get(upkeep.client)
    if terms is None:
        return Look()
    today = wall_time(now, terms.time_zone).date()
    due = [one.coming for one in ahead(book, upkeep, now) if one.proposed <= today]
    due.sort(key=lambda one: (one.due, one.name))
    # What a proposal can't name waits for the next: a look stands in the history of each day.
    return Look(tuple(due[:MOST_NAMED]), _next_look(book, upkeep.client, today))


def ahead(book: Procedure, upkeep: Upkeep, now: datetime) -> Iterator[Upcoming]:
    """All of a client's items that come due, in the order of its file; none where nobody owns proposals."""
    terms = book.clients.get(upkeep.client)
    if terms is None or book.prevention is None:
        return
    today = wall_time(now, terms.time_zone).date()
    for name, item in terms.prevention.items():
        found = coming(name, item, today, _settled(upkeep, name, terms), upkeep.readings.get(name, {}))
        if found:
            yield Upcoming(_priced(book, found), proposed_from(item, found, book.prevention.ahead_days))


def _settled(upkeep: Upkeep, name: str, terms: Client) -> Settled | None:
    """How it was settled, with the client's day of that."""
    kept = upkeep.settled.get(name)
    return Settled(kept.due, kept.done, wall_time(kept.at, terms.time_zone).date()) if kept else None


def _priced(book: Procedure, found: ComingDue) -> ComingDue:
    """With what it takes, in words."""
    takes = Proposal(found.action, found.what, cost=found.cost, downtime=found.downtime)
    return replace(found, takes=price(takes, book.authority.currency if book.authority else ""))


def _next_look(book: Procedure, client: str, today: date) -> datetime:
    """In the morning of the client's next day, and when it is open: a proposal is a mail, never a page."""
    midnight = datetime.combine(today + timedelta(days=1), datetime.min.time())
    hours = Watch(book, client, "low").hours
    zone = book.clients[client].time_zone
    return hours.opens(from_wall(midnight, zone)) if hours else from_wall(midnight + MORNING, zone)
