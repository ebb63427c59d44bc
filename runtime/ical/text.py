"""The text of an iCal calendar, gone through once: its events, its zones, and no line more than a rota needs.

A calendar comes from outside, so nothing in it is believed. Too big, cut off or nested, it is refused as a
whole; what is wrong with an event or a zone is kept with it, and told if it can matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from runtime.ical.events import KEPT, CalendarError, CalendarEvent
from runtime.ical.lines import ContentLine, LineError, cut, unfolded
from runtime.ical.zones import Definition, Observance, Zones

MAX_BYTES = 1_000_000
MAX_EVENTS = 2_000
MAX_DEPTH = 5

_OF_A_CHANGE = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"})
_KEPT = {
    "VCALENDAR": frozenset({"X-WR-TIMEZONE", "METHOD"}),
    "VEVENT": KEPT,
    "VTIMEZONE": frozenset({"TZID", "X-LIC-LOCATION"}),
    "STANDARD": _OF_A_CHANGE,
    "DAYLIGHT": _OF_A_CHANGE,
}
_NAME = re.compile(rb"[A-Za-z0-9-]{1,40}(?=[;:])")


@dataclass
class Text:
    """All that a rota needs of a calendar."""

    zones: Zones
    events: list[CalendarEvent] = field(default_factory=list)
    method: str = ""


def read(content: bytes, zones: Zones) -> Text:
    """What a calendar says; CalendarError if it can't be trusted. ``zones`` takes down those it defines."""
    if len(content) > MAX_BYTES:
        raise CalendarError("this calendar is bigger than 1 MB: export less of the past")
    if content.upper().count(b"BEGIN:VEVENT") > MAX_EVENTS:
        raise CalendarError(f"this calendar has more than {MAX_EVENTS} events: export less of the past")
    return _Sieve(zones).sifted(content)


class _Sieve:
    """Goes through the lines once and keeps those that a rota needs."""

    def __init__(self, zones: Zones) -> None:
        self._text = Text(zones)
        self._open: list[str] = []
        self._done = False

    def sifted(self, content: bytes) -> Text:
        number = 1
        for number, line in unfolded(content):
            if line[:6].upper() == b"BEGIN:":
                self._begin(_word(line[6:]), number)
            elif line[:4].upper() == b"END:":
                self._end(_word(line[4:]), number)
            elif not self._open and line.strip():
                raise _no_calendar(number)
            elif self._open:
                self._keep(line, number)
        if not self._done:
            if not self._open:
                raise _no_calendar(1)
            raise CalendarError(f"this calendar is cut off: its {self._open[-1]} has no end", number)
        return self._text

    def _begin(self, what: str, number: int) -> None:
        if self._done or (what == "VCALENDAR") == bool(self._open):
            raise _no_calendar(number)
        if (what == "VEVENT" and len(self._open) > 1) or len(self._open) >= MAX_DEPTH:
            raise CalendarError(f"a part of this calendar ({cut(what, 40)}) lies too deep in others", number)
        if what == "VEVENT":
            self._text.events.append(CalendarEvent(number, self._text.zones))
        elif what == "VTIMEZONE" and self._open == ["VCALENDAR"]:
            self._text.zones.definitions.append(Definition())
        elif what in ("STANDARD", "DAYLIGHT") and self._open == ["VCALENDAR", "VTIMEZONE"]:
            self._text.zones.definitions[-1].observances.append(Observance())
        self._open.append(what)

    def _end(self, what: str, number: int) -> None:
        if not self._open or self._open.pop() != what:
            raise CalendarError(f"the end of {cut(what, 40)} is at a wrong place in this calendar", number)
        self._done = not self._open

    def _keep(self, raw: bytes, number: int) -> None:
        found = _NAME.match(raw)
        name = found[0].decode().upper() if found else ""
        if not found or name not in _KEPT.get(self._open[-1], ()):
            return
        rest = raw[found.end() :]
        if self._open[-1] == "VEVENT":
            self._text.events[-1].take(name, rest, number)
        elif self._open[:2] == ["VCALENDAR", "VTIMEZONE"]:
            self._text.zones.definitions[-1].take(name, rest, number)
        elif self._open == ["VCALENDAR"]:
            self._take(name, rest, number)

    def _take(self, name: str, rest: bytes, number: int) -> None:
        """Read a line of the whole calendar."""
        try:
            value = ContentLine.parse(name, rest, number).value.strip()
        except LineError as error:
            raise CalendarError(f"this calendar's line {error}", number) from None
        if name == "METHOD":
            self._text.method = value.upper()
        else:
            self._text.zones.own = value


def _word(raw: bytes) -> str:
    return raw.strip().upper().decode("ascii", "replace")


def _no_calendar(number: int) -> CalendarError:
    return CalendarError(
        "this is no iCal calendar: it must be one block from BEGIN:VCALENDAR to its end", number
    )
