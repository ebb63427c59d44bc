"""What goes into an approval and comes out of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from pydantic import AwareDatetime, Field

from procedure.approval import state as rules
from procedure.approval.deciders import Inquiry, Verdict
from procedure.approval.state import Approval, ApprovalNotice
from procedure.book.proposal import Proposal
from procedure.clocks.calendars import AlwaysOpen
from procedure.clocks.durations import Duration
from procedure.incoming import Term, Turn
from procedure.record import Notice, Refused
from workflows.messages import Message, Statement, Words, utc


class ApprovalInput(Message):
    """What starts an approval: the question as it was put; or, for one that has ended and goes on, all
    that it carries, and what was said then."""

    approval: Approval
    contest: Contest | None = None
    objection: ObjectTo | None = None


class Opinion(Statement):
    """Something a person says about an approval."""

    @property
    def through(self) -> str:
        """What it came through; whoever writes to the workflow itself need not say so."""
        return self.via or "Temporal"


class Proposing(Statement):
    """Somebody wants to do something that may need a yes: what exactly, why, and what it takes.

    ``action`` is one of the authority table's; ``begins`` is when it is to be done, if not at once.
    """

    action: Term = ""
    what: Words
    why: Words = ""
    cost: int = Field(0, ge=0, le=1_000_000_000)
    downtime: Duration | None = None
    begins: AwareDatetime | None = None

    def proposal(self) -> Proposal:
        """What is put to those who may decide. Raises Refused for a downtime that is no exact time."""
        if self.downtime and self.downtime.business_days:
            raise Refused('Say the downtime in exact time, such as "2 hours".')
        down = AlwaysOpen().length(self.downtime) if self.downtime else timedelta(0)
        return Proposal(self.action, self.what, self.why, self.cost, down, utc(self.begins))


class Decide(Opinion):
    """Yes or no. ``visit`` is the turn the link was made for (0: as it stands); a no says why.

    ``code`` says whether the code from the mail was typed; None where it is not asked for (the command
    line, Temporal).
    """

    yes: bool
    visit: Turn = 0
    code: bool | None = None
    reason: Words = ""
    conditions: Words = ""

    called: ClassVar[str] = "The decision"

    def apply(self, approval: Approval, now: datetime) -> Approval:
        """Whether it can be said at all; who may decide has to be looked up."""
        rules.must_be_open(approval, self.by, self.yes, self.visit, self.code)
        return approval

    def decided(self, approval: Approval, now: datetime, verdict: Verdict) -> Approval:
        """The approval after this decision, if they may."""
        return rules.decide(
            approval,
            self.by,
            self.yes,
            verdict,
            now,
            visit=self.visit,
            code=self.code,
            reason=self.reason,
            conditions=self.conditions,
            via=self.through,
        )


class Contest(Opinion):
    """This was not me: a decision that was sent in my name does not count."""

    called: ClassVar[str] = "This was not me"

    def apply(self, approval: Approval, now: datetime) -> Approval:
        return rules.contest(approval, self.by, now, self.through)


class ObjectTo(Opinion):
    """I do not agree with what was done first."""

    reason: Words

    called: ClassVar[str] = "The objection"

    def apply(self, approval: Approval, now: datetime) -> Approval:
        return rules.object_to(approval, self.by, self.reason, now, self.through)


class Withdraw(Opinion):
    """It is not needed any more. ``by`` is the one who asked."""

    reason: Words

    called: ClassVar[str] = "Withdrawing"

    def apply(self, approval: Approval, now: datetime) -> Approval:
        return rules.withdraw(approval, self.by, self.reason, now, self.through)


class NoLongerNeeded(Message):
    """The ticket does not need the answer any more (a signal), and why."""

    reason: str


OPINIONS: dict[str, type[Opinion]] = {
    "decide": Decide,
    "contest": Contest,
    "object": ObjectTo,
    "withdraw": Withdraw,
}
"""Every update and signal of an approval that a person may send, by its name."""


class Claim(Message):
    """Somebody decides (an activity's question): whether they may, now."""

    inquiry: Inquiry
    person: str


class ApprovalLetter(Message):
    """One approval as it stands, for somebody it concerns."""

    notice: Notice[ApprovalNotice]
    approval: Approval


ApprovalInput.model_rebuild()
