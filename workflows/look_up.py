"""What a workflow asks of the procedure as it is now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.times import LOOK_UP, RETRY

Answers = TypeVar("Answers")

AT_ONCE = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=3)
"""How often it is tried in its workflow task."""


STALE = timedelta(minutes=1)
"""How long an answer may take that depends on the time: who is there, until when."""


async def look_up_now(
    activity: str, ask: Callable[[datetime], object], answers: type[Answers], summary: str
) -> tuple[Answers, datetime]:
    """What it answers about a time that is not yet past, and that time; what took long is asked again.

    Else somebody would be told of a time to answer that is long over.
    """
    while True:
        now = workflow.now()
        found = await look_up(activity, ask(now), answers, summary)
        if is_fresh(now):
            return found, now


def is_fresh(asked: datetime) -> bool:
    """Whether an answer still holds that was asked for then."""
    return workflow.now() - asked < STALE


async def look_up(activity: str, asked: object, answers: type[Answers], summary: str) -> Answers:
    """What it answers: at once, or as soon as it can.

    A local activity costs the fewest events, but one that fails again and again holds a worker's slot.
    """
    try:
        found: Answers = await workflow.execute_local_activity(
            activity,
            asked,
            result_type=answers,
            start_to_close_timeout=LOOK_UP,
            retry_policy=AT_ONCE,
            summary=summary,
        )
    except FailureError as error:  # a local activity's own, not wrapped in an ActivityError (temporalio 1.35)
        if is_cancelled_exception(error):
            raise
        found = await workflow.execute_activity(
            activity,
            asked,
            result_type=answers,
            start_to_close_timeout=LOOK_UP,
            retry_policy=RETRY,
            summary=summary,
        )
    return found
