"""A ticket whose client is corrected in the helpdesk: it goes on as the right client's, what stood in for it
is closed, and what was found so far goes along.

A number is one ticket of its helpdesk, whichever client it is put down for. Of two that are open for it, the
one counts of which the helpdesk has spoken last, in its own order of time: so both end alike however late, or
how often, either of them hears of the other.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime

from procedure.book.agreement import Agreement
from procedure.book.severity import NOTHING_KNOWN, Facts, find_system
from procedure.kinds import Kind
from procedure.record import Entry
from procedure.ticket.opening import Opening
from procedure.ticket.state import Heard, Note, NoticeKind, Ticket
from procedure.ticket.tiers import climb, close

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Namesake:
    """The same ticket of the helpdesk, open for another client: when the helpdesk has last spoken of it, and
    what its staff know. One that is just being opened knows nothing yet.

    ``told`` is what the helpdesk has said of each fact: what differs from it was found by a person.
    """

    id: str
    heard: datetime = LONG_AGO
    facts: Facts = NOTHING_KNOWN
    told: dict[str, Heard] | None = None
    notes: tuple[Note, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


def namesake(ident: str, ticket: Ticket | None, staff: Container[str]) -> Namesake:
    """What may be known of a ticket where it goes on for another client: its own client's people stay behind,
    what they have written is for the MSP's staff."""
    if ticket is None:
        return Namesake(ident)
    described = Note(ticket.opened, "", ticket.description)
    notes = (described, *ticket.notes) if ticket.description.strip() else ticket.notes
    return Namesake(
        id=ident,
        heard=ticket.said.heard or ticket.opened,
        facts=ticket.facts,
        told=ticket.said.facts,
        notes=tuple(note if note.by in staff else replace(note, by="") for note in notes),
        names={person: name for person, name in ticket.names.items() if person in staff},
    )


def newest(namesakes: Iterable[Namesake]) -> Namesake | None:
    """The one of which the helpdesk has spoken last."""
    return max(namesakes, key=lambda one: (one.heard, one.id), default=None)


def goes_on_as(ident: str, heard: datetime, namesakes: Iterable[Namesake]) -> Namesake | None:
    """Where it goes on, if what has opened this one came late: the helpdesk has spoken of another since."""
    other = newest(namesakes)
    return other if other and (other.heard, other.id) > (heard, ident) else None


def knowing(opening: Opening, agreement: Agreement, namesakes: Iterable[Namesake]) -> Opening:
    """What comes in, with what was known of it for another client, in this client's terms."""
    was = newest(namesakes)
    if was is None:
        return opening
    system = find_system(agreement.systems, was.facts.system)
    known = replace(was.facts, system=system if system in agreement.systems else "")
    return replace(opening, facts=known.updated(_news(opening.facts, was.told or {})))


def _news(facts: Facts, told: dict[str, Heard]) -> Facts:
    """What the helpdesk says otherwise than before: it repeats what a person has corrected here since."""
    usual = {one.name: getattr(NOTHING_KNOWN, one.name) for one in fields(Facts)}
    repeated = {
        name: usual[name]
        for name, heard in told.items()
        if getattr(heard.facts, name) == getattr(facts, name)
    }
    return replace(facts, **repeated)


def takes_over(ticket: Ticket, namesakes: Iterable[Namesake], now: datetime) -> Ticket:
    """The ticket that opens, with what was found while it was put down for another client."""
    was = newest(namesakes)
    if was is None:
        return ticket
    ticket = replace(ticket, said=replace(ticket.said, facts=was.told), names={**was.names, **ticket.names})
    for note in was.notes:
        if note.text != ticket.description:
            ticket = ticket.with_note(note)
    return ticket.noted(Entry(now, Kind.TAKES_OVER, what=was.id))


def counts(ticket: Ticket, other: str, heard: datetime) -> bool:
    """Whether the helpdesk has spoken of the other ticket last."""
    return (heard, other) > (ticket.said.heard or LONG_AGO, ticket.id)


def corrected(ticket: Ticket, other: str, heard: datetime, now: datetime) -> Ticket:
    """It is another client's: closed here, and who was told of it hears that. The customer hears no more than
    that it was not theirs."""
    if ticket.closed or not counts(ticket, other, heard):
        return ticket
    why = Entry(now, Kind.CORRECTED, what=other)
    # What is older than the correction opens nothing again.
    said = replace(ticket.said, heard=heard)
    ticket = replace(close(ticket, why), corrected_to=other, said=said)
    if not ticket.holder:
        return ticket
    return ticket.tell(NoticeKind.MOVED_ON, ticket.holder, why=why).tell_customer(NoticeKind.CLOSED)


def comes_back(ticket: Ticket, now: datetime) -> Ticket:
    """It was this client's after all: it goes on at the tier where it stood."""
    here = replace(ticket.here, acknowledged=False)
    to = min(ticket.tiers.at, len(ticket.tiers.rungs) - 1)
    return climb(replace(ticket, corrected_to="", here=here), Entry(now, Kind.COMES_BACK), to=to)
