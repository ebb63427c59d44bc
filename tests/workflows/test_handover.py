"""Changes of shifts, from the outside, with skipped time: at 17:30 Bo goes home and Dee comes on.

It happens in 2031, so that the dates stay in the future for a while. What comes at one instant is told with
all workflows in memory only: without a cache it loses so many tasks that the SDK may break off (1.35: "Cannot
find activity to cancel").
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest
from bs4 import BeautifulSoup
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.testing import ActivityEnvironment

from activities.ticket.handover import Handovers
from procedure.book.severity import Facts
from procedure.record import Notice, Refused
from procedure.ticket.state import NoticeKind, Ticket
from runtime.links import Address, Links
from runtime.tickets import NoSuchTicket
from tests.northwind import on_call
from tests.workflows.house import AT_EACH_STEP, KEYS, LOST_TASKS, PUBLIC, House, Received, Story
from workflows.letters import letter
from workflows.messages import Answer
from workflows.messages.handover import AcceptAll, KeepOne, Offer

DISK = Facts(system="trading platform", state="impaired", users=6, conditions=("failed disk",))
"""High, and for the senior specialist at once: two hours there, whatever the time of day."""

LIST = "handover-bo--dee-20310507T1630"


async def held(running: House, count: int) -> list[Story]:
    """Bo has so many tickets at 17:00 in London."""
    running.book = on_call()
    await running.until("2031-05-07 16:00")
    stories = []
    for number in range(1, count + 1):
        story = await running.opens(DISK, number=str(number), title=f"Disk {number} fails")
        await running.expects("bo", "ana", "kim")
        await story.say("acknowledge", "bo")
        stories.append(story)
    return stories


async def shifts_change(running: House) -> None:
    """17:30 in London, and the half minute in which the list is gathered."""
    await running.until("2031-05-07 16:30:31")


async def handed_over(running: House, count: int) -> tuple[list[Story], Received, Received]:
    """The stories, and the mails to who comes on and who leaves."""
    stories = await held(running, count)
    running.lists.append(LIST)
    await shifts_change(running)
    comes, leaves = await running.expects("dee", "bo")
    return stories, comes, leaves


async def holders(stories: list[Story]) -> list[str]:
    return [(await story.stands()).holder for story in stories]


async def page(running: House, mail: Received) -> BeautifulSoup:
    answer = await running.browser.get(mail.link)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


async def send(running: House, mail: Received, form: int = 0, **fields: str) -> httpx.Response:
    """Open the page behind a mail, and send one of its forms as it is there, with these fields filled in."""
    found = (await page(running, mail)).find_all("form")[form]
    hidden = {str(field["name"]): str(field["value"]) for field in found.select("input[type=hidden]")}
    return await running.browser.post(mail.link, data=hidden | fields)


async def accepts(running: House, comes: Received) -> httpx.Response:
    return await send(running, comes, choice="accept")


def staff_page(story: Story, person: str) -> str:
    return Links(KEYS, PUBLIC).url(Address("staff", story.opening.id, person, 1)).removeprefix(PUBLIC)


async def offered_again(running: House, ticket: Ticket) -> None:
    """The ticket's activity runs once more, after its answer was lost."""
    offer = Handovers(running.env.client, lambda: running.book).offer
    await ActivityEnvironment().run(offer, letter(ticket, Notice(99, NoticeKind.HANDOVER, "dee", 1)))


def workflow(running: House) -> WorkflowHandle[object, Answer]:
    return running.env.client.get_workflow_handle(LIST, result_type=Answer)


async def ended(running: House) -> str:
    """What became of the list; no time goes by meanwhile, as it would while a result is waited for."""
    async with asyncio.timeout(LOST_TASKS):
        while (await workflow(running).describe()).status is WorkflowExecutionStatus.RUNNING:
            await asyncio.sleep(0.05)
    return (await workflow(running).result()).text


def text_of(shown: BeautifulSoup, where: str) -> str:
    """The text of the one element that a selector finds on a page."""
    (found,) = shown.select(where)[:1]
    return found.text


async def test_one_list_for_all_that_changes_hands(running: House) -> None:
    """One mail to each of the two, with what is open and what waits; one click takes it all."""
    stories = await held(running, 3)
    await stories[1].say("progress", "bo", note="The array is degraded")
    await stories[2].say("ask_customer", "bo", question="Which server?")
    await running.expects("kim")
    await shifts_change(running)
    comes, leaves = await running.expects("dee", "bo", saying="2 open, 1 waiting for the customer")

    assert comes.message["Subject"] == "[Northwind] Bo Lind to Dee Novak: 2 open, 1 waiting for the customer"
    assert comes.text.startswith(
        "Bo Lind hands over to you: 2 open, 1 waiting for the customer. Accept by 17:45."
    )
    assert leaves.text.startswith("Your duty is over: Dee Novak is asked to take")
    for mail in (comes, leaves):
        assert all(f"Disk {number} fails" in mail.text for number in (1, 2, 3))
        assert mail.text.count("Why high: trading platform impaired, 6 users") == 3
        assert mail.text.count("It may stay at senior specialist until") == 2
        assert "Found so far, 17:00, Bo Lind: The array is degraded" in mail.text
    assert await holders(stories) == ["bo"] * 3

    shown = await page(running, comes)
    assert text_of(shown, ".now .lead").startswith("Offered to you: 2 open, 1 waiting")
    assert [button.text for button in shown.find_all("button")] == ["I accept all"]
    answer = await accepts(running, comes)
    assert answer.status_code == 303
    assert await ended(running) == "3 accepted"
    assert await holders(stories) == ["dee"] * 3
    assert (await stories[2].stands()).status == "paused"
    for story in stories:
        ticket = await story.stands()
        assert (ticket.last, ticket.record[-1].via) == (
            "Dee Novak accepts it from Bo Lind",
            "link",
        )
    shown = await page(running, comes)
    assert text_of(shown, ".now .lead") == "You have these 3:"
    assert shown.find_all("form") == []
    pages = [await running.browser.get(str(a["href"])) for a in shown.find_all("a")]
    assert len(pages) == 3
    for number, own in enumerate(pages, start=1):
        assert f"Disk {number} fails" in own.text
        assert "You have it." in own.text


async def test_one_is_kept_with_one_click(running: House) -> None:
    """Bo is just working on the second; Dee gets the other."""
    stories, comes, leaves = await handed_over(running, 2)
    shown = await page(running, leaves)
    assert [button.text for button in shown.find_all("button")] == ["I keep this one"] * 2

    assert (await send(running, leaves, form=1)).status_code == 303
    shown = await page(running, leaves)
    assert len(shown.find_all("form")) == 1
    assert text_of(shown, "ul a") == "Disk 2 fails"
    assert "You keep this one" in shown.text
    await accepts(running, comes)
    assert await ended(running) == "1 accepted, 1 kept"
    assert await holders(stories) == ["dee", "bo"]
    assert "Bo Lind keeps it over the change of shifts" in await stories[1].record()


async def test_what_is_not_accepted_in_time_goes_on(running: House) -> None:
    """At 17:45 the next on call is paged, by the tickets themselves; then it is too late to accept.

    Who left hears that it is not with them any more.
    """
    stories, comes, leaves = await handed_over(running, 2)
    await running.until("2031-05-07 16:45:01")
    await running.expects("eva", "eva", "bo", "bo")
    assert await holders(stories) == ["eva", "eva"]

    for mail in (comes, leaves):
        answer = await send(running, mail, choice="accept" if mail is comes else "keep")
        assert answer.status_code == 409
        assert "Too late" in answer.text
    await running.until("2031-05-07 16:46:02")
    assert await ended(running) == "2 passed on"
    for story in stories:
        await story.say("acknowledge", "eva")
        await running.expects("dee", saying="Eva Roth has it")


async def test_who_cannot_be_reached_does_not_keep_others_waiting(running: House) -> None:
    """The mail server refuses Dee's address: the next on call is paged at once."""
    stories = await held(running, 2)
    running.postbox.refuse["dee@northwind.example"] = "550 no such user"
    await shifts_change(running)
    await running.expects("bo", "eva", "eva", "bo", "bo")

    assert await ended(running) == "2 passed on"
    assert "Dee Novak can't be reached: Eva Roth is next" in await stories[0].record()
    for story in stories:
        await story.say("acknowledge", "eva")


@AT_EACH_STEP
async def test_who_leaves_cannot_be_reached_which_changes_nothing(running: House) -> None:
    """They have it anyway."""
    stories = await held(running, 1)
    running.postbox.refuse["bo@northwind.example"] = "550 no such user"
    await shifts_change(running)
    (comes,) = await running.expects("dee")

    await accepts(running, comes)
    assert await ended(running) == "1 accepted"
    assert await holders(stories) == ["dee"]


@AT_EACH_STEP
async def test_accepting_twice_counts_once(running: House) -> None:
    """A second click, and one from a page that was open before."""
    stories, comes, _ = await handed_over(running, 1)
    first = await accepts(running, comes)
    assert await ended(running) == "1 accepted"
    again = await running.browser.post(comes.link, data={"version": "1", "choice": "accept"})

    assert (first.status_code, again.status_code) == (303, 303)
    assert (await stories[0].record()).count("Dee Novak accepts it from Bo Lind") == 1


async def test_a_ticket_that_was_closed_meanwhile_does_no_harm(running: House) -> None:
    """Bo has solved one, and the customer has said so, before Dee accepts the list."""
    stories, comes, _ = await handed_over(running, 2)
    await stories[0].say("resolve", "bo", solution="changed the disk")
    (solved,) = await running.expects("kim")
    await stories[0].click(solved, choice="solved")
    assert (await stories[0].result()).status == "closed"

    await accepts(running, comes)
    assert await ended(running) == "1 accepted, 1 gone"
    assert (await stories[1].stands()).holder == "dee"
    assert "it is closed" in (await page(running, comes)).text


async def test_a_ticket_that_was_resolved_meanwhile_stays_resolved(running: House) -> None:
    """The list can't know it; the ticket judges."""
    stories, comes, _ = await handed_over(running, 2)
    await stories[0].say("resolve", "bo", solution="changed the disk")
    await running.expects("kim")

    await accepts(running, comes)
    await ended(running)
    ticket = await stories[0].stands()
    assert (ticket.status, ticket.holder) == ("resolved", "bo")
    assert (await stories[1].stands()).holder == "dee"


@AT_EACH_STEP
async def test_only_who_it_concerns_can_say_anything(running: House) -> None:
    """Others hear whose it is; the same through signals is noted."""
    stories, _, leaves = await handed_over(running, 1)
    with pytest.raises(Refused, match="It is offered to Dee Novak"):
        await running.tickets.say(LIST, "accept", AcceptAll(by="bo"), "a")
    with pytest.raises(Refused, match="Bo Lind has it, and could keep it"):
        await running.tickets.say(LIST, "keep", KeepOne(by="dee", ticket=stories[0].opening.id), "b")
    with pytest.raises(Refused, match="not on this list"):
        await running.tickets.say(LIST, "keep", KeepOne(by="bo", ticket="ticket-x"), "c")
    await workflow(running).signal("accept", AcceptAll(by="bo"))
    change = await running.tickets.handover(LIST)
    assert change.last == "Accepting does not count: It is offered to Dee Novak."

    answer = await running.browser.post(leaves.link, data={"choice": "accept"})
    assert answer.status_code == 409
    assert "It is offered to Dee Novak." in answer.text
    await workflow(running).signal("accept", AcceptAll(by="dee"))
    assert await ended(running) == "1 accepted"


@AT_EACH_STEP
async def test_looking_and_pressing_without_choosing_decide_nothing(running: House) -> None:
    """As mail scanners do; and forms of other sites, and links that we did not sign."""
    stories, comes, leaves = await handed_over(running, 1)
    before = await running.tickets.handover(LIST)
    for mail in (comes, leaves):
        for method in ("GET", "HEAD"):
            assert (await running.browser.request(method, mail.link)).status_code == 200
    pressed = await send(running, comes)
    assert pressed.status_code == 409
    assert "Choose what you want to do." in pressed.text
    foreign = await running.browser.post(
        comes.link, data={"choice": "accept"}, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403
    token = comes.link.rsplit("/", 1)[1]
    for path in (f"/handover/{token[:-1]}", f"/ticket/staff/{token}", f"/ticket/handover/{token}"):
        assert (await running.browser.get(path)).status_code == 404

    assert await running.tickets.handover(LIST) == before
    assert await holders(stories) == ["bo"]
    await accepts(running, comes)


async def test_the_tickets_own_page_offers_the_same(running: House) -> None:
    """Who leaves can keep it there, and who comes on accept it."""
    stories = await held(running, 2)
    await shifts_change(running)
    comes, _ = await running.expects("dee", "bo")
    bos, dees = staff_page(stories[0], "bo"), staff_page(stories[1], "dee")
    shown = await running.browser.get(bos)
    assert "Your duty is over: Dee Novak is asked to accept it by" in shown.text
    assert (await running.browser.post(bos, data={"choice": "keep"})).status_code == 303
    shown = await running.browser.get(dees)
    assert "Bo Lind hands it over to you: accept by" in shown.text
    assert (await running.browser.post(dees, data={"choice": "accept"})).status_code == 303

    assert await holders(stories) == ["bo", "dee"]
    await accepts(running, comes)
    await ended(running)
    assert await holders(stories) == ["bo", "dee"]


async def test_what_comes_later_makes_a_new_mail_with_the_whole_list(running: House) -> None:
    """The same offer told again is one; another ticket is told with those before it."""
    stories, comes, _ = await handed_over(running, 1)
    change = await running.tickets.handover(LIST)
    (line,) = change.lines
    await offered_again(running, await stories[0].stands())
    await running.passes(seconds=31)
    running.is_quiet()
    assert (await running.tickets.handover(LIST)).lines == (line,)

    another = replace(line, ticket="ticket-harbor-desk-9", title="Another")
    await workflow(running).signal("offer", Offer(line=another))
    await running.passes(seconds=31)
    again, _ = await running.expects("dee", "bo", saying="2 open")
    assert "Disk 1 fails" in again.text
    assert "Another" in again.text
    assert again.link == comes.link
    assert again.message["Message-ID"] != comes.message["Message-ID"]
    assert again.message["References"] == comes.message["References"]
    await accepts(running, again)
    assert await ended(running) == "1 accepted, 1 gone"
    assert await holders(stories) == ["dee"]


async def test_a_list_that_has_ended_begins_anew(running: House) -> None:
    """What is offered late under the same id must be accepted too, and its mails are mails of their own."""
    stories, comes, _ = await handed_over(running, 1)
    ticket = await stories[0].stands()
    await accepts(running, comes)
    await ended(running)
    with pytest.raises(NoSuchTicket):
        await running.tickets.say(LIST, "accept", AcceptAll(by="dee"), "late")

    await offered_again(running, ticket)
    await running.passes(seconds=31)
    again, _ = await running.expects("dee", "bo", saying="1 open")
    assert again.link == comes.link
    assert again.message["Message-ID"] != comes.message["Message-ID"]
    await accepts(running, again)
    assert await ended(running) == "1 accepted"


@AT_EACH_STEP
async def test_what_is_offered_too_late_troubles_nobody(running: House) -> None:
    """The ticket has gone on long ago: no mail."""
    stories, _, _ = await handed_over(running, 1)
    ticket = await stories[0].stands()
    await running.until("2031-05-07 16:50")
    await running.expects("eva", "bo")
    await stories[0].say("acknowledge", "eva")
    await running.expects("dee", saying="Eva Roth has it")
    await ended(running)

    await offered_again(running, ticket)
    assert await ended(running) == "1 passed on"
