"""The one loop of every workflow: put before somebody, waited for, told, shown, until it is over.

A ticket, an approval, a complaint, a relationship review and the list of a change of shifts are all this.
What differs is what is decided, by the ``Rules`` of each (``procedure.climbing``), and by what ``Means`` it
is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from procedure.climbing import Rules, Stands
from procedure.kinds import Kind
from procedure.ladder import Wake
from procedure.record import Entry, Refused
from workflows.attributes import Shown, Values
from workflows.look_up import is_fresh
from workflows.messages import Answer, Brought, Statement
from workflows.post import Notices, Post, Undeliverable
from workflows.refusal import refusals
from workflows.timer import Timer
from workflows.times import LAST_MAILS


async def _nothing(stands: Any, question: Any) -> None:
    """It needs no look-up."""


@dataclass(frozen=True, kw_only=True)
class Means(Generic[Stands]):
    """By what a workflow does what its rules want.

    ``seek`` has their question answered; ``bring`` sends notices, those of one moment ``together`` or each
    for itself. ``details`` and ``values`` show how it stands.
    """

    seek: Callable[[Stands, Any], Awaitable[Any]] = _nothing
    bring: Callable[[Stands, Notices], Awaitable[Brought]]
    together: bool = False
    details: Callable[[Stands], str]
    values: Callable[[Stands, Wake | None], Values] = lambda stands, upcoming: {}


AT_LEAST = timedelta(hours=1)
"""How long the last mails are tried at least, where a timer that is armed anyway ends them."""


class Climbing(Generic[Stands]):
    """Holds how it stands.

    Every change is one assignment of a whole new state, with no await between judging and doing: two messages
    that arrive together can never both win.
    """

    rules: Rules[Stands]
    means: Means[Stands]

    def __init__(self, carried: Stands | None) -> None:
        self.held = carried
        # How many have said in time what is still being judged.
        self.judging = 0
        self.on_its_way = Post()
        self.clock = Timer()
        self.shown = Shown()

    @property
    def now(self) -> datetime:
        """The time of the task that is done."""
        return workflow.now()

    @property
    def stands(self) -> Stands:
        """How it stands, once it is open."""
        if self.held is None:
            raise ApplicationError("It is just being opened; try again in a moment.", type="Refused")
        return self.held

    # How it climbs ------------------------------------------------------------------------

    async def open(self, stands: Stands) -> None:
        """It is open: what was said before is heard first, in its order."""
        self.held = stands
        # Those who wait for it have waited for longer, and go on before this line does.
        await workflow.wait_condition(lambda: True)

    async def climb(self) -> bool:
        """Go on until it is over (True), or the history should start afresh."""
        while True:
            await self.settle()
            self.post()
            self.publish()
            if self.stands.over:
                if await self.all_is_said():
                    return True
            elif not await self.goes_on():
                return False

    async def settle(self) -> None:
        """Do what time has made due, one thing after the other, until it is before somebody, or over, and
        others have heard of it."""
        while True:
            if self.judging:
                await workflow.wait_condition(lambda: not self.judging)
            before = self.stands
            self.held = self.rules.tick(before, self.now) if self.clock.strikes() else before
            if self.held.to_look_up:
                await self.put_before_the_next(self.held)
            elif self.held is before and not await self.tell_others():
                return

    async def put_before_the_next(self, stands: Stands) -> None:
        """Ask who has it next, until when; what was said meanwhile has made the answer stale."""
        asked = self.now
        found = await self.means.seek(stands, self.rules.question(stands, asked))
        if self.held is stands and is_fresh(asked):
            self.held = self.rules.present(stands, found, self.now)
            # At once: where look-ups are slow the next page may be due already.
            self.post()

    async def tell_others(self) -> bool:
        """Tell other workflows what they do not know yet; whether there was anything to tell."""
        return False

    def post(self) -> None:
        """Send what there is to tell, and stop trying what no longer matters to anybody."""
        stands = self.stands
        self.on_its_way.stop(stands.matters)
        if ready := self.ready():
            # What is told together is one activity: each of its own costs six events.
            for notices in (ready,) if self.means.together else [(one,) for one in ready]:
                self.on_its_way.begin(notices, self.deliver(stands, notices))
            self.held = stands.sent(*ready)

    def ready(self) -> Notices:
        """What waits to be told and can be sent now: in a long history nothing new is begun before it starts
        afresh."""
        stands = self.stands
        if not stands.notices or (self.is_long() and not stands.over):
            return ()
        return self.on_its_way.may_begin(stands)

    async def deliver(self, stands: Stands, notices: Notices) -> None:
        """Bring a round; what can't be brought now goes on by itself, so that it holds up no other."""
        try:
            brought = await self.means.bring(stands, notices)
        except Undeliverable as reason:
            brought = Brought(failed={notice.number: str(reason) for notice in notices})
        for notice in notices:
            if why := brought.failed.get(notice.number):
                self.held = self.rules.undeliverable(self.stands, notice, why, self.now)
        for notice in notices:
            if notice.number in brought.later and self.stands.matters(notice):
                self.on_its_way.begin((notice,), self.deliver(self.stands, (notice,)))

    def publish(self) -> None:
        """Show where it stands: in the Temporal UI, and to whoever searches."""
        stands = self.stands
        workflow.set_current_details(self.means.details(stands))
        self.shown.show(self.means.values(stands, self.rules.wake(stands)))

    async def goes_on(self) -> bool:
        """Wait until something is due or was said, with the timer armed.

        False when the history has grown long first.
        """
        before = self.stands
        upcoming = self.rules.wake(before)
        if upcoming is None:
            raise AssertionError("open and nothing due: every open one has an armed clock")
        await self.clock.until(
            upcoming, lambda: self.held is not before or bool(self.ready()) or self.grown_long()
        )
        return self.held is not before or bool(self.ready()) or not self.grown_long()

    def grown_long(self) -> bool:
        """Whether the history should start afresh: never while something is on its way, or somebody waits for
        an answer, which may need one more look-up here."""
        return self.is_long() and self.on_its_way.is_empty and workflow.all_handlers_finished()

    def is_long(self) -> bool:
        return workflow.info().is_continue_as_new_suggested()

    def nothing_open(self) -> bool:
        """Whether all is sent and answered."""
        sent = self.on_its_way.is_empty and not self.stands.notices
        return sent and workflow.all_handlers_finished()

    async def all_is_said(self) -> bool:
        """Wait for the last mails; False if something was said meanwhile."""
        before, last, armed = self.held, self.clock.timer, self.clock.armed
        if self.nothing_open():
            return True
        # The timer that is armed anyway ends it, too: another one would cost two events.
        if last is None or armed is None or armed.at < self.now + AT_LEAST:
            last = asyncio.create_task(workflow.sleep(LAST_MAILS, summary="the last mails"))
        await workflow.wait_condition(
            lambda: self.nothing_open() or self.held is not before or bool(self.ready()) or last.done()
        )
        if last is not self.clock.timer:
            last.cancel()
        return self.held is before and (last.done() or not self.ready())

    # What people say ----------------------------------------------------------------------

    @workflow.query(description="Everything about it as it stands now.")
    def status(self) -> Stands:
        return self.stands

    def judge(self, said: Statement) -> None:
        """Whether it counts, before anything is written; what is just being opened can't tell yet."""
        if self.held is not None:
            with refusals():
                said.apply(self.stands, self.now)

    async def hear(self, said: Statement) -> Answer:
        """Do what a person says, and answer with what stands when somebody has it again."""
        with refusals():
            text = await self.do(said)
        if text:
            return Answer(text=text)
        await workflow.wait_condition(lambda: not self.stands.to_look_up)
        return Answer(text=self.stands.last)

    async def note(self, said: Statement) -> None:
        """The same without an answer: what is refused stands in the record with its reason."""
        try:
            await self.do(said)
        except Refused as refused:
            self.refuse(said, str(refused))

    async def do(self, said: Statement) -> str:
        """Do what a person says; what they hear of it, if not what stands when somebody has it again.

        Raises Refused.
        """
        await self.opened()
        self.held = said.apply(self.stands, self.now)
        return ""

    async def opened(self) -> None:
        """Wait until there is something to say it about."""
        if self.held is None:
            await workflow.wait_condition(lambda: self.held is not None)

    def refuse(self, said: Statement, why: str) -> None:
        """What nobody hears that it does not count stands in the record."""
        what = said.called or type(said).__name__
        self.held = self.stands.noted(Entry(self.now, Kind.REFUSED, said.by, said.via, what=what, words=why))
