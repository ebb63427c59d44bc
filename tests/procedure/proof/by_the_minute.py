"""Harbor's tickets in March 2027, minute by minute, by arithmetic of its own: no code of the house is used.

The procedure of ``tests.northwind.on_call``, written once more as tables of minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

Rung = tuple[tuple[str, int], ...]
"""Who is paged, in order, each with the minutes they have to answer."""

SENIORS, ENGINEERS = ("dee", "bo"), ("eva", "cy")
FIRST_HANDOVER = datetime(2026, 11, 23, 9)  # noqa: DTZ001 - on the wall
EASTER = {"2027-03-26", "2027-03-29"}
STAY = {"critical": (None, 30, 120, 240), "high": (30, 120, 240, None)}
WITHIN = {"critical": 5, "high": 10}
OWN = (("ana", "ben", "lea"), ("bo", "sam"), ("cy", "gil"), ("mia", "tom"))


def first_pages(severity: str, begin: datetime, days: int) -> list[list[int]]:
    """For each minute of these days: after how many minutes the first, the second and the third person are
    paged for a ticket that opens then."""
    length = days * 24 * 60
    rungs = [_rungs(severity, begin + timedelta(minutes=minute)) for minute in range(length + 600)]
    nexts = [len(rungs)] * len(rungs)
    for minute in reversed(range(len(rungs) - 1)):
        nexts[minute] = minute + 1 if rungs[minute] != rungs[minute + 1] else nexts[minute + 1]
    start = 1 if severity == "critical" else 0
    return [_ticket(rungs, nexts, minute, start, STAY[severity]) for minute in range(length)]


def _rungs(severity: str, at: datetime) -> tuple[Rung, ...]:
    wall = at.astimezone(ZoneInfo("Europe/London")).replace(tzinfo=None)
    usual = WITHIN[severity]
    minutes = wall.hour * 60 + wall.minute
    works = wall.weekday() < 5 and f"{wall:%Y-%m-%d}" not in EASTER and 540 <= minutes < 1050
    own = tuple(tuple((person, usual) for person in people) for people in OWN)
    if works:
        return own
    turn = ((wall - FIRST_HANDOVER) // timedelta(weeks=1)) % 2
    seniors = ((SENIORS[turn], 15), (ENGINEERS[turn], 10), ("sam", 5))
    return (own[0], seniors, ((ENGINEERS[turn], 15), ("gil", 15)), own[3])


def _ticket(
    rungs: list[tuple[Rung, ...]], nexts: list[int], opens: int, tier: int, stay: tuple[int | None, ...]
) -> list[int]:
    """Everybody is silent: who is paged when, until three people were."""
    firsts: dict[str, int] = {}
    now = opens
    while len(firsts) < 3:
        begun, paged, due, current = now, list[str](), now, ""
        leaves = begun + (stay[tier] or 10**6)
        while now < leaves:
            rung = rungs[now][tier]
            there = [person for person, _ in rung]
            if current and current in there:
                due = min(due, now + dict(rung)[current]) if now != begun else due
            elif current:
                paged.append(current)
                current = ""
            if not current:
                left = [person for person in there if person not in paged]
                if not left:
                    break
                current = left[0]
                due = now + dict(rung)[current]
                firsts.setdefault(current, now - opens)
                if len(firsts) == 3:
                    break
            now = min(due, leaves, nexts[now])
            if now == due and now < leaves:
                paged.append(current)
                current = ""
        tier += 1
    return list(firsts.values())
