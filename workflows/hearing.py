"""What a ticket can be told: every update, and the signal of the same name.

An update tells the person at once whether it counted, and a refused one leaves nothing in
the history. The signal says the same from the Temporal UI, the CLI or a link that only
fires; a refused one is noted in the record. Both run the same function.
"""

from __future__ import annotations

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from procedure.customer import complained
from procedure.desk import receive
from procedure.emergency import at_joining, heard_through, joined_by
from procedure.pauses import look_again
from procedure.shifts import declined
from procedure.ticket import Refused, Ticket
from workflows.messages import Answer
from workflows.messages import ticket as messages
from workflows.messages.ticket import HasComplaint, HelpdeskEvent, Join, Said
from workflows.refusal import or_refuse


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
                self.note(message)
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
        return Answer(text=self.standing_ticket.record[-1].text)

    def note(self, said: Said) -> None:
        """The same without an answer: what is refused stands in the record with its reason."""
        if self.ticket is None:
            self.early.append(said)
            return
        try:
            self.ticket = said.apply(self.ticket, workflow.now())
        except Refused as refused:
            text = f"{type(said).__name__} does not count: {refused}"
            self.ticket = self.ticket.noted(workflow.now(), text, said.by, said.via)

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
            self.ticket = declined(self.ticket, message.reason, workflow.now(), message.to)

    @workflow.signal(description="There is a complaint about how it is handled, or it is over.")
    def complaint(self, message: messages.HasComplaint) -> None:
        if self.ticket is None:
            self.early.append(message)
        else:
            self.ticket = complained(self.ticket, message.number, message.over, workflow.now())

    @workflow.update(description="I have it.")
    async def acknowledge(self, said: messages.Acknowledge) -> Answer:
        return await self.hear(said)

    @acknowledge.validator
    def judge_acknowledge(self, said: messages.Acknowledge) -> None:
        self.judge(said)

    @workflow.signal(name="acknowledge", description="I have it.")
    def note_acknowledge(self, said: messages.Acknowledge) -> None:
        self.note(said)

    @workflow.update(description="What was found so far; may buy time once.")
    async def progress(self, said: messages.Progress) -> Answer:
        return await self.hear(said)

    @progress.validator
    def judge_progress(self, said: messages.Progress) -> None:
        self.judge(said)

    @workflow.signal(name="progress", description="What was found so far; may buy time once.")
    def note_progress(self, said: messages.Progress) -> None:
        self.note(said)

    @workflow.update(description="To a higher tier, with what was tried and found.")
    async def hand_on(self, said: messages.HandOn) -> Answer:
        return await self.hear(said)

    @hand_on.validator
    def judge_hand_on(self, said: messages.HandOn) -> None:
        self.judge(said)

    @workflow.signal(name="hand_on", description="To a higher tier, with what was tried and found.")
    def note_hand_on(self, said: messages.HandOn) -> None:
        self.note(said)

    @workflow.update(description="To a lower tier, with the reason.")
    async def hand_back(self, said: messages.HandBack) -> Answer:
        return await self.hear(said)

    @hand_back.validator
    def judge_hand_back(self, said: messages.HandBack) -> None:
        self.judge(said)

    @workflow.signal(name="hand_back", description="To a lower tier, with the reason.")
    def note_hand_back(self, said: messages.HandBack) -> None:
        self.note(said)

    @workflow.update(description="Stop the clock: what it waits for.")
    async def pause(self, said: messages.StopClock) -> Answer:
        return await self.hear(said)

    @pause.validator
    def judge_pause(self, said: messages.StopClock) -> None:
        self.judge(said)

    @workflow.signal(name="pause", description="Stop the clock: what it waits for.")
    def note_pause(self, said: messages.StopClock) -> None:
        self.note(said)

    @workflow.update(description="The clock goes on.")
    async def resume(self, said: messages.Resume) -> Answer:
        return await self.hear(said)

    @resume.validator
    def judge_resume(self, said: messages.Resume) -> None:
        self.judge(said)

    @workflow.signal(name="resume", description="The clock goes on.")
    def note_resume(self, said: messages.Resume) -> None:
        self.note(said)

    @workflow.update(description="Ask the customer; the clock stops until they answer.")
    async def ask_customer(self, said: messages.AskCustomer) -> Answer:
        return await self.hear(said)

    @ask_customer.validator
    def judge_ask_customer(self, said: messages.AskCustomer) -> None:
        self.judge(said)

    @workflow.signal(name="ask_customer", description="Ask the customer; the clock stops until they answer.")
    def note_ask_customer(self, said: messages.AskCustomer) -> None:
        self.note(said)

    @workflow.update(description="At a change of shifts: I take it over.")
    async def accept(self, said: messages.Accept) -> Answer:
        return await self.hear(said)

    @accept.validator
    def judge_accept(self, said: messages.Accept) -> None:
        self.judge(said)

    @workflow.signal(name="accept", description="At a change of shifts: I take it over.")
    def note_accept(self, said: messages.Accept) -> None:
        self.note(said)

    @workflow.update(description="At a change of shifts: I stay with it.")
    async def keep(self, said: messages.Keep) -> Answer:
        return await self.hear(said)

    @keep.validator
    def judge_keep(self, said: messages.Keep) -> None:
        self.judge(said)

    @workflow.signal(name="keep", description="At a change of shifts: I stay with it.")
    def note_keep(self, said: messages.Keep) -> None:
        self.note(said)

    @workflow.update(description="Solved, and by what.")
    async def resolve(self, said: messages.Resolve) -> Answer:
        return await self.hear(said)

    @resolve.validator
    def judge_resolve(self, said: messages.Resolve) -> None:
        self.judge(said)

    @workflow.signal(name="resolve", description="Solved, and by what.")
    def note_resolve(self, said: messages.Resolve) -> None:
        self.note(said)

    @workflow.update(description="The facts or the severity have changed.")
    async def reassess(self, said: messages.Reassess) -> Answer:
        return await self.hear(said)

    @reassess.validator
    def judge_reassess(self, said: messages.Reassess) -> None:
        self.judge(said)

    @workflow.signal(name="reassess", description="The facts or the severity have changed.")
    def note_reassess(self, said: messages.Reassess) -> None:
        self.note(said)

    @workflow.update(description="Answer the customer's wish to escalate.")
    async def answer_request(self, said: messages.AnswerRequest) -> Answer:
        return await self.hear(said)

    @answer_request.validator
    def judge_answer_request(self, said: messages.AnswerRequest) -> None:
        self.judge(said)

    @workflow.signal(name="answer_request", description="Answer the customer's wish to escalate.")
    def note_answer_request(self, said: messages.AnswerRequest) -> None:
        self.note(said)

    @workflow.update(description="The customer asks for it to go up.")
    async def request_escalation(self, said: messages.RequestEscalation) -> Answer:
        return await self.hear(said)

    @request_escalation.validator
    def judge_request_escalation(self, said: messages.RequestEscalation) -> None:
        self.judge(said)

    @workflow.signal(name="request_escalation", description="The customer asks for it to go up.")
    def note_request_escalation(self, said: messages.RequestEscalation) -> None:
        self.note(said)

    @workflow.update(description="The customer says something.")
    async def reply(self, said: messages.Reply) -> Answer:
        return await self.hear(said)

    @reply.validator
    def judge_reply(self, said: messages.Reply) -> None:
        self.judge(said)

    @workflow.signal(name="reply", description="The customer says something.")
    def note_reply(self, said: messages.Reply) -> None:
        self.note(said)

    @workflow.update(description="The customer says whether it is solved.")
    async def confirm(self, said: messages.Confirm) -> Answer:
        return await self.hear(said)

    @confirm.validator
    def judge_confirm(self, said: messages.Confirm) -> None:
        self.judge(said)

    @workflow.signal(name="confirm", description="The customer says whether it is solved.")
    def note_confirm(self, said: messages.Confirm) -> None:
        self.note(said)
