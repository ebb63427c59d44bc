"""The emergency door of a client: a form with three facts behind a private link, and where it stands then.

A GET never does anything. A POST opens the emergency, and leads to a page that says who has
been paged, who has it, and who is next; it looks again by itself, without a script.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.guards import Instead, address_of, book_of, form_of, is_long_over, views_of
from gateway.ticket.views import SOMETHING_ELSE
from gateway.views import Form
from procedure.record import Refused
from procedure.ticket.emergency import (
    HELPDESK,
    Report,
    report_event,
    report_opening,
)
from procedure.ticket.opening import Opening, ticket_id
from runtime.links import PAGES, Address, Links
from runtime.tickets import Away, NoSuchTicket, NotYet, Tickets

log = structlog.get_logger()
router = APIRouter(prefix=PAGES["emergency"])

NOT_TAKEN = "It may not have reached us. Call us now."
TOO_OFTEN = "This was sent too often in a short time, and did not count. Call us now."
OVER = "The emergency that this form was sent for is over. If there is another one, send it again."


@router.api_route("/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """The form of a client's door; or where one of its emergencies stands."""
    address = _address(request, token)
    if address.person:
        return await _stands(request, address)
    return views_of(request).door(address.ticket, {}, _nonce())


@router.post("/{token}")
async def report(request: Request, token: str) -> Response:
    """Open the emergency, and lead to the page that says who has it."""
    address = _address(request, token)
    if address.person:
        return RedirectResponse(request.url.path, status_code=303)
    views, client = views_of(request), address.ticket

    def excess(form: Form) -> Response:
        return views.door(client, form, form.get("nonce") or _nonce(), TOO_OFTEN, status=429)

    form = await form_of(request, address, excess)
    nonce = form.get("nonce") or _nonce()
    try:
        opening = _opening(request, client, form, nonce)
        taken = await _open(request, opening, again=bool(form.get("again")))
    except Refused as refused:
        return views.door(client, form, nonce, str(refused), status=422)
    except Away as away:
        log.error("emergency not taken", client=client, reason=str(away))
        return views.door(client, {**form, "again": "yes"}, nonce, NOT_TAKEN, status=503)
    if not taken:
        return views.door(client, form, _nonce(), OVER, status=409)
    links: Links = request.app.state.links
    stands = links.token(Address("emergency", client, opening.number))
    return RedirectResponse(f"{PAGES['emergency']}/{stands}", status_code=303)


def _address(request: Request, token: str) -> Address:
    """Where the link leads; a client that is no longer in the procedure has no door. Raises Instead."""
    address = address_of(request, "emergency", token)
    if address.ticket not in book_of(request).clients:
        raise Instead(views_of(request).plain("unknown", status=404))
    return address


def _opening(request: Request, client: str, form: Form, nonce: str) -> Opening:
    chosen, words = form.get("system", ""), form.get("what", "")
    if chosen in ("", SOMETHING_ELSE):
        chosen, words = words, ""
    told = Report(who=form.get("who", ""), what=chosen, users=form.get("users", ""), more=words)
    return report_opening(client, book_of(request).clients[client], told, nonce)


async def _open(request: Request, opening: Opening, *, again: bool) -> bool:
    tickets: Tickets = request.app.state.tickets
    taken = await tickets.receive(opening, report_event(opening, datetime.now(UTC), again))
    log.info("emergency", ticket=opening.id, new=taken)
    return taken


async def _stands(request: Request, address: Address) -> Response:
    """Where an emergency stands; as long as nobody can say, the page says that, and looks again."""
    tickets: Tickets = request.app.state.tickets
    views, now = views_of(request), datetime.now(UTC)
    try:
        ticket = await tickets.status(ticket_id(address.ticket, HELPDESK, address.person))
        if ticket.joined:
            ticket = await tickets.status(ticket.joined)
        if is_long_over(request, ticket):
            return views.plain("gone", status=410)
    except NoSuchTicket:
        return views.plain("gone", status=410)
    except NotYet:
        return views.emergency(address, None, now)
    except Away as away:
        log.error("page not shown", client=address.ticket, number=address.person, reason=str(away))
        return views.emergency(address, None, now, away=True, status=503)
    return views.emergency(address, ticket, now)


def _nonce() -> str:
    """What makes a form that is sent twice one emergency."""
    return secrets.token_urlsafe(12)
