"""How what was proved is told: theorems with their numbers, and counter-examples as a timeline with the cure.

Times are the MSP's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from procedure.book.procedure import Procedure
from procedure.clocks.calendars import local
from procedure.clocks.durations import spoken
from procedure.duty.on_duty import Watch
from procedure.proof.climb import Paging
from procedure.proof.theorems import About, AtLatest, Theorem, counted, counts_hours

_HOW_MANY = ("nobody", "one person", "two people")
_BEGINS: dict[About, str] = {
    "ticket": "the ticket opens",
    "approval": "it is asked for",
    "complaint": "the complaint comes in",
}
_TOLD: dict[About, str] = {"ticket": "paged", "approval": "asked", "complaint": "told"}


class Worded(NamedTuple):
    """A theorem in words: what it is about, how soon at the latest with more and more people silent, and what
    is promised of it, if anything is."""

    client: str
    about: str
    bounds: tuple[str, ...]
    promised: str
    kept: bool

    @property
    def sentence(self) -> str:
        """The same in one sentence."""
        text = f"{self.about}: {'; '.join(self.bounds)}"
        if not self.promised:
            return text
        return f"{text}. Promised {self.promised}: {'kept' if self.kept else 'BROKEN'}"


def in_words(book: Procedure, theorem: Theorem, now: datetime) -> Worded:
    """A theorem in words."""
    promised = ""
    if theorem.promised is not None:
        whom = "everybody" if theorem.end else _HOW_MANY[theorem.silent]
        promised = f"within {_spoken(book, theorem, theorem.promised)}, with {whom} silent"
    bounds = tuple(_bound(book, theorem, bound, now) for bound in theorem.bounds)
    client = book.clients[theorem.client].name
    return Worded(client, _about(book, theorem), bounds, promised, theorem.kept)


def told(book: Procedure, theorem: Theorem, now: datetime) -> str:
    """A theorem in one sentence, and what is promised of it."""
    return in_words(book, theorem, now).sentence


def counter_example(book: Procedure, theorem: Theorem, now: datetime) -> Iterator[str]:
    """The worst that can happen, one line for each thing that does; last what to change."""
    bound = theorem.bounds[theorem.silent]
    watch = Watch(book, theorem.client, theorem.severity)

    def at(when: datetime) -> str:
        return local(when, now, book.time_zone)

    yield f"{at(bound.worst.begin)}: {_BEGINS[theorem.about]}"
    late = _promised_until(watch, theorem, bound)
    for page in bound.worst.pages:
        if late and page.at > late:
            yield f"{at(late)}: until here it was promised"
            late = None
        ends = page == bound.page
        yield f"{at(page.at)}: {_told(book, theorem, page, ends)}"
        if ends:
            break
    if bound.page is None:
        rest = "" if theorem.about == "approval" else ": the last resort is told again and again"
        yield f"nobody else is ever {_TOLD[theorem.about]}{rest}"
    yield f"To change: {_cure(watch, theorem, bound)}"


def _about(book: Procedure, theorem: Theorem) -> str:
    name, action = book.clients[theorem.client].name, theorem.action
    if theorem.about == "complaint":
        with_whom = book.complaints.levels[-1].name if theorem.end and book.complaints else "somebody"
        return f"a complaint of {name} is with {with_whom}"
    if theorem.about == "approval":
        asked = f"{action}, asked for on a {theorem.severity} ticket of {name}"
        whom = book.people[(book.authority and book.authority.undecided) or book.last_resort.person].name
        ends = f"{asked}: {whom} hears that nothing was decided"
        return ends if theorem.end else f"{asked}, is put before somebody who may decide"
    who = f"somebody who may approve {action}" if action else "somebody"
    dead = f", no {' and no '.join(sorted(one or 'mail' for one in theorem.dead))} being delivered"
    return f"{theorem.severity} at {name} is with {who}{dead if theorem.dead else ''}"


def _bound(book: Procedure, theorem: Theorem, bound: AtLatest, now: datetime) -> str:
    if bound.longest is None:
        text = "never"
    else:
        text = f"within {_spoken(book, theorem, bound.longest)}" if bound.longest else "at once"
    if bound.silent != 0:
        text += f" with {'everybody' if bound.silent is None else _HOW_MANY[bound.silent]} silent"
    if bound.longest == timedelta(0):
        return text
    return f"{text} (worst: {local(bound.worst.begin, now, book.time_zone)})"


def _spoken(book: Procedure, theorem: Theorem, length: timedelta) -> str:
    in_hours = counts_hours(Watch(book, theorem.client, theorem.severity), theorem.about)
    return f"{spoken(length)} of the client's hours" if in_hours else spoken(length)


def _promised_until(watch: Watch, theorem: Theorem, bound: AtLatest) -> datetime | None:
    if theorem.promised is None:
        return None
    return counted(watch, theorem.about).after(bound.worst.begin, theorem.promised)


def _told(book: Procedure, theorem: Theorem, page: Paging, ends: bool) -> str:
    name = book.people[page.person].name
    if page.instead_of in book.people:
        name += f" (for {book.people[page.instead_of].name})"
    if theorem.about == "approval" and not page.tier:
        return f"{name} is told that nothing was decided"
    text = f"{name} is {_TOLD[theorem.about]} ({page.tier or 'last resort'})"
    if page.held and theorem.about == "complaint":
        return text if ends else f"{text}, takes it, and does not answer"
    if page.held:
        return f"{text}, and takes it, but may not approve {theorem.action}"
    if ends:
        return text
    if theorem.action and not page.counts:
        return f"{text}; may not approve {theorem.action}"
    return f"{text}, and is silent"


def _cure(watch: Watch, theorem: Theorem, bound: AtLatest) -> str:
    """Where the longest of the waits before it is written."""
    until = [page for page in bound.worst.pages if bound.page is None or page.at <= bound.page.at]
    waits = [(later.at - page.at, -number, page) for number, (page, later) in enumerate(pairwise(until))]
    if bound.page is None or not waits:
        return "let more people stand on the way, or promise less"
    longest, _, page = max(waits, key=lambda wait: wait[:2])
    where = _where(watch, page) if theorem.about == "ticket" else _beside(theorem, page)
    return f"{watch.book.people[page.person].name} has it for {spoken(longest)}: {where}"


def _beside(theorem: Theorem, page: Paging) -> str:
    """Where the time is written that somebody has who is asked, or told."""
    if theorem.about == "approval":
        return f"shorten authority.answer_within.{theorem.severity}, or promise more time"
    key = "answer" if page.held else "acknowledge"
    return f"shorten {key} of {page.tier or 'the last level'} in complaints.levels, or promise more time"


def _where(watch: Watch, page: Paging) -> str:
    if page.held:
        return f"shorten commitments.{watch.severity}.{page.tier or '...'}, or let {page.tier} approve it"
    tier = watch.book.tier(page.tier)
    role = next((p.role for p in watch.duty(page.tier, page.at).places if p.person == page.person), "")
    if tier is None or not role:
        return f"shorten severities.{watch.severity}.acknowledge, or promise more time"
    if role == "lead" and tier.lead_answers_within:
        return f"shorten lead_answers_within of {tier.name}, or promise more time"
    rota = next((entry for entry in tier.on_call if role == f"on call ({entry.rota})"), None)
    if rota and rota.answer_within:
        return f"shorten answer_within of {rota.rota} at {tier.name}, or promise more time"
    return (
        f"shorten coverage.answer_within in clients/{watch.client}.yaml, give {tier.name} another time under "
        "on_call, or promise more time"
    )
