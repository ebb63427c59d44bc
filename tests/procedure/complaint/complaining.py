"""Complaints and reviews without a workflow: the same functions, driven by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from procedure.book.procedure import Procedure
from procedure.complaint import progress as course
from procedure.complaint import remarks as sayings
from procedure.complaint import review as reviews
from procedure.complaint.review import Counted, Review
from procedure.complaint.state import Complaint, Raised, begun
from procedure.path import assignment as assignments
from procedure.path.assignment import Work
from procedure.path.levels import Found, Seek, agreed, find
from procedure.path.state import Stands
from tests.climbing import Climber
from tests.northwind import PROCEDURE, on_call

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
"""Harbor is open from nine to half past five."""

SECRET = "zyzzyva"
"""Stands in every text that people write: no record may have it."""

WORDS = f"nobody told us {SECRET}"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class OnPath(Climber[Stands]):
    """What climbs a path, as time passes."""

    @property
    def on(self) -> tuple[str, str]:
        """The level, and who has it there."""
        return self.stands.path.level, self.stands.holder


@dataclass
class Complaining(OnPath[Complaint]):
    """One complaint as time passes; ``involved`` are those who have worked on its ticket."""

    involved: tuple[str, ...] = ()

    RULES = course.RULES

    def look_up(self, question: Seek) -> Found:
        """Nobody who has worked on the ticket hears it."""
        involved = self.involved if question.ticket and question.seeks else ()
        new = tuple(person for person in involved if person not in question.barred)
        return replace(find(self.book, replace(question, barred=(*question.barred, *new))), involved=new)

    # What people say ----------------------------------------------------------------------

    def takes(self, by: str, visit: int = 0) -> None:
        self.becomes(sayings.acknowledge(self.stands, by, visit, self.now))

    def answers(self, by: str, promised_by: datetime | None = None, visit: int = 0) -> None:
        promise = f"we mend the {SECRET}" if promised_by else ""
        self.becomes(
            sayings.answer(
                self.stands,
                by,
                visit,
                f"sorry about the {SECRET}",
                self.now,
                promise=promise,
                promised_by=promised_by,
            )
        )

    def is_settled(self, visit: int = 0, by: str = "") -> None:
        self._says(True, visit, by)

    def not_yet(self, visit: int = 0, by: str = "") -> None:
        self._says(False, visit, by)

    def _says(self, settled: bool, visit: int, by: str) -> None:
        by = by or self.stands.by
        self.becomes(sayings.settle(self.stands, by, settled, f"the {SECRET} again", self.now, visit))

    def adds(self, *about: str, by: str = "") -> None:
        by = by or self.stands.by
        self.becomes(sayings.add(self.stands, by, f"and the {SECRET}", self.now, about=about))

    def withdraws(self, by: str = "") -> None:
        self.becomes(sayings.withdraw(self.stands, by or self.stands.by, f"no {SECRET} now", self.now))

    def reopens(self, by: str = "") -> None:
        self.becomes(sayings.reopen(self.stands, by or self.stands.by, f"the {SECRET} is back", self.now))

    def was_kept(self, number: int = 1, by: str = "") -> None:
        self._verifies(number, True, by)

    def was_broken(self, number: int = 1, by: str = "") -> None:
        self._verifies(number, False, by)

    def _verifies(self, number: int, kept: bool, by: str) -> None:
        by = by or self.stands.by
        self.becomes(sayings.verify(self.stands, by, number, kept, f"{SECRET}!", self.now))

    @property
    def status(self) -> tuple[str, str]:
        return self.stands.status, self.stands.outcome

    @property
    def due(self) -> tuple[datetime | None, datetime | None]:
        """By when it is taken, and answered, on its level."""
        people = self.stands.path.people
        return people.due if people else None, self.stands.path.levels.due


class Assigned(OnPath[Work]):
    """One assignment as time passes."""

    RULES = assignments.RULES

    def look_up(self, question: Seek) -> Found:
        return find(self.book, question)


class Reviewing(Assigned[Review]):
    """One review as time passes."""

    def leads(self, by: str, visit: int = 0) -> None:
        self.becomes(assignments.acknowledge(self.stands, by, visit, self.now))

    def holds(self, by: str, visit: int = 0) -> None:
        self.becomes(assignments.conclude(self.stands, by, visit, f"less {SECRET}", self.now))

    def hears(self, complaint: Counted) -> None:
        self.becomes(reviews.another(self.stands, complaint, self.now))


def complains(
    *,
    now: datetime = MONDAY,
    book: Procedure | None = None,
    pace: float = 1.0,
    involved: tuple[str, ...] = (),
    **known: Any,
) -> Complaining:
    """A complaint of Kim's, of Harbor, that has just come in."""
    book = book or on_call()
    content: dict[str, Any] = {
        "client": "harbor",
        "number": "c-1",
        "kind": "changed without asking",
        "words": WORDS,
        "settle": f"no {SECRET} any more",
        "by": "kim",
    }
    raised = Raised(**content | known)
    terms = agreed(book, pace)
    assert terms
    names = {ident: person.name for ident in (raised.by, *raised.about) if (person := book.person(ident))}
    complaining = Complaining(begun(raised, terms, names, now), book, now, involved)
    complaining.settle()
    return complaining


def counted(number: int, *barred: str, now: datetime = MONDAY) -> Counted:
    return Counted(f"complaint-harbor-{number}", str(number), "conduct", now, barred)


def adds_up(
    *complaints: Counted, now: datetime = MONDAY, book: Procedure | None = None, pace: float = 1.0
) -> Reviewing:
    """A review of Harbor's that has just begun: about three complaints, if not said otherwise."""
    book = book or on_call()
    terms = agreed(book, pace, "review")
    assert terms
    what = complaints or tuple(counted(number, now=now) for number in (1, 2, 3))
    begun = Reviewing(reviews.begun("harbor", what, terms, now), book, now)
    begun.settle()
    return begun


def people(**changes: dict[str, Any]) -> dict[str, Any]:
    """Northwind's people, some of them changed: ``leave`` and the like."""
    known: dict[str, Any] = PROCEDURE["people"]
    return known | {ident: known[ident] | change for ident, change in changes.items()}


def away(first: str, last: str, substitute: str = "") -> dict[str, Any]:
    return {"leave": [{"first": first, "last": last, "substitute": substitute}]}


__all__ = [
    "MONDAY",
    "SECRET",
    "WORDS",
    "Complaining",
    "Reviewing",
    "adds_up",
    "at",
    "away",
    "complains",
    "counted",
    "people",
]
