"""What goes into a complaint and comes out of it."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime

from procedure.complaint import remarks as complaints
from procedure.complaint.review import Counted
from procedure.complaint.state import Complaint, ComplaintNotice, Raised
from procedure.incoming import People, Turn
from procedure.path.levels import Found, PathTerms
from procedure.record import Notice
from workflows.messages import Message, Statement, Words, utc


class ComplaintInput(Message):
    """What starts a complaint: what came in; or, for one that goes on, all that it carries.

    ``reopen`` is what opened it again after it was closed.
    """

    raised: Raised
    carried: Complaint | None = None
    reopen: Reopen | None = None


class HearInput(Message):
    """What the activity needs with which a complaint begins: what came in, and the workflow's time.

    ``opened`` is when it came in, if that was before.
    """

    raised: Raised
    now: datetime
    opened: datetime | None = None


class Begun(Message):
    """What is pinned when a complaint comes in, or a review begins; and who hears it first.

    ``complaints`` are those that a review is about.
    """

    terms: PathTerms
    found: Found
    names: dict[str, str] = {}
    complaints: tuple[Counted, ...] = ()


class Remark(Statement):
    """Something a person says about a complaint.

    ``visit`` is the level's visit that the link was made for (0: as it stands).
    """

    visit: Turn = 0


class TakeComplaint(Remark):
    """I have it: I hear the complaint."""

    def apply(self, stands: Complaint, now: datetime) -> Complaint:
        return complaints.acknowledge(stands, self.by, self.visit, now, self.via)


class AnswerComplaint(Remark):
    """The answer, in words; and what will be done, by when."""

    words: Words
    promise: Words = ""
    promised_by: AwareDatetime | None = None

    def apply(self, stands: Complaint, now: datetime) -> Complaint:
        return complaints.answer(
            stands,
            self.by,
            self.visit,
            self.words,
            now,
            promise=self.promise,
            promised_by=utc(self.promised_by),
            via=self.via,
        )


class Settle(Remark):
    """The customer says whether that settles it: if not yet, it goes up."""

    settled: bool
    words: Words = ""

    def apply(self, stands: Complaint, now: datetime) -> Complaint:
        return complaints.settle(stands, self.by, self.settled, self.words, now, self.visit, self.via)


class AddToComplaint(Remark):
    """The customer has something to add, or says whom it is about."""

    words: Words
    about: People = ()

    def apply(self, stands: Complaint, now: datetime) -> Complaint:
        return complaints.add(stands, self.by, self.words, now, about=self.about, via=self.via)


class Verify(Remark):
    """Whether a promise was kept, by its number. One that was broken goes up."""

    promise: Turn
    kept: bool
    words: Words = ""

    def apply(self, stands: Complaint, now: datetime) -> Complaint:
        return complaints.verify(stands, self.by, self.promise, self.kept, self.words, now, self.via)


class TakeBack(Remark):
    """The customer takes the complaint back."""

    words: Words = ""

    def apply(self, stands: Complaint, now: datetime) -> Complaint:
        return complaints.withdraw(stands, self.by, self.words, now, self.via)


class Reopen(Remark):
    """It was closed, and is not settled: it goes up."""

    words: Words = ""

    def apply(self, stands: Complaint, now: datetime) -> Complaint:
        return complaints.reopen(stands, self.by, self.words, now, self.via)


REMARKS: dict[str, type[Remark]] = {
    "acknowledge": TakeComplaint,
    "answer": AnswerComplaint,
    "settle": Settle,
    "add": AddToComplaint,
    "verify": Verify,
    "withdraw": TakeBack,
    "reopen": Reopen,
}
"""Every update and signal of a complaint that a person may send, by its name."""


class ComplaintRound(Message):
    """What there is to tell of a complaint at one moment: to those who hear it, the customer, its ticket."""

    notices: tuple[Notice[ComplaintNotice], ...]
    complaint: Complaint


ComplaintInput.model_rebuild()
