"""The page of a change of shifts: who comes on takes all of it, who leaves keeps what they work on."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.guards import Form, address_of, form_of, stands, views_of
from gateway.views import Problem
from procedure.record import Refused
from procedure.ticket.handover import ShiftChange
from runtime.links import Address
from runtime.tickets import Away, NoSuchTicket, Tickets
from workflows.messages.handover import AcceptAll, KeepOne

log = structlog.get_logger()
router = APIRouter(prefix="/handover")


@router.api_route("/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """The list as it stands now."""
    address = address_of(request, "handover", token)
    return await _page(request, address)


@router.post("/{token}")
async def decide(request: Request, token: str) -> Response:
    """Send what the person chose to the list, and lead back to the page, which shows what stands."""
    address = address_of(request, "handover", token)
    form = await form_of(request, address)
    await _change(request, address)
    try:
        await _say(request, address, form)
    except Refused as refused:
        return await _page(request, address, refused, status=409)
    except Away as away:
        log.error("not decided", handover=address.ticket, person=address.person, reason=str(away))
        return views_of(request).plain("away", status=503)
    except NoSuchTicket:
        # A second click, or one that comes too late: the list has ended, and still tells how.
        log.info("nothing left to decide", handover=address.ticket, person=address.person)
    return RedirectResponse(request.url.path, status_code=303)


async def _say(request: Request, address: Address, form: Form) -> None:
    tickets: Tickets = request.app.state.tickets
    choice, via = form.get("choice", ""), f"the link sent to {address.person}"
    message: AcceptAll | KeepOne
    if choice == "accept":
        message = AcceptAll(by=address.person, via=via)
    elif choice == "keep":
        message = KeepOne(by=address.person, ticket=form.get("ticket", ""), via=via)
    else:
        raise Refused("Choose what you want to do.")
    await tickets.say(address.ticket, choice, message, key=f"page-{form.get('version', '')}")
    log.info("decided", handover=address.ticket, person=address.person, choice=choice)


async def _change(request: Request, address: Address) -> ShiftChange:
    tickets: Tickets = request.app.state.tickets
    return await stands(request, address, tickets.handover, gone="no-list")


async def _page(request: Request, address: Address, problem: Problem = "", status: int = 200) -> Response:
    change = await _change(request, address)
    return views_of(request).handover(change, address, datetime.now(UTC), problem, status)
