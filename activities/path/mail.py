"""What a letter about something on a path says to its reader, besides how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from procedure.path.words import PathWords
from procedure.record import Notice


@dataclass(frozen=True)
class PathLetter(PathWords):
    """What a letter about something that climbs a path says to its reader."""

    notice: Notice[Any]

    @property
    def barred(self) -> bool:
        """Whether it is about its reader, or what they worked on: they read nothing of it."""
        return self.notice.to in self.stands.barred

    @property
    def waits(self) -> bool:
        """Whether it is still its reader's to do."""
        return not self.barred and self.stands.waits_for(self.notice)

    @property
    def has_it(self) -> bool:
        """Whether it is with its reader, though it had gone on."""
        return self.stands.on_level and self.mine

    @property
    def beside(self) -> bool:
        """Whether its reader may still take it, though somebody else was told since."""
        path = self.stands.path
        told = self.notice.to in path.told and path.levels.about(self.notice.visit)
        return self.stands.on_level and told and not path.acknowledged and not self.barred
