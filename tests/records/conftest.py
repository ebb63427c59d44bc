"""Every test here is told twice: on SQLite, and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from records.database import Records
from tests.records import postgresql

MODEL = "model"

New = Callable[[str, str, Path], str]
"""A new database of a kind, with this name, in this folder; its URL."""


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.Server]:
    """One PostgreSQL for all tests."""
    with postgresql.running() as running:
        yield running


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that has all steps and nothing else; copied, as taking the steps costs more."""
    file = tmp_path_factory.mktemp("records") / f"{MODEL}.db"
    upgraded(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def model(server: postgresql.Server) -> str:
    """The same in PostgreSQL."""
    upgraded(server.has_new(MODEL))
    return MODEL


def upgraded(url: str) -> None:
    records = Records(url)
    records.upgrade()
    records.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database it is told on."""
    return str(request.param)


@pytest.fixture
def empty(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a database is that nobody has used."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: postgresql.Server = request.getfixturevalue("server")
    return server.has_new("empty")


@pytest.fixture(scope="session")
def without_records(request: pytest.FixtureRequest) -> New:
    """Makes databases with all steps taken."""

    def new(kind: str, name: str, folder: Path) -> str:
        if kind == "sqlite":
            shutil.copy(request.getfixturevalue("file"), folder / f"{name}.db")
            return f"sqlite:///{folder / name}.db"
        server: postgresql.Server = request.getfixturevalue("server")
        return server.has_new(name, request.getfixturevalue("model"))

    return new


@pytest.fixture
def url(kind: str, without_records: New, tmp_path: Path) -> str:
    """Where a database without records is."""
    return without_records(kind, "rung", tmp_path)


@pytest.fixture
def records(url: str) -> Iterator[Records]:
    """A database without records."""
    records = Records(url)
    yield records
    records.close()
