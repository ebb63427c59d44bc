"""The ledger of an approval in words: what was asked of whom, and who answered what under which line.

Times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from commands import tables
from procedure.approval.state import Approval, Decision, ruling
from procedure.approval.words import ApprovalWords, own_words, times
from procedure.book.reader import Reader, unlike_life
from procedure.path.state import OnPath
from procedure.record import tells_who
from procedure.ticket.asking import approval_id
from procedure.ticket.state import Asked, Ticket
from procedure.ticket.words import TicketWords

HEAD = ("APPROVAL", "CLIENT", "TICKET", "ACTION", "ASKED BY", "WHO IS ASKED", "DUE", "NEXT")


def row(ident: str, approval: Approval | None) -> tuple[str, ...]:
    """One line of the list; of an approval that does not answer only its id."""
    if approval is None:
        return (ident, "?", "?", "?", "?", "does not answer", "", "")
    words = _words(approval, datetime.now(UTC))
    waiting = [side.ladder for side in approval.sides if not side.settled and side.ladder.holder]
    dues = [ladder.due for ladder in waiting if ladder.due]
    return (
        ident,
        approval.client,
        approval.ticket,
        approval.proposal.action,
        words.asker,
        " and ".join(approval.name(ladder.holder) for ladder in waiting) or approval.outcome,
        words.reads.time(min(dues)) if dues else "",
        next((step.text for step in words.ahead), ""),
    )


def _words(approval: Approval, now: datetime) -> ApprovalWords:
    msp = approval.msp or "the MSP"
    return ApprovalWords(approval, Reader(now, msp=msp, client=approval.client, called=approval.name))


def told(approval: Approval) -> Iterator[str]:
    """Everything about an approval."""
    now = datetime.now(UTC)
    words = _words(approval, now)
    for lines in (_question(words), _asked(words), _answers(words), _ahead(words), record(approval, now)):
        for line in lines:
            yield tables.harmless(line)


def of_ticket(words: TicketWords) -> Iterator[str]:
    """What was asked for a ticket, with its numbers, and how it was decided."""
    for asked in words.ticket.approvals:
        yield f"  {asked.number}. {words.asked(asked)}"
        yield f"     {words.ruling(asked)} ({approval_id(words.ticket, asked.number)})"


def kept_by_ticket(ticket: Ticket, asked: Asked) -> Iterator[str]:
    """What a ticket keeps of a question: all there is of one that was granted on the spot."""
    reads = Reader(datetime.now(UTC), called=ticket.name)
    lines = (
        f"{approval_id(ticket, asked.number)}: {ticket.name(asked.by)} asks: {asked.proposal.action}",
        f"For {ticket.id}: {ticket.title}",
        "Times are UTC.",
        f"How it stands: {TicketWords(ticket, reads).ruling(asked)}",
        "",
        *_named(own_words(asked.proposal) | times(asked.proposal, reads)),
        f"Asked: {reads.time(asked.at)}",
    )
    for line in lines:
        yield tables.harmless(line)


# The question -----------------------------------------------------------------------------


def _question(words: ApprovalWords) -> Iterator[str]:
    approval = words.approval
    yield f"{approval.id}: {words.asks}"
    severity = f", {approval.severity}" if approval.of_ticket else ""
    yield f"For {approval.ticket}{severity}: {approval.title}"
    yield "Times are UTC."
    yield f"How it stands: {ruling(approval)}"
    for whose, condition in words.conditions:
        yield f"On condition ({whose}): {tables.indented(condition)}"
    yield from unlike_life(approval.pace, approval.drill)
    yield ""
    yield from _named(words.own_words | words.facts | dict([words.must_agree]))
    yield f"Under version {approval.version} of the procedure"
    yield from _who_may(words)


def _named(facts: dict[str, str]) -> Iterator[str]:
    """What there is to know of it, a line each."""
    return (f"{name}: {tables.indented(text)}" for name, text in facts.items() if text)


def _who_may(words: ApprovalWords) -> Iterator[str]:
    """Who decides it at the MSP, or under which line somebody has acted first."""
    approval, msp = words.approval, words.approval.side("msp")
    if approval.first:
        yield f"{words.asker} may act first: {approval.first}"
        return
    if approval.own:
        yield f"{words.asker} decides it for {words.reads.msp}: {approval.own}"
    if msp and msp.needed > 1:
        yield f"{msp.needed} different people of {words.reads.msp} must say yes"
    if approval.code and not approval.over:
        yield "A yes through a link needs the code from the mail"


# Who was asked, and what they said --------------------------------------------------------


def _asked(words: ApprovalWords) -> Iterator[str]:
    """Who was asked, through the link of which turn, until when, under which line."""
    if not words.approval.asked:
        return
    yield ""
    yield "Who was told:" if words.approval.first else "Who was asked:"
    for put in words.approval.asked:
        yield f"  {words.reads.time(put.at)}  {words.asked(put)}; link {put.visit}, under {put.line}"


def _answers(words: ApprovalWords) -> Iterator[str]:
    if words.approval.decisions:
        yield from ("", "Who has answered:")
    for decision in words.approval.decisions:
        yield from _answer(words, decision)
    if words.approval.objections:
        yield from ("", "Who objects:")
    for one in words.approval.objections:
        via = f", through {words.reads.via(one)}" if one.via else ""
        yield f"  {words.reads.time(one.at)}  {tables.indented(words.objects(one), 4)}{via}"


def _answer(words: ApprovalWords, decision: Decision) -> Iterator[str]:
    """What somebody said, when, through what, and what gave them the authority."""
    via = f", through {words.reads.via(decision)}" if decision.via else ""
    yield f"  {words.reads.time(decision.at)}  {tables.indented(words.says(decision), 4)}{via}"
    if why := words.uncounted(decision):
        yield f"    DOES NOT COUNT: {why}"
    yield f"    under {decision.line}; version {decision.version}"


# What comes next, and what was --------------------------------------------------------------


def _ahead(words: ApprovalWords) -> Iterator[str]:
    steps = words.ahead
    if steps:
        yield from ("", "If nobody answers:", *(f"  {words.reads.time(at)}  {text}" for at, text in steps))


def record(stands: Approval | OnPath, now: datetime) -> Iterator[str]:
    """All that was said and done, with who did it and through what."""
    reads = Reader(now, called=stands.name)
    yield ""
    yield "So far:"
    for entry in stands.record:
        who = "" if tells_who(entry) else reads.name(entry.by)
        via = f"through {reads.via(entry)}" if entry.via else ""
        about = ", ".join(filter(None, (who, via)))
        text = tables.indented(reads.told(entry), 4)
        yield f"  {reads.time(entry.at)}  {text}{f' ({about})' if about else ''}"
