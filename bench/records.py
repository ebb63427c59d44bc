"""A million tickets in the records: how long one takes to be counted, and words to be found."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, event, func, insert, select

from records.database import Records
from records.recurrence import count_alike, counted, solved_alike
from records.search import search, searched
from records.tables import TICKETS
from records.words import words_of

SEED = 7
CLIENTS = [f"client-{number}" for number in range(12)]
SYSTEMS = [f"system-{number}" for number in range(8)]
CATEGORIES = [f"category-{number}" for number in range(6)]
YEARS = timedelta(days=3 * 365)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PATTERN = timedelta(days=30)
AT_ONCE = 5_000
QUESTIONS = 200

_SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu"]
WORDS = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES]
"""Some three thousand; the first ones are said far more often than the last, as words are."""


@dataclass(frozen=True)
class Timed:
    """How long one kind of question took, in ms, each; and how the database answers it.

    ``worked`` is for how long a processor was busy with it, where that is known: on a machine where others
    work as well, what is left of ``took`` is theirs.
    """

    name: str
    took: Sequence[float]
    worked: Sequence[float]
    plan: Sequence[str]


def fill(records: Records, count: int) -> None:
    """So many solved tickets, the same each time; a tenth of them of one client, system and category."""
    records.upgrade()
    chance = random.Random(SEED)  # noqa: S311 - always the same
    with records.writing() as connection:
        for begin in range(0, count, AT_ONCE):
            rows = [_ticket(number, count, chance) for number in range(begin, min(begin + AT_ONCE, count))]
            connection.execute(insert(TICKETS), rows)
    with records.tidying() as connection:
        # As either does by itself sooner or later: it learns how many rows of what there are.
        connection.exec_driver_sql("VACUUM ANALYZE" if records.is_postgresql else "ANALYZE")


def ask(records: Records) -> Iterator[Timed]:
    """Each kind of question, some hundred times, never twice the same."""
    chance = random.Random(SEED + 1)  # noqa: S311 - always the same

    def alike() -> tuple[str, str, str]:
        return chance.choice(CLIENTS), chance.choice(SYSTEMS), chance.choice(CATEGORIES)

    since = NOW - PATTERN
    often = (CLIENTS[0], SYSTEMS[0], CATEGORIES[0])
    yield _asked(
        records, "recurrence", lambda: count_alike(records, *alike(), since), counted(*alike(), since)
    )
    yield _asked(
        records, "  of what comes most", lambda: count_alike(records, *often, since), counted(*often, since)
    )
    yield _asked(records, "what solved the last alike", lambda: solved_alike(records, *alike()), None)
    kinds = {
        "a common word": (1, 1),
        "two common words": (2, 1),
        "three rarer words": (3, 8),
        "a rare word": (1, 60),
    }
    for name, (how_many, rarer) in kinds.items():

        def words(how_many: int = how_many, rarer: int = rarer) -> str:
            return " ".join(_word(chance, rarer) for _ in range(how_many))

        *_, statement = searched(records, words_of(words()))
        yield _asked(records, f"search: {name}", lambda words=words: search(records, words()), statement)  # type: ignore[misc]

    def begun() -> str:
        return f"{_word(chance, 8)} {_word(chance, 8)[:4]}"

    *_, statement = searched(records, words_of(begun()), begins=True)
    yield _asked(records, "search: a word, and how one begins", lambda: search(records, begun()), statement)

    def of_a_client() -> object:
        return search(records, f"{_word(chance, 8)} {_word(chance, 8)}", chance.choice(CLIENTS))

    *_, statement = searched(records, words_of(_word(chance, 8)), CLIENTS[1])
    yield _asked(records, "search: two words of a client's", of_a_client, statement)


def _asked(
    records: Records, name: str, question: Callable[[], object], statement: Executable | None
) -> Timed:
    took, worked, busy = [], [], _processor(records)
    for _ in range(QUESTIONS):
        begin, before = time.perf_counter(), busy() if busy else 0
        question()
        took.append(1000 * (time.perf_counter() - begin))
        if busy:
            worked.append(1000 * (busy() - before))
    return Timed(name, took, worked, tuple(_plan(records, statement)) if statement is not None else ())


def _processor(records: Records) -> Callable[[], float] | None:
    """For how many seconds a processor was busy with what we ask, so far; None where nobody can tell: on
    another machine, or one that is no Linux."""
    if not records.is_postgresql:
        return time.thread_time
    with records.reading() as connection:
        process = connection.execute(select(func.pg_backend_pid())).scalar_one()
    file = Path(f"/proc/{process}/schedstat")
    if records.url.host not in ("127.0.0.1", "localhost") or not file.exists():
        return None
    return lambda: time.thread_time() + int(file.read_text().split()[0]) / 1e9


def _plan(records: Records, statement: Executable) -> Sequence[str]:
    """How the database says that it answers it: asked with the very words and values that it gets."""
    explain = "EXPLAIN (ANALYZE, COSTS OFF) " if records.is_postgresql else "EXPLAIN QUERY PLAN "
    plan: list[str] = []

    def ask(_: Any, cursor: Any, asked: str, values: Any, *__: Any) -> None:
        cursor.execute(explain + asked, values)
        plan.extend(str(row[-1]) for row in cursor.fetchall())

    event.listen(records.engine, "before_cursor_execute", ask)
    with records.reading() as connection:
        connection.execute(statement)
    event.remove(records.engine, "before_cursor_execute", ask)
    return plan


def _ticket(number: int, count: int, chance: random.Random) -> dict[str, Any]:
    opened = NOW - YEARS + YEARS * (number / count)
    often = chance.random() < 0.1
    client, system, category = (
        names[0] if often else chance.choice(names) for names in (CLIENTS, SYSTEMS, CATEGORIES)
    )
    ident = f"ticket-{client}-desk-{number}"
    title = " ".join(_word(chance) for _ in range(5))
    solution = " ".join(_word(chance) for _ in range(10))
    solved = opened + timedelta(hours=chance.uniform(0.2, 20))
    return {
        "key": f"{ident}@{opened:%Y%m%d}",
        "ident": ident,
        "client": client,
        "opened": opened,
        "ended": solved,
        "status": "closed",
        "run": f"run-{number}",
        "run_started": opened,
        "helpdesk": "desk",
        "number": str(number),
        "title": title,
        "system": system,
        "category": category,
        "severity": chance.choice(("high", "medium", "low")),
        "solution": solution,
        "solved": solved,
        "solved_by": "ana",
        "solved_at": "first level",
        "incident": ident,
        "words": f"{number} {title} {system} {category} {solution}",
    }


def _word(chance: random.Random, rarer: int = 1) -> str:
    """Some word: half of all are among a few; ``rarer`` ones come from further behind."""
    return WORDS[min(int(rarer * chance.expovariate(1 / 40)), len(WORDS) - 1)]
