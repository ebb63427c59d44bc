"""What goes into the service reviews of a month."""

from __future__ import annotations

from datetime import datetime

from workflows.messages import Message


class ReviewsInput(Message):
    """Of which instant's last month; without one, of the time it runs."""

    at: datetime | None = None


class DueReview(Message):
    """One client's review: of which month ("2026-11")."""

    client: str
    month: str


class DueReviews(Message):
    """The reviews that are due."""

    reviews: tuple[DueReview, ...]
