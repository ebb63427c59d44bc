"""Lengths of time as people agree on them: "30 minutes", "2 hours", "1 business day"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from pydantic.json_schema import JsonSchemaValue

from procedure.block import Written

HOW_TO_WRITE = 'write a number and a unit, such as "30 minutes", "2 hours", "1 business day"'

LONGEST_DAYS = 366

_TOO_MANY = 100_000_000

_UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
_PART = r"(\d+)\s*(business\s+days?|days?|hours?|h|minutes?|min|seconds?)"
_WHOLE = re.compile(rf"^\s*{_PART}(?:\s*(?:,|and)?\s*{_PART})*\s*$", re.IGNORECASE)
_SHORT = {"h": "hour", "min": "minute"}


@dataclass(frozen=True)
class Duration(Written):
    """An agreed length: exact time, or whole business days (never both).

    What a business day lasts depends on whose day it is: a clock
    (``procedure.clocks.calendars``) turns a duration into time that can be counted.
    """

    exact: timedelta = timedelta(0)
    business_days: int = 0

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read what a person wrote; ValueError says what to write instead."""
        if isinstance(text, cls):
            return text
        if not isinstance(text, str) or not _WHOLE.match(text):
            raise ValueError(f"{text!r} is not a length of time: {HOW_TO_WRITE}")
        exact, business_days = timedelta(0), 0
        for digits, unit in re.findall(_PART, text, re.IGNORECASE):
            number = min(int(digits), _TOO_MANY)  # whatever it counts: too long, but not too long to add up
            if unit.lower().startswith("business"):
                business_days += number
                continue
            name = unit.lower()
            exact += number * _UNITS[_SHORT.get(name, name.rstrip("s"))]
        if exact.days + business_days > LONGEST_DAYS:
            raise ValueError(f"{text!r} is too long: write at most {LONGEST_DAYS} days")
        if business_days and exact:
            raise ValueError(f"{text!r} mixes business days with exact time: use one of the two")
        if not business_days and not exact:
            raise ValueError(f"{text!r} is no time at all: {HOW_TO_WRITE}")
        return cls(exact, business_days)

    def __str__(self) -> str:
        if self.business_days:
            return _count(self.business_days, "business day")
        return spoken(self.exact)

    @classmethod
    def json_schema(cls) -> JsonSchemaValue:
        return {"type": "string", "pattern": _WHOLE.pattern, "examples": ["30 minutes", "1 business day"]}


def spoken(time: timedelta) -> str:
    """A length in words, largest units first: "1 hour 30 minutes".

    Rounded down to whole seconds; a length below a second is "a moment".
    """
    seconds = int(time.total_seconds())
    parts = []
    for name, unit in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        number, seconds = divmod(seconds, unit)
        if number:
            parts.append(_count(number, name))
    return " ".join(parts[:2]) or "a moment"


def an_hour_at(pace: float) -> str:
    """What an hour takes at a pace, in words."""
    return spoken(timedelta(hours=1) / pace)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
