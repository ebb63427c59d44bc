"""How a complaint goes on: put before somebody, waited for, asked about, over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from procedure.climbing import Rules
from procedure.complaint.state import (
    Complaint,
    ComplaintNotice,
    Outcome,
    Promise,
    Wait,
)
from procedure.kinds import Kind
from procedure.ladder import Due, Step
from procedure.path import state as paths
from procedure.path.levels import Found, Seek
from procedure.path.state import LAST_RESORT
from procedure.record import Entry, Notice
from procedure.wording import possessive


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
    enough = complaint.terms.review_after and len(found.earlier) + 1 >= complaint.terms.review_after
    if enough and not complaint.earlier:
        complaint = replace(complaint, earlier=found.earlier)
        count = str(len(found.earlier) + 1)
        complaint = complaint.noted(Entry(now, Kind.REVIEW_ASKED, number=count))
    if found.settle_by:
        complaint = _waiting_until(complaint, found)
    if not complaint.unpresented:
        return complaint
    complaint = paths.put(complaint, found, now)
    if not complaint.path.presented:
        return complaint
    complaint = complaint.untold(ComplaintNotice.MOVED_ON, complaint.holder)
    news = complaint.news
    new = news is not None and news.kind is Kind.RAISED
    complaint = complaint.tell(ComplaintNotice.GIVEN, complaint.holder, why=None if new else news)
    if news is None:
        return complaint
    kind = ComplaintNotice.RECEIVED if new else ComplaintNotice.NOW_WITH
    return replace(complaint.tell_customer(kind, why=news), news=None)


def _waiting_until(complaint: Complaint, found: Found) -> Complaint:
    def until(wait: Wait | None) -> Wait | None:
        if wait is None or wait.due is not None:
            return wait
        remind = found.remind if found.remind and found.settle_by and found.remind < found.settle_by else None
        return replace(wait, remind=remind, due=found.settle_by)

    promises = tuple(replace(one, wait=until(one.wait)) for one in complaint.promises)
    return replace(complaint, wait=until(complaint.wait), promises=promises)


# Time -------------------------------------------------------------------------------------


def dues(complaint: Complaint) -> Iterator[Due[Complaint]]:
    """What time does to it: what was promised is asked for, the customer's word is waited for, and the level
    has a time of its own."""
    if complaint.over:
        return
    on_level = paths.dues(complaint, lambda after: after.tell(ComplaintNotice.WARNING, after.holder))
    for promise in complaint.promises:
        if promise.state == "given":
            why = f"{possessive(complaint.name(promise.by))} promise is due"
            yield Due(promise.due, why, partial(ask_for, complaint, promise, promise.due))
        if promise.state == "asked" and promise.wait:
            yield from _waits(complaint, promise.wait, partial(_promise_waits, complaint, promise))
    if complaint.status == "answered" and complaint.wait:
        yield from _waits(complaint, complaint.wait, partial(_customer_waits, complaint))
    for due in on_level:
        yield due.then(partial(_moved_on, complaint))


def _waits(
    complaint: Complaint, wait: Wait, do: Callable[[Wait, datetime], Complaint]
) -> Iterator[Due[Complaint]]:
    """The customer is reminded, and then not waited for any more."""
    if wait.remind:
        yield Due(wait.remind, f"remind {complaint.customer}", partial(do, wait))
    if wait.due:
        yield Due(wait.due, "the customer's time to say whether it is settled", partial(do, wait))


def _moved_on(before: Complaint, after: Complaint, now: datetime) -> Complaint:
    """Who has let the level's time pass hears that it has moved on."""
    level, late = before.path, before.holder
    # It stays with the last resort, who is told again: nobody else has news of that.
    if not before.on_level or after.path.people is level.people or level.levels.exhausted:
        return after
    why = Entry(now, Kind.SILENT if level.acknowledged else Kind.NOT_TAKEN, person=late)
    return replace(after.tell(ComplaintNotice.MOVED_ON, late, why=why), news=why)


def _customer_waits(complaint: Complaint, wait: Wait, now: datetime) -> Complaint:
    """No word from the customer: reminded, then it is closed as unanswered."""
    if wait.due and now >= wait.due:
        complaint = complaint.noted(Entry(now, Kind.NO_VERDICT, person=complaint.by))
        return rest(complaint, "unanswered", now)
    complaint = replace(complaint, wait=replace(wait, remind=None))
    if complaint.reached:
        return complaint.tell_customer(ComplaintNotice.REMINDED)
    return _call_them(complaint)


def _call_them(complaint: Complaint) -> Complaint:
    text = f"{complaint.who} is not reached by mail"
    return complaint.tell(ComplaintNotice.UNREACHED, complaint.holder, text=text)


def _promise_waits(complaint: Complaint, promise: Promise, wait: Wait, now: datetime) -> Complaint:
    if wait.due and now >= wait.due:
        number = str(promise.number)
        silent = Entry(now, Kind.NO_VERDICT_ON_PROMISE, person=complaint.by, number=number)
        complaint = complaint.noted(silent)
        return rest_of(complaint, replace(promise, state="unanswered", wait=None), now)
    complaint = complaint.with_promise(replace(promise, wait=replace(wait, remind=None)))
    return complaint.tell_customer(ComplaintNotice.PROMISE, promise.what, _due(promise, now))


def _due(promise: Promise, now: datetime) -> Entry:
    return Entry(now, Kind.PROMISE_DUE, person=promise.by, number=str(promise.number))


def ask_for(complaint: Complaint, promise: Promise, since: datetime, now: datetime) -> Complaint:
    """At its time both sides are asked whether it was kept."""
    promise = replace(promise, state="asked", wait=Wait(since))
    complaint = complaint.with_promise(promise)
    due = _due(promise, now)
    complaint = complaint.noted(due)
    complaint = complaint.tell(ComplaintNotice.PROMISE_DUE, promise.by, text=promise.what, why=due)
    return complaint.tell_customer(ComplaintNotice.PROMISE, promise.what, due)


def rest(complaint: Complaint, outcome: Outcome, now: datetime) -> Complaint:
    """Nothing more is said about the answer: closed, unless a promise is still to be asked for."""
    left = [one for one in complaint.promises if one.open]
    complaint = replace(complaint, outcome=outcome, wait=None, path=complaint.path.suspended(), news=None)
    if left:
        until = max(one.due for one in left)
        return replace(complaint, status="promised").noted(Entry(now, Kind.ONLY_PROMISES, due=until))
    complaint = replace(complaint, status="closed").noted(Entry(now, Kind.CLOSED, what=outcome))
    complaint = complaint.tell(ComplaintNotice.TICKET, complaint.raised.ticket)
    last = complaint.said[-1]
    if last.said in ("settled", "withdrawn") and last.at == now:
        return complaint  # the customer knows: they have just said so
    return complaint.tell_customer(ComplaintNotice.CLOSED)


def rest_of(complaint: Complaint, promise: Promise, now: datetime) -> Complaint:
    """A promise was asked for; with the last one a complaint that only waited for it is closed."""
    complaint = complaint.with_promise(promise)
    if complaint.status != "promised" or complaint.promised:
        return complaint
    return rest(complaint, complaint.outcome, now)


def undeliverable(
    complaint: Complaint, notice: Notice[ComplaintNotice], why: str, now: datetime
) -> Complaint:
    """A mail cannot reach its person: the next one is told at once, or somebody calls the customer."""
    if notice.kind == ComplaintNotice.TICKET:
        return complaint  # it is closed, and needs to know nothing any more
    complaint = complaint.undelivered(notice, why, now)
    if notice.to == complaint.by:
        return _call_them(complaint)
    if notice.kind in (ComplaintNotice.GIVEN, ComplaintNotice.WARNING) and complaint.matters(notice):
        before, complaint = complaint, paths.unreached(complaint, now)
        news = Entry(now, Kind.UNREACHABLE, person=notice.to)
        return complaint if complaint is before else replace(complaint, news=news)
    return complaint


RULES = Rules(dues=dues, question=seek, present=present, undeliverable=undeliverable)


def forecast(complaint: Complaint, words: bool = True, says: str = "the customer says") -> list[Step]:
    """What happens if nobody acts, soonest first; without ``words`` nothing of what was promised.

    ``says`` is how the reader hears of the customer: "you say" to themselves.
    """
    steps = [
        Step(at, f"it goes to {complaint.name(who)} ({level or LAST_RESORT})")
        for at, level, who in paths.forecast(complaint)
    ]
    if complaint.on_level and complaint.path.levels.exhausted and complaint.path.levels.due:
        again = f"{complaint.name(complaint.holder)} is told again ({LAST_RESORT})"
        steps.append(Step(complaint.path.levels.due, again))
    if complaint.wait and complaint.wait.due and complaint.status == "answered":
        ends = "only what was promised is waited for" if complaint.promised else "it is closed as unanswered"
        steps.append(Step(complaint.wait.due, f"{ends}, if {says} nothing"))
    steps += [
        Step(
            one.due,
            f"{possessive(complaint.name(one.by))} promise is asked for{f': {one.what}' if words else ''}",
        )
        for one in complaint.promises
        if one.state == "given" and not complaint.over
    ]
    steps += [
        Step(one.wait.due, f"{_without_a_verdict(complaint, one)}, if {says} nothing")
        for one in complaint.promises
        if one.state == "asked" and one.wait and one.wait.due and not complaint.over
    ]
    return sorted(steps)


def _without_a_verdict(complaint: Complaint, promise: Promise) -> str:
    last = complaint.status == "promised" and sum(one.open for one in complaint.promises) == 1
    return "it is closed" if last else f"promise {promise.number} is not asked for any more"


def up(complaint: Complaint, why: Entry) -> Complaint:
    """To the next level, with all that was said."""
    answered = complaint.holder
    complaint = replace(complaint, status="open", outcome="", wait=None)
    complaint = paths.rise(complaint, why)
    return replace(complaint.tell(ComplaintNotice.MOVED_ON, answered, why=why), news=why)
