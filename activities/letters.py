"""What a mail says: templates, the reader's local times, and the link to their page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from jinja2 import Environment, StrictUndefined, select_autoescape

from activities.approval.mail import ApprovalLetterView
from activities.complaint.mail import ComplaintLetterView
from activities.failing import Failing
from activities.path.mail import PathLetter
from activities.subjects import (
    agreement_subject,
    approval_subject,
    assignment_subject,
    complaint_subject,
    is_asked,
    ruled,
    ticket_subject,
)
from procedure.approval.briefing import critical_systems, may_decide
from procedure.approval.options import ways_out
from procedure.approval.state import ruling
from procedure.book.procedure import Procedure
from procedure.book.reader import client_name, reader
from procedure.clocks.calendars import wall_time
from procedure.complaint.state import Complaint
from procedure.complaint.words import called_in
from procedure.document.whole import document
from procedure.duty.on_duty import Watch
from procedure.path.assignment import Assignment
from procedure.record import Notice
from procedure.ticket.handover import summary
from procedure.ticket.state import NoticeKind
from procedure.ticket.words import facts, has_it
from runtime.links import Address, Links
from runtime.templates import read_once
from workflows.messages.agreement import AgreementLetter
from workflows.messages.approval import ApprovalLetter
from workflows.messages.handover import HandoverLetter
from workflows.messages.ticket import Letter

Audience = Literal["staff", "customer"]

CUSTOMERS = frozenset(
    {
        NoticeKind.RECEIVED,
        NoticeKind.WAITS,
        NoticeKind.NOW_WITH,
        NoticeKind.QUESTION,
        NoticeKind.ANSWERED,
        NoticeKind.SOLVED,
        NoticeKind.DECLINED,
        NoticeKind.CLOSED,
    }
)
"""What goes to the customer; everything else goes to the MSP's own people."""

SUBJECT = 69
"""How long a subject may be, in characters: with "Subject: " one line of a mail, which needs no fold."""

TITLE = 100
"""How long the title of a short letter may be, in characters."""

BARS: dict[str, str] = {"critical": "▮▮▮▮", "high": "▮▮▮▯", "medium": "▮▮▯▯", "low": "▮▯▯▯"}
"""What a severity looks like, in the mails as on the pages: it can be counted, and needs no colour."""

_NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "→": "->"})


@dataclass(frozen=True)
class WrittenLetter:
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


@cache
def _templates(*forms: str) -> Environment:
    """Every letter in a form: what its templates are put together of stands in folders of that name."""
    templates = Environment(
        loader=read_once("activities", *(f"templates/{form}" for form in forms), "templates"),
        autoescape=select_autoescape(default="html" in forms),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["cut"] = _cut
    templates.globals["bars"] = BARS
    return templates


class Writer:
    """Writes letters from the template of their kind, the same for text, HTML and a few lines for a phone."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._html, self._text = _templates("html"), _templates("text")
        self._brief = _templates("short", "text")

    def write(self, letter: Letter, book: Procedure, now: datetime) -> WrittenLetter:
        """The letter in words, with times as they are where its reader is."""
        facts = self._facts(letter, book, now)
        return self._written(ticket_subject(letter), letter.notice.kind.value, facts, _audience(letter))

    def write_short(self, letter: Letter, book: Procedure, now: datetime) -> Short:
        """The letter's first sentence, what is broken and why, and the link."""
        return self._short(letter.title, letter.notice.kind.value, self._facts(letter, book, now))

    def write_approval(self, letter: ApprovalLetter, book: Procedure, now: datetime) -> WrittenLetter:
        """What somebody is told about an approval; a contact of the client reads of their own side only."""
        facts = self._approval_facts(letter, book, now)
        reading: ApprovalLetterView = facts["reading"]
        audience: Audience = "customer" if reading.contact else "staff"
        return self._written(
            approval_subject(reading), f"approval-{letter.notice.kind.value}", facts, audience
        )

    def write_short_approval(self, letter: ApprovalLetter, book: Procedure, now: datetime) -> Short:
        """Who asks what, until when, and the link; never the code, which is in the mail alone."""
        facts = self._approval_facts(letter, book, now)
        title = f"decision needed, {facts['reading'].called}"
        return self._short(title, f"approval-{letter.notice.kind.value}", facts)

    def write_complaint(
        self, notice: Notice[Any], complaint: Complaint, book: Procedure, now: datetime
    ) -> WrittenLetter:
        """What somebody is told about a complaint; its words stand in the mail, and never in the subject."""
        pace = complaint.terms.pace
        reads = reader(book, notice.to, complaint.client, now, pace, called_in(complaint))
        hearing = ComplaintLetterView(complaint, reads, notice)
        address = Address("complaint", complaint.id, notice.to, 0 if hearing.customer else notice.visit)
        facts = {
            "drill": complaint.drill,
            "complaint": complaint,
            "raised": complaint.raised,
            "notice": notice,
            "hearing": hearing,
            "link": self._links.url(address),
            **reads.facts(),
        }
        audience: Audience = "customer" if hearing.customer else "staff"
        return self._written(
            complaint_subject(complaint, hearing), f"complaint-{notice.kind}", facts, audience
        )

    def write_assignment(
        self, notice: Notice[Any], work: Assignment, book: Procedure, now: datetime
    ) -> WrittenLetter:
        """What somebody is told about an assignment."""
        reads = reader(book, notice.to, work.client, now, work.terms.pace, work.name)
        reading = PathLetter(work, reads, notice)
        facts = {
            "drill": work.drill,
            "work": work,
            "verbs": work.WORDING,
            "words": work.words(reads),
            "reading": reading,
            "notice": notice,
            "link": self._links.url(Address(work.PATH, work.id, notice.to, notice.visit)),
            **reads.facts(),
        }
        return self._written(assignment_subject(work, reading), f"assignment-{notice.kind}", facts, "staff")

    def write_handover(self, letter: HandoverLetter, book: Procedure, now: datetime) -> WrittenLetter:
        """The list of a change of shifts, for who comes on or for who leaves."""
        change = letter.change
        lines = change.waiting(now)
        kind = "handover" if letter.reader == change.to else "handed-over"
        drill = bool(lines) and all(line.drill for line in lines)
        reads = reader(book, letter.reader, "", now, change.pace)
        facts = {
            **reads.facts(),
            "change": change,
            "lines": lines,
            "holds": summary(lines),
            "by": min((line.due for line in lines), default=None),
            "drill": drill,
            "link": self._links.url(Address("handover", change.id, letter.reader)),
            "client": lambda ident: client_name(book, ident),
        }
        who = f"{reads.name(change.of)} to {reads.name(change.to)}"
        subject = f"[{book.name}] {'DRILL: ' if drill else ''}{who}: {summary(lines)}"
        return self._written(subject, kind, facts, "staff")

    def write_agreement(self, letter: AgreementLetter, book: Procedure, now: datetime) -> WrittenLetter:
        """That a contact is asked to read their company's document, and to confirm it."""
        reads = reader(book, letter.to, letter.client, now)
        facts = {
            **reads.facts(),
            "drill": False,
            "version": document(book, letter.client, wall_time(now, book.time_zone).date()).fingerprint,
            "link": self._links.url(Address("agreement", letter.client, letter.to)),
        }
        return self._written(agreement_subject(letter), "agreement", facts, "customer")

    def write_failing(self, failing: Failing, book: Procedure, pace: float, now: datetime) -> WrittenLetter:
        """That a workflow stands still, for the person of last resort."""
        known, subject = failing.known, failing.ident
        reads = reader(book, "", "", now, pace)
        holder = reads.name(known["Holder"]) if known.get("Holder") else ""
        due, tier = known.get("NextDue"), known.get("Tier", "") or known.get("PathLevel", "")
        facts = {
            **reads.facts(),
            "failing": failing,
            "subject": subject,
            "first": f"Speak to {holder}, who had it: from now on it is handled by hand."
            if holder
            else "Find out who works on it: from now on it is handled by hand.",
            "rows": {
                "Client": client_name(book, known.get("Client", "")),
                "Severity": known.get("Severity", ""),
                "With": ", ".join(filter(None, (holder, tier))),
                "Status": known.get("RungStatus", ""),
                "Its next step was due": reads.time(datetime.fromisoformat(due)) if due else "",
                "It fails since": reads.time(failing.since),
                "Why": _cut(failing.why, TITLE * 3),
            },
            "drill": failing.drill,
            "link": "",
        }
        drill = "DRILL: " if failing.drill else ""
        return self._written(f"ALARM: {drill}{subject} stands still", "failing", facts, "staff")

    def _written(self, subject: str, kind: str, facts: dict[str, Any], audience: Audience) -> WrittenLetter:
        return WrittenLetter(
            subject=_one_line(subject, SUBJECT),
            text=_spaced(self._text.get_template(f"{kind}.jinja").render(facts)),
            html=self._html.get_template(f"{kind}.jinja").render(facts),
            audience=audience,
        )

    def _short(self, title: str, kind: str, facts: dict[str, Any]) -> Short:
        about = facts["letter"]
        drill = "DRILL: " if about.drill else ""
        return Short(
            title=_cut(f"{drill}{about.severity.upper()}, {facts['client']}: {title}", TITLE),
            text=_spaced(self._brief.get_template(f"{kind}.jinja").render(facts)),
        )

    def _facts(self, letter: Letter, book: Procedure, now: datetime) -> dict[str, Any]:
        """What the templates know."""
        watch = Watch(book, letter.client, letter.severity, letter.pace)
        reads = reader(book, letter.notice.to, letter.client, now, letter.pace)
        meaning = book.severities[letter.severity].meaning
        return {
            "letter": letter,
            "drill": letter.drill,
            "notice": letter.notice,
            "asked": is_asked(letter),
            "ruled": ruled(letter),
            "options": ways_out(watch) if letter.place in (book.tiers[-1].name, "last resort") else (),
            "category": book.categories.get(letter.category),
            "known_systems": _known_systems(book, letter.client) if letter.unlisted else (),
            "known": facts(letter, reads, letter.acknowledged, meaning, letter.category),
            "with_whom": has_it(letter, reads),
            "systems": critical_systems(book, letter.client),
            "may_decide": may_decide(watch, letter.place, now),
            "may_complain": _audience(letter) == "customer" and book.complaints is not None,
            "link": self._link(letter, _audience(letter)),
            **reads.facts(),
        }

    def _approval_facts(self, letter: ApprovalLetter, book: Procedure, now: datetime) -> dict[str, Any]:
        """What the templates know; ``letter`` is what all their bases call what they are about."""
        approval, notice = letter.approval, letter.notice
        address = Address("approval", approval.id, notice.to, notice.visit)
        reads = reader(book, notice.to, approval.client, now, approval.pace, approval.name)
        reading = ApprovalLetterView(approval, reads, notice)
        return {
            "drill": approval.drill,
            "letter": approval,
            "approval": approval,
            "proposal": approval.proposal,
            "notice": notice,
            "reading": reading,
            "ruling": ruling(approval),
            "asker": reading.asker,
            "link": self._links.url(address),
            "code": self._links.code(address) if approval.code and reading.waits else "",
            "may_complain": reading.contact and book.complaints is not None,
            **reads.facts(),
        }

    def _link(self, letter: Letter, audience: Audience) -> str:
        person, visit = letter.notice.to, letter.notice.visit
        if audience == "customer":
            return self._links.url(Address("customer", letter.ticket, person))
        return self._links.url(Address("staff", letter.ticket, person, visit))


def _audience(letter: Letter) -> Audience:
    return "customer" if letter.notice.kind in CUSTOMERS else "staff"


def _known_systems(book: Procedure, client: str) -> tuple[str, ...]:
    """The systems that a client has rules for."""
    return tuple(book.clients[client].systems) if client in book.clients else ()


def _spaced(text: str) -> str:
    """Parts that a mail does without leave no more than one blank line behind."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _cut(text: str, length: int) -> str:
    """One line of at most so many characters, in plain ones: with others a text message holds half."""
    return _one_line(text.translate(_PLAIN), length)


def _one_line(text: str, length: int) -> str:
    line = " ".join(_NOT_SHOWN.sub(" ", text).split())
    return line if len(line) <= length else line[: length - 3].rstrip() + "..."
