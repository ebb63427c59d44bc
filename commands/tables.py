"""Tables: columns as wide as what stands in them, and times as they stand there; words that do no harm."""

from __future__ import annotations

import re
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
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


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
