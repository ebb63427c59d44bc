"""A problem: tickets of one client come again and again, and somebody finds the cause, and removes it.

An assignment in two steps, each with a commitment of its own: the cause is found, then it is removed, with
the yes of those who may decide where one is needed (``procedure.problem.fix``). A workaround reaches the
first level with the next such ticket (ITIL: a known error). When its pattern comes again after it was solved,
it begins once more, one level up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from procedure.approval.state import Outcome
from procedure.book.reader import Reader
from procedure.bounds import LONGEST_TEXT
from procedure.kinds import Kind
from procedure.ladder import Due, Ladder, Step
from procedure.path import state as paths
from procedure.path.assignment import (
    Assignment,
    AssignmentWords,
    Matter,
    Move,
    Wording,
    must_be_open,
    news,
    timed,
)
from procedure.path.levels import PathName, PathTerms
from procedure.path.state import Path
from procedure.record import Entry, Refused
from procedure.wording import cut, legible, possessive

MOST_TICKETS = 50
"""How many of its tickets a problem names: the first and the newest."""

LONGEST_SOLUTION = 400
"""Bytes that are told of what has helped with each of them: the whole is in the ticket."""


@dataclass(frozen=True)
class Incident:
    """A ticket that a problem is about: its workflow's id, its number and its title.

    ``solution`` is what has helped with it, where that was looked up for who reads of it.
    """

    id: str
    number: str
    title: str
    at: datetime
    solution: str = ""


@dataclass(frozen=True)
class Recurrence:
    """What comes again: which system of whom, and what kind of trouble it has."""

    client: str
    system: str
    category: str

    @property
    def problem(self) -> str:
        """The id of its problem's workflow: a pattern has one at a time."""
        return f"problem-{self.client}-{_slug(self.system)}.{_slug(self.category)}"

    def __str__(self) -> str:
        return f"{self.system}, {self.category}"


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.casefold()).strip("-")[:60]


NEWS = (Kind.ONE_MORE_TICKET, Kind.RULED)
"""What its owner hears of while they have it."""


@dataclass(frozen=True)
class Fix:
    """What its owner has proposed to remove the cause: the number of its approval, the action, in what words,
    by whom; and how it stands.

    While only the client's answer is missing, ``client_until`` is when nobody there is left to ask.
    """

    number: int
    action: str
    what: str
    by: str
    outcome: Outcome = "asked"
    ruling: str = ""
    client_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Problem(Assignment):
    """One problem and where it stands; what was changed concludes it.

    ``count`` is how many tickets it is about, of which ``tickets`` are named. ``fixing`` is what is agreed
    for removing the cause, once it is found; ``approved_as`` the action as which a fix must have been
    approved, if any must. ``opened_by`` is who has opened it by hand. ``asked`` counts what was ever asked of
    its pattern: no two approvals have the same number.
    """

    PATH: ClassVar[PathName] = "problem"
    WORDING: ClassVar[Wording] = Wording(
        called="problem",
        take="own",
        takes="owns",
        conclude="solve",
        concluded="solved",
        conclusion="What was changed",
        asks="Say what was changed, so that it does not come again.",
    )

    pattern: Recurrence
    fixing: PathTerms
    title: str = ""
    tickets: tuple[Incident, ...] = ()
    count: int = 0
    cause: str = ""
    workaround: str = ""
    opened_by: str = ""
    approved_as: str = ""
    fixes: tuple[Fix, ...] = ()
    asked: int = 0

    @property
    def fix(self) -> Fix | None:
        """The last one that was proposed, and not withdrawn."""
        return next((one for one in reversed(self.fixes) if one.outcome != "withdrawn"), None)

    @property
    def on_level(self) -> bool:
        """Somebody owes a word, unless only the client's answer is missing."""
        return not self.over and not any(one.client_until for one in self.fixes)

    @property
    def state(self) -> str:
        return "paused" if not self.over and not self.on_level else super().state

    def words(self, reads: Reader) -> ProblemWords:
        return ProblemWords(self, reads)

    def own_dues(self) -> Iterator[Due[Any]]:
        """Its clock goes on at the latest when nobody of the client is left to ask."""
        for one in self.fixes:
            if one.client_until and not self.over:
                yield Due(one.client_until, "the client's time to answer", lambda now: _goes_on(self, now))

    def may_conclude(self) -> None:
        """With its cause known, and no fix proposed that nobody has said yes to."""
        if not self.cause:
            raise Refused("Say first what the cause is: without it the same would come again.")
        if self.fix and self.fix.outcome == "asked":
            raise Refused(f"Not decided yet: {self.fix.what}. Wait for the answer, or withdraw the question.")
        if self.fix and self.fix.outcome != "approved":
            raise Refused(f"It was not approved ({self.fix.ruling}): propose a fix that is.")
        if self.approved_as and not any(one.action == self.approved_as for one in self.approved):
            raise Refused(f"Its fix needs a yes first ({self.approved_as}): propose it.")

    @property
    def approved(self) -> tuple[Fix, ...]:
        """The fixes to which those who may decide have said yes."""
        return tuple(one for one in self.fixes if one.outcome == "approved")


def begun(
    pattern: Recurrence,
    terms: PathTerms,
    fixing: PathTerms,
    now: datetime,
    *,
    title: str = "",
    opened_by: str = "",
    approved_as: str = "",
    before: Problem | None = None,
    drill: bool = False,
) -> Problem:
    """The problem as it begins; who owns it is looked up.

    ``before`` is how it was solved the last time: it has come again, so it begins one level up.
    """
    problem = Problem(
        id=pattern.problem,
        client=pattern.client,
        number=pattern.problem.partition("-")[2],
        opened=now,
        terms=terms,
        path=paths.begin(terms, now),
        drill=drill,
        pattern=pattern,
        fixing=fixing,
        title=title,
        opened_by=opened_by,
        approved_as=approved_as,
    )
    problem = problem.noted(Entry(now, Kind.PROBLEM_BEGUN, by=opened_by, what=str(pattern)))
    if before is None:
        return problem
    at = min(before.path.levels.at + 1, len(terms.levels) - 1)
    path = Path(Ladder(terms.names, planned=now, at=at), since=now)
    problem = replace(problem, path=path, workaround=before.workaround, tickets=before.tickets)
    problem = replace(problem, count=before.count, asked=before.asked)
    return problem.noted(Entry(now, Kind.CAME_AGAIN, to=path.level, words=before.conclusion))


def another(problem: Problem, ticket: Incident, now: datetime) -> Problem:
    """One more ticket of its pattern, once: whoever owns it is told."""
    if problem.over or any(one.id == ticket.id for one in problem.tickets):
        return problem
    first, newest = problem.tickets[:1], problem.tickets[1:]
    tickets = (*first, *newest[-MOST_TICKETS + 2 :], ticket) if first else (ticket,)
    problem = replace(problem, tickets=tickets, count=problem.count + 1)
    return news(problem.noted(Entry(now, Kind.ONE_MORE_TICKET, number=ticket.number, words=ticket.title)))


def find(problem: Problem, by: str, visit: int, words: str, now: datetime, via: str = "") -> Problem:
    """The cause is found: whoever has it goes on, and the time to remove it begins."""
    must_be_open(problem)
    words = _needed(words, "Say what the cause is.")
    if problem.cause:
        raise Refused("The cause was found already: say what was changed.")
    problem = paths.take(problem, by, visit, now, via)
    problem = replace(problem, cause=words, terms=problem.fixing, path=problem.path.kept(now))
    return problem.noted(Entry(now, Kind.CAUSE_FOUND, by, via, words=words))


def work_around(problem: Problem, by: str, visit: int, words: str, now: datetime, via: str = "") -> Problem:
    """What helps until then: the first level reads it with the next such ticket."""
    must_be_open(problem)
    words = _needed(words, "Say what is to be done until then.")
    problem = paths.take(problem, by, visit, now, via)
    return replace(problem, workaround=words).noted(Entry(now, Kind.WORKAROUND, by, via, words=words))


def _goes_on(problem: Problem, now: datetime) -> Problem:
    """Nobody of the client has answered: its owner has the next word."""
    fixes = tuple(replace(one, client_until=None) for one in problem.fixes)
    return timed(replace(problem, fixes=fixes), now)


def _needed(words: str, asks: str) -> str:
    words = cut(legible(words), LONGEST_TEXT)
    if not words:
        raise Refused(asks)
    return words


@dataclass(frozen=True)
class ProblemWords(AssignmentWords):
    """One problem, and who reads it."""

    stands: Problem

    @property
    def about(self) -> str:
        return f"problem of {self.reads.client} ({self.stands.pattern})"

    @property
    def why(self) -> str:
        if self.stands.cause:
            return "Its cause is known: remove it, so that it does not come again."
        count = self.stands.count
        come = f"{count} tickets of {self.reads.client} were about the same. " if count > 1 else ""
        return f"{come}Find the cause; what helps until then, write down as a workaround."

    @property
    def matter(self) -> Matter:
        return Matter("The tickets", tuple((one.number, self._line(one)) for one in self.stands.tickets))

    def _line(self, one: Incident) -> str:
        helped = f"; what helped: {one.solution}" if one.solution else ""
        return f"{one.title}, {self.reads.time(one.at)}{helped}"

    @property
    def news(self) -> str:
        newest = next((one for one in reversed(self.stands.record) if one.kind in NEWS), None)
        if newest and newest.kind is Kind.ONE_MORE_TICKET:
            return f"It has come again: ticket {newest.number}, {newest.words}."
        return f"{self.reads.told(newest)}." if newest else ""

    @property
    def facts(self) -> dict[str, str]:
        stands = self.stands
        return {
            "What comes again": stands.title or str(stands.pattern),
            "Tickets": str(stands.count) if stands.count > len(stands.tickets) else "",
            "Cause": stands.cause,
            "Workaround": stands.workaround,
            "Fix approved": self._fixes("approved"),
            "Fix proposed": self._fixes("asked"),
            "Fix not approved": self._fixes("denied", "undecided"),
        }

    def _fixes(self, *outcomes: Outcome) -> str:
        """What was proposed and has ended so, with who decided it."""
        found = [one for one in self.stands.fixes if one.outcome in outcomes]
        return "; ".join(f"{one.what} ({one.ruling})" for one in found)

    @property
    def steps(self) -> list[Step]:
        """Who has it when, if nobody acts; or until when the client's answer is waited for."""
        waits = [one.client_until for one in self.stands.fixes if one.client_until]
        return [*super().steps, *(Step(at, "nobody of the client has answered: it goes on") for at in waits)]

    @property
    def rests(self) -> str:
        return f"only {possessive(self.reads.client)} answer is missing"

    @property
    def choices(self) -> tuple[Move, ...]:
        """What can be done now: the cause is found before it can be solved."""
        take = tuple(one for one in super().choices if one.name == "acknowledge")
        around = Move("workaround", "There is a workaround", "Whoever has the next one reads it.")
        if not self.stands.cause:
            found = Move("cause", "The cause is found", "Write it down: the time to remove it begins.")
            return (*take, found, around)
        solved = tuple(one for one in super().choices if one.name == "conclude")
        return (*take, *solved, around)

    @property
    def proposes(self) -> bool:
        """A fix can be, one at a time, once the cause is found."""
        fix = self.stands.fix
        return bool(self.stands.cause) and not (fix and fix.outcome == "asked")
