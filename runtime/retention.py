"""How long Temporal keeps what has ended, and for how long it has to."""

from __future__ import annotations

from datetime import timedelta

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from procedure.book.procedure import Procedure
from procedure.clocks.durations import spoken
from procedure.incoming import OLDEST
from procedure.record import Refused
from runtime.tickets import Away, NoSuchTicket, answering


async def too_short(client: Client, book: Procedure) -> str:
    """What goes wrong because Temporal forgets too soon, and what to set; empty if nothing does."""
    try:
        with answering():
            about = await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=client.namespace), timeout=timedelta(seconds=5)
            )
    except (Away, NoSuchTicket, Refused) as error:
        return f"it is not known for how long Temporal keeps what has ended: {error}"
    return told(about.config.workflow_execution_retention_ttl.ToTimedelta(), book)


def told(kept: timedelta, book: Procedure) -> str:
    """The same for a retention."""
    pattern = book.criteria.pattern
    wrong = []
    if kept <= OLDEST:
        wrong.append(f"what a helpdesk sends again within {OLDEST.days} days may open a ticket twice")
    if pattern and kept < timedelta(days=pattern.within_days):
        wrong.append(f"tickets of the last {pattern.within_days} days can't be counted as a pattern")
    if not wrong:
        return ""
    days, why = max(OLDEST.days + 1, pattern.within_days if pattern else 0), ", and ".join(wrong)
    return f"Temporal forgets after {spoken(kept)}: {why}. Set the namespace's retention to {days} days"
