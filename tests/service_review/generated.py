"""Months of one client in the records, made from a seed: the same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

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

TIERS = ("first level", "senior specialist", "engineering", "management")
AGREED = {"critical": "15 minutes", "high": "30 minutes", "medium": "2 hours", "low": "1 business day"}
LASTS = {name: timedelta(minutes=many) for name, many in zip(AGREED, (15, 30, 120, 510), strict=True)}
SEVERITIES = tuple(AGREED)
SYSTEMS = ("order system", "office mail", "warehouse scanners")
CATEGORIES = ("database", "network", "e-mail", "workstation")

Rows = list[tuple[Table, dict[str, Any]]]


def fill(records: Records, client: str, begin: datetime, days: int, tickets: int, seed: int = 1) -> None:
    """So many tickets of a client, with all that belongs to them, spread over so many days."""
    chance = random.Random(seed)  # noqa: S311
    by_table: dict[str, tuple[Table, list[dict[str, Any]]]] = {}
    for number in range(tickets):
        at = begin + timedelta(days=days) * (number / tickets)
        for table, row in (*_ticket(chance, client, number, at), *_beside(chance, client, number, at)):
            by_table.setdefault(table.name, (table, []))[1].append(row)
    with records.writing() as connection:
        for table, rows in by_table.values():
            connection.execute(insert(table), rows)


def _climbs(ident: str, client: str, at: datetime) -> dict[str, Any]:
    return {
        "key": f"{ident}@{at:%Y%m%dT%H%M%S}",
        "ident": ident,
        "client": client,
        "opened": at,
        "drill": False,
        "run_started": at,
    }


def _ticket(chance: random.Random, client: str, number: int, at: datetime) -> Iterator[tuple[Table, Any]]:
    severity = chance.choices(SEVERITIES, (1, 4, 10, 6))[0]
    ident = f"ticket-{client}-desk-{number}"
    turns = chance.choices((1, 2, 3, 4), (60, 25, 12, 3))[0]
    row = _climbs(ident, client, at)
    began, left = at, ""
    for place, tier in enumerate(TIERS[:turns]):
        last = place == turns - 1
        left = Kind.RESOLVED if last else chance.choice((Kind.RAN_OUT, Kind.HANDED_ON, Kind.GRANTED))
        # What runs out has had its time; the rest is done before.
        took = LASTS[severity] * (1 if left == Kind.RAN_OUT else chance.random())
        ended = began + took
        yield (
            VISITS,
            {
                "key": row["key"],
                "number": place + 1,
                "tier": tier,
                "severity": severity,
                "began": began,
                "ended": ended,
                "left_by": left,
                "taken_by": "ana",
                "taken": began + took / 4,
                "take_by": began + timedelta(minutes=10),
                "agreed": AGREED[severity],
                "stopped_seconds": 0.0,
            },
        )
        if not last:
            due = ended - timedelta(seconds=chance.random()) if left == Kind.RAN_OUT else None
            yield (
                TIMELINE,
                {
                    "key": row["key"],
                    "number": place + 1,
                    "at": ended,
                    "kind": left,
                    "goes_to": TIERS[place + 1],
                    "due": due,
                },
            )
        began = ended
    yield (
        TICKETS,
        row
        | {
            "number": str(number),
            "title": f"something is wrong {number}",
            "system": chance.choice(SYSTEMS),
            "category": chance.choice(CATEGORIES),
            "severity": severity,
            "status": "closed",
            "ended": began + timedelta(hours=8),
            "solved": began,
            "solved_at": TIERS[turns - 1],
            "solved_by": "ana",
            "solution": "restarted it",
            "found_by": chance.choices(("user", "monitoring"), (3, 2))[0],
            "emergency": severity == "critical" and chance.random() < 0.2,
            "incident": ident,
        },
    )


def _beside(chance: random.Random, client: str, number: int, at: datetime) -> Iterator[tuple[Table, Any]]:
    if chance.random() < 0.15:
        row = _climbs(f"approval-{client}-desk-{number}-1", client, at)
        yes = chance.random() < 0.8
        yield (
            APPROVALS,
            row
            | {"action": chance.choice(("restart", "failover")), "status": "approved" if yes else "denied"},
        )
        for place, side in enumerate(("msp", "client"), start=1):
            asked = {"key": row["key"], "number": place, "person": side, "side": side, "at": at}
            yield ASKED, asked
            said = at + timedelta(minutes=chance.expovariate(1 / 25))
            yield (
                DECISIONS,
                {"key": row["key"], "number": place, "actor": side, "side": side, "yes": yes, "at": said},
            )
    if chance.random() < 0.05:
        row = _climbs(f"complaint-{client}-c-{number}", client, at)
        yield COMPLAINTS, row | {"kind": "conduct", "outcome": chance.choice(("settled", "unanswered", ""))}
        state = chance.choice(("kept", "broken"))
        yield (
            PROMISES,
            {"key": row["key"], "number": 1, "actor": "max", "due": at + timedelta(days=2), "state": state},
        )
    if number % 20 == 0:
        yield from _causes(number, client, at)


def _causes(number: int, client: str, at: datetime) -> Iterator[tuple[Table, Any]]:
    """A problem, and a proposal of four items; how each stands follows from its number."""
    ended = (at + timedelta(days=20)) if number % 40 else None
    row = _climbs(f"problem-{client}-{number}", client, at)
    stands = {"system": SYSTEMS[number % 3], "category": CATEGORIES[number % 4], "holder": "bo"}
    yield PROBLEMS, row | stands | {"ended": ended, "cause": "a loose cable" if ended else ""}
    row = _climbs(f"prevention-{client}-{number}", client, at)
    yield PREVENTIONS, row | {"holder": "bo"}
    for place, stage in enumerate(("open", "planned", "done", "declined")):
        item = {"key": row["key"], "number": place, "name": f"item {number}.{place}", "stage": stage}
        settled = at + timedelta(days=15) if stage != "open" else None
        yield PREVENTION_ITEMS, item | {"due": f"{at:%Y-%m-%d}", "settled": settled}
