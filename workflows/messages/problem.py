"""What goes into a problem alone."""

from __future__ import annotations

from datetime import datetime

from procedure.path.levels import Found, PathTerms
from procedure.problem.state import Incident, Problem, Recurrence
from workflows.messages import Message


class ProblemInput(Message):
    """What starts a problem: the pattern, and the ticket that has shown it or who opens it by hand; or what
    it carries."""

    pattern: Recurrence
    title: str = ""
    opened_by: str = ""
    ticket: Incident | None = None
    drill: bool = False
    carried: Problem | None = None


class BeginProblem(Message):
    """What the activity needs with which a problem begins."""

    start: ProblemInput
    now: datetime
    opened: datetime | None = None


class ProblemBegun(Message):
    """What is pinned when a problem begins, who owns it first, how it was solved the last time, as which
    action its fix must be approved, and the tickets that have shown it."""

    terms: PathTerms
    fixing: PathTerms
    found: Found
    before: Problem | None = None
    approved_as: str = ""
    tickets: tuple[Incident, ...] = ()


class Recurred(Message):
    """One more ticket of its pattern (a signal)."""

    ticket: Incident
