"""The page of a complaint: who has it, what was said and promised, and what its reader can do now."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import Request, Response

from gateway.complaint.views import hears
from gateway.guards import book_of, number, time_of
from gateway.pages import NOT_CHOSEN, Page, key_of, tickets_of
from gateway.views import Form, Showing, Views
from procedure.book.procedure import Procedure
from procedure.complaint.state import CALLER, Complaint
from procedure.record import LINK, Refused
from runtime.links import Address, Purpose
from runtime.tickets import Tickets
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

ANSWER = ("text", "promise", "promised_by")
"""The boxes of an answer: whoever fills one in means to send it."""


class ComplaintPage(Page[Complaint]):
    """A complaint, for who may read it. Nobody it is about reads a word of it, whatever link they have."""

    purpose: Purpose = "complaint"
    about = "complaint"
    gone = "no-complaint"
    confidential = True

    async def look_up(self, tickets: Tickets, ident: str) -> Complaint:
        return await tickets.complaint(ident)

    def shows(self, book: Procedure, found: Complaint, person: str) -> bool:
        return hears(book, found, person)

    async def render(self, views: Views, tickets: Tickets, found: Complaint, shown: Showing) -> Response:
        return views.complaint(found, shown)

    async def say(self, request: Request, before: Complaint, address: Address, form: Form) -> None:
        book = book_of(request)
        customer = address.person == before.by
        said = _customers(address, form, book) if customer else _hearers(address, form, book)
        if isinstance(said, TakeComplaint) and any(form.get(field) for field in ANSWER):
            # What does not count at all is refused with its own reason.
            said.apply(before, datetime.now(UTC))
            raise Refused("You have written an answer: choose “My answer” to send it, or take it out.")
        name = next(name for name, kind in REMARKS.items() if type(said) is kind)
        await tickets_of(request).remark(address.ticket, name, said, key=key_of(form))


def _customers(address: Address, form: Form, book: Procedure) -> Remark:
    """What the customer chose, as the complaint hears it."""
    by, text = address.person, form.get("text", "")
    via = "the link given to the customer" if by == CALLER else LINK
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
    raise Refused(NOT_CHOSEN)


def _hearers(address: Address, form: Form, book: Procedure) -> Remark:
    """What somebody who hears it chose."""
    by, via = address.person, LINK
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
    raise Refused(NOT_CHOSEN)


def _verdict(by: str, via: str, verdict: str, promise: str, form: Form) -> Verify:
    words = form.get(f"text-{promise}", "")
    return Verify(by=by, via=via, promise=number(promise), kept=verdict == "kept", words=words)
