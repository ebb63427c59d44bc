"""The pages as HTML: the same facts as the mails, without a script, for a phone and a screen reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, StrictUndefined, select_autoescape

from gateway.approval.views import approval_facts
from gateway.complaint.views import complain_facts, complain_url, complaint_facts, review_facts
from gateway.path.views import assignment_facts
from gateway.ticket.asking_views import ask_facts
from gateway.ticket.earlier import SolvedBefore
from gateway.ticket.views import door_facts, emergency_facts, handover_facts, ticket_facts
from procedure.approval.state import Approval
from procedure.book.procedure import Procedure
from procedure.book.reader import reader
from procedure.complaint.review import Review
from procedure.complaint.state import Complaint
from procedure.document.confirmed import Confirmed
from procedure.document.content import ClientDocument, agreed
from procedure.document.difference import differences
from procedure.path.assignment import Assignment
from procedure.record import Refused
from procedure.ticket.handover import ShiftChange
from procedure.ticket.state import Ticket
from records.recurrence import Solved
from runtime.document import body
from runtime.links import Address, Links
from runtime.templates import read_once
from workflows.messages import LONGEST_TEXT

REFRESH = 15
"""Seconds, after which the page of an emergency, or of what was raised just now, looks again."""

Form = Mapping[str, str]
"""What was filled in."""

Problem = str | Refused
"""Why that does not count; empty if it did."""

NOTHING: Form = {}


class Showing(NamedTuple):
    """To whom a page is shown, when, with what was filled in, and why that did not count."""

    address: Address
    now: datetime
    form: Form = NOTHING
    problem: Problem = ""
    status: int = 200


def dialled(phone: str) -> str:
    """A number as a telephone takes it: "+44 (0)20 7946 0000" is +442079460000."""
    number = phone.strip()
    if number.startswith("+"):
        # The zero of a number that is written for both ways of calling it.
        number = number.replace("(0)", "")
    digits = "".join(filter("0123456789".__contains__, number))
    return f"+{digits}" if digits and number.startswith("+") else digits


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=read_once("gateway", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["dialled"] = dialled
    return templates


class Views:
    """Renders the pages, with times as they are where the reader is."""

    def __init__(
        self, current: Callable[[], Procedure], links: Links, before: SolvedBefore | None = None
    ) -> None:
        self._current = current
        self.before = before or SolvedBefore()
        self._links = links
        self._templates = _templates()

    def page(
        self,
        ticket: Ticket,
        shown: Showing,
        approvals: Sequence[Approval] = (),
        solved: Sequence[Solved] = (),
    ) -> Response:
        """A person's page of a ticket; ``approvals`` are those of its questions that have to be looked up for
        a customer, ``solved`` the last like it."""
        book, links, address = self._current(), self._links, shown.address
        facts = ticket_facts(book, links, ticket, address, shown.now, approvals)
        facts["solved_before"] = solved
        facts["complain_url"] = complain_url(book, links, ticket.id, ticket.client, address.person)
        return self._shown(f"{address.purpose}.html", facts, shown)

    def ask(self, ticket: Ticket, shown: Showing) -> Response:
        """The form to ask for an approval."""
        facts = ask_facts(self._current(), self._links, ticket, shown.address, shown.now)
        return self._shown("ask.html", facts, shown)

    def approval(self, approval: Approval, shown: Showing) -> Response:
        """A person's page of an approval."""
        book, links, person = self._current(), self._links, shown.address.person
        facts = approval_facts(book, links, approval, shown.address, shown.now)
        facts["complain_url"] = complain_url(book, links, approval.ticket, approval.client, person)
        return self._shown("approval.html", facts, shown)

    def complaint(self, complaint: Complaint, shown: Showing) -> Response:
        """A person's page of a complaint."""
        facts = complaint_facts(self._current(), complaint, shown.address, shown.now, shown.form)
        return self._shown("complaint.html", facts, shown)

    def assignment(self, work: Assignment, shown: Showing, more: Sequence[Any] = ()) -> Response:
        """A person's page of an assignment; ``more`` are a review's complaints that could be looked up."""
        book, address = self._current(), shown.address
        facts = assignment_facts(book, work, address, shown.now)
        if isinstance(work, Review):
            return self._shown(
                "review.html", facts | review_facts(book, work, more, address.person, shown.now), shown
            )
        return self._shown("assignment.html", facts, shown)

    def handover(self, change: ShiftChange, shown: Showing) -> Response:
        """The list of a change of shifts, for who comes on or for who leaves."""
        facts = handover_facts(self._current(), self._links, change, shown.address, shown.now)
        return self._shown("handover.html", facts, shown)

    def door(self, client: str, form: Form, nonce: str, problem: str = "", status: int = 200) -> Response:
        """A client's emergency door; ``nonce`` makes a form that is sent twice one emergency."""
        facts = door_facts(self._current(), client) | {"nonce": nonce}
        return self._html("emergency-door.html", facts, status, form, problem)

    def emergency(
        self, address: Address, ticket: Ticket | None, now: datetime, *, away: bool = False, status: int = 200
    ) -> Response:
        """Where an emergency stands; without a ticket it is just being opened, or ``away``."""
        facts = emergency_facts(self._current(), address, ticket, now) | {"away": away}
        return self._html("emergency.html", facts, status)

    def complain(
        self,
        address: Address,
        ticket: Ticket | None,
        form: Form,
        nonce: str,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        """The form to complain; ``nonce`` makes it one complaint however often it is sent."""
        facts = complain_facts(self._current(), self._links, address, ticket) | {"nonce": nonce}
        return self._html("complain.html", facts, status, form, problem)

    def just_raised(self) -> Response:
        """For a complaint that can't say yet who has it; looks again by itself."""
        return self._html("just-raised.html", {"msp": self._current().name}, 200)

    def agreement(self, document: ClientDocument, stands: Confirmed, shown: Showing) -> Response:
        """A client's document, for one of its contacts to confirm."""
        address = shown.address
        facts = reader(self._current(), address.person, address.ticket, shown.now).facts()
        facts |= {
            "stands": stands,
            "confirmed": stands.has(document.fingerprint),
            "new": differences(stands.agreed, agreed(document)) if stands.newest else (),
            "version": document.fingerprint,
            "body": body(document),
        }
        return self._shown("agreement.html", facts, shown)

    def plain(self, kind: str, status: int) -> Response:
        """A page without a ticket, such as for a link that nobody made; ``kind`` names it in plain.html."""
        book = self._current()
        return self._html("plain.html", {"kind": kind, "msp": book.name, "phone": book.phone}, status)

    def _shown(self, template: str, facts: Mapping[str, Any], shown: Showing) -> Response:
        return self._html(template, facts, shown.status, shown.form, shown.problem)

    def _html(
        self,
        template: str,
        facts: Mapping[str, Any],
        status: int,
        form: Form = NOTHING,
        problem: Problem = "",
    ) -> Response:
        told = facts["reader"].problem(problem) if "reader" in facts else problem
        common = {"form": form, "problem": told, "longest": LONGEST_TEXT, "seconds": REFRESH}
        return HTMLResponse(
            self._templates.get_template(template).render(common | {**facts}), status_code=status
        )
