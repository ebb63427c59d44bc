"""A fault: something that nothing in the files forbids, and that goes wrong from an instant on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from procedure.book.procedure import Procedure
from procedure.clocks.calendars import local


class FaultKind(StrEnum):
    """What is wrong."""

    CIRCLE = "substitutes in a circle"
    SUBSTITUTE_AWAY = "substitute away"
    TWO_SUBSTITUTES = "two substitutes"
    LAST_RESORT_AWAY = "last resort away"
    OWN_MAILBOX = "pages go to ourselves"
    ONE_MAILBOX = "one mailbox for two people"
    ON_CALL_AWAY = "on call while away"
    ROTA_GAP = "a rota leaves time uncovered"
    NO_SUCH_TIME = "a time that clocks skip or repeat"
    NOBODY_THERE = "nobody is there"
    NEVER_PAGED = "never paged"
    TWO_RUNGS = "one person on two successive rungs"
    ADDS_NOBODY = "a tier or a level that adds nobody"
    NEVER_BEGINS = "a tier that gets nothing"
    ONLY_THE_ASKER = "only the asker may approve"
    CONTACTS_AWAY = "contacts with authority away"
    UNDECIDED_AWAY = "nobody is told that nothing was decided"
    OWNER_AWAY = "the owner is away"
    SLOWER = "what is worse has more time"
    LESS_ABOVE = "a higher tier may less"
    NO_NUMBER = "no number to call"
    SELDOM_AGAIN = "the last resort is told again too seldom"
    LONG_OVERRIDE = "an override takes everybody's turns"
    HEARD_BY_WORKER = "a complaint is heard by who works on tickets"


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong from ``at`` on; ``text`` says what, and what to change."""

    kind: FaultKind
    at: datetime
    text: str


def worded(book: Procedure, fault: Fault, now: datetime) -> str:
    """A fault with its instant, where the MSP is."""
    when = f"from {local(fault.at, now, book.time_zone)}" if fault.at > now else "already now"
    return f"{fault.kind}, {when}: {fault.text}"


def name_of(book: Procedure, person: str) -> str:
    """What somebody of the MSP is called."""
    return book.people[person].name if person in book.people else person
