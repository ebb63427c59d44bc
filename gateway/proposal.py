"""What somebody fills in of what they propose, whatever it is proposed for."""

from __future__ import annotations

import re
from typing import Any

from gateway.guards import time_of
from gateway.views import Form
from procedure.book.procedure import Procedure
from procedure.clocks.durations import Duration
from procedure.record import Refused

_COST = re.compile(r"(?:[A-Z]{3})?\s*(\d{1,9}|\d{1,3}(?:[,' ]\d{3}){1,2})", re.IGNORECASE)


def proposed(form: Form, book: Procedure) -> dict[str, Any]:
    """What exactly, why, and what it takes. Raises Refused with what to write instead."""
    return {
        "what": form.get("what", ""),
        "why": form.get("why", ""),
        "cost": _cost(form.get("cost", ""), book.authority.currency if book.authority else ""),
        "downtime": _downtime(form.get("downtime", "")),
        "begins": time_of(form.get("begins", ""), "When it is to be done", book.time_zone),
    }


def _cost(text: str, currency: str) -> int:
    """A cost as people write it: 1800, 1,800 or GBP 1800."""
    if not text:
        return 0
    found = _COST.fullmatch(text)
    if found is None or (text[:3].isalpha() and text[:3].upper() != currency):
        raise Refused(f"{text!r} is no cost: write it in whole {currency}, such as 1800.")
    return int("".join(filter(str.isdigit, found[1])))


def _downtime(text: str) -> Duration | None:
    if not text:
        return None
    try:
        down = Duration.parse(text)
    except ValueError:
        down = Duration(business_days=1)
    if down.business_days:
        raise Refused(
            f'{text!r} is no downtime: write a number and a unit, such as "30 minutes" or "2 hours"; '
            "leave it empty if nothing is down."
        )
    return down
