"""What the page of an approval shows each reader: the question, how it stands, and who decided what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from procedure.approval import (
    Approval,
    Decision,
    Put,
    Side,
    decides_for,
    forecast,
    inquiry,
    must_be_open,
    ruling,
)
from procedure.book import Client, Procedure
from procedure.calendars import local, localise
from procedure.deciders import SideName, judge
from procedure.durations import spoken
from procedure.standing import Ahead
from procedure.ticket import Outcome, Refused
from runtime.links import Address, Links
from workflows.messages import LONGEST_TEXT


def reads(book: Procedure, approval: Approval, person: str) -> bool:
    """Whether an approval is shown to somebody: of the MSP, or still a contact of that client."""
    return person in book.people or book.client_of(person) == approval.client


def code_address(approval: Approval, address: Address) -> Address | None:
    """The link whose code a reader has to type: theirs, or the one of the mail that asked them last.

    None for somebody who was never sent a code.
    """
    put = _put(approval, address)
    return Address(address.purpose, address.ticket, address.person, put.visit) if put else None


# The question -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    """One approval, and who reads it when: contacts see their own side of it, and what was ruled."""

    book: Procedure
    approval: Approval
    person: str
    now: datetime

    @property
    def staff(self) -> bool:
        return self.person in self.book.people

    @property
    def client(self) -> Client | None:
        return self.book.clients.get(self.approval.client)

    @property
    def whose(self) -> str:
        """The client's name."""
        return self.client.name if self.client else self.approval.client

    @property
    def zone(self) -> str:
        return self.book.time_zone if self.staff or self.client is None else self.client.time_zone

    def time(self, at: datetime) -> str:
        return local(at, self.now, self.zone)

    def words(self, text: str) -> str:
        return localise(text, self.now, self.zone)

    def name(self, ident: str) -> str:
        person = self.book.person(ident)
        return person.name if person else self.approval.name(ident)

    def sees(self, side: SideName) -> bool:
        """Whether a side's way to its answer is shown to the reader."""
        return self.staff or side == "client"


def approval_facts(
    book: Procedure, links: Links, approval: Approval, address: Address, now: datetime
) -> dict[str, Any]:
    """All that a person's page of an approval shows."""
    reading = _Reading(book, approval, address.person, now)
    person, put = address.person, _put(approval, address)
    mine = next((one for one in approval.standing() if one.by == person), None)
    ticket = Address("staff", approval.ticket, person)
    return {
        "approval": approval,
        "proposal": approval.proposal,
        "ruling": reading.words(ruling(approval)),
        "msp": book.name,
        "client": reading.whose,
        "person": reading.name(person),
        "staff": reading.staff,
        "asks": person == approval.asker,
        "ticket_url": links.url(ticket) if reading.staff else "",
        "put": put,
        "cannot": reading.words(_cannot(book, approval, address, now)),
        "mine": mine,
        "reasons": [reason.replace("their hours", "your hours") for reason in approval.consent],
        "stands": list(_stands(reading)),
        "steps": _steps(reading),
        "asked": [one for one in approval.asked if reading.sees(one.side)],
        "decisions": [one for one in approval.decisions if _shown(reading, one)],
        "objections": [one for one in approval.objections if reading.staff or one.by not in book.people],
        "may_object": _may_object(approval, person),
        "may_withdraw": person == approval.asker and not approval.over,
        "now": now,
        "zone": reading.zone,
        "time": reading.time,
        "words": reading.words,
        "name": reading.name,
        "hour_takes": spoken(timedelta(hours=1) / approval.pace),
        "longest": LONGEST_TEXT,
        "version": len(approval.record),
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


def _shown(reading: _Reading, decision: Decision) -> bool:
    """Of what the MSP has said a contact reads what the ruling rests on."""
    rests_on: dict[Outcome, bool] = {"approved": True, "denied": False}
    ruled = not decision.void and rests_on.get(reading.approval.outcome) == decision.yes
    return reading.sees(decision.side) or ruled


def _stands(reading: _Reading) -> Iterator[tuple[str, str]]:
    """How each side stands while nothing is decided: whose side it is, and what is known of it."""
    approval = reading.approval
    if approval.over:
        return
    if approval.own:
        asker = reading.name(approval.asker)
        yield reading.book.name, f"{asker} decides it ({approval.own})" if reading.staff else "agrees"
    for side in approval.sides:
        yield reading.book.name if side.name == "msp" else reading.whose, _side(reading, side)


def _side(reading: _Reading, side: Side) -> str:
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


def _says(reading: _Reading, decision: Decision) -> str:
    conditions = f", on condition: {decision.conditions}" if decision.conditions else ""
    return f"{reading.name(decision.by)} says {'yes' if decision.yes else 'no'}{conditions}"


def _steps(reading: _Reading) -> tuple[Ahead, ...]:
    """What happens if nobody answers, as far as it is the reader's to know."""
    if reading.staff:
        return forecast(reading.approval)
    side = reading.approval.side("client")
    return side.ahead if side and not side.settled and not reading.approval.over else ()
