"""Severity, criteria, durations and commitments, each answer with its reason."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure.book.agreement import agree
from procedure.book.criteria import calls
from procedure.book.reader import Reader
from procedure.book.severity import (
    SEVERITIES,
    Facts,
    Otherwise,
    System,
    assess,
    at_least,
    find_system,
)
from procedure.clocks.calendars import AlwaysOpen, local
from procedure.clocks.commitments import Commitment, Stretch, begin
from procedure.clocks.durations import Duration
from tests.northwind import northwind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BOOK = northwind()
HARBOR = BOOK.clients["harbor"]


@pytest.mark.parametrize(
    ("facts", "severity", "reason"),
    [
        (
            Facts("trading platform", "down"),
            "critical",
            "trading platform down: the firm can't trade",
        ),
        (
            Facts("trading platform", "down", users=1, workaround=True),
            "critical",
            "trading platform down, 1 user, with a workaround: the firm can't trade",
        ),
        (Facts("trading platform", "impaired", users=5), "high", "trading platform impaired, 5 users"),
        (Facts("trading platform", "impaired", users=4), "medium", "trading platform impaired, 4 users"),
        (
            Facts("trading platform", "impaired"),
            "high",
            "trading platform impaired (not known: how many users; when in doubt the higher)",
        ),
        (
            Facts("trading platform"),
            "critical",
            "trading platform affected: the firm can't trade (not known: how bad it is; "
            "when in doubt the higher)",
        ),
        (
            Facts("office mail", "down"),
            "high",
            "office mail down (not known: whether there is a workaround; when in doubt the higher)",
        ),
        (Facts("office mail", "down", workaround=True), "medium", "office mail down, with a workaround"),
        (Facts("office mail", "limited"), "low", "office mail limited"),
        (Facts(), "medium", "no system was named, so the client's ordinary severity"),
        (Facts("fax"), "medium", "fax has no rules of its own, so the client's ordinary severity"),
    ],
)
def test_severity_is_what_the_clients_rules_say(facts: Facts, severity: str, reason: str) -> None:
    """Which system, how bad, how many, and a workaround; what nobody knows counts as the worst."""
    found = assess(HARBOR.systems, HARBOR.otherwise, facts)

    assert (found.severity, found.reason) == (severity, reason)


OTHERWISE = Otherwise.model_validate(
    {
        "rules": [
            {"severity": "critical", "state": ["down"], "users_from": 25, "because": "a desk is out"},
            {"severity": "high", "state": ["down"], "workaround": False},
            {"severity": "medium"},
        ]
    }
)


@pytest.mark.parametrize(
    ("facts", "severity", "reason"),
    [
        (
            Facts("abacus", "down", 200),
            "critical",
            "abacus down, 200 users (abacus has no rules of its own): a desk is out",
        ),
        (
            Facts("", "down", 200),
            "critical",
            "something down, 200 users (no system was named): a desk is out",
        ),
        (
            Facts("abacus", "down"),
            "critical",
            "abacus down (abacus has no rules of its own): a desk is out (not known: how many users; "
            "when in doubt the higher)",
        ),
        (
            Facts("abacus", users=30),
            "critical",
            "abacus affected, 30 users (abacus has no rules of its own): a desk is out (not known: "
            "how bad it is; when in doubt the higher)",
        ),
        (
            Facts("abacus", "down", 3),
            "high",
            "abacus down, 3 users (abacus has no rules of its own) (not known: whether there is a "
            "workaround; when in doubt the higher)",
        ),
        (Facts("abacus", "down", 3, workaround=True), "medium", None),
        (Facts("abacus", "limited", 200), "medium", None),
        # Nothing that a rule looks at was told: an ordinary ticket.
        (Facts("abacus"), "medium", "abacus has no rules of its own, so the client's ordinary severity"),
        (Facts(), "medium", "no system was named, so the client's ordinary severity"),
        # A known system's own rules come first, and the others where none of them fits.
        (Facts("trading platform", "limited"), "medium", "trading platform limited"),
        (Facts("phones", "down", 30), "critical", None),
        (Facts("phones", "limited", 30), "medium", None),
    ],
)
def test_what_is_on_no_list_goes_by_what_was_told(facts: Facts, severity: str, reason: str | None) -> None:
    """By the rules of ``otherwise``; not as if all of them fitted as long as nobody has said a word."""
    phones = System.model_validate({"rules": [{"severity": "low", "users_from": 1, "state": ["impaired"]}]})
    found = assess({**HARBOR.systems, "phones": phones}, OTHERWISE, facts)
    assert found.severity == severity
    assert reason in (None, found.reason)


facts = st.builds(
    Facts,
    st.sampled_from(["trading platform", "office mail", "fax", ""]),
    st.sampled_from(["down", "impaired", "limited", None]),
    st.none() | st.integers(0, 50),
    st.none() | st.booleans(),
)


@given(facts, facts)
def test_in_doubt_it_is_never_lower_than_knowing_would_make_it(known: Facts, other: Facts) -> None:
    """Whatever turns out later, the severity with less known was as high or higher."""
    more = Facts(
        known.system,
        known.state or other.state,
        other.users if known.users is None else known.users,
        other.workaround if known.workaround is None else known.workaround,
    )

    before = assess(HARBOR.systems, HARBOR.otherwise, known).severity
    after = assess(HARBOR.systems, HARBOR.otherwise, more).severity

    assert at_least(before, after)


@given(facts, facts)
def test_of_what_is_on_no_list_the_same_holds_for_whatever_was_spoken_of(known: Facts, other: Facts) -> None:
    """A rule that comes to fit later is one of which nothing was told before."""
    more = replace(other, system=known.system).updated(known)
    before, after = (assess(HARBOR.systems, OTHERWISE, one).severity for one in (known, more))

    unheard = [rule.severity for rule in OTHERWISE.rules if not rule.heard_of(known)]
    assert at_least(before, after) or after in unheard


def test_two_clients_differ_in_the_same_trouble() -> None:
    """The trading firm's tool down is critical whoever calls; the law firm's depends on how many need it."""
    law = BOOK.clients["lindqvist"]
    few = Facts("research tool", "down", users=3, workaround=False)
    many = Facts("research tool", "down", users=12, workaround=False)

    assert assess(law.systems, law.otherwise, few).severity == "medium"
    assert assess(law.systems, law.otherwise, many).severity == "high"


def test_a_system_is_found_by_any_of_its_names() -> None:
    """The helpdesk may call it otherwise; a name nobody knows stays as it is."""
    assert find_system(HARBOR.systems, " Trading ") == "trading platform"
    assert find_system(HARBOR.systems, "fax") == "fax"


@pytest.mark.parametrize(
    ("severity", "facts", "earlier", "found"),
    [
        ("medium", Facts(), 0, []),
        (
            "low",
            Facts(conditions=("failed disk",)),
            0,
            [("senior specialist", "complexity: failed disk")],
        ),
        ("low", Facts(conditions=("something new",)), 0, []),
        ("high", Facts(users=25), 0, [("engineering", "impact: affects 25 users")]),
        ("high", Facts(users=24), 0, []),
        ("medium", Facts(users=400), 0, []),
        ("low", Facts(), 1, []),
        ("low", Facts(), 2, [("senior specialist", "pattern: 3rd time in 30 days")]),
        ("low", Facts(), 10, [("senior specialist", "pattern: 11th time in 30 days")]),
        ("low", Facts(), 20, [("senior specialist", "pattern: 21st time in 30 days")]),
    ],
)
def test_criteria_call_for_a_tier_with_the_reason(
    severity: str, facts: Facts, earlier: int, found: list[tuple[str, str]]
) -> None:
    """Complexity, impact and pattern, each just at and just under its limit."""
    assert severity in SEVERITIES
    result = calls(BOOK.criteria, severity, facts, earlier)

    assert [(call.tier, call.reason) for call in result] == found


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("30 minutes", "30 minutes"),
        ("30 min", "30 minutes"),
        ("1 hour 30 minutes", "1 hour 30 minutes"),
        ("1 hour and 30 minutes", "1 hour 30 minutes"),
        ("90 minutes", "1 hour 30 minutes"),
        ("2 h", "2 hours"),
        ("1 business day", "1 business day"),
        ("2 Business Days", "2 business days"),
        ("3 days", "3 days"),
    ],
)
def test_durations_read_as_people_write_them(text: str, spoken: str) -> None:
    """And are spoken the same everywhere."""
    assert str(Duration.parse(text)) == spoken


@pytest.mark.parametrize(
    "text", ["30", "thirty minutes", "0 minutes", "-5 minutes", "1 business day 2 hours", 30, ""]
)
def test_what_is_no_duration_is_told_how_to_write_one(text: object) -> None:
    """Wrong units, no units, nothing, and mixtures."""
    with pytest.raises(ValueError, match=r"business|write a number"):
        Duration.parse(text)


minutes = st.integers(0, 10_000).map(lambda m: timedelta(minutes=m))


@given(st.lists(st.tuples(minutes, minutes), max_size=6), st.integers(1, 10_000))
def test_pauses_move_the_end_by_exactly_their_length(
    pauses: list[tuple[timedelta, timedelta]], budget: int
) -> None:
    """Run a while, stop a while: what is left after any number of pauses is the budget less what ran."""
    clock, now = AlwaysOpen(), NOON
    commitment = begin(Duration(timedelta(minutes=budget)), NOON)
    stopped = timedelta(0)
    for ran, pause in pauses:
        commitment = commitment.suspended(now + ran, clock).resumed(now + ran + pause)
        now, stopped = now + ran + pause, stopped + pause

    end = commitment.runs_out(clock)

    ran = now - NOON - stopped
    assert commitment.used(now, clock) == ran
    left = timedelta(minutes=budget) - ran
    assert end == (now + left if left > timedelta(0) or not pauses else commitment.ledger[-1].begin)


def test_another_budget_keeps_what_was_used() -> None:
    """Twenty of thirty minutes used, raised to a severity of fifteen: it has run out, and says since when."""
    raised = Commitment(Duration(timedelta(minutes=15)), (Stretch(NOON),))

    assert raised.runs_out(AlwaysOpen()) == NOON + timedelta(minutes=15)


def test_a_pace_makes_an_hour_take_a_minute() -> None:
    """For demonstrations: agreed time is counted that much faster."""
    commitment = begin(Duration.parse("1 hour"), NOON)

    assert commitment.runs_out(AlwaysOpen(60)) == NOON + timedelta(minutes=1)


def test_times_are_told_as_they_are_where_the_reader_is() -> None:
    """Today by the clock, another day with its name."""
    tomorrow = NOON + timedelta(days=1)

    assert local(NOON, NOON, "Europe/Stockholm") == "13:00"
    assert local(tomorrow, NOON, "Europe/London") == "Tue 24 Nov 12:00"
    assert local(NOON + timedelta(seconds=20), NOON, "UTC") == "12:00"
    assert local(NOON + timedelta(seconds=20), NOON, "UTC", seconds=True) == "12:00:20"
    assert local(NOON, NOON, "UTC", dated=True) == "Mon 23 Nov 12:00"


@pytest.mark.parametrize(
    ("pace", "every"), [(1, "10 minutes"), (2, "10 minutes"), (60, "1 hour"), (10_000, "6 days 22 hours")]
)
def test_a_demonstration_left_alone_mails_its_last_resort_once_a_minute(pace: float, every: str) -> None:
    """At a pace what is agreed as ten minutes may be a second; in earnest it is what was agreed."""
    book = northwind(last_resort={"person": "ida", "again_every": "10 minutes"})
    agreed = agree(book, "harbor", pace)
    assert str(agreed.again_every) == every
    assert agreed.lasts(agreed.again_every) >= timedelta(minutes=1)


SOON = st.timedeltas(timedelta(days=-3), timedelta(days=3))


@given(st.lists(SOON, min_size=1), st.sampled_from([1.0, 60.0]))
def test_all_times_of_a_list_are_told_alike(apart: list[timedelta], pace: float) -> None:
    """Seconds at a pace, and nowhere else; the day as soon as one of them has another one."""
    listed = [NOON + one for one in apart]
    clock = Reader(NOON, zone="Europe/London", pace=pace).clock(listed)

    shapes = {re.sub(r"\d+", "0", re.sub("[A-Z][a-z]{2}", "Day", clock(at))) for at in listed}
    days = "Day 0 Day " if any(at.date() != NOON.date() for at in listed) else ""
    assert shapes == {days + ("0:0" if pace == 1 else "0:0:0")}
