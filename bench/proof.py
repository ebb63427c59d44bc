"""How long a year takes to be proved, and how that grows with people and with clients."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bench.procedure import EXAMPLE
from procedure.book.almanac import Almanac
from procedure.book.procedure import Procedure
from procedure.clocks.calendars import OpenHours
from procedure.proof.faults import faults
from procedure.proof.theorems import theorems
from runtime.procedure_files import read

FIRST = datetime(2026, 11, 30, tzinfo=UTC)
YEAR = timedelta(days=365)

LIMIT = 5.0
"""Seconds for the example's year."""


@dataclass(frozen=True)
class Proved:
    """Seconds of the processor to prove a year and find its faults; ``at_most`` is promised."""

    name: str
    seconds: float
    at_most: float | None = None


def proofs(days: int = YEAR.days) -> list[Proved]:
    """The example; with twice and four times as many clients, and people in every rota, and both."""
    book = read(EXAMPLE)
    name = "examples/northwind: a year proved"
    return [
        _proved(name, book, days, LIMIT),
        *(_proved(f"{name}, {n} x the clients", _clients(book, n), days) for n in (2, 4)),
        *(_proved(f"{name}, {n} x the people", _people(book, n), days) for n in (2, 4)),
        *(_proved(f"{name}, {n} x both", _people(_clients(book, n), n), days) for n in (2, 4)),
    ]


def _proved(name: str, book: Procedure, days: int, at_most: float | None = None) -> Proved:
    end = FIRST + timedelta(days=days)
    begin = time.process_time()
    for _ in (*theorems(book, FIRST, end), *faults(book, FIRST, end)):
        pass
    return Proved(name, time.process_time() - begin, at_most)


def _clients(book: Procedure, times: int) -> Procedure:
    """So many times as many clients, each with hours of its own: those with the same are proved once."""
    names = {f"{name}-{n}" if n else name: (name, n) for n in range(times) for name in book.clients}
    clients = {new: book.clients[name] for new, (name, _) in names.items()}
    hours = {new: _later(book.almanac.hours[name], 15 * n) for new, (name, n) in names.items()}
    return book.model_copy(update={"clients": clients}).knowing(Almanac(hours))


def _later(hours: OpenHours, minutes: int) -> OpenHours:
    """The same hours, so much later on every day."""
    week = tuple(tuple((a + minutes, b + minutes) for a, b in windows) for windows in hours.week)
    return replace(hours, week=week)


def _people(book: Procedure, times: int) -> Procedure:
    """So many times as many people in each rota, who take turns: each new one with a name of their own."""
    new = {
        person: [f"{person}-{n}" for n in range(1, times)]
        for rota in book.rotas.values()
        for person in rota.people
    }
    people = {
        name: book.people[person].model_copy(update={"mail": f"{name}@northwind.example"})
        for person, names in new.items()
        for name in names
    }
    rotas = {
        name: rota.model_copy(
            update={"people": (*rota.people, *(one for person in rota.people for one in new[person]))}
        )
        for name, rota in book.rotas.items()
    }
    more = book.model_copy(update={"people": book.people | people, "rotas": rotas})
    return more.knowing(book.almanac)
