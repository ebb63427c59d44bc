"""The service review: its figures are those of the records; its page needs no colour and no network."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from records.database import Records
from service_review.figures import Answers, Figures, KnownProblem, Recurring, Times
from service_review.month import Month
from service_review.page import as_html, as_text
from service_review.review import ServiceReview, _proposals, ordered, review, told
from tests.northwind import northwind
from tests.service_review.generated import fill
from tests.tables import every

OCTOBER = Month(2026, 10)
DRAWN = datetime(2026, 11, 1, 6, tzinfo=UTC)
BEGIN, END = datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
"""October in London: it begins in summer time and ends in winter time."""


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """A year of two clients."""
    records = Records(f"sqlite:///{tmp_path_factory.mktemp('records') / 'records.db'}")
    fill(records, "harbor", datetime(2026, 1, 1, tzinfo=UTC), 365, 900)
    fill(records, "lindqvist", datetime(2026, 1, 1, tzinfo=UTC), 365, 60, seed=2)
    yield records
    records.close()


@pytest.fixture(scope="module")
def october(records: Records) -> ServiceReview:
    return review(records, northwind(), "harbor", OCTOBER, DRAWN)


Page = Callable[[Figures], str]


@pytest.fixture
def page_of(october: ServiceReview) -> Page:
    """The words of a page with these figures."""

    def words(now: Figures) -> str:
        page = as_html(replace(october, now=now), "Northwind", "Europe/London")
        return BeautifulSoup(page, "html.parser").get_text(" ", strip=True)

    return words


def counted(records: Records, sql: str) -> dict[str, int]:
    """The same counted by the database alone."""
    span = {"begin": BEGIN.strftime("%Y-%m-%d %H:%M:%S.%f"), "end": END.strftime("%Y-%m-%d %H:%M:%S.%f")}
    with records.reading() as connection:
        return {str(row[0]): row[1] for row in connection.execute(text(sql), span)}


def opened(what: str, table: str) -> str:
    """Of what came in that month, by a column."""
    return (
        f"SELECT {what} AS how, count(*) FROM {table} WHERE client = 'harbor' AND drill = 0 "  # noqa: S608
        "AND opened >= :begin AND opened < :end GROUP BY how"
    )


COUNTS: dict[str, tuple[str, str]] = {
    "opened": ("opened", opened("severity", "tickets")),
    "found by": ("found_by", opened("found_by", "tickets")),
    "solved at": (
        "solved_at",
        "SELECT solved_at, count(*) FROM tickets WHERE client = 'harbor' AND solved >= :begin "
        "AND solved < :end GROUP BY solved_at",
    ),
    "complaints": (
        "complaints",
        opened("CASE outcome WHEN '' THEN 'open' ELSE outcome END", "complaints"),
    ),
    "promises": (
        "promises",
        "SELECT p.state, count(*) FROM promises p JOIN complaints c ON c.key = p.key WHERE "
        "c.client = 'harbor' AND p.due >= :begin AND p.due < :end GROUP BY p.state",
    ),
}


@every("name, sql", list(COUNTS.values()))
def test_every_count_is_that_of_the_records(
    name: str, sql: str, records: Records, october: ServiceReview
) -> None:
    expected = counted(records, sql)
    assert expected, "nothing to count"
    assert getattr(october.now, name) == expected


def test_turns_at_tiers_are_those_of_the_records_to_the_last_ticket(
    records: Records, october: ServiceReview
) -> None:
    turns = counted(
        records,
        "SELECT v.severity || ' ' || v.tier, count(*) FROM visits v JOIN tickets t ON t.key = v.key WHERE "
        "t.client = 'harbor' AND v.ended >= :begin AND v.ended < :end GROUP BY 1",
    )
    assert {f"{one.severity} {one.tier}": one.times.many for one in october.tiers} == turns
    late = counted(
        records,
        "SELECT v.left_by, count(*) FROM visits v JOIN tickets t ON t.key = v.key WHERE t.client = 'harbor' "
        "AND v.ended >= :begin AND v.ended < :end AND v.left_by = 'ran out' GROUP BY 1",
    )
    assert {"ran out": october.now.climbed_late} == late
    assert sum(one.times.many - one.kept for one in october.tiers) == october.now.climbed_late
    assert october.now.reasons["time at the tier ran out"] == october.now.climbed_late


def test_problems_and_prevention_are_those_of_the_records(records: Records, october: ServiceReview) -> None:
    """As they stood at the month's end, counted by the database alone."""
    problems = counted(
        records,
        "SELECT CASE WHEN ended < :end THEN 'solved' ELSE 'open' END, count(*) FROM problems WHERE "
        "client = 'harbor' AND opened < :end AND (ended IS NULL OR ended >= :begin) GROUP BY 1",
    )
    items = counted(
        records,
        "SELECT CASE WHEN i.stage IN ('done', 'declined') AND i.settled >= :end THEN 'open' ELSE i.stage "
        "END, count(*) FROM prevention_items i JOIN preventions p ON p.key = i.key WHERE "
        "p.client = 'harbor' AND p.opened < :end "
        "AND (i.stage IN ('open', 'planned') OR i.settled >= :begin) GROUP BY 1",
    )
    assert set(problems) == {"open", "solved"}
    assert set(items) == {"open", "planned", "done", "declined"}
    assert Counter("solved" if one.solved else "open" for one in october.now.problems) == problems
    assert Counter(one.stage for one in october.now.prevention) == items


def test_a_side_that_was_asked_and_said_nothing_is_told_from_one_that_was_not(page_of: Page) -> None:
    """What nobody has noticed before a user called is told apart from what nobody has told, too."""
    hour = Times(1, *[timedelta(hours=1)] * 3)
    answers = Answers("restart", {"undecided": 1}, None, None, frozenset({"client"}))
    both = Answers("failover", {"approved": 1}, hour, hour, frozenset({"msp", "client"}))
    shown = page_of(Figures(opened={"low": 2}, approvals=(answers, both), found_by={"": 2}))
    assert "not asked no answer" in shown
    assert "1 h 1 h" in shown
    assert "not told what monitoring found" in shown
    assert "0 of 1 found by monitoring" in page_of(Figures(found_by={"": 1, "user": 1}))


def test_where_there_is_a_problem_it_is_named_instead_of_asked_for() -> None:
    """By who has it, and by what is missing."""
    again = Recurring("office mail", "e-mail", 4, ("1", "2", "3", "4"))
    one = KnownProblem("problem-1", "office mail", "e-mail", "bo", "", "", solved=False)

    def said(*problems: KnownProblem) -> str:
        now = Figures(recurring=(again,), problems=problems)
        return " ".join(_proposals(now, (), 3, str.title))

    assert "Somebody should look for the cause (tickets 1, 2, 3, 4)." in said()
    assert "Somebody should look for the cause" in said(one._replace(category="network"))
    assert "problem-1 is open with Bo: its cause is still to be found." in said(one)
    assert "problem-1 is open with Bo: what was found is to be changed." in said(
        one._replace(cause="a cable")
    )
    assert "problem-1 was solved in this month" in said(one._replace(solved=True))


def test_the_month_before_is_counted_alike(records: Records, october: ServiceReview) -> None:
    september = review(records, northwind(), "harbor", OCTOBER.before, DRAWN)
    assert october.before == september.now
    assert october.before != october.now


def test_nine_of_ten_is_what_would_have_been_kept(october: ServiceReview) -> None:
    for tier in october.tiers:
        times = tier.times
        assert timedelta(0) <= times.middle <= times.nine_of_ten <= times.worst


def test_a_month_without_anything_says_so(tmp_path: Path) -> None:
    empty = Records(f"sqlite:///{tmp_path / 'records.db'}")
    empty.upgrade()
    found = review(empty, northwind(), "harbor", OCTOBER, DRAWN)
    assert (found.now.tickets, found.proposals) == (0, ())
    page = as_html(found, "Northwind", "Europe/London")
    assert "No tickets in these two months." in page
    empty.close()


# The page ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(october: ServiceReview) -> BeautifulSoup:
    return BeautifulSoup(as_html(october, "Northwind", "Europe/London"), "html.parser")


def test_nothing_is_loaded_from_outside_and_nothing_runs(page: BeautifulSoup) -> None:
    whole = str(page)
    assert not page.find_all(["script", "link", "img", "iframe", "object"])
    named = set(re.findall(r"(?:https?:)?//[^\s\"'<>)]+", whole))
    assert {one for one in named if "www.w3.org" not in one} == set()
    assert "@import" not in whole
    assert "url(" not in whole


def test_each_picture_has_a_name_and_a_table_beside_it_with_the_same_numbers(page: BeautifulSoup) -> None:
    pairs = page.find_all(class_="pair")
    assert len(pairs) >= 4
    for pair in pairs:
        picture: Any = pair.find("svg")
        assert picture["role"] == "img"
        assert picture["aria-label"]
        drawn = sorted(int(float(one.get_text())) for one in picture.select("text.value") if one.get_text())
        table = sorted(int(cell.get_text()) for cell in pair.select("tbody td"))
        assert drawn == table


def test_problems_and_prevention_have_their_tables(page: BeautifulSoup, october: ServiceReview) -> None:
    for name, rows in (("problems", october.now.problems), ("prevention", october.now.prevention)):
        assert rows
        assert len(page.select(f"#{name} tbody tr")) == len(rows)
    assert "Bo " in page.select("#problems tbody tr")[0].get_text(" ")


def test_the_mail_says_the_main_figures(october: ServiceReview) -> None:
    told = as_text(october, "Northwind", "Europe/London")
    assert told.startswith("Service review of Harbor Trading, October 2026")
    assert f"Tickets: {october.now.tickets} ({october.before.tickets})" in told
    assert all(f"- {one}\n" in told for one in october.proposals)
    assert october.proposals


# Months and lengths -----------------------------------------------------------------------


@given(st.integers(2000, 2200), st.integers(1, 12), st.sampled_from(["Europe/London", "Asia/Kolkata", "UTC"]))
def test_months_follow_one_another_without_a_gap(year: int, number: int, zone: str) -> None:
    month = Month(year, number)
    assert Month.parse(month.written) == month
    assert month.after.before == month.before.after == month
    assert month.ends(zone) == month.after.begins(zone)
    assert Month.of(month.begins(zone), zone) == month
    assert Month.of(month.ends(zone) - timedelta(seconds=1), zone) == month


@every("written", ["2026", "2026-13", "2026-00", "November", "26-11", "1999-01", ""])
def test_what_is_no_month_says_how_to_write_it(written: str) -> None:
    with pytest.raises(ValueError, match="write it as 2026-11"):
        Month.parse(written)


def test_lengths_are_told_as_one_reads_them() -> None:
    assert [told(timedelta(seconds=one)) for one in (0.4, 59, 60, 3_599, 3_600, 15_000, 172_800)] == [
        "0 s",
        "59 s",
        "1 min",
        "60 min",
        "1 h",
        "4 h 10 min",
        "2.0 days",
    ]
    assert ordered({"b": 1, "a": 2, "z": 3}, ("a", "b")) == {"a": 2, "b": 1, "z": 3}
