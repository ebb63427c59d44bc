"""The database: opened, upgraded, and told apart from one that is away.

SQLite in a file of the state folder, or PostgreSQL by its URL. Nothing here is ever dropped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError

WAIT = 3
"""Seconds for which a connection, or a lock, is waited for; an answer of PostgreSQL ten times as long."""

_OPTIONS = {
    "statement_timeout": WAIT * 10_000,
    "lock_timeout": WAIT * 1_000,
    # A plan for any words looks for rare ones in a million rows one by one: each question gets its own plan.
    "plan_cache_mode": "force_custom_plan",
    # Compiling takes longer than any question here.
    "jit": "off",
}
"""What a connection to PostgreSQL is opened with."""

_UPGRADING = 7_305_581
"""The lock under which one of several workers upgrades a PostgreSQL; a number of nobody else's."""


class RecordsAway(Exception):
    """The database does not answer, or can't be written now; the text says why."""


class RecordsRefused(Exception):
    """The database will never take this, whoever asks again; the text says why."""


class Records:
    """A database of records. All calls block: they are for threads.

    Raises ValueError for a URL that is none.
    """

    def __init__(self, url: str) -> None:
        self.url = _read(url)
        options: dict[str, Any] = {"pool_pre_ping": True}
        if self.is_postgresql:
            options["connect_args"] = {
                "connect_timeout": WAIT,
                # A server that is gone without a word is noticed as well.
                "tcp_user_timeout": WAIT * 10_000,
                "options": " ".join(f"-c {name}={value}" for name, value in _OPTIONS.items()),
            }
        else:
            options["connect_args"] = {"timeout": WAIT}
        self.engine = create_engine(self.url, **options)
        if not self.is_postgresql:
            event.listen(self.engine, "connect", _as_we_want_sqlite)
            event.listen(self.engine, "begin", _begin)
        self._upgraded = False

    @property
    def is_postgresql(self) -> bool:
        return self.url.get_backend_name() == "postgresql"

    @property
    def called(self) -> str:
        """Where it is, without a password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def there(self) -> bool:
        """Whether there is one at all: a file that nobody has made yet is not made by looking."""
        return self.is_postgresql or Path(self.url.database or "").exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from. Raises RecordsAway."""
        if not self.there:
            raise RecordsAway(f"there are no records yet at {self.called}")
        with _plain_errors(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is written, or nothing. Raises RecordsAway, RecordsRefused."""
        self.upgrade()
        with _plain_errors(), self.engine.execution_options(writes=True).begin() as connection:
            yield connection

    @contextmanager
    def tidying(self) -> Iterator[Connection]:
        """For what no transaction may hold: what the database does with itself. Raises RecordsAway."""
        with _plain_errors(), self.engine.connect() as connection:
            own = connection.execution_options(isolation_level="AUTOCOMMIT")
            if self.is_postgresql:
                own.execute(text("SET statement_timeout = 0"))
            yield own
            if self.is_postgresql:
                own.execute(text("RESET statement_timeout"))

    # Its schema ---------------------------------------------------------------------------

    def upgrade(self) -> None:
        """Bring the schema to what this version needs, once; nothing is lost. Raises RecordsAway."""
        if self._upgraded:
            return
        with _plain_errors():
            if not self.is_postgresql:
                _make_private(Path(self.url.database or ""))
            with self.engine.execution_options(writes=True).begin() as connection:
                if self.is_postgresql:
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                    connection.execute(text("SET LOCAL lock_timeout = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADING})
                migrating().upgrade(connection)
        self._upgraded = True

    def schema(self) -> tuple[str, str]:
        """The version that it has (empty: none yet), and the one that is wanted. Raises RecordsAway."""
        steps = migrating()
        if not self.there:
            return "", steps.newest()
        with self.reading() as connection:
            return steps.version(connection), steps.newest()

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def _read(url: str) -> URL:
    try:
        found = make_url(url)
    except ArgumentError:
        found = None
    if found is None or found.get_backend_name() not in ("sqlite", "postgresql"):
        raise ValueError(
            'no address of a database: write "sqlite:////folder/records.db" or '
            '"postgresql://user:password@host/database"'
        )
    if found.get_backend_name() == "sqlite":
        if found.database in (None, "", ":memory:"):
            raise ValueError('a database in memory is gone with its process: write "sqlite:////folder/file"')
        return found.set(drivername="sqlite+pysqlite")
    return found.set(drivername="postgresql+psycopg")


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What a database says, in two kinds: never, and not now."""
    try:
        yield
    except (DataError, IntegrityError) as error:
        raise RecordsRefused(_said(error)) from error
    except OverflowError as error:
        raise RecordsRefused(str(error)) from error
    except DBAPIError as error:
        # More than PostgreSQL ever takes: its driver has that among what may work later.
        never = (getattr(error.orig, "sqlstate", None) or "").startswith("54")
        raise (RecordsRefused if never else RecordsAway)(_said(error)) from error
    except SQLAlchemyError as error:
        raise RecordsAway(str(error)) from error
    except OSError as error:
        raise RecordsAway(error.strerror or str(error)) from error


def _said(error: DBAPIError) -> str:
    """Its first line: without the statement, and without what was to be written."""
    return str(error.orig).strip().partition("\n")[0] or type(error.orig).__name__


def _make_private(file: Path) -> None:
    """Its owner's alone from the first byte on; what SQLite puts beside it gets the same mode."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    if file.stat().st_mode & 0o077:
        file.chmod(0o600)


def _as_we_want_sqlite(connection: Any, _: Any) -> None:
    # The driver begins no transaction by itself: _begin does, or an upgrade could stop half way.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        # Whoever reads holds up nobody who writes. What a loss of power takes away, the catch-up brings
        # again: how far it had come stands in the same file.
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
    finally:
        cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    # At once, where something will be written: a lock that is only asked for half way can't be waited for.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def migrating() -> ModuleType:
    """The steps of the schema: read only where they are needed, since a command that is typed should not wait
    for them."""
    from records import steps

    return steps
