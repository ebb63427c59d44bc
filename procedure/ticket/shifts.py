"""A change of shifts, for one ticket: what somebody holds whose duty is over is offered to who is on duty.

The list of all that changes hands at one time is ``procedure.ticket.handover``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.duty.placement import Standing
from procedure.kinds import Kind
from procedure.ladder import Ladder
from procedure.record import Entry
from procedure.ticket.paging import next_person, to_acknowledge
from procedure.ticket.state import HandoverOffer, NoticeKind, Ticket


def relieve(ticket: Ticket, now: datetime, ends: datetime | None) -> Ticket:
    """What somebody holds whose duty is over is offered to who is on duty now.

    ``ends`` is when the duty ended, if that is why it is looked at. What was kept is offered again
    only after its holder was on duty meanwhile.
    """
    chain = ticket.here.standing.chain if ticket.here.standing else ()
    if ticket.holder in chain:
        return replace(ticket, here=replace(ticket.here, kept_from=""))
    closed = ticket.here.standing is None or ticket.here.standing.closed
    if not ticket.here.acknowledged or ticket.tiers.exhausted or not chain or closed:
        return ticket
    to = chain[0]
    if to == ticket.here.kept_from:
        return ticket
    # All that one person hands over at one change of shifts makes one list.
    since = ends or now.replace(second=0, microsecond=0)
    due = ticket.answering.after(now, to_acknowledge(ticket, to))
    ticket = replace(
        ticket,
        here=replace(
            ticket.here,
            handover=HandoverOffer(ticket.holder, to, since, due),
            people=Ladder(chain, planned=now).present(to, due),
        ),
    )
    offered = Entry(now, Kind.OFFERED, person=ticket.holder, other=to, due=due)
    ticket = ticket.noted(offered).tell(NoticeKind.HANDOVER, to)
    if ticket.here.standing and ticket.here.standing.every_channel:
        return ticket.page(to, *ticket.channels(to), kind=NoticeKind.OFFERED)
    return ticket


def go_on_offering(ticket: Ticket, offered: HandoverOffer, standing: Standing) -> Ticket:
    """The offer stands; who comes after them is who is on duty now."""
    people = Ladder(standing.chain, planned=offered.at, at=standing.chain.index(offered.to))
    return replace(ticket, here=replace(ticket.here, people=people.present(offered.to, offered.due)))


def withdraw_offer(ticket: Ticket, now: datetime) -> Ticket:
    """Who has it is on duty again, or who it is offered to has gone off duty, too."""
    to = ticket.here.handover.to if ticket.here.handover else ""
    ticket = replace(ticket, here=ticket.here.settled())
    return ticket.noted(Entry(now, Kind.OFFER_WITHDRAWN, person=to))


def declined(ticket: Ticket, why: Entry, to: str = "") -> Ticket:
    """What was offered at the change of shifts (``to`` whom: else as it stands) is not taken: the next."""
    offered = ticket.here.handover
    if not offered or to not in ("", offered.to):
        return ticket
    ticket = next_person(replace(ticket, here=replace(ticket.here, handover=None, acknowledged=False)), why)
    # Who comes after them, and when, is another matter than when it was offered.
    ticket = replace(ticket, here=replace(ticket.here, stale=not ticket.unpresented))
    return ticket if ticket.holder == offered.of else ticket.tell(NoticeKind.MOVED_ON, offered.of, why=why)
