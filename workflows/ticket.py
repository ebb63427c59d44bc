"""One ticket, from open to confirmed: present it, wait, climb.

What follows from what is decided by ``procedure``; this workflow holds the ticket's state,
waits for time and for people, and has activities do what was decided.
"""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from procedure.asking import open_questions
from procedure.emergency import joined_to
from procedure.opening import open_ticket, tell_first_level
from procedure.paging import undeliverable
from procedure.presenting import present, question
from procedure.record import Entry, Kind
from procedure.standing import Standing
from procedure.ticket import Notice, NoticeKind, Ticket
from procedure.wakes import tick, wake
from workflows import attributes
from workflows.asking import Asking
from workflows.clock import Clock
from workflows.letters import details, letter, summary
from workflows.look_up import is_fresh, look_up, look_up_now
from workflows.messages.ticket import Agreed, AgreeInput, HelpdeskEvent, Join, TicketInput, TicketResult
from workflows.post import Post, Undeliverable, bring
from workflows.times import LAST_MAILS


def _by(notice: Notice) -> str:
    """The activity that brings a notice to its reader."""
    if notice.kind is NoticeKind.HANDOVER:
        return "offer"
    return "page" if notice.channel else "send"


@workflow.defn(name="Ticket")
class TicketWorkflow(Asking):
    """A ticket that is always in somebody's hands, until the customer says it is solved."""

    @workflow.init
    def __init__(self, start: TicketInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        super().__init__(start.carried)
        self.opening = start.opening
        self.on_its_way: Post[Notice] = Post()
        self.clock = Clock()
        self.shown = attributes.Shown()

    @workflow.run
    async def run(self, start: TicketInput) -> TicketResult:
        if self.ticket is None:
            self.begin(await self.open())
        if start.event:
            self.take(start.event)
        while True:
            ticket = await self.settle()
            self.post(ticket)
            self.publish(ticket)
            if ticket.closed:
                await self.pass_on(ticket.joined)
                if await self.all_is_said() and not self.passing:
                    return self.result(self.standing_ticket)
            elif self.grown_long():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(TicketInput(opening=self.opening, carried=self.ticket))
            else:
                await self.something_happens()

    async def open(self) -> Ticket:
        """Assess it, agree on what holds for it, and put it before whoever stands where it starts."""
        opened = workflow.now()
        agreed, now = await look_up_now(
            "agree",
            lambda now: AgreeInput(opening=self.opening, now=now, opened=opened if now > opened else None),
            Agreed,
            "what is agreed for this client, and who stands where it starts",
        )
        ticket = open_ticket(self.opening, agreed.agreement, agreed.names, agreed.earlier or 0, opened)
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
                self.ticket = self.standing_ticket.noted(lost)

    def passed_on(self, message: HelpdeskEvent) -> HelpdeskEvent:
        """An event of this ticket, for the emergency that it joins."""
        return message.model_copy(update={"ticket": self.opening.id})

    async def settle(self) -> Ticket:
        """Do what time has made due, one thing after the other, until somebody stands where it is."""
        while True:
            before = self.standing_ticket
            self.ticket = tick(before, workflow.now()) if self.clock.strikes() else before
            if self.ticket.unpresented:
                await self.put_before_its_tier(self.ticket)
            elif self.needless(self.ticket):
                await self.dismiss(self.ticket)
            elif self.ticket is before:
                return before

    async def put_before_its_tier(self, ticket: Ticket) -> None:
        """Ask who stands there and until when; what was said meanwhile has made the answer stale."""
        now = workflow.now()
        asked = question(ticket, now)
        standing = await look_up("stand", asked, Standing, f"who stands at {ticket.place}, and until when")
        if self.ticket is ticket and is_fresh(now):
            self.ticket = present(ticket, standing, workflow.now())

    def post(self, ticket: Ticket) -> None:
        """Send what there is to tell, and stop trying what no longer matters to anybody."""
        self.on_its_way.stop(ticket.matters)
        for notice in ticket.notices:
            self.on_its_way.begin((notice,), self.deliver(ticket, notice))
        if ticket.notices:
            self.ticket = ticket.sent()

    async def deliver(self, ticket: Ticket, notice: Notice) -> None:
        try:
            await bring(_by(notice), letter(ticket, notice), summary(ticket, notice))
        except Undeliverable as reason:
            self.ticket = undeliverable(self.standing_ticket, notice, str(reason), workflow.now())

    def publish(self, ticket: Ticket) -> None:
        """Show where it stands: in the Temporal UI, and to whoever searches."""
        workflow.set_current_details(details(ticket))
        self.shown.show(attributes.values(ticket))

    async def something_happens(self) -> None:
        """Wait until something is due or somebody has said something."""
        before = self.standing_ticket
        upcoming = wake(before)
        if upcoming is None:
            raise AssertionError(f"{before.status} and nothing due: every open ticket has an armed clock")
        await self.clock.until(upcoming, lambda: self.ticket is not before)

    def grown_long(self) -> bool:
        """Whether the history should start afresh; mails on their way are waited for."""
        return workflow.info().is_continue_as_new_suggested() and self.on_its_way.is_empty

    @staticmethod
    def result(ticket: Ticket) -> TicketResult:
        return TicketResult(
            status=ticket.status,
            severity=ticket.severity,
            tier=ticket.place,
            holder=ticket.holder,
            ended=ticket.last,
        )

    async def all_is_said(self) -> bool:
        """Wait for the last mails of a closed ticket; False if it was opened again meanwhile."""
        before = self.ticket

        def said() -> bool:
            settled = not open_questions(self.standing_ticket)
            return self.on_its_way.is_empty and settled and workflow.all_handlers_finished()

        if not said():
            try:
                await workflow.wait_condition(
                    lambda: said() or self.ticket is not before,
                    timeout=LAST_MAILS,
                    timeout_summary="closed: the last mails",
                )
            except TimeoutError:
                return True
        return self.ticket is before
