"""Who reads how something stands, and when: what people are called for them, and what their clock says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from procedure.book.procedure import Procedure
from procedure.clocks.calendars import is_today, local
from procedure.clocks.durations import an_hour_at
from procedure.record import Entry, Refused, sentence, through, utc


class Utterance(Protocol):
    """What somebody has said, and what it came through."""

    @property
    def by(self) -> str: ...

    @property
    def via(self) -> str: ...


@dataclass(frozen=True)
class Reader:
    """Somebody who reads at an instant, in their zone. ``staff`` is of the MSP, ``client`` what the client is
    called that it is about, ``pace`` how much faster its times run; ``called`` gives people's names.

    Without an instant it is read at any, as in Temporal's pages: times are told in full then.
    """

    now: datetime | None = None
    person: str = ""
    staff: bool = True
    zone: str = "UTC"
    msp: str = "the MSP"
    phone: str = ""
    client: str = ""
    pace: float = 1.0
    called: Callable[[str], str] = str

    def name(self, ident: str) -> str:
        """What somebody is called."""
        return self.called(ident)

    def time(self, at: datetime) -> str:
        """An instant on the reader's wall."""
        return self.clock(())(at)

    def clock(self, listed: Iterable[datetime]) -> Callable[[datetime], str]:
        """How the times of one list are told: all alike, with their day as soon as one is not of today."""
        now = self.now
        if now is None:
            return utc
        dated = any(not is_today(at, now, self.zone) for at in listed)
        return lambda at: local(at, now, self.zone, seconds=self.pace != 1, dated=dated)

    def by(self, at: datetime | None, word: str = "by") -> str:
        """ " by 14:30", to go on with a sentence; empty without a time."""
        return f" {word} {self.time(at)}" if at else ""

    def told(self, entry: Entry) -> str:
        """What has happened, in a sentence."""
        return sentence(entry, self.name, self.time)

    def via(self, said: Utterance) -> str:
        """What somebody's words came through."""
        return through(said.via, self.name(said.by))

    def problem(self, why: str | Refused) -> str:
        """Why what they said does not count."""
        return why.told(self.time) if isinstance(why, Refused) else why

    def facts(self) -> dict[str, Any]:
        """What every page and every mail knows of its reader."""
        return {
            "msp": self.msp,
            "phone": self.phone,
            "client": self.client,
            "person": self.name(self.person),
            "now": self.now,
            "zone": self.zone,
            "pace": self.pace,
            "hour_takes": an_hour_at(self.pace),
            "time": self.time,
            "clock": self.clock,
            "told": self.told,
            "via": self.via,
            "name": self.name,
            "reader": self,
        }


def unlike_life(pace: float, drill: bool) -> list[str]:
    """That its times run faster, or that it is an exercise; nothing of what is neither."""
    faster = [f"Demonstration pace {pace:g}: an hour takes {an_hour_at(pace)}."] if pace != 1 else []
    return [*faster, "DRILL: this is an exercise."] if drill else faster


def client_name(book: Procedure, ident: str) -> str:
    """What a client is called."""
    return book.clients[ident].name if ident in book.clients else ident


def reader(
    book: Procedure,
    person: str,
    client: str,
    now: datetime,
    pace: float = 1.0,
    known: Callable[[str], str] = str,
) -> Reader:
    """Somebody of the MSP, or of a client, who reads something about that client.

    ``known`` gives the names as they were last heard: of those who are not in the procedure any more.
    """
    terms, staff = book.clients.get(client), person in book.people

    def called(ident: str) -> str:
        found = book.person(ident)
        return found.name if found else known(ident)

    return Reader(
        now=now,
        person=person,
        staff=staff,
        zone=book.time_zone if staff or terms is None else terms.time_zone,
        msp=book.name,
        phone=book.phone,
        client=client_name(book, client),
        pace=pace,
        called=called,
    )
