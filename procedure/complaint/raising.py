"""How a complaint is raised: by the customer, by somebody on their behalf, or by the helpdesk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from procedure.book.complaints import KINDS, Kind
from procedure.book.people import addresses_in
from procedure.book.procedure import Client, Procedure
from procedure.complaint.state import CALLER, LONGEST_WHO, Raised
from procedure.incoming import LONGEST_TEXT
from procedure.record import Refused
from procedure.ticket.state import Ticket
from procedure.wording import legible

LONGEST_WORDS = LONGEST_TEXT
"""Characters: longer words are refused, so that none are lost."""

_SPOKEN = "23456789bcdfghjkmnpqrstvwxz"
"""Letters and digits that nobody mistakes on the telephone, and that make no words."""

_DIGITS = 8


@dataclass(frozen=True)
class Concern:
    """What somebody has filled in, or said: nothing of it is checked yet.

    ``who`` and ``reach`` say who they are: an address of a contact makes them that contact. ``about`` are
    ids of the MSP's people.
    """

    kind: str
    words: str
    settle: str = ""
    who: str = ""
    reach: str = ""
    about: tuple[str, ...] = ()


def number(client: str, key: str) -> str:
    """The number of a complaint, the same for what is sent again with the same key: c-4k7wz2xp."""
    left = int.from_bytes(hashlib.sha256(f"{client}/{key}".encode()).digest()[:8])
    spoken = ""
    for _ in range(_DIGITS):
        left, digit = divmod(left, len(_SPOKEN))
        spoken += _SPOKEN[digit]
    return f"c-{spoken}"


def by_contact(book: Procedure, client: str, contact: str, concern: Concern, key: str) -> Raised:
    """Raised by a contact whom we know by their link; raises ``Refused`` with all that is missing."""
    return _raised(book, client, concern, key, by=contact)


def by_anybody(book: Procedure, client: str, concern: Concern, key: str) -> Raised:
    """Raised by somebody of the client who says who they are; ``Refused`` with all that is missing."""
    told = legible(f"{concern.who} {concern.reach}")
    contact = contact_of(book.clients[client], told)
    return _raised(book, client, concern, key, by=contact or CALLER)


def about_ticket(raised: Raised, ticket: Ticket) -> Raised:
    """The same about how a ticket is handled."""
    return replace(
        raised,
        ticket=ticket.id,
        ticket_number=ticket.number,
        ticket_title=ticket.title,
        ticket_joined=ticket.joined,
        worked=worked_on(ticket),
        drill=ticket.drill,
    )


def worked_on(ticket: Ticket) -> tuple[str, ...]:
    """Who has acted on a ticket so far, and who has taken it: ids, also those of its customers.

    Who is only paged has not worked on it.
    """
    has_it = ticket.holder if ticket.here.acknowledged else ""
    return tuple(dict.fromkeys(filter(None, (*(entry.by for entry in ticket.record), has_it))))


def contact_of(client: Client, words: str) -> str:
    """The contact whose address stands in these words, or whose id they are; empty if nobody's does."""
    for told in (words.strip(), *addresses_in(words)):
        for ident, person in client.contacts.items():
            if told in (person.mail.casefold(), ident):
                return ident
    return ""


def hearers(book: Procedure, client: str) -> dict[str, str]:
    """Who hears complaints of a client, with their names, lowest level first: whom one can be about."""
    if book.complaints is None:
        return {}
    people = [book.clients[client].account_manager]
    people += [person for level in book.complaints.levels for person in level.people]
    return {ident: book.people[ident].name for ident in people if ident in book.people}


def _raised(book: Procedure, client: str, concern: Concern, key: str, by: str) -> Raised:
    words, settle = legible(concern.words), legible(concern.settle)
    who, reach = (" ".join(legible(text).split()) for text in (concern.who, concern.reach))
    if book.complaints is None:
        raise Refused(
            f"{book.name} does not hear complaints here: call {book.phone or 'your account manager'}."
        )
    missing = []
    if not concern.kind:
        missing.append("Choose what it is about.")
    elif concern.kind not in KINDS:
        missing.append(f"{concern.kind!r} is no kind of complaint: one of {', '.join(KINDS)}.")
    if not words:
        missing.append("Say what happened, in your own words.")
    if by == CALLER and not who:
        missing.append("Say who you are.")
    if by == CALLER and not reach:
        missing.append("Say how we reach you: your e-mail address, or a number.")
    missing += [
        f"{person!r} is nobody of {book.name}." for person in concern.about if person not in book.people
    ]
    for text, longest in (
        (words, LONGEST_WORDS),
        (settle, LONGEST_WORDS),
        (who, LONGEST_WHO),
        (reach, LONGEST_WHO),
    ):
        if len(text) > longest:
            missing.append(f"A text is too long: {longest} characters at most.")
    if missing:
        raise Refused(" ".join(missing))
    kind: Kind = next(kind for kind in KINDS if kind == concern.kind)
    return Raised(
        client=client,
        number=number(client, key),
        kind=kind,
        words=words,
        settle=settle,
        by=by,
        caller=who if by == CALLER else "",
        reach=reach if by == CALLER else "",
        about=concern.about,
    )
