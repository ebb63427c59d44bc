"""The emergency door's rules: what a report becomes, and which of the helpdesk's tickets join it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from procedure.book.severity import Facts, State
from procedure.incoming import LONGEST_LINE
from procedure.kinds import Kind
from procedure.record import Entry, Refused
from procedure.ticket.emergency import (
    SAME_WITHIN,
    Report,
    find_same,
    heard_through,
    is_same,
    joined_by,
    joined_to,
    opening_of,
    paged_so_far,
    reference,
    report_event,
    report_opening,
    taken_at,
)
from procedure.ticket.helpdesk import Event
from procedure.ticket.opening import Opening, open_ticket, start_of
from procedure.ticket.staff import acknowledge, reassess, resolve
from procedure.ticket.tiers import close
from procedure.wording import CUT
from tests.northwind import northwind
from tests.procedure.ticket.lives import Life, life

BOOK = northwind()
HARBOR = BOOK.clients["harbor"]
REPORT = Report(who="Kim Harlow, 020 7946 0000", what="trading", users="about 12")


def opening(key: str = "k", **changes: str) -> Opening:
    return report_opening("harbor", HARBOR, replace(REPORT, **changes), key)


def emergency(key: str = "k", **changes: str) -> Life:
    """An emergency at noon, with Bo, who has said nothing yet."""
    story = life()
    reported = opening(key=key, **changes)
    agreement = story.ticket.agreement
    start = start_of(reported, agreement, 0)
    ticket = open_ticket(reported, agreement, start, {"kim": "Kim Harlow"}, story.now)
    story.becomes(ticket)
    story.heard()
    return story


def desk(title: str = "Trading is slow", system: str = "trading", **changes: object) -> Opening:
    """A ticket as the helpdesk sends it."""
    facts = Facts(system=system, state="impaired")
    return replace(Opening("harbor", "desk", "42", title, "raj", facts=facts), **changes)  # type: ignore[arg-type]


def joins(story: Life, ticket: Opening, hours: float = 1) -> bool:
    return is_same(story.ticket, ticket, HARBOR.systems, story.now + timedelta(hours=hours))


# What a report becomes ------------------------------------------------------------------------------


def test_three_facts_become_an_opening() -> None:
    """With the system by its name in the procedure, and everything that was said in the description."""
    found = opening(more="since 22:40")

    assert (found.helpdesk, found.requester, found.caller) == ("emergency", "kim", REPORT.who)
    assert found.facts == Facts(system="trading platform", state="down", users=12)
    assert found.title == "EMERGENCY: trading platform down"
    assert found.description == (
        "Reported as an emergency by Kim Harlow, 020 7946 0000.\nWhat is down: trading\nsince 22:40\n"
        f"How many people: about 12\nReference: {found.number}"
    )


def test_the_reference_can_be_read_on_the_phone_and_is_the_same_for_the_same_key() -> None:
    """No 0 or o, no 1, i or l; and another one for another client or key."""
    many = {reference("harbor", str(key)) for key in range(2000)}

    assert len(many) == 2000
    assert set("".join(many)) <= set("e-23456789bcdfghjkmnpqrstvwxyz")
    assert reference("harbor", "k") == reference("harbor", "k") != reference("lindqvist", "k")


@pytest.mark.parametrize(
    ("what", "title", "system"),
    [
        ("trading platform", "EMERGENCY: trading platform down", "trading platform"),
        ("Office Mail", "EMERGENCY: office mail down", "office mail"),
        ("Trading is dead", "EMERGENCY: Trading is dead", "trading platform"),
        ("all of trading and office mail", "EMERGENCY: all of trading and office mail", ""),
        ("the phones", "EMERGENCY: the phones", ""),
        ("tradings", "EMERGENCY: tradings", ""),
        ("(.*", "EMERGENCY: (.*", ""),
    ],
)
def test_the_system_is_found_in_the_words(what: str, title: str, system: str) -> None:
    """By any of its names, if only one is named."""
    assert (opening(what=what).title, opening(what=what).facts.system) == (title, system)


@pytest.mark.parametrize(
    ("users", "count"),
    [
        ("40", 40),
        ("about 1,200", 1200),
        ("10-20", 20),
        ("all", None),
        ("everybody on floor 3", None),
        ("99999999999999999999", None),
    ],
)
def test_how_many_is_read_kindly(users: str, count: int | None) -> None:
    """Of two numbers the higher; what is no number stands in the description, and counts as the worst."""
    assert opening(users=users).facts.users == count
    assert users in opening(users=users).description


@pytest.mark.parametrize(
    ("who", "contact"),
    [
        ("Raj Patel, 020 7946 0001", "raj"),
        ("raj@harbor.example", "raj"),
        ("this is raj from harbor", "raj"),
        ("RAJ PATEL", "raj"),
        ("Rajiv, 020 7946 0001", "kim"),
        ("a guard, 020 7946 0001", "kim"),
    ],
)
def test_who_reports_it_is_looked_for_among_the_contacts(who: str, contact: str) -> None:
    """By name, mail or id; else the client's first contact is told."""
    assert opening(who=who).requester == contact


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"who": " "}, "Say who you are"),
        ({"who": "a guard"}, "Say how we call you back"),
        ({"what": ""}, "Say what is down"),
        ({"users": "\n"}, "Say how many"),
        ({"who": "", "what": "", "users": ""}, "who you are.*what is down.*how many"),
        ({"who": "1" * 201}, "too long: 200 characters"),
        ({"more": "x" * 2001}, "too long: 2000 characters"),
        ({"users": "1" * 101}, "too long: 100 characters"),
    ],
)
def test_what_is_missing_or_too_long_is_said(changes: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        opening(**changes)


def test_a_long_title_is_cut_and_stands_whole_in_the_description() -> None:
    what = "the " + "very " * 60 + "end"
    found = opening(what=what)

    assert len(found.title) <= LONGEST_LINE
    assert found.title.endswith(CUT)
    assert what in found.description


def test_the_same_words_are_one_delivery() -> None:
    """And other words with the same key are news for the same ticket."""
    now = life().now
    first, other = opening(), opening(users="80")

    assert report_event(first, now).delivery == report_event(first, now + timedelta(hours=1)).delivery
    assert report_event(first, now).delivery != report_event(other, now).delivery
    assert (report_event(first, now).text, report_event(first, now, again=True).text) == (
        "",
        first.description,
    )


def test_since_when_somebody_has_it() -> None:
    story = emergency()
    assert (taken_at(story.ticket), paged_so_far(story.ticket)) == (None, ("bo",))
    story.passes(minutes=5)
    assert paged_so_far(story.ticket) == ("bo", "sam")
    story.becomes(acknowledge(story.ticket, "sam", 0, story.now))
    taken = story.now
    story.passes(minutes=3)
    assert taken_at(story.ticket) == taken


# What joins ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["{}", "({}).", "Re: [harbor {}]", "as told: {}"])
def test_a_ticket_that_names_the_reference_joins(form: str) -> None:
    """In the title or the text, in capitals or without the dash; whatever else it says."""
    story = emergency()
    number = story.ticket.number
    for said in (number, number.upper(), number.replace("-", " "), number.replace("-", "")):
        assert joins(story, desk(title=form.format(said), system=""), hours=400)
        assert joins(story, desk(title="Hello", description=form.format(said), system="office mail"))
    assert not joins(story, desk(title=form.format(number + "x"), system=""))
    assert not joins(story, desk(title=form.format("s" + number), system=""))


@pytest.mark.parametrize(
    ("system", "state", "hours", "same"),
    [
        ("trading platform", "down", 1, True),
        ("Trading", "impaired", 12, True),
        ("trading", None, 0, True),
        ("trading", "down", 12.1, False),
        ("trading", "limited", 1, False),
        ("office mail", "down", 1, False),
        ("", "down", 1, False),
    ],
)
def test_a_ticket_about_the_same_system_joins_for_some_hours(
    system: str, state: State | None, hours: float, same: bool
) -> None:
    """A wish for that system is another matter, and so is what names none."""
    assert timedelta(hours=12) == SAME_WITHIN
    assert joins(emergency(), desk(facts=Facts(system=system, state=state)), hours) is same


def test_without_a_system_only_the_reference_joins() -> None:
    story = emergency(what="the phones are dead")

    assert not joins(story, desk(title="The phones are dead", system="the phones are dead"))
    assert joins(story, desk(title=story.ticket.number))


def test_what_is_solved_or_over_or_elsewhere_is_not_joined() -> None:
    """New trouble with a system that was just mended needs somebody of its own; a drill joins no real one."""
    story = emergency()
    number = story.ticket.number
    assert not joins(story, desk(client="lindqvist", title=number))
    assert not joins(story, desk(drill=True, title=number))
    assert not joins(life(), desk(title="42"))
    story.becomes(resolve(story.ticket, "bo", 0, "restarted", story.now))
    assert not joins(story, desk())
    assert joins(story, desk(title=number))
    story.becomes(close(story.ticket, Entry(story.now, Kind.CONFIRMED, "kim")))
    assert not joins(story, desk(title=number))


def test_of_several_the_named_one_is_joined_else_the_newest() -> None:
    first, second = emergency("a").ticket, emergency("b").ticket
    second = replace(second, opened=second.opened + timedelta(hours=1))
    now = second.opened
    both = [first, second]

    assert find_same(both, desk(), HARBOR.systems, now) == second
    assert find_same(both, desk(title=first.number), HARBOR.systems, now) == first
    assert find_same([], desk(), HARBOR.systems, now) is None


def test_who_joins_pages_nobody() -> None:
    """It is over at once, with the way to what goes on for it."""
    story = life()
    ticket = joined_to(story.ticket, "ticket-harbor-emergency-e-4f7k2p", story.now)

    assert (ticket.status, ticket.joined) == ("closed", "ticket-harbor-emergency-e-4f7k2p")
    assert ticket.notices == ()


# A second report --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "hours", "same"),
    [
        ({}, 12, True),
        ({"what": "Trading Platform", "more": "nothing works", "users": "all"}, 1, True),
        ({}, 12.1, False),
        ({"what": "the server room is flooded, trading still works"}, 1, False),
        ({"what": "office mail"}, 1, False),
        ({"what": "the phones"}, 1, False),
    ],
)
def test_a_second_report_of_the_same_system_joins(changes: dict[str, str], hours: float, same: bool) -> None:
    """By the system's name, not by words that only mention it: those may be about another trouble."""
    assert joins(emergency(), opening("second", **changes), hours) is same


def test_free_words_never_join_free_words() -> None:
    assert not joins(emergency(what="the phones"), opening("second", what="the phones"))


def test_a_second_report_that_names_the_reference_joins() -> None:
    """Also the reference of a report that has joined before, which is all that its caller knows."""
    story = emergency()
    second = opening("second")
    story.becomes(joined_by(story.ticket, second, {}, story.now))

    assert joins(story, opening("third", what=f"as {story.ticket.number}, the phones too"), hours=400)
    assert joins(story, opening("third", what="the phones", more=f"I was told {second.number}"))
    assert joins(story, desk(title=second.number.upper(), system=""))


def test_a_report_joins_nothing_that_may_wait_or_is_solved_or_is_itself() -> None:
    """What was lowered may wait until the morning, and who calls at night would wait with it."""
    story = emergency()
    second = opening("second")
    assert not joins(story, opening())
    story.becomes(resolve(story.ticket, "bo", 0, "restarted", story.now))
    assert not joins(story, second)
    story = emergency()
    story.becomes(
        reassess(story.ticket, "bo", Facts(), story.now, severity="medium", reason="one floor only")
    )
    assert story.ticket.severity == "medium"
    assert not joins(story, second)
    assert not joins(story, opening("second", more=story.ticket.number))


def test_what_the_second_caller_says_reaches_the_holder_and_pages_nobody() -> None:
    story = emergency()
    second = opening("second", who="Raj Patel, 020 7946 0001", more="the third floor, too")
    for _ in range(2):
        story.becomes(joined_by(story.ticket, second, {"raj": "Raj Patel"}, story.now))

    assert story.heard() == [("customer-says", "bo"), ("received", "raj")]
    assert story.record[-1] == f"Joined by report {second.number}: EMERGENCY: trading platform down"
    (note,) = story.ticket.notes
    assert note.by == "Raj Patel, 020 7946 0001"
    assert "the third floor, too" in note.text
    assert story.ticket.status == "open"


def test_who_reports_again_what_was_solved_opens_it_again() -> None:
    """They name it, and say that it is down: somebody is paged, one tier higher."""
    story = emergency()
    story.becomes(resolve(story.ticket, "bo", 0, "restarted", story.now))
    second = opening("second", more=f"again {story.ticket.number}")
    assert joins(story, second)
    story.becomes(joined_by(story.ticket, second, {}, story.now))

    assert (story.ticket.status, story.ticket.holder) == ("open", "cy")


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [("12", "40", 40), ("12", "5", None), ("12", "all", None), ("all", "5", None)],
)
def test_a_second_report_only_makes_it_worse(first: str, second: str, counts: int | None) -> None:
    """It takes back nothing of what the first one said."""
    story = emergency(users=first)
    report = opening("second", users=second, what="office mail")
    story.becomes(joined_by(story.ticket, report, {}, story.now))

    heard = heard_through(story.ticket, report.id, report_event(report, story.now))
    assert heard.facts == Facts(users=counts)


def test_the_first_helpdesks_ticket_says_whether_it_is_over_though_a_report_joined_before() -> None:
    story = emergency()
    for source in (opening("second"), desk()):
        story.becomes(joined_by(story.ticket, source, {}, story.now))

    event = Event("d1", story.now, state="closed")
    assert heard_through(story.ticket, "ticket-harbor-desk-42", event).state == "closed"


@pytest.mark.parametrize(
    ("users", "tier", "reason"),
    [
        ("40", "engineering", "impact: affects 40 users"),
        ("12", "senior specialist", "critical starts there"),
        ("the whole floor", "engineering", "impact: affects the whole floor, not counted"),
        ("all", "engineering", "impact: affects all, not counted"),
    ],
)
def test_a_number_that_nobody_gave_counts_as_the_worst(users: str, tier: str, reason: str) -> None:
    """ "All" starts no lower than a number that is high enough, and the reason claims no number."""
    ticket = emergency(users=users).ticket

    assert (ticket.tier, ticket.why.words) == (tier, reason)


def test_the_holder_and_who_wrote_are_told_once() -> None:
    story = emergency()
    for _ in range(2):
        story.becomes(joined_by(story.ticket, desk(), {"raj": "Raj Patel"}, story.now))

    assert story.heard() == [("customer-says", "bo"), ("received", "raj")]
    assert story.ticket.joins == ("ticket-harbor-desk-42",)
    assert story.record[-1] == "Joined by desk ticket 42: Trading is slow"
    assert [note.text for note in story.ticket.notes] == ["desk ticket 42: Trading is slow"]
    story.becomes(joined_by(story.ticket, desk(number="43", requester="kim"), {}, story.now))
    assert story.heard() == [("customer-says", "bo")]


def test_joined_at_the_moment_it_is_closed_it_is_opened_again() -> None:
    """Somebody must have what the helpdesk's ticket tells."""
    story = emergency()
    story.becomes(close(story.ticket, Entry(story.now, Kind.CONFIRMED, "kim")))
    story.becomes(joined_by(story.ticket, desk(), {}, story.now))

    assert (story.ticket.status, story.ticket.holder) == ("open", "cy")


def test_of_several_that_joined_the_first_says_whether_it_is_over() -> None:
    """Deliveries of different tickets can bear the same id."""
    story = emergency()
    event = Event("d1", story.now, state="closed", text="a double")
    story.becomes(joined_by(story.ticket, desk(), {}, story.now))
    story.becomes(joined_by(story.ticket, desk(number="43"), {}, story.now))
    first = heard_through(story.ticket, "ticket-harbor-desk-42", event)
    second = heard_through(story.ticket, "ticket-harbor-desk-43", event)

    assert (first.state, second.state) == ("closed", None)
    assert first.delivery != second.delivery
    assert heard_through(story.ticket, "", event) == event


def test_an_ended_emergency_opens_as_it_was() -> None:
    assert opening_of(emergency().ticket) == replace(opening(), facts=emergency().ticket.facts)
