"""The generated year: the same each time, and its figures are what is counted one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from sqlalchemy import func, select

from bench.year import fill, tickets
from procedure.record import Kind
from records import tables
from records.database import Records

COUNT = 60


def test_it_is_the_same_each_time() -> None:
    """With nobody's clock in it."""
    first, second = ([replace(one, told=[]) for one in tickets(COUNT)] for _ in range(2))

    assert [one.ticket for one in first] == [one.ticket for one in second]


def test_what_the_database_counts_is_what_the_tickets_say(records: Records) -> None:
    """Tickets by outcome, where each was solved, turns at tiers, what ran out, and what was sent."""
    lives = list(tickets(COUNT))
    assert fill(records, COUNT) == fill(records, COUNT) == COUNT
    t, v, d = tables.TICKETS.c, tables.VISITS.c, tables.DELIVERIES.c

    with records.reading() as connection:

        def counted(column: object, *where: object) -> dict[object, int]:
            asked = select(column, func.count()).where(*where).group_by(column)  # type: ignore[call-overload]
            return {name: count for name, count in connection.execute(asked)}  # noqa: C416 - rows of it

        by_status = counted(t.status)
        by_place = counted(t.solved_at, t.solved.is_not(None))
        by_tier, left_by = counted(v.tier), counted(v.left_by, v.left_by == Kind.RAN_OUT.value)
        by_person = counted(d.person)

    lines = [entry for one in lives for entry in one.ticket.record]
    stands = [one.ticket for one in lives]
    open_ones = Counter("terminated" for one in stands if not one.over)
    assert by_status == Counter(one.status for one in stands if one.over) + open_ones
    solved = [one for one in stands if any(e.kind is Kind.RESOLVED for e in one.record) and one.over]
    assert sum(by_place.values()) <= len(solved) + len(open_ones)
    assert by_tier == Counter(entry.to for entry in lines if entry.to)
    assert left_by == Counter(e.kind.value for e in lines if e.kind is Kind.RAN_OUT and e.to)
    assert by_person == Counter(notice.to for one in lives for _, notice in one.told)
