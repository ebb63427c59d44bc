"""Tables: columns as wide as what stands in them, and times as they stand there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import click


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
