"""The page of a relationship review: which complaints have added up, and who leads the talk about them."""

from __future__ import annotations

from fastapi import Request, Response

from gateway.complaint.views import leads
from gateway.guards import number
from gateway.pages import NOT_CHOSEN, Page, key_of, those_seen, tickets_of
from gateway.views import Form, Showing, Views
from procedure.book.procedure import Procedure
from procedure.complaint.review import Review
from procedure.record import LINK, Refused
from runtime.links import Address, Purpose
from runtime.tickets import Tickets
from workflows.messages.review import FINDINGS, Conclude, Finding, Lead


class ReviewPage(Page[Review]):
    """A review, for who may read it, with those of its complaints that can be seen now."""

    purpose: Purpose = "review"
    about = "review"
    gone = "no-review"
    confidential = True

    async def look_up(self, tickets: Tickets, ident: str) -> Review:
        return await tickets.review(ident)

    def shows(self, book: Procedure, found: Review, person: str) -> bool:
        return leads(book, found, person)

    async def render(self, views: Views, tickets: Tickets, found: Review, shown: Showing) -> Response:
        complaints = await those_seen(tickets.complaint, [one.id for one in found.complaints])
        return views.review(found, complaints, shown)

    async def say(self, request: Request, before: Review, address: Address, form: Form) -> None:
        said = _finding(address, form)
        name = next(name for name, kind in FINDINGS.items() if type(said) is kind)
        await tickets_of(request).say(address.ticket, name, said, key=key_of(form))


def _finding(address: Address, form: Form) -> Finding:
    """What somebody chose, as the review hears it."""
    by, via = address.person, LINK
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
    raise Refused(NOT_CHOSEN)
