"""A client confirms its document through a link, and the files change afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from procedure.document.confirmed import agreement_id, to_confirm
from procedure.document.whole import document
from procedure.record import Refused
from runtime.links import PAGES, Address, Links
from tests.northwind import PROCEDURE, northwind
from tests.page import Page, can_be_read_by_everybody, keeps_to_the_policy, labels_every_field
from tests.workflows.house import KEYS, PUBLIC, House
from workflows.messages.agreement import AskToConfirm

LINKS = Links(KEYS, PUBLIC)


def link(contact: str, client: str = "harbor") -> str:
    return f"{PAGES['agreement']}/{LINKS.token(Address('agreement', client, contact))}"


def page(response: httpx.Response) -> Page:
    return Page(response.content)


async def sends(running: House, contact: str, **form: Any) -> httpx.Response:
    """Opens the page of a contact, and sends its form."""
    opened = page(await running.browser.get(link(contact)))
    hidden = {str(field["name"]): str(field["value"]) for field in opened.all("input[type=hidden]")}
    return await running.browser.post(link(contact), data=hidden | form)


def later() -> Any:
    """A newer version, in which a senior specialist has longer for what is high."""
    high = PROCEDURE["commitments"]["high"] | {"senior specialist": "4 hours"}
    return northwind(commitments=PROCEDURE["commitments"] | {"high": high})


async def test_who_confirms_and_when_stands_on_the_page_and_in_the_check(running: House) -> None:
    before = page(await running.browser.get(link("raj")))
    assert before.lead == "Please read this, and confirm it for Harbor Trading"
    assert "Somebody by name always has your ticket" in before.text
    keeps_to_the_policy(before)
    can_be_read_by_everybody(before)
    labels_every_field(before)
    assert [(box.has_attr("required"), box.has_attr("checked")) for box in before.all("[type=checkbox]")] == [
        (True, False)
    ]

    sent = await sends(running, "raj", confirm="yes")
    assert (sent.status_code, sent.headers["location"]) == (303, link("raj"))

    for contact in ("raj", "kim"):
        after = page(await running.browser.get(link(contact)))
        assert after.lead == "Raj Patel has confirmed this for Harbor Trading"
        assert after.all("form") == []
    stands = await running.tickets.confirmed("harbor")
    assert [(one.by, one.via, one.version) for one in stands.confirmations] == [("raj", "link", "test")]
    assert to_confirm(stands, document(running.book, "harbor", datetime.now(UTC).date())) == ""


async def test_a_newer_version_is_told_with_what_is_new_and_confirmed_again(running: House) -> None:
    running.lists.append(agreement_id("harbor"))
    await sends(running, "raj", confirm="yes")
    running.book = later()

    shown = page(await running.browser.get(link("kim")))
    assert shown.lead == "This is new: please read it, and confirm it for Harbor Trading"
    assert "high: senior specialist now 4 hours, was 2 hours" in shown.text
    runs = document(running.book, "harbor", datetime.now(UTC).date())
    told = to_confirm(await running.tickets.confirmed("harbor"), runs)
    assert told.startswith(f"Harbor Trading: version {runs.fingerprint} runs, and Raj Patel has confirmed ")
    assert told.endswith("New since: high: senior specialist now 4 hours, was 2 hours")

    await sends(running, "kim", confirm="yes")
    stands = await running.tickets.confirmed("harbor")
    assert [one.by for one in stands.confirmations] == ["raj", "kim"]


async def test_what_was_not_read_is_not_confirmed(running: House) -> None:
    """Neither a version that came meanwhile, nor without the box, nor by who only looks."""
    opened = page(await running.browser.get(link("kim")))
    running.book = later()
    version = str(opened.one("input[name=version]")["value"])
    changed = await running.browser.post(link("kim"), data={"version": version, "confirm": "yes"})
    assert changed.status_code == 409
    assert "The document has changed since you opened this page" in page(changed).text

    unticked = await sends(running, "kim")
    assert unticked.status_code == 422
    assert "Tick the box if you confirm it" in page(unticked).text
    assert (await running.tickets.confirmed("harbor")).confirmations == ()


async def test_a_form_that_is_sent_twice_is_one_confirmation(running: House) -> None:
    opened = page(await running.browser.get(link("kim")))
    version = str(opened.one("input[name=version]")["value"])
    for _ in range(2):
        sent = await running.browser.post(link("kim"), data={"version": version, "confirm": "yes"})
        assert sent.status_code == 303

    assert len((await running.tickets.confirmed("harbor")).confirmations) == 1


async def test_only_a_contact_of_that_client_reads_it(running: House) -> None:
    """Whoever has left, or is of another client, or of the MSP, does not."""
    for contact in ("nora", "zoe", "ana"):
        assert (await running.browser.get(link(contact))).status_code == 410
        assert (await running.browser.post(link(contact), data={"confirm": "yes"})).status_code == 410
    foreign = await running.browser.post(link("kim"), headers={"Origin": "http://elsewhere.test"})
    assert foreign.status_code == 403


async def test_a_contact_is_asked_by_mail_with_the_link(running: House) -> None:
    """Who was asked is known until somebody confirms; the link in the mail is theirs."""
    running.lists.append(agreement_id("harbor"))
    runs = document(running.book, "harbor", datetime.now(UTC).date())
    asks = AskToConfirm(by="starter.py", to="raj", name="Raj Patel")
    answer = await running.tickets.ask_to_confirm("harbor", asks, "one")
    assert answer.text == "Raj Patel is asked by mail to confirm it"
    (mail,) = await running.expects("raj")

    assert mail.message["Subject"] == "Please confirm: harbor: how your tickets are handled"
    assert mail.text.startswith("Please read how the tickets of Harbor Trading are handled, and confirm it.")
    assert mail.link == link("raj")
    told = to_confirm(await running.tickets.confirmed("harbor"), runs)
    assert told.startswith("Harbor Trading: nobody there has confirmed any version of their document yet; ")
    assert "; Raj Patel was asked on " in told

    await sends(running, "raj", confirm="yes")
    running.book = later()
    newer = document(running.book, "harbor", datetime.now(UTC).date())
    assert "was asked" not in to_confirm(await running.tickets.confirmed("harbor"), newer)


async def test_who_can_not_be_asked_by_mail_is_refused_with_why(running: House) -> None:
    """Somebody who has left the files by the time, or an address that the mail server refuses."""
    running.lists.append(agreement_id("harbor"))
    gone = AskToConfirm(by="starter.py", to="nora", name="Nora Lindqvist")
    with pytest.raises(Refused, match="Mail to Nora Lindqvist does not arrive: they are a contact of harbor"):
        await running.tickets.ask_to_confirm("harbor", gone, "one")
    assert (await running.tickets.confirmed("harbor")).asked == ()
