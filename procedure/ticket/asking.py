"""What a ticket asks of those who may decide: the question, and how it goes on with the answer.

The question itself is an approval of its own (``procedure.approval.state``). Here is what it means
for the ticket: granted on the spot, waiting for the client with the clock stopped, decided.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.approval.deciders import Findings, Inquiry
from procedure.approval.state import (
    Approval,
    Ruling,
    Subject,
    may_be_put,
    put,
    ruling_for_ticket,
)
from procedure.book.proposal import Proposal
from procedure.bounds import LONGEST_LINE
from procedure.kinds import Kind
from procedure.record import Entry, Refused
from procedure.ticket.pauses import resume_clock, stop_clock
from procedure.ticket.staff import must_be_on_tier, taken
from procedure.ticket.state import Asked, Note, NoticeKind, Pause, Ticket
from procedure.ticket.tiers import climb, resolved
from procedure.wording import cut


def approval_id(ticket: Ticket, number: int) -> str:
    """The id of an approval's workflow: ``approval-harbor-generic-42-1`` is the first of that ticket."""
    return f"approval-{ticket.id.removeprefix('ticket-')}-{number}"


QUESTIONS = 40 * 1024
"""Bytes that a ticket keeps of what it has asked. What was settled first goes first: its approval has it."""


def may_ask(
    ticket: Ticket,
    by: str,
    visit: int,
    proposal: Proposal,
    now: datetime,
) -> None:
    """Raises Refused if this can't be asked, whoever may decide it."""
    must_be_on_tier(ticket, by, visit)
    if sum(one.weight for one in (*open_questions(ticket), Asked(0, proposal, by, now))) > QUESTIONS:
        raise Refused(
            "More is asked already than anybody can answer: withdraw a question, or use fewer words."
        )
    may_be_put(proposal, now)
    if proposal.option and not ticket.top:
        raise Refused(f"{proposal.option!r} is for management to decide: hand the ticket on to it.")
    if proposal.until and not proposal.option:
        raise Refused("Only what management decides can hold until a date.")


def subject(ticket: Ticket) -> Subject:
    """What an approval of this ticket's knows of it."""
    return Subject(
        ticket=ticket.id,
        client=ticket.client,
        helpdesk=ticket.helpdesk,
        number=ticket.number,
        title=ticket.title,
        severity=ticket.severity,
        reason=ticket.reason,
        pace=ticket.agreement.pace,
        drill=ticket.drill,
    )


def inquiry(ticket: Ticket, by: str, proposal: Proposal, act_first: bool, now: datetime) -> Inquiry:
    """What has to be known to put a question of this ticket's before somebody."""
    return Inquiry(
        client=ticket.client,
        severity=ticket.severity,
        proposal=proposal,
        asker=by,
        now=now,
        pace=ticket.agreement.pace,
        act_first=act_first,
    )


def propose(
    ticket: Ticket,
    by: str,
    proposal: Proposal,
    findings: Findings,
    now: datetime,
    *,
    visit: int = 0,
    via: str = "",
) -> tuple[Ticket, Approval | None]:
    """Put a question, and give the approval that asks it; none where it is granted on the spot."""
    may_ask(ticket, by, visit, proposal, now)
    _must_be_findable(proposal, findings, now)
    ticket = taken(ticket, by, visit, now, via)
    number = ticket.approvals[-1].number + 1 if ticket.approvals else 1
    asked = Asked(
        number,
        replace(proposal, action=findings.action),
        by,
        now,
        tier=findings.tier,
        resolves=findings.resolves,
        on_the_spot=bool(findings.own and not findings.consent),
    )
    names = {**ticket.names, **findings.names}
    ticket = _kept(replace(ticket, approvals=(*ticket.approvals, asked), names=names))
    ticket = ticket.noted(_asks(asked, findings, via))
    if asked.on_the_spot:
        line = f"{findings.own}; version {findings.version}"
        text = f"{findings.action}: granted on the spot, {ticket.name(by)} may decide it alone ({line})"
        return ruled(ticket, Ruling(number, "approved", text), now), None
    approval = put(subject(ticket), approval_id(ticket, number), asked.proposal, by, findings, now)
    return ruled(ticket, ruling_for_ticket(approval), now), approval


def _must_be_findable(proposal: Proposal, findings: Findings, now: datetime) -> None:
    if findings.refusal:
        raise Refused(findings.refusal)
    if proposal.by_when and proposal.by_when <= now:
        raise Refused("The answer is needed by ", proposal.by_when, ", which is over: name a later time.")
    until = proposal.until
    if findings.until and (until is None or until <= now):
        raise Refused(f"Say until when {proposal.option!r} holds: a time to come.")
    if until and not findings.until:
        raise Refused(f"{proposal.option!r} holds for good: leave the date out.")


def _asks(asked: Asked, findings: Findings, via: str) -> Entry:
    what = asked.proposal.option or asked.proposal.action
    takes = f"{what} ({findings.price})" if findings.price else what
    kind, number = Kind.ACTED_FIRST if findings.first else Kind.ASKED_FOR, str(asked.number)
    return Entry(asked.at, kind, asked.by, via, what=takes, number=number, words=asked.proposal.what)


def ruled(ticket: Ticket, stands: Ruling, now: datetime) -> Ticket:
    """A question stands differently now: decided, withdrawn, open again, or waiting for the client alone."""
    asked = next((one for one in ticket.approvals if one.number == stands.number), None)
    if asked is None:
        return ticket
    if stands.outcome == "asked":
        return _asked(ticket, asked, stands, now)
    text = cut(stands.text, LONGEST_LINE)
    if asked.outcome == stands.outcome and asked.ruling == text:
        return ticket
    asked = replace(
        asked,
        outcome=stands.outcome,
        ruling=text,
        decided_by=stands.decided_by,
        on_condition=stands.on_condition,
        waits_for_client=False,
    )
    ticket = _with(ticket, _with_follow_up(asked))
    number, via = str(asked.number), f"approval {asked.number}"
    decided = Entry(now, Kind.RULED, via=via, what=stands.outcome, number=number, words=stands.text)
    ticket = ticket.noted(decided)
    note = Note(now, asked.by, f"{_about(asked)}: {stands.text}", approval=asked.number)
    ticket = ticket.with_note(note)
    if ticket.here.pause and ticket.here.pause.approval == asked.number:
        ticket = resume_clock(ticket, Entry(now, Kind.QUESTION_SETTLED, what=stands.outcome))
    told = ticket.status not in ("resolved", "closed") and stands.outcome != "withdrawn"
    # The one who asked hears it from the approval.
    return (
        ticket.tell(NoticeKind.RULED, ticket.holder, why=decided)
        if told and ticket.holder != asked.by
        else ticket
    )


def _about(asked: Asked) -> str:
    return f"{asked.proposal.option or asked.proposal.action}, {asked.proposal.what}"


def _asked(ticket: Ticket, before: Asked, stands: Ruling, now: datetime) -> Ticket:
    """It is asked, perhaps again; while only the client's answer is missing, the clock is to stand still."""
    asked = replace(
        before,
        outcome="asked",
        ruling="",
        decided_by=(),
        on_condition=False,
        waits_for_client=stands.waits_for_client,
        undecided_at=stands.undecided_at,
        follow_up="" if before.follow_up == "due" else before.follow_up,
    )
    ticket = _with(ticket, asked)
    if before.outcome != "asked":
        return _open_again(ticket, asked, now)
    if not asked.waits_for_client and ticket.here.pause and ticket.here.pause.approval == asked.number:
        return resume_clock(ticket, Entry(now, Kind.DECIDES_AGAIN))
    return ticket


def _open_again(ticket: Ticket, asked: Asked, now: datetime) -> Ticket:
    """What was decided does not count: what stood still or was declined because of it goes on."""
    number, via = str(asked.number), f"approval {asked.number}"
    again = Entry(now, Kind.OPEN_AGAIN, via=via, number=number, words=_about(asked))
    ticket = ticket.noted(again)
    if ticket.holder != asked.by and not ticket.closed:
        ticket = ticket.tell(NoticeKind.RULED, ticket.holder, why=again)
    undone = _with(ticket, replace(asked, follow_up=""))
    if ticket.here.pause and ticket.here.pause.approval == asked.number:
        undone = replace(undone, here=replace(undone.here, pause=replace(ticket.here.pause, then="")))
        return resume_clock(undone, Entry(now, Kind.UNDONE))
    if ticket.status == "resolved" and ticket.here.declined:
        ticket = undone
        return climb(ticket, Entry(now, Kind.UNDONE), to=ticket.tiers.at)
    return ticket


# What follows -----------------------------------------------------------------------------


def _with_follow_up(asked: Asked) -> Asked:
    """What management has decided is carried out once, also if it is contested and decided again."""
    follows = asked.outcome == "approved" and (asked.resolves or asked.tier)
    return replace(asked, follow_up="due") if follows and not asked.follow_up else asked


def to_carry_out(ticket: Ticket) -> Asked | None:
    """What management has decided and the ticket does not go on with yet."""
    return next((asked for asked in ticket.approvals if asked.follow_up == "due"), None)


def carry_out(ticket: Ticket, asked: Asked, now: datetime) -> Ticket:
    """It goes on with what was decided: down to the tier that carries it out, at once or after its date."""
    ticket = _with(ticket, replace(asked, follow_up="done"))
    proposal = asked.proposal
    if asked.resolves:
        return resolved(ticket, proposal.what, now, asked.by, declined=True)
    if asked.tier not in ticket.tiers.rungs:
        return ticket.noted(Entry(now, Kind.NO_TIER, place=asked.tier, what=proposal.option))
    if proposal.until and proposal.until > now:
        pause = Pause(proposal.option, now, proposal.until, approval=asked.number, then=asked.tier)
        return stop_clock(ticket, pause, asked.by)
    why = Entry(now, Kind.MANAGEMENT_DECIDES, asked.by, what=proposal.option)
    answer = f"{ticket.sentence(why)}. It is with {asked.tier} now."
    return climb(ticket, why, to=ticket.tiers.rungs.index(asked.tier), answer=answer)


def open_questions(ticket: Ticket) -> tuple[Asked, ...]:
    """What is asked and not decided yet."""
    return tuple(one for one in ticket.approvals if one.outcome == "asked")


def no_longer_needed(ticket: Ticket) -> str:
    """Why nothing needs to be decided any more; empty as long as the ticket goes on."""
    return f"the ticket is {ticket.status}" if ticket.status in ("resolved", "closed") else ""


def _with(ticket: Ticket, asked: Asked) -> Ticket:
    approvals = tuple(asked if one.number == asked.number else one for one in ticket.approvals)
    return _kept(replace(ticket, approvals=approvals))


def _kept(ticket: Ticket) -> Ticket:
    """Without what was settled first, where all that was asked weighs too much."""
    over = sum(one.weight for one in ticket.approvals) - QUESTIONS
    waits = ticket.here.pause.approval if ticket.here.pause else 0
    kept = []
    for one in ticket.approvals:
        needed = one.outcome == "asked" or one.follow_up == "due" or one.number == waits
        if over > 0 and not needed and one is not ticket.approvals[-1]:
            over -= one.weight
        else:
            kept.append(one)
    return replace(ticket, approvals=tuple(kept))
