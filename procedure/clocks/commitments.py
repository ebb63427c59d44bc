"""Commitments: how long a ticket may stay at a tier before it must move.

A commitment is a budget and a ledger of the stretches in which it ran, not an instant.
Pausing closes a stretch, resuming opens one; a change of severity or of the calendar closes
one too, so that what was used stays used, by the hours that were in force then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from procedure.clocks.calendars import Clock
from procedure.clocks.durations import Duration
from procedure.clocks.spans import Stopwatch


@dataclass(frozen=True)
class Stretch:
    """From when to when a clock ran; without an end it still does. ``used`` is the agreed time it counted."""

    begin: datetime
    end: datetime | None = None
    used: timedelta = timedelta(0)


@dataclass(frozen=True)
class Commitment:
    """A tier's budget and how it was used. ``extra`` is a percentage that progress has added."""

    budget: Duration
    ledger: tuple[Stretch, ...]
    extra: int = 0

    @property
    def running(self) -> bool:
        return self.ledger[-1].end is None

    def suspended(self, now: datetime, stopwatch: Stopwatch) -> Commitment:
        """With the clock stopped; what it has counted is kept, whatever the calendar says later."""
        if not self.running:
            return self
        # A planned begin may lie a moment ahead of a clock that was set back: never end before it.
        begun = self.ledger[-1].begin
        end = max(now, begun)
        last = Stretch(begun, end, stopwatch.passed(begun, end))
        return replace(self, ledger=(*self.ledger[:-1], last))

    def resumed(self, now: datetime) -> Commitment:
        if self.running:
            return self
        return replace(self, ledger=(*self.ledger, Stretch(now)))

    def used(self, now: datetime, stopwatch: Stopwatch) -> timedelta:
        """Agreed time used until now."""
        before = sum((stretch.used for stretch in self.ledger), timedelta(0))
        return before + (stopwatch.passed(self.ledger[-1].begin, now) if self.running else timedelta(0))

    def runs_out(self, clock: Clock, percent: int = 100) -> datetime:
        """When this much of the budget will be used, if the clock keeps running; may lie in the past.

        Only a running commitment runs out.
        """
        running = self.ledger[-1].begin
        whole = clock.length(self.budget) * (100 + self.extra) / 100
        left = whole * percent / 100 - self.used(running, clock)
        return clock.after(running, max(left, timedelta(0)))


def begin(budget: Duration, planned: datetime) -> Commitment:
    """A fresh commitment whose time counts from the planned instant."""
    return Commitment(budget, (Stretch(planned),))
