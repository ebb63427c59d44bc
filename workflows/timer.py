"""The one timer of a workflow: armed for what is due next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow

from procedure.ladder import Wake
from procedure.record import utc

AT_ONCE = timedelta(milliseconds=1)
"""What a timer takes at least."""


class Timer:
    """Stays armed over whatever does not move what is due next.

    Each timer that is taken down and put up again costs the history two events.
    """

    __slots__ = ("armed", "timer")

    def __init__(self) -> None:
        self.armed: Wake | None = None
        self.timer: asyncio.Task[None] | None = None

    def strikes(self) -> bool:
        """Whether what is due is to be done now: not before its timer has fired, even if it fires late.

        So it is done in the task that the timer has brought, after what was said in time, and never in one
        that a replay may hear at another time (docs/decisions/0021).
        """
        if self.timer is None or self.armed is None or self.timer.done():
            return True
        return workflow.now() < self.armed.at

    async def until(self, upcoming: Wake, something: Callable[[], bool]) -> None:
        """Wait until it is due, or something has happened."""
        timer = self._arm(upcoming)
        await workflow.wait_condition(lambda: something() or timer.done())
        if timer.done():
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
            summary = f"{upcoming.why}, due {utc(upcoming.at)}"
            self.armed = upcoming
            wait = max(upcoming.at - workflow.now(), AT_ONCE)
            self.timer = asyncio.create_task(workflow.sleep(wait, summary=summary))
        return self.timer
