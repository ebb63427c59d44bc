"""The ticket: everything that is known about it, as plain state that never changes in place.

Each thing that can happen is a function that takes a ticket and gives the next one:
``procedure.ticket.tiers`` (it climbs), ``procedure.ticket.due`` (time passes), ``procedure.ticket.staff``
(what its people say), ``procedure.ticket.customer`` (what the customer says), ``procedure.ticket.helpdesk``
(what the helpdesk says). All of it survives continue-as-new.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, Literal, Self

from procedure.approval.state import Outcome
from procedure.book.agreement import Agreement
from procedure.book.procedure import FoundBy
from procedure.book.proposal import Proposal
from procedure.book.severity import NOTHING_KNOWN, Facts, Severity
from procedure.bounds import LINE, LONGEST_TEXT, NOTES, PART, bounded
from procedure.clocks.calendars import AlwaysOpen
from procedure.clocks.commitments import Commitment
from procedure.clocks.durations import Duration
from procedure.clocks.spans import OpenSpans, Stopwatch
from procedure.duty.placement import Standing
from procedure.ladder import Ladder
from procedure.record import Entry, Notice, Told
from procedure.wording import cut, weight

Status = Literal["open", "paused", "resolved", "closed"]


class NoticeKind(StrEnum):
    """What somebody is told; each has a mail of its own."""

    PAGE = "page"
    WARNING = "warning"
    HANDOVER = "handover"
    OFFERED = "offered"
    SKIPPED = "skipped"
    TAKEN = "taken"
    MOVED_ON = "moved-on"
    WANTS_UP = "wants-up"
    CUSTOMER_SAYS = "customer-says"
    UNREACHED = "unreached"
    RECEIVED = "received"
    WAITS = "waits"
    NOW_WITH = "now-with"
    RULED = "decided"
    QUESTION = "question"
    ANSWERED = "answered"
    SOLVED = "solved"
    DECLINED = "declined"
    CLOSED = "closed"


@dataclass(frozen=True)
class Note:
    """What somebody found, tried or asked, for whoever has the ticket next.

    ``approval`` is the number of the one whose ruling it repeats. One with ``until`` only counts those that
    stood here, from the first to the last.
    """

    at: datetime
    by: str
    text: str
    approval: int = 0
    until: datetime | None = None
    stands_for: int = 1

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST_TEXT // 6:
            object.__setattr__(self, "text", cut(self.text, LONGEST_TEXT))

    @cached_property
    def weight(self) -> int:
        return LINE + 2 * PART + weight(self.by, self.text)

    @property
    def folded(self) -> bool:
        return self.until is not None

    @classmethod
    def fold(cls, first: Self, last: Self, count: int) -> Self:
        return cls(first.at, "", "", until=last.until or last.at, stands_for=count)


@dataclass(frozen=True)
class Request:
    """The customer's wish that the ticket go up, until a named person answers it."""

    by: str
    at: datetime
    asked_of: str
    due: datetime


@dataclass(frozen=True)
class Pause:
    """A stopped clock: why, since when, until when at most; and what the customer is asked meanwhile.

    ``at_most`` is its length where that is agreed in business days: ``until`` is then looked up.
    ``approval`` is the number of the question whose answer it waits for, ``then`` the tier that the
    ticket goes to when it ends.
    """

    reason: str
    since: datetime
    until: datetime | None = None
    for_customer: bool = False
    question: str = ""
    at_most: Duration | None = None
    approval: int = 0
    then: str = ""


@dataclass(frozen=True)
class Asked:
    """A question that was put to those who may decide it, as the ticket knows it.

    ``ruling`` is who decided what and why, ``decided_by`` who that was; what is granted ``on_the_spot``
    has no approval of its own. ``waits_for_client`` is set while only the client's answer is missing.
    ``undecided_at`` is when nobody will be left to ask. ``tier`` and ``resolves`` are what follows a
    yes to one of management's options: ``follow_up`` says whether that is due, or done.
    """

    number: int
    proposal: Proposal
    by: str
    at: datetime
    outcome: Outcome = "asked"
    ruling: str = ""
    tier: str = ""
    resolves: bool = False
    follow_up: Literal["", "due", "done"] = ""
    undecided_at: datetime | None = None
    on_the_spot: bool = False
    waits_for_client: bool = False
    decided_by: tuple[str, ...] = ()
    on_condition: bool = False

    @cached_property
    def weight(self) -> int:
        """Bytes, where it is kept."""
        proposal = self.proposal
        words = (proposal.what, proposal.why, proposal.otherwise, proposal.action, proposal.option)
        texts = (*words, self.by, self.ruling, self.tier, *self.decided_by)
        return 3 * LINE + PART * len(texts) + weight(*texts)


@dataclass(frozen=True)
class Complained:
    """A complaint about how the ticket is handled: that there is one, and nothing of what it says."""

    number: str
    since: datetime
    over: bool = False


@dataclass(frozen=True)
class HandoverOffer:
    """What somebody holds whose duty is over, offered to who comes on; until then they still have it."""

    of: str
    to: str
    at: datetime
    due: datetime


@dataclass(frozen=True)
class Heard:
    """One fact as the helpdesk last told it: facts of which only this one is known, and its own time."""

    at: datetime
    facts: Facts


@dataclass(frozen=True)
class HelpdeskSaid:
    """What the helpdesk has sent: deliveries seen, the newest change of state and its time, and of each fact
    what it last said; when it was ``reopened`` lately, by nobody of its staff; when it was last ``heard``, by
    its own time, and at which it last said whose ticket it is (``requester_at``)."""

    seen: tuple[str, ...] = ()
    state_at: datetime | None = None
    state: str = ""
    facts: dict[str, Heard] | None = None
    reopened: tuple[datetime, ...] = ()
    heard: datetime | None = None
    requester_at: datetime | None = None


@dataclass(frozen=True)
class AtTier:
    """How a ticket stands at its tier: who is paged, who has it, what is left of the time. Every move to
    another tier begins a new one.

    ``failed`` are the channels on which the person who is paged now can't be reached. ``stale`` says that who
    is on duty has changed since it was looked up. ``granted`` is until when it may stay at least: it came
    there late, after an outage. ``kept_from`` is in whose favour the holder has not handed it over at the end
    of their duty. ``again`` counts how often the last resort was told again. ``declined`` says that it was
    resolved by management's no, with the reason as ``solution``. A customer who says nothing is reminded
    once, at ``remind_at``; it closes at ``confirm_by``.
    """

    commitment: Commitment
    people: Ladder | None = None
    standing: Standing | None = None
    acknowledged: bool = False
    failed: tuple[str, ...] = ()
    stale: bool = False
    handover: HandoverOffer | None = None
    granted: datetime | None = None
    kept_from: str = ""
    warned: bool = False
    extended: bool = False
    again: int = 0
    pause: Pause | None = None
    solution: str = ""
    declined: bool = False
    confirm_by: datetime | None = None
    remind_at: datetime | None = None

    def settled(self) -> AtTier:
        """Somebody has it, or it is over: nobody is paged any more, and nothing is offered."""
        return replace(self, handover=None, people=self.people.settle() if self.people else None)


@dataclass(frozen=True)
class Ticket(Told):
    """One ticket and where it stands.

    ``reason`` is why it has its severity, ``why`` is what has brought it to the tier where it is. ``here`` is
    how it stands there. ``caller`` is who reported it as an emergency, ``joined`` the ticket that goes on in
    its place, ``joins`` those of the helpdesk that it goes on for; ``corrected_to`` is the one of the client
    whose ticket it really is, ``not_theirs`` are the contacts whose ticket it was by mistake. ``found_by`` is
    who noticed it, where anybody has told. ``calendar`` is the one that its clocks were last projected by
    again, ``handed_back`` are the tiers that have got it back once.
    """

    id: str
    client: str
    helpdesk: str
    number: str
    title: str
    requester: str
    opened: datetime
    agreement: Agreement
    severity: Severity
    reason: str
    why: Entry
    tiers: Ladder
    here: AtTier
    description: str = ""
    drill: bool = False
    caller: str = ""
    joined: str = ""
    joins: tuple[str, ...] = ()
    corrected_to: str = ""
    not_theirs: tuple[str, ...] = ()
    found_by: FoundBy | None = None
    facts: Facts = NOTHING_KNOWN
    status: Status = "open"
    holder: str = ""
    handed_back: tuple[str, ...] = ()
    request: Request | None = None
    approvals: tuple[Asked, ...] = ()
    complaints: tuple[Complained, ...] = ()
    notes: tuple[Note, ...] = ()
    notices: tuple[Notice[NoticeKind], ...] = field(default=(), kw_only=True)
    calendar: str = ""
    said: HelpdeskSaid = HelpdeskSaid()

    BUNDLED: ClassVar[frozenset[StrEnum]] = frozenset({NoticeKind.CUSTOMER_SAYS})

    @property
    def tier(self) -> str:
        """The tier it stands at; empty with the person of last resort."""
        return self.tiers.rung

    @property
    def place(self) -> str:
        """The tier in words."""
        return self.tier or "last resort"

    @property
    def top(self) -> bool:
        """At the last tier, or past it: what is decided there is a business decision."""
        return self.tiers.at >= len(self.tiers.rungs) - 1

    @property
    def unlisted(self) -> bool:
        """Whether nobody has named one of the client's systems: whoever has it is asked which one it is."""
        return bool(self.agreement.systems) and self.facts.system not in self.agreement.systems

    @property
    def closed(self) -> bool:
        return self.status == "closed"

    @property
    def over(self) -> bool:
        return self.closed

    @property
    def to_look_up(self) -> bool:
        return self.unpresented

    @property
    def unpresented(self) -> bool:
        """It has moved, or its clock starts again: who stands there, until when, must be looked up."""
        return self.here.stale or (self.status == "open" and self.tiers.due is None) or self.wait is not None

    @property
    def wait(self) -> Duration | None:
        """A wait agreed in business days, of which the end has to be looked up."""
        if self.status == "paused" and self.here.pause and self.here.pause.until is None:
            return self.here.pause.at_most
        if self.status == "resolved" and self.here.confirm_by is None:
            return self.agreement.confirm_within
        return None

    @property
    def opens(self) -> datetime | None:
        """When somebody is paged for what waits for the client's hours; None if it does not wait."""
        waits = (
            self.here.people is not None and not self.here.people.presented and not self.here.people.settled
        )
        return self.here.standing.opens if self.here.standing and waits and self.status == "open" else None

    @property
    def stopwatch(self) -> Stopwatch:
        """Counts the agreed time of its commitment, by the hours that were looked up last."""
        if self.here.standing and self.here.standing.open:
            return OpenSpans(self.here.standing.open)
        return AlwaysOpen(self.agreement.pace)

    def exact_end(self, wait: Duration, now: datetime) -> datetime | None:
        """When an exact wait ends; None for business days, which have to be looked up."""
        return None if wait.business_days else now + self.agreement.lasts(wait)

    @property
    def answering(self) -> Stopwatch:
        """The clock on which those who are paged owe their answer."""
        return self.here.standing.answering if self.here.standing else AlwaysOpen()

    def on_tier(self, person: str) -> bool:
        """Whether a person is one of those who stand on the tier it is at, or were paged there."""
        paged = self.here.people.rungs if self.here.people else ()
        return self.here.standing is not None and (person in self.here.standing.chain or person in paged)

    def visit_of(self, person: str) -> int:
        return self.tiers.visit

    def channels(self, person: str) -> tuple[str, ...]:
        """Where this person can be paged besides mail."""
        return self.here.standing.channels.get(person, ()) if self.here.standing else ()

    def page(self, person: str, *channels: str, kind: NoticeKind = NoticeKind.PAGE) -> Ticket:
        """With a page to this person waiting to be sent on each of these channels (empty: mail)."""
        ticket = self
        for channel in channels:
            ticket = ticket.tell(kind, person, channel=channel)
        return ticket

    def with_note(self, note: Note) -> Ticket:
        """With one more note for whoever has it next."""
        return replace(self, notes=bounded((*self.notes, note), NOTES))

    def tell_customer(self, kind: NoticeKind, text: str = "") -> Ticket:
        return self.tell(kind, self.requester, text=text)

    def matters(self, notice: Notice[NoticeKind]) -> bool:
        """Whether a notice that could not be delivered yet should still be tried.

        A page matters while the ticket stands where it was paged and nobody has it; after
        an outage nobody is flooded with pages about what is no longer theirs.
        """
        if notice.kind in (NoticeKind.HANDOVER, NoticeKind.OFFERED):
            return self.here.handover is not None and self.here.handover.to == notice.to
        if notice.kind not in (NoticeKind.PAGE, NoticeKind.WARNING, NoticeKind.WANTS_UP):
            return True
        if self.status in ("resolved", "closed") or notice.visit != self.tiers.visit:
            return False
        if notice.kind is NoticeKind.PAGE:
            return not self.here.acknowledged
        return notice.kind is NoticeKind.WARNING or self.request is not None
