"""The time zones of a calendar: those of places, those that it defines itself, and plain offsets.

What a calendar defines is read when an event first needs it, and its rules are counted by ours: dateutil, to
which icalendar hands a zone, reads a rule's UNTIL in UTC as a time on the wall, and counts one that never
comes to the year 9999 for every time it is asked about.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cached_property, lru_cache
from io import BytesIO
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from procedure.clocks.calendars import from_wall
from runtime.ical.lines import ContentLine, LineError, plain, shown, time_of
from runtime.ical.rules import RecurrenceRule, Steps

MAX_OBSERVANCES = 150
"""How many parts of one definition are read: a zone's whole history has about 50."""
MAX_STEPS = 180_000
"""How many days, months and years all definitions of one calendar may be counted over."""
_STEPS_A_CHANGE = 60
_BEFORE = timedelta(days=800)
"""Clocks that are changed each year have been changed within this time."""

_OFFSET = re.compile(r"([+-])(\d\d):?([0-5]\d):?([0-5]\d)?", re.ASCII)
_NAMED_OFFSET = re.compile(rf"(?:GMT|UTC)?({_OFFSET.pattern})", re.ASCII | re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ZoneError(ValueError):
    """A name that gives no time zone, or more than one; the text says why."""


class Observance(dict[str, list[str]]):
    """A part of a definition, STANDARD or DAYLIGHT: the values of its lines."""

    def one(self, name: str) -> str:
        """The only value of a name; ValueError if there is none, or another."""
        if len(self.get(name, ())) != 1:
            raise ValueError(f"a part of it does not have one {name}")
        return self[name][0].strip().upper()

    def several(self, name: str) -> Iterator[str]:
        for value in self.get(name, ()):
            yield from filter(None, value.upper().replace(" ", "").split(","))


@dataclass
class Definition:
    """A VTIMEZONE, as its lines say it."""

    names: dict[str, str] = field(default_factory=dict)
    """Its TZID, and its X-LIC-LOCATION."""
    observances: list[Observance] = field(default_factory=list)
    fault: str = ""
    """Why one of its lines can't be read."""

    def take(self, name: str, raw: bytes, number: int) -> None:
        """Read another of its lines, in the part that was begun last."""
        try:
            value = ContentLine.parse(name, raw, number).value
        except LineError as error:
            self.fault = f"its line {error}"
            return
        if name in ("TZID", "X-LIC-LOCATION"):
            self.names[name] = plain(value)
        elif self.observances:
            self.observances[-1].setdefault(name, []).append(value)


@dataclass
class Zones:
    """What the names of zones stand for in one calendar, from one day to another."""

    first: date
    last: date
    own: str = ""
    """The calendar's own zone (X-WR-TIMEZONE), if it says that it has one."""
    definitions: list[Definition] = field(default_factory=list)
    _steps: Steps = field(default_factory=lambda: Steps(MAX_STEPS))
    _known: dict[str, tzinfo] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> Mapping[str, list[Definition]]:
        found: dict[str, list[Definition]] = {}
        for definition in self.definitions:
            found.setdefault(definition.names.get("TZID", ""), []).append(definition)
        return found

    @property
    def here(self) -> tzinfo | None:
        """The calendar's own zone, if it says that it has one; ZoneError if that is none."""
        return self.named(self.own) if self.own else None

    def named(self, name: str) -> tzinfo:
        """The zone of a name; ZoneError if it gives none.

        What is known of a place counts, and not what an old file says of it. Then what the calendar
        defines, and only then a name of no place: EST knows no summer, and in many files it has one.
        """
        name = plain(name)
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> tzinfo:
        own = self._by_name.get(name, [])
        places = [name, *(one.names.get("X-LIC-LOCATION", "") for one in own)]
        if place := next(filter(None, map(_place, places)), ""):
            return ZoneInfo(place)
        if own:
            return self._defined(name, own)
        if short := _short_names().get(name.rpartition("/")[2].casefold(), ""):
            return ZoneInfo(short)
        if offset := _NAMED_OFFSET.fullmatch(name):
            return timezone(_offset(offset[1]))
        raise ZoneError(f"there is no time zone {shown(name)}: use a name such as Europe/London")

    def _defined(self, name: str, own: list[Definition]) -> tzinfo:
        try:
            offsets, *others = map(self._offsets, own)
        except (ValueError, OverflowError) as error:
            text = f"what the calendar defines as the time zone {shown(name)} can't be read ({error})"
            raise ZoneError(f"{text}: use a name such as Europe/London") from None
        if any(other != offsets for other in others):
            raise ZoneError(f"the calendar defines the time zone {shown(name)} twice, and differently")
        return _zoneinfo(offsets)

    def _offsets(self, definition: Definition) -> dict[datetime, timedelta]:
        """The offsets of a definition, each by when it begins; those that are long over are left out."""
        changes = sorted(set(self._changes(definition)))
        begin = datetime.combine(self.first, time(), UTC) - _BEFORE
        return {begin: changes[0].before} | {max(one.at, begin): one.after for one in changes}

    def _changes(self, definition: Definition) -> Iterator[_Change]:
        if definition.fault or not 0 < len(definition.observances) <= MAX_OBSERVANCES:
            raise ValueError(definition.fault or "it says nothing, or too much")
        for part in definition.observances:
            before, after = _offset(part.one("TZOFFSETFROM")), _offset(part.one("TZOFFSETTO"))
            start = time_of(part.one("DTSTART")).replace(tzinfo=timezone(before))
            for onset in {start, *self._onsets(part, start)}:
                self._steps.take(_STEPS_A_CHANGE)
                yield _Change(onset.astimezone(UTC), before, after)

    def _onsets(self, part: Observance, start: datetime) -> Iterator[datetime]:
        for text in part.several("RDATE"):
            yield time_of(text).replace(tzinfo=start.tzinfo)
        for text in part.get("RRULE", ()):
            rule = RecurrenceRule.parse(text.strip(), start)
            for day in rule.days(start, self._since(rule), self.last, self._steps):
                yield datetime.combine(day, start.timetz())

    def _since(self, rule: RecurrenceRule) -> date:
        """From when on a rule is counted: its last change of clocks before our time holds on in it."""
        if rule.count is not None:
            return date.min
        return max(min(self.first, rule.ends or self.first), _EPOCH.date()) - _BEFORE


class _Change(NamedTuple):
    """Clocks are changed, from one offset to another."""

    at: datetime
    before: timedelta
    after: timedelta


def _zoneinfo(offsets: Mapping[datetime, timedelta]) -> ZoneInfo:
    """A zone of these offsets: written as a file of the tz database is, since zoneinfo knows what a clock on
    the wall shows twice, or never."""
    kinds = list(dict.fromkeys(offsets.values()))
    counts = struct.pack(">6l", 0, 0, 0, len(offsets), len(kinds), 1)
    times = struct.pack(f">{len(offsets)}q", *(int((at - _EPOCH).total_seconds()) for at in offsets))
    which = bytes(kinds.index(offset) for offset in offsets.values())
    what = b"".join(struct.pack(">lBB", int(offset.total_seconds()), 0, 0) for offset in kinds)
    head, nothing = b"TZif2" + bytes(15), struct.pack(">6l", 0, 0, 0, 0, 1, 1) + bytes(7)
    return ZoneInfo.from_file(BytesIO(head + nothing + head + counts + times + which + what + b"\0\n\n"))


def instant_of(moment: date, here: str | tzinfo) -> datetime:
    """The instant of a time, or of the midnight with which a day begins here."""
    if not isinstance(moment, datetime):
        return from_wall(datetime.combine(moment, time()), here)
    return from_wall(moment.replace(tzinfo=None), moment.tzinfo or here)


def _offset(text: str) -> timedelta:
    """How far ahead of UTC; ValueError if it can't be read."""
    found = _OFFSET.fullmatch(text)
    if not found or int(found[2]) > 23:
        raise ValueError(f"{shown(text)} is no offset from UTC such as +0100")
    length = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return length if found[1] == "+" else -length


def _place(name: str) -> str:
    """The place whose zone it is, by its IANA name, also where Windows or a vendor names it; or empty."""
    parts = name.strip("/").split("/")[-4:]  # /vendor/version/Europe/London
    tails = ("/".join(parts[start:]).casefold() for start in range(len(parts)))
    return next((_places()[tail] for tail in tails if tail in _places()), "")


@lru_cache(maxsize=1)
def _places() -> Mapping[str, str]:
    places = {name.casefold(): name for name in available_timezones() if "/" in name}
    spaced = {name.replace("_", " "): zone for name, zone in places.items()}
    return spaced | places | {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}


@lru_cache(maxsize=1)
def _short_names() -> Mapping[str, str]:
    """Zones whose names are no places; where this machine stands is none of a calendar's."""
    names = available_timezones() - {"localtime", "Factory"}
    return {name.casefold(): name for name in names if "/" not in name}
