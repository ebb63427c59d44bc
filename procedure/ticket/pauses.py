"""The commitment's clock: stopped, going on, looked at again when hours or rotas have changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.bounds import LONGEST_LINE
from procedure.clocks.durations import Duration, spoken
from procedure.kinds import Kind
from procedure.record import Entry
from procedure.ticket.state import Asked, Pause, Ticket
from procedure.ticket.tiers import climb
from procedure.wording import cut


def stop_clock(ticket: Ticket, pause: Pause, by: str = "", via: str = "") -> Ticket:
    """The commitment's clock stops, until somebody says so or the pause has lasted long enough."""
    ticket = replace(
        ticket,
        status="paused",
        tiers=ticket.tiers.suspend(),
        here=replace(
            ticket.here,
            pause=pause,
            commitment=ticket.here.commitment.suspended(pause.since, ticket.stopwatch),
            people=ticket.here.people.suspend()
            if ticket.here.people and not ticket.here.handover
            else ticket.here.people,
        ),
    )
    after = "" if pause.until else str(pause.at_most)
    return ticket.noted(
        Entry(pause.since, Kind.STOPPED, by, via, words=pause.reason, due=pause.until, what=after)
    )


def for_client(ticket: Ticket) -> Asked | None:
    """The question for which the clock should stand still: only the client's answer is missing."""
    if ticket.status != "open" or not ticket.here.acknowledged or ticket.unpresented:
        return None
    return next((asked for asked in ticket.approvals if asked.waits_for_client), None)


def stop_for_client(ticket: Ticket, asked: Asked, now: datetime) -> Ticket:
    """The clock stands still until the client has decided, as long as any pause may last."""
    reason = f"the client decides: {asked.proposal.action}"
    pause = wait_at_most(ticket, ticket.agreement.pause_at_most, reason, now)
    return stop_clock(ticket, replace(pause, approval=asked.number))


def wait_at_most(ticket: Ticket, wait: Duration, reason: str, now: datetime) -> Pause:
    """A pause of this length; one in business days ends when the client's calendar says."""
    return Pause(
        cut(reason, LONGEST_LINE),
        now,
        ticket.exact_end(wait, now),
        at_most=wait if wait.business_days else None,
    )


def go_on(ticket: Ticket, why: Entry) -> Ticket:
    """The stopped clock goes on; one that stood still for the client does so no second time."""
    if ticket.here.pause and ticket.here.pause.approval:
        approvals = tuple(replace(asked, waits_for_client=False) for asked in ticket.approvals)
        ticket = replace(ticket, approvals=approvals)
    return resume_clock(ticket, why)


def resume_clock(ticket: Ticket, why: Entry) -> Ticket:
    """The stopped clock goes on with what is left of the commitment, or it goes to the tier that waits."""
    stopped = spoken(why.at - ticket.here.pause.since) if ticket.here.pause else "a while"
    if ticket.here.pause and ticket.here.pause.then:
        over = Entry(why.at, Kind.PAUSE_OVER, why.by, why.via, words=ticket.here.pause.reason)
        to = ticket.tiers.rungs.index(ticket.here.pause.then)
        return climb(ticket, over, to=to, answer=f"It is with {ticket.here.pause.then} now.")
    people = ticket.here.people
    if people and not people.settled and people.due is None:
        people = replace(people, holder="")  # who was paged before is paged again
    ticket = replace(
        ticket,
        status="open",
        here=replace(
            ticket.here, pause=None, people=people, commitment=ticket.here.commitment.resumed(why.at)
        ),
    )
    return ticket.noted(replace(why, words=stopped))


def look_again(ticket: Ticket, calendar: str, reason: str, now: datetime) -> Ticket:
    """Hours, holidays or rotas have changed: what is left is projected again, what was used is kept."""
    if ticket.closed or ticket.status == "resolved" or calendar == ticket.calendar:
        return ticket
    ticket = replace(ticket, calendar=calendar).noted(Entry(now, Kind.LOOKED_AGAIN, words=reason))
    if ticket.tiers.exhausted:
        return ticket  # who is told again, and when, is looked up each time anyway
    if ticket.status == "paused":
        return replace(ticket, here=replace(ticket.here, stale=True))
    commitment = ticket.here.commitment.suspended(now, ticket.stopwatch).resumed(now)
    return replace(ticket, tiers=ticket.tiers.suspend(), here=replace(ticket.here, commitment=commitment))
