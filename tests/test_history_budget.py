"""What a ticket, an approval or a complaint may weigh in Temporal; the first two beside a bare workflow.

Counted on a real server. What varies is only whether the answers of two mails sent at once
come in one workflow task or in two; the limits leave room for that, more than those of the bench,
which measures while nothing else runs.
"""

import asyncio

import pytest

from bench.approval import Decided, decided
from bench.complaint import ComplaintRun, complained
from bench.history import Histories, History, both


@pytest.fixture(scope="module")
def weighed() -> tuple[Histories, Histories]:
    """Rung's and the bare workflow's histories, told once for all tests here."""
    return asyncio.run(both())


@pytest.fixture(scope="module")
def approvals() -> tuple[Decided, Decided]:
    """Rung's approval and the bare one, told once for all tests here."""
    return asyncio.run(decided())


@pytest.fixture(scope="module")
def complaints() -> ComplaintRun:
    """Complaints, told once for all tests here."""
    return asyncio.run(complained())


@pytest.fixture
def rung(weighed: tuple[Histories, Histories]) -> Histories:
    """Rung's histories."""
    return weighed[0]


@pytest.fixture
def bare(weighed: tuple[Histories, Histories]) -> Histories:
    """The bare workflow's histories."""
    return weighed[1]


def test_a_routine_ticket_stays_within_its_budget(rung: Histories, bare: Histories) -> None:
    """Open, page, tell, acknowledge, resolve, confirm: 60 events, and little more than the bare ones."""
    assert rung.routine.events <= 60
    _is_little_more(rung.routine, bare.routine, bytes_at_most=2.25)


def test_silence_over_all_tiers_stays_within_its_budget(rung: Histories, bare: Histories) -> None:
    """Everyone on all four tiers paged in vain, then the last resort: still little more."""
    _is_little_more(rung.silence, bare.silence, bytes_at_most=2.15)


def test_an_approval_on_both_sides_stays_within_its_budget(approvals: tuple[Decided, Decided]) -> None:
    """Asked on both sides, both say yes, everyone is told: at most half as many events again."""
    rung, bare = (one.approval for one in approvals)
    assert rung.mails == bare.mails, "the yardstick sends the same mails"
    assert rung.events <= 1.5 * bare.events, f"{rung.by_type} beside {bare.by_type}"


def test_a_complaint_settled_at_level_one_stays_within_its_budget(complaints: ComplaintRun) -> None:
    """Raised about a ticket, taken, answered, settled, and the ticket has heard both: 60 events."""
    assert complaints.first.events <= 60, complaints.first.by_type


def test_a_complaint_through_all_levels_stays_within_its_budget(complaints: ComplaintRun) -> None:
    """Answered by each of three levels, and settled by the last: 131 events; each "I have it" adds seven."""
    assert complaints.silent.events <= 131, complaints.silent.by_type
    assert complaints.all.events <= 152, complaints.all.by_type


def _is_little_more(rung: History, bare: History, bytes_at_most: float) -> None:
    assert rung.mails == bare.mails, "the yardstick sends the same mails"
    assert rung.events <= 1.35 * bare.events, f"{rung.by_type} beside {bare.by_type}"
    assert rung.bytes <= bytes_at_most * bare.bytes, f"{rung.bytes} bytes beside {bare.bytes}"
