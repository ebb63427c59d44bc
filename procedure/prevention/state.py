"""A prevention proposal: what of a client's comes due, put before somebody ahead of its day.

An assignment with a list. Of each item its owner says when it will be done, that it is done, or why not.
What needs somebody's yes is asked of those who may decide (``procedure.approval``). What is planned stays
here until it is done: while nothing else is open no clock runs, and when its day has passed it is its
owner's again. With the last item done or declined the proposal is settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from procedure.approval.state import Outcome
from procedure.book.reader import Reader
from procedure.bounds import LONGEST_LINE
from procedure.kinds import Kind
from procedure.ladder import Due, Step
from procedure.path import state as paths
from procedure.path.assignment import (
    Assignment,
    AssignmentNotice,
    AssignmentWords,
    Matter,
    Move,
    Wording,
    must_be_open,
    news,
    timed,
)
from procedure.path.levels import PathName, PathTerms
from procedure.prevention.due import ComingDue, because, spoken
from procedure.record import Entry, Refused
from procedure.wording import cut, legible

MOST_NAMED = 100
"""How many items a proposal names; what else comes due is in the next one."""

LONGEST_REMARK = 400
"""Bytes that a proposal keeps of what is said of one item, and of how its question was decided: the whole is
in the record, and in the approval."""

A_DAY = timedelta(days=1)
"""How long what was settled can't come due again: who looks may not have heard of it yet."""

NEWS = (Kind.COMES_DUE, Kind.NOT_DONE, Kind.ITEM_RULED)
"""What its owner hears of while they have it."""

Stage = Literal["open", "planned", "done", "declined"]


@dataclass(frozen=True)
class Proposed:
    """One item of a proposal, and what becomes of it.

    ``when`` is when it is to be done, or was settled; ``by`` who says so, ``words`` what they say.
    ``approval`` is the number of its question (0: none was asked), ``outcome`` and ``ruling`` how it stands.
    ``kept`` says that who keeps the client's prevention knows how it was settled.
    """

    coming: ComingDue
    stage: Stage = "open"
    when: datetime | None = None
    by: str = ""
    words: str = ""
    approval: int = 0
    outcome: Outcome | Literal[""] = ""
    ruling: str = ""
    kept: bool = False

    @property
    def name(self) -> str:
        return self.coming.name

    @property
    def settled(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.stage in ("done", "declined")

    @property
    def may_go_on(self) -> bool:
        """Whether it may be done: nobody has to agree, or they have."""
        return not self.coming.action or self.outcome == "approved"


@dataclass(frozen=True, kw_only=True)
class Prevention(Assignment):
    """One proposal and where it stands; the last item settled concludes it.

    ``asked`` counts the client's approvals about prevention, those of earlier proposals too: no two have the
    same number.
    """

    PATH: ClassVar[PathName] = "prevention"
    WORDING: ClassVar[Wording] = Wording(
        called="prevention proposal",
        take="own",
        takes="owns",
        conclude="settle",
        concluded="settled",
        conclusion="What became of it",
        asks="Say of each item when it will be done, that it is done, or why not.",
    )

    items: tuple[Proposed, ...] = ()
    asked: int = 0

    @property
    def on_level(self) -> bool:
        """Somebody owes a word as long as an item is open."""
        return not self.over and any(one.stage == "open" for one in self.items)

    @property
    def state(self) -> str:
        return "planned" if not self.over and not self.on_level else super().state

    def words(self, reads: Reader) -> PreventionWords:
        return PreventionWords(self, reads)

    def own_dues(self) -> Iterator[Due[Any]]:
        """The next day on which something was to be done."""
        planned = [one.when for one in self.items if one.stage == "planned" and one.when]
        if planned and not self.over:
            yield Due(min(planned), "what was planned is to be done", lambda now: _not_done(self, now))


def prevention_id(client: str) -> str:
    """The id of a client's proposal: there is one at a time."""
    return f"prevention-{client}"


def begun(
    client: str,
    due: tuple[ComingDue, ...],
    terms: PathTerms,
    now: datetime,
    *,
    asked: int = 0,
    drill: bool = False,
) -> Prevention:
    """The proposal as it begins; who owns it is looked up."""
    work = Prevention(
        id=prevention_id(client),
        client=client,
        number=f"{now:%Y-%m-%d}",
        opened=now,
        terms=terms,
        path=paths.begin(terms, now),
        drill=drill,
        items=tuple(map(Proposed, due[:MOST_NAMED])),
        asked=asked,
    )
    return work.noted(Entry(now, Kind.COMES_DUE, words=named(work.items)))


def another(work: Prevention, due: tuple[ComingDue, ...], now: datetime) -> Prevention:
    """What else comes due while it is open; what it has already is not added again. Its owner hears of all
    of it at once."""
    new = [Proposed(one) for one in due if _is_new(work, one, now)]
    # What was settled and comes due again takes the place of what it was.
    others = [one for one in work.items if one.name not in {new.name for new in new}]
    new = new[: max(0, MOST_NAMED - len(others))]
    if work.over or not new:
        return work
    work = replace(work, items=(*others, *new))
    work = work.noted(Entry(now, Kind.COMES_DUE, words=named(new)))
    return balanced(news(work), now)


def _is_new(work: Prevention, due: ComingDue, now: datetime) -> bool:
    known = next((one for one in work.items if one.name == due.name), None)
    if known is None:
        return True
    settled = known.when if known.settled and known.kept and known.coming.due != due.due else None
    return settled is not None and now - settled > A_DAY


# What its owner says ----------------------------------------------------------------------


def done(
    work: Prevention,
    by: str,
    visit: int,
    names: tuple[str, ...],
    words: str,
    now: datetime,
    via: str = "",
) -> Prevention:
    """It is done, and comes due again when the files say so."""
    must_be_open(work)
    items = meant(work, names)
    for one in items:
        if not one.may_go_on:
            text = (
                f"{one.name} needs a yes first ({one.coming.action}): say when it will be done, and who may "
            )
            raise Refused(f"{text}decide is asked.")
    return _settle(work, items, "done", Kind.ITEM_DONE, by, visit, legible(words), now, via)


def decline(
    work: Prevention,
    by: str,
    visit: int,
    names: tuple[str, ...],
    words: str,
    now: datetime,
    via: str = "",
) -> Prevention:
    """It is not done this time, and why."""
    must_be_open(work)
    words = legible(words)
    if not words:
        raise Refused("Say why it is not done.")
    items = meant(work, names)
    return _settle(work, items, "declined", Kind.ITEM_DECLINED, by, visit, words, now, via)


def _settle(
    work: Prevention,
    items: tuple[Proposed, ...],
    stage: Stage,
    kind: Kind,
    by: str,
    visit: int,
    words: str,
    now: datetime,
    via: str,
) -> Prevention:
    work = paths.take(work, by, visit, now, via)
    for one in items:
        work = with_item(work, replace(one, stage=stage, when=now, by=by, words=cut(words, LONGEST_REMARK)))
    work = work.noted(Entry(now, kind, by, via, what=named(items), words=words))
    return balanced(work, now, by)


def meant(work: Prevention, names: tuple[str, ...]) -> tuple[Proposed, ...]:
    """The items that somebody speaks of; all that are open, if they name none. Raises Refused."""
    if not names:
        items = tuple(one for one in work.items if one.stage == "open")
        if not items:
            raise Refused("Nothing is open: name the item that you mean.")
        return items
    by_name = {one.name: one for one in work.items}
    for name in names:
        if name not in by_name:
            raise Refused(f"There is no {name!r} in it: write one of {named(work.items)}.")
        if by_name[name].settled:
            raise Refused(f"{name} is {by_name[name].stage} already.")
    return tuple(by_name[name] for name in dict.fromkeys(names))


# What follows -----------------------------------------------------------------------------


def unkept(work: Prevention) -> tuple[Proposed, ...]:
    """What was settled, and who keeps the client's prevention does not know."""
    return tuple(one for one in work.items if one.settled and not one.kept)


def keep(work: Prevention, items: tuple[Proposed, ...]) -> Prevention:
    """They know."""
    for one in items:
        work = with_item(work, replace(one, kept=True))
    return work


def _not_done(work: Prevention, now: datetime) -> Prevention:
    """What was to be done by now is its owner's again: to be said done, planned anew or declined."""
    late = [one for one in work.items if one.stage == "planned" and one.when and one.when <= now]
    for one in late:
        work = with_item(work, replace(one, stage="open"))
    due = min(one.when for one in late if one.when)
    work = work.noted(Entry(now, Kind.NOT_DONE, due=due, words=named(late)))
    return balanced(news(work), now)


def balanced(work: Prevention, now: datetime, by: str = "") -> Prevention:
    """Its clock runs while an item is open, and begins anew with the first; with all settled it is over."""
    return _concluded(work, by, now) if all(one.settled for one in work.items) else timed(work, now)


def _concluded(work: Prevention, by: str, now: datetime) -> Prevention:
    counts = [(sum(one.stage == stage for one in work.items), stage) for stage in ("done", "declined")]
    conclusion = ", ".join(f"{count} {stage}" for count, stage in counts if count)
    work = replace(work, conclusion=conclusion, concluded_by=by, path=work.path.suspended())
    work = work.noted(Entry(now, Kind.CONCLUDED, by, what=work.WORDING.concluded))
    others = [one for one in work.readers() if one != by]
    return work.tell(AssignmentNotice.CONCLUDED, *others)


def with_item(work: Prevention, item: Proposed) -> Prevention:
    items = tuple(item if one.name == item.name else one for one in work.items)
    return replace(work, items=items)


def named(items: Iterable[Proposed]) -> str:
    return cut(", ".join(one.name for one in items), LONGEST_LINE)


# In words ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class PreventionWords(AssignmentWords):
    """One proposal, and who reads it."""

    stands: Prevention

    @property
    def about(self) -> str:
        count = len(self.stands.items)
        return f"prevention proposal for {self.reads.client} ({count} item{'s' if count > 1 else ''})"

    @property
    def why(self) -> str:
        return (
            "What is listed comes due. Say of each when it will be done (where the authority table asks for "
            "a yes, those who may decide are asked then), that it is done, or why it is not."
        )

    @property
    def matter(self) -> Matter:
        return Matter("What comes due", tuple((one.name, self._line(one)) for one in self.stands.items))

    def _line(self, one: Proposed) -> str:
        due = one.coming
        takes = f"{due.action}{f' ({due.takes})' if due.takes else ''}" if due.action else ""
        parts = (f"due {spoken(due.due)} ({because(due)})", takes, self.stage(one))
        return "; ".join(filter(None, parts))

    def stage(self, one: Proposed) -> str:
        """What becomes of it: "planned for 5 Dec 18:00, approved"."""
        if one.stage == "planned":
            asked = {"asked": ", a yes is asked for", "approved": ", approved"}.get(one.outcome, "")
            return f"planned{self.reads.by(one.when, 'for')}{asked}"
        if one.settled:
            said = f": {one.words}" if one.words else ""
            at = f", {self.reads.time(one.when)}" if one.when else ""
            return f"{one.stage} ({self.reads.name(one.by)}{at}){said}"
        return one.ruling

    @property
    def news(self) -> str:
        newest = next((one for one in reversed(self.stands.record) if one.kind in NEWS), None)
        return f"{self.reads.told(newest)}." if newest else ""

    @property
    def choices(self) -> tuple[Move, ...]:
        take = tuple(one for one in super().choices if one.name == "acknowledge")
        plan = Move("plan", "It will be done", "Say when. Those who have to agree are asked now.")
        done = Move("done", "It is done", "It comes due again when the files say so.")
        decline = Move("decline", "It is not done", "Write why.")
        return (*take, plan, done, decline)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.stands.items if not one.settled)

    @property
    def rests(self) -> str:
        return "all that is left is planned"

    @property
    def steps(self) -> list[Step]:
        """Who has it when, if nobody acts; and when what is planned is to be done."""
        planned = [
            Step(one.when, f"{one.name} is to be done")
            for one in self.stands.items
            if one.stage == "planned" and one.when
        ]
        return sorted([*super().steps, *planned], key=lambda step: step.at)
