"""An approval as one person may read it: a contact of the client reads of their own side, and not how
the MSP's works."""

from __future__ import annotations

from dataclasses import dataclass

from procedure.approval.state import (
    ApprovalNotice,
    Decision,
    Objection,
    Put,
    Side,
    forecast,
)
from procedure.ladder import Ahead
from workflows.messages.approval import ApprovalLetter

_QUESTIONS = (ApprovalNotice.ASKED, ApprovalNotice.REMINDED)

_HEADLINES = {
    "asked": "Not decided",
    "approved": "Approved",
    "denied": "Denied",
    "undecided": "Undecided",
    "withdrawn": "Withdrawn",
    "acted": "Already done",
}

_SUBJECTS = {
    ApprovalNotice.ASKED: "Decision needed",
    ApprovalNotice.REMINDED: "Decision still needed",
    ApprovalNotice.RECEIPT: "Your decision",
    ApprovalNotice.OBJECTED: "Objection",
    ApprovalNotice.ALARM: "Not their decision",
}
"""Other letters say how it was decided."""

_TO_CONTACTS = {
    "their hours": "your hours",
    "out of hours": "outside your hours",
    "in hours": "in your hours",
}
"""The table's words as a contact reads them: it is their own hours that count."""

_REACH = {
    "without limit": "whatever it takes",
    "if it costs nothing and nothing is down": "what costs nothing, with nothing down",
}
"""How far somebody's authority reaches, after "you may agree to"."""


@dataclass(frozen=True)
class ApprovalLetterView:
    """What a letter about an approval says to its reader; ``contact`` is set for one of the client's, and
    ``msp`` is what the MSP is called."""

    letter: ApprovalLetter
    contact: bool
    msp: str

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
        """How it stands, in a few words: a yes on condition is not a plain one."""
        approval = self.letter.approval
        conditional = approval.outcome == "approved" and approval.conditions
        return f"{_HEADLINES[approval.outcome]}{' on condition' if conditional else ''}"

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """On what conditions it is agreed: who says so, and the words, as far as its reader may know."""
        approval = self.letter.approval
        decisions = approval.standing() if approval.outcome == "approved" else self.agreed
        if approval.outcome not in ("asked", "approved"):
            return ()
        return tuple((self._called(one), one.conditions) for one in decisions if one.yes and one.conditions)

    def _called(self, decision: Decision) -> str:
        """Who has decided; to a contact the MSP is one."""
        inside = self.contact and decision.side == "msp"
        return self.msp if inside else self.letter.approval.name(decision.by)

    @property
    def subject(self) -> str:
        """What it is about and which ticket's; an alarm is seen before anything else."""
        approval = self.letter.approval
        alarm = "ALARM " if self.letter.notice.kind is ApprovalNotice.ALARM else ""
        drill = "DRILL: " if approval.drill else ""
        return f"{alarm}[{approval.client} {approval.number}] {drill}{self._news}, {approval.title}"

    @property
    def _news(self) -> str:
        """What there is to read, and about what: "CRITICAL, decision needed: failover"."""
        kind = self.letter.notice.kind
        says = _SUBJECTS.get(kind) or self.headline.replace("on condition", "ON CONDITION")
        if kind is ApprovalNotice.ALARM:
            return f"{says}: {self.contested}, {self.called}"
        if kind in _QUESTIONS and self.letter.approval.severity == "critical":
            says = f"CRITICAL, {says.lower()}"
        return f"{says}: {self.called}"

    @property
    def consent(self) -> str:
        """Why the client must agree; empty if it need not."""
        agreement = f"your agreement with {self.msp}" if self.contact else "the agreement with them"
        reasons = ", and ".join(f"because {reason}" for reason in self.letter.approval.consent)
        return self._spoken(reasons.replace("it is agreed so", f"{agreement} says so"))

    @property
    def may(self) -> str:
        """What its reader can do with their authority."""
        return "You may agree to" if self.contact else "You may approve"

    @property
    def authority(self) -> str:
        """How far the authority reaches with which its reader was asked: "up to 2 hours down"."""
        return self.reach(self.put) if self.put else ""

    def reach(self, one: Put | Decision) -> str:
        """How far somebody's line of the table reaches, without what it is a line of."""
        by = one.person if isinstance(one, Put) else one.by
        who = one.level if one.side == "msp" else self.letter.approval.name(by)
        reach = self._of_action(one.line).removeprefix(f"{who}, ")
        for words, others in _REACH.items():
            reach = reach.replace(words, others)
        return self._spoken(reach)

    @property
    def first(self) -> str:
        """Which tier may do it first in an emergency, and up to what."""
        return self._of_action(self.letter.approval.first).removesuffix(", first in an emergency")

    def _of_action(self, line: str) -> str:
        return line.removeprefix(f"{self.letter.approval.proposal.action}: ")

    def _spoken(self, words: str) -> str:
        for ours, theirs in _TO_CONTACTS.items() if self.contact else ():
            words = words.replace(ours, theirs)
        return words

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
    def uncounted(self) -> tuple[Decision, ...]:
        """What was answered and does not count, as far as its reader may know."""
        decisions = (one for one in self.letter.approval.decisions if one.void or one.lapsed)
        return tuple(one for one in decisions if not self.contact or one.side == "client")

    @property
    def alarm(self) -> Decision | None:
        """The answer that an alarm is about; None for one that is not its reader's to know."""
        why = self.letter.notice.why
        return next((one for one in self.uncounted if why and one.by == why.by), None)

    @property
    def contested(self) -> str:
        """Whose answer an alarm is about: "Kim Harlow's yes"."""
        if self.alarm is None:
            return f"an answer of {self.msp}'s"
        return f"{self.letter.approval.name(self.alarm.by)}'s {'yes' if self.alarm.yes else 'no'}"

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
