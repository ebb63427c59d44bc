"""The page on which a contact confirms their company's document: what it says, and what is new in it.

A GET never does anything. What is confirmed is the version that was read: if another one runs by then, it is
read first.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.guards import Instead, address_of, belongs, book_of, form_of, reached, views_of
from gateway.pages import key_of, tickets_of
from gateway.views import NOTHING, Form, Showing
from procedure.clocks.calendars import wall_time
from procedure.document.confirmed import Confirmed
from procedure.document.content import ClientDocument, agreed
from procedure.document.whole import document
from procedure.record import LINK
from runtime.links import PAGES, Address
from workflows.messages.agreement import ConfirmVersion

log = structlog.get_logger()
router = APIRouter(prefix=PAGES["agreement"])

NOT_TICKED = "Tick the box if you confirm it: nothing was sent yet."
CHANGED = "The document has changed since you opened this page: read what is below now, and confirm that."


@router.api_route("/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """The document, whether it is confirmed, and what has changed since it was."""
    return await _page(request, _address(request, token))


@router.post("/{token}")
async def confirm(request: Request, token: str) -> Response:
    """ConfirmVersion the version that was read, and lead to the page, which says so."""
    address = _address(request, token)
    form, current = await form_of(request, address), _document(request, address.ticket)
    if form.get("confirm") != "yes":
        return await _page(request, address, form, NOT_TICKED, status=422)
    if form.get("version") != current.fingerprint:
        return await _page(request, address, NOTHING, CHANGED, status=409)
    contact = book_of(request).clients[address.ticket].contacts[address.person]
    said = ConfirmVersion(
        by=address.person,
        via=LINK,
        name=contact.name,
        title=contact.title,
        fingerprint=current.fingerprint,
        version=current.version,
        agreed=agreed(current),
    )
    with reached(request, "not confirmed", gone="unknown", about=address.ticket):
        await tickets_of(request).confirm(address.ticket, said, key_of(form))
    log.info("confirmed", client=address.ticket, person=address.person, version=current.fingerprint)
    return RedirectResponse(request.url.path, status_code=303)


def _address(request: Request, token: str) -> Address:
    """Where the link leads; it counts for who is a contact of that client still. Raises Instead."""
    address = address_of(request, "agreement", token)
    if not belongs(book_of(request), address, address.ticket):
        raise Instead(views_of(request).plain("left", status=410))
    return address


async def _page(
    request: Request, address: Address, form: Form = NOTHING, problem: str = "", status: int = 200
) -> Response:
    with reached(request, "page not shown", gone="unknown", away="not-now", about=address.ticket):
        stands: Confirmed = await tickets_of(request).confirmed(address.ticket)
    shown = Showing(address, datetime.now(UTC), form, problem, status)
    return views_of(request).agreement(_document(request, address.ticket), stands, shown)


def _document(request: Request, client: str) -> ClientDocument:
    book = book_of(request)
    return document(book, client, _today(book.time_zone))


def _today(zone: str) -> date:
    return wall_time(datetime.now(UTC), zone).date()
