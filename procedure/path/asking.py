"""What an assignment asks of those who may decide: each question is an approval of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.approval.deciders import Findings, Inquiry
from procedure.approval.state import Approval, Ruling, Subject, put, ruling_for_ticket
from procedure.book.proposal import Proposal
from procedure.kinds import Kind
from procedure.path.assignment import Assignment, Work
from procedure.record import Entry


def approval_id(work: Assignment, number: int) -> str:
    """The id of an approval's workflow."""
    return f"approval-{work.id}-{number}"


def inquiry(work: Assignment, by: str, proposal: Proposal, now: datetime) -> Inquiry:
    """What has to be known to ask: who decides has the time of what is low."""
    return Inquiry(work.client, "low", proposal, asker=by, now=now, pace=work.terms.pace)


def ask(
    work: Work, title: str, number: int, proposal: Proposal, by: str, findings: Findings, now: datetime
) -> tuple[Work, Ruling, Approval | None]:
    """Put a question about what has this title, and how it stands then.

    No approval where who asks may decide it alone.
    """
    work = replace(work, names={**work.names, **findings.names})
    if findings.own and not findings.consent:
        work = work.noted(Entry(now, Kind.NEEDS_NO_YES, by, what=proposal.what, words=str(findings.own)))
        text = f"{proposal.action}: {work.name(by)} may decide it alone ({findings.own})"
        return work, Ruling(number, "approved", text), None
    subject = Subject(
        ticket=work.id,
        client=work.client,
        helpdesk="",
        number=work.PATH,
        title=title,
        severity="low",
        pace=work.terms.pace,
        drill=work.drill,
    )
    approval = put(subject, approval_id(work, number), proposal, by, findings, now)
    return work, ruling_for_ticket(approval), approval
