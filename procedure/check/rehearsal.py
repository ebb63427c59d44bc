"""The chain as it would run: a ticket on which nobody ever acts, from its opening to the last resort.

Walked by the functions that the workflow runs, so that what is foreseen is what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from procedure.book.agreement import agree
from procedure.book.procedure import Procedure
from procedure.book.reader import reader
from procedure.book.severity import Otherwise, Severity
from procedure.duty.on_duty import Watch
from procedure.duty.placement import Standing, look_up
from procedure.ticket.opening import Opening, open_ticket, start_of
from procedure.ticket.rules import RULES
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


class Moment(NamedTuple):
    """A ticket at an instant at which something happened to it, with what it tells then. ``looked_up`` is
    who stands where it is, if that was asked just then, and ``asked`` the ticket that it was asked about."""

    at: datetime
    asked: Ticket
    ticket: Ticket
    looked_up: Standing | None = None


Does = Callable[[Moment], Ticket]
"""What people and channels make of what a ticket tells: the ticket as it stands after that."""


def silence(moment: Moment) -> Ticket:
    """All is delivered, and nobody says a word."""
    return moment.ticket.sent() if moment.ticket.notices else moment.ticket


def life(watch: Watch, at: datetime, does: Does = silence) -> Iterator[Moment]:
    """A ticket's life from its opening on, as time and ``does`` go on with it; never ends by itself.

    Endless if nothing happens by itself any more, or too much.
    """
    ticket = _opened(watch, at)
    for _ in range(MOST_STEPS):
        before, asked = ticket, RULES.tick(ticket, at)
        looked_up = look_up(watch, RULES.question(asked, at)) if asked.unpresented else None
        moment = Moment(at, asked, RULES.present(asked, looked_up, at) if looked_up else asked, looked_up)
        if moment.ticket is not before:
            yield moment
        ticket = does(moment)
        if ticket is before:
            at = _next(ticket, at)
    raise Endless(f"after {MOST_STEPS} steps this ticket has not come to the last resort")


def walk(
    book: Procedure, client: str, severity: Severity, at: datetime, pace: float = 1.0
) -> tuple[Step, ...]:
    """Everybody who is paged and every wait, in order, until the last resort has been told once.

    KeyError if there is no such client; Endless if the last resort is never reached.
    """
    watch = Watch(book, client, severity, pace)
    steps, roles = list[Step](), dict[str, str]()
    passed_over: tuple[str, ...] = ()
    for moment in life(watch, at):
        if moment.looked_up:
            fresh = () if moment.asked.tiers.presented else moment.looked_up.missing
            told = reader(book, "", client, moment.at)
            passed_over += tuple(told.told(one.told(moment.at, moment.asked.place)) for one in fresh)
            roles = _roles(watch, moment.asked.tier, moment.looked_up.opens or moment.at)
        for step in _steps(moment.ticket, moment.at, roles):
            steps.append(replace(step, passed_over=passed_over))
            passed_over = ()
            if not step.tier:
                return tuple(steps)
    raise AssertionError("a ticket's life has no end of its own")


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
    upcoming = RULES.wake(ticket)
    if upcoming is None:
        raise Endless(f"at {ticket.place} nothing happens by itself any more")
    return max(at, upcoming.at)
