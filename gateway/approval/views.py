"""What the page of an approval shows each reader, besides how the approval stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from procedure.approval.deciders import SideName, judge
from procedure.approval.state import (
    Approval,
    Decision,
    Objection,
    Outcome,
    Put,
    decides_for,
    inquiry,
    must_be_open,
    ruling,
)
from procedure.approval.words import ApprovalWords
from procedure.book.procedure import Procedure
from procedure.book.reader import reader
from procedure.record import Refused
from procedure.wording import possessive
from runtime.links import Address, Links, Purpose


def code_address(approval: Approval, address: Address) -> Address | None:
    """The link whose code a reader has to type: theirs, or the one of the mail that asked them last.

    None for somebody who was never sent a code.
    """
    put = _put(approval, address)
    return Address(address.purpose, address.ticket, address.person, put.visit) if put else None


def approval_facts(
    book: Procedure, links: Links, approval: Approval, address: Address, now: datetime
) -> dict[str, Any]:
    """All that a person's page of an approval shows."""
    reads = reader(book, address.person, approval.client, now, approval.pace, approval.name)
    cannot, put = _cannot(book, approval, address, now), _put(approval, address)
    late = bool(cannot and put and not _cannot(book, approval, replace(address, visit=0), now))
    view = ApprovalPageView(approval, reads, put, cannot, late)
    return {
        **reads.facts(),
        "approval": approval,
        "reading": view,
        "address": address,
        "drill": approval.drill,
        "staff": view.staff,
        "asker_url": links.url(asks) if (asks := _what_asks(approval, view.staff, address.person)) else "",
        "cannot": cannot,
        "late": late,
        "may_object": _may_object(approval, address.person),
        "may_withdraw": address.person == approval.asker and not approval.over,
        "version": approval.written,
    }


def _what_asks(approval: Approval, staff: bool, person: str) -> Address | None:
    """The page of what asks it: of a ticket for all of the MSP, of anything else for who has asked."""
    if approval.of_ticket:
        return Address("staff", approval.ticket, person) if staff else None
    purpose: Purpose = "problem" if approval.origin == "problem" else "prevention"
    return Address(purpose, approval.ticket, person) if person == approval.asker else None


def _put(approval: Approval, address: Address) -> Put | None:
    """The turn in which the reader was asked: the link's own, or the last one."""
    puts = [one for one in approval.asked if one.person == address.person]
    exact = [one for one in puts if one.visit == address.visit]
    return next(reversed(exact or puts), None)


def _cannot(book: Procedure, approval: Approval, address: Address, now: datetime) -> str:
    """Why the reader can't decide; empty if they can."""
    person = address.person
    try:
        must_be_open(approval, person, yes=True, visit=address.visit)
        decides_for(approval, judge(book, inquiry(approval, now), person))
    except Refused as refused:
        return str(refused)
    if approval.code and code_address(approval, address) is None:
        return "You were not asked yet: to decide it, you need the code from the mail that asks you."
    return ""


def _may_object(approval: Approval, person: str) -> bool:
    told = any(one.person == person for one in approval.asked)
    return approval.outcome == "acted" and told and all(one.by != person for one in approval.objections)


@dataclass(frozen=True)
class ApprovalPageView(ApprovalWords):
    """One approval, and who reads its page: ``put`` is the turn in which they were asked, ``cannot`` why they
    can't decide it through this link, ``late`` that they still could otherwise."""

    put: Put | None
    cannot: str
    late: bool

    @property
    def person(self) -> str:
        return self.reads.person

    @property
    def mine(self) -> Decision | None:
        """What the reader has decided."""
        return next((one for one in self.approval.standing() if one.by == self.person), None)

    # On top -------------------------------------------------------------------------------

    @property
    def lead(self) -> str:
        """What the reader has to know first."""
        approval, put, now = self.approval, self.put, self.reads.now
        if approval.outcome == "acted":
            return f"It is critical, and could not wait: done {self.reads.time(approval.opened)}."
        if approval.over:
            return ruling(approval)
        if self.mine:
            recorded = f"Your {_yes(self.mine)} was recorded at {self.reads.time(self.mine.at)}."
            return f"{recorded} {self._still_to_decide(self.mine.side)}"
        if not self.cannot:
            waits = put and put.due and now and put.due > now
            return f"{self.asker} asks you for a decision{self.reads.by(put.due) if put and waits else ''}."
        if self.person == approval.asker:
            return self._you_have_asked
        if self.late and put and put.due and self._ran_out(put):
            why = f"{self.cannot[0].lower()}{self.cannot[1:]}"
            return f"You did not answer{self.reads.by(put.due)}: {why}"
        return self.cannot if put else "Not decided yet: nothing for you to do."

    def _ran_out(self, put: Put) -> bool:
        """Whether it has gone on since the time to answer was over, not since a mail did not arrive."""
        following = [one for one in self.approval.asked if one.side == put.side and one.visit > put.visit]
        return bool(following and put.due and following[0].at >= put.due)

    @property
    def more(self) -> Iterator[str]:
        """What else stands on top."""
        approval, mine = self.approval, self.mine
        for one in approval.objections:
            if one.by == self.person:
                yield f"Your objection was recorded at {self.reads.time(one.at)}. {self._told} told."
        if approval.over:
            if approval.outcome == "undecided":
                told = self.reads.name(approval.undecided_to) if self.staff else self.reads.msp
                yield f"No answer is never a yes. {told} has been told."
            if mine:
                yield f"You said {_yes(mine)} at {self.reads.time(mine.at)}."
        elif not mine:
            for void in approval.decisions:
                if void.void and self.sees(void.side):
                    name = self.reads.name(void.by)
                    says = f"{name} says that the {_yes(void)} in their name was not theirs"
                    yield f"{says}: so it is asked again."
            if approval.waits_for_client:
                yield f"Only {self._whose_answer} answer is missing."
            if self.cannot and not self.put and self.person != approval.asker:
                yield self.cannot

    def _still_to_decide(self, own: SideName) -> str:
        """Whose answer is missing, after the reader's own: Northwind has still to decide."""
        sides = [one for one in self.approval.sides if not one.settled]
        rest = [self.named(one.name) for one in sides if one.name != own]
        of_own = f"One more person of {self.named(own)} has to say yes." if len(rest) < len(sides) else ""
        others = (
            f"{' and '.join(rest)} {'has' if len(rest) == 1 else 'have'} still to decide." if rest else ""
        )
        return " ".join(filter(None, (of_own, others)))

    @property
    def _you_have_asked(self) -> str:
        """For the one who asks: whom, until when."""
        asked = [
            f"{self.reads.name(side.ladder.holder)} ({self.reads.by(side.ladder.due, 'until').strip()})"
            for side in self.approval.sides
            if side.ladder.holder and side.ladder.due
        ]
        if not asked:
            return "You have asked: the next person is just being told."
        return f"You have asked {' and '.join(asked)}."

    @property
    def _told(self) -> str:
        """Who hears of the reader's objection: "Bo Lind and Tom Adeyemi are"."""
        approval = self.approval
        told = [approval.asker, approval.undecided_to, *(one.person for one in approval.asked)]
        names = [self.reads.name(one) for one in told if one != self.person]
        names = list(dict.fromkeys(names if self.staff else [names[0], self.reads.msp]))
        return f"{', '.join(names[:-1])} and {names[-1]} are" if names[1:] else f"{names[0]} is"

    @property
    def _whose_answer(self) -> str:
        if self.staff:
            return possessive(self.reads.client)
        return "your company's" if self.cannot else "your"

    @property
    def read_by(self) -> str:
        """Who reads the reasons that somebody gives."""
        if self.staff:
            theirs = f", {self.reads.client} too" if self.approval.side("client") else ""
            return f"{self.asker} reads it, and everyone who was asked{theirs}."
        msps = f", at {self.reads.msp} and" if self.approval.side("msp") else ""
        return f"{self.asker} reads it, and everyone who was asked{msps} at your company."

    # What was said ------------------------------------------------------------------------

    @property
    def puts(self) -> list[Put]:
        """Who was asked, as far as the reader may know."""
        return [one for one in self.approval.asked if self.sees(one.side)]

    @property
    def objections(self) -> list[Objection]:
        return [one for one in self.approval.objections if self.hears(one)]

    @property
    def shown(self) -> list[Decision]:
        """The answers: of what the MSP has said a contact reads what the ruling rests on."""
        rests_on: dict[Outcome, bool] = {"approved": True, "denied": False}
        ruled = rests_on.get(self.approval.outcome)
        return [
            one
            for one in self.approval.decisions
            if self.sees(one.side) or (not self.uncounted(one) and one.yes == ruled)
        ]


def _yes(decision: Decision) -> str:
    return "yes" if decision.yes else "no"
