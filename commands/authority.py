"""The authority table, asked without a server: who may decide what, in which order, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise, zip_longest
from zoneinfo import ZoneInfo

import click

from commands import proposed, session, tables, typed
from commands.session import REFUSED, Failure
from procedure.approval.deciders import (
    OWNER,
    Bench,
    Decider,
    Findings,
    Inquiry,
    consent_terms,
    find,
)
from procedure.book.authority import Authority, Consent, Option, amount, lines_of, reasons
from procedure.book.procedure import Procedure
from procedure.book.proposal import Proposal
from procedure.book.reader import reader
from procedure.book.severity import SEVERITIES, Severity
from procedure.clocks.durations import spoken
from procedure.duty.on_duty import Watch

_CONSENT: dict[Consent, str] = {
    "always": "always",
    "cost": "if it costs anything",
    "downtime": "if anything is down",
    "downtime in hours": "if it is down in their hours",
}


@click.command()
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--action", "name", default="", help="An action of the table; the whole table if left out.")
@click.option("--option", default="", help="One of management's ways out, instead of an action.")
@click.option("--cost", default=0, type=click.IntRange(0), help="What it costs, in the table's currency.")
@click.option("--downtime", default="", help='How long something is down: "2 hours".')
@click.option("--begins", default="", help="When it is to be done, where the client is; at once if left out.")
@click.option("--at", "when", default="", help="When it is asked, where the client is; now if left out.")
@click.option("--severity", default="high", show_default=True, type=click.Choice(SEVERITIES))
@click.option("--asker", default="", help="Who asks: somebody's id; nobody in particular if left out.")
def authority(
    client: str,
    name: str,
    option: str,
    cost: int,
    downtime: str,
    begins: str,
    when: str,
    severity: Severity,
    asker: str,
) -> None:
    """Who may decide something, in the order they are asked, and why; needs no server.

    Without --action or --option: the whole table for this client. Exit code 3 when nobody may decide it.
    A time without an offset is the client's own: 2026-12-25T02:10. With one: 2026-12-25T02:10Z.
    """
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    table, terms = proposed.authority_of(book), book.clients[typed.client_of(book, client)]
    if name and option:
        raise Failure("Write --action or --option, not both")
    if not name and not option:
        if cost or downtime or begins or when or asker:
            raise Failure("Write which --action or --option it is about; alone, --client prints the table")
        _echo(_whole(book, table, client, settings.pace))
        return
    proposal = Proposal(
        action=proposed.action_of(table, name)
        if name
        else table.options[proposed.option_of(table, option)].action,
        what="",
        cost=cost,
        downtime=proposed.exact(downtime, "--downtime").exact if downtime else timedelta(0),
        begins=typed.instant(begins, "--begins", terms.time_zone) if begins else None,
        option=option,
    )
    at = typed.instant(when, "--at", terms.time_zone) if when else datetime.now(UTC)
    person = proposed.staff_of(book, asker) if asker else ""
    _echo(_asked(book, table, Inquiry(client, severity, proposal, person, at, settings.pace)))


def _echo(lines: Iterator[str]) -> None:
    for line in list(lines):
        click.echo(line)


# One question -----------------------------------------------------------------------------


def _asked(book: Procedure, table: Authority, asked: Inquiry) -> Iterator[str]:
    """Who decides it, on each side, and what happens if nobody does."""
    try:
        found = find(book, asked)
    except ValueError as error:  # hours that never open again
        raise Failure(str(error)) from None
    if found.refusal:
        raise Failure(found.refusal, REFUSED)
    yield _question(book, asked, found)
    if found.meaning:
        yield found.meaning
    yield f"Version {found.version} of the procedure; times in {book.time_zone}, where {book.name} is."
    if asked.pace != 1:
        yield _at_a_pace(asked.pace)
    yield from _at_the_msp(book, table, asked, found)
    yield from _at_the_client(book, table, asked, found)
    yield ""
    yield from _afterwards(book, table, asked, found)


def _at_a_pace(pace: float) -> str:
    return f"Pace {pace:g}: times run that much faster than agreed, and nobody's hours count."


def _question(book: Procedure, asked: Inquiry, found: Findings) -> str:
    """ "replace hardware (GBP 1,800), high, for Harbor Trading, on Thursday 3 December 2026 14:00 GMT"."""
    terms, option = book.clients[asked.client], asked.proposal.option
    what = f"{option}: {found.action}" if option else found.action
    takes = f" ({found.price})" if found.price else ""
    there = asked.now.astimezone(ZoneInfo(terms.time_zone))
    when = f"on {there:%A} {there.day} {there:%B %Y %H:%M %Z}{_hours(book, asked)}"
    return f"{what}{takes}, {asked.severity}, for {terms.name}, {when}"


def _hours(book: Procedure, asked: Inquiry) -> str:
    """Whether the client works then; nothing if it has no hours."""
    hours = Watch(book, asked.client, asked.severity, asked.pace).hours
    if hours is None:
        return ""
    return ", in hours" if hours.is_open(asked.now) else ", out of hours"


def _at_the_msp(book: Procedure, table: Authority, asked: Inquiry, found: Findings) -> Iterator[str]:
    yield ""
    if found.own:
        yield f"{book.name}: {_name(book, asked.asker)} may decide it alone, on the spot. {found.own}"
        return
    watch = Watch(book, asked.client, asked.severity, asked.pace)
    hours = f" of {book.clients[asked.client].name}'s hours" if watch.answers_in_hours else ""
    yield f"{book.name} asks in this order; each has {_within(table, asked)}{hours} to answer:"
    yield from _order(book, asked, found.msp)
    yield from _depends(book, found.msp, found.contacts, book.clients[asked.client].name)
    reads = reader(book, "", asked.client, asked.now)
    yield from (f"Passed over: {reads.told(one.told(asked.now))}" for one in found.msp.missing)
    if found.needed > 1:
        yield "Two different people must say yes, neither of them the one who asks."
    elif not asked.asker and found.msp.deciders[0].level != OWNER:
        yield f"Whoever stands on one of these tiers decides it for {book.name} without asking."


def _at_the_client(book: Procedure, table: Authority, asked: Inquiry, found: Findings) -> Iterator[str]:
    name = book.clients[asked.client].name
    yield ""
    if not found.consent:
        yield f"{name} need not agree."
        return
    watch = Watch(book, asked.client, asked.severity, asked.pace)
    hours = " of their hours" if watch.hours and watch.runs == "hours" else ""
    why = reasons(found.consent, amount(asked.proposal.cost, table.currency))
    if not found.contacts.deciders:
        yield f"{name} must agree, since {' and '.join(why)}, and nobody there may:"
        yield f"asked now it is undecided at once, and {_name(book, found.undecided)} is told."
        return
    yield f"{name} must agree, since {' and '.join(why)}; asked at the same time,"
    yield f"each has {_within(table, asked)}{hours} to answer:"
    yield from _order(book, asked, found.contacts)
    if not found.own:
        yield from _depends(book, found.contacts, found.msp, book.name)


def _within(table: Authority, asked: Inquiry) -> str:
    """How long each has to answer; at a pace what is left of it."""
    agreed = table.answer_within[asked.severity]
    return str(agreed) if asked.pace == 1 else f"{agreed} ({spoken(agreed.exact / asked.pace)} at this pace)"


def _order(book: Procedure, asked: Inquiry, bench: Bench) -> Iterator[str]:
    """Who is asked when, each if the one before has not answered, under which line of the table."""
    times = (asked.now, *(step.at for step in bench.ahead))
    rows: list[tuple[str, ...]] = [
        (
            tables.shown(since, book.time_zone),
            _who(book, decider),
            _as(book, asked, decider),
            tables.shown(until, book.time_zone),
            str(decider.line),
        )
        for decider, (since, until) in zip(bench.deciders, pairwise(times), strict=True)
    ]
    return tables.lines(("AT", "WHO", "AS", "ANSWERS BY", "UNDER"), rows)


def _depends(book: Procedure, bench: Bench, other: Bench, name: str) -> Iterator[str]:
    """Who of one side is asked only if the other, by its name, has agreed before nobody is left there."""
    if not other.ahead:
        return
    end = other.ahead[-1].at
    later = zip(bench.deciders[1:], bench.ahead, strict=False)  # the last step of those ahead names nobody
    names = [_name(book, decider.person) for decider, step in later if step.at >= end]
    if names:
        at = tables.shown(end, book.time_zone)
        yield f"Asked only if {name} has agreed by {at} (else it is undecided then): {', '.join(names)}."


def _who(book: Procedure, decider: Decider) -> str:
    away = f" (for {_name(book, decider.instead_of)})" if decider.instead_of else ""
    return _name(book, decider.person) + away


def _as(book: Procedure, asked: Inquiry, decider: Decider) -> str:
    contacts = book.clients[asked.client].contacts
    if decider.level in contacts:
        return contacts[decider.level].title or "contact"
    return ", ".join(filter(None, (decider.level, decider.role)))


def _afterwards(book: Procedure, table: Authority, asked: Inquiry, found: Findings) -> Iterator[str]:
    """What else follows: acting first, the code, the end without an answer, and after a yes."""
    for line in table.actions[found.action].may if asked.severity == "critical" else ():
        if line.when == "emergency" and line.covers(asked.proposal.cost, asked.proposal.downtime):
            yield f"May act, and tell afterwards: {line.tier}, {line.reach(table.currency)}."
    if found.code:
        yield "A yes through a link needs the code from the mail."
    benches = (Bench() if found.own else found.msp, found.contacts)
    ends = [bench.ahead[-1].at for bench in benches if bench.ahead]
    if ends and (found.contacts.deciders or not found.consent):
        at = tables.shown(min(ends), book.time_zone)
        yield f"If nobody decides: undecided at {at}, and {_name(book, found.undecided)} is told."
    if asked.proposal.option:
        yield f"After a yes: {_then(table.options[asked.proposal.option])}."


def _then(option: Option) -> str:
    if option.resolves:
        return "the ticket is resolved, and the customer reads the decision"
    until = ", once the date that was named is over" if option.until else ""
    return f"{option.carried_out_by} carries it out{until}"


# The whole table --------------------------------------------------------------------------


def _whole(book: Procedure, table: Authority, client: str, pace: float) -> Iterator[str]:
    terms = book.clients[client]
    yield f"Who may approve what at {book.name} and {terms.name}; version {book.version} of the procedure."
    if pace != 1:
        yield _at_a_pace(pace)
    yield ""
    rows = [row for name in table.actions for row in _action(book, table, client, name)]
    head = ("ACTION", f"{book.name} MAY".upper(), f"{terms.name} MUST AGREE".upper(), "WHO THERE MAY")
    yield from tables.lines(head, rows)
    if table.options:
        yield ""
        options: list[tuple[str, ...]] = [(name, o.action, _then(o)) for name, o in table.options.items()]
        yield from tables.lines(("MANAGEMENT'S OPTION", "ACTION", "AFTER A YES"), options)
    yield ""
    times = ", ".join(f"{severity} {time}" for severity, time in table.answer_within.items())
    yield f"Each who is asked has to answer within: {times}."
    yield "In hours and out of hours are the client's, when it is asked and decided, not when it is done."
    yield f"Whatever no line reaches: {_name(book, table.owner or book.last_resort.person)} decides."
    yield f"If nobody decides: {_name(book, table.undecided or book.last_resort.person)} is told."


def _action(book: Procedure, table: Authority, client: str, name: str) -> Iterator[tuple[str, ...]]:
    """The rows of one action: its lines at the MSP, and beside them those of the contacts."""
    action = table.actions[name]
    when = consent_terms(Watch(book, client, "high"), name)
    tiers = [f"{line.tier}, {line.reach(table.currency)}" for line in action.may]
    lines = lines_of(name, book.clients[client].authority) if when else ()
    contacts = [f"{_name(book, line.contact)}, {line.reach(table.currency)}" for line in lines]
    marks = [*(["two people"] if action.two_people else []), *(["risky"] if action.risky else [])]
    first = f"{name} ({', '.join(marks)})" if marks else name
    consent = ", ".join(_CONSENT[reason] for reason in when) or "no"
    rows = zip_longest([first], tiers or ["nobody"], [consent], contacts, fillvalue="")
    return (tuple(row) for row in rows)


def _name(book: Procedure, ident: str) -> str:
    person = book.person(ident)
    return person.name if person else ident
