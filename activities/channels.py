"""Channels besides mail (SMS, voice, chat, push), by whatever Apprise knows."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus

import apprise
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeat import heartbeats
from activities.letters import Short, Writer
from activities.mail import UNDELIVERABLE
from procedure.approval.state import ApprovalNotice
from procedure.book.people import SecretSource
from procedure.book.procedure import Procedure
from procedure.record import Notice
from procedure.ticket.state import NoticeKind
from runtime.links import Links
from runtime.secret_sources import NoSecret, place_of, read_secret
from workflows.messages.approval import ApprovalLetter
from workflows.messages.ticket import Letter

HOW_TO_WRITE = "https://appriseit.com/services/"

LATER = frozenset({408, 409, 421, 423, 425, 429})
"""Refusals that say "not now"; what else begins with 3 or 4 says that this will never arrive."""

NEEDS_NO_ADDRESS = "{schema}://"
"""How Apprise describes the services of this machine itself: its desktop, its log."""

REACHES_NOBODY = frozenset({"rsyslog"})
"""A log elsewhere."""

_STATUS = re.compile(r"\berror=([3-5]\d\d)\b")

_REASONS = {
    "timed out": "the service did not answer in time",
    "Connection refused": "the service refused the connection",
    "CERTIFICATE_VERIFY_FAILED": "the service's certificate is not trusted",
    "Failed to resolve": "the service's name is not known to the DNS",
}
"""What Apprise may say of a connection, and what we say: never its words, which hold addresses and tokens."""

_OF_A_CONNECTION = "Socket Exception:"
"""How such a line begins. Others quote what was sent and what was answered."""

# Their lines name addresses, tokens and whole URLs: none may reach our logs. And Apprise
# tells why it failed in its debug lines only, to whoever listens to one call.
for _name in ("apprise", "urllib3", "oauthlib", "requests_oauthlib"):
    logging.getLogger(_name).propagate = False
    logging.getLogger(_name).addHandler(logging.NullHandler())
logging.getLogger("apprise").setLevel(logging.DEBUG)


class _Heard(logging.Handler):
    """What Apprise says, for the thread in which it says it; each call has one of its own.

    Apprise's own way is a handler that comes and goes with each call. Where several calls are made at once
    a line is lost now and then: logging skips a handler as another is taken away.
    """

    def __init__(self) -> None:
        super().__init__()
        self._here = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        if (lines := getattr(self._here, "lines", None)) is not None:
            lines.append(record)

    @contextmanager
    def lines(self) -> Iterator[list[logging.LogRecord]]:
        """The lines of what is done in here."""
        lines: list[logging.LogRecord] = []
        self._here.lines = lines
        try:
            yield lines
        finally:
            del self._here.lines


_HEARD = _Heard()
logging.getLogger("apprise").addHandler(_HEARD)


class Unusable(Exception):
    """A secret that is there, and is no channel; the text says why and does not quote it."""


@dataclass(frozen=True)
class Limits:
    """How long a service may take, in seconds, and how many calls it may hold.

    ``connect`` and ``read`` hold for each step of a call, ``whole`` for all of it; ``turn``
    is how long a call waits for one of the ``at_once`` that the same service has.
    """

    connect: float = 4.0
    read: float = 10.0
    whole: float = 30.0
    turn: float = 5.0
    at_once: int = 8


@dataclass(frozen=True)
class ChannelFailure:
    """Why a message did not go out, in words without secrets; and whether it is worth another try."""

    text: str
    permanent: bool = False


Deliver = Callable[[str, SecretSource, Short], Awaitable[ChannelFailure | None]]
"""Takes a short letter to a person's channel, by its name and its place."""

STUCK = ChannelFailure("the service did not answer in time")
BUSY = ChannelFailure("the service has not answered earlier messages yet")
BROKEN = ChannelFailure("the call broke off")


class Channels:
    """Sends short letters through Apprise. At least once, as mail: an answer that is lost is asked for again.

    Apprise's calls block, each in a thread of its own. Every service has so many and no more:
    one that hangs holds up nobody but itself.
    """

    def __init__(
        self,
        current: Callable[[], Procedure],
        links: Links,
        limits: Limits | None = None,
        deliver: Deliver | None = None,
    ) -> None:
        self._current = current
        self._deliver = deliver or self._through_apprise
        self._writer = Writer(links)
        self._limits = limits = limits or Limits()
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(limits.at_once))

    @activity.defn(name="page")
    async def page(self, letter: Letter) -> None:
        """Hand one letter to one channel of its reader; what can never arrive is not tried again."""
        await self._page(letter.notice, partial(self._writer.write_short, letter))

    @activity.defn
    async def page_approval(self, letter: ApprovalLetter) -> None:
        """Hand one letter about an approval to one channel of its reader, on the same terms."""
        await self._page(letter.notice, partial(self._writer.write_short_approval, letter))

    async def _page(
        self,
        notice: Notice[NoticeKind] | Notice[ApprovalNotice],
        write: Callable[[Procedure, datetime], Short],
    ) -> None:
        book, channel = self._current(), notice.channel
        person = book.people.get(notice.to)
        if person is None:
            raise _error(ChannelFailure("no such person in the procedure", permanent=True))
        if channel not in person.channels:
            raise _error(ChannelFailure(f"no channel {channel!r} in the procedure", permanent=True))
        short = write(book, activity.info().scheduled_time)
        if failure := await self._deliver(channel, person.channels[channel], short):
            raise _error(failure)

    async def _through_apprise(
        self, channel: str, source: SecretSource, short: Short
    ) -> ChannelFailure | None:
        try:
            # A file to read, and Apprise to load at its first use: not for the event loop.
            service = await asyncio.to_thread(_service, source, self._limits)
        except (NoSecret, Unusable) as error:
            return ChannelFailure(f"{channel}: {error}", permanent=True)
        async with heartbeats():
            failure = await self._call(service, short)
        where = f"{channel} ({place_of(source)})"
        return ChannelFailure(f"{where}: {failure.text}", failure.permanent) if failure else None

    async def _call(self, service: apprise.NotifyBase, short: Short) -> ChannelFailure | None:
        turns = self._turns[f"{service.schema}://{service.host}:{service.port}"]
        try:
            async with asyncio.timeout(self._limits.turn):
                await turns.acquire()
        except TimeoutError:
            return BUSY
        try:
            async with asyncio.timeout(self._limits.whole):
                # Its turn ends with the thread, not with our patience.
                return await _in_a_thread(partial(_deliver, service, short), turns.release)
        except TimeoutError:
            return STUCK


def working(source: SecretSource) -> str:
    """Empty when a channel can be used; else why not, in words. Asks nobody: only sending tells the rest."""
    try:
        _service(source, Limits())
    except (NoSecret, Unusable) as error:
        return str(error)
    return ""


def _service(source: SecretSource, limits: Limits) -> apprise.NotifyBase:
    """The service behind a channel, held to our limits whatever its URL says."""
    url, place = read_secret(source), place_of(source)
    if len(url.split()) != 1:
        raise Unusable(f"{place}: this holds more than one word: write one Apprise URL, and nothing else")
    schema = url.partition("://")[0].lower()
    known = apprise.NotificationManager()  # type: ignore[no-untyped-call]
    # Before it is read: the services of this machine break on what they do not expect.
    if schema in known and (NEEDS_NO_ADDRESS in known[schema].templates or schema in REACHES_NOBODY):
        raise Unusable(f"{place}: {schema}:// reaches no person: write a service of the network")
    if schema in known and not known[schema].enabled:
        raise Unusable(f"{place}: {schema}:// needs a package that is not installed here: see {HOW_TO_WRITE}")
    service = apprise.Apprise.instantiate(url, asset=_ours())
    if service is None:
        # Only a scheme that Apprise knows is repeated: another may be a part of the secret.
        wrong = (
            f"is not how a {schema}:// URL is written" if schema in known else "is no URL that Apprise knows"
        )
        raise Unusable(f"{place}: this {wrong}: see {HOW_TO_WRITE}")
    service.socket_connect_timeout, service.socket_read_timeout = limits.connect, limits.read
    # Temporal tries again. Behind a redirect a POST becomes a GET, which delivers nothing and
    # answers 200; and a failure that is "optional" counts as delivered.
    service.retry, service.redirects, service.optional = 0, False, False
    return service


def _ours() -> apprise.AppriseAsset:
    """How Apprise is to behave: no files, no pictures from elsewhere, no threads of its own."""
    return apprise.AppriseAsset(
        app_id="Rung",
        app_desc="Rung",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        service_timeout=0,
        interpret_emojis=False,
        pgp_autogen=False,
        pem_autogen=False,
        http_redirects=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY.value,
    )


async def _in_a_thread(
    work: Callable[[], ChannelFailure | None], done: Callable[[], None]
) -> ChannelFailure | None:
    """Do it in a thread that nobody waits for when the worker stops, as a pool's threads are.

    ``done`` is called on the event loop when the thread has ended, however late.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[ChannelFailure | None] = loop.create_future()

    def finish(outcome: ChannelFailure | None) -> None:
        done()
        if not answer.done():
            answer.set_result(outcome)

    def run() -> None:
        outcome: ChannelFailure | None = BROKEN
        try:
            outcome = work()
        finally:
            with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
                loop.call_soon_threadsafe(finish, outcome)

    threading.Thread(target=run, name="channel", daemon=True).start()
    return await answer


def _deliver(service: apprise.NotifyBase, short: Short) -> ChannelFailure | None:
    """One call of Apprise, which catches all that goes wrong in it, and says so in its log only."""
    caller = apprise.Apprise(asset=service.asset)
    caller.add(service)
    with (
        _HEARD.lines() as lines,
        caller.notify(
            body=short.text,
            title=short.title,
            # Whatever the customer wrote is text, and is no markup anywhere.
            body_format=apprise.NotifyFormat.TEXT,
            notify_type=apprise.NotifyType.WARNING,
        ) as result,
    ):
        return None if result else _failure(lines)


def _failure(lines: Iterable[logging.LogRecord]) -> ChannelFailure:
    """What Apprise's log lines mean; nothing of them is repeated but the status."""
    codes, reason = set(), "the service can't be reached, or did not take it"
    for line in lines:
        message = line.getMessage()
        if message.startswith(_OF_A_CONNECTION):
            reason = next((ours for theirs, ours in _REASONS.items() if theirs in message), reason)
        elif line.levelno > logging.DEBUG:
            codes |= {int(code) for code in _STATUS.findall(message)}
    if not codes:
        return ChannelFailure(reason)
    permanent = all(code < 500 and code not in LATER for code in codes)
    return ChannelFailure(f"the service says {', '.join(map(_spoken, sorted(codes)))}", permanent)


def _spoken(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _error(failure: ChannelFailure) -> ApplicationError:
    kind = UNDELIVERABLE if failure.permanent else "NotNow"
    return ApplicationError(failure.text, type=kind, non_retryable=failure.permanent)
