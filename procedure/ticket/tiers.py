"""The technical chain: a ticket climbs to another tier, opens again, is resolved, or is over.

Each function takes the ticket as it stands and gives the next one; a ticket that has moved waits
to be presented (``procedure.ticket.presenting``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.bounds import LONGEST_TEXT
from procedure.clocks.commitments import begin
from procedure.kinds import Kind
from procedure.record import Entry
from procedure.ticket.state import AtTier, Note, NoticeKind, Ticket
from procedure.wording import cut


def climb(
    ticket: Ticket,
    why: Entry,
    to: int | None = None,
    *,
    answer: str = "",
) -> Ticket:
    """Move to another tier (the next one unless told otherwise), where it waits to be presented.

    ``why`` is what has brought it there; ``answer`` is what a customer is told who has asked for it to go up.
    """
    before = ticket
    tiers = ticket.tiers.climb(why.at) if to is None else ticket.tiers.move(to, why.at)
    budget = (
        ticket.agreement.again_every
        if tiers.exhausted
        else ticket.agreement.stay(ticket.severity, tiers.rung)
    )
    ticket = replace(
        ticket,
        status="open",
        tiers=tiers,
        why=why,
        here=AtTier(begin(budget, tiers.planned)),
    )
    ticket = ticket.noted(replace(why, to=ticket.place))
    if before.here.acknowledged and before.status != "resolved" and before.holder != why.by:
        ticket = ticket.tell(NoticeKind.MOVED_ON, before.holder, why=why)
    if ticket.request:
        text = answer or f"It has gone up to {ticket.place} meanwhile."
        ticket = replace(ticket, request=None).tell_customer(NoticeKind.ANSWERED, text=text)
    return ticket


def reopen(ticket: Ticket, why: Entry) -> Ticket:
    """A ticket that was not solved after all goes one tier higher than where it was resolved."""
    to = min(ticket.tiers.at + 1, len(ticket.tiers.rungs) - 1)
    return climb(ticket, why, to=to)


def grant_unanswered(ticket: Ticket, now: datetime) -> Ticket:
    """Nobody answered the customer's request in time: silence never keeps a ticket down."""
    if not ticket.request:
        return ticket
    why = Entry(now, Kind.NOT_ANSWERED, person=ticket.request.asked_of, due=ticket.request.due)
    return climb(ticket, why, answer="Nobody answered you in time, so it goes up.")


def resolved(
    ticket: Ticket, solution: str, now: datetime, by: str = "", via: str = "", declined: bool = False
) -> Ticket:
    """Solved, it seems, or ``declined``: every clock stops but the one that waits for the customer's word."""
    if solution and not declined and solution not in (note.text for note in ticket.notes):
        # If it is not solved after all, whoever has it next knows what was done.
        ticket = ticket.with_note(Note(now, by, f"Resolved: {solution}"))
    here = replace(ticket.here, solution=cut(solution, LONGEST_TEXT), declined=declined)
    kind = Kind.DECLINED if declined else Kind.RESOLVED
    return ask_whether_solved(replace(ticket, here=here), Entry(now, kind, by, via, words=solution))


def ask_whether_solved(ticket: Ticket, why: Entry) -> Ticket:
    """The customer has the word: nobody is paged, nor does its time run, until they say that it is not, or
    time has closed it."""
    now, end = why.at, ticket.exact_end(ticket.agreement.confirm_within, why.at)
    ticket = replace(
        ticket,
        status="resolved",
        tiers=ticket.tiers.settle(),
        request=None,
        here=replace(
            ticket.here.settled(),
            confirm_by=end,
            remind_at=halfway(now, end) if end else None,
            commitment=ticket.here.commitment.suspended(now, ticket.stopwatch),
            stale=False,
            pause=None,
        ),
    )
    kind = NoticeKind.DECLINED if ticket.here.declined else NoticeKind.SOLVED
    return ticket.noted(why).tell_customer(kind)


def halfway(now: datetime, end: datetime) -> datetime:
    """When somebody who has said nothing is reminded that it ends."""
    return now + (end - now) / 2


def close(ticket: Ticket, why: Entry) -> Ticket:
    """It is over: nothing is due any more."""
    ticket = replace(
        ticket,
        status="closed",
        request=None,
        tiers=ticket.tiers.settle(),
        here=replace(ticket.here.settled(), pause=None, confirm_by=None, remind_at=None, stale=False),
    )
    return ticket.noted(why)
