"""The one mechanic: rungs, each with someone on it and a time.

Present it to the rung; if it is not settled in time, climb. The tiers of a ticket
climb this ladder, and so do the people to page at a tier. A ladder is plain state:
no clock, no I/O. It is told what happened and when, and says where it stands and
when it wants to be woken.

Past the last rung stands the last resort: a ladder that climbs there stays there, and is
presented there again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from procedure.clocks.calendars import AlwaysOpen
from procedure.clocks.spans import Stopwatch

ALWAYS = AlwaysOpen()

Stands = TypeVar("Stands")


class Wake(NamedTuple):
    """When something wants to be looked at again, and what happens then if nobody acts."""

    at: datetime
    why: str


class Ahead(NamedTuple):
    """A step that will happen if nobody acts: at this time, to this rung, now this person."""

    at: datetime
    tier: str
    who: str


class Step(NamedTuple):
    """What will happen at an instant, in words."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Due(Generic[Stands]):
    """One thing that time does to what climbs: when (None: at once), why, and what stands then.

    Each thing that climbs lists its own, in the order in which they count when several are due: after an
    outage one may make the others moot.
    """

    at: datetime | None
    why: str
    do: Callable[[datetime], Stands]

    def then(self, follow: Callable[[Stands, datetime], Stands]) -> Due[Stands]:
        """The same, with what follows from it."""
        return replace(self, do=lambda now: follow(self.do(now), now))


def due_from(
    planned: datetime, due: datetime, now: datetime, at_least: timedelta, stopwatch: Stopwatch = ALWAYS
) -> datetime:
    """When a rung's time runs out, given when it would by plan.

    Time counts from the planned instant, so that downtime shifts no later step. Only if
    the step was held up by more than a tenth of the time its holder must have at least
    (an outage, not the machinery), the holder gets that time whole, on their own clock.
    """
    held_up = now - planned > at_least / 10
    return max(due, stopwatch.after(now, at_least)) if held_up else due


@dataclass(frozen=True)
class Ladder:
    """Where something stands on its rungs.

    ``visit`` counts the presentations: a message names the visit it is about, so that
    a late or repeated one can never act on another rung. ``planned`` is the instant from
    which the rung's time counts: the moment the step was owed, not when it happened to run.
    ``holder`` is who it was presented to, ``due`` when it climbs; both are empty while the
    rung waits to be presented. A suspended or settled ladder has no due instant. ``remind`` is when
    its holder is reminded, ``ahead`` what follows if they say nothing.
    """

    rungs: tuple[str, ...]
    planned: datetime
    at: int = 0
    visit: int = 1
    holder: str = ""
    due: datetime | None = None
    settled: bool = False
    remind: datetime | None = None
    ahead: tuple[Ahead, ...] = ()

    @property
    def rung(self) -> str:
        """The name of the rung it stands on; empty at the last resort."""
        return "" if self.exhausted else self.rungs[self.at]

    @property
    def exhausted(self) -> bool:
        """Past the last rung: with the last resort."""
        return self.at >= len(self.rungs)

    @property
    def presented(self) -> bool:
        return bool(self.holder)

    @property
    def asked(self) -> tuple[str, ...]:
        """Whose turn it was on it, in order, and whose it is."""
        return self.rungs[: self.at + 1] if self.presented else self.rungs[: self.at]

    def overdue(self, now: datetime) -> bool:
        return self.due is not None and now >= self.due

    def waits_for(self, person: str, visit: int) -> bool:
        """Whether what a message to somebody asks is still theirs to do."""
        return self.holder == person and self.about(visit) and not self.settled

    def present(
        self, holder: str, due: datetime, *, remind: datetime | None = None, ahead: tuple[Ahead, ...] = ()
    ) -> Ladder:
        """Somebody stands on the rung and has been told; it climbs at ``due``."""
        due_then = None if self.settled else due
        return replace(self, holder=holder, due=due_then, remind=remind, ahead=ahead)

    def renewed(self, there: tuple[str, ...]) -> Ladder:
        """Its rungs are people, and others are there by now: they come after those who had their turn. Who
        is asked keeps the turn, if they are there."""
        keeps = self.presented and self.holder in there
        had = self.rungs[: self.at] if keeps else self.asked
        rest = (person for person in there if person not in had and not (keeps and person == self.holder))
        rungs = (*had, *((self.holder,) if keeps else ()), *rest)
        return replace(self if keeps else self._stopped(holder=""), rungs=rungs, at=len(had))

    def taken(self, by: str) -> Ladder:
        """Its rungs are people, and one of those who were asked has it."""
        had = tuple(person for person in self.asked if person != by)
        return replace(self, rungs=(*had, by), at=len(had), holder=by).settle()

    def climb(self, now: datetime) -> Ladder:
        """To the next rung, because time ran out or nobody on this one can be reached."""
        return self.move(min(self.at + 1, len(self.rungs)), now)

    def again(self, now: datetime) -> Ladder:
        """To present the same rung once more: the same visit, so that every mail about it still counts."""
        return self._stopped(planned=self._owed(now), holder="", settled=False)

    def afresh(self, now: datetime) -> Ladder:
        """Its rungs are people, and whoever was silent in their turn may be asked once more."""
        return replace(self.move(0, now), rungs=())

    def move(self, to: int, now: datetime) -> Ladder:
        """To a named rung, up or down; it waits there to be presented."""
        return replace(self.again(now), at=to, visit=self.visit + 1)

    def settle(self) -> Ladder:
        """Somebody has it, or it is over: nothing more is due."""
        return self._stopped(settled=True)

    def suspend(self) -> Ladder:
        """The clock stops; ``present`` with a new due instant starts it again."""
        return self._stopped()

    def reminded(self) -> Ladder:
        """Its holder has been reminded: once is enough."""
        return replace(self, remind=None)

    def about(self, visit: int) -> bool:
        """Whether a message about this visit is about the rung it stands on now; 0 means "as it stands"."""
        return visit in (0, self.visit)

    def runs_out(self, why: str, climb: Callable[[datetime], Stands]) -> Iterator[Due[Stands]]:
        """Its holder's time runs out, while it runs."""
        if self.due:
            yield Due(self.due, why, climb)

    def reminds(self, whom: str, remind: Callable[[datetime], Stands]) -> Iterator[Due[Stands]]:
        """Its holder is reminded, once."""
        if self.remind:
            yield Due(self.remind, f"remind {whom}", remind)

    def _stopped(self, **changes: Any) -> Ladder:
        """Nothing is due on it, and nothing ahead."""
        return replace(self, due=None, remind=None, ahead=(), **changes)

    def _owed(self, now: datetime) -> datetime:
        """When the next rung's time begins: at the missed due instant, or now if none was missed."""
        return self.due if self.due is not None and self.due <= now else now
