"""Every history of every released version replays: no open ticket breaks when the code changes.

The histories are those of the stories in tests/workflows, recorded with ``make histories``
when a version is released. A test that fails here says that a change to a workflow would
wedge tickets that are open: put it behind ``workflow.patched``, or leave the order of
commands as it was.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from runtime.connection import DATA_CONVERTER
from runtime.runner import Runner
from workflows.kinds import WORKFLOWS

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


PASSED_THROUGH = ("procedure", "workflows.attributes", "workflows.letters", "workflows.messages")
"""What the sandbox does not guard: tests/test_house.py checks that it is pure."""


def replayer() -> Replayer:
    """The worker's own workflows, in a sandbox that refuses clocks, randomness and I/O; needs no server."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    return Replayer(
        workflows=WORKFLOWS,
        workflow_runner=Runner(SandboxedWorkflowRunner(restrictions=restrictions)),
        data_converter=DATA_CONVERTER,
        debug_mode=True,  # a busy machine is no deadlock
    )


async def histories() -> AsyncIterator[WorkflowHistory]:
    for path in HISTORIES:
        yield WorkflowHistory.from_json(path.stem, path.read_text())


@pytest.mark.timeout(600)  # it has as long as two hundred tests
async def test_every_released_history_replays(subtests: pytest.Subtests) -> None:
    """Step by step as it was recorded, in the sandbox; one worker for all of them."""
    replayed = []
    async with replayer().workflow_replay_iterator(histories()) as results:
        async for result in results:
            replayed.append(result.history.workflow_id)
            with subtests.test(result.history.workflow_id):
                if result.replay_failure:
                    raise result.replay_failure
    assert sorted(replayed) == sorted(path.stem for path in HISTORIES)
    assert replayed


async def test_a_changed_order_of_commands_is_noticed() -> None:
    """The check checks: a history with an activity of another name does not replay."""
    path = HISTORIES[0]
    other = path.read_text().replace('"name": "send"', '"name": "telegraph"')
    with pytest.raises(Exception, match=r"(?i)nondeterminism"):
        await replayer().replay_workflow(WorkflowHistory.from_json(path.stem, other))
