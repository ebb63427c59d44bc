"""Whatever climbs, without a workflow: the same rules, driven by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, Self

from procedure.book.procedure import Procedure
from procedure.climbing import Rules, Stands
from procedure.clocks.calendars import instant
from procedure.ladder import Wake
from procedure.record import Notice


@dataclass
class Climber(Generic[Stands]):
    """One thing that climbs, as time passes; ``told`` is everybody who was told something, in order."""

    stands: Stands
    book: Procedure
    now: datetime
    told: list[Notice[Any]] = field(default_factory=list, kw_only=True)

    RULES: ClassVar[Rules[Any]]

    def look_up(self, question: Any) -> Any:
        """As the activity does."""
        raise NotImplementedError

    @property
    def wake(self) -> Wake | None:
        return self.RULES.wake(self.stands)

    def settle(self) -> Self:
        """Do what is due now, as the workflow does; then something is due later, or it is over."""
        self.stands = self.RULES.settle(self.stands, self.now, self.look_up)
        self.told += self.stands.notices
        self.stands = self.stands.sent()
        if not self.stands.over:
            upcoming = self.wake
            assert upcoming is not None, "open, and nothing is due"
            assert upcoming.at > self.now, f"due, and nothing happened: {upcoming.why}"
        return self

    def passes(self, **time: float) -> Self:
        """Time goes by, and everything happens when it is due."""
        return self.until(self.now + timedelta(**time))

    def until(self, end: datetime) -> Self:
        while (upcoming := self.wake) and not self.stands.over and upcoming.at <= end:
            self.now = max(self.now, upcoming.at)
            before = self.stands
            self.settle()
            assert self.stands != before, f"due, and nothing happened: {upcoming.why}"
        self.now = end
        return self

    def jumps(self, **time: float) -> Self:
        """Time goes by while nothing runs."""
        self.now += timedelta(**time)
        return self.settle()

    def becomes(self, stands: Stands) -> Self:
        """Somebody said something."""
        self.stands = stands
        return self.settle()

    def bounces(self, notice: Notice[Any], why: str = "no such mailbox") -> Self:
        """A notice does not arrive."""
        return self.becomes(self.RULES.undeliverable(self.stands, notice, why, self.now))

    def heard(self) -> list[tuple[str, str]]:
        """Who was told what since this was last asked."""
        new = [(str(notice.kind), notice.to) for notice in self.told]
        self.told.clear()
        return new

    @property
    def record(self) -> list[str]:
        return self.stands.sentences(instant)
