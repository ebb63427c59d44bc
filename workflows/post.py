"""What a workflow sends: tried for as long as it matters to somebody, and stopped when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from procedure.record import Notice
from workflows.messages import Brought
from workflows.times import ALIVE, RETRY, SEND


class Undeliverable(Exception):
    """It will never arrive; why, in words for the record."""


class Post:
    """What is on its way."""

    __slots__ = ("_on_its_way",)

    def __init__(self) -> None:
        self._on_its_way: dict[asyncio.Task[None], tuple[Notice[Any], ...]] = {}

    @property
    def is_empty(self) -> bool:
        return not self._on_its_way

    def begin(self, notices: tuple[Notice[Any], ...], bringing: Coroutine[Any, Any, None]) -> None:
        """Have these brought together, whatever else happens meanwhile."""
        task = asyncio.create_task(bringing)
        self._on_its_way[task] = notices
        task.add_done_callback(self._on_its_way.pop)

    def stop(self, matters: Callable[[Notice[Any]], bool]) -> None:
        """Try no more what no longer matters to anybody."""
        for task, notices in self._on_its_way.items():
            if not any(map(matters, notices)):
                task.cancel()


async def bring(activity: str, letter: object, summary: str, letters: int = 1) -> Brought:
    """Have an activity bring a letter, or as many as this one holds. Raises Undeliverable."""
    try:
        brought: Brought | None = await workflow.execute_activity(
            activity,
            letter,
            result_type=Brought,
            start_to_close_timeout=SEND * letters,
            heartbeat_timeout=ALIVE,
            retry_policy=RETRY,
            summary=summary,
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise asyncio.CancelledError from error
        # str() of its cause would begin with a type, which is no word for the record.
        why = error.cause.message if isinstance(error.cause, ApplicationError) else str(error)
        raise Undeliverable(why) from error
    return brought or Brought()
