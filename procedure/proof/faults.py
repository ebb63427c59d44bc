"""All faults of a procedure in a time: found by what pages people, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from procedure.book.procedure import Procedure
from procedure.proof import leave_faults, order_faults, rota_faults, terms_faults
from procedure.proof.fault import Fault


def faults(book: Procedure, begin: datetime, end: datetime) -> Iterator[Fault]:
    """What goes wrong in this time, first things first."""
    found = [
        fault
        for room in (leave_faults, rota_faults, order_faults, terms_faults)
        for fault in room.faults(book, begin, end)
    ]
    yield from sorted(found, key=lambda fault: fault.at)
