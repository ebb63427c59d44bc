"""Complaints, as stories from the outside: raised, heard, answered, and settled or not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from procedure.complaint import Complaint, Raised
from procedure.severity import Facts
from tests.workflows.house import House, house
from workflows.messages import CONCERNS, Answer

DOWN = Facts(system="trading platform", state="down")
WORDS = "nobody told us that the platform was taken down"


class Complaining:
    """One complaint's story."""

    def __init__(self, house: House, raised: Raised) -> None:
        self.house, self.raised = house, raised

    async def stands(self) -> Complaint:
        return await self.house.tickets.heard(self.raised.id)

    async def says(self, name: str, by: str, **content: Any) -> Answer:
        said = CONCERNS[name].model_validate({"by": by, "via": "a story", **content})
        key = str(len((await self.stands()).record))
        return await self.house.tickets.concern(self.raised.id, name, said, key)

    async def events(self) -> int:
        handle = self.house.env.client.get_workflow_handle(self.raised.id)
        return len((await handle.fetch_history()).events)

    async def ends(self) -> Complaint:
        await self.house.env.client.get_workflow_handle(self.raised.id).result()
        return await self.stands()


async def complains(house: House, **known: Any) -> Complaining:
    """Somebody of Harbor complains."""
    content = {
        "client": "harbor",
        "number": "C-1",
        "kind": "changed without asking",
        "words": WORDS,
        "by": "kim",
    }
    story = Complaining(house, Raised(**content | known))
    await house.tickets.complain(story.raised)
    return story


@pytest.fixture(params=[1000, 0], ids=["cached", "evicted"])
async def running(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    async with house(request.param) as here:
        yield here


async def test_settled_by_the_account_manager(running: House) -> None:
    story = await complains(running)
    await running.expects("kim", "max")
    await story.says("acknowledge", "max")
    await running.passes(hours=3)
    await story.says("answer", "max", words="I am sorry")
    await running.expects("kim")
    await story.says("settle", "kim", settled=True)
    await running.expects("max")
    stands = await story.ends()
    assert (stands.status, stands.outcome) == ("closed", "settled")
    assert await story.events() <= 60


async def test_all_levels(running: House) -> None:
    ticket = await running.opens(DOWN)
    await running.expects("kim", "ana", "bo")
    story = await complains(running, ticket=ticket.opening.id)
    await running.expects("kim", "max")
    for person in ("max", "vera", "otto"):
        await story.says("acknowledge", person)
        await story.says("answer", person, words="I am sorry")
        await running.expects("kim")
        if person != "otto":
            nextone = {"max": "vera", "vera": "otto"}[person]
            await story.says("settle", "kim", settled=False)
            await running.expects(person, "kim", nextone)
    await story.says("settle", "kim", settled=True)
    await running.expects("otto")
    await story.ends()
    assert await story.events() <= 150
    assert (await ticket.stands()).complaints[0].over
