"""The page of a change of shifts: who comes on takes all of it, who leaves keeps what they work on."""

from __future__ import annotations

from fastapi import Request, Response

from gateway.pages import NOT_CHOSEN, Page, key_of, tickets_of
from gateway.views import Form, Showing, Views
from procedure.record import LINK, Refused
from procedure.ticket.handover import ShiftChange
from runtime.links import Address, Purpose
from runtime.tickets import Tickets
from workflows.messages.handover import AcceptAll, KeepOne


class HandoverPage(Page[ShiftChange]):
    """The list of a change of shifts."""

    purpose: Purpose = "handover"
    about = "handover"
    gone = "no-list"

    async def look_up(self, tickets: Tickets, ident: str) -> ShiftChange:
        return await tickets.handover(ident)

    async def render(self, views: Views, tickets: Tickets, found: ShiftChange, shown: Showing) -> Response:
        return views.handover(found, shown)

    async def say(self, request: Request, before: ShiftChange, address: Address, form: Form) -> None:
        message: AcceptAll | KeepOne
        match choice := form.get("choice", ""):
            case "accept":
                message = AcceptAll(by=address.person, via=LINK)
            case "keep":
                message = KeepOne(by=address.person, ticket=form.get("ticket", ""), via=LINK)
            case _:
                raise Refused(NOT_CHOSEN)
        await tickets_of(request).say(address.ticket, choice, message, key=key_of(form))
