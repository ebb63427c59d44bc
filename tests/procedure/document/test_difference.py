"""Two versions of a document, told apart in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from procedure.document.content import ClientDocument, agreed
from procedure.document.difference import differences
from procedure.document.whole import document
from tests.northwind import COMPLAINTS, ON_CALL, PROCEDURE, on_call

TODAY = date(2026, 11, 28)
TIERS: list[dict[str, Any]] = ON_CALL["tiers"]
PEOPLE: dict[str, Any] = ON_CALL["people"]
CLIENTS: dict[str, Any] = ON_CALL["clients"]
COMMITMENTS: dict[str, Any] = PROCEDURE["commitments"]
AUTHORITY: dict[str, Any] = PROCEDURE["authority"]
ACTIONS: dict[str, Any] = AUTHORITY["actions"]


def harbor(**changes: Any) -> ClientDocument:
    return document(on_call(**changes), "harbor", TODAY)


def told(before: ClientDocument, after: ClientDocument) -> list[str]:
    return [line for part in differences(agreed(before), agreed(after)) for line in part.lines]


def commitments(**high: str) -> dict[str, Any]:
    named = {name.replace("_", " "): time for name, time in high.items()}
    return COMMITMENTS | {"high": COMMITMENTS["high"] | named}


def client(**terms: Any) -> dict[str, Any]:
    return CLIENTS | {"harbor": CLIENTS["harbor"] | terms}


def authority(**actions: Any) -> dict[str, Any]:
    return AUTHORITY | {"actions": ACTIONS | actions}


@pytest.mark.parametrize(
    ("changed", "lines"),
    [
        (
            {"commitments": commitments(senior_specialist="4 hours")},
            ["high: senior specialist now 4 hours, was 2 hours"],
        ),
        (
            {"people": PEOPLE | {"uma": {"name": "Uma Doyle", "mail": "uma@northwind.example"}}},
            ["Uma Doyle: is new"],
        ),
        (
            {"tiers": [TIERS[0] | {"people": ["ana"]}, *TIERS[1:]]},
            ["first level: no longer Ben Okafor"],
        ),
        (
            {"tiers": [TIERS[0] | {"people": ["ana", "ben", "una"]}, *TIERS[1:]]},
            ["first level: now also Una Doyle"],
        ),
        (
            {"authority": authority(restart=ACTIONS["restart"] | {"may": ACTIONS["restart"]["may"][1:]})},
            ["restart: at Northwind no longer first level: up to 10 minutes down"],
        ),
        (
            {"authority": AUTHORITY | {"actions": {**ACTIONS, "buy time": {}}}},
            ["buy time (you are asked no): is new"],
        ),
        (
            {"clients": client(authority=CLIENTS["harbor"]["authority"][::-1])},
            [
                "workaround: who of you may agree now in the order “Raj Patel: what costs nothing, with "
                "nothing down; Raj Patel: up to GBP 5,000 and 8 hours down; Kim Harlow: what costs nothing, "
                "with nothing down; Kim Harlow: up to 2 hours down”"
            ],
        ),
        (
            {"complaints": COMPLAINTS | {"settled_within": "1 business day"}},
            [
                "your word: now “you have 1 business day to say whether an answer settles it”, was "
                "“you have 3 business days to say whether an answer settles it”"
            ],
        ),
        ({"name": "Southwind"}, ["we are called: now Southwind, was Northwind"]),
    ],
)
def test_what_has_changed_is_told_in_words(changed: dict[str, Any], lines: list[str]) -> None:
    found = told(harbor(), harbor(**changed))

    assert [line for line in lines if line not in found] == []


def test_versions_that_say_the_same_differ_in_nothing() -> None:
    """However their files are written, and whatever they say to others."""
    other = CLIENTS | {"lindqvist": CLIENTS["lindqvist"] | {"name": "Somebody else"}}

    assert told(harbor(), harbor(clients=other)) == []
    assert harbor().fingerprint == harbor(clients=other).fingerprint


def test_what_is_gone_is_told_with_what_it_said() -> None:
    lines = told(harbor(problems={"levels": LEVELS}), harbor())

    assert lines[-1] == (
        "engineering (who, one after the other Cy Tanaka; “I own it” within 4 hours; finds the cause within "
        "2 business days; removes it within 5 business days): is gone"
    )


LEVELS = [
    {
        "name": "engineering",
        "people": ["cy"],
        "acknowledge": "4 hours",
        "answer": "2 business days",
        "fix": "5 business days",
    }
]
