"""Whose a link is, and for how long: one guard before every page, looked at or sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx

from gateway.app import create_app
from gateway.guards import belongs
from procedure.book.procedure import Procedure
from procedure.complaint.state import CALLER
from procedure.ticket.state import Ticket
from runtime.links import PAGES, Address, Links, Purpose, taken_back
from tests.northwind import PROCEDURE, northwind
from tests.tables import every
from tests.workflows.house import KEYS, PUBLIC, House
from tests.workflows.test_stories import MAIL_SLOW

TICKET = "ticket-harbor-desk-42"
BOTH = {"harbor's": True, "the MSP's": True}
WHOSE: dict[Purpose, dict[str, bool]] = {
    "staff": {"harbor's": False, "the MSP's": True},
    "handover": {"harbor's": False, "the MSP's": True},
    "review": {"harbor's": False, "the MSP's": True},
    "customer": {"harbor's": True, "the MSP's": False},
    "complain": {"harbor's": True, "the MSP's": False},
    "agreement": {"harbor's": True, "the MSP's": False},
    "approval": BOTH,
    "complaint": BOTH,
}
PEOPLE = {
    "harbor's": "kim",
    "the MSP's": "ana",
    "lindqvist's": "nora",
    "nobody's": "zoe",
    "a caller's": CALLER,
}


@every("purpose, whose", WHOSE)
def test_every_page_asks_whose_its_link_is(purpose: Purpose, whose: dict[str, bool]) -> None:
    """Of the files as they are now; a contact of another client never is."""
    book = northwind()
    for who, person in PEOPLE.items():
        wanted = whose.get(who, False) or (who == "a caller's" and purpose == "complaint")
        assert belongs(book, Address(purpose, TICKET, person), "harbor") is wanted, who
        assert not (wanted and who == "harbor's" and belongs(book, Address(purpose, TICKET, person), "gone"))


def without(*leavers: str) -> Procedure:
    """The procedure after these have left."""
    harbor = PROCEDURE["clients"]["harbor"]
    stay = {ident: who for ident, who in harbor["contacts"].items() if ident not in leavers}
    clients = PROCEDURE["clients"] | {"harbor": harbor | {"contacts": stay, "authority": []}}
    people = {ident: who for ident, who in PROCEDURE["people"].items() if ident not in leavers}
    first, *others = PROCEDURE["tiers"]
    first = first | {"people": [one for one in first["people"] if one not in leavers]}
    return northwind(clients=clients, people=people, tiers=[first, *others])


def path(purpose: Purpose, person: str, visit: int = 0, links: Links | None = None, **other: Any) -> str:
    address = Address(purpose, other.get("about", TICKET), person, visit)
    return f"{PAGES[purpose]}/{(links or Links(KEYS, PUBLIC)).token(address)}"


async def opened(running: House) -> Ticket:
    story = await running.opens(MAIL_SLOW)
    await running.expects("ana", "kim")
    return await story.stands()


async def test_who_is_not_in_the_files_any_more_sees_nothing_and_says_nothing(running: House) -> None:
    """Neither the customer nor the MSP's own; nor somebody of another client."""
    before = await opened(running)
    running.book = without("kim", "ana")
    for page, form in (
        (path("customer", "kim"), {"choice": "reply", "text": "hello"}),
        (path("customer", "kim"), {"choice": "escalate"}),
        (path("customer", "nora"), {"choice": "reply", "text": "hello"}),
        (path("staff", "ana", 1), {"choice": "acknowledge"}),
        (path("staff", "kim", 1), {"choice": "acknowledge"}),
        (path("staff", "ana", 1) + "/ask", {"question": "action:failover", "what": "x", "why": "y"}),
    ):
        for answer in (await running.browser.get(page), await running.browser.post(page, data=form)):
            assert answer.status_code == 410
            assert "This link does not count any more" in answer.text
            assert before.title not in answer.text
    assert await running.stories[0].stands() == before
    assert (await running.browser.get(path("customer", "raj"))).status_code == 200


async def test_whose_ticket_it_is_not_any_more_sees_nothing_and_says_nothing(running: House) -> None:
    """The helpdesk has corrected the requester: who it is has the page, and is told; whose it was has not."""
    await opened(running)
    story = running.stories[0]
    assert (await running.browser.get(path("customer", "kim"))).status_code == 200
    await story.desk(delivery="d2", requester="raj", requester_name="Raj Patel")
    (told,) = await running.expects("raj")
    assert told.message["Subject"] == "We have it: medium, harbor 42: Nobody can log in"
    before = await story.stands()
    for answer in (
        await running.browser.get(path("customer", "kim")),
        await running.browser.post(path("customer", "kim"), data={"choice": "reply", "text": "hello"}),
    ):
        assert answer.status_code == 410
        assert before.title not in answer.text
    assert await story.stands() == before
    assert (await running.browser.get(path("customer", "raj"))).status_code == 200
    assert (await running.browser.get(path("staff", "ana", 1))).status_code == 200


@asynccontextmanager
async def browsing(running: House, life: timedelta) -> AsyncIterator[httpx.AsyncClient]:
    """The same house, whose links live so long."""
    app = create_app(running.tickets, lambda: running.book, Links(KEYS, PUBLIC), PUBLIC, link_life=life)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers={"Origin": PUBLIC}) as browser:
        yield browser


async def test_a_link_ends_some_time_after_its_ticket(running: House) -> None:
    """Then it is as if the ticket were not kept; while it is open, and for that time, the link counts. Who
    wants to complain is heard after it, too, and answered by mail."""
    await opened(running)
    story, pages = running.stories[0], (path("staff", "ana", 1), path("customer", "kim"))
    # No time passes for the browser: what is over has been over for longer than less than nothing.
    async with browsing(running, -timedelta(days=3650)) as late, browsing(running, timedelta(1)) as browser:
        for page in pages:
            assert (await late.get(page)).status_code == 200
        await story.say("resolve", "ana", solution="The filter was full.")
        await running.expects("kim")
        await story.say("confirm", "kim", solved=True)
        await story.result()
        for page in pages:
            assert (await browser.get(page)).status_code == 200
            for answer in (
                await late.get(page),
                await late.post(page, data={"choice": "reply", "text": "x"}),
            ):
                assert answer.status_code == 410
                assert "This ticket is not kept here any more" in answer.text
        complain = path("complain", "kim")
        assert "(ticket 42)" in (await browser.get(complain)).text
        assert "The ticket is not kept here any more. You can still" in (await late.get(complain)).text


def revoking(contact: str = "", client: int = 0) -> Procedure:
    """The procedure after a person's links were taken back, or those of the client's own pages."""
    harbor = PROCEDURE["clients"]["harbor"]
    contacts = {
        ident: who | ({"links_taken_back": 1} if ident == contact else {})
        for ident, who in harbor["contacts"].items()
    }
    terms = harbor | {"contacts": contacts, "links_taken_back": client}
    return northwind(clients=PROCEDURE["clients"] | {"harbor": terms})


async def test_one_persons_links_are_taken_back_and_nobody_elses(running: House) -> None:
    """What was sent before counts no more; what is sent from then on does."""
    story = await running.opens(MAIL_SLOW)
    to_ana, to_kim = await running.expects("ana", "kim")
    complain, door = path("complain", "kim"), path("emergency", "", about="harbor")
    running.book = revoking("kim")
    form = {"choice": "reply", "text": "hello"}
    for answer in (
        await running.browser.get(to_kim.link),
        await running.browser.post(to_kim.link, data=form),
        await running.browser.get(complain),
    ):
        assert answer.status_code == 410
        assert "This link was taken back" in answer.text
    assert not (await story.stands()).notes
    for page in (to_ana.link, path("customer", "raj"), door):
        assert (await running.browser.get(page)).status_code == 200
    await story.say("ask_customer", "ana", question="Since when?")
    (asked,) = await running.expects("kim")
    assert (await running.browser.get(asked.link)).status_code == 200
    assert (await running.browser.get(to_kim.link)).status_code == 410


def test_a_clients_own_pages_are_taken_back_by_themselves() -> None:
    """Its door and its page for complaints; and a code goes with its link."""
    before = Links(KEYS, PUBLIC, taken_back(northwind))
    after = Links(KEYS, PUBLIC, taken_back(lambda: revoking(client=1)))
    door, seen, page = (
        Address("emergency", "harbor"),
        Address("emergency", "harbor", "e-1"),
        Address("complain", "harbor"),
    )
    for address in (door, seen, page):
        assert before.token(address) != after.token(address)
    for address in (Address("emergency", "lindqvist"), Address("customer", TICKET, "kim")):
        assert before.token(address) == after.token(address)
    kims = Address("approval", "approval-harbor-desk-42-1", "kim", 1)
    changed = Links(KEYS, PUBLIC, taken_back(lambda: revoking("kim")))
    assert not changed.is_code(kims, before.code(kims))
    assert changed.is_code(kims, changed.code(kims))
