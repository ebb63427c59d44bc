"""What happens if nobody acts: the same in the Temporal UI, on the status page and in every mail."""

from __future__ import annotations

from datetime import datetime

from procedure.ladder import Ahead, Step
from procedure.ticket.paging import to_acknowledge
from procedure.ticket.state import Ticket
from procedure.wording import possessive


def forecast(ticket: Ticket, customer: bool = False) -> list[Step]:
    """The steps that follow by themselves, soonest first; none for a closed ticket.

    A ``customer`` is spoken to, and reads their own side: not what the MSP is asked, and of whom it goes to
    only what comes next, unless the procedure says that they see the whole chain.
    """
    own_side = customer and not ticket.agreement.customers_see_chain
    if ticket.status == "paused" and ticket.here.pause and ticket.here.pause.until:
        # Why a clock stands still may be internal: customers hear until when.
        inside = f"the clock goes on by itself ({ticket.here.pause.reason})"
        text = "our clock goes on by itself, at the latest" if customer else inside
        goes_on = Step(ticket.here.pause.until, text)
        undecided = _undecided(ticket, customer)
        people = () if own_side else _people(ticket)
        return sorted((*_request(ticket, customer), *people, *undecided, goes_on), key=_at)
    if ticket.status == "resolved" and ticket.here.confirm_by:
        ends = "it closes, if we have no answer from you"
        return [Step(ticket.here.confirm_by, ends if customer else "closes, if the customer does not answer")]
    if ticket.status != "open" or not ticket.here.standing:
        return []
    moves = _own_side(ticket) if own_side else (*_people(ticket), *_duty(ticket), *_tiers(ticket))
    return sorted((*_request(ticket, customer), *_undecided(ticket, customer), *moves), key=_at)


def _at(step: Step) -> datetime:
    return step.at


def _undecided(ticket: Ticket, customer: bool) -> list[Step]:
    """What is asked and not answered; the clock that stands still for it goes on then."""
    waits = ticket.here.pause.approval if ticket.here.pause else 0
    return [
        Step(
            asked.undecided_at,
            f"{asked.proposal.action} is undecided"
            + (f", and {'our' if customer else 'the'} clock goes on" if asked.number == waits else ""),
        )
        for asked in ticket.approvals
        if asked.outcome == "asked" and asked.undecided_at and (asked.number == waits or not customer)
    ]


def _request(ticket: Ticket, customer: bool) -> list[Step]:
    request = ticket.request
    if not request:
        return []
    whose, who = "your" if customer else "the customer's", ticket.name(request.asked_of)
    return [Step(request.due, f"{whose} wish to escalate is granted, unless {who} answers")]


def _own_side(ticket: Ticket) -> list[Step]:
    """Where it goes next, as whoever waits for it is told: whom the MSP pages meanwhile is its affair."""
    if ticket.opens:
        return [Step(ticket.opens, "your hours begin, and our clock starts")]
    tiers, standing = ticket.tiers, ticket.here.standing
    if tiers.exhausted or standing is None or not standing.ahead:
        return [Step(tiers.due, "we are told again that nobody has it")] if tiers.due else []
    first = standing.ahead[0]
    unless = "solved" if ticket.here.acknowledged else "taken"
    goes = f"it goes to our {first.tier or 'last resort'}, if it is not {unless} by then"
    up = Step(_later(ticket, standing.ahead, first), goes)
    asked = [Step(one.at, "somebody else is asked to take it") for one in _people(ticket)[:1]]
    over = [Step(one.at, "it is handed over to whoever comes on then") for one in _duty(ticket)]
    return [*asked, *over, up]


def _people(ticket: Ticket) -> list[Step]:
    """Whom else at this tier is paged, while nobody has acknowledged."""
    people, standing = ticket.here.people, ticket.here.standing
    if ticket.tiers.exhausted or people is None or standing is None:
        return []
    if ticket.opens:
        return [Step(ticket.opens, f"the client's hours begin: {ticket.name(people.rung)} is paged")]
    leaves = standing.ahead[0].at if standing.ahead else None
    at, steps = people.due, []
    for person in people.rungs[people.at + 1 :]:
        if at is None or (leaves and at >= leaves):
            break
        steps.append(Step(at, f"{ticket.name(person)} is paged ({ticket.tier})"))
        at = standing.answering.after(at, to_acknowledge(ticket, person))
    return steps


def _duty(ticket: Ticket) -> list[Step]:
    """The end of a duty, if it comes before the ticket leaves the tier."""
    standing, due = ticket.here.standing, ticket.tiers.due
    until = standing.until if standing and not standing.closed and ticket.here.acknowledged else None
    if until is None or due is None or until >= due:
        return []
    return [Step(until, f"{possessive(ticket.name(ticket.holder))} duty ends: it is offered to who comes on")]


def _tiers(ticket: Ticket) -> list[Step]:
    if ticket.tiers.exhausted and ticket.tiers.due:
        return [Step(ticket.tiers.due, f"{ticket.name(ticket.holder)} is told again (last resort)")]
    ahead = ticket.here.standing.ahead if ticket.here.standing else ()
    return [
        Step(
            _later(ticket, ahead, step), f"it goes to {ticket.name(step.who)} ({step.tier or 'last resort'})"
        )
        for step in ahead
    ]


def _later(ticket: Ticket, ahead: tuple[Ahead, ...], step: Ahead) -> datetime:
    """Once somebody has it, it leaves the tier with its commitment, not with the last unanswered page."""
    due, unanswered = ticket.tiers.due, ahead[0].at
    if not ticket.here.acknowledged or not due:
        return step.at
    return ticket.stopwatch.after(step.at, ticket.stopwatch.passed(unanswered, due))
