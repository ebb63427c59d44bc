"""Everything that goes into a workflow or an activity and comes out of it.

Messages tolerate fields they don't know, and every field added later has a default, so
that old and new senders and workers can talk. Defaults are always "nothing said", since
a payload leaves out what is at its default. What a person says is an update (and, for the
Temporal UI, the CLI and links that only fire, a signal) of the same name and content.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from procedure.incoming import LONGEST_TEXT as LONGEST_TEXT
from procedure.incoming import Key, Line
from procedure.incoming import Words as Words
from procedure.record import Refused

TASK_QUEUE = "rung"

LOOK_UPS = f"{TASK_QUEUE}-look-ups"
"""The task queue of what workflows ask of the procedure: a silent mail server holds up no decision."""


class Message(BaseModel):
    # Without what was sent: the SDK logs what it can't read, and words of complaints are in no log.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Statement(Message):
    """Something a person says. ``by`` is the person's id, ``via`` what it came through, for the record."""

    called: ClassVar[str] = ""
    """What it is called in a record; by its class where it has no name of its own."""

    by: Key
    via: Line = ""

    def apply(self, stands: Any, now: datetime) -> Any:
        """What stands after this was said; raises ``Refused`` when it does not count."""
        raise NotImplementedError


class Answer(Message):
    """What stands after something was said."""

    text: str


class Brought(Message):
    """What became of a round: why a notice will never arrive, by its number, and which are to be tried
    again; all others have arrived."""

    failed: dict[int, str] = {}
    later: tuple[int, ...] = ()


def utc(at: datetime | None) -> datetime | None:
    """The same instant as the record writes them. Raises Refused for one that no calendar has."""
    try:
        return at.astimezone(UTC) if at else None
    except OverflowError:
        raise Refused("That is no time anybody means: write one within a year.") from None
