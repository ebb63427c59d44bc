"""What stands beside the tickets of the made-up year: questions to those who may decide, complaints with what
was promised, the problems of what comes again, and what came due."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bench.living import COMPLAINT, MOST_STEPS, Living, decided, of_assignment, takes
from procedure.approval import deciders
from procedure.approval.state import Approval
from procedure.book.complaints import KINDS
from procedure.book.prevention import Item
from procedure.book.procedure import Procedure
from procedure.book.proposal import Proposal
from procedure.complaint import remarks
from procedure.complaint.state import Complaint, Raised, begun
from procedure.path import asking as questions
from procedure.path import assignment as assignments
from procedure.path.levels import agreed, fixing
from procedure.prevention import asking as plans
from procedure.prevention import state as preventions
from procedure.prevention.state import Prevention
from procedure.prevention.upkeep import Settlement, Upkeep, look
from procedure.problem import fix
from procedure.problem import state as problems
from procedure.problem.state import Problem, Recurrence
from procedure.ticket import asking
from procedure.ticket.opening import Opening, as_incident
from procedure.ticket.state import Ticket

A_YEAR = timedelta(days=365)

# Questions ----------------------------------------------------------------------------------

ASKED = (
    ("restart", "the server, at once", (0,), (5, 10, 30, 90)),
    ("configuration change", "the route back to the old line", (0,), (0, 0, 30)),
    ("failover", "to the stand-by", (0,), (15, 60)),
    ("replace hardware", "the failed disk", (90, 180, 600, 1500), (0, 60, 180)),
    ("on-site presence", "a technician for the afternoon", (200, 400, 1200), (0,)),
    ("call in staff", "one more for the night", (300, 450), (0,)),
)
"""What is asked for: the action, the words, what it may cost, and how many minutes something may be down."""


def asks(life: Living[Ticket], chance: random.Random) -> Living[Approval] | None:
    """Whoever has a ticket asks for something, and it goes on once that is decided; none where it is granted
    on the spot. Raises Refused."""
    action, what, costs, minutes = chance.choice(ASKED)
    down = timedelta(minutes=chance.choice(minutes))
    proposal = Proposal(action, what, "it does not come back by itself", chance.choice(costs), down)
    by = life.stands.holder
    found = deciders.find(life.book, asking.inquiry(life.stands, by, proposal, False, life.now))
    ticket, approval = asking.propose(life.stands, by, proposal, found, life.now, via="link")
    life.becomes(ticket)
    return decided(approval, life, asking.ruled, chance) if approval else None


# Complaints ---------------------------------------------------------------------------------

UNHAPPY = ("It took far too long", "Nobody has told us anything", "He was rude", "You changed it unasked")
ANSWERS = ("You are right, and I am sorry", "I have looked into it with the team", "Here is what went wrong")
PROMISES = ("A call each Friday", "A named technician", "A report of what was changed")


def complains(about: Living[Ticket], number: int, chance: random.Random) -> Living[Complaint]:
    """The customer of a ticket, and how they are heard."""
    ticket, book = about.stands, about.book
    worked = {line.by for line in ticket.record if line.by in book.people}
    raised = Raised(
        ticket.client,
        f"{number}",
        chance.choice(KINDS),
        chance.choice(UNHAPPY),
        by=ticket.requester,
        about=tuple(sorted(worked)),
        ticket=ticket.id,
        ticket_number=ticket.number,
        ticket_title=ticket.title,
    )
    terms = agreed(book)
    if terms is None:
        raise ValueError("nobody hears complaints in the example")
    contact = book.clients[ticket.client].contacts[ticket.requester].name
    complaint = begun(raised, terms, {ticket.requester: contact}, about.now)
    life = Living(complaint, COMPLAINT, book, about.now)
    life.settle()
    silent = chance.random() < 0.2
    for _ in range(MOST_STEPS):
        if life.stands.over:
            break
        _heard(life, silent, chance)
    return life


def _heard(life: Living[Complaint], silent: bool, chance: random.Random) -> None:
    """Whoever hears it answers, and the customer says whether that settles it, unless they are ``silent``."""
    stands, never = life.stands, life.now + A_YEAR
    due = next((one for one in stands.promises if one.state == "asked"), None)

    def answers() -> Complaint:
        has = life.stands.holder
        if chance.random() < 0.3:
            return remarks.acknowledge(life.stands, has, 0, life.now, "link")
        if chance.random() < 0.5:
            return remarks.answer(life.stands, has, 0, chance.choice(ANSWERS), life.now, via="link")
        by, what = life.now + timedelta(days=chance.uniform(1, 9)), chance.choice(PROMISES)
        words = chance.choice(ANSWERS)
        return remarks.answer(life.stands, has, 0, words, life.now, promise=what, promised_by=by, via="link")

    def says() -> Complaint:
        settled = chance.random() < 0.85
        return remarks.settle(life.stands, life.stands.by, settled, "", life.now, via="link")

    def verifies() -> Complaint:
        kept, number = chance.random() < 0.8, due.number if due else 0
        return remarks.verify(life.stands, life.stands.by, number, kept, "", life.now, "link")

    if due and not silent:
        takes(life, never, chance, 10, verifies)
    elif stands.status == "open":
        takes(life, never, chance, 6, answers)
    elif stands.status == "answered" and not silent:
        takes(life, never, chance, 20, says)
    else:
        life.passes(timedelta(days=1))


# Problems -----------------------------------------------------------------------------------

CAUSES = ("A worn power supply", "A memory leak in the driver", "Two services on one port", "A full log")
HELPS = ("Restart it before eight", "Use the web page until then", "Clear the log by hand")
CHANGES = (
    "Replaced it, with a spare",
    "New version of the driver",
    "Moved to a port of its own",
    "Rotated daily",
)


STAYS_AWAY = timedelta(days=90)
"""How long what was removed hardly ever comes again."""


class Causes:
    """The problems of all patterns: each begins with its pattern, and begins again when that returns."""

    def __init__(self, book: Procedure, chance: random.Random) -> None:
        self.book = book
        self.chance = chance
        self.lives: list[Living[Problem]] = []
        self.approvals: list[Living[Approval]] = []
        self._of: dict[str, Living[Problem]] = {}

    def removed(self, opening: Opening, now: datetime) -> bool:
        """Whether what causes it was removed of late: it should not come again."""
        life = self._of.get(Recurrence(opening.client, opening.facts.system, opening.facts.category).problem)
        if life is None:
            return False
        self._work(life, now)
        return life.stands.over and now - life.stands.record[-1].at < STAYS_AWAY

    def shown_by(self, ticket: Ticket) -> None:
        """A ticket that shows its pattern has opened."""
        pattern = Recurrence(ticket.client, ticket.facts.system, ticket.facts.category)
        life = self._of.get(pattern.problem)
        if life:
            self._work(life, ticket.opened)
        if life is None or life.stands.over:
            life = self._of[pattern.problem] = self._begins(pattern, life, ticket.opened)
            self.lives.append(life)
        life.becomes(problems.another(life.stands, as_incident(ticket), ticket.opened))

    def ends(self, end: datetime) -> None:
        """Nothing more comes: how they stand at the year's end."""
        for life in self._of.values():
            self._work(life, end)

    def _begins(self, pattern: Recurrence, last: Living[Problem] | None, now: datetime) -> Living[Problem]:
        terms = agreed(self.book, path="problem")
        if terms is None:
            raise ValueError("nobody owns problems in the example")
        before = last.stands if last else None
        problem = problems.begun(pattern, terms, fixing(self.book, terms), now, before=before)
        return of_assignment(problem, self.book, now)

    def _work(self, life: Living[Problem], end: datetime) -> None:
        """Its owner looks for the cause, and removes it."""
        while not life.stands.over and life.now < end:
            if not self._step(life, end):
                life.until(end)

    def _step(self, life: Living[Problem], end: datetime) -> bool:
        chance, stands = self.chance, life.stands
        if not stands.path.acknowledged:
            return takes(
                life,
                end,
                chance,
                3,
                lambda: assignments.acknowledge(life.stands, life.stands.holder, 0, life.now),
            )
        if not stands.cause:
            if not stands.workaround and chance.random() < 0.4:
                return takes(life, end, chance, 4, lambda: self._says(life, problems.work_around, HELPS))
            return takes(life, end, chance, 8, lambda: self._says(life, problems.find, CAUSES))
        if stands.fix is None and chance.random() < 0.4:
            return takes(life, end, chance, 6, lambda: self._proposes(life))
        return takes(life, end, chance, 24, lambda: self._says(life, assignments.conclude, CHANGES))

    def _says(self, life: Living[Problem], say: Any, words: Sequence[str]) -> Problem:
        said: Problem = say(life.stands, life.stands.holder, 0, self.chance.choice(words), life.now, "link")
        return said

    def _proposes(self, life: Living[Problem]) -> Problem:
        by = life.stands.holder
        proposal = Proposal(
            "replace hardware", "a new machine in its place", "", self.chance.choice((400, 1800))
        )
        found = deciders.find(self.book, questions.inquiry(life.stands, by, proposal, life.now))
        stands, approval = fix.propose(life.stands, by, 0, proposal, found, life.now, "link")
        life.becomes(stands)
        if approval:
            self.approvals.append(decided(approval, life, fix.ruled, self.chance))
        return life.stands


# Prevention ---------------------------------------------------------------------------------


def a_year_before(book: Procedure) -> Procedure:
    """With what comes due a year earlier: the example's files were written for the year after this one."""
    clients = {
        ident: terms.model_copy(
            update={"prevention": {name: _earlier(item) for name, item in terms.prevention.items()}}
        )
        for ident, terms in book.clients.items()
    }
    return book.model_copy(update={"clients": clients}).knowing(book.almanac)


def _earlier(item: Item) -> Item:
    def before(day: date | None) -> date | None:
        return day - A_YEAR if day else None

    readings = {day - A_YEAR: value for day, value in item.readings.items()}
    return item.model_copy(
        update={"ends": before(item.ends), "last": before(item.last), "readings": readings}
    )


def comes_due(
    book: Procedure, client: str, begin: datetime, end: datetime, chance: random.Random
) -> Iterator[Living[Any]]:
    """A client's proposals of a year, each morning looked at, and the questions that were asked for them."""
    upkeep, now, life = Upkeep(client), begin, None
    proposals: list[Living[Prevention]] = []
    approvals: list[Living[Approval]] = []
    while now < end:
        found = look(book, upkeep, now)
        if found.due and life and not life.stands.over:
            life.becomes(preventions.another(life.stands, found.due, now))
        elif found.due:
            life = _proposal(book, client, found.due, upkeep.asked, now)
            proposals.append(life)
        now = found.again or end
        if life:
            approvals += _owned(life, now, chance)
            for one in preventions.unkept(life.stands):
                settlement = Settlement(one.coming.due, one.stage == "done", one.when or now)
                upkeep = upkeep.settle(one.name, settlement)
            life.stands = preventions.keep(life.stands, preventions.unkept(life.stands))
            upkeep = upkeep.has_asked(life.stands.asked)
    yield from proposals
    yield from approvals


def _proposal(
    book: Procedure, client: str, due: Sequence[Any], asked: int, now: datetime
) -> Living[Prevention]:
    terms = agreed(book, path="prevention")
    if terms is None:
        raise ValueError("nobody owns prevention in the example")
    return of_assignment(preventions.begun(client, tuple(due), terms, now, asked=asked), book, now)


def _owned(life: Living[Prevention], end: datetime, chance: random.Random) -> list[Living[Approval]]:
    """Its owner says of each item what becomes of it; the questions that were asked for it."""
    asked: list[Living[Approval]] = []
    while life.stands.on_level and life.now < end:
        if not takes(life, end, chance, 20, lambda: _says(life, asked, chance)):
            break
    life.until(end)
    return asked


def _says(life: Living[Prevention], asked: list[Living[Approval]], chance: random.Random) -> Prevention:
    """Of the first item that is open: it is done, or not; or planned, and asked for where it must be."""
    stands, by, now = life.stands, life.stands.holder, life.now
    item = next(one for one in stands.items if one.stage == "open")
    if chance.random() < 0.1:
        return preventions.decline(stands, by, 0, (item.name,), "Not this time", now, "link")
    if item.may_go_on and chance.random() < 0.8:
        return preventions.done(stands, by, 0, (item.name,), "As it is written down", now, "link")
    when = now + timedelta(days=chance.uniform(3, 20))
    found = {}
    if item.coming.action:
        found = {item.name: deciders.find(life.book, plans.inquiry(stands, by, item, when, now))}
    planned, approvals = plans.plan(stands, by, 0, (item.name,), when, found, now, "link")
    life.becomes(planned)
    asked += [decided(one, life, plans.ruled, chance) for one in approvals]
    return life.stands
