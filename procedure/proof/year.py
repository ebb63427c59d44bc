"""The time that is looked at, cut into stretches in which nothing changes; and every way up in it.

Within a stretch the times of a ticket's way up depend on when it opens in one of two ways: they move along
with it, or they stay where they are. So it is enough to live those that open at the edges of the classes
into which a stretch falls: those whose moments meet the same stretches. What the same stretches in the same
order have been lived for need not be lived again; nor what differs from it in nothing but whose turn it is:
a night of Bo's is a night of Dee's, if both stand on the same tiers and have the same channels.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby, pairwise
from typing import NamedTuple, TypeVar

from procedure.book.procedure import Procedure
from procedure.book.rota import turn
from procedure.clocks.calendars import Span, from_wall
from procedure.duty.on_duty import Place, Watch, stands_in
from procedure.proof.climb import Climb, Way

TICK = timedelta(seconds=1)
"""What is agreed is agreed in whole seconds, so nothing happens between two of them."""

BEYOND = timedelta(days=60)
"""How far a ticket that opens at the end may look beyond it."""


Places = tuple[tuple[Place, ...], ...]
"""Who is there at each tier, or at each level of a path, lowest first."""


class Attendance(NamedTuple):
    """Who is there: whether the client works, who is on duty at each tier from where tickets start, and who
    is the last resort."""

    is_open: bool
    tiers: Places
    last: str

    def seen(self, height: int, called: Callable[[str], Hashable]) -> Hashable:
        """As far as a ticket that has seen so many tiers can tell, its people by what they are ``called``."""
        tiers = tuple(
            tuple(
                (called(place.person), place.within, place.role, called(place.instead_of)) for place in tier
            )
            for tier in self.tiers[:height]
        )
        return (self.is_open, tiers, called(self.last) if height > len(self.tiers) else "")


@dataclass(frozen=True)
class Unchanged:
    """From an instant to another nothing changes: who is there at each tier, and whether the client works."""

    begin: datetime
    end: datetime
    state: Attendance


@dataclass(frozen=True)
class Year:
    """The time from ``begin`` to ``end``, for a procedure: every instant at which anybody's turn, leave or
    override begins or ends."""

    book: Procedure
    begin: datetime
    end: datetime

    @cached_property
    def edges(self) -> tuple[datetime, ...]:
        """When a rota changes hands or somebody's leave begins or ends, with both ends of the time itself."""
        book, last = self.book, self.end + BEYOND
        found = {self.begin, last}
        for name, rota in book.rotas.items():
            at: datetime | None = self.begin
            while at and at < last:
                found.add(at)
                at = turn(rota, book.almanac.shifts.get(name, ()), at, book.time_zone).until
        for person in book.people.values():
            for leave in person.leave:
                midnight = datetime.min.time()
                for day in (leave.first, leave.last + timedelta(days=1)):
                    found.add(from_wall(datetime.combine(day, midnight), book.time_zone))
        return tuple(sorted(edge for edge in found if self.begin <= edge <= last))

    @cached_property
    def there(self) -> tuple[Hashable, ...]:
        """For each edge who is on call from then on, and who is away."""
        book = self.book
        return tuple(
            (
                tuple(
                    turn(rota, book.almanac.shifts.get(name, ()), at, book.time_zone).person
                    for name, rota in book.rotas.items()
                ),
                tuple(stands_in(book, person, at)[0] for person in book.people if book.people[person].leave),
            )
            for at in self.edges
        )

    def stretches(self, watch: Watch, below: int | None = None) -> tuple[Unchanged, ...]:
        """The stretches of one client at one severity; the last of them lie beyond the end.

        Nobody is there ``below`` a tier: if left out, the one at which tickets of the severity start.
        """
        names = [tier.name for tier in watch.book.tiers]
        start = names.index(watch.book.severities[watch.severity].starts_at) if below is None else below

        def crew(at: datetime) -> Places:
            return tuple(() if n < start else watch.duty(name, at).places for n, name in enumerate(names))

        # What waits for the morning is looked up as of the morning.
        return self.cut(watch, crew, lambda at: watch.opens(at) or at)

    def cut(
        self,
        watch: Watch,
        crew: Callable[[datetime], Places],
        looked_up: Callable[[datetime], datetime] = lambda at: at,
    ) -> tuple[Unchanged, ...]:
        """The same with those who are there by another look-up, which depends on turns and leave alone."""
        states: dict[Hashable, Attendance] = {}

        def state(at: datetime, is_open: bool) -> Attendance:
            key = (is_open, self.there[bisect_right(self.edges, looked_up(at)) - 1])
            if key not in states:
                last = stands_in(watch.book, watch.book.last_resort.person, at)[0]
                states[key] = Attendance(is_open, crew(at), last)
            return states[key]

        spans = list(self._hours(watch))
        pieces = [Unchanged(span.begin, span.end, state(span.begin, is_open)) for span, is_open in spans]
        together = (list(same) for _, same in groupby(pieces, key=lambda piece: piece.state))
        return tuple(Unchanged(same[0].begin, same[-1].end, same[0].state) for same in together)

    def _hours(self, watch: Watch) -> Iterator[tuple[Span, bool]]:
        """The time between edges, cut where the client opens and closes too."""
        last = self.edges[-1]
        open_spans = watch.hours.spans(self.begin, last) if watch.hours else (Span(self.begin, last),)
        closed_to_open = {edge for span in open_spans for edge in span}
        begins = {span.begin for span in open_spans}
        is_open = False
        for begin, end in pairwise(sorted({*self.edges, *closed_to_open})):
            is_open = begin in begins or (is_open and begin not in closed_to_open)
            yield Span(begin, end), is_open


@dataclass
class Climbs:
    """Every way up of one client's tickets of one severity, for any case: at least one of each kind, and the
    earliest of each that takes longest. What is no ticket has ``stretches`` of its own."""

    watch: Watch
    year: Year
    stretches: tuple[Unchanged, ...] = ()
    lived: int = 0
    _kept: dict[Way, tuple[Climb, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stretches = self.stretches or self.year.stretches(self.watch)

    @cached_property
    def _ends(self) -> list[datetime]:
        return [stretch.end for stretch in self.stretches]

    @cached_property
    def _shapes(self) -> _Shapes:
        return _Shapes(self.watch.book)

    def of(self, way: Way) -> tuple[Climb, ...]:
        """The ways up of all who open in this time, those with the same beginning and end left out."""
        if way not in self._kept:
            self._kept[way] = tuple(self._all(way))
        return self._kept[way]

    def _all(self, way: Way) -> Iterator[Climb]:
        """Stretch by stretch; one that begins as another did, and goes on so, brings nothing new."""
        classes: dict[Hashable, list[_Class]] = {}
        walked: dict[Hashable, list[_Alike]] = {}
        for number, stretch in enumerate(self.stretches):
            at, end = stretch.begin, min(stretch.end, self.year.end)
            first = self._shapes.of((stretch.state,), 1)
            if at >= end or self._known(walked.get(first, ()), number, at):
                continue
            span, height = timedelta(0), 0
            while at < end:
                lived = self._known(classes.get(first, ()), number, at)
                if lived is None:
                    lived = self._live(number, at, end, way)
                    classes.setdefault(first, []).append(lived)
                    yield from lived.climbs
                span, height = max(span, lived.span), max(height, lived.height)
                at += max(TICK, min(lived.lasts, self._meets(lived, at)))
            span += end - stretch.begin
            walk = _Alike(span, height, self._pattern(number, stretch.begin, span, height))
            walked.setdefault(first, []).append(walk)

    def _live(self, number: int, at: datetime, end: datetime, way: Way) -> _Class:
        """What opens at the edge of a class may differ from what follows: the first two of it."""

        def live(at: datetime) -> Climb:
            self.lived += 1
            return way.climb(self.watch, at)

        first, second = live(at), live(at + TICK)
        span = max(first.moments[-1], second.moments[-1]) + TICK - at
        height = max(first.height, second.height)
        found = _Class(span, height, self._pattern(number, at, span, height), (first, second))
        last = min(end, at + self._meets(found, at)) - TICK
        if last > second.begin and not first.moves(second, self._is_edge):
            until = _until(second, last, live)
            found = replace(found, lasts=until + TICK - at if until < last else BEYOND)
        return found

    def _is_edge(self, at: datetime) -> bool:
        place = bisect_left(self._ends, at)
        return self._ends[place : place + 1] == [at]

    def _known(self, known: Iterable[Kind], number: int, at: datetime) -> Kind | None:
        """The first of what is known that an instant is like."""
        return next((a for a in known if self._pattern(number, at, a.span, a.height) == a.pattern), None)

    def _pattern(self, number: int, at: datetime, span: timedelta, height: int) -> Hashable:
        """What is there from an instant on, for as long."""
        states, lengths = list[Attendance](), list[timedelta]()
        end = at + span
        while number < len(self.stretches) and at < end:
            stretch = self.stretches[number]
            states.append(stretch.state)
            lengths.append(min(stretch.end, end) - at)
            at, number = stretch.end, number + 1
        return self._shapes.of(tuple(states), height), tuple(lengths)

    def _meets(self, one: _Class, at: datetime) -> timedelta:
        """How much later than at an instant it may open before one of its moments meets a change."""
        first, second = one.climbs
        later = at + TICK - second.begin
        found = []
        for moment in second.moving(first):
            place = bisect_right(self._ends, moment + later)
            if place < len(self._ends):
                found.append(self._ends[place] - moment - later)
        return min(found, default=BEYOND) + TICK


@dataclass
class _Shapes:
    """What is there one after the other, whoever it is: numbered, so that the same is known at once."""

    book: Procedure
    _known: dict[tuple[tuple[int, ...], int], int] = field(default_factory=dict)
    _numbers: dict[Hashable, int] = field(default_factory=dict)
    _people: dict[str, tuple[Hashable, ...]] = field(default_factory=dict)

    def of(self, states: tuple[Attendance, ...], height: int) -> int:
        """The number of what a ticket that climbs so high can tell of them."""
        # By their identity: a year's states are kept as long as this, and telling them apart takes longer.
        key = (tuple(map(id, states)), height)
        if key not in self._known:
            people: dict[str, Hashable] = {"": ""}

            def called(person: str) -> Hashable:
                return people.setdefault(person, (len(people), *self._rights(person)))

            shape = tuple(state.seen(height, called) for state in states)
            self._known[key] = self._numbers.setdefault(shape, len(self._numbers))
        return self._known[key]

    def _rights(self, person: str) -> tuple[Hashable, ...]:
        """What somebody is besides being on duty: what they may approve by it, and what reaches them."""
        if person and person not in self._people:
            tiers = tuple(tier.name for tier in self.book.tiers if person in tier.chain)
            self._people[person] = (tiers, tuple(self.book.people[person].channels))
        return self._people.get(person, ())


@dataclass(frozen=True)
class _Alike:
    """Wherever the same is there for as long (``span``) and as high up, the same happens."""

    span: timedelta
    height: int
    pattern: Hashable


@dataclass(frozen=True)
class _Class(_Alike):
    """Tickets whose moments meet the same stretches, by the first two of them.

    ``lasts`` is how long the class is at most, where moments that move meet others that wait.
    """

    climbs: tuple[Climb, Climb]
    lasts: timedelta = BEYOND


Kind = TypeVar("Kind", bound=_Alike)


def _until(one: Climb, last: datetime, live: Callable[[datetime], Climb]) -> datetime:
    """The last instant to which the same happens: a moment that moves may meet one that waits."""
    if one.like(live(last)):
        return last
    # Nearly always the one that waits is the end of the time that somebody has to answer.
    moving = {a for a, b in zip(one.moments, live(one.begin + TICK).moments, strict=False) if a != b}
    ends = [page.at + page.within for page in one.pages if page.at not in moving]
    for meets in sorted({one.begin + (end - at) for end in ends for at in moving if at < end}):
        if meets < last and one.like(live(meets)) and not one.like(live(meets + TICK)):
            return meets
    low, high = one.begin, last
    while high - low > TICK:
        middle = low + ((high - low) // TICK // 2) * TICK
        low, high = (middle, high) if one.like(live(middle)) else (low, middle)
    return low
