"""The authority table: which actions there are, and who may approve each, up to what cost and downtime.

At the MSP a tier holds authority, whoever stands on it; at a client a contact does, by name.
Who that is at an instant, and in which order they are asked, is ``procedure.approval.deciders``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Self

from pydantic import Field

from procedure.block import Block
from procedure.book.severity import Severity
from procedure.clocks.calendars import AlwaysOpen
from procedure.clocks.durations import Duration

When = Literal["always", "in hours", "out of hours", "emergency"]
Consent = Literal["always", "cost", "downtime", "downtime in hours"]

_WHEN: dict[When, str] = {
    "always": "",
    "in hours": ", in hours",
    "out of hours": ", out of hours",
    "emergency": ", first in an emergency",
}
_YOUR_WHEN: dict[When, str] = {
    **_WHEN,
    "in hours": ", in your hours",
    "out of hours": ", outside your hours",
}
"""As a contact reads it: it is their own hours that count."""


@dataclass(frozen=True)
class TableLine:
    """A line of the table as it was when somebody was looked up under it: for which action, whose it is (a
    tier's or a contact's), up to what cost and downtime, and when it counts."""

    action: str
    who: str
    cost: str = ""
    downtime: str = ""
    without_limit: bool = False
    when: When = "always"

    @property
    def limit(self) -> str:
        """Up to what: "up to GBP 2,000 and 2 hours down"; empty for nothing."""
        parts = [self.cost] if self.cost else []
        parts += [f"{self.downtime} down"] if self.downtime else []
        return f"up to {' and '.join(parts)}" if parts else ""

    def reach(self) -> str:
        """How far it reaches, in words: "up to GBP 2,000 and 2 hours down, out of hours"."""
        reach = "without limit" if self.without_limit else self.limit
        return f"{reach or 'if it costs nothing and nothing is down'}{_WHEN[self.when]}"

    def allows(self, contact: bool = False) -> str:
        """The same after "you may agree to": "what costs nothing, with nothing down, outside your hours"."""
        reach = "whatever it takes" if self.without_limit else self.limit
        when = _YOUR_WHEN if contact else _WHEN
        return f"{reach or 'what costs nothing, with nothing down'}{when[self.when]}"

    def __str__(self) -> str:
        return f"{self.action}: {self.who}, {self.reach()}"


class AuthorityLine(Block):
    """One line of the table: how far somebody's authority reaches. What is left out is nothing."""

    cost: int = Field(0, ge=0)
    """Up to what cost, in the table's currency."""
    downtime: Duration | None = None
    """Up to what downtime."""
    without_limit: bool = False
    """Whatever it costs, and however long it is down."""
    when: When = "always"
    """always; only in the client's hours; only outside them; or emergency: what may be done first on a
    critical ticket, and is told afterwards."""

    def covers(self, cost: int, downtime: timedelta) -> bool:
        """Whether the authority reaches this far."""
        return self.without_limit or (cost <= self.cost and downtime <= self.longest)

    @property
    def longest(self) -> timedelta:
        """The downtime it allows."""
        return AlwaysOpen().length(self.downtime) if self.downtime else timedelta(0)

    def always(self) -> Self:
        """The line without the time at which it counts."""
        return self.model_copy(update={"when": "always"})

    def reach(self, currency: str) -> str:
        """How far it reaches, in words."""
        return self.held("", "", currency).reach()

    def held(self, action: str, who: str, currency: str) -> TableLine:
        """The line as somebody is looked up under it."""
        cost, downtime = amount(self.cost, currency) if self.cost else "", str(self.downtime or "")
        return TableLine(action, who, cost, downtime, self.without_limit, self.when)


class TierLine(AuthorityLine):
    """What a tier of the MSP may approve."""

    tier: str
    """Whoever stands on this tier."""


class ContactLine(AuthorityLine):
    """What a contact may approve for their own company."""

    contact: str
    """Which of the client's contacts."""
    actions: tuple[str, ...] = ()
    """For these actions only; left out: for every action."""


class Action(Block):
    """Something that needs somebody's authority."""

    meaning: str = ""
    """What it is, for whoever is asked."""
    may: tuple[TierLine, ...] = ()
    """Which tiers may approve it, and up to what; who is asked is the lowest tier that may."""
    consent: tuple[Consent, ...] = ()
    """When the client must agree too: always; if it costs anything, since the client pays; if anything is
    down at all; or only if it is down in the client's hours."""
    two_people: bool = False
    """Two different people of the MSP must say yes, neither of them the one who asks."""
    risky: bool = False
    """Whoever says yes types a code from the mail; for what costs money they always do."""


class Option(Block):
    """One way out that management has, when a ticket has come up to it as a business decision."""

    meaning: str = ""
    """What it is, for whoever decides."""
    action: str
    """The action of the table behind it: who may decide it, and who else must agree."""
    carried_out_by: str = ""
    """The tier that the ticket goes back down to."""
    until: bool = False
    """It holds until a date, which has to be named; the clock is stopped until then."""
    resolves: bool = False
    """The ticket is resolved with it: the customer reads the decision, and is asked."""


class Authority(Block):
    """Who may approve what."""

    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$")
    """What costs are counted in: GBP, EUR, SEK ..."""
    answer_within: dict[Severity, Duration]
    """For each severity, how long each person who is asked has to answer; then the next one is asked."""
    undecided: str = ""
    """Who is told when nobody has decided; left out: the person of last resort."""
    owner: str = ""
    """Who is asked for what no line of the table reaches; left out: the person of last resort."""
    actions: dict[str, Action] = Field(min_length=1)
    """What needs approval: restart, failover, replace hardware ..."""
    options: dict[str, Option] = {}
    """What management can decide when a ticket comes up to it."""


def lines_of(action: str, lines: tuple[ContactLine, ...]) -> Iterator[ContactLine]:
    """The lines of a client's contacts that are about an action."""
    return (line for line in lines if not line.actions or action in line.actions)


def reasons(
    terms: Iterable[Consent],
    cost: str,
    agreed: str = "it is agreed so",
    hours: str = "their hours",
) -> tuple[str, ...]:
    """Why a client must agree, each in words; ``cost`` is what it costs, ``hours`` whose those are."""
    words: dict[Consent, str] = {
        "always": agreed,
        "cost": f"it costs {cost}",
        "downtime": "something is down",
        "downtime in hours": f"it is down in {hours}",
    }
    return tuple(words[one] for one in terms)


def amount(cost: int, currency: str) -> str:
    """A cost in words: "GBP 2,000"."""
    return f"{currency} {cost:,}"
