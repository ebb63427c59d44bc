"""The steps of the schema, each a file of ``migrations/versions``: none takes anything away."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from records.database import RecordsAway

MIGRATIONS = Path(__file__).parent / "migrations"


def all_versions() -> list[str]:
    """Every version, the oldest first."""
    return [step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def newest() -> str:
    """The version that this Rung wants."""
    return all_versions()[-1]


def version(connection: Connection) -> str:
    """The version that a database has; empty before the first."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring it to a version. Raises RecordsAway where it is of a later one."""
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise RecordsAway(f"they are of another version of Rung: {error}") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
