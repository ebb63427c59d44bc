"""What helpdesks have written, and the procedure has no word for: names that it could know them by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from procedure.book.procedure import Procedure
from procedure.book.severity import find_system
from procedure.ticket.state import Ticket
from procedure.wording import comparable


class CameIn(NamedTuple):
    """What a ticket says it is about; empty where nobody has said it."""

    client: str
    system: str = ""
    category: str = ""


def to_map(book: Procedure, tickets: Iterable[CameIn]) -> Iterator[str]:
    """The unknown systems and categories of these tickets, how often they came, and where to write them."""
    systems: Counter[tuple[str, str]] = Counter()
    categories: Counter[str] = Counter()
    known = {comparable(name) for name in book.categories}
    for ticket in tickets:
        client = book.clients.get(ticket.client)
        if client and ticket.system and find_system(client.systems, ticket.system) not in client.systems:
            systems[ticket.client, ticket.system] += 1
        if known and ticket.category and comparable(ticket.category) not in known:
            categories[ticket.category] += 1
    for (ident, system), times in systems.most_common():
        where = f"write it under a system's known_as in clients/{ident}.yaml"
        yield f"{ident}: system {system!r}, {_tickets(times)}: {where}"
    for category, times in categories.most_common():
        yield f"category {category!r}, {_tickets(times)}: write it under categories in procedure.yaml"


def unknown_of(ticket: Ticket) -> list[str]:
    """What a ticket says that was not in its procedure when it opened."""
    agreed, facts = ticket.agreement, ticket.facts
    unknown = [f"system {facts.system!r}"] if facts.system and facts.system not in agreed.systems else []
    catalogue = agreed.criteria.complexity
    return unknown + [f"condition {one!r}" for one in facts.conditions if one not in catalogue]


def _tickets(times: int) -> str:
    return "1 ticket" if times == 1 else f"{times} tickets"
