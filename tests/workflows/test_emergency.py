"""The emergency door: stories from the outside, with skipped time and the helpdesk far away."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import timedelta

import httpx
import pytest
from bs4 import BeautifulSoup
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from gateway.app import create_app
from procedure.book.severity import Facts
from procedure.ticket.emergency import HELPDESK
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from runtime.connection import DATA_CONVERTER
from runtime.links import Address, Links
from runtime.tickets import Tickets
from tests.northwind import northwind, on_call
from tests.workflows.house import AT_EACH_STEP, KEYS, PUBLIC, House, Story

LINKS = Links(KEYS, PUBLIC)
DOOR = "/emergency/" + LINKS.token(Address("emergency", "harbor"))
FACTS = {"who": "Kim Harlow, 020 7946 0000", "system": "trading platform", "users": "about 12"}
PLATFORM = Facts(system="trading platform", state="impaired", users=3)


def text_of(answer: httpx.Response) -> str:
    """What a page says, without its markup."""
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


async def filled_in(running: House, **facts: str) -> dict[str, str]:
    """The form as somebody fills it in."""
    page = await running.browser.get(DOOR)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return {**hidden, **FACTS, **facts}


async def reported(running: House, **facts: str) -> tuple[Story, str]:
    """Somebody reports an emergency: its story, and the address of the page that they see then."""
    answer = await running.browser.post(DOOR, data=await filled_in(running, **facts))
    assert answer.status_code == 303, answer.text
    return story_of(running, answer), answer.headers["Location"]


def story_of(running: House, answer: httpx.Response) -> Story:
    """The story of the emergency that somebody was led to."""
    address = LINKS.read("emergency", answer.headers["Location"].rsplit("/", 1)[1])
    assert address is not None
    story = Story(running, Opening(address.ticket, HELPDESK, address.person, title="", requester="kim"))
    running.stories.append(story)
    return story


async def joins(running: House, emergency: Story, facts: Facts, **known: str) -> Story:
    """The helpdesk's ticket comes in, and is about the emergency."""
    running.earlier.emergencies = [await emergency.stands()]
    story = await running.opens(facts, **known)
    await story.result()
    return story


async def joined(emergency: Story, source: Story) -> Ticket:
    """The emergency, once it has heard of the helpdesk's ticket."""
    ended = await source.stands()
    assert (ended.status, ended.joined) == ("closed", emergency.opening.id)
    ticket = await emergency.stands()
    assert source.opening.id in ticket.joins
    return ticket


# The door -----------------------------------------------------------------------------------------


async def test_three_facts_page_somebody_at_once(running: House) -> None:
    """No helpdesk is asked: critical, whatever the rules say, and the page has what was told."""
    story, _ = await reported(running, what="since 22:40, all floors")
    page, _, received = await running.expects("bo", "ana", "kim")

    assert "EMERGENCY: trading platform down" in page.text
    for fact in ("Kim Harlow, 020 7946 0000", "since 22:40, all floors", "about 12", story.opening.number):
        assert fact in page.text
    assert story.opening.number in str(received.message["Subject"])
    ticket = await story.stands()
    assert (ticket.severity, ticket.tier) == ("critical", "senior specialist")
    assert ticket.reason == "reported as an emergency by Kim Harlow, 020 7946 0000"
    assert (ticket.facts.system, ticket.facts.users) == ("trading platform", 12)


async def test_in_the_night_whoever_is_on_call_is_paged(running: House) -> None:
    """Harbor is closed, and what is down has no rules: it is paged as it comes in."""
    running.book = on_call()
    await running.until("2031-05-11 22:00")
    story, _ = await reported(running, system="*", what="The phones are dead")
    page, _, _ = await running.expects("dee", "ana", "kim")

    assert "EMERGENCY: The phones are dead" in page.text
    assert (await story.stands()).opens is None


async def test_a_form_that_is_sent_twice_is_one_emergency(running: House) -> None:
    """An impatient finger, and a browser that tries again."""
    form = await filled_in(running)
    answers = await asyncio.gather(*(running.browser.post(DOOR, data=form) for _ in range(4)))
    await running.expects("bo", "ana", "kim")

    assert {answer.status_code for answer in answers} == {303}
    (number,) = {story_of(running, answer).opening.number for answer in answers}
    assert re.fullmatch(r"e-[0-9a-z]{6}", number)


async def test_looking_at_the_door_does_nothing(running: House) -> None:
    """Any number of GETs and HEADs; the number is made of what is sent."""
    for method in ("GET", "HEAD", "GET"):
        answer = await running.browser.request(method, DOOR, headers={"Purpose": "prefetch"})
        assert answer.status_code == 200
    first, second = await filled_in(running), await filled_in(running)

    assert first["nonce"] != second["nonce"]


async def test_missing_facts_are_named_and_what_was_typed_is_kept(running: House) -> None:
    """All at once, and nobody is paged."""
    form = await filled_in(running, who="Jo", system="", users="", what='"><b>odd</b>')
    answer = await running.browser.post(DOOR, data=form)

    assert answer.status_code == 422
    assert "Say how we call you back" in answer.text
    assert "Say how many people" in answer.text
    page = BeautifulSoup(answer.text, "html.parser")
    assert [page.select_one("#who")["value"], page.select_one("#what").text] == ["Jo", '\n"><b>odd</b>']  # type: ignore[index,union-attr]
    assert page.select_one("input[name=nonce]")["value"] == form["nonce"]  # type: ignore[index]


async def test_the_door_of_nobody_is_the_same_page_for_all(running: House) -> None:
    """Forged, of another purpose, of a client that is none."""
    foreign = Links(["x" * 40], PUBLIC).token(Address("emergency", "harbor"))
    staff = LINKS.token(Address("staff", "harbor", "ana", 1))
    gone = LINKS.token(Address("emergency", "nobody"))
    answers = []
    for token in (foreign, staff, gone, "rubbish", "%00"):
        answers.append(await running.browser.get(f"/emergency/{token}"))
        answers.append(await running.browser.post(f"/emergency/{token}", data=FACTS))
    answers.append(await running.browser.post(DOOR.replace("/emergency/", "/ticket/emergency/"), data=FACTS))

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


async def test_a_form_from_elsewhere_too_large_or_too_often_is_refused(running: House) -> None:
    """And a form that was sent too often says to call, with all that was typed."""
    form = await filled_in(running)
    foreign = await running.browser.post(DOOR, data=form, headers={"Origin": "https://evil.example"})
    large = await running.browser.post(DOOR, content=b"who=" + b"x" * 100_000)
    answers = [await running.browser.post(DOOR, data={"who": "Kim Harlow"}) for _ in range(25)]

    assert (foreign.status_code, large.status_code) == (403, 413)
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "60")
    assert "Call us now" in answers[-1].text
    assert 'value="Kim Harlow"' in answers[-1].text


async def test_while_temporal_is_away_the_form_keeps_everything() -> None:
    """It says that it may not have arrived and what to do; sent again it counts once."""
    client = await Client.connect("127.0.0.1:1", data_converter=DATA_CONVERTER, lazy=True)
    app = create_app(Tickets(client, timedelta(seconds=0.3)), northwind, LINKS, PUBLIC)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC) as browser:
        answer = await browser.post(DOOR, data={**FACTS, "nonce": "n1", "what": "since 22:40"})
        assert answer.status_code == 503
        assert "Call us now" in text_of(answer)
        assert "Northwind can't be reached through this page" in text_of(answer)
        page = BeautifulSoup(answer.text, "html.parser")
        kept = {str(i["name"]): str(i["value"]) for i in page.select("input:not([type=radio]), [checked]")}
        assert kept == {**FACTS, "nonce": "n1", "again": "yes"}
        assert page.select("textarea")[0].text.strip() == "since 22:40"

        stands = await browser.get("/emergency/" + LINKS.token(Address("emergency", "harbor", "e-4f7k2p")))
        assert stands.status_code == 503
        assert "call Northwind, and give the reference" in text_of(stands)
        assert "e-4f7k2p" in text_of(stands)
        assert 'http-equiv="refresh"' in stands.text


async def test_sent_again_with_other_words_the_words_are_told_too(running: House) -> None:
    """The first try had arrived after all; what was written since is not lost."""
    form = await filled_in(running)
    answer = await running.browser.post(DOOR, data=form)
    await running.expects("bo", "ana", "kim")
    await running.browser.post(DOOR, data=form | {"again": "yes", "who": "Kim Harlow, 07700 900123"})

    ticket = await story_of(running, answer).stands()
    assert "07700 900123" in ticket.notes[-1].text


# The page of an emergency ---------------------------------------------------------------------------


async def test_the_page_tells_who_is_paged_who_has_it_and_who_is_next(running: House) -> None:
    """And it looks again by itself, until it is over; whom else it pages is the MSP's affair."""
    story, path = await reported(running)
    page, _, _ = await running.expects("bo", "ana", "kim")
    shown = await running.browser.get(path)
    assert "Bo Lind has been paged, and answers by" in text_of(shown)
    assert "somebody else is asked to take it" in text_of(shown)
    assert "Sam Ortega" not in text_of(shown)
    assert story.opening.number in text_of(shown)
    assert '<meta http-equiv="refresh" content="15">' in shown.text

    await running.passes(minutes=5, milliseconds=50)
    await running.expects("sam")
    shown = await running.browser.get(path)
    assert "Sam Ortega has been paged, and answers by" in text_of(shown)
    assert "Bo Lind" not in text_of(shown)
    await story.click(page, choice="acknowledge")
    await running.expects("sam")
    await story.say("progress", "bo", note="internal words")
    shown = await running.browser.get(path)
    assert "Bo Lind has it since" in text_of(shown)
    assert "internal words" not in shown.text

    await story.desk(delivery="x", state="closed")
    await story.result()
    shown = await running.browser.get(path)
    assert "This emergency is over." in text_of(shown)
    assert "refresh" not in shown.text


async def test_nothing_can_be_sent_to_the_page_of_an_emergency(running: House) -> None:
    """It is there to be read; and a number that nobody reported has no page."""
    _, path = await reported(running)
    await running.expects("bo", "ana", "kim")
    answer = await running.browser.post(path, data=FACTS)
    assert (answer.status_code, answer.headers["Location"]) == (303, path)

    nothing = LINKS.token(Address("emergency", "harbor", "e-nothing"))
    assert (await running.browser.get(f"/emergency/{nothing}")).status_code == 410


async def test_a_form_of_an_emergency_that_is_over_opens_another_one(running: House) -> None:
    """Its page was open all night."""
    form = await filled_in(running)
    first = story_of(running, await running.browser.post(DOOR, data=form))
    await running.expects("bo", "ana", "kim")
    await first.desk(delivery="x", state="closed")
    await first.result()
    answer = await running.browser.post(DOOR, data=form)
    assert answer.status_code == 409
    nonce = re.findall(r'name="nonce" value="([^"]*)"', answer.text)[0]
    again = await running.browser.post(DOOR, data=form | {"nonce": nonce})
    await running.expects("bo", "ana", "kim")

    assert story_of(running, again).opening.number != first.opening.number


# Reported twice -------------------------------------------------------------------------------------


async def test_a_second_report_joins_and_shows_who_has_it(running: House) -> None:
    """Nobody is paged again; the holder reads what was said, and both pages show the same emergency."""
    first, _ = await reported(running)
    await running.expects("bo", "ana", "kim")
    await first.say("acknowledge", "bo")
    running.earlier.emergencies = [await first.stands()]
    form = await filled_in(running, who="Raj Patel, 020 7946 0001", what="The third floor, too")
    answer = await running.browser.post(DOOR, data=form)
    second, path = story_of(running, answer), answer.headers["Location"]
    told, _ = await running.expects("bo", "raj")

    assert "The third floor, too" in told.text
    ended = await second.result()
    assert (ended.status, ended.joined) == ("closed", first.opening.id)
    shown = text_of(await running.browser.get(path))
    assert "This has been reported already: Bo Lind has it since" in shown
    assert first.opening.number in shown
    assert f"{second.opening.number}, joined to {first.opening.number}" in shown
    assert (await running.tickets.presented(second.opening.id)).id == first.opening.id

    again = await running.browser.post(DOOR, data=form)
    assert again.headers["Location"] == path
    await first.desk(delivery="x", state="closed")
    await first.result()
    assert "This emergency is over." in text_of(await running.browser.get(path))
    assert (await running.browser.post(DOOR, data=form)).status_code == 409


@AT_EACH_STEP
async def test_a_second_report_of_more_people_counts(running: House) -> None:
    """As many as the impact criterion asks for: it goes up as if they had been told at first."""
    first, _ = await reported(running)
    await running.expects("bo", "ana", "kim")
    running.earlier.emergencies = [await first.stands()]
    await running.browser.post(DOOR, data=await filled_in(running, users="40"))
    await running.expects("bo", "cy", "kim")

    ticket = await first.stands()
    assert (ticket.facts.users, ticket.tier, ticket.severity) == (40, "engineering", "critical")


# Joined by the helpdesk's ticket ----------------------------------------------------------------------


@AT_EACH_STEP
async def test_a_ticket_with_the_reference_joins(running: House) -> None:
    """Nobody is paged for it; the holder reads it, and whoever wrote it hears who has the emergency."""
    emergency, path = await reported(running)
    await running.expects("bo", "ana", "kim")
    number = emergency.opening.number.replace("-", " ").upper()
    desk = await joins(running, emergency, Facts(), title=f"As told on the phone ({number})", requester="raj")
    holder, writer = await running.expects("bo", "raj")

    ticket = await joined(emergency, desk)
    assert "As told on the phone" in holder.text
    assert "Bo Lind" in writer.text
    assert (await desk.record())[
        -1
    ] == f"Joined to the emergency {emergency.opening.id}, which goes on for it"
    assert f"Joined by desk ticket 42: As told on the phone ({number})" in ticket.sentences()
    assert ticket.severity == "critical"
    assert "The helpdesk's ticket is joined to it" in text_of(await running.browser.get(path))


async def test_a_ticket_about_the_same_system_joins_and_lowers_nothing(running: House) -> None:
    """It came later, and says that all is half as bad."""
    emergency, _ = await reported(running)
    await running.expects("bo", "ana", "kim")
    await emergency.say("acknowledge", "bo")
    await running.passes(minutes=15)
    desk = await joins(running, emergency, PLATFORM, title="Trading is slow")
    await running.expects("bo", saying="Trading is slow")
    await desk.desk(delivery="facts", facts=PLATFORM)

    ticket = await joined(emergency, desk)
    assert (ticket.severity, ticket.facts.state) == ("critical", "impaired")


async def test_what_the_helpdesk_says_later_reaches_the_emergency(running: House) -> None:
    """A comment, the same once more, and the closing."""
    emergency, _ = await reported(running)
    await running.expects("bo", "ana", "kim")
    desk = await joins(running, emergency, PLATFORM)
    await running.expects("bo")
    for _ in range(2):
        await desk.desk(delivery="c1", contact="kim", text="now the phones too")
    await running.expects("bo", saying="now the phones too")
    await desk.desk(delivery="c2", state="closed", by="Tech One")

    ended = await emergency.result()
    assert ended.last == "Closed in the helpdesk by Tech One"


@AT_EACH_STEP
async def test_opened_again_in_the_helpdesk_the_emergency_goes_on(running: House) -> None:
    """The same emergency, with its whole history, one tier higher."""
    emergency, _ = await reported(running)
    await running.expects("bo", "ana", "kim")
    desk = await joins(running, emergency, PLATFORM)
    await running.expects("bo")
    await desk.desk(delivery="c1", state="closed", by="Tech One")
    await emergency.result()
    assert not await desk.desk(delivery="c2", text="thank you", by="kim")
    await running.passes(minutes=1)
    assert await desk.desk(delivery="c3", state="open", by="Tech One")
    await running.expects("cy", "kim")

    ticket = await emergency.stands()
    assert (ticket.status, ticket.severity) == ("open", "critical")
    assert ticket.caller.startswith("Kim Harlow")


async def test_an_emergency_that_has_just_ended_is_not_joined(running: House) -> None:
    """It looked open when it was found: the helpdesk's ticket goes on by itself, and nothing is lost."""
    emergency, _ = await reported(running)
    await running.expects("bo", "ana", "kim")
    running.earlier.emergencies = [await emergency.stands()]
    await emergency.desk(delivery="x", state="closed")
    await emergency.result()
    desk = await running.opens(PLATFORM)
    await running.expects("ana", "kim")

    ticket = await desk.stands()
    assert (ticket.status, ticket.joined, ticket.holder) == ("open", "", "ana")


async def test_another_clients_ticket_joins_nothing(running: House) -> None:
    """Nor one about another system."""
    emergency, _ = await reported(running)
    await running.expects("bo", "ana", "kim")
    running.earlier.emergencies = [await emergency.stands()]
    await running.opens(Facts(system="office mail", state="impaired"))
    await running.expects("ana", "kim")

    assert (await emergency.stands()).joins == ()


async def test_the_history_of_a_joined_ticket_is_short(running: House) -> None:
    """Opened, looked up, given on, over: no page, no timer."""
    emergency, _ = await reported(running)
    await running.expects("bo", "ana", "kim")
    desk = await joins(running, emergency, PLATFORM)
    await running.expects("bo")
    kinds = Counter(EventType.Name(event.event_type) for event in (await desk.handle.fetch_history()).events)

    assert kinds["EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"] == 1
    assert not kinds["EVENT_TYPE_TIMER_STARTED"]


@pytest.mark.parametrize("times", [3])
async def test_several_tickets_join_and_the_first_says_when_it_is_over(running: House, times: int) -> None:
    """The helpdesk closes the later ones as its doubles, while Bo still works on it."""
    emergency, _ = await reported(running)
    await running.expects("bo", "ana", "kim")
    desks = []
    for number in range(times):
        desks.append(await joins(running, emergency, PLATFORM, number=f"{number}"))
        await running.expects("bo")
    for desk in reversed(desks):
        assert (await emergency.stands()).status == "open"
        await desk.desk(delivery="closing", state="closed", by="Tech One")

    assert (await emergency.result()).status == "closed"


async def test_a_list_that_does_not_answer_holds_nobody_up(
    running: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be found out soon counts as no emergency: the helpdesk's ticket goes its own way."""

    async def silent(client: str) -> list[Ticket]:
        await asyncio.Event().wait()
        return []

    await reported(running)
    await running.expects("bo", "ana", "kim")
    monkeypatch.setattr(running.earlier, "open_emergencies", silent)
    await running.opens(PLATFORM)
    await running.expects("ana", "kim")
