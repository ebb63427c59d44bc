"""An approval as one person may read it: a contact of the client reads of their own side, and not how
the MSP's works."""

from __future__ import annotations

from dataclasses import dataclass

from procedure.approval import ApprovalNotice, Decision, Objection, Put, Side, forecast
from procedure.standing import Ahead
from workflows.messages import ApprovalLetter

_QUESTIONS = (ApprovalNotice.ASKED, ApprovalNotice.REMINDED)

_HEADLINES = {
    "asked": "Not decided",
    "approved": "Approved",
    "denied": "Denied",
    "undecided": "Undecided",
    "withdrawn": "Withdrawn",
    "acted": "Acted first",
}

_SUBJECTS = {
    ApprovalNotice.ASKED: "Decision needed",
    ApprovalNotice.REMINDED: "Decision still needed",
    ApprovalNotice.RECEIPT: "Your decision",
    ApprovalNotice.OBJECTED: "Objection",
    ApprovalNotice.ALARM: "Not their decision",
}
"""Other letters say how it was decided."""


@dataclass(frozen=True)
class Reading:
    """What a letter about an approval says to its reader; ``contact`` is set for one of the client's."""

    letter: ApprovalLetter
    contact: bool

    @property
    def put(self) -> Put | None:
        """How its reader was asked, if they were."""
        notice, asked = self.letter.notice, self.letter.approval.asked
        mine = (one for one in reversed(asked) if (one.person, one.visit) == (notice.to, notice.visit))
        return next(mine, None)

    @property
    def waits(self) -> bool:
        """Whether its reader's answer is still waited for."""
        asks = self.letter.notice.kind in _QUESTIONS and self.put is not None
        return asks and self.letter.approval.matters(self.letter.notice)

    @property
    def decision(self) -> Decision | None:
        """What its reader decided last."""
        decisions = reversed(self.letter.approval.decisions)
        return next((one for one in decisions if one.by == self.letter.notice.to), None)

    @property
    def called(self) -> str:
        """What is asked for: the action; of management's options the option, with the action behind it."""
        proposal = self.letter.approval.proposal
        return f"{proposal.option} ({proposal.action})" if proposal.option else proposal.action

    @property
    def takes(self) -> str:
        """The same with what it takes: "replace hardware (GBP 1,800)"."""
        price = self.letter.approval.price
        return f"{self.called} ({price})" if price else self.called

    @property
    def headline(self) -> str:
        """How it stands, in a word."""
        return _HEADLINES[self.letter.approval.outcome]

    @property
    def subject(self) -> str:
        """What it is about and which ticket's; an alarm is seen before anything else."""
        approval, kind = self.letter.approval, self.letter.notice.kind
        alarm = "ALARM " if kind is ApprovalNotice.ALARM else ""
        drill = "DRILL: " if approval.drill else ""
        about = f"{_SUBJECTS.get(kind, self.headline)}: {self.called}, {approval.title}"
        return f"{alarm}[{approval.client} {approval.number}] {drill}{about}"

    @property
    def consent(self) -> str:
        """Why the client must agree; empty if it need not."""
        reasons = ", and ".join(f"because {reason}" for reason in self.letter.approval.consent)
        return reasons.replace("their hours", "your hours") if self.contact else reasons

    @property
    def two_people(self) -> bool:
        """Whether two of the MSP have to say yes, and its reader is one of the MSP."""
        return not self.contact and any(side.needed > 1 for side in self.letter.approval.sides)

    @property
    def agreed(self) -> tuple[Decision, ...]:
        """Who has said yes so far, as far as its reader may know before it is decided."""
        standing = self.letter.approval.standing()
        return tuple(one for one in standing if one.yes and (not self.contact or one.side == "client"))

    @property
    def msp_agrees(self) -> bool:
        """Whether enough people of the MSP have said yes, or who asks decides for it."""
        msp = self.letter.approval.side("msp")
        said_yes = [one for one in self.letter.approval.standing() if one.side == "msp" and one.yes]
        return msp is None or len(said_yes) >= msp.needed

    def sees(self, side: Side) -> bool:
        """Whether its reader may know who of a side is asked."""
        return not self.contact or side.name == "client"

    @property
    def steps(self) -> tuple[Ahead, ...]:
        """What happens if nobody answers: of a contact's own side, and the end of it all."""
        steps, client = forecast(self.letter.approval), self.letter.approval.side("client")
        own = client.ahead if client else ()
        return tuple(one for one in steps if not self.contact or not one.who or one in own)

    def words_of(self, objection: Objection) -> str:
        """An objection's words; what somebody of the MSP writes to the MSP is not for a contact."""
        sides = {one.person: one.side for one in self.letter.approval.asked}
        return "" if self.contact and sides.get(objection.by) != "client" else objection.reason
