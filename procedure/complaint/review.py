"""A relationship review: complaints of one client have added up, and somebody leads the talk about it.

A task with a named leader, a time by which it is held, and a ladder of its own
(``procedure.complaint.path``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from procedure import ladder
from procedure.book.complaints import Kind
from procedure.complaint import path as paths
from procedure.complaint.levels import Found, PathTerms, Seek
from procedure.complaint.path import LAST_RESORT, OnPath
from procedure.ladder import Due, Step, Wake
from procedure.record import Entry, Notice, Refused
from procedure.record import Kind as What
from procedure.wording import legible


class ReviewNotice(StrEnum):
    """What somebody is told about a review; each has a mail of its own."""

    LEAD = "lead"
    WARNING = "warning"
    MOVED_ON = "moved-on"
    ANOTHER = "another"
    CONCLUDED = "concluded"


@dataclass(frozen=True)
class Counted:
    """One complaint that a review is about. ``barred`` are those it is about: they don't lead the review."""

    id: str
    number: str
    kind: Kind
    at: datetime
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Review(OnPath):
    """One review and where it stands. ``conclusion`` is what was agreed, once it was held.

    ``next`` are the complaints that have added up since: another review is to begin about them.
    """

    complaints: tuple[Counted, ...]
    conclusion: str = ""
    held_by: str = ""
    next: tuple[str, ...] = ()
    notices: tuple[Notice[ReviewNotice], ...] = ()

    @property
    def on_level(self) -> bool:
        return not self.over

    @property
    def over(self) -> bool:
        return bool(self.conclusion)

    def readers(self) -> tuple[str, ...]:
        """Who was asked to lead it."""
        here = (*self.path.had, *self.path.told, self.holder)
        return tuple(p for p in dict.fromkeys(here) if p and p not in self.barred)

    def matters(self, notice: Notice[ReviewNotice]) -> bool:
        if notice.to in self.barred:
            return False
        if notice.kind in (ReviewNotice.LEAD, ReviewNotice.WARNING):
            taken = notice.kind == ReviewNotice.LEAD and self.path.acknowledged
            return self.waits_for(notice) and not taken
        return True


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


def seek(review: Review, now: datetime) -> Seek:
    """What has to be looked up: who leads it."""
    return replace(paths.seek(review, now), review=True, counted=True)


def present(review: Review, found: Found, now: datetime) -> Review:
    """Ask the first who is there to lead it."""
    if not review.unpresented:
        return review
    review = paths.put(review, found, now)
    if not review.path.presented:
        return review
    return review.untold(ReviewNotice.MOVED_ON, review.holder).tell(ReviewNotice.LEAD, review.holder)


def wake(review: Review) -> Wake | None:
    """The next thing that time will do."""
    return ladder.wake(dues(review))


def tick(review: Review, now: datetime) -> Review:
    """Do what is due now, if anything. Called again until nothing is."""
    return _moved_on(review, ladder.tick(dues(review), review, now))


def dues(review: Review) -> Iterator[Due[Review]]:
    """What time does to it."""
    return paths.dues(review, lambda after: after.tell(ReviewNotice.WARNING, after.holder))


def _moved_on(before: Review, after: Review) -> Review:
    """Who has let their time pass hears of it; the last resort, to whom it comes back, does not."""
    stays = after.path.people is before.path.people or before.path.levels.exhausted
    return after if stays else after.tell(ReviewNotice.MOVED_ON, before.holder)


def forecast(review: Review) -> list[Step]:
    """Who leads it when, if nobody acts."""
    ahead = paths.forecast(review)
    return [Step(at, f"it goes to {review.name(who)} ({level or LAST_RESORT})") for at, level, who in ahead]


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
    review = replace(review, complaints=(*review.complaints, complaint), barred=barred)
    review = review.noted(Entry(now, What.ONE_MORE_COMPLAINT, number=complaint.number))
    if review.holder in complaint.barred:
        return paths.climb(review, Entry(now, What.PASSED_OVER, person=review.holder))
    return review.tell(ReviewNotice.ANOTHER, review.holder)


def _adds_up(review: Review, complaints: tuple[str, ...], enough: int) -> Review:
    """With enough complaints that it was not held about, another review is to begin."""
    known = {one.id for one in review.complaints}
    new = tuple(one for one in dict.fromkeys((*review.next, *complaints)) if one not in known)
    return replace(review, next=new) if len(new) >= enough else review


def undeliverable(review: Review, notice: Notice[ReviewNotice], why: str, now: datetime) -> Review:
    """A mail cannot reach its person: the next one is asked at once."""
    review = review.noted(Entry(now, What.UNDELIVERED, person=notice.to, words=why))
    lost = notice.kind == ReviewNotice.LEAD and review.matters(notice)
    return paths.unreached(review, now) if lost else review


def acknowledge(review: Review, by: str, visit: int, now: datetime, via: str = "") -> Review:
    """ "I lead it"."""
    _must_be_open(review)
    return paths.take(review, by, visit, now, via)


def conclude(review: Review, by: str, visit: int, words: str, now: datetime, via: str = "") -> Review:
    """It was held: what was agreed with the client."""
    _must_be_open(review)
    words = legible(words)
    if not words:
        raise Refused("Say what was agreed with the client.")
    review = paths.take(review, by, visit, now, via)
    review = replace(review, conclusion=words, held_by=by, path=review.path.suspended())
    review = review.noted(Entry(now, What.HELD, by, via))
    others = [one for one in review.readers() if one != by]
    return review.tell(ReviewNotice.CONCLUDED, *others)


def _must_be_open(review: Review) -> None:
    if review.over:
        raise Refused(f"{review.name(review.held_by)} has held it already.")
