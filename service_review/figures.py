"""The figures of one client's month, counted over the records: what the service review shows.

A ticket belongs to the month in which it opened, a turn at a tier to the one in which it ended. Drills count
nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, func, select

from procedure.kinds import Kind
from records.database import Records
from records.tables import (
    APPROVALS,
    ASKED,
    COMPLAINTS,
    DECISIONS,
    PREVENTION_ITEMS,
    PREVENTIONS,
    PROBLEMS,
    PROMISES,
    TICKETS,
    TIMELINE,
    VISITS,
)

REASONS: dict[str, str] = {
    Kind.RAN_OUT: "time at the tier ran out",
    Kind.NOT_ACKNOWLEDGED: "nobody acknowledged",
    Kind.UNREACHABLE: "nobody could be reached",
    Kind.NOBODY_THERE: "nobody could be reached",
    Kind.NOBODY_ELSE: "nobody else was on duty",
    Kind.CALLED_UP: "complexity, impact or pattern",
    Kind.HANDED_ON: "handed on by its holder",
    Kind.GRANTED: "the customer asked",
    Kind.NOT_ANSWERED: "the customer asked",
    Kind.NO_LEAD: "the customer asked",
    Kind.NOT_SOLVED: "it was not solved",
    Kind.DECLINE_NOT_ACCEPTED: "it was not solved",
    Kind.OPENED_THERE: "it was not solved",
}
"""Why a ticket went up, by the kind of fact that took it there."""

SETTLED = ("done", "declined")
"""What an item of prevention has come to when nothing more becomes of it."""

Passed = Callable[[str, str, datetime, datetime], timedelta]
"""How much of a severity's agreed time passes between two instants: severity, commitment, from, to."""


class Times(NamedTuple):
    """How long something took: how many times, the middle one, what nine of ten were done in, the worst."""

    many: int
    middle: timedelta
    nine_of_ten: timedelta
    worst: timedelta


class TierTimes(NamedTuple):
    """The turns at a tier for a severity against what was agreed: how many, how many were within it."""

    tier: str
    severity: str
    agreed: str
    kept: int
    times: Times


class Recurring(NamedTuple):
    """The same system and category more than once."""

    system: str
    category: str
    many: int
    tickets: tuple[str, ...]


class KnownProblem(NamedTuple):
    """Somebody finds the cause of what comes again, or has: whose it is, and whether it was solved by then.

    ``owner`` is a person's id.
    """

    ident: str
    system: str
    category: str
    owner: str
    cause: str
    conclusion: str
    solved: bool


class ProposedItem(NamedTuple):
    """What comes due: on which day, and what had become of it. ``owner`` is a person's id."""

    name: str
    system: str
    due: str
    stage: str
    owner: str


class Answers(NamedTuple):
    """The questions for one action: how they ended, how long each side took, and which sides were asked."""

    action: str
    outcomes: dict[str, int]
    msp: Times | None
    client: Times | None
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Figures:
    """One client's month."""

    opened: dict[str, int] = field(default_factory=dict)
    emergencies: int = 0
    solved: int = 0
    open: int = 0
    found_by: dict[str, int] = field(default_factory=dict)
    tiers: tuple[TierTimes, ...] = ()
    solved_at: dict[str, int] = field(default_factory=dict)
    handed_back: int = 0
    climbed_late: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    taken_late: Times | None = None
    steps_late: Times | None = None
    recurring: tuple[Recurring, ...] = ()
    problems: tuple[KnownProblem, ...] = ()
    prevention: tuple[ProposedItem, ...] = ()
    approvals: tuple[Answers, ...] = ()
    complaints: dict[str, int] = field(default_factory=dict)
    promises: dict[str, int] = field(default_factory=dict)

    @property
    def tickets(self) -> int:
        return sum(self.opened.values())

    @property
    def noticed(self) -> int:
        """Of how many is told who noticed it: only these say anything of what is monitored."""
        return sum(many for who, many in self.found_by.items() if who)


def figures(records: Records, client: str, begin: datetime, end: datetime, passed: Passed) -> Figures:
    """The figures of a client between two instants. Raises RecordsAway."""
    with records.reading() as connection:
        month = _Month(connection, client, begin, end)
        visits = month.visits()
        solved = month.solved()
        return Figures(
            opened=month.count(TICKETS.c.severity),
            emergencies=month.count(TICKETS.c.emergency).get("True", 0),
            solved=len(solved),
            open=month.still_open(),
            found_by=month.count(TICKETS.c.found_by),
            tiers=_tiers(visits, passed),
            solved_at=dict(Counter(row.solved_at for row in solved)),
            handed_back=sum(row.left_by == Kind.HANDED_BACK for row in visits),
            climbed_late=sum(row.left_by == Kind.RAN_OUT for row in visits),
            reasons=month.reasons(),
            taken_late=_times(row.taken - row.take_by for row in visits if _late(row)),
            steps_late=month.steps_late(),
            recurring=month.recurring(),
            problems=month.problems(),
            prevention=month.prevention(),
            approvals=month.approvals(),
            complaints=month.complaints(),
            promises=month.promises(),
        )


def _late(row: Row[Any]) -> bool:
    return bool(row.taken and row.take_by and row.taken > row.take_by)


def _tiers(visits: Sequence[Row[Any]], passed: Passed) -> tuple[TierTimes, ...]:
    """The turns by tier, severity and what was agreed then."""
    turns: dict[tuple[str, str, str], list[tuple[timedelta, bool]]] = {}
    for row in visits:
        if not row.agreed:
            continue
        used = passed(row.severity, row.agreed, row.began, row.ended) - timedelta(seconds=row.stopped_seconds)
        turn = max(used, timedelta(0)), row.left_by != Kind.RAN_OUT
        turns.setdefault((row.tier, row.severity, row.agreed), []).append(turn)
    found = []
    for (tier, severity, agreed), each in turns.items():
        times = _times(used for used, _ in each)
        if times:
            found.append(TierTimes(tier, severity, agreed, sum(kept for _, kept in each), times))
    return tuple(found)


def _times(each: Iterable[timedelta]) -> Times | None:
    """None where there is nothing to measure."""
    seconds = sorted(one.total_seconds() for one in each)
    if not seconds:
        return None
    nine = quantiles(seconds, n=10, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    middle, worst = median(seconds), seconds[-1]
    return Times(len(seconds), *(timedelta(seconds=one) for one in (middle, nine, worst)))


@dataclass(frozen=True)
class _Month:
    """One client's month in an open connection."""

    connection: Connection
    client: str
    begin: datetime
    end: datetime

    def all(self, asked: Select[Any]) -> Sequence[Row[Any]]:
        return self.connection.execute(asked).all()

    def tickets(self, asked: Select[Any]) -> Select[Any]:
        """Of the tickets that opened in it."""
        c = TICKETS.c
        return asked.where(
            c.client == self.client, c.drill.is_(False), c.opened >= self.begin, c.opened < self.end
        )

    def count(self, column: Any) -> dict[str, int]:
        """How many opened, by what they have in a column."""
        asked: Select[Any, int] = self.tickets(select(column, func.count()).group_by(column))
        return {str(value): int(many) for value, many in self.connection.execute(asked)}

    def solved(self) -> Sequence[Row[Any]]:
        c = TICKETS.c
        asked = select(c.key, c.solved_at).where(
            c.client == self.client, c.drill.is_(False), c.solved >= self.begin, c.solved < self.end
        )
        return self.all(asked)

    def still_open(self) -> int:
        """How many were open when it ended."""
        c = TICKETS.c
        asked = select(func.count()).where(
            c.client == self.client,
            c.drill.is_(False),
            c.opened < self.end,
            c.ended.is_(None) | (c.ended >= self.end),
        )
        return int(self.connection.execute(asked).scalar_one())

    def visits(self) -> Sequence[Row[Any]]:
        """The turns that ended in it."""
        joined = VISITS.join(TICKETS, TICKETS.c.key == VISITS.c.key)
        asked = (
            select(VISITS)
            .select_from(joined)
            .where(
                TICKETS.c.client == self.client,
                TICKETS.c.drill.is_(False),
                VISITS.c.ended >= self.begin,
                VISITS.c.ended < self.end,
            )
        )
        return self.all(asked)

    def lines(self, kinds: Iterable[str]) -> Sequence[Row[Any]]:
        """The lines of its tickets' records in it, of these kinds."""
        joined = TIMELINE.join(TICKETS, TICKETS.c.key == TIMELINE.c.key)
        c = TIMELINE.c
        asked = (
            select(c.kind, c.at, c.due, c.goes_to)
            .select_from(joined)
            .where(
                TICKETS.c.client == self.client,
                TICKETS.c.drill.is_(False),
                c.kind.in_([str(kind) for kind in kinds]),
                c.at >= self.begin,
                c.at < self.end,
            )
        )
        return self.all(asked)

    def reasons(self) -> dict[str, int]:
        """Why tickets went up."""
        return dict(Counter(REASONS[row.kind] for row in self.lines(REASONS) if row.goes_to))

    def steps_late(self) -> Times | None:
        """How late our own steps were: what was due when, and done when."""
        return _times(row.at - row.due for row in self.lines([Kind.RAN_OUT]) if row.due)

    def recurring(self) -> tuple[Recurring, ...]:
        c = TICKETS.c
        asked = self.tickets(select(c.system, c.category, c.incident, c.number).order_by(c.opened))
        found: dict[tuple[str, str], dict[str, str]] = {}
        for row in self.all(asked):
            if row.system and row.category:
                # An emergency and the ticket that has joined it are one.
                found.setdefault((row.system, row.category), {}).setdefault(row.incident, row.number)
        several = ((of, numbers) for of, numbers in found.items() if len(numbers) > 1)
        each = (Recurring(*of, len(numbers), tuple(numbers.values())) for of, numbers in several)
        return tuple(sorted(each, key=lambda one: -one.many))

    def problems(self) -> tuple[KnownProblem, ...]:
        """Those that somebody had at some time in it."""
        c = PROBLEMS.c
        asked = (
            select(PROBLEMS)
            .where(c.client == self.client, c.drill.is_(False), c.opened < self.end)
            .where(c.ended.is_(None) | (c.ended >= self.begin))
            .order_by(c.opened)
        )
        return tuple(self.problem(row) for row in self.all(asked))

    def problem(self, row: Row[Any]) -> KnownProblem:
        owner = row.holder or row.concluded_by
        solved = row.ended is not None and row.ended < self.end
        return KnownProblem(row.ident, row.system, row.category, owner, row.cause, row.conclusion, solved)

    def prevention(self) -> tuple[ProposedItem, ...]:
        """What was proposed by its end, but for what was settled before it began."""
        item, work = PREVENTION_ITEMS.c, PREVENTIONS.c
        asked = (
            select(item.name, item.system, item.due, item.stage, item.settled, item.actor, work.holder)
            .select_from(PREVENTION_ITEMS.join(PREVENTIONS, work.key == item.key))
            .where(work.client == self.client, work.drill.is_(False), work.opened < self.end)
            # Of what is planned, that is the day for which it is.
            .where(item.stage.not_in(SETTLED) | (item.settled >= self.begin))
            .order_by(item.due, item.name)
        )
        return tuple(self.item(row) for row in self.all(asked))

    def item(self, row: Row[Any]) -> ProposedItem:
        later = row.stage in SETTLED and row.settled >= self.end
        stage = "open" if later else row.stage
        return ProposedItem(row.name, row.system, row.due, stage, row.holder or row.actor)

    def approvals(self) -> tuple[Answers, ...]:
        c = APPROVALS.c
        asked = select(c.key, c.action, c.status).where(
            c.client == self.client, c.drill.is_(False), c.opened >= self.begin, c.opened < self.end
        )
        rows = self.all(asked)
        by_action: dict[str, list[Row[Any]]] = {}
        for row in rows:
            by_action.setdefault(row.action, []).append(row)
        sides = self.answers([row.key for row in rows])

        def took(each: list[Row[Any]], side: str) -> Times | None:
            answered = (sides.get((row.key, side)) for row in each)
            return _times(time for time in answered if time is not None)

        return tuple(
            Answers(
                action,
                dict(Counter(row.status for row in each)),
                took(each, "msp"),
                took(each, "client"),
                frozenset(side for row in each for side in ("msp", "client") if (row.key, side) in sides),
            )
            for action, each in sorted(by_action.items())
        )

    def answers(self, keys: Sequence[str]) -> dict[tuple[str, str], timedelta | None]:
        """How long each side that was asked took, from the first who was to the last word that counts; None
        where there is no such word."""
        first = select(ASKED.c.key, ASKED.c.side, func.min(ASKED.c.at).label("at")).where(
            ASKED.c.key.in_(keys)
        )
        last = select(DECISIONS.c.key, DECISIONS.c.side, func.max(DECISIONS.c.at).label("at")).where(
            DECISIONS.c.key.in_(keys), DECISIONS.c.void.is_(False)
        )
        asked = {(r.key, r.side): r.at for r in self.all(first.group_by(ASKED.c.key, ASKED.c.side))}
        said = {(r.key, r.side): r.at for r in self.all(last.group_by(DECISIONS.c.key, DECISIONS.c.side))}
        return {of: said[of] - at if of in said else None for of, at in asked.items()}

    def complaints(self) -> dict[str, int]:
        """Those that came in, by how they ended; "open" are the others."""
        c = COMPLAINTS.c
        asked = select(c.outcome).where(
            c.client == self.client, c.drill.is_(False), c.opened >= self.begin, c.opened < self.end
        )
        return dict(Counter(row.outcome or "open" for row in self.all(asked)))

    def promises(self) -> dict[str, int]:
        """Those that were due in it, by what became of them."""
        joined = PROMISES.join(COMPLAINTS, COMPLAINTS.c.key == PROMISES.c.key)
        asked = (
            select(PROMISES.c.state)
            .select_from(joined)
            .where(
                COMPLAINTS.c.client == self.client,
                COMPLAINTS.c.drill.is_(False),
                PROMISES.c.due >= self.begin,
                PROMISES.c.due < self.end,
            )
        )
        return dict(Counter(row.state for row in self.all(asked)))
