"""How a complaint is raised: a form behind a contact's link about a ticket, or a client's private link.

A GET never does anything. What was typed is never lost: an error shows it again.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from dataclasses import replace

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.guards import (
    Instead,
    address_of,
    belongs,
    book_of,
    form_of,
    is_long_over,
    reached,
    views_of,
)
from gateway.views import Form
from procedure.complaint.raising import (
    Concern,
    about_ticket,
    by_anybody,
    by_contact,
)
from procedure.complaint.state import CALLER, Complaint, Raised
from procedure.record import LINK, Refused
from procedure.ticket.state import Ticket
from runtime.links import PAGES, Address, Links
from runtime.tickets import Away, NoSuchTicket, Tickets
from workflows.messages.complaint import AddToComplaint

log = structlog.get_logger()
router = APIRouter(prefix=PAGES["complain"])

NOT_TAKEN = (
    "We can't take it at the moment. What you wrote is still below: send it again in a minute. "
    "Whatever arrives twice counts once."
)
TOO_OFTEN = "This was sent too often in a short time, and did not count. Wait a minute, and send it again."

HEARD_WITHIN = 5
"""Seconds in which somebody is mostly told of it: so long the answer waits, to say who it is."""


@router.api_route("/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """The form."""
    address = _address(request, token)
    client = _client(request, address)
    with reached(request, "page not shown", gone="gone", away="not-now", client=client):
        ticket = await _ticket(request, address)
    return views_of(request).complain(_kept(address, ticket), ticket, {}, _nonce())


@router.get("/{token}/sent")
async def sent(request: Request, token: str) -> Response:
    """It was raised in a contact's name: the link to follow it is in the mail to them."""
    _address(request, token)
    return views_of(request).plain("in-your-mail", status=200)


@router.post("/{token}")
async def complain(request: Request, token: str) -> Response:
    """Raise the complaint, and lead to its page, which says who has it."""
    address = _address(request, token)
    views = views_of(request)

    def excess(form: Form) -> Response:
        return views.complain(address, None, form, form.get("nonce") or _nonce(), TOO_OFTEN, status=429)

    form = await form_of(request, address, excess)
    nonce = form.get("nonce") or _nonce()
    ticket, stands = None, address
    try:
        ticket = await _ticket(request, address)
        stands = _kept(address, ticket)
        raised = _raised(request, address, ticket, form, nonce)
        await _raise(request, raised)
    except Refused as refused:
        return views.complain(stands, ticket, form, nonce, str(refused), status=422)
    except Away as away:
        log.error("complaint not taken", client=_client(request, address), reason=str(away))
        return views.complain(stands, ticket, form, nonce, NOT_TAKEN, status=503)
    if ticket is None and raised.by != CALLER:
        # Whoever typed a contact's address need not be that contact, nor who has an old mail of theirs: the
        # link goes to them alone.
        return RedirectResponse(f"{request.url.path}/sent", status_code=303)
    links: Links = request.app.state.links
    page = links.token(Address("complaint", raised.id, raised.by))
    return RedirectResponse(f"{PAGES['complaint']}/{page}", status_code=303)


def _address(request: Request, token: str) -> Address:
    """Where the link leads; it counts for a client that is in the procedure, or one of its contacts.

    Raises Instead.
    """
    address, views = address_of(request, "complain", token), views_of(request)
    if book_of(request).complaints is None:
        raise Instead(views.plain("no-complaints", status=410))
    if address.person and not belongs(book_of(request), address, book_of(request).client_of(address.person)):
        raise Instead(views.plain("left", status=410))
    if not address.person and address.ticket not in book_of(request).clients:
        raise Instead(views.plain("unknown", status=404))
    return address


async def _ticket(request: Request, address: Address) -> Ticket | None:
    """The ticket that a contact's link is about; none for a client's, nor where it is not kept any more, or
    over for longer than links live: the contact is heard all the same, and answered by mail.

    Raises Instead, and Away.
    """
    if not address.person:
        return None
    tickets: Tickets = request.app.state.tickets
    try:
        ticket = await tickets.status(address.ticket)
    except NoSuchTicket:
        return None  # the link still proves who they are: they are heard without it
    if not belongs(book_of(request), address, ticket.client):
        raise Instead(views_of(request).plain("left", status=410))
    return None if is_long_over(request, ticket) else ticket


def _kept(address: Address, ticket: Ticket | None) -> Address:
    """The same, without the ticket of a contact's link if that is not kept any more."""
    return replace(address, ticket="") if address.person and ticket is None else address


def _raised(request: Request, address: Address, ticket: Ticket | None, form: Form, nonce: str) -> Raised:
    """What was filled in. Raises Refused with all that is missing."""
    book, links = book_of(request), request.app.state.links
    # Sealed: who chooses a nonce must not meet another complaint's number, whose page they would be given.
    key = links.seal(f"complain {address.ticket} {address.person} {nonce}")
    concern = Concern(
        kind=form.get("kind", ""),
        words=form.get("words", ""),
        settle=form.get("settle", ""),
        who=form.get("who", ""),
        reach=form.get("reach", ""),
        about=tuple(field.removeprefix("about-") for field in form if field.startswith("about-")),
    )
    if not address.person:
        raised = by_anybody(book, address.ticket, concern, key)
        return replace(raised, via="the client's page for complaints")
    raised = by_contact(book, _client(request, address), address.person, concern, key)
    raised = about_ticket(raised, ticket) if ticket else raised
    return replace(raised, via=LINK)


async def _raise(request: Request, raised: Raised) -> None:
    """Give it to Temporal, and to somebody who hears it if that is soon."""
    tickets: Tickets = request.app.state.tickets
    await tickets.complain(raised)
    # Never a word of it, nor about which ticket: who reads logs is of the technical side.
    log.info("complaint", complaint=raised.id)
    with suppress(Away, NoSuchTicket, TimeoutError):
        async with asyncio.timeout(HEARD_WITHIN):
            await _add_what_is_new(tickets, raised, await tickets.heard(raised.id))


async def _add_what_is_new(tickets: Tickets, raised: Raised, stands: Complaint) -> None:
    """A form that is sent again, since its first answer was lost, may say more by then."""
    if raised.by == stands.by and raised.words not in (one.text for one in stands.said):
        more = AddToComplaint(by=raised.by, via=raised.via, words=raised.words)
        await tickets.remark(raised.id, "add", more, key="sent again")


def _client(request: Request, address: Address) -> str:
    return book_of(request).client_of(address.person) or address.ticket


def _nonce() -> str:
    """What makes a form that is sent twice one complaint."""
    return secrets.token_urlsafe(12)
