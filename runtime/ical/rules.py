"""The rules by which events of an iCal calendar come again: days only, nothing finer.

Ours, because dateutil counts to the year 9999 for a day that never comes (30 February), and a
calendar from outside must never cost more than it is worth: ``Rule.days`` ends with its window,
and counts its steps.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_FINER = ("SECONDLY", "MINUTELY", "HOURLY")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_TIMES = {"BYHOUR": 23, "BYMINUTE": 59, "BYSECOND": 59}
_HOW = "let it come daily, weekly, monthly or yearly"


class RuleError(ValueError):
    """A rule that can't be trusted; the text says why."""


@dataclass
class Steps:
    """How many more steps all the rules of one calendar may take together."""

    left: int

    def take(self, number: int = 1) -> None:
        """Take some; RuleError when none are left."""
        self.left -= number
        if self.left < 0:
            raise RuleError(
                "with it the calendar has too many shifts, or rules from too long ago: split or shorten it"
            )


@dataclass(frozen=True)
class RecurrenceRule:
    """One RRULE."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    week_starts: int = 0
    weekdays: tuple[tuple[int, int], ...] = ()
    """Which weekdays; the first number is which of them in the month or year (0: all)."""
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str, start: date | datetime) -> RecurrenceRule:
        """Read an RRULE of an event that begins at ``start``; RuleError says what can't be trusted."""
        parts = _parts(text)
        frequency = parts.pop("FREQ", "")
        if frequency in _FINER:
            raise RuleError(f"its rule is finer than daily ({frequency}): {_HOW}")
        if frequency not in FREQUENCIES:
            raise RuleError(f"its rule has no frequency that is known: {_HOW}")
        _check_times(parts, start)
        rule = cls(
            frequency,
            interval=_numbers(parts, "INTERVAL", 1, 1000)[0] if "INTERVAL" in parts else 1,
            count=_numbers(parts, "COUNT", 1, 100_000)[0] if "COUNT" in parts else None,
            until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
            week_starts=_week_start(parts.get("WKST", "MO")),
            weekdays=_weekdays(parts.get("BYDAY", "")),
            month_days=_numbers(parts, "BYMONTHDAY", -31, 31),
            months=_numbers(parts, "BYMONTH", 1, 12),
            positions=_numbers(parts, "BYSETPOS", -366, 366),
        )
        for name in ("INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"):
            parts.pop(name, None)
        if parts:
            raise RuleError(f"its rule has a part that Rung does not read ({', '.join(sorted(parts))[:40]})")
        if frequency in ("DAILY", "WEEKLY") and any(number for number, _ in rule.weekdays):
            raise RuleError("its rule counts weekdays in no month and no year")
        return rule

    def days(self, start: date | datetime, first: date, last: date, steps: Steps) -> Iterator[date]:
        """The days on which an event that begins at ``start`` comes, from the first to the last of these."""
        begin = start.date() if isinstance(start, datetime) else start
        found = 0
        for candidates in self._periods(begin, first, last, steps):
            for day in candidates:
                if day < begin:
                    continue
                found += 1
                if day > last or self._is_over(day, start, found):
                    return
                if day >= first:
                    yield day

    def begins(self, start: date | datetime) -> bool:
        """Whether an event comes when it begins: not when its rule has ended before."""
        return not self._is_over(start.date() if isinstance(start, datetime) else start, start, found=1)

    @property
    def ends(self) -> date | None:
        """The day after which it comes no more, if it says one."""
        return self.until.date() if isinstance(self.until, datetime) else self.until

    def _is_over(self, day: date, start: date | datetime, found: int) -> bool:
        if self.count is not None and found > self.count:
            return True
        if self.until is None:
            return False
        if not isinstance(start, datetime) or not isinstance(self.until, datetime):
            return self.ends is not None and day > self.ends
        at = datetime.combine(day, start.timetz())
        return at > self.until if self.until.tzinfo else at.replace(tzinfo=None) > self.until

    def _periods(self, begin: date, first: date, last: date, steps: Steps) -> Iterator[list[date]]:
        """The days that match, by day, week, month or year, one after the other."""
        number = self._skipped(begin, first)
        while (period := self._period(begin, number)) is not None and period[0] <= last:
            steps.take(1 + len(period) // 4)
            days = [day for day in period if self._matches(day, begin)]
            yield self._at_positions(days) if self.positions else days
            number += 1

    def _skipped(self, begin: date, first: date) -> int:
        """How many periods lie wholly before the first day; none may be skipped when they are counted."""
        if self.count is not None:
            return 0
        longest = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}[self.frequency]
        return max((first - begin).days // (longest * self.interval) - 1, 0)

    def _period(self, begin: date, number: int) -> list[date] | None:
        """All the days of one day, week, month or year; None beyond what a calendar knows."""
        step = number * self.interval
        try:
            if self.frequency == "DAILY":
                return [begin + timedelta(days=step)]
            if self.frequency == "WEEKLY":
                monday = begin - timedelta(days=(begin.weekday() - self.week_starts) % 7)
                return [monday + timedelta(days=7 * step + day) for day in range(7)]
            months = begin.year * 12 + begin.month - 1 + step
            if self.frequency == "MONTHLY":
                return _month(months // 12, months % 12 + 1)
            return [day for month in range(1, 13) for day in _month(begin.year + step, month)]
        except (OverflowError, ValueError):
            return None

    def _matches(self, day: date, begin: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.month_days and not self._is_month_day(day):
            return False
        if self.weekdays:
            return any(self._is_weekday(day, number, weekday) for number, weekday in self.weekdays)
        if self.frequency == "DAILY" or self.month_days:
            return True
        if self.frequency == "WEEKLY":
            return day.weekday() == begin.weekday()
        return day.day == begin.day and (
            self.frequency == "MONTHLY" or bool(self.months) or day.month == begin.month
        )

    def _is_month_day(self, day: date) -> bool:
        return day.day in self.month_days or day.day - _length(day) - 1 in self.month_days

    def _is_weekday(self, day: date, number: int, weekday: int) -> bool:
        if day.weekday() != weekday:
            return False
        if not number:
            return True
        in_month = self.frequency == "MONTHLY" or bool(self.months)
        place = day.day if in_month else day.timetuple().tm_yday
        length = _length(day) if in_month else date(day.year, 12, 31).timetuple().tm_yday
        return number in ((place - 1) // 7 + 1, -((length - place) // 7 + 1))

    def _at_positions(self, days: list[date]) -> list[date]:
        places = {place - 1 if place > 0 else len(days) + place for place in self.positions}
        return [day for place, day in enumerate(days) if place in places]


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.upper().strip(";").split(";"):
        name, _, value = part.partition("=")
        if not value or name in parts:
            raise RuleError("its rule can't be read: a part of it is empty, or there twice")
        parts[name] = value
    return parts


def _check_times(parts: dict[str, str], start: date | datetime) -> None:
    """Times of day are those of the first event; several a day would be finer than daily."""
    for name, highest in _TIMES.items():
        if name not in parts:
            continue
        own = getattr(start, name[2:].lower(), 0)
        if _numbers(parts, name, 0, highest) != (own,):
            raise RuleError(f"its rule is finer than daily ({name}): let each time of day be its own event")
        del parts[name]


def _numbers(parts: dict[str, str], name: str, lowest: int, highest: int) -> tuple[int, ...]:
    if name not in parts:
        return ()
    texts = parts[name].split(",")
    if not all(re.fullmatch(r"[+-]?\d{1,6}", text, re.ASCII) for text in texts):
        raise RuleError(f"its rule can't be read ({name})")
    numbers = tuple(dict.fromkeys(map(int, texts)))
    if any(not lowest <= number <= highest or (lowest < 0 and not number) for number in numbers):
        raise RuleError(f"its rule has a number that can't be meant ({name})")
    return numbers


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    found = [_BY_DAY.fullmatch(part) for part in text.split(",")] if text else []
    days = tuple(dict.fromkeys((int(part[1] or 0), _DAYS.index(part[2])) for part in found if part))
    if len(days) > 60 or not all(found):
        raise RuleError("its rule can't be read (BYDAY)")
    return days


def _week_start(text: str) -> int:
    if text not in _DAYS:
        raise RuleError("its rule can't be read (WKST)")
    return _DAYS.index(text)


def _until(text: str) -> date | datetime:
    try:
        if re.fullmatch(r"\d{8}", text, re.ASCII):
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day is no instant
        if re.fullmatch(r"\d{8}T\d{6}Z?", text, re.ASCII):
            at = datetime.strptime(text[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - may be a time on the wall
            return at.replace(tzinfo=UTC) if text.endswith("Z") else at
    except ValueError:
        pass
    raise RuleError("its rule can't be read (UNTIL)")


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
