"""Stories of tickets, from the outside, with skipped time."""

from datetime import timedelta

import pytest

from procedure.severity import Facts
from procedure.ticket import Refused
from tests.workflows.house import House

PLATFORM_DOWN = Facts(system="trading platform", state="down")
MAIL_SLOW = Facts(system="office mail", state="impaired")


async def test_a_routine_ticket_is_paged_acknowledged_resolved_and_confirmed(running: House) -> None:
    """The everyday story, all of it through the links in the mails."""
    story = await running.opens(MAIL_SLOW)
    page, received = await running.expects("ana", "kim")

    await story.click(page, choice="acknowledge")
    assert (await story.stands()).acknowledged
    await story.click(page, choice="resolve", text="restarted the mail server")
    (solved,) = await running.expects("kim")
    await story.click(solved, choice="solved")

    ticket = await story.result()
    assert ticket.status == "closed"
    assert ticket.record[-1].text == "Kim Harlow confirms that it is solved"
    assert ticket.record[-1].via == "the link sent to kim"


async def test_a_silent_ticket_climbs_over_everybody_to_the_last_resort(running: House) -> None:
    """Nobody answers: everyone of all four tiers, then the person of last resort, again and again."""
    story = await running.opens(Facts(system="trading platform", state="impaired", users=6))
    await running.expects("ana", "kim")
    for minutes, people in [
        (10, ["ben"]),
        (10, ["lea"]),
        (2.5, ["lea"]),  # three quarters of the thirty minutes are used
        (7.5, ["bo", "kim"]),
        (10, ["sam"]),
        (10, ["cy", "kim"]),
        (10, ["gil"]),
        (10, ["mia", "kim"]),
        (10, ["tom"]),
        (10, ["ida", "kim"]),
        (10, ["ida"]),
        (10, ["ida"]),
    ]:
        running.is_quiet()
        await running.passes(minutes=minutes, milliseconds=50)
        await running.expects(*people)
    ticket = await story.stands()
    assert ticket.holder == "ida"
    assert ticket.tiers.due is not None
    # Each step counts from when it was planned: after eleven of them not a second has been added.
    assert ticket.tiers.due - ticket.opened == timedelta(minutes=120)
    await story.say("acknowledge", "ida")
    await running.passes(hours=2)
