"""What goes into a prevention proposal alone, and into who keeps a client's prevention."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from procedure.book.prevention import LARGEST
from procedure.incoming import Key
from procedure.path.levels import Found, PathTerms
from procedure.prevention.due import ComingDue
from procedure.prevention.state import Prevention
from procedure.prevention.upkeep import Settlement, Upkeep
from workflows.messages import Message


class UpkeepInput(Message):
    """What starts the keeping of a client's prevention: whose; or what is carried of it, and when it looks
    next."""

    client: str
    carried: Upkeep | None = None
    again: datetime | None = None


class LookAhead(Message):
    """What the activity needs that looks what comes due."""

    upkeep: Upkeep
    now: datetime


class Measured(Message):
    """What was measured of an item, on a day of the client's (a signal)."""

    item: Key
    value: Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]
    day: date


class WasSettled(Message):
    """How items of a proposal were settled, by their names; and how many approvals were asked so far (a
    signal)."""

    settled: dict[str, Settlement]
    asked: int = 0


class PreventionInput(Message):
    """What starts a proposal: whose, and what comes due; or what it carries."""

    client: str
    due: tuple[ComingDue, ...] = ()
    asked: int = 0
    drill: bool = False
    carried: Prevention | None = None


class BeginPrevention(Message):
    """What the activity needs with which a proposal begins."""

    start: PreventionInput
    now: datetime
    opened: datetime | None = None


class PreventionBegun(Message):
    """What is pinned when a proposal begins, and who owns it first."""

    terms: PathTerms
    found: Found


class AlsoDue(Message):
    """All that comes due at a client, while a proposal is open (a signal)."""

    due: tuple[ComingDue, ...]
