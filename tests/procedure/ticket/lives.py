"""Tickets without a workflow: the same functions, driven by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from procedure.book.agreement import agree
from procedure.book.procedure import Procedure
from procedure.book.severity import Facts
from procedure.duty.placement import Question, Standing, stand
from procedure.ticket.opening import Opening, open_ticket, start_of, tell_first_level
from procedure.ticket.rules import RULES
from procedure.ticket.state import NoticeKind, Ticket
from tests.climbing import Climber
from tests.northwind import northwind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

SELDOM = {"person": "ida", "again_every": "2 hours"}
"""A last resort that a life is not full of."""

HIGH = Facts(system="trading platform", state="impaired", users=6)
CRITICAL = Facts(system="trading platform", state="down")
MEDIUM = Facts(system="office mail", state="impaired")


class Life(Climber[Ticket]):
    """One ticket as time passes."""

    RULES = RULES

    @property
    def ticket(self) -> Ticket:
        return self.stands

    @ticket.setter
    def ticket(self, ticket: Ticket) -> None:
        self.stands = ticket

    def look_up(self, question: Question) -> Standing:
        return stand(self.book, question)


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
