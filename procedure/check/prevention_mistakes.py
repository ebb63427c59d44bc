"""What is wrong in what the clients say comes due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procedure.book.prevention import Item
from procedure.book.procedure import Client, Procedure
from procedure.book.rota import FIRST_YEAR, LAST_YEAR

Path = tuple[str | int, ...]
Found = tuple[Path, str]

WHEN = ("ends", "every_days", "limit")
"""What says when an item comes due."""


def mistakes_of(book: Procedure) -> Iterator[Found]:
    """The mistakes in what comes due at the clients, each with its place."""
    named = [name for name, client in book.clients.items() if client.prevention]
    if named and book.prevention is None:
        yield (
            ("prevention",),
            f"is missing, and clients write what comes due ({_list(named)}): write who owns it, "
            "or take prevention out of their files",
        )
    for name, client in book.clients.items():
        for called, item in client.prevention.items():
            path: Path = ("clients", name, "prevention", called)
            yield from (((*path, *where), text) for where, text in _item(book, client, item))


def _item(book: Procedure, client: Client, item: Item) -> Iterator[Found]:
    yield from _when(item)
    yield from _days(item)
    if item.system and item.system not in client.systems:
        known = _list(client.systems) or "there is none yet, so leave it out"
        yield ("system",), f"there is no system {item.system!r}: write one of {known}"
    yield from _agreed(book, item)


def _when(item: Item) -> Iterator[Found]:
    """One thing says when it is due, and nothing else is written that would need another."""
    said = [key for key in WHEN if getattr(item, key) is not None]
    if len(said) != 1:
        what = f"is due by {' and by '.join(said)}" if said else "is never due"
        yield (), f"{what}: write one of {_list(WHEN)}"
        return
    for key, beside in (("every_days", "last"), ("limit", "unit"), ("limit", "readings")):
        if getattr(item, beside) and key not in said:
            yield (beside,), f"goes with {key}, and this is due by {said[0]}: take it out"


def _days(item: Item) -> Iterator[Found]:
    days = ((("ends",), item.ends), (("last",), item.last), *((("readings",), day) for day in item.readings))
    for path, day in days:
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            yield path, f"{day} is too far away: write a year from {FIRST_YEAR} to {LAST_YEAR}"


def _agreed(book: Procedure, item: Item) -> Iterator[Found]:
    actions = book.authority.actions if book.authority else {}
    if not item.action and (item.cost or item.downtime):
        where = "cost" if item.cost else "downtime"
        yield (where,), "nobody would be asked for it: write the action of the authority table that it takes"
    elif item.action and item.action not in actions:
        known = _list(actions) or "there is no authority table, so leave it out"
        yield ("action",), f"there is no action {item.action!r}: write one of {known}"
    if item.downtime and item.downtime.business_days:
        yield ("downtime",), f'{item.downtime} is no downtime: write an exact time, such as "2 hours"'


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
