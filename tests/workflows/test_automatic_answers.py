"""An out-of-office answer to each of our mails: it moves nothing, and the customer's own click does."""

from __future__ import annotations

from tests.workflows.house import House
from tests.workflows.test_stories import MAIL_SLOW

AWAY = "I am out of the office until Monday."


async def test_an_out_of_office_answer_to_solved_sends_nothing_up(running: House) -> None:
    """Once the helpdesk says what it is, once it does not; then Kim is back: it is not solved."""
    story = await running.opens(MAIL_SLOW)
    await running.expects("ana", "kim")
    await story.say("resolve", "ana", solution="restarted it")
    (solved,) = await running.expects("kim", saying="restarted it")
    told = {"contact": "kim", "text": AWAY, "state": "open"}
    assert await story.desk(**told, automatic="Auto-Submitted: auto-replied")
    assert await story.desk(**told)
    await running.expects("ana", saying=AWAY)
    assert (await story.stands()).status == "resolved"
    await story.click(solved, choice="not_yet", text="It is still slow.")
    await running.expects("bo", "kim")
    stands = await story.stands()
    assert (stands.status, stands.tier) == ("open", "senior specialist")


async def test_an_answer_to_closed_within_seconds_is_asked_about_and_pages_nobody(running: House) -> None:
    """A new run of the ticket asks Kim; her click closes it again."""
    story = await running.opens(MAIL_SLOW)
    await running.expects("ana", "kim")
    await story.say("resolve", "ana", solution="restarted it")
    (solved,) = await running.expects("kim")
    await story.click(solved, choice="solved")
    closed = await story.result()
    assert not await story.desk(contact="kim", text=AWAY, state="open", automatic="Precedence: bulk")
    assert await story.desk(contact="kim", text=AWAY, state="open")
    (asked,) = await running.expects("kim", saying="restarted it")
    stands = await story.stands()
    assert (stands.status, stands.tier) == ("resolved", "first level")
    assert stands.record[: len(closed.record)] == closed.record
    await story.click(asked, choice="solved")
    assert (await story.result()).closed
