"""What is said about a complaint: by those who hear it, and by the customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.bounds import LONGEST_LINE
from procedure.complaint.progress import ask_for, rest, rest_of, up
from procedure.complaint.state import (
    FARTHEST,
    Complaint,
    ComplaintNotice,
    Promise,
    Said,
    Wait,
    Word,
)
from procedure.kinds import Kind
from procedure.path import state as paths
from procedure.record import Entry, Refused
from procedure.wording import legible, possessive, weight

# What those say who hear it ---------------------------------------------------------------


def acknowledge(complaint: Complaint, by: str, visit: int, now: datetime, via: str = "") -> Complaint:
    """ "I have it". The customer hears of it if they were told that somebody else has."""
    _must_be_open(complaint)
    told, complaint = complaint.holder, paths.take(complaint, by, visit, now, via)
    if by == told:
        return complaint
    return complaint.tell_customer(ComplaintNotice.NOW_WITH, why=complaint.record[-1])


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
    """Answered in words, with what will be done by when; the customer is asked whether that settles it.

    Who has answered may answer once more what the customer has added since.
    """
    if complaint.asked_back:
        paths.must_stand_there(complaint, by, visit)
    else:
        _must_be_open(complaint)
    words = _required(words, "what you answer: the customer reads it")
    complaint = complaint if complaint.asked_back else paths.take(complaint, by, visit, now, via)
    if promise.strip() or promised_by:
        complaint = _promised(complaint, by, promise, promised_by, now)
    complaint = replace(
        complaint,
        status="answered",
        wait=Wait(now),
        path=complaint.path.suspended(),
    )
    complaint = _heard(complaint, by, "answered", words, now)
    complaint = complaint.noted(Entry(now, Kind.ANSWERED, by, via, place=complaint.path.level))
    return complaint.tell_customer(ComplaintNotice.ANSWERED)


def _promised(complaint: Complaint, by: str, what: str, due: datetime | None, now: datetime) -> Complaint:
    what = _required(what, "what you promise to do")
    if due is None:
        raise Refused("Say by when: a promise has a day.")
    if due <= now:
        raise Refused(due, " is over: promise it for a time to come.")
    if due > now + FARTHEST:
        raise Refused(due, " is too far away: promise it for a time within a year.")
    number = len(complaint.promises) + 1
    if number > MOST_PROMISES or weight(what) > LONGEST_LINE:
        raise Refused("Promise less, in fewer words: what is promised is asked for.")
    promise = Promise(number, what, by, due)
    complaint = replace(complaint, promises=(*complaint.promises, promise))
    return complaint.noted(Entry(now, Kind.PROMISED, by, number=str(number), due=due))


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
        complaint = complaint.noted(Entry(now, Kind.IS_SETTLED, by, via))
        return rest(complaint.tell(ComplaintNotice.OVER, complaint.holder), "settled", now)
    if not complaint.path.levels.about(visit):
        raise Refused(f"It has moved since: {complaint.name(complaint.holder)} has it now.")
    if complaint.status == "open":
        name = complaint.name(complaint.holder)
        raise Refused(f"{name} has not answered yet. If they don't in time, it goes up by itself.")
    complaint = _heard(complaint, by, "not yet", words, now)
    return up(complaint, Entry(now, Kind.NOT_SETTLED, by, via))


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
    if complaint.by in about:
        raise Refused(f"It is {possessive(complaint.customer)} own complaint: say who else it is about.")
    complaint = _heard(complaint, by, "added", _required(words, "what you want to add"), now)
    complaint = complaint.noted(Entry(now, Kind.ADDED, by, via))
    complaint = replace(
        complaint,
        about=tuple(dict.fromkeys((*complaint.about, *about))),
        barred=tuple(dict.fromkeys((*complaint.barred, *about))),
    )
    if complaint.on_level and complaint.holder in about:
        # Whom it is about is as much for those who hear it alone as its words are.
        why = Entry(now, Kind.ABOUT_WHOM)
        return replace(paths.climb(complaint, why), news=why)
    if complaint.status == "answered" and complaint.holder in about:
        return up(complaint, Entry(now, Kind.ABOUT_WHOM, by, via))
    if complaint.status == "answered":
        complaint = replace(complaint, wait=Wait(now))  # they are there: their time begins anew
    return complaint.tell(ComplaintNotice.CUSTOMER_SAYS, complaint.holder)


def withdraw(complaint: Complaint, by: str, words: str, now: datetime, via: str = "") -> Complaint:
    """The customer takes it back; nobody else can."""
    _must_be_the_customer(complaint, by)
    _must_not_be_closed(complaint)
    promises = tuple(
        replace(one, state="unanswered", wait=None) if one.open else one for one in complaint.promises
    )
    complaint = _heard(replace(complaint, promises=promises), by, "withdrawn", words, now)
    complaint = complaint.noted(Entry(now, Kind.TAKEN_BACK, by, via))
    return rest(complaint.tell(ComplaintNotice.OVER, complaint.holder), "withdrawn", now)


def reopen(complaint: Complaint, by: str, words: str, now: datetime, via: str = "") -> Complaint:
    """It was closed, and is not settled: it goes up from where it was answered."""
    _must_be_the_customer(complaint, by)
    if not complaint.over and complaint.said[-1].said == "opened again":
        return complaint  # a second click
    if not complaint.over:
        raise Refused(f"It is open: {complaint.name(complaint.holder)} has it.")
    complaint = _heard(complaint, by, "opened again", words, now)
    complaint = complaint.tell(ComplaintNotice.TICKET, complaint.raised.ticket)
    return up(complaint, Entry(now, Kind.RAISED_AGAIN, by, via))


def verify(
    complaint: Complaint, by: str, number: int, kept: bool, words: str, now: datetime, via: str = ""
) -> Complaint:
    """Whether a promise was kept. What is broken goes up; of "kept" the customer has the last word."""
    promise = complaint.having(number)
    if promise is None:
        raise Refused(f"There is no promise {number}.")
    if by not in (complaint.by, promise.by):
        raise Refused(
            f"{complaint.name(promise.by)} has promised it to {complaint.customer}: one of them says so."
        )
    if by in complaint.barred:
        raise Refused("It is about you, or what you worked on: the customer says whether it was kept.")
    if not promise.open:
        raise Refused(f"It was asked for already: {promise.state}.")
    _must_not_be_closed(complaint)
    complaint = _heard(complaint, by, "kept" if kept else "broken", words, now)
    verdict = Kind.PROMISE_KEPT if kept else Kind.PROMISE_BROKEN
    complaint = complaint.noted(Entry(now, verdict, by, via, number=str(number)))
    if not kept:
        return _broken(complaint, promise, by, now)
    if by == complaint.by:
        complaint = complaint.tell(ComplaintNotice.CUSTOMER_SAYS, promise.by)
        return rest_of(complaint, replace(promise, state="kept", wait=None), now)
    return complaint if promise.state == "asked" else ask_for(complaint, promise, now, now)


def _broken(complaint: Complaint, promise: Promise, by: str, now: datetime) -> Complaint:
    """It goes up, unless somebody higher, or the same one again, has it already: they are told."""
    complaint = complaint.with_promise(replace(promise, state="broken", wait=None))
    if complaint.on_level:
        told = () if by == complaint.holder else (complaint.holder,)
        return complaint.tell(ComplaintNotice.CUSTOMER_SAYS, *told)
    return up(complaint, Entry(now, Kind.BROKEN, by, number=str(promise.number)))


MOST_WORDS = 48 * 1024
"""Bytes of all that is said of one complaint: more is read by nobody, and a history has its limits."""

MOST_PROMISES = 20
"""How much is promised about one complaint."""

MOST_OFTEN = 300
"""How often something can be said of one complaint, with words or without."""


def _heard(complaint: Complaint, by: str, said: Said, words: str, now: datetime) -> Complaint:
    words = legible(words)
    if words and weight(words, *(one.text for one in complaint.said)) > MOST_WORDS:
        raise Refused("More than anybody can read is written here already: say it without words, or call us.")
    if len(complaint.said) >= MOST_OFTEN:
        raise Refused("More than anybody can follow was said here already: please call us.")
    return replace(complaint, said=(*complaint.said, Word(now, by, said, words)))


def _must_be_the_customer(complaint: Complaint, by: str) -> None:
    if by != complaint.by:
        raise Refused(f"It is {possessive(complaint.customer)} complaint: only they can say that.")


def _must_not_be_closed(complaint: Complaint) -> None:
    if complaint.over:
        raise Refused(f"The complaint is closed ({complaint.outcome}). It can be opened again.")


def _must_be_open(complaint: Complaint) -> None:
    _must_not_be_closed(complaint)
    if complaint.status != "open":
        raise Refused(f"It is answered: {complaint.customer} is asked whether that settles it.")


def _required(text: str, what: str) -> str:
    text = legible(text)
    if not text:
        raise Refused(f"Say {what}.")
    return text
