"""What goes into the list of a change of shifts and comes out of it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from procedure.incoming import Key
from procedure.ticket import handover
from procedure.ticket.handover import HandoverItem, ShiftChange
from workflows.messages import Message, Statement


class HandoverInput(Message):
    """What starts the list of a change of shifts, still empty; or one that goes on."""

    change: ShiftChange


class Offer(Message):
    """One ticket for the list of a change of shifts (a signal)."""

    line: HandoverItem


class AcceptAll(Statement):
    """At a change of shifts: I take all that is on the list."""

    called: ClassVar[str] = "Accepting"

    def apply(self, change: ShiftChange, now: datetime) -> ShiftChange:
        return handover.accept(change, self.by, now, self.via)


class KeepOne(Statement):
    """At a change of shifts: I stay with this one of the list. ``ticket`` is its workflow id."""

    ticket: Key

    called: ClassVar[str] = "Keeping one"

    def apply(self, change: ShiftChange, now: datetime) -> ShiftChange:
        return handover.keep(change, self.by, self.ticket, now, self.via)


LISTED: dict[str, type[AcceptAll | KeepOne]] = {"accept": AcceptAll, "keep": KeepOne}
"""Every update and signal of a list that a person may send, by its name."""


class HandoverLetter(Message):
    """A list as it stands, for one of the two it concerns.

    ``number`` makes the Message-ID: the same over all retries.
    """

    number: int
    reader: str
    change: ShiftChange
