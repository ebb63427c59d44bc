"""The page of an assignment, whatever kind it is of."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from gateway.guards import book_of, number, time_of
from gateway.pages import NOT_CHOSEN, Page, key_of, tickets_of
from gateway.path.views import has
from gateway.proposal import proposed
from gateway.views import Form, Showing, Views
from procedure.book.procedure import Procedure
from procedure.path.assignment import Assignment
from procedure.record import LINK, Refused
from runtime.links import Address, Purpose
from runtime.tickets import Tickets
from workflows.messages.assignment import ASSIGNMENTS, Finding, ProposeFix


class AssignmentPage(Page[Assignment]):
    """An assignment, for those who were asked to take it. Its kind says which links lead here."""

    confidential = True

    def __init__(self, kind: type[Assignment]) -> None:
        self.purpose: Purpose = kind.PATH
        self.kind = kind
        # One page for all that Temporal keeps no more.
        self.about, self.gone = kind.WORDING.called, "no-assignment"

    async def look_up(self, tickets: Tickets, ident: str) -> Assignment:
        return await tickets.assignment(ident, self.kind)

    def shows(self, book: Procedure, found: Assignment, person: str) -> bool:
        return has(book, found, person)

    async def render(self, views: Views, tickets: Tickets, found: Assignment, shown: Showing) -> Response:
        return views.assignment(found, shown, await self.more(tickets, found))

    async def more(self, tickets: Tickets, found: Any) -> Any:
        """What else is looked up for what it is about."""
        return ()

    async def say(self, request: Request, before: Assignment, address: Address, form: Form) -> None:
        choice, book = form.get("choice", ""), book_of(request)
        said = _finding(address, form, ASSIGNMENTS[self.purpose].get(choice), book)
        await tickets_of(request).say(address.ticket, choice, said, key=key_of(form))


def _finding(address: Address, form: Form, kind: type[Finding] | None, book: Procedure) -> Finding:
    """What somebody chose, as its workflow hears it; times are on the wall of the MSP's zone."""
    if kind is None:
        raise Refused(NOT_CHOSEN)
    visit = address.visit or number(form.get("visit", ""))
    who = {"by": address.person, "via": LINK, "visit": visit}
    if issubclass(kind, ProposeFix):
        return kind.model_validate({**who, "action": form.get("action", ""), **proposed(form, book)})
    when = time_of(form.get("when", ""), "When it will be done", book.time_zone)
    written: dict[str, Any] = {"words": form.get("text", ""), "when": when}
    if any(value for name, value in written.items() if name not in kind.model_fields):
        raise Refused("You have written something: choose what it is about to send it, or take it out.")
    said = {name: value for name, value in written.items() if name in kind.model_fields}
    if "when" in said and not when:
        raise Refused("Say when it will be done.")
    if "items" in kind.model_fields and form.get("item"):
        said["items"] = (form["item"],)
    return kind.model_validate({**who, **said})
