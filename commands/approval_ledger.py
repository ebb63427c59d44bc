"""The ledger of an approval in words: what was asked of whom, and who answered what under which line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from commands import tables
from procedure.approval.state import Approval, Decision, ruling
from procedure.approval.words import ApprovalWords, own_words, times
from procedure.book.reader import Reader, unlike_life
from procedure.clocks.calendars import local
from procedure.path.state import OnPath
from procedure.record import tells_who
from procedure.ticket.asking import approval_id
from procedure.ticket.state import Asked, Ticket
from procedure.ticket.words import TicketWords

HEAD = ("APPROVAL", "CLIENT", "TICKET", "ACTION", "ASKED BY", "WHO IS ASKED", "DUE", "NEXT")


def row(ident: str, approval: Approval | None, zone: str = "UTC") -> tuple[str, ...]:
    """One line of the list; of an approval that does not answer only its id."""
    if approval is None:
        return (ident, "?", "?", "?", "?", "does not answer", "", "")
    words = _words(approval, datetime.now(UTC), zone)
    waiting = [side.ladder for side in approval.sides if not side.settled and side.ladder.holder]
    dues = [ladder.due for ladder in waiting if ladder.due]
    return (
        ident,
        approval.client,
        approval.ticket,
        approval.proposal.action,
        words.asker,
        " and ".join(approval.name(ladder.holder) for ladder in waiting) or approval.outcome,
        local(min(dues), datetime.now(UTC), zone, dated=True) if dues else "",
        next((step.text for step in words.ahead), ""),
    )


def _words(approval: Approval, now: datetime, zone: str) -> ApprovalWords:
    msp = approval.msp or "the MSP"
    reads = Reader(now, zone=zone, msp=msp, client=approval.client, called=approval.name)
    return ApprovalWords(approval, reads)


def told(approval: Approval, zone: str = "UTC") -> Iterator[str]:
    """Everything about an approval, in the times of a zone."""
    now = datetime.now(UTC)
    words = _words(approval, now, zone)
    parts = (_question(words), _asked(words), _answers(words), _ahead(words), record(approval, now, zone))
    for lines in parts:
        for line in lines:
            yield tables.harmless(line)


def of_ticket(words: TicketWords) -> Iterator[str]:
    """What was asked for a ticket, with its numbers, and how it was decided."""
    for asked in words.ticket.approvals:
        yield f"  {asked.number}. {words.asked(asked)}"
        yield f"     {words.ruling(asked)} ({approval_id(words.ticket, asked.number)})"


def kept_by_ticket(ticket: Ticket, asked: Asked, zone: str = "UTC") -> Iterator[str]:
    """What a ticket keeps of a question: all there is of one that was granted on the spot."""
    reads = Reader(datetime.now(UTC), zone=zone, called=ticket.name)
    lines = (
        f"{approval_id(ticket, asked.number)}: {ticket.name(asked.by)} asks: {asked.proposal.action}",
        f"For {ticket.id}: {ticket.title}",
        f"Times are {zone}.",
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
    yield f"Times are {words.reads.zone}."
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
    clock = words.reads.clock(put.at for put in words.approval.asked)
    for put in words.approval.asked:
        yield f"  {clock(put.at)}  {words.asked(put)}; link {put.visit}, under {put.line}"


def _answers(words: ApprovalWords) -> Iterator[str]:
    if words.approval.decisions:
        yield from ("", "Who has answered:")
    clock = words.reads.clock(one.at for one in words.approval.decisions)
    for decision in words.approval.decisions:
        yield from _answer(words, decision, clock(decision.at))
    if words.approval.objections:
        yield from ("", "Who objects:")
    clock = words.reads.clock(one.at for one in words.approval.objections)
    for one in words.approval.objections:
        via = f", through {words.reads.via(one)}" if one.via else ""
        yield f"  {clock(one.at)}  {tables.indented(words.objects(one), 4)}{via}"


def _answer(words: ApprovalWords, decision: Decision, at: str) -> Iterator[str]:
    """What somebody said, when, through what, and what gave them the authority."""
    via = f", through {words.reads.via(decision)}" if decision.via else ""
    yield f"  {at}  {tables.indented(words.says(decision), 4)}{via}"
    if why := words.uncounted(decision):
        yield f"    DOES NOT COUNT: {why}"
    yield f"    under {decision.line}; version {decision.version}"


# What comes next, and what was --------------------------------------------------------------


def _ahead(words: ApprovalWords) -> Iterator[str]:
    steps = words.ahead
    if steps:
        clock = words.reads.clock(at for at, _ in steps)
        yield from ("", "If nobody answers:", *(f"  {clock(at)}  {text}" for at, text in steps))


def record(stands: Approval | OnPath, now: datetime, zone: str) -> Iterator[str]:
    """All that was said and done, with who did it and through what."""
    reads = Reader(now, zone=zone, called=stands.name)
    clock = reads.clock(entry.at for entry in stands.record)
    yield ""
    yield "So far:"
    for entry in stands.record:
        who = "" if tells_who(entry) else reads.name(entry.by)
        via = f"through {reads.via(entry)}" if entry.via else ""
        about = ", ".join(filter(None, (who, via)))
        text = tables.indented(reads.told(entry), 4)
        yield f"  {clock(entry.at)}  {text}{f' ({about})' if about else ''}"
