"""What climbs a path of levels, in words, for one reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from procedure.book.reader import Reader
from procedure.path.state import OnPath


@dataclass(frozen=True)
class PathWords:
    """What climbs a path of levels, and who reads it."""

    stands: OnPath
    reads: Reader

    @property
    def mine(self) -> bool:
        """Whether its reader has it, or is to take it."""
        return self.reads.person == self.stands.holder

    @property
    def here(self) -> str:
        """With whom it is, and what they are: "Vera Hall (customer success)"; the level while that is
        looked up."""
        path, holder = self.stands.path, self.stands.holder
        return f"{self.reads.name(holder)} ({path.level})" if holder else path.level

    @property
    def take_by(self) -> datetime | None:
        """By when it is to be taken; None once somebody has it."""
        people = self.stands.path.people
        return people.due if people and self.stands.on_level else None

    @property
    def answer_by(self) -> datetime | None:
        """By when it is to be answered, or concluded; None while nobody owes that."""
        return self.stands.path.answer_by if self.stands.on_level else None

    def _on_level(self, has: str, take: str, owed: str) -> str:
        """Who is to take it, or has it; and what they owe by when."""
        if not self.stands.path.presented:
            return f"It is on its way to {self.here}"
        answer = f"to {owed}{self.reads.by(self.answer_by)}"
        if self.take_by:
            return f"{self.here} is to {take}{self.reads.by(self.take_by)}, and {answer}"
        return f"{self.here} {has}, and is {answer}"
