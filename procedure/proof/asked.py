"""What is asked beside a ticket's way up: an approval that nobody answers, a complaint that nobody takes.

Lived by the functions that their workflows run, as a ticket is (``procedure.proof.climb``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from procedure.approval import state as approvals
from procedure.approval.deciders import Findings, Inquiry, find
from procedure.approval.state import Approval, Subject
from procedure.book.proposal import Proposal
from procedure.check.rehearsal import MOST_STEPS, Endless
from procedure.clocks.durations import Duration
from procedure.complaint import progress
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
        put_first = self._put(watch, at)
        for now, approval in _approval_life(watch, put_first, at) if put_first else ():
            for put in approval.asked[len(pages) :]:
                within = put.due - now if put.due else timedelta(0)
                pages.append(Paging(now, put.level, put.person, put.instead_of, within=within))
                moments.append(now)
            if len(pages) == self.enough > 0:
                break
            if approval.over:
                pages.append(Paging(now, "", approval.undecided_to, counts=False))
                moments.append(now)
        return Climb(at, tuple(pages), tuple(moments), len(watch.book.tiers) + 1)

    def _put(self, watch: Watch, at: datetime) -> Approval | None:
        """None if nobody at all may approve it, so that it can't be asked."""
        proposal = Proposal(self.action, self.action)
        findings = find(watch.book, Inquiry(watch.client, watch.severity, proposal, "", at), watch)
        about = Subject("ticket-proof", watch.client, "", "", "", watch.severity)
        if findings.refusal:
            return None
        return approvals.put(about, "approval-proof-1", proposal, "", _of_msp(findings), at)


def _of_msp(findings: Findings) -> Findings:
    return replace(findings, consent=())


def _approval_life(watch: Watch, approval: Approval, at: datetime) -> Iterator[tuple[datetime, Approval]]:
    for _ in range(MOST_STEPS):
        yield at, approval
        wake = approvals.wake(approval)
        if approval.over or wake is None:
            return
        at = max(at, wake.at)
        approval = approvals.tick(approval, at)
        while approval.unpresented:
            findings = find(watch.book, approvals.inquiry(approval, at), watch)
            approval = approvals.present(approval, _of_msp(findings), at)
    raise Endless(f"after {MOST_STEPS} steps this approval is not decided")


@dataclass(frozen=True)
class Unheard:
    """A complaint comes in, about nobody who hears it. Nobody takes it, and it ends when ``enough`` were
    told, or with the last resort; or each level takes it and does not answer (``held``), up to the last."""

    held: bool = False
    enough: int = 0

    def climb(self, watch: Watch, at: datetime) -> Climb:
        pages, moments = list[Paging](), [at]
        for now, complaint in _complaint_life(watch, at, self.held):
            path = complaint.path
            within = path.people.due - now if path.people and path.people.due else timedelta(0)
            instead_of = _instead_of(watch, path.levels.rung, path.holder, now)
            pages.append(Paging(now, path.levels.rung, path.holder, instead_of, True, self.held, within))
            moments.append(now)
            last = path.levels.at >= len(path.levels.rungs) - 1
            if (self.held and last) or len(pages) == self.enough > 0:
                break
        return Climb(at, tuple(pages), tuple(moments), len(levels.levels_of(watch.book, "complaint")) + 1)


def _complaint_life(watch: Watch, at: datetime, held: bool) -> Iterator[tuple[datetime, Complaint]]:
    """Each time that somebody is told, up to the last resort."""
    terms = levels.agreed(watch.book)
    if terms is None:
        return
    complaint = begun(Raised(watch.client, "proof", "other", "A proof"), terms, {}, at)
    for _ in range(MOST_STEPS):
        before = complaint
        while complaint.unpresented:
            complaint = progress.present(complaint, levels.find(watch.book, progress.seek(complaint, at)), at)
        if complaint is not before:
            yield at, complaint
        if complaint.path.levels.exhausted:
            return
        if held and not complaint.path.acknowledged:
            complaint = take(complaint, complaint.holder, 0, at)
        wake = progress.wake(complaint)
        if wake is None:
            break
        at = max(at, wake.at)
        complaint = progress.tick(complaint, at)
    raise Endless("this complaint has not come to the last resort")


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
