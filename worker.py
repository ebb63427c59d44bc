"""The worker: puts the parts together and runs tickets until it is told to stop."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner

from activities.channels import Channels
from activities.failing import FailingTasks
from activities.history import RecordedHistory
from activities.mail import Mail
from activities.path.rounds import Rounds
from activities.procedures import Earlier, Procedures
from activities.recording import Recorder
from activities.service_review import ServiceReviews
from activities.ticket.handover import Handovers
from procedure.book.procedure import Procedure
from procedure.check.outlook import AHEAD
from procedure.proof.theorems import promised
from procedure.proof.words import counter_example, told
from records.database import Records
from runtime import logs
from runtime.connection import connect, register_search_attributes
from runtime.feeds import CALENDARS, Feeds
from runtime.links import Links, taken_back
from runtime.news import News
from runtime.private import keep_private
from runtime.procedure_files import ProcedureError
from runtime.procedure_folder import ProcedureFolder
from runtime.retention import too_short
from runtime.runner import Heard, Runner
from runtime.schedules import keep_schedules
from runtime.settings import Settings, SettingsError, load
from runtime.tickets import Tickets
from runtime.upkeeps import Upkeeps
from workflows.kinds import WORKFLOWS
from workflows.messages import LOOK_UPS, TASK_QUEUE

LOST = timedelta(seconds=1)
"""How long a task waits for a worker that had the ticket in memory, before any worker may take it.

Short, because that worker may be dead: until then a ticket's next step waits.
"""

M_ARENA_MAX = -8
"""glibc's name for how many heaps there are (malloc.h)."""

SHUTDOWN = timedelta(seconds=20)
"""How long activities in flight may take to finish when the worker is asked to stop."""


@asynccontextmanager
async def working(
    client: Client,
    current: Callable[[], Procedure],
    links: Links,
    settings: Settings,
    earlier: Earlier,
    heard: Heard | None = None,
    records: Records | None = None,
    *,
    mail: Mail | None = None,
    channels: Channels | None = None,
    runs: WorkflowRunner | None = None,
) -> AsyncIterator[None]:
    """All workflows and activities at work, for as long as the caller is in here.

    A rehearsal hands in ways out that lead nowhere, and what gives workflows its clock.
    """
    procedures = Procedures(current, earlier, settings.pace)
    mail = mail or Mail(current, links, settings)
    channels = channels or Channels(current, links)
    handovers = Handovers(client, current)
    rounds = Rounds(client, mail, records)
    reviews = ServiceReviews(current, records, mail)
    # The sandbox guards the tests instead: see docs/decisions/0007.
    runner = Runner(runs or UnsandboxedWorkflowRunner(), heard)
    look_ups = Worker(
        client,
        task_queue=LOOK_UPS,
        activities=[
            procedures.agree,
            procedures.stand,
            procedures.deciders,
            procedures.judge,
            procedures.hear,
            procedures.levels,
            procedures.begin_review,
            procedures.begin_problem,
            procedures.begin_prevention,
            procedures.look_ahead,
            reviews.due_reviews,
        ],
    )
    worker = Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=WORKFLOWS,
        activities=[
            mail.send,
            mail.send_handover,
            mail.send_approval,
            mail.send_agreement,
            rounds.bring_complaint,
            rounds.bring_assignment,
            reviews.send_service_review,
            channels.page,
            channels.page_approval,
            handovers.offer,
        ],
        workflow_runner=runner,
        max_cached_workflows=settings.cached_tickets,
        max_concurrent_workflow_tasks=20,
        sticky_queue_schedule_to_start_timeout=LOST,
        graceful_shutdown_timeout=SHUTDOWN,
    )
    runner.serves(worker)
    async with look_ups, worker:
        yield


async def run(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM."""
    log = structlog.get_logger()
    folder = ProcedureFolder(settings.procedure, Feeds(settings.state / CALENDARS))
    links = Links(settings.keys(), settings.public_url, taken_back(folder.current))
    records = settings.records()
    client = await connect(settings)
    await register_search_attributes(client)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    news = News(folder, Tickets(client), settings.state / "told")
    mail = Mail(folder.current, links, settings)
    upkeeps = Upkeeps(folder.current, Tickets(client))
    failing = FailingTasks(client, folder.current, settings.pace, mail.alarm)
    await folder.refresh()  # nobody is paged by a calendar that was never looked at
    proving = asyncio.create_task(asyncio.to_thread(show_broken_promises, folder.current()))
    recorder = Recorder(client, records)
    earlier = RecordedHistory(client, records, folder.current)
    await keep_schedules(client, folder.current().time_zone)
    async with working(client, folder.current, links, settings, earlier, recorder.heard, records):
        log.info(
            "worker ready", procedure=folder.current().version, pace=settings.pace, records=records.called
        )
        if forgets := await too_short(client, folder.current()):
            log.warning("Temporal forgets too soon", reason=forgets)
        await _first(
            stop.wait(),
            folder.keep_fresh(settings.feeds_every),
            news.watch(),
            failing.watch(),
            recorder.keep(),
            upkeeps.watch(),
        )
    await proving
    log.info("worker stopped")


def show_broken_promises(book: Procedure) -> None:
    """Say in the log which promises the procedure can't keep in the time ahead; it works all the same."""
    log, now = structlog.get_logger(), datetime.now(UTC)
    for theorem in promised(book, now, now + AHEAD):
        if not theorem.kept:
            example = [*counter_example(book, theorem, now)]
            log.warning("promise broken", promise=told(book, theorem, now), example=example)


async def _first(*parts: Coroutine[Any, Any, object]) -> None:
    """Until one of them ends, which only a request to stop or an error does; raises the error."""
    tasks = [asyncio.create_task(part) for part in parts]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    for task in done:
        task.result()


def use_one_malloc_arena() -> None:
    """Have glibc keep one heap for all threads: measured, an open ticket in memory takes a third less.

    Each of the SDK's threads would get a heap of its own, and they never shrink.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(M_ARENA_MAX, 1)


def main() -> int:
    """0 after a clean stop; 2 when it can't start, with what to do about it."""
    use_one_malloc_arena()
    try:
        settings = load()
        logs.set_up(settings.log_format)
        keep_private(settings.state)
        asyncio.run(run(settings))
    except (SettingsError, ProcedureError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person who started it
        return 2
    except Exception:  # noqa: BLE001 - the last resort: say it in the log, and end with an error
        structlog.get_logger().exception("worker failed")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
