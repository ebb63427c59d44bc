"""What goes into an assignment and comes out of it: what all kinds of them have in common."""

from __future__ import annotations

from datetime import datetime

from procedure.complaint.review import Review
from procedure.incoming import Turn
from procedure.path import assignment
from procedure.path.assignment import Assignment, AssignmentNotice
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

AnyAssignment = Review


class AssignmentRound(Message):
    """What there is to tell of an assignment at one moment."""

    notices: tuple[Notice[AssignmentNotice], ...]
    assignment: AnyAssignment
