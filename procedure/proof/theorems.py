"""What is true of every ticket in a time: how soon somebody has it, at the latest, however few answer.

Until somebody answers, all go up in the same way: so the one on which everybody is silent says for every
choice of silent people when the first of the others is paged. Whoever may not approve what it takes delays
it most by taking it and doing nothing, which is lived too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from procedure.book.procedure import Procedure
from procedure.book.severity import SEVERITIES, Severity
from procedure.clocks.calendars import AlwaysOpen
from procedure.duty.on_duty import Roster, Watch
from procedure.proof.climb import MAIL, Case, Climb, Paging
from procedure.proof.year import Climbs, Year

SILENT: dict[Severity, int] = {"critical": 2, "high": 1, "medium": 1, "low": 1}
"""With how many silent people it is looked at, whatever is promised."""


@dataclass(frozen=True)
class AtLatest:
    """With so many people silent, whoever they are, the next one has it after ``longest`` at the latest
    (None: never); on ``worst`` it takes that long."""

    silent: int
    longest: timedelta | None
    worst: Climb
    page: Paging | None


@dataclass(frozen=True)
class Theorem:
    """Within which time a client's tickets of a severity are with somebody: all that open in a time.

    With an ``action`` it is somebody who may approve it. Without ``mail_dead`` mail reaches everybody.
    ``promised`` is what the procedure promises, with so many ``silent``.
    """

    client: str
    severity: Severity
    action: str = ""
    mail_dead: bool = False
    bounds: tuple[AtLatest, ...] = ()
    promised: timedelta | None = None
    silent: int = 0

    @property
    def kept(self) -> bool:
        """Whether what is promised is kept; True where nothing is."""
        longest = self.bounds[self.silent].longest
        return self.promised is None or (longest is not None and longest <= self.promised)


def theorems(book: Procedure, begin: datetime, end: datetime) -> Iterator[Theorem]:
    """For each client and severity; ``begin`` and ``end`` say when the tickets open."""
    year = Year(book, begin.replace(second=0, microsecond=0), end)
    for client in book.clients:
        for severity in SEVERITIES:
            yield from _of(Climbs(Roster(book, client, severity), year), SILENT[severity])


def promised(book: Procedure, begin: datetime, end: datetime) -> Iterator[Theorem]:
    """Only what is promised, with as many silent people as it is promised for."""
    year = Year(book, begin.replace(second=0, microsecond=0), end)
    for client in book.clients:
        for severity in book.promises:
            found = _of(Climbs(Roster(book, client, severity), year))
            yield from (theorem for theorem in found if theorem.promised is not None)


def _of(climbs: Climbs, most: int = 0) -> Iterator[Theorem]:
    """With up to so many silent people, and as many as are promised."""
    watch = climbs.watch
    promise = watch.book.promises.get(watch.severity)
    plain = Theorem(watch.client, watch.severity)
    exact = AlwaysOpen().length
    person = exact(promise.person) if promise and promise.person else None
    silent = promise.silent if promise else 0
    enough = max(most, silent) + 1
    silence = climbs.of(Case(enough=enough))
    yield replace(plain, bounds=_bounds(watch, silence, enough), promised=person, silent=silent)
    for action, within in promise.may.items() if promise else ():
        ways = [climbs.of(Case(action, held, enough=enough)) for held in (False, True)]
        bounds = _bounds(watch, (*ways[0], *ways[1]), enough)
        yield replace(plain, action=action, bounds=bounds, promised=exact(within), silent=silent)
    if watch.severity == "critical" and any(person.channels for person in watch.book.people.values()):
        dead = climbs.of(Case(dead=frozenset({MAIL}), enough=enough))
        yield replace(plain, mail_dead=True, bounds=_bounds(watch, dead, enough))


def _bounds(watch: Watch, ways: tuple[Climb, ...], enough: int) -> tuple[AtLatest, ...]:
    return tuple(_bound(watch, ways, silent) for silent in range(enough))


def _bound(watch: Watch, ways: tuple[Climb, ...], silent: int) -> AtLatest:
    """The earliest of those that take longest."""
    worst: AtLatest | None = None
    for climb in ways:
        page = _after(climb, silent)
        takes = elapsed(watch, climb.begin, page.at) if page else None
        if worst is None or _longer(takes, worst.longest):
            worst = AtLatest(silent, takes, climb, page)
    if worst is None:
        raise ValueError("there is no time to look at")
    return worst


def _after(climb: Climb, silent: int) -> Paging | None:
    """The first page to somebody who counts, after so many others who do."""
    people = dict.fromkeys(page.person for page in climb.pages if page.counts)
    person = next(iter(list(people)[silent:]), None)
    return next((page for page in climb.pages if page.counts and page.person == person), None)


def _longer(one: timedelta | None, other: timedelta | None) -> bool:
    return other is not None and (one is None or one > other)


def elapsed(watch: Watch, begin: datetime, end: datetime) -> timedelta:
    """The time that a promise counts: in the client's hours, for what waits for them."""
    if watch.hours is not None and watch.answers_in_hours:
        return watch.hours.passed(begin, end)
    return end - begin
