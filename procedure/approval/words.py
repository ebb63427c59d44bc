"""An approval in words, for each who reads it: contacts read their own side of it, and what was ruled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from procedure.approval.deciders import SideName
from procedure.approval.state import (
    Approval,
    Decision,
    Objection,
    Put,
    Side,
    answered,
    forecast,
    last_word,
    ruling,
)
from procedure.book.authority import TableLine
from procedure.book.proposal import Proposal
from procedure.book.reader import Reader
from procedure.kinds import Kind
from procedure.ladder import Ahead, Step

OUTCOMES: Mapping[str, str] = {
    "asked": "Not decided",
    "approved": "Approved",
    "denied": "Denied",
    "undecided": "Undecided",
    "withdrawn": "Withdrawn",
    "acted": "Already done",
}
"""How it was decided, before what it is about."""


def conditional(outcome: str, on_condition: bool) -> str:
    """An outcome in words: a yes on condition is not a plain one."""
    return f"{outcome}{' on condition' if on_condition else ''}"


def own_words(proposal: Proposal) -> dict[str, str]:
    """What is decided about, in the words of who asks; what it has not is empty."""
    return {
        "What exactly": proposal.what,
        "Why": proposal.why,
        "What happens without it": proposal.otherwise,
    }


def times(proposal: Proposal, reads: Reader, when: str = "") -> dict[str, str]:
    """The times of a proposal; ``when`` is when it is to be done, if that is not what it says itself."""
    begins = reads.time(proposal.begins) if proposal.begins else "at once"
    return {
        "To be done": when or begins,
        "Holds until": reads.time(proposal.until) if proposal.until else "",
        "An answer is needed by": reads.time(proposal.by_when) if proposal.by_when else "",
    }


@dataclass(frozen=True)
class ApprovalWords:
    """One approval, and who reads it."""

    approval: Approval
    reads: Reader

    @property
    def staff(self) -> bool:
        return self.reads.staff

    # The question -------------------------------------------------------------------------

    @property
    def called(self) -> str:
        """What is asked for: the action; of management's options the option, with the action behind it."""
        proposal = self.approval.proposal
        return f"{proposal.option} ({proposal.action})" if proposal.option else proposal.action

    @property
    def takes(self) -> str:
        """The same with what it takes: "replace hardware (GBP 1,800 and 2 hours down)"."""
        return f"{self.called} ({self.approval.price})" if self.approval.price else self.called

    @property
    def asks(self) -> str:
        """Who asks for what, or has done it: "Bo Lind asks: failover (2 hours down)"."""
        verb = "has already done it" if self.approval.first else "asks"
        return f"{self.asker} {verb}: {self.takes}"

    @property
    def asker(self) -> str:
        """Who asks; to a contact somebody of the MSP's: "Bo Lind (Northwind)"."""
        name = self.reads.name(self.approval.asker)
        return name if self.staff else f"{name} ({self.reads.msp})"

    @property
    def own_words(self) -> dict[str, str]:
        """What is decided about, in the words of who asks."""
        proposal = self.approval.proposal
        return {
            "What exactly": proposal.what,
            "Why": proposal.why,
            "What happens without it": proposal.otherwise,
        }

    @property
    def facts(self) -> dict[str, str]:
        """What else there is to know of it; what it has not is empty."""
        approval, acted = self.approval, self.approval.outcome == "acted"
        return {
            "Action": self.called,
            "It means": approval.meaning,
            "It takes": approval.price or "no money, and nothing is down",
            **({} if acted else times(approval.proposal, self.reads, self.when)),
            "Done by" if acted else "Asked by": f"{self.asker}, {self.reads.time(approval.opened)}",
        }

    @property
    def when(self) -> str:
        """When it is to be done as the conditions allow; empty without any."""
        begins, count = self.approval.proposal.begins, len(self.conditions)
        allowed = "the condition allows" if count == 1 else "the conditions allow"
        if not count:
            return ""
        return f"{self.reads.time(begins)}, as far as {allowed}" if begins else f"as soon as {allowed}"

    # Who must agree, and who may ----------------------------------------------------------

    @property
    def must_agree(self) -> tuple[str, str]:
        """That the client must agree, and why: "Your company must agree" and "it costs GBP 1,800"."""
        who = self.reads.client if self.staff else "Your company"
        return f"{who} {'would have had to agree' if self.approval.first else 'must agree'}", self.why_client

    @property
    def why_client(self) -> str:
        """Why the client must agree; empty if it need not."""
        agreement = "the agreement with them" if self.staff else f"your agreement with {self.reads.msp}"
        hours = "their hours" if self.staff else "your hours"
        return ", and ".join(self.approval.why_client(f"{agreement} says so", hours))

    @property
    def may(self) -> str:
        """What the reader can do with their authority, before how far it reaches."""
        return "You may approve" if self.staff else "You may agree to"

    def allows(self, line: TableLine | None) -> str:
        """How far a line of the table reaches, after that."""
        return line.allows(contact=not self.staff) if line else ""

    @property
    def first(self) -> str:
        """Which tier may do it first in an emergency, and up to what; for the MSP's people alone."""
        line = self.approval.first
        return f"{line.who}, {replace(line, when='always').reach()}" if line and self.staff else ""

    # How it stands ------------------------------------------------------------------------

    @property
    def outcome(self) -> str:
        """How it was decided, in a word or three: a yes on condition is not a plain one."""
        approval = self.approval
        on_condition = approval.outcome == "approved" and bool(approval.conditions)
        return conditional(OUTCOMES[approval.outcome], on_condition)

    @property
    def headline(self) -> str:
        """What it is: a question, or how that was decided."""
        if self.approval.outcome in ("asked", "acted"):
            return self.asks
        return f"{self.outcome}: {self.takes}"

    @property
    def nobody_may(self) -> bool:
        """Whether it is undecided since nobody of a side has the authority."""
        return any(one.kind is Kind.NOBODY_MAY for one in last_word(self.approval))

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """On what conditions it is agreed: whose they are, and the words; to a contact the MSP is one."""
        if self.approval.outcome not in ("asked", "approved"):
            return ()
        return tuple((self._whose(one), one.conditions) for one in self.approval.standing() if one.conditions)

    def _whose(self, decision: Decision) -> str:
        return self.reads.name(decision.by) if self.sees(decision.side) else self.named(decision.side)

    @property
    def stands(self) -> dict[str, str]:
        """How each side stands while nothing is decided: whose side it is, and what is known of it."""
        own, sides = self.approval.own, () if self.approval.over else self.approval.sides
        alone = {self.reads.msp: f"{self.asker} decides it ({own})" if self.staff else "agrees"}
        return (alone if own and sides else {}) | {self.named(one.name): self._side(one) for one in sides}

    def _side(self, side: Side) -> str:
        answers = [one for one in self.approval.standing() if one.side == side.name]
        if not self.sees(side.name):
            words = ["agrees" if side.settled else "has not decided yet"]
            return "; ".join(
                [*words, *(f"on condition: {one.conditions}" for one in answers if one.conditions)]
            )
        words = [self.says(one) for one in answers]
        if side.needed > 1:
            words.append(f"{side.needed} people must say yes")
        if side.ladder.holder and side.ladder.due:
            holder, due = self.reads.name(side.ladder.holder), self.reads.time(side.ladder.due)
            words.append(f"{holder} is asked, until {due}")
        elif not side.settled:
            words.append("the next person is just being asked")
        return "; ".join(words)

    @property
    def ahead(self) -> list[Step]:
        """What happens if nobody answers, as far as it is the reader's to know."""
        steps, client = forecast(self.approval), self.approval.side("client")
        own = client.ladder.ahead if client else ()
        return [Step(one.at, self.then(one)) for one in steps if self.staff or not one.who or one in own]

    def then(self, step: Ahead) -> str:
        """What happens then: the next one is asked, or nobody is left."""
        if step.who:
            return f"{self.reads.name(step.who)} ({self._level(step.tier, step.who)}) is asked"
        told = self.reads.name(self.approval.undecided_to) if self.staff else self.reads.msp
        return f"it is undecided, and {told} is told"

    # Who was asked, and what they said ----------------------------------------------------

    def asked(self, put: Put) -> str:
        """Who was asked: "Cy Tanaka (engineering, on call), instead of Bo Lind, until 14:30"."""
        role = f", {put.role}" if put.role else ""
        away = f", instead of {self.reads.name(put.instead_of)}" if put.instead_of else ""
        until = f",{self.reads.by(put.due, 'until')}" if put.due else ""
        return f"{self.reads.name(put.person)} ({self._level(put.level, put.person)}{role}){away}{until}"

    def _level(self, level: str, person: str) -> str:
        """Where somebody stands: a tier, or the client; for whose contacts the level is their own id."""
        return (self.reads.client or "client") if level == person else level

    def says(self, decision: Decision) -> str:
        """Who said what: "Raj Patel says yes, on condition: after 18:00: we need it"."""
        return self.reads.told(answered(decision))

    def uncounted(self, decision: Decision) -> str:
        """Why an answer does not count; empty for one that does."""
        if decision.void:
            return f"{self.reads.name(decision.by)} says that it was not them"
        whose = self.reads.client or "the client" if self.staff else "your company"
        return f"by now {whose} must agree to more" if decision.lapsed else ""

    def hears(self, objection: Objection) -> bool:
        """Whether an objection's words are the reader's to know: what the MSP's people write stays inside."""
        return self.staff or any(
            one.person == objection.by for one in self.approval.asked if one.side == "client"
        )

    def objects(self, objection: Objection) -> str:
        """Who objects, and why, as far as it is the reader's to know."""
        name = self.reads.name(objection.by)
        return f"{name} objects: {objection.reason}" if self.hears(objection) else f"{name} objects"

    def sees(self, side: SideName) -> bool:
        """Whether a side's way to its answer is shown to the reader."""
        return self.staff or side == "client"

    def named(self, side: SideName) -> str:
        """A side by its name."""
        return self.reads.msp if side == "msp" else self.reads.client

    # On the ticket's page -----------------------------------------------------------------

    @property
    def in_short(self) -> str:
        """How a question stands in which the reader's company has a part."""
        approval = self.approval
        match approval.outcome:
            case "acted":
                done = f"{self.asker} has already done it, at {self.reads.time(approval.opened)}"
                theirs = (self.objects(one) for one in approval.objections if self.hears(one))
                return f"{self.takes}: {'. '.join([done, *theirs])}"
            case "undecided":
                why = "Nobody may agree to it" if self.nobody_may else "Nobody has decided it in time"
                return f"{self.takes}: undecided. {why}, so it is not done"
            case "asked":
                open_ones = "; ".join(f"{whose}: {how}" for whose, how in self.stands.items())
                return f"{self.takes}: not decided yet. {open_ones}"
        return ruling(approval)
