"""What is wrong between the parts of a procedure, where no file says it by itself."""

from __future__ import annotations

from procedure.book.procedure import Procedure
from procedure.check.mistakes import mistakes
from tests.northwind import PROCEDURE, northwind

CLIENTS = PROCEDURE["clients"]
GENERIC = PROCEDURE["helpdesks"]["generic"]


def book(clients: tuple[str, ...], helpdesks: tuple[str, ...]) -> Procedure:
    """Harbor by several ids, and helpdesks of these names."""
    harbors = {one: CLIENTS["harbor"] | {"name": one} for one in clients}
    return northwind(clients=harbors, helpdesks=dict.fromkeys(helpdesks, GENERIC))


def told(clients: tuple[str, ...], helpdesks: tuple[str, ...]) -> list[str]:
    return [one.text for one in mistakes(book(clients, helpdesks)) if "told from" in one.text]


def test_no_two_tickets_can_share_an_id() -> None:
    """ticket-harbor-east-desk-1: Harbor's, of the helpdesk "east-desk", or that of Harbor East?"""
    (clash,) = told(("harbor", "harbor-east"), ("east-desk", "desk"))
    assert clash == (
        "its tickets could not be told from those of client 'harbor' with helpdesk 'east-desk': "
        "give it another id"
    )
    assert told(("harbor", "harbor-phone"), ("desk",)), "what is opened by hand has a helpdesk, too"
    assert told(("harbor", "harboreast"), ("east-desk", "desk")) == []
