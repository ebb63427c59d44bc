"""A ticket that stands still since a step of it can't be replayed: it is seen, told of, and brought back."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import (
    UnsandboxedWorkflowRunner,
    Worker,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)
from temporalio.workflow import NondeterminismError

from activities.failing import Failing, FailingTasks
from activities.mail import Mail
from procedure.book.severity import Facts
from procedure.record import Refused
from runtime.links import Links
from runtime.mending import first_bad_task, mend
from runtime.settings import Settings
from runtime.tickets import NoSuchTicket
from tests.northwind import northwind
from tests.system.demo import ROOT, environment
from tests.system.parts import KEY, Parts, parts, until
from workflows.kinds import WORKFLOWS
from workflows.messages import TASK_QUEUE

pytestmark = pytest.mark.asyncio(loop_scope="module")

HIGH = Facts(system="office mail", state="down")


class Backwards(WorkflowRunner):
    """Hears timers before what people say: the order that a query on a cold start has led to."""

    def __init__(self) -> None:
        self._runner = UnsandboxedWorkflowRunner()

    def prepare_workflow(self, defn: Any) -> None:
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = self._runner.create_instance(det)
        forwards = instance.activate

        def activate(act: WorkflowActivation) -> WorkflowActivationCompletion:
            fired = [job for job in act.jobs if job.HasField("fire_timer")]
            others = [job for job in act.jobs if not job.HasField("fire_timer")]
            whole = WorkflowActivationCompletion()
            for jobs in filter(None, (fired, others)):
                part = WorkflowActivation()
                part.CopyFrom(act)
                del part.jobs[:]
                part.jobs.extend(jobs)
                whole.MergeFrom(forwards(part))
            return whole

        instance.activate = activate  # type: ignore[method-assign]
        return instance


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rung(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    """All parts; ten agreed minutes take four seconds."""
    async with parts(tmp_path_factory.mktemp("mending"), pace=150) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wedged(rung: Parts) -> str:
    """Its timer fires and Ana says that she has it while no worker runs; one that hears things in another
    order takes both, and then the right one comes back."""
    await rung.worker_starts()
    ticket = await rung.opens("1", HIGH)
    await rung.mail.brings(ticket, "ana")
    await rung.nothing_under_way()
    await rung.worker.is_killed()
    stands = await rung.client.get_workflow_handle(ticket).describe()
    before = stands.history_length

    async def fired() -> bool:
        return (await rung.client.get_workflow_handle(ticket).describe()).history_length > before

    await until(fired, "the timer has fired")
    said = asyncio.create_task(rung.say(ticket, "acknowledge", "ana"))
    await asyncio.sleep(0.5)
    async with Worker(rung.client, task_queue=TASK_QUEUE, workflows=WORKFLOWS, workflow_runner=Backwards()):
        await said
    await rung.worker_starts()
    return ticket


async def test_its_history_does_not_replay_and_the_first_bad_task_is_found(rung: Parts, wedged: str) -> None:
    """It is the one that has brought the timer and the word at once."""
    with pytest.raises(NondeterminismError):
        await rung.replays(wedged)
    history = await rung.client.get_workflow_handle(wedged).fetch_history()
    bad = await first_bad_task(history)
    assert bad is not None
    (accepted,) = (
        e for e in history.events if e.HasField("workflow_execution_update_accepted_event_attributes")
    )
    assert bad.event_id < accepted.event_id <= bad.event_id + 10


async def test_the_person_of_last_resort_is_told(rung: Parts, wedged: str) -> None:
    """Once, with whose it is, who had it, why, and what to type; and again only after a while."""
    settings = Settings(smtp_port=rung.mail.port, pace=1)
    mail = Mail(northwind, Links([KEY], "http://127.0.0.1:1"), settings)
    watching = FailingTasks(rung.client, northwind, 1, mail.alarm)

    async def seen() -> tuple[Failing, ...]:
        return await watching.look()

    (failing,) = await until(seen, "its failing task is seen")
    assert (failing.ident, failing.kind) == (wedged, "Ticket")
    assert "Nondeterminism" in failing.why
    await watching.look()
    (alarm,) = [
        mail for mail in rung.mail.mails if mail.who == "ida" and "ALARM" in str(mail.message["Subject"])
    ]
    for words in (f"starter.py mend {wedged}", "Client: Harbor", "Severity: high", "Speak to Ana Ruiz"):
        assert words in alarm.text, alarm.text


async def test_mend_brings_it_back_with_all_that_was_said(rung: Parts, wedged: str) -> None:
    """By the command; Ana's word counts, her page works, and the history replays."""
    done = subprocess.run(
        [sys.executable, "starter.py", "mend", wedged],
        cwd=ROOT,
        env=environment(**rung.variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"goes on from .* UTC \(event \d+\)", done.stdout)
    ticket = await rung.when_recorded(wedged, "Ana Ruiz has it")
    # What has become due meanwhile happens: her time is over by now, too.
    assert ticket.holder != "ben"
    await rung.say(wedged, "resolve", ticket.holder, solution="restarted it")
    await rung.say(wedged, "confirm", "kim", solved=True)
    await rung.replays(wedged)


async def test_what_is_not_broken_is_not_mended(rung: Parts, wedged: str) -> None:
    """Each time with the reason."""
    ticket = await rung.opens("2", HIGH)
    await rung.mail.brings(ticket, "ana")
    with pytest.raises(Refused, match=r"Every task of .* replays"):
        await mend(rung.client, ticket)
    await rung.closes(ticket)
    with pytest.raises(Refused, match="has ended"):
        await mend(rung.client, ticket)
    with pytest.raises(NoSuchTicket):
        await mend(rung.client, "ticket-harbor-desk-no-such")
