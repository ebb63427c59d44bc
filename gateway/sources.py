"""What each helpdesk's format says: a ticket, an event of it, and perhaps a complaint.

What a complaint says is taken out of what the ticket gets: it stands in ``Raised`` and nowhere else. How long
each field may be stands in ``procedure.incoming``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple, TypeVar, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from procedure.book.complaints import KINDS, Kind
from procedure.book.people import addresses_in
from procedure.book.procedure import Client, FoundBy, Helpdesk, Procedure
from procedure.book.severity import Facts, State, find_system
from procedure.complaint.raising import contact_of, number
from procedure.complaint.state import CALLER, Raised
from procedure.incoming import (
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_CONDITIONS,
    MOST_TURNS,
    MOST_USERS,
    OLDEST,
    Bound,
    Key,
    Line,
    Number,
    Passage,
    Term,
    Title,
    Users,
    Words,
    told,
)
from procedure.ticket.helpdesk import DeskState, Event
from procedure.ticket.opening import Opening
from procedure.wording import comparable, legible, seen

DRIFT = timedelta(minutes=1)
"""How far ahead of ours a helpdesk's clock may be."""

MOST_FOLLOW_UPS = 10_000
"""Follow-ups of one ticket of django-helpdesk, which sends all of them each time."""

MOST_HEADERS = 200
"""Headers of the mail that an event came by."""

MOST_MISTAKES = 20
"""How many mistakes are told at once."""


class WrongField(NamedTuple):
    """What is wrong with a field, and what to write instead."""

    field: str
    text: str


class CannotMap(Exception):
    """A body that does not say what a ticket needs: each field that is wrong, and what is wrong with it."""

    def __init__(self, field: str, text: str, *others: WrongField) -> None:
        super().__init__(f"{field}: {text}")
        self.mistakes = (WrongField(field, text), *others)

    @property
    def field(self) -> str:
        """The first of the fields that are wrong."""
        return self.mistakes[0].field

    @property
    def text(self) -> str:
        """What is wrong with it."""
        return self.mistakes[0].text


class Mapped(NamedTuple):
    """A helpdesk's event in our words; ``complaint`` is the customer's, if there is one in it.

    ``unknown`` are the facts that say something of which the procedure has nothing, ``corrected`` what was
    taken otherwise than it was sent, and why.
    """

    opening: Opening
    event: Event
    complaint: Raised | None = None
    unknown: tuple[str, ...] = ()
    corrected: str = ""


class Requester(NamedTuple):
    """Who a ticket, or a complaint, comes from: ``named`` and ``reach`` are the helpdesk's own words.

    Unless they are ``known`` the contact is none, or one who stands in for them.
    """

    client: str
    contact: str
    known: bool
    named: str
    reach: str


@dataclass(frozen=True)
class Arrival:
    """Where an event has come in: by which procedure it is read, which helpdesk sends it, and when."""

    book: Procedure
    helpdesk: str
    now: datetime


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nothing(cls, sent: Any) -> Any:
        """null, and a text in which there is nothing, say as little as a field that is not there."""
        if not isinstance(sent, dict):
            return sent
        return {name: value for name, value in sent.items() if not _is_nothing(value)}


_WithoutNull = BeforeValidator(
    lambda sent: {k: v for k, v in sent.items() if v is not None} if isinstance(sent, dict) else sent
)


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not legible(value))


_Kind = TypeVar("_Kind", bound=_Body)

AnyCase = BeforeValidator(lambda sent: comparable(sent) if isinstance(sent, str) else sent)
"""For one of a few words: "Down " is "down"."""


def _arrival(info: ValidationInfo) -> Arrival:
    if not isinstance(info.context, Arrival):
        raise TypeError("what a helpdesk sends is read by an Arrival")
    return info.context


def _must_be_recent(at: datetime, info: ValidationInfo) -> datetime:
    return recent(at, _arrival(info).now)


def recent(at: datetime, now: datetime) -> datetime:
    """A time that an event may have. ValueError for one so old that nobody knows whether it was heard."""
    if now - at > OLDEST:
        raise ValueError(f"is too long ago: events are taken for {OLDEST.days} days, then written anew")
    return at


# generic: our own format, documented in docs/helpdesks.md -------------------------------------


def _must_lead_to_a_client(named: str, info: ValidationInfo) -> str:
    try:
        _who(_served(_arrival(info)), named, info.data.get("requester", ""), "client")
    except CannotMap as refused:
        raise ValueError(refused.text) from None
    return named


class GenericTicket(_Body):
    number: Number
    requester: Line = ""
    client: Annotated[Term, AfterValidator(_must_lead_to_a_client)] = Field("", validate_default=True)
    title: Title
    description: Passage = ""
    system: Line = ""
    state: Line = ""
    users: Users | None = None
    workaround: bool | None = None
    category: Line = ""
    conditions: tuple[Line, ...] = Field((), max_length=MOST_CONDITIONS)
    found_by: Line = ""
    drill: bool = False


class GenericComplaint(_Body):
    kind: Annotated[Kind, AnyCase]
    words: Words = ""
    settle: Words = ""
    by: Term = ""


class GenericEvent(_Body):
    event_id: Key
    at: Annotated[AwareDatetime, AfterValidator(_must_be_recent)]
    ticket: GenericTicket
    by: Line = ""
    comment: Passage = ""
    from_customer: bool = False
    automatic: bool = False
    headers: Annotated[dict[Term, Line], _WithoutNull] = Field({}, max_length=MOST_HEADERS)
    state: Annotated[DeskState | None, AnyCase] = None
    complaint: GenericComplaint | None = None


def generic(body: object, arrival: Arrival) -> Mapped:
    """Our own format."""
    sent = _validated(GenericEvent, body, arrival)
    ticket, book, helpdesk = sent.ticket, arrival.book, arrival.helpdesk
    requester = _who(_served(arrival), ticket.client, ticket.requester, "ticket.client")
    client, contact = requester.client, requester.contact
    facts, unknown = _in_words_of(
        book,
        client,
        system=ticket.system,
        state=ticket.state,
        category=ticket.category,
        conditions=ticket.conditions,
    )
    facts = replace(facts, users=ticket.users, workaround=ticket.workaround)
    found_by, unread = _found_by(ticket.found_by, book.helpdesks[helpdesk])
    at, corrected = _in_time(sent.at, arrival.now)
    event = Event(
        delivery=sent.event_id,
        at=at,
        by=sent.by,
        contact=contact if sent.from_customer else "",
        text=sent.comment,
        state=sent.state,
        facts=facts,
        automatic=automatic_by(sent.headers) or ("the helpdesk says so" if sent.automatic else ""),
    )
    opening = Opening(
        client=client,
        helpdesk=helpdesk,
        number=ticket.number,
        title=ticket.title,
        requester=contact,
        description=ticket.description,
        facts=facts,
        drill=ticket.drill,
        found_by=found_by,
    )
    complaint = None
    if said := sent.complaint:
        # Neither a helpdesk's name nor a number has a blank: no two events share a key.
        key = f"{helpdesk} {ticket.number} {sent.event_id}"
        by = _complaining(book, requester, said.by) if said.by else requester
        complaint = _complaint(opening, by, key, said.kind, said.words, said.settle)
    return Mapped(opening, _whose(event, requester, book), complaint, (*unknown, *unread), corrected)


def automatic_by(headers: Mapping[str, str]) -> str:
    """The header of a mail that says that no person wrote it (RFC 3834, and what was there before it); empty
    if none does."""
    for name, value in headers.items():
        told = value.strip().casefold()
        match name.strip().casefold():
            case "auto-submitted" if told.partition(";")[0].strip() not in ("", "no"):
                return f"{name}: {value}"
            case "precedence" if told in ("bulk", "junk", "list", "auto_reply"):
                return f"{name}: {value}"
            case "x-autoreply" | "x-autorespond" | "x-auto-response-suppress" if told not in (
                "",
                "no",
                "none",
            ):
                return f"{name}: {value}"
            case "return-path" if told == "<>":
                return "no sender"
            case "from" | "sender" if re.search(r"(^|[<\s])(mailer-daemon|postmaster)@", told):
                return f"{name}: {value}"
            case "content-type" if told.startswith("multipart/report"):
                return "a report of a mail server"
    return ""


# django-helpdesk 2.6: the whole ticket with every follow-up, each time ---------------------------

_Id = Annotated[int, Field(ge=0, le=MOST_TURNS)]


class DjangoFollowUp(_Body):
    id: _Id
    user: _Id | None = None
    comment: Passage = ""
    new_status: _Id | None = None
    date: AwareDatetime


class DjangoTicket(_Body):
    model_config = ConfigDict(extra="allow")

    id: _Id
    title: Title
    description: Passage = ""
    submitter_email: Line = ""
    followup_set: tuple[DjangoFollowUp, ...] = Field(max_length=MOST_FOLLOW_UPS)

    def field(self, name: str) -> str:
        """A field of the helpdesk's own making, as text."""
        value = (self.model_extra or {}).get(name)
        return "" if value is None else _PASSAGE.read(str(value))


class DjangoEvent(_Body):
    ticket: DjangoTicket
    followup_id: _Id | None = None


_LINE, _PASSAGE = Bound(LONGEST_LINE, cut=True), Bound(LONGEST_TEXT, lines=True, cut=True)

_DJANGO_STATES: dict[int, DeskState] = {1: "open", 2: "open", 3: "resolved", 4: "closed", 5: "closed"}


def django_helpdesk(body: object, arrival: Arrival) -> Mapped | None:
    """django-helpdesk, which names neither the event nor a delivery: both follow from the follow-up."""
    sent = _validated(DjangoEvent, body, arrival)
    book, helpdesk = arrival.book, arrival.helpdesk
    ticket, terms = sent.ticket, book.helpdesks[helpdesk]
    if not ticket.followup_set:
        raise CannotMap("ticket.followup_set", "is empty: the first one is the ticket's own")
    field = terms.fields.client
    named = _LINE.read(ticket.field(field))
    requester = _who(_served(arrival), named, ticket.submitter_email, f"ticket.{field}")
    client, contact = requester.client, requester.contact
    facts, unknown = _django_facts(ticket, terms, book, client)
    found_by, unread = _found_by(ticket.field(terms.fields.found_by), terms)
    unknown = (*unknown, *unread)
    opening = Opening(
        client=client,
        helpdesk=helpdesk,
        number=str(ticket.id),
        title=ticket.title,
        requester=contact,
        description=ticket.description,
        facts=facts,
        found_by=found_by,
    )
    complaint = _django_complaint(ticket.field(terms.fields.complaint), opening, requester)
    if sent.followup_id is None:
        at, corrected = _django_time(ticket.followup_set[0], arrival.now)
        opened = Event(delivery="new", at=at, facts=facts)
        return Mapped(opening, _whose(opened, requester, book), complaint, unknown, corrected)
    followup = next((f for f in ticket.followup_set if f.id == sent.followup_id), None)
    if followup is None:
        raise CannotMap("followup_id", f"there is no follow-up {sent.followup_id} in ticket.followup_set")
    if followup.user in terms.own_users:
        return None
    at, corrected = _django_time(followup, arrival.now)
    # A follow-up without a user came from the customer's own page.
    event = Event(
        delivery=f"followup-{followup.id}",
        at=at,
        by=f"user {followup.user}" if followup.user is not None else "",
        contact=contact if followup.user is None else "",
        text=followup.comment,
        state=_DJANGO_STATES.get(followup.new_status or 0),
        facts=facts,
    )
    return Mapped(opening, _whose(event, requester, book), complaint, unknown, corrected)


def _django_time(followup: DjangoFollowUp, now: datetime) -> tuple[datetime, str]:
    try:
        return _in_time(recent(followup.date, now), now)
    except ValueError as error:
        raise CannotMap("ticket.followup_set.date", str(error)) from None


def _django_complaint(written: str, opening: Opening, requester: Requester) -> Raised | None:
    """The field's text: a kind, then perhaps a colon and words. A kind that is none is part of the words."""
    if written.casefold() in _NO:
        return None
    before, _, after = written.partition(":")
    kind = next((kind for kind in KINDS if kind == comparable(before)), None)
    words = after.strip() if kind else written
    if written.casefold() in _YES:
        words = ""
    # The whole ticket comes each time: its complaint is one.
    key = f"{opening.helpdesk} {opening.number}"
    return _complaint(opening, requester, key, kind or "other", words)


def _django_facts(
    ticket: DjangoTicket, terms: Helpdesk, book: Procedure, client: str
) -> tuple[Facts, tuple[str, ...]]:
    """What a form's fields say, kindly read: a ticket is never lost over "about 12"."""
    names = terms.fields
    facts, unknown = _in_words_of(
        book,
        client,
        system=_LINE.read(ticket.field(names.system)),
        state=_LINE.read(ticket.field(names.state)),
        category=_LINE.read(ticket.field(names.category)),
    )
    users, workaround = ticket.field(names.users), ticket.field(names.workaround)
    facts = replace(facts, users=_count(users), workaround=_WORKAROUND.get(workaround.casefold()))
    unread = {"users": users and facts.users is None, "workaround": workaround and facts.workaround is None}
    return facts, (*unknown, *(name for name, wrong in unread.items() if wrong))


def _count(written: str) -> int | None:
    """The first number in it: 1200 of "about 1,200"."""
    found = re.search(r"[0-9]+", re.sub(r"(?<=[0-9])[,.' ](?=[0-9]{3}\b)", "", written))
    return min(int(found[0][:18]), MOST_USERS) if found else None


_WORKAROUND = {"yes": True, "true": True, "no": False, "false": False}

_NO = ("", "no", "false", "0")
_YES = ("yes", "true", "1")
"""What a list or a tick box says that only asks whether there is a complaint."""

FINDERS: tuple[FoundBy, ...] = get_args(FoundBy)

_STATES: tuple[State, ...] = ("down", "impaired", "limited")

SOURCES: dict[str, Callable[[object, Arrival], Mapped | None]] = {
    "generic": generic,
    "django-helpdesk": django_helpdesk,
}


# What all have in common ------------------------------------------------------------------------


def _in_words_of(
    book: Procedure,
    client: str,
    *,
    system: str,
    state: str,
    category: str,
    conditions: Iterable[str] = (),
) -> tuple[Facts, tuple[str, ...]]:
    """The facts as the procedure calls them, and which of them it has no word for.

    Those are taken as they are written, for who reads the ticket; a state that is none says nothing.
    """
    systems, catalogue = book.clients[client].systems, book.criteria.complexity
    facts = Facts(
        system=find_system(systems, system),
        state=next((known for known in _STATES if known == comparable(state)), None),
        category=_named(book.categories, category),
        conditions=tuple(dict.fromkeys(_named(catalogue, one) for one in conditions if one)),
    )
    unknown = {
        "system": system and facts.system not in systems,
        "state": state and facts.state is None,
        "category": book.categories and category and facts.category not in book.categories,
        "conditions": any(one not in catalogue for one in facts.conditions),
    }
    return facts, tuple(name for name, is_unknown in unknown.items() if is_unknown)


def _found_by(written: str, terms: Helpdesk) -> tuple[FoundBy | None, tuple[str, ...]]:
    """Who noticed it: as the ticket says, else the procedure; and whether what it says is unknown."""
    if not written:
        return terms.found_by, ()
    known = next((one for one in FINDERS if one == comparable(written)), None)
    return known, () if known else ("found_by",)


def _named(known: Iterable[str], name: str) -> str:
    """One of the procedure's names, however it was typed; what is none stays."""
    return next((one for one in known if comparable(one) == comparable(name)), name)


def _in_time(at: datetime, now: datetime) -> tuple[datetime, str]:
    """The time of an event, and what was made of it: one that lies ahead would outlast all others."""
    if at - now > DRIFT:
        return now, f"its time lies in the future: taken as now, {now:%Y-%m-%dT%H:%M:%SZ}"
    return at.astimezone(UTC), ""


def _served(arrival: Arrival) -> Mapping[str, Client]:
    """The clients whose tickets a helpdesk may send: to it there are no others."""
    sends = arrival.book.helpdesks[arrival.helpdesk]
    return {ident: client for ident, client in arrival.book.clients.items() if sends.serves(ident)}


def _who(clients: Mapping[str, Client], named: str, requester: str, field: str) -> Requester:
    """The client and the contact a ticket comes from.

    The client's name decides, else the requester's address. A requester who is no contact
    is stood in for by the client's first contact: mail goes only to people in the files.
    """
    wanted, seen_of = comparable(named), seen(requester)
    client = next((ident for ident, c in clients.items() if wanted in _names(ident, c)), "")
    for written in (seen_of.strip().casefold(), *addresses_in(seen_of)):
        for ident, terms in clients.items():
            for contact, person in terms.contacts.items():
                if written in (person.mail.casefold(), contact) and client in ("", ident):
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


def _whose(event: Event, requester: Requester, book: Procedure) -> Event:
    """The event, with whose ticket it is there; with nobody where another one only stands in for them."""
    if not requester.known:
        return event
    name = book.clients[requester.client].contacts[requester.contact].name
    return replace(event, requester=requester.contact, requester_name=name)


def _complaining(book: Procedure, requester: Requester, named: str) -> Requester:
    """Somebody of the client who may be another one than who made the ticket."""
    contact = contact_of(book.clients[requester.client], named)
    reach = named if "@" in named else requester.reach or named
    return Requester(requester.client, contact, bool(contact), named, reach)


def _complaint(opening: Opening, by: Requester, key: str, kind: Kind, words: str, settle: str = "") -> Raised:
    """About how a ticket is handled. Who is no contact gets no mail: whoever has it calls them."""
    source = f"raised in the helpdesk, ticket {opening.number}"
    caller, reach = _LINE.read(by.named), _LINE.read(by.reach)
    return Raised(
        client=opening.client,
        number=number(opening.client, key),
        kind=kind,
        words=words or f"({source}; no words of the customer's)",
        settle=settle,
        by=by.contact if by.known else CALLER,
        caller="" if by.known else caller,
        reach="" if by.known else reach or source,
        ticket=opening.id,
        ticket_number=opening.number,
        ticket_title=opening.title,
        via=f"the helpdesk {opening.helpdesk}",
        drill=opening.drill,
        wordless=not words,
    )


def _names(ident: str, client: Client) -> set[str]:
    return {comparable(name) for name in (ident, client.name, *client.known_as)}


def _validated(kind: type[_Kind], body: object, arrival: Arrival) -> _Kind:
    try:
        return kind.model_validate(body, context=arrival)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
        mistakes = [WrongField(".".join(map(str, one["loc"])) or "body", told(one)) for one in wrong]
        if len(mistakes) > MOST_MISTAKES:
            left = len(mistakes) - MOST_MISTAKES
            mistakes[MOST_MISTAKES:] = [WrongField("body", f"{left} more mistakes like these")]
        (first, *others) = mistakes
        raise CannotMap(*first, *others) from None
