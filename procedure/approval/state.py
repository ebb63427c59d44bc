"""One approval: a question put to those with the authority for it, answered once.

On each side that has to agree (the MSP's, the client's) it climbs a ladder of its own: somebody
is asked, reminded, and then the next one. A "no" from either side ends it, and no answer is
never a yes. Whether somebody has the authority is judged when they decide (``procedure.approval.deciders``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Literal

from procedure.approval.deciders import (
    Bench,
    Decider,
    Findings,
    Inquiry,
    SideName,
    Turn,
    Verdict,
)
from procedure.book.authority import Consent, TableLine, amount, reasons
from procedure.book.proposal import Proposal
from procedure.book.severity import Severity
from procedure.bounds import LONGEST_LINE
from procedure.climbing import Rules
from procedure.kinds import Kind
from procedure.ladder import Ahead, Due, Ladder
from procedure.record import Entry, Notice, Refused, Told
from procedure.wording import cut, possessive, weight

Outcome = Literal["asked", "approved", "denied", "undecided", "withdrawn", "acted"]


class ApprovalNotice(StrEnum):
    """What somebody is told about an approval; each has a mail of its own."""

    ASKED = "asked"
    REMINDED = "reminded"
    RECEIPT = "receipt"
    RULED = "ruled"
    UNDECIDED = "undecided"
    ACTED = "acted"
    OBJECTED = "objected"
    ALARM = "alarm"


@dataclass(frozen=True)
class Put:
    """Somebody the question was put to: on which side, when, until when, through the link of which visit."""

    person: str
    side: SideName
    level: str
    line: TableLine
    at: datetime
    due: datetime | None
    visit: int
    role: str = ""
    instead_of: str = ""


@dataclass(frozen=True)
class Decision:
    """What somebody answered, and under which line of the table at which version of the procedure.

    ``void`` is set when they say that it was not them, ``lapsed`` when it is not enough any more.
    """

    by: str
    side: SideName
    level: str
    line: TableLine | None
    version: str
    yes: bool
    at: datetime
    via: str = ""
    reason: str = ""
    conditions: str = ""
    void: bool = False
    lapsed: bool = False


@dataclass(frozen=True)
class Objection:
    """What somebody says who would have been asked, had there been the time."""

    by: str
    at: datetime
    reason: str
    via: str = ""


@dataclass(frozen=True)
class Side:
    """One side's way to its answer, a ladder of those who may give it: ``needed`` people must say yes."""

    name: SideName
    ladder: Ladder
    needed: int = 1

    @property
    def settled(self) -> bool:
        return self.ladder.settled


@dataclass(frozen=True)
class Subject:
    """What an approval knows of the ticket it is about: its workflow's id, and what it was when it asked.

    What is planned ahead has no helpdesk: for a prevention proposal's item ``title`` is its name, for a
    problem's fix what comes again.
    """

    ticket: str
    client: str
    helpdesk: str
    number: str
    title: str
    severity: Severity
    reason: str = ""
    pace: float = 1.0
    drill: bool = False


@dataclass(frozen=True)
class Ruling:
    """How an approval stands, as its ticket hears it: its number, its outcome, who decided, what and why."""

    number: int
    outcome: Outcome
    text: str
    waits_for_client: bool = False
    undecided_at: datetime | None = None
    decided_by: tuple[str, ...] = ()
    on_condition: bool = False


@dataclass(frozen=True)
class Approval(Told):
    """One approval and where it stands.

    ``own`` is the line under which the one who asks decides for the MSP alone, ``first`` the one
    under which they have acted first. ``barred`` are those who say that a decision was not theirs:
    their link may be in other hands.
    """

    id: str
    ticket: str
    client: str
    helpdesk: str
    number: str
    title: str
    severity: Severity
    asker: str
    opened: datetime
    proposal: Proposal
    version: str
    reason: str = ""
    msp: str = ""
    pace: float = 1.0
    drill: bool = False
    meaning: str = ""
    price: str = ""
    currency: str = ""
    own: TableLine | None = None
    first: TableLine | None = None
    consent: tuple[Consent, ...] = ()
    code: bool = False
    undecided_to: str = ""
    outcome: Outcome = "asked"
    sides: tuple[Side, ...] = ()
    asked: tuple[Put, ...] = ()
    decisions: tuple[Decision, ...] = ()
    objections: tuple[Objection, ...] = ()
    barred: tuple[str, ...] = ()
    notices: tuple[Notice[ApprovalNotice], ...] = field(default=(), kw_only=True)

    @property
    def over(self) -> bool:
        """Whether nothing is asked any more."""
        return self.outcome != "asked"

    @property
    def of_ticket(self) -> bool:
        """Whether a ticket asks it, and not what is planned ahead (``procedure.path.asking``)."""
        return self.origin == "ticket"

    @property
    def origin(self) -> str:
        """What asks it: a ticket, a problem, or prevention."""
        return self.ticket.partition("-")[0]

    @property
    def asked_on(self) -> str:
        """On whose page it was asked: a ticket's, a problem's, or a proposal's."""
        return "proposal" if self.origin == "prevention" else self.origin

    @property
    def unpresented(self) -> bool:
        """Somebody else has to be asked on a side: who that is must be looked up."""
        return not self.over and any(not s.settled and not s.ladder.presented for s in self.sides)

    @property
    def to_look_up(self) -> bool:
        return self.unpresented

    @property
    def waits_for_client(self) -> bool:
        """Only the client's answer is missing: the technical clock stands still meanwhile."""
        return not self.over and all(s.settled == (s.name == "msp") for s in self.sides)

    def waits_for(self, notice: Notice[ApprovalNotice]) -> Side | None:
        """The side on which what a notice asks is still its reader's to answer."""
        return next((one for one in self.sides if one.ladder.waits_for(notice.to, notice.visit)), None)

    def side(self, name: SideName) -> Side | None:
        return next((side for side in self.sides if side.name == name), None)

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """On what conditions it is agreed: who says so, and the words."""
        return tuple((one.by, one.conditions) for one in self.standing() if one.yes and one.conditions)

    def why_client(self, agreed: str = "it is agreed so", hours: str = "their hours") -> tuple[str, ...]:
        """Why the client must agree, each in words."""
        return reasons(self.consent, amount(self.proposal.cost, self.currency), agreed, hours)

    def standing(self) -> tuple[Decision, ...]:
        """The decisions that count."""
        return tuple(one for one in self.decisions if not one.void and not one.lapsed)

    def matters(self, notice: Notice[ApprovalNotice]) -> bool:
        """Whether a notice that could not be delivered yet should still be tried."""
        if notice.kind not in (ApprovalNotice.ASKED, ApprovalNotice.REMINDED):
            return True
        return not self.over and self.waits_for(notice) is not None

    def visit_of(self, person: str) -> int:
        """The turn in which somebody was asked last; 0 if they never were."""
        return next((put.visit for put in reversed(self.asked) if put.person == person), 0)


# Asking -----------------------------------------------------------------------------------

FARTHEST = timedelta(days=366)
"""How far ahead something can be planned, or decided."""

JUST_NOW = timedelta(hours=1)
"""How long ago the begin of what is asked may be: whoever writes a time takes a while."""


def may_be_put(proposal: Proposal, now: datetime) -> None:
    """Raises Refused if nobody can be asked that, whoever may decide it."""
    for at in (proposal.begins, proposal.by_when, proposal.until):
        if at and at > now + FARTHEST:
            raise Refused(at, " is too far away: name a time within a year.")
    if proposal.begins and proposal.begins < now - JUST_NOW:
        raise Refused(proposal.begins, " is over: leave the begin out for at once.")
    if not proposal.what.strip():
        raise Refused("Say what exactly is to be done.")
    if not proposal.option and not proposal.action:
        raise Refused("Say which action of the authority table it is.")


def put(
    about: Subject, ident: str, proposal: Proposal, asker: str, findings: Findings, now: datetime
) -> Approval:
    """The question as it is put first: to whoever may decide it on each side that has to agree."""
    approval = Approval(
        id=ident,
        ticket=about.ticket,
        client=about.client,
        helpdesk=about.helpdesk,
        number=about.number,
        title=about.title,
        severity=about.severity,
        reason=about.reason,
        asker=asker,
        opened=now,
        proposal=proposal,
        version=findings.version,
        msp=findings.msp_name,
        pace=about.pace,
        drill=about.drill,
        meaning=findings.meaning,
        price=findings.price,
        currency=findings.currency,
        own=findings.own,
        first=findings.first,
        consent=findings.consent,
        code=findings.code,
        undecided_to=findings.undecided,
        names=findings.names,
    )
    if findings.first:
        return _acted(approval, findings, now)
    sides = []
    if findings.needed:
        sides.append(Side("msp", Ladder((), planned=now), findings.needed))
    if findings.consent:
        sides.append(Side("client", Ladder((), planned=now)))
    asks = Entry(now, Kind.ASKS, asker, what=proposal.action)
    approval = replace(approval, sides=tuple(sides)).noted(asks)
    if findings.own:
        own = Entry(now, Kind.MAY_DECIDE, person=asker, place=findings.msp_name, words=str(findings.own))
        approval = approval.noted(own)
    if findings.consent:
        approval = approval.noted(Entry(now, Kind.CLIENT_MUST_AGREE, words=", ".join(approval.why_client())))
    return present(approval, findings, now)


def _acted(approval: Approval, findings: Findings, now: datetime) -> Approval:
    """Done first in an emergency: whoever would have been asked is told, and can object."""
    acts = Entry(now, Kind.ACTS, approval.asker, what=approval.proposal.action, words=str(findings.first))
    approval = replace(approval, outcome="acted").noted(acts)
    sides: tuple[tuple[SideName, Bench], ...] = (("msp", findings.msp), ("client", findings.contacts))
    for name, bench in sides:
        for decider in bench.deciders[:1]:
            approval = replace(approval, asked=(*approval.asked, _put(decider, name, now, None, 1)))
    people = [one.person for one in approval.asked] or [approval.undecided_to]
    return approval.tell(ApprovalNotice.ACTED, *people)


def inquiry(approval: Approval, now: datetime) -> Inquiry:
    """What has to be known to put it before the next one, or to judge a decision."""
    turns = {side.name: _turn(approval, side, now) for side in approval.sides}
    return Inquiry(
        client=approval.client,
        severity=approval.severity,
        # What management's option stands for was found when it was put.
        proposal=replace(approval.proposal, option=""),
        asker=approval.asker,
        now=now,
        pace=approval.pace,
        msp=turns.get("msp", Turn()),
        contacts=turns.get("client", Turn()),
        fresh=False,
        names=approval.names,
    )


def _turn(approval: Approval, side: Side, now: datetime) -> Turn:
    decided = tuple(decision.by for decision in approval.standing())
    by_when = approval.proposal.by_when
    turns = side.ladder.asked
    had = [one.level for one in approval.asked if one.person in turns and one.side == side.name]
    return Turn(
        asked=(*turns, *decided, *approval.barred),
        levels=tuple(dict.fromkeys(had)) if by_when and now >= by_when else (),
        planned=side.ladder.planned,
    )


def present(approval: Approval, findings: Findings, now: datetime) -> Approval:
    """Ask whoever is next on each side that waits for it; with nobody left it is undecided."""
    approval = replace(approval, undecided_to=findings.undecided or approval.undecided_to)
    if findings.refusal:
        approval = approval.noted(Entry(now, Kind.MISSING, words=findings.refusal))
    waiting = [side for side in approval.sides if not side.settled and not side.ladder.presented]
    benches = [(side, findings.msp if side.name == "msp" else findings.contacts) for side in waiting]
    missing = dict.fromkeys(one for _, bench in benches for one in bench.missing)
    approval = approval.found(findings.names, tuple(missing), now)
    asked = approval
    for side, bench in benches:
        if not bench.deciders or bench.due is None:
            return _undecided(approval, side, now)  # then nobody is asked in vain on the other side
        asked = _ask(asked, side, bench, bench.due, findings, now)
    return asked


def _ask(
    approval: Approval, side: Side, bench: Bench, due: datetime, findings: Findings, now: datetime
) -> Approval:
    decider = bench.deciders[0]
    ladder = side.ladder.renewed(tuple(one.person for one in bench.deciders))
    ladder = ladder.present(decider.person, due, remind=bench.remind, ahead=bench.ahead)
    asked = _put(decider, side.name, now, due, ladder.visit)
    approval = replace(_with(approval, side, ladder), asked=(*approval.asked, asked))
    level = decider.level if side.name == "msp" else ""
    put_to = Entry(now, Kind.PUT_TO, person=decider.person, other=decider.instead_of, place=level, due=due)
    approval = approval.noted(put_to)
    approval = approval.tell(ApprovalNotice.ASKED, decider.person)
    for channel in findings.channels.get(decider.person, ()) if findings.every_channel else ():
        approval = approval.tell(ApprovalNotice.ASKED, decider.person, channel=channel)
    return approval


def _put(decider: Decider, side: SideName, now: datetime, due: datetime | None, visit: int) -> Put:
    return Put(
        decider.person, side, decider.level, decider.line, now, due, visit, decider.role, decider.instead_of
    )


# Time -------------------------------------------------------------------------------------


def dues(approval: Approval) -> Iterator[Due[Approval]]:
    """What time does to it: the next one is asked, or who is asked is reminded."""
    sides = () if approval.over else approval.sides
    for side in sides:
        why = f"{possessive(approval.name(side.ladder.holder))} time to answer"
        yield from side.ladder.runs_out(why, partial(_unanswered, approval))
    for side in sides:
        yield from side.ladder.reminds(approval.name(side.ladder.holder), partial(_remind, approval, side))


def _unanswered(approval: Approval, now: datetime) -> Approval:
    """On both sides at once, if both are late: the next ones are looked up together."""
    for side in approval.sides:
        if side.ladder.overdue(now):
            silent = Entry(now, Kind.SILENT, person=side.ladder.holder)
            approval = _next(approval.noted(silent), side, now)
    return approval


def _remind(approval: Approval, side: Side, now: datetime) -> Approval:
    approval = _with(approval, side, side.ladder.reminded())
    return approval.tell(ApprovalNotice.REMINDED, side.ladder.holder)


def forecast(approval: Approval) -> tuple[Ahead, ...]:
    """What happens if nobody answers: who is asked when, until nobody is left (``who`` is then empty)."""
    if approval.over:
        return ()
    steps = sorted(step for side in approval.sides if not side.settled for step in side.ladder.ahead)
    ends = next((n for n, step in enumerate(steps) if not step.who), len(steps) - 1)
    return tuple(steps[: ends + 1])


def undeliverable(approval: Approval, notice: Notice[ApprovalNotice], why: str, now: datetime) -> Approval:
    """A notice cannot reach its person: say so, and ask the next one at once."""
    approval = approval.undelivered(notice, why, now)
    asking = notice.kind in (ApprovalNotice.ASKED, ApprovalNotice.REMINDED)
    side = approval.waits_for(notice) if asking and not approval.over else None
    return approval if side is None or notice.channel else _next(approval, side, now)


def _next(approval: Approval, side: Side, now: datetime) -> Approval:
    return _with(approval, side, side.ladder.climb(now))


def _undecided(approval: Approval, side: Side, now: datetime) -> Approval:
    """No answer is never a yes: nobody is left to ask, or nobody there may decide it at all, and a named
    person of the MSP is to find somebody."""
    whose = approval.msp if side.name == "msp" else "the client"
    kind = Kind.UNDECIDED if any(one.side == side.name for one in approval.asked) else Kind.NOBODY_MAY
    return _finish(approval, "undecided", Entry(now, kind, person=approval.undecided_to, place=whose))


RULES = Rules(dues=dues, question=inquiry, present=present, undeliverable=undeliverable)


# What people say --------------------------------------------------------------------------


def decide(
    approval: Approval,
    by: str,
    yes: bool,
    verdict: Verdict,
    now: datetime,
    *,
    visit: int = 0,
    code: bool | None = None,
    reason: str = "",
    conditions: str = "",
    via: str = "",
) -> Approval:
    """Yes or no, by somebody with the authority at this instant, who is never the one who asks."""
    must_be_open(approval, by, yes, visit, code)
    side = decides_for(approval, verdict)
    if weight(conditions) > LONGEST_LINE:
        raise Refused("Say your conditions in fewer words: whoever does it has to keep them in mind.")
    decision = Decision(
        by,
        verdict.side,
        verdict.level,
        verdict.line,
        verdict.version,
        yes,
        now,
        via,
        cut(
            _required(reason, "why not: the one who asks is told") if not yes else reason.strip(),
            LONGEST_LINE,
        ),
        conditions.strip(),
    )
    names = approval.names | ({by: verdict.name} if verdict.name else {})
    approval = replace(approval, decisions=(*approval.decisions, decision), names=names)
    approval = approval.noted(answered(decision)).tell(ApprovalNotice.RECEIPT, by)
    if not yes:
        return _settled(approval, "denied", now, by)
    if verdict.side == "msp" and set(verdict.consent) - set(approval.consent):
        approval = _with_client(approval, verdict.consent, now)
    return _agreed(approval, side, by, now)


def _with_client(approval: Approval, why: tuple[Consent, ...], now: datetime) -> Approval:
    """By now consent is needed to more than when it was asked: at night nothing is down in their hours.

    What the client has said so far was about less.
    """
    others = tuple(one for one in approval.sides if one.name != "client")
    decisions = tuple(replace(one, lapsed=one.lapsed or one.side == "client") for one in approval.decisions)
    before = approval.side("client")
    ladder = before.ladder.afresh(now) if before else Ladder((), planned=now)
    approval = replace(approval, sides=(*others, Side("client", ladder)), decisions=decisions, consent=why)
    return approval.noted(Entry(now, Kind.CLIENT_MUST_AGREE_NOW, words=", ".join(approval.why_client())))


def decides_for(approval: Approval, verdict: Verdict) -> Side:
    """The side somebody answers for; raises Refused without the authority, or if it needs no answer."""
    if verdict.refusal:
        raise Refused(verdict.refusal)
    side = approval.side(verdict.side)
    if side is None:
        raise Refused("Your side does not have to agree to it.")
    if side.settled:
        raise Refused("Your side has agreed already; only the other side's answer is missing.")
    return side


def _agreed(approval: Approval, side: Side, by: str, now: datetime) -> Approval:
    """One more yes on a side: it is settled, or one more person is asked, if nobody is being asked."""
    if len([one for one in approval.standing() if one.side == side.name]) < side.needed:
        approval = approval.noted(Entry(now, Kind.ONE_MORE))
        # Who was silent in their turn is asked again: there may be no others.
        return _with(approval, side, side.ladder.afresh(now)) if side.ladder.holder == by else approval
    approval = _with(approval, side, side.ladder.settle())
    if all(one.settled for one in approval.sides):
        return _settled(approval, "approved", now, by)
    return approval


def withdraw(approval: Approval, by: str, reason: str, now: datetime, via: str = "") -> Approval:
    """It is not needed any more: everyone who was asked is told. ``by`` is empty for the ticket itself."""
    if approval.over:
        raise Refused(already(approval))
    if by not in ("", approval.asker):
        raise Refused(f"{approval.name(approval.asker)} has asked, and alone can withdraw it.")
    why = _required(reason, "why it is not needed any more")
    return _finish(approval, "withdrawn", Entry(now, Kind.WITHDRAWN, by, via, words=why))


def contest(approval: Approval, by: str, now: datetime, via: str = "") -> Approval:
    """ "This was not me": the decision is void, the question open again, and the MSP is alarmed."""
    void = next((one for one in approval.standing() if one.by == by), None)
    if void is None and by in approval.barred:
        return approval
    if void is None:
        raise Refused("No decision of yours counts here.")
    decisions = tuple(replace(one, void=one.void or one is void) for one in approval.decisions)
    approval = replace(approval, decisions=decisions, barred=(*approval.barred, by))
    contested = Entry(now, Kind.CONTESTED, by, via, what="yes" if void.yes else "no")
    approval = approval.noted(contested)
    told = (approval.undecided_to, approval.asker, *_everyone(approval))
    approval = approval.tell(ApprovalNotice.ALARM, *(one for one in told if one != by), why=contested)
    still_no = any(not one.yes for one in approval.standing())
    if still_no or approval.outcome in ("withdrawn", "undecided"):
        return approval
    return _open_again(approval, now)


def _open_again(approval: Approval, now: datetime) -> Approval:
    """A side that has not agreed is asked anew, unless somebody is just asked; who agreed has agreed."""
    approval = replace(approval, outcome="asked")
    for side in approval.sides:
        agreed = len([one for one in approval.standing() if one.side == side.name]) >= side.needed
        if not agreed and side.ladder.due is None:
            approval = _with(approval, side, side.ladder.afresh(now))
    return approval.noted(Entry(now, Kind.NOTHING_DECIDED))


def object_to(approval: Approval, by: str, reason: str, now: datetime, via: str = "") -> Approval:
    """Somebody who would have been asked does not agree with what was done first; it is recorded."""
    if approval.outcome != "acted":
        raise Refused("Nobody has acted first here: there is nothing to object to.")
    if by == approval.asker or by not in (*_everyone(approval), approval.undecided_to):
        raise Refused(f"{approval.name(by)} would not have been asked.")
    if any(one.by == by for one in approval.objections):
        return approval
    why = cut(_required(reason, "what you object to"), LONGEST_LINE)
    approval = replace(approval, objections=(*approval.objections, Objection(by, now, why, via)))
    objected = Entry(now, Kind.OBJECTED, by, via, words=why)
    approval = approval.noted(objected)
    told = (approval.asker, approval.undecided_to, *_everyone(approval))
    return approval.tell(ApprovalNotice.OBJECTED, *(one for one in told if one != by), why=objected)


def must_be_open(approval: Approval, by: str, yes: bool, visit: int = 0, code: bool | None = None) -> None:
    """Raises Refused for a decision that can't count, whoever has the authority.

    ``code`` says whether the code from the mail was typed; None where it is not asked for.
    """
    if approval.over:
        raise Refused(already(approval))
    if mine := next((one for one in approval.standing() if one.by == by), None):
        raise Refused(_said_already(approval, mine))
    if by == approval.asker:
        raise Refused("You have asked: somebody else has to decide.")
    if by in approval.barred:
        raise Refused("You have said that a decision of yours was not you: somebody else decides now.")
    if visit:
        _must_be_their_turn(approval, by, visit)
    if yes and approval.code and code is False:
        raise Refused("A yes needs the code that stands in the mail that asked you: type it below.")


def _said_already(approval: Approval, mine: Decision) -> str:
    side = approval.side(mine.side)
    settled = side is not None and side.settled
    rest = "the other side has still to decide" if settled else "somebody else is asked now"
    return f"You have said {'yes' if mine.yes else 'no'} already; {rest}."


def _must_be_their_turn(approval: Approval, by: str, visit: int) -> None:
    """A link is about one turn: when the question has gone on, it decides nothing any more."""
    turn = next((one for one in approval.asked if one.person == by and one.visit == visit), None)
    side = approval.side(turn.side) if turn else None
    if turn is None or side is None or not side.ladder.about(visit) or side.ladder.holder != by:
        holder = side.ladder.holder if side else ""
        raise Refused(f"It has gone on to {approval.name(holder)}." if holder else "It has gone on.")


# How it stands ----------------------------------------------------------------------------


def ruling(approval: Approval) -> str:
    """Who decided what, and why, in one sentence: everyone is told the same."""
    action, takes = approval.proposal.action, f" ({approval.price})" if approval.price else ""
    if approval.outcome == "acted":
        return f"{approval.name(approval.asker)} has acted first: {action}{takes}"
    if approval.outcome in ("undecided", "withdrawn"):
        why = "".join(map(approval.sentence, last_word(approval))) or approval.outcome
        return f"{action}{takes}: {why[0].lower()}{why[1:]}"
    if approval.outcome == "asked":
        return f"{action}{takes}: not decided yet"
    said = [
        approval.sentence(answered(one))
        for one in approval.standing()
        if one.yes == (approval.outcome == "approved")
    ]
    if approval.own and approval.outcome == "approved":
        said.insert(0, f"{approval.name(approval.asker)} decides it for {approval.msp}")
    conditional = " on condition" if approval.outcome == "approved" and approval.conditions else ""
    return f"{action}{takes}: {approval.outcome}{conditional}. {'. '.join(said)}"


def ruling_for_ticket(approval: Approval) -> Ruling:
    """How an approval stands, in its ticket's words; objections belong to it there."""
    objections = [f". {approval.name(one.by)} objects: {one.reason}" for one in approval.objections]
    return Ruling(
        number=int(approval.id.rpartition("-")[2]),
        outcome=approval.outcome,
        text=f"{ruling(approval)}{''.join(objections)}",
        waits_for_client=approval.waits_for_client,
        undecided_at=next((step.at for step in forecast(approval) if not step.who), None),
        decided_by=tuple(decision.by for decision in approval.standing()),
        on_condition=approval.outcome == "approved" and bool(approval.conditions),
    )


def already(approval: Approval) -> str:
    """What hears who comes too late: that it is over, and how it was decided."""
    over: dict[Outcome, str] = {"acted": "done", "undecided": "over"}
    return f"It is {over.get(approval.outcome, approval.outcome)} already: {ruling(approval)}"


def last_word(approval: Approval) -> tuple[Entry, ...]:
    """The line of the record that says why it ended without a decision; empty if it did not."""
    last = (Kind.UNDECIDED, Kind.NOBODY_MAY, Kind.WITHDRAWN)
    return tuple(one for one in approval.record if one.kind in last)[-1:]


def answered(decision: Decision) -> Entry:
    """What somebody answered, as a fact: "Raj Patel (engineering) says yes, on condition: after 18:00"."""
    return Entry(
        decision.at,
        Kind.SAYS_YES if decision.yes else Kind.SAYS_NO,
        decision.by,
        decision.via,
        place=decision.level if decision.side == "msp" else "",
        what=decision.conditions,
        words=decision.reason,
    )


def _settled(approval: Approval, outcome: Outcome, now: datetime, by: str) -> Approval:
    """Somebody's word has decided it."""
    decided = ruling(replace(approval, outcome=outcome))
    return _finish(approval, outcome, Entry(now, Kind.SETTLED, by, what=outcome, words=decided))


def _finish(approval: Approval, outcome: Outcome, how: Entry) -> Approval:
    """Nothing is asked any more; everyone who was asked, and the one who asked, hear the same."""
    sides = tuple(replace(one, ladder=one.ladder.settle()) for one in approval.sides)
    approval = replace(approval, outcome=outcome, sides=sides).noted(how)
    by, told = how.by, (approval.asker, *_everyone(approval))
    if outcome == "undecided":
        approval = approval.tell(ApprovalNotice.UNDECIDED, approval.undecided_to)
        by = approval.undecided_to
    return approval.tell(ApprovalNotice.RULED, *(one for one in told if one != by))


def _everyone(approval: Approval) -> tuple[str, ...]:
    """All who were asked, or have decided."""
    asked = (*(one.person for one in approval.asked), *(one.by for one in approval.decisions))
    return tuple(dict.fromkeys(asked))


def _with(approval: Approval, side: Side, ladder: Ladder) -> Approval:
    """With one side's ladder as it stands now."""
    sides = tuple(replace(one, ladder=ladder) if one.name == side.name else one for one in approval.sides)
    return replace(approval, sides=sides)


def _required(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"Say {what}.")
    return text.strip()
