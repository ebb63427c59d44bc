"""The fix of a problem is put to those who may decide it, and the problem is not solved without their yes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedure.approval.deciders import find as find_deciders
from procedure.approval.state import Approval, Outcome, Ruling
from procedure.book.proposal import Proposal
from procedure.book.reader import Reader
from procedure.path import assignment as assignments
from procedure.path.asking import inquiry
from procedure.problem import fix
from procedure.problem import state as problems
from procedure.problem.fix import MOST_FIXES
from procedure.record import Refused
from tests.procedure.complaint.complaining import MONDAY, at
from tests.procedure.problem.test_problem import Owned, recurs
from tests.tables import every

INDEX = Proposal("configuration change", "add the index")
DISK = Proposal("replace hardware", "a bigger disk", cost=1800)
FAILOVER = Proposal("failover", "to the other site", downtime=timedelta(hours=4))


def found(**known: Any) -> Owned:
    """Cy knows the cause."""
    problem = recurs(**known)
    problem.becomes(problems.find(problem.stands, "cy", 0, "the index is missing", MONDAY))
    problem.heard()
    return problem


def proposes(problem: Owned, proposal: Proposal = INDEX, by: str = "cy") -> Approval | None:
    """As the workflow does: who may decide is looked up first."""
    findings = find_deciders(problem.book, inquiry(problem.stands, by, proposal, problem.now))
    stands, approval = fix.propose(problem.stands, by, 0, proposal, findings, problem.now)
    problem.becomes(stands)
    return approval


def ruled(
    problem: Owned, outcome: Outcome, number: int = 1, client_until: datetime | None = None
) -> list[tuple[str, str]]:
    waits = client_until is not None
    ruling = Ruling(number, outcome, f"it is {outcome}", waits_for_client=waits, undecided_at=client_until)
    problem.becomes(fix.ruled(problem.stands, ruling, problem.now))
    return problem.heard()


def concludes(problem: Owned) -> None:
    problem.becomes(assignments.conclude(problem.stands, "cy", 0, "the index is there", problem.now))


def facts(problem: Owned) -> dict[str, str]:
    words = problem.stands.words(Reader(client="Harbor Trading", called=problem.stands.name))
    return {name: text for name, text in words.facts.items() if name.startswith("Fix") and text}


def test_what_its_owner_may_decide_alone_is_asked_of_nobody_and_recorded() -> None:
    problem = found(approved_as="configuration change")
    with pytest.raises(Refused, match=r"needs a yes first \(configuration change\): propose it"):
        concludes(problem)
    assert proposes(problem, Proposal("configuration change", "add the index")) is None
    assert [line.partition(" (")[0] for line in problem.record[-2:]] == [
        "Cy Tanaka asks: configuration change: add the index",
        "Cy Tanaka may decide it alone: add the index",
    ]
    concludes(problem)
    (told,) = facts(problem).items()
    assert told[0] == "Fix approved"
    assert told[1].startswith("add the index (configuration change: Cy Tanaka may decide it alone")


def test_while_the_msps_yes_is_missing_the_clock_goes_on() -> None:
    problem = found()
    due = problem.stands.path.answer_by
    approval = proposes(problem, FAILOVER)
    assert approval
    assert (approval.id, approval.ticket) == (
        "approval-problem-harbor-trading-platform.network-1",
        problem.stands.id,
    )
    assert approval.title == "trading platform, network"
    assert (problem.stands.on_level, problem.stands.path.answer_by) == (True, due)
    with pytest.raises(Refused, match="Not decided yet: to the other site"):
        concludes(problem)
    with pytest.raises(Refused, match="asked for already: to the other site"):
        proposes(problem)
    assert due
    problem.until(due)
    assert problem.on == ("management", "tom")
    assert ruled(problem, "approved") == [
        ("warning", "cy"),
        ("moved-on", "cy"),
        ("given", "tom"),
        ("news", "tom"),
    ]
    assert problem.stands.words(Reader()).news == "it is approved."


def test_while_only_the_clients_answer_is_missing_it_stands_still_and_the_time_begins_anew() -> None:
    problem = found()
    approval = proposes(problem, DISK)
    assert approval
    assert [one.person for one in approval.asked] == ["raj"], "Cy decides for Northwind"
    until = problem.stands.fixes[0].client_until
    assert until
    assert (problem.stands.on_level, problem.stands.state) == (False, "paused")
    assert problem.wake == (until, "the client's time to answer")
    words = problem.stands.words(Reader(client="Harbor Trading", called=problem.stands.name))
    assert words.standing == "Only Harbor Trading's answer is missing; Cy Tanaka (engineering) owns it"
    assert [step.at for step in words.steps] == [until]

    problem.passes(hours=1)
    assert ruled(problem, "approved") == [], "who has asked hears it from the approval"
    assert problem.on == ("engineering", "cy")
    assert problem.stands.path.answer_by == at("2026-11-30 11:00")
    concludes(problem)
    assert facts(problem) == {"Fix approved": "a bigger disk (it is approved)"}


def test_a_client_that_never_answers_holds_it_up_no_longer_than_somebody_is_left_to_ask() -> None:
    problem = found()
    proposes(problem, DISK)
    until = problem.stands.fixes[0].client_until
    assert until
    problem.until(until)
    assert (problem.stands.on_level, problem.on) == (True, ("engineering", "cy"))
    ruled(problem, "undecided")
    assert problem.stands.on_level


@every("outcome", ["denied", "undecided"])
def test_without_a_yes_it_is_not_solved_until_another_fix_has_one(outcome: Outcome) -> None:
    problem = found()
    proposes(problem, DISK)
    ruled(problem, outcome)
    with pytest.raises(Refused, match=f"It was not approved .it is {outcome}.: propose a fix that is"):
        concludes(problem)
    assert facts(problem) == {"Fix not approved": f"a bigger disk (it is {outcome})"}
    proposes(problem, FAILOVER)
    ruled(problem, "withdrawn", 2)
    with pytest.raises(Refused, match="It was not approved"):
        concludes(problem)
    proposes(problem)
    concludes(problem)


def test_what_was_withdrawn_hinders_nothing_but_is_no_yes_either() -> None:
    for approved_as, solved in (("", True), ("failover", False)):
        problem = found(approved_as=approved_as)
        proposes(problem, FAILOVER)
        ruled(problem, "withdrawn")
        with suppress(Refused):
            concludes(problem)
        assert problem.stands.over == solved


def test_a_yes_as_another_action_is_not_the_one_that_is_needed() -> None:
    problem = found(approved_as="failover")
    proposes(problem)
    with pytest.raises(Refused, match=r"needs a yes first \(failover\)"):
        concludes(problem)


def test_a_yes_that_is_contested_is_none_any_more() -> None:
    problem = found()
    proposes(problem, DISK)
    ruled(problem, "approved")
    ruled(problem, "asked", client_until=problem.now + timedelta(hours=2))
    assert not problem.stands.on_level
    with pytest.raises(Refused, match="Not decided yet"):
        concludes(problem)
    ruled(problem, "approved")
    concludes(problem)
    ruled(problem, "asked")
    assert (problem.stands.over, fix.dismissed(problem.stands).fix) == (True, None)


def test_what_can_not_be_proposed_says_why() -> None:
    with pytest.raises(Refused, match="Say first what the cause is: a fix is proposed for it"):
        proposes(recurs())
    for proposal, why in (
        (Proposal("", "add the index"), "Say which action"),
        (Proposal("restart", " "), "Say what exactly"),
        (Proposal("dance", "add the index"), "There is no action 'dance'"),
        (Proposal("restart", "it", begins=MONDAY - timedelta(days=1)), "is over"),
        (Proposal("restart", "it", begins=MONDAY + timedelta(days=400)), "too far away"),
    ):
        with pytest.raises(Refused, match=why):
            proposes(found(), proposal)
    with pytest.raises(Refused, match="Cy Tanaka"):
        proposes(found(), by="bo")


def test_when_it_comes_again_its_questions_are_counted_on() -> None:
    before = found()
    proposes(before, DISK)
    ruled(before, "approved")
    concludes(before)
    again = recurs(before.stands)
    assert (again.stands.fixes, again.stands.asked) == ((), 1)


def test_it_keeps_the_newest_of_what_was_proposed() -> None:
    problem = found()
    for number in range(MOST_FIXES + 5):
        proposes(problem, Proposal("configuration change", f"{number}" + "x" * 8_000))
    assert (len(problem.stands.fixes), problem.stands.asked) == (MOST_FIXES, MOST_FIXES + 5)
    assert sum(len(one.what) + len(one.ruling) for one in problem.stands.fixes) < 50_000


SAYS = (
    "index",
    "disk",
    "failover",
    "approved",
    "denied",
    "asked",
    "withdrawn",
    "client",
    "hours",
    "days",
    "done",
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SAYS), max_size=15))
def test_whatever_is_said_it_has_a_clock_until_it_is_solved_with_a_yes(said: list[str]) -> None:
    """``settle`` sees to the clock, at each step."""
    problem = found(approved_as="replace hardware")
    for what in said:
        number = problem.stands.asked
        with suppress(Refused):
            match what:
                case "index" | "disk" | "failover":
                    proposal = {"index": INDEX, "disk": DISK, "failover": FAILOVER}[what]
                    proposes(problem, proposal, by=problem.stands.holder)
                case "client":
                    ruled(problem, "asked", number, problem.now + timedelta(hours=5))
                case "approved" | "denied" | "asked" | "withdrawn":
                    ruled(problem, what, number)
                case "done":
                    stands = assignments.conclude(
                        problem.stands, problem.stands.holder, 0, "done", problem.now
                    )
                    problem.becomes(stands)
                    assert [one for one in stands.approved if one.action == "replace hardware"]
                    return
                case _:
                    problem.passes(**{what: 7})
        assert problem.wake
