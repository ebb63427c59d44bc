"""What the helpdesk says: the same events any number of times, in any order, end in the same state."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from procedure.book.severity import NOTHING_KNOWN, Facts
from procedure.kinds import Kind
from procedure.record import Entry
from procedure.ticket.correcting import LONG_AGO, comes_back
from procedure.ticket.customer import reply
from procedure.ticket.pauses import resume_clock, stop_clock, wait_at_most
from procedure.ticket.staff import assessed, reassess
from procedure.ticket.state import Heard, Note, NoticeKind, Ticket
from procedure.ticket.tiers import ask_whether_solved, close, reopen, resolved

DeskState = Literal["open", "waiting", "resolved", "closed"]

REMEMBERED = 1000
"""How many delivery ids a ticket remembers: far more than a helpdesk still repeats."""

LONGEST_ID = 16
"""Characters of a delivery id that are remembered; of a longer one so much of its digest is."""


MOST_BEFORE = 10
"""How many of those whose ticket it was by mistake are remembered."""

AT_ONCE = timedelta(seconds=10)
"""So soon after our mail nobody has read it: whoever answers is a machine."""

LATELY = timedelta(hours=1)
TOO_OFTEN = 3
"""The so manieth reopening within this time is taken for that of a mail loop."""


@dataclass(frozen=True)
class Event:
    """One thing a helpdesk tells about a ticket.

    ``delivery`` is the same each time the same event is sent; ``at`` is the helpdesk's
    own time of it. ``by`` names who did it there, for the record; ``contact`` is the
    customer's contact id when it was the customer. ``automatic`` is by what the helpdesk
    knows that no person wrote it ("Auto-Submitted: auto-replied"). ``requester`` is the
    contact whose ticket it is there, ``requester_name`` what they are called; empty for
    nobody whom we know.
    """

    delivery: str
    at: datetime
    by: str = ""
    contact: str = ""
    text: str = ""
    state: DeskState | None = None
    facts: Facts = NOTHING_KNOWN
    automatic: str = ""
    requester: str = ""
    requester_name: str = ""


def receive(ticket: Ticket, event: Event, now: datetime) -> Ticket:
    """Take one event of the helpdesk; one that was seen before changes nothing."""
    delivery = _remembered(event)
    if delivery in ticket.said.seen:
        return ticket
    seen, latest = (*ticket.said.seen, delivery)[-REMEMBERED:], _is_latest(ticket, event)
    heard = event.at if latest else ticket.said.heard
    ticket = replace(ticket, said=replace(ticket.said, seen=seen, heard=heard))
    if ticket.corrected_to and latest:
        ticket = comes_back(ticket, now)
    ticket = _requester(ticket, event, now)
    ticket = _facts(ticket, event, now)
    ticket = _comment(ticket, event, now)
    return _state(ticket, event, now)


def _remembered(event: Event) -> str:
    ident = event.delivery
    return ident if len(ident) <= LONGEST_ID else sha256(ident.encode()).hexdigest()[:LONGEST_ID]


def reopens(ticket: Ticket, event: Event) -> bool:
    """Whether an event opens a closed ticket again, or may do so: then its customer is asked. What was
    another client's is this one's again by any word of the helpdesk's."""
    if ticket.corrected_to:
        return ticket.closed and _is_latest(ticket, event)
    news = _remembered(event) not in ticket.said.seen and _is_newest(ticket, event)
    opened = event.state in ("open", "waiting") and not event.automatic
    return ticket.closed and news and (opened or _was_reopened(ticket, event))


def _was_reopened(ticket: Ticket, event: Event) -> bool:
    """Closed there, and now resolved there: between the two it was open, of which we may hear later."""
    return event.state == "resolved" and ticket.said.state == "closed"


def _requester(ticket: Ticket, event: Event, now: datetime) -> Ticket:
    """Whose ticket it is: of two whom the helpdesk names, the later one, who is told how it stands."""
    said, whose = ticket.said, event.requester
    if not whose or (said.requester_at and event.at <= said.requester_at):
        return ticket
    ticket = replace(ticket, said=replace(said, requester_at=event.at))
    if whose == ticket.requester:
        return ticket
    why = Entry(now, Kind.REQUESTER, event.by, "the helpdesk", person=whose, other=ticket.requester)
    before = (*(one for one in ticket.not_theirs if one != whose), ticket.requester)
    ticket = replace(
        ticket,
        requester=whose,
        not_theirs=before[-MOST_BEFORE:],
        names={**ticket.names, whose: event.requester_name or whose},
    )
    return _how_it_stands(ticket.noted(why))


def _how_it_stands(ticket: Ticket) -> Ticket:
    """Its customer is told what there is for them to do, if it is not over."""
    pause = ticket.here.pause
    match ticket.status:
        case "closed":
            return ticket
        case "resolved":
            return ticket.tell_customer(NoticeKind.DECLINED if ticket.here.declined else NoticeKind.SOLVED)
        case "paused" if pause and pause.question:
            return ticket.tell_customer(NoticeKind.QUESTION, text=pause.question)
    return ticket.tell_customer(NoticeKind.WAITS if ticket.opens else NoticeKind.RECEIVED)


def _facts(ticket: Ticket, event: Event, now: datetime) -> Ticket:
    ticket, news = _news(ticket, event)
    facts = ticket.facts.updated(news)
    if facts == ticket.facts:
        return ticket
    if ticket.closed:
        # They move nothing, but hold if it is opened again.
        found, why = assessed(ticket, facts)
        return replace(ticket, facts=facts, severity=found, reason=why)
    return reassess(ticket, event.by, news, now, via="the helpdesk")


def _news(ticket: Ticket, event: Event) -> tuple[Ticket, Facts]:
    """What the event tells that the helpdesk has not told before: of each fact the newest word counts.

    A helpdesk that tells all it knows with every comment does not undo what a person has
    corrected here meanwhile.
    """
    said, news = dict(ticket.said.facts or {}), NOTHING_KNOWN
    for name in (field.name for field in fields(Facts)):
        fact, before = replace(NOTHING_KNOWN, **{name: getattr(event.facts, name)}), said.get(name)
        newest = before is None or event.at > before.at
        # Conditions add up, so that their order does not matter.
        if fact == NOTHING_KNOWN or not (newest or name == "conditions"):
            continue
        if before is None or fact != before.facts:
            news = news.updated(fact)
        if newest:
            said[name] = Heard(event.at, fact)
    return replace(ticket, said=replace(ticket.said, facts=said)), news


def _comment(ticket: Ticket, event: Event, now: datetime) -> Ticket:
    if not event.text.strip():
        return ticket
    who, via = event.contact or event.by, "the helpdesk"
    if event.contact and not ticket.closed and not event.automatic:
        asked = ticket.here.pause.since if ticket.here.pause else None
        answers = not _follows_at_once(event, asked)
        return reply(ticket, event.contact, event.text, now, via, answers=answers)
    ticket = ticket.with_note(Note(now, who, event.text))
    if event.automatic:
        return ticket.noted(Entry(now, Kind.AUTOMATIC, who, via, what=event.automatic, words=event.text))
    return ticket.noted(Entry(now, Kind.WRITES, who, via, words=event.text))


def _state(ticket: Ticket, event: Event, now: datetime) -> Ticket:
    """Only the newest word on the state counts, in the helpdesk's own order of time."""
    if event.state is None or not _is_newest(ticket, event):
        return ticket
    again = ticket.closed and _was_reopened(ticket, event)
    ticket = replace(ticket, said=replace(ticket.said, state_at=event.at, state=event.state))
    who, via = event.by or event.contact, "the helpdesk"
    match event.state:
        case "closed" if not ticket.closed:
            return close(ticket, Entry(now, Kind.CLOSED_THERE, who, via))
        case "resolved" if again or ticket.status in ("open", "paused"):
            return resolved(ticket, event.text or "resolved in the helpdesk", now, who, via)
        case "open" | "waiting" if event.automatic:
            if ticket.status not in ("resolved", "closed"):
                return ticket
            stays = Entry(now, Kind.STAYS_AUTOMATIC, who, via, what=event.automatic, was=ticket.status)
            return ticket.noted(stays)
        case "open" | "waiting" if ticket.status in ("resolved", "closed"):
            return _reopened(ticket, event, Entry(now, Kind.OPENED_THERE, who, via))
        case "waiting" if ticket.status == "open":
            longest = ticket.agreement.pause_at_most
            return stop_clock(ticket, wait_at_most(ticket, longest, "on hold in the helpdesk", now), who, via)
        case "open" if ticket.status == "paused" and not (ticket.here.pause and ticket.here.pause.approval):
            return resume_clock(ticket, Entry(now, Kind.OFF_HOLD, who, via))
    return ticket


def _reopened(ticket: Ticket, event: Event, why: Entry) -> Ticket:
    """Opened again there: one tier higher, unless it looks as if a machine had answered our mail. Then it
    stays where it is, and the customer's own word is waited for: it needs a click, which no machine makes."""
    if event.by and not event.contact:
        return reopen(ticket, why)
    lately = (*(at for at in ticket.said.reopened if why.at - at < LATELY), why.at)
    ticket = replace(ticket, said=replace(ticket.said, reopened=lately[-TOO_OFTEN:]))
    if _follows_at_once(event, _told_at(ticket)):
        kind = Kind.STAYS_AT_ONCE
    elif len(lately) >= TOO_OFTEN:
        kind = Kind.STAYS_TOO_OFTEN
    else:
        return reopen(ticket, why)
    stays = replace(why, kind=kind, person=ticket.requester)
    # Where it is resolved they are asked already.
    return ask_whether_solved(ticket, stays) if ticket.closed else ticket.noted(stays)


_TOLD = (
    *(Kind.RESOLVED, Kind.DECLINED, Kind.CONFIRMED, Kind.DECLINE_ACCEPTED, Kind.UNCONFIRMED),
    *(Kind.CLOSED_THERE, Kind.STAYS_AT_ONCE, Kind.STAYS_TOO_OFTEN),
)
"""After what a customer gets a mail about the end of their ticket."""


def _told_at(ticket: Ticket) -> datetime | None:
    """When the customer was last told that it is solved, or over."""
    return next((entry.at for entry in reversed(ticket.record) if entry.kind in _TOLD), None)


def _follows_at_once(event: Event, mailed: datetime | None) -> bool:
    """Whether it happened in the helpdesk so soon after a mail of ours that nobody can have read that."""
    return mailed is not None and timedelta(0) <= event.at - mailed <= AT_ONCE


def _is_latest(ticket: Ticket, event: Event) -> bool:
    return event.at > (ticket.said.heard or LONG_AGO)


def _is_newest(ticket: Ticket, event: Event) -> bool:
    return ticket.said.state_at is None or event.at > ticket.said.state_at
