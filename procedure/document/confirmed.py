"""Which version of its document a client has confirmed: who, when, and what it said then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from procedure.document.content import ClientDocument, Fact, agreed
from procedure.document.difference import differences

MOST = 50
"""So many confirmations are kept, the newest."""


def agreement_id(client: str) -> str:
    """The id of the workflow that keeps what a client has confirmed."""
    return f"agreement-{client}"


@dataclass(frozen=True)
class Confirmation:
    """Somebody of the client has confirmed a version: by its fingerprint, and the version of the files.

    ``name`` and ``title`` are what they were then.
    """

    by: str
    name: str
    title: str
    at: datetime
    via: str
    fingerprint: str
    version: str

    @property
    def who(self) -> str:
        """In words: "Raj Patel (head of trading)"."""
        return f"{self.name} ({self.title})" if self.title else self.name


@dataclass(frozen=True)
class AskedContact:
    """A contact was asked by mail to confirm it; ``name`` is what they were called then."""

    to: str
    name: str
    at: datetime


@dataclass(frozen=True)
class Confirmed:
    """What a client has confirmed so far, the newest last; ``agreed`` is what that one says. ``asked`` are
    those who were asked by mail."""

    client: str
    confirmations: tuple[Confirmation, ...] = ()
    agreed: tuple[Fact, ...] = ()
    asked: tuple[AskedContact, ...] = ()

    @property
    def newest(self) -> Confirmation | None:
        """The version that both sides have in their hands."""
        return self.confirmations[-1] if self.confirmations else None

    def has(self, fingerprint: str) -> bool:
        """Whether this is the version that was confirmed last."""
        return self.newest is not None and self.newest.fingerprint == fingerprint


def confirm(stands: Confirmed, one: Confirmation, agreed: tuple[Fact, ...]) -> Confirmed:
    """What is confirmed now; who confirms the same again changes nothing."""
    newest = stands.newest
    if newest and (newest.by, newest.fingerprint) == (one.by, one.fingerprint):
        return stands
    return replace(stands, confirmations=(*stands.confirmations, one)[-MOST:], agreed=agreed)


def ask(stands: Confirmed, one: AskedContact) -> Confirmed:
    """A contact has got the mail that asks them."""
    return replace(stands, asked=(*stands.asked, one)[-MOST:])


SHOWN = 3
"""So many differences are told in a line."""


def to_confirm(stands: Confirmed, runs: ClientDocument) -> str:
    """That a client has not confirmed what runs, with what is new in it; empty if it has."""
    newest, asked = stands.newest, _asked(stands)
    if newest is None:
        return f"{runs.client}: nobody there has confirmed any version of their document yet{asked}"
    if stands.has(runs.fingerprint):
        return ""
    lines = [line for part in differences(stands.agreed, agreed(runs)) for line in part.lines]
    more = f"; and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    return (
        f"{runs.client}: version {runs.fingerprint} runs, and {newest.who} has confirmed "
        f"{newest.fingerprint} on {newest.at:%Y-%m-%d}{asked}. New since: {'; '.join(lines[:SHOWN])}{more}"
    )


def _asked(stands: Confirmed) -> str:
    """Who was asked since it was confirmed last; empty if nobody was."""
    since = stands.newest.at if stands.newest else None
    asked = [one for one in stands.asked if since is None or one.at > since]
    return f"; {asked[-1].name} was asked on {asked[-1].at:%Y-%m-%d}" if asked else ""
