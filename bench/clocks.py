"""How many due instants a second a clock works out: every question to a procedure asks for a few."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.procedure import EXAMPLE
from procedure.book.agreement import agree
from procedure.book.almanac import Almanac
from procedure.book.procedure import Procedure
from procedure.book.severity import Facts
from procedure.clocks.calendars import AlwaysOpen, Clock
from procedure.clocks.durations import Duration
from procedure.clocks.hours import Holidays, Hours, opening_hours
from procedure.duty.placement import stand
from procedure.ticket.opening import Opening, first_question, start_of
from runtime.holiday_dates import dates
from runtime.procedure_files import read

QUESTIONS = 50_000
TURNS = 5
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=97)
"""Between one question's start and the next: a year goes by in 5,420 of them."""
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class ClockAsked:
    """Questions a second on working hours, and the same ones on a clock that never stops."""

    name: str
    hours: float
    always: float


def clocks(questions: int = QUESTIONS) -> list[ClockAsked]:
    """Ask each clock when its time will have passed, from starts all over a year."""
    office = _london({"weekdays": "09:00-17:30"})
    nights = _london(dict.fromkeys((*_WEEKDAYS, "saturday", "sunday"), "22:00-06:00"))
    return [
        _asked("London office, 1 business day", office, "1 business day", questions),
        _asked("London office, 10 business days", office, "10 business days", questions),
        _asked("London office, 4 hours", office, "4 hours", questions),
        _asked("London nights, 1 business day", nights, "1 business day", questions),
    ]


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def standings(questions: int = QUESTIONS // 50) -> ClockAsked:
    """Ask the example who stands where and until when, at Harbor's hours and rotas and without them.

    Half of the tickets are medium, which runs in hours, half critical, which is paged on call.
    """
    book = read(EXAMPLE)
    always = book.knowing(Almanac())
    found = [(_stand(book, questions), _stand(always, questions)) for _ in range(TURNS)]
    kept, open_ = (statistics.median(rates) for rates in zip(*found, strict=True))
    return ClockAsked("who stands there, until when, and what comes after", kept, open_)


def _stand(book: Procedure, questions: int) -> float:
    asked = []
    for number in range(questions):
        now = FIRST + timedelta(days=365) + STEP * number
        facts = Facts("trading platform", "down") if number % 2 else Facts("office mail", "impaired")
        opening = Opening("harbor", "bench", str(number), "slow", "kim", facts=facts)
        agreement = agree(book, "harbor", 1)
        start = start_of(opening, agreement, 0)
        asked.append(first_question(opening, agreement, start, {}, now, now))
    begin = time.perf_counter()
    for each in asked:
        stand(book, each)
    return questions / (time.perf_counter() - begin)


def _london(hours: dict[str, str]) -> Callable[[], Clock]:
    """Makes the clock of a client in London anew, knowing nothing yet."""
    week, holidays = Hours.model_validate(hours), Holidays(country="GB", region="ENG")
    days_off = dates(holidays.country, holidays.region, range(FIRST.year, FIRST.year + 2))
    return lambda: opening_hours("Europe/London", week, holidays, days_off)


def _asked(name: str, clock: Callable[[], Clock], budget: str, questions: int) -> ClockAsked:
    """The median of a few turns; working out the days when they are first needed counts."""
    duration, found = Duration.parse(budget), []
    for _ in range(TURNS):
        ours, always = clock(), AlwaysOpen()
        found.append((_per_second(ours, duration, questions), _per_second(always, duration, questions)))
    return ClockAsked(name, *(statistics.median(rates) for rates in zip(*found, strict=True)))


def _per_second(clock: Clock, budget: Duration, questions: int) -> float:
    starts = [FIRST + STEP * number % YEAR for number in range(questions)]
    begin = time.perf_counter()
    for start in starts:
        clock.after(start, clock.length(budget))
    return questions / (time.perf_counter() - begin)
