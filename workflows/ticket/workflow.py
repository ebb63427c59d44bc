"""One ticket, from open to confirmed: present it, wait, climb.

What follows from what is decided by ``procedure``; this workflow holds the ticket's state,
waits for time and for people, and has activities do what was decided.
"""

from __future__ import annotations

from contextlib import suppress

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from procedure.duty.placement import Question, Standing
from procedure.kinds import Kind
from procedure.problem.state import Incident
from procedure.record import Entry
from procedure.ticket.asking import open_questions
from procedure.ticket.correcting import LONG_AGO, corrected, counts, goes_on_as, knowing, takes_over
from procedure.ticket.customer import complained
from procedure.ticket.emergency import at_joining, heard_through, joined_by, joined_to
from procedure.ticket.helpdesk import receive
from procedure.ticket.opening import as_incident, open_ticket, pattern_of, tell_first_level
from procedure.ticket.pauses import look_again
from procedure.ticket.presenting import present
from procedure.ticket.rules import RULES
from procedure.ticket.shifts import declined
from procedure.ticket.state import NoticeKind, Ticket
from workflows import attributes
from workflows.climbing import Climbing, Means
from workflows.hears import hears
from workflows.letters import details, letter, summary, who_stands
from workflows.look_up import look_up, look_up_now
from workflows.messages import Brought, Statement
from workflows.messages import ticket as messages
from workflows.messages.problem import ProblemInput, Recurred
from workflows.messages.ticket import (
    SAYINGS,
    Agreed,
    AgreeInput,
    Corrected,
    HelpdeskEvent,
    Join,
    Propose,
    TicketInput,
    TicketResult,
)
from workflows.post import Notices, bring
from workflows.ticket.asking import Questions

TRIES = 3
"""How often a problem is told, of which one ends just when it was to hear of one more ticket."""


async def _seek(ticket: Ticket, question: Question) -> Standing:
    return await look_up("stand", question, Standing, who_stands(ticket))


async def _bring(ticket: Ticket, notices: Notices) -> Brought:
    (notice,) = notices
    activity = "page" if notice.channel else "send"
    if notice.kind is NoticeKind.HANDOVER:
        activity = "offer"
    return await bring(activity, letter(ticket, notice), summary(ticket, notice))


@workflow.defn(name="Ticket")
@hears(SAYINGS)
class TicketWorkflow(Climbing[Ticket]):
    """A ticket that is always in somebody's hands, until the customer says it is solved."""

    rules = RULES
    means = Means(seek=_seek, bring=_bring, details=details, values=attributes.values)

    @workflow.init
    def __init__(self, start: TicketInput) -> None:
        # Handlers can run before the first line of run(): all that they read is set here.
        super().__init__(start.carried)
        self.opening = start.opening
        self.questions = Questions(self)
        # Its pattern has come often enough, and the problem has not heard of it yet.
        self.recurs = False
        # What the helpdesk has said, and neither this ticket has heard nor the emergency it has joined.
        self.unheard: list[HelpdeskEvent] = []
        # The same ticket of the helpdesk, open for other clients: they do not know of this one yet.
        self.namesakes: list[str] = []

    @workflow.run
    async def run(self, start: TicketInput) -> TicketResult:
        if self.held is None:
            await self.open(await self.assess())
        if start.event:
            await self.helpdesk(start.event)
        if not await self.climb():
            workflow.continue_as_new(TicketInput(opening=self.opening, carried=self.held))
        return self.result(self.stands)

    async def assess(self) -> Ticket:
        """Assess it, agree on what holds for it, and put it before whoever stands where it starts."""
        opened = self.now
        agreed, now = await look_up_now(
            "agree",
            lambda now, before: AgreeInput(opening=self.opening, now=now, opened=before),
            Agreed,
            "what is agreed for this client, and who stands where it starts",
        )
        opening = knowing(self.opening, agreed.agreement, agreed.namesakes)
        ticket = open_ticket(
            opening, agreed.agreement, agreed.start, agreed.names, opened, agreed.known_error
        )
        heard = max((message.event.at for message in self.unheard), default=LONG_AGO)
        if other := goes_on_as(ticket.id, heard, agreed.namesakes):
            return corrected(ticket, other.id, other.heard, self.now)
        self.namesakes += [namesake.id for namesake in agreed.namesakes]
        ticket = takes_over(ticket, agreed.namesakes, self.now)
        if agreed.joins and await self.joins(agreed):
            return joined_to(ticket, agreed.joins, self.now)
        self.recurs = agreed.recurs
        return present(tell_first_level(ticket, agreed.first_level), agreed.standing, now)

    @staticmethod
    def result(ticket: Ticket) -> TicketResult:
        return TicketResult(
            status=ticket.status,
            severity=ticket.severity,
            tier=ticket.place,
            holder=ticket.holder,
            ended=ticket.last,
        )

    # Whom it concerns besides -------------------------------------------------------------

    async def joins(self, agreed: Agreed) -> bool:
        """Give an open emergency what has come in; False if it has just ended, and can't go on for it."""
        events = tuple(self.unheard)
        join = Join(opening=self.opening, names=agreed.names, events=tuple(map(self.passed_on, events)))
        try:
            await workflow.get_external_workflow_handle(agreed.joins).signal("join", join)
        except ApplicationError:
            return False
        # What has come in while it was on its way is passed on after it.
        del self.unheard[: len(events)]
        return True

    async def pass_on(self, emergency: str) -> None:
        """What the helpdesk says about a ticket that has joined an emergency is for that one to hear."""
        while self.unheard:
            message = self.passed_on(self.unheard.pop(0))
            try:
                await workflow.get_external_workflow_handle(emergency).signal("helpdesk", message)
            except ApplicationError as error:
                words = f"{message.event.text or 'no comment'} ({error.message})"
                self.held = self.stands.noted(Entry(self.now, Kind.NOT_PASSED_ON, words=words))

    def passed_on(self, message: HelpdeskEvent) -> HelpdeskEvent:
        """An event of this ticket, for the emergency that it joins."""
        return message.model_copy(update={"ticket": self.opening.id})

    async def correct(self, namesake: str) -> None:
        """Tell it that the ticket is put down for this client; one that is over need not know."""
        heard = self.stands.said.heard or LONG_AGO
        with suppress(ApplicationError):
            claim = Corrected(ticket=self.opening.id, heard=heard)
            await workflow.get_external_workflow_handle(namesake).signal("corrected", claim)

    async def tell_others(self) -> bool:
        told = bool(self.namesakes)
        while self.namesakes:
            await self.correct(self.namesakes.pop(0))
        if self.recurs:
            self.recurs = False
            await self.tell_problem(self.stands)
        return await self.questions.dismiss() or told

    async def tell_problem(self, ticket: Ticket) -> None:
        """It is one more of its pattern: a problem begins, or the one that is open hears of it."""
        pattern, incident = pattern_of(self.opening, ticket.agreement), as_incident(ticket)
        start = ProblemInput(pattern=pattern, title=incident.title, ticket=incident, drill=ticket.drill)
        for _ in range(TRIES):
            if await self.begins(start) or await self.recurred(pattern.problem, incident):
                self.held = self.stands.noted(Entry(self.now, Kind.PROBLEM, number=pattern.problem))
                return

    @staticmethod
    async def begins(start: ProblemInput) -> bool:
        """Whether a problem begins now; not while one of this pattern is open."""
        pattern = start.pattern
        try:
            await workflow.start_child_workflow(
                "Problem",
                start,
                id=pattern.problem,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                search_attributes=attributes.of_client(pattern.client, start.drill),
                static_summary=f"{pattern.client}: problem, {pattern}",
            )
        except FailureError:
            return False
        return True

    @staticmethod
    async def recurred(problem: str, incident: Incident) -> bool:
        """Whether the open problem hears of it; not if it has just been solved."""
        try:
            await workflow.get_external_workflow_handle(problem).signal("recurred", Recurred(ticket=incident))
        except ApplicationError:
            return False
        return True

    def nothing_open(self) -> bool:
        return super().nothing_open() and not open_questions(self.stands)

    async def all_is_said(self) -> bool:
        """Wait for the last mails of a closed ticket; False if it was opened again meanwhile."""
        await self.pass_on(self.stands.joined)
        return await super().all_is_said() and not self.unheard

    # What it hears ------------------------------------------------------------------------

    async def do(self, said: Statement) -> str:
        """A question is put before somebody; all else is said."""
        if not isinstance(said, Propose):
            return await super().do(said)
        await self.opened()
        return await self.questions.put(said)

    @workflow.signal(description="An event of the helpdesk.")
    async def helpdesk(self, message: HelpdeskEvent) -> None:
        """It may come before the ticket is open, twice, or late."""
        self.unheard.append(message)
        await self.opened()
        ticket = self.stands
        if message in self.unheard and not ticket.joined:
            self.unheard.remove(message)
            event = heard_through(ticket, message.ticket, message.event)
            self.held = receive(ticket, event, self.now)
            if ticket.corrected_to and not self.held.corrected_to:
                self.namesakes.append(ticket.corrected_to)

    @workflow.signal(description="A helpdesk's ticket is about this emergency.")
    async def join(self, message: messages.Join) -> None:
        await self.opened()
        self.held = joined_by(self.stands, message.opening, message.names, self.now)
        for heard in message.events:
            await self.helpdesk(heard.model_copy(update={"event": at_joining(heard.event)}))

    @workflow.signal(description="The helpdesk has put its ticket down for another client.")
    async def corrected(self, message: Corrected) -> None:
        """It may come late: then the other one is told in turn."""
        await self.opened()
        if counts(self.stands, message.ticket, message.heard):
            self.held = corrected(self.stands, message.ticket, message.heard, self.now)
        elif not self.stands.closed:
            await self.correct(message.ticket)

    @workflow.signal(description="There is a complaint about how it is handled, or it is over.")
    async def complaint(self, message: messages.HasComplaint) -> None:
        await self.opened()
        self.held = complained(self.stands, message.number, message.over, self.now)

    @workflow.signal(description="Hours, holidays or rotas have changed.")
    def look_again(self, message: messages.LookAgain) -> None:
        if self.held is not None:
            self.held = look_again(self.held, message.calendar, message.reason, self.now)

    @workflow.signal(description="What was offered at the change of shifts is not taken.")
    def declined(self, message: messages.Declined) -> None:
        if self.held is not None:
            unreached = Entry(self.now, Kind.UNREACHABLE, person=message.to)
            self.held = declined(self.held, unreached, message.to)

    @workflow.signal(description="How a question stands now.")
    def ruled(self, message: messages.Ruled) -> None:
        if self.held is not None:
            self.questions.ruled(message.ruling)
