"""Every test here is told twice: on SQLite, and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.database import Records
from tests.records import postgresql


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.Server]:
    """One PostgreSQL for all tests."""
    with postgresql.running() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty database is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.db'}"
    server: postgresql.Server = request.getfixturevalue("server")
    return server.has_new("rung")


@pytest.fixture
def records(url: str) -> Iterator[Records]:
    """An empty database of records."""
    records = Records(url)
    yield records
    records.close()
