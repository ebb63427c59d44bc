"""A person is erased from what has ended, and every count stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import String

from procedure.kinds import Kind
from procedure.record import Entry
from procedure.ticket.state import Ticket
from records import tables
from records.database import Records
from records.erasure import PEOPLE, WRITTEN, Erased, erase
from records.search import search
from records.writing import EndedRun, Stands, write, write_end
from tests.procedure.approval.questions import asks
from tests.procedure.ticket.lives import NOON, life
from tests.records.test_writing import everything, moment, rows, solved
from tests.test_complaint_commands import not_yet

KIM = Erased("kim", ("kim@harbor.example", "Kim Harlow"))
OTHERS = {
    "name",
    "reason",
    "due",
    "stage",
    *(
        "key",
        "ident",
        "client",
        "status",
        "run",
        "helpdesk",
        "number",
        "system",
        "category",
        "state",
        "severity",
    ),
    *(
        "started_at",
        "tier",
        "outcome",
        "solved_at",
        "found_by",
        "incident",
        "version",
        "about",
        "kind",
        "place",
    ),
    *(
        "goes_to",
        "was",
        "count",
        "left_by",
        "agreed",
        "ticket",
        "action",
        "option",
        "currency",
        "side",
        "level",
    ),
    *("line", "role", "part", "said", "event", "channel", "missed"),
}
"""Texts that are terms of the procedure's, numbers, or what something is found by."""


def test_every_text_is_a_persons_or_words_or_neither() -> None:
    """Who adds a column says which, or it would never be erased."""
    for table in tables.METADATA.sorted_tables:
        known = {*PEOPLE.get(table, ()), *WRITTEN.get(table, {}), *OTHERS}
        texts = {column.name for column in table.c if isinstance(column.type, String)}
        assert texts - known == set(), table.name


def ended(records: Records, stands: Stands, run: str) -> None:
    write(records, stands, moment(run=run))
    write_end(records, EndedRun(run, getattr(stands, "id"), "Ticket", NOON, "completed"))  # noqa: B009


def told(**known: Any) -> Ticket:
    """A ticket that has ended, with Kim in all its parts."""
    words = "Kim Harlow (KIM@harbor.example) has called"
    entry = Entry(NOON, Kind.PROGRESS, "ana", words=words)
    ticket: Ticket = replace(solved().ticket, description=words, **known)
    return ticket.noted(entry)


def shape(records: Records) -> dict[str, list[tuple[Any, ...]]]:
    """All that is counted: every row with what is no text, and its terms."""
    kept = {
        "tickets": ("severity", "solved_at", "system"),
        "timeline": ("kind",),
        "decisions": ("yes", "line"),
    }
    return {
        name: sorted(tuple(row[column] for column in kept.get(name, ())) for row in found)
        for name, found in everything(records).items()
    }


def test_nothing_of_them_is_left_and_everything_is_counted_as_before(records: Records) -> None:
    """Not in the files of the database, either."""
    ended(records, told(), "run-1")
    ended(records, told(id="ticket-harbor-desk-43", number="43", requester="lou"), "run-2")
    question = asks()
    question.says("cy")
    ended(records, question.approval, "run-3")
    before, people = shape(records), {row["requester"] for row in rows(records, tables.TICKETS)}

    done = erase(records, KIM)

    assert shape(records) == before
    text = str(everything(records)).casefold()
    assert not [word for word in ("'kim'", "harlow", "kim@", "called') ") if word in text]
    first, second = rows(records, tables.TICKETS)
    assert (first["requester"], first["title"]) == (done.instead, "(erased)")
    assert (second["requester"], second["title"]) == ("lou", "Nobody can log in")
    assert second["description"] == "(erased) ((erased)) has called"
    assert search(records, "harlow") == []
    assert [one.number for one in search(records, "nobody")] == ["43"]
    assert len(people) == len({row["requester"] for row in rows(records, tables.TICKETS)})
    assert done.open == []
    if not records.is_postgresql:
        files = Path(records.url.database or "").parent.glob("records.db*")
        assert not [file.name for file in files if b"arlow" in file.read_bytes()]


def test_what_is_open_is_named_and_left_alone(records: Records) -> None:
    """Its workflow would write it again; so is what has ended a moment ago."""
    write(records, life().ticket, moment())
    write(records, told(id="ticket-harbor-desk-43"), moment(run="run-2"))
    before = everything(records)

    done = erase(records, KIM)

    assert done.open == ["ticket-harbor-desk-42", "ticket-harbor-desk-43"]
    assert everything(records) == before


def test_an_address_is_found_in_words_alone(records: Records) -> None:
    """Of somebody who has no id here."""
    ended(records, told(requester="lou"), "run-1")

    done = erase(records, Erased("", ("kim@harbor.example",)))

    text = str(everything(records)).casefold()
    assert "kim@harbor" not in text
    assert "kim harlow" in text
    assert done.changed["tickets"] >= 1


def test_a_complaints_words_go_with_who_said_them(records: Records) -> None:
    """The rest of it stays."""
    complaint = replace(not_yet(), status="closed")
    ended(records, complaint, "run-1")
    count = len(rows(records, tables.COMPLAINT_WORDS))

    erase(records, Erased("max", ("Max Berger",)))

    found = rows(records, tables.COMPLAINT_WORDS)
    assert len(found) == count
    assert {row["words"] for row in found if row["actor"].startswith("erased-")} == {"(erased)"}
    assert "(erased)" not in {row["words"] for row in found if row["actor"] == "caller"}
