"""The clock of a story: what its workflows and activities take for now, whenever the story plays.

The test server's clock begins at the real now, goes on while work is done, and can only be moved forward. A
story begins at any instant, in the past as well, and its time stands still while work is done: so the same
story is the same to the second, on a machine however slow. Timers are lengths, and need no translation.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio import activity, workflow
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import (
    ActivityOutboundInterceptor,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)


class StoryClock:
    """The story's time, which moves in steps; and which step the server's clock was in."""

    def __init__(self, begins: datetime) -> None:
        self.now = begins
        self._since: list[datetime] = []
        self._stood: list[datetime] = []

    def advance(self, server: datetime, story: datetime) -> None:
        """From this instant of the server's on it is this one of the story's."""
        self._since.append(server)
        self._stood.append(story)
        self.now = story

    def at(self, server: datetime) -> datetime:
        """What time it was in the story."""
        return self._stood[max(bisect_right(self._since, server) - 1, 0)]


class StoryRunner(WorkflowRunner):
    """Runs workflows with another runner, at the story's time: also what a replay does once more."""

    def __init__(self, runner: WorkflowRunner, clock: StoryClock) -> None:
        self._runner = runner
        self._clock = clock

    def prepare_workflow(self, defn: Any) -> None:
        """As the other runner does."""
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """The other runner's, at the story's time."""
        return _StoryInstance(self._runner.create_instance(det), self._clock)


class _StoryInstance(WorkflowInstance):
    def __init__(self, instance: WorkflowInstance, clock: StoryClock) -> None:
        self._instance = instance
        self._clock = clock

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        told = WorkflowActivation()
        told.CopyFrom(act)
        self._translate(told.timestamp)
        for job in told.jobs:
            if job.HasField("initialize_workflow"):
                self._translate(job.initialize_workflow.start_time)
        return self._instance.activate(told)

    def _translate(self, stamp: Timestamp) -> None:
        stamp.FromDatetime(self._clock.at(stamp.ToDatetime(UTC)))

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._instance.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._instance.get_external_store_context(command_info)

    def get_info(self) -> workflow.Info:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()


class StoryInfo(ActivityOutboundInterceptor):
    """Activities date what they write by the story's time."""

    def __init__(self, next: ActivityOutboundInterceptor, clock: StoryClock) -> None:
        super().__init__(next)
        self._clock = clock

    def info(self) -> activity.Info:
        found, at = self.next.info(), self._clock.at
        return replace(
            found,
            scheduled_time=at(found.scheduled_time),
            current_attempt_scheduled_time=at(found.current_attempt_scheduled_time),
            started_time=at(found.started_time),
        )
