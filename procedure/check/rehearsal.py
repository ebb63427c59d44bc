"""The chain as it would run: a ticket on which nobody ever acts, from its opening to the last resort.

Walked by the functions that the workflow runs, so that what is foreseen is what happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from procedure.book.agreement import agree
from procedure.book.procedure import Procedure
from procedure.book.reader import reader
from procedure.book.severity import Otherwise, Severity
from procedure.duty.on_duty import Watch
from procedure.duty.placement import stand
from procedure.ticket.due import tick, wake
from procedure.ticket.opening import Opening, open_ticket, start_of
from procedure.ticket.presenting import present, question
from procedure.ticket.state import NoticeKind, Ticket

MOST_STEPS = 10_000
"""A ticket that takes more to reach the last resort never will."""


@dataclass(frozen=True)
class Paged:
    """Somebody is paged. ``role`` is empty for a tier's own people in hours, ``tier`` at the last resort.

    ``channels`` are those besides mail; ``instead_of`` is whom a substitute stands in for;
    ``passed_over`` says why others were not paged before.
    """

    at: datetime
    tier: str
    person: str
    answers_by: datetime
    role: str = ""
    instead_of: str = ""
    channels: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waits:
    """The client's coverage has it wait for the client's hours; then this person is paged."""

    at: datetime
    tier: str
    person: str
    until: datetime
    passed_over: tuple[str, ...] = ()


Step = Paged | Waits


class Endless(Exception):
    """The chain does not come to its end."""


def walk(
    book: Procedure, client: str, severity: Severity, at: datetime, pace: float = 1.0
) -> tuple[Step, ...]:
    """Everybody who is paged and every wait, in order, until the last resort has been told once.

    KeyError if there is no such client; Endless if the last resort is never reached.
    """
    watch = Watch(book, client, severity, pace)
    ticket, steps, roles = _opened(watch, at), list[Step](), dict[str, str]()
    passed_over: tuple[str, ...] = ()
    for _ in range(MOST_STEPS):
        before, ticket = ticket, tick(ticket, at)
        if ticket.unpresented:
            standing = stand(book, question(ticket, at))
            if not ticket.tiers.presented:
                told = reader(book, "", client, at)
                passed_over += tuple(told.told(one.told(at, ticket.place)) for one in standing.missing)
            roles = _roles(watch, ticket.tier, standing.opens or at)
            ticket = present(ticket, standing, at)
        for step in _steps(ticket, at, roles):
            steps.append(replace(step, passed_over=passed_over))
            passed_over = ()
            if not step.tier:
                return tuple(steps)
        if ticket is before:
            at = _next(ticket, at)
        ticket = ticket.sent() if ticket.notices else ticket
    raise Endless(f"after {MOST_STEPS} steps this ticket has not come to the last resort")


def _opened(watch: Watch, at: datetime) -> Ticket:
    """A ticket of which nothing is known but its severity: the client's ordinary one, for once."""
    flat = {"otherwise": Otherwise.flat(watch.severity)}
    agreement = agree(watch.book, watch.client, watch.pace).model_copy(update=flat)
    requester = next(iter(watch.book.clients[watch.client].contacts))
    opening = Opening(watch.client, "rehearsal", "1", "A rehearsal", requester)
    return open_ticket(opening, agreement, start_of(opening, agreement, 0), {}, at)


def _roles(watch: Watch, tier: str, at: datetime) -> dict[str, str]:
    return {place.person: place.role for place in watch.duty(tier, at).places} if tier else {}


def _steps(ticket: Ticket, at: datetime, roles: dict[str, str]) -> Iterator[Step]:
    """What the ticket has just had to say to its own people, and whether it waits."""
    if ticket.opens and any(notice.kind is NoticeKind.WAITS for notice in ticket.notices):
        yield Waits(at, ticket.tier, ticket.holder, ticket.opens)
    pages = [notice for notice in ticket.notices if notice.kind is NoticeKind.PAGE]
    for person in dict.fromkeys(page.to for page in pages):
        instead_of = ticket.here.standing.instead_of.get(person, "") if ticket.here.standing else ""
        yield Paged(
            at,
            ticket.tier,
            person,
            answers_by=(ticket.here.people.due if ticket.here.people else None) or at,
            role=roles.get(person, ""),
            instead_of=instead_of,
            channels=tuple(page.channel for page in pages if page.to == person and page.channel),
        )


def _next(ticket: Ticket, at: datetime) -> datetime:
    upcoming = wake(ticket)
    if upcoming is None:
        raise Endless(f"at {ticket.place} nothing happens by itself any more")
    return max(at, upcoming.at)
