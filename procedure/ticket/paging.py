"""Paging: one person of a tier after the other, on their channels, until somebody has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from procedure.duty.placement import Standing
from procedure.kinds import Kind
from procedure.ladder import due_from
from procedure.record import Entry, Notice
from procedure.ticket.state import NoticeKind, Ticket
from procedure.ticket.tiers import climb, grant_unanswered


def page(ticket: Ticket, now: datetime) -> Ticket:
    """Page whoever is next; their time to acknowledge begins."""
    people = ticket.here.people
    if people is None:
        raise AssertionError("nobody to page: the ticket was not presented")
    person, answering = people.rung, ticket.answering
    wait = to_acknowledge(ticket, person)
    due = due_from(people.planned, answering.after(people.planned, wait), now, wait, answering)
    if ticket.tiers.exhausted and ticket.tiers.due:
        due = ticket.tiers.due  # the last resort is not paged past, only paged again
    ticket = replace(
        ticket, holder=person, here=replace(ticket.here, people=people.present(person, due), failed=())
    )
    every = ticket.channels(person) if ticket.here.standing and ticket.here.standing.every_channel else ()
    return _page_noted(ticket, now, due).page(person, "", *every)


def _page_noted(ticket: Ticket, now: datetime, due: datetime) -> Ticket:
    """One line a page; the last resort's repetitions share one, however many they are."""
    holder = ticket.holder
    if not ticket.here.again:
        instead = ticket.here.standing.instead_of.get(holder, "") if ticket.here.standing else ""
        paged = Entry(now, Kind.PAGED, person=holder, other=instead, place=ticket.place, due=due)
        return ticket.noted(paged)
    return ticket.noted_again(Entry(now, Kind.PAGED_AGAIN, person=holder, number=str(ticket.here.again)))


def page_on_every_channel(ticket: Ticket) -> Ticket:
    """It has become critical: who was paged by mail is paged in every other way, too."""
    people, standing = ticket.here.people, ticket.here.standing
    if not people or not people.presented or people.settled or not standing or not standing.every_channel:
        return ticket
    return ticket if "" in ticket.here.failed else ticket.page(people.rung, *ticket.channels(people.rung))


def go_on_paging(ticket: Ticket, standing: Standing, now: datetime) -> Ticket:
    """Whoever was paged keeps the time to answer; when they are off duty, who is on is paged at once."""
    people = ticket.here.people
    if people is None:
        return ticket
    people = people.renewed(standing.chain)
    if people.presented:
        due = standing.answering.after(now, to_acknowledge(ticket, people.rung))
        due = standing.due if ticket.tiers.exhausted else min(due, people.due or due)
        return replace(ticket, here=replace(ticket.here, people=people.present(people.rung, due)))
    if people.exhausted:
        return climb(ticket, Entry(now, Kind.NOBODY_ELSE, place=ticket.place))
    return page(replace(ticket, here=replace(ticket.here, people=replace(people, planned=now))), now)


def next_person(ticket: Ticket, why: Entry) -> Ticket:
    """Page the next one of the tier; with nobody left the ticket climbs."""
    if ticket.here.people is None or ticket.tiers.exhausted:
        return ticket
    people = ticket.here.people.climb(why.at)
    if people.exhausted:
        tiers = replace(ticket.tiers, due=ticket.here.people.due)
        return climb(replace(ticket, tiers=tiers), replace(why, place=ticket.tier))
    ticket = replace(ticket, here=replace(ticket.here, people=people))
    return page(ticket.noted(replace(why, other=people.rung)), why.at)


def undeliverable(ticket: Ticket, notice: Notice[NoticeKind], why: str, now: datetime) -> Ticket:
    """A notice cannot reach its person: say so, and go on at once instead of waiting out the time.

    As long as another of their channels may reach them, nobody is passed over.
    """
    ticket = ticket.undelivered(notice, why, now)
    if notice.to == ticket.requester and not ticket.closed:
        text = f"{ticket.name(notice.to)} can't be reached by mail: {why}. Try another way."
        return ticket.tell(NoticeKind.UNREACHED, ticket.holder, text=text)
    if not ticket.matters(notice):
        return ticket
    if notice.kind is NoticeKind.WANTS_UP:
        return grant_unanswered(ticket, now)
    waiting = ticket.here.people and not ticket.here.people.settled and ticket.here.people.rung == notice.to
    if notice.kind is not NoticeKind.PAGE or not waiting:
        return ticket
    ticket = replace(ticket, here=replace(ticket.here, failed=(*ticket.here.failed, notice.channel)))
    channels = ticket.channels(notice.to)
    if set(ticket.here.failed) >= {"", *channels}:
        return _unreachable(ticket, notice.to, now)
    if not notice.channel and ticket.here.standing and not ticket.here.standing.every_channel:
        return ticket.page(notice.to, *channels)
    return ticket


def _unreachable(ticket: Ticket, person: str, now: datetime) -> Ticket:
    """The next person at once; while the clock stands still they are paged again when it goes on."""
    if ticket.status == "paused" and (ticket.here.people is None or ticket.here.people.due is None):
        return ticket
    ticket = next_person(ticket, Entry(now, Kind.UNREACHABLE, person=person))
    # All that was foreseen comes earlier now.
    return ticket if ticket.unpresented else replace(ticket, here=replace(ticket.here, stale=True))


def to_acknowledge(ticket: Ticket, person: str) -> timedelta:
    """The real time somebody has to say that they have it, from when they are paged."""
    usual = ticket.agreement.lasts(ticket.agreement.severities[ticket.severity].acknowledge)
    return ticket.here.standing.answers.get(person, usual) if ticket.here.standing else usual
