"""A long life: continue-as-new on a real server, with nothing lost."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from procedure.book import Procedure
from procedure.desk import Event
from procedure.opening import Opening
from procedure.severity import Facts
from runtime.connection import DATA_CONVERTER
from runtime.links import Links
from runtime.settings import Settings
from runtime.tickets import Tickets, said
from tests.northwind import northwind
from tests.workflows.house import KEYS, PUBLIC, NobodyBefore, Postbox, smtp_server
from worker import create_worker
from workflows.attributes import KEYS as ATTRIBUTES

SHORT = 40
"""Events after which the server suggests to start a new run; in real life thousands."""


async def test_a_long_ticket_goes_on_in_new_runs_with_its_whole_story() -> None:
    """Thirty notes and pauses: several runs, one ticket, one record, and no mail twice."""
    postbox = Postbox()
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
        await _live(env.client, postbox, port)


async def _live(client: Client, postbox: Postbox, port: int) -> None:
    book = northwind()

    def current() -> Procedure:
        return book

    settings = Settings(smtp_port=port, mail_domain="rung.example", cached_tickets=10)
    links = Links(KEYS, PUBLIC)
    tickets = Tickets(client)
    opening = Opening("harbor", "desk", "1", "Mail is slow", "kim", facts=Facts("office mail", "impaired"))
    async with create_worker(client, current, links, settings, NobodyBefore()):
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
        assert ticket.record[0].text.startswith("Opened as medium")
        assert ticket.holder == "ana"
        assert not await _seen_again(tickets, opening)
        ids = [mail.message["Message-ID"] for mail in postbox.mails]
        assert len(ids) == len(set(ids))


async def _seen_again(tickets: Tickets, opening: Opening) -> bool:
    """Whether a delivery of the first run is taken for new in the last."""
    before = len((await tickets.status(opening.id)).record)
    await tickets.receive(opening, Event(delivery="d1", at=datetime.now(UTC), text="hello"))
    return len((await tickets.status(opening.id)).record) != before
