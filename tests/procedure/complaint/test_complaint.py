"""One complaint as time passes, without a workflow: who has it, what is said, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from procedure.complaint import remarks as sayings
from procedure.complaint.progress import forecast
from procedure.complaint.state import CALLER, ComplaintNotice
from procedure.record import Notice, Refused
from tests.northwind import COMPLAINTS, ON_CALL, northwind, on_call
from tests.procedure.complaint.complaining import (
    MONDAY,
    SECRET,
    Complaining,
    at,
    away,
    complains,
    people,
)

Says = Callable[[Complaining], None]

ALICE: dict[str, Any] = {"by": CALLER, "caller": "Alice Finch", "reach": "020 7946 0100"}
"""Somebody of Harbor who is none of its contacts."""


def refused(says: Callable[[], None]) -> str:
    """What it is refused with."""
    with pytest.raises(Refused) as error:
        says()
    return str(error.value)


def answered(promised_by: datetime | None = None, **known: Any) -> Complaining:
    """A complaint that the account manager has answered at once."""
    life = complains(**known)
    life.answers("max", promised_by)
    life.heard()
    return life


def at_leadership(**known: Any) -> Complaining:
    life = answered(**known)
    life.not_yet()
    life.answers("vera")
    life.not_yet()
    life.heard()
    assert life.on == ("leadership", "otto")
    return life


def at_last(**known: Any) -> Complaining:
    life = complains(about=("max", "vera", "una", "otto"), **known)
    assert life.on == ("last resort", "ida")
    return life


def test_the_last_resorts_repetitions_are_one_line() -> None:
    """However many, and whether the mails arrive or not; that somebody has it is another line."""
    life = at_last()
    before = len(life.record)
    life.passes(days=4)
    assert len(life.record) == before + 1
    assert life.record[-1].startswith("Ida Northcott (last resort) is told again, times so far: ")
    for _ in range(3):
        life.bounces(life.told[-1])
        life.passes(days=1)
    assert life.record[before + 1 :] == []
    life.bounces(life.told[-1])
    assert life.record[before + 1 :] == ["Mail to Ida Northcott does not arrive: no such mailbox"]
    life.takes("ida")
    life.passes(days=4)
    assert [line.partition(",")[0] for line in life.record[before + 2 :]] == [
        "Ida Northcott has it",
        "Ida Northcott has not answered in time",
        "Ida Northcott (last resort) is told again",
    ]
    life.answers("ida")
    life.is_settled()
    assert life.status == ("closed", "settled")


# Coming in ------------------------------------------------------------------------------------


def test_it_is_put_before_the_account_manager_and_the_customer_is_told_so() -> None:
    life = complains()

    assert life.heard() == [("given", "max"), ("received", "kim")]
    assert life.due == (at("2026-11-23 14:00"), at("2026-11-24 10:00"))
    assert life.record == [
        "Kim Harlow complains",
        "Max Berger (account manager) is told, to take it by 2026-11-23T14:00:00Z "
        "and answer by 2026-11-24T10:00:00Z",
    ]


def test_the_ticket_it_is_about_learns_that_there_is_one_and_that_it_is_over() -> None:
    life = complains(ticket="ticket-1")
    assert ("ticket", "ticket-1") in life.heard()
    life.answers("max")
    assert ("ticket", "ticket-1") not in life.heard()
    life.is_settled()
    assert ("ticket", "ticket-1") in life.heard()
    life.reopens()
    assert ("ticket", "ticket-1") in life.heard()


def test_who_has_worked_on_the_ticket_hears_nothing_of_it() -> None:
    life = complains(ticket="ticket-1", involved=("max", "una"))

    assert life.on == ("customer success", "vera")
    assert life.stands.barred == ("max", "una")
    assert ("given", "max") not in life.heard()
    life.passes(hours=2)
    assert life.on == ("leadership", "otto"), "Una worked on it, too"


def test_nobody_is_called_by_mail_who_has_no_address() -> None:
    life = complains(**ALICE)
    assert life.heard() == [("given", "max")]
    life.answers("max")
    life.not_yet()
    assert life.heard() == [("moved-on", "max"), ("given", "vera")]


def test_the_record_does_not_say_who_called_nor_how_to_reach_them() -> None:
    life = complains(**ALICE)
    life.answers("max", MONDAY + timedelta(days=3))
    life.adds()
    life.was_kept(by="max")
    life.was_broken()
    life.withdraws()
    life.reopens()

    assert life.record[0] == "the customer complains"
    told = " ".join(life.record) + refused(lambda: life.is_settled(by="max"))
    assert not any(text in told for text in ("Alice", "Finch", "7946", SECRET))


# Settled, and not yet -------------------------------------------------------------------------


def test_settled_at_the_first_level() -> None:
    life = complains()
    life.heard()
    life.takes("max")
    assert life.heard() == []
    taken = life.due
    assert taken == (None, at("2026-11-24 10:00"))
    life.passes(hours=3)
    life.answers("max")
    assert life.heard() == [("answered", "kim")]
    assert life.status == ("answered", "")
    assert life.due == (None, None)
    life.is_settled()

    assert life.heard() == [("over", "max")]
    assert life.status == ("closed", "settled")
    assert life.wake is None


def test_not_yet_goes_up_to_leadership_and_comes_back_there() -> None:
    life = complains()
    life.heard()
    life.answers("max")
    life.not_yet()
    assert life.on == ("customer success", "vera")
    assert life.heard() == [
        ("answered", "kim"),
        ("moved-on", "max"),
        ("given", "vera"),
        ("now-with", "kim"),
    ]
    life.answers("vera")
    life.not_yet()
    assert life.on == ("leadership", "otto")
    life.heard()
    life.answers("otto")
    life.not_yet()
    assert life.on == ("leadership", "otto")
    assert life.heard() == [("answered", "kim"), ("given", "otto"), ("now-with", "kim")], (
        "he is not told that it has moved on: it is his again"
    )
    assert life.stands.path.levels.visit == 4
    assert not life.stands.path.acknowledged
    assert [word.said for word in life.stands.said] == ["raised", *["answered", "not yet"] * 3]
    life.answers("otto")
    life.is_settled()
    assert life.status == ("closed", "settled")


def test_not_yet_at_the_top_when_nobody_is_there_any_more_goes_to_the_last_resort() -> None:
    life = at_leadership()
    life.answers("otto")
    life.book = on_call(people=people(otto=away("2026-11-23", "2026-11-27")))
    life.not_yet()

    assert life.on == ("last resort", "ida")
    assert "Otto Northwind is away, and nobody stands in" in life.record
    life.answers("ida")
    life.not_yet()
    assert life.on == ("last resort", "ida")


def test_that_settles_it_before_anybody_has_answered() -> None:
    life = complains()
    life.heard()
    life.is_settled()

    assert life.status == ("closed", "settled")
    assert life.heard() == [("over", "max")]


# Silence --------------------------------------------------------------------------------------


def test_nobody_takes_it_on_the_first_two_levels() -> None:
    """Max has four hours, Vera and Una two each: then it is Otto's, the next morning."""
    life = complains()
    life.heard()
    life.passes(hours=3, minutes=59)
    assert life.heard() == []
    life.passes(minutes=1)
    assert life.on == ("customer success", "vera")
    assert life.heard() == [("moved-on", "max"), ("given", "vera"), ("now-with", "kim")]
    assert life.due == (at("2026-11-23 16:00"), at("2026-11-24 13:30"))
    life.until(at("2026-11-23 16:00"))
    assert life.on == ("customer success", "una")
    assert life.heard() == [("moved-on", "vera"), ("given", "una"), ("now-with", "kim")]
    assert life.due == (at("2026-11-24 09:30"), at("2026-11-24 13:30")), "the level's time goes on"
    life.until(at("2026-11-24 09:30"))
    assert life.on == ("leadership", "otto")
    assert life.stands.readers() == ("max", "vera", "una", "otto")


def test_who_was_told_first_may_still_take_it_and_the_customer_learns_that_they_have_it() -> None:
    life = complains(about=("max",))
    life.passes(hours=2)
    assert life.on == ("customer success", "una")
    life.heard()
    life.takes("vera", visit=2)

    assert life.on == ("customer success", "vera")
    assert life.heard() == [("now-with", "kim")]
    assert life.due == (None, at("2026-11-24 09:30"))
    assert refused(lambda: life.takes("una")) == "Vera Hall has it already."
    assert refused(lambda: life.answers("una")) == "Vera Hall has it already."
    life.answers("vera")
    assert life.heard() == [("answered", "kim")]


def test_taken_and_never_answered_it_goes_up() -> None:
    life = complains()
    life.takes("max")
    life.heard()
    life.until(at("2026-11-24 10:00") - timedelta(seconds=1))
    assert life.on == ("account manager", "max")
    assert life.heard() == [("warning", "max")]
    life.passes(seconds=1)

    assert life.on == ("customer success", "vera")
    assert life.heard() == [("moved-on", "max"), ("given", "vera"), ("now-with", "kim")]
    assert "Max Berger has not answered in time: to customer success" in life.record


def test_who_has_it_is_reminded_once_after_three_quarters_of_the_time() -> None:
    life = complains()
    life.takes("max")
    life.heard()
    # A business day is eight and a half hours: three quarters are six hours and 22.5 minutes.
    life.until(at("2026-11-23 16:22:30"))
    assert life.heard() == [("warning", "max")]
    life.passes(hours=1)
    assert life.heard() == []


def test_the_last_resort_is_told_again_and_again_and_the_customer_only_once() -> None:
    life = at_last()
    visit = life.stands.path.levels.visit
    assert life.heard() == [("given", "ida"), ("received", "kim")]
    life.passes(hours=2)
    assert life.heard() == [("given", "ida")]
    life.passes(days=3)
    assert {*life.heard()} == {("given", "ida")}
    assert life.stands.path.levels.visit == visit, "the first of the mails still counts"
    life.takes("ida", visit)
    life.passes(hours=7)
    assert life.heard() == []
    life.answers("ida", visit=visit)
    life.not_yet()
    assert life.on == ("last resort", "ida")


def test_the_last_resort_who_has_taken_it_and_says_nothing_is_told_again() -> None:
    life = at_last()
    life.takes("ida")
    life.heard()
    life.passes(hours=24)

    assert life.heard() == [("given", "ida")]
    assert not life.stands.path.acknowledged
    assert "Ida Northcott has not answered in time" in life.record


# Whom it is about -----------------------------------------------------------------------------


def test_about_the_account_manager_it_starts_above_them() -> None:
    life = complains(about=("max",))

    assert life.on == ("customer success", "vera")
    assert life.heard() == [("given", "vera"), ("received", "kim")]
    assert life.record[1:3] == [
        "Max Berger is passed over",
        "Nobody on account manager hears it: to customer success",
    ]


def test_about_everybody_of_the_path_it_is_with_the_last_resort() -> None:
    assert at_last().heard() == [("given", "ida"), ("received", "kim")]


def test_about_the_last_resort_too_it_is_with_the_highest_who_is_left() -> None:
    life = complains(about=("ida", "max", "vera", "una", "otto"))

    assert life.on == ("last resort", "tom")
    assert "Ida Northcott is passed over as the last resort" in life.record
    life.answers("tom")
    assert life.status == ("answered", "")


def test_about_the_last_resort_alone_it_comes_back_to_the_account_manager_rather_than_to_the_tiers() -> None:
    life = complains(about=("ida", "vera", "una", "otto"))
    assert life.on == ("account manager", "max")
    life.passes(hours=4)
    assert life.on == ("last resort", "max")


def test_about_everybody_there_is_it_is_theirs_who_would_hear_it_last_and_they_can_answer() -> None:
    life = complains(about=tuple(on_call().people))

    assert life.on == ("last resort", "ida")
    assert "Ida Northcott hears it all the same, since nobody else is left" in life.record
    assert life.heard() == [("given", "ida"), ("received", "kim")]
    life.takes("ida")
    life.answers("ida")
    life.is_settled()
    assert life.heard() == [("answered", "kim"), ("over", "ida")]


def test_it_turns_out_to_be_about_who_has_it() -> None:
    life = complains()
    life.takes("max")
    life.heard()
    life.adds("max")

    assert life.on == ("customer success", "vera")
    assert life.heard() == [("given", "vera"), ("now-with", "kim")], "Max hears nothing of it"
    assert "max" not in life.stands.readers()
    assert refused(lambda: life.takes("max", 1)) == (
        "It is about you, or what you worked on: somebody else hears it."
    )


def test_nobody_keeps_the_customer_from_their_own_complaint() -> None:
    life = complains()
    before = life.stands
    assert refused(lambda: life.adds("una", "kim")) == (
        "It is Kim Harlow's own complaint: say who else it is about."
    )
    assert life.stands == before
    caller = complains(**ALICE)
    assert refused(lambda: caller.adds(CALLER)).startswith("It is the customer's own complaint")


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff \u3164", "\x00"], ids=ascii)
def test_what_nobody_can_see_is_neither_an_answer_nor_anything_to_add(unseen: str) -> None:
    life = complains()
    friday = MONDAY + timedelta(days=4)

    def answers(words: str, promise: str = "", due: datetime | None = None) -> None:
        sayings.answer(life.stands, "max", 0, words, life.now, promise=promise, promised_by=due)

    def adds() -> None:
        sayings.add(life.stands, "kim", unseen, life.now)

    assert refused(lambda: answers(unseen)) == "Say what you answer: the customer reads it."
    assert refused(lambda: answers("sorry", unseen, friday)) == "Say what you promise to do."
    assert refused(adds) == "Say what you want to add."


def test_what_a_screen_would_obey_is_left_out_of_the_words() -> None:
    settled = sayings.settle(complains().stands, "kim", True, "thank\x00 you\u202e", MONDAY)
    assert settled.said[-1].text == "thank you"


def test_it_turns_out_to_be_about_who_has_answered() -> None:
    life = answered()
    life.adds("max")

    assert life.status == ("open", "")
    assert life.on == ("customer success", "vera")
    assert life.heard() == [("given", "vera"), ("now-with", "kim")]


def test_it_turns_out_to_be_about_who_would_hear_it_next() -> None:
    life = complains()
    life.heard()
    life.adds("vera", "una")
    assert life.heard() == [("customer-says", "max")]
    life.passes(hours=4)
    assert life.on == ("leadership", "otto")


def test_it_turns_out_to_be_about_who_was_told_first_and_they_cannot_take_it_any_more() -> None:
    life = complains(about=("max",))
    life.passes(hours=2)
    life.adds("vera")
    assert life.on == ("customer success", "una")
    assert "It is about you" in refused(lambda: life.takes("vera"))


def test_who_has_promised_something_and_is_whom_it_is_about_is_asked_for_nothing() -> None:
    life = answered(MONDAY + timedelta(days=1))
    life.not_yet()
    life.adds("max")
    life.heard()
    life.until(MONDAY + timedelta(days=1))
    told = life.heard()
    assert ("promise", "kim") in told
    assert "max" not in {person for _, person in told}


# The customer says nothing --------------------------------------------------------------------


def test_a_silent_customer_is_reminded_then_it_is_closed_and_one_click_opens_it_again() -> None:
    life = answered()
    assert life.stands.wait
    assert life.stands.wait.due == at("2026-11-26 10:00")
    life.until(at("2026-11-24 10:00"))
    assert life.heard() == [("reminded", "kim")]
    life.until(at("2026-11-26 10:00") - timedelta(seconds=1))
    assert life.status == ("answered", "")
    life.passes(seconds=1)
    assert life.heard() == [("closed", "kim")]
    assert life.status == ("closed", "unanswered")
    assert life.record[-2:] == ["Kim Harlow has not said whether it is settled", "Closed: unanswered"]
    life.passes(days=20)
    life.reopens()

    assert life.on == ("customer success", "vera")
    assert life.status == ("open", "")
    assert life.heard() == [("moved-on", "max"), ("given", "vera"), ("now-with", "kim")]
    again = life.stands
    life.reopens()
    assert life.stands == again, "a second click"


def test_somebody_whom_no_mail_reaches_is_called_before_it_is_closed() -> None:
    life = answered(**ALICE)
    life.until(at("2026-11-24 10:00"))
    assert [(notice.kind, notice.to, notice.text) for notice in life.told] == [
        ("unreached", "max", "Alice Finch is not reached by mail")
    ]
    life.heard()
    life.passes(days=5)
    assert life.heard() == []
    assert life.status == ("closed", "unanswered")


def test_a_customer_who_is_reminded_in_an_outage_has_all_of_their_time_again() -> None:
    life = answered()
    life.jumps(days=30)
    assert life.status == ("closed", "unanswered"), "they had it: the answer was in their mailbox"
    assert life.heard() == [("closed", "kim")], "and are not reminded in the same moment"


# Promises -------------------------------------------------------------------------------------

FRIDAY = at("2026-11-27 12:00")


def test_a_promise_that_was_kept() -> None:
    life = answered(FRIDAY)
    life.is_settled()
    assert life.status == ("promised", "settled")
    assert life.heard() == [("over", "max")]
    life.until(FRIDAY - timedelta(seconds=1))
    assert life.heard() == []
    life.passes(seconds=1)
    assert life.heard() == [("promise-due", "max"), ("promise", "kim")]
    life.was_kept(by="max")
    assert life.stands.promises[0].state == "asked", "the customer has the last word"
    life.was_kept()

    assert life.status == ("closed", "settled")
    assert life.heard() == [("customer-says", "max"), ("closed", "kim")]


def test_a_promise_that_was_broken_goes_up() -> None:
    life = answered(FRIDAY)
    life.is_settled()
    life.until(FRIDAY)
    life.heard()
    life.was_broken()

    assert life.on == ("customer success", "vera")
    assert life.status == ("open", "")
    assert life.heard() == [("moved-on", "max"), ("given", "vera"), ("now-with", "kim")]
    assert refused(life.was_broken) == "It was asked for already: broken."


def test_of_a_promise_the_customer_says_nothing_of_is_asked_once_more_then_it_is_closed() -> None:
    life = answered(FRIDAY)
    life.is_settled()
    life.until(FRIDAY)
    life.heard()
    life.until(at("2026-11-30 12:00"))
    assert life.heard() == [("promise", "kim")]
    life.until(at("2026-12-02 12:00"))

    assert life.stands.promises[0].state == "unanswered"
    assert life.status == ("closed", "settled")
    assert life.heard() == [("closed", "kim")], "days have passed since they said that it is settled"


def test_a_promise_broken_while_somebody_higher_has_it_is_told_to_them() -> None:
    life = answered(FRIDAY)
    life.not_yet()
    life.takes("vera")
    life.heard()
    life.was_broken(by="max")

    assert life.on == ("customer success", "vera")
    assert life.stands.path.acknowledged
    assert life.heard() == [("customer-says", "vera")]


def test_who_has_it_again_and_breaks_their_own_promise_is_not_told_what_they_said() -> None:
    life = at_leadership()
    life.answers("otto", FRIDAY)
    life.not_yet()
    life.heard()
    life.was_broken(by="otto")

    assert life.on == ("leadership", "otto")
    assert life.stands.promises[0].state == "broken"
    assert life.heard() == []


def test_a_promise_that_is_due_while_the_customer_is_still_asked() -> None:
    life = answered(MONDAY + timedelta(hours=2))
    life.passes(hours=2)
    assert life.heard() == [("promise-due", "max"), ("promise", "kim")]
    assert life.status == ("answered", "")
    life.was_kept()
    assert life.status == ("answered", ""), "whether that settles it is another question"
    life.heard()
    life.is_settled()
    assert life.status == ("closed", "settled")


def test_who_has_promised_it_says_before_its_time_that_it_cannot_be_kept() -> None:
    life = answered(FRIDAY)
    life.heard()
    life.was_broken(by="max")

    assert life.on == ("customer success", "vera")
    assert life.heard() == [("moved-on", "max"), ("given", "vera"), ("now-with", "kim")]


def test_who_says_before_its_time_that_it_is_done_has_the_customer_asked_at_once() -> None:
    life = answered(FRIDAY)
    life.is_settled()
    life.heard()
    life.was_kept(by="max")
    assert life.heard() == [("promise-due", "max"), ("promise", "kim")]
    life.until(FRIDAY)
    assert ("promise-due", "max") not in life.heard(), "it is not asked for twice"


def test_promises_of_two_levels_are_each_asked_for() -> None:
    life = answered(FRIDAY)
    life.not_yet()
    life.answers("vera", FRIDAY + timedelta(hours=1))
    life.is_settled()
    life.heard()
    life.until(FRIDAY + timedelta(hours=1))
    assert life.heard() == [
        ("promise-due", "max"),
        ("promise", "kim"),
        ("promise-due", "vera"),
        ("promise", "kim"),
    ]
    life.was_kept(1)
    assert life.status == ("promised", "settled")
    life.was_broken(2)
    assert life.on == ("leadership", "otto")


def test_two_promises_that_came_due_in_an_outage_are_both_asked_for_with_the_whole_time() -> None:
    life = answered(FRIDAY)
    life.not_yet()
    life.answers("vera", FRIDAY + timedelta(hours=1))
    life.is_settled()
    life.heard()
    life.jumps(days=21)  # Monday 14 December, 10:00

    dues = {one.wait.due for one in life.stands.promises if one.wait}
    assert dues == {at("2026-12-17 10:00")}
    assert life.status == ("promised", "settled")


@pytest.mark.parametrize(
    ("promise", "due", "why"),
    [
        ("", MONDAY + timedelta(days=1), "Say what you promise to do."),
        ("mend it", None, "Say by when: a promise has a day."),
        ("mend it", MONDAY, "Mon 23 Nov 10:00:00 UTC is over: promise it for a time to come."),
        ("mend it", MONDAY + timedelta(days=367), "is too far away: promise it for a time within a year."),
    ],
)
def test_what_is_no_promise_is_refused_and_the_answer_with_it(
    promise: str, due: datetime | None, why: str
) -> None:
    stands = complains().stands
    with pytest.raises(Refused) as error:
        sayings.answer(stands, "max", 0, "sorry", MONDAY, promise=promise, promised_by=due)
    assert why in str(error.value)


# Taken back -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "comes",
    [
        lambda: complains(),
        lambda: answered(),
        lambda: answered(FRIDAY),
        lambda: at_leadership(),
        lambda: at_last(),
    ],
    ids=["open", "answered", "with a promise", "at leadership", "at the last resort"],
)
def test_the_customer_can_always_take_it_back_and_nobody_else_can(comes: Callable[[], Complaining]) -> None:
    life = comes()
    life.heard()
    holder = life.stands.holder
    for nobody in ("raj", "max", "ida", CALLER):
        assert refused(lambda by=nobody: life.withdraws(by)) == (  # type: ignore[misc]
            "It is Kim Harlow's complaint: only they can say that."
        )
    life.withdraws()

    assert life.status == ("closed", "withdrawn")
    assert life.heard() == [("over", holder)]
    assert not any(promise.open for promise in life.stands.promises)
    assert "It can be opened again." in refused(life.withdraws)
    life.reopens()
    assert life.stands.status == "open"


def test_taken_back_while_only_a_promise_is_waited_for() -> None:
    life = answered(FRIDAY)
    life.is_settled()
    life.withdraws()
    assert life.status == ("closed", "withdrawn")
    life.passes(days=10)
    assert ("promise", "kim") not in life.heard()


# Mails that do not arrive ---------------------------------------------------------------------


def last_of(life: Complaining, kind: ComplaintNotice) -> Any:
    return next(notice for notice in reversed(life.told) if notice.kind == kind)


def test_a_holder_whom_no_mail_reaches_is_passed_over_at_once() -> None:
    life = complains()
    given = last_of(life, ComplaintNotice.GIVEN)
    life.heard()
    life.passes(minutes=10)
    life.bounces(given)

    assert life.on == ("customer success", "vera")
    assert life.heard() == [("given", "vera"), ("now-with", "kim")]
    assert life.due == (at("2026-11-23 12:10"), at("2026-11-24 09:40"))
    life.bounces(given)
    assert life.on == ("customer success", "vera"), "what no longer matters passes nobody over"


def test_a_mail_that_comes_back_after_they_have_taken_it_moves_nothing() -> None:
    life = complains()
    given = last_of(life, ComplaintNotice.GIVEN)
    life.takes("max")
    life.bounces(given)
    assert life.on == ("account manager", "max")


def test_when_no_mail_reaches_the_customer_who_has_it_is_told_to_call() -> None:
    life = complains()
    received = last_of(life, ComplaintNotice.RECEIVED)
    life.heard()
    life.bounces(received)

    assert life.heard() == [("unreached", "max")]
    assert life.on == ("account manager", "max")


def test_when_no_mail_reaches_the_last_resort_either_they_are_told_again_at_their_time() -> None:
    life = at_last()
    life.bounces(last_of(life, ComplaintNotice.GIVEN))
    life.heard()
    assert life.on == ("last resort", "ida")
    life.passes(hours=2)
    assert life.heard() == [("given", "ida")]


def test_what_the_customer_adds_to_an_answer_can_be_answered_and_begins_their_time_anew() -> None:
    """Who answers with a question must be able to take the answer to it."""
    life = complains()
    life.answers("max")
    is_answered = "It is answered: Kim Harlow is asked whether that settles it."
    assert refused(lambda: life.answers("max")) == is_answered
    life.passes(hours=20)
    life.heard()
    before = life.stands.wait
    life.adds()
    assert life.heard() == [("customer-says", "max")]
    assert before and before.due and life.stands.wait and life.stands.wait.due
    assert life.stands.wait.due > before.due
    assert refused(lambda: life.answers("vera")) == "Max Berger (account manager) has it."
    life.answers("max")

    assert life.heard() == [("answered", "kim")]
    assert life.status == ("answered", "")
    assert refused(lambda: life.answers("max")) == is_answered


def test_who_has_left_while_they_have_it_is_passed_over_when_their_reminder_comes_back() -> None:
    life = complains()
    life.takes("max")
    life.until(life.stands.path.levels.remind or MONDAY)
    warning = last_of(life, ComplaintNotice.WARNING)
    life.heard()
    life.bounces(warning)

    assert life.on == ("customer success", "vera")
    assert life.heard() == [("given", "vera"), ("now-with", "kim")]
    assert not life.stands.path.acknowledged, "Vera has not taken it"


def test_what_is_true_no_more_is_not_delivered_after_an_outage() -> None:
    life = answered(FRIDAY)
    received = Notice(1, ComplaintNotice.RECEIVED, "kim", 1)
    assert not life.stands.matters(received), "the answer is on its way"
    life.is_settled()
    life.until(FRIDAY)
    asked = last_of(life, ComplaintNotice.PROMISE), last_of(life, ComplaintNotice.PROMISE_DUE)
    assert all(map(life.stands.matters, asked))
    life.was_kept()
    assert not any(map(life.stands.matters, asked)), "she has said whether it was kept"
    assert not life.stands.matters(Notice(9, ComplaintNotice.UNREACHED, "max", 1)), "it is over: nobody calls"


def test_who_has_it_is_told_of_one_visit_only() -> None:
    life = complains()
    received = last_of(life, ComplaintNotice.RECEIVED)
    assert life.stands.matters(received)
    life.passes(hours=4)
    assert life.on == ("customer success", "vera")
    assert not life.stands.matters(received), "it says that Max is to take it"
    assert life.stands.matters(last_of(life, ComplaintNotice.NOW_WITH))


def test_what_happens_without_a_word_about_a_promise_is_foreseen() -> None:
    life = answered(FRIDAY)
    life.is_settled()
    life.until(FRIDAY)

    (step,) = forecast(life.stands)
    assert step == (at("2026-12-02 12:00"), "it is closed, if the customer says nothing")
    assert life.wake
    life.until(step.at)
    assert life.status == ("closed", "settled")


def test_the_mail_to_a_ticket_that_is_closed_is_nobodys_trouble() -> None:
    life = complains(ticket="ticket-1")
    before = life.stands
    life.bounces(last_of(life, ComplaintNotice.TICKET))
    assert life.stands == before


# Old links and double clicks ------------------------------------------------------------------


def test_an_old_link_is_refused_and_says_who_has_it() -> None:
    life = complains()
    life.passes(hours=4)

    for says in (lambda: life.takes("max", 1), lambda: life.answers("max", visit=1)):
        assert refused(says) == "It has gone on to Vera Hall."
    assert refused(lambda: life.takes("max")) == "Vera Hall (customer success) has it."
    assert refused(lambda: life.takes("ana")) == "Vera Hall (customer success) has it."


def test_the_customers_old_link_is_refused_once_it_has_moved() -> None:
    life = answered()
    life.not_yet(visit=1)
    visit = life.stands.path.levels.visit
    assert refused(lambda: life.not_yet(visit=1)) == "It has moved since: Vera Hall has it now."
    assert "Vera Hall has not answered yet" in refused(lambda: life.not_yet())
    life.answers("vera")
    assert "It has moved since" in refused(lambda: life.not_yet(visit=1))
    life.not_yet(visit=visit)
    assert life.on == ("leadership", "otto")


def test_a_second_click_does_nothing() -> None:
    life = complains()
    life.takes("max")
    before = life.stands
    life.takes("max")
    assert life.stands == before
    life.answers("max", FRIDAY)
    assert "It is answered" in refused(lambda: life.answers("max"))
    assert "It is answered" in refused(lambda: life.takes("max"))
    life.is_settled()
    before = life.stands
    life.is_settled()
    assert life.stands == before
    life.until(FRIDAY)
    life.was_kept()
    before = life.stands
    life.is_settled()
    assert life.stands == before, "it is closed, and they are told so rather than refused"


@pytest.mark.parametrize(
    "says",
    [
        lambda life: life.takes("max"),
        lambda life: life.answers("max"),
        lambda life: life.not_yet(),
        lambda life: life.adds(),
        lambda life: life.withdraws(),
    ],
)
def test_of_a_closed_one_nothing_counts_but_to_open_it_again(says: Says) -> None:
    life = answered()
    life.withdraws()
    before = life.stands
    assert "The complaint is closed (withdrawn)" in refused(lambda: says(life))
    assert life.stands == before


def test_an_answer_without_words_is_refused() -> None:
    stands = complains().stands
    with pytest.raises(Refused, match="Say what you answer: the customer reads it"):
        sayings.answer(stands, "max", 0, "  ", MONDAY)


def test_an_open_one_is_not_opened_again() -> None:
    assert refused(complains().reopens) == "It is open: Max Berger has it."


# Outages --------------------------------------------------------------------------------------


def test_after_days_without_anything_running_it_climbs_once_and_who_has_it_now_has_all_of_their_time() -> (
    None
):
    life = complains()
    life.heard()
    life.jumps(days=9)  # Wednesday, 10:00

    assert life.on == ("customer success", "vera")
    assert life.heard() == [("moved-on", "max"), ("given", "vera"), ("now-with", "kim")]
    # Her level's time is long over: she has all of the time to take it, and the same to answer.
    assert life.due == (at("2026-12-02 12:00"), at("2026-12-02 12:00"))


def test_a_warning_that_was_missed_with_the_time_itself_is_not_sent() -> None:
    life = complains()
    life.takes("max")
    life.heard()
    life.jumps(days=3)
    assert life.heard() == [("moved-on", "max"), ("given", "vera"), ("now-with", "kim")]


def test_the_next_persons_time_counts_from_when_the_last_ones_was_over_not_from_when_it_happened() -> None:
    """Twelve minutes late: a tenth of Vera's two hours, and less than that moves nothing."""
    life = complains()
    life.jumps(hours=4, minutes=11)
    assert life.on == ("customer success", "vera")
    assert life.due == (at("2026-11-23 16:00"), at("2026-11-24 13:30"))


# Hours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raised", "take_by", "answer_by"),
    [
        ("2026-11-23 10:00", "2026-11-23 14:00", "2026-11-24 10:00"),
        ("2026-11-23 20:00", "2026-11-24 13:00", "2026-11-25 09:00"),  # the evening
        ("2026-11-23 13:30", "2026-11-24 09:00", "2026-11-24 13:30"),  # due at closing time: when they open
        ("2026-11-27 16:00", "2026-11-30 11:30", "2026-11-30 16:00"),  # over a weekend
        ("2026-12-24 16:00", "2026-12-29 11:30", "2026-12-29 16:00"),  # over Christmas
        ("2027-03-25 16:00", "2027-03-30 10:30", "2027-03-30 15:00"),  # over Easter and DST
        ("2026-10-23 15:00", "2026-10-26 11:30", "2026-10-26 16:00"),  # clocks are put back on Sunday
    ],
)
def test_only_the_clients_hours_count(raised: str, take_by: str, answer_by: str) -> None:
    assert complains(now=at(raised)).due == (at(take_by), at(answer_by))


def test_a_client_without_hours_is_always_open() -> None:
    life = complains(book=northwind(), now=at("2026-11-28 23:00"))
    assert life.due == (at("2026-11-29 03:00"), at("2026-11-29 23:00"))


def test_at_a_pace_an_hour_takes_a_minute_and_nobodys_hours_are_kept() -> None:
    life = complains(pace=60, now=at("2026-11-28 23:00"))
    assert life.due == (at("2026-11-28 23:04"), at("2026-11-28 23:08:30"))
    life.answers("max", life.now + timedelta(hours=1))
    life.passes(minutes=30)
    assert life.status == ("promised", "unanswered")
    life.passes(hours=3)
    assert life.status == ("closed", "unanswered")


# The world moves ------------------------------------------------------------------------------


def test_a_substitute_hears_it() -> None:
    leave = people(max=away("2026-11-23", "2026-11-23", "una"))
    assert complains(book=on_call(people=leave)).on == ("account manager", "una")


def test_a_substitute_who_is_whom_it_is_about_does_not() -> None:
    leave = people(max=away("2026-11-23", "2026-11-23", "una"))
    life = complains(book=on_call(people=leave), about=("una",))
    assert life.on == ("customer success", "vera")
    assert "Max Berger is away, and who stands in is passed over" in life.record


def test_who_is_away_and_nobody_stands_in_is_passed_over_at_once() -> None:
    life = complains(book=on_call(people=people(max=away("2026-11-23", "2026-11-23"))))
    assert life.on == ("customer success", "vera")
    assert "Max Berger is away, and nobody stands in" in life.record


def test_who_stood_in_below_is_not_told_again_above() -> None:
    leave = people(max=away("2026-11-23", "2026-11-23", "vera"))
    life = complains(book=on_call(people=leave))
    assert life.on == ("account manager", "vera")
    life.answers("vera")
    life.not_yet()
    assert life.on == ("customer success", "una")


def test_the_account_manager_is_not_in_the_files_any_more() -> None:
    life = complains()
    gone = {ident: person for ident, person in ON_CALL["people"].items() if ident != "max"}
    life.book = on_call(people=gone)
    life.passes(minutes=30)
    assert life.on == ("account manager", "max"), "nobody looks before somebody's time is over"
    life.passes(hours=4)
    assert life.on == ("customer success", "vera")
    assert life.stands.name("max") == "Max Berger"
    fresh = complains(book=on_call(people=gone))
    assert fresh.on == ("customer success", "vera")
    assert "max is listed, but is not in the procedure any more" in fresh.record


def test_a_level_that_is_not_in_the_files_any_more_is_passed_over() -> None:
    life = answered()
    first, _, last = COMPLAINTS["levels"]
    life.book = on_call(complaints=COMPLAINTS | {"levels": [first, last]})
    life.not_yet()
    assert life.on == ("leadership", "otto")
    assert "There is no level customer success in the procedure any more" in life.record


def test_without_any_path_left_it_is_with_the_last_resort() -> None:
    life = answered()
    life.book = on_call(complaints=None)
    life.not_yet()
    assert life.on == ("last resort", "ida")
    assert life.due[0] == at("2026-11-23 12:00")


def test_somebody_on_two_levels_hears_it_once() -> None:
    first, second, third = COMPLAINTS["levels"]
    levels = [first | {"people": ["vera"]}, second, third | {"people": ["vera", "otto"]}]
    life = complains(book=on_call(complaints=COMPLAINTS | {"levels": levels}))
    seen = [life.on]
    while life.on[0] != "last resort":
        assert life.wake
        life.until(life.wake.at)
        seen += [] if life.on == seen[-1] else [life.on]
    assert seen == [
        ("account manager", "max"),
        ("account manager", "vera"),
        ("customer success", "una"),
        ("leadership", "otto"),
        ("last resort", "ida"),
    ]


# What comes next ------------------------------------------------------------------------------


def test_what_happens_if_nobody_acts_is_foreseen() -> None:
    life = complains()
    assert [(step.at, step.text) for step in forecast(life.stands)] == [
        (at("2026-11-23 14:00"), "it goes to Vera Hall (customer success)"),
        (at("2026-11-24 09:30"), "it goes to Otto Northwind (leadership)"),
        (at("2026-11-24 11:30"), "it goes to Ida Northcott (last resort)"),
    ]
    life.takes("max")
    assert next(step.at for step in forecast(life.stands)) == at("2026-11-24 10:00")
    life.answers("max", FRIDAY)
    assert [(step.at, step.text) for step in forecast(life.stands)] == [
        (at("2026-11-26 10:00"), "only what was promised is waited for, if the customer says nothing"),
        (FRIDAY, f"Max Berger's promise is asked for: we mend the {SECRET}"),
    ]
    life.withdraws()
    assert forecast(life.stands) == []


def test_enough_complaints_for_a_review_are_kept_once() -> None:
    life = complains()
    asked = life.RULES.question(life.stands, life.now)
    found = replace(life.look_up(asked), earlier=("complaint-harbor-a", "complaint-harbor-b"))
    for _ in range(2):
        life.becomes(life.RULES.present(life.stands, found, life.now))
    assert life.stands.earlier == ("complaint-harbor-a", "complaint-harbor-b")
    assert life.record.count("With 3 complaints in a short time a review is asked for") == 1
    assert life.RULES.question(life.stands, life.now).counted
