"""A complaint in words, for the customer who raised it, and for those who hear it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.acts import Choice
from procedure.book.complaints import Kind
from procedure.complaint.state import (
    CALLER,
    Complaint,
    Promise,
)
from procedure.complaint.words import ComplaintWords
from procedure.path.state import forecast as path_forecast
from procedure.path.state import must_stand_there
from procedure.record import Refused

KIND_MEANINGS: dict[Kind, str] = {
    "response time": "Help or answers come too late, or not at all.",
    "changed without asking": "Something was done, or switched off, that nobody had agreed to.",
    "does not know our business": "We have to explain the same things again and again.",
    "conduct": "How somebody has spoken to us, or treated us.",
    "other": "Anything else about how we are served.",
}
"""What each kind of complaint means to who raises it."""


@dataclass(frozen=True)
class ComplaintReader(ComplaintWords):
    """One complaint, and who reads its page; ``visit`` is the level's visit their link is about."""

    visit: int

    @property
    def complaint(self) -> Complaint:
        return self.stands

    @property
    def holder(self) -> str:
        """The name of who has it, or had it last."""
        return self.reads.name(self.stands.holder)

    @property
    def cannot(self) -> str:
        """Why who hears complaints can't take this one, or answer it; empty if they can."""
        try:
            must_stand_there(self.stands, self.reads.person, self.visit)
        except Refused as refused:
            return self.reads.problem(refused)
        return ""


# On top -----------------------------------------------------------------------------------


def lead(reading: ComplaintReader) -> str:
    """What the reader has to know first."""
    return _customers_lead(reading) if reading.customer else _hearers_lead(reading)


def _customers_lead(reading: ComplaintReader) -> str:
    complaint = reading.complaint
    match complaint.status:
        case "closed":
            return _closed(reading, "you")
        case "answered":
            return f"{reading.holder} has answered: does that settle it?"
        case "promised" if any(one.state == "asked" for one in complaint.promises):
            return "What was promised to you is due: was it kept?"
        case "promised":
            return "Now it waits for what was promised to you."
    if not complaint.path.presented:
        return "We have it, and it is just being given to somebody."
    if complaint.path.acknowledged:
        return f"{reading.here} has it, and answers{reading.reads.by(reading.answer_by)}."
    return f"{reading.here} is asked to take it{reading.reads.by(reading.take_by)}."


def _hearers_lead(reading: ComplaintReader) -> str:
    complaint = reading.complaint
    match complaint.status:
        case "closed":
            return _closed(reading, reading.who)
        case "answered" if reading.mine and complaint.asked_back:
            return f"{reading.who} has added something to your answer: you can answer that, too."
        case "answered" if reading.mine and not complaint.reached:
            return f"Answered: no mail reaches {reading.who}, so tell them, and ask whether that settles it."
        case "answered":
            return f"Answered: {reading.who} is asked whether that settles it.{_owed(reading)}"
        case "promised" if any(one.state == "asked" for one in reading.own):
            return "What you promised is due: was it kept?"
        case "promised":
            return "It only waits for what was promised. Nothing to answer."
    if not complaint.path.presented:
        return "It is just being given to somebody: open this page again in a moment."
    if reading.mine and complaint.path.acknowledged and not reading.cannot:
        return f"You have it: please answer{reading.reads.by(reading.answer_by)}."
    if reading.mine and not reading.cannot:
        return f"It is for you to hear: please say{reading.reads.by(reading.take_by)} that you have it."
    if not reading.cannot:
        return f"{reading.here} is asked to take it{reading.reads.by(reading.take_by)}."
    if reading.mine:
        return "It is with you again, but this link is from an earlier mail."
    has = "has it" if complaint.path.acknowledged else "is asked to take it"
    return f"{reading.here} {has}: nothing for you to do."


def _owed(reading: ComplaintReader) -> str:
    """What who has answered still has to do."""
    due = reading.reads.by(reading.owes)
    return f" You owe what you promised{due}." if due else " Nothing for you to do."


def _closed(reading: ComplaintReader, who: str) -> str:
    match reading.complaint.outcome:
        case "settled":
            return f"Closed: {who} said that it is settled."
        case "withdrawn":
            return f"Closed: {who} took it back."
    return f"Closed: {who} did not say whether the answer settles it."


def more(reading: ComplaintReader) -> Iterator[str]:
    """What else stands on top."""
    complaint = reading.complaint
    yield from _for_customer(reading) if reading.customer else _for_hearer(reading)
    if complaint.status == "promised" and complaint.outcome == "settled":
        yield f"{reading.called(complaint.by)} said that the answer settles it."


def _for_customer(reading: ComplaintReader) -> Iterator[str]:
    complaint = reading.complaint
    if reading.untold:
        yield "We don't know yet what happened: please write it below, in your own words."
    if reading.nobody_else:
        yield reading.nobody_else
    if complaint.over:
        yield "If it is not settled, open it again: it goes up, with all that was said."
    if complaint.status == "open" and complaint.path.presented and not complaint.path.acknowledged:
        yield f"The answer is due{reading.reads.by(reading.answer_by)}. {_not_taken(reading)}"
    if complaint.status == "answered":
        by = f" by {reading.reads.time(complaint.wait.due)}" if complaint.wait and complaint.wait.due else ""
        yield f"Please tell us below{by}. {_silent(reading)}"
    if complaint.status == "promised" and (until := reading.verify_until):
        yield f"We wait for your word until {reading.reads.time(until)}. {_not_verified(reading)}"
    if complaint.by == CALLER:
        reach = complaint.raised.reach
        yield f"No mail about it reaches you: keep the address of this page. To reach you, we have: {reach}."


def _not_taken(reading: ComplaintReader) -> str:
    """What follows if nobody says that they have it."""
    if reading.complaint.path.levels.exhausted:
        return f"Not taken in time, {'you are' if reading.mine else reading.holder + ' is'} told again."
    return "Not taken in time, it goes to somebody else by itself."


def _silent(reading: ComplaintReader) -> str:
    """What follows if the customer does not say whether the answer settles it."""
    complaint = reading.complaint
    if reading.until:
        return "Without a word from you we only ask whether the promise was kept, at its time."
    until, due = reading.verify_until, complaint.wait.due if complaint.wait else None
    if until and due and until > due:
        return (
            "Without a word from you we only wait for whether the promise was kept, "
            f"until {reading.reads.time(until)}; without that, too, it is closed. You can open it again."
        )
    return "Without a word from you it is closed then; you can open it again."


def _not_verified(reading: ComplaintReader) -> str:
    """What follows if the customer does not say whether what was promised was kept."""
    if reading.until:
        return "Without it we ask no more about that, only about what is promised for later."
    return "Without it your complaint is closed then; you can open it again."


def _for_hearer(reading: ComplaintReader) -> Iterator[str]:
    complaint = reading.complaint
    if complaint.status == "open" and complaint.path.presented:
        if reading.mine and reading.cannot:
            yield "Please use the link in the newest mail about it."
        elif not reading.mine and not reading.cannot:
            yield "You were told before them, and can take it, too."
        elif reading.mine and not complaint.path.acknowledged:
            yield f"The answer is due{reading.reads.by(reading.answer_by)}. {_not_taken(reading)}"
    if complaint.status == "answered" and complaint.wait and complaint.wait.due:
        yield f"{reading.who} has until {reading.reads.time(complaint.wait.due)} to say so."
    if complaint.by == CALLER and not complaint.over and reading.mine:
        yield f"No mail of ours reaches {reading.who}: tell them yourself ({complaint.raised.reach})."


# What the reader can do ---------------------------------------------------------------------


def choices(reading: ComplaintReader) -> Iterator[Choice]:
    """What the reader can do besides what was promised."""
    complaint = reading.complaint
    if complaint.over and reading.customer:
        # Not one bare button: what presses the buttons of mails' pages would open it again each time.
        yield Choice("reopen", "It is not settled", f"It is opened again. {_goes_up(reading)}")
    if complaint.over or complaint.unpresented:
        return
    if reading.customer:
        yield from _customers_choices(reading)
    elif complaint.status == "open" and not reading.cannot:
        if not (reading.mine and complaint.path.acknowledged):
            yield Choice("acknowledge", "I have it", "Nobody else is told. Nothing needs to be written.")
        yield Choice(
            "answer",
            "My answer",
            f"Write it below: {reading.who} reads it, and is asked whether that settles it. "
            "Say what will be done, and promise it for a day if you can.",
        )
    elif reading.mine and complaint.asked_back and not reading.cannot:
        again = f"Write it below: {reading.who} reads it, and is asked once more whether that settles it."
        yield Choice("answer", "My answer", again)


def _customers_choices(reading: ComplaintReader) -> Iterator[Choice]:
    complaint = reading.complaint
    if complaint.status == "open":
        yield Choice("add", "I want to add something", f"Write it: {reading.holder} reads it.")
        if not reading.nobody_else:
            yield Choice("about", f"It is about {reading.holder}", f"{_somebody_else(reading)} Write why.")
        yield Choice("settled", "It is settled", "It is closed. Nothing needs to be written.")
    else:
        if complaint.outcome != "settled":
            yield Choice("settled", "Yes, that settles it", _settles(reading))
        yield Choice("not_yet", "Not yet", f"{_goes_up(reading)} You may write what is missing.")
        then = "can answer" if complaint.status == "answered" else "nothing else changes"
        yield Choice("add", "Something else", f"Write it: {reading.holder} reads it, and {then}.")
    hint = "Also if it was not you who raised it. It is closed, and nobody has to answer any more."
    yield Choice("withdraw", "I take it back", hint)


def _somebody_else(reading: ComplaintReader) -> str:
    """What follows if it is about who has it: where nobody else comes after them, nobody need be left."""
    complaint = reading.complaint
    if any(one.who != complaint.holder for one in path_forecast(complaint)):
        return f"Somebody else hears it then, and {reading.holder} reads no more of it."
    return f"If anybody else is left who can hear it, they do, and {reading.holder} reads no more of it."


def _settles(reading: ComplaintReader) -> str:
    if reading.complaint.promised and not reading.until:
        return "It only waits for your word whether the promise was kept. Nothing needs to be written."
    if reading.complaint.promised:
        return "What was promised is still asked for at its time. Nothing needs to be written."
    return "It is closed. Nothing needs to be written."


def _goes_up(reading: ComplaintReader) -> str:
    """Where it goes that is not settled: up, or to the highest level again."""
    levels, above = reading.complaint.path.levels, reading.complaint.above
    if levels.at + 1 < len(levels.rungs):
        return f"It goes up to {above}, with all that was said."
    again = reading.holder if levels.exhausted else above
    return f"{again[:1].upper()}{again[1:]} hears it again, with all that was said."


def _breaks(reading: ComplaintReader) -> str:
    """What follows from a promise that is not kept."""
    if reading.complaint.on_level:
        return f"{reading.holder or 'Who has it now'} hears of it."
    return _goes_up(reading)


def asked_for(reading: ComplaintReader) -> Iterator[Promise]:
    """The promises of which the reader can say whether they are kept."""
    complaint = reading.complaint
    if complaint.over or complaint.unpresented:
        return
    if reading.customer:
        yield from (one for one in complaint.promises if one.state == "asked")
    else:
        yield from (one for one in reading.own if one.open)


def verdicts(reading: ComplaintReader, promise: Promise) -> Iterator[Choice]:
    """What the reader can say of a promise."""
    if reading.customer:
        yield Choice(f"kept-{promise.number}", "Yes, it was kept", "Nothing needs to be written.")
        yield Choice(f"broken-{promise.number}", "No", f"{_breaks(reading)} You may write what is missing.")
    else:
        yield Choice(f"kept-{promise.number}", "It is done", f"{reading.who} is asked whether it is so.")
        follows = f"{_breaks(reading)} Write why: {reading.who} reads it."
        yield Choice(f"broken-{promise.number}", "It can't be kept", follows)
