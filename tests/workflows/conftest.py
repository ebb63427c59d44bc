"""A story is told with all workflows kept in memory, and at its end each of them replays.

Those that are marked with AT_EACH_STEP are told once more, with every workflow loaded from its history at
each step: all of tickets, and of everything else those in which most happens.

With RUNG_RECORD_HISTORIES set, the stories' histories are kept for tests/replay: once a release.
"""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from gateway.complaint import raising
from runtime.mending import replayer
from tests.workflows.house import CACHED, LOST_TASKS, House, house

HISTORIES = Path(__file__).parents[1] / "replay" / "histories"


@pytest.fixture(params=[CACHED], ids=["cached"])
async def running(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A running house, in which nobody who sends a form is shown less because the machine is busy."""
    with pytest.MonkeyPatch.context() as patience:
        patience.setattr(raising, "HEARD_WITHIN", LOST_TASKS)
        async with house(request.param) as running:
            yield running
            if request.param:
                await _replays(running)
            if os.environ.get("RUNG_RECORD_HISTORIES") and request.param:
                await _record(running, request.node.originalname)


async def _replays(running: House) -> None:
    """A worker that has never seen these workflows could go on with each from its history."""

    async def histories() -> AsyncIterator[WorkflowHistory]:
        for ident in sorted(running.seen.workflows):
            yield await running.env.client.get_workflow_handle(ident).fetch_history()

    await running.quiet()
    async with replayer().workflow_replay_iterator(histories()) as results:
        async for result in results:
            if why := result.replay_failure:
                why.add_note(f"{result.history.workflow_id} does not replay")
                raise why


async def _record(running: House, name: str) -> None:
    HISTORIES.mkdir(exist_ok=True)
    told = [(str(number), story.opening.id) for number, story in enumerate(running.stories)]
    asked = [
        (f"{number}-approval-{one.number}", story.approval_id(one.number))
        for number, story in enumerate(running.stories)
        for one in (await story.stands()).approvals
        if not one.on_the_spot
    ]
    heard = [(f"complaint-{number}", story.raised.id) for number, story in enumerate(running.complaints)]
    lists = [(f"list-{number}" if number else "list", ident) for number, ident in enumerate(running.lists)]
    for number, ident in (*told, *asked, *heard, *lists):
        history = await running.env.client.get_workflow_handle(ident).fetch_history()
        text = _cut(history).to_json()
        without_machine = re.sub(r'"identity": ?"[^"]*"', '"identity": "worker"', text)
        without_machine = re.sub(r'"stackTrace": ?"(?:[^"\\]|\\.)*"', '"stackTrace": ""', without_machine)
        (HISTORIES / f"{name.removeprefix('test_')}-{number}.json").write_text(without_machine + "\n")


def _cut(history: WorkflowHistory) -> WorkflowHistory:
    """Up to the last completed task: a replayer says nothing about what comes after."""
    kinds = [event.event_type for event in history.events]
    if kinds[-1] == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
        return history
    last = max(n for n, kind in enumerate(kinds) if kind == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
    return WorkflowHistory(history.workflow_id, history.events[: last + 1])
