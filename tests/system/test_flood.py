"""A flood of words from a helpdesk: the ticket stays small, answers, pages on time, and can be taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from procedure.book.severity import Facts
from procedure.ticket.helpdesk import Event
from procedure.ticket.state import Ticket
from tests.procedure.test_bounds import MOST, size
from tests.system.parts import Parts, parts, until
from workflows.messages import LONGEST_TEXT
from workflows.messages.ticket import HelpdeskEvent

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEDIUM = Facts(system="office mail", state="impaired")
COMMENTS, AT_ONCE = 3_000, 100


@pytest_asyncio.fixture(loop_scope="module")
async def rung(tmp_path: Path) -> AsyncIterator[Parts]:
    """At this pace each of the first level has some twenty seconds to acknowledge."""
    async with parts(tmp_path, pace=200) as running:
        await running.worker_starts()
        await running.gateway_starts()
        yield running


async def test_three_thousand_comments_make_no_ticket_unreachable(rung: Parts) -> None:
    ticket = await rung.opens("1", MEDIUM)
    await rung.mail.brings(ticket, "ana")
    handle = rung.client.get_workflow_handle(ticket)

    async def comments(some: range) -> None:
        for number in some:
            at, words = datetime.now(UTC), f"{number} " + "\N{FIRE}" * (LONGEST_TEXT - 5)
            event = Event(f"comment-{number}", at, "kim", "kim", words)
            await handle.signal("helpdesk", HelpdeskEvent(event=event))

    flood = asyncio.gather(*(comments(range(n, COMMENTS, AT_ONCE)) for n in range(AT_ONCE)))

    # Meanwhile the next one is paged; their page opens, and they take it.
    link = (await rung.mail.brings(ticket, "ben")).link
    assert (await rung.browser.get(link)).status_code == 200
    taken = await rung.browser.post(link, data={"choice": "acknowledge"}, follow_redirects=True)
    assert taken.status_code == 200, taken.text
    assert (await rung.stands(ticket)).here.acknowledged
    await flood

    def all_heard(stands: Ticket) -> bool:
        return sum(note.stands_for for note in stands.notes) == COMMENTS

    stands = await rung.stands_when(ticket, all_heard, "it has heard them all")
    assert size(stands) <= MOST

    # Nobody gets three thousand mails: what comes while one is on its way is told together.
    last = stands.notes[-1].text.split()[0]

    async def told() -> bool:
        return any(f"{last} \N{FIRE}" in mail.text for mail in rung.mail.about(ticket, "ben"))

    await until(told, "who has it reads the last of them")
    mails = [mail for who in ("ana", "ben") for mail in rung.mail.about(ticket, who)]
    assert len(mails) < COMMENTS / 10
    await rung.replays(ticket)
