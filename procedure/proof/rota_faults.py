"""Faults of rotas: turns that nobody has, overrides of who is away, times that there are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from procedure.book.procedure import Procedure
from procedure.book.rota import NOBODY, MeantGap, Override, Rota, gaps
from procedure.check.outlook import Gap, needing, uncovered, unknown
from procedure.clocks.calendars import Span, from_wall, local, wall_time
from procedure.proof.fault import Fault, FaultKind, name_of
from procedure.proof.leave_faults import standing_in

LONGEST = timedelta(days=90)
"""An override that lasts longer stands there with a wrong year, or for somebody who has left."""


def faults(book: Procedure, begin: datetime, end: datetime) -> Iterator[Fault]:
    told = [*uncovered(book, begin, end)]
    for name, rota in book.rotas.items():
        place = rota.time_zone or book.time_zone
        for override in rota.overrides:
            if override.person == NOBODY:
                continue
            if override.ends - override.begins > LONGEST and from_wall(override.ends, place) > begin:
                text = (
                    f"{name}: {name_of(book, override.person)} has all turns until "
                    f"{override.ends:%Y-%m-%d %H:%M}. Look at the year, or let others stand in, too"
                )
                since = max(from_wall(override.begins, place), begin)
                if since < end:
                    yield Fault(FaultKind.LONG_OVERRIDE, since, text)
            span = Span(from_wall(override.begins, place), from_wall(override.ends, place))
            there = standing_in(book, override.person, max(span.begin, begin), min(span.end, end))
            at = next((at for at, who in there if who != override.person), None)
            if at:
                text = f"{name}: an override names {name_of(book, override.person)}, who is away then. Name"
                yield Fault(FaultKind.ON_CALL_AWAY, at, f"{text} another person, or change their leave")
        entries: tuple[Override | MeantGap, ...] = (*rota.overrides, *rota.gaps_meant)
        for entry in entries:
            for edge in (entry.begins, entry.ends):
                at = from_wall(edge, place)
                if begin <= at < end and _is_unsure(edge, place):
                    text = (
                        f"{name}: {edge:%Y-%m-%d %H:%M} is skipped or comes twice there. Write another time"
                    )
                    yield Fault(FaultKind.NO_SUCH_TIME, at, text)
        if handover := _unsure_handover(rota, begin, end, place):
            text = f"{name}: on that day {rota.handover} is skipped or comes twice there. Write another time"
            yield Fault(FaultKind.NO_SUCH_TIME, handover, text)
        yield from _gaps(book, name, told, begin, end)


def _unsure_handover(rota: Rota, begin: datetime, end: datetime, place: str) -> datetime | None:
    """The first handover at a time that clocks skip or show twice."""
    if len(set(rota.people)) < 2 or rota.starts is None:
        return None
    time = timedelta(hours=rota.handover.hour, minutes=rota.handover.minute)
    edge, turn = datetime.combine(rota.starts, datetime.min.time()) + time, timedelta(weeks=rota.weeks)
    edge += max(0, -((edge - wall_time(begin, place)) // turn)) * turn
    while (at := from_wall(edge, place)) < end:
        if at >= begin and _is_unsure(edge, place):
            return at
        edge += turn
    return None


def _is_unsure(edge: datetime, place: str) -> bool:
    """Whether clocks on the wall never show a time, or show it twice."""
    at = from_wall(edge, place)
    if wall_time(at, place) != edge:
        return True
    return any(wall_time(at + timedelta(minutes=by), place) == edge for by in (30, 60, 120))


def _gaps(book: Procedure, name: str, without: list[Gap], begin: datetime, end: datetime) -> Iterator[Fault]:
    """Nobody has the turn in a rota, and others of the order are there: where nobody is is told elsewhere."""
    rota, shifts = book.rotas[name], book.almanac.shifts.get(name, ())
    tiers = [tier for tier in book.tiers if any(entry.rota == name for entry in tier.on_call)]
    if not tiers or name in unknown(book):
        return
    last = max((shift.end for shift in shifts), default=end) if rota.calendar else end
    told = [Span(gap.begin, gap.end) for gap in without if gap.tier in tiers]
    for gap in gaps(rota, shifts, begin, min(end, last), book.time_zone):
        if any(span.begin < gap.end and gap.begin < span.end for span in told):
            continue
        for client, hours in needing(book).items():
            at = hours.closes(gap.begin)
            if at is not None and at < gap.end:
                text = f"{name}: nobody has the turn until {local(gap.end, at, book.time_zone)}, for "
                text += f"{book.clients[client].name}. If that is meant, write it under gaps_meant"
                yield Fault(FaultKind.ROTA_GAP, at, text)
                return
