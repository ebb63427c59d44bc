"""What solved the last tickets like one: for whoever has it now."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from procedure.problem.state import Problem
from procedure.ticket.state import Ticket
from records.database import Records, RecordsAway
from records.patience import Patience
from records.recurrence import Solved, solved_before, with_solutions

log = structlog.get_logger()


class SolvedBefore:
    """Asks the records; a page never waits for them longer than a moment."""

    def __init__(self, records: Records | None = None) -> None:
        self._records = Patience(records) if records else None

    async def solved(self, ticket: Ticket) -> Sequence[Solved]:
        """The last ones like it of the same client; none while the records are away."""
        if self._records is None or ticket.closed:
            return ()
        facts = ticket.facts
        try:
            return await self._records.ask(
                solved_before, ticket.client, facts.system, facts.category, ticket.title, but=ticket.id
            )
        except RecordsAway as away:
            log.warning("what solved the last like it is not shown", reason=str(away))
            return ()

    async def of_tickets(self, problem: Problem) -> Problem:
        """A problem with what has solved its tickets; as it is while the records are away."""
        if self._records is None:
            return problem
        try:
            return await self._records.ask(with_solutions, problem)
        except RecordsAway as away:
            log.warning("what solved its tickets is not shown", reason=str(away))
            return problem
