"""What each helpdesk's format says, as a ticket and an event of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from procedure.book import Client, Helpdesk, Procedure
from procedure.desk import DeskState, Event
from procedure.opening import Opening
from procedure.severity import Facts, State, find_system
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
    """A helpdesk's event in our words."""

    opening: Opening
    event: Event


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


class GenericEvent(_Body):
    event_id: str = Field(min_length=1, max_length=200)
    at: AwareDatetime
    ticket: GenericTicket
    by: str = ""
    comment: str = ""
    from_customer: bool = False
    state: DeskState | None = None


def generic(body: object, book: Procedure, helpdesk: str) -> Mapped:
    """Our own format."""
    sent = _validated(GenericEvent, body)
    ticket = sent.ticket
    client, contact = _who(book, ticket.client, ticket.requester, "ticket.client")
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
    return Mapped(opening, event)


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
    client, contact = _who(
        book, ticket.field(terms.fields.client), ticket.submitter_email or "", f"ticket.{terms.fields.client}"
    )
    opening = Opening(
        client=client,
        helpdesk=helpdesk,
        number=str(ticket.id),
        title=_title(ticket.title),
        requester=contact,
        description=(ticket.description or "")[:LONGEST_TEXT],
        facts=_django_facts(ticket, terms, book.clients[client]),
    )
    if sent.followup_id is None:
        opened = Event(delivery="new", at=ticket.followup_set[0].date, facts=opening.facts)
        return Mapped(opening, opened)
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
    return Mapped(opening, event)


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


_STATES: tuple[State, ...] = ("down", "impaired", "limited")

SOURCES: dict[str, Callable[[object, Procedure, str], Mapped | None]] = {
    "generic": generic,
    "django-helpdesk": django_helpdesk,
}


# What all have in common ------------------------------------------------------------------------


def _who(book: Procedure, named: str, requester: str, field: str) -> tuple[str, str]:
    """The client and the contact a ticket comes from.

    The client's name decides, else the requester's address. A requester who is no contact
    is stood in for by the client's first contact: mail goes only to people in the files.
    """
    wanted = named.casefold()
    client = next((ident for ident, c in book.clients.items() if wanted in _names(ident, c)), "")
    address = requester.strip().casefold()
    for ident, terms in book.clients.items():
        for contact, person in terms.contacts.items():
            if address in (person.mail.casefold(), contact) and client in ("", ident):
                return ident, contact
    if not client:
        known = ", ".join(book.clients)
        text = (
            f"{named!r} is no client"
            if named
            else "no client is named, and the requester is nobody's contact"
        )
        raise CannotMap(field, f"{text}: write one of {known}")
    return client, next(iter(book.clients[client].contacts))


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
