"""A real browser: from the mailbox's page to the decision, without script, by keyboard, on a phone."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Page

from tests.system.browser import NEEDS_CHROMIUM, fits, from_the_mailbox, presses_every_button, tab_to
from tests.system.demo import WAIT, Demo

pytest_plugins = ["tests.system.browser"]

pytestmark = NEEDS_CHROMIUM

FIRST_SCREEN = 600
"""Pixels of a phone's page that are seen without scrolling, below the browser's own bars."""


def decide(page: Page, choice: str, text: str = "") -> None:
    """Unfold it if it is folded, choose, write, and press the button; the page then shows what stands."""
    form = page.locator("form").filter(has=page.locator(f"input[name=choice][value={choice}]"))
    fold = page.locator("details.do:not([open])").filter(has=form)
    if fold.count():
        fold.locator("summary").click()
    form.locator(f"input[type=radio][value={choice}]").check()
    if text:
        form.locator("textarea[name=text]").fill(text)
    form.get_by_role("button").click()
    page.wait_for_load_state()


def ends(page: Page, what: str) -> float:
    """How far down the first of these ends, in pixels."""
    box = page.locator(what).first.bounding_box()
    assert box, what
    return box["y"] + box["height"]


def opens(demo: Demo, number: str, title: str, **facts: object) -> str:
    """Kim's mail is slow: a matter for the first level, in nobody's hurry."""
    facts = {"system": "office mail", "state": "impaired", "requester": "kim@harbor.example", **facts}
    return demo.opens(number, title, "harbor", **facts)


def test_from_the_mailbox_to_i_have_it(demo: Demo, scripted: Page) -> None:
    """Ana opens the mailbox's page, the page mail in it, the link in a new tab, and takes the ticket."""
    ticket = opens(demo, "b1", "Mail is slow today")
    mail = demo.mail("ana@northwind.example", "Mail is slow today")
    page = from_the_mailbox(demo, scripted, mail)
    decide(page, "acknowledge")
    assert "You have it" in page.inner_text("main")
    assert demo.ticket(ticket)["here"]["acknowledged"]


def test_without_script(demo: Demo, page: Page) -> None:
    """Nothing on the page needs a script, and it shows at once who has the ticket."""
    ticket = opens(demo, "b2", "Mail is slow in Leeds")
    page.goto(demo.mail("ana@northwind.example", "Mail is slow in Leeds").link)
    assert "Mail is slow in Leeds" in page.title()
    assert page.locator("input[name=choice]:checked").count() == 0
    decide(page, "acknowledge")
    assert "You have it" in page.inner_text("main")
    page.goto(demo.mail("kim@harbor.example", "Mail is slow in Leeds").link)
    assert "Ana Ruiz (first level) has your ticket" in page.inner_text("main")
    assert demo.ticket(ticket)["holder"] == "ana"


def test_with_the_keyboard_only(demo: Demo, page: Page) -> None:
    """Tab to the choice, space, tab to the button, enter: no mouse is needed."""
    ticket = opens(demo, "b3", "Mail is slow in York")
    page.goto(demo.mail("ana@northwind.example", "Mail is slow in York").link)
    tab_to(page, "input[name=choice]:focus")
    choose = page.locator("input[name=choice]:focus")
    for _ in range(10):
        if choose.get_attribute("value") == "acknowledge":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    tab_to(page, "button:focus")
    page.keyboard.press("Enter")
    page.get_by_text("You have it").first.wait_for()
    assert demo.ticket(ticket)["here"]["acknowledged"]


def test_the_customer_is_heard(demo: Demo, page: Page) -> None:
    """Kim asks to escalate, Lea keeps it with a reason; solved, says Ana; not yet, says Kim: one level up."""
    ticket = opens(demo, "b4", "Mail is slow again")
    kims = demo.mail("kim@harbor.example", "Mail is slow again").link

    page.goto(kims)
    decide(page, "escalate", "My boss is waiting.")
    assert "Lea Brandt" in page.inner_text("main")

    page.goto(demo.mail("lea@northwind.example", "Mail is slow again").link)
    assert "My boss is waiting." in page.inner_text("main")
    decide(page, "refuse", "Ana has found the cause.")

    page.goto(kims)
    assert "Lea Brandt" in page.inner_text("main")
    assert "Ana has found the cause." in page.inner_text("main")
    demo.mail("kim@harbor.example", "Mail is slow again", "Ana has found the cause.")

    page.goto(demo.mail("ana@northwind.example", "Mail is slow again").link)
    decide(page, "resolve", "The queue was stuck.")
    page.goto(kims)
    assert "The queue was stuck." in page.inner_text("main")
    decide(page, "not_yet", "It is stuck again.")
    assert "senior specialist" in page.inner_text("main")

    demo.mail("bo@northwind.example", "Mail is slow again", "It is stuck again.")
    stands = demo.ticket(ticket)
    assert (stands["status"], stands["holder"]) == ("open", "bo")


def test_what_does_not_count_is_said_and_nothing_typed_is_lost(demo: Demo, page: Page) -> None:
    """Ana resolves from one mail; what Ben's page still offered is refused, his words stay."""
    opens(demo, "b5", "Mail is slow in Hull")
    link = demo.mail("ana@northwind.example", "Mail is slow in Hull").link
    page.goto(link)
    with page.context.expect_page():
        page.context.new_page()
    other = page.context.pages[-1]
    other.goto(link)
    decide(other, "resolve", "Restarted the server.")
    decide(page, "progress", "I looked at the disk.")
    shown = page.inner_text("main")
    assert "That did not count" in shown
    assert "The ticket is resolved." in shown
    assert "I looked at the disk." in page.content()


def test_on_a_phone_nothing_is_wider_than_the_screen(demo: Demo, phone: Page) -> None:
    """Both pages, the page for wrong links and the mails, with a title and words that have no spaces."""
    title, path = "Nobodycanreadtheirmail" * 8, "srv/mail/queue/deferred/" * 12
    opens(demo, "b6", title[:180], description=path)
    ana = demo.mail("ana@northwind.example", title[:30])
    kim = demo.mail("kim@harbor.example", title[:30])
    phone.goto(ana.link)
    decide(phone, "progress", path)
    mails = [f"{demo.mailbox}/messages/{mail.number}.html" for mail in (ana, kim)]
    fits(phone, ana.link, kim.link, f"{demo.gateway}/ticket/staff/nothing", *mails)


def test_ten_seconds_on_a_phone(demo: Demo, phone: Page) -> None:
    """Who you are, how bad it is, what is asked, until when, and "I have it": on the first screen."""
    title = "Nobody in Leeds, in York or at home can read their mail since the update of this morning " * 2
    opens(demo, "b10", title[:180])
    phone.goto(demo.mail("ana@northwind.example", title[:30]).link)
    for what in (".who", ".severity", ".now .lead", "input[type=radio]", "#acknowledge button"):
        assert ends(phone, what) <= FIRST_SCREEN, what
        assert ends(phone, what) < ends(phone, "main h2"), what
    assert phone.locator("details[open]").count() == 0


def test_scanners_decide_nothing(demo: Demo, scripted: Page) -> None:
    """Every link of their mails is asked for, opened with scripts, its buttons pressed: nothing moves."""
    waits = opens(demo, "b7", "Mail is slow at home")
    solved = opens(demo, "b8", "Mail is slow at work")
    asked = opens(demo, "b9", "Mail is slow on the train")
    tickets = (waits, solved, asked)
    demo.mail("ana@northwind.example", "at home")
    demo.mail("ana@northwind.example", "at work")
    assert demo.starter("act", solved, "resolve", "--by=ana", "--with=solution=done").returncode == 0
    assert demo.starter("act", asked, "request_escalation", "--by=kim").returncode == 0
    demo.mail("kim@harbor.example", "at work", "done")
    demo.mail("lea@northwind.example", "on the train")
    before = [demo.ticket(ticket) for ticket in tickets]

    theirs = ("at home", "at work", "on the train")
    links = dict.fromkeys(mail.link for mail in demo.mails() if mail.subject.endswith(theirs))
    assert len(links) >= 6
    with httpx.Client(timeout=WAIT) as scanner:
        for link in links:
            assert scanner.head(link).status_code == 200
            page = scanner.get(link)
            assert page.status_code == 200
            assert "<script" not in page.text
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
            assert scanner.post(link, data=hidden).status_code == 409
    for link in links:
        scripted.goto(link)
        for _ in presses_every_button(scripted):
            assert "Choose what you want to do." in scripted.inner_text("main")

    assert [demo.ticket(ticket) for ticket in tickets] == before
