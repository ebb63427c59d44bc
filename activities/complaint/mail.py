"""What a letter about a complaint says to its reader, besides how it stands: nobody it is about reads a word
of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from activities.path.mail import PathLetter
from procedure.complaint.state import Promise, Said, Word, about
from procedure.complaint.words import ComplaintWords
from procedure.kinds import Kind

_TO_CUSTOMERS = {
    Kind.NOT_SETTLED: "You said that it is not settled yet",
    Kind.RAISED_AGAIN: "You opened it again",
}
"""Why it has gone on, where the customer is the reason."""

_NEWS: tuple[Said, ...] = ("added", "kept", "broken")
"""What the customer may say while somebody else, or nobody, owes the next word."""


@dataclass(frozen=True)
class ComplaintLetterView(ComplaintWords, PathLetter):
    """What a letter about a complaint says to its reader."""

    @property
    def kept_apart(self) -> bool:
        """Whether nobody who worked on the ticket hears it: when nobody else is left, the last resort may."""
        return bool(self.stands.raised.ticket) and not self.stands.path.levels.exhausted

    @property
    def why(self) -> str:
        """Why it has gone on; empty if that is no more than who has it."""
        why = self.notice.why
        if why is None:
            return " ".join(self.notice.text.split())
        text = " ".join(self.reads.told(why).split())
        if not self.customer:
            return text
        told = why.kind is Kind.HAS_IT and why.by == self.stands.holder
        return "" if told else _TO_CUSTOMERS.get(why.kind, text)

    @property
    def asked_back(self) -> bool:
        """Whether its reader can answer what the customer has added to their answer."""
        return self.stands.asked_back and self.mine and self.settle_by is not None

    # What was said ------------------------------------------------------------------------

    @property
    def heard(self) -> tuple[Word, ...]:
        """All that was said after what the complaint began with."""
        return self.stands.said[1:]

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

    # What was promised --------------------------------------------------------------------

    @property
    def asks(self) -> bool:
        """Whether the customer is still asked if the last answer settles it."""
        return self.stands.status == "answered" and self.stands.path.levels.about(self.notice.visit)

    @property
    def promise(self) -> Promise:
        """The promise that a letter is about."""
        return next(one for one in self.stands.promises if about(self.notice, one))

    @property
    def verify_by(self) -> datetime | None:
        """Until when the customer is asked whether it was kept."""
        return self.promise.wait.due if self.promise.wait else None

    @property
    def ends_with_it(self) -> bool:
        """Whether the complaint is closed once this promise was kept."""
        others = [one for one in self.stands.promises if one.open and one is not self.promise]
        return self.stands.status == "promised" and not others
