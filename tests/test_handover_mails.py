"""What people read about a change of shifts: the two mails, and the page behind their links."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from activities.letters import Writer, WrittenLetter
from gateway.views import Showing, Views
from procedure.ladder import Step
from procedure.record import Notice
from procedure.ticket.handover import (
    HandoverItem,
    ListNotice,
    ShiftChange,
    accept,
    gone,
    keep,
    offer,
    pass_on,
    undeliverable,
)
from procedure.ticket.state import Note
from runtime.links import Address, Links
from tests.letters import is_well_made
from tests.northwind import on_call
from tests.page import Page, can_be_read_by_everybody, keeps_to_the_policy
from tests.tables import every
from workflows.messages.handover import HandoverLetter

AT = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
DUE = AT + timedelta(minutes=15)
HOSTILE = '<script>alert("now")</script>\n<b>'
NEXT = (
    Step(DUE, "Eva Roth is paged (senior specialist)"),
    Step(AT + timedelta(hours=1), "it goes to Cy Tanaka (x)"),
)

BOOK = on_call()
LINKS = Links(["0" * 32], "http://rung.test")
WRITER = Writer(LINKS)
VIEWS = Views(lambda: BOOK, LINKS)

READERS = pytest.mark.parametrize("reader", ["dee", "bo"])


def change(title: str = "Nobody can log in", reason: str = "Kim Harlow is asked something") -> ShiftChange:
    """Two tickets, of which one waits for the customer."""
    one = HandoverItem("ticket-harbor-desk-1", "harbor", "1", title, "high", "open", DUE, next=NEXT)
    two = replace(
        one, ticket="ticket-harbor-desk-2", number="2", status="paused", waits_for=reason, for_customer=True
    )
    listed = ShiftChange("bo", "dee", AT, names={"bo": "Bo Lind", "dee": "Dee Novak"})
    return offer(offer(listed, one, AT), two, AT)


def worked_on(listed: ShiftChange, text: str = "The disk is full,\nnot broken") -> ShiftChange:
    """What is known of the first ticket: what is affected, what was found, and how long it may stay."""
    first, *others = listed.lines
    first = replace(
        first,
        reason="trading platform impaired, 6 users",
        place="senior specialist",
        stays_until=AT + timedelta(hours=1),
        notes=(Note(AT - timedelta(minutes=40), "kim", "It began at noon"), Note(AT, "bo", text)),
    )
    return replace(listed, lines=(first, *others))


def drill(listed: ShiftChange, count: int) -> ShiftChange:
    """The first so many tickets are an exercise."""
    lines = tuple(replace(line, drill=number < count) for number, line in enumerate(listed.lines))
    return replace(listed, lines=lines)


def write(reader: str, listed: ShiftChange, now: datetime = AT) -> WrittenLetter:
    return WRITER.write_handover(HandoverLetter(number=1, reader=reader, change=listed), BOOK, now)


def page(reader: str, listed: ShiftChange, now: datetime = AT, problem: str = "") -> Page:
    answer = VIEWS.handover(listed, Showing(Address("handover", listed.id, reader), now, problem=problem))
    return Page(answer.body)


def leads_to(page: Page) -> list[Address | None]:
    """Where a page's links lead."""
    return [LINKS.read("staff", str(a["href"]).rsplit("/", 1)[1]) for a in page.all("a")]


# The mails ----------------------------------------------------------------------------------


@READERS
def test_every_mail_is_well_made(reader: str) -> None:
    is_well_made(write(reader, worked_on(drill(change(), 1))))


def test_who_comes_on_reads_what_to_do_first() -> None:
    """How much, until when, and then each ticket with what happens if nobody acts."""
    written = write("dee", change())

    assert written.subject == "[Northwind] Bo Lind to Dee Novak: 1 open, 1 waiting for the customer"
    assert written.text.startswith(
        "Bo Lind hands over to you: 1 open, 1 waiting for the customer. Accept by 17:45.\n"
    )
    for fact in (
        "- high: Nobody can log in\n  Ticket 1, Harbor Trading\n  To be accepted by 17:45\n",
        "Waiting for the customer: Kim Harlow is asked something",
        "If nobody acts, 17:45: Eva Roth is paged (senior specialist)",
        "If nobody acts, 18:30: it goes to Cy Tanaka (x)",
        "Times are Europe/London.",
    ):
        assert fact in written.text


def test_each_ticket_tells_of_the_work_so_far() -> None:
    """What is affected, how long it may stay, and what was found, by whom and when."""
    text = write("dee", worked_on(change())).text

    assert "On the page you take them all at once." in text
    assert (
        "  Ticket 1, Harbor Trading\n"
        "  Why high: trading platform impaired, 6 users\n"
        "  To be accepted by 17:45\n"
        "  It may stay at senior specialist until 18:30\n"
    ) in text
    assert (
        "  Found so far, 16:50, Kim Harlow: It began at noon\n"
        "  Found so far, 17:30, Bo Lind: The disk is full,\n"
        "    not broken\n"
    ) in text


def test_what_is_not_known_is_not_spoken_of() -> None:
    """As in lists that were made before any of it was told."""
    for said in (write("dee", change()).text, page("dee", change()).text):
        assert not re.search("Why high|may stay|Found so far", said)


def test_who_leaves_reads_who_gets_it_and_how_to_keep_one() -> None:
    text = write("bo", change()).text

    assert text.startswith("Your duty is over: Dee Novak is asked to take 1 open, 1 waiting for the customer")
    assert "keep it: on the page, one click each." in text


@READERS
def test_a_mail_that_comes_too_late_says_so(reader: str) -> None:
    assert write(reader, change(), DUE).text.startswith("Nothing for you to do: ")


@READERS
def test_pace_and_drill_are_shown(reader: str) -> None:
    """On the whole list, or on the tickets of it that are an exercise."""
    plain, mixed = write(reader, change()), write(reader, drill(change(), 1))
    whole = write(reader, replace(drill(change(), 2), pace=60.0))

    assert "DRILL" not in plain.subject + plain.text + plain.html
    assert "emonstration" not in plain.text
    assert "- DRILL, high: Nobody can log in" in mixed.text
    assert "DRILL" not in mixed.subject
    assert "DRILL: this is an exercise." in whole.text
    assert whole.subject.startswith("[Northwind] DRILL: Bo Lind to Dee Novak: ")
    assert "Demonstration pace 60: an hour takes 1 minute." in whole.text


@READERS
def test_what_is_hostile_is_only_text(reader: str) -> None:
    listed = worked_on(change(HOSTILE, HOSTILE), HOSTILE)
    for soup in (BeautifulSoup(write(reader, listed).html, "html.parser"), page(reader, listed).soup):
        assert soup.find_all(["script", "b"]) == []
        assert '<script>alert("now")</script>' in soup.get_text()


# The page -----------------------------------------------------------------------------------

PAGES = {
    "who comes on": page("dee", worked_on(change())),
    "who leaves": page("bo", change()),
    "somebody else": page("ana", change()),
    "a problem": page("dee", change(), problem="Too late"),
    "accepted": page("bo", accept(change(), "dee", AT)),
    "has them": page("dee", accept(change(), "dee", AT)),
    "kept": page("bo", keep(change(), "bo", "ticket-harbor-desk-1", AT)),
    "not kept": page("dee", keep(change(), "bo", "ticket-harbor-desk-1", AT)),
    "late": page("dee", change(), DUE),
}


@every("page", PAGES)
def test_the_page_keeps_to_the_policy_and_can_be_read_by_everybody(page: Page) -> None:
    """No script, nothing from elsewhere, plain forms, a language, a title, one heading."""
    keeps_to_the_policy(page)
    can_be_read_by_everybody(page)
    assert all(str(a["href"]).startswith("http://rung.test/ticket/staff/") for a in page.all("a"))
    for form in page.all("form"):
        assert (form["method"], form.get("action")) == ("post", None)
        assert len(form.select("button[type=submit]")) == 1
    for radio in page.all("input[type=radio]"):
        assert radio.has_attr("required")
        assert not radio.has_attr("checked")


def test_who_comes_on_has_one_button_for_all() -> None:
    """And sees what each ticket is."""
    page = PAGES["who comes on"]

    assert [button.get_text() for button in page.all("button")] == ["I accept all"]
    assert len(page.one("form").find_all_next("h2")) == len(page.all("h2")), "it stands above all tickets"
    for fact in (
        "Offered to you: 1 open, 1 waiting for the customer. Accept by",
        "Waiting for the customer: Kim Harlow is asked something",
        "Ticket 2, Harbor Trading",
        "Eva Roth is paged",
        "Why high trading platform impaired, 6 users",
        "It may stay at senior specialist until",
        "Kim Harlow: It began at noon",
        "Bo Lind: The disk is full, not broken",
        "You are here as Dee Novak",
    ):
        assert fact in page.text


def test_who_leaves_can_keep_each_with_one_click() -> None:
    """A button of its own for each ticket, named for who can't see it; none for what is settled."""
    buttons = PAGES["who leaves"].all("button")

    assert [button.get_text() for button in buttons] == ["I keep this one"] * 2
    assert buttons[0]["aria-label"] == "I keep this one: Nobody can log in"
    kept = PAGES["kept"]
    assert [field["value"] for field in kept.all("input[name=ticket]")] == ["ticket-harbor-desk-2"]
    assert "You keep this one: Nobody can log in (Harbor Trading, 1)" in kept.text
    assert leads_to(kept) == [Address("staff", "ticket-harbor-desk-1", "bo")]


def test_who_came_on_has_a_way_to_each_that_they_have() -> None:
    """Their own page of it, whatever visit of a tier it is on by then."""
    page = PAGES["has them"]

    assert "You have these 2: Nobody can log in (Harbor Trading, 1)" in page.text
    assert leads_to(page) == [Address("staff", f"ticket-harbor-desk-{number}", "dee") for number in (1, 2)]
    assert "nothing for you to do" not in page.text


def test_nobody_is_led_to_what_others_have() -> None:
    for what in ("who comes on", "who leaves", "somebody else", "accepted", "not kept", "late"):
        assert leads_to(PAGES[what]) == []
    assert "Nobody can log in (Harbor Trading, 1): Bo Lind keeps it" in PAGES["not kept"].text


def test_who_leaves_sees_what_was_accepted() -> None:
    text = PAGES["accepted"].text

    assert "It is over: nothing for you to do." in text
    assert text.count("Dee Novak has accepted it") == 2
    assert PAGES["accepted"].all("form") == []


def test_somebody_else_has_nothing_to_do() -> None:
    assert PAGES["somebody else"].all("form") == []
    assert "nothing for you to do" in PAGES["somebody else"].text


def test_the_page_says_what_became_of_the_rest() -> None:
    """Closed meanwhile, and gone on since nobody could be told."""
    lost = Notice(1, ListNotice.COMES, "dee")
    listed = gone(change(), "ticket-harbor-desk-1", AT)
    listed = pass_on(undeliverable(listed, lost, "550 no such user", AT), AT)
    text = page("bo", listed).text

    assert "(Harbor Trading, 1): it is closed" in text
    assert "(Harbor Trading, 2): gone on to the next person" in text
    assert "Dee Novak can't be reached by mail" in text


def test_a_problem_is_told_first() -> None:
    (alert,) = PAGES["a problem"].all("main > [role=alert]:first-child")

    assert "Too late" in alert.get_text()
