"""What a rehearsal has seen: who was told what, when, through which channel, with which authority; and what
happened between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from procedure.clocks.durations import spoken

TOLD: dict[str, str] = {
    # Of a ticket.
    "page": "is paged",
    "warning": "is warned that the time runs out",
    "handover": "is asked to take it over at the change of shifts",
    "offered": "hears that it is offered to the next shift",
    "skipped": "hears that it starts higher up",
    "taken": "hears who has it",
    "moved-on": "hears that it has moved on",
    "wants-up": "is asked whether it goes up, as the customer wishes",
    "customer-says": "hears what the customer says",
    "unreached": "is asked to call the customer, whom no mail reaches",
    "received": "hears that it came in",
    "waits": "hears that it waits for the hours",
    "now-with": "hears who has it now",
    "decided": "hears what was decided",
    "question": "is asked something",
    "answered": "gets an answer",
    "solved": "is asked whether it is solved",
    "declined": "hears that it is not to be done",
    "closed": "hears that it is closed",
    # Of an approval.
    "approval asked": "is asked to decide",
    "approval reminded": "is reminded to decide",
    "approval receipt": "gets a receipt of the decision",
    "approval ruled": "hears what was decided",
    "approval undecided": "hears that nobody has decided",
    "approval acted": "hears what was done first, and may object",
    "approval objected": "hears of an objection",
    "approval alarm": "hears that a decision was not theirs",
    # Of a complaint, a review, a problem.
    "complaint received": "hears that the complaint came in",
    "complaint now-with": "hears who has the complaint",
    "complaint answered": "gets the answer to the complaint",
    "complaint reminded": "is asked once more whether that settles it",
    "complaint promise": "is asked whether a promise was kept",
    "complaint closed": "hears that the complaint is closed",
    "complaint given": "is asked to hear the complaint",
    "complaint warning": "is reminded of the complaint",
    "complaint moved-on": "hears that the complaint has moved on",
    "complaint customer-says": "hears something new about the complaint",
    "complaint promise-due": "is asked whether the promise was kept",
    "complaint unreached": "is asked to call the customer about the complaint",
    "complaint over": "hears that the complaint is settled",
    "review given": "is asked to lead a review",
    "review warning": "is reminded of the review",
    "review moved-on": "hears that the review has moved on",
    "review news": "hears news of the review",
    "review concluded": "hears what the review has concluded",
    "problem given": "is asked to own a problem",
    "problem warning": "is reminded of the problem",
    "problem moved-on": "hears that the problem has moved on",
    "problem news": "hears news of the problem",
    "problem concluded": "hears what the problem's cause was",
    # At a change of shifts.
    "handover list": "gets the list of the change of shifts",
    "handover receipt": "gets the receipt of the change of shifts",
}
"""By the kind of notice, with what it is about before it where that is no ticket."""


@dataclass(frozen=True)
class Told:
    """Somebody is told something. ``kind`` as in ``TOLD``; ``channel`` is "mail" or one of theirs.

    ``standing`` is where they stand, and for whom; ``authority`` what they may decide, a line each, as far as
    the letter says so. ``by`` is until when an answer is owed. ``failed`` is why it does not arrive. ``more``
    counts those like it that are left out before it.
    """

    at: datetime
    who: str
    name: str
    kind: str
    channel: str
    about: str
    number: int
    subject: str = ""
    standing: str = ""
    authority: tuple[str, ...] = ()
    by: datetime | None = None
    failed: str = ""
    more: int = 0

    @property
    def words(self) -> str:
        """What happens, in words."""
        what = TOLD.get(self.kind, f"is told ({self.kind})")
        if self.more:
            what += f", after {self.more} times more"
        return f"{what}, and is not reached: {self.failed}" if self.failed else what


@dataclass(frozen=True)
class Happened:
    """A line of a record: of which workflow, what kind of fact, by whom, where it led, in a sentence."""

    at: datetime
    about: str
    kind: str
    words: str
    by: str = ""
    to: str = ""
    what: str = ""


@dataclass(frozen=True)
class Refusal:
    """What somebody said that did not count, and why; ``does`` is empty where they never had the occasion."""

    at: datetime
    who: str
    name: str
    does: str
    words: str


Line = Told | Happened | Refusal


@dataclass(frozen=True)
class Timeline:
    """One story as it went.

    ``outcome`` is how the ticket stood at the end, ``ended`` why nothing is told after it. ``status`` and
    ``decided`` (of each question) are the procedure's own words for it. ``names`` are those of the people
    in it, of whom the ``contacts`` are the client's.
    """

    title: str
    client: str
    severity: str
    at: datetime
    zone: str
    procedure: str
    lines: tuple[Line, ...]
    outcome: str = ""
    ended: str = ""
    status: str = ""
    decided: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    contacts: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[Told, ...]:
        """Who was told what."""
        return tuple(line for line in self.lines if isinstance(line, Told))

    @property
    def happened(self) -> tuple[Happened, ...]:
        """What happened."""
        return tuple(line for line in self.lines if isinstance(line, Happened))

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """What did not count."""
        return tuple(line for line in self.lines if isinstance(line, Refusal))

    def wall(self, at: datetime) -> str:
        """What clocks at the MSP show."""
        there = at.astimezone(ZoneInfo(self.zone))
        seconds = f":{there:%S}" if there.second else ""
        return f"{there:%a} {there.day} {there:%b %H:%M}{seconds}"

    def after(self, at: datetime) -> str:
        """How long that is after the ticket has come in: "+35 minutes"."""
        return since(at - self.at)

    def sentence(self, line: Line) -> str:
        """One line in words, without its time."""
        match line:
            case Told():
                through = "" if line.channel == "mail" else f" by {line.channel}"
                by = f", to answer by {self.wall(line.by)}" if line.by and not line.failed else ""
                where = f" ({line.standing})" if line.standing else ""
                return f"{line.name}{where} {line.words}{through}{by}"
            case Refusal():
                does = f"{line.does!r} does not count: " if line.does else ""
                return f"{line.name}: {does}{line.words}"
            case Happened():
                return line.words

    def folded(self) -> Timeline:
        """With what is told to the same person time and again shown at its begin and its end."""
        kept: list[Line] = []
        for _, found in groupby(self.lines, _like):
            first, *others = found
            last = others[-1:]
            if len(others) > 2 and isinstance(last[0], Told):
                others = [replace(last[0], more=len(others) - 1)]
            kept += [first, *others]
        return replace(self, lines=tuple(kept))

    def worded(self) -> Iterator[tuple[Line, tuple[str, ...]]]:
        """Each line, and what its reader may decide: not once more where those before them might the same."""
        known: set[tuple[str, ...]] = {()}
        for line in self.lines:
            may = line.authority if isinstance(line, Told) else ()
            yield line, () if may in known else may
            known.add(may)

    def text(self) -> Iterator[str]:
        """The whole, a line each, for a terminal."""
        if (folded := self.folded()) != self:
            yield from folded.text()
            return
        yield self.title
        yield f"{self.client}, {self.severity}; {self.procedure}; times in {self.zone}"
        yield ""
        rows = [(self.wall(line.at), self.after(line.at), line, may) for line, may in self.worded()]
        widths = [max(map(len, times), default=0) for times in zip(*(row[:2] for row in rows), strict=True)]
        before = ("", "")
        for wall, after, line, may in rows:
            shown = ("", "") if (wall, after) == before else (wall, after)
            before = (wall, after)
            mark = {Told: "->", Happened: "  ", Refusal: "!!"}[type(line)]
            yield f"{shown[0]:<{widths[0]}}  {shown[1]:>{widths[1]}}  {mark} {self.sentence(line)}"
            yield from (f"{'':{sum(widths) + 7}}may decide {one}" for one in may)
        yield ""
        yield f"{self.outcome} {self.ended}".strip()

    def json(self) -> dict[str, Any]:
        """The same for programs: instants in ISO 8601, in UTC."""
        found = asdict(self)
        kinds = {Told: "told", Happened: "happened", Refusal: "refused"}
        lines = [
            {"line": kinds[type(line)], **asdict(line), "after": int((line.at - self.at).total_seconds())}
            for line in self.lines
        ]
        whole = {**found, "names": dict(self.names), "lines": lines}
        plain: dict[str, Any] = _plain(whole)
        return plain


def _like(line: Line) -> object:
    """The same for lines that tell the same person the same."""
    if not isinstance(line, Told):
        return id(line)
    return line.who, line.kind, line.channel, line.about, line.standing, line.failed


def since(time: timedelta) -> str:
    """A length after the beginning, in short: "+1 h 30 min"."""
    if not time:
        return "+0"
    words = spoken(abs(time)).replace("hours", "h").replace("hour", "h")
    for unit, short in (("minute", "min"), ("second", "s")):
        words = words.replace(f"{unit}s", short).replace(unit, short)
    return f"{'-' if time < timedelta(0) else '+'}{words}"


def _plain(value: object) -> Any:
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value
