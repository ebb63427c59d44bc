"""How the worker runs workflows: an answered look-up is heard before all else, and each by itself.

So it is when a history is replayed, and without this only then: see docs/decisions/0015.
"""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner


class LookUpsFirst(WorkflowRunner):
    """Runs workflows with another runner, and answers their look-ups in the order of a replay."""

    def __init__(self, runner: WorkflowRunner) -> None:
        self._runner = runner

    def prepare_workflow(self, defn: Any) -> None:
        """As the other runner does."""
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """The other runner's, whose look-ups are answered first."""
        return _Instance(self._runner.create_instance(det))


class _Instance(WorkflowInstance):
    def __init__(self, instance: WorkflowInstance) -> None:
        self._instance = instance

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """Everything that has happened, in parts; what the workflow wants then, as one."""
        parts = _parts(act)
        whole = self._instance.activate(parts[0])
        for part in parts[1:]:
            if whole.HasField("failed"):
                break
            whole.MergeFrom(self._instance.activate(part))
        return whole

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._instance.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._instance.get_external_store_context(command_info)

    def get_info(self) -> workflow.Info:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()


def _parts(act: WorkflowActivation) -> list[WorkflowActivation]:
    """One for each look-up that was answered, then one with all else."""
    look_ups = [job for job in act.jobs if job.resolve_activity.is_local]
    if not look_ups or len(act.jobs) == 1:
        return [act]
    others = [job for job in act.jobs if not job.resolve_activity.is_local]
    return [_part(act, jobs) for jobs in (*([job] for job in look_ups), others) if jobs]


def _part(act: WorkflowActivation, jobs: list[WorkflowActivationJob]) -> WorkflowActivation:
    part = WorkflowActivation()
    part.CopyFrom(act)
    del part.jobs[:]
    part.jobs.extend(jobs)
    return part
