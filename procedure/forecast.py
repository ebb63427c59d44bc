"""What happens if nobody acts: the same in the Temporal UI, on the status page and in every mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from procedure.standing import Ahead
from procedure.ticket import Ticket


class Step(NamedTuple):
    """What will happen at an instant, in words."""

    at: datetime
    text: str


def forecast(ticket: Ticket) -> list[Step]:
    """The steps that follow by themselves, soonest first; none for a closed ticket."""
    if ticket.status == "paused" and ticket.pause:
        goes_on = Step(ticket.pause.until, f"the clock goes on by itself ({ticket.pause.reason})")
        return sorted((*_request(ticket), goes_on), key=lambda step: step.at)
    if ticket.status == "resolved" and ticket.confirm_by:
        return [Step(ticket.confirm_by, "closes, if the customer does not answer")]
    if ticket.status != "open" or not ticket.standing:
        return []
    return sorted((*_request(ticket), *_people(ticket), *_tiers(ticket)), key=lambda step: step.at)


def _request(ticket: Ticket) -> list[Step]:
    request = ticket.request
    if not request:
        return []
    return [
        Step(
            request.due,
            f"the customer's wish to escalate is granted, unless {ticket.name(request.asked_of)} answers",
        )
    ]


def _people(ticket: Ticket) -> list[Step]:
    """Whom else at this tier is paged, while nobody has acknowledged."""
    people = ticket.people
    if ticket.tiers.exhausted or people is None or people.due is None:
        return []
    wait = ticket.agreement.lasts(ticket.agreement.severities[ticket.severity].acknowledge)
    leaves = ticket.standing.ahead[0].at if ticket.standing and ticket.standing.ahead else None
    steps = []
    for place, person in enumerate(people.rungs[people.at + 1 :]):
        at = people.due + wait * place
        if leaves is None or at < leaves:
            steps.append(Step(at, f"{ticket.name(person)} is paged ({ticket.tier})"))
    return steps


def _tiers(ticket: Ticket) -> list[Step]:
    if ticket.tiers.exhausted and ticket.tiers.due:
        return [Step(ticket.tiers.due, f"{ticket.name(ticket.holder)} is told again (last resort)")]
    ahead = ticket.standing.ahead if ticket.standing else ()
    later = _later(ticket, ahead)
    return [Step(s.at + later, f"→ {ticket.name(s.who)} ({s.tier or 'last resort'})") for s in ahead]


def _later(ticket: Ticket, ahead: tuple[Ahead, ...]) -> timedelta:
    """Once somebody has it, it leaves the tier with its commitment, not with the last unanswered page."""
    if not ahead or not ticket.acknowledged or not ticket.tiers.due:
        return timedelta(0)
    return ticket.tiers.due - ahead[0].at
