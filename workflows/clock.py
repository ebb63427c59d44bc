"""The one timer of a workflow: armed for what is due next, and the time it has told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import workflow

from procedure.ladder import Wake


class Clock:
    """Stays armed over whatever does not move what is due next.

    Each timer that is taken down and put up again costs the history two events.
    """

    __slots__ = ("_reached", "armed", "timer")

    def __init__(self) -> None:
        self.armed: Wake | None = None
        self.timer: asyncio.Task[None] | None = None
        self._reached = workflow.now()

    @property
    def now(self) -> datetime:
        """The time, never before that of a timer that has fired.

        A worker that loads a history to answer a query can hear of a timer with the time of an earlier
        task (temporalio 1.35): nothing would be due then, and a replay, which knows better, would go on
        otherwise (docs/decisions/0018).
        """
        return max(workflow.now(), self._reached)

    async def until(self, upcoming: Wake, something: Callable[[], bool]) -> None:
        """Wait until it is due, or something has happened."""
        timer = self._arm(upcoming)
        await workflow.wait_condition(lambda: something() or timer.done())
        if timer.done():
            self._reached = upcoming.at
            self.armed = self.timer = None

    def disarm(self) -> None:
        """Nothing is due any more."""
        if self.timer:
            self.timer.cancel()
            self.armed = self.timer = None

    def _arm(self, upcoming: Wake) -> asyncio.Task[None]:
        if self.timer is None or self.armed is None or self.armed.at != upcoming.at:
            if self.timer:
                self.timer.cancel()
            summary = f"{upcoming.why}, due {upcoming.at:%a %H:%M:%S} UTC"
            self.armed = upcoming
            self.timer = asyncio.create_task(workflow.sleep(upcoming.at - self.now, summary=summary))
        return self.timer
