"""Open stretches of time as a look-up brought them: enough to count with, and no time zone needed.

A ticket keeps the stretches in which its clock runs until it is due. So a workflow can stop
the clock, or say what was used, by the hours that were in force: a holiday that is declared
afterwards never takes back what was used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from procedure.clocks.calendars import OpenHours, Span


class Stopwatch(Protocol):
    """Counts time between instants."""

    def passed(self, start: datetime, end: datetime) -> timedelta: ...

    def after(self, start: datetime, time: timedelta) -> datetime: ...


@dataclass(frozen=True)
class OpenSpans:
    """Counts time within these stretches only; they are in order and don't overlap.

    Past the last of them, where nothing is known, all time counts. With ``to_opening`` a time that
    ends when a stretch ends is taken to the begin of the next: nobody is paged at closing time.
    """

    spans: Sequence[Span]
    to_opening: bool = False

    def passed(self, start: datetime, end: datetime) -> timedelta:
        overlaps = (min(end, span.end) - max(start, span.begin) for span in self.spans)
        return sum((max(overlap, timedelta(0)) for overlap in overlaps), timedelta(0))

    def after(self, start: datetime, time: timedelta) -> datetime:
        """When this much has passed."""
        for span, following in zip(self.spans, [*self.spans[1:], None], strict=True):
            begin = max(start, span.begin)
            if begin + time < span.end or (begin + time == span.end and not self.to_opening):
                return begin + time
            if begin + time == span.end:
                return following.begin if following else span.end
            time -= max(span.end - begin, timedelta(0))
        return max(start, self.spans[-1].end) + time


@dataclass(frozen=True)
class UntilOpening:
    """Counts on a calendar of working hours; a time that ends at closing time ends at the next opening."""

    hours: OpenHours

    def passed(self, start: datetime, end: datetime) -> timedelta:
        return self.hours.passed(start, end)

    def after(self, start: datetime, time: timedelta) -> datetime:
        end = self.hours.after(start, time)
        return end if self.hours.is_open(end) else self.hours.opens(end)
