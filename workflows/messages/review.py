"""What goes into a relationship review and comes out of it."""

from __future__ import annotations

from datetime import datetime

from procedure.complaint import review
from procedure.complaint.review import Counted, Review, ReviewNotice
from procedure.incoming import Turn
from procedure.record import Notice
from workflows.messages import Message, Statement, Words


class ReviewInput(Message):
    """What starts a review: whose, and the ids of the complaints that have added up; or what it carries."""

    client: str
    complaints: tuple[str, ...] = ()
    drill: bool = False
    carried: Review | None = None


class BeginReview(Message):
    """What the activity needs with which a review begins; ``opened`` is since when it does, if that was
    before."""

    client: str
    complaints: tuple[str, ...]
    drill: bool
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


class Finding(Statement):
    """Something a person says about a review. ``visit`` as in ``Remark``."""

    visit: Turn = 0


class Lead(Finding):
    """I lead it."""

    def apply(self, stands: Review, now: datetime) -> Review:
        return review.acknowledge(stands, self.by, self.visit, now, self.via)


class Conclude(Finding):
    """It was held: what was agreed with the client."""

    words: Words

    def apply(self, stands: Review, now: datetime) -> Review:
        return review.conclude(stands, self.by, self.visit, self.words, now, self.via)


FINDINGS: dict[str, type[Finding]] = {"acknowledge": Lead, "conclude": Conclude}
"""Every update and signal of a review that a person may send, by its name."""


class ReviewRound(Message):
    """What there is to tell of a review at one moment."""

    notices: tuple[Notice[ReviewNotice], ...]
    review: Review
