"""Problems at the command line: what is typed of a fix, and how it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from commands import assignments, fields
from commands.session import Failure
from procedure.book.proposal import Proposal
from tests.procedure.complaint.complaining import MONDAY
from tests.procedure.problem.test_fix import DISK, found, proposes, ruled
from workflows.messages.assignment import PROBLEM_FINDINGS, ProposeFix


def typed(*content: str) -> ProposeFix:
    said = fields.message(PROBLEM_FINDINGS["propose"], "propose", "cy", content)
    assert isinstance(said, ProposeFix)
    return said


def test_a_fix_is_typed_with_what_it_takes() -> None:
    said = typed(
        "action=failover",
        "what=to the other site",
        "why=the first one burns",
        "cost=1800",
        "downtime=2 hours",
        "begins=2026-12-05T19:00+01:00",
    )
    assert said.proposal() == Proposal(
        "failover",
        "to the other site",
        "the first one burns",
        1800,
        timedelta(hours=2),
        datetime(2026, 12, 5, 18, tzinfo=UTC),
    )


def test_what_it_needs_is_said() -> None:
    with pytest.raises(Failure, match="propose needs --with what="):
        typed("action=failover")
    with pytest.raises(Failure, match="propose has no 'option': action, begins, cost, downtime, what, why"):
        typed("option=buy")


def test_a_problem_tells_how_its_fix_stands() -> None:
    problem = found(approved_as="replace hardware")
    proposes(problem, DISK)
    told = [*assignments.told(problem.stands, MONDAY, "UTC")]
    assert "Fix proposed: a bigger disk (replace hardware (GBP 1,800): not decided yet)" in told
    assert "How it stands: Only harbor's answer is missing; Cy Tanaka (engineering) owns it" in told
    ruled(problem, "approved")
    assert "Fix approved: a bigger disk (it is approved)" in assignments.told(problem.stands, MONDAY, "UTC")
