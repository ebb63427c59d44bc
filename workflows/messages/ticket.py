"""What goes into a ticket and comes out of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from procedure.approval.state import Ruling
from procedure.book.agreement import Agreement, shared
from procedure.book.proposal import Proposal
from procedure.book.severity import Facts, Severity, State
from procedure.clocks.durations import Duration
from procedure.duty.placement import Standing
from procedure.incoming import Conditions, Key, Term, Turn, Users
from procedure.ladder import Step
from procedure.record import Entry, Notice
from procedure.ticket import asking, customer, staff
from procedure.ticket.correcting import Namesake
from procedure.ticket.helpdesk import Event
from procedure.ticket.opening import Opening, Start, ticket_id
from procedure.ticket.state import HandoverOffer, Note, NoticeKind, Status, Ticket
from workflows.messages import Message, Statement, Words, utc
from workflows.messages.approval import Proposing


class HelpdeskEvent(Message):
    """One event of the helpdesk (a signal).

    ``ticket`` is the helpdesk's ticket it comes from, where that has joined this one.
    """

    event: Event
    ticket: str = ""


class LookAgain(Message):
    """Hours, holidays or rotas have changed (a signal): which calendar it is now, and what is new in it."""

    calendar: str
    reason: str


class Declined(Message):
    """Who a ticket was offered to at a change of shifts can't be reached (a signal)."""

    to: str


class Join(Message):
    """A helpdesk's ticket turns out to be about this emergency (a signal): what it is, and has heard."""

    opening: Opening
    names: dict[str, str] = {}
    events: tuple[HelpdeskEvent, ...] = ()


class Corrected(Message):
    """The helpdesk has put its ticket down for another client (a signal): which ticket it is there, and when
    the helpdesk has last spoken of that one, in its own time."""

    ticket: Key
    heard: AwareDatetime


class TicketInput(Message):
    """What starts a ticket's workflow: what came in, or, for one that goes on, all that it carries.

    ``event`` is the event that opened a closed ticket again.
    """

    opening: Opening
    carried: Ticket | None = None
    event: HelpdeskEvent | None = None


class TicketResult(Message):
    """How the ticket ended; asked for its ``status``, the closed workflow still tells the whole."""

    status: Status
    severity: Severity
    tier: str
    holder: str
    ended: str


class Said(Statement):
    """Something a person says about a ticket.

    ``visit`` is the tier's visit it is about, from the link (0: as it stands now).
    """

    visit: Turn = 0


class Acknowledge(Said):
    """I have it."""

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return staff.acknowledge(ticket, self.by, self.visit, now, self.via)


class Progress(Said):
    """What was found so far; the first such note at a tier may buy time."""

    note: Words

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return staff.progress(ticket, self.by, self.visit, self.note, now, self.via)


class HandOn(Said):
    """To a higher tier: by a condition of the catalogue, or by the tier's name; else the next one."""

    tier: Term = ""
    condition: Term = ""
    note: Words = ""

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return staff.hand_on(
            ticket,
            self.by,
            self.visit,
            now,
            tier=self.tier,
            condition=self.condition,
            note=self.note,
            via=self.via,
        )


class HandBack(Said):
    """To a lower tier, with the reason why it belongs there."""

    tier: Term
    reason: Words

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return staff.hand_back(ticket, self.by, self.visit, self.tier, self.reason, now, self.via)


class StopClock(Said):
    """Stop the clock: what it waits for, and for how long at most."""

    reason: Words
    at_most: Duration | None = None

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return staff.pause(
            ticket, self.by, self.reason, now, visit=self.visit, at_most=self.at_most, via=self.via
        )


class Resume(Said):
    """The clock goes on."""

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return staff.resume(ticket, self.by, now, self.via)


class AskCustomer(Said):
    """A question to the customer; the clock stops until they answer."""

    question: Words

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return customer.ask(ticket, self.by, self.visit, self.question, now, self.via)


class Accept(Said):
    """At a change of shifts: I take what the one who leaves has held."""

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return staff.accept(ticket, self.by, now, self.via)


class Keep(Said):
    """At a change of shifts: I stay with it."""

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return staff.keep(ticket, self.by, now, self.via)


class Resolve(Said):
    """Solved, and by what; the customer is asked whether that is so."""

    solution: Words

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return staff.resolve(ticket, self.by, self.visit, self.solution, now, self.via)


class Reassess(Said):
    """The facts have changed, or a person sets the severity and says why."""

    system: Term = ""
    state: State | None = None
    users: Users | None = None
    workaround: bool | None = None
    category: Term = ""
    conditions: Conditions = ()
    severity: Severity | None = None
    reason: Words = ""

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        news = Facts(self.system, self.state, self.users, self.workaround, self.category, self.conditions)
        return staff.reassess(
            ticket, self.by, news, now, severity=self.severity, reason=self.reason, via=self.via
        )


class AnswerRequest(Said):
    """The answer to the customer's wish to escalate: granted, or kept with a reason."""

    granted: bool
    reason: Words = ""

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return customer.answer_request(ticket, self.by, self.granted, self.reason, now, self.via)


class RequestEscalation(Said):
    """The customer asks for the ticket to go up."""

    words: Words = ""

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return customer.ask_for_escalation(ticket, self.by, self.visit, self.words, now, self.via)


class Reply(Said):
    """The customer says something, or answers a question."""

    words: Words

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return customer.reply(ticket, self.by, self.words, now, self.via)


class Confirm(Said):
    """The customer says whether it is solved."""

    solved: bool
    words: Words = ""

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        return customer.confirm(ticket, self.by, self.visit, self.solved, self.words, now, self.via)


class Propose(Said, Proposing):
    """Ask for an approval: what exactly, why, what it takes, by when, and what happens without an answer.

    At management ``option`` names one of its options instead of an action, which may hold ``until`` a date.
    ``act_first`` does it at once, on the authority for emergencies.
    """

    by_when: AwareDatetime | None = None
    otherwise: Words = ""
    option: Term = ""
    until: AwareDatetime | None = None
    act_first: bool = False

    def proposal(self) -> Proposal:
        return replace(
            super().proposal(),
            by_when=utc(self.by_when),
            otherwise=self.otherwise,
            option=self.option,
            until=utc(self.until),
        )

    def apply(self, ticket: Ticket, now: datetime) -> Ticket:
        """Whether it may be asked at all; who may decide it has to be looked up."""
        asking.may_ask(ticket, self.by, self.visit, self.proposal(), now)
        return ticket


SAYINGS: dict[str, type[Said]] = {
    "acknowledge": Acknowledge,
    "progress": Progress,
    "hand_on": HandOn,
    "hand_back": HandBack,
    "pause": StopClock,
    "resume": Resume,
    "ask_customer": AskCustomer,
    "accept": Accept,
    "keep": Keep,
    "resolve": Resolve,
    "reassess": Reassess,
    "answer_request": AnswerRequest,
    "request_escalation": RequestEscalation,
    "reply": Reply,
    "confirm": Confirm,
    "propose": Propose,
}
"""Every update and signal that a person may send, by its name."""


class AgreeInput(Message):
    """What the opening activity needs: the ticket as it came in, and the workflow's time.

    ``opened`` is when it came in, if that was before.
    """

    opening: Opening
    now: datetime
    opened: datetime | None = None


class Agreed(Message):
    """What is pinned when a ticket opens, and who stands where it starts.

    ``first_level`` is who hears of a ticket that starts higher up, ``joins`` the open emergency that the
    ticket is about, if it is about one; ``known_error`` the workaround of its problem, and ``recurs`` whether
    its pattern has come often enough for one; ``namesakes`` the same ticket of the helpdesk where it is open
    for other clients.
    """

    agreement: Annotated[Agreement, AfterValidator(shared)]
    start: Start
    standing: Standing
    first_level: str
    names: dict[str, str]
    joins: str = ""
    known_error: str = ""
    recurs: bool = False
    namesakes: tuple[Namesake, ...] = ()


class Letter(Message):
    """All that a mail needs but addresses and links: the activity looks those up when it sends.

    ``due`` is by when its reader owes an answer, ``opens`` when the hours begin that it waits for,
    ``next`` what happens if nobody acts. ``instead_of`` is whom its reader stands in for,
    ``waits_for`` what its clock is stopped for, ``for_customer`` whether that is the customer's answer,
    ``stays_until`` when it must leave its tier, ``outcome`` what became of the question it is about
    ("asked": it is open again), or of the ticket ("corrected": it is another client's). ``unlisted`` is set
    where its reader is to say which system it is.
    """

    notice: Notice[NoticeKind]
    client: str
    helpdesk: str
    number: str
    title: str
    severity: Severity
    reason: str
    status: Status
    place: str
    holder: str
    opened: datetime
    why: Entry | None = None
    on_condition: bool = False
    acknowledged: bool = False
    drill: bool = False
    pace: float = 1.0
    description: str = ""
    category: str = ""
    unlisted: bool = False
    solution: str = ""
    outcome: str = ""
    due: datetime | None = None
    opens: datetime | None = None
    instead_of: str = ""
    handover: HandoverOffer | None = None
    stays_until: datetime | None = None
    waits_for: str = ""
    for_customer: bool = False
    next: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def ticket(self) -> str:
        """The ticket's workflow id."""
        return ticket_id(self.client, self.helpdesk, self.number)


class Ruled(Message):
    """How one of a ticket's questions stands now (a signal from its approval)."""

    ruling: Ruling


class HasComplaint(Message):
    """There is a complaint about a ticket, or it is over (a signal): its number, and nothing that it says."""

    number: str
    over: bool = False
