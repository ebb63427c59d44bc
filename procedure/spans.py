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

from procedure.calendars import Span


class Stopwatch(Protocol):
    """Counts time between instants."""

    def passed(self, start: datetime, end: datetime) -> timedelta: ...

    def after(self, start: datetime, time: timedelta) -> datetime: ...


@dataclass(frozen=True)
class OpenSpans:
    """Counts time within these stretches only; they are in order and don't overlap."""

    spans: Sequence[Span]

    def passed(self, start: datetime, end: datetime) -> timedelta:
        overlaps = (min(end, span.end) - max(start, span.begin) for span in self.spans)
        return sum((max(overlap, timedelta(0)) for overlap in overlaps), timedelta(0))

    def after(self, start: datetime, time: timedelta) -> datetime:
        """When this much has passed; the end of the last stretch if they don't reach that far."""
        for span in self.spans:
            begin = max(start, span.begin)
            if begin + time <= span.end:
                return begin + time
            time -= max(span.end - begin, timedelta(0))
        return max(start, self.spans[-1].end)
