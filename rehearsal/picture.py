"""The picture of a rehearsal: one HTML file, a lane for each person, and under it the same in words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from jinja2 import Environment, StrictUndefined

from procedure.kinds import Kind
from rehearsal.comparison import MARKS, Comparison
from rehearsal.timeline import Happened, Line, Refusal, Timeline, Told
from rehearsal.verdict import Verdict
from runtime.templates import read_once

Shape = Literal["asked", "told", "failed", "did", "refused"]

TIMES, LANE, WORDS = 176, 64, 560
"""How wide the times, a lane, and the words beside the lanes are, in pixels."""

ROW, HEAD = 34, 46
"""How high a line, and the lanes' names over them, are."""

BAND = 16
"""Lines in one band of the picture: so many, with the names and the title over them, fit on a sheet of A4 on
its side."""

LETTERS = 80
"""Of the words beside the lanes, on each of two lines."""

NAME = 10
"""Letters of a name over a lane, on each of two lines."""

_ENDS_HOLD = frozenset(
    {Kind.RESOLVED, Kind.DECLINED, Kind.CLOSED_THERE, Kind.CONFIRMED, Kind.UNCONFIRMED}
    | {Kind.NOT_ACKNOWLEDGED, Kind.UNREACHABLE, Kind.RAN_OUT, Kind.CALLED_UP, Kind.HANDED_ON}
    | {Kind.HANDED_BACK, Kind.GRANTED, Kind.NOT_ANSWERED, Kind.NOT_SOLVED, Kind.OPENED_THERE}
    | {Kind.SAYS_YES, Kind.SAYS_NO, Kind.SILENT, Kind.SETTLED, Kind.UNDECIDED, Kind.WITHDRAWN}
    | {Kind.ANSWERED, Kind.NOT_TAKEN, Kind.NOBODY_HEARS, Kind.CLOSED, Kind.TAKEN_BACK, Kind.CONCLUDED}
)
"""After these it is with nobody, until somebody is asked."""

_ASKS = frozenset({"page", "approval asked", "complaint given", "review given", "problem given"})
"""What somebody is waited for after."""


@dataclass(frozen=True)
class Mark:
    """What happens to somebody, in their lane."""

    x: float
    y: float
    shape: Shape


@dataclass(frozen=True)
class Bar:
    """For how long somebody is waited for, or has it."""

    x: float
    y: float
    height: float
    kind: Literal["waits", "has"]


@dataclass(frozen=True)
class Row:
    """One line of the story: its time where that is new, and its words on two lines at most."""

    y: float
    wall: str
    after: str
    words: tuple[str, ...]
    whole: str
    bold: bool


@dataclass(frozen=True)
class Lane:
    """One person's lane: where it is, and their name on two lines at most; whether they are the client's."""

    x: float
    name: tuple[str, ...]
    whole: str
    contact: bool


@dataclass(frozen=True)
class Band:
    """A part of the picture that is not torn apart."""

    width: float
    height: float
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Picture:
    """A story as it is drawn."""

    timeline: Timeline
    lanes: tuple[Lane, ...]
    bands: tuple[Band, ...]


def page(shown: Sequence[Verdict | Comparison]) -> str:
    """One page of HTML with all these stories, to which nothing is loaded from anywhere."""
    templates = Environment(
        loader=read_once("rehearsal", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["picture"] = draw
    templates.filters["folded"] = Timeline.folded
    verdicts = [one for one in shown if isinstance(one, Verdict)]
    comparisons = [one for one in shown if isinstance(one, Comparison)]
    return templates.get_template("page.html").render(
        verdicts=verdicts, comparisons=comparisons, marks=MARKS, head=HEAD, row=ROW, times=TIMES
    )


def draw(timeline: Timeline) -> Picture:
    """Where everything is in the picture of a story."""
    people = {one.who: one.name for one in timeline.told}
    people |= {one.who: one.name for one in timeline.refused if one.who not in people}
    places = {who: TIMES + LANE * (number + 0.5) for number, who in enumerate(people)}
    lanes = tuple(
        Lane(places[who], _name(name), name, who in timeline.contacts) for who, name in people.items()
    )
    width = TIMES + LANE * len(people) + WORDS
    stretches = [*_stretches(timeline.lines)]
    bands = tuple(
        _band(timeline, first, width, places, stretches) for first in range(0, len(timeline.lines), BAND)
    )
    return Picture(timeline, lanes, bands)


def _band(
    timeline: Timeline, first: int, width: float, places: dict[str, float], stretches: Sequence[_Stretch]
) -> Band:
    last = min(first + BAND, len(timeline.lines))
    lines = timeline.lines[first:last]
    rows, before = [], None
    for number, line in enumerate(lines):
        new = line.at != before
        before = line.at
        wall, after = (timeline.wall(line.at), timeline.after(line.at)) if new else ("", "")
        words = timeline.sentence(line)
        rows.append(Row(_y(number), wall, after, _lines(words), words, not isinstance(line, Told)))
    marks = [
        Mark(places[who], _y(number), shape)
        for number, line in enumerate(lines)
        for who, shape in [_mark(line)]
        if who in places
    ]
    bars = [
        Bar(places[one.who], _y(max(one.begins, first) - first), ROW * length, one.kind)
        for one in stretches
        if one.who in places and (length := min(one.ends, last) - max(one.begins, first)) > 0
    ]
    return Band(width, HEAD + ROW * len(lines) + 8, tuple(rows), tuple(marks), tuple(bars))


def _y(number: int) -> float:
    return HEAD + ROW * (number + 0.5)


def _mark(line: Line) -> tuple[str, Shape]:
    """In whose lane a line is marked, and how."""
    match line:
        case Told(failed=str(why)) if why:
            return line.who, "failed"
        case Told():
            return line.who, "asked" if line.by else "told"
        case Refusal():
            return line.who, "refused"
        case Happened():
            return line.by, "did"


@dataclass(frozen=True)
class _Stretch:
    """From which line on, up to before which, somebody is waited for, or has it."""

    who: str
    begins: int
    ends: int
    kind: Literal["waits", "has"]


def _stretches(lines: Sequence[Line]) -> Iterator[_Stretch]:
    """Whom each ticket, approval or complaint is with, from line to line."""
    since: dict[str, _Stretch] = {}
    for number, line in enumerate(lines):
        if isinstance(line, Refusal) or (kind := _turns(line)) is None:
            continue
        if before := since.pop(line.about, None):
            yield replace(before, ends=number)
        if kind != "nobody":
            who = line.who if isinstance(line, Told) else line.by
            since[line.about] = _Stretch(who, number, len(lines) - 1, kind)
    yield from since.values()


def _turns(line: Told | Happened) -> Literal["waits", "has", "nobody"] | None:
    """What begins with a line: somebody is waited for, or has it, or nobody; None if it goes on as it was."""
    match line:
        case Told(kind=kind, failed="") if kind in _ASKS:
            return "waits"
        case Happened(kind=Kind.HAS_IT | Kind.ACCEPTED):
            return "has"
        case Happened(kind=kind) if kind in _ENDS_HOLD:
            return "nobody"
    return None


def _lines(words: str) -> tuple[str, ...]:
    """At most two lines; what does not fit stands under the picture."""
    return tuple(textwrap.wrap(words, LETTERS, max_lines=2, placeholder=" ..."))


def _name(name: str) -> tuple[str, ...]:
    first, _, last = name.partition(" ")
    return tuple(part if len(part) <= NAME else f"{part[: NAME - 1]}." for part in (first, last) if part)
