"""Approvals without a workflow: the same functions, driven by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from procedure.approval.deciders import Inquiry, find, judge
from procedure.approval.state import (
    Approval,
    ApprovalNotice,
    contest,
    decide,
    dues,
    inquiry,
    present,
    put,
    withdraw,
)
from procedure.book.procedure import Procedure
from procedure.book.proposal import Proposal
from procedure.book.severity import Facts
from procedure.clocks.calendars import instant
from procedure.clocks.durations import Duration
from procedure.ladder import tick, wake
from procedure.record import Notice
from procedure.ticket.asking import inquiry as first_inquiry
from procedure.ticket.asking import subject
from tests.northwind import on_call
from tests.procedure.ticket.lives import HIGH, NOON, life


@dataclass
class Asking:
    """One approval as time passes; ``told`` is everybody who was told something, in order."""

    approval: Approval
    book: Procedure
    now: datetime = NOON
    told: list[Notice[ApprovalNotice]] = field(default_factory=list)

    def settle(self) -> None:
        """Do what is due now, as the workflow does."""
        while True:
            before = self.approval
            self.approval = tick(dues(before), before, self.now)
            if self.approval.unpresented:
                self.approval = present(self.approval, find(self.book, self.question()), self.now)
            elif self.approval is before:
                break
        asked = [one for one in self.approval.notices if one.kind is ApprovalNotice.ASKED]
        assert not (asked and self.approval.over), "asked, and over at the same instant"
        self.told += self.approval.notices
        self.approval = self.approval.sent()

    def question(self) -> Inquiry:
        return inquiry(self.approval, self.now)

    def passes(self, **time: float) -> None:
        """Time goes by, and everything happens when it is due."""
        end = self.now + timedelta(**time)
        while (upcoming := wake(dues(self.approval))) and upcoming.at <= end:
            self.now = max(self.now, upcoming.at)
            before = self.approval
            self.settle()
            assert self.approval != before, f"due, and nothing happened: {upcoming.why}"
        self.now = end

    def jumps(self, **time: float) -> None:
        """Time goes by while nothing runs."""
        self.now += timedelta(**time)
        self.settle()

    def becomes(self, approval: Approval) -> None:
        """Somebody said something."""
        self.approval = approval
        self.settle()

    def says(self, by: str, yes: bool = True, *, visit: int = 0, reason: str = "so", **more: Any) -> None:
        """Yes or no, judged as the workflow does it."""
        verdict = judge(self.book, self.question(), by)
        self.becomes(decide(self.approval, by, yes, verdict, self.now, visit=visit, reason=reason, **more))

    def was_not(self, by: str) -> None:
        self.becomes(contest(self.approval, by, self.now))

    def ends(self, by: str = "", reason: str = "not needed") -> None:
        self.becomes(withdraw(self.approval, by, reason, self.now))

    def heard(self) -> list[tuple[str, str]]:
        """Who was told what since this was last asked."""
        new = [(notice.kind.value, notice.to) for notice in self.told]
        self.told.clear()
        return new

    @property
    def holders(self) -> dict[str, str]:
        """Who is asked now on each side that has not agreed."""
        return {side.name: side.ladder.holder for side in self.approval.sides if not side.settled}

    @property
    def record(self) -> list[str]:
        return self.approval.sentences(instant)


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
