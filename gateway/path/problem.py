"""The page of a problem: how it stands, with what has helped with its tickets."""

from __future__ import annotations

from fastapi import Response

from gateway.path.page import AssignmentPage
from gateway.views import Showing, Views
from procedure.path.assignment import Assignment
from procedure.problem.state import Problem
from runtime.tickets import Tickets


class ProblemPage(AssignmentPage):
    """A problem, with what the records know of its tickets by now."""

    def __init__(self) -> None:
        super().__init__(Problem)

    async def render(self, views: Views, tickets: Tickets, found: Assignment, shown: Showing) -> Response:
        if isinstance(found, Problem):
            found = await views.before.of_tickets(found)
        return await super().render(views, tickets, found, shown)
