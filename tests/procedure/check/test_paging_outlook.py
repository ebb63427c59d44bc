"""Whose turn never comes is found beforehand, and is who is never paged when nobody answers."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some

from procedure.check.paging_outlook import to_look_at
from procedure.check.rehearsal import Paged, walk
from runtime.procedure_files import read
from tests.northwind import NOON, ON_CALL, PROCEDURE, northwind, on_call

EXAMPLE = Path(__file__).parents[3] / "examples" / "northwind"

MINUTES = some.integers(1, 60)


def test_a_lead_who_can_never_be_paged_is_found() -> None:
    """Of the example it was this one: two people had an hour each of two."""
    assert (
        "first level, medium: Lea Brandt can never be paged: Ana Ruiz (1 hour), Ben Okafor (1 hour) may take "
        "as long as it stays there (2 hours). Let each answer sooner, or the ticket stay longer"
    ) in [*to_look_at(northwind())]


def test_in_the_example_everybodys_turn_comes() -> None:
    book = read(EXAMPLE)
    assert [*to_look_at(book)] == []
    slow_mail = [step.person for step in walk(book, "harbor", "medium", NOON) if isinstance(step, Paged)]
    assert slow_mail[:4] == ["ana", "ben", "lea", "bo"], "as the README's third step says"


def test_at_night_those_on_call_have_their_own_times() -> None:
    assert [*to_look_at(on_call())] == [one for one in to_look_at(northwind()) if "medium" in one]
    clients = ON_CALL["clients"] | {
        "harbor": ON_CALL["clients"]["harbor"]
        | {"coverage": {"out_of_hours": "on call", "answer_within": "20 minutes"}}
    }
    (night,) = [one for one in to_look_at(on_call(clients=clients)) if "on call" in one]
    assert night == (
        "senior specialist, critical (Harbor Trading): Sam Ortega can never be paged: on call (seniors) "
        "(20 minutes), on call (engineers) (10 minutes) may take as long as it stays there (30 minutes). Let "
        "each answer sooner, or the ticket stay longer"
    )


@given(answer=MINUTES, stay=MINUTES)
def test_whoever_is_named_is_never_paged_and_all_others_are(answer: int, stay: int) -> None:
    severities = PROCEDURE["severities"]
    times = PROCEDURE["commitments"]
    book = northwind(
        severities=severities | {"high": severities["high"] | {"acknowledge": f"{answer} minutes"}},
        commitments=times | {"high": times["high"] | {"first level": f"{stay} minutes"}},
    )
    steps = (step for step in walk(book, "harbor", "high", NOON) if isinstance(step, Paged))
    paged = {step.person for step in steps if step.tier == "first level"}
    found = "".join(one for one in to_look_at(book) if one.startswith("first level, high:"))
    named = found.partition(" can never")[0]
    assert {one for one in ("ana", "ben", "lea") if book.people[one].name in named} == {
        "ana",
        "ben",
        "lea",
    } - paged
