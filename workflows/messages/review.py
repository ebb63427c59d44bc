"""What goes into a relationship review alone."""

from __future__ import annotations

from datetime import datetime

from procedure.complaint.review import Counted, Review
from workflows.messages import Message


class ReviewInput(Message):
    """What starts a review: whose, and the ids of the complaints that have added up; or what it carries."""

    client: str
    complaints: tuple[str, ...] = ()
    drill: bool = False
    carried: Review | None = None


class BeginReview(Message):
    """What the activity needs with which a review begins; ``opened`` is since when it does, if that was
    before."""

    start: ReviewInput
    now: datetime
    opened: datetime | None = None


class Another(Message):
    """One more complaint, while a review is open (a signal).

    ``earlier`` are those that it counts with, ``enough`` how many ask for a review: for one that was held
    already, and only has its last mails to send.
    """

    complaint: Counted
    earlier: tuple[str, ...] = ()
    enough: int = 0
