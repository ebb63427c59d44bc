"""What goes into an approval and comes out of it."""

from __future__ import annotations

from procedure.approval import Approval, Told
from procedure.deciders import Inquiry
from workflows.messages import Message, PersonId, Words


class ApprovalInput(Message):
    """What starts an approval: the question as it was put; or, for one that has ended and goes on, all
    that it carries, and what was said then."""

    approval: Approval
    contest: Contest | None = None
    objection: ObjectTo | None = None


class Opinion(Message):
    """Something a person says about an approval. ``by`` and ``via`` as in ``Said``."""

    by: PersonId
    via: str = ""


class Decide(Opinion):
    """Yes or no. ``visit`` is the turn the link was made for (0: as it stands); a no says why.

    ``code`` says whether the code from the mail was typed; None where it is not asked for (the command
    line, Temporal).
    """

    yes: bool
    visit: int = 0
    code: bool | None = None
    reason: Words = ""
    conditions: Words = ""


class Contest(Opinion):
    """This was not me: a decision that was sent in my name does not count."""


class ObjectTo(Opinion):
    """I do not agree with what was done first."""

    reason: Words


class Withdraw(Opinion):
    """It is not needed any more. ``by`` is the one who asked."""

    reason: Words


class NoLongerNeeded(Message):
    """The ticket does not need the answer any more (a signal), and why."""

    reason: str


OPINIONS: dict[str, type[Opinion]] = {
    "decide": Decide,
    "contest": Contest,
    "object": ObjectTo,
    "withdraw": Withdraw,
}
"""Every update and signal of an approval that a person may send, by its name."""


class Claim(Message):
    """Somebody decides (an activity's question): whether they may, now."""

    inquiry: Inquiry
    person: str


class ApprovalLetter(Message):
    """One approval as it stands, for somebody it concerns."""

    notice: Told
    approval: Approval


ApprovalInput.model_rebuild()
