"""The ledger of an approval in words: what was asked of whom, and who answered what under which line.

Times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from commands import tables
from procedure.approval.state import (
    Approval,
    Decision,
    Put,
    Side,
    forecast,
    ruling,
)
from procedure.book.proposal import Proposal
from procedure.clocks.calendars import local
from procedure.complaint.path import OnPath
from procedure.ladder import Ahead
from procedure.record import tells_who, through
from procedure.ticket.asking import approval_id
from procedure.ticket.state import Asked, Ticket

HEAD = ("APPROVAL", "CLIENT", "TICKET", "ACTION", "ASKED BY", "WHO IS ASKED", "DUE", "NEXT")


def row(ident: str, approval: Approval | None) -> tuple[str, ...]:
    """One line of the list; of an approval that does not answer only its id."""
    if approval is None:
        return (ident, "?", "?", "?", "?", "does not answer", "", "")
    now, waiting = datetime.now(UTC), _waiting(approval)
    dues = [side.ladder.due for side in waiting if side.ladder.due]
    return (
        ident,
        approval.client,
        approval.ticket,
        approval.proposal.action,
        approval.name(approval.asker),
        " and ".join(approval.name(side.ladder.holder) for side in waiting) or approval.outcome,
        local(min(dues), now, "UTC") if dues else "",
        next((_ahead(approval, step) for step in forecast(approval)), ""),
    )


def told(approval: Approval) -> Iterator[str]:
    """Everything about an approval."""
    now = datetime.now(UTC)
    for part in (_question, _asked, _answers, _objections, _forecast, record):
        for line in part(approval, now):
            yield tables.harmless(line)


def of_ticket(ticket: Ticket, now: datetime) -> Iterator[str]:
    """What was asked for a ticket, with its numbers, and how it was decided."""
    for asked in ticket.approvals:
        what = asked.proposal.option or asked.proposal.action
        yield tables.harmless(f"{asked.number}. {what}: {' '.join(asked.proposal.what.split())}")
        yield tables.harmless(f"   {_standing(ticket, asked, now)} ({approval_id(ticket, asked.number)})")


def kept_by_ticket(ticket: Ticket, asked: Asked) -> Iterator[str]:
    """What a ticket keeps of a question: all there is of one that was granted on the spot."""
    now = datetime.now(UTC)
    lines = (
        f"{approval_id(ticket, asked.number)}: {ticket.name(asked.by)} asks: {asked.proposal.action}",
        f"For {ticket.id}: {ticket.title}",
        "Times are UTC.",
        f"How it stands: {_standing(ticket, asked, now)}",
        "",
        *_proposal(asked.proposal, now, "at once"),
        f"Asked: {local(asked.at, now, 'UTC')}",
    )
    for line in lines:
        yield tables.harmless(line)


def _standing(ticket: Ticket, asked: Asked, now: datetime) -> str:
    if not asked.ruling:
        missing = ", only the client's answer is missing" if asked.waits_for_client else ""
        return f"asked by {ticket.name(asked.by)}, not decided yet{missing}"
    return asked.ruling


# The question -----------------------------------------------------------------------------


def _question(approval: Approval, now: datetime) -> Iterator[str]:
    takes = f" ({approval.price})" if approval.price else ""
    verb = "acts first" if approval.first else "asks"
    yield f"{approval.id}: {approval.name(approval.asker)} {verb}: {approval.proposal.action}{takes}"
    yield f"For {approval.ticket}, {approval.severity}: {approval.title}"
    yield "Times are UTC."
    yield f"How it stands: {ruling(approval)}"
    for person, words in approval.conditions:
        yield f"On condition ({approval.name(person)}): {tables.indented(words)}"
    if approval.drill:
        yield "DRILL: this is an exercise."
    if approval.pace != 1:
        yield f"Pace {approval.pace:g}: times run that much faster than agreed."
    yield ""
    if approval.meaning:
        yield f"{approval.proposal.action}: {approval.meaning}"
    yield from _proposal(approval.proposal, now, _at_once(approval))
    asked = "Done, and told" if approval.first else "Asked"
    at = local(approval.opened, now, "UTC")
    yield f"{asked}: {at}, under version {approval.version} of the procedure"
    yield from _who_must(approval)


def _at_once(approval: Approval) -> str:
    """When it is to be done if it names no time; empty for what was done first."""
    if approval.first:
        return ""
    return "at once, unless the condition says otherwise" if approval.conditions else "at once"


def _proposal(proposal: Proposal, now: datetime, at_once: str) -> Iterator[str]:
    """What is decided about, word for word; ``at_once`` says when, if it names no time."""
    parts = {
        "Management's option": proposal.option,
        "What exactly": proposal.what,
        "Why": proposal.why,
        "To be done": local(proposal.begins, now, "UTC") if proposal.begins else at_once,
        "Holds until": local(proposal.until, now, "UTC") if proposal.until else "",
        "Answer needed by": local(proposal.by_when, now, "UTC") if proposal.by_when else "",
        "Without an answer": proposal.otherwise,
    }
    return (f"{name}: {tables.indented(text)}" for name, text in parts.items() if text)


def _who_must(approval: Approval) -> Iterator[str]:
    """Who has to say yes, and why; or under which line somebody has acted first."""
    name, msp = approval.name(approval.asker), approval.side("msp")
    if approval.first:
        yield f"{name} may act first: {approval.first}"
        return
    if approval.own:
        yield f"{name} decides it for {approval.msp or 'the MSP'}: {approval.own}"
    if msp and msp.needed > 1:
        yield f"{msp.needed} different people of {approval.msp or 'the MSP'} must say yes"
    if approval.consent:
        yield f"The client must agree: {', '.join(approval.consent)}"
    if approval.code and not approval.over:
        yield "A yes through a link needs the code from the mail"


# Who was asked, and what they said --------------------------------------------------------


def _asked(approval: Approval, now: datetime) -> Iterator[str]:
    """Who was asked, through the link of which turn, until when, under which line."""
    if not approval.asked:
        return
    yield ""
    yield "Who was told:" if approval.first else "Who was asked:"
    rows: list[tuple[str, ...]] = [
        (
            f"  {local(put.at, now, 'UTC')}",
            _who(approval, put),
            _level(put.side, put.level, put.role),
            f"link {put.visit}",
            local(put.due, now, "UTC") if put.due else "",
            put.line,
        )
        for put in approval.asked
    ]
    yield from tables.lines(("  AT", "WHO", "AS", "THROUGH", "UNTIL", "UNDER"), rows)


def _who(approval: Approval, put: Put) -> str:
    away = f" (for {approval.name(put.instead_of)})" if put.instead_of else ""
    return approval.name(put.person) + away


def _level(side: str, level: str, role: str = "") -> str:
    return "client" if side == "client" else ", ".join(filter(None, (level, role)))


def _answers(approval: Approval, now: datetime) -> Iterator[str]:
    if not approval.decisions:
        return
    yield ""
    yield "Who has answered:"
    for decision in approval.decisions:
        yield from _answer(approval, decision, now)


def _answer(approval: Approval, decision: Decision, now: datetime) -> Iterator[str]:
    """What somebody said, when, through what, and what gave them the authority."""
    who = f"{approval.name(decision.by)} ({_level(decision.side, decision.level)})"
    said = "yes" if decision.yes else "no"
    via = f", through {through(decision.via, approval.name(decision.by))}" if decision.via else ""
    yield f"  {local(decision.at, now, 'UTC')}  {who}: {said}{via}"
    if decision.void:
        yield f"    VOID: {approval.name(decision.by)} says that this was not them"
    if decision.lapsed:
        yield "    LAPSED: the client must agree to more by now, and is asked again"
    if decision.conditions:
        yield f"    on condition: {tables.indented(decision.conditions, 6)}"
    if decision.reason:
        yield f"    because: {tables.indented(decision.reason, 6)}"
    yield f"    under {decision.line}; version {decision.version}"


def _objections(approval: Approval, now: datetime) -> Iterator[str]:
    if not approval.objections:
        return
    yield ""
    yield "Who objects:"
    for one in approval.objections:
        via = f", through {through(one.via, approval.name(one.by))}" if one.via else ""
        yield f"  {local(one.at, now, 'UTC')}  {approval.name(one.by)}: {tables.indented(one.reason, 4)}{via}"


# What comes next, and what was --------------------------------------------------------------


def _forecast(approval: Approval, now: datetime) -> Iterator[str]:
    steps = forecast(approval)
    if not steps:
        return
    yield ""
    yield "If nobody answers:"
    for step in steps:
        yield f"  {local(step.at, now, 'UTC')}  {_ahead(approval, step)}"


def _ahead(approval: Approval, step: Ahead) -> str:
    """What happens then: the next one is asked, or nobody is left."""
    if not step.who:
        return f"undecided: {approval.name(approval.undecided_to)} is told"
    return f"→ {approval.name(step.who)} ({'client' if step.tier == step.who else step.tier})"


def record(stands: Approval | OnPath, now: datetime) -> Iterator[str]:
    """All that was said and done, with who did it and through what."""
    yield ""
    yield "So far:"
    for entry in stands.record:
        text = stands.sentence(entry, lambda at: local(at, now, "UTC"))
        name = stands.name(entry.by)
        via = f"through {through(entry.via, name)}" if entry.via else ""
        about = ", ".join(filter(None, ("" if tells_who(entry) else name, via)))
        yield f"  {local(entry.at, now, 'UTC')}  {tables.indented(text, 4)}{f' ({about})' if about else ''}"


def _waiting(approval: Approval) -> list[Side]:
    """The sides of which somebody is asked now."""
    return [side for side in approval.sides if not side.settled and side.ladder.holder]
