"""Faults of what is agreed, whoever is there: times and limits the wrong way round, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from procedure.book.authority import TierLine
from procedure.book.procedure import Procedure
from procedure.book.severity import SEVERITIES
from procedure.check.outlook import needing
from procedure.clocks.calendars import AlwaysOpen
from procedure.clocks.durations import Duration
from procedure.path.levels import PathName, levels_of
from procedure.proof.fault import Fault, FaultKind

PATHS: dict[PathName, str] = {
    "complaint": "complaints.levels",
    "review": "complaints.review.levels",
    "problem": "problems.levels",
    "prevention": "prevention.levels",
}


def faults(book: Procedure, begin: datetime, end: datetime) -> Iterator[Fault]:
    yield from _slower(book, begin)
    yield from _less_above(book, begin)
    yield from _levels(book, begin)
    clients = needing(book)
    if clients and not book.phone:
        text = "nobody can call when nothing else works: write the number that is answered at night"
        yield Fault(FaultKind.NO_NUMBER, begin, f"phone: {text}")
    again, top = book.last_resort.again_every, book.commitments["critical"][book.tiers[-1].name]
    if not top.business_days and _exact(again) > _exact(top):
        text = (
            f"last_resort.again_every: {again} is longer than {book.tiers[-1].name} has on a critical ticket "
            f"({top}). Write a shorter time"
        )
        yield Fault(FaultKind.SELDOM_AGAIN, begin, text)


def _slower(book: Procedure, begin: datetime) -> Iterator[Fault]:
    """What is worse, and has more time: one of each kind of time."""
    times: dict[str, list[Duration]] = {
        "severities.acknowledge": [book.severities[severity].acknowledge for severity in SEVERITIES]
    }
    for tier in book.tiers:
        stays = [book.commitments[severity][tier.name] for severity in SEVERITIES]
        times[f"commitments, {tier.name}"] = stays
    if book.authority:
        times["authority.answer_within"] = [book.authority.answer_within[one] for one in SEVERITIES]
    for name, lengths in times.items():
        for (worse, longer), (better, shorter) in pairwise(zip(SEVERITIES, lengths, strict=True)):
            exact = not longer.business_days and not shorter.business_days
            if exact and _exact(longer) > _exact(shorter):
                text = f"{name}: {worse} has {longer}, and {better} {shorter}. What is worse has less time"
                yield Fault(FaultKind.SLOWER, begin, text)


def _less_above(book: Procedure, begin: datetime) -> Iterator[Fault]:
    """Limits that get smaller on the way up: what the lower tier may, nobody above it may."""
    places = {tier.name: number for number, tier in enumerate(book.tiers)}
    for name, action in book.authority.actions.items() if book.authority else ():
        lines = [line for line in action.may if line.when != "emergency" and line.tier in places]
        for lower in lines:
            higher = [one for one in lines if places[one.tier] > places[lower.tier]]
            above = [one for one in higher if _counts(one, lower)]
            if above and not any(_reaches(one, lower) for one in above):
                text = (
                    f"{name}: {above[-1].tier} may less than {lower.tier}, which is below it. Raise its limit"
                )
                yield Fault(FaultKind.LESS_ABOVE, begin, text)
                break


def _counts(line: TierLine, other: TierLine) -> bool:
    """Whether a line counts whenever the other does."""
    return line.when in ("always", other.when)


def _reaches(line: TierLine, other: TierLine) -> bool:
    return line.without_limit or (not other.without_limit and line.covers(other.cost, other.longest))


def _levels(book: Procedure, begin: datetime) -> Iterator[Fault]:
    """Levels of a path on which there is nobody but those who had it on a lower one."""
    for path, where in PATHS.items():
        before: set[str] = set()
        for level in levels_of(book, path):
            if before and level.people and before.issuperset(level.people):
                text = f"{where}: {level.name} has nobody who is not on a lower level. Let others stand there"
                yield Fault(FaultKind.ADDS_NOBODY, begin, text)
            before.update(level.people)


def _exact(duration: Duration) -> timedelta:
    return AlwaysOpen().length(duration)
