"""What is wrong between the parts of a procedure, each part being well-formed by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from procedure.book.people import SecretSource
from procedure.book.procedure import ALL, Procedure
from procedure.book.rota import mistakes_of
from procedure.book.severity import SEVERITIES, Rule, at_least
from procedure.check import (
    authority_mistakes,
    complaints_mistakes,
    prevention_mistakes,
    promises_mistakes,
)
from procedure.clocks.durations import Duration
from procedure.wording import comparable

Path = tuple[str | int, ...]

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Mistake:
    """Something a procedure file says that can't be meant: where, what, and what to write."""

    path: Path
    text: str


def mistakes(book: Procedure) -> Iterator[Mistake]:
    """What is wrong between the parts of a procedure, each part being well-formed by itself."""
    tiers = [tier.name for tier in book.tiers]
    yield from _unknown_people(book)
    yield from _rotas(book)
    yield from _leave(book)
    yield from _contacts_leave(book)
    yield from _hours(book)
    yield from _answer_times(book)
    yield from _secrets(book)
    yield from _helpdesks(book)
    yield from _ambiguous_people(book)
    yield from _unknown_tiers(book, tiers)
    yield from _commitments(book, tiers)
    yield from (Mistake(path, text) for path, text in authority_mistakes.mistakes_of(book))
    yield from (Mistake(path, text) for path, text in complaints_mistakes.mistakes_of(book))
    yield from (Mistake(path, text) for path, text in prevention_mistakes.mistakes_of(book))
    yield from (Mistake(path, text) for path, text in promises_mistakes.mistakes_of(book))
    yield from _rules(book)
    yield from _ambiguous_names(book)
    yield from _ambiguous_tickets(book)


def _unknown_people(book: Procedure) -> Iterator[Mistake]:
    named: list[tuple[Path, str]] = [(("last_resort", "person"), book.last_resort.person)]
    for number, tier in enumerate(book.tiers):
        named.append((("tiers", number, "lead"), tier.lead))
        named += [(("tiers", number, "people", place), person) for place, person in enumerate(tier.people)]
        if not tier.people:
            yield Mistake(("tiers", number, "people"), f"{tier.name} has nobody: name at least one person")
    for path, person in named:
        if person not in book.people:
            yield Mistake(path, f"there is no person {person!r}: write one of {_list(book.people)}")


def _rotas(book: Procedure) -> Iterator[Mistake]:
    for name, rota in book.rotas.items():
        for path, text in mistakes_of(rota, book.people):
            yield Mistake(("rotas", name, *path), text)
    for number, tier in enumerate(book.tiers):
        for place, entry in enumerate(tier.on_call):
            if entry.rota not in book.rotas:
                known = _list(book.rotas) or "there is none yet, so write it under rotas"
                text = f"there is no rota {entry.rota!r}: write one of {known}"
                yield Mistake(("tiers", number, "on_call", place, "rota"), text)


def _leave(book: Procedure) -> Iterator[Mistake]:
    for ident, person in book.people.items():
        for number, leave in enumerate(person.leave):
            path: Path = ("people", ident, "leave", number)
            if leave.last < leave.first:
                yield Mistake((*path, "last"), f"it ends before {leave.first}: write the last day away")
            if leave.substitute == ident:
                yield Mistake((*path, "substitute"), "nobody can stand in for themselves: name somebody else")
            elif leave.substitute and leave.substitute not in book.people:
                text = f"there is no person {leave.substitute!r}: write one of {_list(book.people)}"
                yield Mistake((*path, "substitute"), text)


def _contacts_leave(book: Procedure) -> Iterator[Mistake]:
    for name, client in book.clients.items():
        for ident, contact in client.contacts.items():
            for number, leave in enumerate(contact.leave):
                if leave.last < leave.first:
                    path: Path = ("clients", name, "contacts", ident, "leave", number, "last")
                    yield Mistake(path, f"it ends before {leave.first}: write the last day away")


def _hours(book: Procedure) -> Iterator[Mistake]:
    """What is counted in a client's hours needs hours; what is critical never waits for them."""
    critical = book.severities.get("critical")
    if critical and critical.runs == "hours":
        text = "critical always runs: what stands still can't wait for anybody's hours; write always"
        yield Mistake(("severities", "critical", "runs"), text)
    for name, client in book.clients.items():
        path: Path = ("clients", name)
        if client.runs.get("critical") == "hours":
            yield Mistake((*path, "runs", "critical"), "critical always runs: take this line out")
        if client.hours:
            continue
        if client.coverage.out_of_hours != "staffed":
            text = "nothing is out of hours as long as the client has none: write its hours too"
            yield Mistake((*path, "coverage", "out_of_hours"), text)
        if client.holidays:
            yield Mistake((*path, "holidays"), "holidays change nothing without hours: write hours too")
        for severity, runs in client.runs.items():
            if runs == "hours":
                yield Mistake((*path, "runs", severity), "there are no hours to run in: write hours too")


def _answer_times(book: Procedure) -> Iterator[Mistake]:
    """Answers that a person owes at once are exact times; only commitments and long waits are in days."""
    exact: list[tuple[Path, Duration | None]] = [
        (("last_resort", "again_every"), book.last_resort.again_every),
        (("criteria", "customer_request", "answer_within"), book.criteria.customer_request.answer_within),
    ]
    for number, tier in enumerate(book.tiers):
        exact.append((("tiers", number, "lead_answers_within"), tier.lead_answers_within))
        exact += [
            (("tiers", number, "on_call", place, "answer_within"), entry.answer_within)
            for place, entry in enumerate(tier.on_call)
        ]
    for name, client in book.clients.items():
        exact.append((("clients", name, "coverage", "answer_within"), client.coverage.answer_within))
    for path, duration in exact:
        if duration and duration.business_days:
            yield Mistake(
                path, f'{duration} is no time to answer in: write an exact time, such as "30 minutes"'
            )


def _secrets(book: Procedure) -> Iterator[Mistake]:
    sources: list[tuple[Path, SecretSource]] = [
        (("people", ident, "channels", name), source)
        for ident, person in book.people.items()
        for name, source in person.channels.items()
    ]
    sources += [
        (("rotas", name, "calendar", "secret_url"), rota.calendar.secret_url)
        for name, rota in book.rotas.items()
        if rota.calendar and rota.calendar.secret_url
    ]
    sources += [(("helpdesks", name, "secret"), helpdesk.secret) for name, helpdesk in book.helpdesks.items()]
    sources += [(("monitors", name, "secret"), monitor.secret) for name, monitor in book.monitors.items()]
    for path, source in sources:
        if bool(source.env) == bool(source.file):
            yield Mistake(path, 'name one place for the secret: "env: NAME" or "file: PATH"')
        elif source.env and not _VARIABLE.fullmatch(source.env):
            text = "this is no environment variable's name: write one such as ANA_SMS, never the secret"
            yield Mistake((*path, "env"), text)


def _helpdesks(book: Procedure) -> Iterator[Mistake]:
    if ALL in book.clients:
        text = "it can't be the id of a client: for a helpdesk it means every client; rename the file"
        yield Mistake(("clients", ALL), text)
    named = [(("helpdesks", name), helpdesk.clients) for name, helpdesk in book.helpdesks.items()]
    named += [(("monitors", name), monitor.clients) for name, monitor in book.monitors.items()]
    for path, clients in named:
        for number, client in enumerate(clients):
            if client not in (*book.clients, ALL):
                text = f"there is no client {client!r}: write {ALL}, or some of {_list(book.clients)}"
                yield Mistake((*path, "clients", number), text)


def _ambiguous_people(book: Procedure) -> Iterator[Mistake]:
    seen = dict.fromkeys(book.people, "the MSP's people")
    addresses: dict[str, str] = {}
    for name, client in book.clients.items():
        for ident, contact in client.contacts.items():
            path: Path = ("clients", name, "contacts", ident)
            if ident in seen:
                yield Mistake(path, f"{ident!r} is taken by {seen[ident]}: give this contact another id")
            seen[ident] = f"a contact of {name}"
            # A sender's address tells the helpdesk which client wrote, so it can belong to one only.
            owner = addresses.setdefault(contact.mail.casefold(), name)
            if owner != name:
                yield Mistake((*path, "mail"), f"{contact.mail} is a contact of {owner} too: one client only")


def _unknown_tiers(book: Procedure, tiers: list[str]) -> Iterator[Mistake]:
    named: list[tuple[Path, str]] = [
        (("severities", name, "starts_at"), terms.starts_at) for name, terms in book.severities.items()
    ]
    criteria = book.criteria
    named += [(("criteria", "complexity", name), tier) for name, tier in criteria.complexity.items()]
    if criteria.impact:
        named.append((("criteria", "impact", "tier"), criteria.impact.tier))
    if criteria.pattern:
        named.append((("criteria", "pattern", "tier"), criteria.pattern.tier))
    for path, tier in named:
        if tier not in tiers:
            yield Mistake(path, f"there is no tier {tier!r}: write one of {_list(tiers)}")
    for number, name in enumerate(tiers):
        if name in tiers[:number]:
            yield Mistake(("tiers", number, "name"), f"{name!r} is there twice: each tier has its own name")


def _commitments(book: Procedure, tiers: list[str]) -> Iterator[Mistake]:
    for severity in SEVERITIES:
        if severity not in book.severities:
            yield Mistake(("severities",), f"{severity} is missing: say what it means and where it starts")
        if severity not in book.commitments:
            yield Mistake(("commitments",), f"{severity} is missing: give each tier its time")
    for severity, times in book.commitments.items():
        for tier in tiers:
            if tier not in times:
                yield Mistake(
                    ("commitments", severity), f'{tier} is missing: write how long, such as "{tier}: 2 hours"'
                )
        for tier in times:
            if tier not in tiers:
                yield Mistake(
                    ("commitments", severity, tier), f"there is no tier {tier!r}: write one of {_list(tiers)}"
                )


def _rules(book: Procedure) -> Iterator[Mistake]:
    for name, client in book.clients.items():
        rules: dict[Path, tuple[Rule, ...]] = {
            ("systems", system): entry.rules for system, entry in client.systems.items()
        }
        rules["otherwise",] = client.otherwise.rules
        for path, those in rules.items():
            for number, (above, rule) in enumerate(pairwise(those), start=1):
                if not at_least(above.severity, rule.severity):
                    yield Mistake(
                        ("clients", name, *path, "rules", number, "severity"),
                        f"{rule.severity} stands below {above.severity}: put the higher severity first, "
                        "so that in doubt the higher is taken",
                    )


def _ambiguous_names(book: Procedure) -> Iterator[Mistake]:
    """What the helpdesk calls a client or a system must lead to one of them only."""
    clients: dict[str, str] = {}
    for ident, client in book.clients.items():
        yield from _taken(
            clients, ident, (ident, client.name, *client.known_as), ("clients", ident, "known_as")
        )
        systems: dict[str, str] = {}
        for system, entry in client.systems.items():
            path = ("clients", ident, "systems", system, "known_as")
            yield from _taken(systems, system, (system, *entry.known_as), path)


def _taken(owners: dict[str, str], owner: str, names: Iterable[str], path: Path) -> Iterator[Mistake]:
    for name in names:
        other = owners.setdefault(comparable(name), owner)
        if other != owner:
            yield Mistake(path, f"{name!r} is a name of {other} too: one only")


PHONE, EMERGENCY = "phone", "emergency"
"""The helpdesks of tickets that somebody opens by hand, and at the emergency door."""


def _ambiguous_tickets(book: Procedure) -> Iterator[Mistake]:
    """A ticket's id is made of client, helpdesk and number: no two tickets may come to share one."""
    starts: dict[str, str] = {}
    for client in book.clients:
        for helpdesk in (PHONE, EMERGENCY, *book.helpdesks):
            start = f"{client}-{helpdesk}-"
            clash = next(
                (other for other in starts if start.startswith(other) or other.startswith(start)), ""
            )
            if clash:
                text = f"its tickets could not be told from those of {starts[clash]}: give it another id"
                yield Mistake(("clients", client), text)
            starts[start] = f"client {client!r} with helpdesk {helpdesk!r}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
