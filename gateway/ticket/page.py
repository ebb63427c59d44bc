"""A ticket's pages: of the MSP's people, and of its customer."""

from __future__ import annotations

from fastapi import Request, Response

from gateway.guards import number
from gateway.pages import NOT_CHOSEN, Page, key_of, those_seen, tickets_of
from gateway.ticket.asking_views import to_look_up
from gateway.views import Form, Showing, Views
from procedure.record import LINK, Refused
from procedure.ticket.state import Ticket
from runtime.links import Address, Purpose
from runtime.tickets import Tickets, said

CHOICES: dict[Purpose, dict[str, tuple[str, ...]]] = {
    "staff": {
        "acknowledge": (),
        "progress": ("note",),
        "hand_on": ("tier", "condition", "note"),
        "hand_back": ("tier", "reason"),
        "ask_customer": ("question",),
        "pause": ("reason",),
        "resume": (),
        "resolve": ("solution",),
        "grant": ("reason",),
        "refuse": ("reason",),
        "accept": (),
        "keep": (),
        "name_system": ("system",),
    },
    "customer": {"solved": ("words",), "not_yet": ("words",), "escalate": ("words",), "reply": ("words",)},
}
"""What can be chosen on a page, and which fields of the message are filled from the form."""

TEXT_FIELDS = ("note", "reason", "question", "solution", "words")
"""The message fields that the page's one text box fills."""


class TicketPage(Page[Ticket]):
    """A ticket, as it is shown to the MSP's people or to its customer."""

    about = "ticket"
    gone = "gone"

    def __init__(self, purpose: Purpose) -> None:
        self.purpose = purpose

    async def look_up(self, tickets: Tickets, ident: str) -> Ticket:
        return await tickets.status(ident)

    async def render(self, views: Views, tickets: Tickets, found: Ticket, shown: Showing) -> Response:
        approvals = await those_seen(tickets.approval, to_look_up(found, shown.address))
        solved = await views.before.solved(found) if self.purpose == "staff" else ()
        return views.page(found, shown, approvals, solved)

    async def say(self, request: Request, before: Ticket, address: Address, form: Form) -> None:
        choice = form.get("choice", "")
        fields = CHOICES[self.purpose].get(choice)
        if fields is None:
            raise Refused(NOT_CHOSEN)
        content: dict[str, object] = {
            "by": address.person,
            "visit": address.visit or number(form.get("visit", "")),
            "via": LINK,
        }
        for field in fields:
            content[field] = form.get("text" if field in TEXT_FIELDS else field, "")
        name = _update_of(choice, content)
        await tickets_of(request).say(address.ticket, name, said(name, content), key=key_of(form))


def _update_of(choice: str, content: dict[str, object]) -> str:
    """The update behind a choice: of its own name, but for those that are yes or no, which fill in which."""
    match choice:
        case "grant" | "refuse":
            content["granted"] = choice == "grant"
            # The wish is about the ticket, not about the visit the link was made for.
            content["visit"] = 0
            return "answer_request"
        case "solved" | "not_yet":
            content["solved"] = choice == "solved"
            return "confirm"
        case "escalate":
            return "request_escalation"
        case "name_system":
            if not content["system"]:
                raise Refused("Choose which system it is.")
            return "reassess"
    return choice
