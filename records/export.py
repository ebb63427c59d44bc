"""One client's records for an auditor: files of CSV and of JSON, each line chained to the one before.

The hash of a line is that of the line's values and of the hash before it, so that whoever changes, leaves out
or adds a line has to change every hash after it, and the last one, which who made the export has noted.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, Select, Table, select

from records import tables
from records.database import Records

MANIFEST = "manifest.json"
CHAIN = "chain"
START = hashlib.sha256(b"rung export").hexdigest()
"""What the first line of each table is chained to."""

_LEFT_OUT = {"words", "run", "run_started", "events", "serial"}
"""What only the records themselves need; of the timeline its words are told."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""What a spreadsheet would obey, and the sign that keeps it from doing so."""

Line = dict[str, str]


class ExportError(Exception):
    """What is wrong with an export, or with where it should go; the text says which file and line."""


@dataclass(frozen=True)
class Exported:
    """What was written, or found as it was: the lines of each table, and the hash that stands for all."""

    counts: Mapping[str, int]
    whole: str


def export(records: Records, client: str, begin: datetime, end: datetime, folder: Path) -> Exported:
    """Write the tickets of a client that opened from ``begin`` until before ``end``, with all that belongs to
    them. Raises ExportError, RecordsAway."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ExportError(f"{folder} is not empty: name a new folder")
        with records.reading() as connection:
            chains = {
                table.name: _write(connection, table, asked, folder)
                for table, asked in _asked(client, begin, end)
            }
        manifest = {
            "client": client,
            "from": _text(begin),
            "to": _text(end),
            "made": _text(datetime.now(UTC)),
            "lines": {name: count for name, (count, _) in chains.items()},
            "chains": {name: chain for name, (_, chain) in chains.items()},
        }
        with _private(folder / MANIFEST) as file:
            json.dump(manifest, file, indent=1)
            file.write("\n")
    except OSError as error:
        raise ExportError(f"{error.filename or folder}: {error.strerror}") from None
    return Exported(manifest["lines"], _whole(manifest))  # type: ignore[arg-type]


def verify(folder: Path) -> Exported:
    """Go through both files of every table; raises ExportError at the first line that is not as it was."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        chains, counts = dict(manifest["chains"]), dict(manifest["lines"])
        for name, last in chains.items():
            for file, lines in ((f"{name}.csv", _read_csv), (f"{name}.json", _read_json)):
                found = _follow(file, lines(folder / file))
                if found != (counts[name], last):
                    raise ExportError(
                        f"{file}: it ends after line {found[0]}, and not as the manifest says "
                        f"({counts[name]} lines): lines are missing or added at its end"
                    )
    except OSError as error:
        raise ExportError(f"{error.filename or folder}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExportError(f"{folder / MANIFEST}: it can't be read as one of ours ({error})") from None
    return Exported(counts, _whole(manifest))


def _asked(client: str, begin: datetime, end: datetime) -> Iterator[tuple[Table, Select[Any]]]:
    """The rows of each table, in an order that is always the same."""
    t, a = tables.TICKETS.c, tables.APPROVALS.c
    opened = (t.client == client, t.opened >= begin, t.opened < end)
    keys, idents = select(t.key).where(*opened), select(t.ident).where(*opened)
    approvals = select(a.key).where(a.ticket.in_(idents))
    yield tables.TICKETS, select(tables.TICKETS).where(*opened).order_by(t.opened, t.key)
    yield tables.APPROVALS, select(tables.APPROVALS).where(a.ticket.in_(idents)).order_by(a.opened, a.key)
    for table, of in (
        (tables.TIMELINE, keys.union(approvals)),
        (tables.VISITS, keys),
        (tables.ASKED, approvals),
        (tables.DECISIONS, approvals),
    ):
        yield table, select(table).where(table.c.key.in_(of)).order_by(table.c.key, table.c.number)
    d = tables.DELIVERIES.c
    sent = select(tables.DELIVERIES).where(d.ident.in_(idents)).order_by(d.ident, d.at, d.event, d.notice)
    yield tables.DELIVERIES, sent


def _write(connection: Connection, table: Table, asked: Select[Any], folder: Path) -> tuple[int, str]:
    """Both files of one table; how many lines they have, and the last hash."""
    names = [
        c.name for c in table.c if c.name not in _LEFT_OUT or (table is tables.TIMELINE and c.name == "words")
    ]
    count, chain = 0, START
    with _private(folder / f"{table.name}.csv") as as_csv, _private(folder / f"{table.name}.json") as as_json:
        sheet = csv.writer(as_csv, lineterminator="\n")
        sheet.writerow([*names, CHAIN])
        as_json.write("[")
        for row in connection.execute(asked).mappings():
            line = {name: _text(row[name]) for name in names}
            chain = _link(chain, line)
            sheet.writerow([*map(_harmless, line.values()), chain])
            as_json.write(",\n" if count else "\n")
            as_json.write(json.dumps({**line, CHAIN: chain}, ensure_ascii=False))
            count += 1
        as_json.write("\n]\n")
    return count, chain


def _link(before: str, line: Line) -> str:
    """The hash of a line that stands after another one."""
    told = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{told}".encode()).hexdigest()


def _follow(file: str, lines: Iterator[Line]) -> tuple[int, str]:
    """How many lines there are, and the last hash. Raises ExportError at the first that does not fit."""
    count, chain = 0, START
    for line in lines:
        count += 1
        said = line.pop(CHAIN, "")
        chain = _link(chain, line)
        if said != chain:
            raise ExportError(f"{file}: line {count} is not as it was written, or one before it is missing")
    return count, chain


def _whole(manifest: Mapping[str, Any]) -> str:
    told = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def _read_csv(file: Path) -> Iterator[Line]:
    with file.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield {str(name): (text or "").removeprefix("'") for name, text in row.items()}


def _read_json(file: Path) -> Iterator[Line]:
    yield from json.loads(file.read_text(encoding="utf-8"))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _text(value: object) -> str:
    """A value as both files have it; nothing is an empty text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _private(file: Path) -> TextIO:
    return os.fdopen(
        os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", newline="", encoding="utf-8"
    )
