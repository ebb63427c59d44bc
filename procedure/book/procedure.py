"""The whole procedure of one MSP, as its files say it, with its clients.

What is agreed (severities, criteria, tiers, commitments) is pinned when a ticket opens
(``procedure.book.agreement``); who the people are is looked up here, live, each time.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, WithJsonSchema

from procedure.block import Block
from procedure.book.almanac import Almanac
from procedure.book.authority import Authority, Consent, ContactLine
from procedure.book.complaints import Complaints
from procedure.book.coverage import Coverage, Runs
from procedure.book.criteria import Criteria
from procedure.book.people import Contact, Mailbox, Person, SecretSource, Staff
from procedure.book.prevention import MOST_ITEMS, Item, ItemName, PreventionTerms
from procedure.book.problems import Problems
from procedure.book.promises import SeverityPromise
from procedure.book.rota import Rota
from procedure.book.severity import Otherwise, Severity, System
from procedure.clocks.durations import Duration
from procedure.clocks.hours import Holidays, Hours


class LastResort(Block):
    """The one person who is told when all tiers are silent, again and again until they take it."""

    person: str
    """Who."""
    again_every: Duration
    """How often they are told again."""


class SeverityTerms(Block):
    """What a severity means to everybody, and what it asks for."""

    meaning: str
    """In words a client understands."""
    starts_at: str
    """The tier a ticket of this severity goes to first."""
    acknowledge: Duration
    """How long each person who is paged has to say "I have it"."""
    runs: Runs = "always"
    """Whether its commitments run always, or only in the client's hours; critical always runs."""
    every_channel: bool = False
    """Whether people are paged on every channel they have at once; at critical they always are."""


class OnCall(Block):
    """One place in the order in which a tier is paged out of hours."""

    rota: str
    """The rota that says who it is."""
    answer_within: Duration | None = None
    """How long they have to say "I have it"; left out: as the client's coverage says."""


class Tier(Block):
    """A level of support."""

    name: str
    """What it is called everywhere."""
    people: tuple[str, ...] = ()
    """Whom to page, in this order."""
    lead: str
    """Who is paged when none of them acknowledges, and who answers for the tier."""
    lead_answers_within: Duration | None = None
    """How long the lead has out of hours to say "I have it"; left out: as the client's coverage says."""
    on_call: tuple[OnCall, ...] = ()
    """Whom to page out of hours, in this order: primary, secondary ...; the lead comes last."""

    @property
    def chain(self) -> tuple[str, ...]:
        """Everyone of the tier once, in the order to be paged; the lead last."""
        return (*(person for person in dict.fromkeys(self.people) if person != self.lead), self.lead)


class Category(Block):
    """A kind of trouble, and what the first level asks and tries before anything else."""

    questions: tuple[str, ...] = ()
    """What to ask the customer."""
    steps: tuple[str, ...] = ()
    """What to try."""


class Client(Block):
    """A client of the MSP, with its own view of what hurts."""

    name: str
    """The name that pages and mails show."""
    known_as: tuple[str, ...] = ()
    """Other names the helpdesk may use for it."""
    time_zone: str
    """Where it is, for its hours and the times in its mails ("Europe/London")."""
    hours: Hours | None = None
    """When it works; left out: always."""
    holidays: Holidays | None = None
    """When it does not work although its hours say so."""
    coverage: Coverage = Coverage()
    """What it gets outside its hours."""
    runs: dict[Severity, Runs] = {}
    """Where this client differs from what the severities say of when their commitments run."""
    authority: tuple[ContactLine, ...] = ()
    """What its contacts may agree to; who is asked first stands first."""
    consent: dict[str, tuple[Consent, ...]] = {}
    """Where this client differs from when the table asks for the client's consent, by action."""
    account_manager: str = ""
    """Who of the MSP looks after it, and hears its complaints first; left out: the first level's people."""
    contacts: dict[str, Contact] = Field(min_length=1)
    """Its people, by a short id; the first is told when the one who wrote is not among them."""
    systems: dict[str, System] = {}
    """What it works with, and how bad it is when that fails."""
    otherwise: Otherwise
    """The severity of what no system's rules cover: one, or rules as a system has them."""
    prevention: dict[ItemName, Item] = Field({}, max_length=MOST_ITEMS)
    """What comes due, by its name: ends of support, what is done again and again, what fills up."""
    links_taken_back: int = Field(0, ge=0)
    """How many times the links of its emergency door and its page for complaints were taken back."""


class FieldNames(Block):
    """The names of the fields in which a django-helpdesk ticket tells the facts, and a complaint."""

    client: str = "custom_customer"
    """Which client."""
    system: str = "custom_system"
    """Which system."""
    state: str = "custom_state"
    """down, impaired or limited."""
    users: str = "custom_users"
    """How many users are affected."""
    workaround: str = "custom_workaround"
    """Whether there is a workaround."""
    category: str = "custom_category"
    """Which category."""
    found_by: str = "custom_found_by"
    """Who noticed it: user, staff or monitoring."""
    complaint: str = "custom_complaint"
    """A complaint of the customer's: its kind, perhaps with ": " and their words."""


ALL = "all"
"""Every client, those that come later too, in the place of a list of their ids."""

_Clients = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda written: (ALL,) if written == ALL else written),
    WithJsonSchema(
        {"anyOf": [{"const": ALL}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]},
    ),
]


FoundBy = Literal["user", "staff", "monitoring"]
"""Who noticed what a ticket is about: somebody who could not work, our own people, or a monitoring system."""


class Helpdesk(Block):
    """A helpdesk that sends its events to /helpdesk/<name>."""

    kind: Literal["generic", "django-helpdesk"]
    """Which format it sends."""
    verified_by: Literal["hmac", "path"]
    """hmac: X-Rung-Signature over the raw body; path: the secret is the last part of the URL."""
    secret: SecretSource
    """Where the shared secret is."""
    clients: _Clients = Field(min_length=1)
    """Whose tickets it sends: ids of clients, or all. It opens nothing for others, and hears of none."""
    found_by: FoundBy | None = None
    """Who has noticed what its tickets are about, where a ticket does not say so itself."""
    own_users: tuple[int, ...] = ()
    """django-helpdesk: the user numbers under which Rung writes; their notes are not events."""
    fields: FieldNames = FieldNames()
    """django-helpdesk: the names of the fields that hold the facts."""

    def serves(self, client: str) -> bool:
        """Whether it may send tickets of this client."""
        return ALL in self.clients or client in self.clients


class Monitor(Block):
    """A monitoring system that sends what it measures to /readings/<name>."""

    secret: SecretSource
    """Where the shared secret is with which it signs (X-Rung-Signature, over the raw body)."""
    clients: _Clients = Field(min_length=1)
    """Of whom it sends readings: ids of clients, or all."""

    def serves(self, client: str) -> bool:
        """Whether it may send readings of this client."""
        return ALL in self.clients or client in self.clients


class MailSettings(Block):
    """How the MSP's mail looks to its readers."""

    sender: Mailbox
    """Whom the mails come from."""


class Procedure(Block):
    """Everything in the files of one procedure folder."""

    name: str
    """The MSP's name."""
    time_zone: str
    """Where its people are, for the times in their mails ("Europe/London")."""
    phone: str = ""
    """The number that clients call when nothing else works; pages that can't help show it."""
    mail: MailSettings
    """How its mail looks."""
    people: dict[str, Staff] = Field(min_length=1)
    """The MSP's people, by a short id."""
    last_resort: LastResort
    """Who is told when all tiers are silent."""
    severities: dict[Severity, SeverityTerms]
    """All four severities: critical, high, medium, low."""
    tiers: tuple[Tier, ...] = Field(min_length=1)
    """From first level to management."""
    rotas: dict[str, Rota] = {}
    """Who is on call when, by the rota's name."""
    authority: Authority | None = None
    """Who may approve what, up to what cost and downtime; left out: nothing can be asked for."""
    complaints: Complaints | None = None
    """Who hears complaints, and by when; left out: they are not heard here, and no page offers it."""
    problems: Problems | None = None
    """Who looks for the cause of what comes again; left out: it only escalates, by its pattern."""
    prevention: PreventionTerms | None = None
    """Who owns what comes due at the clients; left out: their prevention is not looked at."""
    commitments: dict[Severity, dict[str, Duration]]
    """For each severity, how long a ticket may stay at each tier."""
    promises: dict[Severity, SeverityPromise] = {}
    """What clients are promised of a severity, and is proved: left out, nothing is."""
    criteria: Criteria
    """When a ticket escalates besides time."""
    categories: dict[str, Category] = {}
    """Kinds of trouble, with the first level's questions and steps."""
    confirm_within: Duration
    """How long the customer has to say whether it is solved, before the ticket closes."""
    pause_at_most: Duration
    """The longest a clock may be stopped at once; then it runs again by itself."""
    customers_see_chain: bool = False
    """Whether a ticket's customer reads whom it goes to at each tier, up to the last resort; left out: who
    has it, by when, and what comes next."""
    helpdesks: dict[str, Helpdesk] = {}
    """The helpdesks that send tickets, by the name in their URL."""
    monitors: dict[str, Monitor] = {}
    """The monitoring systems that send readings, by the name in their URL."""
    clients: dict[str, Client] = Field(min_length=1)
    """One file each in clients/, by its file name."""
    version: str = Field("", exclude=True)
    """What these files are: a fingerprint of their text, set when they are read."""
    _almanac: Almanac = PrivateAttr(default_factory=Almanac)

    @property
    def almanac(self) -> Almanac:
        """The hours, holidays and shifts that were worked out from the files."""
        return self._almanac

    def knowing(self, almanac: Almanac) -> Procedure:
        """The same procedure with another almanac."""
        copy = self.model_copy()
        copy._almanac = almanac
        return copy

    def tier(self, name: str) -> Tier | None:
        return next((tier for tier in self.tiers if tier.name == name), None)

    def person(self, ident: str) -> Person | None:
        """Anybody a ticket may name: of the MSP, or a contact of any client."""
        if ident in self.people:
            return self.people[ident]
        return next((c.contacts[ident] for c in self.clients.values() if ident in c.contacts), None)

    def client_of(self, contact: str) -> str:
        """The client a contact belongs to; empty for the MSP's own people."""
        return next((name for name, c in self.clients.items() if contact in c.contacts), "")
