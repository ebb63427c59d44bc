"""One complaint: the customer's concern about how they are served, heard until they say it is settled.

It climbs a path of its own (``procedure.path.state``), outside the technical chain: each level takes it,
answers in words, and the customer says whether that settles it. What was promised is asked for at
its time. Its words stand here and in what is sent to those who hear it, and nowhere else. How it goes
on is ``procedure.complaint.progress``, what can be said about it ``procedure.complaint.remarks``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from procedure.book.complaints import Kind
from procedure.incoming import LONGEST_LINE
from procedure.kinds import Kind as What
from procedure.path import state as paths
from procedure.path.levels import PathTerms
from procedure.path.state import LAST_RESORT, OnPath
from procedure.record import Entry, Notice

Status = Literal["open", "answered", "promised", "closed"]
"""open: with somebody on the path; answered: the customer is asked; promised: only for a promise it waits."""

Outcome = Literal["", "settled", "unanswered", "withdrawn"]
Said = Literal[
    "raised", "added", "answered", "settled", "not yet", "kept", "broken", "withdrawn", "opened again"
]
SAID: dict[Said, str] = {
    "raised": "complained",
    "added": "added",
    "answered": "answered",
    "settled": "said that it is settled",
    "not yet": "said that it is not settled yet",
    "kept": "said that a promise was kept",
    "broken": "said that a promise was not kept",
    "withdrawn": "took it back",
    "opened again": "opened it again",
}
"""What somebody has done by saying it, after their name."""

PromiseState = Literal["given", "asked", "kept", "broken", "unanswered"]
PROMISED: dict[PromiseState, str] = {
    "given": "not due yet",
    "asked": "due: was it kept?",
    "kept": "kept",
    "broken": "not kept",
    "unanswered": "nobody has said whether it was kept",
}
"""What has become of a promise."""

CALLER = "caller"
"""Stands for somebody of the client who is none of its contacts: no mail reaches them."""

FARTHEST = timedelta(days=366)
"""How far ahead something can be promised."""

LONGEST_WHO = LONGEST_LINE
"""Characters of who raised it, and how they are reached."""


class ComplaintNotice(StrEnum):
    """What somebody is told about a complaint; each has a mail of its own."""

    RECEIVED = "received"
    NOW_WITH = "now-with"
    ANSWERED = "answered"
    REMINDED = "reminded"
    PROMISE = "promise"
    CLOSED = "closed"
    GIVEN = "given"
    WARNING = "warning"
    MOVED_ON = "moved-on"
    CUSTOMER_SAYS = "customer-says"
    PROMISE_DUE = "promise-due"
    UNREACHED = "unreached"
    OVER = "over"
    TICKET = "ticket"


CUSTOMERS = (
    ComplaintNotice.RECEIVED,
    ComplaintNotice.NOW_WITH,
    ComplaintNotice.ANSWERED,
    ComplaintNotice.REMINDED,
    ComplaintNotice.PROMISE,
    ComplaintNotice.CLOSED,
)
"""What the customer is told; everything else goes to those who hear the complaint."""


@dataclass(frozen=True)
class Raised:
    """A complaint as it comes in.

    ``by`` is a contact's id; of somebody who is none, ``caller`` says who they are, ``reach`` how to call
    them. ``about`` are people of the MSP it is about, ``settle`` is what would settle it. ``ticket`` is the
    workflow of the ticket it is about, if it is about one, ``ticket_joined`` the emergency that this one had
    joined; ``worked`` are those who had acted on it by then. ``taken_by`` is who raises it on their behalf.
    ``wordless`` says that nothing of it was told but its kind.
    """

    client: str
    number: str
    kind: Kind
    words: str
    by: str = CALLER
    caller: str = ""
    reach: str = ""
    settle: str = ""
    about: tuple[str, ...] = ()
    ticket: str = ""
    ticket_number: str = ""
    ticket_title: str = ""
    ticket_joined: str = ""
    worked: tuple[str, ...] = ()
    taken_by: str = ""
    via: str = ""
    drill: bool = False
    wordless: bool = False

    @property
    def id(self) -> str:
        """The complaint's workflow id."""
        return complaint_id(self.client, self.number)


def complaint_id(client: str, number: str) -> str:
    """The id of a complaint's workflow, the same however often it is sent."""
    return f"complaint-{client}-{number}"


@dataclass(frozen=True)
class Word:
    """What the customer, or who hears the complaint, has said."""

    at: datetime
    by: str
    said: Said
    text: str = ""


@dataclass(frozen=True)
class Wait:
    """Since when the customer's word is waited for, and until when; both ends are looked up."""

    since: datetime
    remind: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True)
class Promise:
    """What somebody has promised, and by when; it is asked for at its time."""

    number: int
    what: str
    by: str
    due: datetime
    state: PromiseState = "given"
    wait: Wait | None = None

    @property
    def open(self) -> bool:
        return self.state in ("given", "asked")


@dataclass(frozen=True, kw_only=True)
class Complaint(OnPath):
    """One complaint and where it stands.

    ``about`` are those whom the customer says it is about, by now. ``wait`` is the customer's time to say
    whether the answer settles it. ``outcome`` is how it ended, or will have when the last promise was asked
    for. ``earlier`` are the client's other complaints, once they are enough for a review.
    """

    raised: Raised
    status: Status = "open"
    outcome: Outcome = ""
    about: tuple[str, ...] = ()
    said: tuple[Word, ...] = ()
    promises: tuple[Promise, ...] = ()
    wait: Wait | None = None
    # What has brought it to who has it next: the customer is told, once that is known.
    news: Entry | None = None
    earlier: tuple[str, ...] = ()
    notices: tuple[Notice[ComplaintNotice], ...] = ()

    @property
    def on_level(self) -> bool:
        return self.status == "open"

    @property
    def over(self) -> bool:
        return self.status == "closed"

    @property
    def state(self) -> str:
        return self.status

    @property
    def by(self) -> str:
        """The customer: a contact's id, or ``CALLER``."""
        return self.raised.by

    @property
    def reached(self) -> bool:
        """Whether mail reaches the customer, as far as is known."""
        return self.by != CALLER

    @property
    def who(self) -> str:
        """The customer's name."""
        return (self.raised.caller or "the customer") if self.by == CALLER else self.name(self.by)

    @property
    def waiting(self) -> tuple[Wait, ...]:
        """All that waits for the customer's word."""
        own = (self.wait,) if self.wait and self.status == "answered" else ()
        asked = tuple(one.wait for one in self.promises if one.state == "asked" and one.wait)
        return (*own, *asked)

    @property
    def to_look_up(self) -> bool:
        """Who hears it, or how long the customer has, is not known yet."""
        return self.unpresented or any(wait.due is None for wait in self.waiting)

    @property
    def above(self) -> str:
        """The level it goes to if the answer does not settle it; from the highest it comes back there."""
        at, names = self.path.above, self.terms.names
        return names[at] if at < len(names) else LAST_RESORT

    @property
    def asked_back(self) -> bool:
        """Whether the customer has added something to the answer, so that it can be answered once more."""
        return self.status == "answered" and self.said[-1].said == "added"

    def readers(self) -> tuple[str, ...]:
        """Those of the MSP who may read it: who was told on its levels, and nobody it is about."""
        here = (*self.path.had, *self.path.told)
        promised = tuple(one.by for one in self.promises)
        return tuple(p for p in dict.fromkeys((*here, *promised)) if p and p not in self.barred)

    @property
    def customer(self) -> str:
        """The customer in the record: nobody's name but a contact's stands there."""
        return self.name(self.by)

    def name(self, person: str) -> str:
        """A person's name; who is none of the client's contacts has none in the record."""
        return "the customer" if person == CALLER else super().name(person)

    @property
    def promised(self) -> bool:
        """Whether a promise is still to be asked for, or to be answered for."""
        return any(one.open for one in self.promises)

    def with_promise(self, promise: Promise) -> Complaint:
        """With this promise in the place of the one of its number."""
        promises = tuple(promise if one.number == promise.number else one for one in self.promises)
        return replace(self, promises=promises)

    def having(self, number: int) -> Promise | None:
        return next((one for one in self.promises if one.number == number), None)

    def tell_customer(self, kind: ComplaintNotice, text: str = "", why: Entry | None = None) -> Complaint:
        """Nobody is told by mail who has no address here: who has it calls them."""
        return self.tell(kind, self.by, text=text, why=why) if self.reached else self

    def matters(self, notice: Notice[ComplaintNotice]) -> bool:
        """Whether a notice that could not be delivered yet should still be tried."""
        if notice.to in self.barred:
            return False  # it turned out to be about them while it was on its way
        if notice.kind in (ComplaintNotice.GIVEN, ComplaintNotice.WARNING):
            taken = notice.kind == ComplaintNotice.GIVEN and self.path.acknowledged
            return self.waits_for(notice) and not taken
        if notice.kind in (ComplaintNotice.RECEIVED, ComplaintNotice.NOW_WITH):
            # What they say of who has it until when was true of one visit.
            return self.on_level and self.path.levels.about(notice.visit)
        if notice.kind in (ComplaintNotice.PROMISE, ComplaintNotice.PROMISE_DUE):
            return any(one.state == "asked" and about(notice, one) for one in self.promises)
        if notice.kind == ComplaintNotice.UNREACHED:
            return not self.over
        if notice.kind == ComplaintNotice.ANSWERED:
            return self.status == "answered" or self.promised
        if notice.kind == ComplaintNotice.REMINDED:
            return self.status == "answered"
        if notice.kind == ComplaintNotice.CLOSED:
            return self.over
        return True


def begun(what: Raised, terms: PathTerms, names: dict[str, str], now: datetime) -> Complaint:
    """The complaint as it comes in; who hears it first is looked up."""
    complaint = Complaint(
        id=what.id,
        client=what.client,
        number=what.number,
        opened=now,
        terms=terms,
        path=paths.begin(terms, now),
        drill=what.drill,
        barred=what.about,
        about=what.about,
        names=names,
        raised=what,
        said=(Word(now, what.by, "raised", what.words),),
    )
    raised = Entry(now, What.RAISED, what.by, what.via, person=what.taken_by)
    complaint = replace(complaint, news=raised).noted(raised)
    return complaint.tell(ComplaintNotice.TICKET, what.ticket)


def about(notice: Notice[ComplaintNotice], promise: Promise) -> bool:
    """Whether a notice is about this promise."""
    return notice.why is not None and notice.why.number == str(promise.number)


def nobody_else(complaint: Complaint) -> bool:
    """Whether it is with somebody whom the customer says it is about: nobody else was left to hear it."""
    return complaint.holder in complaint.about and complaint.holder not in complaint.barred
