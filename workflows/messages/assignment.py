"""What goes into an assignment and comes out of it: what all kinds of them have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from procedure.complaint.review import Review
from procedure.incoming import Key, Turn
from procedure.path import assignment
from procedure.path.assignment import Assignment, AssignmentNotice
from procedure.prevention import asking
from procedure.prevention import state as prevention
from procedure.prevention.state import MOST_NAMED, Prevention
from procedure.problem import fix
from procedure.problem import state as problem
from procedure.problem.state import Problem
from procedure.record import Notice
from workflows.messages import Message, Statement, Words, utc
from workflows.messages.approval import Proposing


class Finding(Statement):
    """Something a person says about an assignment. ``visit`` as in ``Remark``."""

    visit: Turn = 0


class Take(Finding):
    """I have it."""

    def apply(self, stands: Assignment, now: datetime) -> Assignment:
        return assignment.acknowledge(stands, self.by, self.visit, now, self.via)


class Conclude(Finding):
    """It is done: what was agreed, or found."""

    words: Words

    def apply(self, stands: Assignment, now: datetime) -> Assignment:
        return assignment.conclude(stands, self.by, self.visit, self.words, now, self.via)


FINDINGS: dict[str, type[Finding]] = {"acknowledge": Take, "conclude": Conclude}
"""Every update and signal of an assignment that a person may send, by its name."""


class FindCause(Finding):
    """The cause of a problem is found."""

    words: Words

    def apply(self, stands: Problem, now: datetime) -> Problem:
        return problem.find(stands, self.by, self.visit, self.words, now, self.via)


class Workaround(Finding):
    """What helps until a problem is solved, for the first level."""

    words: Words

    def apply(self, stands: Problem, now: datetime) -> Problem:
        return problem.work_around(stands, self.by, self.visit, self.words, now, self.via)


class ProposeFix(Finding, Proposing):
    """Ask for the yes of those who may decide a problem's fix: an action of the authority table, and what it
    takes."""

    def apply(self, stands: Problem, now: datetime) -> Problem:
        """Whether it may be asked at all; who may decide it has to be looked up."""
        fix.may_propose(stands, self.by, self.visit, self.proposal(), now)
        return stands


PROBLEM_FINDINGS: dict[str, type[Finding]] = {
    **FINDINGS,
    "cause": FindCause,
    "workaround": Workaround,
    "propose": ProposeFix,
}
"""The same for a problem."""


class OfItems(Finding):
    """Something about items of a prevention proposal, by their names; about all that are open, if it names
    none."""

    items: Annotated[tuple[Key, ...], Field(max_length=MOST_NAMED)] = ()


class PlanItems(OfItems):
    """It will be done then; those who have to agree are asked."""

    when: AwareDatetime

    def then(self) -> datetime:
        """The same as the record writes it."""
        return utc(self.when) or self.when

    def apply(self, stands: Prevention, now: datetime) -> Prevention:
        """Whether it can be planned at all; who has to agree has to be looked up."""
        asking.may_plan(stands, self.by, self.visit, self.items, self.then(), now)
        return stands


class ItemsDone(OfItems):
    """It is done."""

    words: Words = ""

    def apply(self, stands: Prevention, now: datetime) -> Prevention:
        return prevention.done(stands, self.by, self.visit, self.items, self.words, now, self.via)


class DeclineItems(OfItems):
    """It is not done, and why."""

    words: Words

    def apply(self, stands: Prevention, now: datetime) -> Prevention:
        return prevention.decline(stands, self.by, self.visit, self.items, self.words, now, self.via)


PREVENTION_FINDINGS: dict[str, type[Finding]] = {
    "acknowledge": Take,
    "plan": PlanItems,
    "done": ItemsDone,
    "decline": DeclineItems,
}
"""The same for a prevention proposal: the last item settled concludes it."""

ASSIGNMENTS: dict[str, dict[str, type[Finding]]] = {
    "review": FINDINGS,
    "problem": PROBLEM_FINDINGS,
    "prevention": PREVENTION_FINDINGS,
}
"""What each kind of assignment hears, by the first part of its workflow's id."""

AnyAssignment = Review | Problem | Prevention


class AssignmentRound(Message):
    """What there is to tell of an assignment at one moment."""

    notices: tuple[Notice[AssignmentNotice], ...]
    assignment: AnyAssignment
