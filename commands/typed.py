"""What somebody typed: a client, a tier, a time. Failure says what to write instead."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from commands.session import Failure
from procedure.book.procedure import Procedure, Tier
from procedure.book.rota import FIRST_YEAR, LAST_YEAR
from procedure.clocks.calendars import from_wall
from procedure.incoming import told


def client_of(book: Procedure, client: str) -> str:
    """The id of one of the procedure's clients."""
    if client not in book.clients:
        raise Failure(f"There is no client {client!r}: one of {', '.join(book.clients)}")
    return client


def tier_of(book: Procedure, name: str) -> Tier:
    """One of the procedure's tiers, by its name."""
    tier = book.tier(name)
    if tier is None:
        raise Failure(f"There is no tier {name!r}: one of {', '.join(tier.name for tier in book.tiers)}")
    return tier


def must_be_text(**options: str) -> None:
    """Of an argument that is not in our encoding, Python keeps bytes that nothing else can read."""
    for name, text in options.items():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            encoding = sys.getfilesystemencoding()
            raise Failure(
                f"--{name}: its character {error.start + 1} is no {encoding}: write it in that encoding"
            ) from None


def from_input(option: str) -> str:
    """What stands in the input."""
    encoding = sys.stdin.encoding
    try:
        return sys.stdin.buffer.read().decode(encoding)
    except UnicodeDecodeError as error:
        raise Failure(
            f"{option}: the input is no {encoding} from byte {error.start + 1} on: "
            f"convert it first, such as with: iconv -f latin1 -t {encoding}"
        ) from None


def instant(text: str, option: str, zone: str, whole_day: bool = False) -> datetime:
    """What somebody typed as a time: on the wall there, or with an offset."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Failure(
            f"{option}: {text!r} is no date and time: write 2026-12-24 or 2026-12-24T18:00 for a time in "
            f"{zone}, or 2026-12-24T18:00Z for UTC"
        ) from None
    if not FIRST_YEAR <= at.year < LAST_YEAR:
        raise Failure(
            f"{option}: {text!r} is too far away: write a year from {FIRST_YEAR} to {LAST_YEAR - 1}"
        )
    if whole_day and _is_date(text):
        at += timedelta(days=1)
    return at.astimezone(UTC) if at.tzinfo else from_wall(at, zone)


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text.strip()))
    except ValueError:
        return False


def fit(kind: Any, option: str, text: object) -> Any:
    """What was typed, as ``procedure.incoming`` has this kind of text."""
    try:
        return TypeAdapter(kind).validate_python(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise Failure(f"{option}: {told(first)}") from None
