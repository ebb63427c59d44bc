"""What the page of an approval shows each reader: the question, how it stands, and who decided what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.approval import words
from gateway.approval.words import ApprovalReader
from procedure.approval.deciders import judge
from procedure.approval.state import (
    Approval,
    Decision,
    Outcome,
    Put,
    decides_for,
    forecast,
    inquiry,
    must_be_open,
)
from procedure.book.procedure import Procedure
from procedure.ladder import Ahead
from procedure.record import Refused
from runtime.links import Address, Links


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
    reading = ApprovalReader(book, approval, address.person, now)
    person, put = address.person, _put(approval, address)
    ticket = Address("staff", approval.ticket, person)
    cannot = _cannot(book, approval, address, now)
    late = bool(cannot and put and not _cannot(book, approval, replace(address, visit=0), now))
    return {
        **reading.reads.facts(),
        "address": address,
        "drill": approval.drill,
        "approval": approval,
        "proposal": approval.proposal,
        "headline": words.headline(reading),
        "lead": words.lead(reading, put, cannot, late),
        "more": list(words.more(reading, put, cannot)),
        "conditions": list(words.conditions(reading)),
        "staff": reading.staff,
        "ticket_url": links.url(ticket) if reading.staff else "",
        "authority": words.authority(reading, put) if put else "",
        "must_agree": words.must_agree(reading) if approval.consent else "",
        "first": words.first(reading),
        "cannot": cannot,
        "late": late,
        "mine": reading.mine,
        "when": words.when(reading),
        "read_by": words.read_by(reading),
        "stands": list(words.stands(reading)),
        "steps": _steps(reading),
        "asked": [one for one in approval.asked if reading.sees(one.side)],
        "decisions": [one for one in approval.decisions if _shown(reading, one)],
        "objections": [one for one in approval.objections if reading.staff or one.by not in book.people],
        "may_object": _may_object(approval, person),
        "may_withdraw": person == approval.asker and not approval.over,
        "version": approval.written,
    }


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


def _shown(reading: ApprovalReader, decision: Decision) -> bool:
    """Of what the MSP has said a contact reads what the ruling rests on."""
    rests_on: dict[Outcome, bool] = {"approved": True, "denied": False}
    counts = not decision.void and not decision.lapsed
    ruled = counts and rests_on.get(reading.approval.outcome) == decision.yes
    return reading.sees(decision.side) or ruled


def _steps(reading: ApprovalReader) -> tuple[Ahead, ...]:
    """What happens if nobody answers, as far as it is the reader's to know."""
    if reading.staff:
        return forecast(reading.approval)
    side = reading.approval.side("client")
    return side.ahead if side and not side.settled and not reading.approval.over else ()
