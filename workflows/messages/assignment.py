"""What goes into an assignment and comes out of it: what all kinds of them have in common."""

from __future__ import annotations

from datetime import datetime

from procedure.complaint.review import Review
from procedure.incoming import Turn
from procedure.path import assignment
from procedure.path.assignment import Assignment, AssignmentNotice
from procedure.problem import state as problem
from procedure.problem.state import Problem
from procedure.record import Notice
from workflows.messages import Message, Statement, Words


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


PROBLEM_FINDINGS: dict[str, type[Finding]] = {**FINDINGS, "cause": FindCause, "workaround": Workaround}
"""The same for a problem."""

ASSIGNMENTS: dict[str, dict[str, type[Finding]]] = {"review": FINDINGS, "problem": PROBLEM_FINDINGS}
"""What each kind of assignment hears, by the first part of its workflow's id."""

AnyAssignment = Review | Problem


class AssignmentRound(Message):
    """What there is to tell of an assignment at one moment."""

    notices: tuple[Notice[AssignmentNotice], ...]
    assignment: AnyAssignment
