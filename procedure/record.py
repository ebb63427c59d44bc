"""What happened, as facts; a sentence is made from one when somebody reads it.

Each fact has a kind of a closed set. Its kind alone decides who may read it (``CUSTOMERS_READ``) and how it
is told (``SENTENCES``): rewording a sentence changes nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from procedure.wording import cut, weight

LONGEST_LINE = 2_000
"""Bytes of somebody's words that a line of the record holds; the whole is in a note, or in the history."""

LONGEST_TEXT = 8_000
"""Bytes of any other text that is kept."""

RECORD = NOTES = 48 * 1024
"""Bytes that a record, and the notes of a ticket, take at most: what lies between their first and their last
lines is then counted, not kept."""

WAITING = 24 * 1024
"""Bytes of notices that wait to be sent."""

LINE = 100
"""Bytes of a line's kind and instant, with room to spare."""

PART = 50
"""Bytes of the name of another part of a line, and of an instant in it. What is empty is not kept."""


class Line(Protocol):
    """What is kept line by line, as long as there is room."""

    @property
    def weight(self) -> int:
        """Bytes, where it is kept."""

    @property
    def stands_for(self) -> int:
        """How many lines it is: more than one only where it is ``folded``."""

    @property
    def folded(self) -> bool:
        """Whether it only counts what stood here."""

    @classmethod
    def fold(cls, first: Self, last: Self, count: int) -> Self:
        """What stands for so many, from the first of them to the last."""


Lines = TypeVar("Lines", bound=Line)


def bounded(lines: tuple[Lines, ...], at_most: int) -> tuple[Lines, ...]:
    """The lines, if they weigh at most so many bytes; else the first and the last of them, and between them
    one that says how many there were."""
    over = sum(line.weight for line in lines) - at_most
    if over <= 0:
        return lines
    begins = next((at for at, line in enumerate(lines) if line.folded), None)
    if begins is None:
        begins, over = _first(lines, at_most // 4), over + LINE + 3 * PART
    ends = begins
    while ends < len(lines) - 1 and over > 0:
        over -= 0 if lines[ends].folded else lines[ends].weight
        ends += 1
    if ends == begins:
        return lines
    count = sum(line.stands_for for line in lines[begins:ends])
    folded = lines[begins].fold(lines[begins], lines[ends - 1], count)
    return (*lines[:begins], folded, *lines[ends:])


def _first(lines: tuple[Lines, ...], at_most: int) -> int:
    """How many of the first lines weigh at most so much."""
    used = 0
    for count, line in enumerate(lines):
        used += line.weight
        if used > at_most:
            return count
    return len(lines)


class Refused(Exception):
    """What somebody asked for does not count; the parts of its text tell them why and what stands instead.

    A part that is an instant is told as it is on the reader's wall: see ``told``.
    """

    def __init__(self, *parts: str | datetime) -> None:
        super().__init__(*parts)
        self.parts = parts

    def told(self, when: Callable[[datetime], str]) -> str:
        """The text, with instants as the reader knows them."""
        return "".join(when(part) if isinstance(part, datetime) else part for part in self.parts)

    def __str__(self) -> str:
        return self.told(utc)


class Kind(StrEnum):
    """What can happen to a ticket, an approval, a complaint, a review, or the list of a change of shifts."""

    # A ticket begins and ends.
    OPENED = "opened"
    STARTS = "starts"
    RESOLVED = "resolved"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    DECLINE_ACCEPTED = "decline accepted"
    CUSTOMER_REMINDED = "customer reminded"
    UNCONFIRMED = "unconfirmed"
    CLOSED_THERE = "closed there"
    NOT_SOLVED = "not solved"
    DECLINE_NOT_ACCEPTED = "decline not accepted"
    OPENED_THERE = "opened there"
    STAYS_AUTOMATIC = "stays, automatic"
    STAYS_AT_ONCE = "stays, at once"
    STAYS_TOO_OFTEN = "stays, too often"
    JOINED = "joined"
    JOINED_TO = "joined to"
    JOINED_AGAIN = "joined again"
    NOT_PASSED_ON = "not passed on"
    PROBLEM = "problem"
    CORRECTED = "corrected"
    TAKES_OVER = "takes over"
    REQUESTER = "requester"
    COMES_BACK = "comes back"
    # It is put before somebody, and climbs.
    PAGED = "paged"
    PAGED_AGAIN = "paged again"
    WAITS = "waits"
    MISSING = "missing"
    NO_SUCH_ROLE = "no such role"
    NOT_LISTED = "not listed"
    AWAY = "away"
    STAND_IN_BARRED = "stand-in barred"
    RESORT_BARRED = "resort barred"
    NOBODY_LEFT = "nobody left"
    NO_SUCH_PLACE = "no such place"
    UNDELIVERED = "undelivered"
    CHANNEL_FAILED = "channel failed"
    NOT_ACKNOWLEDGED = "not acknowledged"
    UNREACHABLE = "unreachable"
    NOBODY_THERE = "nobody there"
    NOBODY_ELSE = "nobody else"
    RAN_OUT = "ran out"
    WARNED = "warned"
    CALLED_UP = "called up"
    # Its people.
    HAS_IT = "has it"
    NOW_WITH = "now with"
    PROGRESS = "progress"
    EXTENDED = "extended"
    HANDED_ON = "handed on"
    HANDED_BACK = "handed back"
    REASSESSED = "reassessed"
    ASSESSED_ALIKE = "assessed alike"
    WRITES = "writes"
    AUTOMATIC = "automatic"
    # The change of shifts.
    OFFERED = "offered"
    ACCEPTED = "accepted"
    KEPT = "kept"
    OFFER_WITHDRAWN = "offer withdrawn"
    NOT_ACCEPTED = "not accepted"
    # The clock stands still.
    STOPPED = "stopped"
    LONGEST_PAUSE_OVER = "longest pause over"
    STARTED_AGAIN = "started again"
    CUSTOMER_ANSWERED = "customer answered"
    OFF_HOLD = "off hold"
    QUESTION_SETTLED = "question settled"
    DECIDES_AGAIN = "decides again"
    UNDONE = "undone"
    PAUSE_OVER = "pause over"
    LOOKED_AGAIN = "looked again"
    # The customer.
    SAYS = "says"
    WANTS_UP = "wants up"
    GRANTED = "granted"
    NOT_ANSWERED = "not answered"
    NO_LEAD = "no lead"
    KEPT_DOWN = "kept down"
    COMPLAINED = "complained"
    COMPLAINT_OVER = "complaint over"
    # What it asks of those who may decide.
    ASKED_FOR = "asked for"
    ACTED_FIRST = "acted first"
    RULED = "ruled"
    OPEN_AGAIN = "open again"
    NO_TIER = "no tier"
    MANAGEMENT_DECIDES = "management decides"
    # An approval.
    ASKS = "asks"
    ACTS = "acts"
    MAY_DECIDE = "may decide"
    CLIENT_MUST_AGREE = "client must agree"
    CLIENT_MUST_AGREE_NOW = "client must agree now"
    PUT_TO = "put to"
    SILENT = "silent"
    SAYS_YES = "says yes"
    SAYS_NO = "says no"
    ONE_MORE = "one more"
    SETTLED = "settled"
    UNDECIDED = "undecided"
    NOBODY_MAY = "nobody may"
    WITHDRAWN = "withdrawn"
    CONTESTED = "contested"
    NOTHING_DECIDED = "nothing decided"
    OBJECTED = "objected"
    # A complaint.
    RAISED = "raised"
    TOLD = "told"
    TOLD_AGAIN = "told again"
    NOT_TAKEN = "not taken"
    NOBODY_HEARS = "nobody hears"
    ANSWERED = "answered"
    PROMISED = "promised"
    IS_SETTLED = "is settled"
    NOT_SETTLED = "not settled"
    ADDED = "added"
    ABOUT_WHOM = "about whom"
    TAKEN_BACK = "taken back"
    RAISED_AGAIN = "raised again"
    PROMISE_DUE = "promise due"
    PROMISE_KEPT = "promise kept"
    PROMISE_BROKEN = "promise broken"
    BROKEN = "broken"
    NO_VERDICT = "no verdict"
    NO_VERDICT_ON_PROMISE = "no verdict on promise"
    ONLY_PROMISES = "only promises"
    CLOSED = "closed"
    REVIEW_ASKED = "review asked"
    # A review.
    REVIEW_BEGUN = "review begun"
    ONE_MORE_COMPLAINT = "one more complaint"
    PASSED_OVER = "passed over"
    CONCLUDED = "concluded"
    GOES_ON = "goes on"
    # A problem.
    PROBLEM_BEGUN = "problem begun"
    CAME_AGAIN = "came again"
    ONE_MORE_TICKET = "one more ticket"
    CAUSE_FOUND = "cause found"
    WORKAROUND = "workaround"
    # A prevention proposal.
    COMES_DUE = "comes due"
    PLANNED = "planned"
    NEEDS_NO_YES = "needs no yes"
    ITEM_RULED = "item ruled"
    ITEM_DONE = "item done"
    ITEM_DECLINED = "item declined"
    NOT_DONE = "not done"
    # The list of a change of shifts.
    LISTED = "listed"
    LIST_ACCEPTED = "list accepted"
    LIST_KEPT = "list kept"
    PASSED_ON = "passed on"
    LIST_LATE = "list late"
    GONE = "gone"
    # Anything.
    REFUSED = "refused"
    FOLDED = "folded"


CUSTOMERS_READ = frozenset(
    {
        Kind.OPENED,
        Kind.HAS_IT,
        Kind.RESOLVED,
        Kind.DECLINED,
        Kind.CONFIRMED,
        Kind.DECLINE_ACCEPTED,
        Kind.NOT_SOLVED,
        Kind.DECLINE_NOT_ACCEPTED,
        Kind.SAYS,
        Kind.WANTS_UP,
        Kind.GRANTED,
        Kind.NOT_ANSWERED,
        Kind.NO_LEAD,
        Kind.KEPT_DOWN,
        Kind.NOW_WITH,
    }
)
"""What a customer may read of a ticket: what they said, who took it, and what they were told.

Everything else stays with the staff: progress, hand-offs and pauses quote the technicians' notes. What is
told of an approval or a complaint has readers of its own (who was asked, who heard it), whatever its kind.
"""

NOT_ARRIVED = frozenset({Kind.UNDELIVERED, Kind.CHANNEL_FAILED})
"""What becomes of a notice that can't reach its person."""

SENTENCES: dict[Kind, str] = {
    Kind.OPENED: "Opened as {what}: {words}",
    Kind.STARTS: "[Starts at {to}: ]{words}",
    Kind.RESOLVED: "Resolved: {words}",
    Kind.DECLINED: "Declined: {words}",
    Kind.CONFIRMED: "{by} confirms that it is solved",
    Kind.DECLINE_ACCEPTED: "{by} accepts it",
    Kind.CUSTOMER_REMINDED: "{person} is asked once more",
    Kind.UNCONFIRMED: "No answer from {person} within {what}: closed",
    Kind.CLOSED_THERE: "Closed in the helpdesk by {by}",
    Kind.NOT_SOLVED: "{by} says it is not solved[: {words}]: reopened[: to {to}]",
    Kind.DECLINE_NOT_ACCEPTED: "{by} does not accept it[: {words}]: reopened[: to {to}]",
    Kind.OPENED_THERE: "Opened again in the helpdesk by {by}: reopened[: to {to}]",
    Kind.STAYS_AUTOMATIC: "Opened again in the helpdesk by an automatic answer ({what}): it stays {was}",
    Kind.STAYS_AT_ONCE: "Opened again in the helpdesk within seconds of our mail, as machines do: "
    "{person} is asked whether it is solved",
    Kind.STAYS_TOO_OFTEN: "Opened again in the helpdesk, the third time within an hour and by nobody's "
    "click: {person} is asked whether it is solved",
    Kind.JOINED: "Joined by {what}: {words}",
    Kind.JOINED_TO: "Joined to the emergency {number}, which goes on for it",
    Kind.JOINED_AGAIN: "{what} came in about it: reopened[: to {to}]",
    Kind.PROBLEM: "It has come often enough for somebody to look for the cause: {number}",
    Kind.NOT_PASSED_ON: "The emergency has ended, and has not heard it: {words}",
    Kind.CORRECTED: "The client is corrected in the helpdesk: it goes on as {what}",
    Kind.TAKES_OVER: "The client is corrected in the helpdesk: it was {what}; what was found goes along",
    Kind.REQUESTER: "The requester is corrected in the helpdesk: {person}[, and not {other}]",
    Kind.COMES_BACK: "The client is corrected in the helpdesk once more: it goes on here[: to {to}]",
    Kind.PAGED: "{person} ({place}) paged[ instead of {other}, who is away], to acknowledge by {due}",
    Kind.PAGED_AGAIN: "{person} (last resort) paged again, times so far: {number}",
    Kind.WAITS: "Out of hours: waits until {due}, then {person} is paged",
    Kind.MISSING: "[{place}: ]{words}",
    Kind.NO_SUCH_ROLE: "[{place}: ]nobody is {what}",
    Kind.NOT_LISTED: "[{place}: ]{person} is listed, but is not in the procedure any more",
    Kind.AWAY: "[{place}: ]{person} is away, and nobody stands in",
    Kind.STAND_IN_BARRED: "[{place}: ]{person} is away, and who stands in is passed over",
    Kind.RESORT_BARRED: "{person} is passed over as the last resort",
    Kind.NOBODY_LEFT: "{person} hears it all the same, since nobody else is left",
    Kind.NO_SUCH_PLACE: "There is no {what} in the procedure any more",
    Kind.UNDELIVERED: "Mail to {person} does not arrive: {words}",
    Kind.CHANNEL_FAILED: "{person} is not reached by {words}",
    Kind.NOT_ACKNOWLEDGED: (
        "{person} did not acknowledge in time[: {other} is next][; nobody at {place} did][: to {to}]"
    ),
    Kind.UNREACHABLE: "{person} can't be reached[: {other} is next][; nobody at {place} did][: to {to}]",
    Kind.NOBODY_THERE: "Nobody at {place} can be reached[: to {to}]",
    Kind.NOBODY_ELSE: "Nobody else is on duty at {place}[: to {to}]",
    Kind.RAN_OUT: "{place}'s {what}[ and the {number} % more for progress] ran out at {due}[: to {to}]",
    Kind.WARNED: "{number} % of {place}'s {what} is used",
    Kind.CALLED_UP: "{words}[: to {to}]",
    Kind.HAS_IT: "{by} has it",
    Kind.NOW_WITH: "It is now with our {to}",
    Kind.PROGRESS: "Progress: {words}",
    Kind.EXTENDED: "Progress adds {number} % to {place}'s {what}, once",
    Kind.HANDED_ON: "Handed on by {by}, [complexity: {what}]{words}[: to {to}]",
    Kind.HANDED_BACK: "Handed back by {by}, {words}[: to {to}]",
    Kind.REASSESSED: "Assessed again: {was} to {what}, {words}",
    Kind.ASSESSED_ALIKE: "Assessed again, still {what}: {words}",
    Kind.WRITES: "{by} writes: {words}",
    Kind.AUTOMATIC: "An automatic answer from {by} ({what}): {words}",
    Kind.OFFERED: "{person}'s duty is over: offered to {other}, to accept by {due}",
    Kind.ACCEPTED: "{by} accepts it from {person}",
    Kind.KEPT: "{by} keeps it over the change of shifts",
    Kind.OFFER_WITHDRAWN: "Not offered to {person} any more, who has not accepted it",
    Kind.NOT_ACCEPTED: (
        "{person} did not accept it in time[: {other} is next][; nobody at {place} did][: to {to}]"
    ),
    Kind.STOPPED: "Clock stopped: {words}; goes on [at {due} at the latest][after {what}]",
    Kind.LONGEST_PAUSE_OVER: "The longest pause is over[, after {words}]",
    Kind.STARTED_AGAIN: "{by} starts the clock again[, after {words}]",
    Kind.CUSTOMER_ANSWERED: "The customer answered[, after {words}]",
    Kind.OFF_HOLD: "No longer on hold in the helpdesk[, after {words}]",
    Kind.QUESTION_SETTLED: "The question is {what}[, after {words}]",
    Kind.DECIDES_AGAIN: "The MSP has to decide again[, after {words}]",
    Kind.UNDONE: "What was decided does not count[, after {words}][: to {to}]",
    Kind.PAUSE_OVER: "{words}: over[: to {to}]",
    Kind.LOOKED_AGAIN: "Looked at again: {words}",
    Kind.SAYS: "{by} says: {words}",
    Kind.WANTS_UP: "{by} asks to escalate: {words}",
    Kind.GRANTED: "The customer asked, {by} granted it[: to {to}]",
    Kind.NOT_ANSWERED: "The customer asked, and {person} did not answer by {due}[: to {to}]",
    Kind.NO_LEAD: "The customer asked, and {place} has no lead to answer[: to {to}]",
    Kind.KEPT_DOWN: "The customer's wish to escalate is kept at {place} by {by}: {words}",
    Kind.COMPLAINED: "A complaint about how it is handled has come in; it is heard outside the tiers",
    Kind.COMPLAINT_OVER: "A complaint about how it is handled is over",
    Kind.ASKED_FOR: "{by} asks: {what}: {words}",
    Kind.ACTED_FIRST: "{by} acts first: {what}: {words}",
    Kind.RULED: "{words}",
    Kind.OPEN_AGAIN: "Open again: {words}. What was decided does not count",
    Kind.NO_TIER: "There is no tier {place} to carry out {what}",
    Kind.MANAGEMENT_DECIDES: "Management decides: {what}[: to {to}]",
    Kind.ASKS: "{by} asks: {what}",
    Kind.ACTS: "{by} acts first: {what}, {words}",
    Kind.MAY_DECIDE: "{person} may decide it for {place}: {words}",
    Kind.CLIENT_MUST_AGREE: "The client must agree: {words}",
    Kind.CLIENT_MUST_AGREE_NOW: "By now the client must agree: {words}",
    Kind.PUT_TO: "{person}[ ({place})] asked[ instead of {other}, who is away], to answer by {due}",
    Kind.SILENT: "{person} has not answered in time[: to {to}]",
    Kind.SAYS_YES: "{by}[ ({place})] says yes[, on condition: {what}][: {words}]",
    Kind.SAYS_NO: "{by}[ ({place})] says no[, on condition: {what}][: {words}]",
    Kind.ONE_MORE: "One more person has to say yes",
    Kind.SETTLED: "{words}",
    Kind.UNDECIDED: "Undecided: nobody of {place} has decided, and nobody is left to ask",
    Kind.NOBODY_MAY: "Undecided: nobody of {place} may decide it, and {person} is to find somebody who may",
    Kind.WITHDRAWN: "Withdrawn: {words}",
    Kind.CONTESTED: "{by} says that this was not them: their {what} is void",
    Kind.NOTHING_DECIDED: "Open again: nothing is decided",
    Kind.OBJECTED: "{by} objects: {words}",
    Kind.RAISED: "{by} complains[, taken by {person}]",
    Kind.TOLD: "{person} ({place}) is told, to take it by {due} and answer by {until}",
    Kind.TOLD_AGAIN: "{person} ({place}) is told again, times so far: {number}",
    Kind.NOT_TAKEN: "{person} has not taken it in time[: to {to}]",
    Kind.NOBODY_HEARS: "Nobody on {place} hears it[: to {to}]",
    Kind.ANSWERED: "{by} ({place}) has answered",
    Kind.PROMISED: "{by} promises something by {due}",
    Kind.IS_SETTLED: "{by} says that it is settled",
    Kind.NOT_SETTLED: "{by} says that it is not settled yet[: to {to}]",
    Kind.ADDED: "{by} has added something",
    Kind.ABOUT_WHOM: "The customer has said whom it is about[: to {to}]",
    Kind.TAKEN_BACK: "{by} takes it back",
    Kind.RAISED_AGAIN: "{by} opens it again[: to {to}]",
    Kind.PROMISE_DUE: "Promise {number} of {person}: was it kept?",
    Kind.PROMISE_KEPT: "{by} says that promise {number} was kept",
    Kind.PROMISE_BROKEN: "{by} says that promise {number} was not kept",
    Kind.BROKEN: "Promise {number} was not kept[: to {to}]",
    Kind.NO_VERDICT: "{person} has not said whether it is settled",
    Kind.NO_VERDICT_ON_PROMISE: "{person} has not said whether promise {number} was kept",
    Kind.ONLY_PROMISES: "Only promises are waited for, until {due}",
    Kind.CLOSED: "Closed: {what}",
    Kind.REVIEW_ASKED: "With {number} complaints in a short time a review is asked for",
    Kind.REVIEW_BEGUN: "{number} complaints of {place}: {words}",
    Kind.ONE_MORE_COMPLAINT: "One more complaint: {number}",
    Kind.PASSED_OVER: "{person} is passed over[: to {to}]",
    Kind.CONCLUDED: "{by} has {what} it",
    Kind.GOES_ON: "{person} ({place}) goes on with it until {until}",
    Kind.PROBLEM_BEGUN: "A problem[, opened by {by}]: {what}",
    Kind.CAME_AGAIN: "It has come again after it was solved[ ({words})][: to {to}]",
    Kind.ONE_MORE_TICKET: "One more ticket: {number}, {words}",
    Kind.CAUSE_FOUND: "{by} has found the cause: {words}",
    Kind.WORKAROUND: "{by} gives a workaround: {words}",
    Kind.COMES_DUE: "Comes due: {words}",
    Kind.PLANNED: "{by} plans it for {due}: {words}",
    Kind.NEEDS_NO_YES: "{by} may decide it alone: {what} ({words})",
    Kind.ITEM_RULED: "{what}: {words}",
    Kind.ITEM_DONE: "{by} says that it is done: {what}[: {words}]",
    Kind.ITEM_DECLINED: "{by} declines {what}: {words}",
    Kind.NOT_DONE: "It was to be done by {due}, and is not said to be: {words}",
    Kind.LISTED: "{person} hands over {what}, to be accepted by {due}",
    Kind.LIST_ACCEPTED: "{by} accepts {what}",
    Kind.LIST_KEPT: "{by} keeps {what}",
    Kind.PASSED_ON: "On to the next person: {what}",
    Kind.LIST_LATE: "{person} did not accept in time: {what}",
    Kind.GONE: "Closed meanwhile: {what}",
    Kind.REFUSED: "{what} does not count: {words}",
    Kind.FOLDED: "{number} more until {until}: Temporal's history has them",
}
"""How each kind is told. A part in brackets is left out where what it names is not known."""


@dataclass(frozen=True)
class Entry:
    """One line of the record: what happened, when, by whom, and through what it came.

    ``person`` is whom it is about, ``other`` who stands in, comes next or is offered it; ``place`` is the
    tier, level or side, ``to`` where it goes because of it. ``due`` is the instant by which something is, or
    was, owed, ``until`` a second one. ``what`` is a term of the procedure's, ``was`` the one before,
    ``number`` counts or names an approval, a complaint or a promise; ``words`` are somebody's own.
    """

    at: datetime
    kind: Kind
    by: str = ""
    via: str = ""
    person: str = ""
    other: str = ""
    place: str = ""
    to: str = ""
    due: datetime | None = None
    until: datetime | None = None
    what: str = ""
    was: str = ""
    number: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        if len(self.words) > LONGEST_LINE // 6:
            object.__setattr__(self, "words", cut(self.words, LONGEST_LINE))

    @cached_property
    def weight(self) -> int:
        ids = (self.by, self.via, self.person, self.other, self.place, self.to)
        texts = [text for text in (*ids, self.what, self.was, self.number, self.words) if text]
        instants = [at for at in (self.due, self.until) if at]
        return LINE + PART * (len(texts) + len(instants)) + weight(*texts)

    @property
    def stands_for(self) -> int:
        return int(self.number) if self.folded else 1

    @property
    def folded(self) -> bool:
        return self.kind is Kind.FOLDED

    @classmethod
    def fold(cls, first: Self, last: Self, count: int) -> Self:
        return cls(first.at, Kind.FOLDED, until=last.until if last.folded else last.at, number=str(count))

    @property
    def public(self) -> bool:
        """Whether a customer may read it on their ticket."""
        return self.kind in CUSTOMERS_READ


NoticeKind = TypeVar("NoticeKind", bound=StrEnum)


@dataclass(frozen=True)
class Notice(Generic[NoticeKind]):
    """Something to tell one person. Its number makes the Message-ID: the same over all retries.

    ``visit`` is the turn it is about (of a tier, a level, a side), ``text`` what it adds to the facts,
    ``why`` what has happened; ``channel`` the person's channel it goes through (empty: mail). ``more`` counts
    those before it that it stands for: they were not sent yet when it came.
    """

    number: int
    kind: NoticeKind
    to: str
    visit: int = 0
    text: str = ""
    channel: str = ""
    why: Entry | None = None
    more: int = 0

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST_TEXT // 6:
            object.__setattr__(self, "text", cut(self.text, LONGEST_TEXT))

    @cached_property
    def weight(self) -> int:
        """Bytes, where it is kept."""
        texts = (self.to, self.text, self.channel)
        return LINE + PART * len(texts) + weight(*texts) + (self.why.weight if self.why else 0)

    def repeats(self, other: Notice[Any]) -> bool:
        """Whether it says the same to the same person as another one, only later."""
        return (self.kind, self.to, self.channel) == (other.kind, other.to, other.channel)


@dataclass(frozen=True)
class Missing:
    """What a look-up has missed: why somebody, a role or a whole place is not among what was found."""

    kind: Kind
    person: str = ""
    what: str = ""

    def told(self, now: datetime, place: str = "") -> Entry:
        """The same as a line of a record."""
        return Entry(now, self.kind, person=self.person, what=self.what, place=place)


_PART = re.compile(r"\[([^]]*)\]")
_NAMED = re.compile(r"\{(\w+)\}")
_WHOSE = re.compile(r"\{(\w+)\}'s")


def sentence(entry: Entry, name: Callable[[str], str], when: Callable[[datetime], str]) -> str:
    """What an entry says, with people by the names and instants by the times that the reader knows."""
    facts = {
        "by": name(entry.by) if entry.by else "somebody",
        "person": name(entry.person),
        "other": name(entry.other),
        "place": entry.place,
        "to": entry.to,
        "due": when(entry.due) if entry.due else "",
        "until": when(entry.until) if entry.until else "",
        "what": entry.what,
        "was": entry.was,
        "number": entry.number,
        "words": entry.words,
    }

    def part(found: re.Match[str]) -> str:
        return found[1] if all(facts[named] for named in _NAMED.findall(found[1])) else ""

    def owner(found: re.Match[str]) -> str:
        return f"{{{found[1]}}}'" if facts[found[1]].endswith("s") else found[0]

    # The words of people are put in last: whatever stands in them is no template.
    return _WHOSE.sub(owner, _PART.sub(part, SENTENCES[entry.kind])).format_map(facts)


LINK = "link"
LINK_AND_CODE = "link and code"
_THROUGH = {LINK: "the link sent to {by}", LINK_AND_CODE: "the link sent to {by}, with the code"}


def through(via: str, by: str) -> str:
    """What somebody's words came through, in words; ``by`` is what they are called."""
    return _THROUGH[via].format(by=by) if via in _THROUGH else via


def tells_who(entry: Entry) -> bool:
    """Whether its sentence names who did it."""
    return "{by}" in SENTENCES[entry.kind]


def utc(at: datetime) -> str:
    """An instant for those whose zone is not known: in Temporal's pages, and in answers."""
    return f"{at:%a} {at.day} {at:%b %H:%M:%S} UTC"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What happens to it stands in its record; ``names`` are those of the people in it, as last heard."""

    record: tuple[Entry, ...] = ()
    names: dict[str, str] = field(default_factory=dict)

    def name(self, person: str) -> str:
        """A person's name as it was last heard; the id when it never was."""
        return self.names.get(person, person)

    def noted(self, entry: Entry) -> Self:
        """With one more line in the record."""
        return replace(self, record=bounded((*self.record, entry), RECORD))

    @property
    def written(self) -> int:
        """How many lines the record ever had, but for what a repetition has taken the place of."""
        return sum(entry.stands_for for entry in self.record)

    def noted_again(self, entry: Entry) -> Self:
        """With a line in the place of the last one like it, and of what became of that: a repetition that
        nobody answers is one line, however often it comes."""
        before = self.record
        while before and before[-1].person == entry.person and before[-1].kind in NOT_ARRIVED:
            before = before[:-1]
        if before and (before[-1].kind, before[-1].person) == (entry.kind, entry.person):
            return replace(self, record=before[:-1]).noted(entry)
        return self.noted(entry)

    def found(self, names: dict[str, str], missed: tuple[Missing, ...], now: datetime) -> Self:
        """After a look-up: with the names that it found, and with what it has missed, each said once."""
        known = {(one.kind, one.person, one.what) for one in self.record}
        new = (one.told(now) for one in missed if (one.kind, one.person, one.what) not in known)
        record = bounded((*self.record, *new), RECORD)
        return replace(self, record=record, names={**self.names, **names})

    def sentence(self, entry: Entry, when: Callable[[datetime], str] = utc) -> str:
        """What an entry says to a reader."""
        return sentence(entry, self.name, when)

    def sentences(self, when: Callable[[datetime], str] = utc) -> list[str]:
        """The whole record in words."""
        return [self.sentence(entry, when) for entry in self.record]

    @property
    def last(self) -> str:
        """What happened last, in words."""
        return self.sentence(self.record[-1])


@dataclass(frozen=True, kw_only=True)
class Told(Recorded):
    """What there is to tell of it waits to be sent; ``told`` counts what ever was."""

    BUNDLED: ClassVar[frozenset[StrEnum]] = frozenset()
    """Kinds that strangers cause: one notice to a person stands for all that came while it waited."""

    notices: tuple[Notice[Any], ...] = ()
    told: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing is due any more."""
        raise NotImplementedError

    @property
    def to_look_up(self) -> bool:
        """Whether it can't go on before something was looked up: who has it next, until when."""
        return False

    def matters(self, notice: Notice[Any]) -> bool:
        """Whether a notice that could not be delivered yet should still be tried."""
        return True

    def visit_of(self, person: str) -> int:
        """The turn that a notice to somebody is about."""
        raise NotImplementedError

    def may_hear(self, person: str) -> bool:
        """Whether somebody is ever told anything of it."""
        return bool(person)

    def tell(
        self, kind: StrEnum, *people: str, text: str = "", channel: str = "", why: Entry | None = None
    ) -> Self:
        """With a notice to each of these people waiting to be sent, once each."""
        wanted = filter(self.may_hear, dict.fromkeys(people))
        notices = tuple(
            Notice(number, kind, person, self.visit_of(person), text, channel, why)
            for number, person in enumerate(wanted, start=self.told + 1)
        )
        waiting = self.notices
        for notice in notices:
            waiting = _waiting(waiting, notice, bundled=kind in self.BUNDLED)
        return replace(self, notices=waiting, told=self.told + len(notices))

    def undelivered(self, notice: Notice[Any], why: str, now: datetime) -> Self:
        """With the reason why a notice reaches nobody: by mail, or on another of their channels."""
        kind = Kind.CHANNEL_FAILED if notice.channel else Kind.UNDELIVERED
        return self.noted(Entry(now, kind, person=notice.to, words=why))

    def sent(self, *notices: Notice[Any]) -> Self:
        """These notices have been handed to the post; all that wait, if none is named."""
        left = tuple(one for one in self.notices if one not in notices) if notices else ()
        return replace(self, notices=left)


def _waiting(before: tuple[Notice[Any], ...], notice: Notice[Any], bundled: bool) -> tuple[Notice[Any], ...]:
    """What waits to be sent with one notice more; never more than ``WAITING``, whatever comes.

    What has to go goes by weight: a page is light.
    """
    same = [one for one in before if notice.repeats(one)]
    over = sum(one.weight for one in (*before, notice)) > WAITING
    if same and (bundled or over):
        notice = replace(notice, more=same[-1].more + 1)
        before = tuple(one for one in before if one is not same[-1])
    elif over:
        heaviest = max(before, key=lambda one: one.weight, default=None)
        before = tuple(one for one in before if one is not heaviest)
    return (*before, notice)
