"""A complaint, or a review, as one person may read it: nobody it is about reads a word of it, and the
customer reads of themselves as "you"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procedure.complaint import progress as complaints
from procedure.complaint import review as reviews
from procedure.complaint.path import OnPath
from procedure.complaint.review import Counted, Review
from procedure.complaint.state import (
    CUSTOMERS,
    PROMISED,
    SAID,
    Complaint,
    Promise,
    Said,
    Word,
    about,
    nobody_else,
)
from procedure.ladder import Step
from procedure.record import Kind, Notice

_TO_CUSTOMERS = {
    Kind.NOT_SETTLED: "You said that it is not settled yet",
    Kind.RAISED_AGAIN: "You opened it again",
}
"""Why it has gone on, where the customer is the reason."""

_NEWS: tuple[Said, ...] = ("added", "kept", "broken")
"""What the customer may say while somebody else, or nobody, owes the next word."""


@dataclass(frozen=True)
class Listening:
    """What a letter about something that climbs a path says to its reader."""

    stands: OnPath
    notice: Notice[Any]

    @property
    def barred(self) -> bool:
        """Whether it is about its reader, or what they worked on: they read nothing of it."""
        return self.notice.to in self.stands.barred

    @property
    def waits(self) -> bool:
        """Whether it is still its reader's to do."""
        return not self.barred and self.stands.waits_for(self.notice)

    @property
    def has_it(self) -> bool:
        """Whether it is with its reader, though it had gone on."""
        return self.stands.on_level and self.stands.holder == self.notice.to

    @property
    def beside(self) -> bool:
        """Whether its reader may still take it, though somebody else was told since."""
        path = self.stands.path
        told = path.stands_there(self.notice.to) and path.levels.about(self.notice.visit)
        return self.stands.on_level and told and not path.acknowledged and not self.barred

    @property
    def here(self) -> str:
        """With whom it is, and what they are: "Vera Hall (customer success)"; the level while that is
        looked up."""
        path, name = self.stands.path, self.stands.name(self.stands.holder)
        return f"{name} ({path.level})" if name else path.level

    @property
    def take_by(self) -> datetime | None:
        """By when it is to be taken; None once somebody has it."""
        people = self.stands.path.people
        return people.due if people and self.stands.on_level else None

    @property
    def answer_by(self) -> datetime | None:
        """By when it is to be answered, or held; None while nobody owes that."""
        return self.stands.path.answer_by if self.stands.on_level else None


@dataclass(frozen=True)
class ComplaintLetterView(Listening):
    """What a letter about a complaint says to its reader."""

    stands: Complaint

    @property
    def customer(self) -> bool:
        """Whether it is a letter to whose complaint it is."""
        return self.notice.kind in CUSTOMERS

    @property
    def who(self) -> str:
        """Whose complaint it is."""
        return _one_line(self.stands.who)

    @property
    def reach(self) -> str:
        """How to call somebody whom no mail reaches; empty for a contact."""
        return _one_line(self.stands.raised.reach)

    @property
    def ticket(self) -> str:
        """The ticket it is about: "ticket 42: Nobody can log in"; empty without one."""
        raised = self.stands.raised
        return _one_line(f"ticket {raised.ticket_number}: {raised.ticket_title}") if raised.ticket else ""

    @property
    def kept_apart(self) -> bool:
        """Whether nobody who worked on the ticket hears it: when nobody else is left, the last resort may."""
        return bool(self.stands.raised.ticket) and not self.stands.path.levels.exhausted

    @property
    def about(self) -> str:
        """Whom it is about, by name, as far as the customer has said so, and they do not hear it."""
        about = (person for person in self.stands.about if person in self.stands.barred)
        return ", ".join(self.stands.name(person) for person in about)

    @property
    def nobody_else(self) -> str:
        """The name of who has it, where it is about them, and nobody else was left; empty if not."""
        stands = self.stands
        return stands.name(stands.holder) if nobody_else(stands) and not stands.over else ""

    @property
    def why(self) -> str:
        """Why it has gone on; empty if that is no more than who has it."""
        why = self.notice.why
        if why is None:
            return _one_line(self.notice.text)
        text = _one_line(self.stands.sentence(why))
        if not self.customer:
            return text
        told = why.kind is Kind.HAS_IT and why.by == self.stands.holder
        return "" if told else _TO_CUSTOMERS.get(why.kind, text)

    @property
    def steps(self) -> list[Step]:
        """What happens if nobody acts."""
        return complaints.forecast(self.stands, says="you say" if self.customer else f"{self.who} says")

    @property
    def owes(self) -> datetime | None:
        """By when its reader owes what they have promised; None when nothing of theirs is open."""
        mine = (one.due for one in self.stands.promises if one.by == self.notice.to and one.open)
        return None if self.barred else min(mine, default=None)

    @property
    def asked_back(self) -> bool:
        """Whether its reader can answer what the customer has added to their answer."""
        return self.stands.asked_back and self.stands.holder == self.notice.to and self.settle_by is not None

    # What was said ------------------------------------------------------------------------

    @property
    def heard(self) -> tuple[Word, ...]:
        """All that was said after what the complaint began with."""
        return self.stands.said[1:]

    @property
    def answer(self) -> Word | None:
        """The last answer."""
        return next((one for one in reversed(self.stands.said) if one.said == "answered"), None)

    @property
    def before(self) -> tuple[Word, ...]:
        """All that was said before the last answer."""
        return tuple(one for one in self.heard if one is not self.answer)

    @property
    def news(self) -> Word | None:
        """What there is to hear for who has it: what was said last of what needs no answer."""
        return next((one for one in reversed(self.stands.said) if one.said in _NEWS), None)

    @property
    def told(self) -> str:
        """Who has said what, as the news begins: "Kim Harlow added something"."""
        text = self.says(self.news) if self.news else ""
        text = f"{text} something" if self.news and self.news.said == "added" else text
        return text[:1].upper() + text[1:]

    def says(self, word: Word) -> str:
        """Who has said what: "Max Berger answered"."""
        return f"{self.called(word.by)} {SAID[word.said]}"

    def called(self, person: str) -> str:
        """Somebody's name, and "you" for the reader."""
        if person == self.notice.to:
            return "you"
        return self.who if person == self.stands.by else self.stands.name(person)

    # What was promised --------------------------------------------------------------------

    @property
    def asks(self) -> bool:
        """Whether the customer is still asked if the last answer settles it."""
        return self.stands.status == "answered" and self.stands.path.levels.about(self.notice.visit)

    @property
    def settle_by(self) -> datetime | None:
        """Until when the customer is asked that."""
        return self.stands.wait.due if self.stands.wait else None

    @property
    def promise(self) -> Promise:
        """The promise that a letter is about."""
        return next(one for one in self.stands.promises if about(self.notice, one))

    @property
    def verify_by(self) -> datetime | None:
        """Until when the customer is asked whether it was kept."""
        return self.promise.wait.due if self.promise.wait else None

    @property
    def until(self) -> datetime | None:
        """When the last promise is due that was not asked for yet."""
        return max((one.due for one in self.stands.promises if one.state == "given"), default=None)

    @property
    def asked_until(self) -> datetime | None:
        """Until when the customer is asked whether a promise was kept, if that is longer than for the answer,
        and all that is left."""
        asked = (one.wait.due for one in self.stands.promises if one.state == "asked" and one.wait)
        until = max((due for due in asked if due), default=None)
        longer = until and self.settle_by and until > self.settle_by
        return until if longer and not self.until else None

    @property
    def ends_with_it(self) -> bool:
        """Whether the complaint is closed once this promise was kept."""
        others = [one for one in self.stands.promises if one.open and one is not self.promise]
        return self.stands.status == "promised" and not others

    def became(self, promise: Promise) -> str:
        """What has become of a promise."""
        return PROMISED[promise.state]


@dataclass(frozen=True)
class Leading(Listening):
    """What a letter about a review says to its reader."""

    stands: Review

    @property
    def steps(self) -> list[Step]:
        """Who leads it when, if nobody acts."""
        return reviews.forecast(self.stands)

    @property
    def latest(self) -> Counted:
        """The complaint that came in last."""
        return self.stands.complaints[-1]


def _one_line(text: str) -> str:
    return " ".join(text.split())
