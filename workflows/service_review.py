"""The service reviews of a month: one for each client, begun by a schedule."""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from workflows.messages import LOOK_UPS, Answer
from workflows.messages.service_review import DueReview, DueReviews, ReviewsInput
from workflows.times import LOOK_UP, RETRY, SEND


@workflow.defn(name="ServiceReviews")
class ServiceReviewsWorkflow:
    """The review of each client's last month, to its account manager."""

    @workflow.run
    async def run(self, start: ReviewsInput) -> Answer:
        at = start.at or workflow.now()
        due: DueReviews = await workflow.execute_activity(
            "due_reviews",
            ReviewsInput(at=at),
            task_queue=LOOK_UPS,
            result_type=DueReviews,
            start_to_close_timeout=LOOK_UP,
            retry_policy=RETRY,
            summary="whose month is reviewed",
        )
        lost = [why for one in due.reviews if (why := await self.send(one))]
        return Answer(text="; ".join(lost) or f"{len(due.reviews)} sent")

    async def send(self, one: DueReview) -> str:
        """Send one, tried until it is there; why that is never, if it is."""
        try:
            await workflow.execute_activity(
                "send_service_review",
                one,
                start_to_close_timeout=SEND,
                retry_policy=RETRY,
                summary=f"the review of {one.client}, {one.month}",
            )
        except ActivityError as error:
            why = error.cause.message if isinstance(error.cause, ApplicationError) else str(error)
            return f"{one.client}: {why}"
        return ""
