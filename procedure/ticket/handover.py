"""The change of shifts: all that one person hands over, as one list for the one who comes on.

A list is plain state: no clock, no I/O. It waits a moment for more, and is told to the two it concerns. Each
ticket on it is to be accepted by an instant of its own; the tickets watch that themselves, and go on to the
next person when it is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from procedure.book.severity import SEVERITIES, Severity
from procedure.climbing import Rules
from procedure.kinds import Kind
from procedure.ladder import Due, Step
from procedure.record import Entry, Notice, Refused, Told
from procedure.ticket.state import Note, Status
from procedure.wording import possessive

Outcome = Literal["offered", "accepted", "kept", "passed on", "gone"]
"""What became of a ticket on the list; one that is gone could not be told any more."""

GATHERED_FOR = timedelta(seconds=30)
"""How long a list waits for more at most: what changes hands at one time makes one mail."""

GATHERED_FOR_A_PART = 10
"""It never waits for more than this part of the time to accept."""

TOLD_FOR = timedelta(minutes=1)
"""How long after the last ticket has gone on a list still answers that it is too late."""

IN_FULL = 5
"""How many tickets a list tells the latest of; of those after them their own pages do: it stays small."""

LATEST_NOTES = 2
LONGEST_NOTE = 300
"""What a list says of the work on each ticket: so many notes, so many characters of each."""


class ListNotice(StrEnum):
    """Whom a mail with the list is for."""

    COMES = "comes"
    LEAVES = "leaves"


@dataclass(frozen=True)
class HandoverItem:
    """One ticket of the list, as it stood when it was offered.

    ``due`` is by when it is to be accepted, ``waits_for`` what its clock is stopped for,
    ``for_customer`` says that it is the customer's answer; ``next`` is what happens if nobody acts.
    ``reason`` is why it has its severity: what is affected, and how badly. It may stay at ``place``
    until ``stays_until``; ``notes`` are the latest of what was found.
    """

    ticket: str
    client: str
    number: str
    title: str
    severity: Severity
    status: Status
    due: datetime
    waits_for: str = ""
    for_customer: bool = False
    next: tuple[Step, ...] = ()
    drill: bool = False
    outcome: Outcome = "offered"
    reason: str = ""
    place: str = ""
    stays_until: datetime | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class ShiftChange(Told):
    """What ``of`` held when their duty was over, offered to ``to`` who came on at ``at``.

    ``gathers`` is until when it waits for more before it is told; ``listed`` are the tickets that it has told
    of. ``unreachable`` is why who comes on gets no mail.
    """

    of: str
    to: str
    at: datetime
    pace: float = 1.0
    lines: tuple[HandoverItem, ...] = ()
    gathers: datetime | None = None
    listed: tuple[str, ...] = ()
    unreachable: str = ""
    notices: tuple[Notice[ListNotice], ...] = field(default=(), kw_only=True)

    @property
    def id(self) -> str:
        """The id of its workflow: the same for all that changes hands from one to the other at that time."""
        # Two hyphens, which no person's id has: else "jo-ann" to "lee" would be "jo" to "ann-lee".
        return f"handover-{self.of}--{self.to}-{self.at:%Y%m%dT%H%M}"

    def having(self, outcome: Outcome) -> tuple[HandoverItem, ...]:
        """The tickets of which this became."""
        return tuple(line for line in self.lines if line.outcome == outcome)

    def waiting(self, now: datetime) -> tuple[HandoverItem, ...]:
        """The tickets that can still be accepted or kept."""
        return tuple(line for line in self.having("offered") if now < line.due)

    @property
    def ends(self) -> datetime | None:
        """When nothing can be said any more; None if nothing is left to say anything about."""
        left = self.having("offered")
        return max(line.due for line in left) + TOLD_FOR if left else None

    @property
    def over(self) -> bool:
        """Whether nothing is left that anybody could say."""
        return bool(self.lines) and not self.having("offered")

    def matters(self, notice: Notice[Any]) -> bool:
        """The newest list takes the place of one that is still on its way."""
        return not self.over and notice.number > self.told - len(ListNotice)

    def visit_of(self, person: str) -> int:
        return 0


def summary(lines: tuple[HandoverItem, ...]) -> str:
    """What a list holds, in words: "4 open, 1 waiting for the customer"."""
    asked = sum(line.for_customer for line in lines)
    stopped = sum(line.status == "paused" for line in lines) - asked
    counts = {
        "open": len(lines) - asked - stopped,
        "waiting for the customer": asked,
        "waiting for something else": stopped,
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing"


def latest(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """As much of the work as a list tells; the rest stands on the ticket's own page."""
    return tuple(replace(note, text=shortened(note.text)) for note in notes[-LATEST_NOTES:])


def shortened(text: str) -> str:
    """At most so many characters as a list has room for."""
    text = text.strip()
    return text if len(text) <= LONGEST_NOTE else text[: LONGEST_NOTE - 1].rstrip() + "…"


def outcomes(change: ShiftChange) -> str:
    """What became of a list, in words: "3 accepted, 1 kept"."""
    kinds: tuple[Outcome, ...] = ("accepted", "kept", "passed on", "gone", "offered")
    counts = {kind: len(change.having(kind)) for kind in kinds}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "nothing"


def gathers_for(change: ShiftChange, now: datetime) -> timedelta:
    """How long the list waits for more before it is sent."""
    left = [line.due - now for line in change.waiting(now)]
    return min(GATHERED_FOR, min(left, default=timedelta(0)) / GATHERED_FOR_A_PART)


def offer(change: ShiftChange, line: HandoverItem, now: datetime) -> ShiftChange:
    """One more ticket on the list. The same offer told again changes nothing."""
    before = next((old for old in change.lines if old.ticket == line.ticket), None)
    if before and before.due == line.due:
        return change
    if len(change.lines) >= IN_FULL:
        line = replace(line, notes=(), next=())
    lines = (*(old for old in change.lines if old is not before), line)
    listed = Entry(now, Kind.LISTED, person=change.of, what=_called(line), due=line.due)
    change = replace(change, lines=tuple(sorted(lines, key=_place))).noted(listed)
    if change.gathers or line.ticket in change.listed:
        return change
    return replace(change, gathers=now + gathers_for(change, now))


def dues(change: ShiftChange) -> Iterator[Due[ShiftChange]]:
    """What time does to it: it is told, once all is on it; and is over, even if nobody said a word."""
    if change.gathers and not change.unreachable:
        why = "what else is handed over at this time"
        yield Due(change.gathers, why, lambda now: _tell(change, now))
    if change.ends:
        why = f"{possessive(change.name(change.to))} time to accept"
        yield Due(change.ends, why, lambda now: expire(change, now))


def _tell(change: ShiftChange, now: datetime) -> ShiftChange:
    """The whole list to both."""
    lines = change.waiting(now)
    change = replace(change, gathers=None, listed=tuple(line.ticket for line in change.lines))
    if not lines:
        return change
    return change.tell(ListNotice.COMES, change.to).tell(ListNotice.LEAVES, change.of)


def accept(change: ShiftChange, by: str, now: datetime, via: str = "") -> ShiftChange:
    """Who comes on takes all that is left; raises ``Refused`` with what stands instead."""
    if by != change.to:
        raise Refused(f"It is offered to {change.name(change.to)}.")
    left = change.having("offered")
    if not left:
        raise Refused(f"Nothing is left to accept: {outcomes(change)}.")
    taken = change.waiting(now)
    if not taken:
        last = max(line.due for line in left)
        raise Refused("Too late: it was to be accepted by ", last, ", and has gone on to the next person.")
    change = _became(expire(change, now), "accepted", {line.ticket for line in taken})
    return change.noted(Entry(now, Kind.LIST_ACCEPTED, by, via, what=_all(taken)))


def keep(change: ShiftChange, by: str, ticket: str, now: datetime, via: str = "") -> ShiftChange:
    """Who leaves stays with one that they are just working on; raises ``Refused`` if it is too late."""
    if by != change.of:
        raise Refused(f"{change.name(change.of)} has it, and could keep it.")
    line = next((line for line in change.lines if line.ticket == ticket), None)
    if line is None:
        raise Refused("It is not on this list.")
    instead = {
        "accepted": f"{change.name(change.to)} has accepted it already.",
        "kept": "You have kept it already.",
        "gone": "It is closed.",
    }
    if line.outcome in instead:
        raise Refused(instead[line.outcome])
    if line not in change.waiting(now):
        raise Refused("Too late: it has gone on to the next person.")
    change = _became(change, "kept", {ticket})
    return change.noted(Entry(now, Kind.LIST_KEPT, by, via, what=_called(line)))


def undeliverable(change: ShiftChange, notice: Notice[Any], why: str, now: datetime) -> ShiftChange:
    """Who leaves has what they hold anyway; who comes on must not keep others waiting: it goes on at once."""
    change = change.undelivered(notice, why, now)
    return replace(change, unreachable=why) if notice.to == change.to else change


RULES = Rules(dues=dues, undeliverable=undeliverable)


def pass_on(change: ShiftChange, now: datetime) -> ShiftChange:
    """What is left goes on to the next person, in time or not."""
    left = change.having("offered")
    if not left:
        return change
    change = _became(change, "passed on", {line.ticket for line in left})
    return change.noted(Entry(now, Kind.PASSED_ON, what=_all(left)))


def expire(change: ShiftChange, now: datetime) -> ShiftChange:
    """What was not accepted in time has gone on to the next person."""
    late = tuple(line for line in change.having("offered") if line.due <= now)
    if not late:
        return change
    change = _became(change, "passed on", {line.ticket for line in late})
    return change.noted(Entry(now, Kind.LIST_LATE, person=change.to, what=_all(late)))


def gone(change: ShiftChange, ticket: str, now: datetime) -> ShiftChange:
    """A ticket that could not be told: it has been closed meanwhile."""
    line = next((line for line in change.lines if line.ticket == ticket), None)
    if line is None:
        return change
    return _became(change, "gone", {ticket}).noted(Entry(now, Kind.GONE, what=_called(line)))


def _became(change: ShiftChange, outcome: Outcome, tickets: set[str]) -> ShiftChange:
    lines = (replace(line, outcome=outcome) if line.ticket in tickets else line for line in change.lines)
    return replace(change, lines=tuple(lines))


def _place(line: HandoverItem) -> tuple[int, str, int, str]:
    """The worst first, then by client and number."""
    return SEVERITIES.index(line.severity), line.client, len(line.number), line.number


def _all(lines: tuple[HandoverItem, ...]) -> str:
    return ", ".join(map(_called, lines))


def _called(line: HandoverItem) -> str:
    return f"{line.client} {line.number}"
