"""The pages as HTML: the same facts as the mails, without a script, for a phone and a screen reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from gateway.approval.views import approval_facts
from gateway.approval.words import through
from gateway.complaint.views import (
    complain_facts,
    complain_url,
    complained_since,
    complaint_facts,
    review_facts,
)
from gateway.ticket.asking_views import ask_facts, ticket_approvals
from procedure.approval.briefing import critical_systems, may_decide
from procedure.approval.state import Approval
from procedure.book.procedure import Procedure
from procedure.clocks.calendars import local
from procedure.clocks.durations import spoken
from procedure.complaint.review import Review
from procedure.complaint.state import Complaint
from procedure.duty.on_duty import Watch
from procedure.record import Refused, sentence
from procedure.ticket.emergency import (
    LONGEST_USERS,
    LONGEST_WHAT,
    LONGEST_WHO,
    from_helpdesk,
    paged_so_far,
    taken_at,
)
from procedure.ticket.forecast import forecast
from procedure.ticket.handover import (
    HandoverItem,
    ShiftChange,
    outcomes,
    summary,
)
from procedure.ticket.state import Ticket
from runtime.links import Address, Links
from workflows.messages import LONGEST_TEXT

SOMETHING_ELSE = "*"
"""The choice of the emergency form that names no system of the client."""

REFRESH = 15
"""Seconds, after which the page of an emergency, or of what was raised just now, looks again."""

STEPS = 3
"""How many of the next steps it shows."""

Problem = str | Refused
"""Why what was filled in does not count; empty if it did."""


@cache
def _templates() -> Environment:
    """All at once, and once a process: an upgrade of the files must not change what a gateway shows."""
    templates = Environment(
        loader=PackageLoader("gateway", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in templates.list_templates():
        templates.get_template(name)
    return templates


class Views:
    """Renders the pages, with times as they are where the reader is."""

    def __init__(self, current: Callable[[], Procedure], links: Links) -> None:
        self._current = current
        self._links = links
        self._templates = _templates()

    def page(
        self,
        ticket: Ticket,
        address: Address,
        now: datetime,
        form: Mapping[str, str] | None = None,
        problem: Problem = "",
        status: int = 200,
        approvals: Sequence[Approval] = (),
    ) -> Response:
        """A person's page of a ticket. ``form`` is what they filled in, ``problem`` why it did not count;
        ``approvals`` are those of its questions that have to be looked up for a customer."""
        book = self._current()
        client = book.clients.get(ticket.client)
        zone = book.time_zone
        if address.purpose == "customer" and client:
            zone = client.time_zone
        person = book.person(address.person)
        facts: dict[str, Any] = {
            "ticket": ticket,
            "address": address,
            "msp": book.name,
            "phone": book.phone,
            "dial": dialled(book.phone),
            "client": client.name if client else ticket.client,
            "category": book.categories.get(ticket.facts.category),
            "meaning": book.severities[ticket.severity].meaning,
            "person": person.name if person else address.person,
            "here": _acts(ticket, address.person) and ticket.tiers.about(address.visit),
            "asked": bool(ticket.request) and self._may_answer(ticket, address.person),
            "now": now,
            "steps": forecast(ticket, customer=address.purpose == "customer"),
            "systems": critical_systems(book, ticket.client),
            "may_decide": may_decide(
                Watch(book, ticket.client, ticket.severity, ticket.agreement.pace), ticket.place, now
            ),
            "public": [entry for entry in ticket.record if entry.public],
            "question": ticket.here.pause.question if ticket.here.pause else "",
            "complain_url": complain_url(book, self._links, ticket, address),
            "complained": complained_since(ticket),
            "longest": LONGEST_TEXT,
            "zone": zone,
            "time": lambda at: local(at, now, zone),
            "told": lambda entry: sentence(entry, facts["name"], facts["time"]),
            "name": lambda ident: self._name(book, ticket, ident),
            "via": lambda via: through(via, lambda ident: self._name(book, ticket, ident)),
            "hour_takes": spoken(timedelta(hours=1) / ticket.agreement.pace),
            "form": form or {},
            "problem": problem_told(problem, lambda at: local(at, now, zone)),
            "version": ticket.written,
        }
        facts |= ticket_approvals(book, self._links, ticket, address, approvals, now)
        return self._html(f"{address.purpose}.html", facts, status)

    def ask(
        self,
        ticket: Ticket,
        address: Address,
        now: datetime,
        form: Mapping[str, str] | None = None,
        problem: Problem = "",
        status: int = 200,
    ) -> Response:
        """The form to ask for an approval. ``form`` and ``problem`` as on a ticket's page."""
        facts = ask_facts(self._current(), self._links, ticket, address, now)
        facts |= {"form": form or {}, "problem": problem_told(problem, facts["time"])}
        return self._html("ask.html", facts, status)

    def approval(
        self,
        approval: Approval,
        address: Address,
        now: datetime,
        form: Mapping[str, str] | None = None,
        problem: Problem = "",
        status: int = 200,
    ) -> Response:
        """A person's page of an approval. ``form`` and ``problem`` as on a ticket's page."""
        facts = approval_facts(self._current(), self._links, approval, address, now)
        facts |= {"form": form or {}, "problem": problem_told(problem, facts["time"]), "address": address}
        facts |= {"dial": dialled(facts["phone"])}
        return self._html("approval.html", facts, status)

    def door(
        self, client: str, form: Mapping[str, str], nonce: str, problem: str = "", status: int = 200
    ) -> Response:
        """A client's emergency door. ``form`` is what was filled in, ``problem`` why it did not count."""
        book = self._current()
        terms = book.clients[client]
        facts = {
            "msp": book.name,
            "phone": book.phone,
            "dial": dialled(book.phone),
            "client": terms.name,
            "systems": list(terms.systems),
            "something_else": SOMETHING_ELSE,
            "longest": {"who": LONGEST_WHO, "what": LONGEST_WHAT, "users": LONGEST_USERS},
            "form": form,
            "nonce": nonce,
            "problem": problem,
        }
        return self._html("emergency-door.html", facts, status)

    def emergency(
        self, address: Address, ticket: Ticket | None, now: datetime, *, away: bool = False, status: int = 200
    ) -> Response:
        """Where an emergency stands; without a ticket it is just being opened, or ``away``.

        The ticket is another one than the address names where that one has joined it.
        """
        book = self._current()
        client = book.clients[address.ticket]
        facts: dict[str, Any] = {
            "ticket": ticket,
            "reference": ticket.number if ticket else address.person,
            "joined": address.person if ticket and ticket.number != address.person else "",
            "at_desk": bool(ticket and from_helpdesk(ticket)),
            "away": away,
            "msp": book.name,
            "phone": book.phone,
            "dial": dialled(book.phone),
            "client": client.name,
            "since": taken_at(ticket) if ticket else None,
            "paged": [self._name(book, ticket, person) for person in paged_so_far(ticket)] if ticket else [],
            "steps": forecast(ticket)[:STEPS] if ticket else [],
            "now": now,
            "seconds": REFRESH,
            "zone": client.time_zone,
            "time": lambda at: local(at, now, client.time_zone),
            "name": lambda ident: self._name(book, ticket, ident) if ticket else ident,
            "hour_takes": spoken(timedelta(hours=1) / ticket.agreement.pace) if ticket else "",
        }
        return self._html("emergency.html", facts, status)

    def handover(
        self,
        change: ShiftChange,
        address: Address,
        now: datetime,
        problem: Problem = "",
        status: int = 200,
    ) -> Response:
        """The list of a change of shifts, for who comes on or for who leaves.

        What the reader has of it for good leads on to the tickets' own pages.
        """
        book, zone = self._current(), self._current().time_zone
        left = change.waiting(now)
        facts: dict[str, Any] = {
            "change": change,
            "address": address,
            "msp": book.name,
            "left": left,
            "own": _own(change, address.person),
            "link": lambda line: self._links.url(Address("staff", line.ticket, address.person)),
            "holds": summary(left),
            "by": min((line.due for line in left), default=None),
            "outcomes": outcomes(change),
            "client": lambda ident: book.clients[ident].name if ident in book.clients else ident,
            "name": lambda ident: _listed_name(book, change, ident),
            "now": now,
            "zone": zone,
            "time": lambda at: local(at, now, zone),
            "told": lambda entry: sentence(entry, facts["name"], facts["time"]),
            "hour_takes": spoken(timedelta(hours=1) / change.pace),
            "problem": problem_told(problem, lambda at: local(at, now, zone)),
            "version": change.written,
        }
        return self._html("handover.html", facts, status)

    def complain(
        self,
        address: Address,
        ticket: Ticket | None,
        form: Mapping[str, str],
        nonce: str,
        problem: str = "",
        status: int = 200,
    ) -> Response:
        """The form to complain, about a ticket or anything. ``form`` is what was filled in, ``problem`` why
        it did not count."""
        facts = complain_facts(self._current(), self._links, address, ticket)
        facts |= {"form": form, "nonce": nonce, "problem": problem, "dial": dialled(facts["phone"])}
        return self._html("complain.html", facts, status)

    def just_raised(self) -> Response:
        """For a complaint that can't say yet who has it; looks again by itself."""
        return self._html("just-raised.html", {"msp": self._current().name, "seconds": REFRESH}, 200)

    def complaint(
        self,
        complaint: Complaint,
        address: Address,
        now: datetime,
        form: Mapping[str, str] | None = None,
        problem: Problem = "",
        status: int = 200,
    ) -> Response:
        """A person's page of a complaint. ``form`` and ``problem`` as on a ticket's page."""
        facts = complaint_facts(self._current(), complaint, address, now, form or {})
        facts |= {"form": form or {}, "problem": problem_told(problem, facts["time"]), "seconds": REFRESH}
        return self._html("complaint.html", facts, status)

    def review(
        self,
        review: Review,
        complaints: Sequence[Complaint],
        address: Address,
        now: datetime,
        form: Mapping[str, str] | None = None,
        problem: Problem = "",
        status: int = 200,
    ) -> Response:
        """A person's page of a relationship review. ``form`` and ``problem`` as on a ticket's page."""
        facts = review_facts(self._current(), review, complaints, address, now)
        facts |= {"form": form or {}, "problem": problem_told(problem, facts["time"])}
        return self._html("review.html", facts, status)

    def plain(self, kind: str, status: int) -> Response:
        """A page without a ticket, such as for a link that nobody made; ``kind`` names it in plain.html."""
        book = self._current()
        facts = {"kind": kind, "msp": book.name, "phone": book.phone, "dial": dialled(book.phone)}
        return self._html("plain.html", facts, status)

    def _html(self, template: str, facts: Mapping[str, Any], status: int) -> Response:
        return HTMLResponse(self._templates.get_template(template).render(facts), status_code=status)

    @staticmethod
    def _may_answer(ticket: Ticket, person: str) -> bool:
        return ticket.request is not None and (ticket.request.asked_of == person or ticket.on_tier(person))

    @staticmethod
    def _name(book: Procedure, ticket: Ticket, ident: str) -> str:
        person = book.person(ident)
        return person.name if person else ticket.name(ident)


def dialled(phone: str) -> str:
    """A number as a telephone takes it: "+44 (0)20 7946 0000" is +442079460000."""
    number = phone.strip()
    if number.startswith("+"):
        # The zero of a number that is written for both ways of calling it.
        number = number.replace("(0)", "")
    digits = "".join(filter("0123456789".__contains__, number))
    return f"+{digits}" if digits and number.startswith("+") else digits


def _acts(ticket: Ticket, person: str) -> bool:
    """Whether a person may act on it where it stands: who has it may after their duty, too."""
    return ticket.on_tier(person) or (ticket.here.acknowledged and ticket.holder == person)


def _own(change: ShiftChange, person: str) -> tuple[HandoverItem, ...]:
    """The tickets of a list that a person has accepted or kept."""
    if person == change.to:
        return change.having("accepted")
    return change.having("kept") if person == change.of else ()


def _listed_name(book: Procedure, change: ShiftChange, ident: str) -> str:
    """A person's name on a list, which itself knows only the two it concerns."""
    person = book.person(ident)
    return person.name if person else change.name(ident)


def problem_told(problem: Problem, when: Callable[[datetime], str]) -> str:
    """Why what was filled in does not count, with times as they are where the reader is."""
    return problem.told(when) if isinstance(problem, Refused) else problem
