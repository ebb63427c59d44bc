"""The records beside the real parts: nothing is missing or doubled, and no ticket waits for them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from activities.recording import KINDS
from activities.sent import sent
from procedure.book.severity import Facts
from procedure.complaint.raising import about_ticket
from procedure.complaint.state import Raised
from records import tables
from records.database import Records, RecordsAway
from records.erasure import SUBJECTS
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


class Store:
    """A database that goes away, and comes back: PostgreSQL is killed, a file is locked by somebody else."""

    def __init__(self, url: str, server: postgresql.Server | None = None) -> None:
        self.records = Records(url)
        self._server = server
        self._lock: sqlite3.Connection | None = None

    def goes_away(self) -> None:
        if self._server:
            self._server.is_killed()
            return
        self._lock = sqlite3.connect(
            str(self.records.url.database), isolation_level=None, check_same_thread=False, timeout=60
        )
        self._lock.execute("BEGIN EXCLUSIVE")

    def comes_back(self) -> None:
        if self._server:
            self._server.starts()
        elif self._lock:
            self._lock.execute("ROLLBACK")
            self._lock.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Where the records are."""
    server: postgresql.Server | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("server")
    store = Store(server.has_new("rung") if server else f"sqlite:///{tmp_path / 'records.db'}", server)
    yield store
    store.records.close()


@pytest.fixture
async def rung(tmp_path: Path, store: Store) -> AsyncIterator[Parts]:
    """Everything runs, with its records there."""
    async with parts(tmp_path) as rung:
        rung.variables["RUNG_RECORDS_URL"] = store.records.url.render_as_string(hide_password=False)
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
    async for run in rung.client.list_workflows(""):
        handle = rung.client.get_workflow_handle(run.id, run_id=run.run_id)
        stands: Any = await handle.query("status", result_type=KINDS[run.workflow_type])
        lines[run.id] = list(stands.record)
        # Not as it is listed: the list may be a moment behind.
        if (await handle.describe()).close_time is None:
            continue
        history = await handle.fetch_history()
        _, deliveries = await sent(rung.client.data_converter, history.events)
        told += [(run.run_id, one.event, one.notice, one.outcome) for one in deliveries]
    return {"lines": lines, "told": sorted(told)}


def recorded(records: Records) -> dict[str, Any]:
    """The same as the records have it: each once, or this fails."""
    with records.reading() as connection:
        found = [
            (row.key, row.ident)
            for table in SUBJECTS
            for row in connection.execute(select(table.c.key, table.c.ident))
        ]
        idents = dict(found)
        assert len(set(idents.values())) == len(found), found
        lines: dict[str, list[Any]] = {ident: [] for ident in idents.values()}
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


async def test_away_under_load_it_misses_nothing_and_holds_up_nobody(rung: Parts, store: Store) -> None:
    """Tickets open, are paged and solved, a question is asked and somebody complains while the database is
    away, and a worker dies with what it had heard: when it is back the records have each once."""
    first = [await rung.opens(str(number), facts(number)) for number in range(4)]
    await is_solved(rung, first[0])
    await asyncio.to_thread(store.goes_away)
    meanwhile = [await rung.opens(str(number), facts(number)) for number in range(4, 8)]
    for ticket in (first[1], *meanwhile[:2]):
        await is_solved(rung, ticket)
    await rung.say(first[3], "acknowledge", "ana")
    asked = {"what": "a new disk", "why": "it hangs", "action": "replace hardware", "cost": 500}
    await rung.say(first[3], "propose", "ana", **asked)
    raised = Raised("harbor", "c-1", "response time", "it takes too long", by="kim")
    await rung.tickets.complain(about_ticket(raised, await rung.stands(first[1])))
    await rung.worker.is_killed()
    await rung.worker_starts()
    await is_solved(rung, meanwhile[2])
    await asyncio.to_thread(store.comes_back)
    await is_solved(rung, first[2])
    await rung.nothing_under_way()
    await rung.client.get_workflow_handle(meanwhile[3]).terminate()

    await are_whole(rung, store.records)
    whole = (await truth(rung))["lines"]
    assert len([ident for ident in whole if ident.startswith("ticket-")]) == 8
    assert first[3].replace("ticket", "approval") + "-1" in whole
    with store.records.reading() as connection:
        gone = tables.TICKETS.c.ident == meanwhile[3]
        assert connection.execute(select(tables.TICKETS.c.status).where(gone)).scalars().all() == [
            "terminated"
        ]
    assert f"complaint-{raised.client}-{raised.number}" in whole
