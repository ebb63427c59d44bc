"""The tickets that Temporal still knows, for the pattern criterion."""

from __future__ import annotations

from datetime import datetime

from temporalio.client import Client

from procedure.calendars import instant
from procedure.opening import Opening

ENOUGH = 50
"""How many runs are looked at: a pattern is a handful, and one ticket may have several runs."""


class TicketHistory:
    """Counts tickets in Temporal's visibility store, as far back as its retention reaches."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def like(self, opening: Opening, since: datetime) -> int:
        """Tickets of the same client, system and category since then, each once however often it ran."""
        query = (
            f"WorkflowType = 'Ticket' AND Client = {_quoted(opening.client)}"
            f" AND System = {_quoted(opening.facts.system)} AND Category = {_quoted(opening.facts.category)}"
            f" AND Drill = false AND StartTime > '{instant(since)}'"
        )
        found = {run.id async for run in self._client.list_workflows(query, limit=ENOUGH)}
        return len(found - {opening.id})


def _quoted(value: str) -> str:
    """A value as a string of the query language; quotes and backslashes in it can't end the string."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
