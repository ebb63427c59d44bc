"""What is new in the calendars of a procedure, in words: so that open tickets are told why they look again.

Only what can move a due instant or a person counts: hours, holidays, coverage, rotas, leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from procedure.book.procedure import Client, Procedure
from procedure.book.rota import Shift, between

AHEAD = timedelta(days=60)
"""How far a change of a rota matters to a ticket that is open now."""

SHOWN = 3


def changes(before: Procedure, after: Procedure, now: datetime) -> dict[str, str]:
    """What has changed for each client that is affected; nothing for the others."""
    everywhere = [*_tiers(before, after), *_rotas(before, after, now), *_leave(before, after, now.date())]
    found = {}
    for name, client in after.clients.items():
        texts = [*_client(before, after, name, client), *everywhere] if name in before.clients else []
        if texts:
            found[name] = "; ".join(texts)
    return found


def _client(before: Procedure, after: Procedure, name: str, now: Client) -> Iterator[str]:
    then = before.clients[name]
    if (then.hours, then.time_zone) != (now.hours, now.time_zone):
        yield f"the hours of {now.name} have changed"
    if then.coverage != now.coverage or then.runs != now.runs:
        yield f"the coverage of {now.name} has changed"
    old, new = _special(before, name), _special(after, name)
    if old != new:
        days = sorted(day for day in old.keys() | new.keys() if old.get(day) != new.get(day))
        shown = ", ".join(map(str, days[:SHOWN])) + (" and more" if len(days) > SHOWN else "")
        yield f"the holidays of {now.name} have changed: {shown}"
    if [terms.runs for terms in before.severities.values()] != [t.runs for t in after.severities.values()]:
        yield "what runs in hours has changed"


def _special(book: Procedure, client: str) -> dict[date, tuple[tuple[int, int], ...]]:
    hours = book.almanac.hours.get(client)
    return {day: tuple(windows) for day, windows in hours.special.items()} if hours else {}


def _tiers(before: Procedure, after: Procedure) -> Iterator[str]:
    for tier in after.tiers:
        if before.tier(tier.name) != tier:
            yield f"who answers at {tier.name} has changed"
    if before.last_resort != after.last_resort:
        yield "the last resort has changed"


def _rotas(before: Procedure, after: Procedure, now: datetime) -> Iterator[str]:
    for name in before.rotas.keys() | after.rotas.keys():
        old, new = _shifts(before, name, now), _shifts(after, name, now)
        if old != new:
            yield f"the rota {name} has changed"


def _shifts(book: Procedure, name: str, now: datetime) -> tuple[Shift, ...]:
    if name not in book.rotas:
        return ()
    shifts = book.almanac.shifts.get(name, ())
    return between(book.rotas[name], shifts, now, now + AHEAD, book.time_zone)


def _leave(before: Procedure, after: Procedure, today: date) -> Iterator[str]:
    for ident, person in after.people.items():
        then = before.people[ident].leave if ident in before.people else ()
        old, new = ([leave for leave in leaves if leave.last >= today] for leaves in (then, person.leave))
        if old != new:
            yield f"the leave of {person.name} has changed"
