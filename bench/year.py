"""A year of one MSP in the records: ``python -m bench.year``.

Ten thousand tickets of twelve clients, the same each time, with what was asked for them, the complaints about
them, the problems of what comes again, and what came due meanwhile. All of it lives by the real rules, with
people who answer or do not, and is written as the worker writes it; only nobody waits for the time to pass.

With ``--example`` they are the example's own clients: what ``make run YEAR=1`` shows a newcomer.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from bench.beside import Causes, a_year_before, asks, comes_due, complains
from bench.living import MOST_STEPS, TICKET, Living
from procedure.approval.state import Approval
from procedure.book.agreement import agree
from procedure.book.criteria import Pattern
from procedure.book.procedure import Client, FoundBy, Procedure
from procedure.book.severity import Facts
from procedure.record import Notice, Refused
from procedure.ticket import customer, staff
from procedure.ticket.emergency import HELPDESK, joined_to
from procedure.ticket.opening import Opening, open_ticket, start_of, tell_first_level
from procedure.ticket.state import Ticket
from records.database import Records, RecordsAway
from records.tables import TICKETS as WRITTEN
from records.writing import AsOf, Delivery, EndedRun, write, write_end
from runtime.procedure_files import read
from service_review.month import Month

SEED = 14
TICKETS = 10_000
CLIENTS = 12
EXAMPLE = 800
"""Some thirty a month for each of the example's clients: enough to look at, and soon written."""
BEGINS = datetime(2025, 11, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
MONTHS = tuple(Month(2025 + (number > 12), (number - 1) % 12 + 1) for number in range(11, 23))
LAST_MONTH = MONTHS[-1].written
MARK = "year-"
"""How the runs are called that nobody ever ran: what is made up can be told from what happened."""
UNHAPPY = 0.03
"""Of how many tickets the customer complains how they were handled."""

SOLUTIONS = {
    "network": ("Replaced the switch port", "Restarted the firewall", "Corrected the route"),
    "workstation": ("Reinstalled the driver", "Replaced the dock", "Cleared the profile"),
    "e-mail": ("Restarted the mail server", "Cleared the queue", "Raised the mailbox limit"),
    "database": ("Rebuilt the index", "Added space for the log", "Restored from backup"),
    "access": ("Unlocked the account", "Renewed the certificate", "Corrected the group"),
}
TITLES = {
    "network": ("No connection", "Slow network", "VPN drops"),
    "workstation": ("Screen stays black", "Docking station", "Very slow workstation"),
    "e-mail": ("Mail is slow", "Mails do not arrive", "Mailbox full"),
    "database": ("Reports time out", "Database locked", "Import fails"),
    "access": ("Nobody can log in", "Account locked", "No access to the folder"),
}


class NotAYear(Exception):
    """The database has records that somebody else wrote: nothing made up belongs beside them."""


def book_of_the_year(*, example: bool = False) -> Procedure:
    """The example's procedure as it was then, with twelve clients unless they are to be its own."""
    book = a_year_before(read(Path(__file__).parents[1] / "examples/northwind"))
    return book if example else _of_twelve(book)


def lives(count: int = TICKETS, seed: int = SEED, *, example: bool = False) -> Iterator[Living[Any]]:
    """All that happens in the year; its tickets in the order in which they opened."""
    chance = random.Random(seed)  # noqa: S311 - always the same
    book = book_of_the_year(example=example)
    causes = Causes(book, chance)
    alike: defaultdict[tuple[str, str, str], list[datetime]] = defaultdict(list)
    emergencies: dict[str, Ticket] = {}
    pattern = book.criteria.pattern or Pattern(times=3, within_days=30, tier=book.tiers[-1].name)
    for number, opened in enumerate(sorted(_moment(chance) for _ in range(count))):
        opening = _opening(book, number, chance)
        while causes.removed(opening, opened) and chance.random() < 0.98:
            opening = _opening(book, number, chance)
        came = alike[opening.client, opening.facts.system, opening.facts.category]
        days = timedelta(days=pattern.within_days)
        earlier = sum(at > opened - days for at in came)
        life = _begins(book, opening, opened, earlier)
        came.append(opened)
        if opening.facts.system and earlier + 1 >= pattern.times:
            causes.shown_by(life.stands)
        emergency = emergencies.get(opening.client)
        if emergency and not opening.caller and opened - emergency.opened < timedelta(hours=4):
            life.becomes(joined_to(life.stands, emergency.id, opened))
            del emergencies[opening.client]
        else:
            yield from _lives(life, chance)
        if opening.caller:
            emergencies[opening.client] = life.stands
        yield life
        if chance.random() < UNHAPPY:
            yield complains(life, number, chance)
    causes.ends(BEGINS + YEAR)
    yield from causes.lives
    yield from causes.approvals
    for client in book.clients:
        yield from comes_due(book, client, BEGINS, BEGINS + YEAR, chance)


def fill(records: Records, count: int = TICKETS, seed: int = SEED, *, example: bool = False) -> int:
    """Write the year; how many tickets. Done again it changes nothing. Raises NotAYear, RecordsAway."""
    _must_be_a_year(records)
    for number, life in enumerate(lives(count, seed, example=example)):
        stands, run = life.stands, f"{MARK}{seed}-{number}"
        write(records, stands, AsOf(run, stands.opened, 2 * len(stands.record)))
        sent = tuple(_delivery(event, at, notice) for event, (at, notice) in enumerate(life.told, start=5))
        kind, status = type(stands).__name__, "completed" if stands.over else "terminated"
        end = EndedRun(run, stands.id, kind, life.now, status, stands.client, deliveries=sent)
        write_end(records, end)
    return count


def _must_be_a_year(records: Records) -> None:
    """Before anything is written: a review must never count what did not happen."""
    if not records.there:
        return
    records.upgrade()
    with records.reading() as connection:
        real = connection.execute(select(WRITTEN.c.ident).where(~WRITTEN.c.run.startswith(MARK))).first()
    if real:
        raise NotAYear(
            f"{records.called} has records of real tickets ({real.ident}): "
            "write a made-up year into a database of its own"
        )


def _delivery(event: int, at: datetime, notice: Notice[Any]) -> Delivery:
    settled = at + timedelta(seconds=1)
    channel = notice.channel or "mail"
    return Delivery(event, notice.number, notice.kind, notice.to, channel, at, settled, 1, "delivered")


def _of_twelve(book: Procedure) -> Procedure:
    """The example's clients, several times over."""
    names = list(book.clients)
    those = {f"client-{number:02}": names[number % len(names)] for number in range(1, CLIENTS + 1)}
    clients = {ident: _with_people_of_its_own(ident, book.clients[name]) for ident, name in those.items()}
    hours = {ident: book.almanac.hours[name] for ident, name in those.items() if name in book.almanac.hours}
    many = book.model_copy(update={"clients": clients})
    return many.knowing(replace(book.almanac, hours=hours))


def _with_people_of_its_own(ident: str, client: Client) -> Client:
    """Nobody decides for two clients."""
    contacts = {f"{name}-{ident}": person for name, person in client.contacts.items()}
    authority = tuple(
        line.model_copy(update={"contact": f"{line.contact}-{ident}"}) for line in client.authority
    )
    return client.model_copy(update={"contacts": contacts, "authority": authority})


def _moment(chance: random.Random) -> datetime:
    """Some time of the year: most of what is reported is reported by day."""
    day = BEGINS + timedelta(days=chance.randrange(YEAR.days))
    by_day = chance.random() < 0.8
    return day + timedelta(hours=chance.gauss(13, 2.5) % 24 if by_day else chance.uniform(0, 24))


def _opening(book: Procedure, number: int, chance: random.Random) -> Opening:
    client = chance.choice(list(book.clients))
    category = chance.choice(list(TITLES))
    urgent = chance.random() < 0.01
    facts = Facts(
        system=chance.choice([*book.clients[client].systems, *book.clients[client].systems, ""]),
        state=chance.choices(("down", "impaired", "limited"), (2, 5, 5))[0] if not urgent else "down",
        users=chance.choice((1, 1, 1, 2, 5, 12, 40)),
        workaround=chance.choice((True, False, None)),
        category=category,
    )
    contact = chance.choice(list(book.clients[client].contacts))
    helpdesk, name = (HELPDESK, f"e-{number}") if urgent else ("generic", str(number))
    caller = book.clients[client].contacts[contact].name if urgent else ""
    finders: tuple[FoundBy | None, ...] = ("user", "monitoring", "staff", None)
    found_by = None if urgent else chance.choices(finders, (5, 3, 1, 2))[0]
    return Opening(
        client,
        helpdesk,
        name,
        chance.choice(TITLES[category]),
        contact,
        facts=facts,
        caller=caller,
        found_by=found_by,
    )


def _begins(book: Procedure, opening: Opening, opened: datetime, earlier: int) -> Living[Ticket]:
    agreement = agree(book, opening.client, 1)
    start = start_of(opening, agreement, earlier)
    ticket = open_ticket(opening, agreement, start, {}, opened)
    life = Living(tell_first_level(ticket, book.tiers[0].chain[0]), TICKET, book, opened)
    life.settle()
    return life


def _lives(life: Living[Ticket], chance: random.Random) -> Iterator[Living[Approval]]:
    """Somebody does something about it, again and again, until it is over; what was asked for it."""
    for _ in range(MOST_STEPS):
        if life.stands.over:
            return
        try:
            asked = _step(life, chance)
        except Refused:
            # What people try and may not; time goes by all the same.
            life.passes(timedelta(minutes=5))
        else:
            yield from [asked] if asked else []


def _step(life: Living[Ticket], chance: random.Random) -> Living[Approval] | None:
    ticket, now = life.stands, life.now
    if ticket.status == "resolved":
        life.passes(timedelta(hours=chance.expovariate(1 / 3)))
        if not life.stands.over and chance.random() < 0.7:
            yes = chance.random() < 0.93
            life.becomes(
                customer.confirm(life.stands, ticket.requester, 0, yes, "" if yes else "Again", life.now)
            )
    elif not ticket.here.acknowledged:
        waits = ticket.opens - now if ticket.opens else timedelta(0)
        life.passes(waits + timedelta(minutes=chance.expovariate(1 / 12)))
        people = life.stands.here.people
        if people and people.holder and chance.random() < 0.8:
            life.becomes(staff.acknowledge(life.stands, people.holder, 0, life.now, "link"))
    elif ticket.status == "paused":
        life.passes(timedelta(hours=chance.expovariate(1 / 2)))
        if life.stands.here.pause and life.stands.here.pause.for_customer:
            life.becomes(customer.reply(life.stands, ticket.requester, "It is still so", life.now))
        else:
            life.becomes(staff.resume(life.stands, life.stands.holder, life.now))
    else:
        return _works(life, chance)
    return None


def _works(life: Living[Ticket], chance: random.Random) -> Living[Approval] | None:
    """Whoever has it finds something, or out that it is not theirs."""
    life.passes(timedelta(minutes=chance.expovariate(1 / 25)))
    ticket, now = life.stands, life.now
    who, category = ticket.holder, ticket.facts.category
    act = chance.random()
    if act < 0.08:
        return asks(life, chance)
    if act < 0.64:
        solution = chance.choice(SOLUTIONS[category])
        life.becomes(staff.resolve(ticket, who, 0, solution, now, "link"))
    elif act < 0.74:
        life.becomes(staff.progress(ticket, who, 0, f"Looked at the {category}", now, "link"))
    elif act < 0.84:
        life.becomes(staff.hand_on(ticket, who, 0, now, note="Beyond the checklist", via="link"))
    elif act < 0.87 and ticket.tiers.at:
        lower = ticket.tiers.rungs[ticket.tiers.at - 1]
        life.becomes(staff.hand_back(ticket, who, 0, lower, "It is on the checklist", now, "link"))
    elif act < 0.93:
        life.becomes(customer.ask(ticket, who, 0, "Since when?", now, "link"))
    elif act < 0.96:
        life.becomes(staff.pause(ticket, who, "a part", now, via="link"))
    else:
        life.becomes(customer.ask_for_escalation(ticket, ticket.requester, 0, "Please hurry", now, "link"))
    return None


@click.command()
@click.argument("url")
@click.option("--tickets", "count", type=click.IntRange(1, 1_000_000), help=f"Left out: {TICKETS:,}.")
@click.option("--seed", default=SEED, show_default=True)
@click.option("--example", is_flag=True, help=f"Of the example's own clients, {EXAMPLE:,} if left out.")
def main(url: str, count: int | None, seed: int, example: bool) -> None:
    """Write a year into the records at URL, such as sqlite:////tmp/year.db."""
    records = Records(url)
    try:
        written = fill(records, count or (EXAMPLE if example else TICKETS), seed, example=example)
    except (NotAYear, RecordsAway) as error:
        raise click.ClickException(str(error)) from None
    finally:
        records.close()
    click.echo(f"{written:,} made-up tickets, and what stands beside them, in {records.called}")
    if example:
        click.echo(
            f"See a month of them: RUNG_RECORDS_URL={url} .venv/bin/python starter.py review "
            f"--client harbor --month {LAST_MONTH}"
        )


if __name__ == "__main__":
    main()
