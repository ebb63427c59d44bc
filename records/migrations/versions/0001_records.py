"""The records as they began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes all tables, and the index of words of the database's own search."""
    op.create_table(
        "approvals",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("run_started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("helpdesk", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("asker", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("option", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("otherwise", sa.String(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("downtime_seconds", sa.Float(), nullable=False),
        sa.Column("begins", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_when", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("approvals_by_ticket", "approvals", ["ticket"], unique=False)
    op.create_index(op.f("ix_approvals_ident"), "approvals", ["ident"], unique=False)
    op.create_table(
        "asked",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("instead_of", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "number"),
    )
    op.create_table(
        "caught_up",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
    op.create_table(
        "complaint_words",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "part", "number"),
    )
    op.create_table(
        "complaints",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("run_started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("complaints_by_client", "complaints", ["client", "opened"], unique=False)
    op.create_index(op.f("ix_complaints_ident"), "complaints", ["ident"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("lapsed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", "number"),
    )
    op.create_table(
        "deliveries",
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("event", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("notice", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("run", "event", "notice"),
    )
    op.create_index("deliveries_by_client", "deliveries", ["client", "at"], unique=False)
    op.create_index("deliveries_by_ident", "deliveries", ["ident"], unique=False)
    op.create_table(
        "handed",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "number"),
    )
    op.create_table(
        "handovers",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("run_started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("leaves", sa.String(), nullable=False),
        sa.Column("comes", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_handovers_ident"), "handovers", ["ident"], unique=False)
    op.create_table(
        "prevention_items",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("settled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "number"),
    )
    op.create_table(
        "preventions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("run_started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("concluded_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_preventions_ident"), "preventions", ["ident"], unique=False)
    op.create_index("preventions_by_client", "preventions", ["client", "opened"], unique=False)
    op.create_table(
        "problem_tickets",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "ticket"),
    )
    op.create_table(
        "problems",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("run_started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("workaround", sa.String(), nullable=False),
        sa.Column("conclusion", sa.String(), nullable=False),
        sa.Column("concluded_by", sa.String(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_problems_ident"), "problems", ["ident"], unique=False)
    op.create_index("problems_by_pattern", "problems", ["client", "system", "category"], unique=False)
    op.create_table(
        "promises",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "number"),
    )
    op.create_table(
        "reviews",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("run_started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("concluded_by", sa.String(), nullable=False),
        sa.Column("complaints", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_reviews_ident"), "reviews", ["ident"], unique=False)
    op.create_table(
        "runs",
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("closed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("missed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("run"),
    )
    op.create_table(
        "tickets",
        sa.Column("serial", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("run_started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("helpdesk", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("requester", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("users", sa.Integer(), nullable=True),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("started_at", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("solution", sa.String(), nullable=False),
        sa.Column("solved_by", sa.String(), nullable=False),
        sa.Column("solved_at", sa.String(), nullable=False),
        sa.Column("solved", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("incident", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("pace", sa.Float(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("serial"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tickets_ident"), "tickets", ["ident"], unique=False)
    op.create_index(
        "tickets_alike",
        "tickets",
        ["client", "system", "category", "drill", "opened", "incident"],
        unique=False,
    )
    op.create_index("tickets_by_client", "tickets", ["client", "opened"], unique=False)
    op.create_index(
        "tickets_solved_alike", "tickets", ["client", "system", "category", "drill", "solved"], unique=False
    )
    op.create_table(
        "timeline",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("goes_to", sa.String(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("count", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "number"),
    )
    op.create_index("timeline_by_kind", "timeline", ["kind", "at"], unique=False)
    op.create_table(
        "visits",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_by", sa.String(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken", sa.DateTime(timezone=True), nullable=True),
        sa.Column("take_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.String(), nullable=False),
        sa.Column("agreed_seconds", sa.Float(), nullable=True),
        sa.Column("stopped_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", "number"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_WORDS:
            op.execute(statement)
    else:
        for statement in POSTGRESQL_WORDS:
            op.execute(statement)


# What is searched is kept by the database itself, whoever writes.
SQLITE_WORDS = (
    "CREATE VIRTUAL TABLE ticket_words USING fts5(words, content='tickets', content_rowid='serial', "
    "tokenize='unicode61 remove_diacritics 2', prefix='3 4')",
    "CREATE TRIGGER ticket_words_in AFTER INSERT ON tickets BEGIN "
    "INSERT INTO ticket_words(rowid, words) VALUES (new.serial, new.words); END",
    "CREATE TRIGGER ticket_words_out AFTER DELETE ON tickets BEGIN "
    "INSERT INTO ticket_words(ticket_words, rowid, words) VALUES ('delete', old.serial, old.words); END",
    "CREATE TRIGGER ticket_words_new AFTER UPDATE OF words ON tickets BEGIN "
    "INSERT INTO ticket_words(ticket_words, rowid, words) VALUES ('delete', old.serial, old.words); "
    "INSERT INTO ticket_words(rowid, words) VALUES (new.serial, new.words); END",
)
POSTGRESQL_WORDS = (
    # Each word, and how it begins as a word of its own: what SQLite's index has, too. More than 500 letters
    # are no word, and no index takes them.
    "CREATE FUNCTION words_searched(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$ "
    "SELECT coalesce(array_to_tsvector(array_agg(DISTINCT one)), '') FROM "
    "unnest(string_to_array(words, ' ')) word, "
    "LATERAL (VALUES (word), ('^' || left(word, 3)), ('^' || left(word, 4))) AS each_of(one) "
    "WHERE length(word) BETWEEN 1 AND 500 $$",
    "ALTER TABLE tickets ADD COLUMN searched tsvector GENERATED ALWAYS AS (words_searched(words)) STORED",
    # What is new is in the index at once, not in a list beside it that every search goes through.
    "CREATE INDEX tickets_searched ON tickets USING gin (searched) WITH (fastupdate = off)",
    # The newest tickets are those that are counted: they are tidied up after some thousands of them, not
    # after a fifth of all that ever were.
    "ALTER TABLE tickets SET (autovacuum_vacuum_insert_scale_factor = 0, "
    "autovacuum_vacuum_insert_threshold = 5000, autovacuum_vacuum_scale_factor = 0.01)",
)
