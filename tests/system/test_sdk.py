"""What the SDK does with workflows that have nothing to do with Rung, and what the runner mends.

A test that says ``as_it_comes`` fails when the SDK has mended it: then the runner's part of it can go
(docs/decisions/0021, which has the report for the SDK's maintainers).
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.workflow import NondeterminismError

from runtime.runner import Runner
from tests.system.sdk_workflows import LoadedAgain, LookedAt, one, other

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRIES = 10


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def temporal() -> AsyncIterator[Client]:
    """A real server."""
    existing = str(Path(sys.executable).parent / "temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=existing, dev_server_log_level="error"
    ) as env:
        yield env.client


def worker(temporal: Client, queue: str, runner: WorkflowRunner) -> Worker:
    made = Worker(
        temporal,
        task_queue=queue,
        workflows=[LookedAt, LoadedAgain],
        activities=[one, other],
        workflow_runner=runner,
    )
    if isinstance(runner, Runner):
        runner.serves(made)
    return made


Handle = WorkflowHandle[Any, Any]


async def looked_at(temporal: Client, runner: type[WorkflowRunner]) -> Handle:
    """Nobody is there when its timer fires; somebody looks at it, and then says something."""
    ident = f"looked-at-{uuid.uuid4()}"
    async with worker(temporal, ident, made(runner)):
        handle = await temporal.start_workflow(LookedAt.run, id=ident, task_queue=ident)
        await handle.query(LookedAt.stands)
    look = asyncio.create_task(stands(handle))
    await asyncio.sleep(1.5)
    said = asyncio.create_task(handle.execute_update(LookedAt.end))
    await asyncio.sleep(0.2)
    async with worker(temporal, ident, made(runner)):
        await asyncio.gather(look, said, handle.result())
    return handle


async def stands(handle: Handle) -> bool:
    """Ask where it stands until it is said.

    A question that waits for a worker which is just leaving is dropped by the server with that worker's
    queue ("context canceled"): it was not heard, and has to be asked again.
    """
    while True:
        try:
            return await handle.query(LookedAt.stands)
        except RPCError as error:
            if error.status is not RPCStatusCode.CANCELLED:
                raise


async def loaded_again(temporal: Client, runner: type[WorkflowRunner]) -> Handle:
    """Both activities are done; the worker goes, something is said, and another worker comes."""
    ident = f"loaded-again-{uuid.uuid4()}"
    async with worker(temporal, ident, made(runner)):
        handle = await temporal.start_workflow(LoadedAgain.run, id=ident, task_queue=ident)
        while not await both_are_done(handle):
            await asyncio.sleep(0.05)
    said = asyncio.create_task(handle.execute_update(LoadedAgain.end))
    await asyncio.sleep(0.2)
    async with worker(temporal, ident, made(runner)):
        await asyncio.gather(said, handle.result())
    return handle


async def both_are_done(handle: Handle) -> bool:
    """Both activities, and the tasks that have heard of them: two, or one where the machine is busy."""
    seen = (await handle.describe()).raw_description
    under_way = seen.pending_activities or seen.HasField("pending_workflow_task")
    return seen.workflow_execution_info.history_length >= 13 and not under_way


def made(runner: type[WorkflowRunner]) -> WorkflowRunner:
    plain = UnsandboxedWorkflowRunner()
    return Runner(plain) if runner is Runner else plain


async def broken(handles: list[Handle], runner: type[WorkflowRunner]) -> int:
    """How many of these histories do not replay."""
    replayer = Replayer(workflows=[LookedAt, LoadedAgain], workflow_runner=made(runner))
    count = 0
    for handle in handles:
        try:
            await replayer.replay_workflow(await handle.fetch_history())
        except NondeterminismError:
            count += 1
    return count


@pytest.mark.parametrize("story", [looked_at, loaded_again], ids=lambda story: story.__name__)
async def test_as_it_comes_the_sdk_writes_histories_that_do_not_replay(temporal: Client, story: Any) -> None:
    """In most tries, or in all."""
    handles = await asyncio.gather(*(story(temporal, UnsandboxedWorkflowRunner) for _ in range(TRIES)))
    assert await broken(handles, UnsandboxedWorkflowRunner) > 0


@pytest.mark.parametrize("story", [looked_at, loaded_again], ids=lambda story: story.__name__)
async def test_with_the_runner_every_history_replays(temporal: Client, story: Any) -> None:
    """In no try is there one that does not."""
    handles = await asyncio.gather(*(story(temporal, Runner) for _ in range(TRIES)))
    assert await broken(handles, Runner) == 0
