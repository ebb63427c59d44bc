"""One ticket's way up in one case: who answers, and what does not work.

Lived by the functions that the workflow runs, so that what is proved is what happens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from procedure.approval.deciders import own_line
from procedure.book.proposal import Proposal
from procedure.check.rehearsal import Moment, life, silence
from procedure.duty.on_duty import Watch
from procedure.ticket.staff import acknowledge
from procedure.ticket.state import NoticeKind, Ticket

MAIL = ""
"""The channel that everybody has."""


@dataclass(frozen=True)
class Case:
    """What people and channels do, when nobody brings a ticket to its end.

    Without an action nobody answers, and everybody who is reached counts. With one only they count who may
    approve it, and they are silent; the others are too, or each of them has it (``held``), and nothing more
    is heard of them. Where channels are ``dead`` whoever has no other is not reached, and nobody is told of
    it: they have all their time to answer. It ends when ``enough`` different people who count were paged, or
    with the last resort.
    """

    action: str = ""
    held: bool = False
    dead: frozenset[str] = frozenset()
    enough: int = 0

    def climb(self, watch: Watch, at: datetime) -> Climb:
        return climb(watch, at, self)


SILENCE = Case()


class Way(Protocol):
    """Something that goes from one to the next, as long as nobody answers: the same for equal ones."""

    def climb(self, watch: Watch, at: datetime) -> Climb:
        """What happens to one that begins at an instant."""
        ...

    def __hash__(self) -> int: ...


class Paging(NamedTuple):
    """Somebody is paged; ``tier`` is empty at the last resort. ``counts`` says that it is them for whom the
    case waits, ``held`` that they take it, and do nothing. ``within`` is how long they have to answer."""

    at: datetime
    tier: str
    person: str
    instead_of: str = ""
    counts: bool = True
    held: bool = False
    within: timedelta = timedelta(0)


@dataclass(frozen=True)
class Climb:
    """Everybody who is paged for a ticket that opens at ``begin``.

    ``moments`` are the instants at which somebody was looked up or paged: if none of them meets a change of
    who is there or whose clock runs, a ticket that opens a little later climbs in the same way. ``height`` is
    how many tiers it has seen.
    """

    begin: datetime
    pages: tuple[Paging, ...]
    moments: tuple[datetime, ...]
    height: int

    def like(self, other: Climb) -> bool:
        """Whether the same happens to a ticket that opens later: each moment at the same time, or as
        much later as it was opened later."""
        shifts = [b - a for a, b in zip(self.moments, other.moments, strict=False)]
        return self._as(other) and all(by in (timedelta(0), other.begin - self.begin) for by in shifts)

    def moves(self, other: Climb, is_edge: Callable[[datetime], bool]) -> bool:
        """Whether all that does not happen as much later as it was opened later happens at an edge: then what
        moves meets nothing that waits without meeting an edge."""
        both = list(zip(self.moments, other.moments, strict=False))
        later = other.begin - self.begin
        return self._as(other) and all(b - a == later or (a == b and is_edge(a)) for a, b in both)

    def moving(self, before: Climb) -> tuple[datetime, ...]:
        """The moments that are later than for a ticket that opened just before; all, if that is not known."""
        if not self._as(before):
            return self.moments
        return tuple(b for a, b in zip(before.moments, self.moments, strict=True) if a != b)

    def _as(self, other: Climb) -> bool:
        same = [page[1:-1] for page in self.pages] == [page[1:-1] for page in other.pages]
        return same and len(self.moments) == len(other.moments)


def may(watch: Watch, action: str, person: str, at: datetime) -> bool:
    """Whether somebody may approve an action alone, if it costs nothing, with nothing down."""
    return own_line(watch, person, Proposal(action, ""), at) is not None


def climb(watch: Watch, at: datetime, case: Case = SILENCE) -> Climb:
    """Live one ticket that opens at an instant. Endless if it never comes to its end."""
    tiers = [tier.name for tier in watch.book.tiers]
    pages, moments, height = list[Paging](), [at], 0

    def does(moment: Moment) -> Ticket:
        nonlocal height
        ticket = silence(moment)
        told = [notice for notice in moment.ticket.notices if notice.kind is NoticeKind.PAGE]
        reached = {notice.to for notice in told if notice.channel not in case.dead}
        for person in dict.fromkeys(notice.to for notice in told):
            page = _page(watch, case, moment, person, person in reached)
            pages.append(page)
            if page.held:
                ticket = acknowledge(ticket, person, 0, moment.at)
        if told or moment.looked_up:
            moments.append(moment.at)
            all_tiers = case.action or not moment.asked.tier
            height = max(height, (len(tiers) if all_tiers else tiers.index(moment.asked.tier)) + 1)
        return ticket

    for _ in life(watch, at, does):
        if pages and (not pages[-1].tier or _enough(pages, case)):
            break
    return Climb(at, tuple(pages), tuple(moments), height)


def _page(watch: Watch, case: Case, moment: Moment, person: str, reached: bool) -> Paging:
    standing = moment.ticket.here.standing
    instead_of = standing.instead_of.get(person, "") if standing else ""
    counts = reached and (not case.action or may(watch, case.action, person, moment.at))
    held = reached and case.held and not counts
    people = moment.ticket.here.people
    within = people.due - moment.at if people and people.due else timedelta(0)
    return Paging(moment.at, moment.ticket.tier, person, instead_of, counts, held, within)


def _enough(pages: list[Paging], case: Case) -> bool:
    return bool(case.enough) and len({page.person for page in pages if page.counts}) >= case.enough
