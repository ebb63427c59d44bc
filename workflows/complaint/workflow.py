"""One complaint, until the customer says that it is settled, and what was promised was kept.

It runs beside the ticket it is about, not under it: what happens to the ticket moves nothing here. Its
words stay in this workflow, and in the mails of those who hear it.
"""

from __future__ import annotations

from dataclasses import replace

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from procedure.complaint.progress import RULES, present
from procedure.complaint.review import Counted, review_id
from procedure.complaint.state import Complaint, begun
from procedure.path.levels import Found, Seek
from workflows import attributes
from workflows.climbing import Climbing, Means
from workflows.hears import hears
from workflows.letters import complaint_details, complaint_summary, who_hears
from workflows.look_up import look_up, look_up_now
from workflows.messages import Answer, Brought
from workflows.messages.complaint import REMARKS, Begun, ComplaintInput, ComplaintRound, HearInput
from workflows.messages.review import Another, ReviewInput
from workflows.post import Notices, bring

TRIES = 3
"""How often a review is asked for, of which one ends just when it was to hear of one more complaint."""


async def _seek(complaint: Complaint, question: Seek) -> Found:
    return await look_up("levels", question, Found, who_hears(complaint))


async def _bring(complaint: Complaint, notices: Notices) -> Brought:
    # Its record stays: nobody reads it in a mail.
    letter = ComplaintRound(notices=notices, complaint=replace(complaint, record=(), notices=()))
    summary = complaint_summary(complaint, notices)
    return await bring("bring_complaint", letter, summary, len(notices))


@workflow.defn(name="Complaint")
@hears(REMARKS)
class ComplaintWorkflow(Climbing[Complaint]):
    """A complaint that is always with somebody who must listen, or with the customer."""

    rules = RULES
    means = Means(
        seek=_seek,
        bring=_bring,
        together=True,
        details=complaint_details,
        values=attributes.of_path,
    )

    @workflow.init
    def __init__(self, start: ComplaintInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        super().__init__(start.carried)
        self.raised = start.raised
        self.reviewed = bool(start.carried and start.carried.earlier)

    @workflow.run
    async def run(self, start: ComplaintInput) -> Answer:
        if self.held is None:
            await self.open(await self.begin())
        if start.reopen:
            await self.note(start.reopen)
        if not await self.climb():
            workflow.continue_as_new(ComplaintInput(raised=self.raised, carried=self.held))
        return Answer(text=self.stands.outcome)

    async def begin(self) -> Complaint:
        """Agree on its path, and put it before whoever hears it first."""
        opened = workflow.now()
        agreed, now = await look_up_now(
            "hear",
            lambda now, before: HearInput(raised=self.raised, now=now, opened=before),
            Begun,
            "what is agreed for a complaint, and who hears it first",
        )
        complaint = begun(self.raised, agreed.terms, agreed.names, opened)
        return present(complaint, agreed.found, now)

    # Whom it concerns besides ---------------------------------------------------------------

    async def tell_others(self) -> bool:
        """With enough complaints of the client a review begins."""
        stands = self.stands
        if stands.earlier and not self.reviewed:
            self.reviewed = True
            await self.ask_for_a_review(stands)
            return True
        return False

    async def ask_for_a_review(self, stands: Complaint) -> None:
        """One review of a client at a time: one that runs already hears of this complaint, too."""
        review = review_id(stands.client)
        for _ in range(TRIES):
            if await self.begins(review, stands) or await self.add_to_review(review, stands):
                return
            if not workflow.patched("review-asked-again"):
                return

    async def begins(self, review: str, stands: Complaint) -> bool:
        """Whether a review begins now; not while one of this client runs."""
        try:
            await workflow.start_child_workflow(
                "Review",
                ReviewInput(
                    client=stands.client, complaints=(*stands.earlier, stands.id), drill=stands.drill
                ),
                id=review,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                search_attributes=attributes.of_client(stands.client, stands.drill),
                static_summary=f"{stands.client}: relationship review",
            )
        except FailureError:
            return False
        return True

    async def add_to_review(self, review: str, stands: Complaint) -> bool:
        """Tell the one that runs; one that was held, and only sends its last mails, begins another then."""
        counted = Counted(stands.id, stands.number, stands.raised.kind, stands.opened, stands.barred)
        another = Another(complaint=counted, earlier=stands.earlier, enough=stands.terms.review_after)
        try:
            await workflow.get_external_workflow_handle(review).signal("another", another)
        except ApplicationError:
            return False  # it has just ended
        return True
