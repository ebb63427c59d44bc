"""An assignment: one thing that somebody on a path takes, and concludes in words by its time.

A relationship review is one. What kinds of it differ in is what they are about, whose levels they
climb (``PATH``), and what their verbs are (``WORDING``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar, NamedTuple, TypeVar

from procedure.book.reader import Reader
from procedure.bounds import LONGEST_TEXT
from procedure.climbing import Rules
from procedure.kinds import Kind
from procedure.ladder import Due, Step
from procedure.path import state as paths
from procedure.path.levels import Found, PathName, Seek
from procedure.path.state import LAST_RESORT, OnPath
from procedure.path.words import PathWords
from procedure.record import Entry, Notice, Refused
from procedure.wording import cut, legible


class AssignmentNotice(StrEnum):
    """What somebody is told about an assignment; each has a mail of its own."""

    GIVEN = "given"
    WARNING = "warning"
    MOVED_ON = "moved-on"
    NEWS = "news"
    CONCLUDED = "concluded"


class Wording(NamedTuple):
    """What a kind of assignment is called, and what is done with it: "lead", "leads", "hold", "held".

    ``conclusion`` is what stands over the words that conclude it, ``asks`` what is asked for them.
    """

    called: str
    take: str
    takes: str
    conclude: str
    concluded: str
    conclusion: str
    asks: str


@dataclass(frozen=True, kw_only=True)
class Assignment(OnPath):
    """One assignment and where it stands. ``conclusion`` are the words that have concluded it."""

    PATH: ClassVar[PathName]
    WORDING: ClassVar[Wording]

    conclusion: str = ""
    concluded_by: str = ""
    notices: tuple[Notice[AssignmentNotice], ...] = ()

    @property
    def on_level(self) -> bool:
        return not self.over

    @property
    def over(self) -> bool:
        return bool(self.conclusion)

    def words(self, reads: Reader) -> AssignmentWords:
        """The same in words, for one reader."""
        raise NotImplementedError

    def own_dues(self) -> Iterator[Due[Any]]:
        """What else time does to it, besides the path."""
        return iter(())

    def may_conclude(self) -> None:
        """Raises Refused where something is missing before it can be concluded."""

    def readers(self) -> tuple[str, ...]:
        """Who was asked to take it."""
        here = (*self.path.had, *self.path.told)
        return tuple(p for p in dict.fromkeys(here) if p and p not in self.barred)

    def matters(self, notice: Notice[Any]) -> bool:
        if notice.to in self.barred:
            return False
        if notice.kind in (AssignmentNotice.GIVEN, AssignmentNotice.WARNING):
            taken = notice.kind == AssignmentNotice.GIVEN and self.path.acknowledged
            return self.waits_for(notice) and not taken
        return True


Work = TypeVar("Work", bound=Assignment)


def seek(work: Assignment, now: datetime) -> Seek:
    """What has to be looked up: who has it next."""
    return replace(paths.seek(work, now), path=work.PATH, counted=True)


def present(work: Work, found: Found, now: datetime) -> Work:
    """Ask the first who is there to take it."""
    if not work.unpresented:
        return work
    work = paths.put(work, found, now)
    if not work.path.presented:
        return work
    work = work.untold(AssignmentNotice.MOVED_ON, work.holder)
    # Who goes on with it knows.
    return work if work.path.acknowledged else work.tell(AssignmentNotice.GIVEN, work.holder)


def dues(work: Work) -> Iterator[Due[Work]]:
    """What time does to it."""
    on_level = paths.dues(work, lambda after: after.tell(AssignmentNotice.WARNING, after.holder))
    for due in (*on_level, *work.own_dues()):
        yield due.then(partial(_moved_on, work))


def _moved_on(before: Work, after: Work, now: datetime) -> Work:
    """Who has let their time pass hears of it; the last resort, to whom it comes back, does not."""
    stays = after.path.people is before.path.people or before.path.levels.exhausted or after.path.keeps
    return after if stays else after.tell(AssignmentNotice.MOVED_ON, before.holder)


def forecast(work: Assignment) -> list[Step]:
    """Who has it when, if nobody acts."""
    ahead = paths.forecast(work)
    return [Step(at, f"it goes to {work.name(who)} ({level or LAST_RESORT})") for at, level, who in ahead]


def undeliverable(work: Work, notice: Notice[Any], why: str, now: datetime) -> Work:
    """A mail cannot reach its person: the next one is asked at once."""
    work = work.undelivered(notice, why, now)
    lost = notice.kind == AssignmentNotice.GIVEN and work.matters(notice)
    return paths.unreached(work, now) if lost else work


RULES: Rules[Any] = Rules(dues=dues, question=seek, present=present, undeliverable=undeliverable)


def acknowledge(work: Work, by: str, visit: int, now: datetime, via: str = "") -> Work:
    """ "I have it"."""
    must_be_open(work)
    return paths.take(work, by, visit, now, via)


def conclude(work: Work, by: str, visit: int, words: str, now: datetime, via: str = "") -> Work:
    """It is done: in words, for all who were asked."""
    must_be_open(work)
    work.may_conclude()
    words = cut(legible(words), LONGEST_TEXT)
    if not words:
        raise Refused(work.WORDING.asks)
    work = paths.take(work, by, visit, now, via)
    work = replace(work, conclusion=words, concluded_by=by, path=work.path.suspended())
    work = work.noted(Entry(now, Kind.CONCLUDED, by, via, what=work.WORDING.concluded))
    others = [one for one in work.readers() if one != by]
    return work.tell(AssignmentNotice.CONCLUDED, *others)


def must_be_open(work: Assignment) -> None:
    """Raises Refused with who has concluded it."""
    if work.over:
        raise Refused(f"{work.name(work.concluded_by)} has {work.WORDING.concluded} it already.")


def news(work: Work) -> Work:
    """Who has it is told what is new; who is just to be found gets the whole of it."""
    return work.tell(AssignmentNotice.NEWS, work.holder) if work.path.presented else work


def timed(work: Work, now: datetime) -> Work:
    """Its clock runs while somebody owes the next word; where nobody did, their time begins anew."""
    if not work.on_level:
        return replace(work, path=work.path.suspended())
    stood_still = work.path.presented and work.path.levels.due is None
    return replace(work, path=work.path.kept(now)) if stood_still else work


# In words ---------------------------------------------------------------------------------


class Move(NamedTuple):
    """What somebody can do with an assignment: the message's name, and what it says beside it."""

    name: str
    label: str
    hint: str


class Matter(NamedTuple):
    """What an assignment is about: a heading, and lines that begin with a name."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AssignmentWords(PathWords):
    """One assignment, and who reads it."""

    stands: Assignment

    @property
    def about(self) -> str:
        """What it is, and about whom: "relationship review with Harbor Trading"."""
        return f"{self.stands.WORDING.called} of {self.reads.client}"

    @property
    def title(self) -> str:
        """The same as a heading."""
        called = self.stands.WORDING.called
        return f"{called[:1].upper()}{called[1:]}, {self.reads.client}"

    @property
    def why(self) -> str:
        """Why there is one, and what is to be done about it: sentences for who has it."""
        raise NotImplementedError

    @property
    def matter(self) -> Matter:
        """What it is about, as far as every reader of it may know."""
        raise NotImplementedError

    @property
    def news(self) -> str:
        """What was added to it last."""
        return ""

    @property
    def facts(self) -> dict[str, str]:
        """What else there is to know; what it has not is empty."""
        return {}

    @property
    def choices(self) -> tuple[Move, ...]:
        """What its reader can do with it; who has taken it need not take it again."""
        verbs = self.stands.WORDING
        take = Move("acknowledge", f"I {verbs.take} it", "Nobody else is asked. Nothing needs to be written.")
        hint = f"Write it down: those who were asked to {verbs.take} it read it."
        done = Move("conclude", f"It was {verbs.concluded}", hint)
        return (done,) if self.mine and self.stands.path.acknowledged else (take, done)

    @property
    def items(self) -> tuple[str, ...]:
        """What of it can be spoken of by its name; empty where it is one thing."""
        return ()

    @property
    def proposes(self) -> bool:
        """Whether it can be asked now that something is approved."""
        return False

    @property
    def standing(self) -> str:
        """Who has it until when."""
        verbs = self.stands.WORDING
        if self.stands.over:
            return f"{self.reads.name(self.stands.concluded_by)} has {verbs.concluded} it"
        if not self.stands.on_level:
            return f"{self.rests[:1].upper()}{self.rests[1:]}; {self.here} {verbs.takes} it"
        return self._on_level(f"{verbs.takes} it", f"{verbs.take} it", f"{verbs.conclude} it")

    @property
    def rests(self) -> str:
        """Why nobody owes a word while it is open; empty for what never rests."""
        return ""

    @property
    def steps(self) -> list[Step]:
        """Who has it when, if nobody acts."""
        return forecast(self.stands)
