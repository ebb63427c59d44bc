"""What a client is promised of a severity, however few of those who are told answer.

Nothing is promised here that ``check`` does not look at: what it proves is ``procedure.proof.theorems``.
"""

from __future__ import annotations

from procedure.book.promises import ComplaintPromise, SeverityPromise
from procedure.book.severity import SEVERITIES
from procedure.document.content import LINES, Row, Section, Table, points
from procedure.duty.on_duty import Watch

_HOLDS = (
    "if everybody we tell answers",
    "even if any one of us does not answer",
    "even if any two of us do not answer",
)
"""With how many silent people, whoever they are."""

_APPROVES = (
    ("who that is", "whoever may say yes at that moment, if it costs nothing and nothing is down"),
    (
        "what is counted in",
        "that others have your ticket first, and do nothing with it until their time is over",
    ),
    (
        "what can make it later",
        "progress on your ticket, a clock that stands still, and handing it back to a lower level",
    ),
)


def promised(watch: Watch) -> Section | None:
    """Within what time somebody has it, and who; None where nothing is promised."""
    book = watch.book
    found = {one: book.promises[one] for one in SEVERITIES if one in book.promises}
    if not found:
        return None
    columns = (
        "",
        "somebody who answers is told within",
        "it is with somebody who may approve within",
        "asked for, it is put before somebody who answers within",
        "it holds",
        "counted",
    )
    rows = tuple(_row(Watch(book, watch.client, one), promise) for one, promise in found.items())
    tables = [Table("Whoever of us is silent", columns, rows)]
    if any(promise.may or promise.asked for promise in found.values()):
        tables.append(points("Who may approve", *_APPROVES))
    return Section(
        "What we promise",
        "This is the longest it takes, counted from when your ticket comes in.",
        tuple(tables),
    )


def _row(watch: Watch, promise: SeverityPromise) -> Row:
    may, asked = (
        LINES.join(f"{action}: {within}" for action, within in actions.items())
        for actions in (promise.may, promise.asked)
    )
    counted = "in your hours" if watch.answers_in_hours else "day and night"
    person = str(promise.person) if promise.person else ""
    return Row(watch.severity, (person, may, asked, _HOLDS[promise.silent], counted))


def of_complaints(promise: ComplaintPromise | None) -> str:
    """What is promised of complaints, in a sentence; empty where nothing is."""
    parts = []
    if promise and promise.person:
        parts.append(f"somebody who takes it is told within {promise.person}, {_HOLDS[promise.silent]}")
    if promise and promise.last_level:
        parts.append(f"it is on the last level within {promise.last_level}, if none of us answers")
    return "; ".join(parts)
