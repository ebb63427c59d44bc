"""What a service review says: the figures of a month beside those of the month before, and what follows from
them.

What is proposed follows from figures by rules, and each says by which: whoever reads it decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from procedure.book.procedure import Procedure
from procedure.book.severity import SEVERITIES, Severity
from procedure.clocks.durations import Duration
from procedure.duty.on_duty import Watch
from records.database import Records
from service_review.figures import Figures, KnownProblem, Recurring, TierTimes, figures
from service_review.month import Month

OFTEN = 3
"""How many times the same has to come to be proposed, where the procedure names no pattern."""

MOST = 3
"""How many of what comes again are proposed: what comes most often."""

ENOUGH = 5
"""How many turns it takes before anything is said of a commitment."""

NINE_OF_TEN = 0.9


@dataclass(frozen=True)
class ServiceReview:
    """One client's month, and the one before."""

    client: str
    name: str
    month: Month
    now: Figures
    before: Figures
    tiers: tuple[TierTimes, ...]
    names: tuple[str, ...]
    manager: str
    drawn: datetime
    often: int
    people: Mapping[str, str]
    """Their names by id, as the procedure has them now."""

    @property
    def proposals(self) -> tuple[str, ...]:
        """What is proposed next, each with its reason."""
        return tuple(_proposals(self.now, self.tiers, self.often, self.called))

    def called(self, person: str) -> str:
        """A person's name; the id of one who is in the procedure no more."""
        return self.people.get(person, person) or "nobody yet"


def review(records: Records, book: Procedure, client: str, month: Month, drawn: datetime) -> ServiceReview:
    """A client's month as the records have it. Raises RecordsAway, and KeyError for no client."""
    terms = book.clients[client]
    watches = {severity: Watch(book, client, severity) for severity in SEVERITIES}

    def passed(severity: str, agreed: str, begin: datetime, end: datetime) -> timedelta:
        """In the hours as they are now: those of then are not kept."""
        watch = watches.get(severity)  # type: ignore[call-overload]
        clock = watch.clock(Duration.parse(agreed)) if watch else None
        return clock.passed(begin, end) if clock else end - begin

    def of(one: Month) -> Figures:
        return figures(records, client, one.begins(terms.time_zone), one.ends(terms.time_zone), passed)

    now = of(month)
    names = [tier.name for tier in book.tiers]
    manager = book.person(terms.account_manager)
    return ServiceReview(
        client=client,
        name=terms.name,
        month=month,
        now=now,
        before=of(month.before),
        tiers=tuple(sorted(now.tiers, key=lambda one: _order(names, one))),
        names=tuple(names),
        manager=manager.name if manager else "",
        drawn=drawn,
        often=book.criteria.pattern.times if book.criteria.pattern else OFTEN,
        people=_names(book, now),
    )


def _names(book: Procedure, now: Figures) -> dict[str, str]:
    owners = {one.owner for one in now.problems} | {one.owner for one in now.prevention}
    found = {owner: book.person(owner) for owner in owners}
    return {owner: person.name for owner, person in found.items() if person}


def _order(names: list[str], one: TierTimes) -> tuple[int, int]:
    severities: list[str] = list(SEVERITIES)
    severity = severities.index(one.severity) if one.severity in severities else len(severities)
    return severity, names.index(one.tier) if one.tier in names else len(names)


def _proposals(
    now: Figures, tiers: tuple[TierTimes, ...], often: int, called: Callable[[str], str]
) -> Iterator[str]:
    for one in tiers:
        kept, many = one.kept, one.times.many
        if many >= ENOUGH and kept < many * NINE_OF_TEN:
            yield (
                f"{one.severity} at {one.tier}: {one.agreed} was kept {kept} times out of {many}. "
                f"Nine of ten took at most {told(one.times.nine_of_ten)}: agree on that, or put more "
                "people there."
            )
    for same in now.recurring[:MOST]:
        if same.many < often:
            break
        yield f"{same.system}, {same.category}: {same.many} times. {_what_next(same, now.problems, called)}"
    if now.handed_back and now.handed_back * 5 >= now.tickets:
        yield f"{now.handed_back} tickets were handed back: they went up too early. Look at why."
    broken = now.promises.get("broken", 0)
    if broken:
        yield f"{broken} promises to the customer were not kept: speak with them about each."
    found, by_users = now.found_by.get("monitoring", 0), now.found_by.get("user", 0)
    if found and by_users > found and now.noticed >= ENOUGH:
        yield (
            f"Users noticed {by_users} of {now.noticed} tickets first, and monitoring {found}: "
            "look at what is monitored."
        )


def _what_next(same: Recurring, problems: Sequence[KnownProblem], called: Callable[[str], str]) -> str:
    """The newest problem there is about it, or that there should be one."""
    alike = (one for one in reversed(problems) if (one.system, one.category) == (same.system, same.category))
    known = next(alike, None)
    if known is None:
        return f"Somebody should look for the cause (tickets {', '.join(same.tickets[:5])})."
    if known.solved:
        return f"{known.ident} was solved in this month: see that it stays so."
    missing = "what was found is to be changed" if known.cause else "its cause is still to be found"
    return f"{known.ident} is open with {called(known.owner)}: {missing}."


def ordered(counted: dict[str, int], names: Sequence[str]) -> dict[str, int]:
    """By name, in the order that the names have; what has none of them comes last."""
    known = {name: counted[name] for name in names if name in counted}
    return known | {name: many for name, many in sorted(counted.items()) if name not in known}


def told(time: timedelta) -> str:
    """A length as a table shows it: "35 min", "4 h 10 min", "2.5 days"."""
    minutes = time.total_seconds() / 60
    if minutes < 1:
        return f"{time.total_seconds():.0f} s"
    if minutes < 60:
        return f"{minutes:.0f} min"
    if minutes < 48 * 60:
        hours, rest = divmod(round(minutes), 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{minutes / 60 / 24:.1f} days"


def severities(counted: dict[str, int]) -> dict[Severity, int]:
    """All four, in their order."""
    return {severity: counted.get(severity, 0) for severity in SEVERITIES}
