"""What a customer complains about is read by those who hear it, and by nobody on the technical side."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

from temporalio.api.sdk.v1 import WorkflowMetadata

from procedure.book.severity import Facts
from procedure.complaint.state import Complaint
from tests.received import Received
from tests.system.parts import PATIENCE, Parts, parts, until

DOWN = Facts(system="trading platform", state="down")

SECRET = "quagga"
"""Stands in every text of the story, and nowhere else."""

KIND = "conduct"
HEARERS = {"kim", "max", "vera", "otto"}
"""The customer, and who hears the complaint here: over all levels."""


async def fills_in(rung: Parts, link: str, **form: str) -> str:
    """Opens a page, fills in its form and sends it; where it leads."""
    page = await rung.browser.get(link)
    assert page.status_code == 200, page.text
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page.text))
    origin = {"Origin": rung.gateway_url}
    sent = await rung.browser.post(link, data={**hidden, **form}, headers=origin)
    assert sent.status_code == 303, sent.text
    return urljoin(link, sent.headers["Location"])


def tomorrow() -> str:
    """As a form takes it; at a time that every day has."""
    return f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d} 12:00"


async def raised(rung: Parts, status_page: str) -> str:
    """Kim follows the link on the ticket's page and complains; the complaint's own page."""
    page = (await rung.browser.get(status_page)).text
    (form,) = {unescape(found) for found in re.findall(r'href="([^"]*/complain/[^"]+)"', page)}
    content = {"kind": KIND, "words": f"{SECRET} shouted", "settle": f"a {SECRET} less"}
    return await fills_in(rung, urljoin(status_page, form), **content)


async def latest(rung: Parts, complaint: str, who: str, count: int) -> Received:
    """The mail with this number about a complaint to somebody."""

    async def look() -> Received | None:
        mails = rung.mail.about(complaint, who)
        return mails[count - 1] if len(mails) >= count else None

    return await until(look, f"mail {count} to {who}")


async def the_only_complaint(rung: Parts) -> str:
    async def look() -> str:
        return next(iter(await rung.listed("WorkflowType = 'Complaint'")), "")

    return await until(look, "a complaint")


async def shown_in_temporal(rung: Parts, complaint: str) -> str:
    """All that the Temporal UI shows of a complaint to who does not open its payloads."""
    handle = rung.client.get_workflow_handle(complaint)
    described = (await handle.describe()).raw_description
    details = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    events = (await handle.fetch_history()).events
    summaries = [event.user_metadata.SerializeToString() for event in events]
    return f"{described}{details}{summaries}"


async def test_the_words_are_nowhere_on_the_technical_side(tmp_path: Path) -> None:
    async with parts(tmp_path) as rung:
        await asyncio.gather(rung.worker_starts(), rung.gateway_starts())
        ticket = await rung.opens("1", DOWN)
        paged, told = await asyncio.gather(rung.mail.brings(ticket, "bo"), rung.mail.brings(ticket, "kim"))
        await fills_in(rung, paged.link, choice="acknowledge")
        kims = await raised(rung, told.link)
        ident = await the_only_complaint(rung)
        staffs = (await latest(rung, ident, "max", 1)).link
        await fills_in(rung, staffs, choice="acknowledge")
        answer = {
            "text": f"the {SECRET} is sorry",
            "promise": f"no {SECRET}",
            "promised_by": f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d} 12:00",
        }
        await fills_in(rung, staffs, choice="answer", **answer)
        await fills_in(rung, kims, choice="add", text=f"one {SECRET} more")
        await fills_in(rung, kims, choice="not_yet", text=f"that {SECRET} is still here")
        await fills_in(
            rung, (await latest(rung, ident, "vera", 1)).link, choice="answer", text=f"{SECRET} left"
        )
        await fills_in(rung, kims, choice="broken-1", **{"text-1": f"the {SECRET} is back"})
        stands: Complaint = await rung.tickets.heard(ident)
        assert all(SECRET in one.text for one in stands.said), "the story says it in every text"
        # The ticket goes on, and its people write and read all they can.
        page = (await rung.browser.get(paged.link)).text
        assert "There is a complaint about how this ticket is handled" in page
        await fills_in(rung, paged.link, choice="progress", text="restarting it")
        await fills_in(rung, paged.link, choice="resolve", text="restarted")
        await rung.closes(ticket)
        await rung.nothing_under_way()

        history = (await rung.client.get_workflow_handle(ticket).fetch_history()).to_json()
        pages = "".join([(await rung.browser.get(paged.link)).text, (await rung.browser.get(told.link)).text])
        mails = "".join(str(m.message) for m in rung.mail.mails if m.who not in HEARERS or m.ticket == ticket)
        subjects = "".join(str(m.message["Subject"]) for m in rung.mail.mails)
        logs = rung.worker.said + rung.gateway.said
        shown = await shown_in_temporal(rung, ident)
        named = {
            "the ticket's history": history,
            "its pages": pages,
            "mails to the tiers, and about the ticket": mails,
            "subjects": subjects,
            "logs": logs,
            "the Temporal UI": shown,
        }
        for where, text in named.items():
            assert SECRET not in text, where
            assert KIND not in text, where
        assert ident in logs
        assert "complaint" in shown
        # And it was there to be found: who hears it reads it.
        assert SECRET in "".join(mail.text for mail in rung.mail.about(ident, "max", "vera"))
        async with asyncio.timeout(PATIENCE):
            await fills_in(rung, kims, choice="withdraw", text=f"the {SECRET} has gone")
            await rung.client.get_workflow_handle(ident).result()
