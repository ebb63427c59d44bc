"""What the authority table leaves open: what too few may approve, and what a client can't agree to.

Looked at with the same look-ups that ask people: who stands on a tier at an instant, which line
counts then, and when the client must agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from procedure.approval.deciders import (
    consent,
    consent_terms,
    contacts_of,
    counts,
)
from procedure.book.authority import Action, Authority, Consent, lines_of
from procedure.book.procedure import Procedure
from procedure.book.proposal import Proposal, price
from procedure.check.outlook import AHEAD, unknown
from procedure.clocks.calendars import local
from procedure.duty.on_duty import Roster, Watch


class Crew(NamedTuple):
    """Who is asked at each tier, from an instant on, for one client: in its hours or outside them.

    ``unsure`` are the tiers of which it is not known here.
    """

    begin: datetime
    in_hours: bool
    tiers: dict[str, tuple[str, ...]]
    unsure: frozenset[str]


class Lack(NamedTuple):
    """Too few people who may approve an action, from an instant on, for one client."""

    client: str
    begin: datetime
    in_hours: bool
    people: tuple[str, ...]


SMALLEST: dict[Consent, Proposal] = {
    "always": Proposal("", ""),
    "cost": Proposal("", "", cost=1),
    "downtime": Proposal("", "", downtime=timedelta(minutes=1)),
    "downtime in hours": Proposal("", "", downtime=timedelta(minutes=1)),
}
"""The least that a client must agree to, for each reason."""


def to_look_at(book: Procedure, now: datetime, ahead: timedelta = AHEAD) -> Iterator[str]:
    """What nothing in the files forbids, but leaves somebody without an answer; times are the MSP's."""
    authority = book.authority
    if authority is None:
        return
    crews = {client: _crews(Roster(book, client, "critical"), now, now + ahead) for client in book.clients}
    for name, action in authority.actions.items():
        yield from _approving(book, name, action, crews, now)
    for client in book.clients:
        yield from _agreeing(Watch(book, client, "critical"), authority, now)
    yield from _addresses(book)


# The MSP's side ---------------------------------------------------------------------------


def _crews(watch: Watch, begin: datetime, end: datetime) -> tuple[Crew, ...]:
    """Each crew that is different from those before."""
    found: dict[object, Crew] = {}
    while begin < end:
        duties = {tier.name: watch.duty(tier.name, begin) for tier in watch.book.tiers}
        in_hours = watch.hours is None or watch.hours.is_open(begin)
        tiers = {name: duty.chain for name, duty in duties.items()}
        crew = Crew(begin, in_hours, tiers, _unsure(watch, begin))
        found.setdefault((in_hours, tuple(tiers.values())), crew)
        untils = [_change(watch, begin), *(duty.until for duty in duties.values())]
        begin = min((until for until in untils if until is not None), default=end)
    return tuple(found.values())


def _change(watch: Watch, at: datetime) -> datetime | None:
    """When the client opens or closes next."""
    if watch.hours is None:
        return None
    return watch.hours.closes(at) if watch.hours.is_open(at) else watch.hours.opens(at)


def _unsure(watch: Watch, at: datetime) -> frozenset[str]:
    if not watch.out_of_hours(at):
        return frozenset()
    rotas = unknown(watch.book)
    return frozenset(
        tier.name for tier in watch.book.tiers if any(entry.rota in rotas for entry in tier.on_call)
    )


def _approving(
    book: Procedure, name: str, action: Action, crews: dict[str, tuple[Crew, ...]], now: datetime
) -> Iterator[str]:
    """Whether enough people may approve an action at any time, whoever of them asks for it."""
    lacks: dict[int, list[Lack]] = defaultdict(list)
    everybody: set[str] = set()
    for client, theirs in crews.items():
        for crew in theirs:
            tiers = _tiers(Watch(book, client, "critical"), action, crew.begin)
            people = _distinct(book, (person for tier in tiers for person in crew.tiers[tier]))
            unsure = [f"whoever is on call ({tier})" for tier in tiers if tier in crew.unsure]
            everybody |= {*people, *unsure}
            if len(people) < _enough(action) and not unsure:
                lacks[len(people)].append(Lack(client, crew.begin, crew.in_hours, people))
    for found in lacks.values():
        told, cure = _too_few(book, found[0]), _cure(book, action, found[0])
        yield f"{name}: {told}{_where_and_when(book, found, now)}. {cure}"
    if len(everybody) == 1 and not action.two_people:
        yield (
            f"{name}: only {_names(book, everybody)} may approve it, so nobody else sees what they ask for "
            "themselves. Let a second person stand on that tier, or write a line for another one"
        )


def _tiers(watch: Watch, action: Action, at: datetime) -> list[str]:
    """The tiers that may approve an action at all at an instant, lowest first."""
    may = {line.tier for line in action.may if counts(watch, line, at)}
    return [tier.name for tier in watch.book.tiers if tier.name in may]


def _distinct(book: Procedure, people: Iterable[str]) -> tuple[str, ...]:
    """Different people: whoever shares a mail address is one."""
    return tuple({book.people[p].mail.casefold(): p for p in people if p in book.people}.values())


def _too_few(book: Procedure, lack: Lack) -> str:
    if not lack.people:
        return "no tier may approve it"
    text = f"two people must say yes, and only {_names(book, lack.people)} may"
    return f"{text}: when one of them asks, one is left" if len(lack.people) > 1 else text


def _cure(book: Procedure, action: Action, lack: Lack) -> str:
    owner = (book.authority and book.authority.owner) or book.last_resort.person
    if not lack.people and action.two_people:
        return "Write a line for then under may"
    if not lack.people:
        return f"It is put to {_names(book, [owner])} then; if that is not meant, write a line under may"
    another = "et another person stand on that tier, or write a line for another one"
    if len(_distinct(book, (*lack.people, owner))) < _enough(action):
        return f"L{another}"
    return f"{_names(book, [owner])} is asked for the other yes then; if that is not meant, l{another}"


def _enough(action: Action) -> int:
    """How many people have to be there, so that whoever of them asks, it can be decided without the owner."""
    return 3 if action.two_people else 1


def _where_and_when(book: Procedure, found: list[Lack], now: datetime) -> str:
    """For which clients, and when; nothing where it is so at any time for all of them."""
    times = {lack.in_hours for lack in found if book.clients[lack.client].hours}
    clients = dict.fromkeys(lack.client for lack in found)
    text = _when(times)
    if len(clients) < len(book.clients):
        text += f", for {', '.join(book.clients[client].name for client in clients)}"
    begin = min(lack.begin for lack in found)
    return f"{text}, first from {local(begin, now, book.time_zone)}" if begin > now else text


# The client's side ------------------------------------------------------------------------


def _agreeing(watch: Watch, authority: Authority, now: datetime) -> Iterator[str]:
    """Whether somebody at a client may agree to all that it must agree to, up to the MSP's own limits."""
    nobody: dict[str, set[bool]] = {}
    beyond: dict[str, Proposal] = {}
    for at in _instants(watch, now):
        in_hours = watch.hours is None or watch.hours.is_open(at)
        for name, action in authority.actions.items():
            if any(_unheard(watch, _about(name, SMALLEST[t]), at) for t in consent_terms(watch, name)):
                nobody.setdefault(name, set()).add(in_hours)
                continue
            for limit in _limits(watch, name, action, at):
                if _unheard(watch, limit, at):
                    beyond[name] = max(beyond.get(name, limit), limit, key=_size)
    yield from _nobody(watch, nobody)
    for name, limit in beyond.items():
        yield _beyond(watch, authority, name, limit)


def _instants(watch: Watch, now: datetime) -> tuple[datetime, ...]:
    """A moment in the client's hours, and one outside them, if there are such."""
    closes = watch.hours.closes(now) if watch.hours else None
    return (watch.hours.opens(closes), closes) if watch.hours and closes else (now,)


def _unheard(watch: Watch, proposal: Proposal, at: datetime) -> bool:
    """The client must agree, and nobody there may."""
    return bool(consent(watch, proposal, at)) and not contacts_of(watch, proposal, at)


def _limits(watch: Watch, name: str, action: Action, at: datetime) -> Iterator[Proposal]:
    """The most that each line of the MSP's side allows; what has no limit asks nothing of the client's."""
    for line in action.may:
        if counts(watch, line, at):
            yield Proposal(name, "", cost=line.cost, downtime=line.longest)


def _nobody(watch: Watch, found: dict[str, set[bool]]) -> Iterator[str]:
    """One finding for all actions to which nobody may agree at the same times."""
    client, known = watch.book.clients[watch.client], watch.hours is not None
    together: dict[str, list[str]] = defaultdict(list)
    for name, times in found.items():
        together[_when(times) if known else ""].append(name)
    for when, names in together.items():
        yield (
            f"{client.name} must agree to {', '.join(names)}, and nobody there may{when}. "
            f"Write a line under authority in clients/{watch.client}.yaml"
        )


def _beyond(watch: Watch, authority: Authority, name: str, limit: Proposal) -> str:
    client = watch.book.clients[watch.client]
    reaches = [
        f"{client.contacts[line.contact].name} {line.reach(authority.currency)}"
        for line in lines_of(name, client.authority)
        if line.contact in client.contacts
    ]
    return (
        f"{name} ({price(limit, authority.currency)}): the MSP may approve it, and nobody at {client.name} "
        f"may agree to it: {'; '.join(reaches)}. Write a line under authority in clients/{watch.client}.yaml"
    )


def _addresses(book: Procedure) -> Iterator[str]:
    """Contacts who would not read the question themselves."""
    own = {book.mail.sender.mail.casefold(): book.mail.sender.name}
    own |= {person.mail.casefold(): person.name for person in book.people.values()}
    for client in book.clients.values():
        for ident in dict.fromkeys(line.contact for line in client.authority):
            contact = client.contacts.get(ident)
            if contact and (reader := own.get(contact.mail.casefold())):
                yield (
                    f"{contact.name} may agree for {client.name}, and has the mail address of {reader}: "
                    "the MSP would ask itself. Write the contact's own address"
                )


# Both -------------------------------------------------------------------------------------


def _about(action: str, proposal: Proposal) -> Proposal:
    return Proposal(action, "", cost=proposal.cost, downtime=proposal.downtime)


def _size(proposal: Proposal) -> tuple[int, timedelta]:
    return proposal.cost, proposal.downtime


def _when(times: set[bool]) -> str:
    """Nothing where it is so in hours and outside them."""
    if len(times) != 1:
        return ""
    return " in hours" if True in times else " out of hours"


def _names(book: Procedure, people: Iterable[str]) -> str:
    names = [book.people[person].name if person in book.people else person for person in people]
    return " and ".join(names)
