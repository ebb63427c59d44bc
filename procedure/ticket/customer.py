"""What the customer says: please escalate, an answer to a question, solved or not.

The customer's wish that a ticket go up always gets an explicit answer from a named
person; if nobody gives one in time, it is granted (``tiers.grant_unanswered``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.bounds import LONGEST_TEXT
from procedure.kinds import Kind
from procedure.record import Entry, Refused
from procedure.ticket.pauses import resume_clock
from procedure.ticket.staff import pause
from procedure.ticket.state import (
    Complained,
    Note,
    NoticeKind,
    Request,
    Ticket,
)
from procedure.ticket.tiers import climb, close, reopen
from procedure.wording import cut


def ask_for_escalation(
    ticket: Ticket, by: str, visit: int, words: str, now: datetime, via: str = ""
) -> Ticket:
    """The customer asks for the ticket to go up: the lead of the tier it is at owes an answer."""
    _must_not_be_over(ticket)
    _must_be_about(ticket, visit)
    if ticket.status == "resolved":
        raise Refused("We think it is solved. If it is not, say so, and it goes one level up.")
    if ticket.request:
        asked = ticket.request
        raise Refused(f"You have asked already; {ticket.name(asked.asked_of)} answers by ", asked.due, ".")
    if ticket.tiers.exhausted:
        raise Refused(
            f"{ticket.name(ticket.holder)} has it, the last person of all: there is no higher level."
        )
    ticket = ticket.noted(Entry(now, Kind.WANTS_UP, by, via, words=words or "no reason given"))
    lead = ticket.here.standing.lead if ticket.here.standing else ""
    if not lead:
        return climb(ticket, Entry(now, Kind.NO_LEAD, place=ticket.place))
    within = ticket.agreement.lasts(ticket.agreement.criteria.customer_request.answer_within)
    due = ticket.here.standing.answering.after(now, within) if ticket.here.standing else now + within
    ticket = replace(ticket, request=Request(by, now, lead, due))
    return ticket.tell(NoticeKind.WANTS_UP, lead, text=words)


def answer_request(
    ticket: Ticket, by: str, granted: bool, reason: str, now: datetime, via: str = ""
) -> Ticket:
    """Granted, or kept where it is with a reason: told to the customer with the name of who decided."""
    request = ticket.request
    if not request:
        raise Refused("There is no open wish to escalate: it has been answered, or the ticket has moved.")
    if by != request.asked_of and not ticket.on_tier(by):
        raise Refused(f"{ticket.name(request.asked_of)} was asked for the answer.")
    if not granted and not reason.strip():
        raise Refused("Say why it stays: the customer is told.")
    if granted:
        answer = f"{ticket.name(by)} agrees: it goes up."
        return climb(ticket, Entry(now, Kind.GRANTED, by, via), answer=answer)
    ticket = replace(ticket, request=None)
    ticket = ticket.noted(Entry(now, Kind.KEPT_DOWN, by, via, place=ticket.place, words=reason))
    text = f"{ticket.name(by)} keeps it at {ticket.place}: {reason}"
    return ticket.tell_customer(NoticeKind.ANSWERED, text=text)


def ask(ticket: Ticket, by: str, visit: int, question: str, now: datetime, via: str = "") -> Ticket:
    """Whoever has it asks the customer something; the clock stops until they answer."""
    if not question.strip():
        raise Refused("Say what you want to know.")
    if ticket.status != "paused":
        who = ticket.name(ticket.requester)
        ticket = pause(ticket, by, f"{who} is asked something", now, visit=visit, for_customer=True, via=via)
    if ticket.here.pause and ticket.here.pause.for_customer:
        ticket = replace(
            ticket,
            here=replace(ticket.here, pause=replace(ticket.here.pause, question=cut(question, LONGEST_TEXT))),
        )
    ticket = ticket.with_note(Note(now, by, f"Asked the customer: {question}"))
    return ticket.tell_customer(NoticeKind.QUESTION, text=question)


def reply(
    ticket: Ticket, by: str, words: str, now: datetime, via: str = "", *, answers: bool = True
) -> Ticket:
    """The customer says something: whoever has it hears it, and if it ``answers`` what they were asked, the
    clock that was stopped for it goes on."""
    _must_not_be_over(ticket)
    if not words.strip():
        raise Refused("Write what you want to tell us.")
    ticket = ticket.with_note(Note(now, by, words))
    ticket = ticket.noted(Entry(now, Kind.SAYS, by, via, words=words))
    if answers and ticket.here.pause and ticket.here.pause.for_customer:
        ticket = resume_clock(ticket, Entry(now, Kind.CUSTOMER_ANSWERED))
    return ticket.tell(NoticeKind.CUSTOMER_SAYS, ticket.holder, text=words)


def confirm(
    ticket: Ticket, by: str, visit: int, solved: bool, words: str, now: datetime, via: str = ""
) -> Ticket:
    """Solved: it closes. Not yet: it reopens one tier higher, with what the customer says."""
    if ticket.closed and solved:
        return ticket
    _must_not_be_over(ticket)
    _must_be_about(ticket, visit)
    if ticket.status != "resolved":
        raise Refused("Nobody says that it is solved yet.")
    if words.strip():
        ticket = ticket.with_note(Note(now, by, words))
    if solved:
        kind = Kind.DECLINE_ACCEPTED if ticket.here.declined else Kind.CONFIRMED
        return close(ticket, Entry(now, kind, by, via))
    kind = Kind.DECLINE_NOT_ACCEPTED if ticket.here.declined else Kind.NOT_SOLVED
    return reopen(ticket, Entry(now, kind, by, via, words=words.strip()))


def complained(ticket: Ticket, number: str, over: bool, now: datetime) -> Ticket:
    """There is a complaint about how it is handled, or it is over. It moves nothing here: who hears it, and
    what it says, stays outside the technical chain."""
    before = next((one for one in ticket.complaints if one.number == number), None)
    if before and before.over == over:
        return ticket
    since = before.since if before and over else now
    others = tuple(one for one in ticket.complaints if one is not before)
    ticket = replace(ticket, complaints=(*others, Complained(number, since, over)))
    return ticket.noted(Entry(now, Kind.COMPLAINT_OVER if over else Kind.COMPLAINED, number=number))


def _must_be_about(ticket: Ticket, visit: int) -> None:
    """A page that was open for long, or an old link, moves nothing a second time."""
    if not ticket.tiers.about(visit):
        raise Refused(f"It has moved since: {ticket.name(ticket.holder)} ({ticket.place}) has it now.")


def _must_not_be_over(ticket: Ticket) -> None:
    if ticket.closed:
        raise Refused("The ticket is closed. Open it again in the helpdesk, or write to us.")
