"""Tickets without a workflow: the same functions, driven by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from procedure.book.agreement import agree
from procedure.book.procedure import Procedure
from procedure.book.severity import Facts
from procedure.clocks.calendars import instant
from procedure.duty.placement import stand
from procedure.ladder import tick, wake
from procedure.record import Notice
from procedure.ticket.due import dues
from procedure.ticket.opening import Opening, open_ticket, start_of, tell_first_level
from procedure.ticket.presenting import present, question
from procedure.ticket.state import NoticeKind, Ticket
from tests.northwind import northwind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

SELDOM = {"person": "ida", "again_every": "2 hours"}
"""A last resort that a life is not full of."""

HIGH = Facts(system="trading platform", state="impaired", users=6)
CRITICAL = Facts(system="trading platform", state="down")
MEDIUM = Facts(system="office mail", state="impaired")


@dataclass
class Life:
    """One ticket as time passes; ``told`` is everybody who was told something, in order."""

    ticket: Ticket
    book: Procedure
    now: datetime = NOON
    told: list[Notice[NoticeKind]] = field(default_factory=list)

    def settle(self) -> None:
        """Do what is due now, as the workflow does."""
        while True:
            before = self.ticket
            self.ticket = tick(dues(before), before, self.now)
            if self.ticket.unpresented:
                standing = stand(self.book, question(self.ticket, self.now))
                self.ticket = present(self.ticket, standing, self.now)
            elif self.ticket is before:
                break
        self.told += self.ticket.notices
        self.ticket = self.ticket.sent()

    def passes(self, **time: float) -> None:
        """Time goes by, and everything happens when it is due."""
        end = self.now + timedelta(**time)
        while (upcoming := wake(dues(self.ticket))) and upcoming.at <= end:
            self.now = max(self.now, upcoming.at)
            before = self.ticket
            self.settle()
            assert self.ticket != before, f"due, and nothing happened: {upcoming.why}"
        self.now = end

    def jumps(self, **time: float) -> None:
        """Time goes by while nothing runs."""
        self.now += timedelta(**time)
        self.settle()

    def becomes(self, ticket: Ticket) -> None:
        """Somebody said something."""
        self.ticket = ticket
        self.settle()

    def heard(self) -> list[tuple[str, str]]:
        """Who was told what since this was last asked."""
        new = [(notice.kind.value, notice.to) for notice in self.told]
        self.told.clear()
        return new

    @property
    def record(self) -> list[str]:
        return self.ticket.sentences(instant)


def life(facts: Facts = HIGH, earlier: int = 0, book: Procedure | None = None, now: datetime = NOON) -> Life:
    """A ticket that has just opened, at noon if not said otherwise, at Harbor."""
    book = book or northwind()
    opening = Opening("harbor", "desk", "42", "Nobody can log in", "kim", facts=facts)
    names = {"kim": "Kim Harlow"}
    agreement = agree(book, "harbor", 1)
    ticket = open_ticket(opening, agreement, start_of(opening, agreement, earlier), names, now)
    begun = Life(tell_first_level(ticket, "ana"), book, now)
    begun.settle()
    return begun


__all__ = ["CRITICAL", "HIGH", "MEDIUM", "NOON", "SELDOM", "Life", "NoticeKind", "life"]
