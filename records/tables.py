"""The tables. Whoever changes one adds a step to ``records/migrations``: a test compares the two.

A row is found by its ``key``: the workflow's id and when it was opened, since the same id may begin anew once
Temporal has forgotten it. Instants are UTC. Ids of people stand here, never addresses.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
)

METADATA = MetaData()


class Instant(TypeDecorator[datetime]):
    """An instant, aware and UTC on both sides; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        at: datetime = value
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _text(name: str) -> Column[str]:
    return Column(name, String, nullable=False, default="")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, default=0)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=False)


def _at(name: str, *, known: bool = False) -> Column[datetime]:
    return Column(name, Instant, nullable=not known)


def _key() -> Column[str]:
    return Column("key", String, primary_key=True)


def _number() -> Column[int]:
    return Column("number", Integer, primary_key=True, autoincrement=False)


def _stands() -> tuple[Column[Any], ...]:
    """What every thing that climbs has: whose it is, since when, until when, and up to where it was read.

    ``lines`` is how many lines its record ever had, ``events`` how long the history of ``run`` was when it
    stood so: what was read of an earlier moment never takes its place.
    """
    return (
        Column("ident", String, nullable=False, index=True),
        _text("client"),
        _at("opened", known=True),
        _at("ended"),
        _text("status"),
        _text("holder"),
        _flag("drill"),
        _count("lines"),
        _text("run"),
        _at("run_started", known=True),
        _count("events"),
    )


TICKETS = Table(
    "tickets",
    METADATA,
    # Its place in the index of words, and the order in which tickets came.
    Column("serial", Integer, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False, unique=True),
    *_stands(),
    _text("helpdesk"),
    _text("number"),
    _text("title"),
    _text("description"),
    _text("requester"),
    _text("system"),
    _text("category"),
    _text("state"),
    Column("users", Integer),
    _text("severity"),
    _text("reason"),
    _text("started_at"),
    _text("tier"),
    _text("outcome"),
    _text("solution"),
    _text("solved_by"),
    _text("solved_at"),
    _at("solved"),
    _text("found_by"),
    _flag("emergency"),
    # The emergency that it has joined; itself, if it has joined none. Counted by this, both are one.
    _text("incident"),
    _text("version"),
    Column("pace", Float, nullable=False, default=1.0),
    # All that it is searched by.
    _text("words"),
    Index("tickets_alike", "client", "system", "category", "drill", "opened", "incident"),
    Index("tickets_solved_alike", "client", "system", "category", "drill", "solved"),
    Index("tickets_by_client", "client", "opened"),
    sqlite_autoincrement=True,
)
"""One row a ticket, from the moment it opens.

``outcome`` is the kind of fact that ended it, ``solved_at`` the tier, ``found_by`` who noticed it ("user",
"staff" or "monitoring"), empty where nobody has told.
"""

TIMELINE = Table(
    "timeline",
    METADATA,
    _key(),
    _number(),
    _text("about"),
    _at("at", known=True),
    _text("kind"),
    _text("actor"),
    _text("via"),
    _text("person"),
    _text("other"),
    _text("place"),
    _text("goes_to"),
    _at("due"),
    _at("until"),
    _text("what"),
    _text("was"),
    _text("count"),
    _text("words"),
    Index("timeline_by_kind", "kind", "at"),
)
"""Every line of every record, numbered as they came: the fields of ``procedure.record.Entry``.

``actor`` is its ``by``, ``goes_to`` its ``to``, ``count`` its ``number``; ``about`` is what it belongs to.
"""

VISITS = Table(
    "visits",
    METADATA,
    _key(),
    _number(),
    _text("tier"),
    _text("severity"),
    _at("began", known=True),
    _at("ended"),
    _text("left_by"),
    _text("taken_by"),
    _at("taken"),
    _at("take_by"),
    _at("due"),
    _text("agreed"),
    Column("agreed_seconds", Float),
    Column("stopped_seconds", Float, nullable=False, default=0.0),
)
"""A ticket's turns at its tiers, each with what was agreed for it.

``left_by`` is the kind of fact by which it left, ``taken`` when somebody had it and ``take_by`` when they
owed that, ``due`` the last instant by which it had to leave, as far as it is known. ``agreed_seconds`` is
missing for business days.
"""

APPROVALS = Table(
    "approvals",
    METADATA,
    _key(),
    *_stands(),
    _text("ticket"),
    _text("helpdesk"),
    _text("number"),
    _text("severity"),
    _text("asker"),
    _text("action"),
    _text("option"),
    _text("what"),
    _text("why"),
    _text("otherwise"),
    _count("cost"),
    _text("currency"),
    Column("downtime_seconds", Float, nullable=False, default=0.0),
    _at("begins"),
    _at("by_when"),
    _text("version"),
    Index("approvals_by_ticket", "ticket"),
)
"""One row a question to those with the authority for it; ``status`` is its outcome."""

ASKED = Table(
    "asked",
    METADATA,
    _key(),
    _number(),
    _text("person"),
    _text("side"),
    _text("level"),
    _text("line"),
    _at("at", known=True),
    _at("due"),
    _text("role"),
    _text("instead_of"),
)
"""Whom a question was put to, in order, under which line of the authority table, by when to answer."""

DECISIONS = Table(
    "decisions",
    METADATA,
    _key(),
    _number(),
    _text("actor"),
    _text("side"),
    _text("level"),
    _text("line"),
    _text("version"),
    _flag("yes"),
    _at("at", known=True),
    _text("via"),
    _text("reason"),
    _text("conditions"),
    _flag("void"),
    _flag("lapsed"),
)
"""The ledger of an approval: who answered what, through what, under which line at which version."""

COMPLAINTS = Table(
    "complaints",
    METADATA,
    _key(),
    *_stands(),
    _text("number"),
    _text("kind"),
    _text("raised_by"),
    _text("taken_by"),
    _text("ticket"),
    _text("level"),
    _text("outcome"),
    Index("complaints_by_client", "client", "opened"),
)
"""One row a complaint, and none of its words."""

COMPLAINT_WORDS = Table(
    "complaint_words",
    METADATA,
    _key(),
    Column("part", String, primary_key=True),
    _number(),
    _at("at"),
    _text("actor"),
    _text("said"),
    _text("words"),
)
"""What was said and promised, and who it is about: a table of its own, so that access to it can be granted
by itself. ``part`` is "said", "promise", "settle", "caller", "reach", "about" or "conclusion"."""

PROMISES = Table(
    "promises",
    METADATA,
    _key(),
    _number(),
    _text("actor"),
    _at("due", known=True),
    _text("state"),
)
"""What was promised to a customer: by whom, by when, and what has become of it."""

REVIEWS = Table(
    "reviews",
    METADATA,
    _key(),
    *_stands(),
    _text("number"),
    _text("level"),
    _text("concluded_by"),
    _count("complaints"),
)
"""One row a relationship review."""

PROBLEMS = Table(
    "problems",
    METADATA,
    _key(),
    *_stands(),
    _text("number"),
    _text("system"),
    _text("category"),
    _text("title"),
    _text("level"),
    _text("opened_by"),
    _text("cause"),
    _text("workaround"),
    _text("conclusion"),
    _text("concluded_by"),
    _count("tickets"),
    Index("problems_by_pattern", "client", "system", "category"),
)
"""One row a problem: what comes again, its cause, and what was changed. ``tickets`` counts all of its."""

PROBLEM_TICKETS = Table(
    "problem_tickets",
    METADATA,
    _key(),
    Column("ticket", String, primary_key=True),
    _text("number"),
    _text("title"),
    _at("at", known=True),
)
"""The tickets that a problem has named: also those whose names it has let go of since."""

PREVENTIONS = Table(
    "preventions",
    METADATA,
    _key(),
    *_stands(),
    _text("number"),
    _text("level"),
    _text("concluded_by"),
    Index("preventions_by_client", "client", "opened"),
)
"""One row a prevention proposal."""

PREVENTION_ITEMS = Table(
    "prevention_items",
    METADATA,
    _key(),
    _number(),
    _text("name"),
    _text("system"),
    _text("reason"),
    _text("due"),
    _text("stage"),
    _at("settled"),
    _text("actor"),
    _text("words"),
    _text("action"),
    _text("outcome"),
)
"""What comes due, in its order: ``due`` is its day, ``stage`` what became of it, ``outcome`` how those who
may decide have answered, ``settled`` when it was done or declined, or is planned for."""

HANDOVERS = Table(
    "handovers",
    METADATA,
    _key(),
    *_stands(),
    _text("leaves"),
    _text("comes"),
)
"""One row a change of shifts: from whom to whom."""

HANDED = Table(
    "handed",
    METADATA,
    _key(),
    _number(),
    _text("ticket"),
    _text("client"),
    _text("severity"),
    _at("due"),
    _text("outcome"),
)
"""The tickets of a change of shifts, and what has become of each."""

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("run", String, primary_key=True),
    Column("event", Integer, primary_key=True, autoincrement=False),
    Column("notice", Integer, primary_key=True, autoincrement=False),
    _text("ident"),
    _text("about"),
    _text("client"),
    _text("kind"),
    _text("person"),
    _text("channel"),
    _at("at", known=True),
    _at("settled"),
    _count("attempts"),
    _text("outcome"),
    _text("why"),
    Index("deliveries_by_ident", "ident"),
    Index("deliveries_by_client", "client", "at"),
)
"""What was sent, taken from the histories of ended runs: through which channel, after how many attempts.

``event`` is the number of the event that began it. ``outcome`` is "delivered", "failed", "stopped" (it no
longer mattered) or "unknown" (the run ended first); of what is to be tried again the next round tells.
"""

RUNS = Table(
    "runs",
    METADATA,
    Column("run", String, primary_key=True),
    _text("ident"),
    _text("kind"),
    _at("closed", known=True),
    _text("status"),
    _text("missed"),
)
"""The ended runs that are recorded whole; ``missed`` is why the last state of one could not be read."""

CAUGHT_UP = Table(
    "caught_up",
    METADATA,
    Column("place", String, primary_key=True),
    _at("until", known=True),
)
"""Up to when all that has ended is recorded."""
