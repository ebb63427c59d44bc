"""Faults of who is there: in the order in which people are paged, and among those who may approve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from procedure.approval.deciders import away, consent_terms, contacts_of, counts, is_away
from procedure.book.authority import Action
from procedure.book.procedure import Procedure, Tier
from procedure.book.severity import SEVERITIES, Severity
from procedure.check.authority_outlook import SMALLEST
from procedure.clocks.calendars import AlwaysOpen
from procedure.duty.on_duty import Place, Roster, Watch
from procedure.proof.fault import Fault, FaultKind, name_of
from procedure.proof.year import Unchanged, Year


def faults(book: Procedure, begin: datetime, end: datetime) -> Iterator[Fault]:
    year = Year(book, begin.replace(second=0, microsecond=0), end)
    names = [tier.name for tier in book.tiers]
    lowest = min(names.index(terms.starts_at) for terms in book.severities.values())
    for name in names[:lowest]:
        text = (
            f"no severity starts at {name}, or below it: nobody there ever gets a ticket. Let one start there"
        )
        yield Fault(FaultKind.NEVER_BEGINS, begin, text)
    critical = {client: Roster(book, client, "critical") for client in book.clients}
    stretches = {client: year.stretches(watch, 0) for client, watch in critical.items()}
    firsts: dict[tuple[str, ...], Fault] = {}
    for client, watch in critical.items():
        looked_at: set[int] = set()
        for stretch in stretches[client]:
            if stretch.begin < end:
                found = [*_in_a_stretch(watch, stretch)]
                # Who may approve is the same whenever the same are there.
                if id(stretch.state) not in looked_at:
                    looked_at.add(id(stretch.state))
                    found += _approving(watch, stretch)
                for key, fault in found:
                    firsts.setdefault(key, fault)
        for key, fault in _contacts(watch, stretches[client], begin, end):
            firsts.setdefault(key, fault)
    yield from firsts.values()
    yield from _never_paged(book, year, begin, end)


def _in_a_stretch(watch: Watch, stretch: Unchanged) -> Iterator[tuple[tuple[str, ...], Fault]]:
    """What is wrong with who is there, each with what makes it the same at another time."""
    book, there = watch.book, stretch.state
    called = book.clients[watch.client].name
    for tier, places in zip(book.tiers, there.tiers, strict=True):
        if not places and (there.is_open or not tier.on_call):
            text = f"{tier.name}: all are away, with nobody to stand in, while {called} may need them"
            yield (
                (FaultKind.NOBODY_THERE, tier.name, str(stretch.begin.date())),
                Fault(FaultKind.NOBODY_THERE, stretch.begin, f"{text}. Name a substitute"),
            )
    rows = zip(book.tiers, there.tiers, strict=True)
    for (lower, below), (upper, above) in pairwise(rows):
        # Who only stands in may stand twice for a while.
        if not below or not above or any(place.instead_of for place in (*below, *above)):
            continue
        people = {place.person for place in below}
        if all(place.person in people for place in above):
            text = f"{upper.name} has nobody who is not paged at {lower.name} already. Let others stand there"
            yield (FaultKind.ADDS_NOBODY, upper.name), Fault(FaultKind.ADDS_NOBODY, stretch.begin, text)
        elif _is_first(upper, above[0]) and _twice(lower, below, above[0].person):
            name = name_of(book, above[0].person)
            text = f"{name} is paged at {lower.name} and, being silent, first again at {upper.name}"
            yield (
                (FaultKind.TWO_RUNGS, lower.name, upper.name),
                Fault(FaultKind.TWO_RUNGS, stretch.begin, f"{text}. Let somebody else be first there"),
            )


def _twice(lower: Tier, below: tuple[Place, ...], person: str) -> bool:
    """Whether the first of the next tier was first here too, or was paged right before as the lead."""
    return (_is_first(lower, below[0]) and below[0].person == person) or below[
        -1
    ].person == person == lower.lead


def _is_first(tier: Tier, place: Place) -> bool:
    """Whether somebody has the first place as it is written, and not because others are not there."""
    return place.role == f"on call ({tier.on_call[0].rota})" if place.role else place.person == tier.chain[0]


def _approving(watch: Watch, stretch: Unchanged) -> Iterator[tuple[tuple[str, ...], Fault]]:
    """Actions that one person alone may approve at an instant: nobody else sees what they ask for."""
    book = watch.book
    if book.authority is None:
        return
    crew = dict(zip((tier.name for tier in book.tiers), stretch.state.tiers, strict=True))
    for name, action in book.authority.actions.items():
        people = _approvers(watch, action, crew, stretch.begin)
        if len(people) == 1 and not action.two_people:
            when = "in hours" if stretch.state.is_open else "out of hours"
            one = name_of(book, people[0])
            text = f"{name}: {when} only {one} may approve it, and nobody else what they ask for"
            yield (
                (FaultKind.ONLY_THE_ASKER, name, people[0]),
                Fault(FaultKind.ONLY_THE_ASKER, stretch.begin, f"{text}. Let a second person stand there"),
            )


def _approvers(
    watch: Watch, action: Action, crew: dict[str, tuple[Place, ...]], at: datetime
) -> tuple[str, ...]:
    tiers = {line.tier for line in action.may if counts(watch, line, at)}
    people = (place.person for name, places in crew.items() if name in tiers for place in places)
    return tuple({watch.book.people[person].mail.casefold(): person for person in people}.values())


def _contacts(
    watch: Watch, stretches: tuple[Unchanged, ...], begin: datetime, end: datetime
) -> Iterator[tuple[tuple[str, ...], Fault]]:
    """Actions to which the client must agree while all who may agree there are away."""
    client, authority = watch.book.clients[watch.client], watch.book.authority
    leaves = [span for contact in client.contacts for span in away(client, contact)]
    edges = {*(span.begin for span in leaves), *(stretch.begin for stretch in stretches), begin}
    for at in sorted(edge for edge in edges if begin <= edge < end):
        if authority is None or not any(span.begin <= at < span.end for span in leaves):
            continue
        for name in authority.actions:
            proposals = [replace(SMALLEST[term], action=name) for term in consent_terms(watch, name)]
            asked = [one.person for proposal in proposals for one in contacts_of(watch, proposal, at)]
            if asked and all(is_away(watch, person, at) for person in asked):
                names = " and ".join(client.contacts[person].name for person in dict.fromkeys(asked))
                text = f"{client.name} must agree to {name}, and all who may are away: {names}. Let another"
                fault = Fault(FaultKind.CONTACTS_AWAY, at, f"{text} contact agree then")
                yield (FaultKind.CONTACTS_AWAY, watch.client, names), fault


def _never_paged(book: Procedure, year: Year, begin: datetime, end: datetime) -> Iterator[Fault]:
    """Places of an order whose time never comes: the tier's is over before.

    For what always runs: what waits for the client's hours is no emergency, and the next tier is as good. A
    lead whose time does not come for one client may have it for others.
    """
    for severity in SEVERITIES:
        never: dict[tuple[str, ...], Fault] = {}
        comes: set[tuple[str, ...]] = set()
        for client in book.clients:
            watch = Roster(book, client, severity)
            if watch.runs == "hours":
                continue
            for stretch in year.stretches(watch):
                if stretch.begin < end:
                    _look(watch, stretch, severity, never, comes)
        yield from (fault for key, fault in never.items() if key not in comes)


def _look(
    watch: Watch,
    stretch: Unchanged,
    severity: Severity,
    never: dict[tuple[str, ...], Fault],
    comes: set[tuple[str, ...]],
) -> None:
    book = watch.book
    for tier, places in zip(book.tiers, stretch.state.tiers, strict=True):
        stay = book.commitments[severity][tier.name]
        if stay.business_days:
            continue
        waited = timedelta(0)
        for number, place in enumerate(places):
            key: tuple[str, ...] = (tier.name, str(stretch.state.is_open))
            key += ("lead",) if number == len(places) - 1 else (str(number), watch.client)
            if waited < AlwaysOpen().length(stay):
                comes.add(key)
            else:
                role = f" ({place.role})" if place.role else ""
                text = (
                    f"{severity}: {tier.name} has {stay}, which are over before {name_of(book, place.person)}"
                    f"{role} would be paged. Write a longer commitment, or "
                    "let those before answer sooner"
                )
                never.setdefault(key, Fault(FaultKind.NEVER_PAGED, stretch.begin, text))
            waited += watch.lasts(place.within)
