"""One complaint: the customer's concern about how they are served, heard until they say it is settled.

It climbs a path of its own (``procedure.path``), outside the technical chain: each level takes it,
answers in words, and the customer says whether that settles it. What was promised is asked for at
its time. Its words stand here and in what is sent to those who hear it, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from procedure import path as paths
from procedure.calendars import instant
from procedure.complaints import Kind
from procedure.forecast import Step
from procedure.levels import Found, Seek, Terms
from procedure.path import LAST_RESORT, OnPath, Told, Wake
from procedure.ticket import Refused

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

RECEIVED = "received"
"""The news of a complaint that has just come in; other news is why it has gone to somebody else."""

CALLER = "caller"
"""Stands for somebody of the client who is none of its contacts: no mail reaches them."""

FARTHEST = timedelta(days=366)
"""How far ahead something can be promised."""

LONGEST_WHO = 200
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
    workflow of the ticket it is about, if it is about one. ``worked`` are those who had acted on it
    by then. ``taken_by`` is who raises it on their behalf.
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
    worked: tuple[str, ...] = ()
    taken_by: str = ""
    via: str = ""
    drill: bool = False

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
    """What somebody has promised, by when, and at which level; it is asked for at its time."""

    number: int
    what: str
    by: str
    due: datetime
    level: int
    state: PromiseState = "given"
    wait: Wait | None = None

    @property
    def open(self) -> bool:
        return self.state in ("given", "asked")


@dataclass(frozen=True, kw_only=True)
class Complaint(OnPath):
    """One complaint and where it stands.

    ``wait`` is the customer's time to say whether the answer settles it. ``outcome`` is how it ended, or
    will have when the last promise was asked for. ``earlier`` are the client's other complaints, once
    they are enough for a review.
    """

    raised: Raised
    status: Status = "open"
    outcome: Outcome = ""
    said: tuple[Word, ...] = ()
    promises: tuple[Promise, ...] = ()
    wait: Wait | None = None
    # Why the customer is to be told who has it, once that is known.
    news: str = ""
    earlier: tuple[str, ...] = ()

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
        levels = self.path.levels
        last = max(levels.at, len(levels.rungs) - 1)
        at = min(levels.at + 1, last)
        return levels.rungs[at] if at < len(levels.rungs) else LAST_RESORT

    def readers(self) -> tuple[str, ...]:
        """Those of the MSP who may read it: who was told on its levels, and nobody it is about."""
        here = (*self.path.had, *self.path.told, self.holder)
        promised = tuple(one.by for one in self.promises)
        return tuple(p for p in dict.fromkeys((*here, *promised)) if p and p not in self.barred)

    def having(self, number: int) -> Promise | None:
        return next((one for one in self.promises if one.number == number), None)

    def tell_customer(self, kind: ComplaintNotice, text: str = "") -> Complaint:
        """Nobody is told by mail who has no address here: who has it calls them."""
        return self.tell(kind, self.by, text=text) if self.reached else self

    def matters(self, notice: Told) -> bool:
        """Whether a notice that could not be delivered yet should still be tried."""
        if notice.kind in (ComplaintNotice.GIVEN, ComplaintNotice.WARNING):
            return self.waits_for(notice) and not (
                notice.kind == ComplaintNotice.GIVEN and self.path.acknowledged
            )
        if notice.kind in (ComplaintNotice.ANSWERED, ComplaintNotice.REMINDED):
            return self.status == "answered" or any(one.open for one in self.promises)
        return True


# Coming in --------------------------------------------------------------------------------


def begun(what: Raised, terms: Terms, names: dict[str, str], now: datetime) -> Complaint:
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
        names=names,
        raised=what,
        said=(Word(now, what.by, "raised", what.words),),
        news=RECEIVED,
    )
    taken = f", taken by {complaint.name(what.taken_by)}" if what.taken_by else ""
    complaint = complaint.noted(now, f"{_customer(complaint)} complains{taken}", what.by, what.via)
    return complaint.tell(ComplaintNotice.TICKET, what.ticket)


def seek(complaint: Complaint, now: datetime) -> Seek:
    """What has to be looked up: who hears it next, and how long the customer has."""
    since = min((wait.since for wait in complaint.waiting if wait.due is None), default=None)
    asked = paths.seek(complaint, now)
    counted = bool(complaint.earlier) or complaint.drill
    about = complaint.raised
    return replace(asked, waits=since, ticket=about.ticket, worked=about.worked, counted=counted)


def present(complaint: Complaint, found: Found, now: datetime) -> Complaint:
    """Put it before the first who hears it; or begin the customer's time, now that its end is known."""
    barred = tuple(dict.fromkeys((*complaint.barred, *found.involved)))
    complaint = replace(complaint, barred=barred)
    if found.earlier and not complaint.earlier:
        complaint = replace(complaint, earlier=found.earlier)
        complaint = complaint.noted(now, f"{len(found.earlier) + 1} complaints in the days of a review")
    if found.settle_by:
        complaint = _waiting_until(complaint, found)
    if not complaint.unpresented:
        return complaint
    complaint = paths.put(complaint, found, now)
    if not complaint.path.presented:
        return complaint
    complaint = complaint.untold(ComplaintNotice.MOVED_ON, complaint.holder)
    complaint = complaint.tell(ComplaintNotice.GIVEN, complaint.holder)
    if not complaint.news:
        return complaint
    kind = ComplaintNotice.RECEIVED if complaint.news == RECEIVED else ComplaintNotice.NOW_WITH
    return replace(complaint.tell_customer(kind, complaint.news), news="")


def _waiting_until(complaint: Complaint, found: Found) -> Complaint:
    def until(wait: Wait | None) -> Wait | None:
        if wait is None or wait.due is not None:
            return wait
        remind = found.remind if found.remind and found.settle_by and found.remind < found.settle_by else None
        return replace(wait, remind=remind, due=found.settle_by)

    promises = tuple(replace(one, wait=until(one.wait)) for one in complaint.promises)
    return replace(complaint, wait=until(complaint.wait), promises=promises)


# Time -------------------------------------------------------------------------------------


def wake(complaint: Complaint) -> Wake | None:
    """The next thing that time will do; None when it is closed, or about to be looked up."""
    if complaint.over:
        return None
    wakes = paths.wakes(complaint)
    for wait in complaint.waiting:
        if wait.remind:
            wakes.append(Wake(wait.remind, f"remind {_customer(complaint)}"))
        if wait.due:
            wakes.append(Wake(wait.due, "the customer's time to say whether it is settled"))
    wakes += [
        Wake(one.due, f"{complaint.name(one.by)}'s promise is due")
        for one in complaint.promises
        if one.state == "given"
    ]
    return min(wakes, default=None)


def _customer(complaint: Complaint) -> str:
    return complaint.name(complaint.by) if complaint.reached else "the customer"


def tick(complaint: Complaint, now: datetime) -> Complaint:
    """Do what is due now, if anything. Called again until nothing is."""
    if complaint.over:
        return complaint
    for promise in complaint.promises:
        if promise.state == "given" and now >= promise.due:
            return _ask_for(complaint, promise, promise.due, now)
        if promise.state == "asked" and promise.wait and _is_due(promise.wait, now):
            return _promise_waits(complaint, promise, promise.wait, now)
    if complaint.status == "answered" and complaint.wait and _is_due(complaint.wait, now):
        return _customer_waits(complaint, complaint.wait, now)
    complaint = _on_time(complaint, now)
    if complaint.path.warn and complaint.on_level and now >= complaint.path.warn:
        complaint = replace(complaint, path=replace(complaint.path, warn=None))
        return complaint.tell(ComplaintNotice.WARNING, complaint.holder)
    return complaint


def _on_time(complaint: Complaint, now: datetime) -> Complaint:
    """The level's own time; who has let it pass hears that it has moved on."""
    before, late = complaint.path, complaint.holder
    complaint = paths.overdue(complaint, now)
    if complaint.path is before:
        return complaint
    if before.levels.exhausted:
        return complaint  # it stays with the last resort, who is told again: nobody else has news of that
    reason = f"{complaint.name(late)} has not {'answered' if before.acknowledged else 'taken it'} in time"
    return replace(complaint.tell(ComplaintNotice.MOVED_ON, late, text=reason), news=reason)


def _is_due(wait: Wait, now: datetime) -> bool:
    return any(at is not None and now >= at for at in (wait.remind, wait.due))


def _customer_waits(complaint: Complaint, wait: Wait, now: datetime) -> Complaint:
    """No word from the customer: reminded, then it is closed as unanswered."""
    if wait.due and now >= wait.due:
        complaint = complaint.noted(now, f"{_customer(complaint)} has not said whether it is settled")
        return _rest(complaint, "unanswered", now)
    complaint = replace(complaint, wait=replace(wait, remind=None))
    if complaint.reached:
        return complaint.tell_customer(ComplaintNotice.REMINDED)
    return _call_them(complaint)


def _call_them(complaint: Complaint) -> Complaint:
    text = f"{complaint.who} is not reached by mail"
    return complaint.tell(ComplaintNotice.UNREACHED, complaint.holder, text=text)


def _promise_waits(complaint: Complaint, promise: Promise, wait: Wait, now: datetime) -> Complaint:
    if wait.due and now >= wait.due:
        text = f"{_customer(complaint)} has not said whether promise {promise.number} was kept"
        complaint = complaint.noted(now, text)
        return _rest_of(complaint, replace(promise, state="unanswered", wait=None), now)
    complaint = _with(complaint, replace(promise, wait=replace(wait, remind=None)))
    return complaint.tell_customer(ComplaintNotice.PROMISE, text=promise.what)


def _ask_for(complaint: Complaint, promise: Promise, since: datetime, now: datetime) -> Complaint:
    """At its time both sides are asked whether it was kept."""
    promise = replace(promise, state="asked", wait=Wait(since))
    complaint = _with(complaint, promise)
    complaint = complaint.noted(
        now, f"Promise {promise.number} of {complaint.name(promise.by)}: was it kept?"
    )
    complaint = complaint.tell(ComplaintNotice.PROMISE_DUE, promise.by, text=promise.what)
    return complaint.tell_customer(ComplaintNotice.PROMISE, text=promise.what)


def _rest(complaint: Complaint, outcome: Outcome, now: datetime) -> Complaint:
    """Nothing more is said about the answer: closed, unless a promise is still to be asked for."""
    left = [one for one in complaint.promises if one.open]
    complaint = replace(complaint, outcome=outcome, wait=None, path=complaint.path.suspended(), news="")
    if left:
        until = instant(max(one.due for one in left))
        return replace(complaint, status="promised").noted(
            now, f"Only promises are waited for, until {until}"
        )
    complaint = replace(complaint, status="closed").noted(now, f"Closed: {outcome}")
    complaint = complaint.tell(ComplaintNotice.TICKET, complaint.raised.ticket)
    last = complaint.said[-1]
    if last.said in ("settled", "withdrawn") and last.at == now:
        return complaint  # the customer knows: they have just said so
    return complaint.tell_customer(ComplaintNotice.CLOSED)


def _rest_of(complaint: Complaint, promise: Promise, now: datetime) -> Complaint:
    """A promise was asked for; with the last one a complaint that only waited for it is closed."""
    complaint = _with(complaint, promise)
    if complaint.status != "promised" or any(one.open for one in complaint.promises):
        return complaint
    return _rest(complaint, complaint.outcome, now)


def undeliverable(complaint: Complaint, notice: Told, why: str, now: datetime) -> Complaint:
    """A mail cannot reach its person: the next one is told at once, or somebody calls the customer."""
    if notice.kind == ComplaintNotice.TICKET:
        return complaint  # it is closed, and needs to know nothing any more
    complaint = complaint.noted(now, f"Mail to {complaint.name(notice.to)} does not arrive: {why}")
    if notice.to == complaint.by:
        return _call_them(complaint)
    if notice.kind == ComplaintNotice.GIVEN and complaint.matters(notice):
        before, complaint = complaint, paths.unreached(complaint, now)
        news = f"{complaint.name(notice.to)} can't be reached"
        return complaint if complaint is before else replace(complaint, news=news)
    return complaint


def forecast(complaint: Complaint) -> list[Step]:
    """What happens if nobody acts, soonest first."""
    steps = [
        Step(at, f"→ {complaint.name(who)} ({level or LAST_RESORT})")
        for at, level, who in paths.forecast(complaint)
    ]
    if complaint.wait and complaint.wait.due and complaint.status == "answered":
        steps.append(Step(complaint.wait.due, "closed as unanswered, if the customer says nothing"))
    steps += [
        Step(one.due, f"{complaint.name(one.by)}'s promise is asked for: {one.what}")
        for one in complaint.promises
        if one.state == "given" and not complaint.over
    ]
    return sorted(steps)


# What those say who hear it ---------------------------------------------------------------


def acknowledge(complaint: Complaint, by: str, visit: int, now: datetime, via: str = "") -> Complaint:
    """ "I have it". The customer hears of it if they were told that somebody else has."""
    _must_be_open(complaint)
    told, complaint = complaint.holder, paths.take(complaint, by, visit, now, via)
    if by == told:
        return complaint
    return complaint.tell_customer(ComplaintNotice.NOW_WITH, text=f"{complaint.name(by)} has it")


def answer(
    complaint: Complaint,
    by: str,
    visit: int,
    words: str,
    now: datetime,
    *,
    promise: str = "",
    promised_by: datetime | None = None,
    via: str = "",
) -> Complaint:
    """Answered in words, with what will be done by when; the customer is asked whether that settles it."""
    _must_be_open(complaint)
    words = _required(words, "what you answer: the customer reads it")
    complaint = paths.take(complaint, by, visit, now, via)
    if promise.strip() or promised_by:
        complaint = _promised(complaint, by, promise, promised_by, now)
    complaint = replace(
        complaint,
        status="answered",
        wait=Wait(now),
        path=complaint.path.suspended(),
        said=(*complaint.said, Word(now, by, "answered", words)),
    )
    name = complaint.name(by)
    complaint = complaint.noted(now, f"{name} ({complaint.path.level}) has answered", by, via)
    return complaint.tell_customer(ComplaintNotice.ANSWERED)


def _promised(complaint: Complaint, by: str, what: str, due: datetime | None, now: datetime) -> Complaint:
    what = _required(what, "what you promise to do")
    if due is None:
        raise Refused("Say by when: a promise has a day.")
    if due <= now:
        raise Refused(f"{instant(due)} is over: promise it for a time to come.")
    if due > now + FARTHEST:
        raise Refused(f"{instant(due)} is too far away: promise it for a time within a year.")
    number = len(complaint.promises) + 1
    promise = Promise(number, what, by, due, complaint.path.levels.at)
    complaint = replace(complaint, promises=(*complaint.promises, promise))
    return complaint.noted(now, f"{complaint.name(by)} promises something by {instant(due)}", by)


# What the customer says -------------------------------------------------------------------


def settle(
    complaint: Complaint, by: str, settled: bool, words: str, now: datetime, visit: int = 0, via: str = ""
) -> Complaint:
    """That settles it; or not yet, and it goes up with all that was said."""
    _must_be_the_customer(complaint, by)
    if settled and complaint.outcome == "settled":
        return complaint  # a second click
    _must_not_be_closed(complaint)
    if settled:
        complaint = _heard(complaint, by, "settled", words, now)
        complaint = complaint.noted(now, f"{_customer(complaint)} says that it is settled", by, via)
        return _rest(complaint.tell(ComplaintNotice.OVER, complaint.holder), "settled", now)
    if not complaint.path.levels.about(visit):
        raise Refused(f"It has moved since: {complaint.name(complaint.holder)} has it now.")
    if complaint.status == "open":
        name = complaint.name(complaint.holder)
        raise Refused(f"{name} has not answered yet. If they don't in time, it goes up by itself.")
    complaint = _heard(complaint, by, "not yet", words, now)
    return _up(complaint, now, f"{_customer(complaint)} says that it is not settled yet", by, via)


def add(
    complaint: Complaint,
    by: str,
    words: str,
    now: datetime,
    *,
    about: tuple[str, ...] = (),
    via: str = "",
) -> Complaint:
    """The customer has something to add, or says whom it is about: who has it hears it, or has it no more."""
    _must_be_the_customer(complaint, by)
    _must_not_be_closed(complaint)
    complaint = _heard(complaint, by, "added", _required(words, "what you want to add"), now)
    complaint = complaint.noted(now, f"{_customer(complaint)} has added something", by, via)
    complaint = replace(complaint, barred=tuple(dict.fromkeys((*complaint.barred, *about))))
    if complaint.on_level and complaint.holder in about:
        reason = f"It is about {complaint.name(complaint.holder)}"
        return replace(paths.climb(complaint, now, reason), news=reason)
    if complaint.status == "answered" and complaint.holder in about:
        return _up(complaint, now, f"It is about {complaint.name(complaint.holder)}", by, via)
    return complaint.tell(ComplaintNotice.CUSTOMER_SAYS, complaint.holder)


def withdraw(complaint: Complaint, by: str, words: str, now: datetime, via: str = "") -> Complaint:
    """The customer takes it back; nobody else can."""
    _must_be_the_customer(complaint, by)
    _must_not_be_closed(complaint)
    promises = tuple(
        replace(one, state="unanswered", wait=None) if one.open else one for one in complaint.promises
    )
    complaint = _heard(replace(complaint, promises=promises), by, "withdrawn", words, now)
    complaint = complaint.noted(now, f"{_customer(complaint)} takes it back", by, via)
    return _rest(complaint.tell(ComplaintNotice.OVER, complaint.holder), "withdrawn", now)


def reopen(complaint: Complaint, by: str, words: str, now: datetime, via: str = "") -> Complaint:
    """It was closed, and is not settled: it goes up from where it was answered."""
    _must_be_the_customer(complaint, by)
    if not complaint.over and complaint.said[-1].said == "opened again":
        return complaint  # a second click
    if not complaint.over:
        raise Refused(f"It is open: {complaint.name(complaint.holder)} has it.")
    complaint = _heard(complaint, by, "opened again", words, now)
    complaint = complaint.tell(ComplaintNotice.TICKET, complaint.raised.ticket)
    return _up(complaint, now, f"{_customer(complaint)} opens it again", by, via)


def verify(
    complaint: Complaint, by: str, number: int, kept: bool, words: str, now: datetime, via: str = ""
) -> Complaint:
    """Whether a promise was kept. What is broken goes up; of "kept" the customer has the last word."""
    promise = complaint.having(number)
    if promise is None:
        raise Refused(f"There is no promise {number}.")
    if by not in (complaint.by, promise.by):
        raise Refused(
            f"{complaint.name(promise.by)} has promised it to {_customer(complaint)}: one of them says so."
        )
    if not promise.open:
        raise Refused(f"It was asked for already: {promise.state}.")
    _must_not_be_closed(complaint)
    complaint = _heard(complaint, by, "kept" if kept else "broken", words, now)
    says = f"{_customer(complaint) if by == complaint.by else complaint.name(by)} says that promise {number}"
    complaint = complaint.noted(now, f"{says} was {'kept' if kept else 'not kept'}", by, via)
    if not kept:
        return _broken(complaint, promise, by, now)
    if by == complaint.by:
        complaint = complaint.tell(ComplaintNotice.CUSTOMER_SAYS, promise.by)
        return _rest_of(complaint, replace(promise, state="kept", wait=None), now)
    return complaint if promise.state == "asked" else _ask_for(complaint, promise, now, now)


def _broken(complaint: Complaint, promise: Promise, by: str, now: datetime) -> Complaint:
    """It goes up, unless somebody higher, or the same one again, has it already: they are told."""
    complaint = _with(complaint, replace(promise, state="broken", wait=None))
    if complaint.on_level:
        told = () if by == complaint.holder else (complaint.holder,)
        return complaint.tell(ComplaintNotice.CUSTOMER_SAYS, *told)
    return _up(complaint, now, f"Promise {promise.number} was not kept", by)


def _up(complaint: Complaint, now: datetime, reason: str, by: str, via: str = "") -> Complaint:
    """To the next level, with all that was said."""
    answered = complaint.holder
    complaint = replace(complaint, status="open", outcome="", wait=None)
    complaint = paths.rise(complaint, now, reason, by, via)
    return replace(complaint.tell(ComplaintNotice.MOVED_ON, answered, text=reason), news=reason)


def _heard(complaint: Complaint, by: str, said: Said, words: str, now: datetime) -> Complaint:
    return replace(complaint, said=(*complaint.said, Word(now, by, said, words.strip())))


def _with(complaint: Complaint, promise: Promise) -> Complaint:
    promises = tuple(promise if one.number == promise.number else one for one in complaint.promises)
    return replace(complaint, promises=promises)


def _must_be_the_customer(complaint: Complaint, by: str) -> None:
    if by != complaint.by:
        raise Refused(f"It is {_customer(complaint)}'s complaint: only they can say that.")


def _must_not_be_closed(complaint: Complaint) -> None:
    if complaint.over:
        raise Refused(f"The complaint is closed ({complaint.outcome}). It can be opened again.")


def _must_be_open(complaint: Complaint) -> None:
    _must_not_be_closed(complaint)
    if complaint.status != "open":
        raise Refused(f"It is answered: {_customer(complaint)} is asked whether that settles it.")


def _required(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"Say {what}.")
    return text.strip()
