"""One relationship review: always with somebody who leads it, until it was held."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from temporalio import workflow

from procedure.complaint import review as rules
from procedure.complaint.levels import Found
from procedure.complaint.review import Review
from workflows import attributes
from workflows.climbing import Climbing, Rules
from workflows.hears import hears
from workflows.letters import review_details, review_summary, who_hears
from workflows.look_up import look_up, look_up_now
from workflows.messages import Answer, Brought
from workflows.messages.complaint import Begun
from workflows.messages.review import FINDINGS, Another, BeginReview, ReviewInput, ReviewRound
from workflows.post import Notices, bring


async def _seek(review: Review, now: datetime) -> Found:
    return await look_up("levels", rules.seek(review, now), Found, who_hears(review))


async def _bring(review: Review, notices: Notices) -> Brought:
    letter = ReviewRound(notices=notices, review=replace(review, notices=()))
    summary = review_summary(review, notices)
    return await bring("bring_review", letter, summary, len(notices))


@workflow.defn(name="Review")
@hears(FINDINGS)
class ReviewWorkflow(Climbing[Review]):
    """A review that somebody leads, by a day."""

    rules = Rules(
        tick=rules.tick,
        wake=rules.wake,
        seek=_seek,
        present=rules.present,
        bring=_bring,
        together=True,
        undeliverable=rules.undeliverable,
        details=review_details,
        values=attributes.of_path,
    )

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
        return Answer(text=f"held by {self.stands.held_by}")

    async def begin(self, start: ReviewInput) -> Review:
        """Look the complaints up that it is about, and ask the first who may lead it."""
        begun, now = await look_up_now(
            "begin_review",
            lambda now, before: BeginReview(
                client=start.client,
                complaints=start.complaints,
                drill=start.drill,
                now=now,
                opened=before,
            ),
            Begun,
            "what has added up, and who leads the review",
        )
        review = rules.begun(start.client, begun.complaints, begun.terms, now, drill=start.drill)
        return rules.present(review, begun.found, now)

    def begin_the_next(self, held: Review) -> NoReturn:
        """The complaints that have added up since it was held have a review of their own, in its place."""
        workflow.continue_as_new(
            ReviewInput(client=held.client, complaints=held.next, drill=held.drill),
            search_attributes=attributes.of_client(held.client, held.drill),
        )

    # What people say ----------------------------------------------------------------------

    @workflow.signal(description="One more complaint.")
    async def another(self, message: Another) -> None:
        await self.opened()
        before = self.stands
        self.held = rules.another(before, message.complaint, self.now, message.earlier, message.enough)
        if self.held.next != before.next:
            # The next one waits for the last mails of this one no longer than they are tried at most.
            self.clock.disarm()
