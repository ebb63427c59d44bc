"""What is typed about the records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from records.database import Records
from records.writing import EndedRun, write, write_end
from starter import cli
from tests.procedure.ticket.lives import NOON
from tests.records.test_writing import moment, solved

Typed = Callable[..., Result]


@pytest.fixture
def typed(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Typed:
    """What a command answers, over an empty database."""
    monkeypatch.setenv("RUNG_RECORDS_URL", url)
    monkeypatch.setenv("RUNG_STATE", str(tmp_path / "state"))
    return lambda *words: CliRunner().invoke(cli, words)


def test_they_say_where_they_are_and_what_is_in_them(
    typed: Typed, records: Records, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first worker there is nothing; then the version, and the count of each table."""
    with monkeypatch.context() as before:
        before.setenv("RUNG_RECORDS_URL", empty)
        assert "none yet" in typed("records").output
        assert typed("records", "--upgrade").exit_code == 0
        assert "schema 0001\n" in typed("records").output
    write(records, solved().ticket, moment())

    output = typed("records").output
    assert "schema 0001\n" in output
    assert "tickets: 1\n" in output


def test_a_closed_ticket_is_found_with_what_solved_it(typed: Typed, records: Records) -> None:
    """Who, where and how."""
    write(records, solved().ticket, moment())

    found = typed("search", "nobody", "log").output
    assert "ticket-harbor-desk-42  Nobody can log in" in found
    assert "(senior specialist):\n    Restarted the gateway" in found
    assert typed("search", "printer").output == "Nothing like it is recorded.\n"
    assert typed("search", "--client", "quay", "log").output == "Nothing like it is recorded.\n"


def test_records_that_are_away_are_said_to_be(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, with the exit code of what does not answer; an address that is none is the typist's."""
    monkeypatch.setenv("RUNG_RECORDS_URL", "postgresql://rung:s3cret@127.0.0.1:1/rung")
    away = typed("search", "vpn")
    assert (away.exit_code, away.output.startswith("Error: The records are away: ")) == (4, True)
    assert "s3cret" not in away.output
    monkeypatch.setenv("RUNG_RECORDS_URL", "records.db")
    wrong = typed("records")
    assert wrong.exit_code == 2
    assert 'RUNG_RECORDS_URL: no address of a database: write "sqlite:////' in wrong.output


def test_an_export_is_made_and_verified_by_command(typed: Typed, records: Records, tmp_path: Path) -> None:
    """The same hash both times; what is typed wrong is said in one line."""
    write(records, replace(solved().ticket, client="harbor"), moment())
    out = str(tmp_path / "out")
    days = ("--from", "2026-11-23", "--to", "2026-11-23")

    made = typed("export", out, "--client", "harbor", *days)
    assert "tickets: 1 lines\n" in made.output
    checked = typed("export", out, "--verify")
    assert checked.output.splitlines()[-1].split()[-1] == made.output.splitlines()[-1].split()[-1]
    assert "not empty" in typed("export", out, "--client", "harbor", *days).output
    assert "There is no client 'x'" in typed("export", out, "--client", "x", *days).output
    assert "--from: '' is no date" in typed("export", out, "--client", "harbor").output
    (tmp_path / "out" / "tickets.csv").unlink()
    gone = typed("export", out, "--verify")
    assert (gone.exit_code, "tickets.csv: No such file" in gone.output) == (2, True)


def test_who_is_erased_is_told_what_is_left(typed: Typed, records: Records) -> None:
    """By id or address; nothing without a yes."""
    write(records, solved().ticket, moment())
    assert typed("erase", "kim").exit_code == 1
    write_end(records, EndedRun("run-1", solved().ticket.id, "Ticket", NOON, "completed"))

    done = typed("erase", "kim", "--yes").output

    assert "tickets: 3 rows changed\n" in done
    assert "Called erased-" in done
    assert "- the procedure's files: they still stand there" in done
    assert "Temporal" in done
    assert "texts only" in typed("erase", "nobody@example.com", "--yes").output
