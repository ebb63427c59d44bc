"""An approval in words, as each of its readers may know it: contacts read their own side of it, and what
was ruled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from procedure.approval.deciders import SideName
from procedure.approval.state import Approval, Decision, Put, Side, ruling
from procedure.book.procedure import Procedure
from procedure.book.reader import Reader, reader


@dataclass(frozen=True)
class ApprovalReader:
    """One approval, and who reads it when."""

    book: Procedure
    approval: Approval
    person: str
    now: datetime

    @cached_property
    def reads(self) -> Reader:
        approval = self.approval
        return reader(self.book, self.person, approval.client, self.now, approval.pace, approval.name)

    @property
    def staff(self) -> bool:
        return self.reads.staff

    @property
    def whose(self) -> str:
        """The client's name."""
        return self.reads.client

    @property
    def subject(self) -> str:
        """What it is about, and what it takes: "failover (2 hours down)"."""
        proposal, takes = self.approval.proposal, self.approval.price
        return f"{proposal.option or proposal.action}{f' ({takes})' if takes else ''}"

    @property
    def mine(self) -> Decision | None:
        """What the reader has decided."""
        return next((one for one in self.approval.standing() if one.by == self.person), None)

    def time(self, at: datetime) -> str:
        return self.reads.time(at)

    def name(self, ident: str) -> str:
        return self.reads.name(ident)

    def named(self, side: SideName) -> str:
        """A side by its name."""
        return self.book.name if side == "msp" else self.whose

    def sees(self, side: SideName) -> bool:
        """Whether a side's way to its answer is shown to the reader."""
        return self.staff or side == "client"


# On top -----------------------------------------------------------------------------------


def headline(reading: ApprovalReader) -> str:
    """What it is: a question, or how that was decided."""
    approval, asker = reading.approval, reading.name(reading.approval.asker)
    match approval.outcome:
        case "asked":
            return f"{asker} asks: {reading.subject}"
        case "acted":
            return f"{asker} has already done it: {reading.subject}"
    conditional = " on condition" if approval.outcome == "approved" and approval.conditions else ""
    return f"{approval.outcome.capitalize()}{conditional}: {reading.subject}"


def lead(reading: ApprovalReader, put: Put | None, cannot: str, late: bool) -> str:
    """What the reader has to know first. ``cannot`` is why they can't decide it through this link,
    ``late`` that they still could otherwise."""
    approval, asker = reading.approval, reading.name(reading.approval.asker)
    if approval.outcome == "acted":
        return f"It is critical, and could not wait: done {reading.time(approval.opened)}."
    if approval.over:
        return ruling(approval)
    if reading.mine:
        return f"{_recorded(reading.mine, reading)} {_still_to_decide(reading, reading.mine.side)}"
    if not cannot:
        by = f" by {reading.time(put.due)}" if put and put.due and put.due > reading.now else ""
        return f"{asker} asks you for a decision{by}."
    if reading.person == approval.asker:
        return _you_have_asked(reading)
    if late and put and put.due and _ran_out(approval, put):
        return f"You did not answer by {reading.time(put.due)}: {cannot[0].lower()}{cannot[1:]}"
    return cannot if put else "Not decided yet: nothing for you to do."


def _ran_out(approval: Approval, put: Put) -> bool:
    """Whether it has gone on since the time to answer was over, not since a mail did not arrive."""
    following = [one for one in approval.asked if one.side == put.side and one.visit > put.visit]
    return bool(following and put.due and following[0].at >= put.due)


def more(reading: ApprovalReader, put: Put | None, cannot: str) -> Iterator[str]:
    """What else stands on top."""
    approval, mine = reading.approval, reading.mine
    for one in approval.objections:
        if one.by == reading.person:
            yield f"Your objection was recorded at {reading.time(one.at)}. {_told(reading)} told."
    if approval.over:
        if approval.outcome == "undecided":
            told = reading.name(approval.undecided_to) if reading.staff else reading.book.name
            yield f"No answer is never a yes. {told} has been told."
        if mine:
            yield f"You said {_yes(mine)} at {reading.time(mine.at)}."
    elif not mine:
        yield from (f"{_void(one, reading)}: so it is asked again." for one in _void_ones(reading))
        if approval.waits_for_client:
            yield f"Only {_whose_answer(reading, cannot)} answer is missing."
        if cannot and not put and reading.person != approval.asker:
            yield cannot


def _yes(decision: Decision) -> str:
    return "yes" if decision.yes else "no"


def _recorded(decision: Decision, reading: ApprovalReader) -> str:
    return f"Your {_yes(decision)} was recorded at {reading.time(decision.at)}."


def _still_to_decide(reading: ApprovalReader, own: SideName) -> str:
    """Whose answer is missing, after the reader's own: Northwind has still to decide."""
    sides = [one for one in reading.approval.sides if not one.settled]
    rest = [reading.named(one.name) for one in sides if one.name != own]
    more_of_own = f"One more person of {reading.named(own)} has to say yes." if len(rest) < len(sides) else ""
    others = f"{' and '.join(rest)} {'has' if len(rest) == 1 else 'have'} still to decide." if rest else ""
    return " ".join(filter(None, (more_of_own, others)))


def _you_have_asked(reading: ApprovalReader) -> str:
    """For the one who asks: whom, until when."""
    asked = [
        f"{reading.name(side.ladder.holder)} (until {reading.time(side.ladder.due)})"
        for side in reading.approval.sides
        if side.ladder.holder and side.ladder.due
    ]
    if not asked:
        return "You have asked: the next person is just being told."
    return f"You have asked {' and '.join(asked)}."


def _told(reading: ApprovalReader) -> str:
    """Who hears of the reader's objection: "Bo Lind and Tom Adeyemi are"."""
    approval = reading.approval
    told = [approval.asker, approval.undecided_to, *(one.person for one in approval.asked)]
    names = [reading.name(one) for one in told if one != reading.person]
    names = list(dict.fromkeys(names if reading.staff else [names[0], reading.book.name]))
    return f"{', '.join(names[:-1])} and {names[-1]} are" if names[1:] else f"{names[0]} is"


def _void_ones(reading: ApprovalReader) -> list[Decision]:
    return [one for one in reading.approval.decisions if one.void and reading.sees(one.side)]


def _void(decision: Decision, reading: ApprovalReader) -> str:
    return f"{reading.name(decision.by)} says that the {_yes(decision)} in their name was not theirs"


def _whose_answer(reading: ApprovalReader, cannot: str) -> str:
    if reading.staff:
        return f"{reading.whose}'s"
    return "your company's" if cannot else "your"


def conditions(reading: ApprovalReader) -> Iterator[tuple[str, str]]:
    """On what conditions it is agreed: whose they are, and the words."""
    for one in reading.approval.standing() if reading.approval.outcome in ("asked", "approved") else ():
        if one.yes and one.conditions:
            seen = reading.approval.over or reading.sees(one.side)
            yield reading.name(one.by) if seen else reading.named(one.side), one.conditions


# The question -----------------------------------------------------------------------------


def when(reading: ApprovalReader) -> str:
    """When it is done: at once, from a time on, as the conditions allow, or when it was done already."""
    approval, begins = reading.approval, reading.approval.proposal.begins
    if approval.outcome == "acted":
        return f"done {reading.time(approval.opened)}"
    count = len(list(conditions(reading)))
    allowed = "the condition allows" if count == 1 else "the conditions allow"
    if not count:
        return reading.time(begins) if begins else "at once"
    return f"{reading.time(begins)}, as far as {allowed}" if begins else f"as soon as {allowed}"


def authority(reading: ApprovalReader, put: Put) -> str:
    """How far the reader may decide: "agree to up to 2 hours down"."""
    who = put.level if put.side == "msp" else reading.approval.name(put.person)
    line = put.line.removeprefix(f"{reading.approval.proposal.action}: ")
    reach = line.removeprefix(f"{who}, ") if line.startswith(f"{who}, ") else line
    verb = "approve" if put.side == "msp" else "agree"
    if reach.startswith("up to "):
        verb += " " if put.side == "msp" else " to "
    elif reach.startswith(("if ", "without ")):
        verb += " it " if put.side == "msp" else " to it "
    else:
        verb += ": "
    away = f"; instead of {reading.name(put.instead_of)}, who is away" if put.instead_of else ""
    role = f" (as {put.role})" if reading.staff and put.role else ""
    return f"{verb}{reach}{role}{away}"


def first(reading: ApprovalReader) -> str:
    """How far the authority reaches on which it was done first; for the MSP's people alone."""
    approval = reading.approval
    line = approval.first.removeprefix(f"{approval.proposal.action}: ")
    return line.removesuffix(", first in an emergency") if reading.staff else ""


def must_agree(reading: ApprovalReader) -> str:
    """Why the client must agree: "your company must agree: it costs GBP 1,800"."""
    approval = reading.approval
    agreed = "your agreement with them" if reading.staff else f"your agreement with {reading.book.name}"
    reasons = [reason.replace("it is agreed so", f"{agreed} says so") for reason in approval.consent]
    if reading.staff:
        return f"{'would have had to agree' if approval.first else 'must agree'}: {', '.join(reasons)}"
    reasons = [reason.replace("their hours", "your hours") for reason in reasons]
    verb = "would have had to agree" if approval.first else "must agree"
    return f"your company {verb}: {', '.join(reasons)}"


def read_by(reading: ApprovalReader) -> str:
    """Who reads the reasons that somebody gives."""
    approval, asker = reading.approval, reading.name(reading.approval.asker)
    if reading.staff:
        theirs = f", {reading.whose} too" if approval.side("client") else ""
        return f"{asker} reads it, and everyone who was asked{theirs}."
    msps = f", at {reading.book.name} and at your company" if approval.side("msp") else " at your company"
    return f"{asker} reads it, and everyone who was asked{msps}."


# How it stands ----------------------------------------------------------------------------


def stands(reading: ApprovalReader) -> Iterator[tuple[str, str]]:
    """How each side stands while nothing is decided: whose side it is, and what is known of it."""
    approval = reading.approval
    if approval.over:
        return
    if approval.own:
        asker = reading.name(approval.asker)
        yield reading.book.name, f"{asker} decides it ({approval.own})" if reading.staff else "agrees"
    for side in approval.sides:
        yield reading.named(side.name), _side(reading, side)


def _side(reading: ApprovalReader, side: Side) -> str:
    said = [one for one in reading.approval.standing() if one.side == side.name]
    if not reading.sees(side.name):
        words = ["agrees" if side.settled else "has not decided yet"]
        return "; ".join([*words, *(f"on condition: {one.conditions}" for one in said if one.conditions)])
    words = [_says(reading, one) for one in said]
    if side.needed > 1:
        words.append(f"{side.needed} people must say yes")
    if side.ladder.holder and side.ladder.due:
        words.append(f"{reading.name(side.ladder.holder)} is asked, until {reading.time(side.ladder.due)}")
    elif not side.settled:
        words.append("the next person is just being asked")
    return "; ".join(words)


def _says(reading: ApprovalReader, decision: Decision) -> str:
    on = f", on condition: {decision.conditions}" if decision.conditions else ""
    return f"{reading.name(decision.by)} says {_yes(decision)}{on}"


# On the ticket's page ---------------------------------------------------------------------


def in_short(reading: ApprovalReader) -> str:
    """How a question stands in which the reader's company has a part."""
    approval, asker = reading.approval, reading.name(reading.approval.asker)
    match approval.outcome:
        case "acted":
            objections = [one for one in approval.objections if one.by not in reading.book.people]
            done = f"{asker} has already done it, at {reading.time(approval.opened)}"
            theirs = [f"{reading.name(one.by)} objects: {one.reason}" for one in objections]
            text = f"{reading.subject}: {'. '.join([done, *theirs])}"
        case "undecided":
            text = f"{reading.subject}: undecided. Nobody has decided it in time, so it is not done"
        case "asked":
            open_ones = "; ".join(f"{whose}: {how}" for whose, how in stands(reading))
            text = f"{reading.subject}: not decided yet. {open_ones}"
        case _:
            text = ruling(approval)
    return text
