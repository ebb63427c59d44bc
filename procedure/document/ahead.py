"""What is looked after ahead of its day, and what watches the systems meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from procedure.book.prevention import Item, PreventionTerms
from procedure.book.procedure import Client
from procedure.book.proposal import Proposal, price
from procedure.document.content import Row, Section, Table, points
from procedure.document.naming import hours_of, name
from procedure.document.voices import levels
from procedure.duty.on_duty import Watch
from procedure.prevention.due import measured, spoken

UNWATCHED = "nothing: tell us when it fails"


def ahead(watch: Watch) -> Section | None:
    """What comes due and who owns it, and what watches which system; None where nothing is agreed of it."""
    client = watch.book.clients[watch.client]
    terms = watch.book.prevention if client.prevention else None
    watched = terms or any(system.monitored_by for system in client.systems.values())
    watching = points("What watches your systems", *_watching(client)) if watched else points("")
    tables = (*(_owned(watch, terms) if terms else ()), watching)
    found = tuple(table for table in tables if table.rows)
    return Section("Before it fails", _lead(watch) if terms else "", found) if found else None


def _lead(watch: Watch) -> str:
    return (
        "What can be seen coming is put before somebody of ours ahead of its day, and is followed until it "
        f"is done, or declined with a reason. The times of levels are counted {hours_of(watch)}."
    )


def _owned(watch: Watch, terms: PreventionTerms) -> Iterator[Table]:
    client, resort = watch.book.clients[watch.client], name(watch.book, watch.book.last_resort.person)
    yield Table(
        "What we look after",
        ("what", "of", "when", "proposed", "what is done", "who has to agree"),
        tuple(_items(watch, terms, client)),
    )
    yield Table(
        "Who looks after it",
        ("level", "who, one after the other", "“I own it” within", "planned, done or declined within"),
        tuple(levels(watch, terms.levels)),
    )
    yield points("When nobody there owns it", ("past the last level", f"{resort} is told"))


def _items(watch: Watch, terms: PreventionTerms, client: Client) -> Iterator[Row]:
    for called, item in client.prevention.items():
        days = terms.ahead_days if item.ahead_days is None else item.ahead_days
        proposed = f"{_days(days)} ahead" if days else "on the day"
        yield Row(called, (item.system, _when(item), proposed, item.what, _agree(watch, item)))


def _when(item: Item) -> str:
    """When it comes due, by what is agreed; what was done and measured since moves that day, not this."""
    if item.ends:
        return f"support ends on {spoken(item.ends)}"
    if item.every_days:
        return "every day" if item.every_days == 1 else f"every {_days(item.every_days)}"
    limit = f"{measured(item.limit or 0)} {item.unit}".strip()
    return f"when it is going to reach {limit}, by what is measured"


def _agree(watch: Watch, item: Item) -> str:
    """Under which action it is decided, and what it takes."""
    if not item.action:
        return "nobody"
    downtime = item.downtime.exact if item.downtime else Proposal.downtime
    currency = watch.book.authority.currency if watch.book.authority else ""
    takes = price(Proposal(item.action, item.what, cost=item.cost, downtime=downtime), currency)
    return f"as for “{item.action}” above{takes and f': {takes}'}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number:,} days"


def _watching(client: Client) -> Iterator[tuple[str, str]]:
    for called, system in client.systems.items():
        yield called, system.monitored_by or UNWATCHED
