"""Whatever climbs, as time passes: by the real rules, with nobody who waits for it to pass."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, NamedTuple

from procedure.approval import deciders
from procedure.approval import state as approvals
from procedure.approval.state import Approval, Ruling, ruling_for_ticket
from procedure.book.procedure import Procedure
from procedure.climbing import Rules, Stands
from procedure.complaint import progress
from procedure.duty.placement import stand
from procedure.path import assignment as assignments
from procedure.path import levels
from procedure.path.assignment import Work
from procedure.record import Notice, Refused
from procedure.ticket import rules

MOST_STEPS = 60
"""How often somebody does something about one thing at most."""


class Answered(NamedTuple):
    """By what rules one kind of thing climbs, and what answers its questions at once."""

    rules: Rules[Any]
    look_up: Callable[[Procedure, Any], Any]


TICKET = Answered(rules.RULES, stand)
APPROVAL = Answered(approvals.RULES, deciders.find)
COMPLAINT = Answered(progress.RULES, levels.find)
ASSIGNMENT = Answered(assignments.RULES, levels.find)


@dataclass
class Living(Generic[Stands]):
    """One thing as time passes, and all that it has told anybody."""

    stands: Stands
    way: Answered
    book: Procedure
    now: datetime
    told: list[tuple[datetime, Notice[Any]]] = field(default_factory=list)

    def settle(self) -> None:
        """Do what is due now, as the workflow does."""
        self.stands = self.way.rules.settle(self.stands, self.now, partial(self.way.look_up, self.book))
        self.told += [(self.now, notice) for notice in self.stands.notices]
        self.stands = self.stands.sent()

    def passes(self, time: timedelta) -> None:
        """Everything happens when it is due."""
        self.until(self.now + time)

    def until(self, end: datetime) -> None:
        """The same, up to an instant; none that is over comes again."""
        while not self.stands.over and (upcoming := self.way.rules.wake(self.stands)) and upcoming.at <= end:
            self.now = max(self.now, upcoming.at)
            self.settle()
        self.now = max(self.now, end)

    def becomes(self, stands: Stands) -> None:
        """Somebody said something."""
        self.stands = stands
        self.settle()


def of_assignment(work: Work, book: Procedure, now: datetime) -> Living[Work]:
    """One that begins."""
    life = Living(work, ASSIGNMENT, book, now)
    life.settle()
    return life


def decided(
    approval: Approval,
    asker: Living[Stands],
    hears: Callable[[Stands, Ruling, datetime], Stands],
    chance: random.Random,
) -> Living[Approval]:
    """A question that ``asker`` has put, until it is answered or not needed any more: they hear each time how
    it stands."""
    life = Living(approval, APPROVAL, asker.book, asker.now)
    life.settle()
    heard = ruling_for_ticket(approval)
    for _ in range(MOST_STEPS):
        if life.stands.over:
            break
        life.passes(timedelta(minutes=chance.expovariate(1 / 40)))
        _answers(life, chance)
        asker.until(life.now)
        if asker.stands.over and not life.stands.over:
            life.becomes(approvals.withdraw(life.stands, "", "it is over", life.now))
        elif (ruling := ruling_for_ticket(life.stands)) != heard:
            heard = ruling
            asker.becomes(hears(asker.stands, ruling, life.now))
    return life


def _answers(life: Living[Approval], chance: random.Random) -> None:
    """One of those who are asked now says yes or no, or leaves it for later."""
    asked = [side.ladder.holder for side in life.stands.sides if not side.settled and side.ladder.holder]
    if life.stands.over or not asked or chance.random() > 0.5:
        return
    by, yes = chance.choice(asked), chance.random() < 0.88
    verdict = deciders.judge(life.book, approvals.inquiry(life.stands, life.now), by)
    reason = "" if yes else chance.choice(("Not in our hours", "Too expensive", "Try the other way first"))
    try:
        said = approvals.decide(life.stands, by, yes, verdict, life.now, code=True, reason=reason, via="link")
    except Refused:
        return
    life.becomes(said)


def takes(
    life: Living[Any], end: datetime, chance: random.Random, hours: float, say: Callable[[], Any]
) -> bool:
    """After some time whoever has it says what they may say; False where that is not before ``end``."""
    at = life.now + timedelta(hours=chance.expovariate(1 / hours))
    life.until(min(at, end))
    if at > end or life.stands.over:
        return False
    # What people try and may not: time goes by all the same.
    with suppress(Refused):
        life.becomes(say())
    return True
