"""What a mail is told about the ticket, and how the Temporal UI tells its story."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from procedure.approval.state import Approval, ApprovalNotice, last_word, ruling
from procedure.approval.words import ApprovalWords
from procedure.book.reader import Reader, unlike_life
from procedure.complaint.progress import forecast as complaint_forecast
from procedure.complaint.state import Complaint, ComplaintNotice
from procedure.complaint.words import ComplaintWords
from procedure.kinds import Kind
from procedure.ladder import Step
from procedure.path.assignment import Assignment, AssignmentNotice
from procedure.path.state import OnPath
from procedure.record import Entry, Notice, Recorded, utc
from procedure.ticket.forecast import forecast
from procedure.ticket.state import NoticeKind, Ticket
from procedure.ticket.words import TicketWords
from procedure.wording import as_markdown, possessive
from workflows.messages.approval import ApprovalLetter
from workflows.messages.ticket import Letter

BRIEFING = (NoticeKind.PAGE, NoticeKind.SKIPPED, NoticeKind.WARNING, NoticeKind.WANTS_UP, NoticeKind.HANDOVER)
"""What is told in full: the people who have to act were perhaps asleep a minute ago."""

WITHOUT_A_WORD = frozenset({Kind.SILENT, Kind.NOT_TAKEN, Kind.NOBODY_HEARS, Kind.UNREACHABLE})
"""Why something has gone on although nobody has said anything."""

LATEST = 20
LATEST_NOTES = 5
HEADLINE = 200
DESCRIPTION = 800
STEPS = 3
STEPS_FOR_OTHERS = 2


def letter(ticket: Ticket, notice: Notice[NoticeKind]) -> Letter:
    """What one person is told, as the ticket stands now."""
    briefing = notice.kind in BRIEFING
    return Letter(
        notice=notice,
        client=ticket.client,
        helpdesk=ticket.helpdesk,
        number=ticket.number,
        title=ticket.title,
        severity=ticket.severity,
        reason=ticket.reason,
        why=ticket.why if briefing else None,
        status=ticket.status,
        place=ticket.place,
        holder=ticket.holder,
        acknowledged=ticket.here.acknowledged,
        opened=ticket.opened,
        drill=ticket.drill,
        pace=ticket.agreement.pace,
        description=ticket.description[:DESCRIPTION] if briefing else "",
        category=ticket.facts.category if briefing else "",
        unlisted=briefing and ticket.unlisted,
        solution=ticket.here.solution,
        outcome=_outcome(ticket, notice),
        on_condition=_on_condition(ticket, notice),
        due=_owed(ticket, notice),
        opens=ticket.opens,
        instead_of=_instead_of(ticket, notice) if briefing else "",
        handover=ticket.here.handover if notice.kind in (NoticeKind.HANDOVER, NoticeKind.OFFERED) else None,
        stays_until=ticket.tiers.due if notice.kind is NoticeKind.HANDOVER else None,
        waits_for=ticket.here.pause.reason
        if ticket.here.pause and notice.kind is NoticeKind.HANDOVER
        else "",
        for_customer=notice.kind is NoticeKind.HANDOVER
        and bool(ticket.here.pause and ticket.here.pause.for_customer),
        next=_next(ticket, notice)[: STEPS if briefing else STEPS_FOR_OTHERS],
        notes=ticket.notes[-LATEST_NOTES:] if briefing else (),
    )


def _owed(ticket: Ticket, notice: Notice[NoticeKind]) -> datetime | None:
    """By when whoever reads it has to answer, if they have to."""
    if notice.kind is NoticeKind.WANTS_UP:
        return ticket.request.due if ticket.request else None
    return ticket.here.people.due if notice.kind is NoticeKind.PAGE and ticket.here.people else None


def _next(ticket: Ticket, notice: Notice[NoticeKind]) -> tuple[Step, ...]:
    return tuple(forecast(ticket, customer=notice.to == ticket.requester))


def _outcome(ticket: Ticket, notice: Notice[NoticeKind]) -> str:
    """What became of what a notice is about: a question, or a ticket that is closed."""
    match notice.kind:
        case NoticeKind.CLOSED | NoticeKind.MOVED_ON if ticket.corrected_to:
            return "corrected"
        case NoticeKind.CLOSED if ticket.here.declined:
            return "denied"
        case NoticeKind.RULED:
            return notice.why.what if notice.why and notice.why.kind is Kind.RULED else "asked"
    return ""


def _on_condition(ticket: Ticket, notice: Notice[NoticeKind]) -> bool:
    """Whether it is about a yes that holds on conditions only."""
    number = notice.why.number if notice.why else ""
    return any(one.on_condition for one in ticket.approvals if str(one.number) == number)


def _instead_of(ticket: Ticket, notice: Notice[NoticeKind]) -> str:
    return ticket.here.standing.instead_of.get(notice.to, "") if ticket.here.standing else ""


def summary(ticket: Ticket, notice: Notice[NoticeKind]) -> str:
    """One line for the history: "page Ana Ruiz by mail"."""
    name = ticket.name(notice.to)
    lines = {
        NoticeKind.PAGE: f"page {name} by {notice.channel or 'mail'} ({ticket.place})",
        NoticeKind.HANDOVER: f"put it on the list that {name} is to accept",
        NoticeKind.OFFERED: f"offer it to {name} by {notice.channel or 'mail'} too",
        NoticeKind.WAITS: f"tell {name} when its time begins",
        NoticeKind.WARNING: f"warn {name} by mail",
        NoticeKind.SKIPPED: f"tell {name} that it starts above them",
        NoticeKind.TAKEN: f"tell {name} who has it",
        NoticeKind.MOVED_ON: f"tell {name} that it has moved on",
        NoticeKind.WANTS_UP: f"ask {name} to answer the customer's wish to escalate",
        NoticeKind.CUSTOMER_SAYS: f"tell {name} what the customer says",
        NoticeKind.UNREACHED: f"tell {name} that the customer can't be reached",
        NoticeKind.RECEIVED: f"tell {name} that we have it",
        NoticeKind.NOW_WITH: f"tell {name} who has it now",
        NoticeKind.RULED: f"tell {name} what was decided",
        NoticeKind.QUESTION: f"ask {name} a question",
        NoticeKind.ANSWERED: f"answer {possessive(name)} wish to escalate",
        NoticeKind.SOLVED: f"ask {name} whether it is solved",
        NoticeKind.DECLINED: f"tell {name} that it will not be done",
        NoticeKind.CLOSED: f"tell {name} that it is closed",
    }
    return lines[notice.kind]


def who_stands(ticket: Ticket) -> str:
    """What is looked up for a ticket; when it has just come to a tier, with what has brought it there."""
    who = f"who stands at {ticket.place}, and until when"
    return _because(ticket, ticket.why, who) if ticket.here.standing is None else who


def _because(stands: Recorded, why: Entry, what: str) -> str:
    return f"{as_markdown(stands.sentence(why))[:HEADLINE]}; {what}"


def details(ticket: Ticket) -> str:
    """The ticket in Markdown, for the Temporal UI: who has it, why, and what happens if nobody acts."""
    words = TicketWords(ticket, Reader(client=ticket.client, called=ticket.name))
    lines = [
        f"### {as_markdown(ticket.title)}",
        f"**{as_markdown(words.standing)}**",
        f"Severity: {as_markdown(ticket.reason)}",
    ]
    lines += _unlike_life(ticket.agreement.pace, ticket.drill)
    if ticket.approvals:
        asked = (f"{one.number}. {words.asked(one)}: {words.ruling(one)}" for one in ticket.approvals)
        lines.append("#### Approvals\n" + "\n".join(f"- {as_markdown(one)}" for one in asked))
    if any(not one.over for one in ticket.complaints):
        lines.append("There is a complaint about how it is handled; it is heard outside the tiers.")
    lines += _ahead(forecast(ticket))
    if ticket.notes:
        notes = ticket.notes[-LATEST_NOTES:]
        told = (f"- {as_markdown(f'{ticket.name(note.by)}: {note.text}')}" for note in notes)
        lines.append("#### Notes\n" + "\n".join(told))
    lines.append(so_far(ticket))
    return "\n\n".join(lines)


def so_far(stands: Recorded) -> str:
    """What has happened of late, in Markdown."""
    lines = (f"- {utc(entry.at)} {as_markdown(stands.sentence(entry))}" for entry in stands.record[-LATEST:])
    return "#### So far\n" + "\n".join(lines)


def approval_letter(approval: Approval, notice: Notice[ApprovalNotice]) -> ApprovalLetter:
    """What one person is told of an approval, as it stands now; but for its last word, its record stays."""
    return ApprovalLetter(notice=notice, approval=replace(approval, record=last_word(approval), notices=()))


def approval_summary(approval: Approval, notice: Notice[ApprovalNotice]) -> str:
    """One line for the history: "ask Raj Patel for replace hardware (GBP 1,800) by mail"."""
    name = approval.name(notice.to)
    lines = {
        ApprovalNotice.ASKED: f"ask {name} for {_words(approval).takes} by {notice.channel or 'mail'}",
        ApprovalNotice.REMINDED: f"remind {name}",
        ApprovalNotice.RECEIPT: f"confirm {possessive(name)} decision to them",
        ApprovalNotice.RULED: f"tell {name} what was decided",
        ApprovalNotice.UNDECIDED: f"tell {name} that nobody has decided",
        ApprovalNotice.ACTED: f"tell {name} what was done first",
        ApprovalNotice.OBJECTED: f"tell {name} of the objection",
        ApprovalNotice.ALARM: f"alarm {name}: a decision was not theirs whose name it bears",
    }
    return lines[notice.kind]


def approval_headline(approval: Approval) -> str:
    """What an approval is called in the list of workflows: whose it is, who asks for what, and for what."""
    return f"{approval.client} {approval.number}: {_words(approval).asks}, for {approval.title}"[:HEADLINE]


def _words(approval: Approval) -> ApprovalWords:
    return ApprovalWords(approval, Reader(msp=approval.msp, client=approval.client, called=approval.name))


def approval_details(approval: Approval) -> str:
    """The approval in Markdown, for the Temporal UI: what is asked, of whom, and how it stands."""
    words = _words(approval)
    facts = {
        "Client": approval.client,
        approval.origin.capitalize(): f"{approval.title} ({approval.ticket})",
        "Severity": approval.severity if approval.of_ticket else "",
        **words.own_words,
        **words.facts,
    }
    lines = [
        f"### {as_markdown(words.asks)}",
        f"_{as_markdown(ruling(approval))}_",
        "\n".join(f"- {name}: {as_markdown(fact)}" for name, fact in facts.items() if fact),
        *_unlike_life(approval.pace, approval.drill),
        *_ahead(words.ahead, "If nobody answers"),
        so_far(approval),
    ]
    return "\n\n".join(lines)


def complaint_summary(complaint: Complaint, notices: tuple[Notice[Any], ...]) -> str:
    """One line for the history, without a word of what it says: "give it to Mia Keller (leadership)"."""
    return "; ".join(_complaint_summary(complaint, notice) for notice in notices)[:HEADLINE]


def _complaint_summary(complaint: Complaint, notice: Notice[Any]) -> str:
    name = complaint.name(notice.to)
    lines = {
        ComplaintNotice.RECEIVED: f"tell {name} who hears it",
        ComplaintNotice.NOW_WITH: f"tell {name} who has it now",
        ComplaintNotice.ANSWERED: f"bring {name} the answer, and ask whether that settles it",
        ComplaintNotice.REMINDED: f"remind {name} of the answer",
        ComplaintNotice.PROMISE: f"ask {name} whether a promise was kept",
        ComplaintNotice.CLOSED: f"tell {name} that it is closed",
        ComplaintNotice.GIVEN: f"give it to {name} ({complaint.path.level})",
        ComplaintNotice.WARNING: f"remind {name} that an answer is due",
        ComplaintNotice.MOVED_ON: f"tell {name} that it has moved on",
        ComplaintNotice.CUSTOMER_SAYS: f"tell {name} what the customer says",
        ComplaintNotice.PROMISE_DUE: f"tell {name} that a promise is due",
        ComplaintNotice.UNREACHED: f"tell {name} that the customer can't be reached",
        ComplaintNotice.OVER: f"tell {name} that the customer has ended it",
        ComplaintNotice.TICKET: f"tell the ticket that there is {'one no more' if complaint.over else 'one'}",
    }
    return lines[ComplaintNotice(notice.kind)]


def complaint_details(complaint: Complaint) -> str:
    """The complaint in Markdown, for the Temporal UI: who has it until when, and none of its words."""
    about = complaint.raised.ticket
    told = ComplaintWords(complaint, Reader(client=complaint.client, called=complaint.name))
    lines = [f"### Complaint {complaint.number} of {complaint.client}"]
    lines += [f"About {about}"] if about else []
    lines.append(f"**{as_markdown(told.standing)}**")
    return "\n\n".join([*lines, *_on_path(complaint, complaint_forecast(complaint, words=False))])


def who_decides(approval: Approval) -> str:
    """What is looked up for an approval, with why it has gone on if that was nobody's word."""
    return _gone_on(approval, "who may decide, and is next")


def who_hears(stands: OnPath) -> str:
    """What is looked up for it, with why it has gone on; never a word that was said."""
    return _gone_on(stands, f"who is at {stands.path.level}, and until when")


def _gone_on(stands: Recorded, what: str) -> str:
    last = stands.record[-1] if stands.record else None
    return _because(stands, last, what) if last and last.kind in WITHOUT_A_WORD else what


def assignment_summary(work: Assignment, notices: tuple[Notice[Any], ...]) -> str:
    """One line for the history."""
    return "; ".join(_assignment_summary(work, notice) for notice in notices)[:HEADLINE]


def _assignment_summary(work: Assignment, notice: Notice[Any]) -> str:
    name, verbs = work.name(notice.to), work.WORDING
    lines = {
        AssignmentNotice.GIVEN: f"ask {name} to {verbs.take} it ({work.path.level})",
        AssignmentNotice.WARNING: f"remind {name} to {verbs.conclude} it",
        AssignmentNotice.MOVED_ON: f"tell {name} that it has moved on",
        AssignmentNotice.NEWS: f"tell {name} what is new",
        AssignmentNotice.CONCLUDED: f"tell {name} that it was {verbs.concluded}",
    }
    return lines[AssignmentNotice(notice.kind)]


def assignment_details(work: Assignment) -> str:
    """It in Markdown, for the Temporal UI: who has it until when; not what has concluded it."""
    words = work.words(Reader(client=work.client, called=work.name))
    lines = [f"### {as_markdown(words.title)}", f"**{as_markdown(words.standing)}**"]
    about = "\n".join(f"- {as_markdown(name)}" for name, _ in words.matter.lines)
    lines += [f"#### {words.matter.title}\n{about}"] if about else []
    return "\n\n".join([*lines, *_on_path(work, words.steps)])


def _on_path(stands: OnPath, steps: list[Step]) -> list[str]:
    """What all that climbs a path of levels shows: its pace, what comes next, and its record."""
    return [*_unlike_life(stands.terms.pace, stands.drill), *_ahead(steps), so_far(stands)]


def _unlike_life(pace: float, drill: bool) -> list[str]:
    return [f"_{line}_" for line in unlike_life(pace, drill)]


def _ahead(steps: list[Step], title: str = "If nobody acts") -> list[str]:
    lines = (f"- {utc(step.at)} {as_markdown(step.text)}" for step in steps)
    return [f"#### {title}\n" + "\n".join(lines)] if steps else []
