"""What is kept of a client's prevention, and the look each day at what comes due.

A workflow that lives as long as the client does: readings and what was settled have to outlive a proposal,
and the timer of the next look outlives a worker. A day costs a history ten to twenty events, a reading four.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from procedure.prevention.due import ComingDue
from procedure.prevention.state import prevention_id
from procedure.prevention.upkeep import Look, Reading, Upkeep
from workflows import attributes
from workflows.look_up import look_up
from workflows.messages.prevention import (
    AlsoDue,
    LookAhead,
    Measured,
    PreventionInput,
    UpkeepInput,
    WasSettled,
)

NO_TIME = timedelta(0)

TRIES = 3
"""How often a proposal is told, of which one ends just when it was to hear what else comes due."""


@workflow.defn(name="Upkeep")
class UpkeepWorkflow:
    """What is kept of one client's prevention."""

    @workflow.init
    def __init__(self, start: UpkeepInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        self.upkeep = start.carried or Upkeep(start.client)

    @workflow.run
    async def run(self, start: UpkeepInput) -> None:
        again = start.again
        while again is None or await self.waits_until(again):
            found = await self.look()
            if found.again is None:
                return
            if found.due:
                await self.propose(found.due)
            again = found.again
        workflow.continue_as_new(UpkeepInput(client=start.client, carried=self.upkeep, again=again))

    async def look(self) -> Look:
        """What comes due, by all that was settled so far."""
        while True:
            before = self.upkeep
            asked = LookAhead(upkeep=before, now=workflow.now())
            found = await look_up("look_ahead", asked, Look, f"what comes due at {before.client}")
            if self.upkeep.settled is before.settled:
                return found

    async def propose(self, due: tuple[ComingDue, ...]) -> None:
        """A proposal begins, or the one that is open hears what else comes due."""
        for _ in range(TRIES):
            if await self.heard(due) or await self.begins(due):
                return

    async def heard(self, due: tuple[ComingDue, ...]) -> bool:
        """Whether a proposal is open, and has heard of it."""
        proposal = workflow.get_external_workflow_handle(prevention_id(self.upkeep.client))
        try:
            await proposal.signal("also_due", AlsoDue(due=due))
        except ApplicationError:
            return False
        return True

    async def begins(self, due: tuple[ComingDue, ...]) -> bool:
        """Whether a proposal begins now; not while one is open."""
        client = self.upkeep.client
        try:
            await workflow.start_child_workflow(
                "Prevention",
                PreventionInput(client=client, due=due, asked=self.upkeep.asked),
                id=prevention_id(client),
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                search_attributes=attributes.of_client(client, drill=False),
                static_summary=f"{client}: prevention proposal",
            )
        except FailureError:
            return False
        return True

    async def waits_until(self, at: datetime) -> bool:
        """Wait for the next look; False when the history has grown long first, since many readings came."""
        left = at - workflow.now()
        if left <= NO_TIME:
            return True
        try:
            await workflow.wait_condition(
                workflow.info().is_continue_as_new_suggested,
                timeout=left,
                timeout_summary="the next look at what comes due",
            )
        except TimeoutError:
            return True
        return False

    # What it hears ------------------------------------------------------------------------

    @workflow.query(description="What is kept of the client's prevention.")
    def status(self) -> Upkeep:
        return self.upkeep

    @workflow.signal(description="Something was measured.")
    def measured(self, message: Measured) -> None:
        self.upkeep = self.upkeep.measured(Reading(message.item, message.value, message.day))

    @workflow.signal(description="Items of a proposal were settled.")
    def was_settled(self, message: WasSettled) -> None:
        for name, settlement in message.settled.items():
            self.upkeep = self.upkeep.settle(name, settlement)
        self.upkeep = self.upkeep.has_asked(message.asked)
