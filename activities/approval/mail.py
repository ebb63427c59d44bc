"""What a letter about an approval says to its reader, besides how the approval stands."""

from __future__ import annotations

from dataclasses import dataclass

from procedure.approval.state import ApprovalNotice, Decision, Put
from procedure.approval.words import ApprovalWords
from procedure.record import Notice
from procedure.wording import possessive

_QUESTIONS = (ApprovalNotice.ASKED, ApprovalNotice.REMINDED)


@dataclass(frozen=True)
class ApprovalLetterView(ApprovalWords):
    """One approval, who reads it, and what they are told."""

    notice: Notice[ApprovalNotice]

    @property
    def contact(self) -> bool:
        return not self.staff

    @property
    def put(self) -> Put | None:
        """How its reader was asked, if they were."""
        reader, visit = self.notice.to, self.notice.visit
        mine = (one for one in reversed(self.approval.asked) if (one.person, one.visit) == (reader, visit))
        return next(mine, None)

    @property
    def waits(self) -> bool:
        """Whether its reader's answer is still waited for."""
        asks = self.notice.kind in _QUESTIONS and self.put is not None
        return asks and self.approval.matters(self.notice)

    @property
    def decision(self) -> Decision | None:
        """What its reader decided last."""
        return next((one for one in reversed(self.approval.decisions) if one.by == self.notice.to), None)

    @property
    def two_people(self) -> bool:
        """Whether two of the MSP have to say yes, and its reader is one of the MSP."""
        return self.staff and any(side.needed > 1 for side in self.approval.sides)

    @property
    def agreed(self) -> tuple[Decision, ...]:
        """Who has said yes so far, as far as its reader may know before it is decided."""
        return tuple(one for one in self.approval.standing() if one.yes and self.sees(one.side))

    @property
    def void(self) -> tuple[Decision, ...]:
        """What was answered and does not count, as far as its reader may know."""
        return tuple(one for one in self.approval.decisions if self.uncounted(one) and self.sees(one.side))

    @property
    def alarm(self) -> Decision | None:
        """The answer that an alarm is about; None for one that is not its reader's to know."""
        why = self.notice.why
        return next((one for one in self.void if why and one.by == why.by), None)

    @property
    def contested(self) -> str:
        """Whose answer an alarm is about: "Kim Harlow's yes"."""
        if self.alarm is None:
            return f"an answer of {possessive(self.reads.msp)}"
        return f"{possessive(self.reads.name(self.alarm.by))} {'yes' if self.alarm.yes else 'no'}"

    @property
    def msp_agrees(self) -> bool:
        """Whether enough people of the MSP have said yes, or who asks decides for it."""
        msp = self.approval.side("msp")
        said_yes = [one for one in self.approval.standing() if one.side == "msp" and one.yes]
        return msp is None or len(said_yes) >= msp.needed
