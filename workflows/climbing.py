"""The one loop of all that climbs: put before somebody, waited for, told, shown, until it is over.

A ticket, an approval, a complaint and a relationship review are all this. What differs is what is decided,
and that is ``procedure``'s: each hands in its ``Rules``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, Self, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from procedure.ladder import Wake
from procedure.record import Entry, Kind, Refused
from workflows.attributes import Shown, Values
from workflows.look_up import is_fresh, look_up
from workflows.messages import Answer, Statement
from workflows.messages.complaint import Brought
from workflows.post import Post, Undeliverable, bring
from workflows.refusal import or_refuse
from workflows.timer import Timer
from workflows.times import LAST_MAILS


class Numbered(Protocol):
    """A notice: its number makes the Message-ID, the same over all retries."""

    @property
    def number(self) -> int: ...


class Climbs(Protocol):
    """How something stands that climbs; it never changes in place."""

    @property
    def over(self) -> bool:
        """Whether nothing is due any more."""

    @property
    def to_look_up(self) -> bool:
        """Whether it can't go on before something was looked up: who has it next, until when."""

    @property
    def last(self) -> str:
        """What happened last, in words."""

    @property
    def notices(self) -> tuple[Any, ...]:
        """What waits to be sent."""

    def matters(self, notice: Any) -> bool:
        """Whether a notice that could not be delivered yet should still be tried."""

    def sent(self) -> Self:
        """The waiting notices have been handed to the post."""

    def noted(self, entry: Entry) -> Self:
        """With one more line in the record."""


Stands = TypeVar("Stands", bound=Climbs)


@dataclass(frozen=True)
class Rules(Generic[Stands]):
    """What differs from one kind of thing that climbs to another.

    ``look_up`` names the activity that answers ``seek`` with a ``found``, for ``looks_for``; ``present`` goes
    on with the answer. ``bring`` names the activity that brings a ``letter`` of some notices, told as
    ``summary``; notices ``together`` are one letter. ``details`` and ``values`` show how it stands.
    """

    seek: Callable[[Stands, datetime], object]
    present: Callable[[Stands, Any, datetime], Stands]
    tick: Callable[[Stands, datetime], Stands]
    wake: Callable[[Stands], Wake | None]
    undeliverable: Callable[[Stands, Any, str, datetime], Stands]
    look_up: str
    found: type
    looks_for: Callable[[Stands], str]
    bring: Callable[[tuple[Any, ...]], str]
    letter: Callable[[Stands, tuple[Any, ...]], object]
    summary: Callable[[Stands, tuple[Any, ...]], str]
    details: Callable[[Stands], str]
    values: Callable[[Stands, Wake | None], Values]
    together: bool = False


AT_LEAST = timedelta(hours=1)
"""How long the last mails are tried at least, where a timer that is armed anyway ends them."""


class Climbing(Generic[Stands]):
    """Holds how it stands.

    Every change is one assignment of a whole new state, with no await between judging and doing: two messages
    that arrive together can never both win.
    """

    rules: Rules[Stands]

    def __init__(self, carried: Stands | None) -> None:
        self.held = carried
        self.on_its_way: Post[Numbered] = Post()
        self.clock = Timer()
        self.shown = Shown()

    @property
    def now(self) -> datetime:
        """The time of the task that is done."""
        return workflow.now()

    @property
    def stands(self) -> Stands:
        """How it stands, once it has begun."""
        if self.held is None:
            raise ApplicationError("It is just being opened; try again in a moment.", type="Refused")
        return self.held

    # What some of them do besides ---------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether something was said that has to be judged first: in time is in time."""
        return False

    async def tell_others(self) -> bool:
        """Tell other workflows what they do not know yet; whether there was anything to tell."""
        return False

    def nothing_open(self) -> bool:
        """Whether all is sent and answered."""
        return self.on_its_way.is_empty and workflow.all_handlers_finished()

    # How it climbs ------------------------------------------------------------------------

    async def climb(self) -> bool:
        """Go on until it is over (True), or the history should start afresh."""
        while True:
            stands = await self.settle()
            self.post(stands)
            self.publish(stands)
            if stands.over:
                if await self.all_is_said():
                    return True
            elif not await self.goes_on():
                return False

    async def settle(self) -> Stands:
        """Do what time has made due, one thing after the other, until it is before somebody, or over, and
        others have heard of it."""
        while True:
            if self.busy:
                await workflow.wait_condition(lambda: not self.busy)
            before = self.stands
            self.held = self.rules.tick(before, self.now) if self.clock.strikes() else before
            if self.held.to_look_up:
                await self.put_before_the_next(self.held)
            elif self.held is before and not await self.tell_others():
                return before

    async def put_before_the_next(self, stands: Stands) -> None:
        """Ask who has it next, until when; what was said meanwhile has made the answer stale."""
        rules, now = self.rules, self.now
        found: Any = await look_up(
            rules.look_up, rules.seek(stands, now), rules.found, rules.looks_for(stands)
        )
        if self.held is stands and is_fresh(now):
            self.held = rules.present(stands, found, self.now)
            # At once: where look-ups are slow the next page may be due already.
            self.post(self.held)

    def post(self, stands: Stands) -> None:
        """Send what there is to tell, and stop trying what no longer matters to anybody."""
        self.on_its_way.stop(stands.matters)
        if stands.notices:
            self.begin_rounds(stands, stands.notices)
            self.held = stands.sent()

    def begin_rounds(self, stands: Stands, notices: tuple[Any, ...]) -> None:
        """What is told together is one activity: each of its own costs six events."""
        for some in (notices,) if self.rules.together else [(one,) for one in notices]:
            self.on_its_way.begin(some, self.deliver(stands, some))

    async def deliver(self, stands: Stands, notices: tuple[Any, ...]) -> None:
        """Bring a round; what can't be brought now goes on by itself, so that it holds up no other."""
        rules = self.rules
        activity, letter = rules.bring(notices), rules.letter(stands, notices)
        answers, summary = Brought if rules.together else None, rules.summary(stands, notices)
        try:
            brought = await bring(activity, letter, summary, answers, len(notices)) or Brought()
        except Undeliverable as reason:
            brought = Brought(failed={notice.number: str(reason) for notice in notices})
        for notice in notices:
            if why := brought.failed.get(notice.number):
                self.held = rules.undeliverable(self.stands, notice, why, self.now)
        for notice in notices:
            if notice.number in brought.later and self.stands.matters(notice):
                self.begin_rounds(self.stands, (notice,))

    def publish(self, stands: Stands) -> None:
        """Show where it stands: in the Temporal UI, and to whoever searches."""
        workflow.set_current_details(self.rules.details(stands))
        self.shown.show(self.rules.values(stands, self.rules.wake(stands)))

    async def goes_on(self) -> bool:
        """Wait until something is due or was said, with the timer armed.

        False when the history has grown long first.
        """
        before = self.stands
        upcoming = self.rules.wake(before)
        if upcoming is None:
            raise AssertionError("open and nothing due: every open one has an armed clock")
        await self.clock.until(upcoming, lambda: self.held is not before or self.grown_long())
        return self.held is not before or not self.grown_long()

    def grown_long(self) -> bool:
        """Whether the history should start afresh: never while something is on its way, or somebody waits for
        an answer, which may need one more look-up here."""
        suggested = workflow.info().is_continue_as_new_suggested()
        return suggested and self.on_its_way.is_empty and workflow.all_handlers_finished()

    async def all_is_said(self) -> bool:
        """Wait for the last mails; False if something was said meanwhile."""
        before, last, armed = self.held, self.clock.timer, self.clock.armed
        if self.nothing_open():
            return True
        # The timer that is armed anyway ends it, too: another one would cost two events.
        if last is None or armed is None or armed.at < self.now + AT_LEAST:
            last = asyncio.create_task(workflow.sleep(LAST_MAILS, summary="the last mails"))
        await workflow.wait_condition(lambda: self.nothing_open() or self.held is not before or last.done())
        if last is not self.clock.timer:
            last.cancel()
        return self.held is before

    # What people say ----------------------------------------------------------------------

    async def found_for(self, said: Any) -> Any:
        """What has to be looked up before something that was said can be judged; mostly nothing."""
        await workflow.wait_condition(lambda: self.held is not None)
        return None

    def after(self, said: Any, found: Any = None) -> Stands:
        """How it stands after this was said; raises ``Refused`` when it does not count."""
        stands: Stands = said.apply(self.stands, self.now)
        return stands

    def judge(self, said: Statement) -> None:
        """Whether it counts, before anything is written; what is just being opened can't tell yet."""
        if self.held is not None:
            or_refuse(lambda: self.after(said))

    async def hear(self, said: Statement) -> Answer:
        """Do what a person says, and answer with what stands when somebody has it again."""
        found = await self.found_for(said)
        self.held = or_refuse(lambda: self.after(said, found))
        await workflow.wait_condition(lambda: not self.stands.to_look_up)
        return Answer(text=self.stands.last)

    async def note(self, said: Statement) -> None:
        """The same without an answer: what is refused stands in the record with its reason."""
        found = await self.found_for(said)
        try:
            self.held = self.after(said, found)
        except Refused as refused:
            self.refuse(said, str(refused))

    def refuse(self, said: Statement, why: str) -> None:
        """What nobody hears that it does not count stands in the record."""
        what = said.called or type(said).__name__
        self.held = self.stands.noted(Entry(self.now, Kind.REFUSED, said.by, said.via, what=what, words=why))
