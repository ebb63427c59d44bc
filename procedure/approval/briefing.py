"""What somebody has to know who is paged at night for a client they have perhaps never heard of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from procedure.approval.deciders import consent_terms, counts
from procedure.book.authority import Action, Authority, Consent, TierLine
from procedure.book.procedure import Procedure
from procedure.book.severity import System
from procedure.duty.on_duty import Watch
from procedure.wording import possessive


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


_CONSENT: dict[Consent, str] = {
    "cost": "it costs anything",
    "downtime": "anything is down",
    "downtime in hours": "it is down in their hours",
}


def may_decide(watch: Watch, tier: str, now: datetime) -> tuple[str, ...]:
    """What whoever is on call at a tier may do without asking; at critical also what they may do first.

    Nothing in hours, when those who decide are there.
    """
    authority = watch.book.authority
    if authority is None or not watch.out_of_hours(now):
        return ()
    found = (
        _in_words(watch, name, line, authority)
        for name, action in authority.actions.items()
        for line in _widest([line for line in action.may if line.tier == tier], watch, name, action, now)
    )
    return tuple(dict.fromkeys(found))


def _widest(
    lines: list[TierLine], watch: Watch, name: str, action: Action, now: datetime
) -> Iterator[TierLine]:
    """The lines of a tier under which it asks nobody, without those that another one goes beyond."""
    agreed = "always" in consent_terms(watch, name)
    alone = [line for line in lines if counts(watch, line, now) and not action.two_people and not agreed]
    for line in alone:
        if not any(_as_far(other, line) and not _as_far(line, other) for other in alone):
            yield line
    for line in lines if watch.severity == "critical" else ():
        if line.when == "emergency" and not any(_as_far(other, line) for other in alone):
            yield line


def _as_far(other: TierLine, line: TierLine) -> bool:
    """Whether a line reaches as far as another, or further."""
    return other.without_limit or (not line.without_limit and other.covers(line.cost, line.longest))


def _in_words(watch: Watch, name: str, line: TierLine, authority: Authority) -> str:
    """A line without the time that it is now anyway: "restart: up to 2 hours down"."""
    if line.when == "emergency":
        return f"{name}: {line.reach(authority.currency)}"
    reach = line.always().reach(authority.currency)
    return "; ".join(filter(None, (f"{name}: {reach}", with_consent(watch, name, line))))


def with_consent(watch: Watch, action: str, *lines: TierLine) -> str:
    """When these lines' reach is not enough: "with Harbor Trading's consent if it costs anything"."""
    costs = any(line.without_limit or line.cost for line in lines)
    down = any(line.without_limit or line.downtime for line in lines)
    terms, client = consent_terms(watch, action), watch.book.clients[watch.client].name
    if "always" in terms:
        return f"with {possessive(client)} consent"
    reasons = [
        text for term, text in _CONSENT.items() if term in terms and (costs if term == "cost" else down)
    ]
    return f"with {possessive(client)} consent if {' or '.join(reasons)}" if reasons else ""
