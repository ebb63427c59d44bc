"""Who stands on a level of a path, and when its time runs out.

Looked up live: each time it is put before somebody, and when the customer's word is waited for.
Nobody it is about stands on a level, nor whoever has had it on a lower one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Literal

from procedure.book.complaints import Level
from procedure.book.procedure import Procedure
from procedure.clocks.calendars import AlwaysOpen
from procedure.clocks.durations import Duration
from procedure.clocks.spans import Stopwatch, UntilOpening
from procedure.duty.on_duty import Watch, stands_in
from procedure.kinds import Kind
from procedure.ladder import Ahead, due_from
from procedure.record import Missing

PathName = Literal["complaint", "review", "problem", "prevention"]
"""Whose levels they are."""


@dataclass(frozen=True)
class LevelTerms:
    """What is agreed for one level when something begins to climb; its people are looked up live."""

    name: str
    acknowledge: Duration
    answer: Duration


@dataclass(frozen=True)
class PathTerms:
    """What is agreed for a complaint, or a review: its levels, and the customer's times."""

    version: str
    levels: tuple[LevelTerms, ...]
    settled_within: Duration
    remind_after: Duration
    review_after: int = 0
    pace: float = 1.0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(level.name for level in self.levels)


@dataclass(frozen=True)
class Seek:
    """What has to be known to put it before somebody, or to wait for the customer.

    ``at`` is the level's place (past the last: the last resort), ``planned`` when the time of the next
    person begins, ``since`` that of the level; ``told`` are those of this level who were told in vain,
    ``had`` those who had it on lower ones, ``barred`` those it is about, ``keeps`` who has it already.
    ``answer_by`` is the level's due
    instant, once it has one. ``waits`` is since when the customer's word is waited for. ``ticket`` is the
    ticket it is about, ``worked`` are those who had acted on it before; ``counted`` says that complaints need
    not be counted any more.
    """

    client: str
    terms: PathTerms
    at: int
    now: datetime
    planned: datetime
    since: datetime
    path: PathName = "complaint"
    seeks: bool = True
    keeps: str = ""
    told: tuple[str, ...] = ()
    had: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    answer_by: datetime | None = None
    waits: datetime | None = None
    ticket: str = ""
    worked: tuple[str, ...] = ()
    ident: str = ""
    opened: datetime | None = None
    counted: bool = False
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """Who is told next, in order, and by when they acknowledge and answer.

    ``ahead`` is who has it when, nobody acknowledging; ``later`` the same once somebody has. ``missing`` says
    why somebody is not among them. ``settle_by`` ends the customer's time, ``remind`` is in the middle of
    it. ``involved`` are those who have worked on the ticket, ``earlier`` the client's other complaints
    that count towards a review.
    """

    chain: tuple[str, ...] = ()
    acknowledge_by: datetime | None = None
    answer_by: datetime | None = None
    warn: datetime | None = None
    ahead: tuple[Ahead, ...] = ()
    later: tuple[Ahead, ...] = ()
    missing: tuple[Missing, ...] = ()
    settle_by: datetime | None = None
    remind: datetime | None = None
    names: dict[str, str] = field(default_factory=dict)
    involved: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


def levels_of(book: Procedure, path: PathName) -> tuple[Level, ...]:
    """The levels of a path as the files have them now; none where there is no such path."""
    complaints = book.complaints
    match path:
        case "complaint":
            return complaints.levels if complaints else ()
        case "review":
            return complaints.review.levels if complaints and complaints.review else ()
        case "problem":
            return book.problems.levels if book.problems else ()
        case "prevention":
            return book.prevention.levels if book.prevention else ()


def agreed(book: Procedure, pace: float = 1.0, path: PathName = "complaint") -> PathTerms | None:
    """What is agreed for what begins to climb a path now; None if there is no such path."""
    levels, complaints = levels_of(book, path), book.complaints
    if not levels:
        return None
    review = complaints.review if complaints else None
    return PathTerms(
        version=book.version,
        levels=tuple(LevelTerms(level.name, level.acknowledge, level.answer) for level in levels),
        settled_within=complaints.settled_within if complaints else Duration(),
        remind_after=complaints.remind_after if complaints else Duration(),
        review_after=review.complaints if review else 0,
        pace=pace,
    )


def fixing(book: Procedure, terms: PathTerms) -> PathTerms:
    """What is agreed for removing a problem's cause, once it is found."""
    fixes = book.problems.levels if book.problems else ()
    levels = (replace(one, answer=two.fix) for one, two in zip(terms.levels, fixes, strict=True))
    return replace(terms, levels=tuple(levels))


def find(book: Procedure, asked: Seek) -> Found:
    """Answer from the procedure as it is now."""
    desk = _Desk(book, asked)
    settle_by = desk.settle_by()
    found = Found(
        settle_by=settle_by,
        remind=desk.remind() if settle_by else None,
    )
    return desk.on_level(found) if asked.seeks else found


@dataclass(frozen=True)
class _Desk:
    """The client's hours, and the people of the levels, for one look-up."""

    book: Procedure
    asked: Seek

    @property
    def watch(self) -> Watch:
        # The severity decides nothing of what is asked here.
        return Watch(self.book, self.asked.client, "low", self.asked.terms.pace)

    @property
    def clock(self) -> Stopwatch:
        """On which everybody owes their word: the client's hours."""
        hours = self.watch.hours
        return UntilOpening(hours) if hours else AlwaysOpen()

    def after(self, at: datetime, duration: Duration) -> datetime:
        return self.clock.after(at, self.watch.lasts(duration))

    # The customer's time ------------------------------------------------------------------

    def settle_by(self) -> datetime | None:
        since, within = self.asked.waits, self.asked.terms.settled_within
        if since is None:
            return None
        due = self.after(since, within)
        return due_from(since, due, self.asked.now, self.watch.lasts(within), self.clock)

    def remind(self) -> datetime | None:
        return self.after(self.asked.now, self.asked.terms.remind_after)

    # The level's --------------------------------------------------------------------------

    def on_level(self, found: Found) -> Found:
        """Who is told on the level it stands at, or past the last one."""
        asked = self.asked
        if asked.at >= len(asked.terms.levels):
            return self.last_resort(found)
        terms = asked.terms.levels[asked.at]
        people, missing = self.people(asked.at, asked.now)
        people = [person for person in people if person not in asked.told]
        if not people:
            return self.named(replace(found, missing=tuple(missing)), ())
        lasts = self.watch.lasts(terms.acknowledge)
        by = due_from(
            asked.planned, self.after(asked.planned, terms.acknowledge), asked.now, lasts, self.clock
        )
        due = asked.answer_by or due_from(
            asked.since, self.after(asked.since, terms.answer), asked.now, lasts, self.clock
        )
        due = max(due, by)
        turns, leaves = self.turns(terms, people, by, due)
        warn = self.clock.after(asked.since, self.watch.lasts(terms.answer) * 3 / 4)
        found = replace(
            found,
            chain=tuple(people),
            acknowledge_by=by,
            answer_by=due,
            warn=warn if asked.now < warn < due else None,
            ahead=(*turns, *self.above(leaves, (people[0], *(turn.who for turn in turns)))),
            later=tuple(self.above(due, (people[0],))),
            missing=tuple(missing),
        )
        return self.named(found, tuple(people))

    def last_resort(self, found: Found) -> Found:
        """Somebody who always hears it, in the end; told again as often as the last level acknowledges."""
        asked, last = self.asked, self.asked.terms.levels[-1]
        person, why = self.last(asked.now)
        by = due_from(
            asked.planned,
            self.after(asked.planned, last.acknowledge),
            asked.now,
            self.watch.lasts(last.acknowledge),
            self.clock,
        )
        found = replace(
            found,
            chain=(person,),
            acknowledge_by=by,
            answer_by=max(by, self.after(asked.now, last.answer)),
            missing=why,
        )
        return self.named(found, (person,))

    def last(self, at: datetime) -> tuple[str, tuple[Missing, ...]]:
        """The person of last resort; or the highest who is left, and why it is them."""
        book, asked = self.book, self.asked
        resort = book.last_resort.person
        person = stands_in(book, resort, at)[0] or resort
        if person not in asked.barred:
            return person, ()
        for one in self.highest(at):
            if one not in asked.barred and one in book.people:
                return one, (Missing(Kind.RESORT_BARRED, person),)
        return person, (Missing(Kind.NOBODY_LEFT, person),)

    def highest(self, at: datetime) -> Iterator[str]:
        """Whoever else may hear it, the highest first: the path's people, then the tiers' leads.

        Of the path first those who have not had it: what they said was not enough.
        """
        path = [person for level in reversed(self.levels()) for person in level.people]
        path = [stands_in(self.book, person, at)[0] for person in (*path, self.account_manager())]
        yield from sorted(path, key=lambda person: person in self.asked.had)
        for tier in reversed(self.book.tiers):
            yield stands_in(self.book, tier.lead, at)[0]

    def turns(
        self, terms: LevelTerms, people: list[str], by: datetime, due: datetime
    ) -> tuple[list[Ahead], datetime]:
        """Who of a level is told after the first, nobody taking it; and when it is left."""
        turns: list[Ahead] = []
        for person in people[1:]:
            if by >= due:
                break
            turns.append(Ahead(by, terms.name, person))
            by = self.after(by, terms.acknowledge)
        return turns, by

    def above(self, leaves: datetime, told: tuple[str, ...]) -> Iterator[Ahead]:
        """The levels above, each at the moment the one below has had its time, with who is told first."""
        asked, taken = self.asked, {*self.asked.told, *told}
        for place in range(asked.at + 1, len(asked.terms.levels)):
            terms = asked.terms.levels[place]
            people = [person for person in self.people(place, leaves)[0] if person not in taken]
            if not people:
                continue
            yield Ahead(leaves, terms.name, people[0])
            by = self.after(leaves, terms.acknowledge)
            due = self.after(leaves, terms.answer)
            turns, leaves = self.turns(terms, people, by, due)
            taken.update((people[0], *(turn.who for turn in turns)))
        yield Ahead(leaves, "", self.last(leaves)[0])

    def people(self, place: int, at: datetime) -> tuple[list[str], list[Missing]]:
        """Who hears it on a level, in order; and why somebody does not."""
        name, found, missing = self.asked.terms.levels[place].name, list[str](), list[Missing]()
        level = next((level for level in self.levels() if level.name == name), None)
        if level is None:
            return [], [Missing(Kind.NO_SUCH_PLACE, what=f"level {name}")]
        first = (self.account_manager(),) if self.asked.path == "complaint" and not place else ()
        for ident in filter(None, chain(first, level.people)):
            if ident not in self.book.people:
                missing.append(Missing(Kind.NOT_LISTED, ident))
                continue
            person = stands_in(self.book, ident, at)[0]
            if ident in self.asked.barred:
                missing.append(Missing(Kind.PASSED_OVER, ident))
            elif not person:
                missing.append(Missing(Kind.AWAY, ident))
            elif person in self.asked.barred:
                missing.append(Missing(Kind.STAND_IN_BARRED, ident))
            elif person not in found and person not in self.asked.had:
                found.append(person)
        # Who has it already goes on with it, as long as they are there.
        found.sort(key=lambda person: person != self.asked.keeps)
        return found, missing

    def account_manager(self) -> str:
        client = self.book.clients.get(self.asked.client)
        return client.account_manager if client else ""

    def levels(self) -> tuple[Level, ...]:
        return levels_of(self.book, self.asked.path)

    def named(self, found: Found, people: tuple[str, ...]) -> Found:
        """With the names that were not known yet."""
        ahead = (step.who for step in (*found.ahead, *found.later))
        idents = {*people, *ahead, *(one.person for one in found.missing)}
        names = {ident: person.name for ident in idents if (person := self.book.person(ident))}
        return replace(found, names={i: n for i, n in sorted(names.items()) if self.asked.names.get(i) != n})
