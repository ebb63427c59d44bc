"""Who may decide a proposal at an instant, in the order they are asked, and under which line of the table.

At the MSP the lowest tier that has enough authority, then those above it, and where fewer people have it
than must say yes, the named owner; at the client, where its consent is needed, the contacts who may give it,
in the order they are written. Looked up live: when the question is put, each time it goes on, and again when
somebody decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Literal

from procedure.book.authority import (
    Action,
    Authority,
    AuthorityLine,
    Consent,
    Option,
    TableLine,
    TierLine,
    lines_of,
)
from procedure.book.procedure import Client, Procedure, Tier
from procedure.book.proposal import Proposal, price
from procedure.book.severity import Severity
from procedure.clocks.calendars import AlwaysOpen, Span, from_wall
from procedure.clocks.spans import Stopwatch, UntilOpening
from procedure.duty.on_duty import Watch, stands_in
from procedure.ladder import Ahead, due_from
from procedure.record import Missing

SideName = Literal["msp", "client"]

OWNER = "owner"
"""The level of the one who is asked where the tiers can't decide."""


@dataclass(frozen=True)
class Decider:
    """Somebody who may decide: at which level (a tier, or the client), and under which line of the table."""

    person: str
    level: str
    line: TableLine
    role: str = ""
    instead_of: str = ""


@dataclass(frozen=True)
class Bench:
    """Who is to be asked on one side, in order; when the first of them is reminded, and owes the answer.

    ``ahead`` is what comes after if nobody answers: who is asked when; nobody is left at the end of it.
    """

    deciders: tuple[Decider, ...] = ()
    remind: datetime | None = None
    due: datetime | None = None
    ahead: tuple[Ahead, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Turn:
    """Where one side stands: who was asked already, which levels had their time, since when it is due."""

    asked: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    planned: datetime | None = None


@dataclass(frozen=True)
class Inquiry:
    """What has to be known to put a proposal before somebody, or before the next one.

    ``act_first`` is the wish to do it at once, on the authority for emergencies; ``names`` are those
    of people it was about before.
    """

    client: str
    severity: Severity
    proposal: Proposal
    asker: str
    now: datetime
    pace: float = 1.0
    act_first: bool = False
    msp: Turn = Turn()
    contacts: Turn = Turn()
    fresh: bool = True
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Findings:
    """The answer to an inquiry. With a ``refusal`` nothing can be asked; it says why.

    ``own`` is the line under which the one who asks may decide alone, ``first`` the one under which
    they may act first. ``needed`` is how many people of the MSP must say yes, ``consent`` why the
    client must. ``code`` says that a yes needs the code from the mail. ``tier``, ``until`` and
    ``resolves`` are what follows a decision of management's.
    """

    version: str
    msp_name: str = ""
    refusal: str = ""
    action: str = ""
    meaning: str = ""
    price: str = ""
    currency: str = ""
    own: TableLine | None = None
    first: TableLine | None = None
    needed: int = 1
    consent: tuple[Consent, ...] = ()
    code: bool = False
    msp: Bench = Bench()
    contacts: Bench = Bench()
    undecided: str = ""
    tier: str = ""
    until: bool = False
    resolves: bool = False
    names: dict[str, str] = field(default_factory=dict)
    channels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    every_channel: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether somebody may decide now: on whose side, under which line; or why not.

    For somebody of the MSP ``consent`` is why the client must agree to it, if it is done now.
    """

    version: str
    side: SideName = "msp"
    level: str = ""
    line: TableLine | None = None
    refusal: str = ""
    name: str = ""
    consent: tuple[Consent, ...] = ()


def find(book: Procedure, asked: Inquiry, watch: Watch | None = None) -> Findings:
    """Answer an inquiry from the procedure as it is now; by a ``watch`` that remembers, if there is one."""
    try:
        authority, option = _table(book, asked)
        asked = replace(asked, proposal=_of_option(asked.proposal, option))
        action = _action(authority, asked.proposal)
    except LookupError as unknown:
        return Findings(book.version, refusal=str(unknown.args[0]))
    proposal = asked.proposal
    watch = watch or Watch(book, asked.client, asked.severity, asked.pace)
    deciders = _deciders(watch, asked, action)
    own = None if action.two_people else _own_line(watch, asked, deciders)
    why = consent(watch, proposal, asked.now if own else _looked_at(watch, asked.now))
    msp = _bench(watch, asked, asked.msp, deciders, watch.answering, _missing(watch, asked))
    # A side that was asked goes on: by the time of its answer nothing may be down in their hours any more.
    asks_client = bool(why) or not asked.fresh
    reads = _read_by_client(watch, asked.now)
    agreeing = there(watch, contacts_of(watch, proposal, reads), reads) if asks_client else ()
    contacts = _bench(watch, asked, asked.contacts, agreeing, _desk(watch))
    needed = 0 if own else _needed(action)
    findings = Findings(
        version=book.version,
        msp_name=book.name,
        action=proposal.action,
        meaning=option.meaning if option else action.meaning,
        price=price(proposal, authority.currency),
        currency=authority.currency,
        own=own,
        first=_first_line(watch, asked.asker, proposal, asked.now) if asked.act_first else None,
        needed=needed,
        consent=why,
        code=action.risky or proposal.cost > 0,
        msp=msp,
        contacts=contacts,
        undecided=_told_undecided(book, asked.now),
        tier=option.carried_out_by if option else "",
        until=option.until if option else False,
        resolves=option.resolves if option else False,
        every_channel=watch.every_channel,
    )
    if asked.fresh and (refusal := _out_of_reach(watch, authority, asked, findings)):
        return Findings(book.version, refusal=refusal)
    return _named(book, watch, asked, findings)


def judge(book: Procedure, asked: Inquiry, person: str) -> Verdict:
    """Whether somebody may decide a proposal now. Never the one who asks."""
    name = _name(book, person)
    if person == asked.asker:
        return Verdict(book.version, refusal=f"{name} asks: somebody else has to decide.")
    try:
        authority, _ = _table(book, asked)
        action = _action(authority, asked.proposal)
    except LookupError as unknown:
        return Verdict(book.version, refusal=str(unknown.args[0]))
    watch = Watch(book, asked.client, asked.severity, asked.pace)
    if book.client_of(person) == asked.client:
        return _judge_contact(watch, authority, asked, person)
    if person not in book.people:
        return _judge_stranger(book, asked, person)
    for tier, line in tier_lines(watch, asked.proposal, asked.now):
        if stands_on(watch, person, tier, asked.now):
            why = consent(watch, asked.proposal, asked.now)
            return Verdict(book.version, "msp", tier.name, line, name=name, consent=why)
    for decider in _deciders(watch, asked, action):
        if (decider.person, decider.level) == (person, OWNER):
            why = consent(watch, asked.proposal, asked.now)
            return Verdict(book.version, "msp", OWNER, decider.line, name=name, consent=why)
    text = f"{name} has not the authority for {_called(authority, asked.proposal)}."
    return Verdict(book.version, refusal=text, name=name)


def _judge_stranger(book: Procedure, asked: Inquiry, person: str) -> Verdict:
    if book.client_of(person):
        name = _name(book, person)
        text = f"{name} belongs to another client, and can't decide."
        return Verdict(book.version, refusal=text, name=name)
    if person in asked.names:
        text = f"{asked.names[person]} is not in the procedure any more, and can't decide."
    else:
        text = f"There is no person or contact {person!r} in the procedure."
    return Verdict(book.version, refusal=text)


def _judge_contact(watch: Watch, authority: Authority, asked: Inquiry, person: str) -> Verdict:
    book, name = watch.book, _name(watch.book, person)
    for found in contacts_of(watch, asked.proposal, asked.now):
        if found.person == person:
            return Verdict(book.version, "client", found.level, found.line, name=name)
    called = _called(authority, asked.proposal)
    text = f"{name} has not the authority for {called} at {book.clients[watch.client].name}."
    return Verdict(book.version, refusal=text, name=name)


# The MSP's side ---------------------------------------------------------------------------


def tier_lines(watch: Watch, proposal: Proposal, at: datetime) -> Iterator[tuple[Tier, TableLine]]:
    """The tiers with enough authority now, lowest first, each with its line of the table."""
    authority = watch.book.authority
    if authority is None:
        return
    lines = authority.actions[proposal.action].may
    for tier in watch.book.tiers:
        for line in lines:
            fits = line.tier == tier.name and counts(watch, line, at)
            if fits and line.covers(proposal.cost, proposal.downtime):
                yield tier, line.held(proposal.action, tier.name, authority.currency)
                break


def _own_line(watch: Watch, asked: Inquiry, deciders: tuple[Decider, ...]) -> TableLine | None:
    """The line under which the one who asks may decide without asking, if there is one."""
    owned = (one.line for one in deciders if (one.person, one.level) == (asked.asker, OWNER))
    return own_line(watch, asked.asker, asked.proposal, asked.now) or next(owned, None)


def own_line(watch: Watch, person: str, proposal: Proposal, at: datetime) -> TableLine | None:
    """The line of their own tier under which somebody may decide without asking, if there is one."""
    lines = (line for tier, line in tier_lines(watch, proposal, at) if stands_on(watch, person, tier, at))
    return next(lines, None)


def _first_line(watch: Watch, person: str, proposal: Proposal, at: datetime) -> TableLine | None:
    """The line under which somebody may act first on what is critical, and tell afterwards."""
    authority = watch.book.authority
    if authority is None or watch.severity != "critical":
        return None
    for tier in watch.book.tiers:
        for line in authority.actions[proposal.action].may:
            fits = line.when == "emergency" and line.tier == tier.name
            covers = line.covers(proposal.cost, proposal.downtime)
            if fits and covers and stands_on(watch, person, tier, at):
                return line.held(proposal.action, tier.name, authority.currency)
    return None


def stands_on(watch: Watch, person: str, tier: Tier, at: datetime) -> bool:
    """Whether somebody holds a tier's authority: as one of its people, or on duty there now."""
    return person in tier.chain or person in watch.duty(tier.name, at).chain


def _tiers(watch: Watch, asked: Inquiry) -> Iterator[Decider]:
    for tier, line in tier_lines(watch, asked.proposal, _looked_at(watch, asked.now)):
        for place in watch.duty(tier.name, asked.now).places:
            yield Decider(place.person, tier.name, line, place.role, place.instead_of)


def _deciders(watch: Watch, asked: Inquiry, action: Action) -> tuple[Decider, ...]:
    """The people of the tiers that may; where fewer others do than must say yes, the owner too: one more."""
    found, authority = tuple(_tiers(watch, asked)), watch.book.authority
    if len({decider.person for decider in found} - {asked.asker}) >= _needed(action):
        return found
    named = (authority and authority.owner) or watch.book.last_resort.person
    person = stands_in(watch.book, named, asked.now)[0] or named
    line = TableLine(asked.proposal.action, OWNER, without_limit=True)
    return (*found, Decider(person, OWNER, line, instead_of=named if person != named else ""))


def _needed(action: Action) -> int:
    """How many people of the MSP must say yes, if who asks may not decide it alone."""
    return 2 if action.two_people else 1


def _looked_at(watch: Watch, at: datetime) -> datetime:
    """When somebody of the MSP looks at what is asked now: what waits for the hours is decided in them."""
    return watch.opens(at) or at


def _missing(watch: Watch, asked: Inquiry) -> tuple[Missing, ...]:
    at = _looked_at(watch, asked.now)
    tiers = [t for t, _ in tier_lines(watch, asked.proposal, at) if t.name not in asked.msp.levels]
    return tuple(one for tier in tiers[:1] for one in watch.duty(tier.name, asked.now).missing)


# The client's side ------------------------------------------------------------------------


def consent(watch: Watch, proposal: Proposal, now: datetime) -> tuple[Consent, ...]:
    """Why the client must agree; empty if it need not."""
    book = watch.book
    terms, authority = book.clients.get(watch.client), book.authority
    if authority is None or terms is None:
        return ()
    holds: dict[Consent, bool] = {
        "always": True,
        "cost": bool(proposal.cost),
        "downtime": bool(proposal.downtime),
        "downtime in hours": _in_hours(watch, proposal, now),
    }
    return tuple(when for when in consent_terms(watch, proposal.action) if holds[when])


def contacts_of(watch: Watch, proposal: Proposal, now: datetime) -> tuple[Decider, ...]:
    """The client's contacts who may agree now, in the order of their lines."""
    authority, terms = watch.book.authority, watch.book.clients.get(watch.client)
    if authority is None or terms is None:
        return ()
    when = consent_terms(watch, proposal.action)
    in_hours = "downtime in hours" in when and _in_hours(watch, proposal, now)
    cost = proposal.cost if {"always", "cost"} & {*when} else 0
    downtime = proposal.downtime if {"always", "downtime"} & {*when} or in_hours else timedelta(0)
    found = {}
    for line in lines_of(proposal.action, terms.authority):
        fits = counts(watch, line, now) and line.covers(cost, downtime)
        if fits and line.contact in terms.contacts and line.contact not in found:
            held = line.held(proposal.action, terms.contacts[line.contact].name, authority.currency)
            found[line.contact] = Decider(line.contact, line.contact, held)
    return tuple(found.values())


def there(watch: Watch, contacts: tuple[Decider, ...], at: datetime) -> tuple[Decider, ...]:
    """Those of them who are not away; all, if all are: better asked in vain than not at all."""
    return tuple(one for one in contacts if not is_away(watch, one.person, at)) or contacts


def is_away(watch: Watch, contact: str, at: datetime) -> bool:
    """Whether one of the client's contacts is on leave."""
    client = watch.book.clients[watch.client]
    return any(span.begin <= at < span.end for span in away(client, contact))


def away(client: Client, contact: str) -> tuple[Span, ...]:
    """When a contact is on leave, from midnight to midnight where the client is."""
    return tuple(
        Span(*(from_wall(datetime.combine(day, time()), client.time_zone) for day in (leave.first, after)))
        for leave in client.contacts[contact].leave
        for after in (leave.last + timedelta(days=1),)
    )


def consent_terms(watch: Watch, action: str) -> tuple[Consent, ...]:
    """When this client must agree to an action: as it has agreed itself, else as the table says."""
    authority, terms = watch.book.authority, watch.book.clients[watch.client]
    usual = authority.actions[action].consent if authority else ()
    return terms.consent.get(action, usual)


def _in_hours(watch: Watch, proposal: Proposal, now: datetime) -> bool:
    """Whether anything is down while the client works; one that has no hours always does."""
    if not proposal.downtime:
        return False
    begin = max(proposal.begins or now, now)
    hours = watch.hours
    return hours is None or hours.passed(begin, begin + proposal.downtime) > timedelta(0)


def _desk(watch: Watch) -> Stopwatch:
    """The clock on which contacts owe their answer: their hours, unless the time always runs."""
    return UntilOpening(watch.hours) if watch.hours and watch.runs == "hours" else AlwaysOpen()


def _read_by_client(watch: Watch, at: datetime) -> datetime:
    """When a contact who is asked now owes an answer from."""
    return watch.hours.opens(at) if watch.hours and watch.runs == "hours" else at


# Both -------------------------------------------------------------------------------------


def _bench(
    watch: Watch,
    asked: Inquiry,
    turn: Turn,
    deciders: Iterable[Decider],
    clock: Stopwatch,
    missing: tuple[Missing, ...] = (),
) -> Bench:
    """Those of one side who were not asked yet, and the time of the first of them."""
    left: dict[str, Decider] = {}
    for decider in deciders:
        spent = decider.person in turn.asked or decider.level in turn.levels
        if not spent and decider.person != asked.asker:
            left.setdefault(decider.person, decider)
    authority = watch.book.authority
    if not left or authority is None:
        return Bench(missing=missing)
    within, by_when = watch.lasts(authority.answer_within[watch.severity]), asked.proposal.by_when
    planned = turn.planned or asked.now
    order = tuple(left.values())
    whole = due_from(planned, clock.after(planned, within), asked.now, within, clock)
    due = _answer_by(whole, asked.now, by_when, last=len(order) == 1)
    remind = clock.after(asked.now, within / 2)
    if due == by_when:
        remind = min(remind, asked.now + (due - asked.now) / 2)
    ahead = _ahead(order, turn.levels, due, by_when, lambda at: clock.after(at, within))
    return Bench(order, remind if remind < due else None, due, ahead, missing)


def _ahead(
    order: tuple[Decider, ...],
    levels: tuple[str, ...],
    due: datetime,
    by_when: datetime | None,
    after: Callable[[datetime], datetime],
) -> tuple[Ahead, ...]:
    """Who is asked when, nobody answering: at ``by_when`` it leaves the levels that were asked."""
    steps: list[Ahead] = []
    had = [*levels, order[0].level]
    left = list(order[1:])
    while True:
        if by_when and due >= by_when:
            left = [decider for decider in left if decider.level not in had]
        if not left:
            return (*steps, Ahead(due, "", ""))
        following = left.pop(0)
        steps.append(Ahead(due, following.level, following.person))
        had.append(following.level)
        due = _answer_by(after(due), due, by_when, last=not left)


def _answer_by(due: datetime, now: datetime, by_when: datetime | None, last: bool) -> datetime:
    """An answer's time ends when it is needed, if that is still to come; the last one has until then."""
    return by_when if by_when and now < by_when and (by_when < due or last) else due


def counts(watch: Watch, line: AuthorityLine, at: datetime) -> bool:
    """Whether a line counts at this instant, by the client's hours."""
    if line.when == "always":
        return True
    closed = watch.hours is not None and not watch.hours.is_open(at)
    return line.when == ("out of hours" if closed else "in hours")


def _table(book: Procedure, asked: Inquiry) -> tuple[Authority, Option | None]:
    """The table, and management's option; LookupError says what is unknown, and what is known."""
    authority, name = book.authority, asked.proposal.option
    if authority is None:
        raise LookupError("The procedure has no authority table: write one under authority.")
    if asked.client not in book.clients:
        raise LookupError(f"There is no client {asked.client!r} in the procedure any more.")
    if name and name not in authority.options:
        known = ", ".join(authority.options) or "there is none"
        raise LookupError(f"There is no option {name!r}: {known}.")
    return authority, authority.options.get(name)


def _of_option(proposal: Proposal, option: Option | None) -> Proposal:
    """A way out of management's is about the action behind it."""
    return replace(proposal, action=option.action) if option else proposal


def _action(authority: Authority, proposal: Proposal) -> Action:
    if proposal.action not in authority.actions:
        known = ", ".join(authority.actions)
        raise LookupError(f"There is no action {proposal.action!r} in the authority table: {known}.")
    return authority.actions[proposal.action]


def _out_of_reach(watch: Watch, authority: Authority, asked: Inquiry, found: Findings) -> str:
    """Why nobody can decide it, if so: then asking would only lose time."""
    called, book = _called(authority, asked.proposal), watch.book
    if asked.act_first and not found.first and (not found.own or found.consent):
        return f"{_name(book, asked.asker)} may not act first on {called}{_not_first(authority, asked)}"
    if found.first:
        return ""
    if len(found.msp.deciders) < found.needed:
        lines = [line for line in authority.actions[asked.proposal.action].may if line.when != "emergency"]
        who = "nobody else" if found.needed == 1 else "fewer than two other people"
        most = _in_words(authority, lines) or "no tier at all"
        return f"At {book.name} {who} may approve {called} now, the owner included. The table: {most}."
    return ""


def _not_first(authority: Authority, asked: Inquiry) -> str:
    """What the table says of acting first on it, and what to do instead."""
    lines = [line for line in authority.actions[asked.proposal.action].may if line.when == "emergency"]
    instead = "Ask for it instead."
    if not lines:
        return f": nobody may. {instead}"
    if asked.severity != "critical":
        return f": that is for critical tickets only, and this one is {asked.severity}. {instead}"
    return f". The table: {_in_words(authority, lines)}. {instead}"


def _in_words(authority: Authority, lines: list[TierLine]) -> str:
    return "; ".join(f"{line.tier}, {line.reach(authority.currency)}" for line in lines)


def _called(authority: Authority, proposal: Proposal) -> str:
    takes = price(proposal, authority.currency)
    return f"{proposal.action} ({takes})" if takes else proposal.action


def _told_undecided(book: Procedure, at: datetime) -> str:
    person = (book.authority and book.authority.undecided) or book.last_resort.person
    return stands_in(book, person, at)[0] or person


def _named(book: Procedure, watch: Watch, asked: Inquiry, found: Findings) -> Findings:
    """With the names and channels of all whom it concerns."""
    both = (*found.msp.deciders, *found.contacts.deciders)
    missed = (one.person for one in (*found.msp.missing, *found.contacts.missing))
    people = (asked.asker, found.undecided, *(d.person for d in both), *(d.instead_of for d in both), *missed)
    names = {ident: person.name for ident in people if (person := book.person(ident))}
    msp = tuple(d.person for d in found.msp.deciders)
    return replace(found, names=names, channels=watch.channels(msp))


def _name(book: Procedure, ident: str) -> str:
    person = book.person(ident)
    return person.name if person else ident
