"""A flood of words from a helpdesk: the ticket stays small, answers, pages on time, and can be taken."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from procedure.ticket.state import Ticket
from tests.procedure.test_bounds import MOST, size
from tests.system.parts import PATIENCE, Parts, parts, until
from workflows.messages import LONGEST_TEXT

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENDERS = 10

COMMENTS = 3_000 if "RUNG_TRIES" in os.environ else 300
"""With RUNG_TRIES set a whole minute of them, at the pace at which the door lets them through."""


@pytest_asyncio.fixture(loop_scope="module")
async def rung(tmp_path: Path) -> AsyncIterator[Parts]:
    """At this pace each of the first level has some twenty seconds to acknowledge."""
    async with parts(tmp_path, pace=200) as running:
        await running.worker_starts()
        await running.gateway_starts()
        yield running


def event(ident: str, **ticket: str) -> dict[str, object]:
    known = {"number": "42", "client": "harbor", "title": "Mail is slow", "requester": "kim@harbor.example"}
    return {"event_id": ident, "at": datetime.now(UTC).isoformat(), "ticket": known | ticket}


async def test_a_flood_of_comments_makes_no_ticket_unreachable(rung: Parts) -> None:
    opened = await rung.webhook(event("new", system="office mail", state="impaired"))
    ticket = opened.json()["ticket"]
    await rung.mail.brings(ticket, "ana")

    async def comments(some: range) -> None:
        for one in some:
            comment = f"{one} " + "\N{FIRE}" * (LONGEST_TEXT - 5)
            said = event(f"comment-{one}") | {"comment": comment, "from_customer": True}
            answer = await rung.webhook(said)
            assert answer.status_code == 202, answer.text

    flood = asyncio.gather(*(comments(range(n, COMMENTS, SENDERS)) for n in range(SENDERS)))

    # Meanwhile the next one is paged; their page opens, and they take it.
    link = (await rung.mail.brings(ticket, "ben", within=2 * PATIENCE)).link
    assert (await rung.browser.get(link)).status_code == 200
    taken = await rung.browser.post(link, data={"choice": "acknowledge"}, follow_redirects=True)
    assert taken.status_code == 200, taken.text
    assert (await rung.stands(ticket)).here.acknowledged
    await flood

    def all_heard(stands: Ticket) -> bool:
        return sum(note.stands_for for note in stands.notes) == COMMENTS

    stands = await rung.stands_when(ticket, all_heard, "it has heard them all")
    assert size(stands) <= MOST

    # What comes while a mail is on its way is told together.
    last = stands.notes[-1].text.split()[0]

    async def told() -> bool:
        return any(f"{last} \N{FIRE}" in mail.text for mail in rung.mail.about(ticket, "ben"))

    await until(told, "who has it reads the last of them")
    await rung.replays(ticket)
