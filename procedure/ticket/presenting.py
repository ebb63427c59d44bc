"""A ticket is presented to a tier: who stands there is looked up, and paged.

``question`` says what has to be looked up, ``present`` goes on with the answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.clocks.commitments import begin
from procedure.duty.placement import Question, Standing
from procedure.kinds import Kind
from procedure.ladder import Ladder
from procedure.record import Entry
from procedure.ticket.paging import (
    go_on_paging,
    page,
    page_on_every_channel,
    to_acknowledge,
)
from procedure.ticket.shifts import go_on_offering, relieve, withdraw_offer
from procedure.ticket.state import NoticeKind, Ticket
from procedure.ticket.tiers import climb, halfway


def question(ticket: Ticket, now: datetime) -> Question:
    """What has to be known to present the ticket to the rung it stands on."""
    asked = Question(
        agreed=ticket.agreement.at(ticket.severity),
        client=ticket.client,
        severity=ticket.severity,
        tier=ticket.tier,
        commitment=ticket.here.commitment.resumed(now),
        now=now,
        wait=ticket.wait,
    )
    people = ticket.here.people
    if ticket.wait:
        # What was used of the time has nothing to do with when a wait ends.
        return replace(asked, commitment=begin(ticket.here.commitment.budget, now))
    return replace(
        asked,
        fresh=not ticket.tiers.presented,
        acknowledged=ticket.here.acknowledged,
        holder=ticket.holder if ticket.here.acknowledged else "",
        paged=people.rungs[: people.at] if people else (),
        current=people.rung if people and people.presented else "",
        answer_by=people.due if people else None,
        granted=ticket.here.granted,
        names=ticket.names,
    )


def present(ticket: Ticket, standing: Standing, now: datetime) -> Ticket:
    """Put the ticket before the people of its rung; with nobody there it goes on at once."""
    if ticket.wait:
        return _until(ticket, standing.due, now)
    ticket = replace(ticket, names={**ticket.names, **standing.names}, here=replace(ticket.here, stale=False))
    if ticket.tiers.presented:
        return _restart(ticket, standing, now)
    for one in standing.missing:
        ticket = ticket.noted(one.told(now, ticket.place))
    if not standing.chain:
        return climb(ticket, Entry(now, Kind.NOBODY_THERE, place=ticket.place))
    first = not ticket.holder
    late = now - ticket.tiers.planned > to_acknowledge(ticket, standing.chain[0]) / 10
    ticket = replace(
        ticket,
        tiers=ticket.tiers.present(standing.chain[0], standing.due),
        here=replace(
            ticket.here,
            standing=standing,
            granted=standing.due if late else None,
            people=Ladder(standing.chain, planned=standing.opens or ticket.tiers.planned),
        ),
    )
    if standing.opens:
        return _wait(ticket, now, standing.opens)
    ticket = page(ticket, now)
    if ticket.here.again:
        return ticket
    return ticket.tell_customer(NoticeKind.RECEIVED if first else NoticeKind.NOW_WITH)


def _until(ticket: Ticket, end: datetime, now: datetime) -> Ticket:
    """A wait that was agreed in business days ends then."""
    if ticket.here.pause:
        return replace(ticket, here=replace(ticket.here, pause=replace(ticket.here.pause, until=end)))
    return replace(ticket, here=replace(ticket.here, confirm_by=end, remind_at=halfway(now, end)))


def _wait(ticket: Ticket, now: datetime, opens: datetime) -> Ticket:
    """The client's coverage has it wait for the client's hours: it stands with who gets it then."""
    ticket = replace(ticket, holder=ticket.tiers.holder)
    waits = Entry(now, Kind.WAITS, person=ticket.holder, due=opens)
    return ticket.noted(waits).tell_customer(NoticeKind.WAITS)


def _wait_again(ticket: Ticket, standing: Standing, now: datetime, opens: datetime) -> Ticket:
    """What waits now although it was paged before (its severity has changed), or who gets it then."""
    people = ticket.here.people or Ladder((), planned=opens)
    waited = not people.presented
    people = replace(people.again(now).renewed(standing.chain), planned=opens)
    if people.exhausted:
        people = replace(people, rungs=(*people.rungs, *standing.chain))  # all were paged: from the first
    ticket = replace(
        ticket,
        holder=people.rung,
        tiers=replace(ticket.tiers, holder=people.rung),
        here=replace(ticket.here, people=people),
    )
    return ticket if waited else _wait(ticket, now, opens)


def _restart(ticket: Ticket, standing: Standing, now: datetime) -> Ticket:
    """It stands where it was, but the clock starts again, or other people are on duty."""
    before = ticket.here.standing
    ends = before.until if before and before.until and before.until <= now else None
    ticket = replace(ticket, here=replace(ticket.here, standing=standing))
    if ticket.status == "open":
        ticket = replace(ticket, tiers=ticket.tiers.present(ticket.holder, standing.due))
    if ticket.here.handover and (
        ticket.here.handover.to not in standing.chain or ticket.holder in standing.chain
    ):
        ticket = withdraw_offer(ticket, now)
    if ticket.here.people is None or ticket.here.people.settled:
        return relieve(ticket, now, ends)
    if ticket.here.handover:
        return go_on_offering(ticket, ticket.here.handover, standing)
    if ticket.status != "open":
        return ticket
    if standing.opens and standing.chain:
        return _wait_again(ticket, standing, now, standing.opens)
    ticket = go_on_paging(ticket, standing, now)
    return page_on_every_channel(ticket) if before and not before.every_channel else ticket
