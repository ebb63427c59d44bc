"""One problem: always with somebody who owns it, until its cause is removed."""

from __future__ import annotations

from temporalio import workflow

from procedure.approval.state import Ruling
from procedure.path.asking import approval_id, inquiry
from procedure.path.assignment import present
from procedure.problem import fix
from procedure.problem import state as rules
from procedure.problem.state import Problem
from workflows.hears import hears
from workflows.look_up import look_up_now
from workflows.messages import Answer, Statement
from workflows.messages.assignment import PROBLEM_FINDINGS, ProposeFix
from workflows.messages.problem import BeginProblem, ProblemBegun, ProblemInput, Recurred
from workflows.path.asking import AskingWorkflow


@workflow.defn(name="Problem")
@hears(PROBLEM_FINDINGS)
class ProblemWorkflow(AskingWorkflow[Problem]):
    """A problem that somebody owns, by a day."""

    @workflow.init
    def __init__(self, start: ProblemInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        super().__init__(start.carried)

    @workflow.run
    async def run(self, start: ProblemInput) -> Answer:
        if self.held is None:
            await self.open(await self.begin(start))
        if not await self.climb():
            workflow.continue_as_new(start.model_copy(update={"carried": self.held}))
        return Answer(text=f"solved by {self.stands.concluded_by}")

    async def begin(self, start: ProblemInput) -> Problem:
        """Look up who owns it first, and how it was solved the last time."""
        begun, now = await look_up_now(
            "begin_problem",
            lambda now, before: BeginProblem(start=start, now=now, opened=before),
            ProblemBegun,
            "who looks for the cause, and by when",
        )
        problem = rules.begun(
            start.pattern,
            begun.terms,
            begun.fixing,
            now,
            title=start.title,
            opened_by=start.opened_by,
            approved_as=begun.approved_as,
            before=begun.before,
            drill=start.drill,
        )
        for ticket in (*begun.tickets, *filter(None, [start.ticket])):
            problem = rules.another(problem, ticket, now)
        return present(problem, begun.found, now)

    @workflow.signal(description="One more ticket of its pattern.")
    async def recurred(self, message: Recurred) -> None:
        await self.opened()
        self.held = rules.another(self.stands, message.ticket, self.now)

    # What it asks -------------------------------------------------------------------------

    async def do(self, said: Statement) -> str:
        """A fix that is proposed is asked of those who may decide it."""
        if not isinstance(said, ProposeFix):
            return await super().do(said)
        await self.opened()
        proposal = said.proposal()
        fix.may_propose(self.stands, said.by, said.visit, proposal, self.now)
        found = await self.deciders(inquiry(self.stands, said.by, proposal, self.now), "the fix")
        self.held, approval = fix.propose(
            self.stands, said.by, said.visit, proposal, found, self.now, said.via
        )
        if approval:
            await self.ask(approval)
        return ""

    def after(self, ruling: Ruling) -> Problem:
        return fix.ruled(self.stands, ruling, self.now)

    async def tell_others(self) -> bool:
        """Who is asked again for the fix of what is solved by now need not answer."""
        asked = self.stands.fix
        if asked is None or asked.outcome != "asked" or not self.stands.over:
            return False
        ident = approval_id(self.stands, asked.number)
        self.held = fix.dismissed(self.stands)
        await self.no_longer_needed(ident, "the problem is solved")
        return True
