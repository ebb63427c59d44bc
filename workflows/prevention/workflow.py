"""One prevention proposal: always with somebody who owns it, until each of its items is done or declined."""

from __future__ import annotations

from temporalio import workflow

from procedure.approval.deciders import Findings
from procedure.approval.state import Ruling
from procedure.path.asking import approval_id
from procedure.path.assignment import present
from procedure.prevention import asking
from procedure.prevention import state as rules
from procedure.prevention.state import Prevention, Proposed
from procedure.prevention.upkeep import Settlement, upkeep_id
from workflows.hears import hears
from workflows.look_up import look_up_now
from workflows.messages import Answer, Statement
from workflows.messages.assignment import PREVENTION_FINDINGS, PlanItems
from workflows.messages.prevention import (
    AlsoDue,
    BeginPrevention,
    PreventionBegun,
    PreventionInput,
    WasSettled,
)
from workflows.path.asking import AskingWorkflow


@workflow.defn(name="Prevention")
@hears(PREVENTION_FINDINGS)
class PreventionWorkflow(AskingWorkflow[Prevention]):
    """A proposal that somebody owns, by a day."""

    @workflow.init
    def __init__(self, start: PreventionInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        super().__init__(start.carried)

    @workflow.run
    async def run(self, start: PreventionInput) -> Answer:
        if self.held is None:
            await self.open(await self.begin(start))
        if not await self.climb():
            workflow.continue_as_new(PreventionInput(client=start.client, carried=self.held))
        return Answer(text=self.stands.conclusion)

    async def begin(self, start: PreventionInput) -> Prevention:
        """Look up who owns it first."""
        begun, now = await look_up_now(
            "begin_prevention",
            lambda now, before: BeginPrevention(start=start, now=now, opened=before),
            PreventionBegun,
            "who owns what comes due, and by when",
        )
        work = rules.begun(start.client, start.due, begun.terms, now, asked=start.asked, drill=start.drill)
        return present(work, begun.found, now)

    @workflow.signal(description="What comes due, some of it perhaps known already.")
    async def also_due(self, message: AlsoDue) -> None:
        await self.opened()
        self.held = rules.another(self.stands, message.due, self.now)

    # What it asks -------------------------------------------------------------------------

    async def do(self, said: Statement) -> str:
        """What is planned is asked of those who have to agree."""
        if not isinstance(said, PlanItems):
            return await super().do(said)
        await self.opened()
        items = asking.may_plan(self.stands, said.by, said.visit, said.items, said.then(), self.now)
        # By their names: what comes due meanwhile was not meant.
        names = tuple(one.name for one in items)
        found = {one.name: await self.who_decides(said, one) for one in items if one.coming.action}
        self.held, approvals = asking.plan(
            self.stands, said.by, said.visit, names, said.then(), found, self.now, said.via
        )
        for approval in approvals:
            await self.ask(approval)
        return ""

    async def who_decides(self, said: PlanItems, item: Proposed) -> Findings:
        inquiry = asking.inquiry(self.stands, said.by, item, said.then(), self.now)
        return await self.deciders(inquiry, item.name)

    def after(self, ruling: Ruling) -> Prevention:
        return asking.ruled(self.stands, ruling, self.now)

    # What others hear ---------------------------------------------------------------------

    async def tell_others(self) -> bool:
        """Who is asked for what is settled need not answer; who keeps the client's prevention hears how."""
        for one in asking.needless(self.stands):
            await self.dismiss(one)
            return True
        if settled := rules.unkept(self.stands):
            await self.have_kept(settled)
            return True
        return False

    async def dismiss(self, item: Proposed) -> None:
        ident = approval_id(self.stands, item.approval)
        self.held = asking.dismissed(self.stands, item)
        await self.no_longer_needed(ident, f"{item.name}: {item.stage}")

    async def have_kept(self, items: tuple[Proposed, ...]) -> None:
        settled = {
            one.name: Settlement(one.coming.due, one.stage == "done", one.when) for one in items if one.when
        }
        message = WasSettled(settled=settled, asked=self.stands.asked)
        await self.tell(upkeep_id(self.stands.client), "was_settled", message)
        self.held = rules.keep(self.stands, items)
