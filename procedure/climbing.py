"""Everything that climbs, in one piece: do what is due, look up who has it next, put it before them.

A ticket, an approval, a complaint, an assignment and the list of a change of shifts are all this; what
differs they hand in as ``Rules``. A workflow waits for it (``workflows.climbing``); what foresees it, and
what tries the rules, does the same without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from procedure.ladder import Due, Wake
from procedure.record import Notice, Told

Stands = TypeVar("Stands", bound=Told)


def _never(stands: Any, *asked: Any) -> Any:
    raise AssertionError("it asks for no look-up")


@dataclass(frozen=True, kw_only=True)
class Rules(Generic[Stands]):
    """What differs from one kind of thing that climbs to another.

    ``dues`` lists what time does to it, each with its instant, in the order in which they count. ``question``
    is what has to be looked up where it waits for somebody (``to_look_up``), and ``present`` goes on with the
    answer. ``undeliverable`` is what follows where a notice never arrives.
    """

    dues: Callable[[Stands], Iterable[Due[Stands]]]
    question: Callable[[Stands, datetime], Any] = _never
    present: Callable[[Stands, Any, datetime], Stands] = _never
    undeliverable: Callable[[Stands, Notice[Any], str, datetime], Stands]

    def wake(self, stands: Stands) -> Wake | None:
        """When it wants to be looked at again, and why; None if nothing is due any more, or it is just about
        to be put before somebody."""
        wakes = (Wake(due.at, due.why) for due in self.dues(stands) if due.at)
        return min(wakes, key=lambda wake: wake.at, default=None)

    def tick(self, stands: Stands, now: datetime) -> Stands:
        """Do the first thing that is due, if any. Called again until nothing is."""
        due = next((due for due in self.dues(stands) if due.at is None or now >= due.at), None)
        return due.do(now) if due else stands

    def settle(self, stands: Stands, now: datetime, look_up: Callable[[Any], Any]) -> Stands:
        """Do what is due, one thing after the other, until it is before somebody, or over.

        ``look_up`` answers at once, as the activity would.
        """
        while True:
            before, stands = stands, self.tick(stands, now)
            if stands.to_look_up:
                stands = self.present(stands, look_up(self.question(stands, now)), now)
            elif stands is before:
                return stands
