"""What is asked beside a ticket's way up: an approval that nobody answers, a complaint that nobody takes.

Lived by the functions that their workflows run, as a ticket is (``procedure.proof.climb``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from procedure.approval.deciders import Findings, Inquiry, find
from procedure.approval.state import RULES as APPROVAL
from procedure.approval.state import Approval, Subject, put
from procedure.book.proposal import Proposal
from procedure.check.rehearsal import MOST_STEPS, Endless
from procedure.climbing import Rules, Stands
from procedure.clocks.durations import Duration
from procedure.complaint.progress import RULES as COMPLAINT
from procedure.complaint.state import Complaint, Raised, begun
from procedure.duty.on_duty import Place, Watch, stands_in
from procedure.path import levels
from procedure.path.state import take
from procedure.proof.climb import Climb, Paging


@dataclass(frozen=True)
class Unanswered:
    """Somebody who may not approve an action asks for it, at no cost and with nothing down; of the MSP's own
    people nobody answers. It ends when ``enough`` were asked, or with who is told that nothing was decided.

    The client's answer is the client's: it is as if it were there already.
    """

    action: str
    enough: int = 0

    def climb(self, watch: Watch, at: datetime) -> Climb:
        pages, moments = list[Paging](), [at]

        def look_up(asked: Inquiry) -> Findings:
            return replace(find(watch.book, asked, watch), consent=())

        for now, approval in self._life(watch, at, look_up):
            for one in approval.asked[len(pages) :]:
                within = one.due - now if one.due else timedelta(0)
                pages.append(Paging(now, one.level, one.person, one.instead_of, within=within))
                moments.append(now)
            if len(pages) == self.enough > 0:
                break
            if approval.over:
                pages.append(Paging(now, "", approval.undecided_to, counts=False))
                moments.append(now)
        return Climb(at, tuple(pages), tuple(moments), len(watch.book.tiers) + 1)

    def _life(
        self, watch: Watch, at: datetime, look_up: Callable[[Inquiry], Findings]
    ) -> Iterator[tuple[datetime, Approval]]:
        """Empty if nobody at all may approve it, so that it can't be asked."""
        proposal = Proposal(self.action, self.action)
        findings = look_up(Inquiry(watch.client, watch.severity, proposal, "", at))
        if not findings.refusal:
            about = Subject("ticket-proof", watch.client, "", "", "", watch.severity)
            approval = put(about, "approval-proof-1", proposal, "", findings, at)
            yield from _life(APPROVAL, approval, at, look_up)


@dataclass(frozen=True)
class Unheard:
    """A complaint comes in, about nobody who hears it. Nobody takes it, and it ends when ``enough`` were
    told, or with the last resort; or each level takes it and does not answer (``held``), up to the last."""

    held: bool = False
    enough: int = 0

    def climb(self, watch: Watch, at: datetime) -> Climb:
        pages, moments = list[Paging](), [at]
        terms = levels.agreed(watch.book)
        if terms is None:
            return Climb(at, (), (at,), 1)
        begins = begun(Raised(watch.client, "proof", "other", "A proof"), terms, {}, at)

        def look_up(asked: levels.Seek) -> levels.Found:
            return levels.find(watch.book, asked)

        for now, complaint in _life(COMPLAINT, begins, at, look_up, self._does):
            path = complaint.path
            if pages and (pages[-1].tier, pages[-1].person) == (path.levels.rung, path.holder):
                continue  # they are reminded
            within = path.people.due - now if path.people and path.people.due else timedelta(0)
            instead_of = _instead_of(watch, path.levels.rung, path.holder, now)
            pages.append(Paging(now, path.levels.rung, path.holder, instead_of, True, self.held, within))
            moments.append(now)
            last = path.levels.at >= len(path.levels.rungs) - (1 if self.held else 0)
            if last or len(pages) == self.enough > 0:
                break
        return Climb(at, tuple(pages), tuple(moments), len(terms.levels) + 1)

    def _does(self, complaint: Complaint, now: datetime) -> Complaint:
        taken = not self.held or complaint.path.acknowledged
        return complaint if taken else take(complaint, complaint.holder, 0, now)


def _life(
    rules: Rules[Stands],
    stands: Stands,
    at: datetime,
    look_up: Callable[[Any], Any],
    does: Callable[[Stands, datetime], Stands] = lambda stands, now: stands,
) -> Iterator[tuple[datetime, Stands]]:
    """Each time that something has happened to it, as long as something does; ``does`` is what people do."""
    for _ in range(MOST_STEPS):
        stands = rules.settle(stands, at, look_up)
        yield at, stands
        stands = does(stands, at)
        wake = rules.wake(stands)
        if wake is None:
            return
        at = max(at, wake.at)
    raise Endless(f"after {MOST_STEPS} steps this has not come to its end")


def hearing(watch: Watch, at: datetime) -> tuple[tuple[Place, ...], ...]:
    """Who would hear a complaint on each level at an instant."""
    found = []
    for number, level in enumerate(levels.levels_of(watch.book, "complaint")):
        manager = watch.book.clients[watch.client].account_manager
        first = (manager,) if manager and not number else ()
        stands = ((person, stands_in(watch.book, person, at)[0]) for person in (*first, *level.people))
        found.append(
            tuple(Place(one, Duration(), "", person if one != person else "") for person, one in stands)
        )
    return tuple(found)


def _instead_of(watch: Watch, level: str, person: str, at: datetime) -> str:
    names = [one.name for one in levels.levels_of(watch.book, "complaint")]
    places = hearing(watch, at)[names.index(level)] if level else ()
    return next((place.instead_of for place in places if place.person == person), "")
