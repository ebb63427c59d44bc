"""What goes into the list of a change of shifts and comes out of it."""

from __future__ import annotations

from datetime import datetime

from procedure.handover import Line, ShiftChange
from workflows.messages import Message, PersonId


class HandoverInput(Message):
    """What starts the list of a change of shifts, still empty: from whom to whom, and when."""

    of: str
    to: str
    at: datetime
    pace: float = 1.0
    names: dict[str, str] = {}


class Offer(Message):
    """One ticket for the list of a change of shifts (a signal)."""

    line: Line


class AcceptAll(Message):
    """At a change of shifts: I take all that is on the list."""

    by: PersonId
    via: str = ""


class KeepOne(Message):
    """At a change of shifts: I stay with this one of the list. ``ticket`` is its workflow id."""

    by: PersonId
    ticket: str
    via: str = ""


class HandoverLetter(Message):
    """A list as it stands, for one of the two it concerns.

    ``number`` makes the Message-ID: the same over all retries.
    """

    number: int
    reader: str
    change: ShiftChange
