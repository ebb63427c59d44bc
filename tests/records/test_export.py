"""One client's records for an auditor: both files of each table, and a chain in which every change shows."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from records.database import Records
from records.export import ExportError, export, verify
from records.writing import write
from tests.procedure.approval.questions import asks
from tests.procedure.ticket.lives import NOON
from tests.records.test_writing import moment, solved
from tests.tables import every

DAY = timedelta(days=1)


@pytest.fixture
def folder(records: Records, tmp_path: Path) -> Path:
    """An export of two of Harbor's tickets, one with a question, beside what is not asked for."""
    told = solved().ticket
    others: list[dict[str, Any]] = [
        {},
        {"title": '=1+1\r\n\'"x"'},
        {"client": "quay"},
        {"opened": NOON - DAY * 40},
    ]
    for number, known in enumerate(others):
        ident = f"ticket-harbor-desk-{42 + number}"
        ticket = replace(told, **{"id": ident, "number": str(42 + number), **known})
        write(records, ticket, moment(run=f"run-{number}"))
    question = asks()
    question.says("cy")
    write(records, question.approval, moment(run="run-a"))
    export(records, "harbor", NOON - DAY, NOON + DAY, tmp_path / "out")
    return tmp_path / "out"


def test_both_files_have_the_same_lines(folder: Path) -> None:
    """Only this client's, only of these days, with all that belongs to them; nobody else may read them."""
    counts = verify(folder).counts
    assert {name: counts[name] for name in ("tickets", "approvals", "decisions")} == {
        "tickets": 2,
        "approvals": 1,
        "decisions": 1,
    }
    for name, count in counts.items():
        lines = json.loads((folder / f"{name}.json").read_text())
        assert len(lines) == count
        with (folder / f"{name}.csv").open(newline="") as sheet:
            assert [line["chain"] for line in csv.DictReader(sheet)] == [line["chain"] for line in lines]
    titles = {line["title"] for line in json.loads((folder / "tickets.json").read_text())}
    assert titles == {"Nobody can log in", '=1+1\r\n\'"x"'}
    assert "\n=1+1" not in (folder / "tickets.csv").read_text()
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def changed(text: str) -> str:
    return text.replace("Restarted the gateway", "Restarted the Gateway", 1)


def without_a_line(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join((*lines[:2], *lines[3:]))


def without_the_end(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:-1])


@every(
    "file, change, says",
    [
        ("tickets.csv", changed, "line 1 is not as it was"),
        ("tickets.json", changed, "line 1 is not as it was"),
        ("timeline.csv", without_a_line, "line 2 is not as it was"),
        ("timeline.csv", without_the_end, "lines are missing or added"),
        ("timeline.csv", lambda text: text + text.splitlines()[-1] + "\n", "line .* is not as it was"),
        ("tickets.json", lambda text: "[]", "lines are missing or added"),
        ("tickets.json", lambda text: "{", "can't be read"),
        ("manifest.json", lambda text: "[]", "can't be read"),
    ],
)
def test_whatever_is_changed_shows(folder: Path, file: str, change: Callable[[str], str], says: str) -> None:
    """In either file, with the line."""
    path = folder / file
    with path.open(newline="") as before:
        text = before.read()
    assert change(text) != text
    try:
        with path.open("w", newline="") as after:
            after.write(change(text))
        with pytest.raises(ExportError, match=says):
            verify(folder)
    finally:
        with path.open("w", newline="") as after:
            after.write(text)


def test_a_forged_manifest_has_another_hash(folder: Path) -> None:
    """Which whoever made the export has noted."""
    before = verify(folder).whole
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace("harbor", "quay"))

    assert verify(folder).whole != before


def test_nothing_is_written_over(folder: Path, records: Records) -> None:
    """An export goes to a new folder."""
    with pytest.raises(ExportError, match="not empty"):
        export(records, "harbor", NOON - DAY, NOON, folder)
