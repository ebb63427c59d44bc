"""Reads the shifts of a rota out of an iCal calendar, or refuses it with a reason."""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]

from procedure.book.almanac import LeftOut, RotaCalendar
from procedure.book.people import Staff, folded
from procedure.book.rota import Shift
from procedure.clocks.calendars import Span
from procedure.wording import seen
from runtime.ical.events import (
    MAX_STEPS,
    CalendarError,
    CalendarEvent,
    StrangerError,
    Timing,
    UnknownPerson,
)
from runtime.ical.lines import cut, shown
from runtime.ical.rules import Steps
from runtime.ical.text import MAX_BYTES
from runtime.ical.text import read as read_text
from runtime.ical.zones import Zones, instant_of

__all__ = ["MAX_BYTES", "CalendarError", "Names", "UnknownPerson", "read"]

_AROUND = timedelta(days=2)
"""How much more than was asked for is looked at: a day is another day elsewhere."""


class Names:
    """The people a calendar may name. Call it with a title or an attendee: it gives the person's id."""

    def __init__(self, people: Mapping[str, Staff]) -> None:
        self._idents = {ident.casefold(): ident for ident in people}
        self._owners: dict[str, set[str]] = {}
        for ident, person in people.items():
            for name in (person.name, person.mail, *person.known_as):
                self._owners.setdefault(_folded(name), set()).add(ident)
        # The longest first: "Bo Lind" is no "Bo".
        self._longest_first = sorted(filter(None, self._owners), key=len, reverse=True)
        self._shown = {ident: person.name for ident, person in people.items()}
        self._found: dict[str, frozenset[str]] = {}

    def __call__(self, text: str) -> str:
        """The one person a text names; UnknownPerson if it names nobody, or more than one."""
        if text not in self._found:
            self._found[text] = frozenset(self._people(_folded(text)))
        found = self._found[text]
        if len(found) == 1:
            return next(iter(found))
        if found:
            several = " and ".join(sorted(self._shown[ident] for ident in found))
            raise UnknownPerson(f"{shown(text)} could be {several}: name one of them")
        known = cut(", ".join(self._shown.values()), 300)
        raise UnknownPerson(
            f"{shown(text)} is nobody known: name one of {known}, or add this name to their known_as"
        )

    def _people(self, said: str) -> set[str]:
        whole = self._owners.get(said, set()) | ({self._idents[said]} if said in self._idents else set())
        return whole or set(self._inside(said))

    def _inside(self, said: str) -> Iterator[str]:
        """The people whose names stand in a text as whole words."""
        for name in self._longest_first:
            if name in said:
                word = re.compile(rf"(?<![\w.@-]){re.escape(name)}(?![\w@]|[.-]\w)")
                if word.search(said):
                    yield from self._owners[name]
                    said = word.sub("\n", said)


def _folded(text: str) -> str:
    """A name as it is compared: not by its capitals, blanks and unseen signs, nor by how its letters are put
    together."""
    return unicodedata.normalize("NFC", folded(" ".join(seen(text).split())))


def read(
    content: bytes,
    zone: str,
    who: Callable[[str], str],
    begin: datetime,
    end: datetime,
    strangers_refused: bool = True,
) -> RotaCalendar:
    """Who is on call from begin to end. CalendarError if the calendar can't be trusted to say that.

    Where events overlap, a single or a moved one wins over one that comes again and again, then
    the one that begins later, then the shorter. ``who`` gives the person that a title or an
    attendee names, or raises UnknownPerson: then the calendar is refused, or only the event is
    left out. An event without a time lasts whole days of the calendar's own time zone, if it
    has one, or else of ``zone``. What can't be read counts only if it can put somebody on call
    between begin and end.
    """
    around = Span(begin - _AROUND, end + _AROUND)
    text = read_text(content, Zones(around.begin.date(), around.end.date()))
    if text.method == "CANCEL":
        return RotaCalendar(())
    timings, left_out = _readable(text.events, around)
    events, found = {event.number: event for event in text.events}, []
    for number, at, until in _occurrences(timings, around):
        first, last = (_instant(moment, text.zones, zone) for moment in (at, until))
        start, stop = max(first, begin), min(last, end)
        event = events[number]
        if start < stop and (person := _person(event, who, strangers_refused)):
            found.append(_Piece(not event.comes_again, first, first - last, person, start, stop))
    return RotaCalendar(tuple(_one_at_a_time(found)), left_out)


def _readable(
    events: Sequence[CalendarEvent], around: Span
) -> tuple[list[tuple[CalendarEvent, Timing]], LeftOut | None]:
    """The events with their times, and what is left out; CalendarError for one that can matter and can't be
    read."""
    found: list[tuple[CalendarEvent, Timing]] = []
    faults: list[str] = []
    starts: dict[str, date] = {}
    steps = Steps(MAX_STEPS)
    for event in sorted(_newest(events, around, steps), key=lambda event: event.is_moved):
        if event.is_cancelled and not event.is_moved:
            continue
        try:
            timing = event.timing(around, steps, starts.get(event.uid))
        except CalendarError as error:
            if event.reaches(around, steps):
                raise
            faults.append(str(error))
            continue
        if timing.start == timing.stop and not event.is_cancelled:
            faults.append(str(event.refused("it lasts no time")))
        if not event.is_moved:
            starts[event.uid] = timing.start
        found.append((event, timing))
    return found, LeftOut(len(faults), faults[0]) if faults else None


def _occurrences(
    timings: Iterable[tuple[CalendarEvent, Timing]], around: Span
) -> Iterator[tuple[int, date, date]]:
    """The occurrences of events, each by the line in which its event begins: exceptions, added dates and
    occurrences that were moved are applied by the library."""
    calendar = icalendar.Calendar()
    for event, timing in timings:
        part = icalendar.Event({"UID": event.uid or f"line {event.number}", "SEQUENCE": event.sequence})
        part["LINE"] = event.number
        part.add("DTSTART", timing.start)
        part.add("DTEND", timing.stop)
        for name, moments in (("RDATE", timing.added), ("EXDATE", timing.left_out)):
            if moments:
                part.add(name, list(moments))
        if timing.replaces:
            part.add("RECURRENCE-ID", timing.replaces)
        calendar.add_component(part)
    for part in recurring_ical_events.of(calendar).between(*around):
        yield part["LINE"], part["DTSTART"].dt, part["DTEND"].dt


def _newest(events: Sequence[CalendarEvent], around: Span, steps: Steps) -> Iterator[CalendarEvent]:
    """Of events with one id only the newest counts; of two as new, one would be lost without a word."""
    same: dict[str, list[CalendarEvent]] = {}
    for event in events:
        if not event.uid or event.is_moved:
            yield event
        else:
            same.setdefault(event.uid, []).append(event)
    for several in same.values():
        sequence = max(event.sequence for event in several)
        newest = [event for event in several if event.sequence == sequence]
        if any(event.said != newest[0].said for event in newest):
            newest = [event for event in newest if event.reaches(around, steps)]
        for event in newest:
            if event.said != newest[0].said:
                text = f"another event, in line {newest[0].number}, has the same UID: give each its own"
                raise event.refused(text)
            yield event


def _instant(moment: date, zones: Zones, zone: str) -> datetime:
    """When a time is, or when a day begins where the calendar is, or else in ``zone``."""
    return instant_of(moment, zone if isinstance(moment, datetime) else zones.here or zone)


def _person(event: CalendarEvent, who: Callable[[str], str], strangers_refused: bool) -> str:
    try:
        return event.person(who)
    except StrangerError:
        if strangers_refused:
            raise
        return ""


class _Piece(NamedTuple):
    """An occurrence; of two at the same time the greater one counts."""

    is_single: bool
    first: datetime
    minus_length: timedelta
    person: str
    begin: datetime
    end: datetime


def _one_at_a_time(pieces: Iterable[_Piece]) -> Iterator[Shift]:
    """The greatest piece at each moment, one after the other, neighbours of one person joined."""
    waiting = sorted(pieces, key=lambda piece: piece.begin, reverse=True)
    # heapq gives the smallest first, so the order is turned round by hand.
    order = {piece: place for place, piece in enumerate(sorted(set(waiting), reverse=True))}
    edges = sorted({edge for piece in waiting for edge in (piece.begin, piece.end)})
    running: list[tuple[int, _Piece]] = []
    last: Shift | None = None
    for begin, end in pairwise(edges):
        while waiting and waiting[-1].begin <= begin:
            piece = waiting.pop()
            heapq.heappush(running, (order[piece], piece))
        while running and running[0][1].end <= begin:
            heapq.heappop(running)
        if not running:
            continue
        person = running[0][1].person
        if last and last.end == begin and last.person == person:
            last = last._replace(end=end)
            continue
        if last:
            yield last
        last = Shift(begin, end, person)
    if last:
        yield last
