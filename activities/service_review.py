"""The service reviews: whose month is due, and the mail that brings one to the account manager."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.mail import Attached, Mail
from procedure.book.procedure import Procedure
from records.database import Records
from service_review.month import Month
from service_review.page import as_html, as_text
from service_review.review import review
from workflows.messages.service_review import DueReview, DueReviews, ReviewsInput


class ServiceReviews:
    """Draws them from the records."""

    def __init__(self, current: Callable[[], Procedure], records: Records | None, mail: Mail) -> None:
        self._current = current
        self._records = records
        self._mail = mail

    @activity.defn
    async def due_reviews(self, asked: ReviewsInput) -> DueReviews:
        """The last month of every client, as its own calendar has it."""
        if asked.at is None:
            raise ApplicationError("of which time?", non_retryable=True)
        due = (
            DueReview(client=name, month=Month.of(asked.at, client.time_zone).before.written)
            for name, client in self._current().clients.items()
        )
        return DueReviews(reviews=tuple(due))

    @activity.defn
    async def send_service_review(self, due: DueReview) -> None:
        """Draw one and send it; of a client that is gone meanwhile there is none."""
        book, records = self._current(), self._records
        if records is None:
            raise ApplicationError("there are no records here", non_retryable=True)
        if due.client not in book.clients:
            raise ApplicationError("there is no such client any more", non_retryable=True)
        month, drawn = Month.parse(due.month), activity.info().scheduled_time
        # Away from the loop: the database may hang, and what is drawn takes its time.
        drawing = asyncio.to_thread(review, records, book, due.client, month, drawn)
        found = await drawing
        zone = book.time_zone
        await self._mail.send_report(
            reader_of(book, due.client),
            subject=f"[{found.name}] Service review, {month}",
            text=as_text(found, book.name, zone),
            attached=Attached(
                f"service-review-{due.client}-{due.month}.html", as_html(found, book.name, zone)
            ),
            ident=f"service-review.{due.client}.{due.month}",
        )


def reader_of(book: Procedure, client: str) -> str:
    """The client's account manager; where it has none, who leads the first tier."""
    return book.clients[client].account_manager or book.tiers[0].lead
