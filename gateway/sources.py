"""What each helpdesk's format says: a ticket, an event of it, and perhaps a complaint.

What a complaint says is taken out of what the ticket gets: it stands in ``Raised`` and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from procedure.book.complaints import KINDS, Kind
from procedure.book.people import folded
from procedure.book.procedure import Client, Helpdesk, Procedure
from procedure.book.severity import Facts, State, find_system
from procedure.complaint.raising import LONGEST_WORDS, contact_of, number
from procedure.complaint.state import CALLER, LONGEST_WHO, Raised
from procedure.ticket.helpdesk import DeskState, Event
from procedure.ticket.opening import Opening
from procedure.wording import legible
from workflows.messages import LONGEST_TEXT

LONGEST_TITLE = 200

_NUMBER = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


class CannotMap(Exception):
    """A body that does not say what a ticket needs: which field, and what is wrong with it."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text}")
        self.field = field
        self.text = text


class Mapped(NamedTuple):
    """A helpdesk's event in our words; ``complaint`` is the customer's, if there is one in it."""

    opening: Opening
    event: Event
    complaint: Raised | None = None


class Requester(NamedTuple):
    """Who a ticket, or a complaint, comes from: ``named`` and ``reach`` are the helpdesk's own words.

    Unless they are ``known`` the contact is none, or one who stands in for them.
    """

    client: str
    contact: str
    known: bool
    named: str
    reach: str


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


_Kind = TypeVar("_Kind", bound=_Body)


# generic: our own format, documented in docs/helpdesks.md -------------------------------------


class GenericTicket(_Body):
    number: str = Field(pattern=_NUMBER)
    client: str = ""
    title: str = Field(min_length=1)
    description: str = ""
    requester: str = ""
    system: str = ""
    state: State | None = None
    users: int | None = Field(None, ge=0)
    workaround: bool | None = None
    category: str = ""
    conditions: tuple[str, ...] = ()
    drill: bool = False


class GenericComplaint(_Body):
    kind: Kind
    words: str = Field("", max_length=LONGEST_WORDS)
    settle: str = Field("", max_length=LONGEST_WORDS)
    by: str = Field("", max_length=LONGEST_WHO)


class GenericEvent(_Body):
    event_id: str = Field(min_length=1, max_length=200)
    at: AwareDatetime
    ticket: GenericTicket
    by: str = ""
    comment: str = ""
    from_customer: bool = False
    state: DeskState | None = None
    complaint: GenericComplaint | None = None


def generic(body: object, book: Procedure, helpdesk: str) -> Mapped:
    """Our own format."""
    sent = _validated(GenericEvent, body)
    ticket = sent.ticket
    requester = _who(_served(book, helpdesk), ticket.client, ticket.requester, "ticket.client")
    client, contact = requester.client, requester.contact
    facts = Facts(
        find_system(book.clients[client].systems, ticket.system),
        ticket.state,
        ticket.users,
        ticket.workaround,
        ticket.category,
        ticket.conditions,
    )
    event = Event(
        delivery=sent.event_id,
        at=sent.at,
        by=sent.by,
        contact=contact if sent.from_customer else "",
        text=sent.comment[:LONGEST_TEXT],
        state=sent.state,
        facts=facts,
    )
    opening = Opening(
        client=client,
        helpdesk=helpdesk,
        number=ticket.number,
        title=_title(ticket.title),
        requester=contact,
        description=ticket.description[:LONGEST_TEXT],
        facts=facts,
        drill=ticket.drill,
    )
    if sent.complaint is None:
        return Mapped(opening, event)
    said, key = sent.complaint, f"{helpdesk}-{ticket.number}-{sent.event_id}"
    by = _complaining(book, requester, said.by) if said.by else requester
    return Mapped(opening, event, _complaint(opening, by, key, said.kind, said.words, said.settle))


# django-helpdesk 2.6: the whole ticket with every follow-up, each time ---------------------------


class DjangoFollowUp(_Body):
    id: int
    user: int | None = None
    comment: str | None = ""
    new_status: int | None = None
    date: AwareDatetime


class DjangoTicket(_Body):
    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    id: int = Field(ge=0)
    title: str = Field(min_length=1)
    description: str | None = ""
    submitter_email: str | None = ""
    followup_set: tuple[DjangoFollowUp, ...] = Field(min_length=1)

    def field(self, name: str) -> str:
        """A field of the helpdesk's own making, as text."""
        value = (self.model_extra or {}).get(name)
        return "" if value is None else str(value).strip()


class DjangoEvent(_Body):
    ticket: DjangoTicket
    followup_id: int | None = None


_DJANGO_STATES: dict[int, DeskState] = {1: "open", 2: "open", 3: "resolved", 4: "closed", 5: "closed"}


def django_helpdesk(body: object, book: Procedure, helpdesk: str) -> Mapped | None:
    """django-helpdesk, which names neither the event nor a delivery: both follow from the follow-up."""
    sent = _validated(DjangoEvent, body)
    ticket, terms = sent.ticket, book.helpdesks[helpdesk]
    field = terms.fields.client
    requester = _who(
        _served(book, helpdesk), ticket.field(field), ticket.submitter_email or "", f"ticket.{field}"
    )
    client, contact = requester.client, requester.contact
    opening = Opening(
        client=client,
        helpdesk=helpdesk,
        number=str(ticket.id),
        title=_title(ticket.title),
        requester=contact,
        description=(ticket.description or "")[:LONGEST_TEXT],
        facts=_django_facts(ticket, terms, book.clients[client]),
    )
    complaint = _django_complaint(ticket.field(terms.fields.complaint), opening, requester)
    if sent.followup_id is None:
        opened = Event(delivery="new", at=ticket.followup_set[0].date, facts=opening.facts)
        return Mapped(opening, opened, complaint)
    followup = next((f for f in ticket.followup_set if f.id == sent.followup_id), None)
    if followup is None:
        raise CannotMap("followup_id", f"there is no follow-up {sent.followup_id} in ticket.followup_set")
    if followup.user in terms.own_users:
        return None
    # A follow-up without a user came from the customer's own page.
    event = Event(
        delivery=f"followup-{followup.id}",
        at=followup.date,
        by=f"user {followup.user}" if followup.user is not None else "",
        contact=contact if followup.user is None else "",
        text=(followup.comment or "")[:LONGEST_TEXT],
        state=_DJANGO_STATES.get(followup.new_status or 0),
        facts=opening.facts,
    )
    return Mapped(opening, event, complaint)


def _django_complaint(written: str, opening: Opening, requester: Requester) -> Raised | None:
    """The field's text: a kind, then perhaps a colon and words. A kind that is none is part of the words."""
    if written.casefold() in _NO:
        return None
    before, _, after = written.partition(":")
    kind = next((kind for kind in KINDS if kind == " ".join(before.casefold().split())), None)
    words = after.strip() if kind else written
    if written.casefold() in _YES:
        words = ""
    # The whole ticket comes each time: its complaint is one.
    key = f"{opening.helpdesk}-{opening.number}"
    return _complaint(opening, requester, key, kind or "other", words[:LONGEST_WORDS])


def _django_facts(ticket: DjangoTicket, terms: Helpdesk, client: Client) -> Facts:
    """What a form's fields say, kindly read: a ticket is never lost over "about 12"."""
    names = terms.fields
    state = ticket.field(names.state).casefold()
    users = re.search(r"\d{1,6}", ticket.field(names.users))
    workaround = ticket.field(names.workaround).casefold()
    return Facts(
        system=find_system(client.systems, ticket.field(names.system)),
        state=next((known for known in _STATES if known == state), None),
        users=int(users[0]) if users else None,
        workaround={"yes": True, "true": True, "no": False, "false": False}.get(workaround),
        category=ticket.field(names.category),
    )


_NO = ("", "no", "false", "0")
_YES = ("yes", "true", "1")
"""What a list or a tick box says that only asks whether there is a complaint."""

_STATES: tuple[State, ...] = ("down", "impaired", "limited")

SOURCES: dict[str, Callable[[object, Procedure, str], Mapped | None]] = {
    "generic": generic,
    "django-helpdesk": django_helpdesk,
}


# What all have in common ------------------------------------------------------------------------


def _served(book: Procedure, helpdesk: str) -> Mapping[str, Client]:
    """The clients whose tickets a helpdesk may send: to it there are no others."""
    return {ident: client for ident, client in book.clients.items() if book.helpdesks[helpdesk].serves(ident)}


def _who(clients: Mapping[str, Client], named: str, requester: str, field: str) -> Requester:
    """The client and the contact a ticket comes from.

    The client's name decides, else the requester's address. A requester who is no contact
    is stood in for by the client's first contact: mail goes only to people in the files.
    """
    wanted = named.casefold()
    client = next((ident for ident, c in clients.items() if wanted in _names(ident, c)), "")
    address = folded(requester)
    for ident, terms in clients.items():
        for contact, person in terms.contacts.items():
            if address in (person.mail.casefold(), contact) and client in ("", ident):
                return Requester(ident, contact, True, requester, requester)
    if not client:
        known = ", ".join(clients)
        text = (
            f"{named!r} is no client of this helpdesk"
            if named
            else "no client is named, and the requester is no contact of this helpdesk's clients"
        )
        raise CannotMap(field, f"{text}: write one of {known}")
    return Requester(client, next(iter(clients[client].contacts)), False, requester, requester)


def _complaining(book: Procedure, requester: Requester, named: str) -> Requester:
    """Somebody of the client who may be another one than who made the ticket."""
    contact = contact_of(book.clients[requester.client], named)
    reach = named if "@" in named else requester.reach or named
    return Requester(requester.client, contact, bool(contact), named, reach)


def _complaint(opening: Opening, by: Requester, key: str, kind: Kind, words: str, settle: str = "") -> Raised:
    """About how a ticket is handled. Who is no contact gets no mail: whoever has it calls them."""
    source = f"raised in the helpdesk, ticket {opening.number}"
    caller, reach = (" ".join(legible(text).split())[:LONGEST_WHO] for text in (by.named, by.reach))
    return Raised(
        client=opening.client,
        number=number(opening.client, key),
        kind=kind,
        words=legible(words) or f"({source}; no words of the customer's)",
        settle=legible(settle),
        by=by.contact if by.known else CALLER,
        caller="" if by.known else caller,
        reach="" if by.known else reach or source,
        ticket=opening.id,
        ticket_number=opening.number,
        ticket_title=opening.title,
        via=f"the helpdesk {opening.helpdesk}",
        drill=opening.drill,
    )


def _names(ident: str, client: Client) -> set[str]:
    return {name.casefold() for name in (ident, client.name, *client.known_as)}


def _title(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE]


def _validated(kind: type[_Kind], body: object) -> _Kind:
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "body"
        raise CannotMap(field, first["msg"]) from None
