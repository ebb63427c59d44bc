"""A ticket whose client is corrected in the helpdesk: one goes on, and no word crosses the wall."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.workflows.house import House, Story
from tests.workflows.test_stories import MAIL_SLOW

FOR_HARBOR = {"helpdesk": "generic"}
FOR_LINDQVIST = {"helpdesk": "generic", "client": "lindqvist", "requester": "nora"}


async def test_a_corrected_client_makes_one_ticket_of_two(running: House) -> None:
    """What Ana has found goes along; Nora reads nothing of Kim, nor Kim of Lindqvist. Then it was Harbor's
    after all."""
    wrong = await running.opens(MAIL_SLOW, **FOR_HARBOR)
    _, received = await running.expects("ana", "kim")
    await wrong.say("acknowledge", "ana")
    await wrong.say("progress", "ana", note="the licence has expired")
    await wrong.desk(contact="kim", text="Kim here: hurry up")
    await running.expects("ana", saying="hurry up")

    right = await running.opens(MAIL_SLOW, **FOR_LINDQVIST)
    *anas, closed, ours = await running.expects("ana", "ana", "kim", "nora")
    moved, page = sorted(anas, key=lambda mail: "You are paged" in mail.text)

    assert (await wrong.result()).corrected_to == right.opening.id
    assert right.opening.id in moved.text
    assert "the ticket is closed, since it is another client's" in moved.text
    for words in ("the licence has expired", "Kim here: hurry up"):
        assert words in page.text
    pages = [(await running.browser.get(mail.link)).text for mail in (ours, received)]
    for told, stranger in zip((ours.text, closed.text), ("Kim", "Lindqvist"), strict=True):
        assert stranger not in told
    assert "Kim" not in pages[0] and "hurry up" not in pages[0] and "licence" not in pages[0]
    assert "Lindqvist" not in pages[1] and "lindqvist" not in pages[1]

    # What was on its way when it was corrected, and what the helpdesk sends again.
    late = await running.now() - timedelta(minutes=1)
    wrong.deliveries = 0
    assert not await wrong.desk(at=late, state="open")
    assert not await wrong.desk(at=late, delivery="late", state="open")

    assert await wrong.desk(text="Harbor's after all")
    await running.expects("ana", "ana", "nora", "kim")
    assert (await right.result()).corrected_to == wrong.opening.id
    assert (await wrong.stands()).status == "open"


async def test_what_comes_late_for_the_wrong_client_pages_nobody(running: House) -> None:
    """The correction has overtaken what opened the ticket."""
    right = await running.opens(MAIL_SLOW, **FOR_LINDQVIST)
    await running.expects("ana", "nora")
    wrong = Story(running, replace(right.opening, client="harbor", requester="kim"))
    await wrong.desk(at=await running.now() - timedelta(minutes=1))
    assert (await wrong.result()).corrected_to == right.opening.id
    assert (await right.stands()).status == "open"
