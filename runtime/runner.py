"""How the worker runs workflows: what one does follows from its history, however that was cut into tasks.

Two things of the SDK's stand against it (temporalio 1.35); both are shown without a word of Rung's by
tests/system/test_sdk.py, and told in docs/decisions/0021.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from temporalio import workflow
from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import Worker, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

DIRECT = "legacy_query"
"""The id that the SDK gives a query which comes by itself, and not with a task."""

ENDS = ("complete_workflow_execution", "fail_workflow_execution", "continue_as_new_workflow_execution")


Heard = Callable[[workflow.Info, int, object], None]
"""Who is told how a workflow stands after each task: which it is, and how long its history was."""


class Runner(WorkflowRunner):
    """Runs workflows with another runner; hears what has happened in one order, and forgets what a look has
    led ahead of its tasks. ``heard`` is told how each stands, in the workflow's own thread."""

    def __init__(self, runner: WorkflowRunner, heard: Heard | None = None) -> None:
        self._runner = runner
        self.heard = heard or _nobody_listens
        self.listens = heard is not None
        self.forget: Callable[[str], None] = _has_nothing_to_forget

    def serves(self, worker: Worker) -> None:
        """Forget, where it has to, in this worker's cache: the SDK offers no public way to."""
        self.forget = worker._bridge_worker.request_workflow_eviction

    def prepare_workflow(self, defn: Any) -> None:
        """As the other runner does."""
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """The other runner's."""
        return _Instance(self._runner.create_instance(det), self)


def _nobody_listens(info: workflow.Info, events: int, stands: object) -> None:
    """What a workflow does is for its history alone."""


def _has_nothing_to_forget(run: str) -> None:
    """Who only replays histories is asked nothing."""


class _Instance(WorkflowInstance):
    def __init__(self, instance: WorkflowInstance, runner: Runner) -> None:
        self._instance = instance
        self._runner = runner
        self._heard = False
        """Whether it has heard anything new since it was loaded."""

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """What has happened, in parts; what the workflow wants then, as one."""
        self._look(act)
        first, *others = _parts(act)
        whole = self._instance.activate(first)
        for part in others:
            if whole.HasField("failed"):
                break
            if _has_ended(whole):
                # An update that is not answered is told that the run has ended, as one that comes a moment
                # later; answered, it would be lost with the run.
                break
            whole.MergeFrom(self._instance.activate(part))
        if self._runner.listens and _is_news(act) and not whole.HasField("failed"):
            # workflow.instance(), asked from outside: only the instance of the SDK's that runs unsandboxed
            # has it, as the worker's do.
            stands = getattr(self._instance.workflow_instance(), "held", None)  # type: ignore[attr-defined]
            self._runner.heard(self.get_info(), act.history_length, stands)
        return whole

    def _look(self, act: WorkflowActivation) -> None:
        """What a direct query may have led ahead of its tasks is not used for the next one.

        Such a query loads the events that no task has taken up yet, and has them heard at the time of the
        task before; from here that can't be told from what a task has brought. So whatever has heard
        anything new before it is loaded again afterwards.
        """
        queries = [job.query_workflow for job in act.jobs if job.HasField("query_workflow")]
        if not queries:
            self._heard = self._heard or not act.is_replaying
        elif self._heard and any(query.query_id == DIRECT for query in queries):
            self._runner.forget(act.run_id)

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._instance.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._instance.get_external_store_context(command_info)

    def get_info(self) -> workflow.Info:
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()


def _parts(act: WorkflowActivation) -> list[WorkflowActivation]:
    """First what had happened before, then what people say now, then the timers that have fired.

    A worker that loads a history hears tasks in which nothing was done together with the update of the next
    one, and the SDK runs updates first: in a replay they come by themselves. A fired timer has never been
    in a task in which nothing was done, so it can wait for what was said in time.
    """
    if len(act.jobs) == 1 or any(job.HasField("initialize_workflow") for job in act.jobs):
        return [act]
    before = [job for job in act.jobs if not (job.HasField("do_update") or job.HasField("fire_timer"))]
    said = [job for job in act.jobs if job.HasField("do_update")]
    fired = [job for job in act.jobs if job.HasField("fire_timer")]
    return [_part(act, jobs) for jobs in (before, said, fired) if jobs]


def _part(act: WorkflowActivation, jobs: list[WorkflowActivationJob]) -> WorkflowActivation:
    part = WorkflowActivation()
    part.CopyFrom(act)
    del part.jobs[:]
    part.jobs.extend(jobs)
    return part


def _is_news(act: WorkflowActivation) -> bool:
    """Whether something has happened now: it is not told again, nor only looked at, nor let go of."""
    kinds = {job.WhichOneof("variant") for job in act.jobs}
    return not act.is_replaying and "query_workflow" not in kinds and kinds != {"remove_from_cache"}


def _has_ended(completion: WorkflowActivationCompletion) -> bool:
    return any(command.WhichOneof("variant") in ENDS for command in completion.successful.commands)
