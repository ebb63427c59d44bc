"""How long a year takes to be proved, and how that grows with people and with clients."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.procedure import EXAMPLE
from procedure.book.almanac import Almanac
from procedure.book.procedure import Procedure
from procedure.proof.faults import faults
from procedure.proof.theorems import theorems
from runtime.procedure_files import read

FIRST = datetime(2026, 11, 30, tzinfo=UTC)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Proved:
    """Seconds of the processor to prove a year and find its faults."""

    name: str
    seconds: float


def proofs(days: int = YEAR.days) -> list[Proved]:
    """The example; with twice as many clients; with ten more people in every rota."""
    book = read(EXAMPLE)
    return [
        _proved("examples/northwind", book, days),
        _proved("examples/northwind, each client twice", _twice(book), days),
        _proved("examples/northwind, ten more in each rota", _more(book, 10), days),
    ]


def _proved(name: str, book: Procedure, days: int) -> Proved:
    end = FIRST + timedelta(days=days)
    begin = time.process_time()
    for _ in (*theorems(book, FIRST, end), *faults(book, FIRST, end)):
        pass
    return Proved(f"{name}: a year proved", time.process_time() - begin)


def _twice(book: Procedure) -> Procedure:
    clients = {f"{name}{copy}": client for copy in ("", "-2") for name, client in book.clients.items()}
    hours = {name: book.almanac.hours[name.removesuffix("-2")] for name in clients}
    return book.model_copy(update={"clients": clients}).knowing(Almanac(hours))


def _more(book: Procedure, number: int) -> Procedure:
    """As many more people, who take turns with the others."""
    ana = book.people["ana"]
    new = {f"p{n}": ana.model_copy(update={"mail": f"p{n}@northwind.example"}) for n in range(number)}
    rotas = {
        name: rota.model_copy(update={"people": (*rota.people, *new)}) for name, rota in book.rotas.items()
    }
    more = book.model_copy(update={"people": book.people | new, "rotas": rotas})
    return more.knowing(book.almanac)
