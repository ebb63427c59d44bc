"""What time does to a ticket: when it wants to be looked at again, and the one thing that is due then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.clocks.commitments import begin
from procedure.ladder import Wake
from procedure.record import Entry, Kind
from procedure.ticket.asking import carry_out, to_carry_out
from procedure.ticket.paging import next_person
from procedure.ticket.pauses import for_client, go_on, stop_for_client
from procedure.ticket.shifts import declined
from procedure.ticket.state import NoticeKind, Ticket
from procedure.ticket.tiers import climb, close, grant_unanswered


def wake(ticket: Ticket) -> Wake | None:
    """The next thing that time will do; None only for a closed ticket or one about to be presented."""
    wakes = list(_wakes(ticket))
    return min(wakes, key=lambda wake: wake.at) if wakes else None


def _wakes(ticket: Ticket) -> list[Wake]:
    if ticket.status == "paused" and ticket.pause and ticket.pause.until:
        goes_on = Wake(ticket.pause.until, f"paused, {ticket.pause.reason}: goes on by itself")
        return [goes_on, *_request_wake(ticket), *_duty_wakes(ticket)]
    if ticket.status == "resolved" and ticket.confirm_by:
        return [Wake(ticket.confirm_by, "resolved: closes if the customer does not answer")]
    if ticket.status != "open" or not ticket.standing:
        return []
    found = [*_request_wake(ticket), *_duty_wakes(ticket)]
    if ticket.tiers.due:
        found.append(Wake(ticket.tiers.due, _runs_out(ticket)))
    if ticket.standing.warn and not ticket.warned:
        found.append(
            Wake(ticket.standing.warn, f"warn {ticket.name(ticket.holder)}: most of the time is used")
        )
    return found


def _request_wake(ticket: Ticket) -> list[Wake]:
    request = ticket.request
    return [Wake(request.due, f"{ticket.name(request.asked_of)}'s answer to the customer")] if request else []


def _duty_wakes(ticket: Ticket) -> list[Wake]:
    """What goes on while a clock stands still too: the end of a duty, and what is offered to the next."""
    found = []
    if ticket.people and ticket.people.due:
        found.append(Wake(ticket.people.due, f"{ticket.name(ticket.people.rung)}'s time to acknowledge"))
    if ticket.standing and ticket.standing.until:
        text = "the client's hours begin" if ticket.opens else "other people come on duty"
        found.append(Wake(ticket.standing.until, text))
    return found


def _runs_out(ticket: Ticket) -> str:
    if ticket.tiers.exhausted:
        return f"{ticket.name(ticket.holder)} is told again"
    return f"{ticket.tier}'s {ticket.commitment.budget}"


def tick(ticket: Ticket, now: datetime) -> Ticket:
    """Do the one thing that is due now, if any. Called again until nothing is.

    The order matters when several are: after an outage the missed commitment climbs once,
    and what was owed below it is moot.
    """
    if ticket.status == "paused" and ticket.pause and ticket.pause.until and now >= ticket.pause.until:
        return go_on(ticket, Entry(now, Kind.LONGEST_PAUSE_OVER))
    if ticket.status == "resolved" and ticket.confirm_by and now >= ticket.confirm_by:
        return _close_unanswered(ticket, now)
    if ticket.request and now >= ticket.request.due:
        return grant_unanswered(ticket, now)
    if ticket.status not in ("open", "paused") or ticket.unpresented or not ticket.standing:
        return ticket
    if decided := to_carry_out(ticket):
        return carry_out(ticket, decided, now)
    if ticket.tiers.overdue(now):
        return _climb_by_time(ticket, now)
    if ticket.standing.until and now >= ticket.standing.until:
        return replace(ticket, stale=True)
    if ticket.people and ticket.people.overdue(now):
        return _unanswered(ticket, now)
    if ticket.status == "paused":
        return ticket
    if ticket.standing.warn and not ticket.warned and now >= ticket.standing.warn:
        return _warn(ticket, now)
    if asked := for_client(ticket):
        return stop_for_client(ticket, asked, now)
    return ticket


def _climb_by_time(ticket: Ticket, now: datetime) -> Ticket:
    if ticket.tiers.exhausted:
        return _tell_last_resort_again(ticket, now)
    budget, extra = ticket.commitment.budget, ticket.commitment.extra
    why = Entry(now, Kind.RAN_OUT, place=ticket.tier, what=str(budget), due=ticket.tiers.due)
    return climb(ticket, replace(why, number=str(extra) if extra else ""))


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
        failed=(),
    )


def _unanswered(ticket: Ticket, now: datetime) -> Ticket:
    """Who was paged, or was offered it at the change of shifts, has not said a word."""
    if ticket.people is None:
        return ticket
    late = ticket.people.rung
    if not ticket.handover:
        return next_person(ticket, Entry(now, Kind.NOT_ACKNOWLEDGED, person=late))
    return declined(ticket, Entry(now, Kind.NOT_ACCEPTED, person=late))


def _warn(ticket: Ticket, now: datetime) -> Ticket:
    percent, budget = ticket.agreement.criteria.warn_at_percent, ticket.commitment.budget
    used = Entry(now, Kind.WARNED, place=ticket.place, what=str(budget), number=str(percent))
    ticket = replace(ticket, warned=True).noted(used)
    lead = ticket.standing.lead if ticket.standing else ""
    return ticket.tell(NoticeKind.WARNING, *dict.fromkeys((ticket.holder, lead)), why=used)


def _close_unanswered(ticket: Ticket, now: datetime) -> Ticket:
    waited = str(ticket.agreement.confirm_within)
    why = Entry(now, Kind.UNCONFIRMED, person=ticket.requester, what=waited)
    return close(ticket, why).tell_customer(NoticeKind.CLOSED)
