"""What a review is told of its complaints, where Temporal does not know them (any more)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.history import TicketHistory
from activities.procedures import Procedures
from tests.northwind import northwind
from tests.workflows.house import house
from workflows.messages.complaint import Begun
from workflows.messages.review import BeginReview, ReviewInput

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SILENT = "complaint-harbor-c-1"


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A server that knows of nothing."""
    async with house(0) as running:
        yield running.env.client


async def begins(client: Client, after: timedelta, again: timedelta = timedelta(), tries: int = 3) -> Begun:
    """A review begins: tried so long after it was first asked for, asked again meanwhile or not."""
    opened = NOW if again else None
    asked = BeginReview(
        start=ReviewInput(client="harbor", complaints=(SILENT,)), now=NOW + again, opened=opened
    )
    procedures = Procedures(northwind, TicketHistory(client), 1)
    env = ActivityEnvironment()
    env.info = replace(env.info, current_attempt_scheduled_time=NOW + after, attempt=tries)
    return await env.run(procedures.begin_review, asked)


@pytest.mark.parametrize("seconds", [0, 3, 59])
async def test_a_review_waits_to_hear_whom_its_complaints_are_about(client: Client, seconds: int) -> None:
    with pytest.raises(ApplicationError, match=f"{SILENT}: no answer") as error:
        await begins(client, timedelta(seconds=seconds))
    assert (error.value.type, error.value.non_retryable) == ("NotNow", False)


async def test_after_a_minute_it_begins_all_the_same(client: Client) -> None:
    begun = await begins(client, timedelta(minutes=1))
    assert [(one.id, one.number, one.barred) for one in begun.complaints] == [(SILENT, "1", ())]


async def test_after_an_outage_they_are_asked_more_than_once(client: Client) -> None:
    with pytest.raises(ApplicationError, match="no answer"):
        await begins(client, timedelta(hours=1), tries=2)


async def test_asked_for_again_it_does_not_wait_another_minute(client: Client) -> None:
    begun = await begins(client, timedelta(seconds=67), again=timedelta(seconds=66))
    assert [one.id for one in begun.complaints] == [SILENT]
