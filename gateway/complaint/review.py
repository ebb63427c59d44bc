"""The page of a relationship review: which complaints have added up, and who leads the talk about them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from gateway.complaint.views import leads
from gateway.guards import (
    Form,
    Instead,
    address_of,
    book_of,
    form_of,
    in_words,
    number,
    stands,
    views_of,
)
from gateway.views import Problem
from procedure.complaint.review import Review
from procedure.complaint.state import Complaint
from procedure.record import Refused
from runtime.links import PAGES, Address
from runtime.tickets import Away, NoSuchTicket, Tickets
from workflows.messages.review import FINDINGS, Conclude, Finding, Lead

log = structlog.get_logger()
router = APIRouter(prefix=PAGES["review"])

NOT_TAKEN = (
    "We can't reach the review at the moment: what you sent may not have arrived. "
    "It is still below; send it again in a minute. Whatever arrives twice counts once."
)


@router.api_route("/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """The review as it stands now."""
    address = address_of(request, "review", token)
    review = await _review(request, address)
    return await _page(request, review, address)


@router.post("/{token}")
async def decide(request: Request, token: str) -> Response:
    """Say what the person chose, and lead back to the page, which shows what stands."""
    address = address_of(request, "review", token)
    form = await form_of(request, address)
    # Who reads it no more says nothing about it either, and is not told why.
    review = await _review(request, address)
    try:
        await _say(request, address, form)
    except Refused as refused:
        review = await _review(request, address)
        return await _page(request, review, address, form, refused, status=409)
    except Away as away:
        # Without its words: what a worker could not read may be quoted in them.
        log.error("not said", review=address.ticket, person=address.person, reason=type(away).__name__)
        return await _page(request, review, address, form, NOT_TAKEN, status=503)
    except NoSuchTicket:
        # It has ended just now: the page shows how.
        log.info("nothing left to say", review=address.ticket, person=address.person)
    return RedirectResponse(request.url.path, status_code=303)


async def _say(request: Request, address: Address, form: Form) -> None:
    try:
        said = _finding(address, form)
    except ValidationError as error:
        raise Refused(in_words(error)) from None
    name = next(name for name, kind in FINDINGS.items() if type(said) is kind)
    tickets: Tickets = request.app.state.tickets
    await tickets.say(address.ticket, name, said, key=f"page-{form.get('version', '')}")
    log.info("said", review=address.ticket, person=address.person)


def _finding(address: Address, form: Form) -> Finding:
    """What somebody chose, as the review hears it."""
    by, via = address.person, f"the link sent to {address.person}"
    visit = address.visit or number(form.get("visit", ""))
    match form.get("choice", ""):
        case "lead" if form.get("text"):
            raise Refused(
                "You have written what was agreed: choose “It was held” to send it, or take it out."
            )
        case "lead":
            return Lead(by=by, via=via, visit=visit)
        case "held":
            return Conclude(by=by, via=via, visit=visit, words=form.get("text", ""))
    raise Refused("Choose what you want to do.")


async def _review(request: Request, address: Address) -> Review:
    """The review, for who may read it. Raises Instead."""
    tickets: Tickets = request.app.state.tickets
    review = await stands(request, address, tickets.review, gone="no-review", away="not-now")
    if not leads(book_of(request), review, address.person):
        log.info("not for them", review=address.ticket, person=address.person)
        raise Instead(views_of(request).plain("not-yours", status=410))
    return review


async def _page(
    request: Request,
    review: Review,
    address: Address,
    form: Form | None = None,
    problem: Problem = "",
    status: int = 200,
) -> Response:
    found = await asyncio.gather(*(_complaint(request, one.id) for one in review.complaints))
    complaints = [one for one in found if one]
    now = datetime.now(UTC)
    return views_of(request).review(review, complaints, address, now, form, problem, status)


async def _complaint(request: Request, ident: str) -> Complaint | None:
    """A complaint; None for one that can't be seen now: the page shows the rest."""
    tickets: Tickets = request.app.state.tickets
    try:
        return await tickets.complaint(ident)
    except (NoSuchTicket, Away) as why:
        log.warning("complaint not shown", complaint=ident, reason=str(why))
        return None
