"""The real django-helpdesk: from its public form to the mail in the mailbox, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.system.demo import Demo, eventually
from tests.system.desk import CLOSED, REOPENED, RESOLVED, Desk, PublicTicket, helpdesk

# Its environment is installed at the first use.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def desk(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One helpdesk for the stories of this file."""
    with helpdesk(demo, tmp_path_factory.mktemp("desk")) as running:
        yield running


def trading_is_down(desk: Desk, title: str) -> PublicTicket:
    """Kim of Harbor Trading fills in the form."""
    return desk.submits(
        "kim@harbor.example",
        title,
        "The screens froze when London opened.",
        customer="Harbor Trading",
        system="trading platform",
        state="down",
        users=12,
        workaround="no",
    )


def ident(ticket: PublicTicket) -> str:
    return f"ticket-harbor-django-helpdesk-{ticket.number}"


def notes(ticket: dict[str, Any]) -> list[str]:
    return [note["text"] for note in ticket["notes"]]


def test_a_form_filled_in_reaches_the_senior_specialists_mailbox(demo: Demo, desk: Desk) -> None:
    """Trading is down: critical at once, so Bo is paged, Ana is told, and Kim hears that we have it."""
    submitted = trading_is_down(desk, "Nobody can trade")
    ticket = demo.ticket_when(ident(submitted), lambda t: t["holder"] == "bo", "Bo is paged")
    assert (ticket["severity"], ticket["status"], ticket["requester"]) == ("critical", "open", "kim")
    assert ticket["description"] == "The screens froze when London opened."
    assert ticket["facts"] == {
        "system": "trading platform",
        "state": "down",
        "users": 12,
        "workaround": False,
        "category": "",
        "conditions": [],
    }
    demo.mail("bo@northwind.example", "Nobody can trade")
    demo.mail("ana@northwind.example", "Nobody can trade")
    demo.mail("kim@harbor.example", "Nobody can trade")


def test_a_form_with_nothing_but_words_finds_its_client_by_the_address(demo: Demo, desk: Desk) -> None:
    """Raj says only that something is odd: his address says that he is Harbor's, and nothing is invented."""
    submitted = desk.submits("raj@harbor.example", "Something is odd", "Please call me.")
    ticket = demo.ticket(ident(submitted))
    assert (ticket["severity"], ticket["requester"]) == ("medium", "raj")
    assert (ticket["facts"]["state"], ticket["facts"]["users"], ticket["facts"]["workaround"]) == (
        None,
        None,
        None,
    )


def test_what_people_write_there_reaches_whoever_has_the_ticket(demo: Demo, desk: Desk) -> None:
    """A technician's and the customer's comments are taken; what Rung itself writes there is not."""
    submitted = trading_is_down(desk, "Prices stand still")
    ticket = ident(submitted)
    desk.writes("rung", submitted.number, "Rung has paged Bo Lind.", public=False)
    desk.writes("tech", submitted.number, "The feed handler was restarted.")
    desk.gets_mail("kim@harbor.example", submitted.number, "It came back for a minute and froze again.")
    stands = demo.ticket_when(ticket, lambda t: len(t["notes"]) >= 2, "both comments")
    assert notes(stands) == [
        "The feed handler was restarted.",
        "It came back for a minute and froze again.",
    ]
    assert [note["by"] for note in stands["notes"]] == ["user 3", "kim"]
    assert len(stands["said"]["seen"]) == 3, "the new ticket and two comments"
    demo.mail("bo@northwind.example", "Prices stand still", "It came back for a minute")


def test_closed_and_opened_again_in_the_helpdesk(demo: Demo, desk: Desk) -> None:
    """Closing there ends the workflow; reopening there goes on with the same ticket and its history."""
    submitted = trading_is_down(desk, "Orders get lost")
    ticket = ident(submitted)
    desk.writes("tech", submitted.number, "It was a test system.", status=CLOSED)
    closed = demo.ticket_when(ticket, lambda t: t["status"] == "closed", "closed")
    eventually(lambda: ticket not in demo.starter("list").stdout, "the workflow has ended")
    desk.writes("tech", submitted.number, "It was not, after all.", status=REOPENED)
    again = demo.ticket_when(ticket, lambda t: t["status"] == "open" and t["holder"] == "cy", "open again")
    assert again["record"][: len(closed["record"])] == closed["record"]
    assert notes(again) == ["It was a test system.", "It was not, after all."]
    demo.mail("cy@northwind.example", "Orders get lost")


def test_solved_and_accepted_in_the_helpdesk(demo: Demo, desk: Desk) -> None:
    """Resolved there asks the customer; their "Accept and Close" there is the answer."""
    submitted = trading_is_down(desk, "Charts are empty")
    ticket = ident(submitted)
    desk.writes("tech", submitted.number, "The cache was full.", status=RESOLVED)
    solved = demo.ticket_when(ticket, lambda t: t["status"] == "resolved", "resolved")
    assert solved["here"]["solution"] == "The cache was full."
    demo.mail("kim@harbor.example", "Charts are empty", "The cache was full.")
    submitted.accepts()
    demo.ticket_when(ticket, lambda t: t["status"] == "closed", "closed")


def test_a_complaint_in_the_form_reaches_the_account_manager_alone(demo: Demo, desk: Desk) -> None:
    """Its words stand in a field of the helpdesk: Max reads them, and nobody who works on the ticket."""
    words = "he hung up on me twice"
    submitted = desk.submits(
        "kim@harbor.example", "Mail is slow today", "Please call me.", complaint=f"conduct: {words}"
    )
    ticket = demo.ticket_when(ident(submitted), lambda t: bool(t["complaints"]), "it knows of the complaint")
    assert words not in str(ticket)
    assert "conduct" not in str(ticket)
    demo.mail("max@northwind.example", "", words)
    to_ana = demo.mail("ana@northwind.example", "Mail is slow today")
    assert words not in to_ana.text + to_ana.html
