"""A whole Rung in one process, with skipped time, told from the outside.

The real workflows and activities, a real mail server, and the real gateway; only the
clock is not real. A story opens a ticket, lets time pass, and expects mails; a mail that
nobody expected fails the story.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.history import TicketHistory
from gateway.app import create_app
from procedure.approval.state import Approval
from procedure.book.procedure import Procedure
from procedure.book.severity import Facts
from procedure.complaint.raising import about_ticket
from procedure.complaint.review import Counted
from procedure.complaint.state import Complaint, Raised
from procedure.problem.state import Incident, Problem, Recurrence
from procedure.ticket.helpdesk import Event
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from rehearsal.quiet import Seen, failing, quiet
from runtime.connection import DATA_CONVERTER, register_search_attributes
from runtime.links import Links, taken_back
from runtime.settings import Settings
from runtime.tickets import Tickets, said
from tests import received
from tests.northwind import northwind
from worker import working
from workflows.messages import Answer
from workflows.messages.approval import OPINIONS
from workflows.messages.complaint import REMARKS
from workflows.messages.ticket import TicketResult

KEYS = ["0" * 32, "1" * 32]
PUBLIC = "http://rung.test"

CACHED = 1000
"""How many workflows are kept in memory: more than a story has."""

AT_EACH_STEP = pytest.mark.parametrize("running", [CACHED, 0], ids=["cached", "replayed"], indirect=True)
"""Told once more, with every workflow loaded from its history at each step."""

LOST_TASKS = 50
"""Seconds a story waits for what must come: without a cache the SDK loses a workflow task now and
then, which comes again after ten seconds, and there may be several."""


class Received(received.Received):
    """A mail as it reached somebody; its link is a path, as the house's browser shows it."""

    @property
    def link(self) -> str:
        return super().link.removeprefix(PUBLIC)


@dataclass
class Postbox:
    """The mail server: takes mail, or refuses it as a story says."""

    mails: list[Received] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.refuse.get(address) or self.refuse.get("*"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append(Received.of(envelope))
        return "250 OK"


class NobodyBefore:
    """No earlier tickets, unless a story says how many; no emergencies, unless it says which."""

    def __init__(self) -> None:
        self.count = 0
        self.emergencies: list[Ticket] = []
        self.workers: tuple[str, ...] = ()
        self.complained: list[Counted] = []
        self.problems: dict[str, Problem] = {}
        self.server: TicketHistory | None = None

    async def like(self, opening: Opening, since: datetime) -> int:
        return self.count

    async def open_emergencies(self, client: str) -> list[Ticket]:
        return [ticket for ticket in self.emergencies if ticket.client == client]

    async def open_among(self, tickets: tuple[str, ...]) -> dict[str, Ticket | None]:
        """As it is: the server without a visibility store knows them by their ids, too."""
        return await self.server.open_among(tickets) if self.server else {}

    async def involved(self, ticket: str) -> tuple[str, ...]:
        return self.workers

    async def complaints(
        self, client: str, since: datetime, but: str, opened: datetime, enough: int
    ) -> tuple[str, ...]:
        return tuple(one.id for one in self.complained if one.id != but)

    async def counted(self, complaints: tuple[str, ...], patient: bool) -> tuple[Counted, ...]:
        return tuple(one for one in self.complained if one.id in complaints)

    async def incidents(self, pattern: Recurrence, since: datetime) -> tuple[Incident, ...]:
        return ()

    async def problem(self, ident: str, *, closed: bool) -> Problem | None:
        found = self.problems.get(ident)
        return found if found and found.over == closed else None


class Story:
    """One ticket's story."""

    def __init__(self, house: House, opening: Opening) -> None:
        self.house = house
        self.opening = opening
        self.deliveries = 0

    @property
    def handle(self) -> WorkflowHandle[Any, TicketResult]:
        return self.house.env.client.get_workflow_handle(self.opening.id, result_type=TicketResult)

    async def desk(self, **event: Any) -> bool:
        """The helpdesk tells something."""
        self.deliveries += 1
        usual = {"delivery": f"d{self.deliveries}", "at": await self.house.now()}
        return await self.house.tickets.receive(self.opening, Event(**{**usual, **event}))

    async def say(self, name: str, by: str, **content: Any) -> Answer:
        """Somebody says something, through the update."""
        message = said(name, {"by": by, "via": "a story", **content})
        # The look at the ticket also lets what is under way settle before time is skipped.
        key = f"{await self.house.now()}{len((await self.stands()).record)}"
        return await self.house.tickets.say(self.opening.id, name, message, key)

    async def asks(self, by: str, action: str = "", **content: Any) -> Answer:
        """Somebody of the tier asks for an approval."""
        content = {"what": "on both servers", "why": "it hangs", "action": action} | content
        return await self.say("propose", by, **content)

    def approval_id(self, number: int = 1) -> str:
        return f"approval-{self.opening.id.removeprefix('ticket-')}-{number}"

    async def approval(self, number: int = 1) -> Approval:
        await self.house.quiet()
        return await self.house.tickets.approval(self.approval_id(number))

    async def opines(self, name: str, by: str, number: int = 1, **content: Any) -> Answer:
        """Somebody says something to an approval of this ticket, through the update."""
        ident = self.approval_id(number)
        opinion = OPINIONS[name].model_validate({"by": by, "via": "a story", **content})
        key = str(len((await self.approval(number)).record))
        return await self.house.tickets.speak_up(ident, opinion, key)

    async def signal(self, name: str, by: str, **content: Any) -> None:
        """The same through the signal."""
        await self.handle.signal(name, {"by": by, **content})

    async def stands(self) -> Ticket:
        await self.house.quiet()
        return await self.house.tickets.status(self.opening.id)

    async def summaries(self) -> list[str]:
        """What the history says of each activity and timer."""
        history = await self.handle.fetch_history()
        kept = [event.user_metadata.summary for event in history.events if event.user_metadata.summary.data]
        return [json.loads(one.data) for one in kept]

    async def record(self) -> list[str]:
        return (await self.stands()).sentences()

    async def click(self, mail: Received, **form: str) -> httpx.Response:
        """Open a mail's link, fill in the page's form, and send it."""
        return await self.house.click(mail, **form)

    async def result(self) -> Ticket:
        async with asyncio.timeout(LOST_TASKS):
            ended = await self.handle.result()
        ticket = await self.stands()
        assert (ended.status, ended.holder) == (ticket.status, ticket.holder)
        return ticket


class Complaining:
    """One complaint's story."""

    def __init__(self, house: House, raised: Raised) -> None:
        self.house = house
        self.raised = raised

    @property
    def handle(self) -> WorkflowHandle[Any, Answer]:
        return self.house.env.client.get_workflow_handle(self.raised.id, result_type=Answer)

    async def says(self, name: str, by: str, **content: Any) -> Answer:
        """Somebody says something, through the update."""
        said = REMARKS[name].model_validate({"by": by, "via": "a story", **content})
        key = f"{await self.house.now()}{len((await self.stands()).record)}"
        return await self.house.tickets.remark(self.raised.id, name, said, key)

    async def signal(self, name: str, by: str, **content: Any) -> None:
        """The same through the signal."""
        await self.handle.signal(name, {"by": by, **content})

    async def stands(self) -> Complaint:
        await self.house.quiet()
        return await self.house.tickets.complaint(self.raised.id)

    async def record(self) -> list[str]:
        return (await self.stands()).sentences()

    async def when(self, words: str) -> None:
        """Waits until a line of its record has these words."""
        async with asyncio.timeout(LOST_TASKS):
            while not any(words in text for text in await self.record()):
                await asyncio.sleep(0.01)

    async def ends(self) -> Complaint:
        async with asyncio.timeout(LOST_TASKS):
            ended = await self.handle.result()
        complaint = await self.stands()
        assert ended.text == complaint.outcome
        return complaint


class House:
    """The running parts."""

    def __init__(
        self,
        env: WorkflowEnvironment,
        postbox: Postbox,
        tickets: Tickets,
        browser: httpx.AsyncClient,
        seen: Seen,
    ) -> None:
        self.env = env
        self.postbox = postbox
        self.tickets = tickets
        self.browser = browser
        self.book = northwind()
        self.earlier = NobodyBefore()
        self.stories: list[Story] = []
        self.complaints: list[Complaining] = []
        self.lists: list[str] = []
        """The ids of the changes of shifts that happen in it."""
        self.seen = seen
        self._read = 0

    async def quiet(self) -> None:
        """Waits until nothing is under way."""
        async with asyncio.timeout(LOST_TASKS):
            await quiet(self.env.client, self.seen)

    async def now(self) -> datetime:
        return await self.env.get_current_time()

    async def opens(self, facts: Facts, **known: Any) -> Story:
        """A ticket comes in from the helpdesk."""
        known = {
            "client": "harbor",
            "helpdesk": "desk",
            "number": "42",
            "title": "Nobody can log in",
            "requester": "kim",
        } | known
        story = Story(self, Opening(facts=facts, **known))
        self.stories.append(story)
        await story.desk()
        return story

    async def complains(self, ticket: Story | None = None, **known: Any) -> Complaining:
        """Kim of Harbor complains, perhaps about a ticket."""
        concern = {"kind": "changed without asking", "words": "nobody asked us before the restart"}
        known = {
            "client": "harbor",
            "number": f"c-{len(self.complaints) + 1}",
            "by": "kim",
            **concern,
        } | known
        raised = Raised(**known)
        raised = about_ticket(raised, await ticket.stands()) if ticket else raised
        story = Complaining(self, raised)
        self.complaints.append(story)
        await self.tickets.complain(raised)
        return story

    async def click(self, mail: Received, **form: str) -> httpx.Response:
        """Open a mail's link, fill in the page's form, and send it."""
        page = await self.browser.get(mail.link)
        assert page.status_code == 200, page.text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return await self.browser.post(mail.link, data={**hidden, **form})

    async def passes(self, **time: float) -> None:
        """Time goes by; all that becomes due in it happens."""
        await self.quiet()
        await self.env.sleep(timedelta(**time))

    async def until(self, when: str) -> None:
        """Time goes by until this instant (UTC)."""
        await self.quiet()
        at = datetime.fromisoformat(when).replace(tzinfo=UTC)
        await self.env.sleep(at - await self.now())

    async def expects(self, *recipients: str, saying: str = "") -> list[Received]:
        """Exactly these people get a mail now, in any order, each with these words in it."""
        wanted = sorted(f"{who}@{self._domain(who)}" for who in recipients)
        async with asyncio.timeout(LOST_TASKS):
            while len(self.postbox.mails) - self._read < len(wanted):
                await asyncio.sleep(0.01)
        mails = self.postbox.mails[self._read : self._read + len(wanted)]
        self._read += len(wanted)
        await self.quiet()
        assert sorted(mail.to for mail in mails) == wanted
        for mail in mails:
            assert saying in mail.text, mail.text
        return sorted(mails, key=lambda mail: recipients.index(mail.to.split("@")[0]))

    async def waits(self, ident: str, activity: str) -> str:
        """Waits until an activity of a workflow is to be tried again; why it has failed."""
        async with asyncio.timeout(LOST_TASKS):
            while not (why := await failing(self.env.client, ident, activity)):
                await asyncio.sleep(0.01)
        return why

    async def ruled(self, story: Story, outcome: str, number: int = 1) -> Ticket:
        """Waits until a ticket has heard how its question was decided."""
        async with asyncio.timeout(LOST_TASKS):
            while (ticket := await story.stands()).approvals[number - 1].outcome != outcome:
                await asyncio.sleep(0.01)
        return ticket

    async def when(self, story: Story, words: str) -> None:
        """Waits until a line of a ticket's record has these words."""
        async with asyncio.timeout(LOST_TASKS):
            while not any(words in text for text in await story.record()):
                await asyncio.sleep(0.01)

    def is_quiet(self) -> None:
        """Nobody got a mail that the story did not tell of."""
        unexpected = [(m.to, m.message["Subject"], m.text[:300]) for m in self.postbox.mails[self._read :]]
        assert unexpected == []

    def _domain(self, who: str) -> str:
        person = self.book.person(who)
        assert person is not None, who
        return person.mail.split("@")[1]


@asynccontextmanager
async def smtp_server(postbox: Postbox) -> AsyncIterator[int]:
    """A real mail server on a free port, which it gives."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(postbox, hostname="house", loop=loop), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def house(cached_tickets: int, **changes: object) -> AsyncIterator[House]:
    """Start everything, and at the end make sure that nothing was said that nobody expected."""
    postbox = Postbox()
    async with smtp_server(postbox) as port, _house(postbox, port, cached_tickets, **changes) as running:
        yield running


@asynccontextmanager
async def _house(postbox: Postbox, port: int, cached_tickets: int, **changes: object) -> AsyncIterator[House]:
    settings = Settings(smtp_port=port, mail_domain="rung.example", cached_tickets=cached_tickets)
    seen = Seen()
    env = await WorkflowEnvironment.start_time_skipping(
        interceptors=[seen],
        data_converter=DATA_CONVERTER,
        test_server_existing_path=binary("temporal-test-server"),
    )
    async with env:
        await register_search_attributes(env.client)
        tickets = Tickets(env.client, timedelta(seconds=LOST_TASKS))
        running: House

        def current() -> Procedure:
            return running.book

        links = Links(KEYS, PUBLIC, taken_back(current))
        app = create_app(tickets, current, links, PUBLIC)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url=PUBLIC, headers={"Origin": PUBLIC}
        ) as browser:
            running = House(env, postbox, tickets, browser, seen)
            running.book = northwind(**changes)
            running.earlier.server = TicketHistory(env.client)
            async with working(env.client, current, links, settings, running.earlier):
                yield running
                await running.quiet()
                running.is_quiet()


def binary(name: str) -> str:
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else str(shutil.which(name))
