"""A complaint that comes with a helpdesk's event: given to Temporal with it, and kept out of its ticket."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from gateway.app import create_app
from procedure.complaint.raising import number
from procedure.complaint.state import Raised
from runtime.links import Links
from runtime.tickets import Away, NoSuchTicket, Tickets
from tests.northwind import northwind
from tests.workflows.house import KEYS, LOST_TASKS, PUBLIC, House

WORDS, SETTLE, KIND = "he hung up on me twice", "a call from his manager", "conduct"
TICKET = "ticket-harbor-generic-7"
NUMBER = number("harbor", "generic 7 e1")
COMPLAINT = f"complaint-harbor-{NUMBER}"


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_SECRET_GENERIC", "s3cret-of-the-desk")
    monkeypatch.setenv("RUNG_SECRET_DJANGO_HELPDESK", "another-one-of-the-desk")


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing of what it says stands in any log line of any story here."""
    caplog.set_level(logging.INFO)
    with capture_logs() as lines:
        yield
    for secret in (WORDS, SETTLE):
        assert secret not in f"{lines}{caplog.text}"


def minutes_ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def event(ident: str = "e1", **more: Any) -> dict[str, Any]:
    """Kim's ticket, with her complaint."""
    ticket = {"number": "7", "client": "Harbor", "title": "Mail is slow", "requester": "kim@harbor.example"}
    complaint = {"kind": KIND, "words": WORDS, "settle": SETTLE}
    return {"event_id": ident, "at": minutes_ago(5), "ticket": ticket, "complaint": complaint, **more}


async def sends(browser: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response:
    raw = json.dumps(body).encode()
    signature = "sha256=" + hmac.new(b"s3cret-of-the-desk", raw, hashlib.sha256).hexdigest()
    return await browser.post("/helpdesk/generic", content=raw, headers={"X-Rung-Signature": signature})


async def history(running: House, workflow: str) -> bytes:
    """All that Temporal keeps of a workflow, as it keeps it."""
    found = await running.env.client.get_workflow_handle(workflow).fetch_history()
    return b"".join(event.SerializeToString() for event in found.events)


async def known(running: House, ticket: str) -> str:
    """Waits until a ticket knows of a complaint; its number."""
    async with asyncio.timeout(LOST_TASKS):
        while not (complaints := (await running.tickets.status(ticket)).complaints):
            await asyncio.sleep(0.01)
    (complaint,) = complaints
    return complaint.number


async def test_a_complaint_goes_to_the_account_manager_and_its_ticket_hears_no_word(running: House) -> None:
    """Sent three times, it is raised once."""
    with capture_logs() as lines:
        for _ in range(3):
            answer = await sends(running.browser, event())
            assert (answer.status_code, answer.json()) == (202, {"ticket": TICKET, "complaint": NUMBER})
    assert NUMBER in str(lines)
    for secret in (WORDS, SETTLE, KIND):
        assert secret not in str(lines)
    to_ana, *_, to_max = await running.expects("ana", "kim", "kim", "max")
    assert WORDS in to_max.text
    assert SETTLE in to_max.text
    assert await known(running, TICKET) == NUMBER
    stands = await running.tickets.complaint(COMPLAINT)
    assert (stands.raised.by, stands.raised.ticket, stands.raised.ticket_number) == ("kim", TICKET, "7")
    whole = await history(running, TICKET)
    for secret in (WORDS, SETTLE, KIND):
        assert secret.encode() in await history(running, COMPLAINT)
        assert secret.encode() not in whole
        assert secret not in to_ana.message.as_string()


async def test_a_complaint_in_a_field_of_django_helpdesk(running: House) -> None:
    """With the next event of the ticket, by whoever; somebody who is no contact gets no mail."""
    follow_up = {"id": 1, "user": 3, "comment": "Looking at it.", "date": minutes_ago(5)}
    ticket = {
        "id": 5,
        "title": "Mail is slow",
        "submitter_email": "jo@elsewhere.example",
        "custom_customer": "harbor",
        "custom_complaint": f"{KIND}: {WORDS}",
        "followup_set": [follow_up],
    }
    ident = "ticket-harbor-django-helpdesk-5"
    for followup in (None, 1):
        body = {"ticket": ticket, "followup_id": followup}
        answer = await running.browser.post("/helpdesk/django-helpdesk/another-one-of-the-desk", json=body)
        complaint = number("harbor", "django-helpdesk 5")
        assert (answer.status_code, answer.json()) == (202, {"ticket": ident, "complaint": complaint})
    _, to_kim, to_max = await running.expects("ana", "kim", "max")
    assert WORDS not in to_kim.text
    assert f"{WORDS}" in to_max.text
    assert "jo@elsewhere.example" in to_max.text
    await known(running, ident)
    whole = await history(running, ident)
    assert WORDS.encode() not in whole
    assert KIND.encode() not in whole


async def test_a_complaint_about_a_closed_ticket_is_heard(running: House) -> None:
    """The event changes nothing on the ticket, and the complaint goes its own way."""
    await sends(running.browser, event(complaint=None))
    await running.expects("ana", "kim")
    closing = event("e0", at=minutes_ago(4), state="closed", by="Jo", complaint=None)
    assert (await sends(running.browser, closing)).json() == {"ticket": TICKET}
    async with asyncio.timeout(LOST_TASKS):
        await running.env.client.get_workflow_handle(TICKET).result()
    answer = await sends(running.browser, event(at=minutes_ago(3), by="Jo", comment="She called."))
    assert answer.status_code == 202
    assert answer.json() == {"ticket": TICKET, "ignored": "the ticket is closed", "complaint": NUMBER}
    await running.expects("kim", "max")


async def test_where_nobody_hears_complaints_the_ticket_is_taken_all_the_same(running: House) -> None:
    running.book = northwind(complaints=None)
    with capture_logs() as lines:
        answer = await sends(running.browser, event())
    assert (answer.status_code, answer.json()) == (202, {"ticket": TICKET})
    assert {"event": "complaint not taken", "log_level": "warning", "ticket": TICKET}.items() <= lines[
        0
    ].items()
    assert WORDS not in str(lines)
    await running.expects("ana", "kim")
    with pytest.raises(NoSuchTicket):
        await running.tickets.complaint(COMPLAINT)


async def test_what_is_refused_is_named_and_not_repeated(running: House) -> None:
    """The words stand where the kind should: neither the answer nor the log has them."""
    answer = await sends(running.browser, event(complaint={"kind": WORDS, "words": SETTLE}))
    (wrong,) = answer.json()["errors"]
    assert (answer.status_code, wrong["field"]) == (422, "complaint.kind")
    assert WORDS not in answer.text
    with pytest.raises(NoSuchTicket):
        await running.tickets.status(TICKET)


class AwayForComplaints(Tickets):
    """Temporal goes away between the event and its complaint."""

    async def complain(self, raised: Raised) -> None:
        raise Away("Temporal can't be reached")


async def test_while_temporal_has_only_the_event_nothing_is_promised(running: House) -> None:
    """503, so it is sent again; then both are there, once."""
    tickets = AwayForComplaints(running.env.client)
    app = create_app(tickets, lambda: running.book, Links(KEYS, PUBLIC), PUBLIC)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC) as browser:
        answer = await sends(browser, event())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    await running.expects("ana", "kim")
    assert (await sends(running.browser, event())).status_code == 202
    await running.expects("kim", "max")
    assert await known(running, TICKET) == NUMBER
