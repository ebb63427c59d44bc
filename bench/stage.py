"""Where a figure is taken: a fresh Temporal dev server, a mail server, and a worker's own process."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from bench import door
from bench.door import Door
from bench.procedure import EXAMPLE
from bench.sink import Sink, sink

ROOT = Path(__file__).resolve().parent.parent
HERE = "127.0.0.1"
LINK_KEY = "only-for-the-bench-" * 2
START = 60.0
STOP = 30.0
SERVER_FLAGS = ("history.timerProcessorMaxTimeShift", "history.workflowIdReuseMinimalInterval")
"""Set to 1 ms, for Rung and the bare workflow alike: the dev server rounds timers up to a second."""


class Ended(Exception):
    """A program that should run has ended by itself: its process id, and as a note what it said."""


@dataclass(frozen=True)
class Compared:
    """One of the two that are compared: its worker's command, and the way to its door."""

    name: str
    worker: tuple[str, ...]
    enter: Callable[[str], Awaitable[Door]]


RUNG = Compared("Rung", ("worker.py",), door.rung)
BARE = Compared("bare", ("-m", "bench.bare"), door.straight)


@dataclass(frozen=True)
class Stage:
    """Everything that a story needs, running."""

    door: Door
    sink: Sink
    worker: psutil.Process


@asynccontextmanager
async def server() -> AsyncIterator[str]:
    """A Temporal dev server that keeps everything in memory; its address."""
    port = _free_port()
    flags = (part for flag in SERVER_FLAGS for part in ("--dynamic-config-value", f'{flag}="1ms"'))
    command = (
        *(str(Path(sys.executable).parent / "temporal"), "server", "start-dev", "--headless"),
        *("--ip", HERE, "--port", str(port), "--log-level", "error", *flags),
    )
    async with _program(command, {}) as process:
        async with asyncio.timeout(START):
            while not await _answers(f"{HERE}:{port}"):
                _must_run(process)
                await asyncio.sleep(0.1)
        yield f"{HERE}:{port}"


@asynccontextmanager
async def stage(
    system: Compared, pace: float, address: str = "", procedure: Path = EXAMPLE
) -> AsyncIterator[Stage]:
    """One system, ready for tickets; on a server of its own unless one is given."""
    async with AsyncExitStack() as parts:
        address = address or await parts.enter_async_context(server())
        taking = await parts.enter_async_context(sink())
        worker = await parts.enter_async_context(_worker(system, pace, address, taking.port, procedure))
        entrance = await system.enter(address)
        async with asyncio.timeout(START):
            await _polled(address, entrance.task_queue, worker)
        yield Stage(entrance, taking, worker)


@asynccontextmanager
async def _worker(
    system: Compared, pace: float, address: str, smtp_port: int, procedure: Path
) -> AsyncIterator[psutil.Process]:
    environment = {
        "TEMPORAL_ADDRESS": address,
        "RUNG_PROCEDURE": str(procedure),
        "RUNG_PACE": str(pace),
        "RUNG_LINK_KEYS": LINK_KEY,
        "RUNG_SMTP_PORT": str(smtp_port),
        "RUNG_CACHED_TICKETS": "1200",
    }
    with tempfile.TemporaryDirectory() as state:
        command = (sys.executable, *system.worker)
        async with _program(command, environment | {"RUNG_STATE": state}) as process:
            yield process


@asynccontextmanager
async def gateway(address: str, procedure: Path) -> AsyncIterator[str]:
    """Rung's gateway, in a process of its own; its public address."""
    url = f"http://{HERE}:{_free_port()}"
    environment = {
        "TEMPORAL_ADDRESS": address,
        "RUNG_PROCEDURE": str(procedure),
        "RUNG_LINK_KEYS": LINK_KEY,
        "RUNG_PUBLIC_URL": url,
        "RUNG_GATEWAY_PORT": url.rpartition(":")[2],
        "RUNG_SECRET_GENERIC": "only-for-the-bench",
        "RUNG_SECRET_DJANGO_HELPDESK": "only-for-the-bench",
    }
    with tempfile.TemporaryDirectory() as state:
        command = (sys.executable, "-m", "gateway")
        async with _program(command, environment | {"RUNG_STATE": state}) as process:
            async with asyncio.timeout(START):
                while not await _listens(url):
                    _must_run(process)
                    await asyncio.sleep(0.1)
            yield url


async def _listens(url: str) -> bool:
    async with httpx.AsyncClient() as browser:
        try:
            return (await browser.get(f"{url}/ready")).is_success
        except httpx.TransportError:
            return False


@asynccontextmanager
async def _program(command: Sequence[str], environment: dict[str, str]) -> AsyncIterator[psutil.Process]:
    """A program that runs while the context does. In a session of its own: Ctrl-C is ours to pass on."""
    with tempfile.TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield psutil.Process(process.pid)
        except Ended as ended:
            if ended.args == (process.pid,):
                log.seek(0)
                ended.add_note(log.read().decode(errors="replace"))
            raise
        finally:
            await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _answers(address: str) -> bool:
    try:
        client = await Client.connect(address)
        return await client.service_client.check_health()
    except (RuntimeError, RPCError):
        return False


async def _polled(address: str, task_queue: str, worker: psutil.Process) -> None:
    """Wait until the worker asks the server for work."""
    client = await Client.connect(address)
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    while not (await client.workflow_service.describe_task_queue(request)).pollers:
        _must_run(worker)
        await asyncio.sleep(0.1)


def _must_run(process: psutil.Process) -> None:
    if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
        raise Ended(process.pid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port: int = probe.getsockname()[1]
        return port
