"""The post of a rehearsal: takes every letter where it would leave, and brings it nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from temporalio import activity, client, worker
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ActivityOutboundInterceptor, ExecuteActivityInput

from activities.channels import ChannelFailure
from activities.letters import Short
from activities.mail import UNDELIVERABLE
from procedure.approval.briefing import may_decide
from procedure.book.people import SecretSource
from procedure.book.procedure import Procedure
from procedure.complaint.state import ComplaintNotice
from procedure.duty.on_duty import Watch
from procedure.path.state import OnPath
from procedure.record import Notice
from procedure.ticket.state import NoticeKind
from rehearsal.clock import StoryClock, StoryInfo
from rehearsal.quiet import Seen
from rehearsal.timeline import Told
from workflows.messages import Brought
from workflows.messages.approval import ApprovalLetter
from workflows.messages.assignment import AssignmentRound
from workflows.messages.complaint import ComplaintRound
from workflows.messages.handover import HandoverLetter
from workflows.messages.ticket import Letter

MAIL = "mail"

DEAD = "it is dead in this scenario"

_SUBJECTS: ContextVar[dict[int, str]] = ContextVar("subjects")
"""Of the mails that the activity which is at work has handed over, by the numbers of their notices."""


@dataclass(frozen=True)
class Dead:
    """A channel that takes nothing; of everybody, where nobody is named."""

    channel: str
    who: str = ""


class Post(client.Interceptor, worker.Interceptor):
    """Takes what Rung would send, and notes it. ``told`` grows as it comes.

    Letters of one moment leave one after the other, in the order of their numbers: which of two can't be
    delivered first decides who hears of it.
    """

    def __init__(
        self, current: Callable[[], Procedure], clock: StoryClock, seen: Seen, dead: Collection[Dead] = ()
    ) -> None:
        self._current = current
        self._clock = clock
        self._dead = dead
        self._seen = seen
        self._turns: dict[tuple[str, int], asyncio.Event] = {}
        self.told: list[Told] = []

    # The ways out, each where it would leave the machine.

    async def mail(self, message: EmailMessage) -> None:
        """Instead of SMTP."""
        (address,) = message["To"].addresses
        if self._is_dead(MAIL, self._reader(address.addr_spec)):
            raise ApplicationError(DEAD, type=UNDELIVERABLE, non_retryable=True)
        number = str(message["Message-ID"]).partition("@")[0].rpartition(".")[2]
        _SUBJECTS.get()[int(number)] = str(message["Subject"])

    async def channel(self, channel: str, source: SecretSource, short: Short) -> ChannelFailure | None:
        """Instead of Apprise; the secret is not looked at."""
        who = next((i for i, p in self._current().people.items() if p.channels.get(channel) is source), "")
        if self._is_dead(channel, who):
            return ChannelFailure(f"{channel}: {DEAD}", permanent=True)
        return None

    def _reader(self, address: str) -> str:
        book = self._current()
        contacts = (one for terms in book.clients.values() for one in terms.contacts.items())
        return next((ident for ident, one in (*book.people.items(), *contacts) if one.mail == address), "")

    def _is_dead(self, channel: str, who: str) -> bool:
        return any(one.channel == channel and one.who in ("", who) for one in self._dead)

    # One after the other.

    async def turn(self, number: int) -> None:
        """Returns when it is this letter's turn, in the activity that brings it."""
        info = activity.info()
        attempt = info.workflow_id or "", info.activity_id
        key = attempt[0], number
        self._turns[key] = turn = asyncio.Event()
        self._seen.waits.add(attempt)
        try:
            await turn.wait()
        finally:
            self._turns.pop(key, None)
            self._seen.waits.discard(attempt)

    def next(self) -> bool:
        """It is the next letter's turn. False if none waits."""
        if not self._turns:
            return False
        key = min(self._turns)
        self._turns.pop(key).set()
        return True

    # What is noted.

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Noting(next, self)

    def at_work(self, outbound: ActivityOutboundInterceptor) -> ActivityOutboundInterceptor:
        """Activities at the story's time."""
        return StoryInfo(outbound, self._clock)

    def note(self, letter: Any, failed: str, brought: Any, subjects: dict[int, str]) -> None:
        """What an activity has brought, or could not bring."""
        about = activity.info().workflow_id or ""
        why = dict(brought.failed) if isinstance(brought, Brought) else {}
        for notice in _notices(letter):
            subject, not_brought = subjects.get(notice.number, ""), failed or why.get(notice.number, "")
            self.told.append(self._told(about, letter, notice, subject, not_brought))

    def _told(self, about: str, letter: Any, notice: Notice[Any], subject: str, failed: str) -> Told:
        book, now = self._current(), self._clock.now
        person = book.person(notice.to)
        kind, standing, authority, by = self._with(book, letter, notice, now)
        return Told(
            at=now,
            who=notice.to,
            name=person.name if person else notice.to,
            kind=kind,
            channel=notice.channel or MAIL,
            about=about,
            number=notice.number,
            subject=subject,
            standing=standing,
            authority=tuple(authority),
            by=by,
            failed=failed,
        )

    def _with(
        self, book: Procedure, letter: Any, notice: Notice[Any], now: datetime
    ) -> tuple[str, str, Iterable[str], datetime | None]:
        """What kind of letter it is, where its reader stands, what they may decide, until when."""
        match letter:
            case Letter() if notice.kind is NoticeKind.PAGE:
                return "page", _place(book, letter, now), _may(book, letter, now), letter.due
            case Letter():
                asked = notice.kind in (NoticeKind.WANTS_UP, NoticeKind.HANDOVER)
                return str(notice.kind), "", (), letter.due if asked else None
            case ApprovalLetter():
                put = next((p for p in reversed(letter.approval.asked) if p.person == notice.to), None)
                if put is None or notice.kind not in ("asked", "reminded", "acted"):
                    return f"approval {notice.kind}", "", (), None
                place = put.level if put.side == "msp" else book.clients[letter.approval.client].name
                standing = ", ".join(filter(None, (place, put.role, _instead(book, put.instead_of))))
                return f"approval {notice.kind}", standing, (str(put.line),), put.due
            case ComplaintRound():
                return f"complaint {notice.kind}", *_on_path(letter.complaint, notice)
            case AssignmentRound():
                return f"{letter.assignment.PATH} {notice.kind}", *_on_path(letter.assignment, notice)
        return str(notice.kind), "", (), None


def _notices(letter: Any) -> Iterator[Notice[Any]]:
    match letter:
        case Letter() | ApprovalLetter():
            yield letter.notice
        case ComplaintRound() | AssignmentRound():
            yield from (one for one in letter.notices if one.kind != ComplaintNotice.TICKET)
        case HandoverLetter():
            comes = letter.reader == letter.change.to
            yield Notice(letter.number, _List.LIST if comes else _List.RECEIPT, letter.reader)


def _place(book: Procedure, letter: Letter, now: datetime) -> str:
    """Where who is paged stands: "senior specialist, on call (seniors), instead of Bo Lind"."""
    places = Watch(book, letter.client, letter.severity, letter.pace).duty(letter.place, now).places
    role = next((place.role for place in places if place.person == letter.notice.to), "")
    return ", ".join(filter(None, (letter.place, role, _instead(book, letter.instead_of))))


def _on_path(stands: OnPath, notice: Notice[Any]) -> tuple[str, tuple[str, ...], datetime | None]:
    """The level of who is to take it, and until when."""
    if notice.kind not in ("given", "warning"):
        return "", (), None
    people = stands.path.people
    return stands.path.level, (), people.due if people and notice.kind == "given" else None


def _may(book: Procedure, letter: Letter, now: datetime) -> tuple[str, ...]:
    return may_decide(Watch(book, letter.client, letter.severity, letter.pace), letter.place, now)


def _instead(book: Procedure, ident: str) -> str:
    person = book.person(ident) if ident else None
    return f"instead of {person.name}" if person else ""


class _List(StrEnum):
    """What is told of the list of a change of shifts: to who comes on, and to who leaves."""

    LIST = "handover list"
    RECEIPT = "handover receipt"


class _Noting(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, post: Post) -> None:
        super().__init__(next)
        self._post = post

    def init(self, outbound: ActivityOutboundInterceptor) -> None:
        super().init(self._post.at_work(outbound))

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        subjects: dict[int, str] = {}
        _SUBJECTS.set(subjects)
        letter = input.args[0] if input.args else None
        if numbers := [notice.number for notice in _notices(letter)]:
            await self._post.turn(min(numbers))
        try:
            brought = await self.next.execute_activity(input)
        except ApplicationError as error:
            if error.non_retryable:
                self._post.note(letter, error.message, None, subjects)
            raise
        self._post.note(letter, "", brought, subjects)
        return brought
