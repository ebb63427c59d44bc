"""What a document is made of: sections with tables, whose rows say one thing each.

How it looks, on paper or on a screen, is for who renders it. As each row is about something that has a
name, two versions can be compared row by row (``procedure.document.difference``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Row(NamedTuple):
    """One thing that is agreed: what it is about, and what is said of it, a text for each column, whose lines
    are parts of it.

    ``example`` repeats what stands elsewhere, so that it is understood.
    """

    about: str
    says: tuple[str, ...]
    example: str = ""


LINES = "\n"
"""Between the parts of what is said."""


class Table(NamedTuple):
    """Entries of one kind. ``columns`` names what each is about, then what it says; none: a list of points.

    One that stands ``aside`` repeats the rest in short, or for the days to come: nothing is agreed in it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    aside: bool = False


class Section(NamedTuple):
    """A part of the document; ``lead`` says what it is for. ``pictured``: the picture stands in it."""

    title: str
    lead: str
    tables: tuple[Table, ...]
    pictured: bool = False


class Rung(NamedTuple):
    """One rung of the picture: a tier (or the last resort), who is told there first, and the time it has by
    severity, of those that come by; ``starts`` are the severities that begin on it."""

    name: str
    who: str
    stays: tuple[tuple[str, str], ...] = ()
    starts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClientDocument:
    """A client's document: who it is between, which version of the files it is made of, and what it says.

    ``rungs`` are the picture of the path, the lowest tier first.
    """

    msp: str
    client: str
    version: str
    sections: tuple[Section, ...]
    rungs: tuple[Rung, ...]

    @property
    def fingerprint(self) -> str:
        """What both sides agree on, in eight letters: as long as it is the same, so is all that is said to
        this client, however the files are written and whatever they say to others."""
        text = json.dumps(agreed(self), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:8]


class Fact(NamedTuple):
    """A row where it stands: its section, its table and what it is about; what it says, by column."""

    section: str
    table: str
    about: str
    says: tuple[tuple[str, str], ...]


def agreed(document: ClientDocument) -> tuple[Fact, ...]:
    """All that is agreed in a document, in its order."""
    names = (("we are called", document.msp), ("you are called", document.client))
    return (*(Fact("Names", "", about, (("", name),)) for about, name in names), *_facts(document))


def _facts(document: ClientDocument) -> Iterator[Fact]:
    for section in document.sections:
        if section.lead:
            yield Fact(section.title, "", section.title, (("", section.lead),))
        for table in section.tables:
            for row in () if table.aside else table.rows:
                columns = table.columns[1:] or ("",) * len(row.says)
                says = tuple(zip(columns, row.says, strict=True))
                yield Fact(section.title, table.title, row.about, says)


def points(title: str, *rows: tuple[str, str]) -> Table:
    """A list of points; one that says nothing is left out."""
    return Table(title, (), tuple(Row(about, (says,)) for about, says in rows if says))


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Names in a sentence: "a, b and c"."""
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}" if len(parts) > 1 else "".join(parts)
