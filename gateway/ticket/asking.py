"""The form to ask for an approval, behind the link of whoever has the ticket."""

from __future__ import annotations

from fastapi import Request, Response
from pydantic import ValidationError

from gateway.guards import book_of, in_words, number, time_of
from gateway.pages import Page, key_of, tickets_of
from gateway.proposal import proposed
from gateway.views import Form, Showing, Views
from procedure.book.procedure import Procedure
from procedure.record import LINK, Refused
from procedure.ticket.asking import approval_id
from procedure.ticket.state import Ticket
from runtime.links import PAGES, Address, Links, Purpose
from runtime.tickets import Away, NoSuchTicket, Tickets
from workflows.messages.ticket import Propose


class AskPage(Page[Ticket]):
    """The form to ask, with what the table says now."""

    purpose: Purpose = "staff"
    about = "ticket"
    gone = "gone"
    path = "/{token}/ask"

    async def look_up(self, tickets: Tickets, ident: str) -> Ticket:
        return await tickets.status(ident)

    async def render(self, views: Views, tickets: Tickets, found: Ticket, shown: Showing) -> Response:
        return views.ask(found, shown)

    async def say(self, request: Request, before: Ticket, address: Address, form: Form) -> None:
        said = proposal_of(form, address, book_of(request))
        await tickets_of(request).say(address.ticket, "propose", said, key=key_of(form))

    async def after(self, request: Request, address: Address, form: Form) -> str:
        """The page of what was asked just now; the ticket's for what was granted on the spot: it has none."""
        tickets_page = request.url.path.removesuffix("/ask")
        said = proposal_of(form, address, book_of(request))
        try:
            ticket = await tickets_of(request).status(address.ticket)
        except (Away, NoSuchTicket):
            return tickets_page
        mine = [one for one in ticket.approvals if (one.by, one.proposal.what) == (said.by, said.what)]
        if not mine or mine[-1].on_the_spot:
            return tickets_page
        links: Links = request.app.state.links
        asked = Address("approval", approval_id(ticket, mine[-1].number), address.person)
        return f"{PAGES['approval']}/{links.token(asked)}"


def proposal_of(form: Form, address: Address, book: Procedure) -> Propose:
    """What was filled in, as the ticket hears it. Raises Refused with what to write instead."""
    kind, _, name = form.get("question", "").partition(":")
    if kind not in ("action", "option") or not name:
        raise Refused("Choose what needs a decision.")
    try:
        return Propose(
            by=address.person,
            visit=address.visit or number(form.get("visit", "")),
            via=LINK,
            action=name if kind == "action" else "",
            option=name if kind == "option" else "",
            **proposed(form, book),
            by_when=time_of(form.get("by_when", ""), "By when you need the answer", book.time_zone),
            otherwise=form.get("otherwise", ""),
            until=time_of(form.get("until", ""), "Until when it holds", book.time_zone),
            act_first=form.get("act_first") == "act",
        )
    except ValidationError as error:
        raise Refused(in_words(error)) from None
