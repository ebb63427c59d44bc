"""A ticket's turns at its tiers, as the lines of its record tell them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from procedure.kinds import Kind
from procedure.record import Entry

TAKEN = frozenset({Kind.HAS_IT, Kind.ACCEPTED})
SOLVED = frozenset({Kind.RESOLVED, Kind.DECLINED})
ENDED = frozenset(
    {Kind.CONFIRMED, Kind.DECLINE_ACCEPTED, Kind.UNCONFIRMED, Kind.CLOSED_THERE, Kind.JOINED_TO}
)
"""What ends a ticket, unless something opens it again."""

GOES_ON = frozenset(
    {
        Kind.LONGEST_PAUSE_OVER,
        Kind.STARTED_AGAIN,
        Kind.CUSTOMER_ANSWERED,
        Kind.OFF_HOLD,
        Kind.QUESTION_SETTLED,
        Kind.DECIDES_AGAIN,
        Kind.UNDONE,
        Kind.PAUSE_OVER,
    }
)
"""What starts a clock again that stood still."""


@dataclass(frozen=True)
class Visit:
    """One turn: when it began and ended and by what, who took it when, by when that was owed, until when it
    might stay, and how long its clock stood still."""

    number: int
    tier: str
    severity: str
    began: datetime
    ended: datetime | None = None
    left_by: str = ""
    taken_by: str = ""
    taken: datetime | None = None
    take_by: datetime | None = None
    due: datetime | None = None
    stopped: timedelta = timedelta(0)
    stands_still: datetime | None = None


def visits(lines: Iterable[Entry]) -> Sequence[Visit]:
    """The turns, in their order: every line that leads somewhere begins one."""
    found: list[Visit] = []
    severity = ""
    for line in lines:
        if line.kind in (Kind.OPENED, Kind.REASSESSED):
            severity = line.what
        if line.to:
            if found:
                found[-1] = _left(found[-1], line)
            found.append(Visit(len(found) + 1, line.to, severity, line.at))
        elif found:
            found[-1] = _told(replace(found[-1], severity=severity or found[-1].severity), line)
    return found


def _told(visit: Visit, line: Entry) -> Visit:
    """The same turn, after one more line about it."""
    if line.kind in SOLVED | ENDED:
        return _left(visit, line)
    if visit.ended:
        return visit
    if line.kind in TAKEN and visit.taken is None:
        return replace(visit, taken=line.at, taken_by=line.by)
    if line.kind is Kind.PAGED and visit.take_by is None:
        return replace(visit, take_by=line.due)
    if line.kind is Kind.STOPPED:
        return replace(visit, stands_still=line.at)
    return _running(visit, line.at) if line.kind in GOES_ON else visit


def _left(visit: Visit, line: Entry) -> Visit:
    if visit.ended:
        return visit
    visit = _running(visit, line.at)
    due = line.due if line.kind is Kind.RAN_OUT else visit.due
    return replace(visit, ended=line.at, left_by=line.kind, due=due)


def _running(visit: Visit, now: datetime) -> Visit:
    if visit.stands_still is None:
        return visit
    stopped = visit.stopped + max(now - visit.stands_still, timedelta(0))
    return replace(visit, stopped=stopped, stands_still=None)
