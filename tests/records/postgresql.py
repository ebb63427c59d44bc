"""A real PostgreSQL, on a port and in a folder of its own; skipped where it is not to be had."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.system.demo import HERE, free_ports

PATIENCE = 60
FROM_DEBIAN = "/usr/lib/postgresql"


@dataclass
class Server:
    """A PostgreSQL of the tests' own, which they may kill and start again."""

    programs: Path
    folder: Path
    port: int
    user: str
    process: subprocess.Popen[bytes] | None = field(default=None)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://rung@{HERE}:{self.port}/{database}"

    def starts(self) -> None:
        """Start it, again if it was killed; wait until it answers."""
        self.process = subprocess.Popen(
            [
                str(self.programs / "postgres"),
                *("-D", str(self.folder / "data"), "-p", str(self.port), "-h", HERE),
                *("-k", str(self.folder), "-F"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.as_its_user,
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("PostgreSQL does not answer")

    def is_killed(self) -> None:
        """At once, as a machine that loses power."""
        if self.process:
            self.process.kill()
            self.process.wait()
            # What it has started ends by itself once it sees that; a new one waits for that.
            (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def has_new(self, database: str, model: str = "template0") -> str:
        """A database of this name, empty or a copy of another one; its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {database} TEMPLATE {model}")
        return self.url(database)

    @property
    def as_its_user(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return {}
        there = pwd.getpwnam(self.user)
        return {"user": there.pw_uid, "group": there.pw_gid, "extra_groups": [], "cwd": "/"}


def programs() -> Path | None:
    """Where the server's programs are: Debian has them outside the path."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path(FROM_DEBIAN).glob("*/bin"), key=lambda path: int(path.parent.name))
    return folders[-1] if folders else None


@contextmanager
def running() -> Iterator[Server]:
    """One that runs; the test is skipped if there is none on this machine."""
    where = programs()
    if where is None:
        pytest.skip("PostgreSQL is not installed here (Debian: apt-get install postgresql)")
    # Not below the folders of the tests, which only their owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="rung-postgresql-"))
    names = {entry.pw_name for entry in pwd.getpwall()}
    server = Server(where, folder, free_ports(1)[0], "postgres" if "postgres" in names else "nobody")
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, server.user)
        subprocess.run(
            [str(where / "initdb"), "-D", str(folder / "data"), "-U", "rung", "-A", "trust", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            **server.as_its_user,
        )
        server.starts()
        yield server
    finally:
        server.is_killed()
        shutil.rmtree(folder, ignore_errors=True)
