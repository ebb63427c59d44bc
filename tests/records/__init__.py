"""The records: the same tests on SQLite and on PostgreSQL."""
