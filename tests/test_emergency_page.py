"""The emergency door and the page of an emergency, in every state of it, for a phone and for everybody."""

from __future__ import annotations

import functools
import re
from dataclasses import replace

import pytest
from fastapi import Response

from gateway.views import Views, dialled
from procedure.kinds import Kind
from procedure.record import Entry
from procedure.ticket import staff
from procedure.ticket.emergency import (
    Report,
    joined_by,
    reference,
    report_opening,
)
from procedure.ticket.opening import Opening, open_ticket, start_of
from procedure.ticket.tiers import close
from runtime.links import Address, Links
from tests.northwind import PROCEDURE, northwind
from tests.page import Page, can_be_read_by_everybody, keeps_to_the_policy, labels_every_field
from tests.procedure.ticket.lives import NOON, Life, life
from tests.tables import every

LINKS = Links(["0" * 32], "http://rung.test")
VIEWS = Views(northwind, LINKS)
CLIENTS = PROCEDURE["clients"]
WITHOUT_SYSTEMS = northwind(clients=CLIENTS | {"harbor": CLIENTS["harbor"] | {"systems": {}}})
ADDRESS = Address("emergency", "harbor", "e-4f7k2p")
PHONE = "+44 (0)20 7946 0999"
WITH_PHONE = Views(lambda: northwind(phone=PHONE), LINKS)
TYPED = {"who": '"><b>Kim</b>', "system": "office mail", "what": "<i>odd</i>", "users": "all"}


def door(form: dict[str, str] | None = None, problem: str = "", views: Views = VIEWS) -> Page:
    return Page(views.door("harbor", form or {}, "n1", problem).body)


def stands(story: Life) -> Page:
    return Page(VIEWS.emergency(replace(ADDRESS, person=story.ticket.number), story.ticket, story.now).body)


def paged() -> Life:
    """With Bo, who has said nothing yet."""
    story = life()
    report = Report("Kim Harlow, 020 7946 0000", "trading platform", "about 12", "<b>internal</b>")
    opening = report_opening("harbor", northwind().clients["harbor"], report, "k")
    agreement = story.ticket.agreement
    start = start_of(opening, agreement, 0)
    story.becomes(open_ticket(opening, agreement, start, {"kim": "Kim Harlow"}, story.now))
    return story


def silent() -> Life:
    """Bo did not answer, and Sam is paged."""
    story = paged()
    story.passes(minutes=5)
    return story


def taken() -> Life:
    """Bo has it, and has noted what must stay inside."""
    story = paged()
    story.becomes(staff.progress(story.ticket, "bo", 0, "internal note", story.now))
    return story


def paused() -> Life:
    """The clock is stopped, for a reason that must stay inside."""
    story = taken()
    story.becomes(staff.pause(story.ticket, "bo", "internal reason", story.now))
    return story


def joined() -> Life:
    """The helpdesk's ticket has appeared."""
    story = taken()
    opening = Opening("harbor", "desk", "42", "internal title", "raj", "internal description")
    story.becomes(joined_by(story.ticket, opening, {}, story.now))
    return story


def again(story: Life) -> Page:
    """As the second caller sees it, whose report has joined it."""
    return Page(VIEWS.emergency(ADDRESS, story.ticket, story.now).body)


def last_resort() -> Life:
    """Nobody at all has answered."""
    story = paged()
    story.passes(hours=2)
    return story


def resolved() -> Life:
    """Bo says that it is solved."""
    story = taken()
    story.becomes(staff.resolve(story.ticket, "bo", 0, "Restarted <it>", story.now))
    return story


def over() -> Life:
    story = resolved()
    story.becomes(close(story.ticket, Entry(story.now, Kind.CONFIRMED, "kim")))
    return story


STATES = (paged, silent, taken, paused, joined, last_resort, resolved, over)


@functools.cache
def pages() -> dict[str, Page]:
    return {
        "door": door(),
        "door, problem": door(TYPED, "Say what is down."),
        "door, away": door(TYPED | {"again": "yes"}, "Call us now."),
        "door, no systems": door(views=Views(lambda: WITHOUT_SYSTEMS, LINKS)),
        "just opened": Page(VIEWS.emergency(ADDRESS, None, NOON).body),
        "away": Page(VIEWS.emergency(ADDRESS, None, NOON, away=True, status=503).body),
        **{state.__name__: stands(state()) for state in STATES},
        **{f"again, {state.__name__}": again(state()) for state in STATES},
    }


EVERY_PAGE = every("page", pages)
EVERY_FORM = every("page", lambda: {name: page for name, page in pages().items() if "door" in name})


@EVERY_PAGE
def test_the_page_keeps_to_the_policy_and_can_be_read_by_everybody(page: Page) -> None:
    """No script, nothing from elsewhere; a language, a title, one heading, a phone's width, ids once."""
    keeps_to_the_policy(page)
    can_be_read_by_everybody(page)
    assert page.all("a:not([href^='tel:'])") == []
    assert "<b>" not in page.html
    assert "<it>" not in page.html


@EVERY_FORM
def test_the_form_sends_nothing_by_itself(page: Page) -> None:
    """By POST to its own address; every field has its label, and what is needed is required."""
    form = page.one("form")
    assert (form["method"], form.get("action")) == ("post", None)
    labels_every_field(page)
    needed = [str(field["name"]) for field in page.all("input, textarea") if field.has_attr("required")]
    words = "system" if page.all("[name=system]") else "what"
    assert set(needed) == {"who", words, "users"}
    assert all(radio.has_attr("required") for radio in page.all("[type=radio]"))
    assert page.one("button")["type"] == "submit"
    assert page.one("[name=nonce]")["value"] == "n1"


def test_the_door_offers_the_clients_systems_unselected() -> None:
    page = pages()["door"]
    assert [str(radio["value"]) for radio in page.all("[type=radio]")] == [
        "trading platform",
        "office mail",
        "*",
    ]
    assert page.all("[checked]") == page.all("[role=alert]") == page.all("[name=again]") == []


@pytest.mark.parametrize("name", ["door, problem", "door, away"])
def test_what_was_typed_is_kept(name: str) -> None:
    """The choice too: whoever is in a hurry presses one button."""
    page = pages()[name]
    assert page.one("#who")["value"] == TYPED["who"]
    assert page.one("[checked]")["value"] == TYPED["system"]
    assert page.one("#what").text.strip() == TYPED["what"]
    assert page.one("#users")["value"] == TYPED["users"]
    assert page.one("title").get_text().startswith("Not sent: ")


@pytest.mark.parametrize(
    ("name", "lead"),
    [
        ("just opened", "It has reached us, and somebody is just being paged."),
        ("away", "We can't see at the moment who has it."),
        ("paged", r"Bo Lind has been paged, and answers by .*12:05\."),
        ("silent", r"Sam Ortega has been paged, and answers by .*12:10\."),
        ("taken", r"Bo Lind has it since .*12:00\."),
        ("paused", r"Bo Lind has it since .*12:00\."),
        ("joined", r"Bo Lind has it since .*12:00\."),
        ("last_resort", r"Ida Northcott has been paged, and answers by .*\."),
        ("resolved", "Bo Lind says that it is solved."),
        ("over", "This emergency is over."),
        ("again, paged", r"This has been reported already: Bo Lind has been paged, and answers by .*12:05\."),
        ("again, taken", r"This has been reported already: Bo Lind has it since .*12:00\."),
        ("again, resolved", "This has been reported already: Bo Lind says that it is solved."),
        ("again, over", "This emergency is over."),
    ],
)
def test_the_first_line_says_where_it_stands(name: str, lead: str) -> None:
    assert re.fullmatch(lead, pages()[name].lead)


@every("name, page", lambda: {name: page for name, page in pages().items() if "door" not in name})
def test_the_page_of_an_emergency_looks_again_until_it_is_over(name: str, page: Page) -> None:
    """And shows nothing that was written for the technicians, nor any form."""
    refresh = [str(tag["content"]) for tag in page.all("meta[http-equiv=refresh]")]
    assert refresh == ([] if name.endswith("over") else ["15"])
    assert "internal" not in page.html
    assert page.all("form") == []
    assert reference("harbor", "k") in page.text or "e-4f7k2p" in page.text


def test_who_reports_second_sees_both_references() -> None:
    """And is not told that a helpdesk's ticket is there, where only reports have joined."""
    number = reference("harbor", "k")
    page = pages()["again, taken"]
    assert f"e-4f7k2p, joined to {number}" in page.text
    assert f"emergency {number}" in page.one("header").text
    assert "Give the reference to the helpdesk" in page.text
    assert "The helpdesk's ticket is joined" in pages()["joined"].text


@pytest.mark.parametrize(
    "page",
    [
        WITH_PHONE.door("harbor", TYPED, "n1", "Call us now.", 503),
        WITH_PHONE.emergency(ADDRESS, None, NOON, away=True, status=503),
        WITH_PHONE.emergency(ADDRESS, over().ticket, NOON),
        WITH_PHONE.emergency(ADDRESS, resolved().ticket, NOON),
        WITH_PHONE.emergency(ADDRESS, taken().ticket, NOON),
        *(
            WITH_PHONE.plain(kind, 503)
            for kind in ("unknown", "gone", "away", "too-often", "broken", "foreign")
        ),
    ],
)
def test_a_page_that_can_not_help_shows_the_number_once(page: Response) -> None:
    """As a link that a phone can dial."""
    found = Page(page.body).one("a")
    assert (found["href"], found.text) == ("tel:+442079460999", PHONE)


def test_without_a_number_the_pages_show_none() -> None:
    assert Page(VIEWS.plain("away", 503).body).all("a, .phone") == []


@pytest.mark.parametrize(
    ("phone", "dial"),
    [
        ("+44 (0)20 7946 0999", "+442079460999"),
        ("020 7946-0999", "02079460999"),
        ("(020) 7946", "0207946"),
        ("ask the desk", ""),
    ],
)
def test_a_number_as_a_phone_takes_it(phone: str, dial: str) -> None:
    assert dialled(phone) == dial


def test_the_customer_sees_their_own_side_of_what_comes_next_until_it_is_solved() -> None:
    """As on a ticket's page: not who was paged in vain, nor whom it goes to after that."""
    assert pages()["paged"].part("What comes next") == [
        "12:05 somebody else is asked to take it",
        "12:10 it goes to our engineering, if it is not taken by then",
    ]
    assert [step.partition(" ")[2] for step in pages()["taken"].part("What comes next")] == [
        "it goes to our engineering, if it is not solved by then"
    ]
    assert "our clock goes on by itself" in pages()["paused"].text
    assert "Bo Lind" not in pages()["silent"].text
    for name, page in pages().items():
        assert "Cy Tanaka" not in page.text and "Mia Keller" not in page.text, name
    assert pages()["resolved"].all(".entries") == pages()["over"].all(".entries") == []


def test_the_whole_chain_is_shown_where_the_procedure_says_so() -> None:
    """Who was paged so far, and whom it goes to at each tier."""
    story = silent()
    agreed = story.ticket.agreement.model_copy(update={"customers_see_chain": True})
    story.ticket = replace(story.ticket, agreement=agreed)

    page = stands(story)
    assert "Paged so far Bo Lind, Sam Ortega" in page.text
    assert [step.partition(" ")[2] for step in page.part("What comes next")] == [
        "it goes to Cy Tanaka (engineering)",
        "it goes to Mia Keller (management)",
        "it goes to Ida Northcott (last resort)",
    ]


def test_a_drill_says_so() -> None:
    story = paged()
    story.ticket = replace(story.ticket, drill=True)
    assert "DRILL" in stands(story).text
