"""Full-text search over all tickets that ever were, by what the database has for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, column, func, literal_column, select, table

from records.database import Records
from records.tables import TICKETS
from records.words import words_of

SHORTEST_BEGINNING = 3
"""Letters of a beginning: with fewer nearly every ticket has a word that begins so."""

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
    wanted = words_of(words)[:MOST_WORDS]
    if not wanted:
        return []
    with records.reading() as connection:

        def found(begins: bool) -> list[FoundTicket]:
            asked = searched(records, wanted, client, at_most, begins=begins)
            return [FoundTicket(**row) for row in connection.execute(asked).mappings()]

        whole = found(False)
        if len(whole) == at_most or len(wanted[-1]) < SHORTEST_BEGINNING:
            return whole
        begun = (one for one in found(True) if one not in whole)
        return [*whole, *begun][:at_most]


def searched(
    records: Records, words: Sequence[str], client: str = "", at_most: int = 20, *, begins: bool = False
) -> Select[Any]:
    """The question itself, for who wants to see how it is answered.

    Whole words are answered by an index at once, however many tickets have them. All words that ``begins``
    have to be put together first, so that is asked of one only.
    """
    columns = [TICKETS.c[name] for name in FoundTicket._fields]
    if records.is_postgresql:
        query = func.to_tsquery("simple", " & ".join(words) + (":*" if begins else ""))
        found = select(*columns).where(literal_column("tickets.searched").bool_op("@@")(query))
    else:
        # Quoted: no word is taken for one of the query language.
        asked = " ".join(f'"{word}"' for word in words) + ("*" if begins else "")
        joined = TICKETS.join(_INDEX, _INDEX.c.rowid == TICKETS.c.serial)
        matches = literal_column("ticket_words").bool_op("MATCH")(asked)
        found = select(*columns).select_from(joined).where(matches)
    if client:
        found = found.where(TICKETS.c.client == client)
    newest = TICKETS.c.serial if records.is_postgresql else _INDEX.c.rowid
    return found.order_by(newest.desc()).limit(at_most)
