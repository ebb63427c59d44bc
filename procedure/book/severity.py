"""Severity: the business impact at this client, never the technical difficulty.

A client's own rules go from what is affected (which system, down or impaired, how many
users, is there a workaround) to a severity. When in doubt the higher: a fact nobody has
given counts as the worst it could be, and the reason says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal, Self, get_args

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from procedure.block import Block
from procedure.wording import comparable, weight

Severity = Literal["critical", "high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""Highest first."""

State = Literal["down", "impaired", "limited"]


def at_least(severity: Severity, other: Severity) -> bool:
    """Whether ``severity`` is as high as ``other`` or higher."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(other)


MOST_CONDITIONS = 4_000
"""Bytes of all conditions that are kept of a ticket: those of the catalogue take far less."""


@dataclass(frozen=True)
class Facts:
    """What is known about the impact; empty or None means that nobody has said yet."""

    system: str = ""
    state: State | None = None
    users: int | None = None
    workaround: bool | None = None
    category: str = ""
    conditions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if weight(*self.conditions) > MOST_CONDITIONS:
            heavy = accumulate(weight(one) for one in self.conditions)
            fits = sum(1 for used in heavy if used <= MOST_CONDITIONS)
            object.__setattr__(self, "conditions", self.conditions[:fits])

    def updated(self, news: Facts) -> Facts:
        """These facts with everything that ``news`` knows put over them; conditions add up."""
        return Facts(
            system=news.system or self.system,
            state=news.state or self.state,
            users=self.users if news.users is None else news.users,
            workaround=self.workaround if news.workaround is None else news.workaround,
            category=news.category or self.category,
            conditions=tuple(dict.fromkeys(self.conditions + news.conditions)),
        )


NOTHING_KNOWN = Facts()


class Rule(Block):
    """One line of a system's rules: if all that it names fits, this is the severity."""

    severity: Severity
    """What it is, if the rest of this rule fits."""
    state: tuple[State, ...] = ()
    """down (nobody can work), impaired (slow or failing in part), limited (a feature is missing);
    none named: any."""
    users_from: int | None = Field(None, ge=1)
    """Fits when at least this many users are affected."""
    workaround: bool | None = None
    """Fits only with (true) or only without (false) a workaround; left out: either way."""
    because: str = ""
    """Why, in the client's words: it stands in the record and in the mails."""

    @property
    def always(self) -> bool:
        """Whether it fits whatever is known."""
        return not self.state and self.users_from is None and self.workaround is None

    def heard_of(self, facts: Facts) -> bool:
        """Whether anything was told of what it looks at."""
        told = (
            bool(self.state) and facts.state is not None,
            self.users_from is not None and facts.users is not None,
            self.workaround is not None and facts.workaround is not None,
        )
        return any(told)


class System(Block):
    """Something the client works with, and how bad it is when it fails."""

    known_as: tuple[str, ...] = ()
    """Other names the helpdesk may use for it."""
    briefing: str = ""
    """What whoever is paged for this client has to know of it: where it runs, whom it takes to fix it."""
    monitored_by: str = ""
    """What watches it; left out: nothing does."""
    rules: tuple[Rule, ...] = Field(min_length=1)
    """Read from the top, highest severity first; the first that fits decides."""


class Otherwise(Block):
    """The severity of what no system's rules cover: one for all of it, or rules as a system has them."""

    rules: tuple[Rule, ...] = Field(min_length=1)
    """As a system's, but that one fits only if anything of what it looks at was told: a ticket of which
    nothing is known is an ordinary one. The last is for all the rest: it has a severity only."""

    @classmethod
    def flat(cls, severity: Severity) -> Self:
        """One severity for all of it."""
        return cls(rules=(Rule(severity=severity),))

    @model_validator(mode="before")
    @classmethod
    def _in_short(cls, written: Any) -> Any:
        if not isinstance(written, str):
            return written
        if written not in SEVERITIES:
            raise ValueError(f"{written!r} is not known here: write one of {', '.join(SEVERITIES)}, or rules")
        return {"rules": [{"severity": written}]}

    @model_validator(mode="after")
    def _covers_all(self) -> Self:
        if not self.rules[-1].always:
            raise ValueError(
                "the last of its rules must fit all the rest: write one more, with a severity only"
            )
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        found = handler(schema)
        whole = handler.resolve_ref_schema(found)
        rules = dict(whole)
        whole.clear()
        whole["anyOf"] = [{"enum": list(SEVERITIES), "type": "string"}, rules]
        return found


@dataclass(frozen=True)
class Assessment:
    severity: Severity
    reason: str


def assess(systems: dict[str, System], otherwise: Otherwise, facts: Facts) -> Assessment:
    """The severity of these facts at a client, with the reason a person can read."""
    system = systems.get(facts.system)
    for rule in system.rules if system else ():
        doubts = _doubts(rule, facts)
        if doubts is not None:
            return Assessment(rule.severity, _reason(_affected(facts), rule, doubts))
    for rule in otherwise.rules:
        doubts = _doubts(rule, facts)
        if doubts is not None and rule.heard_of(facts):
            affected = f"{_affected(facts)} ({_uncovered(facts, system)})"
            return Assessment(rule.severity, _reason(affected, rule, doubts))
    rest = otherwise.rules[-1]
    ordinary = f": {rest.because}" if rest.because else ", so the client's ordinary severity"
    return Assessment(rest.severity, f"{_uncovered(facts, system)}{ordinary}")


def _uncovered(facts: Facts, system: System | None) -> str:
    """Why none of the systems' rules says how bad it is."""
    if system:
        return f"{_affected(facts)}: no rule fits"
    return f"{facts.system} has no rules of its own" if facts.system else "no system was named"


def find_system(systems: dict[str, System], name: str) -> str:
    """The name a system has in the procedure, from what the helpdesk calls it; unknown names stay."""
    wanted = comparable(name)
    for known, system in systems.items():
        if wanted in map(comparable, (known, *system.known_as)):
            return known
    return name.strip()


def _doubts(rule: Rule, facts: Facts) -> list[str] | None:
    """What had to be assumed for the rule to fit; None if it does not fit."""
    doubts = []
    if rule.state:
        if facts.state is None:
            doubts.append("how bad it is")
        elif facts.state not in rule.state:
            return None
    if rule.users_from is not None:
        if facts.users is None:
            doubts.append("how many users")
        elif facts.users < rule.users_from:
            return None
    if rule.workaround is not None:
        if facts.workaround is None:
            # Not knowing of a workaround is the worse case; knowing only that there may be one is not.
            if rule.workaround:
                return None
            doubts.append("whether there is a workaround")
        elif facts.workaround != rule.workaround:
            return None
    return doubts


def _reason(affected: str, rule: Rule, doubts: list[str]) -> str:
    reason = f"{affected}: {rule.because}" if rule.because else affected
    if doubts:
        reason += f" (not known: {', '.join(doubts)}; when in doubt the higher)"
    return reason


def _affected(facts: Facts) -> str:
    """The facts as a phrase: "trading platform down, 40 users, no workaround"."""
    parts = [f"{facts.system or 'something'} {facts.state or 'affected'}"]
    if facts.users is not None:
        parts.append("1 user" if facts.users == 1 else f"{facts.users} users")
    if facts.workaround is not None:
        parts.append("with a workaround" if facts.workaround else "no workaround")
    return ", ".join(parts)
