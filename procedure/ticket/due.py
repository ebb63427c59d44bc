"""What time does to a ticket: when it wants to be looked at again, and the one thing that is due then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from procedure.clocks.commitments import begin
from procedure.duty.placement import Standing
from procedure.kinds import Kind
from procedure.ladder import Due
from procedure.record import Entry
from procedure.ticket.asking import carry_out, to_carry_out
from procedure.ticket.paging import next_person
from procedure.ticket.pauses import for_client, go_on, stop_for_client
from procedure.ticket.shifts import declined
from procedure.ticket.state import AtTier, NoticeKind, Ticket
from procedure.ticket.tiers import climb, close, grant_unanswered
from procedure.wording import possessive


def dues(ticket: Ticket) -> Iterator[Due[Ticket]]:
    """What time does to it; the missed commitment climbs once, and what was owed below it is moot then."""
    pause, request = ticket.here.pause, ticket.request
    if ticket.status == "paused" and pause and pause.until:
        why = f"paused, {pause.reason}: goes on by itself"
        yield Due(pause.until, why, lambda now: go_on(ticket, Entry(now, Kind.LONGEST_PAUSE_OVER)))
    if ticket.status == "resolved" and ticket.here.confirm_by:
        why = "resolved: closes if the customer does not answer"
        yield Due(ticket.here.confirm_by, why, lambda now: _close_unanswered(ticket, now))
        if ticket.here.remind_at:
            why = f"remind {ticket.name(ticket.requester)} that it closes"
            yield Due(ticket.here.remind_at, why, lambda now: _remind(ticket, now))
    if request:
        why = f"{possessive(ticket.name(request.asked_of))} answer to the customer"
        yield Due(request.due, why, lambda now: grant_unanswered(ticket, now))
    if ticket.status in ("open", "paused") and not ticket.unpresented and ticket.here.standing:
        yield from _at_its_tier(ticket, ticket.here.standing)


def _at_its_tier(ticket: Ticket, standing: Standing) -> Iterator[Due[Ticket]]:
    """What goes on while it stands there; the end of a duty while its clock stands still, too."""
    people = ticket.here.people
    if decided := to_carry_out(ticket):
        yield Due(None, "what was decided", lambda now: carry_out(ticket, decided, now))
    yield from ticket.tiers.runs_out(_runs_out(ticket), partial(_climb_by_time, ticket))
    if standing.until:
        why = "the client's hours begin" if ticket.opens else "other people come on duty"
        yield Due(standing.until, why, lambda now: replace(ticket, here=replace(ticket.here, stale=True)))
    if people:
        why = f"{possessive(ticket.name(people.rung))} time to acknowledge"
        yield from people.runs_out(why, partial(_unanswered, ticket))
    if ticket.status == "open" and standing.warn and not ticket.here.warned:
        why = f"warn {ticket.name(ticket.holder)}: most of the time is used"
        yield Due(standing.warn, why, lambda now: _warn(ticket, now))
    if asked := for_client(ticket):
        yield Due(
            None, "only the client's answer is missing", lambda now: stop_for_client(ticket, asked, now)
        )


def _runs_out(ticket: Ticket) -> str:
    if ticket.tiers.exhausted:
        return f"{ticket.name(ticket.holder)} is told again"
    return f"{possessive(ticket.tier)} {ticket.here.commitment.budget}"


def _climb_by_time(ticket: Ticket, now: datetime) -> Ticket:
    if ticket.tiers.exhausted:
        return _tell_last_resort_again(ticket, now)
    budget, extra = ticket.here.commitment.budget, ticket.here.commitment.extra
    why = Entry(now, Kind.RAN_OUT, place=ticket.tier, what=str(budget), due=ticket.tiers.due)
    return climb(ticket, replace(why, number=str(extra) if extra else ""))


def _tell_last_resort_again(ticket: Ticket, now: datetime) -> Ticket:
    """There is nobody above: the same person is asked once more, whoever that is by now."""
    tiers = ticket.tiers.again(now)
    commitment = begin(ticket.agreement.again_every, tiers.planned)
    return replace(ticket, tiers=tiers, here=AtTier(commitment, again=ticket.here.again + 1))


def _unanswered(ticket: Ticket, now: datetime) -> Ticket:
    """Who was paged, or was offered it at the change of shifts, has not said a word."""
    if ticket.here.people is None:
        return ticket
    late = ticket.here.people.rung
    if not ticket.here.handover:
        return next_person(ticket, Entry(now, Kind.NOT_ACKNOWLEDGED, person=late))
    return declined(ticket, Entry(now, Kind.NOT_ACCEPTED, person=late))


def _warn(ticket: Ticket, now: datetime) -> Ticket:
    percent, budget = ticket.agreement.criteria.warn_at_percent, ticket.here.commitment.budget
    used = Entry(now, Kind.WARNED, place=ticket.place, what=str(budget), number=str(percent))
    ticket = replace(ticket, here=replace(ticket.here, warned=True)).noted(used)
    lead = ticket.here.standing.lead if ticket.here.standing else ""
    return ticket.tell(NoticeKind.WARNING, *dict.fromkeys((ticket.holder, lead)), why=used)


def _remind(ticket: Ticket, now: datetime) -> Ticket:
    """The customer is asked once more, in the same words."""
    ticket = replace(ticket, here=replace(ticket.here, remind_at=None))
    ticket = ticket.noted(Entry(now, Kind.CUSTOMER_REMINDED, person=ticket.requester))
    return ticket.tell_customer(NoticeKind.DECLINED if ticket.here.declined else NoticeKind.SOLVED)


def _close_unanswered(ticket: Ticket, now: datetime) -> Ticket:
    waited = str(ticket.agreement.confirm_within)
    why = Entry(now, Kind.UNCONFIRMED, person=ticket.requester, what=waited)
    return close(ticket, why).tell_customer(NoticeKind.CLOSED)
