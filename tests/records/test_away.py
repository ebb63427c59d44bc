"""A database that can't be written: what was heard waits, and is written once it can."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event
from temporalio.client import Client

from activities import recording
from activities.recording import Recorder
from records import tables
from records.database import Records, RecordsAway
from tests.procedure.ticket.lives import NOON, life
from tests.records.test_writing import long_record, rows, solved

Trouble = Callable[[Records], Any]


@contextmanager
def with_pragma(records: Records, pragma: str) -> Iterator[None]:
    """Every connection has it, until it is over."""

    def have(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA {pragma}")

    records.engine.dispose()
    event.listen(records.engine, "connect", have)
    yield
    event.remove(records.engine, "connect", have)
    records.engine.dispose()


def full(records: Records) -> Any:
    """The disk has no room for one page more."""
    return with_pragma(records, "max_page_count = 1")


def read_only(records: Records) -> Any:
    return with_pragma(records, "query_only = ON")


@contextmanager
def locked(records: Records) -> Iterator[None]:
    """Somebody else has it to themselves."""
    other = sqlite3.connect(str(records.url.database), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def moved(records: Records) -> Iterator[None]:
    """A folder stands in the file's place."""
    file = Path(str(records.url.database))
    records.engine.dispose()
    file.rename(file.with_suffix(".kept"))
    file.mkdir()
    yield
    file.rmdir()
    file.with_suffix(".kept").rename(file)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Records]:
    """Records in a file, with a ticket in them."""
    records = Records(f"sqlite:///{tmp_path / 'records.db'}")
    records.upgrade()
    yield records
    records.close()


async def nobody() -> Client:
    """A Temporal that is not asked here."""
    return await Client.connect("127.0.0.1:1", lazy=True)


async def writes(recorder: Recorder) -> None:
    """As it does again and again: what can't be written stays."""
    with suppress(RecordsAway):
        await recorder.write()


def info(ident: str = "ticket-harbor-desk-42", run: str = "run-1") -> Any:
    """What a workflow knows of itself, as far as it counts here."""
    return SimpleNamespace(workflow_id=ident, run_id=run, start_time=NOON)


@pytest.mark.parametrize("trouble", [full, read_only, locked, moved])
async def test_what_was_heard_waits_for_a_database_that_is_away(here: Records, trouble: Trouble) -> None:
    """Nobody is held up, and what has happened meanwhile is written once, as it stands then."""
    recorder = Recorder(await nobody(), here)
    with trouble(here):
        # Long: a disk that is full still has room for a few words.
        recorder.heard(info(), 8, long_record([(1900, False)] * 25)[-1])
        with pytest.raises(RecordsAway):
            await recorder.write()
        recorder.heard(info(), 30, solved().ticket)
        await writes(recorder)
    await writes(recorder)

    (row,) = rows(here, tables.TICKETS)
    assert (row["status"], row["events"]) == ("closed", 30)
    assert len(rows(here, tables.TIMELINE)) == len(solved().ticket.record)


async def test_while_it_is_away_only_so_many_wait_in_memory(
    here: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All others are asked where they stand, once it is back."""
    monkeypatch.setattr(recording, "MOST", 3)
    recorder = Recorder(await nobody(), here)
    ticket = life().ticket
    for number in range(5):
        one = replace(ticket, id=f"ticket-{number}", opened=NOON + timedelta(seconds=number))
        recorder.heard(info(one.id, f"run-{number}"), 8, one)
    await writes(recorder)

    assert len(rows(here, tables.TICKETS)) == 3


async def test_one_that_can_never_be_written_holds_up_no_other(here: Records) -> None:
    """A number that no column takes, say."""
    recorder = Recorder(await nobody(), here)
    ticket = life().ticket
    poisoned = replace(ticket, id="ticket-1", facts=replace(ticket.facts, users=2**80))
    recorder.heard(info("ticket-1"), 8, poisoned)
    recorder.heard(info(), 8, ticket)
    for _ in range(2):
        await writes(recorder)

    assert [row["ident"] for row in rows(here, tables.TICKETS)] == [ticket.id]
