"""A relationship review: complaints of one client have added up, and somebody leads the talk about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from procedure.book.complaints import Kind
from procedure.book.reader import Reader
from procedure.kinds import Kind as What
from procedure.path import state as paths
from procedure.path.assignment import Assignment, AssignmentNotice, AssignmentWords, Matter, Wording
from procedure.path.levels import PathName, PathTerms
from procedure.record import Entry

MOST_COMPLAINTS = 200
"""How many complaints a review names."""


@dataclass(frozen=True)
class Counted:
    """One complaint that a review is about. ``barred`` are those it is about: they don't lead the review."""

    id: str
    number: str
    kind: Kind
    at: datetime
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Review(Assignment):
    """One review and where it stands; what was agreed with the client concludes it.

    ``next`` are the complaints that have added up since: another review is to begin about them.
    """

    PATH: ClassVar[PathName] = "review"
    WORDING: ClassVar[Wording] = Wording(
        called="relationship review",
        take="lead",
        takes="leads",
        conclude="hold",
        concluded="held",
        conclusion="What was agreed",
        asks="Say what was agreed with the client.",
    )

    complaints: tuple[Counted, ...]
    next: tuple[str, ...] = ()

    def words(self, reads: Reader) -> ReviewWords:
        return ReviewWords(self, reads)


def review_id(client: str) -> str:
    """The id of a review's workflow: a client has one at a time."""
    return f"review-{client}"


def begun(
    client: str, complaints: tuple[Counted, ...], terms: PathTerms, now: datetime, *, drill: bool = False
) -> Review:
    """The review as it begins; who leads it is looked up."""
    review = Review(
        id=review_id(client),
        client=client,
        number=f"{now:%Y-%m-%d}",
        opened=now,
        terms=terms,
        path=paths.begin(terms, now),
        drill=drill,
        barred=tuple(dict.fromkeys(person for one in complaints for person in one.barred)),
        complaints=complaints,
    )
    count, numbers = str(len(complaints)), ", ".join(one.number for one in complaints)
    return review.noted(Entry(now, What.REVIEW_BEGUN, place=client, number=count, words=numbers))


def another(
    review: Review, complaint: Counted, now: datetime, earlier: tuple[str, ...] = (), enough: int = 0
) -> Review:
    """One more complaint while the review is open: who leads it is told, unless it is about them.

    Of one that was held already it asks for the next, together with those that came ``earlier``.
    """
    if any(one.id == complaint.id for one in review.complaints):
        return review
    if review.over:
        return _adds_up(review, (*earlier, complaint.id), enough) if enough else review
    barred = tuple(dict.fromkeys((*review.barred, *complaint.barred)))
    # Of a flood the first are named, and the others counted in the record.
    complaints = (*review.complaints, complaint)[:MOST_COMPLAINTS]
    review = replace(review, complaints=complaints, barred=barred)
    review = review.noted(Entry(now, What.ONE_MORE_COMPLAINT, number=complaint.number))
    if review.holder in complaint.barred:
        return paths.climb(review, Entry(now, What.PASSED_OVER, person=review.holder))
    return review.tell(AssignmentNotice.NEWS, review.holder)


def _adds_up(review: Review, complaints: tuple[str, ...], enough: int) -> Review:
    """With enough complaints that it was not held about, another review is to begin."""
    known = {one.id for one in review.complaints}
    new = tuple(one for one in dict.fromkeys((*review.next, *complaints)) if one not in known)
    return replace(review, next=new) if len(new) >= enough else review


@dataclass(frozen=True)
class ReviewWords(AssignmentWords):
    """One relationship review, and who reads it."""

    stands: Review

    @property
    def about(self) -> str:
        return f"relationship review with {self.reads.client}"

    @property
    def why(self) -> str:
        return (
            f"{len(self.stands.complaints)} complaints of theirs have added up. Speak with them about how "
            "they are served, not about one ticket, and agree what changes."
        )

    @property
    def matter(self) -> Matter:
        complaints = sorted(self.stands.complaints, key=lambda one: one.at)
        lines = ((one.number, f"{one.kind}, since {self.reads.time(one.at)}") for one in complaints)
        return Matter("The complaints", tuple(lines))

    @property
    def news(self) -> str:
        number = self.stands.complaints[-1].number
        return f"One more complaint of {self.reads.client} belongs to the review: {number}."
