"""Who can never be paged: those before them may answer for as long as the ticket stays at their tier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import accumulate
from typing import NamedTuple

from procedure.book.procedure import Procedure, Tier
from procedure.book.severity import SEVERITIES, Severity
from procedure.clocks.durations import Duration
from procedure.duty.on_duty import Watch


class Seat(NamedTuple):
    """One place in the order of a tier, in words, and how long whoever stands there may take to answer."""

    who: str
    within: Duration


class Late(NamedTuple):
    """Whose turn never comes at a tier and a severity: what the others may take, and how long it stays."""

    tier: str
    severity: str
    who: tuple[str, ...]
    before: tuple[Seat, ...]
    stay: Duration


def to_look_at(book: Procedure) -> Iterator[str]:
    """Each once, with the clients for whom it is so."""
    found: dict[Late, list[str]] = defaultdict(list)
    for client in book.clients:
        for severity in SEVERITIES:
            watch = Watch(book, client, severity)
            for tier in _climbed(book, severity):
                for late in _late(watch, tier):
                    found[late].append(client)
    for late, clients in found.items():
        yield _told(book, late, clients)


def _climbed(book: Procedure, severity: Severity) -> tuple[Tier, ...]:
    """The tiers that it climbs: those below where it starts see it only when it is handed back."""
    names = [tier.name for tier in book.tiers]
    return book.tiers[names.index(book.severities[severity].starts_at) :]


def _late(watch: Watch, tier: Tier) -> Iterator[Late]:
    """In hours, and where those on call are paged at any time, out of hours too."""
    stay = watch.book.commitments[watch.severity][tier.name]
    orders = [_own(watch, tier)]
    # What waits for the hours is never paged outside them; nor do business days run there.
    if not watch.staffed and not watch.answers_in_hours and tier.on_call and not stay.business_days:
        orders.append(_on_call(watch, tier))
    for rungs in orders:
        in_time = _in_time(watch, rungs, watch.lasts(stay))
        if late := rungs[in_time:]:
            who = tuple(rung.who for rung in late)
            yield Late(tier.name, watch.severity, who, tuple(rungs[:in_time]), stay)


def _in_time(watch: Watch, rungs: list[Seat], stay: timedelta) -> int:
    """How many of them are paged before it leaves the tier."""
    ends = accumulate(watch.lasts(rung.within) for rung in rungs[:-1])
    return 1 + sum(1 for end in ends if end < stay)


def _own(watch: Watch, tier: Tier) -> list[Seat]:
    within = watch.book.severities[watch.severity].acknowledge
    return [Seat(watch.book.people[person].name, within) for person in tier.chain]


def _on_call(watch: Watch, tier: Tier) -> list[Seat]:
    terms = watch.book.clients[watch.client]
    usual = terms.coverage.answer_within or watch.book.severities[watch.severity].acknowledge
    rungs = [Seat(f"on call ({entry.rota})", entry.answer_within or usual) for entry in tier.on_call]
    lead = watch.book.people[tier.lead].name
    return [*rungs, Seat(lead, tier.lead_answers_within or usual)]


def _told(book: Procedure, late: Late, clients: list[str]) -> str:
    before = ", ".join(f"{rung.who} ({rung.within})" for rung in late.before)
    where = "" if len(clients) == len(book.clients) else f" ({_names(book, clients)})"
    return (
        f"{late.tier}, {late.severity}{where}: {' and '.join(late.who)} can never be paged: "
        f"{before} may take as long as it stays there ({late.stay}). "
        "Let each answer sooner, or the ticket stay longer"
    )


def _names(book: Procedure, clients: Iterable[str]) -> str:
    return ", ".join(book.clients[client].name for client in clients)
