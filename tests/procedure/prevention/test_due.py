"""When something of a client's comes due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from procedure.book.prevention import Item
from procedure.prevention.due import FARTHEST, ComingDue, Settled, because, coming, proposed_from, reached
from tests.tables import every

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def day(text: str) -> date:
    return date.fromisoformat(text)


def due(before: Settled | None = None, **item: Any) -> ComingDue:
    found = coming("it", Item.model_validate(item), TODAY, before)
    assert found
    return found


def settled(when: str, on: str, done: bool = True) -> Settled:
    return Settled(day(when), done, day(on))


FULL = {"limit": 100, "unit": "GB"}
GROWS = {"2026-11-01": 50, "2026-11-11": 60, "2026-11-21": 70}


@every(
    "item, before, expected",
    [
        ({"ends": "2027-01-31"}, None, "2027-01-31"),
        ({"ends": "2020-01-31"}, None, "2020-01-31"),
        # Another day in the files is another matter.
        ({"ends": "2027-01-31"}, settled("2026-01-31", "2026-01-01"), "2027-01-31"),
        ({"every_days": 30, "last": "2026-11-01"}, None, "2026-12-01"),
        ({"every_days": 30}, None, "2026-11-23"),
        ({"every_days": 30, "last": "2026-09-01"}, settled("2026-10-01", "2026-11-20"), "2026-12-20"),
        ({"every_days": 30, "last": "2026-11-22"}, settled("2026-10-01", "2026-11-01"), "2026-12-22"),
        ({"every_days": 30, "last": "2026-09-01"}, settled("2026-10-01", "2026-11-20", False), "2026-10-31"),
        ({"every_days": 30}, settled("2026-11-20", "2026-11-20", False), "2026-12-20"),
        ({**FULL, "readings": GROWS}, None, "2026-12-21"),
        ({**FULL, "readings": {"2026-11-21": 100}}, None, "2026-11-21"),
    ],
)
def test_when_it_is_due(item: dict[str, Any], before: Settled | None, expected: str) -> None:
    assert due(before, **item).due == day(expected)


@every(
    "item, before",
    [
        ({"ends": "2027-01-31"}, settled("2027-01-31", "2026-11-01")),
        ({"ends": "2027-01-31"}, settled("2027-01-31", "2026-11-01", False)),
        (FULL, None),
        ({**FULL, "readings": {"2026-11-01": 50}}, None),
        ({**FULL, "readings": {"2026-11-01": 50, "2026-11-11": 40}}, None),
        # The disk was made larger: what was measured before does not count.
        ({**FULL, "readings": GROWS}, settled("2026-12-21", "2026-11-21")),
        ({**FULL, "readings": GROWS}, settled("2026-12-21", "2026-11-21", False)),
    ],
)
def test_what_is_not_in_sight(item: dict[str, Any], before: Settled | None) -> None:
    assert coming("it", Item.model_validate(item), TODAY, before) is None


def test_readings_that_rung_was_told_count_with_those_of_the_files() -> None:
    item = Item.model_validate({**FULL, "readings": {"2026-11-12": 80}})
    found = coming("it", item, TODAY, None, {day("2026-11-22"): 90})
    assert found
    assert (found.due, found.value, found.last) == (day("2026-12-02"), 90, day("2026-11-22"))


@every(
    "ahead, expected",
    [({}, "2026-12-12"), ({"ahead_days": 90}, "2026-10-13"), ({"ahead_days": 0}, "2027-01-11")],
)
def test_how_long_ahead_it_is_proposed(ahead: dict[str, int], expected: str) -> None:
    item = Item.model_validate({"ends": "2027-01-11", **ahead})
    assert proposed_from(item, due(ends="2027-01-11"), 30) == day(expected)


@given(DAYS, st.integers(1, 1_000), st.integers(1, 100), st.sets(st.integers(0, 50), min_size=2, max_size=20))
def test_a_straight_line_reaches_its_limit_on_the_day_it_does(
    first: date, begin: int, a_day: int, days: set[int]
) -> None:
    """Whatever of it was measured, in whatever order."""
    readings = {first + timedelta(days=n): float(begin + a_day * n) for n in sorted(days, reverse=True)}
    limit = begin + a_day * 60
    assert reached(readings, limit) in (first + timedelta(days=60), first + timedelta(days=61))


@given(st.dictionaries(DAYS, st.floats(0, 1e15), max_size=30), st.floats(0, 1e15))
def test_any_readings_are_answered(readings: dict[date, float], limit: float) -> None:
    """The limit is reached never, or between the newest reading and the farthest that is believed."""
    found = reached(readings, limit)
    if found is None:
        assert not readings or readings[max(readings)] < limit
    else:
        assert max(readings) <= found <= max(readings) + FARTHEST + timedelta(days=1)


@given(DAYS, st.integers(1, 3_660), DAYS, st.booleans())
def test_what_is_regular_is_never_due_again_before_its_time(
    last: date, every_days: int, on: date, done: bool
) -> None:
    found = due(Settled(last, done, on), every_days=every_days, last=last)
    assert found.due >= last + timedelta(days=every_days)
    if done:
        assert found.due >= on + timedelta(days=every_days)


@every(
    "item, words",
    [
        ({"ends": "2027-01-31", "system": "mail"}, "support of mail ends on 31 Jan 2027"),
        ({"every_days": 90, "last": "2026-09-02"}, "every 90 days; last done on 2 Sep 2026"),
        ({"every_days": 1, "system": "mail"}, "every day, mail; never done so far"),
        ({**FULL, "readings": GROWS}, "70 of 100 GB on 21 Nov 2026, full on 21 Dec 2026 if it goes on so"),
        ({"limit": 1234.5, "readings": {"2026-11-21": 5000.25}}, "5,000.25 of 1,234.5 on 21 Nov 2026"),
    ],
)
def test_why_it_is_due_in_words(item: dict[str, Any], words: str) -> None:
    assert because(due(**item)) == words
