"""What open tickets are told when calendars change."""

from datetime import UTC, datetime
from typing import Any

import pytest

from procedure.check.changes import changes
from tests.northwind import ON_CALL, UK_HOLIDAYS, on_call

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CLIENTS, PEOPLE, ROTAS = ON_CALL["clients"], ON_CALL["people"], ON_CALL["rotas"]


def harbor(**terms: Any) -> dict[str, Any]:
    return {"clients": CLIENTS | {"harbor": CLIENTS["harbor"] | terms}}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (harbor(hours={"weekdays": "08:00-17:30"}), "the hours of Harbor Trading have changed"),
        (
            harbor(holidays=UK_HOLIDAYS | {"also": {"2026-11-26": "closed"}}),
            "the holidays of Harbor Trading have changed: 2026-11-26",
        ),
        (harbor(coverage={"out_of_hours": "emergencies only"}), "the coverage of Harbor Trading has changed"),
        (harbor(runs={"high": "hours"}), "the coverage of Harbor Trading has changed"),
    ],
)
def test_what_concerns_one_client_is_told_to_its_tickets(changed: dict[str, Any], told: str) -> None:
    assert changes(on_call(), on_call(**changed), NOW) == {"harbor": told}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"rotas": ROTAS | {"seniors": ROTAS["seniors"] | {"people": ["bo", "dee"]}}},
            "the rota seniors has changed",
        ),
        (
            {
                "people": PEOPLE
                | {"bo": PEOPLE["bo"] | {"leave": [{"first": "2026-11-30", "last": "2026-12-04"}]}}
            },
            "the leave of Bo Lind has changed",
        ),
    ],
)
def test_what_concerns_the_msp_is_told_to_all(changed: dict[str, Any], told: str) -> None:
    assert changes(on_call(), on_call(**changed), NOW) == {"harbor": told, "lindqvist": told}


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Northwind Ltd"},
        {"people": PEOPLE | {"bo": PEOPLE["bo"] | {"mail": "bo.lind@northwind.example"}}},
        {
            "people": PEOPLE
            | {"bo": PEOPLE["bo"] | {"leave": [{"first": "2026-11-02", "last": "2026-11-06"}]}}
        },
        {
            "rotas": ROTAS
            | {
                "seniors": ROTAS["seniors"]
                | {"overrides": [{"begins": "2027-06-01 09:00", "ends": "2027-06-02 09:00", "person": "sam"}]}
            }
        },
    ],
    ids=["a name", "an address", "leave that is over", "a swap in half a year"],
)
def test_what_moves_no_open_clock_is_told_to_nobody(changed: dict[str, Any]) -> None:
    assert changes(on_call(), on_call(**changed), NOW) == {}
