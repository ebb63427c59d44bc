"""Two procedures at the same scenario, side by side: what is the same, what comes at another time, and what
only one of them does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from rehearsal.timeline import Happened, Line, Refusal, Timeline, Told

Change = Literal["same", "other time", "only here", "only there"]

MARKS: dict[Change, str] = {"same": " ", "other time": "~", "only here": "-", "only there": "+"}


@dataclass(frozen=True)
class Pair:
    """One line as it is here, and as it is there; None where there is none."""

    change: Change
    here: Line | None
    there: Line | None


@dataclass(frozen=True)
class Comparison:
    """A scenario with the procedure ``here`` and with the one ``there``."""

    here: Timeline
    there: Timeline
    pairs: tuple[Pair, ...]

    @property
    def differs(self) -> bool:
        return any(pair.change != "same" for pair in self.pairs)

    def time(self, pair: Pair, side: Literal["here", "there"]) -> str:
        """How long after the beginning it is on one side; empty where it is not."""
        line: Line | None = getattr(pair, side)
        timeline: Timeline = getattr(self, side)
        return timeline.after(line.at) if line else ""

    def sentence(self, pair: Pair) -> str:
        """What it is: as it is there, where it is there."""
        if pair.there is not None:
            return self.there.sentence(pair.there)
        return self.here.sentence(pair.here) if pair.here is not None else ""

    def text(self) -> Iterator[str]:
        """The whole, a line each, for a terminal: the time here, the time there, and what it is."""
        yield self.here.title
        yield f"{self.here.client}; here {self.here.procedure}, there {self.there.procedure}"
        yield ""
        times = [(self.time(pair, "here"), self.time(pair, "there")) for pair in self.pairs]
        heads = ("here", "there")
        widths = [max(len(heads[side]), *(len(row[side]) for row in times)) for side in (0, 1)]
        yield f"  {heads[0]:>{widths[0]}}  {heads[1]:>{widths[1]}}"
        for pair, (here, there) in zip(self.pairs, times, strict=True):
            mark = MARKS[pair.change]
            yield f"{mark} {here:>{widths[0]}}  {there:>{widths[1]}}  {self.sentence(pair)}"
        yield ""
        yield f"Here: {self.here.outcome} {self.here.ended}".strip()
        yield f"There: {self.there.outcome} {self.there.ended}".strip()
        if not self.differs:
            yield "Both go the same way."

    def json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "here": self.here.json(),
            "there": self.there.json(),
            "differs": self.differs,
            "lines": [
                {
                    "change": pair.change,
                    "here": self.time(pair, "here"),
                    "there": self.time(pair, "there"),
                    "words": self.sentence(pair),
                }
                for pair in self.pairs
            ],
        }


def compare(here: Timeline, there: Timeline) -> Comparison:
    """Line up two stories of one scenario."""
    return Comparison(here, there, tuple(_pairs(here.folded(), there.folded())))


def _pairs(here: Timeline, there: Timeline) -> Iterator[Pair]:
    keys = [_key(line) for line in here.lines], [_key(line) for line in there.lines]
    for _, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if keys[0][a:b] == keys[1][c:d]:
            for one, other in zip(here.lines[a:b], there.lines[c:d], strict=True):
                same = one.at - here.at == other.at - there.at
                yield Pair("same" if same else "other time", one, other)
        else:
            yield from (Pair("only here", one, None) for one in here.lines[a:b])
            yield from (Pair("only there", None, other) for other in there.lines[c:d])


def _key(line: Line) -> tuple[str, ...]:
    """What makes a line the same line, whenever it comes."""
    subject = line.about.partition("-")[0] if not isinstance(line, Refusal) else ""
    match line:
        case Told():
            return "told", subject, line.who, line.kind, line.channel, line.standing, str(bool(line.failed))
        case Happened():
            return "happened", subject, line.kind, line.by, line.to
        case Refusal():
            return "refused", line.who, line.does, line.words
