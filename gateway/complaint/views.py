"""What the pages of complaints show each reader, and who may read them at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.complaint import words
from gateway.complaint.words import KIND_MEANINGS, ComplaintReader
from procedure.book.procedure import Procedure
from procedure.book.reader import reader
from procedure.complaint.raising import LONGEST_WORDS, hearers
from procedure.complaint.review import Counted, Review
from procedure.complaint.state import CALLER, LONGEST_WHO, Complaint
from procedure.complaint.words import SaidLine, called_in
from procedure.ticket.state import Ticket
from runtime.links import Address, Links

# Raising one ------------------------------------------------------------------------------


def complain_url(book: Procedure, links: Links, about: str, client: str, person: str) -> str:
    """Where a contact says that they are not happy with how a ticket is handled; empty for anybody else, and
    where nobody hears it."""
    return links.url(Address("complain", about, person)) if may_complain(book, client, person) else ""


def may_complain(book: Procedure, client: str, person: str) -> bool:
    """Whether somebody can complain about a ticket: still a contact of its client, and somebody hears it."""
    terms = book.clients.get(client)
    return book.complaints is not None and terms is not None and person in terms.contacts


def complain_facts(book: Procedure, links: Links, address: Address, ticket: Ticket | None) -> dict[str, Any]:
    """All that the form to complain shows: a contact's about a ticket, or a client's about anything.

    A contact's address is without a ticket where that is not kept any more.
    """
    ident = book.client_of(address.person) or address.ticket
    client, person = book.clients[ident], book.person(address.person)
    levels = book.complaints.levels if book.complaints else ()
    back = Address("customer", address.ticket, address.person)
    return {
        "ticket": ticket,
        "msp": book.name,
        "client": client.name,
        "person": person.name if person else "",
        "back": links.url(back) if person and address.ticket else "",
        "first": next(iter(hearers(book, ident).values()), ""),
        "levels": [level.name for level in levels],
        "kinds": KIND_MEANINGS,
        "hearers": hearers(book, ident),
        "longest": LONGEST_WORDS,
        "longest_who": LONGEST_WHO,
        "phone": book.phone,
    }


# A complaint ------------------------------------------------------------------------------


def hears(book: Procedure, complaint: Complaint, person: str) -> bool:
    """Whether a complaint is shown to somebody: to who raised it, and to those who hear it."""
    if person == complaint.by:
        client = book.clients.get(complaint.client)
        return person == CALLER or (client is not None and person in client.contacts)
    return person in book.people and person in complaint.readers()


def complaint_facts(
    book: Procedure, complaint: Complaint, address: Address, now: datetime, form: Mapping[str, str]
) -> dict[str, Any]:
    """All that a person's page of a complaint shows."""
    reading = _reading(book, complaint, address.person, address.visit, now)
    choices = list(words.choices(reading))
    promises = list(words.asked_for(reading))
    answers = any(one.value == "answer" for one in choices)
    shown = {f"text-{one.number}" for one in promises}
    shown |= {"text"} if choices else set()
    shown |= {"promise"} if answers else set()
    return {
        **reading.reads.facts(),
        "complaint": complaint,
        "raised": complaint.raised,
        "lead": words.lead(reading),
        "more": list(words.more(reading)),
        "answer": reading.answer if reading.customer and complaint.status == "answered" else None,
        "reading": reading,
        "choices": choices,
        "answers": answers,
        "asked_for": [(one, list(words.verdicts(reading, one))) for one in promises],
        "lost": [field for field in form if _is_text(field) and field not in shown],
        "drill": complaint.drill,
        "visit": complaint.path.levels.visit,
        "version": complaint.written,
    }


def _reading(
    book: Procedure, complaint: Complaint, person: str, visit: int, now: datetime
) -> ComplaintReader:
    pace, known = complaint.terms.pace, called_in(complaint)
    return ComplaintReader(complaint, reader(book, person, complaint.client, now, pace, known), visit)


def _is_text(field: str) -> bool:
    return field == "promise" or field.partition("-")[0] == "text"


# A review ---------------------------------------------------------------------------------


def review_facts(
    book: Procedure, review: Review, complaints: Sequence[Complaint], person: str, now: datetime
) -> dict[str, Any]:
    """What a person's page of a review shows besides: ``complaints`` are those that could be looked up."""
    known = {one.id: one for one in complaints}
    counted = sorted(review.complaints, key=lambda one: one.at)
    return {"complaints": [_counted(book, one, known.get(one.id), person, now) for one in counted]}


def _counted(
    book: Procedure, counted: Counted, complaint: Complaint | None, person: str, now: datetime
) -> tuple[Counted, list[SaidLine], bool]:
    """A complaint, what was said of it as far as it can be looked up, and whether it is kept from somebody:
    it is about them, or what they worked on."""
    barred = person in counted.barred or (complaint is not None and person in complaint.barred)
    if barred or complaint is None:
        return counted, [], barred
    return counted, _reading(book, complaint, person, 0, now).said, False
