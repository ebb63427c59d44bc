"""What is written, written again, and written late."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, func, select

from procedure.book.procedure import FoundBy
from procedure.kinds import Kind
from procedure.record import Entry
from procedure.ticket import customer, staff
from procedure.ticket.handover import HandoverItem, ShiftChange
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from records import tables, writing
from records.database import Records
from records.writing import AsOf, Delivery, EndedRun, Stands, write, write_end, write_opening
from tests.procedure.approval.questions import asks
from tests.procedure.problem.test_problem import solved as problem_solved
from tests.procedure.ticket.lives import CRITICAL, HIGH, NOON, Life, life
from tests.tables import every
from tests.test_complaint_commands import WORDS, held, not_yet


def moment(events: int = 1, run: str = "run-1", later: float = 0) -> AsOf:
    return AsOf(run, NOON + timedelta(seconds=later), events)


def rows(records: Records, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, in the order of their keys."""
    with records.reading() as connection:
        found = connection.execute(select(table).order_by(*table.primary_key)).mappings()
        return [dict(row) for row in found]


def everything(records: Records) -> dict[str, list[dict[str, Any]]]:
    """All that is recorded, but for up to where it was read."""
    up_to = {"run", "run_started", "events"}
    return {
        table.name: [{n: v for n, v in row.items() if n not in up_to} for row in rows(records, table)]
        for table in tables.METADATA.sorted_tables
    }


def solved() -> Life:
    """Taken at the second tier, solved, confirmed."""
    told = life(HIGH)
    told.passes(minutes=40)
    told.becomes(staff.acknowledge(told.ticket, told.ticket.here.people.holder, 0, told.now))  # type: ignore[union-attr]
    told.passes(minutes=5)
    told.becomes(staff.resolve(told.ticket, told.ticket.holder, 0, "Restarted the gateway", told.now))
    told.becomes(customer.confirm(told.ticket, "kim", 0, True, "", told.now))
    return told


def test_a_ticket_stands_with_who_solved_it_where_and_by_what(records: Records) -> None:
    """Whole at its end: its row, every line, every turn."""
    told = solved().ticket
    write(records, told, moment())

    (row,) = rows(records, tables.TICKETS)
    expected = {
        "ident": told.id,
        "status": "closed",
        "outcome": "confirmed",
        "solution": "Restarted the gateway",
        "solved_by": told.holder,
        "solved_at": told.place,
        "opened": NOON,
        "ended": told.record[-1].at,
        "incident": told.id,
        "lines": len(told.record),
    }
    assert {name: row[name] for name in expected} == expected
    assert [writing.as_entry(line) for line in rows(records, tables.TIMELINE)] == list(told.record)
    first, second = rows(records, tables.VISITS)
    assert (first["tier"], first["left_by"], first["agreed"]) == (
        "first level",
        "ran out",
        "30 minutes",
    )
    assert (second["tier"], second["taken_by"], second["left_by"]) == (told.place, told.holder, "resolved")


def test_written_again_it_changes_nothing(records: Records) -> None:
    """Every kind of thing that climbs."""
    question = asks()
    question.says("cy")
    climbing: list[Stands] = [solved().ticket, question.approval, not_yet(), held(), problem_solved()]
    for number, stands in enumerate(climbing):
        write(records, stands, moment(run=f"run-{number}"))
    before = everything(records)
    for number, stands in enumerate(climbing):
        write(records, stands, moment(2, run=f"run-{number}"))

    assert everything(records) == before
    assert all(before[name] for name in ("tickets", "approvals", "decisions", "asked", "promises", "reviews"))


def test_a_problem_stands_with_its_cause_what_was_changed_and_all_its_tickets(records: Records) -> None:
    """Also those that it names no longer."""
    problem = problem_solved()
    write(records, replace(problem, tickets=()), moment())
    write(records, problem, moment(2))
    write(records, replace(problem, tickets=()), moment(3))

    (row,) = rows(records, tables.PROBLEMS)
    kept = ("system", "category", "cause", "conclusion", "concluded_by", "tickets", "ended")
    assert [row[name] for name in kept] == [
        "trading platform",
        "network",
        "the index is missing",
        "the index is there",
        "cy",
        1,
        problem.record[-1].at,
    ]
    assert [one["ticket"] for one in rows(records, tables.PROBLEM_TICKETS)] == ["ticket-harbor-desk-3"]


def test_a_change_of_shifts_that_begins_anew_is_another_one(records: Records) -> None:
    """Under the same id; what has become of each ticket is known."""
    item = HandoverItem(
        "ticket-harbor-desk-42", "harbor", "42", "No mail", "high", "open", NOON, outcome="kept"
    )
    for hours in (0, 1):
        at = NOON + timedelta(hours=hours)
        change = ShiftChange(of="dee", to="sam", at=NOON, lines=(item,)).noted(
            Entry(at, Kind.LISTED, person="dee")
        )
        write(records, change, moment(run=f"run-{hours}", later=3600 * hours))

    assert [(row["leaves"], row["comes"]) for row in rows(records, tables.HANDOVERS)] == [("dee", "sam")] * 2
    assert [row["outcome"] for row in rows(records, tables.HANDED)] == ["kept"] * 2


def test_the_words_of_a_complaint_stand_in_a_table_of_their_own(records: Records) -> None:
    """Access to it can be granted by itself."""
    write(records, not_yet(), moment())

    having = {
        name for name, found in everything(records).items() if any(word in str(found) for word in WORDS)
    }
    assert having == {"complaint_words"}


def test_what_is_read_of_an_earlier_moment_comes_too_late(records: Records) -> None:
    """Another worker, or another run, has told more already."""
    new, later = life().ticket, solved().ticket
    assert write(records, later, moment(40))
    assert not write(records, new, moment(8))
    assert not write(records, new, moment(90, run="run-0", later=-60))
    assert write(records, later, moment(3, run="run-2", later=60))

    assert [row["status"] for row in rows(records, tables.TICKETS)] == ["closed"]


def test_what_has_joined_an_emergency_is_one_incident_with_it(records: Records) -> None:
    """The row tells which; the emergency is its own."""
    joined = replace(life().ticket, joined="ticket-harbor-door-e-1", status="closed")
    write(records, joined, moment())

    assert rows(records, tables.TICKETS)[0]["incident"] == "ticket-harbor-door-e-1"


def test_a_ticket_that_comes_in_is_there_before_anybody_has_seen_it(records: Records) -> None:
    """Once, however often it is written, and it becomes the ticket's own row."""
    told = life(CRITICAL).ticket
    opening = Opening("harbor", "desk", "42", "Nobody can log in", "kim", facts=CRITICAL)
    for seconds in (2, 3):
        write_opening(records, opening, "trading platform", NOON + timedelta(seconds=seconds))
    assert [row["status"] for row in rows(records, tables.TICKETS)] == ["opening"]

    write(records, told, moment())

    assert [(row["status"], row["opened"]) for row in rows(records, tables.TICKETS)] == [("open", NOON)]
    write_opening(records, opening, "trading platform", NOON)
    assert len(rows(records, tables.TICKETS)) == 1


@every(
    "caller, told, written",
    [("", None, ""), ("", "monitoring", "monitoring"), ("", "staff", "staff"), ("Kim", None, "user")],
)
def test_who_noticed_it_is_written_where_it_is_told(
    caller: str, told: FoundBy | None, written: str, records: Records
) -> None:
    """When it comes in, and after it has opened: who reports an emergency has."""
    opening = Opening("harbor", "desk", f"42-{written}", "No vpn", "kim", caller=caller, found_by=told)
    write_opening(records, opening, "", NOON)
    assert rows(records, tables.TICKETS)[-1]["found_by"] == written
    write(records, replace(life().ticket, id=opening.id, caller=caller, found_by=told), moment())
    assert rows(records, tables.TICKETS)[-1]["found_by"] == written


def test_an_ended_run_is_recorded_once_with_what_it_has_sent(records: Records) -> None:
    """A terminated one is over, whoever has ended it."""
    told = life().ticket
    write(records, told, moment())
    page = Delivery(5, 1, "page", "ana", "mail", NOON, NOON, 1, "delivered")
    end = EndedRun("run-1", told.id, "Ticket", NOON, "terminated", "harbor", deliveries=(page,))
    for _ in range(2):
        write_end(records, end)

    assert [row["person"] for row in rows(records, tables.DELIVERIES)] == ["ana"]
    assert writing.whole(records, ["run-1", "run-2"]) == {"run-1"}
    assert rows(records, tables.TICKETS)[0]["ended"] == NOON


def test_what_no_database_takes_is_written_as_far_as_it_can_be(records: Records) -> None:
    """One strange letter holds up nothing."""
    strange = replace(life().ticket, title="a\0b\udc80c")
    write(records, strange, moment())

    assert rows(records, tables.TICKETS)[0]["title"] == "ab?c"


def long_record(said: Sequence[tuple[int, bool]]) -> list[Ticket]:
    """How a ticket stands after each line of a long record: some lines are repetitions of the one before."""
    stands = [life().ticket]
    for number, (length, again) in enumerate(said):
        entry = Entry(
            NOON + timedelta(seconds=number), Kind.PROGRESS, "ana", words=f"{number} {'x' * length}"
        )
        unreached = Entry(
            NOON + timedelta(seconds=number), Kind.PAGED_AGAIN, person="ida", number=str(number)
        )
        ticket = stands[-1]
        stands.append(ticket.noted_again(unreached) if again else ticket.noted(entry))
    return stands


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    st.lists(st.tuples(st.integers(0, 1900), st.booleans()), min_size=1, max_size=90),
    st.integers(0, 2**32),
)
def test_lines_keep_their_numbers_whatever_is_folded_or_missed(
    records: Records, said: list[tuple[int, bool]], seed: int
) -> None:
    """However few of its moments were written, and in whatever order: what the last one still has stands as
    it has it, and each line that was ever written is there once."""
    stands = long_record(said)
    chance = random.Random(seed)  # noqa: S311 - an example's
    some = [number for number in range(len(stands) - 1) if chance.random() < 0.5]
    chance.shuffle(some)
    run = f"run-{seed}-{len(said)}"
    begins = stands[0].opened - timedelta(microseconds=chance.randrange(10**12))
    for number in (*some, len(stands) - 1):
        write(records, replace(stands[number], opened=begins), moment(number + 1, run))

    last = stands[-1]
    key = writing.key_of(last.id, begins)
    written = {row["number"]: row for row in rows(records, tables.TIMELINE) if row["key"] == key}
    assert max(written) == last.written
    for number, entry in writing.lines(last):
        if not entry.folded:
            assert writing.as_entry(written[number]) == entry


def test_all_moments_together_have_every_line(records: Records) -> None:
    """What a ticket itself has folded stands here line by line."""
    stands = long_record([(1900, False)] * 60)
    assert any(entry.folded for entry in stands[-1].record)
    for number, ticket in enumerate(stands):
        write(records, ticket, moment(number + 1))

    with records.reading() as connection:
        count = connection.execute(select(func.count()).select_from(tables.TIMELINE)).scalar_one()
    assert count == stands[-1].written
