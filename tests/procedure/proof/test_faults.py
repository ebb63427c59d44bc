"""Planted faults are found with the instant at which they go wrong; what is odd but right is left alone.

Each directory under tests/faults and tests/right is the example with a few keys changed: what stands in a
file there is laid over the example's (null takes a key away; tiers are known by their names).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from procedure.book.almanac import Almanac
from procedure.book.procedure import Procedure
from procedure.check import authority_outlook, complaints_outlook, outlook
from procedure.clocks.calendars import from_wall
from procedure.clocks.hours import opening_hours
from procedure.proof.fault import worded
from procedure.proof.faults import faults
from procedure.proof.theorems import promised
from procedure.proof.words import told
from runtime import calendar_shifts
from runtime.holiday_dates import dates
from runtime.procedure_files import ProcedureError, read
from tests.tables import every

TESTS = Path(__file__).parents[2]
NORTHWIND = TESTS.parent / "examples" / "northwind"
FAULTS, RIGHT = (sorted((TESTS / room).iterdir()) for room in ("faults", "right"))
NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)
YEAR, WEEK = timedelta(days=365), timedelta(days=7)


@cache
def example(file: str) -> Any:
    return yaml.safe_load((NORTHWIND / file).read_text(encoding="utf-8"))


def laid_over(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        both = {**below, **{key: laid_over(below.get(key), value) for key, value in above.items()}}
        return {key: value for key, value in both.items() if value is not None}
    if isinstance(below, list) and isinstance(above, list) and all("name" in one for one in above if one):
        named = {one["name"]: one for one in above if isinstance(one, dict)}
        if named:
            return [laid_over(one, named.get(one["name"], {})) for one in below]
    return above


def procedure(directory: Path, folder: Path) -> Procedure:
    """The example with a directory laid over it, as of NOW; ProcedureError if it does not check."""
    (folder / "clients").mkdir(parents=True)
    for file in ("procedure.yaml", "people.yaml", "clients/harbor.yaml", "clients/lindqvist.yaml"):
        changed = directory / file
        above = yaml.load(changed.read_text(encoding="utf-8"), yaml.CSafeLoader) if changed.exists() else {}
        (folder / file).write_text(
            yaml.dump(laid_over(example(file), above), Dumper=yaml.CSafeDumper, allow_unicode=True),
            encoding="utf-8",
        )
    for calendar in directory.glob("*.ics"):
        (folder / calendar.name).write_bytes(calendar.read_bytes())
    return as_of_now(read(folder), folder)


def as_of_now(book: Procedure, folder: Path) -> Procedure:
    """With the holidays and the shifts that are known then, whenever this test runs."""
    hours = {}
    for name, client in book.clients.items():
        off = client.holidays
        days = dates(off.country, off.region, range(2026, 2029)) if off else frozenset()
        assert client.hours
        hours[name] = opening_hours(client.time_zone, client.hours, off, days)
    calendars = {
        name: calendar_shifts.around(NOW, (folder / rota.calendar.file).read_bytes(), rota, book)
        for name, rota in book.rotas.items()
        if rota.calendar
    }
    return book.knowing(Almanac(hours).with_calendars(calendars))


AHEAD, PROMISE = "what lies ahead", "promise"


def ahead(book: Procedure, time: timedelta) -> list[str]:
    return [
        *outlook.to_look_at(book, NOW, time),
        *complaints_outlook.to_look_at(book, NOW, time),
        *authority_outlook.to_look_at(book, NOW, time),
    ]


def broken(book: Procedure) -> list[str]:
    return [told(book, one, NOW) for one in promised(book, NOW, NOW + WEEK) if not one.kept]


@every("directory", {one.name: one for one in FAULTS})
def test_a_planted_fault_is_found(directory: Path, tmp_path: Path) -> None:
    """With the instant at which it goes wrong, by who looks a week further."""
    expected = yaml.safe_load((directory / "expected.yaml").read_text(encoding="utf-8"))
    try:
        book = procedure(directory, tmp_path / directory.name)
    except ProcedureError as error:
        assert expected["kind"] == "mistake" and expected["says"] in str(error), str(error)
        return
    kind, says = expected["kind"], expected["says"]
    wanted = (
        NOW if expected["at"] == "now" else from_wall(datetime.fromisoformat(expected["at"]), "Europe/London")
    )
    time = wanted + WEEK - NOW
    if kind in (AHEAD, PROMISE):
        texts = ahead(book, time) if kind == AHEAD else broken(book)
        assert any(says in text for text in texts), texts
        return
    found = [*faults(book, NOW, NOW + time)]
    told_of = [fault for fault in found if fault.kind == kind and says in fault.text and fault.at == wanted]
    assert told_of, [worded(book, fault, NOW) for fault in found]


@every("directory", {"northwind": NORTHWIND / "none", **{one.name: one for one in RIGHT}})
def test_nothing_is_false(directory: Path, tmp_path: Path) -> None:
    """The example, and what is odd but right."""
    book = procedure(directory, tmp_path / directory.name)

    assert [worded(book, fault, NOW) for fault in faults(book, NOW, NOW + YEAR)] == []
    assert ahead(book, YEAR) == []
    assert broken(book) == []


def test_at_least_sixteen_kinds() -> None:
    assert len(FAULTS) >= 16
