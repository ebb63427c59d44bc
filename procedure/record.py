"""What happened, as facts; a sentence is made from one when somebody reads it.

Each fact has a kind of a closed set (``procedure.kinds``), and a place among others that is bounded
(``procedure.bounds``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, Generic, Self, TypeVar

from procedure.bounds import LINE, LONGEST_LINE, LONGEST_TEXT, PART, RECORD, WAITING, bounded
from procedure.kinds import CUSTOMERS_READ, NOT_ARRIVED, SENTENCES, Kind
from procedure.wording import cut, weight


class Refused(Exception):
    """What somebody asked for does not count; the parts of its text tell them why and what stands instead.

    A part that is an instant is told as it is on the reader's wall: see ``told``.
    """

    def __init__(self, *parts: str | datetime) -> None:
        super().__init__(*parts)
        self.parts = parts

    def told(self, when: Callable[[datetime], str]) -> str:
        """The text, with instants as the reader knows them."""
        return "".join(when(part) if isinstance(part, datetime) else part for part in self.parts)

    def __str__(self) -> str:
        return self.told(utc)


@dataclass(frozen=True)
class Entry:
    """One line of the record: what happened, when, by whom, and through what it came.

    ``person`` is whom it is about, ``other`` who stands in, comes next or is offered it; ``place`` is the
    tier, level or side, ``to`` where it goes because of it. ``due`` is the instant by which something is, or
    was, owed, ``until`` a second one. ``what`` is a term of the procedure's, ``was`` the one before,
    ``number`` counts or names an approval, a complaint or a promise; ``words`` are somebody's own.
    """

    at: datetime
    kind: Kind
    by: str = ""
    via: str = ""
    person: str = ""
    other: str = ""
    place: str = ""
    to: str = ""
    due: datetime | None = None
    until: datetime | None = None
    what: str = ""
    was: str = ""
    number: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        if len(self.words) > LONGEST_LINE // 6:
            object.__setattr__(self, "words", cut(self.words, LONGEST_LINE))

    @cached_property
    def weight(self) -> int:
        ids = (self.by, self.via, self.person, self.other, self.place, self.to)
        texts = [text for text in (*ids, self.what, self.was, self.number, self.words) if text]
        instants = [at for at in (self.due, self.until) if at]
        return LINE + PART * (len(texts) + len(instants)) + weight(*texts)

    @property
    def stands_for(self) -> int:
        return int(self.number) if self.folded else 1

    @property
    def folded(self) -> bool:
        return self.kind is Kind.FOLDED

    @classmethod
    def fold(cls, first: Self, last: Self, count: int) -> Self:
        return cls(first.at, Kind.FOLDED, until=last.until if last.folded else last.at, number=str(count))

    @property
    def public(self) -> bool:
        """Whether a customer may read it on their ticket."""
        return self.kind in CUSTOMERS_READ


NoticeKind = TypeVar("NoticeKind", bound=StrEnum)


@dataclass(frozen=True)
class Notice(Generic[NoticeKind]):
    """Something to tell one person. Its number makes the Message-ID: the same over all retries.

    ``visit`` is the turn it is about (of a tier, a level, a side), ``text`` what it adds to the facts,
    ``why`` what has happened; ``channel`` the person's channel it goes through (empty: mail). ``more`` counts
    those before it that it stands for: they were not sent yet when it came.
    """

    number: int
    kind: NoticeKind
    to: str
    visit: int = 0
    text: str = ""
    channel: str = ""
    why: Entry | None = None
    more: int = 0

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST_TEXT // 6:
            object.__setattr__(self, "text", cut(self.text, LONGEST_TEXT))

    @cached_property
    def weight(self) -> int:
        """Bytes, where it is kept."""
        texts = (self.to, self.text, self.channel)
        return LINE + PART * len(texts) + weight(*texts) + (self.why.weight if self.why else 0)

    def repeats(self, other: Notice[Any]) -> bool:
        """Whether it says the same to the same person as another one, only later."""
        return (self.kind, self.to, self.channel) == (other.kind, other.to, other.channel)


@dataclass(frozen=True)
class Missing:
    """What a look-up has missed: why somebody, a role or a whole place is not among what was found."""

    kind: Kind
    person: str = ""
    what: str = ""

    def told(self, now: datetime, place: str = "") -> Entry:
        """The same as a line of a record."""
        return Entry(now, self.kind, person=self.person, what=self.what, place=place)


_PART = re.compile(r"\[([^]]*)\]")
_NAMED = re.compile(r"\{(\w+)\}")
_WHOSE = re.compile(r"\{(\w+)\}'s")


def sentence(entry: Entry, name: Callable[[str], str], when: Callable[[datetime], str]) -> str:
    """What an entry says, with people by the names and instants by the times that the reader knows."""
    facts = {
        "by": name(entry.by) if entry.by else "somebody",
        "person": name(entry.person),
        "other": name(entry.other),
        "place": entry.place,
        "to": entry.to,
        "due": when(entry.due) if entry.due else "",
        "until": when(entry.until) if entry.until else "",
        "what": entry.what,
        "was": entry.was,
        "number": entry.number,
        "words": entry.words,
    }

    def part(found: re.Match[str]) -> str:
        return found[1] if all(facts[named] for named in _NAMED.findall(found[1])) else ""

    def owner(found: re.Match[str]) -> str:
        return f"{{{found[1]}}}'" if facts[found[1]].endswith("s") else found[0]

    # The words of people are put in last: whatever stands in them is no template.
    return _WHOSE.sub(owner, _PART.sub(part, SENTENCES[entry.kind])).format_map(facts)


LINK = "link"
LINK_AND_CODE = "link and code"
_THROUGH = {LINK: "the link sent to {by}", LINK_AND_CODE: "the link sent to {by}, with the code"}


def through(via: str, by: str) -> str:
    """What somebody's words came through, in words; ``by`` is what they are called."""
    return _THROUGH[via].format(by=by) if via in _THROUGH else via


def tells_who(entry: Entry) -> bool:
    """Whether its sentence names who did it."""
    return "{by}" in SENTENCES[entry.kind]


def utc(at: datetime) -> str:
    """An instant for those whose zone is not known: in Temporal's pages, and in answers."""
    return f"{at:%a} {at.day} {at:%b %H:%M:%S} UTC"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What happens to it stands in its record; ``names`` are those of the people in it, as last heard."""

    record: tuple[Entry, ...] = ()
    names: dict[str, str] = field(default_factory=dict)

    def name(self, person: str) -> str:
        """A person's name as it was last heard; the id when it never was."""
        return self.names.get(person, person)

    def noted(self, entry: Entry) -> Self:
        """With one more line in the record."""
        return replace(self, record=bounded((*self.record, entry), RECORD))

    @property
    def written(self) -> int:
        """How many lines the record ever had, but for what a repetition has taken the place of."""
        return sum(entry.stands_for for entry in self.record)

    def noted_again(self, entry: Entry) -> Self:
        """With a line in the place of the last one like it, and of what became of that: a repetition that
        nobody answers is one line, however often it comes."""
        before = self.record
        while before and before[-1].person == entry.person and before[-1].kind in NOT_ARRIVED:
            before = before[:-1]
        if before and (before[-1].kind, before[-1].person) == (entry.kind, entry.person):
            return replace(self, record=before[:-1]).noted(entry)
        return self.noted(entry)

    def found(self, names: dict[str, str], missed: tuple[Missing, ...], now: datetime) -> Self:
        """After a look-up: with the names that it found, and with what it has missed, each said once."""
        known = {(one.kind, one.person, one.what) for one in self.record}
        new = (one.told(now) for one in missed if (one.kind, one.person, one.what) not in known)
        record = bounded((*self.record, *new), RECORD)
        return replace(self, record=record, names={**self.names, **names})

    def sentence(self, entry: Entry, when: Callable[[datetime], str] = utc) -> str:
        """What an entry says to a reader."""
        return sentence(entry, self.name, when)

    def sentences(self, when: Callable[[datetime], str] = utc) -> list[str]:
        """The whole record in words."""
        return [self.sentence(entry, when) for entry in self.record]

    @property
    def last(self) -> str:
        """What happened last, in words."""
        return self.sentence(self.record[-1])


@dataclass(frozen=True, kw_only=True)
class Told(Recorded):
    """What there is to tell of it waits to be sent; ``told`` counts what ever was."""

    BUNDLED: ClassVar[frozenset[StrEnum]] = frozenset()
    """Kinds that strangers cause: one notice to a person stands for all that came while it waited."""

    notices: tuple[Notice[Any], ...] = ()
    told: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing is due any more."""
        raise NotImplementedError

    @property
    def to_look_up(self) -> bool:
        """Whether it can't go on before something was looked up: who has it next, until when."""
        return False

    def matters(self, notice: Notice[Any]) -> bool:
        """Whether a notice that could not be delivered yet should still be tried."""
        return True

    def visit_of(self, person: str) -> int:
        """The turn that a notice to somebody is about."""
        raise NotImplementedError

    def may_hear(self, person: str) -> bool:
        """Whether somebody is ever told anything of it."""
        return bool(person)

    def tell(
        self, kind: StrEnum, *people: str, text: str = "", channel: str = "", why: Entry | None = None
    ) -> Self:
        """With a notice to each of these people waiting to be sent, once each."""
        wanted = filter(self.may_hear, dict.fromkeys(people))
        notices = tuple(
            Notice(number, kind, person, self.visit_of(person), text, channel, why)
            for number, person in enumerate(wanted, start=self.told + 1)
        )
        waiting = self.notices
        for notice in notices:
            waiting = _waiting(waiting, notice, bundled=kind in self.BUNDLED)
        return replace(self, notices=waiting, told=self.told + len(notices))

    def undelivered(self, notice: Notice[Any], why: str, now: datetime) -> Self:
        """With the reason why a notice reaches nobody: by mail, or on another of their channels."""
        kind = Kind.CHANNEL_FAILED if notice.channel else Kind.UNDELIVERED
        return self.noted(Entry(now, kind, person=notice.to, words=why))

    def sent(self, *notices: Notice[Any]) -> Self:
        """These notices have been handed to the post; all that wait, if none is named."""
        left = tuple(one for one in self.notices if one not in notices) if notices else ()
        return replace(self, notices=left)


def _waiting(before: tuple[Notice[Any], ...], notice: Notice[Any], bundled: bool) -> tuple[Notice[Any], ...]:
    """What waits to be sent with one notice more; never more than ``WAITING``, whatever comes.

    What has to go goes by weight: a page is light.
    """
    same = [one for one in before if notice.repeats(one)]
    over = sum(one.weight for one in (*before, notice)) > WAITING
    if same and (bundled or over):
        notice = replace(notice, more=same[-1].more + 1)
        before = tuple(one for one in before if one is not same[-1])
    elif over:
        heaviest = max(before, key=lambda one: one.weight, default=None)
        before = tuple(one for one in before if one is not heaviest)
    return (*before, notice)
