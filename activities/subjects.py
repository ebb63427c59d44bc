"""How the subjects of mails are put together: what is wanted, how bad it is and whose it is come first."""

from __future__ import annotations

from typing import Any

from activities.approval.mail import ApprovalLetterView
from activities.complaint.mail import ComplaintLetterView
from activities.path.mail import PathLetter
from procedure.approval.state import ApprovalNotice
from procedure.approval.words import OUTCOMES, conditional
from procedure.complaint.state import Complaint, ComplaintNotice
from procedure.path.assignment import Assignment, AssignmentNotice
from procedure.record import Notice
from procedure.ticket.state import NoticeKind
from workflows.messages.agreement import AgreementLetter
from workflows.messages.ticket import Letter

SEEN = 40
"""How much of a subject a phone's list of mails shows, in characters."""

LEAST_SEEN = 6
"""How much is shown of a client, in characters, however much stands before it."""

FOR_INFORMATION = "For information"

ON_CONDITION = "ON CONDITION"
"""How a yes begins that is no plain one: whoever reads no further does not go on."""

WANTED: dict[NoticeKind, str] = {
    NoticeKind.PAGE: "You are paged",
    NoticeKind.WARNING: "Time runs out",
    NoticeKind.OFFERED: "To accept",
    NoticeKind.SKIPPED: FOR_INFORMATION,
    NoticeKind.TAKEN: FOR_INFORMATION,
    NoticeKind.MOVED_ON: FOR_INFORMATION,
    NoticeKind.WANTS_UP: "Please answer",
    NoticeKind.CUSTOMER_SAYS: "Customer says",
    NoticeKind.UNREACHED: "Please call",
    NoticeKind.RULED: "Decided",
    NoticeKind.RECEIVED: "We have it",
    NoticeKind.WAITS: "We have it",
    NoticeKind.NOW_WITH: "It has moved",
    NoticeKind.QUESTION: "Please answer",
    NoticeKind.ANSWERED: "Our answer",
    NoticeKind.SOLVED: "Is it solved?",
    NoticeKind.DECLINED: "Not to be done",
    NoticeKind.CLOSED: "Closed",
}
"""How the subject of a ticket's mail begins: by its first words a reader knows whether they are asked for
something."""

HAPPENED: dict[NoticeKind, str] = {
    NoticeKind.SKIPPED: "starts higher",
    NoticeKind.TAKEN: "taken",
    NoticeKind.MOVED_ON: "moved on",
}

APPROVALS: dict[ApprovalNotice, str] = {
    ApprovalNotice.ASKED: "Decision needed",
    ApprovalNotice.REMINDED: "Still to decide",
    ApprovalNotice.RECEIPT: "Your decision",
    ApprovalNotice.OBJECTED: "Objection",
    ApprovalNotice.ALARM: "ALARM",
}
"""Other letters begin with how it was decided."""

COMPLAINTS: dict[ComplaintNotice, tuple[str, str]] = {
    ComplaintNotice.RECEIVED: ("We have it", "your complaint"),
    ComplaintNotice.NOW_WITH: ("It has moved", "who has your complaint now"),
    ComplaintNotice.ANSWERED: ("Our answer", "your complaint"),
    ComplaintNotice.REMINDED: ("Please answer", "does our answer settle it?"),
    ComplaintNotice.PROMISE: ("Please answer", "did we keep our promise?"),
    ComplaintNotice.CLOSED: ("Closed", "your complaint"),
    ComplaintNotice.GIVEN: ("Please answer", "a complaint"),
    ComplaintNotice.WARNING: ("Time runs out", "a complaint for you to answer"),
    ComplaintNotice.MOVED_ON: (FOR_INFORMATION, "a complaint has moved on"),
    ComplaintNotice.CUSTOMER_SAYS: ("Customer says", "news of a complaint"),
    ComplaintNotice.PROMISE_DUE: ("Please answer", "did you keep your promise?"),
    ComplaintNotice.UNREACHED: ("Please call", "no mail reaches the customer"),
    ComplaintNotice.OVER: (FOR_INFORMATION, "a complaint is settled"),
}
"""What is wanted, and what it is about, without a word of what it says: subjects are read by many eyes."""

_RULED: dict[str, str] = {**OUTCOMES, "asked": "Open again"}
"""What became of a question, to whoever has the ticket."""


def ticket_subject(letter: Letter) -> str:
    """Of a mail about a ticket: then which one, and what happened."""
    what = f"{happened}: " if (happened := _happened(letter)) else ""
    begun = _begun(_wanted(letter), letter.client, letter.drill, letter.severity)
    return f"{begun} {letter.number}: {what}{letter.title}"


def approval_subject(reading: ApprovalLetterView) -> str:
    """Of a mail about an approval: then whose it is, and what is decided about."""
    approval, kind = reading.approval, reading.notice.kind
    wanted, what = APPROVALS.get(kind) or reading.outcome, reading.called
    if kind in (ApprovalNotice.ASKED, ApprovalNotice.REMINDED) and not reading.waits:
        wanted = FOR_INFORMATION
    elif kind is ApprovalNotice.ALARM:
        what = f"not their decision: {reading.contested}, {what}"
    elif kind not in APPROVALS and approval.outcome == "approved" and reading.conditions:
        wanted, what = ON_CONDITION, f"approved: {what}"
    severity = approval.severity if approval.of_ticket else ""
    begun = _begun(wanted, approval.client, approval.drill, severity)
    return f"{begun} {approval.number}: {what}, {approval.title}"


def complaint_subject(complaint: Complaint, reading: ComplaintLetterView) -> str:
    """Of a mail about a complaint; never a word of what was said."""
    kind = reading.notice.kind
    wanted, what = COMPLAINTS[kind]
    if kind in (ComplaintNotice.GIVEN, ComplaintNotice.WARNING) and not reading.waits:
        wanted, what = FOR_INFORMATION, "a complaint"
    elif kind is ComplaintNotice.OVER and complaint.outcome == "withdrawn":
        what = "a complaint is taken back"
    return f"{_begun(wanted, complaint.client, complaint.drill)} {complaint.number}: {what}"


def assignment_subject(work: Assignment, reading: PathLetter) -> str:
    """Of a mail about an assignment; never a word of what it says."""
    verbs = work.WORDING
    subjects = {
        AssignmentNotice.GIVEN: (f"Please {verbs.take}", f"a {verbs.called}"),
        AssignmentNotice.WARNING: ("Time runs out", f"a {verbs.called} for you to {verbs.conclude}"),
        AssignmentNotice.MOVED_ON: (FOR_INFORMATION, f"a {verbs.called} has moved on"),
        AssignmentNotice.NEWS: (FOR_INFORMATION, f"news of a {verbs.called}"),
        AssignmentNotice.CONCLUDED: (FOR_INFORMATION, f"a {verbs.called} was {verbs.concluded}"),
    }
    notice: Notice[Any] = reading.notice
    wanted, what = subjects[AssignmentNotice(notice.kind)]
    if notice.kind in (AssignmentNotice.GIVEN, AssignmentNotice.WARNING) and not reading.waits:
        wanted, what = FOR_INFORMATION, f"a {verbs.called}"
    return f"{_begun(wanted, work.client, work.drill)}: {what}"


def agreement_subject(letter: AgreementLetter) -> str:
    """Of the mail that asks a contact to confirm their company's document."""
    return f"{_begun('Please confirm', letter.client, drill=False)}: how your tickets are handled"


def is_asked(letter: Letter) -> bool:
    """Whether somebody who is paged is still to take it, and nobody has been faster than the mail."""
    over = letter.status in ("resolved", "closed")
    return letter.holder == letter.notice.to and not letter.acknowledged and not over


def ruled(letter: Letter) -> str:
    """What became of the question that a ticket's letter is about."""
    return conditional(_RULED[letter.outcome], letter.on_condition) if letter.outcome in _RULED else ""


def _begun(wanted: str, client: str, drill: bool, severity: str = "") -> str:
    """What is wanted of its reader, how bad it is and whose it is, on the first line of any phone."""
    loud = severity.upper() if severity == "critical" else severity
    begins = f"{'DRILL: ' if drill else ''}{wanted}: {f'{loud}, ' if loud else ''}"
    room = max(SEEN - len(begins), LEAST_SEEN)
    return f"{begins}{client[:room]}"


def _wanted(letter: Letter) -> str:
    kind = letter.notice.kind
    if kind is NoticeKind.RULED:
        return ON_CONDITION if letter.on_condition else ruled(letter) or WANTED[kind]
    return FOR_INFORMATION if kind is NoticeKind.PAGE and not is_asked(letter) else WANTED[kind]


def _happened(letter: Letter) -> str:
    """What makes one for information another than the last."""
    if letter.notice.kind is NoticeKind.RULED and letter.on_condition:
        return "approved"
    return HAPPENED.get(letter.notice.kind, "")
