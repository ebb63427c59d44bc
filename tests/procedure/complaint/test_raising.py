"""How a complaint is raised: what is taken as it is, what is refused, and who it is then from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from procedure.complaint.raising import (
    LONGEST_WORDS,
    Concern,
    about_ticket,
    by_anybody,
    by_contact,
    contact_of,
    hearers,
    number,
    worked_on,
)
from procedure.complaint.state import CALLER, LONGEST_WHO, Raised
from procedure.record import Refused
from tests.northwind import northwind, on_call
from tests.procedure.complaint.complaining import people
from tests.procedure.ticket.lives import life

BOOK = northwind()
KIM = Concern(kind="conduct", words="he hung up on me")
ALICE = replace(KIM, who="Alice Finch", reach="020 7946 0100")


def raised(concern: Concern = KIM, key: str = "k") -> Raised:
    return by_contact(BOOK, "harbor", "kim", concern, key)


def refused(concern: Concern, by: str = CALLER) -> str:
    with pytest.raises(Refused) as error:
        if by == CALLER:
            by_anybody(BOOK, "harbor", concern, "k")
        else:
            by_contact(BOOK, "harbor", by, concern, "k")
    return str(error.value)


def test_a_contact_says_what_it_is_about_in_their_words() -> None:
    found = raised(Concern(kind="conduct", words=" he hung up \n", settle=" say sorry ", about=("max",)))

    assert (found.client, found.by, found.kind) == ("harbor", "kim", "conduct")
    assert (found.words, found.settle, found.about) == ("he hung up", "say sorry", ("max",))
    assert (found.caller, found.reach, found.ticket) == ("", "", "")
    assert found.id == f"complaint-harbor-{found.number}"


def test_the_same_sent_twice_is_one_complaint() -> None:
    assert raised() == raised()
    assert raised().number != raised(key="other").number
    assert number("harbor", "k") != number("lindqvist", "k")


def test_a_number_can_be_said_on_the_telephone() -> None:
    numbers = {number("harbor", str(key)) for key in range(2_000)}
    assert len(numbers) == 2_000
    for one in numbers:
        assert one.startswith("c-")
        assert len(one) == 10
        assert not {*one[2:]} & {*"01aeiouylo"}


def test_who_is_no_contact_says_who_they_are_and_how_they_are_reached() -> None:
    found = by_anybody(BOOK, "harbor", replace(ALICE, who=" Alice \n Finch "), "k")
    assert (found.by, found.caller, found.reach) == (CALLER, "Alice Finch", "020 7946 0100")


def test_what_nobody_can_see_is_no_word_and_what_only_a_screen_obeys_is_left_out() -> None:
    unseen = Concern(kind="conduct", words="\u200b\u3164", who="\ufeff", reach="\u2800")
    assert refused(unseen) == (
        "Say what happened, in your own words. Say who you are. "
        "Say how we reach you: your e-mail address, or a number."
    )
    odd: dict[str, Any] = {
        "words": "he\x00 hung\u202e up",
        "settle": "a\x1b call",
        "who": "\u202eAlice",
        "reach": "0\x0020",
    }
    found = by_anybody(BOOK, "harbor", replace(KIM, **odd), "k")
    assert (found.words, found.settle) == ("he hung up", "a call")
    assert (found.caller, found.reach) == ("Alice", "020")


@pytest.mark.parametrize(
    ("who", "reach"),
    [
        ("Kim", "kim@harbor.example"),
        ("Kim", "\ufeffkim@harbor.example"),
        ("Kim", "<KIM@Harbor.Example>"),
        ("Kim Harlow (kim@harbor.example)", ""),
        ("kim", ""),
    ],
)
def test_a_contacts_own_address_makes_it_the_contacts(who: str, reach: str) -> None:
    found = by_anybody(BOOK, "harbor", replace(KIM, who=who, reach=reach), "k")
    assert (found.by, found.caller, found.reach) == ("kim", "", "")


@pytest.mark.parametrize(
    "words", ["nora@lindqvist.example", "kim@harbor.example.org", "akim@harbor.example", ""]
)
def test_another_address_is_nobodys(words: str) -> None:
    assert contact_of(BOOK.clients["harbor"], words) == ""


def test_all_that_is_missing_is_said_at_once() -> None:
    assert refused(Concern(kind="", words=" ")) == (
        "Choose what it is about. Say what happened, in your own words. Say who you are. "
        "Say how we reach you: your e-mail address, or a number."
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "weather"}, "'weather' is no kind of complaint: one of response time, changed without"),
        ({"words": ""}, "Say what happened, in your own words."),
        ({"about": ("max", "nobody")}, "'nobody' is nobody of Northwind."),
        ({"about": ("kim",)}, "'kim' is nobody of Northwind."),
        ({"words": "x" * (LONGEST_WORDS + 1)}, f"A text is too long: {LONGEST_WORDS} characters at most."),
        ({"settle": "x" * (LONGEST_WORDS + 1)}, f"A text is too long: {LONGEST_WORDS} characters at most."),
        ({"who": "x" * (LONGEST_WHO + 1)}, f"A text is too long: {LONGEST_WHO} characters at most."),
        ({"reach": "x" * (LONGEST_WHO + 1)}, f"A text is too long: {LONGEST_WHO} characters at most."),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], why: str) -> None:
    assert why in refused(replace(ALICE, **changes))


def test_the_longest_that_is_taken_is_kept_whole() -> None:
    words = "x" * LONGEST_WORDS
    assert raised(replace(KIM, words=words)).words == words


def test_where_no_complaints_are_heard_it_says_whom_to_call() -> None:
    silent = northwind(complaints=None)
    with pytest.raises(Refused, match="Northwind does not hear complaints here: call"):
        by_contact(silent, "harbor", "kim", KIM, "k")
    assert hearers(silent, "harbor") == {}


def test_about_a_ticket_it_has_the_tickets_number_and_title_and_is_a_drill_if_that_is() -> None:
    ticket = life().ticket
    found = about_ticket(raised(), ticket)
    assert (found.ticket, found.ticket_number) == (ticket.id, "42")
    assert (found.ticket_title, found.drill) == ("Nobody can log in", False)
    assert about_ticket(raised(), replace(ticket, drill=True)).drill


def test_it_can_be_about_those_who_would_hear_it_lowest_level_first() -> None:
    assert hearers(BOOK, "harbor") == {
        "max": "Max Berger",
        "vera": "Vera Hall",
        "una": "Una Doyle",
        "otto": "Otto Northwind",
    }
    assert list(hearers(BOOK, "lindqvist")) == ["una", "vera", "otto"]


def test_who_is_not_in_the_files_any_more_is_not_offered() -> None:
    known = {ident: person for ident, person in people().items() if ident != "vera"}
    assert "vera" not in hearers(on_call(people=known), "harbor")


def test_who_is_only_paged_has_not_worked_on_the_ticket() -> None:
    """Else a page that nobody has seen would keep them from hearing the complaint about just that."""
    opened = life().ticket
    assert opened.holder
    assert not opened.here.acknowledged
    assert opened.holder not in worked_on(opened)
