"""The service review of the made-up year: how long one takes, and whether its figures are what the database
counts by itself, in SQL that shares nothing with them."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, text

from procedure.book.procedure import Procedure
from records.database import Records
from records.tables import Instant
from service_review.figures import Figures, Times, figures
from service_review.month import Month
from service_review.page import as_html
from service_review.review import review

ZONE = "Europe/London"

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Drawn:
    """How long each review took, in seconds, and which figures the database counts otherwise."""

    took: Sequence[float]
    compared: int
    wrong: Sequence[str]


def draw(records: Records, book: Procedure, months: Sequence[Month]) -> Drawn:
    """The review of each client for each of these months, and each figure of it counted again."""
    took, wrong, compared = [], [], 0
    for client in book.clients:
        for month in months:
            begin = time.perf_counter()
            seen = review(records, book, client, month, month.ends(ZONE))
            as_html(seen, book.name, ZONE)
            took.append(time.perf_counter() - begin)
            for name, shown, counted in compare(records, book, client, month):
                compared += 1
                if not alike(shown, counted):
                    wrong.append(f"{client}, {month}, {name}: shown {shown}, counted {counted}")
    return Drawn(took, compared, wrong)


def compare(records: Records, book: Procedure, client: str, month: Month) -> Iterator[tuple[str, Rows, Rows]]:
    """Each figure of a client's month: its name, as the review has it, and as the database counts it."""
    zone = book.clients[client].time_zone
    begin, end = month.begins(zone), month.ends(zone)
    shown = _rows(figures(records, client, begin, end, lambda *at: at[3] - at[2]))
    # What the review shows is in the client's hours, which no database knows; all the rest is the same.
    seen = {one[:5] for one in _rows(review(records, book, client, month, end).now)["tiers"]}
    if seen != {one[:5] for one in shown["tiers"]}:
        raise AssertionError(f"{client}, {month}: the turns differ by how they are measured")
    with records.reading() as connection:
        for name, asked in _sql("postgresql" if records.is_postgresql else "sqlite").items():
            yield name, shown[name], _counted(connection, asked, client, begin, end)


def _counted(connection: Connection, asked: str, client: str, begin: datetime, end: datetime) -> Rows:
    instants = (bindparam(name, type_=Instant) for name in ("begin", "end") if f":{name}" in asked)
    values = {"client": client, "begin": begin, "end": end}
    statement = text(asked).bindparams(*instants)
    found = connection.execute(statement, {n: v for n, v in values.items() if f":{n}" in asked})
    return sorted((tuple(row) for row in found), key=repr)


def alike(shown: Rows, counted: Rows) -> bool:
    """To the last ticket; lengths to two milliseconds, since to SQLite a time of day is a fraction."""
    return len(shown) == len(counted) and all(
        len(one) == len(other) and all(map(_same, one, other))
        for one, other in zip(shown, counted, strict=True)
    )


def _same(one: object, other: object) -> bool:
    if isinstance(one, float):
        return isinstance(other, float | int) and math.isclose(one, other, abs_tol=0.002)
    return one == other


# As the review has it -----------------------------------------------------------------------


def _rows(now: Figures) -> dict[str, Rows]:
    found: dict[str, Rows] = {
        "opened": list(now.opened.items()),
        "emergencies": [(now.emergencies,)],
        "solved": [(now.solved,)],
        "open": [(now.open,)],
        "found_by": list(now.found_by.items()),
        "tiers": [(t.tier, t.severity, t.agreed, t.kept, *_lengths(t.times)) for t in now.tiers],
        "solved_at": list(now.solved_at.items()),
        "handed_back": [(now.handed_back,)],
        "climbed_late": [(now.climbed_late,)],
        "reasons": list(now.reasons.items()),
        "taken_late": _optional(now.taken_late),
        "steps_late": _optional(now.steps_late),
        "recurring": [(r.system, r.category, r.many) for r in now.recurring],
        "recurring_tickets": [(r.system, r.category, one) for r in now.recurring for one in r.tickets],
        "problems": [
            (p.ident, p.system, p.category, p.owner, p.cause, p.conclusion, int(p.solved))
            for p in now.problems
        ],
        "prevention": [(p.name, p.system, p.due, p.stage, p.owner) for p in now.prevention],
        "approvals": [(a.action, *one) for a in now.approvals for one in a.outcomes.items()],
        "answers": [
            (a.action, side, *_lengths(times))
            for a in now.approvals
            for side, times in (("msp", a.msp), ("client", a.client))
            if times
        ],
        "asked": [(a.action, side) for a in now.approvals for side in a.asked],
        "complaints": list(now.complaints.items()),
        "promises": list(now.promises.items()),
    }
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def _lengths(times: Times) -> tuple[float, ...]:
    each = (times.middle, times.nine_of_ten, times.worst)
    return times.many, *(one / timedelta(seconds=1) for one in each)


def _optional(times: Times | None) -> Rows:
    return [_lengths(times)] if times else []


# As the database counts it ------------------------------------------------------------------

_OPENED = "client = :client AND NOT drill AND opened >= :begin AND opened < :end"
_TURNS = (
    "visits v JOIN tickets t ON t.key = v.key WHERE t.client = :client AND NOT t.drill "
    "AND v.ended >= :begin AND v.ended < :end"
)
_LINES = (
    "timeline l JOIN tickets t ON t.key = l.key WHERE t.client = :client AND NOT t.drill "
    "AND l.at >= :begin AND l.at < :end"
)


def _sql(dialect: str) -> dict[str, str]:
    """Each figure as one statement."""

    def took(begin: str, end: str) -> str:
        if dialect == "sqlite":
            return f"(julianday({end}) - julianday({begin})) * 86400.0"
        return f"CAST(EXTRACT(EPOCH FROM {end} - {begin}) AS double precision)"

    used = f"{took('v.began', 'v.ended')} - v.stopped_seconds"
    first = (
        "SELECT system, category, number, row_number() OVER (PARTITION BY system, category, incident "
        f"ORDER BY opened) AS place FROM tickets WHERE {_OPENED} AND system <> '' AND category <> ''"
    )
    several = (
        f"SELECT system, category, count(DISTINCT incident) AS many FROM tickets WHERE {_OPENED} "
        "AND system <> '' AND category <> '' GROUP BY system, category HAVING count(DISTINCT incident) > 1"
    )
    return {
        "opened": f"SELECT severity, count(*) FROM tickets WHERE {_OPENED} GROUP BY severity",
        "emergencies": f"SELECT count(*) FROM tickets WHERE {_OPENED} AND emergency",
        "solved": "SELECT count(*) FROM tickets WHERE client = :client AND NOT drill "
        "AND solved >= :begin AND solved < :end",
        "open": "SELECT count(*) FROM tickets WHERE client = :client AND NOT drill AND opened < :end "
        "AND (ended IS NULL OR ended >= :end)",
        "found_by": f"SELECT found_by, count(*) FROM tickets WHERE {_OPENED} GROUP BY found_by",
        "tiers": _times(
            "tier, severity, agreed, kept",
            "SELECT v.tier, v.severity, v.agreed, "
            "sum(CASE WHEN v.left_by = 'ran out' THEN 0 ELSE 1 END) OVER "
            "(PARTITION BY v.tier, v.severity, v.agreed) AS kept, "
            f"CASE WHEN {used} > 0 THEN {used} ELSE 0 END AS s FROM {_TURNS} AND v.agreed <> ''",
        ),
        "solved_at": "SELECT solved_at, count(*) FROM tickets WHERE client = :client AND NOT drill "
        "AND solved >= :begin AND solved < :end GROUP BY solved_at",
        "handed_back": f"SELECT count(*) FROM {_TURNS} AND v.left_by = 'handed back'",
        "climbed_late": f"SELECT count(*) FROM {_TURNS} AND v.left_by = 'ran out'",
        "reasons": f"""
            SELECT CASE l.kind WHEN 'ran out' THEN 'time at the tier ran out'
                WHEN 'not acknowledged' THEN 'nobody acknowledged'
                WHEN 'unreachable' THEN 'nobody could be reached'
                WHEN 'nobody there' THEN 'nobody could be reached'
                WHEN 'nobody else' THEN 'nobody else was on duty'
                WHEN 'called up' THEN 'complexity, impact or pattern'
                WHEN 'handed on' THEN 'handed on by its holder'
                WHEN 'granted' THEN 'the customer asked'
                WHEN 'not answered' THEN 'the customer asked'
                WHEN 'no lead' THEN 'the customer asked'
                ELSE 'it was not solved' END AS why, count(*)
            FROM {_LINES} AND l.goes_to <> '' AND l.kind IN ('ran out', 'not acknowledged', 'unreachable',
                'nobody there', 'nobody else', 'called up', 'handed on', 'granted', 'not answered', 'no lead',
                'not solved', 'decline not accepted', 'opened there') GROUP BY why""",
        "taken_late": _times(
            "", f"SELECT {took('v.take_by', 'v.taken')} AS s FROM {_TURNS} AND v.taken > v.take_by"
        ),
        "steps_late": _times(
            "",
            f"SELECT {took('l.due', 'l.at')} AS s FROM {_LINES} AND l.kind = 'ran out' AND l.due IS NOT NULL",
        ),
        "recurring": several,
        "recurring_tickets": f"SELECT f.system, f.category, f.number FROM ({first}) f JOIN ({several}) m "
        "ON m.system = f.system AND m.category = f.category WHERE f.place = 1",
        "problems": "SELECT ident, system, category, CASE holder WHEN '' THEN concluded_by ELSE holder END, "
        "cause, conclusion, CASE WHEN ended < :end THEN 1 ELSE 0 END FROM problems WHERE client = :client "
        "AND NOT drill AND opened < :end AND (ended IS NULL OR ended >= :begin)",
        "prevention": "SELECT i.name, i.system, i.due, "
        "CASE WHEN i.stage IN ('done', 'declined') AND i.settled >= :end THEN 'open' ELSE i.stage END, "
        "CASE p.holder WHEN '' THEN i.actor ELSE p.holder END "
        "FROM prevention_items i JOIN preventions p ON p.key = i.key WHERE p.client = :client "
        "AND NOT p.drill AND p.opened < :end "
        "AND (i.stage NOT IN ('done', 'declined') OR i.settled >= :begin)",
        "approvals": f"SELECT action, status, count(*) FROM approvals WHERE {_OPENED} "
        "GROUP BY action, status",
        "answers": _times(
            "action, side",
            f"SELECT a.action, q.side, {took('q.first', 'd.last')} AS s FROM approvals a "
            "JOIN (SELECT key, side, min(at) AS first FROM asked GROUP BY key, side) q ON q.key = a.key "
            "JOIN (SELECT key, side, max(at) AS last FROM decisions WHERE NOT void GROUP BY key, side) d "
            "ON d.key = a.key AND d.side = q.side "
            "WHERE a.client = :client AND NOT a.drill AND a.opened >= :begin AND a.opened < :end",
        ),
        "asked": "SELECT DISTINCT a.action, q.side FROM approvals a JOIN asked q ON q.key = a.key "
        "WHERE a.client = :client AND NOT a.drill AND a.opened >= :begin AND a.opened < :end",
        "complaints": "SELECT CASE outcome WHEN '' THEN 'open' ELSE outcome END AS how, count(*) "
        f"FROM complaints WHERE {_OPENED} GROUP BY how",
        "promises": "SELECT p.state, count(*) FROM promises p JOIN complaints c ON c.key = p.key "
        "WHERE c.client = :client AND NOT c.drill AND p.due >= :begin AND p.due < :end GROUP BY p.state",
    }


def _times(groups: str, each: str) -> str:
    """How many lengths (``s``) a group has, the middle one, what nine of ten were within, and the longest."""

    def at(part: float) -> str:
        """Between the two lengths that stand beside that place of the row, by how near it is to each."""
        away = f"abs(place - {part} * last)"
        return f"sum(s * CASE WHEN {away} < 1 THEN 1 - {away} ELSE 0 END)"

    by, of = (f"PARTITION BY {groups} ", f"{groups}, ") if groups else ("", "")
    grouped = f" GROUP BY {groups}" if groups else " HAVING count(*) > 0"
    placed = (
        f"SELECT {of}s, row_number() OVER ({by}ORDER BY s) - 1.0 AS place, "
        f"count(*) OVER ({by.strip()}) - 1.0 AS last FROM ({each}) each_one"
    )
    return (
        f"SELECT {of}count(*), CAST({at(0.5)} AS double precision), CAST({at(0.9)} AS double precision), "
        f"max(s) FROM ({placed}) placed{grouped}"
    )
