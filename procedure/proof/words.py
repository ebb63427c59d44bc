"""How what was proved is told: theorems with their numbers, and counter-examples as a timeline with the cure.

Times are the MSP's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from procedure.book.procedure import Procedure
from procedure.clocks.calendars import local
from procedure.clocks.durations import spoken
from procedure.duty.on_duty import Watch
from procedure.proof.climb import Paging
from procedure.proof.theorems import AtLatest, Theorem

_HOW_MANY = ("nobody", "one person", "two people")


def told(book: Procedure, theorem: Theorem, now: datetime) -> str:
    """A theorem in one sentence, and what is promised of it."""
    bounds = "; ".join(_bound(book, theorem, bound, now) for bound in theorem.bounds)
    text = f"{_about(book, theorem)}: {bounds}"
    if theorem.promised is None:
        return text
    promised = f"within {spoken(theorem.promised)}, with {_HOW_MANY[theorem.silent]} silent"
    return f"{text}. Promised {promised}: {'kept' if theorem.kept else 'BROKEN'}"


def counter_example(book: Procedure, theorem: Theorem, now: datetime) -> Iterator[str]:
    """The worst that can happen, one line for each thing that does; last what to change."""
    bound = theorem.bounds[theorem.silent]
    watch = Watch(book, theorem.client, theorem.severity)

    def at(when: datetime) -> str:
        return local(when, now, book.time_zone)

    yield f"{at(bound.worst.begin)}: the ticket opens"
    late = _promised_until(watch, theorem, bound)
    for page in bound.worst.pages:
        if late and page.at > late:
            yield f"{at(late)}: until here it was promised"
            late = None
        ends = page == bound.page
        yield f"{at(page.at)}: {_paged(book, theorem, page, ends)}"
        if ends:
            break
    if bound.page is None:
        yield "nobody else is ever paged: the last resort is told again and again"
    yield f"To change: {_cure(watch, bound)}"


def _about(book: Procedure, theorem: Theorem) -> str:
    who = f"somebody who may approve {theorem.action}" if theorem.action else "somebody"
    name = book.clients[theorem.client].name
    dead = ", no mail being delivered" if theorem.mail_dead else ""
    return f"{theorem.severity} at {name} is with {who}{dead}"


def _bound(book: Procedure, theorem: Theorem, bound: AtLatest, now: datetime) -> str:
    if bound.longest is None:
        text = "never"
    else:
        text = f"within {spoken(bound.longest)}" if bound.longest else "at once"
    if bound.longest and Watch(book, theorem.client, theorem.severity).answers_in_hours:
        text += " of the client's hours"
    if bound.silent:
        text += f" with {_HOW_MANY[bound.silent]} silent"
    if bound.longest == timedelta(0):
        return text
    return f"{text} (worst: {local(bound.worst.begin, now, book.time_zone)})"


def _promised_until(watch: Watch, theorem: Theorem, bound: AtLatest) -> datetime | None:
    if theorem.promised is None:
        return None
    return watch.answering.after(bound.worst.begin, theorem.promised)


def _paged(book: Procedure, theorem: Theorem, page: Paging, ends: bool) -> str:
    name = book.people[page.person].name
    if page.instead_of in book.people:
        name += f" (for {book.people[page.instead_of].name})"
    text = f"{name} is paged ({page.tier or 'last resort'})"
    if page.held:
        return f"{text}, and takes it, but may not approve {theorem.action}"
    if ends:
        return text
    if theorem.action and not page.counts:
        return f"{text}; may not approve {theorem.action}"
    return f"{text}, and is silent"


def _cure(watch: Watch, bound: AtLatest) -> str:
    """Where the longest of the waits before it is written."""
    until = [page for page in bound.worst.pages if bound.page is None or page.at <= bound.page.at]
    waits = [(later.at - page.at, -number, page) for number, (page, later) in enumerate(pairwise(until))]
    if bound.page is None or not waits:
        return "let more people stand on the way, or promise less"
    longest, _, page = max(waits, key=lambda wait: wait[:2])
    return f"{watch.book.people[page.person].name} has it for {spoken(longest)}: {_where(watch, page)}"


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
