"""The pages behind the links in mails. A GET never does anything; a POST sends one decision.

Mail scanners open links, run scripts and press buttons: so there is one neutral link a
mail, the choices on the page are not selected, and they are required.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Literal

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from gateway.guards import Form, address_of, form_of, in_words, number, reached, stands, views_of
from gateway.ticket.asking_views import to_look_up
from gateway.views import Problem
from procedure.approval.state import Approval
from procedure.record import Refused
from procedure.ticket.state import Ticket
from runtime.links import Address, Purpose
from runtime.tickets import Away, NoSuchTicket, Tickets, said

log = structlog.get_logger()
router = APIRouter(prefix="/ticket")

TicketPurpose = Literal["staff", "customer"]
"""The purposes of links that lead to a ticket's page."""

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


@router.api_route("/{purpose}/{token}", methods=["GET", "HEAD"])
async def show(request: Request, purpose: TicketPurpose, token: str) -> Response:
    """What the page's person needs to know, as it stands now."""
    address = address_of(request, purpose, token)
    return await _page(request, address)


@router.post("/{purpose}/{token}")
async def decide(request: Request, purpose: TicketPurpose, token: str) -> Response:
    """Send what the person chose to the workflow, and lead back to the page, which shows what stands."""
    address = address_of(request, purpose, token)
    form = await form_of(request, address)
    await ticket_of(request, address)
    try:
        with reached(request, "not decided", gone="gone", ticket=address.ticket, person=address.person):
            await _say(request, address, form)
    except Refused as refused:
        return await _page(request, address, form, refused, status=409)
    return RedirectResponse(request.url.path, status_code=303)


async def _say(request: Request, address: Address, form: Form) -> None:
    choice = form.get("choice", "")
    fields = CHOICES[address.purpose].get(choice)
    if fields is None:
        raise Refused("Choose what you want to do.")
    content: dict[str, object] = {
        "by": address.person,
        "visit": address.visit or number(form.get("visit", "")),
        "via": f"the link sent to {address.person}",
    }
    for field in fields:
        content[field] = form.get("text" if field in TEXT_FIELDS else field, "")
    name = _update_of(choice, content)
    try:
        message = said(name, content)
    except ValidationError as error:
        raise Refused(in_words(error)) from None
    tickets: Tickets = request.app.state.tickets
    await tickets.say(address.ticket, name, message, key=f"page-{form.get('version', '')}")
    log.info("decided", ticket=address.ticket, person=address.person, choice=choice)


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


async def _page(
    request: Request, address: Address, form: Form | None = None, problem: Problem = "", status: int = 200
) -> Response:
    ticket = await ticket_of(request, address)
    found = await asyncio.gather(*(_approval(request, one) for one in to_look_up(ticket, address)))
    approvals = [one for one in found if one]
    return views_of(request).page(ticket, address, datetime.now(UTC), form, problem, status, approvals)


async def _approval(request: Request, ident: str) -> Approval | None:
    """An approval; None for one that can't be seen now: the page shows the rest."""
    tickets: Tickets = request.app.state.tickets
    try:
        return await tickets.approval(ident)
    except (NoSuchTicket, Away) as why:
        log.warning("approval not shown", approval=ident, reason=str(why))
        return None


async def ticket_of(request: Request, address: Address) -> Ticket:
    """The ticket as it stands, for whom the link still counts. Raises Instead."""
    tickets: Tickets = request.app.state.tickets
    return await stands(request, address, tickets.status, gone="gone")
