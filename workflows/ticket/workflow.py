"""One ticket, from open to confirmed: present it, wait, climb.

What follows from what is decided by ``procedure``; this workflow holds the ticket's state,
waits for time and for people, and has activities do what was decided.
"""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from procedure.duty.placement import Standing
from procedure.record import Entry, Kind, Notice
from procedure.ticket.asking import open_questions
from procedure.ticket.due import tick, wake
from procedure.ticket.emergency import joined_to
from procedure.ticket.opening import open_ticket, tell_first_level
from procedure.ticket.paging import undeliverable
from procedure.ticket.presenting import present, question
from procedure.ticket.state import NoticeKind, Ticket
from workflows import attributes
from workflows.climbing import Rules
from workflows.letters import details, letter, summary
from workflows.look_up import look_up_now
from workflows.messages.ticket import Agreed, AgreeInput, HelpdeskEvent, Join, TicketInput, TicketResult
from workflows.ticket.asking import Asking


def _by(notices: tuple[Notice[NoticeKind], ...]) -> str:
    """The activity that brings a notice to its reader."""
    (notice,) = notices
    if notice.kind is NoticeKind.HANDOVER:
        return "offer"
    return "page" if notice.channel else "send"


@workflow.defn(name="Ticket")
class TicketWorkflow(Asking):
    """A ticket that is always in somebody's hands, until the customer says it is solved."""

    rules = Rules(
        seek=question,
        present=present,
        tick=tick,
        wake=wake,
        undeliverable=undeliverable,
        look_up="stand",
        found=Standing,
        looks_for=lambda ticket: f"who stands at {ticket.place}, and until when",
        bring=_by,
        letter=lambda ticket, notices: letter(ticket, *notices),
        summary=lambda ticket, notices: summary(ticket, *notices),
        details=details,
        values=attributes.values,
    )

    @workflow.init
    def __init__(self, start: TicketInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        super().__init__(start.carried)
        self.opening = start.opening

    @workflow.run
    async def run(self, start: TicketInput) -> TicketResult:
        if self.held is None:
            self.begin(await self.open())
        if start.event:
            self.take(start.event)
        if not await self.climb():
            workflow.continue_as_new(TicketInput(opening=self.opening, carried=self.held))
        return self.result(self.stands)

    async def open(self) -> Ticket:
        """Assess it, agree on what holds for it, and put it before whoever stands where it starts."""
        opened = workflow.now()
        agreed, now = await look_up_now(
            "agree",
            lambda now: AgreeInput(opening=self.opening, now=now, opened=opened if now > opened else None),
            Agreed,
            "what is agreed for this client, and who stands where it starts",
        )
        ticket = open_ticket(self.opening, agreed.agreement, agreed.start, agreed.names, opened)
        if agreed.joins and await self.joins(agreed):
            return joined_to(ticket, agreed.joins, workflow.now())
        return present(tell_first_level(ticket, agreed.first_level), agreed.standing, now)

    async def joins(self, agreed: Agreed) -> bool:
        """Give an open emergency what has come in; False if it has just ended, and can't go on for it."""
        heard = [message for message in self.early if isinstance(message, HelpdeskEvent)]
        join = Join(opening=self.opening, names=agreed.names, events=tuple(map(self.passed_on, heard)))
        try:
            await workflow.get_external_workflow_handle(agreed.joins).signal("join", join)
        except ApplicationError:
            return False
        # What has come in while it was on its way is passed on after it.
        self.early = [message for message in self.early if message not in heard]
        return True

    async def pass_on(self, emergency: str) -> None:
        """What the helpdesk says about a ticket that has joined an emergency is for that one to hear."""
        while self.passing:
            message = self.passed_on(self.passing.pop(0))
            try:
                await workflow.get_external_workflow_handle(emergency).signal("helpdesk", message)
            except ApplicationError as error:
                words = f"{message.event.text or 'no comment'} ({error.message})"
                lost = Entry(workflow.now(), Kind.NOT_PASSED_ON, words=words)
                self.held = self.stands.noted(lost)

    def passed_on(self, message: HelpdeskEvent) -> HelpdeskEvent:
        """An event of this ticket, for the emergency that it joins."""
        return message.model_copy(update={"ticket": self.opening.id})

    def nothing_open(self) -> bool:
        return super().nothing_open() and not open_questions(self.stands)

    async def all_is_said(self) -> bool:
        """Wait for the last mails of a closed ticket; False if it was opened again meanwhile."""
        await self.pass_on(self.stands.joined)
        return await super().all_is_said() and not self.passing

    @staticmethod
    def result(ticket: Ticket) -> TicketResult:
        return TicketResult(
            status=ticket.status,
            severity=ticket.severity,
            tier=ticket.place,
            holder=ticket.holder,
            ended=ticket.last,
        )
