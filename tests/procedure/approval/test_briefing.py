"""What somebody who is on call at night is told that they may do without asking."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from procedure.approval.briefing import may_decide
from procedure.book.procedure import Procedure
from procedure.book.severity import Severity
from procedure.duty.on_duty import Watch
from tests.northwind import ON_CALL, PROCEDURE, on_call

NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)
NIGHT = datetime(2026, 12, 7, 23, tzinfo=UTC)

IN_THEIR_HOURS = "with Harbor Trading's consent if it is down in their hours"
SENIORS = (
    f"restart: up to 2 hours down; {IN_THEIR_HOURS}",
    "configuration change: if it costs nothing and nothing is down",
    "replace hardware: up to GBP 200; with Harbor Trading's consent if it costs anything",
    "call in staff: up to GBP 500",
)


def told(
    tier: str, severity: Severity = "high", at: datetime = NIGHT, book: Procedure | None = None
) -> set[str]:
    lines = may_decide(Watch(book or on_call(), "harbor", severity), tier, at)
    assert len(set(lines)) == len(lines)
    return set(lines)


def with_lines(*lines: dict[str, Any], **action: Any) -> Procedure:
    """The procedure in which these are all the lines about restarts, and there is nothing else."""
    table = deepcopy(PROCEDURE["authority"])
    return on_call(authority=table | {"actions": {"restart": {"may": lines} | action}, "options": {}})


@pytest.mark.parametrize(
    ("tier", "lines"),
    [
        ("first level", {f"restart: up to 10 minutes down; {IN_THEIR_HOURS}"}),
        ("senior specialist", set(SENIORS)),
        (
            "engineering",
            {
                f"restart: up to 8 hours down; {IN_THEIR_HOURS}",
                "configuration change: up to 1 hour down",
                "failover: up to 2 hours down; with Harbor Trading's consent if anything is down",
                "replace hardware: up to GBP 2,000 and 4 hours down; "
                "with Harbor Trading's consent if it costs anything or it is down in their hours",
                "call in staff: up to GBP 500",
            },
        ),
        (
            "management",
            {
                f"restart: without limit; {IN_THEIR_HOURS}",
                "configuration change: without limit",
                "failover: without limit; with Harbor Trading's consent if anything is down",
                "replace hardware: without limit; "
                "with Harbor Trading's consent if it costs anything or it is down in their hours",
                "call in staff: up to GBP 5,000",
                "allocate people: without limit",
                "decline: without limit",
            },
        ),
        ("last resort", set()),
    ],
)
def test_at_night_a_tier_is_told_what_it_decides_alone(tier: str, lines: set[str]) -> None:
    """Neither what two must decide, nor what the client must always agree to."""
    assert told(tier) == lines


def test_at_critical_it_is_told_what_may_be_done_first_as_well() -> None:
    assert told("senior specialist", "critical") == {
        *SENIORS,
        "failover: up to 2 hours down, first in an emergency",
        "replace hardware: up to GBP 1,000 and 4 hours down, first in an emergency",
    }
    assert told("engineering", "critical") == told("engineering")


def test_in_hours_nobody_is_told_what_they_may_decide_alone() -> None:
    """Those who decide are there."""
    assert told("senior specialist", "critical", NOON) == set()


def test_where_the_tiers_answer_at_any_time_nobody_is_told() -> None:
    harbor = ON_CALL["clients"]["harbor"] | {"coverage": {"out_of_hours": "staffed"}}
    assert told("senior specialist", book=on_call(clients=ON_CALL["clients"] | {"harbor": harbor})) == set()
    assert may_decide(Watch(on_call(), "lindqvist", "high"), "senior specialist", NIGHT) == ()


def test_at_a_pace_nobody_is_told() -> None:
    """Nobody's hours are kept then."""
    assert may_decide(Watch(on_call(), "harbor", "high", pace=60), "senior specialist", NIGHT) == ()


def test_without_a_table_nobody_is_told() -> None:
    clients = {name: client | {"authority": [], "consent": {}} for name, client in ON_CALL["clients"].items()}
    assert told("senior specialist", book=on_call(authority=None, clients=clients)) == set()


def test_what_has_left_the_procedure_is_not_told_of() -> None:
    """A ticket may outlive its client."""
    assert may_decide(Watch(on_call(), "gone", "high"), "senior specialist", NIGHT) == ()


COST, DOWN = {"tier": "engineering", "cost": 500}, {"tier": "engineering", "downtime": "1 hour"}
BOTH = COST | DOWN
FIRST = {"when": "emergency"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([COST, DOWN], {"restart: up to GBP 500", "restart: up to 1 hour down"}),
        ([COST, BOTH, DOWN], {"restart: up to GBP 500 and 1 hour down"}),
        ([COST, COST], {"restart: up to GBP 500"}),
        ([COST, COST | {"when": "in hours", "cost": 900}], {"restart: up to GBP 500"}),
        ([BOTH, {"tier": "engineering", "without_limit": True}], {"restart: without limit"}),
        ([BOTH, COST | FIRST], {"restart: up to GBP 500 and 1 hour down"}),
        ([BOTH, BOTH | FIRST], {"restart: up to GBP 500 and 1 hour down"}),
        (
            [COST, DOWN | FIRST],
            {"restart: up to GBP 500", "restart: up to 1 hour down, first in an emergency"},
        ),
        (
            [COST, {"tier": "engineering", "without_limit": True} | FIRST],
            {"restart: up to GBP 500", "restart: without limit, first in an emergency"},
        ),
    ],
)
def test_a_line_that_another_goes_beyond_is_left_out(lines: list[Any], expected: set[str]) -> None:
    assert told("engineering", "critical", book=with_lines(*lines)) == expected


def test_consent_is_told_where_a_line_can_need_it() -> None:
    """Nothing is down under a line about costs."""
    book = with_lines(
        COST, {"tier": "engineering", "when": "emergency", "cost": 900}, consent=["downtime", "cost"]
    )
    assert told("engineering", "critical", book=book) == {
        "restart: up to GBP 500; with Harbor Trading's consent if it costs anything",
        "restart: up to GBP 900, first in an emergency",
    }
    assert told("engineering", book=with_lines(COST, consent=["downtime"])) == {"restart: up to GBP 500"}


def test_what_two_must_decide_may_still_be_done_first() -> None:
    book = with_lines(COST, DOWN | FIRST, two_people=True)
    assert told("engineering", book=book) == set()
    assert told("engineering", "critical", book=book) == {"restart: up to 1 hour down, first in an emergency"}
