"""What a ticket can be told: by people, by the helpdesk, and by what runs beside it."""

from __future__ import annotations

from temporalio import workflow

from procedure.record import Entry, Kind, Refused
from procedure.ticket.customer import complained
from procedure.ticket.emergency import at_joining, heard_through, joined_by
from procedure.ticket.helpdesk import receive
from procedure.ticket.pauses import look_again
from procedure.ticket.shifts import declined
from procedure.ticket.state import Ticket
from workflows.climbing import Climbing
from workflows.hears import hears
from workflows.messages import Statement
from workflows.messages import ticket as messages
from workflows.messages.ticket import SAYINGS, HasComplaint, HelpdeskEvent, Join


@hears(SAYINGS)
class TicketHandlers(Climbing[Ticket]):
    """What changes a ticket besides time."""

    def __init__(self, carried: Ticket | None) -> None:
        super().__init__(carried)
        # What has come in before it was open.
        self.early: list[Statement | HelpdeskEvent | Join | HasComplaint] = []
        # What the emergency that this ticket has joined still has to hear.
        self.passing: list[HelpdeskEvent] = []

    def begin(self, ticket: Ticket) -> None:
        """The ticket is open: what came in before that is heard now."""
        self.held = ticket
        for message in self.early:
            if isinstance(message, Statement):
                self.noted(message)
            elif isinstance(message, Join):
                self.join(message)
            elif isinstance(message, HasComplaint):
                self.complaint(message)
            else:
                self.take(message)
        self.early.clear()

    async def note(self, said: Statement) -> None:
        if self.held is None:
            self.early.append(said)
        else:
            self.noted(said)

    def noted(self, said: Statement) -> None:
        try:
            self.held = self.after(said)
        except Refused as refused:
            self.refuse(said, str(refused))

    def take(self, message: HelpdeskEvent) -> None:
        """An event of the helpdesk; it may come before the ticket is open, twice, or late."""
        if self.held is None:
            self.early.append(message)
        elif self.held.joined:
            self.passing.append(message)
        else:
            event = heard_through(self.held, message.ticket, message.event)
            self.held = receive(self.held, event, self.now)

    @workflow.query(description="Everything about the ticket as it stands now.")
    def status(self) -> Ticket:
        return self.stands

    @workflow.signal(description="An event of the helpdesk.")
    def helpdesk(self, message: HelpdeskEvent) -> None:
        self.take(message)

    @workflow.signal(description="A helpdesk's ticket is about this emergency.")
    def join(self, message: messages.Join) -> None:
        if self.held is None:
            self.early.append(message)
            return
        self.held = joined_by(self.held, message.opening, message.names, self.now)
        for heard in message.events:
            self.take(heard.model_copy(update={"event": at_joining(heard.event)}))

    @workflow.signal(description="Hours, holidays or rotas have changed.")
    def look_again(self, message: messages.LookAgain) -> None:
        if self.held is not None:
            self.held = look_again(self.held, message.calendar, message.reason, self.now)

    @workflow.signal(description="What was offered at the change of shifts is not taken.")
    def declined(self, message: messages.Declined) -> None:
        if self.held is not None:
            unreached = Entry(self.now, Kind.UNREACHABLE, person=message.to)
            self.held = declined(self.held, unreached, message.to)

    @workflow.signal(description="There is a complaint about how it is handled, or it is over.")
    def complaint(self, message: messages.HasComplaint) -> None:
        if self.held is None:
            self.early.append(message)
        else:
            self.held = complained(self.held, message.number, message.over, self.now)
