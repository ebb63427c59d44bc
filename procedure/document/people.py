"""Who is who on both sides, how they reach each other, and what the first level asks."""

from __future__ import annotations

from collections.abc import Iterator

from procedure.book.procedure import Client, Procedure
from procedure.document.content import Row, Section, Table, listed, points
from procedure.document.naming import name
from procedure.duty.on_duty import Watch


def reaching(watch: Watch) -> Section:
    """How both sides reach each other."""
    book, client = watch.book, watch.book.clients[watch.client]
    return Section(
        "How to reach us",
        "",
        (
            points("", *_ways(book, client)),
            Table("Your people", ("who", "what they do", "mail"), tuple(_contacts(client))),
        ),
    )


def _ways(book: Procedure, client: Client) -> Iterator[tuple[str, str]]:
    door = "open your private emergency page, and say who, what is down and how many it hits"
    yield "in an emergency", f"call {book.phone}, or {door}" if book.phone else door
    yield (
        "for everything else",
        "open a ticket in the helpdesk; our mails tell you who has it and what comes next",
    )
    sender = book.mail.sender
    yield (
        "our mails",
        f"come from {sender.name} <{sender.mail}>; each has one link, to a page made for its reader alone",
    )
    if client.account_manager:
        yield "who looks after you", name(book, client.account_manager)
    first = next(iter(client.contacts.values()))
    yield "who hears from us", f"whoever wrote; if they are not among your people below, {first.name}"
    apart = client.time_zone != book.time_zone
    both = f"yours are those of {client.time_zone}, ours those of {book.time_zone}"
    yield "times", both if apart else f"yours and ours are those of {book.time_zone}"
    yield (
        "your name",
        f"tickets may call you {listed(list(client.known_as), 'or')}, too" if client.known_as else "",
    )


def _contacts(client: Client) -> Iterator[Row]:
    return (Row(one.name, (one.title, one.mail)) for one in client.contacts.values())


def who_is_who(book: Procedure) -> Section:
    """The people of the MSP."""
    rows = tuple(Row(person.name, (person.title,)) for person in book.people.values())
    return Section("Our people", "", (Table("", ("who", "what they do"), rows),))


def first_questions(book: Procedure) -> Section | None:
    """What the first level asks and tries; None where the procedure says nothing of it."""
    if not book.categories:
        return None
    columns = ("kind of trouble", "what we ask", "what we try")
    rows = tuple(
        Row(kind, (" ".join(one.questions), " ".join(one.steps))) for kind, one in book.categories.items()
    )
    return Section(
        "What we ask and try first",
        "It saves time to have the answers at hand.",
        (Table("", columns, rows),),
    )
