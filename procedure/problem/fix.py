"""The fix of a problem as its owner proposes it: put to those who may decide, on the client's side too.

One is asked for at a time. While only the client's answer is missing nobody owes a word, and the clock
stands still; otherwise it goes on. After the answer the time to remove the cause begins anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.approval.deciders import Findings
from procedure.approval.state import Approval, Ruling, may_be_put
from procedure.book.proposal import Proposal
from procedure.bounds import LONGEST_LINE
from procedure.kinds import Kind
from procedure.path import asking
from procedure.path import state as paths
from procedure.path.assignment import must_be_open, news, timed
from procedure.problem.state import Fix, Problem
from procedure.record import Entry, Refused
from procedure.wording import cut

MOST_FIXES = 10
"""How many proposed fixes a problem keeps: the newest."""


def may_propose(problem: Problem, by: str, visit: int, proposal: Proposal, now: datetime) -> None:
    """Raises Refused if this can't be asked, whoever may decide it."""
    must_be_open(problem)
    paths.must_stand_there(problem, by, visit)
    if not problem.cause:
        raise Refused("Say first what the cause is: a fix is proposed for it.")
    may_be_put(proposal, now)
    if problem.fix and problem.fix.outcome == "asked":
        raise Refused(f"A yes is asked for already: {problem.fix.what}. Wait for it, or withdraw it.")


def propose(
    problem: Problem,
    by: str,
    visit: int,
    proposal: Proposal,
    findings: Findings,
    now: datetime,
    via: str = "",
) -> tuple[Problem, Approval | None]:
    """Put it to those who may decide; no approval where its owner may decide it alone."""
    may_propose(problem, by, visit, proposal, now)
    if findings.refusal:
        raise Refused(findings.refusal)
    problem = paths.take(problem, by, visit, now, via)
    number = problem.asked + 1
    fix = Fix(number, proposal.action, cut(proposal.what, LONGEST_LINE), by)
    problem = replace(problem, asked=number, fixes=(*problem.fixes, fix)[-MOST_FIXES:])
    takes = f"{proposal.action} ({findings.price})" if findings.price else proposal.action
    asks = Entry(now, Kind.ASKED_FOR, by, via, what=takes, number=str(number), words=fix.what)
    problem = problem.noted(asks)
    title = problem.title or str(problem.pattern)
    problem, stands, approval = asking.ask(problem, title, number, proposal, by, findings, now)
    return _with(problem, fix, stands, now), approval


def ruled(problem: Problem, stands: Ruling, now: datetime) -> Problem:
    """A question stands differently now; who has it and has not asked is told what was decided."""
    before = next((one for one in problem.fixes if one.number == stands.number), None)
    if before is None:
        return problem
    outcome = before.outcome
    problem = _with(problem, before, stands, now)
    if stands.outcome == outcome or problem.over:
        return problem
    problem = problem.noted(
        Entry(now, Kind.RULED, what=stands.outcome, number=str(stands.number), words=stands.text)
    )
    # Who has asked hears it from the approval.
    return news(problem) if problem.holder != before.by else problem


def _with(problem: Problem, before: Fix, stands: Ruling, now: datetime) -> Problem:
    text, until = cut(stands.text, LONGEST_LINE), stands.undecided_at if stands.waits_for_client else None
    fix = replace(before, outcome=stands.outcome, ruling=text, client_until=until)
    fixes = tuple(fix if one.number == fix.number else one for one in problem.fixes)
    counted, problem = problem.on_level, replace(problem, fixes=fixes)
    if counted and not problem.on_level:
        stopped = "only the client's answer is missing"
        problem = problem.noted(Entry(now, Kind.STOPPED, words=stopped, due=until))
    return problem if problem.over else timed(problem, now)


def dismissed(problem: Problem) -> Problem:
    """Those who are still asked are told that it is not needed any more."""
    fixes = tuple(replace(one, outcome="withdrawn") if one is problem.fix else one for one in problem.fixes)
    return replace(problem, fixes=fixes)
