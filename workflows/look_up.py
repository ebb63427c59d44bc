"""What a workflow asks of the procedure as it is now.

An ordinary activity, with a task queue of its own: mails that wait for a mail server hold it up no more than
it holds up them. A local activity would cost a history five events less, but its answer can't be replayed
where somebody has looked at the workflow while it ran (docs/decisions/0021).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import workflow

from workflows.messages import LOOK_UPS
from workflows.times import LOOK_UP, RETRY

Answers = TypeVar("Answers")

STALE = timedelta(minutes=1)
"""How long an answer may take that depends on the time: who is there, until when."""


async def look_up_now(
    activity: str, ask: Callable[[datetime, datetime | None], object], answers: type[Answers], summary: str
) -> tuple[Answers, datetime]:
    """What it answers about a time that is not yet past, and that time; what took long is asked again.

    Else somebody would be told of a time to answer that is long over. ``ask`` gets the time, and when it was
    asked first, if that was before.
    """
    first = workflow.now()
    while True:
        now = workflow.now()
        found = await look_up(activity, ask(now, first if now > first else None), answers, summary)
        if is_fresh(now):
            return found, now


def is_fresh(asked: datetime) -> bool:
    """Whether an answer still holds that was asked for then."""
    return workflow.now() - asked < STALE


async def look_up(activity: str, asked: object, answers: type[Answers], summary: str) -> Answers:
    """What it answers, tried again until it does."""
    found: Answers = await workflow.execute_activity(
        activity,
        asked,
        task_queue=LOOK_UPS,
        result_type=answers,
        start_to_close_timeout=LOOK_UP,
        retry_policy=RETRY,
        summary=summary,
    )
    return found
