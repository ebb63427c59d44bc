"""Search attributes: what tickets can be found by in Temporal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    SearchAttributeUpdate,
    TypedSearchAttributes,
)

from procedure.approval.state import Approval
from procedure.ladder import Wake
from procedure.path.state import OnPath
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket

CLIENT = SearchAttributeKey.for_keyword("Client")
SYSTEM = SearchAttributeKey.for_keyword("System")
CATEGORY = SearchAttributeKey.for_keyword("Category")
SEVERITY = SearchAttributeKey.for_keyword("Severity")
TIER = SearchAttributeKey.for_keyword("Tier")
HOLDER = SearchAttributeKey.for_keyword("Holder")
# Not "Level": that is a word of the query language itself, and can't be asked for.
LEVEL = SearchAttributeKey.for_keyword("PathLevel")
# Not "Status": the Temporal UI would show it in place of its own.
STATUS = SearchAttributeKey.for_keyword("RungStatus")
NEXT_DUE = SearchAttributeKey.for_datetime("NextDue")
DRILL = SearchAttributeKey.for_bool("Drill")

KEYS = (CLIENT, SYSTEM, CATEGORY, SEVERITY, TIER, LEVEL, HOLDER, STATUS, NEXT_DUE, DRILL)

Values = dict[str, str | datetime | None]


LONGEST_KEYWORD = 160
"""Characters. Temporal takes 2,048 bytes, and never takes a workflow that shows more; the SDK writes some
characters in twelve."""


def keyword(text: str) -> str:
    """A text as a workflow is found by it."""
    return text[:LONGEST_KEYWORD]


def at_start(opening: Opening) -> TypedSearchAttributes:
    """What is known before the ticket is assessed; what nobody said is not set."""
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(CLIENT, opening.client),
        SearchAttributePair(DRILL, opening.drill),
    ]
    for key, value in ((SYSTEM, opening.facts.system), (CATEGORY, opening.facts.category)):
        if value:
            pairs.append(SearchAttributePair(key, keyword(value)))
    return TypedSearchAttributes(pairs)


def of_approval(approval: Approval) -> TypedSearchAttributes:
    """What an approval can be found by: whose ticket it is about, and who has asked."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(CLIENT, approval.client),
            SearchAttributePair(SEVERITY, approval.severity),
            SearchAttributePair(HOLDER, approval.asker),
            SearchAttributePair(DRILL, approval.drill),
        ]
    )


def of_client(client: str, drill: bool) -> TypedSearchAttributes:
    """What a complaint, or a review, can be found by before somebody has it."""
    return TypedSearchAttributes([SearchAttributePair(CLIENT, client), SearchAttributePair(DRILL, drill)])


def of_path(stands: OnPath, upcoming: Wake | None) -> Values:
    """What a complaint, or a review, can be found by now: never by anything that it says."""
    return {
        LEVEL.name: "" if stands.over else stands.path.level,
        HOLDER.name: stands.holder,
        STATUS.name: stands.state,
        # On a level when its answer is due: that somebody takes it first changes nothing of that.
        NEXT_DUE.name: stands.path.answer_by if stands.on_level else upcoming and upcoming.at,
    }


def values(ticket: Ticket, upcoming: Wake | None) -> Values:
    """What a ticket can be found by now, by the attribute's name."""
    return {
        SEVERITY.name: ticket.severity,
        TIER.name: ticket.place,
        HOLDER.name: ticket.holder,
        STATUS.name: ticket.status,
        NEXT_DUE.name: upcoming.at if upcoming else None,
    }


class Shown:
    """What a workflow has shown of itself; only what has changed is written to its history."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: Values = {}

    def show(self, values: Values) -> None:
        changed = [_update(name, value) for name, value in values.items() if value != self._values.get(name)]
        if changed:
            workflow.upsert_search_attributes(changed)
        self._values = values


def _update(name: str, value: str | datetime | None) -> SearchAttributeUpdate[Any]:
    """Set one attribute; an empty value takes it away."""
    key: SearchAttributeKey[str] | SearchAttributeKey[datetime] = next(k for k in _CHANGING if k.name == name)
    shown = keyword(value) if isinstance(value, str) else value
    return key.value_set(shown) if shown else key.value_unset()  # type: ignore[arg-type]


_CHANGING = (SEVERITY, TIER, LEVEL, HOLDER, STATUS, NEXT_DUE)
