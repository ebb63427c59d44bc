"""A requester who is corrected in the helpdesk, within one client: the ticket is theirs from then on."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from procedure.ticket import customer, staff
from procedure.ticket.emergency import heard_through
from procedure.ticket.helpdesk import Event, receive
from tests.procedure.ticket.lives import HIGH, NOON, Life, life
from tests.tables import every

NAMES = {"kim": "Kim Harlow", "raj": "Raj Patel", "lou": "Lou Berg"}


def named(story: Life, whose: str, minute: int = 1, **more: Any) -> None:
    """The helpdesk tells whose ticket it is, at a minute of its own."""
    at = NOON + timedelta(minutes=minute)
    event = Event(f"d{minute}", at, "Pat", requester=whose, requester_name=NAMES.get(whose, ""), **more)
    story.becomes(receive(story.ticket, event, story.now))


def is_open(story: Life) -> str:
    return "received"


def waits_for_an_answer(story: Life) -> str:
    story.becomes(customer.ask(story.ticket, "ana", 0, "Since when?", story.now))
    return "question"


def is_resolved(story: Life) -> str:
    story.becomes(staff.resolve(story.ticket, "ana", 0, "restarted it", story.now))
    return "solved"


def is_closed(story: Life) -> str:
    is_resolved(story)
    story.becomes(customer.confirm(story.ticket, "kim", 0, True, "", story.now))
    return ""


@every("stands", [is_open, waits_for_an_answer, is_resolved, is_closed])
def test_who_is_named_now_is_told_what_there_is_for_them_to_do(stands: Any) -> None:
    """And nobody else is told anything: not whose it was, nor whoever has it."""
    story = life(HIGH)
    kind = stands(story)
    story.heard()
    named(story, "raj")
    assert story.ticket.requester == "raj"
    assert story.heard() == ([(kind, "raj")] if kind else [])
    assert story.record[-1] == "The requester is corrected in the helpdesk: Raj Patel, and not Kim Harlow"
    assert story.ticket.record[-1].by == "Pat"
    assert not story.ticket.record[-1].public


def test_the_question_goes_along() -> None:
    story = life(HIGH)
    waits_for_an_answer(story)
    named(story, "raj")
    assert story.told[-1].text == "Since when?"


def test_what_the_customer_is_told_from_then_on_is_told_to_them() -> None:
    story = life(HIGH)
    named(story, "raj")
    story.heard()
    is_resolved(story)
    assert story.heard() == [("solved", "raj")]
    story.passes(days=5)
    assert {to for kind, to in story.heard() if kind in ("solved", "closed")} == {"raj"}
    assert story.record[-1].startswith("No answer from Raj Patel")


def test_who_is_named_each_time_is_no_news() -> None:
    """As helpdesks do, which tell all they know with every comment; or none, for somebody nobody knows."""
    story = life(HIGH)
    record = story.record
    named(story, "kim")
    named(story, "", minute=2)
    assert (story.ticket.requester, story.record, story.ticket.not_theirs) == ("kim", record, ())


def test_whose_it_was_by_mistake_is_known_until_it_is_theirs_again() -> None:
    story = life(HIGH)
    named(story, "raj")
    assert story.ticket.not_theirs == ("kim",)
    named(story, "kim", minute=2)
    assert (story.ticket.requester, story.ticket.not_theirs) == ("kim", ("raj",))


@given(some.randoms(use_true_random=False), some.lists(some.sampled_from(["kim", "raj", "lou"]), min_size=1))
def test_the_newest_word_counts_in_any_order(choices: Random, whose: list[str]) -> None:
    """Late, or twice: it ends with the one whom the helpdesk has named last, by its own time."""
    events = list(enumerate(whose, start=1))
    events += choices.sample(events, len(events) // 2)
    choices.shuffle(events)
    story = life(HIGH)
    for minute, who in events:
        named(story, who, minute)
    assert story.ticket.requester == whose[-1]


def test_whose_emergency_it_is_does_not_change_with_what_joins_it() -> None:
    event = Event("d1", NOON, requester="raj", requester_name="Raj Patel")
    assert heard_through(life(HIGH).ticket, "ticket-harbor-desk-7", event).requester == ""
    assert heard_through(life(HIGH).ticket, "", event) == event
