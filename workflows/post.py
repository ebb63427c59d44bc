"""What a workflow sends: tried for as long as it matters to somebody, and stopped when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from procedure.record import Notice, Told
from workflows.messages import Brought
from workflows.times import ALIVE, RETRY, SEND

Notices = tuple[Notice[Any], ...]


class Undeliverable(Exception):
    """It will never arrive; why, in words for the record."""


AT_ONCE = 100
"""How many rounds are on their way at most: Temporal takes some two thousand activities of one workflow."""


class Post:
    """What is on its way."""

    __slots__ = ("_on_its_way",)

    def __init__(self) -> None:
        self._on_its_way: dict[asyncio.Task[None], Notices] = {}

    @property
    def is_empty(self) -> bool:
        return not self._on_its_way

    def may_begin(self, stands: Told) -> Notices:
        """What can be sent now. Of what strangers cause one at a time to a person: so the next stands for
        all that came meanwhile."""
        if len(self._on_its_way) >= AT_ONCE:
            return ()
        under_way = [notice for notices in self._on_its_way.values() for notice in notices]
        return tuple(
            one
            for one in stands.notices[: AT_ONCE - len(self._on_its_way)]
            if one.kind not in stands.BUNDLED or not any(map(one.repeats, under_way))
        )

    def begin(self, notices: Notices, bringing: Coroutine[Any, Any, None]) -> None:
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
