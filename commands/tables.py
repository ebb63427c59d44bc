"""Tables: columns as wide as what stands in them, and times as they stand there; words that do no harm."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import click

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""What a terminal would obey instead of showing it: the words of contacts are shown, too."""


def echo(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a table."""
    for line in lines(head, rows):
        click.echo(line)


def lines(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """The lines of a table."""
    widths = [max(_width(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """How many columns of a terminal it takes."""
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1


def shown(at: datetime, zone: str) -> str:
    """A time there. With the zone's abbreviation: when clocks are put back, an hour comes twice."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%b %H:%M %Z}"


def harmless(text: str) -> str:
    """Somebody's words as a terminal may show them."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def indented(text: str, by: int = 2) -> str:
    """Words of several lines, each but the first moved in: none can be taken for a line of ours."""
    return f"\n{' ' * by}".join(text.splitlines())
