"""One relationship review: always with somebody who leads it, until it was held."""

from __future__ import annotations

from typing import NoReturn

from temporalio import workflow

from procedure.complaint import review as rules
from procedure.complaint.review import Review
from procedure.path.assignment import present
from workflows import attributes
from workflows.hears import hears
from workflows.look_up import look_up_now
from workflows.messages import Answer
from workflows.messages.assignment import FINDINGS
from workflows.messages.complaint import Begun
from workflows.messages.review import Another, BeginReview, ReviewInput
from workflows.path.assignment import AssignmentWorkflow


@workflow.defn(name="Review")
@hears(FINDINGS)
class ReviewWorkflow(AssignmentWorkflow[Review]):
    """A review that somebody leads, by a day."""

    @workflow.init
    def __init__(self, start: ReviewInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        super().__init__(start.carried)

    @workflow.run
    async def run(self, start: ReviewInput) -> Answer:
        if self.held is None:
            await self.open(await self.begin(start))
        if not await self.climb():
            workflow.continue_as_new(ReviewInput(client=start.client, carried=self.held))
        if self.stands.next:
            self.begin_the_next(self.stands)
        return Answer(text=f"held by {self.stands.concluded_by}")

    async def begin(self, start: ReviewInput) -> Review:
        """Look the complaints up that it is about, and ask the first who may lead it."""
        begun, now = await look_up_now(
            "begin_review",
            lambda now, before: BeginReview(start=start, now=now, opened=before),
            Begun,
            "what has added up, and who leads the review",
        )
        review = rules.begun(start.client, begun.complaints, begun.terms, now, drill=start.drill)
        return present(review, begun.found, now)

    def begin_the_next(self, held: Review) -> NoReturn:
        """The complaints that have added up since it was held have a review of their own, in its place."""
        workflow.continue_as_new(
            ReviewInput(client=held.client, complaints=held.next, drill=held.drill),
            search_attributes=attributes.of_client(held.client, held.drill),
        )

    @workflow.signal(description="One more complaint.")
    async def another(self, message: Another) -> None:
        await self.opened()
        before = self.stands
        self.held = rules.another(before, message.complaint, self.now, message.earlier, message.enough)
        if self.held.next != before.next:
            # The next one waits for the last mails of this one no longer than they are tried at most.
            self.clock.disarm()
