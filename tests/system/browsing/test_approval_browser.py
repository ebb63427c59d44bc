"""Approvals in a real browser: from the mailbox to the decision, by keyboard, on a phone, and by scanners."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page
from temporalio.client import Client

from procedure.approval.state import Approval, ruling
from runtime.links import PAGES
from runtime.tickets import Tickets, said
from tests.system.browser import (
    NEEDS_CHROMIUM,
    fits,
    from_the_mailbox,
    lead,
    presses_every_button,
    tab_to,
    through_the_door,
)
from tests.system.demo import Demo, Mail, eventually
from workflows.messages.approval import OPINIONS

pytest_plugins = ["tests.system.browser"]

pytestmark = NEEDS_CHROMIUM

BO, CY, KIM = "bo@northwind.example", "cy@northwind.example", "kim@harbor.example"

FAILOVER: dict[str, Any] = {
    "action": "failover",
    "what": "Over to the stand-by in Docklands",
    "why": "the first server drops disks",
    "downtime": "1 hour",
}


# Beside the browser ---------------------------------------------------------------------------


def opens(demo: Demo, number: str, title: str) -> str:
    """A critical ticket of Harbor's, which Bo is paged for; its id."""
    ticket = demo.opens(number, title, system="trading", state="down", requester="kim@harbor.example")
    demo.mail(BO, title[:20])
    return ticket


def asks(demo: Demo, ticket: str, number: int = 1, **more: Any) -> str:
    """Bo asks for a failover, of Cy and of Kim; the id of the approval, the ticket's first, second ..."""
    question = said("propose", {"by": "bo", "via": "a story", **FAILOVER, **more})
    through_the_door(demo, lambda tickets, _: tickets.say(ticket, "propose", question, str(number)))
    return f"approval-{ticket.removeprefix('ticket-')}-{number}"


def opines(demo: Demo, approval: str, name: str, by: str, **content: Any) -> None:
    """Somebody says something to an approval."""
    opinion = OPINIONS[name].model_validate({"by": by, "via": "a story", **content})
    through_the_door(demo, lambda tickets, _: tickets.speak_up(approval, opinion, "opines"))


def stands(demo: Demo, *approvals: str) -> list[tuple[Approval, int]]:
    """Where approvals stand, each with the length of its history."""

    async def look(tickets: Tickets, client: Client) -> list[tuple[Approval, int]]:
        runs = [await client.get_workflow_handle(one).describe() for one in approvals]
        return [(await tickets.approval(run.id), run.history_length) for run in runs]

    return through_the_door(demo, look)


def stands_when(demo: Demo, approval: str, so: Callable[[Approval], bool], what: str) -> Approval:
    """An approval as soon as it is so."""

    def look() -> Approval | None:
        ((found, _),) = stands(demo, approval)
        return found if so(found) else None

    return eventually(look, f"{approval}: {what}")


def letters(demo: Demo, approval: str, to: str, count: int = 1) -> list[Mail]:
    """The mails about an approval to an address, oldest first; waits until so many have come."""

    def arrived() -> list[Mail] | None:
        found = [mail for mail in demo.mails() if mail.to == to and leads_to(mail.link, approval)]
        return found if len(found) >= count else None

    return eventually(arrived, f"{count} mails to {to} about {approval}")


def leads_to(link: str, ident: str) -> bool:
    """Whether a link is that of a workflow: everybody can read where a token leads, but not make one."""
    address = link.rsplit("/", 1)[1].partition(".")[0]
    return bool(json.loads(base64.urlsafe_b64decode(address + "=" * (-len(address) % 4)))[0] == ident)


def press(page: Page, name: str) -> None:
    """Press a button; the page then shows what stands."""
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()


# A person ---------------------------------------------------------------------------------------


def test_from_the_mailbox_to_the_decision_and_this_was_not_me(demo: Demo, scripted: Page) -> None:
    """Kim opens the mail, the link in it, says yes with the code; later that it was not her."""
    title = "No prices in Leeds"
    approval = asks(demo, opens(demo, "p1", title))
    opines(demo, approval, "decide", "cy", yes=True)
    (question,) = letters(demo, approval, KIM)

    page = from_the_mailbox(demo, scripted, question)
    page.check("input[value=yes]")
    page.fill("#conditions", "after 18:00")
    press(page, "Send my decision")
    assert "A yes needs the code" in page.inner_text("[role=alert]")
    assert page.input_value("#conditions") == "after 18:00"
    page.check("input[value=yes]")
    shown_code = scripted.frame_locator("#message-body").locator("body").inner_text()
    (code,) = re.findall(r"\b[A-Z2-9]{3}-[A-Z2-9]{3}\b", shown_code)
    page.fill("#code", code.lower())
    press(page, "Send my decision")
    approved = stands_when(demo, approval, lambda one: one.outcome == "approved", "it is approved")
    assert lead(page) == ruling(approved)
    assert "Kim Harlow says yes, on condition: after 18:00" in lead(page)
    assert page.locator("input[value=yes]").count() == 0

    page.goto(demo.mail(BO, title[:20]).link)
    assert ruling(approved) in page.inner_text("main")

    _, receipt = letters(demo, approval, KIM, 2)
    page = from_the_mailbox(demo, scripted, receipt)
    page.check("input[name=choice][value=contest]")
    press(page, "Say so")
    again = stands_when(demo, approval, lambda one: one.outcome == "asked", "it is open again")
    assert [(one.by, one.void) for one in again.decisions] == [("cy", False), ("kim", True)]
    page.reload()
    assert "somebody else decides now" in lead(page)
    (alarm,) = letters(demo, approval, "tom@northwind.example")
    assert alarm.subject.startswith("ALARM: ")
    letters(demo, approval, "raj@harbor.example")


def test_asking_with_the_keyboard_only(demo: Demo, page: Page) -> None:
    """From the ticket's page to the question, without a mouse and without scripts."""
    title = "No prices in York"
    ticket = opens(demo, "p2", title)
    page.goto(demo.mail(BO, title[:20]).link)
    tab_to(page, "a[href$='/ask']:focus")
    page.keyboard.press("Enter")
    tab_to(page, "#question:focus")
    page.keyboard.type("failover")
    for field in ("what", "why", "downtime"):
        tab_to(page, f"#{field}:focus")
        page.keyboard.type(str(FAILOVER[field]))
    tab_to(page, "input[name=act_first]:focus")
    page.keyboard.press("Space")
    tab_to(page, "button:focus")
    page.keyboard.press("Enter")
    for who in (CY, KIM):
        (question,) = letters(demo, f"approval-{ticket.removeprefix('ticket-')}-1", who)
        assert str(FAILOVER["what"]) in question.text
    page.goto(demo.mail(BO, title).link)
    assert f"failover: {FAILOVER['what']}" in page.inner_text("main")


def test_on_a_phone_nothing_is_wider_than_the_screen(demo: Demo, phone: Page) -> None:
    """The pages and mails of a question with words that have no spaces, before and after the decision."""
    title, endless = "Nopricesinthewholehouse" * 7, "srv/feeds/prices/incoming/" * 12
    approval = asks(demo, opens(demo, "p3", title), what=endless, why=endless, otherwise=endless)
    bo = demo.mail(BO, title[:20])
    asked = [mail for who in (CY, KIM) for mail in letters(demo, approval, who)]
    before = [f"{bo.link}/ask", *(mail.link for mail in asked)]
    mails = [f"{demo.mailbox}/messages/{mail.number}.html" for mail in asked]
    fits(phone, *before, *mails, f"{demo.gateway}{PAGES['approval']}/nothing")
    opines(demo, approval, "decide", "kim", yes=False, reason=endless)
    _, receipt = letters(demo, approval, KIM, 2)
    fits(phone, *before, f"{demo.mailbox}/messages/{receipt.number}.html", bo.link)


# Scanners ---------------------------------------------------------------------------------------


def test_a_scanner_with_a_browser_decides_nothing(demo: Demo, scripted: Page) -> None:
    """It follows every link of every mail and page, and presses the first button of each form."""
    title = "No prices in Hull"
    ticket = opens(demo, "p4", title)
    waits, denied, acted = (
        asks(demo, ticket, 1),
        asks(demo, ticket, 2),
        asks(demo, ticket, 3, act_first=True),
    )
    opines(demo, denied, "decide", "kim", yes=False, reason="not before five")
    found = [*letters(demo, waits, CY), *letters(demo, denied, KIM, 2), *letters(demo, acted, KIM)]
    letters(demo, denied, CY, 2)
    letters(demo, acted, CY)
    found.append(demo.mail(BO, title))
    before = demo.ticket(ticket), stands(demo, waits, denied, acted)

    links, pressed = list(dict.fromkeys(mail.link for mail in found)), set()
    for link in links:
        scripted.goto(link)
        hrefs = scripted.eval_on_selector_all("a[href]", "links => links.map(one => one.href)")
        links += [href for href in map(str, hrefs) if href.startswith(demo.gateway) and href not in links]
        for form in presses_every_button(scripted):
            pressed.add(form)
            says = "Not sent" if form == "complain" else "That did not count"
            assert says in scripted.title(), f"{form} of {link}"
    assert {"decide", "contest", "object", "withdraw", "ask"} <= pressed
    assert (demo.ticket(ticket), stands(demo, waits, denied, acted)) == before
