"""The technical chain: a ticket is presented to a tier, and climbs when its time runs out.

Each function takes the ticket as it stands and gives the next one. What the people of a
tier say is in ``procedure.holding``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from procedure.calendars import instant
from procedure.commitments import begin
from procedure.durations import spoken
from procedure.ladder import Ladder, due_from
from procedure.standing import Question, Standing
from procedure.ticket import Notice, NoticeKind, Pause, Ticket

# Presenting ---------------------------------------------------------------------------


def question(ticket: Ticket, now: datetime) -> Question:
    """What has to be known to present the ticket to the rung it stands on."""
    return Question(
        agreement=ticket.agreement,
        severity=ticket.severity,
        tier=ticket.tier,
        commitment=ticket.commitment,
        now=now,
        fresh=not ticket.tiers.presented,
        acknowledged=ticket.acknowledged,
        paged=ticket.people.at if ticket.people else 0,
        names=ticket.names or {},
    )


def present(ticket: Ticket, standing: Standing, now: datetime) -> Ticket:
    """Put the ticket before the people of its rung; with nobody there it goes on at once."""
    ticket = replace(ticket, names={**(ticket.names or {}), **standing.names})
    if ticket.tiers.presented:
        return _restart(ticket, standing, now)
    for person in standing.absent:
        ticket = ticket.noted(
            now, f"{person} is listed at {ticket.place}, but is not in the procedure any more"
        )
    if not standing.chain:
        return climb(ticket, now, f"Nobody at {ticket.place} can be reached")
    first = not ticket.holder
    ticket = replace(
        ticket,
        standing=standing,
        tiers=ticket.tiers.present(standing.chain[0], standing.due),
        people=Ladder(standing.chain, planned=ticket.tiers.planned),
    )
    ticket = _page(ticket, now)
    if ticket.again:
        return ticket
    return ticket.tell_customer(NoticeKind.RECEIVED if first else NoticeKind.NOW_WITH)


def _restart(ticket: Ticket, standing: Standing, now: datetime) -> Ticket:
    """The same people go on with a clock that starts again: resumed, extended, or of another severity."""
    people = ticket.people
    if people and not people.settled:
        due = standing.due if ticket.tiers.exhausted else now + _to_acknowledge(ticket)
        people = people.present(people.rung, min(due, people.due or due))
        standing = replace(standing, chain=people.rungs)
    tiers = ticket.tiers.present(ticket.holder, standing.due)
    return replace(ticket, standing=standing, tiers=tiers, people=people)


def _page(ticket: Ticket, now: datetime) -> Ticket:
    people = ticket.people
    if people is None:
        raise AssertionError("nobody to page: the ticket was not presented")
    person, wait = people.rung, _to_acknowledge(ticket)
    due = due_from(people.planned, people.planned + wait, now, wait)
    if ticket.tiers.exhausted and ticket.tiers.due:
        due = ticket.tiers.due  # the last resort is not paged past, only paged again
    ticket = replace(ticket, people=people.present(person, due), holder=person)
    return _page_noted(ticket, now, due).tell(NoticeKind.PAGE, person)


def _page_noted(ticket: Ticket, now: datetime, due: datetime) -> Ticket:
    """One line a page; the last resort's repetitions share one, however many they are."""
    name = ticket.name(ticket.holder)
    if not ticket.again:
        return ticket.noted(now, f"{name} ({ticket.place}) paged, to acknowledge by {instant(due)}")
    repeated = f"{name} (last resort) paged again, times so far: "
    if ticket.record[-1].text.startswith(repeated):
        ticket = replace(ticket, record=ticket.record[:-1])
    return ticket.noted(now, f"{repeated}{ticket.again}")


def _to_acknowledge(ticket: Ticket) -> timedelta:
    return ticket.agreement.lasts(ticket.agreement.severities[ticket.severity].acknowledge)


# Time ---------------------------------------------------------------------------------


class Wake(NamedTuple):
    """When the ticket wants to be looked at again, and what happens then if nobody acts."""

    at: datetime
    why: str


def wake(ticket: Ticket) -> Wake | None:
    """The next thing that time will do; None only for a closed ticket or one about to be presented."""
    wakes = list(_wakes(ticket))
    return min(wakes, key=lambda wake: wake.at) if wakes else None


def _wakes(ticket: Ticket) -> list[Wake]:
    if ticket.status == "paused" and ticket.pause:
        return [
            Wake(ticket.pause.until, f"paused, {ticket.pause.reason}: goes on by itself"),
            *_request_wake(ticket),
        ]
    if ticket.status == "resolved" and ticket.confirm_by:
        return [Wake(ticket.confirm_by, "resolved: closes if the customer does not answer")]
    if ticket.status != "open" or not ticket.standing:
        return []
    found = _request_wake(ticket)
    if ticket.tiers.due:
        found.append(Wake(ticket.tiers.due, _runs_out(ticket)))
    if ticket.people and ticket.people.due:
        found.append(Wake(ticket.people.due, f"{ticket.name(ticket.people.rung)}'s time to acknowledge"))
    if ticket.standing.warn and not ticket.warned:
        found.append(
            Wake(ticket.standing.warn, f"warn {ticket.name(ticket.holder)}: most of the time is used")
        )
    return found


def _request_wake(ticket: Ticket) -> list[Wake]:
    request = ticket.request
    return [Wake(request.due, f"{ticket.name(request.asked_of)}'s answer to the customer")] if request else []


def _runs_out(ticket: Ticket) -> str:
    if ticket.tiers.exhausted:
        return f"{ticket.name(ticket.holder)} is told again"
    return f"{ticket.tier}'s {ticket.commitment.budget}"


def tick(ticket: Ticket, now: datetime) -> Ticket:
    """Do the one thing that is due now, if any. Called again until nothing is.

    The order matters when several are: after an outage the missed commitment climbs once,
    and what was owed below it is moot.
    """
    if ticket.status == "paused" and ticket.pause and now >= ticket.pause.until:
        return resume_clock(ticket, now, "The longest pause is over")
    if ticket.status == "resolved" and ticket.confirm_by and now >= ticket.confirm_by:
        return _close_unanswered(ticket, now)
    if ticket.request and now >= ticket.request.due:
        return grant_unanswered(ticket, now)
    if ticket.status != "open" or ticket.unpresented or not ticket.standing:
        return ticket
    if ticket.tiers.overdue(now):
        return _climb_by_time(ticket, now)
    if ticket.people and ticket.people.overdue(now):
        return _next_person(ticket, now, f"{ticket.name(ticket.people.rung)} did not acknowledge in time")
    if ticket.standing.warn and not ticket.warned and now >= ticket.standing.warn:
        return _warn(ticket, now)
    return ticket


def _climb_by_time(ticket: Ticket, now: datetime) -> Ticket:
    if ticket.tiers.exhausted:
        return _tell_last_resort_again(ticket, now)
    ran_out = instant(ticket.tiers.due or now)
    extra = f" and the {ticket.commitment.extra} % more for progress" if ticket.commitment.extra else ""
    return climb(ticket, now, f"{ticket.tier}'s {ticket.commitment.budget}{extra} ran out at {ran_out}")


def _tell_last_resort_again(ticket: Ticket, now: datetime) -> Ticket:
    """There is nobody above: the same person is asked once more, whoever that is by now."""
    tiers = ticket.tiers.again(now)
    commitment = begin(ticket.agreement.again_every, tiers.planned)
    return replace(
        ticket,
        tiers=tiers,
        commitment=commitment,
        people=None,
        standing=None,
        acknowledged=False,
        again=ticket.again + 1,
    )


def _next_person(ticket: Ticket, now: datetime, reason: str) -> Ticket:
    if ticket.people is None or ticket.tiers.exhausted:
        return ticket
    people = ticket.people.climb(now)
    if people.exhausted:
        tiers = replace(ticket.tiers, due=ticket.people.due)
        return climb(replace(ticket, tiers=tiers), now, f"{reason}; nobody at {ticket.tier} did")
    ticket = replace(ticket, people=people)
    return _page(ticket.noted(now, f"{reason}: {ticket.name(people.rung)} is next"), now)


def _warn(ticket: Ticket, now: datetime) -> Ticket:
    percent = ticket.agreement.criteria.warn_at_percent
    text = f"{percent} % of {ticket.place}'s {ticket.commitment.budget} is used"
    ticket = replace(ticket, warned=True).noted(now, text)
    lead = ticket.standing.lead if ticket.standing else ""
    return ticket.tell(NoticeKind.WARNING, *dict.fromkeys((ticket.holder, lead)), text=text)


def _close_unanswered(ticket: Ticket, now: datetime) -> Ticket:
    waited = ticket.agreement.confirm_within
    text = f"No answer from {ticket.name(ticket.requester)} within {waited}: closed"
    return close(ticket, now, text).tell_customer(NoticeKind.CLOSED)


# Climbing -----------------------------------------------------------------------------


def climb(
    ticket: Ticket,
    now: datetime,
    reason: str,
    to: int | None = None,
    *,
    by: str = "",
    via: str = "",
    answer: str = "",
) -> Ticket:
    """Move to another tier (the next one unless told otherwise), where it waits to be presented.

    ``reason`` is for the record; ``answer`` is what a customer is told who has asked for it to go up.
    """
    before = ticket
    tiers = ticket.tiers.climb(now) if to is None else ticket.tiers.move(to, now)
    budget = (
        ticket.agreement.again_every
        if tiers.exhausted
        else ticket.agreement.stay(ticket.severity, tiers.rung)
    )
    ticket = replace(
        ticket,
        status="open",
        tiers=tiers,
        commitment=begin(budget, tiers.planned),
        people=None,
        standing=None,
        again=0,
        acknowledged=False,
        warned=False,
        extended=False,
        pause=None,
        solution="",
        confirm_by=None,
        why=reason,
    )
    ticket = ticket.noted(now, f"{reason}: to {ticket.place}", by, via)
    if before.acknowledged and before.status != "resolved" and before.holder != by:
        ticket = ticket.tell(NoticeKind.MOVED_ON, before.holder, text=reason)
    if ticket.request:
        text = answer or f"It has gone up to {ticket.place} meanwhile."
        ticket = replace(ticket, request=None).tell_customer(NoticeKind.ANSWERED, text=text)
    return ticket


def reopen(ticket: Ticket, now: datetime, reason: str, by: str = "", via: str = "") -> Ticket:
    """A ticket that was not solved after all goes one tier higher than where it was resolved."""
    to = min(ticket.tiers.at + 1, len(ticket.tiers.rungs) - 1)
    return climb(ticket, now, f"{reason}: reopened", to=to, by=by, via=via)


def grant_unanswered(ticket: Ticket, now: datetime) -> Ticket:
    """Nobody answered the customer's request in time: silence never keeps a ticket down."""
    if not ticket.request:
        return ticket
    who, due = ticket.name(ticket.request.asked_of), instant(ticket.request.due)
    reason = f"The customer asked, and {who} did not answer by {due}"
    return climb(ticket, now, reason, answer="Nobody answered you in time, so it goes up.")


def undeliverable(ticket: Ticket, notice: Notice, why: str, now: datetime) -> Ticket:
    """A notice cannot reach its person: say so, and go on at once instead of waiting out the time."""
    ticket = ticket.noted(now, f"Mail to {ticket.name(notice.to)} does not arrive: {why}")
    if notice.to == ticket.requester and not ticket.closed:
        text = f"{ticket.name(notice.to)} can't be reached by mail: {why}. Try another way."
        return ticket.tell(NoticeKind.UNREACHED, ticket.holder, text=text)
    if not ticket.matters(notice):
        return ticket
    if notice.kind is NoticeKind.WANTS_UP:
        return grant_unanswered(ticket, now)
    waiting = ticket.people and not ticket.people.settled and ticket.people.rung == notice.to
    if notice.kind is NoticeKind.PAGE and waiting and ticket.status == "open":
        return _next_person(ticket, now, f"{ticket.name(notice.to)} can't be reached")
    return ticket


def resolved(ticket: Ticket, solution: str, now: datetime, by: str = "", via: str = "") -> Ticket:
    """Solved, it seems: every clock stops but the one that waits for the customer's word."""
    ticket = replace(
        ticket,
        status="resolved",
        solution=solution,
        confirm_by=now + ticket.agreement.lasts(ticket.agreement.confirm_within),
        commitment=ticket.commitment.suspended(now),
        tiers=ticket.tiers.settle(),
        people=ticket.people.settle() if ticket.people else None,
        pause=None,
        request=None,
    )
    return ticket.noted(now, f"Resolved: {solution}", by, via).tell_customer(NoticeKind.SOLVED)


def close(ticket: Ticket, now: datetime, reason: str, by: str = "", via: str = "") -> Ticket:
    """It is over: nothing is due any more."""
    ticket = replace(
        ticket,
        status="closed",
        pause=None,
        request=None,
        confirm_by=None,
        tiers=ticket.tiers.settle(),
        people=ticket.people.settle() if ticket.people else None,
    )
    return ticket.noted(now, reason, by, via)


def stop_clock(ticket: Ticket, pause: Pause, by: str = "", via: str = "") -> Ticket:
    """The commitment's clock stops, until somebody says so or the pause has lasted long enough."""
    ticket = replace(
        ticket,
        status="paused",
        pause=pause,
        commitment=ticket.commitment.suspended(pause.since),
        tiers=ticket.tiers.suspend(),
        people=ticket.people.suspend() if ticket.people else None,
    )
    until = instant(pause.until)
    return ticket.noted(
        pause.since, f"Clock stopped: {pause.reason}; goes on at {until} at the latest", by, via
    )


def resume_clock(ticket: Ticket, now: datetime, reason: str, by: str = "", via: str = "") -> Ticket:
    """The stopped clock goes on with what is left of the commitment."""
    stopped = spoken(now - ticket.pause.since) if ticket.pause else "a while"
    ticket = replace(ticket, status="open", pause=None, commitment=ticket.commitment.resumed(now))
    return ticket.noted(now, f"{reason}, after {stopped}", by, via)
