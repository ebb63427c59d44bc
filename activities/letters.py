"""What a mail says: templates, the reader's local times, and the link to their page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from procedure.book import Procedure
from procedure.calendars import local, localise
from procedure.durations import spoken
from procedure.ticket import NoticeKind
from runtime.links import Address, Links
from workflows.messages import Letter

Audience = Literal["staff", "customer"]

CUSTOMERS = frozenset(
    {
        NoticeKind.RECEIVED,
        NoticeKind.NOW_WITH,
        NoticeKind.QUESTION,
        NoticeKind.ANSWERED,
        NoticeKind.SOLVED,
        NoticeKind.CLOSED,
    }
)
"""What goes to the customer; everything else goes to the MSP's own people."""


@dataclass(frozen=True)
class Written:
    """A letter as it is sent."""

    subject: str
    text: str
    html: str
    audience: Audience


class Writer:
    """Writes letters from the templates of their kind: ``<kind>.txt`` and ``<kind>.html``."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._templates = Environment(
            loader=PackageLoader("activities", "templates"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # All at once, at the start: an upgrade of the files must not change what a running worker sends.
        for name in self._templates.list_templates():
            self._templates.get_template(name)

    def write(self, letter: Letter, book: Procedure, now: datetime) -> Written:
        """The letter in words, with times as they are where its reader is."""
        kind = letter.notice.kind
        audience: Audience = "customer" if kind in CUSTOMERS else "staff"
        zone = _zone(book, letter.notice.to)
        facts = {
            "letter": letter,
            "notice": letter.notice,
            "client": book.clients[letter.client].name if letter.client in book.clients else letter.client,
            "category": book.categories.get(letter.category),
            "meaning": book.severities[letter.severity].meaning,
            "msp": book.name,
            "zone": zone,
            "link": self._link(letter, audience),
            "name": _names(book),
            "time": _times(now, zone),
            "words": _words(now, zone),
            "hour_takes": spoken(timedelta(hours=1) / letter.pace),
        }
        return Written(
            subject=f"[{letter.client} {letter.number}] {'DRILL: ' if letter.drill else ''}{letter.title}",
            text=_spaced(self._templates.get_template(f"{kind.value}.txt").render(facts)),
            html=self._templates.get_template(f"{kind.value}.html").render(facts),
            audience=audience,
        )

    def _link(self, letter: Letter, audience: Audience) -> str:
        person, visit = letter.notice.to, letter.notice.visit
        if audience == "customer":
            return self._links.url(Address("customer", letter.ticket, person))
        return self._links.url(Address("staff", letter.ticket, person, visit))


def _zone(book: Procedure, person: str) -> str:
    client = book.client_of(person)
    return book.clients[client].time_zone if client else book.time_zone


def _spaced(text: str) -> str:
    """Parts that a mail does without leave no more than one blank line behind."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _names(book: Procedure) -> Callable[[str], str]:
    def name(ident: str) -> str:
        person = book.person(ident)
        return person.name if person else ident

    return name


def _times(now: datetime, zone: str) -> Callable[[datetime], str]:
    return lambda at: local(at, now, zone)


def _words(now: datetime, zone: str) -> Callable[[str], str]:
    return lambda text: localise(text, now, zone)
