"""Runs the steps on the connection that ``records.database`` hands in."""

from alembic import context

from records.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
