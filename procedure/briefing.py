"""What somebody has to know who is paged at night for a client they have perhaps never heard of."""

from __future__ import annotations

from datetime import datetime

from procedure.book import Procedure
from procedure.severity import System
from procedure.watch import Watch


def critical_systems(book: Procedure, client: str) -> list[str]:
    """What hurts this client most, a line each: "trading platform: no trade without it; two servers"."""
    systems = book.clients[client].systems if client in book.clients else {}
    lines = {name: _in_short(system) for name, system in systems.items()}
    return [f"{name}: {short}" if short else name for name, short in lines.items() if short is not None]


def _in_short(system: System) -> str | None:
    critical = [rule for rule in system.rules if rule.severity == "critical"]
    if not critical and not system.briefing:
        return None
    because = next((rule.because for rule in critical if rule.because), "")
    return "; ".join(filter(None, (because, system.briefing)))


def may_decide(watch: Watch, now: datetime) -> tuple[str, ...]:
    """What whoever is on call may do without asking; nothing in hours, when those who decide are there."""
    if not watch.out_of_hours(now):
        return ()
    own = watch.book.clients[watch.client].on_call_may_decide
    return watch.book.on_call_may_decide if own is None else own
