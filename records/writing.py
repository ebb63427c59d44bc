"""What is written: how something stands, as rows. Written again it changes nothing; an earlier moment that
comes late changes nothing either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, insert, select, update
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from procedure.approval.state import Approval
from procedure.book.authority import TableLine
from procedure.clocks.calendars import AlwaysOpen
from procedure.complaint.review import Review
from procedure.complaint.state import Complaint
from procedure.kinds import Kind
from procedure.path.assignment import Assignment
from procedure.prevention.state import Prevention, Proposed
from procedure.problem.state import Problem
from procedure.record import Entry, Recorded
from procedure.ticket.handover import ShiftChange
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from records import tables
from records.database import Records
from records.visits import ENDED, SOLVED, Visit, visits
from records.words import words_of

Stands = Ticket | Approval | Complaint | Review | Problem | Prevention | ShiftChange
Row = dict[str, Any]

_ENTRY = ("at", "kind", "via", "person", "other", "place", "due", "until", "what", "was", "words")
"""The fields of a line that are called the same in the timeline."""

_RENAMED = {"by": "actor", "to": "goes_to", "number": "count"}

LONGEST_WORDS = 60_000
"""Characters of a ticket that it is searched by."""


@dataclass(frozen=True)
class AsOf:
    """How something stood in one run of its workflow, when the history of that was so many events long."""

    run: str
    started: datetime
    events: int


@dataclass(frozen=True)
class Delivery:
    """What became of one thing that was sent; the fields of the table of the same name."""

    event: int
    notice: int
    kind: str
    person: str
    channel: str
    at: datetime
    settled: datetime | None
    attempts: int
    outcome: str
    why: str = ""


@dataclass(frozen=True)
class EndedRun:
    """One run of a workflow that has ended: whose, how, and what it has sent."""

    run: str
    ident: str
    kind: str
    closed: datetime
    status: str
    client: str = ""
    missed: str = ""
    deliveries: tuple[Delivery, ...] = ()


def key_of(ident: str, opened: datetime) -> str:
    """What rows are found by. The same id may begin anew, but not at the same instant."""
    return f"{ident}@{opened:%Y%m%dT%H%M%S.%f}"


def write_opening(records: Records, opening: Opening, system: str, at: datetime) -> None:
    """That a ticket comes in, before anybody has seen it: so that those which come at once count each other.

    What stands already stays. Raises RecordsAway, RecordsRefused.
    """
    with records.writing() as connection:
        _alone(connection, opening.id)
        before = select(tables.TICKETS.c.key).where(
            tables.TICKETS.c.ident == opening.id, tables.TICKETS.c.ended.is_(None)
        )
        if connection.execute(before).first():
            return
        row = {
            "key": key_of(opening.id, at),
            "ident": opening.id,
            "client": opening.client,
            "opened": at,
            "status": "opening",
            "drill": opening.drill,
            "run_started": at,
            "helpdesk": opening.helpdesk,
            "number": opening.number,
            "title": opening.title,
            "requester": opening.requester,
            "system": system,
            "category": opening.facts.category,
            "found_by": _found_by(opening),
            "emergency": bool(opening.caller),
            "incident": opening.id,
            "words": " ".join(words_of(f"{opening.number} {opening.title} {opening.description}")),
        }
        connection.execute(insert(tables.TICKETS), _clean(row))


def write(records: Records, stands: Stands, moment: AsOf) -> bool:
    """How something stands; False where a later moment of it stands there already.

    Raises RecordsAway, RecordsRefused.
    """
    table, ident, opened, row = _row(stands)
    key = key_of(ident, opened)
    with records.writing() as connection:
        _alone(connection, ident)
        if table is tables.TICKETS:
            _is_open_by_now(connection, key, ident)
        if _is_later(connection, table, key, moment):
            return False
        row |= {
            "ident": ident,
            "opened": opened,
            "lines": stands.written,
            "run": moment.run,
            "run_started": moment.started,
            "events": moment.events,
        }
        _keep(connection, table, {"key": key}, [row])
        _write_lines(connection, key, table.name.removesuffix("s"), stands)
        for part, rows in _parts(stands):
            # What a problem has let go of was a ticket of its all the same.
            _keep(connection, part, {"key": key}, rows, only=part is tables.PROBLEM_TICKETS)
        if isinstance(stands, Ticket):
            _write_visits(connection, key, stands)
    return True


def write_end(records: Records, ended: EndedRun) -> None:
    """What a run has sent, and that it is recorded whole. Raises RecordsAway, RecordsRefused."""
    about = {"ident": ended.ident, "about": ended.kind.casefold(), "client": ended.client}
    with records.writing() as connection:
        _alone(connection, ended.ident)
        rows = [{**vars(one), **about} for one in ended.deliveries]
        _keep(connection, tables.DELIVERIES, {"run": ended.run}, rows)
        row = {name: getattr(ended, name) for name in ("ident", "kind", "closed", "status", "missed")}
        _keep(connection, tables.RUNS, {"run": ended.run}, [row])
        if ended.status in ("terminated", "timed out", "failed", "canceled"):
            # Nobody of its people has ended it: it stays as it stood, and is over.
            for table in set(TABLES.values()) - {tables.HANDOVERS}:
                broken = and_(table.c.run == ended.run, table.c.ended.is_(None))
                connection.execute(
                    update(table).where(broken).values(ended=ended.closed, status=ended.status)
                )


def whole(records: Records, runs: Iterable[str]) -> set[str]:
    """Those of these runs that are recorded whole. Raises RecordsAway."""
    with records.reading() as connection:
        found = select(tables.RUNS.c.run).where(tables.RUNS.c.run.in_(list(runs)))
        return set(connection.execute(found).scalars())


def read_to(records: Records, kind: str, run: str) -> int:
    """How long a run's history was when it was last written how it stood; 0 if it never was."""
    table = TABLES[kind]
    with records.reading() as connection:
        return connection.execute(select(table.c.events).where(table.c.run == run)).scalar() or 0


def caught_up_to(records: Records, place: str) -> datetime | None:
    """Up to when all that has ended there is recorded. Raises RecordsAway."""
    with records.reading() as connection:
        place_of = select(tables.CAUGHT_UP.c.until).where(tables.CAUGHT_UP.c.place == place)
        return connection.execute(place_of).scalar()


def caught_up(records: Records, place: str, until: datetime) -> None:
    """Remember it. Raises RecordsAway."""
    with records.writing() as connection:
        _alone(connection, place)
        _keep(connection, tables.CAUGHT_UP, {"place": place}, [{"until": until}])


TABLES = {
    "Ticket": tables.TICKETS,
    "Approval": tables.APPROVALS,
    "Complaint": tables.COMPLAINTS,
    "Review": tables.REVIEWS,
    "Problem": tables.PROBLEMS,
    "Prevention": tables.PREVENTIONS,
    "Handover": tables.HANDOVERS,
}
"""The table of each type of workflow."""


# One thing as a row ------------------------------------------------------------------------


def _row(stands: Stands) -> tuple[Table, str, datetime, Row]:
    """Its table, its id, when it was opened, and the rest of its row."""
    match stands:
        case Ticket():
            return tables.TICKETS, stands.id, stands.opened, _ticket(stands)
        case Approval():
            return tables.APPROVALS, stands.id, stands.opened, _approval(stands)
        case Complaint():
            return tables.COMPLAINTS, stands.id, stands.opened, _complaint(stands)
        case Review():
            return tables.REVIEWS, stands.id, stands.opened, _review(stands)
        case Problem():
            return tables.PROBLEMS, stands.id, stands.opened, _problem(stands)
        case Prevention():
            return tables.PREVENTIONS, stands.id, stands.opened, _assignment(stands)
        case ShiftChange():
            # The same list may begin anew: its first line says when it did.
            return tables.HANDOVERS, stands.id, stands.record[0].at, _handover(stands)


def _ticket(ticket: Ticket) -> Row:
    record = ticket.record
    end = next((one for one in reversed(record) if one.kind in ENDED), None) if ticket.closed else None
    facts, found = ticket.facts, ticket.status in ("resolved", "closed")
    solved = next((one for one in reversed(record) if one.kind in SOLVED), None) if found else None
    return {
        "client": ticket.client,
        "ended": (end or record[-1]).at if ticket.closed else None,
        "status": ticket.status,
        "holder": ticket.holder,
        "drill": ticket.drill,
        "helpdesk": ticket.helpdesk,
        "number": ticket.number,
        "title": ticket.title,
        "description": ticket.description,
        "requester": ticket.requester,
        "system": facts.system,
        "category": facts.category,
        "state": facts.state or "",
        "users": facts.users,
        "severity": ticket.severity,
        "reason": ticket.reason,
        "started_at": next((one.to for one in record if one.kind is Kind.STARTS), ""),
        "tier": ticket.place,
        "outcome": end.kind.value if end else "",
        "solution": ticket.here.solution if solved else "",
        "solved_by": solved.by if solved else "",
        "solved_at": ticket.place if solved else "",
        "solved": solved.at if solved else None,
        "found_by": _found_by(ticket),
        "emergency": bool(ticket.caller),
        "incident": ticket.joined or ticket.id,
        "version": ticket.agreement.version,
        "pace": ticket.agreement.pace,
        "words": _words(ticket),
    }


def _found_by(about: Ticket | Opening) -> str:
    """Who noticed it; empty where nobody has told. Who reports an emergency has."""
    return about.found_by or ("user" if about.caller else "")


def _words(ticket: Ticket) -> str:
    """All that it is searched by: what it is about, what was found, and what solved it."""
    facts, noted = ticket.facts, (note.text for note in ticket.notes)
    parts = (ticket.number, ticket.title, facts.system, facts.category, ticket.here.solution)
    return " ".join(words_of(" ".join((*parts, ticket.description, *noted))))[:LONGEST_WORDS]


def _approval(approval: Approval) -> Row:
    asked = approval.proposal
    return {
        "client": approval.client,
        "ended": approval.record[-1].at if approval.over and approval.record else None,
        "status": approval.outcome,
        "holder": next((s.ladder.holder for s in approval.sides if not s.settled), ""),
        "drill": approval.drill,
        "ticket": approval.ticket,
        "helpdesk": approval.helpdesk,
        "number": approval.number,
        "severity": approval.severity,
        "asker": approval.asker,
        "action": asked.action,
        "option": asked.option,
        "what": asked.what,
        "why": asked.why,
        "otherwise": asked.otherwise,
        "cost": asked.cost,
        "currency": approval.currency,
        "downtime_seconds": asked.downtime.total_seconds(),
        "begins": asked.begins,
        "by_when": asked.by_when,
        "version": approval.version,
    }


def _complaint(complaint: Complaint) -> Row:
    raised = complaint.raised
    return {
        "client": complaint.client,
        "ended": complaint.record[-1].at if complaint.over else None,
        "status": complaint.status,
        "holder": complaint.holder,
        "drill": complaint.drill,
        "number": complaint.number,
        "kind": raised.kind,
        "raised_by": raised.by,
        "taken_by": raised.taken_by,
        "ticket": raised.ticket_joined or raised.ticket,
        "level": complaint.path.level,
        "outcome": complaint.outcome,
    }


def _assignment(work: Assignment) -> Row:
    """What every kind of them has."""
    return {
        "client": work.client,
        "ended": work.record[-1].at if work.over else None,
        "status": work.state,
        "holder": work.holder,
        "drill": work.drill,
        "number": work.number,
        "level": work.path.level,
        "concluded_by": work.concluded_by,
    }


def _review(review: Review) -> Row:
    return _assignment(review) | {
        "complaints": len(review.complaints),
    }


def _problem(problem: Problem) -> Row:
    return _assignment(problem) | {
        "system": problem.pattern.system,
        "category": problem.pattern.category,
        "title": problem.title,
        "opened_by": problem.opened_by,
        "cause": problem.cause,
        "workaround": problem.workaround,
        "conclusion": problem.conclusion,
        "tickets": problem.count,
    }


def _item(item: Proposed) -> Row:
    coming = item.coming
    return {
        "name": coming.name,
        "system": coming.system,
        "reason": coming.reason,
        "due": coming.due.isoformat(),
        "stage": item.stage,
        "settled": item.when,
        "actor": item.by,
        "words": item.words,
        "action": coming.action,
        "outcome": item.outcome,
    }


def _handover(change: ShiftChange) -> Row:
    return {
        "ended": change.record[-1].at if change.over else None,
        "status": "closed" if change.over else "open",
        "holder": change.of,
        "drill": bool(change.lines) and all(line.drill for line in change.lines),
        "leaves": change.of,
        "comes": change.to,
    }


# What belongs to it ------------------------------------------------------------------------


def _parts(stands: Stands) -> Iterator[tuple[Table, list[Row]]]:
    """The rows that belong to it, numbered as they came."""
    match stands:
        case Approval():
            yield tables.ASKED, _numbered(map(_asked, stands.asked))
            yield tables.DECISIONS, _numbered(map(_decision, stands.decisions))
        case Complaint():
            yield tables.COMPLAINT_WORDS, list(_complaint_words(stands))
            promises = stands.promises
            yield (
                tables.PROMISES,
                [
                    {"number": one.number, "actor": one.by, "due": one.due, "state": one.state}
                    for one in promises
                ],
            )
        case Review() if stands.conclusion:
            said: Row = {"part": "conclusion", "number": 1, "actor": stands.concluded_by}
            yield tables.COMPLAINT_WORDS, [{**said, "words": stands.conclusion}]
        case Problem():
            named = ({"ticket": one.id, "number": one.number} | vars(one) for one in stands.tickets)
            kept = ("ticket", "number", "title", "at")
            yield tables.PROBLEM_TICKETS, [{name: one[name] for name in kept} for one in named]
        case Prevention():
            yield tables.PREVENTION_ITEMS, _numbered(map(_item, stands.items))
        case ShiftChange():
            names = ("ticket", "client", "severity", "due", "outcome")
            lines = ({name: getattr(line, name) for name in names} for line in stands.lines)
            yield tables.HANDED, _numbered(lines)


def _asked(put: Any) -> Row:
    names = ("person", "side", "level", "at", "due", "role", "instead_of")
    return {**{name: getattr(put, name) for name in names}, "line": _line(put.line)}


def _decision(decision: Any) -> Row:
    names = ("side", "level", "version", "yes", "at", "via", "reason", "conditions", "void", "lapsed")
    row = {name: getattr(decision, name) for name in names}
    return {**row, "actor": decision.by, "line": _line(decision.line)}


def _line(line: TableLine | None) -> str:
    return f"{line.action}: {line.who}, {line.reach()}" if line else ""


def _complaint_words(complaint: Complaint) -> Iterator[Row]:
    raised = complaint.raised
    for number, one in enumerate(complaint.said, start=1):
        said: Row = {"part": "said", "number": number, "at": one.at, "actor": one.by}
        yield {**said, "said": one.said, "words": one.text}
    for promise in complaint.promises:
        yield {"part": "promise", "number": promise.number, "actor": promise.by, "words": promise.what}
    others = (("settle", raised.settle), ("caller", raised.caller), ("reach", raised.reach))
    for part, words in (*others, ("about", ", ".join(complaint.about))):
        if words:
            yield {"part": part, "number": 1, "actor": raised.by, "words": words}


def _numbered(rows: Iterable[Row]) -> list[Row]:
    return [{"number": number, **row} for number, row in enumerate(rows, start=1)]


# Its lines ---------------------------------------------------------------------------------


def lines(stands: Recorded) -> Iterator[tuple[int, Entry]]:
    """Each line of a record with its number, which no folding changes; what is folded has none of its own."""
    number = 1
    for entry in stands.record:
        yield number, entry
        number += entry.stands_for


def _write_lines(connection: Connection, key: str, about: str, stands: Recorded) -> None:
    """What the record still has, as it has it; what it has folded stays as it was written before."""
    seen = {number: entry for number, entry in lines(stands) if not entry.folded}
    table = tables.TIMELINE
    gone = and_(table.c.key == key, table.c.number > stands.written)
    connection.execute(delete(table).where(gone))  # a repetition has taken its place
    rows = [{"number": number, "about": about, **_entry(entry)} for number, entry in seen.items()]
    _keep(connection, table, {"key": key}, rows, only=True)


def _entry(entry: Entry) -> Row:
    row = {name: getattr(entry, name) for name in _ENTRY}
    return row | {column: getattr(entry, name) for name, column in _RENAMED.items()}


def as_entry(row: Mapping[str, Any]) -> Entry:
    """A line of the timeline as the fact that it was written from."""
    fields = {name: row[name] for name in _ENTRY if name != "kind"}
    renamed = {name: row[column] for name, column in _RENAMED.items()}
    return Entry(kind=Kind(row["kind"]), **fields, **renamed)


def _write_visits(connection: Connection, key: str, ticket: Ticket) -> None:
    """By the lines that stand here: they are more than the ticket itself still has."""
    table = tables.TIMELINE
    whole = select(table).where(table.c.key == key).order_by(table.c.number)
    told = [as_entry(dict(row)) for row in connection.execute(whole).mappings()]
    known = select(tables.VISITS.c.number, tables.VISITS.c.due).where(tables.VISITS.c.key == key)
    dues = {row.number: row.due for row in connection.execute(known)}
    turns = visits(told)
    here = ticket.tiers.due if turns and turns[-1].number == ticket.tiers.visit else None
    rows = [
        _visit(one, ticket, one.due or (here if one is turns[-1] else None) or dues.get(one.number))
        for one in turns
    ]
    _keep(connection, tables.VISITS, {"key": key}, rows)


def _visit(visit: Visit, ticket: Ticket, due: datetime | None) -> Row:
    agreement = ticket.agreement
    known = visit.tier in agreement.tiers and visit.severity in agreement.severities
    agreed = agreement.stay(visit.severity, visit.tier) if known else None  # type: ignore[arg-type]
    names = ("number", "tier", "severity", "began", "ended", "left_by", "taken_by", "taken", "take_by")
    return {
        **{name: getattr(visit, name) for name in names},
        "due": due,
        "agreed": str(agreed or ""),
        "agreed_seconds": AlwaysOpen(agreement.pace).length(agreed).total_seconds()
        if agreed and not agreed.business_days
        else None,
        "stopped_seconds": visit.stopped.total_seconds(),
    }


# How it is written -------------------------------------------------------------------------


def _alone(connection: Connection, ident: str) -> None:
    """Nobody else writes about this one until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(ident, 0))))


def _is_open_by_now(connection: Connection, key: str, ident: str) -> None:
    """What stood there when it came in is the same ticket: it was opened a moment later or earlier."""
    table = tables.TICKETS
    if connection.execute(select(table.c.key).where(table.c.key == key)).first():
        return
    opening = and_(table.c.ident == ident, table.c.status == "opening")
    connection.execute(update(table).where(opening).values(key=key))


def _is_later(connection: Connection, table: Table, key: str, moment: AsOf) -> bool:
    """Whether what is written there is of a later moment than this one."""
    seen = select(table.c.run, table.c.run_started, table.c.events).where(table.c.key == key)
    row = connection.execute(seen).first()
    if row is None or not row.run:
        return False
    if row.run == moment.run:
        return bool(row.events > moment.events)
    return bool(row.run_started > moment.started)


def _keep(connection: Connection, table: Table, at: Row, rows: Sequence[Row], *, only: bool = False) -> None:
    """Have these rows stand there, by what they are found by: what is new comes in, what has changed is
    changed, and what is gone goes, unless ``only`` these are looked at."""
    names = [column.name for column in table.primary_key if column.name not in at]
    names = [] if table is tables.TICKETS else names
    here = and_(*(table.c[name] == value for name, value in at.items()))
    found = connection.execute(select(table).where(here)).mappings()
    before = {tuple(row[name] for name in names): row for row in found}
    new = []
    for row in map(_clean, rows):
        place = tuple(row[name] for name in names)
        stood = before.pop(place, None)
        if stood is None:
            new.append({**_defaults(table), **at, **row})
        elif changed := {name: value for name, value in row.items() if stood[name] != value}:
            this = and_(here, *(table.c[name] == row[name] for name in names))
            connection.execute(update(table).where(this).values(changed))
    if new:
        connection.execute(insert(table), new)
    for place in () if only else before:
        this = and_(here, *(table.c[name] == value for name, value in zip(names, place, strict=True)))
        connection.execute(delete(table).where(this))


def _defaults(table: Table) -> Row:
    """What a row has where nothing is said: many are written at once, and all with the same columns."""
    row: Row = {column.name: None for column in table.c if column.nullable}
    named = ((column.name, column.default) for column in table.c)
    return row | {
        name: default.arg for name, default in named if isinstance(default, ScalarElementColumnDefault)
    }


def _clean(row: Row) -> Row:
    """Texts as both databases take them: PostgreSQL has no NUL, and neither has halves of letters."""
    return {name: _legible(value) if isinstance(value, str) else value for name, value in row.items()}


def _legible(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
