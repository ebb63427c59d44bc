"""The page of a complaint: who has it, what was said and promised, and what its reader can do now.

A GET never does anything. Nobody it is about reads a word of it, whatever link they have.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from gateway.complaint.views import hears
from gateway.guards import (
    Form,
    Instead,
    address_of,
    book_of,
    form_of,
    in_words,
    number,
    stands,
    time_of,
    views_of,
)
from procedure.book.procedure import Procedure
from procedure.complaint.state import CALLER, Complaint
from procedure.record import Refused
from runtime.links import PAGES, Address
from runtime.tickets import Away, NoSuchTicket, NotYet, Tickets
from workflows.messages.complaint import (
    REMARKS,
    AddToComplaint,
    AnswerComplaint,
    Remark,
    Reopen,
    Settle,
    TakeBack,
    TakeComplaint,
    Verify,
)

log = structlog.get_logger()
router = APIRouter(prefix=PAGES["complaint"])

NOT_TAKEN = (
    "We can't reach the complaint at the moment: what you sent may not have arrived. "
    "It is still below; send it again in a minute. Whatever arrives twice counts once."
)


ANSWER = ("text", "promise", "promised_by")
"""The boxes of an answer: whoever fills one in means to send it."""


@router.api_route("/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """The complaint as it stands now."""
    address = address_of(request, "complaint", token)
    complaint = await _complaint(request, address)
    return views_of(request).complaint(complaint, address, datetime.now(UTC))


@router.post("/{token}")
async def decide(request: Request, token: str) -> Response:
    """Say what the person chose, and lead back to the page, which shows what stands."""
    address = address_of(request, "complaint", token)
    form, views = await form_of(request, address), views_of(request)
    # Who reads it no more says nothing about it either, and is not told why.
    complaint = await _complaint(request, address)
    try:
        await _say(request, complaint, address, form)
    except Refused as refused:
        # As it stands by now, with what was typed; for who may still read it.
        complaint = await _complaint(request, address)
        return views.complaint(complaint, address, datetime.now(UTC), form, refused, status=409)
    except Away as away:
        # Without its words: what a worker could not read may be quoted in them.
        log.error("not said", complaint=address.ticket, person=address.person, reason=type(away).__name__)
        return views.complaint(complaint, address, datetime.now(UTC), form, NOT_TAKEN, status=503)
    except NoSuchTicket:
        return views.plain("no-complaint", status=410)
    return RedirectResponse(request.url.path, status_code=303)


async def _say(request: Request, complaint: Complaint, address: Address, form: Form) -> None:
    book, customer = book_of(request), address.person == complaint.by
    try:
        said = _customers(address, form, book) if customer else _hearers(address, form, book)
    except ValidationError as error:
        raise Refused(in_words(error)) from None
    if isinstance(said, TakeComplaint) and any(form.get(field) for field in ANSWER):
        # What does not count at all is refused with its own reason.
        said.apply(complaint, datetime.now(UTC))
        raise Refused("You have written an answer: choose “My answer” to send it, or take it out.")
    name = next(name for name, kind in REMARKS.items() if type(said) is kind)
    tickets: Tickets = request.app.state.tickets
    await tickets.remark(address.ticket, name, said, key=f"page-{form.get('version', '')}")
    log.info("said", complaint=address.ticket, person=address.person)


def _customers(address: Address, form: Form, book: Procedure) -> Remark:
    """What the customer chose, as the complaint hears it."""
    by, text = address.person, form.get("text", "")
    via = "the link given to the customer" if by == CALLER else f"the link sent to {by}"
    match form.get("choice", "").split("-"):
        case ["add"]:
            return AddToComplaint(by=by, via=via, words=text)
        case ["about"] if form.get("holder") in book.people:
            return AddToComplaint(by=by, via=via, words=text, about=(form["holder"],))
        case ["settled"]:
            return Settle(by=by, via=via, settled=True, words=text)
        case ["not_yet"]:
            visit = number(form.get("visit", ""))
            return Settle(by=by, via=via, settled=False, words=text, visit=visit)
        case ["withdraw"]:
            return TakeBack(by=by, via=via, words=text)
        case ["reopen"]:
            return Reopen(by=by, via=via, words=text)
        case ["kept" | "broken" as verdict, promise]:
            return _verdict(by, via, verdict, promise, form)
    raise Refused("Choose what you want to do.")


def _hearers(address: Address, form: Form, book: Procedure) -> Remark:
    """What somebody who hears it chose."""
    by, via = address.person, f"the link sent to {address.person}"
    visit = address.visit or number(form.get("visit", ""))
    match form.get("choice", "").split("-"):
        case ["acknowledge"]:
            return TakeComplaint(by=by, via=via, visit=visit)
        case ["answer"]:
            return AnswerComplaint(
                by=by,
                via=via,
                visit=visit,
                words=form.get("text", ""),
                promise=form.get("promise", ""),
                promised_by=time_of(form.get("promised_by", ""), "By when it is done", book.time_zone),
            )
        case ["kept" | "broken" as verdict, promise]:
            return _verdict(by, via, verdict, promise, form)
    raise Refused("Choose what you want to do.")


def _verdict(by: str, via: str, verdict: str, promise: str, form: Form) -> Verify:
    words = form.get(f"text-{promise}", "")
    return Verify(by=by, via=via, promise=number(promise), kept=verdict == "kept", words=words)


async def _complaint(request: Request, address: Address) -> Complaint:
    """The complaint, for who may read it. Raises Instead."""
    tickets: Tickets = request.app.state.tickets

    async def look(ident: str) -> Complaint:
        try:
            return await tickets.complaint(ident)
        except NotYet:
            raise Instead(views_of(request).just_raised()) from None

    complaint = await stands(request, address, look, gone="no-complaint", away="not-now")
    if not hears(book_of(request), complaint, address.person):
        log.info("not for them", complaint=address.ticket, person=address.person)
        raise Instead(views_of(request).plain("not-yours", status=410))
    return complaint
