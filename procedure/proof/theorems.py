"""What is true of every ticket in a time: how soon somebody has it, at the latest, however few answer.

Until somebody answers, all go up in the same way: so the one on which everybody is silent says for every
choice of silent people when the first of the others is paged. Whoever may not approve what it takes delays
it most by taking it and doing nothing, which is lived too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from procedure.book.procedure import Procedure
from procedure.book.promises import ComplaintPromise
from procedure.book.severity import SEVERITIES, Severity
from procedure.clocks.calendars import AlwaysOpen
from procedure.clocks.durations import Duration
from procedure.clocks.spans import Stopwatch, UntilOpening
from procedure.duty.on_duty import Roster, Watch
from procedure.proof.asked import Unanswered, Unheard, hearing
from procedure.proof.climb import MAIL, Case, Climb, Paging
from procedure.proof.year import Climbs, Year

SILENT: dict[Severity, int] = {"critical": 2, "high": 1, "medium": 1, "low": 1}
"""With how many silent people it is looked at, whatever is promised."""


@dataclass(frozen=True)
class AtLatest:
    """With so many people silent, whoever they are (None: all), the next one has it after ``longest`` at the
    latest (None: never); on ``worst`` it takes that long."""

    silent: int | None
    longest: timedelta | None
    worst: Climb
    page: Paging | None


About = Literal["ticket", "approval", "complaint"]


@dataclass(frozen=True)
class Theorem:
    """Within which time a client's tickets of a severity are with somebody: all that open in a time.

    With an ``action`` it is somebody who may approve it; while channels are ``dead`` somebody whom another
    reaches. ``about`` an approval: how soon it is put before somebody, and a complaint: how soon it is heard,
    whatever the severity. With ``end`` all are silent: when an approval is told as undecided, and a complaint
    is on its last level. ``promised`` is what the procedure promises, with so many ``silent``.
    """

    client: str
    severity: Severity
    action: str = ""
    dead: frozenset[str] = frozenset()
    about: About = "ticket"
    end: bool = False
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

    def of(client: str) -> Iterator[Theorem]:
        for severity in SEVERITIES:
            watch = Roster(book, client, severity)
            yield from _tickets(Climbs(watch, year), SILENT[severity])
            yield from _approvals(watch, year, end=severity == "critical")
        yield from _complaints(Roster(book, client, "low"), year)

    yield from _of_each(book, of)


def promised(book: Procedure, begin: datetime, end: datetime) -> Iterator[Theorem]:
    """Only what is promised, with as many silent people as it is promised for."""
    year = Year(book, begin.replace(second=0, microsecond=0), end)

    def of(client: str) -> Iterator[Theorem]:
        for severity in book.promises:
            watch = Roster(book, client, severity)
            yield from _tickets(Climbs(watch, year))
            yield from _approvals(watch, year)
        if book.complaints and book.complaints.promised:
            yield from _complaints(Roster(book, client, "low"), year)

    yield from (theorem for theorem in _of_each(book, of) if theorem.promised is not None)


def _of_each(book: Procedure, of: Callable[[str], Iterable[Theorem]]) -> Iterator[Theorem]:
    """Of each client; proved once for all whom the same holds for: their hours and who is there in them."""
    known: list[tuple[object, tuple[Theorem, ...]]] = []
    for client, terms in book.clients.items():
        same = (book.almanac.hours.get(client), terms.coverage, terms.runs, terms.account_manager)
        found = next((theorems for other, theorems in known if other == same), None)
        if found is None:
            found = tuple(of(client))
            known.append((same, found))
        yield from (replace(theorem, client=client) for theorem in found)


def _tickets(climbs: Climbs, most: int = 0) -> Iterator[Theorem]:
    """With up to so many silent people, and as many as are promised."""
    watch = climbs.watch
    promise = watch.book.promises.get(watch.severity)
    plain = Theorem(watch.client, watch.severity)
    person = _exact(promise.person) if promise and promise.person else None
    silent = promise.silent if promise else 0
    enough = max(most, silent) + 1
    silence = climbs.of(Case(enough=enough))
    if person or most:
        yield replace(plain, bounds=_bounds(plain, watch, silence, enough), promised=person, silent=silent)
    for action, within in promise.may.items() if promise else ():
        ways = [climbs.of(Case(action, held, enough=enough)) for held in (False, True)]
        bounds = _bounds(plain, watch, (*ways[0], *ways[1]), enough)
        yield replace(plain, action=action, bounds=bounds, promised=_exact(within), silent=silent)
    for dead in _dead(watch) if most else ():
        one = replace(plain, dead=dead)
        yield replace(one, bounds=_bounds(one, watch, climbs.of(Case(dead=dead, enough=enough)), enough))


def _dead(watch: Watch) -> Iterator[frozenset[str]]:
    """Each channel, where people are paged on all of theirs at once: mail; and each of the others with mail,
    which wakes nobody."""
    named = dict.fromkeys(name for person in watch.book.people.values() for name in person.channels)
    if watch.severity == "critical" and named:
        yield frozenset({MAIL})
        yield from (frozenset({MAIL, name}) for name in named)


def _approvals(watch: Watch, year: Year, end: bool = False) -> Iterator[Theorem]:
    """What is promised of approvals that are asked for; and what becomes of them in the ``end``, if nobody
    answers."""
    promise = watch.book.promises.get(watch.severity)
    if promise is None or not promise.asked:
        return
    climbs, silent = Climbs(watch, year, year.stretches(watch, 0)), promise.silent
    for action, within in promise.asked.items():
        one = Theorem(watch.client, watch.severity, action, about="approval")
        ways = climbs.of(Unanswered(action, 0 if end else silent + 1))
        bounds = _bounds(one, watch, ways, silent + 1)
        yield replace(one, bounds=bounds, promised=_exact(within), silent=silent)
        if end:
            yield replace(one, end=True, bounds=(_ends(one, watch, ways, ""),))


def _complaints(watch: Watch, year: Year) -> Iterator[Theorem]:
    """Of what anybody of a client complains about: nothing if nobody hears it."""
    complaints = watch.book.complaints
    if complaints is None:
        return
    climbs = Climbs(watch, year, year.cut(watch, partial(hearing, watch)))
    promise = complaints.promised or ComplaintPromise()
    one = Theorem(watch.client, watch.severity, about="complaint")
    person = watch.lasts(promise.person) if promise.person else None
    enough = max(promise.silent, 1) + 1
    bounds = _bounds(one, watch, climbs.of(Unheard(enough=enough)), enough)
    yield replace(one, bounds=bounds, promised=person, silent=promise.silent)
    last = watch.lasts(promise.last_level) if promise.last_level else None
    # A level is never left later than if somebody has it and is silent.
    ends = _ends(one, watch, climbs.of(Unheard(held=True)), complaints.levels[-1].name)
    yield replace(one, end=True, bounds=(ends,), promised=last)


def _exact(within: Duration) -> timedelta:
    return AlwaysOpen().length(within)


def _bounds(theorem: Theorem, watch: Watch, ways: tuple[Climb, ...], enough: int) -> tuple[AtLatest, ...]:
    return tuple(_worst(theorem, watch, ways, partial(_after, n), n) for n in range(enough))


def _ends(theorem: Theorem, watch: Watch, ways: tuple[Climb, ...], place: str) -> AtLatest:
    """When the last are told, all being silent: those of a place, or whoever comes after it."""
    return _worst(theorem, watch, ways, partial(_at, place), None)


def _worst(
    theorem: Theorem,
    watch: Watch,
    ways: tuple[Climb, ...],
    page_of: Callable[[Climb], Paging | None],
    silent: int | None,
) -> AtLatest:
    """The earliest of those that take longest."""
    worst: AtLatest | None = None
    for climb in ways:
        page = page_of(climb)
        takes = elapsed(watch, climb.begin, page.at, theorem.about) if page else None
        if worst is None or _longer(takes, worst.longest):
            worst = AtLatest(silent, takes, climb, page)
    if worst is None:
        raise ValueError("there is no time to look at")
    return worst


def _after(silent: int, climb: Climb) -> Paging | None:
    """The first page to somebody who counts, after so many others who do."""
    people = dict.fromkeys(page.person for page in climb.pages if page.counts)
    person = next(iter(list(people)[silent:]), None)
    return next((page for page in climb.pages if page.counts and page.person == person), None)


def _at(place: str, climb: Climb) -> Paging | None:
    return next((page for page in climb.pages if page.tier in (place, "")), None)


def _longer(one: timedelta | None, other: timedelta | None) -> bool:
    return other is not None and (one is None or one > other)


def counts_hours(watch: Watch, about: About) -> bool:
    """Whether a promise counts in the client's hours: complaints, and what waits for them."""
    return watch.hours is not None and (about == "complaint" or watch.answers_in_hours)


def counted(watch: Watch, about: About = "ticket") -> Stopwatch:
    """The clock of a promise."""
    return UntilOpening(watch.hours) if watch.hours and counts_hours(watch, about) else AlwaysOpen()


def elapsed(watch: Watch, begin: datetime, end: datetime, about: About = "ticket") -> timedelta:
    """The time that a promise counts."""
    return counted(watch, about).passed(begin, end)
