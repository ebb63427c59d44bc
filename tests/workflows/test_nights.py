"""Nights, weekends and holidays: stories with skipped time, from the outside.

All of them happen in 2031, so that the dates stay in the future for a while.
"""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from procedure.book.procedure import Procedure
from procedure.book.severity import Facts
from procedure.clocks.calendars import instant
from tests.northwind import ON_CALL, on_call
from tests.receivers import receivers
from tests.workflows.house import AT_EACH_STEP, House

PLATFORM_DOWN = Facts(system="trading platform", state="down", users=12)
MAIL_SLOW = Facts(system="office mail", state="impaired")


def procedure(people: dict[str, Any] | None = None, **harbor: Any) -> Procedure:
    """Harbor on call out of hours; some people or terms of its otherwise."""
    clients = ON_CALL["clients"]
    changed = {ident: person | (people or {}).get(ident, {}) for ident, person in ON_CALL["people"].items()}
    return on_call(people=changed, clients=clients | {"harbor": clients["harbor"] | harbor})


async def test_critical_on_sunday_at_23_with_the_primary_asleep(running: House) -> None:
    """dee sleeps; eva, who is next on call, has it at 23:16. The page tells her all she needs."""
    running.book = procedure()
    await running.until("2031-05-11 22:00")  # 23:00 in London
    story = await running.opens(PLATFORM_DOWN)
    page, _, _ = await running.expects("dee", "ana", "kim")
    assert "acknowledge by 23:15" in page.text
    await running.passes(minutes=15, milliseconds=50)
    (page,) = await running.expects("eva")
    assert "trading platform down, 12 users" in page.text
    assert "the firm can't trade" in page.text
    assert "restart: up to 2 hours down" in page.text
    await story.click(page, choice="acknowledge")
    await running.expects("dee")
    assert (await story.stands()).holder == "eva"


async def test_in_hours_nobody_is_told_what_they_may_decide_alone(running: House) -> None:
    running.book = procedure()
    await running.until("2031-05-12 10:00")
    await running.opens(PLATFORM_DOWN)
    page, _, _ = await running.expects("bo", "ana", "kim")
    assert "without asking" not in page.text


async def test_medium_on_friday_at_1750_before_a_holiday_monday(running: House) -> None:
    """The customer is told when the clock starts; then it runs in their hours alone."""
    running.book = procedure()
    await running.until("2031-05-02 16:50")  # 17:50 in London; Monday 5 May is a bank holiday
    story = await running.opens(MAIL_SLOW)
    (told,) = await running.expects("kim")
    assert "our clock starts Tue 6 May 09:00" in told.text
    ticket = await story.stands()
    assert (ticket.holder, ticket.status) == ("ana", "open")
    assert ticket.tiers.due == datetime(2031, 5, 6, 10, tzinfo=UTC)
    page = await running.browser.get(told.link)
    assert "Tue 6 May 09:00" in page.text

    await running.until("2031-05-06 07:59:59")
    running.is_quiet()
    await running.passes(seconds=1, milliseconds=50)
    await running.expects("ana")
    await running.passes(hours=1)
    await running.expects("ben")


@AT_EACH_STEP
async def test_a_rota_changes_hands_in_the_middle_of_a_commitment(running: House) -> None:
    """Monday 09:00, a day on which Harbor is closed: unanswered pages go to who comes on."""
    running.book = procedure(hours={"tuesday": "09:00-17:30"})
    await running.until("2031-05-12 07:50")
    story = await running.opens(PLATFORM_DOWN)
    await running.expects("dee", "ana", "kim")
    await running.passes(minutes=10, milliseconds=50)
    await running.expects("bo")
    ticket = await story.stands()
    assert (ticket.holder, ticket.tier) == ("bo", "senior specialist")
    assert ticket.tiers.due == ticket.opened + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("zone", "night", "morning"),
    [
        ("Europe/London", "2031-03-30 00:50", "2031-03-31 08:00"),
        ("Europe/London", "2031-10-26 00:50", "2031-10-27 09:00"),
        ("America/New_York", "2031-03-09 06:50", "2031-03-10 13:00"),
        ("America/New_York", "2031-11-02 05:50", "2031-11-03 14:00"),
    ],
)
async def test_both_nights_on_which_clocks_change(
    running: House, zone: str, night: str, morning: str
) -> None:
    """Thirty minutes stay thirty; what waits begins at nine where the client is."""
    running.book = procedure(time_zone=zone, holidays={})
    await running.until(night)
    critical = await running.opens(PLATFORM_DOWN, number="1")
    paged = (await critical.stands()).holder
    await running.expects(paged, "ana", "kim")
    ticket = await critical.stands()
    assert ticket.tiers.due == ticket.opened + timedelta(minutes=30)
    await critical.say("acknowledge", paged)

    medium = await running.opens(MAIL_SLOW, number="2")
    await running.expects("kim")
    opens = (await medium.stands()).opens
    assert opens is not None
    assert instant(opens) == f"{morning.replace(' ', 'T')}:00Z"


@AT_EACH_STEP
async def test_everybody_is_away(running: House) -> None:
    """Straight to the last resort, who is told why."""
    leave = {"leave": [{"first": "2031-05-01", "last": "2031-05-31"}]}
    running.book = procedure({ident: leave for ident in ON_CALL["people"] if ident != "ida"})
    await running.until("2031-05-11 22:00")
    story = await running.opens(PLATFORM_DOWN)
    page, _ = await running.expects("ida", "kim")
    assert (await story.stands()).holder == "ida"
    assert "senior specialist: Dee Novak is away, and nobody stands in" in await story.record()
    await story.click(page, choice="acknowledge")


async def test_a_substitute_is_told_whom_they_stand_in_for(running: House) -> None:
    leave = {"leave": [{"first": "2031-05-11", "last": "2031-05-11", "substitute": "sam"}]}
    running.book = procedure({"dee": leave})
    await running.until("2031-05-11 22:00")
    await running.opens(PLATFORM_DOWN)
    page, _, _ = await running.expects("sam", "ana", "kim")
    assert "You stand in for Dee Novak, who is away." in page.text


async def test_critical_pages_every_channel_and_one_that_fails_stops_no_other(
    running: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mail and SMS arrive, the chat refuses: dee is paged all the same, and takes it from the SMS."""
    channels = {"sms": {"env": "DEE_SMS"}, "chat": {"env": "DEE_CHAT"}}
    running.book = procedure({"dee": {"channels": channels}})
    await running.until("2031-05-11 22:00")
    with receivers(2) as (sms, chat):
        chat.says.append(403)
        monkeypatch.setenv("DEE_SMS", sms.url())
        monkeypatch.setenv("DEE_CHAT", chat.url())
        story = await running.opens(PLATFORM_DOWN)
        await running.expects("dee", "ana", "kim")
        await running.when(story, "Dee Novak is not reached by chat (DEE_CHAT): the service says 403")
        await asyncio.to_thread(sms.reached.wait)
    (text,) = sms.took
    assert "trading platform down" in text["message"]
    link = re.findall(r"http://rung\.test(/ticket/\S+)", text["message"])[0]
    ticket = await story.stands()
    assert (ticket.holder, ticket.here.failed) == ("dee", ("chat",))
    page = await running.browser.get(link)
    assert "I have it" in page.text
    await story.say("acknowledge", "dee")


async def test_somebody_with_no_working_channel_is_passed_over_at_once(
    running: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mail refused, SMS refused, no secret for the chat: eva is paged within the minute."""
    channels = {"sms": {"env": "DEE_SMS"}, "chat": {"env": "DEE_CHAT"}}
    running.book = procedure({"dee": {"channels": channels}})
    running.postbox.refuse["dee@northwind.example"] = "550 no such user"
    await running.until("2031-05-11 22:00")
    with receivers(1) as (sms,):
        sms.says.append(404)
        monkeypatch.setenv("DEE_SMS", sms.url())
        monkeypatch.delenv("DEE_CHAT", raising=False)
        story = await running.opens(PLATFORM_DOWN)
        await running.expects("eva", "ana", "kim")
    ticket = await story.stands()
    assert ticket.holder == "eva"
    assert (await running.now()) - ticket.opened < timedelta(minutes=1)
    assert "Dee Novak can't be reached: Eva Roth is next" in await story.record()


@AT_EACH_STEP
async def test_a_new_holiday_reaches_the_open_ticket(running: House) -> None:
    """Half an hour is used when the day is declared a holiday: an hour and a half are left."""
    running.book = procedure()
    await running.until("2031-05-14 08:00")
    story = await running.opens(MAIL_SLOW)
    await running.expects("ana", "kim")
    await story.say("acknowledge", "ana")
    await running.passes(minutes=30)
    running.book = procedure(holidays={"also": {"2031-05-14": "closed"}})
    told = {"calendar": "v2", "reason": "the holidays of Harbor Trading have changed: 2031-05-14"}
    await story.handle.signal("look_again", told)
    await story.handle.signal("look_again", told)
    ticket = await story.stands()
    assert ticket.tiers.due is not None
    assert ticket.tiers.due.replace(second=0, microsecond=0) == datetime(2031, 5, 15, 9, 29, tzinfo=UTC)
    again = [text for text in await story.record() if text.startswith("Looked at again")]
    assert again == ["Looked at again: the holidays of Harbor Trading have changed: 2031-05-14"]
