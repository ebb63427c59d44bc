"""The records beside the real parts: nothing is missing or doubled, and no ticket waits for them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from activities.sent import sent
from procedure.book.severity import Facts
from procedure.ticket.state import Ticket
from records import tables
from records.database import Records, RecordsAway
from records.writing import as_entry
from tests.records import postgresql
from tests.system.parts import Parts, parts, until
from tests.workflows.house import LOST_TASKS


def facts(number: int) -> Facts:
    """Of a category of its own: a pattern would start some higher up."""
    return Facts(system="office mail", state="impaired", users=3, category=f"login {number}")


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Server]:
    """A PostgreSQL that is killed here."""
    with postgresql.running() as running:
        yield running


@pytest.fixture
def records(server: postgresql.Server) -> Iterator[Records]:
    """Its records."""
    records = Records(server.has_new("rung"))
    yield records
    records.close()


@pytest.fixture
async def rung(tmp_path: Path, records: Records) -> AsyncIterator[Parts]:
    """Everything runs, its records in a PostgreSQL."""
    async with parts(tmp_path) as rung:
        rung.variables["RUNG_RECORDS_URL"] = records.url.render_as_string(hide_password=False)
        await rung.worker_starts()
        yield rung


async def is_solved(rung: Parts, ticket: str) -> None:
    """Somebody has it, it is solved, and the customer says so."""
    page = await rung.mail.brings(ticket, "ana", LOST_TASKS)
    for name, by, content in (
        ("acknowledge", "ana", {}),
        ("resolve", "ana", {"solution": f"Restarted it, {page.ticket}"}),
        ("confirm", "kim", {"solved": True}),
    ):
        await rung.say(ticket, name, by, **content)


async def truth(rung: Parts) -> dict[str, Any]:
    """What the histories have: every record line by line, and all that the ended ones have sent."""
    lines: dict[str, list[Any]] = {}
    told: list[tuple[str, int, int, str]] = []
    async for run in rung.client.list_workflows("WorkflowType IN ('Ticket', 'Approval', 'Complaint')"):
        handle = rung.client.get_workflow_handle(run.id, run_id=run.run_id)
        stands = await handle.query("status", result_type=Ticket)
        lines[run.id] = list(stands.record)
        if run.close_time is None:
            continue
        history = await handle.fetch_history()
        _, deliveries = await sent(rung.client.data_converter, history.events)
        told += [(run.run_id, one.event, one.notice, one.outcome) for one in deliveries]
    return {"lines": lines, "told": sorted(told)}


def recorded(records: Records) -> dict[str, Any]:
    """The same as the records have it."""
    with records.reading() as connection:
        table = tables.TICKETS
        idents = {row.key: row.ident for row in connection.execute(select(table.c.key, table.c.ident))}
        lines: dict[str, list[Any]] = {ident: [] for ident in idents.values()}
        assert Counter(idents.values()).most_common(1) in ([], [(next(iter(lines), ""), 1)])
        timeline = tables.TIMELINE
        for row in connection.execute(select(timeline).order_by(timeline.c.number)).mappings():
            lines[idents[row["key"]]].append(as_entry(dict(row)))
        sends = tables.DELIVERIES.c
        told = connection.execute(select(sends.run, sends.event, sends.notice, sends.outcome))
        return {"lines": lines, "told": sorted(map(tuple, told))}


async def are_whole(rung: Parts, records: Records) -> None:
    """Wait until the records have what the histories have."""
    expected = await truth(rung)

    async def same() -> bool:
        try:
            return await asyncio.to_thread(recorded, records) == expected
        except RecordsAway:
            return False

    try:
        await until(same, "the records are whole", within=90)
    except AssertionError:
        assert await asyncio.to_thread(recorded, records) == expected
        raise


async def test_killed_under_load_it_misses_nothing_and_holds_up_nobody(
    rung: Parts, records: Records, server: postgresql.Server
) -> None:
    """Tickets open, are paged and solved while PostgreSQL is down, and while a worker dies with what it had
    heard; the records have each of them once when it is back."""
    first = [await rung.opens(str(number), facts(number)) for number in range(4)]
    await is_solved(rung, first[0])
    await asyncio.to_thread(server.is_killed)
    meanwhile = [await rung.opens(str(number), facts(number)) for number in range(4, 8)]
    for ticket in (first[1], *meanwhile[:2]):
        await is_solved(rung, ticket)
    await rung.worker.is_killed()
    await rung.worker_starts()
    await is_solved(rung, meanwhile[2])
    await asyncio.to_thread(server.starts)
    await is_solved(rung, first[2])
    await rung.nothing_under_way()

    await are_whole(rung, records)
    assert len((await truth(rung))["lines"]) == 8
