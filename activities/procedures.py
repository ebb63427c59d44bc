"""The procedure's files and what came before: who stands where, until when, how often already."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from procedure.approval.deciders import Findings, Inquiry, Verdict, judge
from procedure.approval.deciders import find as find_deciders
from procedure.book.agreement import Agreement, agree
from procedure.book.procedure import Procedure
from procedure.complaint import (
    progress as complaint_course,
)
from procedure.complaint import (
    review,
)
from procedure.complaint import (
    state as complaint,
)
from procedure.complaint.review import Counted
from procedure.duty.on_duty import Watch
from procedure.duty.placement import Question, Standing, stand
from procedure.path.assignment import seek
from procedure.path.levels import Found, PathName, PathTerms, Seek, agreed, find, fixing
from procedure.prevention import state as prevention
from procedure.prevention import upkeep
from procedure.prevention.upkeep import Look
from procedure.problem import state as problem
from procedure.problem.state import Incident, Problem, Recurrence
from procedure.ticket.correcting import Namesake, knowing, namesake
from procedure.ticket.emergency import find_same
from procedure.ticket.opening import Opening, first_question, pattern_of, start_of, ticket_id
from procedure.ticket.state import Ticket
from workflows.messages.approval import Claim
from workflows.messages.complaint import Begun, HearInput
from workflows.messages.prevention import BeginPrevention, LookAhead, PreventionBegun
from workflows.messages.problem import BeginProblem, ProblemBegun
from workflows.messages.review import BeginReview
from workflows.messages.ticket import Agreed, AgreeInput

PATIENCE = timedelta(seconds=2)
"""How long a ticket's opening waits to hear of earlier tickets: nobody is paged before it."""

PATIENT = timedelta(minutes=1)
"""How long a review waits to hear from its complaints whom they are about, before it begins without."""

TRIES = 3
"""How often it asks them at least."""


class Earlier(Protocol):
    """Knows the tickets that came before."""

    async def like(self, opening: Opening, since: datetime) -> int:
        """How many tickets of the same client, system and category opened since, this one not counted."""
        ...

    async def open_emergencies(self, client: str) -> list[Ticket]:
        """The client's emergencies that have not ended, as they stand."""
        ...

    async def open_among(self, tickets: tuple[str, ...]) -> dict[str, Ticket | None]:
        """Those of these tickets that have not ended, as they stand; None for one that can't say yet."""
        ...

    async def involved(self, ticket: str) -> tuple[str, ...]:
        """Who has worked on a ticket."""
        ...

    async def complaints(
        self, client: str, since: datetime, but: str, opened: datetime, enough: int
    ) -> tuple[str, ...]:
        """The client's other complaints since then that count: no review was held about them yet."""
        ...

    async def incidents(self, pattern: Recurrence, since: datetime) -> tuple[Incident, ...]:
        """The tickets of a pattern since then, the oldest first."""
        ...

    async def problem(self, ident: str, *, closed: bool) -> Problem | None:
        """A problem that is open, or how it was when it was solved the last time; None if there is none."""
        ...

    async def counted(self, complaints: tuple[str, ...], patient: bool) -> tuple[Counted, ...]:
        """What a review is told of each of these complaints; while it is patient, all have to answer."""
        ...


class Procedures:
    """Answers from the procedure as it is now: quick, and safe to repeat."""

    def __init__(self, current: Callable[[], Procedure], earlier: Earlier, pace: float) -> None:
        self._current = current
        self._earlier = earlier
        self._pace = pace

    @activity.defn
    async def agree(self, asked: AgreeInput) -> Agreed:
        """What is agreed for a ticket that opens, and who stands where it starts."""
        book, opening = self._current(), asked.opening
        if opening.client not in book.clients:
            # Tried again until the client is back in the files: the ticket waits, and is not lost.
            raise ApplicationError(
                f"there is no client {opening.client!r} in the procedure", type="UnknownClient"
            )
        agreement = agree(book, opening.client, self._pace)
        requester = book.person(opening.requester)
        names = {opening.requester: requester.name} if requester else {}
        first = self._first_level(book, asked)
        names |= {first: book.people[first].name} if first else {}
        # Side by side: nobody is paged before both are answered.
        earlier, joins, known, namesakes = await asyncio.gather(
            self._count(opening, asked.now, book),
            self._emergency(opening, asked.now, book),
            self._known_error(opening, agreement, book),
            self._namesakes(opening, book),
        )
        start = start_of(knowing(opening, agreement, namesakes), agreement, earlier or 0)
        times = book.criteria.pattern.times if book.criteria.pattern and book.problems else 0
        first_asked = first_question(opening, agreement, start, names, asked.opened or asked.now, asked.now)
        return Agreed(
            agreement=agreement,
            start=start,
            standing=stand(book, first_asked),
            first_level=first,
            names=names,
            joins=joins,
            known_error=known,
            recurs=bool(times) and (earlier or 0) + 1 >= times,
            namesakes=namesakes,
        )

    @activity.defn(name="stand")
    async def stand(self, asked: Question) -> Standing:
        """Who stands on a tier, until when, and what comes after."""
        return stand(self._current(), asked)

    @activity.defn
    async def deciders(self, asked: Inquiry) -> Findings:
        """Who may decide a proposal now, in the order they are asked."""
        return find_deciders(self._current(), asked)

    @activity.defn
    async def judge(self, claim: Claim) -> Verdict:
        """Whether somebody may decide now, and under which line of the table."""
        return judge(self._current(), claim.inquiry, claim.person)

    @activity.defn
    async def hear(self, asked: HearInput) -> Begun:
        """What is agreed for a complaint that comes in, and who hears it first."""
        book, raised = self._current(), asked.raised
        terms = self._terms(book, raised.client)
        idents = (raised.by, raised.taken_by, *raised.about)
        names = {ident: person.name for ident in idents if (person := book.person(ident))}
        begun = complaint.begun(raised, terms, names, asked.opened or asked.now)
        return Begun(
            terms=terms, names=names, found=await self._levels(book, complaint_course.seek(begun, asked.now))
        )

    @activity.defn
    async def levels(self, asked: Seek) -> Found:
        """Who hears a complaint, or leads a review, on the level where it stands; and the customer's time."""
        return await self._levels(self._current(), asked)

    @activity.defn
    async def begin_review(self, asked: BeginReview) -> Begun:
        """What is agreed for a review, what it is about, and who leads it."""
        book, start = self._current(), asked.start
        terms = self._terms(book, start.client, "review")
        attempt = activity.info()
        waited = attempt.current_attempt_scheduled_time - (asked.opened or asked.now)
        # Right after an outage much time has passed, and none of them has had time to answer.
        patient = waited < PATIENT or attempt.attempt < TRIES
        counted = await self._earlier.counted(start.complaints, patient)
        begun = review.begun(start.client, counted, terms, asked.now, drill=start.drill)
        found = find(book, seek(begun, asked.now))
        return Begun(terms=terms, found=found, complaints=counted)

    @activity.defn
    async def begin_problem(self, asked: BeginProblem) -> ProblemBegun:
        """What is agreed for a problem, who owns it first, and how it was solved the last time."""
        book, start = self._current(), asked.start
        terms = self._terms(book, start.pattern.client, "problem")
        before = await self._problem(start.pattern, closed=True)
        fix = fixing(book, terms)
        begun = problem.begun(start.pattern, terms, fix, asked.now, before=before, drill=start.drill)
        found = find(book, seek(begun, asked.now))
        tickets = await self._incidents(book, start.pattern, asked.now)
        return ProblemBegun(
            terms=terms,
            fixing=fix,
            found=found,
            before=before,
            approved_as=book.problems.approved_as if book.problems else "",
            tickets=tickets,
        )

    async def _incidents(self, book: Procedure, pattern: Recurrence, now: datetime) -> tuple[Incident, ...]:
        """The tickets that have shown the pattern; none if that can't be found out quickly."""
        if book.criteria.pattern is None:
            return ()
        since = now - timedelta(days=book.criteria.pattern.within_days)
        try:
            return await asyncio.wait_for(self._earlier.incidents(pattern, since), PATIENCE.total_seconds())
        except (RPCError, TimeoutError) as error:
            activity.logger.warning("tickets of the problem not found", extra={"reason": str(error)})
            return ()

    @activity.defn
    async def look_ahead(self, asked: LookAhead) -> Look:
        """What of a client's is to be proposed now, and when to look again."""
        return upkeep.look(self._current(), asked.upkeep, asked.now)

    @activity.defn
    async def begin_prevention(self, asked: BeginPrevention) -> PreventionBegun:
        """What is agreed for a prevention proposal, and who owns it first."""
        book, start = self._current(), asked.start
        terms = self._terms(book, start.client, "prevention")
        begun = prevention.begun(start.client, start.due, terms, asked.now, drill=start.drill)
        return PreventionBegun(terms=terms, found=find(book, seek(begun, asked.now)))

    async def _problem(self, pattern: Recurrence, *, closed: bool = False) -> Problem | None:
        """Nobody waits for what can't be found out quickly."""
        try:
            return await asyncio.wait_for(
                self._earlier.problem(pattern.problem, closed=closed), PATIENCE.total_seconds()
            )
        except (RPCError, TimeoutError) as error:
            activity.logger.warning("problem not found", extra={"reason": str(error)})
            return None

    def _terms(self, book: Procedure, client: str, path: PathName = "complaint") -> PathTerms:
        """Tried again until the files say it: what comes in waits, and is not lost."""
        terms = agreed(book, self._pace, path)
        if terms is None or client not in book.clients:
            what = f"no path of a {path}" if terms is None else f"no client {client!r}"
            raise ApplicationError(f"there is {what} in the procedure", type="UnknownPath")
        return terms

    async def _levels(self, book: Procedure, asked: Seek) -> Found:
        """Nobody who has worked on the ticket hears it: so that is asked first."""
        involved, earlier = await asyncio.gather(self._involved(book, asked), self._complaints(book, asked))
        found = find(book, replace(asked, barred=(*asked.barred, *involved)))
        return replace(found, involved=involved, earlier=earlier)

    async def _involved(self, book: Procedure, asked: Seek) -> tuple[str, ...]:
        """Who had acted on the ticket when it was complained about, and who has since."""
        if not asked.ticket or not asked.seeks:
            return ()
        since: tuple[str, ...] = ()
        try:
            since = await asyncio.wait_for(self._earlier.involved(asked.ticket), PATIENCE.total_seconds())
        except (RPCError, TimeoutError) as error:
            activity.logger.warning("who worked on it since not found", extra={"reason": str(error)})
        people = dict.fromkeys((*asked.worked, *since))
        return tuple(person for person in people if person in book.people and person not in asked.barred)

    async def _complaints(self, book: Procedure, asked: Seek) -> tuple[str, ...]:
        """The client's other complaints that count towards a review."""
        terms = book.complaints.review if book.complaints else None
        if terms is None or not asked.terms.review_after or asked.counted:
            return ()
        since = asked.now - timedelta(days=terms.within_days)
        try:
            return await asyncio.wait_for(
                self._earlier.complaints(
                    asked.client, since, asked.ident, asked.opened or asked.now, asked.terms.review_after
                ),
                PATIENCE.total_seconds(),
            )
        except (RPCError, TimeoutError) as error:
            activity.logger.warning("complaints not counted", extra={"reason": str(error)})
            return ()

    def _first_level(self, book: Procedure, asked: AgreeInput) -> str:
        """Who hears of a ticket that starts above the first level: who would be paged there now."""
        watch = Watch(book, asked.opening.client, "critical", self._pace)
        return next(iter(watch.duty(book.tiers[0].name, asked.now).chain), "")

    async def _count(self, opening: Opening, now: datetime, book: Procedure) -> int | None:
        """Escalation never waits for the past: what can't be found out quickly counts as unknown."""
        pattern = book.criteria.pattern
        if not pattern or not (opening.facts.system and opening.facts.category):
            return None
        since = now - timedelta(days=pattern.within_days)
        try:
            return await asyncio.wait_for(self._earlier.like(opening, since), PATIENCE.total_seconds())
        except (RPCError, TimeoutError) as error:
            activity.logger.warning("earlier tickets not counted", extra={"reason": str(error)})
            return None

    async def _known_error(self, opening: Opening, agreement: Agreement, book: Procedure) -> str:
        """The workaround of the problem that it is one more ticket of; empty if none is known."""
        if book.problems is None or not (opening.facts.system and opening.facts.category):
            return ""
        known = await self._problem(pattern_of(opening, agreement))
        return known.workaround if known and not known.over else ""

    async def _emergency(self, opening: Opening, now: datetime, book: Procedure) -> str:
        """The emergency that what comes in is about; none if that can't be found out quickly."""
        try:
            emergencies = await asyncio.wait_for(
                self._earlier.open_emergencies(opening.client), PATIENCE.total_seconds()
            )
        except (RPCError, TimeoutError) as error:
            activity.logger.warning("open emergencies not found", extra={"reason": str(error)})
            return ""
        same = find_same(emergencies, opening, book.clients[opening.client].systems, now)
        return same.id if same else ""

    async def _namesakes(self, opening: Opening, book: Procedure) -> tuple[Namesake, ...]:
        """The same ticket of the helpdesk, open for other clients: its client was corrected there."""
        helpdesk = book.helpdesks.get(opening.helpdesk)
        others = tuple(
            ticket_id(client, opening.helpdesk, opening.number)
            for client in book.clients
            if helpdesk and client != opening.client and helpdesk.serves(client)
        )
        if not others:
            return ()
        try:
            found = await asyncio.wait_for(self._earlier.open_among(others), PATIENCE.total_seconds())
        except (RPCError, TimeoutError) as error:
            activity.logger.warning("tickets of other clients not found", extra={"reason": str(error)})
            return ()
        return tuple(namesake(ident, ticket, book.people) for ident, ticket in found.items())
