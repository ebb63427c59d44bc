"""A ticket in words: with whom it is until when, and how its questions stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from procedure.book.reader import Reader
from procedure.kinds import Kind
from procedure.record import Entry
from procedure.ticket.state import Asked, Ticket
from procedure.wording import possessive


class Placed(Protocol):
    """What is known of where a ticket stands: of itself, or of what a letter tells."""

    @property
    def severity(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def holder(self) -> str: ...
    @property
    def opened(self) -> datetime: ...
    @property
    def opens(self) -> datetime | None: ...


def has_it(about: Placed, reads: Reader) -> str:
    """Who has it, or is to take it: "Ana Ruiz (first level)"."""
    return f"{reads.name(about.holder) or 'nobody yet'} ({about.place})"


def facts(about: Placed, reads: Reader, acknowledged: bool, meaning: str, category: str) -> dict[str, str]:
    """What there is to know of it in short; what it has not is empty."""
    over = about.status in ("resolved", "closed")
    not_yet = f", from {reads.time(about.opens)}" if about.opens else ", not acknowledged yet"
    who = f"{has_it(about, reads)}{'' if over or acknowledged else not_yet}"
    return {
        "Severity": about.severity,
        "It means": meaning,
        "Why": about.reason,
        "Category": category,
        "Last with" if over else "Now with": who,
        "Status": about.status,
        "Open since": reads.time(about.opened),
    }


def of_theirs(record: Iterable[Entry]) -> Iterator[Entry]:
    """What a customer reads of a ticket's record: their own side of it, and where it has gone.

    Why it has gone there may quote the technicians, and whom it has passed by is nobody else's affair.
    """
    at = ""
    for entry in record:
        if entry.public:
            yield entry
        elif entry.to and entry.to != at:
            yield Entry(entry.at, Kind.NOW_WITH, to=entry.to)
        at = entry.to or at


@dataclass(frozen=True)
class TicketWords:
    """One ticket, and who reads it."""

    ticket: Ticket
    reads: Reader

    @property
    def standing(self) -> str:
        """Its severity, its status, and who has it or is asked to."""
        ticket, who, by = self.ticket, has_it(self.ticket, self.reads), self.reads.by
        return f"{ticket.severity}, {ticket.status}: {self._with_whom(who, by(ticket.opens, 'at'))}"

    def _with_whom(self, who: str, at: str) -> str:
        ticket, offer = self.ticket, self.ticket.here.handover
        if ticket.joined:
            return f"joined to the emergency {ticket.joined}, which goes on for it"
        if offer:
            to = f"offered to {self.reads.name(offer.to)}, to accept{self.reads.by(offer.due)}"
            return f"{who} has it; {to}"
        if ticket.opens:
            return f"waits for the client's hours; {who} is paged{at}"
        if ticket.status != "open":
            return who
        return f"{who} has it" if ticket.here.acknowledged else f"{who} is paged"

    def asked(self, asked: Asked) -> str:
        """What was asked for: "replace hardware, the controller of node 2"."""
        return f"{asked.proposal.option or asked.proposal.action}, {' '.join(asked.proposal.what.split())}"

    def ruling(self, asked: Asked) -> str:
        """How a question stands: decided, or until when it is not."""
        if asked.ruling:
            return asked.ruling
        client = self.reads.client or "the client"
        missing = f" Only {possessive(client)} answer is missing." if asked.waits_for_client else ""
        at = self.reads.by(asked.undecided_at, "at")
        ends = f" If nobody answers, it is undecided{at}." if at else ""
        return f"Asked by {self.reads.name(asked.by)}. Not decided yet.{missing}{ends}"
