"""One assignment: always with somebody who has it, until it is concluded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from procedure.path.assignment import RULES, Assignment
from procedure.path.levels import Found, Seek
from workflows import attributes
from workflows.climbing import Climbing, Means
from workflows.letters import assignment_details, assignment_summary, who_hears
from workflows.look_up import look_up
from workflows.messages import Brought
from workflows.messages.assignment import AssignmentRound
from workflows.post import Notices, bring

Work = TypeVar("Work", bound=Assignment)


async def _seek(work: Assignment, question: Seek) -> Found:
    return await look_up("levels", question, Found, who_hears(work))


async def _bring(work: Any, notices: Notices) -> Brought:
    letter = AssignmentRound(notices=notices, assignment=replace(work, notices=()))
    return await bring("bring_assignment", letter, assignment_summary(work, notices), len(notices))


class AssignmentWorkflow(Climbing[Work]):
    """What its kinds add is how it begins, and what comes of it."""

    rules = RULES
    means = Means(
        seek=_seek,
        bring=_bring,
        together=True,
        details=assignment_details,
        values=attributes.of_path,
    )
