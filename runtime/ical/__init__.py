"""Reads the shifts of a rota out of an iCal calendar, or refuses it with a reason."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]

from procedure.book.people import Staff
from procedure.book.rota import Shift
from runtime.ical.rules import Steps
from runtime.ical.text import (
    MAX_STEPS,
    CalendarError,
    CalendarEvent,
    StrangerError,
    UnknownPerson,
    cut,
    instant_of,
    read,
    shown,
)

__all__ = ["CalendarError", "Names", "UnknownPerson", "shifts"]

_AROUND = timedelta(days=2)
"""How much more than was asked for is looked at: a day is another day elsewhere."""


class Names:
    """The people a calendar may name. Call it with a title or an attendee: it gives the person's id."""

    def __init__(self, people: Mapping[str, Staff]) -> None:
        self._idents = {ident.casefold(): ident for ident in people}
        self._owners: dict[str, set[str]] = {}
        for ident, person in people.items():
            for name in (person.name, person.mail, *person.known_as):
                self._owners.setdefault(" ".join(name.split()).casefold(), set()).add(ident)
        # The longest first: "Bo Lind" is no "Bo".
        self._longest_first = sorted(filter(None, self._owners), key=len, reverse=True)
        self._shown = {ident: person.name for ident, person in people.items()}
        self._found: dict[str, frozenset[str]] = {}

    def __call__(self, text: str) -> str:
        """The one person a text names; UnknownPerson if it names nobody, or more than one."""
        if text not in self._found:
            self._found[text] = frozenset(self._people(" ".join(text.split()).casefold()))
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


def shifts(
    content: bytes,
    zone: str,
    who: Callable[[str], str],
    begin: datetime,
    end: datetime,
    strangers_refused: bool = True,
) -> tuple[Shift, ...]:
    """Who is on call from begin to end, in order, one person at a time. CalendarError if it can't be trusted.

    Where events overlap, a single or a moved one wins over one that comes again and again, then
    the one that begins later, then the shorter. ``who`` gives the person that a title or an
    attendee names, or raises UnknownPerson: then the calendar is refused, or only the event is
    left out. An event without a time lasts whole days of the calendar's own time zone, if it
    has one, or else of ``zone``.
    """
    text = read(content)
    steps = Steps(MAX_STEPS)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:rung"]
    for number, event in enumerate(text.events):
        lines += event.written(number, begin - _AROUND, end + _AROUND, steps)
    query = recurring_ical_events.of(icalendar.Calendar.from_ical("\r\n".join((*lines, "END:VCALENDAR", ""))))
    found = []
    for part in query.between(begin - _AROUND, end + _AROUND):
        if str(part.get("STATUS", "")) == "CANCELLED":
            continue
        event = text.events[int(part["SUMMARY"])]
        first, last = (instant_of(part[key].dt, text.zone or zone) for key in ("DTSTART", "DTEND"))
        start, stop = max(first, begin), min(last, end)
        if start < stop and (person := _person(event, who, strangers_refused)):
            found.append(_Piece(not event.comes_again, first, first - last, person, start, stop))
    return tuple(_one_at_a_time(found))


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
