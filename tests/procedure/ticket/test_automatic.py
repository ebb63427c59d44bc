"""Answers that no person wrote are noted and shown, and move nothing; what looks like one is asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from procedure.kinds import Kind
from procedure.ticket import customer, staff
from procedure.ticket.helpdesk import AT_ONCE, Event, receive, reopens
from tests.procedure.ticket.lives import HIGH, Life, life

AUTOMATIC = "Auto-Submitted: auto-replied"
AWAY = "I am out of the office until Monday."


def says(story: Life, after: float = 60, **event: Any) -> None:
    """The customer's mail system answers, so many seconds after what was last said or sent."""
    story.now += timedelta(seconds=after)
    usual: dict[str, Any] = {
        "delivery": f"d{story.now}",
        "at": story.now,
        "contact": "kim",
        "text": AWAY,
        "state": "open",
    }
    story.becomes(receive(story.ticket, Event(**usual | event), story.now))


def solves(story: Life) -> None:
    """Whoever has it says that it is solved, and the customer is asked."""
    holder = story.ticket.holder
    story.becomes(staff.resolve(story.ticket, holder, 0, "restarted it", story.now))


def solved() -> Life:
    story = life(HIGH)
    solves(story)
    story.heard()
    return story


# What the helpdesk knows ----------------------------------------------------------------------


def test_an_automatic_answer_opens_nothing_and_is_noted() -> None:
    story = solved()
    says(story, automatic=AUTOMATIC)
    assert (story.ticket.status, story.ticket.tier) == ("resolved", "first level")
    assert story.record[-2:] == [
        f"An automatic answer from Kim Harlow ({AUTOMATIC}): {AWAY}",
        f"Opened again in the helpdesk by an automatic answer ({AUTOMATIC}): it stays resolved",
    ]
    assert story.ticket.notes[-1].text == AWAY
    assert story.heard() == []


def test_three_automatic_answers_climb_nowhere() -> None:
    """They had brought a ticket from the first level to management."""
    story = solved()
    for _ in range(3):
        says(story, automatic=AUTOMATIC)
    assert (story.ticket.status, story.ticket.tier) == ("resolved", "first level")


def test_a_closed_ticket_is_not_opened_by_an_automatic_answer() -> None:
    story = solved()
    story.becomes(customer.confirm(story.ticket, "kim", 0, True, "", story.now))
    assert story.ticket.closed
    for state in ("open", "waiting"):
        assert not reopens(
            story.ticket, Event("away", story.now, "", "kim", AWAY, state, automatic=AUTOMATIC)
        )


def test_an_automatic_answer_is_no_answer_to_a_question() -> None:
    """The clock stays stopped, and nobody is told."""
    story = life(HIGH)
    story.becomes(customer.ask(story.ticket, "ana", 0, "Since when?", story.now))
    story.heard()
    says(story, automatic=AUTOMATIC)
    assert (story.ticket.status, story.heard()) == ("paused", [])
    says(story, state=None, text="Since nine.")
    assert (story.ticket.status, story.heard()) == ("open", [("customer-says", "ana")])


def test_an_automatic_answer_stops_no_clock() -> None:
    story = life(HIGH)
    says(story, state="waiting", automatic=AUTOMATIC)
    assert story.ticket.status == "open"


def test_what_a_machine_closes_is_closed() -> None:
    """A rule of the helpdesk's may do so."""
    story = life(HIGH)
    says(story, state="closed", automatic=AUTOMATIC)
    assert story.ticket.closed


# What it does not know ------------------------------------------------------------------------


def test_nobody_has_read_a_mail_of_some_seconds_ago() -> None:
    story = solved()
    says(story, after=3)
    assert (story.ticket.status, story.ticket.tier) == ("resolved", "first level")
    assert story.record[-1] == (
        "Opened again in the helpdesk within seconds of our mail, as machines do: "
        "Kim Harlow is asked whether it is solved"
    )
    # Who has solved it reads the words, and the customer was asked by the mail just before.
    assert story.heard() == [("customer-says", "ana")]


def test_an_answer_in_a_minute_is_a_persons() -> None:
    story = solved()
    says(story, after=AT_ONCE.total_seconds() + 1)
    assert (story.ticket.status, story.ticket.tier) == ("open", "senior specialist")


def test_what_happened_before_our_mail_is_no_answer_to_it() -> None:
    """A helpdesk may tell late of all that was done there."""
    story = solved()
    says(story, after=1, at=story.now - timedelta(seconds=5))
    assert story.ticket.status == "open"


def test_the_third_reopening_within_an_hour_does_not_climb() -> None:
    """An out-of-office answer comes to each of our mails."""
    story = life(HIGH)
    for tier in ("senior specialist", "engineering"):
        solves(story)
        says(story)
        assert (story.ticket.status, story.ticket.tier) == ("open", tier)
    solves(story)
    story.heard()
    says(story)
    assert (story.ticket.status, story.ticket.tier) == ("resolved", "engineering")
    assert story.record[-1] == (
        "Opened again in the helpdesk, the third time within an hour and by nobody's click: "
        "Kim Harlow is asked whether it is solved"
    )
    says(story)
    assert (story.ticket.status, story.ticket.tier) == ("resolved", "engineering")


def test_the_customers_click_climbs_all_the_same() -> None:
    story = life(HIGH)
    for _ in range(3):
        solves(story)
        says(story)
    story.becomes(customer.confirm(story.ticket, "kim", 0, False, "still dead", story.now))
    assert (story.ticket.status, story.ticket.tier) == ("open", "management")


def test_an_hour_later_it_is_opened_again() -> None:
    story = life(HIGH)
    for _ in range(2):
        solves(story)
        says(story)
    solves(story)
    says(story, after=3600)
    assert (story.ticket.status, story.ticket.tier) == ("open", "management")


def test_what_staff_of_the_helpdesk_does_is_a_persons_act() -> None:
    """However often, and however soon."""
    story = life(HIGH)
    for _ in range(3):
        solves(story)
        says(story, after=1, by="Tech One", contact="")
        assert story.ticket.status == "open"
    assert story.ticket.tier == "management"


def test_a_closed_ticket_is_asked_about_once_and_pages_nobody() -> None:
    """By the customer's word it goes on; without one it closes again by itself."""
    story = solved()
    story.becomes(customer.confirm(story.ticket, "kim", 0, True, "", story.now))
    story.heard()
    event = Event("away", story.now + timedelta(seconds=2), "", "kim", AWAY, "open")
    assert reopens(story.ticket, event)
    says(story, after=2)
    assert (story.ticket.status, story.ticket.tier) == ("resolved", "first level")
    assert story.heard() == [("solved", "kim")]
    says(story, after=2)
    assert [kind for kind, _ in story.heard()] == ["customer-says"]
    story.passes(days=30)
    assert story.ticket.record[-1].kind is Kind.UNCONFIRMED


def test_an_answer_to_a_question_within_seconds_leaves_the_clock_stopped() -> None:
    """Whoever has asked reads it, and can go on."""
    story = life(HIGH)
    story.becomes(customer.ask(story.ticket, "ana", 0, "Since when?", story.now))
    story.heard()
    says(story, after=2, state=None)
    assert (story.ticket.status, story.heard()) == ("paused", [("customer-says", "ana")])
    says(story, after=60, state=None, text="Since nine.")
    assert story.ticket.status == "open"
