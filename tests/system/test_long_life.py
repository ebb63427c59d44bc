"""A long life: continue-as-new on a real server, with nothing lost."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from procedure.book.procedure import Procedure
from procedure.book.severity import Facts
from procedure.complaint.state import Raised
from procedure.ticket.helpdesk import Event
from procedure.ticket.opening import Opening
from runtime.connection import DATA_CONVERTER
from runtime.links import Links
from runtime.settings import Settings
from runtime.tickets import Tickets, said
from tests.northwind import northwind
from tests.system.parts import until
from tests.workflows.house import KEYS, PUBLIC, NobodyBefore, Postbox, smtp_server
from worker import working
from workflows.attributes import KEYS as ATTRIBUTES
from workflows.messages.complaint import AddToComplaint, TakeBack
from workflows.messages.prevention import Measured

SHORT = 40
"""Events after which the server suggests to start a new run; in real life thousands."""


@asynccontextmanager
async def short_histories() -> AsyncIterator[tuple[Client, Tickets, Postbox]]:
    """A server that soon suggests a new run, and a worker on it."""
    postbox, book = Postbox(), northwind()

    def current() -> Procedure:
        return book

    async with (
        smtp_server(postbox) as port,
        await WorkflowEnvironment.start_local(
            data_converter=DATA_CONVERTER,
            search_attributes=ATTRIBUTES,
            dev_server_existing_path=str(Path(sys.executable).parent / "temporal"),
            dev_server_log_level="error",
            dev_server_extra_args=[
                "--dynamic-config-value",
                f"limit.historyCount.suggestContinueAsNew={SHORT}",
                "--dynamic-config-value",
                'history.workflowIdReuseMinimalInterval="1ms"',
            ],
        ) as env,
    ):
        settings = Settings(smtp_port=port, mail_domain="rung.example", cached_tickets=10)
        async with working(env.client, current, Links(KEYS, PUBLIC), settings, NobodyBefore()):
            yield env.client, Tickets(env.client), postbox


async def test_a_long_ticket_goes_on_in_new_runs_with_its_whole_story() -> None:
    """Thirty notes and pauses: several runs, one ticket, one record, and no mail twice."""
    async with short_histories() as (client, tickets, postbox):
        await _live(client, tickets, postbox)


async def test_a_long_complaint_goes_on_in_new_runs_with_all_that_was_said() -> None:
    """Twenty-five times something is added, each with a mail: it begins anew when none is on its way."""
    async with short_histories() as (client, tickets, postbox):
        raised = Raised("harbor", "c-1", "other", "it began so", by="kim")
        await tickets.complain(raised)
        await tickets.heard(raised.id)
        first = (await client.get_workflow_handle(raised.id).describe()).run_id
        added = [f"and this, number {number}" for number in range(25)]
        for words in added:
            await tickets.remark(raised.id, "add", AddToComplaint(by="kim", words=words), words)

        async def in_a_new_run() -> bool:
            return (await client.get_workflow_handle(raised.id).describe()).run_id != first

        await until(in_a_new_run, "a new run")
        stands = await tickets.complaint(raised.id)
        assert [one.text for one in stands.said] == ["it began so", *added]
        assert stands.holder == "max"
        await tickets.remark(raised.id, "withdraw", TakeBack(by="kim"), "over")
        async with asyncio.timeout(45):
            await client.get_workflow_handle(raised.id).result()
        ids = [mail.message["Message-ID"] for mail in postbox.mails]
        assert len(ids) == len(set(ids)) == 2 + len(added) + 1


async def test_many_readings_go_on_in_new_runs_and_none_is_lost() -> None:
    """Where many come before the next look it does not wait for that."""
    async with short_histories() as (client, tickets, _):
        await tickets.keep_up("harbor")
        first = (await client.get_workflow_handle("upkeep-harbor").describe()).run_id
        days = [date(2026, 1, 1) + timedelta(days=number) for number in range(60)]
        for day in days:
            await tickets.keep_up("harbor", Measured(item="disk", value=day.day, day=day))

        async def all_kept() -> bool:
            return [*(await tickets.upkeep("harbor")).readings.get("disk", {})] == days

        await until(all_kept, "all readings")
        assert (await client.get_workflow_handle("upkeep-harbor").describe()).run_id != first


async def _live(client: Client, tickets: Tickets, postbox: Postbox) -> None:
    opening = Opening("harbor", "desk", "1", "Mail is slow", "kim", facts=Facts("office mail", "impaired"))
    await tickets.receive(opening, Event(delivery="d1", at=datetime.now(UTC)))
    first = (await client.get_workflow_handle(opening.id).describe()).run_id
    for number in range(10):
        for name, content in (
            ("progress", {"note": f"note {number}"}),
            ("pause", {"reason": f"part {number}"}),
            ("resume", {}),
        ):
            await tickets.say(opening.id, name, said(name, {"by": "ana", **content}), key=str(number))
    ticket = await tickets.status(opening.id)
    last = (await client.get_workflow_handle(opening.id).describe()).run_id

    assert first != last
    assert [note.text for note in ticket.notes] == [f"note {number}" for number in range(10)]
    assert ticket.sentences()[0].startswith("Opened as medium")
    assert ticket.holder == "ana"
    assert not await _seen_again(tickets, opening)
    ids = [mail.message["Message-ID"] for mail in postbox.mails]
    assert len(ids) == len(set(ids))


async def _seen_again(tickets: Tickets, opening: Opening) -> bool:
    """Whether a delivery of the first run is taken for new in the last."""
    before = len((await tickets.status(opening.id)).record)
    await tickets.receive(opening, Event(delivery="d1", at=datetime.now(UTC), text="hello"))
    return len((await tickets.status(opening.id)).record) != before
