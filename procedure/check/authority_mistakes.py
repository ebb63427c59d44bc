"""What is wrong between the parts of the authority table, and with what the clients say of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procedure.book.authority import Action, Authority, AuthorityLine, Option
from procedure.book.procedure import Client, Procedure, Tier
from procedure.book.rota import NOBODY
from procedure.book.severity import SEVERITIES

Path = tuple[str | int, ...]
Found = tuple[Path, str]


def mistakes_of(book: Procedure) -> Iterator[Found]:
    """The mistakes in who may approve what, each with its place."""
    authority = book.authority
    if authority is None:
        yield from _without_a_table(book)
        return
    yield from _answers(book, authority)
    for name, action in authority.actions.items():
        yield from _action(book, ("authority", "actions", name), action)
    for name, option in authority.options.items():
        yield from _option(book, authority, ("authority", "options", name), option)
    for name, client in book.clients.items():
        yield from _contacts(authority, ("clients", name), client)
        for action_name in client.consent:
            yield from _known_action(authority, ("clients", name, "consent", action_name), action_name)


def _without_a_table(book: Procedure) -> Iterator[Found]:
    clients = [name for name, client in book.clients.items() if client.authority or client.consent]
    if clients:
        yield (
            ("authority",),
            f"is missing, and clients say what they may approve under it ({_list(clients)}): "
            "write the table, or take authority and consent out of their files",
        )


def _answers(book: Procedure, authority: Authority) -> Iterator[Found]:
    path: Path = ("authority", "answer_within")
    for severity in SEVERITIES:
        if severity not in authority.answer_within:
            text = f"{severity} is missing: write how long each person who is asked has, such as"
            yield path, f'{text} "{severity}: 30 minutes"'
    for severity, within in authority.answer_within.items():
        if within.business_days:
            text = f'{within} is no time to answer in: write an exact time, such as "30 minutes"'
            yield (*path, severity), text
    for key, person in (("undecided", authority.undecided), ("owner", authority.owner)):
        if person and person not in book.people:
            yield ("authority", key), f"there is no person {person!r}: write one of {_list(book.people)}"


def _action(book: Procedure, path: Path, action: Action) -> Iterator[Found]:
    for number, line in enumerate(action.may):
        yield from _known_tier(book, (*path, "may", number, "tier"), line.tier)
        yield from _line((*path, "may", number), line)
    lines = [line for line in action.may if line.when != "emergency"]
    tiers = [tier for line in lines if (tier := book.tier(line.tier))]
    if not lines:
        cure = f'name a tier that may, such as "- {{tier: {book.tiers[-1].name}, without_limit: true}}"'
        but = ", although it may be done first in an emergency" if action.may else ""
        yield (*path, "may"), f"nobody may approve it{but}: {cure}"
    elif action.two_people and len(tiers) == len(lines) and not _may_be_two(book, tiers):
        text = "two people must say yes, and only one may: name another tier under may, or take this out"
        yield (*path, "two_people"), text


def _may_be_two(book: Procedure, tiers: list[Tier]) -> bool:
    """Whether two people can stand on these tiers; one mail address is one person, whatever the names."""
    rotas = [book.rotas[e.rota] for tier in tiers for e in tier.on_call if e.rota in book.rotas]
    named = [override.person for rota in rotas for override in rota.overrides if override.person != NOBODY]
    people = {*named, *(p for rota in rotas for p in rota.people), *(p for t in tiers for p in t.chain)}
    known = {book.people[person].mail.casefold() for person in people if person in book.people}
    # Whom a calendar names is not in the files; and a stranger is a mistake of their own.
    return len(known) > 1 or any(rota.calendar for rota in rotas) or not people <= book.people.keys()


def _line(path: Path, line: AuthorityLine) -> Iterator[Found]:
    if line.without_limit and (line.cost or line.downtime):
        text = "there can't be a limit too: take this out, or the cost and the downtime"
        yield (*path, "without_limit"), text
    if line.downtime and line.downtime.business_days:
        text = f'{line.downtime} is no downtime: write an exact time, such as "2 hours"'
        yield (*path, "downtime"), text


def _option(book: Procedure, authority: Authority, path: Path, option: Option) -> Iterator[Found]:
    yield from _known_action(authority, (*path, "action"), option.action)
    if option.carried_out_by:
        yield from _known_tier(book, (*path, "carried_out_by"), option.carried_out_by)
        if option.resolves:
            text = "the ticket is resolved with it: take this out, or carried_out_by"
            yield (*path, "resolves"), text
    elif not option.resolves:
        below = _list(tier.name for tier in book.tiers[:-1]) or book.tiers[0].name
        text = f'say what follows: "carried_out_by: ..." ({below}), or "resolves: true"'
        yield path, text
    if option.until and option.resolves:
        yield (*path, "until"), "what resolves the ticket can't hold until a date: take one of the two out"


def _contacts(authority: Authority, path: Path, client: Client) -> Iterator[Found]:
    for number, line in enumerate(client.authority):
        where: Path = (*path, "authority", number)
        if line.contact not in client.contacts:
            text = f"there is no contact {line.contact!r}: write one of {_list(client.contacts)}"
            yield (*where, "contact"), text
        for place, action in enumerate(line.actions):
            yield from _known_action(authority, (*where, "actions", place), action)
        if line.when == "emergency":
            text = "only people of the MSP act first: write always, in hours or out of hours"
            yield (*where, "when"), text
        if line.when == "out of hours" and not client.hours:
            text = "nothing is out of hours as long as the client has none: write its hours too"
            yield (*where, "when"), text
        yield from _line(where, line)


def _known_action(authority: Authority, path: Path, action: str) -> Iterator[Found]:
    if action not in authority.actions:
        text = f"there is no action {action!r} in the authority table: write one of "
        yield path, text + _list(authority.actions)


def _known_tier(book: Procedure, path: Path, tier: str) -> Iterator[Found]:
    if book.tier(tier) is None:
        yield path, f"there is no tier {tier!r}: write one of {_list(t.name for t in book.tiers)}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
