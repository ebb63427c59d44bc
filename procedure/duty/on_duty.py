"""Who keeps watch: who answers at a tier at an instant, in which order, and when that changes.

In the client's hours a tier's people answer; outside them, as the client's coverage says,
whoever is on call. Somebody who is away is replaced by their substitute wherever they
would stand. A pure function of the procedure and the instant.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import NamedTuple, TypeVar

from procedure.book.coverage import Runs
from procedure.book.people import Leave
from procedure.book.procedure import Procedure, Tier
from procedure.book.rota import RotaTurn, turn
from procedure.book.severity import Severity
from procedure.clocks.calendars import AlwaysOpen, Clock, OpenHours, from_wall
from procedure.clocks.durations import Duration
from procedure.clocks.spans import Stopwatch, UntilOpening
from procedure.kinds import Kind
from procedure.record import Missing


class Place(NamedTuple):
    """Somebody in the order to be paged: how long they have to answer, and why it is them.

    ``role`` is empty for a tier's own people in hours; ``instead_of`` names whom a substitute stands in for.
    """

    person: str
    within: Duration
    role: str = ""
    instead_of: str = ""


@dataclass(frozen=True)
class Duty:
    """Who is to be paged at a tier, in order; ``missing`` says why somebody is not among them.

    ``until`` is when this may change (None: not in sight).
    """

    places: tuple[Place, ...]
    missing: tuple[Missing, ...] = ()
    until: datetime | None = None

    @property
    def chain(self) -> tuple[str, ...]:
        return tuple(place.person for place in self.places)


@dataclass(frozen=True)
class Watch:
    """The hours, the coverage and the rotas that hold for one client at one severity.

    At a pace (demonstrations) nobody's hours are kept: all time counts, and the tiers are staffed.
    """

    book: Procedure
    client: str
    severity: Severity
    pace: float = 1.0

    @cached_property
    def hours(self) -> OpenHours | None:
        """The client's working hours; None if it is always open, or at a pace."""
        return self._hours if self.pace == 1 else None

    @property
    def _hours(self) -> OpenHours | None:
        return self.book.almanac.hours.get(self.client)

    @cached_property
    def runs(self) -> Runs:
        """Whether commitments run always or in hours: critical always, as does what is covered."""
        return runs(self.book, self.client, self.severity)

    @cached_property
    def staffed(self) -> bool:
        """Whether the tiers answer at any time as they do in hours."""
        terms = self.book.clients.get(self.client)
        return self.hours is None or terms is None or terms.coverage.out_of_hours == "staffed"

    @cached_property
    def business(self) -> Clock:
        """The clock of the client's business days."""
        if self.hours:
            return self.hours
        if self._hours:
            return AlwaysOpen(self.pace, self._hours.length(Duration(business_days=1)))
        return AlwaysOpen(self.pace)

    def clock(self, budget: Duration) -> Clock:
        """The clock a commitment runs on: one in business days always runs in the client's hours."""
        if budget.business_days or (self.hours and self.runs == "hours"):
            return self.business
        return AlwaysOpen(self.pace)

    @cached_property
    def answering(self) -> Stopwatch:
        """The clock on which people who were paged owe their answer, in real time."""
        return UntilOpening(self.hours) if self.hours and self.answers_in_hours else AlwaysOpen()

    @property
    def answers_in_hours(self) -> bool:
        """Whether what is paged waits for the client's hours."""
        return self.hours is not None and self.runs == "hours" and not self.staffed

    def lasts(self, duration: Duration) -> timedelta:
        """The real time somebody has to answer."""
        return self.business.length(duration) / self.pace

    def opens(self, at: datetime) -> datetime | None:
        """When somebody looks at what is not covered now; None if it is."""
        if self.hours is None or not self.answers_in_hours or self.hours.is_open(at):
            return None
        return self.hours.opens(at)

    def out_of_hours(self, at: datetime) -> bool:
        """Whether those on call answer now instead of the tiers' own people."""
        return self.hours is not None and not self.staffed and not self.hours.is_open(at)

    def duty(self, name: str, at: datetime) -> Duty:
        """Who is to be paged at a tier at this instant; for what waits, when the client opens."""
        at = self.opens(at) or at
        tier = self.book.tier(name)
        if tier is None:
            return Duty((), (Missing(Kind.NO_SUCH_PLACE, what=f"tier {name}"),))
        found = list(self._on_call(tier, at) if self.out_of_hours(at) and tier.on_call else self._own(tier))
        places: dict[str, Place] = {}
        missing, untils = list[Missing](), [self._hours_change(at)]
        for person, place in found:
            if place.role and not person:
                missing.append(Missing(Kind.NO_SUCH_ROLE, what=place.role))
                continue
            if person not in self.book.people:
                missing.append(Missing(Kind.NOT_LISTED, person))
                continue
            substitute, until = stands_in(self.book, person, at)
            untils.append(until)
            if not substitute:
                missing.append(Missing(Kind.AWAY, person))
            elif substitute not in places:
                instead_of = person if substitute != person else ""
                places[substitute] = place._replace(person=substitute, instead_of=instead_of)
        untils += self._rota_changes(tier, at)
        known = [until for until in untils if until is not None]
        return Duty(tuple(places.values()), tuple(missing), min(known, default=None))

    def changes(self, name: str, at: datetime, end: datetime, holder: str = "") -> datetime | None:
        """When other people stand on a tier than at this instant, if that is before ``end``.

        With a holder who is on duty: when they are not any more.
        """
        now = self.duty(name, at)
        chain, until, relieved = now.chain, now.until, holder in now.chain
        while until is not None and until < end:
            # Nobody is relieved of what waits for the morning before the morning.
            until = self.opens(until) or until
            later = self.duty(name, until)
            if holder not in later.chain if relieved else later.chain != chain:
                return until if until < end else None
            until = later.until
        return None

    def channels(self, people: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Where each of these people can be paged besides mail."""
        channels = {person: tuple(self.book.people[person].channels) for person in people}
        return {person: names for person, names in channels.items() if names}

    @property
    def every_channel(self) -> bool:
        """Whether people are paged on all their channels at once."""
        return self.severity == "critical" or self.book.severities[self.severity].every_channel

    def _own(self, tier: Tier) -> Iterator[tuple[str, Place]]:
        within = self.book.severities[self.severity].acknowledge
        return ((person, Place(person, within)) for person in tier.chain)

    def _on_call(self, tier: Tier, at: datetime) -> Iterator[tuple[str, Place]]:
        terms = self.book.clients[self.client]
        usual = terms.coverage.answer_within or self.book.severities[self.severity].acknowledge
        for entry in tier.on_call:
            person = self._turn(entry.rota, at)[0]
            yield person, Place(person, entry.answer_within or usual, f"on call ({entry.rota})")
        yield tier.lead, Place(tier.lead, tier.lead_answers_within or usual, "lead")

    def _turn(self, name: str, at: datetime) -> RotaTurn:
        rota = self.book.rotas[name]
        return turn(rota, self.book.almanac.shifts.get(name, ()), at, self.book.time_zone)

    def _rota_changes(self, tier: Tier, at: datetime) -> list[datetime | None]:
        return [self._turn(entry.rota, at)[1] for entry in tier.on_call] if self.out_of_hours(at) else []

    def _hours_change(self, at: datetime) -> datetime | None:
        if self.hours is None or self.staffed or self.runs == "hours":
            return None
        return self.hours.closes(at) if self.hours.is_open(at) else self.hours.opens(at)


@dataclass(frozen=True)
class Roster(Watch):
    """A watch that is asked again and again: it looks up once who is on duty, and whose turn it is, and
    remembers it until that may change."""

    _duties: dict[str, list[tuple[datetime, Duty]]] = field(default_factory=dict, compare=False)
    _turns: dict[str, list[tuple[datetime, RotaTurn]]] = field(default_factory=dict, compare=False)

    def duty(self, name: str, at: datetime) -> Duty:
        return _remembered(
            self._duties.setdefault(name, []), self.opens(at) or at, partial(super().duty, name)
        )

    def _turn(self, name: str, at: datetime) -> RotaTurn:
        return _remembered(self._turns.setdefault(name, []), at, partial(super()._turn, name))


Lasting = TypeVar("Lasting", Duty, RotaTurn)


def _remembered(
    known: list[tuple[datetime, Lasting]], at: datetime, look_up: Callable[[datetime], Lasting]
) -> Lasting:
    """What holds at an instant: as it was looked up for an earlier one, if it still holds."""
    place = bisect_right(known, at, key=lambda one: one[0])
    if place:
        found = known[place - 1][1]
        if found.until is None or at < found.until:
            return found
    found = look_up(at)
    known.insert(place, (at, found))
    return found


def runs(book: Procedure, client: str, severity: Severity) -> Runs:
    """Whether a severity's commitments run always, or only in the client's hours."""
    terms = book.clients.get(client)
    if severity == "critical" or terms is None:
        return "always"
    if terms.coverage.out_of_hours == "emergencies only":
        return "hours"
    return terms.runs.get(severity, book.severities[severity].runs)


def stands_in(book: Procedure, person: str, at: datetime) -> tuple[str, datetime | None]:
    """Who stands where this person would (themselves, a substitute, or nobody: empty), and until when."""
    seen: list[str] = []
    until: list[datetime] = []
    while person and person in book.people and person not in seen:
        seen.append(person)
        leave, change = _leave(book, person, at)
        until += [change] if change else []
        if leave is None:
            return person, min(until, default=None)
        person = leave.substitute
    return "", min(until, default=None)


def _leave(book: Procedure, person: str, at: datetime) -> tuple[Leave | None, datetime | None]:
    """The leave somebody is on, if any, and when it ends; else when the next one begins."""
    begins = []
    for leave in book.people[person].leave:
        begin = from_wall(datetime.combine(leave.first, datetime.min.time()), book.time_zone)
        end = from_wall(datetime.combine(leave.last, datetime.min.time()) + timedelta(days=1), book.time_zone)
        if begin <= at < end:
            return leave, end
        if begin > at:
            begins.append(begin)
    return None, min(begins, default=None)
