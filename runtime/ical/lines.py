"""The lines of an iCal calendar: each one whole, its form checked, and how much of it an error shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from icalendar.prop import vDDDTypes

MAX_LINE = 20_000
DATES = frozenset({"DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID"})

_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
_OF_A_DATE = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";]*)')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class LineError(ValueError):
    """A line that can't be read; the text says why."""


@dataclass(frozen=True)
class ContentLine:
    """One line, checked in form."""

    name: str
    parameters: Mapping[str, str]
    value: str
    number: int

    @classmethod
    def parse(cls, name: str, raw: bytes, number: int) -> ContentLine:
        """Read what follows a line's name; LineError if that can't be done."""
        if len(raw) > MAX_LINE:
            raise LineError(f"{name} is longer than {MAX_LINE} characters")
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise LineError(f"{name} is not UTF-8 text") from None
        if _CONTROL.search(text):
            raise LineError(f"{name} holds signs that are no text")
        # No date has a colon, but the zone before it can, and not everybody quotes it: GMT+01:00.
        pattern, end = (_OF_A_DATE, text.rfind(":")) if name in DATES else (_PARAMETER, len(text))
        parameters, at = {}, 0
        while found := pattern.match(text, at, end):
            parameters[found[1].upper()], at = found[2], found.end()
        if text[at : at + 1] != ":":
            raise LineError(f"{name} can't be read")
        return cls(name, parameters, text[at + 1 :], number)

    def parameter(self, name: str) -> str:
        """A parameter without its quotes; empty when there is none."""
        return self.parameters.get(name, "").strip().strip('"').strip()


def moment_of(text: str) -> date:
    """The day or the time that a text says, without a zone if that is not UTC; ValueError if it says none."""
    return _value(text, date)


def day_of(text: str) -> date:
    """The day with which a text begins; ValueError if it begins with none."""
    return _value(text.strip()[:8], date)


def time_of(text: str) -> datetime:
    """The time on the wall that a text says, midnight for a day; ValueError if it says none."""
    text = text.strip()
    return _value((f"{text}T000000" if len(text) == 8 else text)[:15], datetime)


def length_of(text: str) -> timedelta:
    """How long something lasts by a text; ValueError if it does not say so."""
    return _value(text, timedelta)


_Value = TypeVar("_Value", date, datetime, timedelta)


def _value(text: str, kind: type[_Value]) -> _Value:
    found: object = vDDDTypes.from_ical(text.strip().upper())  # type: ignore[no-untyped-call]
    if not isinstance(found, kind):
        raise ValueError(f"{shown(text)} is no {kind.__name__}")
    return found


def unfolded(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line with its number; one that goes on in the next line as one."""
    first, parts = 1, [b""]
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if line[:1] in (b" ", b"\t") and number > 1:
            parts.append(line[1:])
            continue
        yield first, b"".join(parts)
        first, parts = number, [line]
    yield first, b"".join(parts)


def plain(text: str) -> str:
    """A text without iCal's escapes, on one line."""
    return " ".join(re.sub(r"\\(.)", lambda found: " " if found[1] in "nN" else found[1], text).split())


def shown(text: str) -> str:
    """A text as an error shows it."""
    return repr(cut(text, 80))


def cut(text: str, length: int) -> str:
    """The beginning of a text, without signs that can't be shown."""
    text = "".join(sign if sign.isprintable() else "?" for sign in text[: length + 1])
    return text if len(text) <= length else f"{text[: length - 3]}..."
