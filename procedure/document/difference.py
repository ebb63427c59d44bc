"""What is different between two versions of a client's document, in words, a line each.

Compared is what the documents say, row by row: so what does not change a client's contract is no difference,
however much of the files is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from procedure.document.content import Fact

SHORT = 40
"""How long a text may be that is told without quotation marks."""


class RowKey(NamedTuple):
    """Where a row stands: its section and table, what it is about, and the how-manieth of that name it is."""

    section: str
    table: str
    about: str
    number: int


class Difference(NamedTuple):
    """What is different in a section, in its order."""

    section: str
    lines: tuple[str, ...]


def differences(before: tuple[Fact, ...], after: tuple[Fact, ...]) -> tuple[Difference, ...]:
    """All that is said otherwise in the newer one; empty if the same is agreed in both."""
    old, new = _placed(before), _placed(after)
    sections = dict.fromkeys(key.section for key in (*new, *old))
    found = ((section, tuple(_in_section(section, old, new))) for section in sections)
    return tuple(Difference(section, lines) for section, lines in found if lines)


def _placed(facts: tuple[Fact, ...]) -> dict[RowKey, Fact]:
    seen = Counter[tuple[str, str, str]]()
    placed = {}
    for fact in facts:
        name = (fact.section, fact.table, fact.about)
        placed[RowKey(*name, seen[name])] = fact
        seen[name] += 1
    return placed


def _in_section(section: str, old: dict[RowKey, Fact], new: dict[RowKey, Fact]) -> Iterator[str]:
    for key, fact in new.items():
        if key.section == section:
            yield from _changed(old[key], fact) if key in old else [f"{_whole(fact)}: is new"]
    for key, fact in old.items():
        if key.section == section and key not in new:
            yield f"{_whole(fact)}: is gone"
    if _kept(section, old, new) != _kept(section, new, old):
        yield "the order is another"


def _kept(section: str, one: dict[RowKey, Fact], other: dict[RowKey, Fact]) -> list[RowKey]:
    """The rows of a section that both have, in the order of the first."""
    return [key for key in one if key.section == section and key in other]


def _changed(old: Fact, new: Fact) -> Iterator[str]:
    """What a row says otherwise: "high: senior specialist now 2 hours, was 4 hours"."""
    was, now = dict(old.says), dict(new.says)
    for column in dict.fromkeys((*now, *was)):
        one, other = was.get(column, "").splitlines(), now.get(column, "").splitlines()
        if one != other:
            yield f"{new.about}: {f'{column} ' if column else ''}{_now(other, one)}"


def _now(new: list[str], old: list[str]) -> str:
    """What one text has become, by the parts that are new or gone."""
    come, gone = ([part for part in one if part not in other] for one, other in ((new, old), (old, new)))
    if come and (gone or not old):
        return f"now {_quoted(come)}, was {_quoted(gone) if gone else 'nothing'}"
    if come:
        return f"now also {_quoted(come)}"
    if gone:
        return f"no longer {_quoted(gone)}"
    return f"now in the order {_quoted(new)}"


def _whole(fact: Fact) -> str:
    """A row in a line: "Eva Roth (engineer for platforms)"."""
    said = "; ".join(f"{column} {'; '.join(text.splitlines())}".strip() for column, text in fact.says if text)
    return f"{fact.about} ({said})" if said else fact.about


def _quoted(parts: list[str]) -> str:
    line = "; ".join(part.removeprefix("then ") for part in parts)
    return line if len(line) <= SHORT else f"“{line}”"
