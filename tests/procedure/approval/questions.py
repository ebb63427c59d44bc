"""Approvals without a workflow: the same functions, driven by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from procedure.approval.deciders import Findings, Inquiry, find, judge
from procedure.approval.state import (
    RULES,
    Approval,
    ApprovalNotice,
    contest,
    decide,
    inquiry,
    put,
    withdraw,
)
from procedure.book.procedure import Procedure
from procedure.book.proposal import Proposal
from procedure.book.severity import Facts
from procedure.clocks.durations import Duration
from procedure.ticket.asking import inquiry as first_inquiry
from procedure.ticket.asking import subject
from tests.climbing import Climber
from tests.northwind import on_call
from tests.procedure.ticket.lives import HIGH, NOON, life


class Asking(Climber[Approval]):
    """One approval as time passes."""

    RULES = RULES

    @property
    def approval(self) -> Approval:
        return self.stands

    @approval.setter
    def approval(self, approval: Approval) -> None:
        self.stands = approval

    def settle(self) -> Self:
        before = len(self.told)
        super().settle()
        asked = [one for one in self.told[before:] if one.kind is ApprovalNotice.ASKED]
        assert not (asked and self.approval.over), "asked, and over at the same instant"
        return self

    def look_up(self, question: Inquiry) -> Findings:
        return find(self.book, question)

    def question(self) -> Inquiry:
        return inquiry(self.approval, self.now)

    def says(self, by: str, yes: bool = True, *, visit: int = 0, reason: str = "so", **more: Any) -> Self:
        """Yes or no, judged as the workflow does it."""
        verdict = judge(self.book, self.question(), by)
        return self.becomes(
            decide(self.approval, by, yes, verdict, self.now, visit=visit, reason=reason, **more)
        )

    def was_not(self, by: str) -> None:
        self.becomes(contest(self.approval, by, self.now))

    def ends(self, by: str = "", reason: str = "not needed") -> None:
        self.becomes(withdraw(self.approval, by, reason, self.now))

    @property
    def holders(self) -> dict[str, str]:
        """Who is asked now on each side that has not agreed."""
        return {side.name: side.ladder.holder for side in self.approval.sides if not side.settled}


def asks(
    action: str = "configuration change",
    cost: int = 0,
    down: str = "",
    *,
    asker: str = "ana",
    facts: Facts = HIGH,
    now: datetime = NOON,
    book: Procedure | None = None,
    act_first: bool = False,
    begins: datetime | None = None,
    by_when: datetime | None = None,
) -> Asking:
    """A question that was just put: of Ana's, to the senior specialists, if not said otherwise."""
    book = book or on_call()
    down_for = Duration.parse(down).exact if down else timedelta(0)
    proposal = Proposal(action, "the node", "it hangs", cost, down_for, begins, by_when)
    ticket = life(facts, book=book, now=now).ticket
    findings = find(book, first_inquiry(ticket, asker, proposal, act_first, now))
    assert findings.refusal == ""
    assert findings.consent or not findings.own, "granted on the spot"
    asked = Asking(put(subject(ticket), "approval-1", proposal, asker, findings, now), book, now)
    asked.settle()
    return asked


__all__ = ["Asking", "asks"]
