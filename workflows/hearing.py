"""What a ticket can be told: by people, by the helpdesk, and by what runs beside it."""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from procedure.customer import complained
from procedure.desk import receive
from procedure.emergency import at_joining, heard_through, joined_by
from procedure.pauses import look_again
from procedure.record import Entry, Kind, Refused
from procedure.shifts import declined
from procedure.ticket import Ticket
from workflows.hears import hears
from workflows.messages import Answer
from workflows.messages import ticket as messages
from workflows.messages.ticket import SAYINGS, HasComplaint, HelpdeskEvent, Join, Said
from workflows.refusal import or_refuse


@hears(SAYINGS)
class Hearing:
    """Holds the ticket's state, and lets what is said change it.

    Every change is one assignment of a whole new state, with no await between judging
    and doing: two messages that arrive together can never both win.
    """

    def __init__(self, carried: Ticket | None) -> None:
        self.ticket = carried
        self.early: list[Said | HelpdeskEvent | Join | HasComplaint] = []
        # What the emergency that this ticket has joined still has to hear.
        self.passing: list[HelpdeskEvent] = []

    @property
    def standing_ticket(self) -> Ticket:
        """The ticket, once it is open."""
        if self.ticket is None:
            raise ApplicationError("The ticket is just being opened; try again in a moment.", type="Refused")
        return self.ticket

    def begin(self, ticket: Ticket) -> None:
        """The ticket is open: what came in before that is heard now."""
        self.ticket = ticket
        for message in self.early:
            if isinstance(message, Said):
                self.noted(message, self.standing_ticket)
            elif isinstance(message, Join):
                self.join(message)
            elif isinstance(message, HasComplaint):
                self.complaint(message)
            else:
                self.take(message)
        self.early.clear()

    def judge(self, said: Said) -> None:
        """Whether it counts, before anything is written; a ticket still being opened can't tell yet."""
        if self.ticket is not None:
            self._after(said)

    async def hear(self, said: Said) -> Answer:
        """Do what a person says, and answer with what stands when somebody has it again."""
        await workflow.wait_condition(lambda: self.ticket is not None)
        self.ticket = self._after(said)
        await workflow.wait_condition(lambda: not self.standing_ticket.unpresented)
        return Answer(text=self.standing_ticket.last)

    async def note(self, said: Said) -> None:
        """The same without an answer: what is refused stands in the record with its reason."""
        if self.ticket is None:
            self.early.append(said)
        else:
            self.noted(said, self.ticket)

    def noted(self, said: Said, ticket: Ticket) -> None:
        try:
            self.ticket = said.apply(ticket, workflow.now())
        except Refused as refused:
            what, now = type(said).__name__, workflow.now()
            self.ticket = ticket.noted(
                Entry(now, Kind.REFUSED, said.by, said.via, what=what, words=str(refused))
            )

    def take(self, message: HelpdeskEvent) -> None:
        """An event of the helpdesk; it may come before the ticket is open, twice, or late."""
        if self.ticket is None:
            self.early.append(message)
        elif self.ticket.joined:
            self.passing.append(message)
        else:
            event = heard_through(self.ticket, message.ticket, message.event)
            self.ticket = receive(self.ticket, event, workflow.now())

    def _after(self, said: Said) -> Ticket:
        return or_refuse(lambda: said.apply(self.standing_ticket, workflow.now()))

    @workflow.query(description="Everything about the ticket as it stands now.")
    def status(self) -> Ticket:
        return self.standing_ticket

    @workflow.signal(description="An event of the helpdesk.")
    def helpdesk(self, message: HelpdeskEvent) -> None:
        self.take(message)

    @workflow.signal(description="A helpdesk's ticket is about this emergency.")
    def join(self, message: messages.Join) -> None:
        if self.ticket is None:
            self.early.append(message)
            return
        self.ticket = joined_by(self.ticket, message.opening, message.names, workflow.now())
        for heard in message.events:
            self.take(heard.model_copy(update={"event": at_joining(heard.event)}))

    @workflow.signal(description="Hours, holidays or rotas have changed.")
    def look_again(self, message: messages.LookAgain) -> None:
        if self.ticket is not None:
            self.ticket = look_again(self.ticket, message.calendar, message.reason, workflow.now())

    @workflow.signal(description="What was offered at the change of shifts is not taken.")
    def declined(self, message: messages.Declined) -> None:
        if self.ticket is not None:
            unreached = Entry(workflow.now(), Kind.UNREACHABLE, person=message.to)
            self.ticket = declined(self.ticket, unreached, message.to)

    @workflow.signal(description="There is a complaint about how it is handled, or it is over.")
    def complaint(self, message: messages.HasComplaint) -> None:
        if self.ticket is None:
            self.early.append(message)
        else:
            self.ticket = complained(self.ticket, message.number, message.over, workflow.now())
