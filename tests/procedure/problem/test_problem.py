"""One problem as time passes, without a workflow: its cause is found, it is removed, and it comes again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from procedure.book.problems import Problems
from procedure.check.complaints_mistakes import mistakes_of
from procedure.path import assignment as assignments
from procedure.path.levels import agreed, fixing
from procedure.problem import state as problems
from procedure.problem.state import MOST_TICKETS, Incident, Problem, Recurrence
from procedure.record import Refused
from tests.northwind import on_call
from tests.procedure.complaint.complaining import MONDAY, Assigned, at

PROBLEMS = {
    "levels": [
        {
            "name": "engineering",
            "people": ["cy", "gil"],
            "acknowledge": "4 hours",
            "answer": "2 business days",
            "fix": "5 business days",
        },
        {
            "name": "management",
            "people": ["tom"],
            "acknowledge": "4 hours",
            "answer": "1 business day",
            "fix": "2 business days",
        },
    ]
}
PATTERN = Recurrence("harbor", "trading platform", "network")


def ticket(number: int, when: datetime = MONDAY) -> Incident:
    return Incident(f"ticket-harbor-desk-{number}", str(number), f"orders hang {number}", when)


class Owned(Assigned[Problem]):
    """One problem as time passes."""


def recurs(before: Problem | None = None, **known: Any) -> Owned:
    """A third ticket of the pattern has come in."""
    book = on_call(problems=PROBLEMS)
    terms = agreed(book, path="problem")
    assert terms
    begun = problems.begun(PATTERN, terms, fixing(book, terms), MONDAY, before=before, **known)
    problem = Owned(problems.another(begun, ticket(3), MONDAY), book, MONDAY)
    problem.settle()
    return problem


def solved() -> Problem:
    problem = recurs()
    stands = problems.find(problem.stands, "cy", 0, "the index is missing", MONDAY)
    problem.becomes(stands)
    return assignments.conclude(problem.stands, "cy", 0, "the index is there", MONDAY)


def test_its_cause_is_found_and_then_the_time_to_remove_it_begins_for_who_has_it() -> None:
    problem = recurs()
    assert (problem.heard(), problem.stands.path.answer_by) == ([("given", "cy")], at("2026-11-25 10:00"))
    problem.passes(hours=4)
    assert problem.heard() == [("moved-on", "cy"), ("given", "gil")]
    problem.becomes(problems.find(problem.stands, "gil", 0, "the index is missing", problem.now))

    assert (problem.stands.holder, problem.stands.path.acknowledged) == ("gil", True)
    assert problem.stands.path.answer_by == at("2026-11-30 14:00")
    assert problem.heard() == [], "who goes on with it knows"
    assert problem.record[-2:] == [
        "Gil Moreau has found the cause: the index is missing",
        "Gil Moreau (engineering) goes on with it until 2026-11-30T14:00:00Z",
    ]


def test_a_cause_that_nobody_finds_goes_up_and_so_does_one_that_nobody_removes() -> None:
    problem = recurs()
    problem.becomes(problems.find(problem.stands, "cy", 0, "the index is missing", MONDAY))
    problem.heard()
    problem.until(at("2026-11-30 10:00"))
    assert problem.heard() == [("warning", "cy"), ("moved-on", "cy"), ("given", "tom")]
    assert problem.stands.path.level == "management"


def test_it_is_not_solved_before_its_cause_is_known() -> None:
    with pytest.raises(Refused, match="Say first what the cause is"):
        assignments.conclude(recurs().stands, "cy", 0, "restarted it", MONDAY)
    with pytest.raises(Refused, match="Say what the cause is"):
        problems.find(recurs().stands, "cy", 0, " ", MONDAY)
    found = problems.find(recurs().stands, "cy", 0, "the index is missing", MONDAY)
    with pytest.raises(Refused, match="was found already"):
        problems.find(found, "cy", 0, "no, the disk", MONDAY)


def test_what_was_changed_concludes_it_for_all_who_were_asked() -> None:
    problem = solved()
    assert (problem.over, problem.conclusion, problem.cause) == (
        True,
        "the index is there",
        "the index is missing",
    )


def test_when_it_comes_again_it_begins_one_level_up_with_the_same_workaround() -> None:
    before = problems.work_around(recurs().stands, "cy", 0, "restart the service", MONDAY)
    again = recurs(before)
    assert (again.stands.path.level, again.stands.holder) == ("management", "tom")
    assert again.stands.workaround == "restart the service"
    assert again.stands.count == 1, "the same ticket counts once"


def test_one_more_ticket_is_told_once_to_who_owns_it() -> None:
    problem = recurs()
    problem.heard()
    for number in (4, 4, 5):
        problem.becomes(problems.another(problem.stands, ticket(number), MONDAY))
    assert problem.heard() == [("news", "cy"), ("news", "cy")]
    for number in range(6, 200):
        problem.becomes(problems.another(problem.stands, ticket(number), MONDAY))
    assert (problem.stands.count, len(problem.stands.tickets)) == (197, MOST_TICKETS)
    assert [problem.stands.tickets[at].number for at in (0, -1)] == ["3", "199"]


def test_a_pattern_has_one_problem_whatever_its_names_are() -> None:
    ids = {
        Recurrence(*names).problem
        for names in (
            ("harbor", "orders", "database"),
            ("harbor", "orders-database", ""),
            ("harbor", "", "orders-database"),
            ("harbor-orders", "", "database"),
            ("lindqvist", "orders", "database"),
        )
    }
    assert len(ids) == 5
    assert Recurrence("harbor", "Ördér / 2", "It's").problem == "problem-harbor-ördér-2.it-s"


def test_the_file_needs_a_level() -> None:
    with pytest.raises(ValueError, match="levels"):
        Problems(levels=())


def test_the_action_as_which_a_fix_is_approved_is_one_of_the_tables() -> None:
    book = on_call(problems=PROBLEMS | {"approved_as": "dance"})
    ((path, text),) = mistakes_of(book)
    assert path == ("problems", "approved_as")
    assert text.startswith("there is no action 'dance' in the authority table: write one of restart, ")
    assert [*mistakes_of(on_call(problems=PROBLEMS | {"approved_as": "restart"}))] == []
