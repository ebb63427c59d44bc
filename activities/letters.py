"""What a mail says: templates, the reader's local times, and the link to their page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from procedure.book import Procedure
from procedure.briefing import critical_systems, may_decide
from procedure.calendars import local, localise
from procedure.durations import spoken
from procedure.handover import summary
from procedure.ticket import NoticeKind
from procedure.watch import Watch
from runtime.links import Address, Links
from workflows.messages import HandoverLetter, Letter

Audience = Literal["staff", "customer"]

CUSTOMERS = frozenset(
    {
        NoticeKind.RECEIVED,
        NoticeKind.WAITS,
        NoticeKind.NOW_WITH,
        NoticeKind.QUESTION,
        NoticeKind.ANSWERED,
        NoticeKind.SOLVED,
        NoticeKind.CLOSED,
    }
)
"""What goes to the customer; everything else goes to the MSP's own people."""

TITLE = 100
"""How long the title of a short letter may be, in characters."""

_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "→": "->"})


@dataclass(frozen=True)
class Written:
    """A letter as it is sent."""

    subject: str
    text: str
    html: str
    audience: Audience


@dataclass(frozen=True)
class Short:
    """A letter in a few plain lines, for a phone: no longer than three text messages."""

    title: str
    text: str


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
        self._templates.filters["cut"] = _cut
        # All at once, at the start: an upgrade of the files must not change what a running worker sends.
        for name in self._templates.list_templates():
            self._templates.get_template(name)

    def write(self, letter: Letter, book: Procedure, now: datetime) -> Written:
        """The letter in words, with times as they are where its reader is."""
        kind = letter.notice.kind
        audience = _audience(letter)
        facts = self._facts(letter, book, now)
        return Written(
            subject=_subject(letter, audience),
            text=_spaced(self._templates.get_template(f"{kind.value}.txt").render(facts)),
            html=self._templates.get_template(f"{kind.value}.html").render(facts),
            audience=audience,
        )

    def write_short(self, letter: Letter, book: Procedure, now: datetime) -> Short:
        """The letter's first sentence, what is broken and why, and the link."""
        facts = self._facts(letter, book, now)
        facts["parts"] = self._templates.get_template("parts.txt").make_module(facts)
        kind = self._templates.get_template(f"{letter.notice.kind.value}.txt")
        facts["first"] = "".join(kind.blocks["first"](kind.new_context(facts)))
        drill = "DRILL: " if letter.drill else ""
        return Short(
            title=_cut(f"{drill}{letter.severity.upper()}, {facts['client']}: {letter.title}", TITLE),
            text=_spaced(self._templates.get_template("short.txt").render(facts)),
        )

    def write_handover(self, letter: HandoverLetter, book: Procedure, now: datetime) -> Written:
        """The list of a change of shifts, for who comes on or for who leaves."""
        change, zone = letter.change, book.time_zone
        lines = change.waiting(now)
        kind = "handover" if letter.reader == change.to else "handed-over"
        drill = bool(lines) and all(line.drill for line in lines)
        name = _names(book)
        facts = {
            "change": change,
            "lines": lines,
            "holds": summary(lines),
            "by": min((line.due for line in lines), default=None),
            "drill": drill,
            "msp": book.name,
            "zone": zone,
            "link": self._links.url(Address("handover", change.id, letter.reader)),
            "client": lambda ident: book.clients[ident].name if ident in book.clients else ident,
            "name": name,
            "time": _times(now, zone),
            "words": _words(now, zone),
            "hour_takes": spoken(timedelta(hours=1) / change.pace),
        }
        who = f"{name(change.of)} to {name(change.to)}"
        return Written(
            subject=f"[{book.name}] {'DRILL: ' if drill else ''}{who}: {summary(lines)}",
            text=_spaced(self._templates.get_template(f"{kind}.txt").render(facts)),
            html=self._templates.get_template(f"{kind}.html").render(facts),
            audience="staff",
        )

    def _facts(self, letter: Letter, book: Procedure, now: datetime) -> dict[str, Any]:
        """What the templates know."""
        zone = _zone(book, letter.notice.to)
        return {
            "letter": letter,
            "notice": letter.notice,
            "client": book.clients[letter.client].name if letter.client in book.clients else letter.client,
            "category": book.categories.get(letter.category),
            "meaning": book.severities[letter.severity].meaning,
            "systems": critical_systems(book, letter.client),
            "may_decide": may_decide(Watch(book, letter.client, letter.severity, letter.pace), now),
            "msp": book.name,
            "zone": zone,
            "link": self._link(letter, _audience(letter)),
            "name": _names(book),
            "time": _times(now, zone),
            "words": _words(now, zone),
            "hour_takes": spoken(timedelta(hours=1) / letter.pace),
        }

    def _link(self, letter: Letter, audience: Audience) -> str:
        person, visit = letter.notice.to, letter.notice.visit
        if audience == "customer":
            return self._links.url(Address("customer", letter.ticket, person))
        return self._links.url(Address("staff", letter.ticket, person, visit))


def _audience(letter: Letter) -> Audience:
    return "customer" if letter.notice.kind in CUSTOMERS else "staff"


def _subject(letter: Letter, audience: Audience) -> str:
    """Which ticket; who is paged for something critical sees that before opening it."""
    drill = "DRILL: " if letter.drill else ""
    urgent = letter.notice.kind is NoticeKind.PAGE and letter.severity == "critical"
    return f"[{letter.client} {letter.number}] {drill}{'CRITICAL: ' if urgent else ''}{letter.title}"


def _zone(book: Procedure, person: str) -> str:
    client = book.client_of(person)
    return book.clients[client].time_zone if client else book.time_zone


def _spaced(text: str) -> str:
    """Parts that a mail does without leave no more than one blank line behind."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _cut(text: str, length: int) -> str:
    """One line of at most so many characters, in plain ones: with others a text message holds half."""
    line = " ".join(_NOT_SHOWN.sub(" ", text).translate(_PLAIN).split())
    return line if len(line) <= length else line[: length - 3].rstrip() + "..."


def _names(book: Procedure) -> Callable[[str], str]:
    def name(ident: str) -> str:
        person = book.person(ident)
        return person.name if person else ident

    return name


def _times(now: datetime, zone: str) -> Callable[[datetime], str]:
    return lambda at: local(at, now, zone)


def _words(now: datetime, zone: str) -> Callable[[str], str]:
    return lambda text: localise(text, now, zone)
