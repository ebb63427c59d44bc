"""A proposal: what is put to those who may decide it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from procedure.book.authority import amount
from procedure.clocks.durations import spoken


@dataclass(frozen=True)
class Proposal:
    """What somebody wants to do, in the words that are decided about.

    ``begins`` is when it is to be done (empty: at once), ``by_when`` when an answer is needed,
    ``otherwise`` what happens without one. ``option`` names management's way out that it is,
    ``until`` how long that holds, if not for good.
    """

    action: str
    what: str
    why: str = ""
    cost: int = 0
    downtime: timedelta = timedelta(0)
    begins: datetime | None = None
    by_when: datetime | None = None
    otherwise: str = ""
    option: str = ""
    until: datetime | None = None


def price(proposal: Proposal, currency: str) -> str:
    """What it takes, in words: "GBP 1,800 and 2 hours down"; empty when it takes nothing."""
    parts = [amount(proposal.cost, currency)] if proposal.cost else []
    parts += [f"{spoken(proposal.downtime)} down"] if proposal.downtime else []
    return " and ".join(parts)
