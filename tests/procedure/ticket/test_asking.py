"""What a ticket asks, and how it goes on with the answer: stories without a workflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure.approval.deciders import find
from procedure.approval.state import (
    Ruling,
    contest,
    object_to,
    ruling_for_ticket,
    undeliverable,
    withdraw,
)
from procedure.book.procedure import Procedure
from procedure.book.proposal import Proposal
from procedure.book.severity import Facts
from procedure.clocks.durations import Duration
from procedure.record import Notice, Refused
from procedure.ticket import staff
from procedure.ticket.asking import (
    approval_id,
    inquiry,
    may_ask,
    no_longer_needed,
    open_questions,
    propose,
    ruled,
)
from procedure.ticket.helpdesk import Event, receive
from procedure.ticket.paging import undeliverable as page_undeliverable
from procedure.ticket.rules import RULES
from procedure.ticket.state import Asked, NoticeKind
from tests.northwind import AUTHORITY, ON_CALL, northwind, on_call
from tests.procedure.approval.questions import Asking
from tests.procedure.ticket.lives import (
    CRITICAL,
    HIGH,
    MEDIUM,
    NOON,
    SELDOM,
    Life,
    life,
)
from tests.tries import examples


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Asks(Life):
    """A ticket and what it has asked, as time passes: the approvals tell it how they stand."""

    questions: dict[int, Asking] = field(default_factory=dict)
    heard_of: dict[int, Ruling] = field(default_factory=dict)

    def asks(
        self,
        by: str,
        action: str = "",
        cost: int = 0,
        down: str = "",
        *,
        what: str = "the node",
        option: str = "",
        until: datetime | None = None,
        by_when: datetime | None = None,
        act_first: bool = False,
        visit: int = 0,
    ) -> None:
        down_for = Duration.parse(down).exact if down else timedelta(0)
        proposal = Proposal(
            action, what, "it hangs", cost, down_for, by_when=by_when, option=option, until=until
        )
        findings = find(self.book, inquiry(self.ticket, by, proposal, act_first, self.now))
        self.ticket, approval = propose(self.ticket, by, proposal, findings, self.now, visit=visit)
        if approval:
            number = len(self.ticket.approvals)
            assert approval.id == approval_id(self.ticket, number)
            self.questions[number] = Asking(approval, self.book, self.now)
            self.heard_of[number] = self.standing(number)
        self.settle()

    def says(self, by: str, yes: bool = True, *, number: int = 0, **more: Any) -> None:
        """Somebody decides the newest question, if no other is named."""
        question = self.questions[number or max(self.questions)]
        question.book, question.now = self.book, self.now
        question.says(by, yes, **more)
        self.settle()

    def contests(self, by: str, number: int = 0) -> None:
        question = self.questions[number or max(self.questions)]
        question.becomes(contest(question.approval, by, self.now))
        self.settle()

    def standing(self, number: int) -> Ruling:
        return ruling_for_ticket(self.questions[number].approval)

    def settle(self) -> Self:
        """Do what is due now, as the workflows do."""
        while True:
            before = self.ticket
            super().settle()
            for number, question in self.questions.items():
                question.book, question.now = self.book, self.now
                question.settle()
                self._hears(number)
            for asked in open_questions(self.ticket) if no_longer_needed(self.ticket) else ():
                approval = self.questions[asked.number].approval
                if not approval.over:
                    gone = withdraw(approval, "", no_longer_needed(self.ticket), self.now)
                    self.questions[asked.number].becomes(gone)
                self._hears(asked.number)
            if self.ticket == before:
                return self

    def _hears(self, number: int) -> None:
        if self.standing(number) != self.heard_of.get(number):
            self.heard_of[number] = self.standing(number)
            self.ticket = ruled(self.ticket, self.standing(number), self.now)

    def until(self, end: datetime) -> Self:
        """Everything happens when it is due."""
        while (wakes := self._wakes()) and min(wakes) <= end:
            self.now = max(self.now, min(wakes))
            before = self.ticket, [question.approval for question in self.questions.values()]
            self.settle()
            after = self.ticket, [question.approval for question in self.questions.values()]
            assert after != before, "due, and nothing happened"
        self.now = end
        return self

    def _wakes(self) -> list[datetime]:
        wakes = [self.wake, *(question.wake for question in self.questions.values())]
        return [upcoming.at for upcoming in wakes if upcoming]

    @property
    def last(self) -> Asked:
        return self.ticket.approvals[-1]

    @property
    def due(self) -> datetime | None:
        return self.ticket.tiers.due


def with_bo(facts: Facts = CRITICAL, now: datetime = NOON, book: Procedure | None = None) -> Asks:
    """A ticket that Bo has, or at night whoever is on call for the senior specialists."""
    begun = life(facts, book=book or on_call(), now=now)
    new = Asks(begun.ticket, begun.book, begun.now)
    if new.ticket.tier == "first level":
        new.becomes(staff.hand_on(new.ticket, "ana", 0, new.now))
    new.becomes(staff.acknowledge(new.ticket, new.ticket.holder, 0, new.now))
    new.told.clear()
    return new


def with_mia(**how: Any) -> Asks:
    """A ticket that has come up to management; Mia has it."""
    new = with_bo(**how)
    new.becomes(staff.hand_on(new.ticket, new.ticket.holder, 0, new.now, tier="management"))
    new.becomes(staff.acknowledge(new.ticket, "mia", 0, new.now))
    new.told.clear()
    return new


def agreeing(**actions: Any) -> Procedure:
    """The procedure in which the client must agree to these actions, whatever they take."""
    changed = {
        name.replace("_", " "): AUTHORITY["actions"][name.replace("_", " ")] | {"consent": ["always"]}
        for name in actions
    }
    return on_call(authority=AUTHORITY | {"actions": AUTHORITY["actions"] | changed})


# On the spot ------------------------------------------------------------------------------------


def test_what_the_askers_own_tier_may_decide_is_granted_on_the_spot_and_recorded_so() -> None:
    new = with_bo()
    before = new.due
    new.asks("bo", "configuration change", what="open port 7")

    assert new.questions == {}
    assert new.record[-2:] == [
        "Bo Lind asks: configuration change: open port 7",
        "configuration change: granted on the spot, Bo Lind may decide it alone (configuration change: "
        "senior specialist, if it costs nothing and nothing is down; version test)",
    ]
    assert (new.last.number, new.last.by, new.last.outcome) == (1, "bo", "approved")
    assert (new.ticket.status, new.due, new.heard()) == ("open", before, [])
    assert new.ticket.notes[-1].text.startswith(
        "configuration change, open port 7: configuration change: granted"
    )


def test_who_has_the_ticket_hears_what_somebody_else_was_granted() -> None:
    new = with_bo()
    new.asks("sam", "configuration change")

    assert new.heard() == [("decided", "bo")]


def test_asking_is_working_on_it() -> None:
    """Who asks has it, if nobody has."""
    begun = life(CRITICAL, book=on_call())
    new = Asks(begun.ticket, begun.book, begun.now)
    new.asks("sam", "configuration change")

    assert (new.ticket.here.acknowledged, new.ticket.holder) == (True, "sam")


def test_questions_are_numbered() -> None:
    new = with_bo()
    new.asks("bo", "configuration change")
    new.asks("bo", "decline")
    new.asks("bo", "allocate people")

    assert [asked.number for asked in new.ticket.approvals] == [1, 2, 3]
    assert [asked.number for asked in open_questions(new.ticket)] == [2, 3]
    assert {q.approval.id for q in new.questions.values()} == {
        "approval-harbor-desk-42-2",
        "approval-harbor-desk-42-3",
    }


# The clock ----------------------------------------------------------------------------------------


def test_while_the_msp_is_asked_the_clock_runs_on() -> None:
    new = with_bo()
    before = new.due
    new.asks("bo", "configuration change", 0, "30 minutes")

    assert (new.ticket.status, new.due) == ("open", before)
    assert new.record[-1] == "Bo Lind asks: configuration change (30 minutes down): the node"
    new.passes(minutes=30)
    assert new.ticket.tier == "engineering"


def test_it_stands_still_while_only_the_client_is_missing_and_says_so() -> None:
    """Five of the thirty minutes are used when the MSP has agreed; the client takes fifteen."""
    new = with_bo()
    new.asks("bo", "failover", 0, "1 hour")
    assert new.ticket.here.pause is None
    new.passes(minutes=5)
    new.says("cy")
    assert new.ticket.status == "paused"
    assert new.ticket.here.pause is not None
    assert (new.ticket.here.pause.reason, new.ticket.here.pause.approval) == (
        "the client decides: failover",
        1,
    )
    assert new.record[-1] == (
        "Clock stopped: the client decides: failover; goes on at 2026-11-26T12:05:00Z at the latest"
    )
    new.passes(minutes=9)
    new.says("kim", conditions="after the auction")

    assert (new.ticket.status, new.due) == ("open", new.now + timedelta(minutes=25))
    assert "The question is approved, after 9 minutes" in new.record
    assert "on condition: after the auction" in new.last.ruling


def test_it_stands_still_for_the_client_after_another_pause_too() -> None:
    """Paused for a part when the MSP agrees: when the part is there, the client has not decided yet."""
    new = with_bo()
    new.asks("bo", "failover", 0, "1 hour")
    new.becomes(staff.pause(new.ticket, "bo", "a part", new.now))
    new.says("cy")
    assert new.ticket.here.pause is not None
    assert new.ticket.here.pause.reason == "a part"
    new.becomes(staff.resume(new.ticket, "bo", new.now))

    assert new.ticket.here.pause is not None
    assert new.ticket.here.pause.reason == "the client decides: failover"


def test_of_two_questions_the_clock_stands_still_for_one_after_the_other() -> None:
    new = with_bo()
    new.asks("bo", "restart", 0, "30 minutes")
    new.asks("bo", "restart", 0, "1 hour")
    new.says("kim", number=1)
    assert new.ticket.here.pause is not None
    assert new.ticket.here.pause.approval == 2
    new.says("kim", number=2)

    assert new.ticket.status == "open"


def test_who_starts_the_clock_again_is_not_stopped_by_the_same_question() -> None:
    new = with_bo()
    new.asks("bo", "restart", 0, "30 minutes")
    new.becomes(staff.resume(new.ticket, "bo", new.now))

    assert new.ticket.status == "open"


def test_whoever_gets_it_meanwhile_is_paged_before_it_stands_still_again() -> None:
    new = with_bo()
    new.asks("bo", "restart", 0, "30 minutes")
    new.becomes(staff.hand_on(new.ticket, "bo", 0, new.now))
    assert (new.ticket.status, new.ticket.holder) == ("open", "cy")
    new.becomes(staff.acknowledge(new.ticket, "cy", 0, new.now))

    assert new.ticket.here.pause is not None
    assert new.ticket.here.pause.reason == "the client decides: restart"


def test_with_the_askers_own_authority_it_stands_still_at_once() -> None:
    new = with_bo()
    new.passes(minutes=10)
    new.asks("bo", "restart", 0, "30 minutes")
    assert new.ticket.status == "paused"
    new.says("kim", False, reason="not before five")

    assert (new.ticket.status, new.due) == ("open", new.now + timedelta(minutes=20))
    assert new.last.ruling == "restart (30 minutes down): denied. Kim Harlow says no: not before five"


def test_an_undecided_client_does_not_hold_it_for_ever() -> None:
    """Kim and Raj are silent: it goes on when nobody is left."""
    new = with_bo()
    new.asks("bo", "restart", 0, "30 minutes")
    new.passes(minutes=20)

    assert (new.ticket.status, new.last.outcome) == ("open", "undecided")
    assert new.due == new.now + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("at_most", "goes_on"),
    [("2 hours", "2026-11-23 14:00"), ("1 business day", "2026-11-24 12:00")],
)
def test_it_stands_still_no_longer_than_any_pause(at_most: str, goes_on: str) -> None:
    """Medium: two hours each; here the client has a day, and the clock less."""
    within = AUTHORITY["answer_within"] | {"medium": "20 hours"}
    book = on_call(authority=AUTHORITY | {"answer_within": within}, pause_at_most=at_most)
    new = with_bo(MEDIUM, book=book)
    new.asks("bo", "workaround")
    assert new.ticket.here.pause is not None
    assert new.ticket.here.pause.until == at(goes_on)
    new.passes(seconds=(at(goes_on) - new.now).total_seconds())

    assert new.ticket.status == "open"
    assert "The longest pause is over" in new.record[-1]
    before = new.due
    new.says("kim")
    assert (new.ticket.status, new.due, new.last.outcome) == ("open", before, "approved")


def test_what_was_used_in_the_clients_hours_stays_used() -> None:
    """Monday 17:00 to 17:30 and Tuesday from nine: the commitment's business day runs in them alone."""
    new = with_bo(MEDIUM, now=at("2026-11-23 17:00"))
    before = new.due
    assert before == at("2026-11-24 17:00")
    new.asks("bo", "workaround")
    new.passes(hours=16, minutes=15)  # Tuesday 09:15: a quarter of an hour of Tuesday, half an hour of Monday
    new.says("kim")

    assert new.due == at("2026-11-25 09:15")


def test_who_starts_the_clock_by_hand_has_started_it() -> None:
    new = with_bo()
    new.asks("bo", "restart", 0, "30 minutes")
    new.becomes(staff.resume(new.ticket, "bo", new.now))
    before = new.due
    new.passes(minutes=5)
    new.says("kim")

    assert (new.ticket.status, new.due) == ("open", before)
    assert not any("after 5 minutes" in text for text in new.record)


def test_a_pause_for_something_else_is_not_the_questions() -> None:
    """It waits for a part: the client's answer does not bring the part."""
    new = with_bo()
    new.becomes(staff.pause(new.ticket, "bo", "a part", new.now))
    new.asks("bo", "restart", 0, "30 minutes")
    new.says("kim")

    assert new.ticket.status == "paused"
    assert new.ticket.here.pause is not None
    assert new.ticket.here.pause.reason == "a part"


def test_another_question_starts_no_clock_that_stands_still_for_the_first() -> None:
    new = with_bo()
    new.asks("bo", "restart", 0, "30 minutes")
    new.asks("bo", "configuration change", 0, "30 minutes")
    new.says("cy")

    assert (new.ticket.status, new.last.outcome) == ("paused", "approved")
    new.says("kim", number=1)
    assert new.ticket.status == "open"


def test_on_its_way_to_another_tier_it_is_put_before_somebody_first() -> None:
    """The MSP agrees while the ticket moves: nobody would be told of it if its clock stopped there."""
    new = with_bo()
    new.asks("bo", "failover", 0, "1 hour")
    moving = staff.hand_on(new.ticket, "bo", 0, new.now)
    new.ticket = ruled(moving, Ruling(1, "asked", "failover: not decided yet", True), new.now)
    new.settle()

    assert (new.ticket.tier, new.ticket.holder, new.ticket.status) == ("engineering", "cy", "open")
    assert ("page", "cy") in new.heard()


# The answer ------------------------------------------------------------------------------------------


def test_who_has_it_is_told_unless_they_asked() -> None:
    new = with_bo()
    new.asks("sam", "decline")
    new.says("mia", False, reason="we do not give up")

    assert new.heard() == [("decided", "bo")]
    text = "decline: denied. Mia Keller (management) says no: we do not give up"
    assert new.record[-1] == text
    assert new.ticket.record[-1].via == "approval 1"
    assert new.ticket.notes[-1].text == f"decline, the node: {text}"
    assert (new.last.outcome, new.last.ruling, new.last.decided_by) == ("denied", text, ("mia",))


def test_it_goes_on_with_whoever_has_it_by_then() -> None:
    new = with_bo()
    new.asks("bo", "decline")
    new.becomes(staff.hand_on(new.ticket, "bo", 0, new.now))
    new.heard()
    new.says("tom")

    assert new.heard() == [("decided", "cy")]


def test_ruled_twice_is_once() -> None:
    new = with_bo()
    new.asks("bo", "decline")
    new.says("mia")
    stands = new.standing(1)

    assert ruled(new.ticket, stands, new.now + timedelta(hours=1)) == new.ticket


def test_told_twice_that_the_client_is_missing_stops_it_once() -> None:
    new = with_bo()
    new.asks("bo", "restart", 0, "30 minutes")

    assert ruled(new.ticket, new.standing(1), new.now + timedelta(minutes=1)) == new.ticket


def test_the_ruling_of_a_question_that_was_never_asked_changes_nothing() -> None:
    new = with_bo()

    assert ruled(new.ticket, Ruling(7, "approved", "yes"), new.now) == new.ticket


@pytest.mark.parametrize("down", ["1 hour", "2 hours"])
def test_what_is_resolved_needs_no_answer(down: str) -> None:
    """Also when its clock stands still for the client's."""
    new = with_bo()
    new.asks("bo", "failover", 0, down)
    new.says("cy")
    new.becomes(staff.resolve(new.ticket, "bo", 0, "it came back", new.now))

    assert (new.ticket.status, new.last.outcome) == ("resolved", "withdrawn")
    assert new.last.ruling == f"failover ({down} down): withdrawn: the ticket is resolved"
    assert new.questions[1].heard()[-3:] == [("ruled", "bo"), ("ruled", "cy"), ("ruled", "kim")]
    assert new.heard() == [("solved", "kim")]


def test_a_decision_that_came_before_the_withdrawal_counts_for_what_is_resolved() -> None:
    """It is noted, and moves nothing any more."""
    new = with_mia()
    new.asks("mia", option="accept the workaround", until=NOON + timedelta(days=5))
    decided = Ruling(1, "approved", "workaround: approved. Kim Harlow says yes")
    new.ticket = staff.resolve(new.ticket, "mia", 0, "it came back", new.now)
    new.ticket = ruled(new.ticket, decided, new.now)

    assert (new.ticket.status, new.last.outcome) == ("resolved", "approved")


def test_what_is_needed_no_more_is_what_is_resolved_or_closed() -> None:
    ticket = with_bo().ticket

    assert no_longer_needed(ticket) == ""
    assert no_longer_needed(replace(ticket, status="paused")) == ""
    assert no_longer_needed(replace(ticket, status="resolved")) == "the ticket is resolved"
    assert no_longer_needed(replace(ticket, status="closed")) == "the ticket is closed"


# This was not me -------------------------------------------------------------------------------------


def test_a_contested_decision_is_open_again_and_decided_again() -> None:
    new = with_bo()
    new.asks("bo", "configuration change", 0, "30 minutes")
    new.says("cy")
    new.contests("cy")

    assert (new.last.outcome, new.last.ruling) == ("asked", "")
    assert new.record[-1] == "Open again: configuration change, the node. What was decided does not count"
    assert new.ticket.status == "open"
    new.says("gil", False, reason="not like this")
    assert new.last.outcome == "denied"


def test_opened_again_for_the_client_alone_the_clock_stands_still_again() -> None:
    new = with_bo()
    new.asks("bo", "restart", 0, "30 minutes")
    new.says("kim")
    new.passes(minutes=5)
    new.contests("kim")

    assert new.ticket.status == "paused"
    assert new.record[-2:] == [
        "Open again: restart, the node. What was decided does not count",
        "Clock stopped: the client decides: restart; goes on at 2026-11-26T12:05:00Z at the latest",
    ]
    new.says("raj")
    assert (new.ticket.status, new.due) == ("open", new.now + timedelta(minutes=25))


def test_with_the_msps_answer_missing_again_the_clock_runs_again() -> None:
    """Cy's yes was not his: it no longer waits for the client alone."""
    new = with_bo()
    new.asks("bo", "failover", 0, "1 hour")
    new.says("cy")
    assert new.ticket.status == "paused"
    new.passes(minutes=2)
    new.contests("cy")

    assert (new.ticket.status, new.last.outcome) == ("open", "asked")
    assert new.record[-1] == "The MSP has to decide again, after 2 minutes"
    assert new.due == new.now + timedelta(minutes=30)
    new.says("gil")
    assert new.ticket.status == "paused"


def test_what_is_contested_after_the_ticket_is_resolved_is_not_asked_again() -> None:
    new = with_bo()
    new.asks("bo", "decline")
    new.says("mia")
    new.becomes(staff.resolve(new.ticket, "bo", 0, "fixed", new.now))
    new.contests("mia")

    assert (new.ticket.status, new.last.outcome) == ("resolved", "withdrawn")
    assert ("alarm", "tom") in new.questions[1].heard()


# Acting first -----------------------------------------------------------------------------------------


def test_who_acts_first_is_recorded_on_the_ticket_which_goes_on() -> None:
    new = with_bo()
    before = new.due
    new.asks("bo", "failover", 0, "1 hour", act_first=True, what="to the second node")

    assert (new.last.outcome, new.ticket.status, new.due) == ("acted", "open", before)
    assert new.record[-2:] == [
        "Bo Lind acts first: failover (1 hour down): to the second node",
        "Bo Lind has acted first: failover (1 hour down)",
    ]
    assert new.questions[1].approval.outcome == "acted"
    assert new.heard() == []


def test_whoever_has_it_hears_that_somebody_acted_first() -> None:
    new = with_bo()
    new.asks("sam", "failover", 0, "1 hour", act_first=True)

    assert new.heard() == [("decided", "bo")]


def test_an_objection_stands_on_the_ticket_too() -> None:
    new = with_bo()
    new.asks("sam", "failover", 0, "1 hour", act_first=True)
    new.heard()
    question = new.questions[1]
    question.becomes(object_to(question.approval, "kim", "we were in the auction", new.now))
    new.settle()

    assert new.last.outcome == "acted"
    assert new.record[-1] == (
        "Sam Ortega has acted first: failover (1 hour down). Kim Harlow objects: we were in the auction"
    )
    assert new.heard() == [("decided", "bo")]


# At management ------------------------------------------------------------------------------------------


def test_more_people_go_down_to_the_tier_that_carries_it_out() -> None:
    new = with_mia()
    new.asks("mia", option="more people", what="Cy and Eva until it is solved")

    assert (new.ticket.tier, new.ticket.holder, new.ticket.status) == ("engineering", "cy", "open")
    assert new.ticket.sentence(new.ticket.why) == "Management decides: more people"
    assert new.record[-2:] == [
        "Management decides: more people: to engineering",
        "Cy Tanaka (engineering) paged, to acknowledge by 2026-11-23T12:05:00Z",
    ]
    assert any("Cy and Eva until it is solved" in note.text for note in new.ticket.notes)
    assert [who for who in new.heard() if who[0] == "page"] == [("page", "cy")]
    assert (new.last.proposal.action, new.last.proposal.option) == ("allocate people", "more people")


def test_what_the_client_pays_waits_for_it_and_then_goes_down() -> None:
    new = with_mia()
    new.asks("mia", option="buy", cost=4000, what="a second node")
    assert new.ticket.status == "paused"
    assert new.questions[1].holders == {"client": "raj"}
    new.passes(minutes=5)
    new.says("raj")

    assert (new.ticket.tier, new.ticket.holder, new.ticket.status) == ("senior specialist", "bo", "open")


def test_what_two_people_must_decide_moves_nothing_before_both_have() -> None:
    """Nobody of management has taken it: Ida, the last resort, asks the two of them."""
    new = with_mia()
    new.passes(hours=5)
    assert new.ticket.tiers.exhausted
    new.asks("ida", option="first before other clients")
    new.says("mia")
    assert new.ticket.tier == ""
    new.says("tom")

    assert new.ticket.tier == "engineering"


def test_where_only_one_other_is_there_the_owner_says_the_second_yes() -> None:
    """Mia asks, so of management Tom is left; both are asked, and either's no would end it."""
    new = with_mia()
    assert new.ticket.top
    new.asks("mia", option="first before other clients")
    new.says("tom")
    assert new.ticket.tier == "management"
    new.says("ida")

    assert new.ticket.tier == "engineering"


def test_a_no_leaves_it_where_it_is() -> None:
    new = with_mia()
    new.asks("mia", option="buy", cost=4000)
    new.says("raj", False, reason="too dear")

    assert (new.ticket.tier, new.ticket.holder, new.ticket.status) == ("management", "mia", "open")


def test_a_workaround_holds_until_its_date_and_then_engineering_has_it() -> None:
    new = with_mia()
    until = NOON + timedelta(days=9)
    new.asks("mia", option="accept the workaround", until=until, what="orders by phone")
    assert new.ticket.here.pause is not None
    assert new.ticket.here.pause.approval == 1
    new.says("kim")

    assert (new.ticket.status, new.ticket.tier) == ("paused", "management")
    assert (new.ticket.here.pause.until, new.ticket.here.pause.then) == (until, "engineering")
    assert new.record[-1] == (
        "Clock stopped: accept the workaround; goes on at 2026-12-02T12:00:00Z at the latest"
    )
    new.passes(days=8, hours=23, minutes=59)
    assert new.ticket.status == "paused"
    new.passes(minutes=1)
    assert (new.ticket.status, new.ticket.tier, new.ticket.holder) == ("open", "engineering", "cy")


def test_whoever_has_it_may_start_it_again_before_its_date() -> None:
    new = with_mia()
    new.asks("mia", option="accept the workaround", until=NOON + timedelta(days=9))
    new.says("kim")
    new.becomes(staff.resume(new.ticket, "mia", new.now))

    assert (new.ticket.status, new.ticket.tier) == ("open", "engineering")


def test_a_date_that_is_over_when_it_is_decided_sends_it_down_at_once() -> None:
    new = with_mia()
    new.asks("mia", option="accept the workaround", until=NOON + timedelta(minutes=5))
    new.passes(minutes=8)
    new.says("kim")

    assert (new.ticket.status, new.ticket.tier, new.ticket.holder) == ("open", "engineering", "cy")


def test_a_workaround_that_is_accepted_for_longer_waits_for_longer() -> None:
    """It stays where it is, with whom it is; the second date counts."""
    new = with_mia()
    new.asks("mia", option="accept the workaround", until=NOON + timedelta(days=2))
    new.says("kim")
    new.passes(days=1)
    new.asks("mia", option="accept the workaround", until=NOON + timedelta(days=4))
    new.says("kim")

    assert (new.ticket.status, new.ticket.holder, new.ticket.tier) == ("paused", "mia", "management")
    new.passes(days=2)
    assert new.ticket.status == "paused"
    new.passes(days=1)
    assert (new.ticket.status, new.ticket.holder) == ("open", "cy")
    assert "accept the workaround: over: to engineering" in new.record


@pytest.mark.parametrize("yes", [True, False])
def test_a_workaround_that_somebody_else_has_accepted_waits_no_longer(yes: bool) -> None:
    """Kim says that it was not her: the clock goes on at once, and stops again with Raj's yes alone."""
    new = with_mia()
    new.asks("mia", option="accept the workaround", until=NOON + timedelta(days=2))
    new.says("kim")
    new.contests("kim")
    assert new.ticket.here.pause is not None
    assert (new.ticket.here.pause.reason, new.ticket.here.pause.then) == (
        "the client decides: workaround",
        "",
    )
    new.says("raj", yes, reason="so")

    assert (new.ticket.status, new.ticket.tier) == ("paused" if yes else "open", "management")


def test_what_was_carried_out_is_not_carried_out_again() -> None:
    """Contested, and decided again: whoever has it meanwhile hears of it, and keeps it."""
    new = with_mia()
    new.asks("mia", option="buy", cost=1000)
    new.says("raj")
    assert new.ticket.tier == "senior specialist"
    new.becomes(staff.acknowledge(new.ticket, "bo", 0, new.now))
    new.becomes(staff.hand_on(new.ticket, "bo", 0, new.now))
    new.becomes(staff.acknowledge(new.ticket, "cy", 0, new.now))
    new.contests("raj")
    new.heard()
    assert new.last.outcome == "undecided"  # nobody else at Harbor may
    assert (new.ticket.tier, new.ticket.holder) == ("engineering", "cy")


def test_a_comment_of_the_helpdesks_does_not_end_what_was_decided() -> None:
    new = with_mia()
    new.asks("mia", option="accept the workaround", until=NOON + timedelta(days=2))
    new.says("kim")
    event = Event("thanks", new.now + timedelta(minutes=5), by="kim", text="thanks", state="open")
    new.becomes(receive(new.ticket, event, new.now))

    assert new.ticket.status == "paused"


def test_telling_the_customer_no_resolves_it_in_the_words_that_were_decided() -> None:
    new = with_mia()
    new.asks("mia", option="tell the customer no", what="We do not support this version.")

    assert (new.ticket.status, new.ticket.here.solution) == ("resolved", "We do not support this version.")
    assert ("declined", "kim") in new.heard()
    assert new.ticket.here.declined


def test_a_tier_that_is_none_of_the_tickets_moves_nothing() -> None:
    """Its tiers were agreed when it opened; the table is of today."""
    new = with_mia()
    options = AUTHORITY["options"] | {"more people": {"action": "allocate people", "carried_out_by": "field"}}
    tiers = [*ON_CALL["tiers"], {"name": "field", "lead": "dee"}]
    new.book = on_call(authority=AUTHORITY | {"options": options}, tiers=tiers)
    new.asks("mia", option="more people")

    assert (new.ticket.tier, new.last.outcome, new.last.tier) == ("management", "approved", "field")


# What can't be asked ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({"by": "cy", "action": "restart"}, "Cy Tanaka does not stand at senior specialist; Bo Lind has it."),
        (
            {"by": "bo", "action": "restart", "visit": 7},
            "It has moved on: Bo Lind (senior specialist) has it now.",
        ),
        ({"by": "bo", "action": "restart", "what": "  "}, "Say what exactly is to be done."),
        ({"by": "bo"}, "Say which action of the authority table it is."),
        ({"by": "bo", "action": "launch"}, "There is no action 'launch' in the authority table: restart, "),
        (
            {"by": "bo", "option": "more people"},
            "'more people' is for management to decide: hand the ticket on to it.",
        ),
        (
            {"by": "bo", "action": "restart", "until": NOON + timedelta(days=1)},
            "Only what management decides can hold until a date.",
        ),
        (
            {"by": "bo", "action": "decline", "by_when": NOON},
            "The answer is needed by Mon 23 Nov 12:00:00 UTC, which is over: name a later time.",
        ),
        (
            {"by": "bo", "action": "failover", "down": "3 hours", "act_first": True},
            "Bo Lind may not act first on",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(question: dict[str, Any], told: str) -> None:
    """And the ticket is as it was."""
    new = with_bo()
    new.ticket = replace(new.ticket, names={**(new.ticket.names or {}), "cy": "Cy Tanaka"})
    before = new.ticket

    with pytest.raises(Refused) as refused:
        new.asks(**question)
    assert str(refused.value).startswith(told)
    assert new.ticket == before


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({"option": "magic"}, "There is no option 'magic': more people, "),
        (
            {"option": "accept the workaround"},
            "Say until when 'accept the workaround' holds: a time to come.",
        ),
        (
            {"option": "accept the workaround", "until": NOON},
            "Say until when 'accept the workaround' holds: a time to come.",
        ),
        (
            {"option": "more people", "until": NOON + timedelta(days=1)},
            "'more people' holds for good: leave the date out.",
        ),
    ],
)
def test_what_management_cannot_ask_is_refused_too(question: dict[str, Any], told: str) -> None:
    new = with_mia()

    with pytest.raises(Refused) as refused:
        new.asks("mia", **question)
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize("end", ["resolved", "closed"])
def test_nothing_is_asked_for_what_has_ended(end: Any) -> None:
    new = with_bo()
    ticket = replace(new.ticket, status=end)

    with pytest.raises(Refused, match=f"The ticket is {end}"):
        may_ask(ticket, "bo", 0, Proposal("restart", "the node"), new.now)


def test_nothing_is_asked_while_it_is_on_its_way() -> None:
    new = with_bo()
    moving = staff.hand_on(new.ticket, "bo", 0, new.now)

    with pytest.raises(Refused, match="just on its way to engineering"):
        may_ask(moving, "bo", 0, Proposal("restart", "the node"), new.now)


def test_nothing_is_asked_for_the_year_after_next() -> None:
    new = with_bo()
    far = new.now + timedelta(days=367)

    with pytest.raises(Refused, match="too far away: name a time within a year"):
        may_ask(new.ticket, "bo", 0, Proposal("restart", "the node", begins=far), new.now)


def test_something_may_be_asked_while_the_clock_stands_still() -> None:
    new = with_bo()
    new.becomes(staff.pause(new.ticket, "bo", "a part", new.now))
    new.asks("bo", "decline")

    assert (new.last.outcome, new.ticket.status) == ("asked", "paused")


def test_the_last_resort_may_ask_what_management_may() -> None:
    new = with_mia()
    new.passes(hours=5)
    assert new.ticket.place == "last resort"
    new.asks("ida", option="more people")
    new.says("mia")

    assert new.ticket.tier == "engineering"


# Whole lives ----------------------------------------------------------------------------------------------

Act = Callable[[Asks], object]

BOOKS = [
    northwind(last_resort=SELDOM),
    on_call(last_resort=SELDOM),
    on_call(last_resort=SELDOM, pause_at_most="1 business day"),
    agreeing(call_in_staff=True, decline=True),
]
people = st.sampled_from(["ana", "bo", "sam", "dee", "cy", "eva", "gil", "mia", "tom", "ida"])


def _acts() -> st.SearchStrategy[Act]:
    """What is asked, what is answered, and what else happens to a ticket meanwhile."""
    actions = st.sampled_from(
        [
            ("restart", 0, "20 minutes"),
            ("failover", 0, "1 hour"),
            ("decline", 0, ""),
            ("call in staff", 400, ""),
        ]
    )
    options = st.sampled_from(sorted(AUTHORITY["options"]))
    asking = st.builds(
        lambda q, f: lambda a: a.asks(a.ticket.holder, *q, act_first=f), actions, st.booleans()
    )
    options_asked = st.builds(lambda o, d: lambda a: _option(a, o, d), options, st.booleans())
    answers = st.builds(
        lambda n, y: lambda a: _is_answered(a, n, y), st.integers(0, 5), st.sampled_from([True, True, False])
    )
    contests = st.builds(lambda n: lambda a: _is_contested(a, n), st.integers(0, 5))
    others: list[st.SearchStrategy[Act]] = [
        st.builds(lambda n: lambda a: _mail_fails(a, n), st.integers(0, 9)),
        st.builds(lambda p: lambda a: a.becomes(staff.acknowledge(a.ticket, p, 0, a.now)), people),
        st.just(lambda a: a.becomes(staff.hand_on(a.ticket, a.ticket.holder, 0, a.now))),
        st.just(lambda a: a.becomes(staff.hand_on(a.ticket, a.ticket.holder, 0, a.now, tier="management"))),
        st.just(lambda a: a.becomes(staff.pause(a.ticket, a.ticket.holder, "a part", a.now))),
        st.just(lambda a: a.becomes(staff.resume(a.ticket, a.ticket.holder, a.now))),
        st.just(lambda a: a.becomes(staff.resolve(a.ticket, a.ticket.holder, 0, "fixed", a.now))),
        st.just(lambda a: a.becomes(staff.reassess(a.ticket, "ana", Facts(state="down"), a.now))),
        st.builds(lambda p: lambda a: a.becomes(_page_fails(a, p)), people),
    ]
    return st.one_of(*(asking,) * 3, *(options_asked,) * 3, *(answers,) * 6, *(contests,) * 2, *others)


def _option(asks: Asks, option: str, late: bool) -> None:
    """One of management's, with a date where it takes one: soon, or so soon that it may be over."""
    dated = option == "accept the workaround"
    until = asks.now + (timedelta(minutes=3) if late else timedelta(days=2)) if dated else None
    asks.asks(asks.ticket.holder, option=option, until=until)


def _is_answered(asks: Asks, number: int, yes: bool) -> None:
    """Whoever is asked in one of the open questions answers."""
    pending = [n for n, question in asks.questions.items() if question.holders]
    if not pending:
        raise Refused("nothing is asked")
    chosen = pending[number % len(pending)]
    asks.says(next(iter(asks.questions[chosen].holders.values())), yes, number=chosen)


def _is_contested(asks: Asks, number: int) -> None:
    decided = [(n, d.by) for n, question in asks.questions.items() for d in question.approval.standing()]
    if not decided:
        raise Refused("nothing is decided")
    chosen, by = decided[number % len(decided)]
    asks.contests(by, chosen)


def _mail_fails(asks: Asks, number: int) -> None:
    sent = [(question, told) for question in asks.questions.values() for told in question.told]
    if sent:
        question, told = sent[number % len(sent)]
        question.becomes(undeliverable(question.approval, told, "550", asks.now))
        asks.settle()


def _page_fails(asks: Asks, person: str) -> Any:
    notice = Notice(99, NoticeKind.PAGE, person, asks.ticket.tiers.visit)
    return page_undeliverable(asks.ticket, notice, "550", asks.now)


@examples(125)
@given(
    st.sampled_from(BOOKS),
    st.sampled_from([NOON, NOON + timedelta(hours=5, minutes=20), NOON + timedelta(hours=8)]),
    st.sampled_from([HIGH, CRITICAL, MEDIUM]),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from([0, 0, 0, 1, 2, 6, 25, 200]), _acts()), min_size=3, max_size=14),
)
def test_ticket_and_questions_agree_at_any_time(
    book: Procedure, begin: datetime, facts: Facts, up: bool, happenings: list[tuple[int, Act]]
) -> None:
    """Whatever is asked and answered: it is in somebody's hands, and knows how each question stands."""
    new = with_mia(facts=facts, now=begin, book=book) if up else with_bo(facts, begin, book)
    for minutes, act in happenings:
        new.passes(minutes=minutes)
        _agree(new)
        try:
            act(new)
        except Refused:
            continue
        _agree(new)
    new.passes(hours=8)
    _agree(new)


def _agree(new: Asks) -> None:
    ticket = new.ticket
    for asked in ticket.approvals:
        question = new.questions.get(asked.number)
        if question is None:
            assert asked.outcome == "approved"
            assert "granted on the spot" in asked.ruling
            continue
        assert asked.outcome == question.approval.outcome
        assert asked.ruling == ("" if asked.outcome == "asked" else ruling_for_ticket(question.approval).text)
        assert [n for n in (question.holders if asked.outcome == "asked" else {"-": "-"}).values() if n]
    if ticket.status in ("resolved", "closed"):
        assert not open_questions(ticket)
    pause = ticket.here.pause
    if pause and pause.approval and not pause.then:
        assert new.questions[pause.approval].approval.waits_for_client, "stands still, but not for the client"
    assert not ticket.unpresented
    assert ticket.closed or RULES.wake(ticket) is not None
    assert ticket.holder in new.book.people
