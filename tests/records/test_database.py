"""The database itself: its schema, whose it is, and what happens where it is away."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from records import steps, tables
from records.database import Records, RecordsAway
from records.writing import write
from tests.procedure.ticket.lives import life
from tests.records.test_writing import moment, rows
from tests.tables import every


@pytest.fixture
def url(empty: str) -> str:
    """Here the steps are taken."""
    return empty


OUR_OWN = ("ticket_words", "searched")
"""What the database's own search keeps, besides our tables."""


def test_the_steps_lead_to_what_the_tables_say(records: Records) -> None:
    """Who changes a table writes a step."""
    records.upgrade()

    with records.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        found = compare_metadata(context, tables.METADATA)
    assert [one for one in found if not any(own in str(one) for own in OUR_OWN)] == []


def test_an_upgrade_from_every_version_loses_nothing(records: Records) -> None:
    """With data in it; done again it changes nothing."""
    versions = steps.all_versions()
    for version in versions:
        with records.engine.execution_options(writes=True).begin() as connection:
            steps.upgrade(connection, version)
        if version == "0001":
            write_as_in_0001(records)
    records.upgrade()
    records.upgrade()

    assert [row["title"] for row in rows(records, tables.TICKETS)] == ["Nobody can log in"]
    assert records.schema() == (versions[-1], versions[-1])


def write_as_in_0001(records: Records) -> None:
    """A ticket as the first version wrote it, with all columns that it had."""
    with records.engine.execution_options(writes=True).begin() as connection:
        columns = {one["name"]: one for one in inspect(connection).get_columns("tickets")}
        told = {
            "key": "k",
            "ident": "t",
            "title": "Nobody can log in",
            "opened": "2026-11-23 12:00:00.000000",
        }
        told |= {"run_started": told["opened"]}
        for name, column in columns.items():
            if not column["nullable"] and name not in ("serial", "searched"):
                told.setdefault(name, "0" if "CHAR" not in str(column["type"]) else "")
        names = ", ".join(told)
        values = ", ".join(f"'{value}'" for value in told.values())
        connection.execute(text(f"INSERT INTO tickets ({names}) VALUES ({values})"))  # noqa: S608 - our own


def test_a_schema_of_a_later_version_is_left_alone(records: Records) -> None:
    """An older worker beside a newer one writes nothing, and says why."""
    records.upgrade()
    with records.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    older = Records(records.url.render_as_string(hide_password=False))

    with pytest.raises(RecordsAway, match="another version of Rung"):
        write(older, life().ticket, moment())
    older.close()


def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Also what SQLite puts beside it, and whatever the process would make otherwise."""
    folder = tmp_path / "kept"
    records = Records(f"sqlite:///{folder / 'records.db'}")
    write(records, life().ticket, moment())

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes.pop("kept") == 0o700
    assert set(modes.values()) == {0o600}
    records.close()


def test_looking_makes_no_file(tmp_path: Path) -> None:
    """A command that only reads says that there is nothing yet."""
    records = Records(f"sqlite:///{tmp_path / 'records.db'}")

    with pytest.raises(RecordsAway, match="no records yet"), records.reading():
        pass
    assert records.schema()[0] == ""
    assert list(tmp_path.iterdir()) == []


@every("url", ["", "records.db", "mysql://there/db", "sqlite://", "sqlite:///:memory:"])
def test_what_is_no_address_of_a_database_is_refused(url: str) -> None:
    """With what to write instead."""
    with pytest.raises(ValueError, match=r"write \"sqlite:////folder/"):
        Records(url)


def test_a_password_is_never_shown() -> None:
    """In no log, and by no command."""
    assert "s3cret" not in Records("postgresql://rung:s3cret@127.0.0.1/rung").called
