"""A real ticket as a scenario: what its people said, and when; to be played with another procedure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from procedure.approval.state import Approval
from procedure.book.procedure import Procedure
from procedure.kinds import Kind
from procedure.record import Entry
from procedure.ticket.state import Asked, Ticket
from rehearsal.scenario import HELPDESK, Answer, KnownFacts, Scenario

THERE = "the helpdesk"
"""What the record says that something came through which was done there."""

_DID: dict[Kind, tuple[str, Callable[[Entry], dict[str, Any]]]] = {
    Kind.HAS_IT: ("acknowledge", lambda entry: {}),
    Kind.PROGRESS: ("progress", lambda entry: {"note": entry.words}),
    Kind.HANDED_ON: (
        "hand_on",
        lambda entry: {"tier": "" if entry.what else entry.to, "condition": entry.what},
    ),
    Kind.HANDED_BACK: ("hand_back", lambda entry: {"tier": entry.to, "reason": entry.words}),
    Kind.STOPPED: ("pause", lambda entry: {"reason": entry.words}),
    Kind.STARTED_AGAIN: ("resume", lambda entry: {}),
    Kind.RESOLVED: ("resolve", lambda entry: {"solution": entry.words}),
    Kind.ACCEPTED: ("accept", lambda entry: {}),
    Kind.KEPT: ("keep", lambda entry: {}),
    Kind.CONFIRMED: ("confirm", lambda entry: {"solved": True}),
    Kind.NOT_SOLVED: ("confirm", lambda entry: {"solved": False, "words": entry.words}),
    Kind.SAYS: ("reply", lambda entry: {"words": entry.words}),
    Kind.WANTS_UP: ("request_escalation", lambda entry: {"words": entry.words}),
    Kind.GRANTED: ("answer_request", lambda entry: {"granted": True}),
    Kind.KEPT_DOWN: ("answer_request", lambda entry: {"granted": False, "reason": entry.words}),
}
"""What somebody said, by the fact that came of it, and what went with it."""

_DONE_THERE: dict[Kind, str] = {
    Kind.RESOLVED: "resolved",
    Kind.CLOSED_THERE: "closed",
    Kind.OPENED_THERE: "open",
    Kind.STOPPED: "waiting",
    Kind.OFF_HOLD: "open",
}
"""What was done in the helpdesk, by the fact that came of it."""


def scenario_of(ticket: Ticket, approvals: Sequence[Approval], book: Procedure) -> Scenario:
    """What was said about a ticket, at the same times after it came in; at a pace, as if there were none.

    Its impact is as it was known in the end. What people who are in no file any more have said is left out.
    """
    answers = sorted(
        (*_answers(ticket, book), *_questions(ticket), *_decisions(ticket, approvals)),
        key=lambda answer: answer.at or timedelta(0),
    )
    contacts = book.clients[ticket.client].contacts
    facts = ticket.facts
    last = max(ticket.opened, *(entry.at for entry in ticket.record))
    return Scenario(
        title=f"{ticket.id}: {ticket.title}",
        client=ticket.client,
        at=ticket.opened.isoformat(),
        facts=KnownFacts(
            system=facts.system,
            state=facts.state,
            users=facts.users,
            workaround=facts.workaround,
            category=facts.category,
            conditions=facts.conditions,
        ),
        requester=ticket.requester if ticket.requester in contacts else "",
        answers=tuple(answers),
        until=_after(ticket, last) * 2 if ticket.closed else None,
    )


def _answers(ticket: Ticket, book: Procedure) -> Iterator[Answer]:
    for entry in ticket.record:
        if entry.via == THERE and entry.kind in _DONE_THERE:
            yield _answer(ticket, HELPDESK, _DONE_THERE[entry.kind], entry.at, {})
        elif entry.kind in _DID and book.person(entry.by):
            does, says = _DID[entry.kind] if not _asked(ticket, entry) else _ASKED
            yield _answer(ticket, entry.by, does, entry.at, {**says(entry), **_found(ticket, entry)})


_ASKED: tuple[str, Callable[[Entry], dict[str, Any]]] = (
    "ask_customer",
    lambda entry: {"question": "(as it was asked then)"},
)


def _asked(ticket: Ticket, entry: Entry) -> bool:
    """Whether the clock was stopped for a question to the customer, which is in a note of its own."""
    notes = [note for note in ticket.notes if (note.at, note.by) == (entry.at, entry.by)]
    return entry.kind is Kind.STOPPED and bool(notes)


def _found(ticket: Ticket, entry: Entry) -> dict[str, str]:
    """What was handed on with it."""
    if entry.kind is not Kind.HANDED_ON:
        return {}
    notes = (note.text for note in ticket.notes if (note.at, note.by) == (entry.at, entry.by))
    return {"note": next(notes, "")}


def _questions(ticket: Ticket) -> Iterator[Answer]:
    return (_answer(ticket, asked.by, "propose", asked.at, _proposal(asked)) for asked in ticket.approvals)


def _proposal(asked: Asked) -> dict[str, Any]:
    proposal = asked.proposal
    downtime = int(proposal.downtime.total_seconds())
    return {
        "action": "" if proposal.option else proposal.action,
        "what": proposal.what,
        "why": proposal.why,
        "cost": proposal.cost,
        "downtime": f"{downtime} seconds" if downtime else None,
        "begins": proposal.begins,
        "by_when": proposal.by_when,
        "otherwise": proposal.otherwise,
        "option": proposal.option,
        "until": proposal.until,
        "act_first": asked.outcome == "acted",
    }


def _decisions(ticket: Ticket, approvals: Sequence[Approval]) -> Iterator[Answer]:
    for approval in approvals:
        for one in approval.decisions:
            says = {"yes": one.yes, "reason": one.reason, "conditions": one.conditions}
            yield _answer(ticket, one.by, "decide", one.at, says)


def _answer(ticket: Ticket, who: str, does: str, at: datetime, says: dict[str, Any]) -> Answer:
    about = "approval" if does == "decide" else "ticket"
    return Answer(who=who, does=does, about=about, at=_after(ticket, at), says=says)


def _after(ticket: Ticket, at: datetime) -> timedelta:
    return (at - ticket.opened) * ticket.agreement.pace
