"""Full-text search over all tickets that ever were, by what the database has for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, cast, column, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from records.database import Records
from records.tables import TICKETS
from records.words import words_of

SHORTEST_BEGINNING = 3
"""Letters of a beginning: with fewer nearly every ticket has a word that begins so."""

KEPT_BEGINNINGS = (3, 4)
"""Letters of those that both databases have in their index. A longer one begins so few words that these are
put together."""

NEWEST = 5_000
"""Tickets that PostgreSQL goes through one by one: they take it some milliseconds."""

LONGEST_WORD = 500
"""Letters that are looked for: nobody has longer words, and PostgreSQL takes none."""

MOST_WORDS = 12
"""How many words are looked for at most: what is pasted is found by its first ones."""

_INDEX = table("ticket_words", column("rowid"))


class FoundTicket(NamedTuple):
    """A ticket as it is found: whose and which, how it stands, and who has solved it when, where and how."""

    ident: str
    client: str
    number: str
    title: str
    status: str
    severity: str
    opened: datetime
    holder: str
    solved: datetime | None
    solved_by: str
    solved_at: str
    solution: str


def search(records: Records, words: str, client: str = "", at_most: int = 20) -> Sequence[FoundTicket]:
    """The tickets that have all these words, the newest first; then those where the last one begins a word.

    Raises RecordsAway.
    """
    wanted = [word[:LONGEST_WORD] for word in words_of(words)[:MOST_WORDS]]
    if not wanted:
        return []
    with records.reading() as connection:

        def found(begins: bool) -> list[FoundTicket]:
            rows: list[FoundTicket] = []
            for asked in searched(records, wanted, client, at_most, begins=begins):
                rows = [FoundTicket(**row) for row in connection.execute(asked).mappings()]
                if len(rows) == at_most:
                    break
            return rows

        whole = found(False)
        if len(whole) == at_most or len(wanted[-1]) < SHORTEST_BEGINNING:
            return whole
        begun = (one for one in found(True) if one not in whole)
        return [*whole, *begun][:at_most]


def searched(
    records: Records, words: Sequence[str], client: str = "", at_most: int = 20, *, begins: bool = False
) -> Iterator[Select[Any]]:
    """The questions themselves, each for where the one before has not found enough.

    Whole words are answered by an index at once, however many tickets have them. All words that one
    ``begins`` may have to be put together first, so that is asked of the last one only.
    """
    ask = _of_postgresql if records.is_postgresql else _of_sqlite
    for tickets, matches, place in ask(words, begins):
        found = select(*(tickets[name] for name in FoundTicket._fields)).where(matches)
        if client:
            found = found.where(tickets["client"] == client)
        yield found.order_by(place.desc()).limit(at_most)


_Asked = tuple[ReadOnlyColumnCollection[str, Any], ColumnElement[bool], ColumnElement[Any]]
"""Among which tickets, by their columns; those that match; and by what the newest are known."""


def _of_sqlite(words: Sequence[str], begins: bool) -> Iterator[_Asked]:
    # Quoted: no word is taken for one of the query language.
    asked = " ".join(f'"{word}"' for word in words) + ("*" if begins else "")
    matches = literal_column("ticket_words").bool_op("MATCH")(asked)
    yield TICKETS.c, and_(_INDEX.c.rowid == TICKETS.c.serial, matches), _INDEX.c.rowid


def _of_postgresql(words: Sequence[str], begins: bool) -> Iterator[_Asked]:
    """What many tickets have stands among the newest; all others are collected by the index. Left to choose,
    the database goes through a million tickets for a rare word."""
    last = _beginning(words[-1]) if begins else f"'{words[-1]}'"
    # A cast, and no parser: the index has these very words.
    query = cast(" & ".join((*(f"'{word}'" for word in words[:-1]), last)), TSQUERY)
    matches = literal_column("searched").bool_op("@@")(query)
    lately = select(TICKETS, literal_column("searched")).order_by(TICKETS.c.serial.desc()).limit(NEWEST)
    newest = lately.subquery("tickets")
    yield newest.c, matches, newest.c.serial
    # Nothing added, so that it is not read in the order of an index.
    yield TICKETS.c, matches, TICKETS.c.serial + 0


def _beginning(word: str) -> str:
    """As PostgreSQL is asked for it: by the beginnings that its index has as such, if it is one of them."""
    return f"'^{word}'" if len(word) in KEPT_BEGINNINGS else f"'{word}':*"
