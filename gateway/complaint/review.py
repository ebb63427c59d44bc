"""The page of a relationship review, with the complaints that have added up."""

from __future__ import annotations

from gateway.pages import those_seen
from gateway.path.page import AssignmentPage
from procedure.complaint.review import Review
from procedure.complaint.state import Complaint
from runtime.tickets import Tickets


class ReviewPage(AssignmentPage):
    """A review, with those of its complaints that can be seen now."""

    def __init__(self) -> None:
        super().__init__(Review)

    async def more(self, tickets: Tickets, found: Review) -> list[Complaint]:
        return await those_seen(tickets.complaint, [one.id for one in found.complaints])
