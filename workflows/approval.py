"""One approval: put before whoever may decide, reminded, put before the next one, answered once.

Who may decide, and whether who answers has the authority, is looked up in the procedure each
time. The ticket hears how it stands by a signal, so that the answer outlives a ticket's runs.
"""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from procedure import approval as rules
from procedure.approval import Approval, Told
from procedure.asking import Ruling, standing_of
from procedure.deciders import Findings, Verdict
from procedure.record import Entry, Kind, Refused
from workflows.clock import Clock
from workflows.hears import hears
from workflows.letters import approval_details, approval_letter, approval_summary
from workflows.look_up import is_fresh, look_up
from workflows.messages import Answer
from workflows.messages.approval import OPINIONS, ApprovalInput, Claim, Decide, NoLongerNeeded, Opinion
from workflows.messages.ticket import Ruled
from workflows.post import Post, Undeliverable, bring
from workflows.refusal import or_refuse
from workflows.times import LAST_MAILS


@workflow.defn(name="Approval")
@hears(OPINIONS)
class ApprovalWorkflow:
    """A question that is always before somebody who may decide it, until it is decided."""

    @workflow.init
    def __init__(self, start: ApprovalInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        self.approval = start.approval
        self.heard = standing_of(self.approval)
        self.judging = 0
        self.on_its_way: Post[Told] = Post()
        self.clock = Clock()

    @workflow.run
    async def run(self, start: ApprovalInput) -> Ruling:
        if start.contest:
            await self.note(start.contest)
        if start.objection:
            await self.note(start.objection)
        while True:
            approval = await self.settle()
            self.post(approval)
            workflow.set_current_details(approval_details(approval))
            if not approval.over:
                await self.something_happens()
            elif await self.all_is_said():
                return standing_of(self.approval)

    async def settle(self) -> Approval:
        """Do what time has made due, until the question is before somebody, or decided, and the ticket
        has heard of it."""
        while True:
            # What was said in time counts, also when the look-up ends after it.
            await workflow.wait_condition(lambda: not self.judging)
            before = self.approval
            self.approval = rules.tick(before, workflow.now()) if self.clock.strikes() else before
            if self.approval.unpresented:
                await self.put_before_the_next(self.approval)
            elif standing_of(self.approval) != self.heard:
                await self.report()
            elif self.approval is before:
                return before

    async def put_before_the_next(self, approval: Approval) -> None:
        """Ask who is next; what was said meanwhile has made the answer stale."""
        now = workflow.now()
        asked = rules.inquiry(approval, now)
        findings = await look_up("deciders", asked, Findings, "who may decide, and is next")
        if self.approval is approval and is_fresh(now):
            self.approval = rules.present(approval, findings, workflow.now())

    def post(self, approval: Approval) -> None:
        """Send what there is to tell, and stop trying what no longer matters to anybody."""
        self.on_its_way.stop(approval.matters)
        for notice in approval.notices:
            self.on_its_way.begin((notice,), self.deliver(approval, notice))
        if approval.notices:
            self.approval = approval.sent()

    async def deliver(self, approval: Approval, notice: Told) -> None:
        activity = "page_approval" if notice.channel else "send_approval"
        try:
            await bring(activity, approval_letter(approval, notice), approval_summary(approval, notice))
        except Undeliverable as reason:
            self.approval = rules.undeliverable(self.approval, notice, str(reason), workflow.now())

    async def report(self) -> None:
        """Tell the ticket what it does not know yet; one that has ended needs no answer any more."""
        self.heard = stands = standing_of(self.approval)
        ticket = workflow.get_external_workflow_handle(self.approval.ticket)
        try:
            await ticket.signal("ruled", Ruled(ruling=stands))
        except ApplicationError:
            if not self.approval.over:
                self.approval = rules.withdraw(self.approval, "", "the ticket has ended", workflow.now())

    async def something_happens(self) -> None:
        """Wait until something is due or somebody has said something."""
        before = self.approval
        upcoming = rules.wake(before)
        if upcoming is None:
            raise AssertionError("asked and nothing due: every open question has an armed clock")
        await self.clock.until(upcoming, lambda: self.approval is not before)

    async def all_is_said(self) -> bool:
        """Wait for the last mails; False if something was said meanwhile."""
        before = self.approval
        self.clock.disarm()

        def said() -> bool:
            return self.on_its_way.is_empty and workflow.all_handlers_finished()

        try:
            await workflow.wait_condition(
                lambda: said() or self.approval is not before,
                timeout=LAST_MAILS,
                timeout_summary="the last mails",
            )
        except TimeoutError:
            return True
        return self.approval is before

    # What people say ------------------------------------------------------------------

    @workflow.query(description="Everything about the approval as it stands now.")
    def status(self) -> Approval:
        return self.approval

    @workflow.signal(description="The ticket does not need the answer any more.")
    def no_longer_needed(self, message: NoLongerNeeded) -> None:
        if not self.approval.over:
            self.approval = rules.withdraw(self.approval, "", message.reason, workflow.now())

    def judge(self, said: Opinion) -> None:
        """Whether it counts, as far as that is known before it is looked up who may decide."""
        or_refuse(lambda: said.apply(self.approval, workflow.now()))

    async def hear(self, said: Opinion) -> Answer:
        """One assignment of a whole new state: of two decisions that arrive together one wins."""
        verdict = await self.verdict(said)
        self.approval = or_refuse(lambda: said.apply(self.approval, workflow.now(), verdict))
        return Answer(text=self.approval.last)

    async def note(self, said: Opinion) -> None:
        """The same without an answer: what is refused stands in the record with its reason."""
        verdict = await self.verdict(said)
        try:
            self.approval = said.apply(self.approval, workflow.now(), verdict)
        except Refused as refused:
            what, now = said.called, workflow.now()
            refusal = Entry(now, Kind.REFUSED, said.by, said.via, what=what, words=str(refused))
            self.approval = self.approval.noted(refusal)

    async def verdict(self, said: Opinion) -> Verdict | None:
        """Whether they have the authority to decide at this instant, if that is what they do."""
        if not isinstance(said, Decide):
            return None
        self.judging += 1
        try:
            claim = Claim(inquiry=rules.inquiry(self.approval, workflow.now()), person=said.by)
            who = self.approval.name(said.by)
            return await look_up("judge", claim, Verdict, f"whether {who} may decide it now")
        finally:
            self.judging -= 1
