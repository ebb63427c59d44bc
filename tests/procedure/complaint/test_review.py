"""One relationship review as time passes, without a workflow: who leads it, until it was held."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from procedure.complaint import review as reviews
from procedure.path import assignment as assignments
from procedure.path.assignment import AssignmentNotice, forecast
from procedure.path.levels import agreed
from procedure.record import Refused
from tests.northwind import COMPLAINTS, ON_CALL, on_call
from tests.procedure.complaint.complaining import (
    MONDAY,
    SECRET,
    Reviewing,
    adds_up,
    at,
    away,
    counted,
    people,
)


def refused(says: Callable[[], None]) -> str:
    """What it is refused with."""
    with pytest.raises(Refused) as error:
        says()
    return str(error.value)


def test_it_is_led_by_the_first_of_its_own_path_and_not_by_the_account_manager() -> None:
    review = adds_up()

    assert review.heard() == [("given", "vera")]
    assert review.stands.number == "2026-11-23"
    assert review.record == [
        "3 complaints of harbor: 1, 2, 3",
        "Vera Hall (customer success) is told, to take it by 2026-11-24T10:00:00Z "
        "and answer by 2026-11-30T10:00:00Z",
    ]
    assert [(step.at, step.text) for step in forecast(review.stands)] == [
        (at("2026-11-24 10:00"), "it goes to Otto Northwind (leadership)"),
        (at("2026-11-25 10:00"), "it goes to Ida Northcott (last resort)"),
    ]


def test_it_is_held() -> None:
    review = adds_up()
    review.leads("vera")
    assert next((step.at, step.text) for step in forecast(review.stands)) == (
        at("2026-11-30 10:00"),
        "it goes to Otto Northwind (leadership)",
    )
    review.heard()
    review.passes(days=3)
    review.holds("vera")

    assert review.stands.over
    assert review.stands.concluded_by == "vera"
    assert review.heard() == []
    assert SECRET not in " ".join(review.record)
    assert review.wake is None
    assert forecast(review.stands) == []
    assert refused(lambda: review.holds("vera")) == "Vera Hall has held it already."
    assert refused(lambda: review.leads("otto")) == "Vera Hall has held it already."


def test_silence_climbs_and_who_was_asked_before_hears_how_it_ended() -> None:
    review = adds_up()
    review.heard()
    review.passes(days=1)
    assert review.stands.holder == "otto"
    assert review.heard() == [("moved-on", "vera"), ("given", "otto")]
    review.holds("otto")
    assert review.heard() == [("concluded", "vera")]


def test_who_leads_it_is_reminded_before_it_is_to_be_held_and_then_it_goes_up() -> None:
    review = adds_up()
    review.leads("vera")
    review.heard()
    review.until(at("2026-11-30 10:00"))

    assert review.heard() == [("warning", "vera"), ("moved-on", "vera"), ("given", "otto")]
    assert "Vera Hall has not answered in time: to leadership" in review.record


def test_after_an_outage_there_is_one_step_and_no_reminder_of_what_is_over() -> None:
    review = adds_up()
    review.leads("vera")
    review.heard()
    review.jumps(days=30)
    assert review.heard() == [("moved-on", "vera"), ("given", "otto")]


def test_the_last_resort_is_asked_again_until_they_lead_it() -> None:
    review = adds_up(counted(1, "vera", "otto"), counted(2))
    assert review.on == ("last resort", "ida")
    review.heard()
    review.passes(days=7)
    assert {*review.heard()} == {("given", "ida")}
    review.leads("ida")
    review.heard()
    review.passes(days=1)
    assert review.heard() == []


def test_whom_any_of_the_complaints_is_about_does_not_lead_it() -> None:
    review = adds_up(counted(1), counted(2, "vera"), counted(3))
    assert review.heard() == [("given", "otto")]
    assert "It is about you" in refused(lambda: review.leads("vera"))


def test_one_more_complaint_is_told_to_who_leads_it_once() -> None:
    review = adds_up()
    review.heard()
    review.hears(counted(4))
    review.hears(counted(4))

    assert review.heard() == [("news", "vera")]
    assert [one.number for one in review.stands.complaints] == ["1", "2", "3", "4"]


def test_one_more_complaint_that_is_about_who_leads_it_takes_it_from_them() -> None:
    review = adds_up()
    review.leads("vera")
    review.heard()
    review.hears(counted(4, "vera"))

    assert review.on == ("leadership", "otto")
    assert review.heard() == [("given", "otto")]
    assert not review.stands.path.acknowledged
    assert "vera" not in review.stands.readers()
    assert "It is about you" in refused(lambda: review.holds("vera", 1))


def test_one_more_complaint_about_who_would_lead_it_next_skips_them() -> None:
    review = adds_up()
    review.hears(counted(4, "otto"))
    assert review.stands.holder == "vera"
    review.passes(days=1)
    assert review.on == ("last resort", "ida")


def test_a_review_that_was_held_does_not_take_one_more_complaint_as_heard() -> None:
    review = adds_up()
    review.holds("vera")
    held = review.stands
    review.hears(counted(4))
    assert review.stands == held


def test_complaints_that_add_up_after_it_was_held_ask_for_the_next() -> None:
    review = adds_up()
    review.holds("vera")
    four, five, six = (counted(number) for number in (4, 5, 6))
    # Temporal's list lags behind: these were counted with what the review was held about.
    held = reviews.another(review.stands, four, MONDAY, tuple(one.id for one in review.stands.complaints), 3)
    assert held.next == ()
    held = reviews.another(held, six, MONDAY, (four.id, five.id), 3)
    assert held.next == (four.id, five.id, six.id)
    held = reviews.another(held, counted(7), MONDAY, (five.id, six.id), 3)
    assert [one.rpartition("-")[2] for one in held.next] == ["4", "5", "6", "7"]
    assert reviews.another(held, counted(2), MONDAY, (four.id, five.id), 3) == held
    assert (held.over, held.notices) == (True, ())


def test_about_everybody_it_is_led_by_who_is_the_last_and_said_so() -> None:
    everybody = tuple(on_call().people)
    review = adds_up(counted(1, *everybody), counted(2))
    assert review.on == ("last resort", "ida")
    assert "Ida Northcott hears it all the same, since nobody else is left" in review.record
    review.holds("ida")
    assert review.stands.over


def test_a_leader_whom_no_mail_reaches_is_passed_over_at_once() -> None:
    review = adds_up()
    (lead,) = review.told
    review.heard()
    review.bounces(lead)
    assert review.heard() == [("given", "otto")]
    assert "Mail to Vera Hall does not arrive: no such mailbox" in review.record
    review.bounces(lead)
    assert review.stands.holder == "otto"


def test_a_mail_that_comes_back_after_they_lead_it_moves_nothing() -> None:
    review = adds_up()
    (lead,) = review.told
    review.leads("vera")
    review.bounces(lead)
    assert review.stands.holder == "vera"


def test_somebody_who_was_asked_first_may_still_lead_it_until_somebody_else_does() -> None:
    levels = [
        level | {"people": ["vera", "una"]} if level["name"] == "customer success" else level
        for level in COMPLAINTS["review"]["levels"]
    ]
    book = on_call(complaints=COMPLAINTS | {"review": COMPLAINTS["review"] | {"levels": levels}})
    review = adds_up(book=book)
    review.passes(days=1)
    assert review.stands.holder == "una"
    review.leads("vera", 1)
    assert review.stands.holder == "vera"
    assert refused(lambda: review.holds("una")) == "Vera Hall has it already."


def test_an_old_link_is_refused() -> None:
    review = adds_up()
    review.passes(days=1)
    assert refused(lambda: review.leads("vera", 1)) == "It has gone on to Otto Northwind."
    assert refused(lambda: review.leads("vera")) == "Otto Northwind (leadership) has it."


def test_what_was_agreed_has_to_be_said() -> None:
    with pytest.raises(Refused, match="Say what was agreed with the client"):
        assignments.conclude(adds_up().stands, "vera", 0, " ", MONDAY)


def test_a_substitute_leads_it() -> None:
    book = on_call(people=people(vera=away("2026-11-23", "2026-11-27", "una")))
    assert adds_up(book=book).heard() == [("given", "una")]


def test_without_reviews_in_the_files_any_more_it_goes_to_the_last_resort() -> None:
    review = adds_up()
    plain = {name: terms for name, terms in COMPLAINTS.items() if name != "review"}
    review.book = on_call(complaints=plain)
    review.passes(days=1)
    assert review.on == ("last resort", "ida")
    assert agreed(review.book, path="review") is None


def test_at_a_pace_its_days_are_minutes() -> None:
    review = adds_up(pace=60)
    review.heard()
    review.passes(minutes=8.5)
    assert review.heard() == [("moved-on", "vera"), ("given", "otto")]


def test_its_last_leader_who_is_also_the_last_resort_is_not_told_that_it_has_moved_on() -> None:
    last = ON_CALL | {"last_resort": {"person": "otto", "again_every": "10 minutes"}}
    review: Reviewing = adds_up(counted(1, "vera"), counted(2), book=on_call(**last))
    review.heard()
    review.passes(days=1)
    assert review.on == ("last resort", "otto")
    assert review.heard() == [(AssignmentNotice.GIVEN.value, "otto")]
