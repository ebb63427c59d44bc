"""What a rota's calendar says around today, worked out once a day for the same text and people."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from threading import Lock

from procedure.book.almanac import RotaCalendar
from procedure.book.procedure import Procedure
from procedure.book.rota import Rota
from runtime import ical

BACK, AHEAD = timedelta(days=40), timedelta(days=400)
"""How far from today shifts are known."""
_KEPT = 64

_known: OrderedDict[object, RotaCalendar] = OrderedDict()
_lock = Lock()


def around(
    now: datetime, content: bytes, rota: Rota, book: Procedure, strangers_refused: bool = True
) -> RotaCalendar:
    """The shifts from 40 days before today to 400 days after it; CalendarError as in ``ical``."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    zone = rota.time_zone or book.time_zone
    people = tuple((ident, p.name, p.mail, p.known_as) for ident, p in book.people.items())
    key = (hashlib.sha256(content).digest(), zone, people, today, strangers_refused)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    names = ical.Names(book.people)
    found = ical.read(content, zone, names, today - BACK, today + AHEAD, strangers_refused)
    with _lock:
        _known[key] = found
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return found
