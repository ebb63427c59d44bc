"""The generated year: the same each time, and its figures are what is counted one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from bench.living import Living
from bench.review import alike, compare
from bench.year import LAST_MONTH, MONTHS, NotAYear, book_of_the_year, fill, lives
from procedure.approval.state import Approval
from procedure.complaint.state import Complaint
from procedure.kinds import Kind
from procedure.prevention.state import Prevention
from procedure.problem.state import Problem
from procedure.ticket.state import Ticket
from records import tables
from records.database import Records
from starter import cli

COUNT = 200
LONDON = ZoneInfo("Europe/London")


@pytest.fixture(scope="module")
def lived() -> list[Living[Any]]:
    """A year."""
    return list(lives(COUNT, example=True))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest,
    without_records: Callable[[str, str, Path], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Records]:
    """The records of that year, which nobody changes."""
    records = Records(without_records(request.param, "year", tmp_path_factory.mktemp("year")))
    assert fill(records, COUNT, example=True) == COUNT
    yield records
    records.close()


def test_it_is_the_same_each_time(lived: list[Living[Any]]) -> None:
    """With nobody's clock in it."""
    first, second = ([one.stands for one in year] for year in (lived, lives(COUNT, example=True)))

    assert first == second
    assert {type(one) for one in first} == {Ticket, Approval, Complaint, Problem, Prevention}


def test_what_the_database_counts_is_what_the_tickets_say(filled: Records, lived: list[Living[Any]]) -> None:
    """Tickets by outcome, where each was solved, turns at tiers, what ran out, and what was sent."""
    tickets = [one for one in lived if isinstance(one.stands, Ticket)]
    t, v, d = tables.TICKETS.c, tables.VISITS.c, tables.DELIVERIES.c

    with filled.reading() as connection:

        def counted(column: object, *where: object) -> dict[object, int]:
            asked = select(column, func.count()).where(*where).group_by(column)  # type: ignore[call-overload]
            return {name: count for name, count in connection.execute(asked)}  # noqa: C416 - rows of it

        by_status = counted(t.status)
        by_place = counted(t.solved_at, t.solved.is_not(None))
        by_tier, left_by = counted(v.tier), counted(v.left_by, v.left_by == Kind.RAN_OUT.value)
        by_person = counted(d.person)

    lines = [entry for one in tickets for entry in one.stands.record]
    stands = [one.stands for one in tickets]
    open_ones = Counter("terminated" for one in stands if not one.over)
    assert by_status == Counter(one.status for one in stands if one.over) + open_ones
    solved = [one for one in stands if any(e.kind is Kind.RESOLVED for e in one.record) and one.over]
    assert sum(by_place.values()) <= len(solved) + len(open_ones)
    assert by_tier == Counter(entry.to for entry in lines if entry.to)
    assert left_by == Counter(e.kind.value for e in lines if e.kind is Kind.RAN_OUT and e.to)
    assert by_person == Counter(notice.to for one in lived for _, notice in one.told)


def test_done_again_it_changes_nothing(records: Records) -> None:
    def all_rows() -> list[list[tuple[Any, ...]]]:
        with records.reading() as connection:
            return [
                sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for table in tables.METADATA.sorted_tables
            ]

    assert fill(records, 20, example=True) == 20
    first = all_rows()
    assert fill(records, 20, example=True) == 20
    assert all_rows() == first


def test_each_figure_of_each_review_is_what_plain_sql_counts(filled: Records) -> None:
    """Per client and month, on both databases; and of each kind there is something to count."""
    book, seen = book_of_the_year(example=True), Counter[str]()
    for client in book.clients:
        for month in MONTHS:
            for name, shown, counted in compare(filled, book, client, month):
                assert alike(shown, counted), f"{client}, {month}, {name}: {shown}, {counted}"
                seen[name] += any(part for row in shown for part in row)
    assert min(seen.values()), seen


def test_a_newcomer_sees_a_review_with_something_in_it(filled: Records, tmp_path: Path) -> None:
    """By the command, as README says it."""
    page = tmp_path / "page.html"
    url = filled.url.render_as_string(hide_password=False)

    asked = ["review", "--client", "harbor", "--month", LAST_MONTH, "--out", str(page)]
    seen = CliRunner().invoke(cli, asked, env={"RUNG_RECORDS_URL": url})

    assert seen.exit_code == 0, seen.output
    with filled.reading() as connection:
        found = connection.scalars(
            select(tables.TICKETS.c.number).where(
                tables.TICKETS.c.client == "harbor",
                tables.TICKETS.c.opened >= datetime(2026, 10, 1, tzinfo=LONDON),
                tables.TICKETS.c.opened < datetime(2026, 11, 1, tzinfo=LONDON),
            )
        ).all()
    assert found
    assert f"Tickets: {len(found)} (" in seen.output
    assert "Harbor Trading" in page.read_text()


def test_what_is_made_up_never_stands_beside_what_happened(records: Records) -> None:
    """One real ticket, and nothing of the example's year is written."""
    assert fill(records, 2, example=True) == 2
    run, client = tables.TICKETS.c.run, tables.TICKETS.c.client
    with records.writing() as connection:
        assert set(connection.scalars(select(client))) <= {"harbor", "lindqvist"}
        connection.execute(update(tables.TICKETS).values(run="6f1c"))

    with pytest.raises(NotAYear, match="has records of real tickets"):
        fill(records, 5, example=True)

    with records.reading() as connection:
        assert set(connection.scalars(select(run))) == {"6f1c"}
