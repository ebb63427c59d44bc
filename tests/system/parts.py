"""The real parts, each a process of its own that a story can kill and start again.

Temporal keeps its database in a file, so that it can come back; the worker and the gateway
are forked (tests/system/programs.py). Only the mail server lives in the test's own process: it goes
down, refuses people, falls silent or hangs up as a story says.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
import uuid
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import yaml
from aiosmtpd.smtp import SMTP, Envelope, Session
from temporalio.api.workflow.v1 import PendingChildExecutionInfo
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError

from procedure.book.severity import Facts
from procedure.ticket.helpdesk import Event
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from runtime.connection import DATA_CONVERTER
from runtime.mending import replayer
from runtime.tickets import Away, Tickets, said
from tests.northwind import PROCEDURE
from tests.received import Received
from tests.system.demo import HERE, ROOT, environment, free_ports, pauses
from tests.system.programs import Forked
from workflows.messages import Answer
from workflows.messages.ticket import HelpdeskEvent

PATIENCE = 45.0
"""Seconds: the deadline for what is waited for, not what it is expected to take."""

STOP = 30.0

LET_IN = 5
"""How many turns of the event loop it takes to let somebody in, and more."""

KEY = "only-for-these-tests-" * 2
SECRET = "the-desk-and-we-know-it"

_SERVER_FLAGS = ("history.timerProcessorMaxTimeShift", "history.workflowIdReuseMinimalInterval")
"""Set to 1 ms: the dev server rounds timers up to a second."""

_DATABASE = ("journal_mode=WAL", "synchronous=OFF")
"""A server that is killed loses nothing by it, as only a machine that loses power would; half of its work
would be to wait for the disk."""

Found = TypeVar("Found")


async def until(look: Callable[[], Awaitable[Found | None]], what: str, within: float = PATIENCE) -> Found:
    """What ``look`` finds as soon as it finds something; the test fails if it never does."""
    try:
        async with asyncio.timeout(within):
            for pause in pauses(within):
                if found := await look():
                    return found
                await asyncio.sleep(pause)
    except TimeoutError:
        pass
    raise AssertionError(f"not within {within:g} s: {what}")


def procedure_in(folder: Path, **changes: object) -> Path:
    """The procedure of the tests as files, with some of its top-level blocks replaced."""
    # Through JSON: lines that several actions share are written out, as files have them.
    whole: dict[str, Any] = json.loads(json.dumps({**PROCEDURE, **changes}))
    clients = whole.pop("clients")
    (folder / "clients").mkdir(parents=True)
    (folder / "procedure.yaml").write_text(yaml.safe_dump(whole, sort_keys=False))
    for ident, client in clients.items():
        (folder / "clients" / f"{ident}.yaml").write_text(yaml.safe_dump(client, sort_keys=False))
    return folder


# Mail ---------------------------------------------------------------------------------


class MailServer:
    """Takes mail, or does what a story says instead."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[Received] = []
        self.refuse: dict[str, str] = {}
        self.refused: Counter[str] = Counter()
        self.hang_up_after: set[str] = set()
        self.silent_about: set[str] = set()
        self._server: asyncio.Server | None = None
        self._lines: list[SMTP] = []
        self._answers = asyncio.Event()

    # Up and down.

    async def starts(self) -> None:
        """Listen; again on the same port after it was down."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._line, HERE, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def goes_down(self) -> None:
        """Listen no more, and cut every line."""
        assert self._server is not None
        # Who was just let in is on the line a moment later. asyncio loses a socket whose server is closed in
        # between (3.11: _attach fails, and nobody closes it), and one that is left to the garbage collector
        # fails whatever test runs by then. So nobody is let in any more, and then it is closed.
        for listening in self._server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        for _ in range(LET_IN):
            await asyncio.sleep(0)
        self._server.close()
        for line in self._lines:
            _hang_up(line)
        while any(line.transport for line in self._lines):
            await asyncio.sleep(0)
        self._lines.clear()

    def _line(self) -> SMTP:
        line = SMTP(self, hostname="post", loop=asyncio.get_running_loop())
        self._lines.append(line)
        return line

    # What it does with mail.

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        who = address.partition("@")[0]
        if answer := self.refuse.get(who):
            self.refused[who] += 1
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = Received.of(envelope)
        self.mails.append(mail)
        if mail.ticket in self.silent_about:
            await self._answers.wait()
        if mail.who in self.hang_up_after:
            self.hang_up_after.remove(mail.who)
            _hang_up(server)
        return "250 OK"

    def forgets(self) -> None:
        """Take all mail again, as if none had come yet."""
        self.mails.clear()
        self.refuse.clear()
        self.refused.clear()
        self.hang_up_after.clear()

    def speaks_again(self) -> None:
        """Answer what it was silent about, where somebody is still on the line."""
        self.silent_about.clear()
        self._answers.set()

    # What has come.

    def about(self, ticket: str, *people: str) -> list[Received]:
        """The mails about a ticket (to these people), in the order they came."""
        return [m for m in self.mails if m.ticket == ticket and (not people or m.who in people)]

    async def brings(self, ticket: str, who: str, within: float = PATIENCE) -> Received:
        """The first mail about a ticket to a person; waits for it."""

        async def look() -> Received | None:
            return next(iter(self.about(ticket, who)), None)

        return await until(look, f"a mail to {who} about {ticket}", within)

    def came_twice(self) -> dict[str, int]:
        """How often the mails came that came more than once, by Message-ID."""
        count = Counter(mail.ident for mail in self.mails)
        return {ident: times for ident, times in count.items() if times > 1}


def _hang_up(line: SMTP) -> None:
    if isinstance(line.transport, asyncio.WriteTransport):
        line.transport.abort()


# Processes ----------------------------------------------------------------------------


class Part:
    """A program that a story starts, asks to stop, or kills."""

    def __init__(self, name: str, begins: Callable[[Path], Awaitable[Process | Forked]], log: Path) -> None:
        self.name = name
        self._begins = begins
        self._log = log
        self._process: Process | Forked | None = None

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    async def starts(self) -> None:
        """Start it, again if it has run before; it is not waited for."""
        self._process = await self._begins(self._log)

    async def is_killed(self) -> None:
        """kill -9: it has no chance to tidy up."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def is_asked_to_stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self._process.terminate()
        return await self.ends()

    async def ends(self) -> int:
        """The exit code, once it has ended."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), STOP)

    def must_run(self) -> None:
        assert self._process is not None
        assert self._process.returncode is None, f"{self.name} ended by itself: {self.said[-2000:]}"


class Parts:
    """Everything of one Rung, none of it started yet."""

    def __init__(self, state: Path, pace: float, changes: dict[str, object]) -> None:
        ports = free_ports(2)
        self.address, self.gateway_url = f"{HERE}:{ports[0]}", f"http://{HERE}:{ports[1]}"
        self.mail = MailServer()
        self.procedure = procedure_in(state / "procedure", **changes)
        self.variables = {
            "TEMPORAL_ADDRESS": self.address,
            "RUNG_PROCEDURE": str(self.procedure),
            "RUNG_PACE": str(pace),
            "RUNG_STATE": str(state / "kept"),
            "RUNG_LINK_KEYS": KEY,
            "RUNG_PUBLIC_URL": self.gateway_url,
            "RUNG_GATEWAY_PORT": str(ports[1]),
            "RUNG_SECRET_GENERIC": SECRET,
            "RUNG_SECRET_DJANGO_HELPDESK": f"{SECRET}-too",
        }

        async def server(log: Path) -> Process:
            return await _server(state / "temporal.db", ports[0], log)

        async def worker(log: Path) -> Forked:
            return Forked("worker", ROOT, environment(**self.variables), log)

        async def gateway(log: Path) -> Forked:
            return Forked("gateway", ROOT, environment(**self.variables), log)

        self.temporal = Part("temporal", server, state / "temporal.log")
        self.worker = Part("worker", worker, state / "worker.log")
        self.second = Part("second worker", worker, state / "second.log")
        self.gateway = Part("gateway", gateway, state / "gateway.log")
        self.browser = httpx.AsyncClient(timeout=PATIENCE)
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        assert self._client is not None
        return self._client

    @property
    def tickets(self) -> Tickets:
        return Tickets(self.client, timedelta(seconds=PATIENCE))

    async def temporal_starts(self) -> None:
        """Start Temporal, or start it again on what it has kept; wait until it answers."""
        await self.temporal.starts()
        await until(self._temporal_answers, "an answer of Temporal")

    async def _temporal_answers(self) -> bool:
        self.temporal.must_run()
        try:
            if self._client is None:
                self._client = await Client.connect(self.address, data_converter=DATA_CONVERTER)
            await self.client.count_workflows("")
        except (RuntimeError, RPCError):
            return False
        return True

    async def worker_starts(self, which: Part | None = None) -> None:
        """Start the worker (or another one), or start it again; wait until it says that it is ready."""
        worker = which or self.worker
        before = worker.said.count("worker ready")
        await worker.starts()

        async def ready() -> bool:
            worker.must_run()
            return worker.said.count("worker ready") > before

        await until(ready, "the worker is ready")

    async def gateway_starts(self) -> None:
        """Start the gateway, and wait until it is alive."""
        await self.gateway.starts()

        async def alive() -> bool:
            self.gateway.must_run()
            try:
                return (await self.browser.get(f"{self.gateway_url}/health")).status_code == 200
            except httpx.TransportError:
                return False

        await until(alive, "the gateway is alive")

    # Tickets.

    async def opens(self, number: str, facts: Facts, **known: Any) -> str:
        """A ticket comes in; its id."""
        known = {
            "client": "harbor",
            "helpdesk": "desk",
            "title": "Nobody can log in",
            "requester": "kim",
        } | known
        opening = Opening(number=number, facts=facts, **known)
        await self.tickets.receive(opening, Event(delivery="new", at=datetime.now(UTC)))
        return opening.id

    async def say(self, ticket: str, name: str, by: str, **content: Any) -> Answer:
        """Somebody says something to a ticket."""
        message = said(name, {"by": by, "via": "a story", **content})
        return await self.tickets.say(ticket, name, message, key=str(uuid.uuid4()))

    async def closes(self, ticket: str) -> None:
        """The helpdesk closes a ticket; waits until it is over."""
        event = Event(delivery="closed", at=datetime.now(UTC), by="the desk", state="closed")
        run = self.client.get_workflow_handle(ticket)
        await run.signal("helpdesk", HelpdeskEvent(event=event))
        async with asyncio.timeout(PATIENCE):
            await run.result()

    async def stands(self, ticket: str) -> Ticket:
        """Where a ticket stands; waits while nobody is there to answer."""

        async def look() -> Ticket | None:
            try:
                return await self.tickets.status(ticket)
            except Away:
                return None

        return await until(look, f"the status of {ticket}")

    async def stands_when(self, ticket: str, so: Callable[[Ticket], bool], what: str) -> Ticket:
        """The ticket as soon as it is so."""

        async def look() -> Ticket | None:
            stands = await self.stands(ticket)
            return stands if so(stands) else None

        return await until(look, f"{ticket}: {what}")

    async def when_recorded(self, ticket: str, words: str) -> Ticket:
        """The ticket as soon as a line of its record has these words."""
        return await self.stands_when(ticket, lambda stands: bool(entries(stands, words)), words)

    async def listed(self, query: str = "") -> set[str]:
        """The ids of all workflows that Temporal finds, of whatever type."""
        return {run.id async for run in self.client.list_workflows(query)}

    async def nothing_under_way(self) -> None:
        """Wait until no ticket has a mail on its way, nor anything else to do but wait."""

        async def quiet() -> bool:
            return all([await self.at_rest(one) for one in await self.listed("ExecutionStatus = 'Running'")])

        await until(quiet, "nothing is under way")

    async def at_rest(self, ident: str) -> int | None:
        """How long a workflow's history is, when it has no mail on its way and nothing to do but wait."""
        run = (await self.client.get_workflow_handle(ident).describe()).raw_description
        # It hears a moment later that what it has asked has begun, and has ended.
        unheard = [one for one in run.pending_children if not await self._runs(one)]
        under_way = run.pending_activities or run.HasField("pending_workflow_task") or unheard
        return None if under_way else run.workflow_execution_info.history_length

    async def _runs(self, child: PendingChildExecutionInfo) -> bool:
        handle = self.client.get_workflow_handle(child.workflow_id, run_id=child.run_id)
        return bool(child.run_id) and (await handle.describe()).status is WorkflowExecutionStatus.RUNNING

    async def replays(self, *idents: str) -> None:
        """A worker that has never seen these workflows can go on with each from its history."""
        async with replayer().workflow_replay_iterator(self._histories(idents)) as results:
            async for result in results:
                if why := result.replay_failure:
                    why.add_note(f"{result.history.workflow_id} does not replay")
                    raise why

    async def _histories(self, idents: Iterable[str]) -> AsyncIterator[WorkflowHistory]:
        for ident in idents:
            yield await self.client.get_workflow_handle(ident).fetch_history()

    # Webhooks.

    async def webhook(self, event: object, signature: str = "", to: str = "generic") -> httpx.Response:
        """The helpdesk sends an event (bytes: as they are), rightly signed unless a story says otherwise."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        right = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        return await self.browser.post(
            f"{self.gateway_url}/helpdesk/{to}",
            content=body,
            headers={"X-Rung-Signature": signature or right},
        )


def entries(ticket: Ticket, words: str) -> list[datetime]:
    """When the lines of a record with these words were written."""
    return [entry.at for entry in ticket.record if words in ticket.sentence(entry)]


async def _server(database: Path, port: int, log: Path) -> Process:
    flags = [part for flag in _SERVER_FLAGS for part in ("--dynamic-config-value", f'{flag}="1ms"')]
    flags += (part for pragma in _DATABASE for part in ("--sqlite-pragma", pragma))
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "temporal"),
            *("server", "start-dev", "--headless", "--ip", HERE, "--port", str(port)),
            *("--db-filename", str(database), "--log-level", "error", *flags),
            env=environment(),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


@asynccontextmanager
async def parts(state: Path, pace: float = 1, **changes: object) -> AsyncIterator[Parts]:
    """Temporal and the mail server, running; the worker and the gateway are for the story to start."""
    whole = Parts(state, pace, changes)
    try:
        await whole.mail.starts()
        whole.variables["RUNG_SMTP_PORT"] = str(whole.mail.port)
        await whole.temporal_starts()
        yield whole
    finally:
        for part in (whole.worker, whole.second, whole.gateway, whole.temporal):
            await part.is_killed()
        await whole.browser.aclose()
        await whole.mail.goes_down()
