"""What people can say to a workflow, from its table of messages: an update, its validator and a signal each.

An update tells the person at once whether it counted, and a refused one leaves nothing in the history. The
signal of the same name says the same from the Temporal UI, the CLI or a link that only fires; a refused one
is noted in the record. Both end in the workflow's own ``hear`` and ``note``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from temporalio import workflow

from workflows.messages import Answer, Message


class Hears(Protocol):
    """A workflow that people can say something to."""

    def judge(self, said: Any) -> None:
        """Whether it counts, before anything is written. Raises ``ApplicationError``."""

    async def hear(self, said: Any) -> Answer:
        """Do it, and answer with what stands then. Raises ``ApplicationError``."""

    async def note(self, said: Any) -> None:
        """The same without an answer: what is refused stands in the record with its reason."""


Workflow = TypeVar("Workflow", bound=type[Hears])


def hears(table: Mapping[str, type[Message]]) -> Callable[[Workflow], Workflow]:
    """A workflow class that hears each message of a table by its name."""

    def decorate(kind: Workflow) -> Workflow:
        for name, message in table.items():
            _add(kind, name, message)
        return kind

    return decorate


def _add(kind: type[Hears], name: str, message: type[Message]) -> None:
    means = _meaning(message)

    async def update(self: Hears, said: Message) -> Answer:
        return await self.hear(said)

    def validator(self: Hears, said: Message) -> None:
        self.judge(said)

    async def signal(self: Hears, said: Message) -> None:
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


def _meaning(message: type[Message]) -> str:
    """The first sentence of what a message means, for the Temporal UI."""
    text = " ".join((message.__doc__ or "").split())
    return text.partition(". ")[0].rstrip(".") + "."
