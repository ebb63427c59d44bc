"""Where something stands on a path of levels: who was told, by when they take it, by when they answer.

Two of the ladders (``procedure.ladder``): the levels, and the people of the level it stands on. A
level is left when its time is over, or when nobody on it has taken it. Complaints and assignments
climb it; neither ever stands with somebody it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, TypeVar

from procedure.kinds import Kind
from procedure.ladder import Ahead, Due, Ladder
from procedure.path.levels import Found, PathTerms, Seek
from procedure.record import Entry, Notice, Refused, Told
from procedure.wording import possessive

LAST_RESORT = "last resort"


@dataclass(frozen=True)
class Path:
    """The levels, and the people of the one it stands on.

    What lies ahead of ``people`` comes while nobody has taken it, and what lies ahead of ``levels`` once
    somebody has. ``had`` are those who had it on lower levels. ``since`` is when the level's time began,
    ``again`` how often the last resort was told again. ``keeps`` is who has it already, and goes on with it.
    """

    levels: Ladder
    since: datetime
    people: Ladder | None = None
    had: tuple[str, ...] = ()
    answer_by: datetime | None = None
    acknowledged: bool = False
    again: int = 0
    keeps: str = ""

    @property
    def holder(self) -> str:
        """Who has it, or is to take it; empty while that is looked up."""
        return self.people.holder if self.people else ""

    @property
    def level(self) -> str:
        """The level in words."""
        return self.levels.rung or LAST_RESORT

    @property
    def above(self) -> int:
        """The place it goes to if an answer is not enough: from the highest it comes back there."""
        return min(self.levels.at + 1, max(self.levels.at, len(self.levels.rungs) - 1))

    @property
    def presented(self) -> bool:
        return self.people is not None and self.people.presented

    @property
    def told(self) -> tuple[str, ...]:
        """Who was asked on this level to take it."""
        return self.people.asked if self.people else ()

    def moved(self, levels: Ladder) -> Path:
        """On another level, or once more on this one; it waits there to be put before somebody."""
        higher = levels.at > self.levels.at
        had = (*self.had, *self.told) if higher else self.had
        return Path(levels, levels.planned, had=tuple(dict.fromkeys(had)))

    def kept(self, now: datetime) -> Path:
        """On the same level once more, with a time that begins now: who has it goes on, if they are there."""
        levels = replace(self.levels.again(now), planned=now)
        return Path(levels, now, had=self.had, keeps=self.holder)

    def suspended(self) -> Path:
        """Answered: nothing is due on the level."""
        people = self.people.settle() if self.people else None
        return replace(self, levels=self.levels.suspend(), people=people)


def begin(terms: PathTerms, now: datetime) -> Path:
    """At the lowest level, where it waits to be put before somebody."""
    return Path(Ladder(terms.names, planned=now), since=now)


@dataclass(frozen=True, kw_only=True)
class OnPath(Told):
    """What climbs a path: who it is about, what was said and done, and what there is to tell.

    ``barred`` are those it is about: none of them ever hears it.
    """

    id: str
    client: str
    number: str
    opened: datetime
    terms: PathTerms
    path: Path
    drill: bool = False
    barred: tuple[str, ...] = ()

    @property
    def on_level(self) -> bool:
        """Whether somebody on the path owes the next word."""
        raise NotImplementedError

    @property
    def state(self) -> str:
        """How it stands, in a word."""
        return "closed" if self.over else "open"

    @property
    def to_look_up(self) -> bool:
        return self.unpresented

    @property
    def unpresented(self) -> bool:
        """Somebody has to be found who hears it."""
        return self.on_level and not self.path.presented

    @property
    def holder(self) -> str:
        return self.path.holder

    def visit_of(self, person: str) -> int:
        return self.path.levels.visit

    def may_hear(self, person: str) -> bool:
        """Nobody it is about."""
        return bool(person) and person not in self.barred

    def untold(self, kind: str, person: str) -> Self:
        """Without such a notice to somebody, if it still waits to be sent."""
        return replace(self, notices=tuple(n for n in self.notices if (n.kind, n.to) != (kind, person)))

    def waits_for(self, notice: Notice[Any]) -> bool:
        """Whether what a notice says is still its reader's to do."""
        current = self.path.levels.about(notice.visit) and self.holder == notice.to
        return self.on_level and current


Stands = TypeVar("Stands", bound=OnPath)

# Time -------------------------------------------------------------------------------------


def seek(stands: OnPath, now: datetime) -> Seek:
    """What has to be known to put it before somebody."""
    path = stands.path
    return Seek(
        client=stands.client,
        terms=stands.terms,
        at=path.levels.at,
        now=now,
        planned=path.people.planned if path.people else path.levels.planned,
        since=path.since,
        seeks=stands.unpresented,
        keeps=path.keeps,
        told=path.told,
        had=path.had,
        barred=stands.barred,
        answer_by=path.answer_by,
        names=stands.names,
        ident=stands.id,
        opened=stands.opened,
    )


def put(stands: Stands, found: Found, now: datetime) -> Stands:
    """Put it before the first who is there; with nobody left on the level it climbs at once."""
    stands = stands.found(found.names, found.missing, now)
    if not found.chain or found.acknowledge_by is None or found.answer_by is None:
        return _pass_on(stands, now)
    path, holder = stands.path, found.chain[0]
    # It can be about them only when nobody else is left: then they are the one to hear it.
    stands = replace(stands, barred=tuple(person for person in stands.barred if person != holder))
    due = found.acknowledge_by if path.levels.exhausted else found.answer_by
    people = (path.people or Ladder((), planned=path.levels.planned)).renewed(found.chain)
    people = people.present(holder, found.acknowledge_by, ahead=found.ahead)
    kept = path.keeps == holder
    path = replace(
        path,
        levels=path.levels.present(holder, due, remind=found.warn, ahead=found.later),
        people=people.settle() if kept else people,
        acknowledged=kept,
        keeps="",
        answer_by=found.answer_by,
    )
    stands = replace(stands, path=path)
    if path.again:
        number = str(path.again)
        return stands.noted_again(Entry(now, Kind.TOLD_AGAIN, person=holder, place=path.level, number=number))
    if kept:
        return stands.noted(Entry(now, Kind.GOES_ON, person=holder, place=path.level, until=found.answer_by))
    told = Entry(now, Kind.TOLD, person=holder, place=path.level, due=found.acknowledge_by)
    return stands.noted(replace(told, until=found.answer_by))


def _pass_on(stands: Stands, now: datetime) -> Stands:
    """Nobody is left on the level: the time of the next begins when that of the last person was over."""
    path = stands.path
    planned = path.people.planned if path.people else path.levels.planned
    stands = climb(stands, Entry(now, Kind.NOBODY_HEARS, place=path.level))
    levels = replace(stands.path.levels, planned=planned)
    return replace(stands, path=replace(stands.path, levels=levels, since=planned))


def climb(stands: Stands, why: Entry) -> Stands:
    """To the next level."""
    path = stands.path.moved(stands.path.levels.climb(why.at))
    return replace(stands, path=path).noted(replace(why, to=path.level))


def rise(stands: Stands, why: Entry) -> Stands:
    """Up, because the answer is not enough; from the highest level there is it comes back to that level."""
    path = stands.path.moved(stands.path.levels.move(stands.path.above, why.at))
    return replace(stands, path=path).noted(replace(why, to=path.level))


def dues(stands: Stands, reminded: Callable[[Stands], Stands]) -> Iterator[Due[Stands]]:
    """What time does on the level: the next level, the next person, a reminder of the answer."""
    path, people = stands.path, stands.path.people
    if not stands.on_level or people is None:
        return
    holder, levels = stands.name(path.holder), path.levels
    yield from levels.runs_out(f"{possessive(holder)} time to answer", lambda now: _late(stands, now))
    yield from people.runs_out(
        f"{possessive(holder)} time to take it", lambda now: _not_taken_next(stands, now)
    )
    once = replace(stands, path=replace(path, levels=levels.reminded()))
    yield from levels.reminds(holder, lambda now: reminded(once))


def _not_taken_next(stands: Stands, now: datetime) -> Stands:
    return _next(stands.noted(_not_taken(stands, now)), now)


def _not_taken(stands: OnPath, now: datetime) -> Entry:
    return Entry(now, Kind.NOT_TAKEN, person=stands.path.holder)


def _late(stands: Stands, now: datetime) -> Stands:
    """Nobody has answered in time: up, or the last resort hears it again."""
    path = stands.path
    late = Entry(now, Kind.SILENT, person=path.holder) if path.acknowledged else _not_taken(stands, now)
    if not path.levels.exhausted:
        return climb(stands, late)
    # That nobody has taken it is said by telling them again; who said that they have it is another matter.
    return again(stands.noted(late) if path.acknowledged else stands, now)


def again(stands: Stands, now: datetime) -> Stands:
    """The last resort is told again: the same visit, so that every mail about it still counts."""
    path = stands.path
    levels = path.levels.again(now)
    return replace(stands, path=Path(levels, levels.planned, had=path.had, again=path.again + 1))


def _next(stands: Stands, now: datetime) -> Stands:
    """The next person of the level is to be told."""
    path = stands.path
    if path.people is None:
        return stands
    return replace(stands, path=replace(path, people=path.people.climb(now), levels=path.levels.reminded()))


def unreached(stands: Stands, now: datetime) -> Stands:
    """No mail reaches who was to take it: the next one is told at once."""
    if stands.path.levels.exhausted:
        return stands  # nobody stands behind them; they are told again at their time
    return _next(replace(stands, path=replace(stands.path, acknowledged=False)), now)


def forecast(stands: OnPath) -> tuple[Ahead, ...]:
    """Who has it when, if nobody acts."""
    if not stands.on_level:
        return ()
    people = stands.path.people
    return stands.path.levels.ahead if stands.path.acknowledged or people is None else people.ahead


# What people say --------------------------------------------------------------------------


def take(stands: Stands, by: str, visit: int, now: datetime, via: str = "") -> Stands:
    """ "I have it": somebody who was told, on the level that the message is about."""
    path = stands.path
    must_stand_there(stands, by, visit)
    if path.acknowledged and by == path.holder:
        return stands
    if path.people is None:
        raise Refused(ON_ITS_WAY)
    levels, people = path.levels, path.people
    if path.answer_by:
        levels = levels.present(by, path.answer_by, remind=levels.remind, ahead=levels.ahead)
    path = replace(path, levels=levels, people=people.taken(by), acknowledged=True)
    return replace(stands, path=path).noted(Entry(now, Kind.HAS_IT, by, via))


ON_ITS_WAY = "It is just on its way to somebody: try again in a moment."


def must_stand_there(stands: OnPath, by: str, visit: int) -> None:
    """A message acts on the level it was about, and only for those who were told there."""
    path = stands.path
    if by in stands.barred:
        raise Refused("It is about you, or what you worked on: somebody else hears it.")
    if not path.levels.about(visit):
        raise Refused(f"It has gone on to {stands.name(path.holder) or path.level}.")
    if not path.presented:
        raise Refused(ON_ITS_WAY)
    if by not in path.told:
        raise Refused(f"{stands.name(path.holder)} ({path.level}) has it.")
    if path.acknowledged and by != path.holder:
        raise Refused(f"{stands.name(path.holder)} has it already.")
