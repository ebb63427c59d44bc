"""A complaint in words, for the customer who raised it and for those who hear it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from procedure.complaint.progress import forecast
from procedure.complaint.state import (
    CALLER,
    PROMISED,
    SAID,
    Complaint,
    Promise,
    Word,
    nobody_else,
)
from procedure.ladder import Step
from procedure.path.words import PathWords


class SaidLine(NamedTuple):
    """One line of what was said: when, who did what, and in what words."""

    at: datetime
    what: str
    text: str


def called_in(complaint: Complaint) -> Callable[[str], str]:
    """What people are called for those who hear a complaint: who raised it by their own name, too, though
    they may be no contact."""

    def called(ident: str) -> str:
        caller = complaint.raised.caller if ident == CALLER else ""
        return caller or complaint.name(ident)

    return called


@dataclass(frozen=True)
class ComplaintWords(PathWords):
    """One complaint, and who reads it."""

    stands: Complaint

    @property
    def customer(self) -> bool:
        """Whether its reader is whose complaint it is."""
        return self.reads.person == self.stands.by

    @property
    def who(self) -> str:
        """Whose complaint it is."""
        return _one_line(self.reads.name(self.stands.by))

    @property
    def reach(self) -> str:
        """How to call somebody whom no mail reaches; empty for a contact."""
        return _one_line(self.stands.raised.reach)

    def called(self, person: str) -> str:
        """Somebody's name, and "you" for the reader."""
        return "you" if person == self.reads.person else _one_line(self.reads.name(person))

    @property
    def ticket(self) -> str:
        """The ticket it is about: "ticket 42: Nobody can log in"; empty without one."""
        raised = self.stands.raised
        return _one_line(f"ticket {raised.ticket_number}: {raised.ticket_title}") if raised.ticket else ""

    @property
    def nobody_else(self) -> str:
        """That it is with somebody it is about, where nobody else was left; empty if not."""
        if not nobody_else(self.stands) or self.stands.over:
            return ""
        holder = self.reads.name(self.stands.holder)
        return f"Nobody else is left who could hear it: it is with {holder}, whom it is about."

    @property
    def untold(self) -> bool:
        """Whether its reader has complained without a word, and has said none since."""
        said = any(one.text and one.by == self.stands.by for one in self.stands.said[1:])
        return self.customer and self.stands.raised.wordless and not said and not self.stands.over

    # How it stands ------------------------------------------------------------------------

    @property
    def standing(self) -> str:
        """Who has it until when."""
        stands = self.stands
        if stands.over:
            return f"It is closed: {stands.outcome}"
        if stands.status == "promised":
            asked = "it is asked whether what was promised was kept"
            what = "what was promised is asked for at its time" if self.until else asked
            return f"{self.here} has answered, and {what}"
        if stands.status == "answered":
            asked = f"{'you are' if self.customer else 'the customer is'} asked"
            until = self.reads.by(self.settle_by, "until")
            return f"{self.here} has answered, and {asked}{until} whether that settles it"
        return self._on_level("has it", "take it", "answer")

    @property
    def facts(self) -> dict[str, str]:
        """What there is to know of it besides what was said; what it has not is empty."""
        stands, raised = self.stands, self.stands.raised
        hearers = {
            "From": f"{self.who}, {self.reads.client}",
            "To be reached at": self.reach,
            "Taken by": self.reads.name(raised.taken_by) if raised.taken_by else "",
        }
        about = [self.reads.name(one) for one in stands.about if one in stands.barred]
        not_taken = ", not taken yet" if self.take_by else ""
        return {
            **({} if self.customer else hearers),
            "Kind": raised.kind,
            "It is about": ", ".join(about),
            "Open since": self.reads.time(stands.opened),
            "Status": stands.outcome if stands.over else stands.status,
            "Last with" if stands.over else "With": f"{self.here}{not_taken}",
        }

    @property
    def steps(self) -> list[Step]:
        """What happens if nobody acts."""
        return forecast(self.stands, says="you say" if self.customer else f"{self.who} says")

    @property
    def settle_by(self) -> datetime | None:
        """Until when the customer is asked whether the answer settles it."""
        return self.stands.wait.due if self.stands.wait else None

    # What was said ------------------------------------------------------------------------

    def says(self, word: Word) -> str:
        """Who has said what: "Max Berger answered"."""
        return f"{self.called(word.by)} {SAID[word.said]}"

    @property
    def said(self) -> list[SaidLine]:
        """All that was said, in order."""
        return [SaidLine(one.at, _upper(self.says(one)), one.text) for one in self.stands.said]

    @property
    def answer(self) -> Word | None:
        """The last answer."""
        return next((one for one in reversed(self.stands.said) if one.said == "answered"), None)

    # What was promised --------------------------------------------------------------------

    def promised(self, promise: Promise) -> str:
        """Who has promised it until when, and what became of it."""
        by = f"promised by {self.called(promise.by)}, for {self.reads.time(promise.due)}"
        until = promise.wait.due if promise.wait else None
        if promise.state == "asked" and self.customer:
            return f"{by}: was it kept? Please say so{self.reads.by(until)}"
        if promise.state == "asked":
            return f"{by}: {self.who} is asked whether it was kept"
        return f"{by}: {PROMISED[promise.state]}"

    @property
    def own(self) -> list[Promise]:
        """What the reader has promised."""
        return [one for one in self.stands.promises if one.by == self.reads.person]

    @property
    def owes(self) -> datetime | None:
        """By when the reader owes what they have promised; None when nothing of theirs is open."""
        return min((one.due for one in self.own if one.open), default=None)

    @property
    def until(self) -> datetime | None:
        """When the last promise is due that was not asked for yet."""
        return max((one.due for one in self.stands.promises if one.state == "given"), default=None)

    @property
    def verify_until(self) -> datetime | None:
        """Until when the customer's word on what was promised is waited for; None if nothing is asked."""
        waits = (one.wait for one in self.stands.promises if one.state == "asked")
        return max((wait.due for wait in waits if wait and wait.due), default=None)

    @property
    def asked_until(self) -> datetime | None:
        """The same, if that is longer than for the answer, and all that is left."""
        until, settle_by = self.verify_until, self.settle_by
        return until if until and settle_by and until > settle_by and not self.until else None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
