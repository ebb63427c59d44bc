"""The emergency door: three facts open a ticket at once; a second report, and the helpdesk's own
ticket, join it later.

An emergency is an ordinary ticket of the helpdesk "emergency", critical until a person says
otherwise. Its number is its reference: short enough for the phone, and all that a helpdesk's
ticket needs in its text to be joined to it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from procedure import incoming
from procedure.book.people import Person
from procedure.book.procedure import Client
from procedure.book.severity import Facts, System, find_system
from procedure.kinds import Kind
from procedure.record import Entry, Refused
from procedure.ticket.helpdesk import Event
from procedure.ticket.opening import Opening, ticket_id
from procedure.ticket.state import Note, NoticeKind, Ticket
from procedure.ticket.tiers import close, reopen
from procedure.wording import legible

HELPDESK = "emergency"
"""The helpdesk of tickets that come through the emergency door."""

SAME_WITHIN = timedelta(hours=12)
"""For how long what comes in about the same system counts as the same trouble."""

LONGEST_WHO = incoming.LONGEST_LINE
LONGEST_WHAT = incoming.LONGEST_WHAT
LONGEST_USERS = incoming.LONGEST_USERS

_SPOKEN = "23456789bcdfghjkmnpqrstvwxyz"
"""What references are made of: nothing that looks like something else, and no vowels to make words."""

_DIGITS = 6

FEWEST_DIGITS = 3
"""Of a number that somebody can be called back at: an extension at least."""


@dataclass(frozen=True)
class Report:
    """What somebody reports: the three facts that are needed, in their own words.

    ``who`` says how to call them back too; ``what`` is a system of the client or free words,
    ``more`` what they add to it.
    """

    who: str
    what: str
    users: str
    more: str = ""


# Opening ---------------------------------------------------------------------------------


def reference(client: str, key: str) -> str:
    """The number of an emergency: the same for the same key, however often it is sent."""
    left = int.from_bytes(hashlib.sha256(f"{client}/{key}".encode()).digest())
    spoken = ""
    for _ in range(_DIGITS):
        left, digit = divmod(left, len(_SPOKEN))
        spoken += _SPOKEN[digit]
    return f"e-{spoken}"


def report_opening(client: str, terms: Client, report: Report, key: str) -> Opening:
    """The ticket that a report opens; raises ``Refused`` with all that is missing."""
    who, what, users = (" ".join(legible(text).split()) for text in (report.who, report.what, report.users))
    more = legible(report.more)
    contact = _contact(terms.contacts, who)
    _must_be_complete(who, what, users, bool(contact))
    _must_not_be_longer(who, what + more, users)
    number, system, count = reference(client, key), _system(terms.systems, what), _count(users)
    return Opening(
        client=client,
        helpdesk=HELPDESK,
        number=number,
        title=_title(terms.systems, what),
        requester=contact or next(iter(terms.contacts)),
        description="\n".join(
            (
                f"Reported as an emergency by {who}.",
                f"What is down: {what}",
                *filter(None, [more]),
                f"How many people: {users}",
                f"Reference: {number}",
            )
        ),
        facts=Facts(system=system, state="down", users=count),
        caller=who,
        uncounted=users if count is None else "",
    )


def report_event(opening: Opening, now: datetime, again: bool = False) -> Event:
    """The event that brings a report to its ticket, once however often it is sent.

    With ``again`` an earlier try may have opened the ticket with other words: these are told too.
    """
    words = hashlib.sha256(f"{opening.description}{opening.facts}".encode()).hexdigest()[:12]
    text = opening.description if again else ""
    return Event(delivery=f"door-{words}", at=now, by=opening.caller, text=text, facts=opening.facts)


def _must_be_complete(who: str, what: str, users: str, known: bool) -> None:
    missing = []
    if not who:
        missing.append("Say who you are, and how we call you back.")
    elif not known and "@" not in who and sum(map(str.isdigit, who)) < FEWEST_DIGITS:
        missing.append("Say how we call you back: a number, beside your name.")
    if not what:
        missing.append("Say what is down.")
    if not users:
        missing.append('Say how many people are affected: a number, or "all".')
    if missing:
        raise Refused(" ".join(missing))


def _must_not_be_longer(who: str, what: str, users: str) -> None:
    for text, longest, fact in (
        (who, LONGEST_WHO, "Who you are"),
        (what, LONGEST_WHAT, "What is down"),
        (users, LONGEST_USERS, "How many people are affected"),
    ):
        if len(text) > longest:
            raise Refused(f"{fact} is too long: {longest} characters at most. Say the rest on the phone.")


def _contact(contacts: Mapping[str, Person], who: str) -> str:
    """The contact who reports it, if one is named: by name, mail or id, as a word of its own."""
    said = who.casefold()
    for ident, person in contacts.items():
        if _says(said, person.name) or _says(said, person.mail):
            return ident
    return next((ident for ident in contacts if _says(said, ident)), "")


def _system(systems: dict[str, System], what: str) -> str:
    """The system that is meant: by one of its names, or the only one that is named in the words."""
    known = find_system(systems, what)
    if known in systems:
        return known
    said = what.casefold()
    named = [
        name
        for name, system in systems.items()
        if any(_says(said, alias) for alias in (name, *system.known_as))
    ]
    return named[0] if len(named) == 1 else ""


def _says(said: str, name: str) -> bool:
    """Whether a text has a name in it, not as a part of another word."""
    return bool(re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", said))


def _title(systems: dict[str, System], what: str) -> str:
    """The caller's own words for it, or the system's name where they are nothing more."""
    known = find_system(systems, what)
    title = f"EMERGENCY: {known} down" if known in systems else f"EMERGENCY: {what}"
    return incoming.Bound(incoming.LONGEST_LINE, cut=True).read(title)


def _count(users: str) -> int | None:
    """How many users, from words such as "about 1,200"; of several numbers the highest, when in doubt.

    Everybody is no number: not known, which counts as the worst it could be.
    """
    if re.search(r"\b(every|whole)", users.casefold()):
        return None
    together = re.sub(r"(?<=\d)[,.'](?=\d{3}\b)", "", users)
    return max((int(found) for found in re.findall(r"\b\d{1,6}\b", together)), default=None)


# Where it stands -------------------------------------------------------------------------


def taken_at(ticket: Ticket) -> datetime | None:
    """Since when its holder has it; None while nobody does."""
    if not ticket.here.acknowledged:
        return None
    taken = (Kind.HAS_IT, Kind.ACCEPTED)
    found = (one for one in reversed(ticket.record) if one.kind in taken and one.by == ticket.holder)
    return next((one.at for one in found), None)


def paged_so_far(ticket: Ticket) -> tuple[str, ...]:
    """Everyone at its tier who was paged, the latest last."""
    waits = ticket.here.people is None or not ticket.here.people.presented or ticket.opens
    return () if waits or not ticket.here.people else ticket.here.people.rungs[: ticket.here.people.at + 1]


# Joining ---------------------------------------------------------------------------------


def find_same(
    emergencies: Iterable[Ticket], opening: Opening, systems: dict[str, System], now: datetime
) -> Ticket | None:
    """The open emergency that what comes in is about: the one it names, else the newest like it."""
    same = [ticket for ticket in emergencies if is_same(ticket, opening, systems, now)]
    return max(same, key=lambda ticket: (_names_it(ticket, opening), ticket.opened), default=None)


def is_same(emergency: Ticket, opening: Opening, systems: dict[str, System], now: datetime) -> bool:
    """Whether a helpdesk's new ticket, or another report, is about an open emergency.

    It is if it carries the reference; or if it is about the same system, not long after, while
    nobody says yet that it is solved. A feature that is missing there is another matter.
    """
    if not emergency.caller or emergency.closed or emergency.id == opening.id:
        return False
    if (emergency.client, emergency.drill) != (opening.client, opening.drill):
        return False
    if opening.caller and emergency.severity != "critical":
        # What a person has lowered may wait until the morning; who calls now may not.
        return False
    if _names_it(emergency, opening):
        return True
    system = find_system(systems, opening.facts.system)
    if opening.caller and opening.title != _title(systems, system):
        # A system that is only mentioned ("the server room, trading still works") may not be what is down.
        return False
    return (
        bool(system)
        and system == find_system(systems, emergency.facts.system)
        and emergency.status != "resolved"
        and opening.facts.state != "limited"
        and now - emergency.opened <= SAME_WITHIN
    )


def _names_it(emergency: Ticket, opening: Opening) -> bool:
    """Whether the words have its reference in them, as it is heard on the phone too: "E 4F7K2P".

    The reference of a report that has joined it leads to it, too.
    """
    door = ticket_id(emergency.client, HELPDESK, "e-")
    reports = (source for source in (emergency.id, *emergency.joins) if _is_report(emergency, source))
    spoken = "|".join(re.escape(source.removeprefix(door)) for source in reports)
    text = f"{opening.title}\n{opening.description}".casefold()
    return bool(re.search(rf"(?<![0-9a-z])e[ -]?(?:{spoken})(?![0-9a-z])", text))


def from_helpdesk(emergency: Ticket) -> tuple[str, ...]:
    """Those of its joins that are a helpdesk's tickets, the first one first."""
    return tuple(source for source in emergency.joins if not _is_report(emergency, source))


def _is_report(emergency: Ticket, source: str) -> bool:
    """Whether one of its joins came through the emergency door as well."""
    return source.startswith(ticket_id(emergency.client, HELPDESK, "e-"))


def joined_to(ticket: Ticket, emergency: str, now: datetime) -> Ticket:
    """What an emergency goes on for: nobody is paged for it, and it is over."""
    ticket = close(ticket, Entry(now, Kind.JOINED_TO, number=emergency))
    return replace(ticket, joined=emergency, notices=())


MOST_JOINS = 40
"""How many of those that joined an emergency it knows by name, besides the last one."""


def joined_by(ticket: Ticket, opening: Opening, names: Mapping[str, str], now: datetime) -> Ticket:
    """An emergency that a helpdesk's ticket or another report has joined: its holder reads what that says.

    Whoever wrote it is told who has it. If it was closed just then, it is opened again; and if it
    was solved, who calls says that it is not.
    """
    if opening.id in ticket.joins:
        return ticket
    what = f"report {opening.number}" if opening.caller else f"{opening.helpdesk} ticket {opening.number}"
    by, via = opening.caller or opening.requester, "the emergency door" if opening.caller else "the helpdesk"
    words = "\n".join(filter(None, (f"{what}: {opening.title}", opening.description.strip())))
    ticket = replace(
        ticket,
        # Its own helpdesk's ticket comes first: it says whether it is over.
        joins=(*ticket.joins[:MOST_JOINS], opening.id),
        names={**ticket.names, **names},
    ).with_note(Note(now, by, words))
    ticket = ticket.noted(Entry(now, Kind.JOINED, by, via, what=what, words=opening.title))
    if ticket.closed or (opening.caller and ticket.status == "resolved"):
        return reopen(ticket, Entry(now, Kind.JOINED_AGAIN, what=what))
    ticket = ticket.tell(NoticeKind.CUSTOMER_SAYS, ticket.holder, text=words)
    if opening.requester != ticket.requester:
        ticket = ticket.tell(NoticeKind.RECEIVED, opening.requester)
    return ticket


def at_joining(event: Event) -> Event:
    """What a helpdesk's ticket had heard before it joined: that it is new there opens nothing again."""
    return replace(event, state=None) if event.state in ("open", "waiting") else event


def heard_through(ticket: Ticket, source: str, event: Event) -> Event:
    """An event of a helpdesk's ticket or another report, as the emergency that it has joined takes it.

    Of several tickets that have joined, the first says whether it is over: others are closed there
    as its doubles, while somebody still works on it. Another report can only make it worse: by more
    people than were known. An event of the ticket itself stays as it is.
    """
    if not source:
        return event
    # Whose emergency it is does not change with whose ticket, or report, has joined it.
    event = replace(event, requester="")
    if _is_report(ticket, source):
        event = replace(event, state=None, facts=Facts(users=_more(ticket.facts.users, event.facts.users)))
    first = from_helpdesk(ticket)[:1] in ((), (source,))
    return replace(event, delivery=f"{source}/{event.delivery}", state=event.state if first else None)


def _more(known: int | None, said: int | None) -> int | None:
    """The second of two counts if it is higher; nothing is more than what was never counted."""
    return said if known is not None and said is not None and said > known else None


def opening_of(ticket: Ticket) -> Opening:
    """The opening of a ticket that has ended, to start it again."""
    return Opening(
        client=ticket.client,
        helpdesk=ticket.helpdesk,
        number=ticket.number,
        title=ticket.title,
        requester=ticket.requester,
        description=ticket.description,
        facts=ticket.facts,
        drill=ticket.drill,
        caller=ticket.caller,
        found_by=ticket.found_by,
    )
