"""Every story is told twice: with the ticket kept in memory, and replayed from its history at each step."""

from collections.abc import AsyncIterator

import pytest

from tests.workflows.house import House, house


@pytest.fixture(params=[1000, 0], ids=["cached", "replayed"])
async def running(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A running house."""
    async with house(request.param) as running:
        yield running
