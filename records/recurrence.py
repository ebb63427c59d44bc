"""How often the same has come: counted over the records, by one question that an index answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select

from procedure.problem.state import LONGEST_SOLUTION, MOST_TICKETS, Incident, Problem, Recurrence
from procedure.ticket.opening import Opening
from procedure.wording import cut
from records.database import Records
from records.search import search
from records.tables import TICKETS
from records.words import words_of
from records.writing import write_opening


class Solved(NamedTuple):
    """A ticket that was solved: which, when, by whom, and what did it."""

    ident: str
    number: str
    title: str
    solved: datetime
    solved_by: str
    solved_at: str
    solution: str


def comes_in(records: Records, opening: Opening, system: str, now: datetime, since: datetime) -> int:
    """How many like a ticket that comes in now opened since then; it counts for the next one.

    Raises RecordsAway, RecordsRefused.
    """
    write_opening(records, opening, system, now)
    return count_alike(records, opening.client, system, opening.facts.category, since, but=opening.id)


def count_alike(
    records: Records, client: str, system: str, category: str, since: datetime, but: str = ""
) -> int:
    """Tickets of the same client, system and category since then; those that are one emergency count once,
    and drills not at all. Raises RecordsAway."""
    with records.reading() as connection:
        return connection.execute(counted(client, system, category, since, but)).scalar_one()


def counted(client: str, system: str, category: str, since: datetime, but: str = "") -> Select[int]:
    """The question itself, for who wants to see how it is answered."""
    c = TICKETS.c
    return select(func.count(c.incident.distinct())).where(
        c.client == client,
        c.system == system,
        c.category == category,
        c.drill.is_(False),
        c.opened > since,
        c.incident != but,
    )


TELLING = 2
"""How many words of a title say what it is about."""

AT_MOST = 3
"""How many solutions are shown."""


def solved_before(
    records: Records, client: str, system: str, category: str, title: str, but: str
) -> Sequence[Solved]:
    """What solved the last of this client that were like it: of the same system and category, else by the two
    longest words of its title. Raises RecordsAway."""
    if system and category and (alike := solved_alike(records, client, system, category, but)):
        return alike
    telling = sorted(set(words_of(title)), key=len, reverse=True)[:TELLING]
    found = search(records, " ".join(telling), client)
    return [
        Solved(one.ident, one.number, one.title, one.solved, one.solved_by, one.solved_at, one.solution)
        for one in found
        if one.solved and one.solution and one.ident != but
    ][:AT_MOST]


def alike(records: Records, pattern: Recurrence, since: datetime) -> tuple[Incident, ...]:
    """The tickets of a pattern since then, the oldest first; of an emergency only itself.

    Raises RecordsAway.
    """
    c = TICKETS.c
    found = (
        select(c.ident, c.number, c.title, c.opened)
        .where(
            c.client == pattern.client,
            c.system == pattern.system,
            c.category == pattern.category,
            c.drill.is_(False),
            c.opened > since,
            c.incident == c.ident,
        )
        .order_by(c.opened.desc())
        .limit(MOST_TICKETS)
    )
    with records.reading() as connection:
        rows = connection.execute(found).all()
    return tuple(Incident(*row) for row in reversed(rows))


def with_solutions(records: Records, problem: Problem) -> Problem:
    """A problem, with what has helped with each of its tickets so far. Raises RecordsAway."""
    c = TICKETS.c
    idents = [one.id for one in problem.tickets]
    found = select(c.ident, c.solution).where(c.ident.in_(idents), c.client == problem.client)
    with records.reading() as connection:
        by_ident = {ident: cut(solution, LONGEST_SOLUTION) for ident, solution in connection.execute(found)}
    tickets = tuple(replace(one, solution=by_ident.get(one.id, "")) for one in problem.tickets)
    return replace(problem, tickets=tickets)


def solved_alike(
    records: Records, client: str, system: str, category: str, but: str = ""
) -> Sequence[Solved]:
    """What solved the last tickets of the same client, system and category, the newest first.

    Raises RecordsAway.
    """
    c = TICKETS.c
    columns = (c.ident, c.number, c.title, c.solved, c.solved_by, c.solved_at, c.solution)
    found = (
        select(*columns)
        .where(
            c.client == client,
            c.system == system,
            c.category == category,
            c.drill.is_(False),
            c.solved.is_not(None),
            c.solution != "",
            c.ident != but,
        )
        .order_by(c.solved.desc())
        .limit(AT_MOST)
    )
    with records.reading() as connection:
        return [Solved(*row) for row in connection.execute(found)]
