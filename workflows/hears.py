"""What people can say to a workflow, from its table of messages: an update, its validator and a signal each.

An update tells the person at once whether it counted, and a refused one leaves nothing in the history. The
signal of the same name says the same from the Temporal UI, the CLI or a link that only fires; a refused one
is noted in the record. Both end in ``Climbing.hear`` and ``note``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from temporalio import workflow

from workflows.climbing import Climbing
from workflows.messages import Answer, Statement

Workflow = TypeVar("Workflow", bound=type[Climbing[Any]])


def hears(table: Mapping[str, type[Statement]]) -> Callable[[Workflow], Workflow]:
    """A workflow class that hears each message of a table by its name."""

    def decorate(kind: Workflow) -> Workflow:
        for name, message in table.items():
            _add(kind, name, message)
        return kind

    return decorate


def _add(kind: type[Climbing[Any]], name: str, message: type[Statement]) -> None:
    means = _meaning(message)

    async def update(self: Climbing[Any], said: Statement) -> Answer:
        return await self.hear(said)

    def validator(self: Climbing[Any], said: Statement) -> None:
        self.judge(said)

    async def signal(self: Climbing[Any], said: Statement) -> None:
        await self.note(said)

    for handler in (update, validator, signal):
        # The SDK reads from here what to make of a payload, and takes "self" for one unless it has no type.
        handler.__annotations__["said"] = message
        del handler.__annotations__["self"]
        handler.__qualname__ = f"{kind.__qualname__}.{handler.__name__}_{name}"
    update.__annotations__["return"] = Answer
    hearing = workflow.update(name=name, description=means)(update)
    hearing.validator(validator)
    setattr(kind, f"hear_{name}", hearing)
    setattr(kind, f"note_{name}", workflow.signal(name=name, description=means)(signal))


def _meaning(message: type[Statement]) -> str:
    """The first sentence of what a message means, for the Temporal UI."""
    text = " ".join((message.__doc__ or "").split())
    return text.partition(". ")[0].rstrip(".") + "."
