"""What a prevention proposal asks of those who may decide: an item's plan, as an approval of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from procedure.approval.deciders import Findings, Inquiry
from procedure.approval.state import FARTHEST, Approval, Ruling
from procedure.book.proposal import Proposal
from procedure.kinds import Kind
from procedure.path import asking
from procedure.path import state as paths
from procedure.path.assignment import must_be_open, news
from procedure.prevention.due import ComingDue, because
from procedure.prevention.state import (
    LONGEST_REMARK,
    Prevention,
    Proposed,
    balanced,
    meant,
    named,
    with_item,
)
from procedure.record import Entry, Refused
from procedure.wording import cut


def may_plan(
    work: Prevention, by: str, visit: int, names: tuple[str, ...], when: datetime, now: datetime
) -> tuple[Proposed, ...]:
    """The items that are to be done then; raises Refused if they can't be planned, whoever agrees."""
    must_be_open(work)
    paths.must_stand_there(work, by, visit)
    if when <= now:
        raise Refused(when, " is over: say when it will be done, or that it is done.")
    if when > now + FARTHEST:
        raise Refused(when, " is too far away: name a time within a year.")
    items = meant(work, names)
    for one in items:
        if one.outcome == "asked":
            raise Refused(
                f"A yes to {one.name} is asked for already: wait for it, or say why it is not done."
            )
        if one.stage == "planned" and one.outcome == "approved":
            raise Refused(f"{one.name} is approved as it was planned: say that it is done, or why not.")
    return items


def inquiry(work: Prevention, by: str, item: Proposed, when: datetime, now: datetime) -> Inquiry:
    """What has to be known to ask for an item's yes."""
    return asking.inquiry(work, by, _proposal(item.coming, when), now)


def plan(
    work: Prevention,
    by: str,
    visit: int,
    names: tuple[str, ...],
    when: datetime,
    found: Mapping[str, Findings],
    now: datetime,
    via: str = "",
) -> tuple[Prevention, tuple[Approval, ...]]:
    """It will be done then; and the questions to those who have to agree. ``found`` says who they are."""
    items = may_plan(work, by, visit, names, when, now)
    if why := next((one.refusal for one in found.values() if one.refusal), ""):
        raise Refused(why)
    work = paths.take(work, by, visit, now, via)
    work = work.noted(Entry(now, Kind.PLANNED, by, via, due=when, words=named(items)))
    approvals = []
    for one in items:
        one = replace(one, stage="planned", when=when, by=by, words="", approval=0, outcome="", ruling="")
        if findings := found.get(one.name):
            work, one, approval = _ask(work, one, by, when, findings, now)
            approvals += [approval] if approval else []
        work = with_item(work, one)
    return balanced(work, now), tuple(approvals)


def _ask(
    work: Prevention, one: Proposed, by: str, when: datetime, findings: Findings, now: datetime
) -> tuple[Prevention, Proposed, Approval | None]:
    """Put an item's question; none where its owner may decide it alone."""
    number = work.asked + 1
    proposal = _proposal(one.coming, when)
    work, stands, approval = asking.ask(work, one.name, number, proposal, by, findings, now)
    one = replace(one, approval=number, outcome=stands.outcome)
    if stands.outcome not in ("asked", "approved"):
        one = replace(one, ruling=cut(stands.text, LONGEST_REMARK), stage="open")
    return replace(work, asked=number), one, approval


def _proposal(due: ComingDue, when: datetime) -> Proposal:
    return Proposal(
        action=due.action,
        what=due.what or due.name,
        why=because(due),
        cost=due.cost,
        downtime=due.downtime,
        begins=when,
    )


def ruled(work: Prevention, ruling: Ruling, now: datetime) -> Prevention:
    """An item's question stands differently now; without a yes the item is its owner's again."""
    one = next((one for one in work.items if one.approval == ruling.number), None)
    text = cut(ruling.text, LONGEST_REMARK)
    if one is None or one.settled or (one.outcome, one.ruling) == (ruling.outcome, text):
        return work
    before = one
    one = replace(one, outcome=ruling.outcome, ruling="" if ruling.outcome == "asked" else text)
    if ruling.outcome not in ("asked", "approved"):
        one = replace(one, stage="open", when=None)
    work = with_item(work, one)
    if one.outcome != before.outcome:
        work = work.noted(Entry(now, Kind.ITEM_RULED, what=one.name, words=text))
        # Who has asked hears it from the approval.
        work = news(work) if work.holder != one.by else work
    return balanced(work, now)


def needless(work: Prevention) -> tuple[Proposed, ...]:
    """What was settled although its question is still asked."""
    return tuple(one for one in work.items if one.settled and one.outcome == "asked")


def dismissed(work: Prevention, item: Proposed) -> Prevention:
    """Those who were asked are told that it is not needed any more."""
    return with_item(work, replace(item, outcome="withdrawn"))
