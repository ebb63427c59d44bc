"""How much is kept of what people and machines say: bounds that are part of a line's type."""

from __future__ import annotations

from typing import Protocol, Self, TypeVar

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
