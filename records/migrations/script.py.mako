"""${message}"""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Nothing is lost."""
    ${upgrades if upgrades else "pass"}
