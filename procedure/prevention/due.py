"""When an item of a client's comes due, from its files and what Rung was told since.

Days are the client's. What is regular comes due so many days after it was done; what is measured when the
line through its readings (least squares) reaches the limit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import linear_regression
from typing import Literal

from procedure.book.prevention import Item

Reason = Literal["support ends", "time again", "limit reached"]

FARTHEST = timedelta(days=3_660)
"""How far ahead a line is believed."""

LEFT_ALONE = timedelta(days=30)
"""How long nobody is asked again about something full that they have declined."""

NO_TIME = timedelta(0)


@dataclass(frozen=True)
class ComingDue:
    """An item that comes due: when, why, and what there is to know of it.

    ``last`` is when it was done last, or measured; ``value`` what was measured then. ``takes`` is what it
    costs, and how long something is down, in words.
    """

    name: str
    due: date
    reason: Reason
    system: str = ""
    every_days: int = 0
    last: date | None = None
    value: float = 0
    limit: float = 0
    unit: str = ""
    what: str = ""
    action: str = ""
    cost: int = 0
    downtime: timedelta = NO_TIME
    takes: str = ""


@dataclass(frozen=True)
class Settled:
    """How an item was settled last: which due day of it, whether it was done, and on which day."""

    due: date
    done: bool
    day: date


def coming(
    name: str, item: Item, today: date, settled: Settled | None = None, readings: Mapping[date, float] = {}
) -> ComingDue | None:
    """When an item comes due next; None if that is not in sight.

    ``readings`` are those that Rung was told, beside the file's.
    """
    found = ComingDue(
        name=name,
        due=today,
        reason="time again",
        system=item.system,
        what=item.what,
        action=item.action,
        cost=item.cost,
        downtime=item.downtime.exact if item.downtime else NO_TIME,
    )
    if item.ends:
        return _ends(found, item.ends, settled)
    if item.every_days:
        return _regular(found, item.last, item.every_days, settled)
    if item.limit is not None:
        return _measured(found, item.limit, item.unit, {**item.readings, **readings}, settled)
    return None


def proposed_from(item: Item, found: ComingDue, usual: int) -> date:
    """The day from which it is proposed; ``usual`` is how many days ahead that is where the item says
    nothing."""
    ahead = timedelta(days=usual if item.ahead_days is None else item.ahead_days)
    return found.due - ahead if found.due - date.min >= ahead else date.min


def reached(readings: Mapping[date, float], limit: float) -> date | None:
    """The day on which the line through the readings reaches the limit, never before the newest of them.

    None where it never does, or not for years; the newest reading itself counts first.
    """
    if not readings:
        return None
    newest = max(readings)
    if readings[newest] >= limit:
        return newest
    if len(readings) == 1:
        return None
    days = [float((day - newest).days) for day in readings]
    a_day, now = linear_regression(days, [*readings.values()])
    if a_day <= 0:
        return None
    left = (limit - now) / a_day
    return newest + timedelta(days=max(0, math.ceil(left))) if left <= FARTHEST.days else None


def _ends(found: ComingDue, ends: date, settled: Settled | None) -> ComingDue | None:
    """Once for a day that the files say: another day is another matter."""
    if settled and settled.due == ends:
        return None
    return replace(found, due=ends, reason="support ends")


def _regular(found: ComingDue, last: date | None, every: int, settled: Settled | None) -> ComingDue:
    """So many days after it was done; what was declined waits as long from the day it was due."""
    done = max(filter(None, (last, settled.day if settled and settled.done else None)), default=None)
    # Never done: due today, and each day until it is.
    due = done + timedelta(days=every) if done else found.due
    if settled and not settled.done:
        due = max(due, settled.due + timedelta(days=every))
    return replace(found, due=due, every_days=every, last=done)


def _measured(
    found: ComingDue, limit: float, unit: str, readings: Mapping[date, float], settled: Settled | None
) -> ComingDue | None:
    """What was measured before something was done says nothing of how it goes on; what was declined is left
    alone for a while."""
    if settled and settled.done:
        readings = {day: value for day, value in readings.items() if day > settled.day}
    elif settled and found.due < settled.day + LEFT_ALONE:
        return None
    due = reached(readings, limit)
    if due is None:
        return None
    newest = max(readings)
    found = replace(found, due=due, reason="limit reached", last=newest, value=readings[newest])
    return replace(found, limit=limit, unit=unit)


# In words ---------------------------------------------------------------------------------


def because(due: ComingDue) -> str:
    """Why an item comes due: "support of the database ends on 2027-01-31"."""
    of = f" of {due.system}" if due.system else ""
    match due.reason:
        case "support ends":
            return f"support{of} ends on {spoken(due.due)}"
        case "time again":
            last = f"last done on {spoken(due.last)}" if due.last else "never done so far"
            every = "every day" if due.every_days == 1 else f"every {due.every_days} days"
            return f"{every}{of and f', {due.system}'}; {last}"
        case "limit reached":
            limit = f"{measured(due.limit)} {due.unit}".strip()
            on = f" on {spoken(due.last)}" if due.last else ""
            full = f"{measured(due.value)} of {limit}{of}{on}"
            return full if due.due == due.last else f"{full}, full on {spoken(due.due)} if it goes on so"


def spoken(day: date) -> str:
    """A day as people write it: "31 Jan 2027"."""
    return f"{day.day} {day:%b %Y}"


def measured(value: float) -> str:
    """A number as people write it: "3,210", "0.5"."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")
