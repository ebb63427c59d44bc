"""Complaints in a real browser: raised from the status page, answered, settled; by keyboard, on a phone."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page
from temporalio.client import Client

from procedure.complaint.state import Complaint
from runtime.tickets import Tickets
from tests.system.browser import NEEDS_CHROMIUM, fits, lead, presses_every_button, tab_to, through_the_door
from tests.system.demo import Demo, Mail, eventually

pytest_plugins = ["tests.system.browser"]

pytestmark = NEEDS_CHROMIUM

KIM = "kim@harbor.example"
MAX, VERA, OTTO = (f"{who}@northwind.example" for who in ("max", "vera", "otto"))

NOT_HAPPY = "Not happy with how this is handled?"


# Beside the browser ---------------------------------------------------------------------------


def status_page(demo: Demo, number: str, title: str) -> str:
    """A ticket of Kim's; the link of her mail about it."""
    demo.opens(number, title, system="office mail", state="impaired", requester=KIM)
    return demo.mail(KIM, title[:30]).link


def letter(demo: Demo, complaint: str, to: str, nth: int = 1) -> Mail:
    """The mail about a complaint to an address: the first one, second ..."""

    def arrived() -> Mail | None:
        found = [mail for mail in demo.mails() if mail.to == to and complaint in mail.subject]
        return found[nth - 1] if len(found) >= nth else None

    return eventually(arrived, f"{nth} mails to {to} about {complaint}")


def stands(demo: Demo, complaint: str) -> Complaint:
    """Where a complaint stands."""
    return through_the_door(demo, lambda tickets, _: tickets.complaint(f"complaint-harbor-{complaint}"))


def press(page: Page, name: str = "Send") -> None:
    """Press a button; the page then shows what stands."""
    page.get_by_role("button", name=name, exact=True).last.click()
    page.wait_for_load_state()


def complains(page: Page, link: str, words: str, settle: str = "") -> str:
    """Kim goes from her ticket's page to the form, fills it in and sends it; the complaint's number."""
    page.goto(link)
    page.get_by_role("link", name=NOT_HAPPY).click()
    page.check("input[value='changed without asking']")
    page.fill("#words", words)
    page.fill("#settle", settle)
    press(page)
    return number(page)


def number(page: Page) -> str:
    """Which complaint a page is about."""
    return page.locator("dl div", has_text="Number").locator("dd").inner_text()


def chooses_to_answer(page: Page) -> None:
    """Below "I have it" the form for it is folded."""
    if page.locator("details.do").count():
        page.locator("details.do summary").click()
    page.check("input[value=answer]")


def answers(page: Page, link: str, words: str) -> None:
    page.goto(link)
    chooses_to_answer(page)
    page.fill("#text", words)
    press(page)


# A person ---------------------------------------------------------------------------------------


def test_from_the_status_page_up_to_leadership_and_settled(demo: Demo, page: Page) -> None:
    """Kim complains; Max answers, not yet; Vera answers, not yet; Otto promises something; settled."""
    title = "Mail is slow at sea"
    kims_ticket = status_page(demo, "q1", title)
    words = "Nobody asked us before the mail server was restarted"
    complaint = complains(page, kims_ticket, words, "Call us before each restart")
    kims = page.url
    assert letter(demo, complaint, KIM).link == kims
    assert lead(page).startswith("Max Berger (account manager) is asked to take it by ")

    page.goto(letter(demo, complaint, MAX).link)
    assert words in page.inner_text("main")
    page.check("input[value=acknowledge]")
    press(page)
    assert lead(page).startswith("You have it: please answer by ")
    answers(page, page.url, "It was late, and we were in a hurry")
    for who, answer in ((VERA, "We have told the team"), (OTTO, "I have changed our rule for restarts")):
        page.goto(kims)
        assert lead(page).endswith("has answered: does that settle it?")
        page.check("input[value=not_yet]")
        page.fill("#text", "It may happen again")
        press(page)
        page.goto(letter(demo, complaint, who).link)
        assert "Kim Harlow said that it is not settled yet: It may happen again" in page.inner_text("main")
        chooses_to_answer(page)
        if who == OTTO:
            page.fill("#promise", "A list of restarts, sent to you")
            page.fill("#promised_by", f"{stands(demo, complaint).opened + timedelta(days=60):%Y-%m-%dT12:00}")
        answers_here(page, answer)

    page.goto(kims)
    assert "I have changed our rule for restarts" in page.inner_text(".now")
    assert "A list of restarts, sent to you" in page.inner_text("main")
    page.check("input[value=settled]")
    press(page)
    assert lead(page) == "Now it waits for what was promised to you."
    ended = stands(demo, complaint)
    assert (ended.status, ended.outcome, ended.path.level) == ("promised", "settled", "leadership")

    # The technical side knows that there is one, and no more.
    page.goto(demo.mail("ana@northwind.example", title).link)
    assert "There is a complaint about how this ticket is handled" in page.inner_text("main")
    for told in (words, "Call us before", "in a hurry", "changed without asking", complaint, "Max Berger"):
        assert told not in page.content()


def answers_here(page: Page, words: str) -> None:
    page.fill("#text", words)
    press(page)
    assert lead(page).startswith("Answered: Kim Harlow is asked whether that settles it.")


def test_complaining_with_the_keyboard_only(demo: Demo, page: Page) -> None:
    """From the ticket's page to the page that says who has it; what was missing is said on the way."""
    page.goto(status_page(demo, "q2", "Mail is slow on land"))
    tab_to(page, "a[href*='/complain/']:focus")
    page.keyboard.press("Enter")
    tab_to(page, "input[name=kind]:focus")
    page.keyboard.press("Space")
    tab_to(page, "#words:focus")
    page.keyboard.type(" ")
    tab_to(page, "#settle:focus")
    page.keyboard.type("An answer within the hour")
    tab_to(page, "input[name=about-max]:focus")
    page.keyboard.press("Space")
    tab_to(page, "button:focus")
    page.keyboard.press("Enter")
    assert "Say what happened, in your own words." in page.inner_text("[role=alert]")
    assert page.input_value("#settle") == "An answer within the hour"
    assert page.is_checked("input[name=about-max]")
    tab_to(page, "#words:focus")
    page.keyboard.type("We wait for days")
    tab_to(page, "button:focus")
    page.keyboard.press("Enter")
    page.get_by_text("Your complaint").first.wait_for()
    raised = stands(demo, number(page))
    assert (raised.raised.kind, raised.raised.words) == ("response time", "We wait for days")
    assert raised.raised.about == ("max",)
    assert lead(page).startswith("Vera Hall (customer success) is asked to take it by ")


def test_on_a_phone_nothing_is_wider_than_the_screen(demo: Demo, phone: Page) -> None:
    """The form, the pages and the mails, with words that have no spaces; and the review that follows."""
    endless = "Nobodycallsusbeforetheyrestart" * 10
    link = status_page(demo, "q3", f"Mailisslow{endless[:150]}")
    complaint = complains(phone, link, endless, endless)
    kims = phone.url
    # With this one there are three of Harbor's: the relationship is reviewed.
    for more in range(2):
        complains(phone, link, f"{endless} {more}")
    mails = [letter(demo, complaint, MAX), letter(demo, complaint, KIM)]
    review = demo.mail(VERA, "Please lead: harbor: a relationship review")
    answers(phone, mails[0].link, endless)
    mails.append(letter(demo, complaint, KIM, 2))
    phone.goto(link)
    form = str(phone.get_by_role("link", name=NOT_HAPPY).get_attribute("href"))
    fits(phone, form, kims, mails[0].link, review.link, f"{demo.gateway}/complaint/nothing")
    fits(phone, *(f"{demo.mailbox}/messages/{mail.number}.html" for mail in (*mails, review)))


# Scanners ---------------------------------------------------------------------------------------


def test_a_scanner_with_a_browser_says_nothing(demo: Demo, page: Page, scripted: Page) -> None:
    """It presses the button of each form: before the answer, after it, and when it is closed."""
    link = status_page(demo, "q4", "Mail is slow in space")
    complaint = complains(page, link, "It was slow yesterday as well")
    kims, maxs = page.url, letter(demo, complaint, MAX).link
    page.goto(link)
    form = str(page.get_by_role("link", name=NOT_HAPPY).get_attribute("href"))
    presses(demo, scripted, complaint, kims, maxs, form)
    answers(page, maxs, "We are sorry")
    presses(demo, scripted, complaint, kims, maxs)
    page.goto(kims)
    page.check("input[value=settled]")
    press(page)
    presses(demo, scripted, complaint, kims, maxs)
    assert lead(page) == "Closed: you said that it is settled."


def presses(demo: Demo, scripted: Page, complaint: str, *links: str) -> None:
    before = heard(demo, complaint), len(complaints(demo))
    for link in links:
        scripted.goto(link)
        for ident in presses_every_button(scripted):
            assert scripted.title().startswith(("That did not count", "Not sent")), f"{ident} of {link}"
    assert (heard(demo, complaint), len(complaints(demo))) == before


def heard(demo: Demo, complaint: str) -> tuple[object, ...]:
    """All that anybody can have moved of it, without its times: the first one may differ by milliseconds
    when it is read from its history again."""
    found = stands(demo, complaint)
    said = [(one.by, one.said, one.text) for one in found.said]
    return found.status, found.holder, said, found.sentences()


def complaints(demo: Demo) -> list[str]:
    """The ids of all complaints and reviews there are."""

    async def look(tickets: Tickets, _: Client) -> list[str]:
        return [run.id async for run in tickets.find_complaints("", 100)]

    return through_the_door(demo, look)
