"""What the bench measures is the same at any hour of any day: its procedures, and who is paged by them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.door import FACTS
from bench.history import PACE
from bench.procedure import write, write_always
from procedure.book.procedure import Procedure
from procedure.duty.on_duty import Watch
from procedure.ticket.state import NoticeKind
from runtime.procedure_files import read
from tests.procedure.ticket.lives import life
from tests.tables import every

LONG = timedelta(hours=2)
"""Longer than any measure takes."""

EVERYBODY = ["ana", "ben", "lea", "bo", "dee", "sam", "cy", "eva", "gil", "mia", "kai", "tom", "ida"]
"""Who is paged in the end when nobody answers, in this order."""


@every(
    "when",
    {
        "a Friday evening": "2026-11-27 19:30",
        "a Sunday night": "2026-11-29 23:59",
        "a Monday at a change of shifts": "2026-11-30 08:59",
        "Christmas Eve": "2026-12-24 18:00",
        "Boxing Day": "2026-12-26 11:00",
        "New Year's Eve": "2026-12-31 23:59",
        "New Year's Day": "2027-01-01 03:00",
        "the night before clocks are put forward": "2027-03-27 23:59",
        "as clocks are put forward": "2027-03-28 00:59",
        "as clocks are put back": "2027-10-31 00:59",
    },
)
def test_a_measure_is_the_same_at_any_hour_of_any_day(tmp_path: Path, when: str) -> None:
    now = datetime.fromisoformat(when).replace(tzinfo=UTC)
    place = tmp_path / f"{now:%m%dT%H%M}"
    by_day, by_night = (read(write(place / time, time, PACE, now)) for time in ("day", "night"))
    for at in (now, now + LONG):
        assert is_open(by_day, at)
        assert not is_open(by_night, at)
    assert paged(by_day, "medium", now, timedelta(0)) == EVERYBODY[:1]
    assert paged(by_night, "high", now, timedelta(minutes=1))[: len(EVERYBODY)] == EVERYBODY
    at_a_pace = Watch(read(write_always(place / "always")), "harbor", "high", pace=2)
    assert at_a_pace.duty("first level", now).chain == ("ana", "ben", "lea")


def is_open(book: Procedure, at: datetime) -> bool:
    hours = Watch(book, "harbor", "medium").hours
    assert hours is not None
    return hours.is_open(at)


def paged(book: Procedure, severity: str, now: datetime, silence: timedelta) -> list[str]:
    """Who is paged for a ticket that opens now and that nobody answers, in order."""
    begun = life(FACTS[severity], book=book, now=now)
    begun.passes(seconds=silence.total_seconds())
    return [notice.to for notice in begun.told if notice.kind is NoticeKind.PAGE]
