"""What is known of a person is erased, and every count stays as it was.

Their id gives way to one that nobody can lead back to them, the same in all places; what they have written
is taken out, and what others wrote loses their name and address. Only what has ended is touched: of what is
still open the workflow would write it again.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select, text, update

from records import tables
from records.database import Records
from records.words import words_of
from records.writing import TABLES

ERASED = "(erased)"

PEOPLE: Mapping[Table, tuple[str, ...]] = {
    tables.TICKETS: ("holder", "requester", "solved_by"),
    tables.TIMELINE: ("actor", "person", "other"),
    tables.VISITS: ("taken_by",),
    tables.APPROVALS: ("holder", "asker"),
    tables.ASKED: ("person", "instead_of"),
    tables.DECISIONS: ("actor",),
    tables.COMPLAINTS: ("holder", "raised_by", "taken_by"),
    tables.COMPLAINT_WORDS: ("actor",),
    tables.PROMISES: ("actor",),
    tables.REVIEWS: ("holder", "concluded_by"),
    tables.PROBLEMS: ("holder", "opened_by", "concluded_by"),
    tables.PREVENTIONS: ("holder", "concluded_by"),
    tables.PREVENTION_ITEMS: ("actor",),
    tables.HANDOVERS: ("holder", "leaves", "comes"),
    tables.DELIVERIES: ("person",),
}
"""Where ids of people stand."""

WRITTEN: Mapping[Table, Mapping[str, str]] = {
    tables.TICKETS: {
        "title": "requester",
        "description": "requester",
        "words": "requester",
        "reason": "",
        "solution": "solved_by",
    },
    tables.TIMELINE: {"words": "actor", "what": "", "via": ""},
    tables.APPROVALS: {"what": "asker", "why": "asker", "otherwise": "asker"},
    tables.DECISIONS: {"reason": "actor", "conditions": "actor", "via": ""},
    tables.COMPLAINT_WORDS: {"words": "actor"},
    tables.PROBLEMS: {"title": "", "cause": "", "workaround": "", "conclusion": "concluded_by"},
    tables.PROBLEM_TICKETS: {"title": ""},
    tables.PREVENTION_ITEMS: {"words": "actor"},
    tables.DELIVERIES: {"why": ""},
}
"""Where words stand, and whose they are, by the column that says so."""

SUBJECTS = tuple(TABLES.values())


@dataclass(frozen=True)
class Erased:
    """Who is erased: their id, if they have one, and what they are called and reached by."""

    ident: str
    called: tuple[str, ...]


@dataclass(frozen=True)
class Erasure:
    """What was done: by which id they are called from now on, how many rows of each table have changed, and
    in which workflows they still stand, because those are open or have just ended."""

    instead: str
    changed: Mapping[str, int]
    open: Sequence[str]


def erase(records: Records, person: Erased) -> Erasure:
    """Take somebody out of all that has ended, in one transaction. Raises RecordsAway, RecordsRefused."""
    instead = f"erased-{secrets.token_hex(4)}"
    needles = [called for called in (*person.called, _spelled(person.called)) if called]
    with records.writing() as connection:
        if not records.is_postgresql:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        still_open = _open(connection, person, needles)
        _rename_handovers(connection, person.ident, instead)
        changed = {}
        for table in dict.fromkeys((*WRITTEN, *PEOPLE)):
            ended = _ended(table)
            count = _take_out_words(connection, table, person, needles, ended)
            changed[table.name] = count + _rename(connection, table, person.ident, instead, ended)
        if not records.is_postgresql:
            # What was deleted from the index of words stands in it until its parts are merged.
            connection.exec_driver_sql("INSERT INTO ticket_words(ticket_words) VALUES ('optimize')")
    _tidy_up(records)
    return Erasure(instead, {name: count for name, count in changed.items() if count}, still_open)


def _spelled(called: Iterable[str]) -> str:
    """A name as it stands among the words that are searched; the longest, since others are parts of it."""
    return max((" ".join(words_of(one)) for one in called), key=len, default="")


def _ended(table: Table) -> ColumnElement[bool]:
    """The rows of a table that nobody writes any more."""
    done = select(tables.RUNS.c.run)
    if table is tables.DELIVERIES:
        return table.c.run.in_(done)
    keys: list[ColumnElement[bool]] = []
    for subject in SUBJECTS if table not in SUBJECTS else (table,):
        over = and_(subject.c.ended.is_not(None), subject.c.run.in_(done))
        keys.append(table.c.key.in_(select(subject.c.key).where(over)))
    return or_(*keys)


def _rename(
    connection: Connection, table: Table, ident: str, instead: str, ended: ColumnElement[bool]
) -> int:
    count = 0
    for name in PEOPLE.get(table, ()) if ident else ():
        theirs = and_(table.c[name] == ident, ended)
        count += connection.execute(update(table).where(theirs).values({name: instead})).rowcount
    return count


def _rename_handovers(connection: Connection, ident: str, instead: str) -> None:
    """A change of shifts is called by those it concerns, in all that belongs to it."""
    h = tables.HANDOVERS.c
    theirs = and_(or_(h.leaves == ident, h.comes == ident), _ended(tables.HANDOVERS))
    for row in connection.execute(select(h.key, h.ident, h.run).where(theirs)).all() if ident else ():
        new = f"handover-{instead}-{secrets.token_hex(4)}"
        for table in (tables.HANDOVERS, tables.HANDED, tables.TIMELINE):
            key = row.key.replace(row.ident, new)
            connection.execute(update(table).where(table.c.key == row.key).values(key=key))
        for table in (tables.HANDOVERS, tables.RUNS, tables.DELIVERIES):
            connection.execute(update(table).where(table.c.ident == row.ident).values(ident=new))


def _take_out_words(
    connection: Connection, table: Table, person: Erased, needles: Sequence[str], ended: ColumnElement[bool]
) -> int:
    """What they wrote, and where others name them."""
    count = 0
    for name, whose in WRITTEN.get(table, {}).items():
        column = table.c[name]
        if whose and person.ident:
            theirs = and_(table.c[whose] == person.ident, column != "", ended)
            count += connection.execute(update(table).where(theirs).values({name: ERASED})).rowcount
        for needle in needles:
            found = select(*table.primary_key, column).where(column.icontains(needle, autoescape=True), ended)
            for row in connection.execute(found).mappings().all():
                this = and_(*(key == row[key.name] for key in table.primary_key))
                without = re.sub(re.escape(needle), ERASED, row[name], flags=re.IGNORECASE)
                connection.execute(update(table).where(this).values({name: without}))
                count += 1
    return count


def _open(connection: Connection, person: Erased, needles: Sequence[str]) -> Sequence[str]:
    """The workflows in whose rows they stand that may still be written."""
    found: dict[str, None] = {}
    for subject in SUBJECTS:
        for table in dict.fromkeys((*PEOPLE, *WRITTEN)):
            if table is tables.DELIVERIES or (table in SUBJECTS and table is not subject):
                continue
            named: list[ColumnElement[bool]] = [
                table.c[name] == person.ident for name in PEOPLE.get(table, ()) if person.ident
            ]
            named += [
                table.c[name].icontains(needle, autoescape=True)
                for name in WRITTEN.get(table, {})
                for needle in needles
            ]
            if not named:
                continue
            of = select(subject.c.ident).where(~_ended(subject), or_(*named))
            joined = of if table is subject else of.where(subject.c.key == table.c.key)
            found |= dict.fromkeys(connection.execute(joined.distinct()).scalars())
    return sorted(found)


def _tidy_up(records: Records) -> None:
    """Nothing of it stays in what the database has only let go of."""
    with records.tidying() as connection:
        connection.execute(text("VACUUM"))
        if not records.is_postgresql:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
