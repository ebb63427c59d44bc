"""The emergency door beside everything that runs: the browser, the command line, Temporal's own lists."""

from __future__ import annotations

import re
import subprocess

import pytest
from playwright.sync_api import Page

from tests.system.beside.test_command_line import USER_ERROR, does, fails
from tests.system.browser import NEEDS_CHROMIUM, tab_to
from tests.system.demo import Demo, command_line, eventually

pytest_plugins = ["tests.system.browser"]


def link(demo: Demo, client: str = "harbor") -> subprocess.CompletedProcess[str]:
    """What is typed to get a client's private link."""
    keys = str(demo.state / "link-keys")
    return command_line(
        *("emergency-link", "--client", client), RUNG_LINK_KEYS_FILE=keys, RUNG_PUBLIC_URL=demo.gateway
    )


@NEEDS_CHROMIUM
def test_on_a_phone_with_the_keyboard_from_the_link_to_somebody_has_it(demo: Demo, phone: Page) -> None:
    """Three answers; the page then tells by itself when somebody has it; the helpdesk's ticket joins."""
    phone.goto(does(link(demo)).strip())
    assert phone.locator("input:checked").count() == 0
    tab_to(phone, "#who:focus")
    phone.keyboard.type("Kim Harlow, 020 7946 0000")
    tab_to(phone, "input[name=system]:focus")
    phone.keyboard.press("Space")
    tab_to(phone, "#users:focus")
    phone.keyboard.type("about 12")
    phone.keyboard.press("Enter")
    phone.get_by_text("Emergency e-").or_(phone.get_by_text("EMERGENCY: ")).first.wait_for()
    number = re.findall(r"emergency (e-[0-9a-z]{6})", phone.inner_text("header"))[0]
    ticket = f"ticket-harbor-emergency-{number}"
    stands = demo.ticket_when(ticket, lambda t: bool(t.get("holder")), "somebody is paged")
    name = stands["names"][stands["holder"]]
    phone.get_by_text(f"{name} has been paged, and answers by").wait_for()

    does(demo.starter("act", ticket, "acknowledge", "--by", stands["holder"]))
    phone.get_by_text(f"{name} has it since").wait_for()

    demo.mail(f"{stands['holder']}@northwind.example", "EMERGENCY: ", "020 7946 0000")
    joined = demo.opens("e1", "Trading is dead", system="trading", state="down", requester="raj")
    ended = demo.ticket_when(joined, lambda t: t["status"] == "closed", "it has joined")
    assert ended["joined"] == ticket
    assert joined in demo.ticket(ticket)["joins"]


def test_an_answering_service_hears_who_is_paged(demo: Demo) -> None:
    """Who, by when, who is next, and the reference; typed again with the call's number it is the same."""
    typed = (
        *("emergency", "--client", "lindqvist", "--who", "Nora Lindqvist, 08 123 45 67"),
        *("--down", "the door locks", "--users", "all", "--key", "call-17"),
    )
    told = does(demo.starter(*typed))
    number, ticket = re.findall(r"^Reference: (e-\w{6}) \((\S+)\)$", told, re.MULTILINE)[0]
    stands = demo.ticket(ticket)
    holder = stands["names"][stands["holder"]]

    assert ticket == f"ticket-lindqvist-emergency-{number}"
    assert re.search(rf"^{holder} \(.*\) is paged, and answers by .*\d\d:\d\d", told, re.MULTILINE)
    assert "If nobody acts (Europe/Stockholm):" in told
    assert "is paged" in told.split("If nobody acts")[1]
    assert number in does(demo.starter(*typed, "--no-wait"))
    does(demo.starter("act", ticket, "acknowledge", "--by", stands["holder"]))
    # Nobody knows how many "all" are, so it starts where many start.
    assert f"{holder} (engineering) has it since" in does(demo.starter(*typed))


def test_a_second_caller_hears_who_has_it(demo: Demo) -> None:
    """Nobody is paged again; the command shows the emergency that goes on."""
    typed = ("emergency", "--client", "lindqvist", "--down", "research", "--users", "3")
    told = does(demo.starter(*typed, "--who", "Nora Lindqvist, 08 123 45 67"))
    ticket = re.findall(r"^Reference: e-\w{6} \((\S+)\)$", told, re.MULTILINE)[0]
    holder = demo.ticket(ticket)["holder"]
    does(demo.starter("act", ticket, "acknowledge", "--by", holder))
    eventually(lambda: ticket in does(demo.starter("list")) or None, "Temporal lists it")
    again = does(demo.starter(*typed, "--who", "a guard, 08 765 43 21", "--more", "the gate, too"))

    assert f"({ticket})" in again
    assert re.search(r"^This has been reported already: .* has it since", again, re.MULTILINE)
    stands = demo.ticket_when(ticket, lambda t: bool(t.get("notes")), "the holder has the note")
    assert "the gate, too" in stands["notes"][-1]["text"]


@pytest.mark.parametrize(
    ("typed", "saying"),
    [
        (("emergency",), "Missing option '--client'"),
        (("emergency", "--client", "nobody"), "one of harbor, lindqvist"),
        (("emergency", "--client", "harbor"), "Say who you are, and how we call you back. Say what is down."),
        (("emergency", "--client", "harbor", "--who", "Jo", "--down", "x", "--users", "1"), "call you back"),
        (("emergency-link", "--client", "nobody"), "one of harbor, lindqvist"),
        (("emergency-link", "--client", "harbor"), "RUNG_LINK_KEYS"),
    ],
)
def test_what_can_not_be_meant_is_said_before_anything_is_asked(typed: tuple[str, ...], saying: str) -> None:
    """All missing facts at once; and a link needs the keys."""
    fails(command_line(*typed), USER_ERROR, saying)
