"""What climbs a path of levels as a workflow: put before somebody, waited for, told, shown.

A complaint and a relationship review are both this; what differs is what is decided, which is
``procedure.complaint_course`` and ``procedure.review``.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from procedure.ladder import Wake
from procedure.levels import Found, Seek
from procedure.path import OnPath, Told
from procedure.record import Entry, Kind, Refused
from workflows import attributes
from workflows.clock import Clock
from workflows.look_up import is_fresh, look_up
from workflows.messages import Answer
from workflows.messages.complaint import Brought
from workflows.post import Post, Undeliverable, bring
from workflows.refusal import or_refuse
from workflows.times import LAST_MAILS

Stands = TypeVar("Stands", bound=OnPath)


class Statement(Protocol[Stands]):
    """Something a person says about it."""

    @property
    def by(self) -> str: ...

    @property
    def via(self) -> str: ...

    def apply(self, stands: Stands, now: datetime) -> Stands:
        """How it stands after this was said; raises ``Refused`` when it does not count."""


AT_LEAST = timedelta(hours=1)
"""How long the last mails are tried at least, where a timer that is armed anyway ends them."""


class Climbing(Generic[Stands]):
    """Holds how it stands; every change is one assignment of a whole new state."""

    bringing = ""
    """The activity that brings notices to their readers."""

    def __init__(self, carried: Stands | None) -> None:
        self.held = carried
        self.on_its_way: Post[Told] = Post()
        self.clock = Clock()
        self.shown = attributes.Shown()

    # What is decided elsewhere ------------------------------------------------------------

    def seek(self, stands: Stands) -> Seek:
        raise NotImplementedError

    def present(self, stands: Stands, found: Found) -> Stands:
        raise NotImplementedError

    def tick(self, stands: Stands) -> Stands:
        raise NotImplementedError

    def wake(self, stands: Stands) -> Wake | None:
        raise NotImplementedError

    def undeliverable(self, stands: Stands, notice: Told, why: str) -> Stands:
        raise NotImplementedError

    def round(self, stands: Stands, notices: tuple[Told, ...]) -> BaseModel:
        """What the activity needs that brings these notices."""
        raise NotImplementedError

    def summary(self, stands: Stands, notices: tuple[Told, ...]) -> str:
        raise NotImplementedError

    def details(self, stands: Stands) -> str:
        raise NotImplementedError

    async def tell_others(self) -> bool:
        """Tell other workflows what they do not know yet; whether there was anything to tell."""
        return False

    # How it climbs ------------------------------------------------------------------------

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

    async def climb(self) -> bool:
        """Go on until it is over (True), or the history should start afresh."""
        while True:
            stands = await self.catch_up()
            self.post(stands)
            self.publish(stands)
            if stands.over:
                if await self.all_is_said():
                    return True
            elif self.grown_long():
                await workflow.wait_condition(workflow.all_handlers_finished)
                return False
            else:
                await self.something_happens()

    async def catch_up(self) -> Stands:
        """Do what time has made due, until it is before somebody, or over, and others have heard of it."""
        while True:
            before = self.stands
            self.held = self.tick(before) if self.clock.strikes() else before
            if self.held.to_look_up:
                await self.look_up(self.held)
            elif self.held is before and not await self.tell_others():
                return before

    async def look_up(self, stands: Stands) -> None:
        """Who hears it, until when; what was said meanwhile has made the answer stale."""
        summary = f"who is at {stands.path.level}, and until when"
        now = workflow.now()
        found = await look_up("levels", self.seek(stands), Found, summary)
        if self.held is stands and is_fresh(now):
            self.held = self.present(stands, found)

    def post(self, stands: Stands) -> None:
        """Send what there is to tell, and stop trying what no longer matters to anybody."""
        self.on_its_way.stop(stands.matters)
        if stands.notices:
            self.begin_round(stands, stands.notices)
            self.held = stands.sent()

    def begin_round(self, stands: Stands, notices: tuple[Told, ...]) -> None:
        """What is told at one moment is one activity: each of its own would cost six events."""
        self.on_its_way.begin(notices, self.deliver(stands, notices))

    async def deliver(self, stands: Stands, notices: tuple[Told, ...]) -> None:
        """Bring a round; what can't be brought now goes on by itself, so that it holds up no other."""
        letter, summary = self.round(stands, notices), self.summary(stands, notices)
        try:
            brought: Brought = await bring(self.bringing, letter, summary, Brought, len(notices))
        except Undeliverable as reason:
            brought = Brought(failed={notice.number: str(reason) for notice in notices})
        for notice in notices:
            if why := brought.failed.get(notice.number):
                self.held = self.undeliverable(self.stands, notice, why)
        for notice in notices:
            if notice.number in brought.later and self.stands.matters(notice):
                self.begin_round(self.stands, (notice,))

    def publish(self, stands: Stands) -> None:
        """Show where it stands: in the Temporal UI, and to whoever searches."""
        workflow.set_current_details(self.details(stands))
        self.shown.show(attributes.of_path(stands, self.wake(stands)))

    async def something_happens(self) -> None:
        """Wait until something is due or somebody has said something; the timer stays armed meanwhile."""
        before = self.stands
        upcoming = self.wake(before)
        if upcoming is None:
            raise AssertionError("open and nothing due: every open one has an armed clock")
        await self.clock.until(upcoming, lambda: self.held is not before or self.grown_long())

    def grown_long(self) -> bool:
        """Whether the history should start afresh; what is on its way is waited for."""
        return workflow.info().is_continue_as_new_suggested() and self.on_its_way.is_empty

    async def all_is_said(self) -> bool:
        """Wait for the last mails; False if something was said meanwhile."""
        before = self.held
        last, armed = self.clock.timer, self.clock.armed
        if last is None or armed is None or armed.at < workflow.now() + AT_LEAST:
            last = asyncio.create_task(workflow.sleep(LAST_MAILS, summary="the last mails"))

        def said() -> bool:
            return self.on_its_way.is_empty and workflow.all_handlers_finished()

        # The timer that is armed anyway ends it, too: another one would cost two events.
        await workflow.wait_condition(lambda: said() or self.held is not before or last.done())
        return self.held is before

    # What people say ----------------------------------------------------------------------

    def judge(self, said: Statement[Stands]) -> None:
        """Whether it counts, before anything is written; what is just being opened can't tell yet."""
        if self.held is not None:
            held = self.held
            or_refuse(lambda: said.apply(held, self.now))

    async def hear(self, said: Statement[Stands]) -> Answer:
        """Do what a person says, and answer with what stands when somebody has it again."""
        await workflow.wait_condition(lambda: self.held is not None)
        self.held = or_refuse(lambda: said.apply(self.stands, self.now))
        await workflow.wait_condition(lambda: not self.stands.to_look_up)
        return Answer(text=self.stands.last)

    async def note(self, said: Statement[Stands]) -> None:
        """The same without an answer: what is refused stands in the record with its reason."""
        await workflow.wait_condition(lambda: self.held is not None)
        try:
            self.held = said.apply(self.stands, self.now)
        except Refused as refused:
            what = type(said).__name__
            refusal = Entry(self.now, Kind.REFUSED, said.by, said.via, what=what, words=str(refused))
            self.held = self.stands.noted(refusal)
