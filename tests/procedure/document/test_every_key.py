"""The document can't lie: whatever is changed in a procedure, it says so to a client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from pydantic import ValidationError

from procedure.book.procedure import Client, Procedure
from procedure.check.mistakes import mistakes
from procedure.document.content import ClientDocument, agreed
from procedure.document.difference import differences
from procedure.document.whole import document
from tests.keys import keys
from tests.procedure.document.whole import book_of, whole
from tests.tables import every

TODAY = date(2026, 11, 28)

NO_PLACE = {
    r"people\.\*\.mail": "pages and mails go there; clients call, or answer to the desk",
    r"people\.\*\.(known_as|channels|links_taken_back)(\..*)?": "how Rung reaches and knows its own people",
    r"people\.\*\.leave(\..*)?": "who is away is nobody's affair; who stands in is told when it matters",
    r"rotas\.\*\.calendar(\..*)?": "where the calendar is, and its secret; that there is one, it says",
    r"(helpdesks|monitors)(\..*)?": "how machines are connected; what watches a system, it says",
    r"clients\.\*\.(contacts\.\*\.)?links_taken_back": "security of links, not what is agreed",
    r"clients\.\*\.contacts\.\*\.leave(\..*)?": "it changes every week; whoever else may agree is asked",
    r"clients\.\*\.prevention\.\*\.(last|readings)": "what was done and measured: it goes on by itself",
    r"clients\.\*\.systems\.\*\.briefing": "for whoever is paged: where it runs and where the keys are",
}
"""What a client's contract has no place for, and why."""

NEVER_ALONE = {"authority.options.*.resolves"}
"""What can't be changed without something else: an option is carried out, or resolves the ticket."""

Path = tuple[str | int, ...]


def shown(key: str) -> bool:
    return not any(re.fullmatch(pattern, key) for pattern in NO_PLACE)


KEYS = [*keys(Procedure), *keys(Client, "clients.*.")]


def documents(book: Procedure) -> tuple[ClientDocument, ...]:
    """What it says to each client."""
    return tuple(document(book, client, TODAY) for client in book.clients)


@cache
def as_it_is() -> tuple[ClientDocument, ...]:
    """The same of the procedure in which nothing is changed."""
    return documents(book_of(whole()))


def prints(found: tuple[ClientDocument, ...]) -> list[str]:
    return [one.fingerprint for one in found]


@cache
def printed_as_it_is() -> list[str]:
    return prints(as_it_is())


def places(told: Any, key: list[str], path: Path = ()) -> Iterator[Path]:
    """Where a key stands in what is written."""
    if not key:
        yield path
    elif key[0] == "*":
        inner = told.items() if isinstance(told, dict) else enumerate(told)
        for name, one in inner:
            yield from places(one, key[1:], (*path, name))
    elif isinstance(told, dict) and key[0] in told:
        yield from places(told[key[0]], key[1:], (*path, key[0]))


WORDS = (
    """
    always|hours|staffed|on call|emergencies only|in hours|out of hours|emergency|critical|high|medium|low
    |down|impaired|limited|cost|downtime|generic|hmac|path|SEK|SE|SCT|Europe/Stockholm|closed|10:00-12:00
    |2026-11-30|2026-12-07|Monday 10:00|2026-12-20 10:00|2027-02-01 10:00|other@harbor.example
    |17 minutes|3 hours|3 business days|first level|senior specialist|engineering|management
    |office mail|ben|bo|gil|mia|tom|vera|otto|ida|raj|kim|seniors|engineers|restart|decline|something else
""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)


def others(value: Any) -> Iterator[Any]:
    """What could be written instead."""
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1)
        case str():
            yield from (word for word in WORDS if word != value)
        case list():
            yield from ([*value[1:]], [*value[:-1]], [*reversed(value)], [])
            yield from ([word] for word in WORDS)
            for place, one in enumerate(value):
                yield from ([*value[:place], other, *value[place + 1 :]] for other in others(one))
        case dict():
            yield from ({k: v for k, v in value.items() if k != gone} for gone in value)
            yield from ({**value, "critical": "always"}, {**value, "low": "always"})
            for name, one in value.items():
                yield from ({**value, name: other} for other in others(one))


def renamed(told: Any, name: str) -> Any:
    """The same with something that is named in many places called otherwise in all of them."""
    match told:
        case list():
            return [renamed(one, name) for one in told]
        case dict():
            return {renamed(key, name): renamed(one, name) for key, one in told.items()}
    return "something else" if told == name else told


def changed(key: str) -> Iterator[Procedure]:
    """Every procedure that differs in this key alone, and checks."""
    told = whole()
    for path in places(told, key.split(".")):
        holder: Any = told
        for step in path[:-1]:
            holder = holder[step]
        before = holder[path[-1]]
        for other in others(before):
            holder[path[-1]] = deepcopy(other)
            yield from checked(told)
        holder[path[-1]] = before
        if isinstance(before, str):
            yield from checked(renamed(told, before))


def checked(told: dict[str, Any]) -> Iterator[Procedure]:
    """The procedure it makes, if it makes one."""
    with suppress(ValidationError, ValueError):
        book = book_of(told)
        if not any(True for _ in mistakes(book)):
            yield book


def test_the_procedure_that_is_changed_has_every_key() -> None:
    """Who adds a key adds it there, and to the document or to what it has no place for."""
    told = whole()

    assert [key for key in KEYS if not any(places(told, key.split(".")))] == []


def test_what_has_no_place_is_in_the_files() -> None:
    """No reason is given for a key that there is not any more."""
    for pattern in NO_PLACE:
        assert any(re.fullmatch(pattern, key) for key in KEYS), pattern


@every("key", [key for key in KEYS if shown(key) and key not in NEVER_ALONE])
def test_a_changed_key_changes_the_document(key: str) -> None:
    """Of some client at least, in what is agreed: not only in short or for the days ahead. In words, too."""
    other = next(
        (found for book in changed(key) if prints(found := documents(book)) != printed_as_it_is()), None
    )

    assert other is not None
    assert any(
        differences(agreed(before), agreed(after)) for before, after in zip(as_it_is(), other, strict=True)
    )


def test_an_option_that_resolves_the_ticket_says_so() -> None:
    """Which an option never has beside a tier that carries it out."""
    told = whole()
    told["authority"]["options"]["buy"] |= {"carried_out_by": "", "resolves": True}

    assert "you read why, and are asked whether that settles it" in str(
        document(book_of(told), "harbor", TODAY)
    )


def test_whether_a_rota_is_a_calendar_is_said() -> None:
    """Though not where that is."""
    told = whole()
    told["rotas"]["seniors"] = {"calendar": {"file": "seniors.ics"}}

    assert prints(documents(book_of(told))) != printed_as_it_is()


@every("key", [key for key in KEYS if not shown(key)])
def test_what_has_no_place_changes_nothing(key: str) -> None:
    """A client confirms what concerns it: no address of somebody else makes that void."""
    for book in islice(changed(key), 5):
        after = documents(book)
        assert prints(after) == printed_as_it_is()
        assert not any(
            differences(agreed(one), agreed(two)) for one, two in zip(as_it_is(), after, strict=True)
        )
