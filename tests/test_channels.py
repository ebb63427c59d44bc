"""Channels besides mail: the real Apprise, against real receivers on this machine."""

from __future__ import annotations

import asyncio
import logging
import socket
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apprise
import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.channels import NEEDS_NO_ADDRESS, REACHES_NOBODY, Channels, Limits, working
from procedure.book.people import SecretSource
from procedure.kinds import Kind
from procedure.record import Entry, Notice
from procedure.ticket.state import HandoverOffer, NoticeKind
from runtime.connection import DATA_CONVERTER
from runtime.links import Links
from tests.northwind import PROCEDURE, northwind
from tests.receivers import SECRETS, Receiver, receivers
from workflows.messages.ticket import Letter

# Apprise looks for a module that Python 3.13 no longer has.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

PATIENT = Limits(connect=60, read=60, whole=60, turn=60)
"""A service on a busy machine is no service that hangs."""


@pytest.fixture(name="receivers")
def three_receivers() -> Iterator[list[Receiver]]:
    """Three services that can be reached."""
    with receivers(3) as running:
        yield running


@pytest.fixture
def receiver(receivers: list[Receiver]) -> Receiver:
    return receivers[0]


def channels(limits: Limits = PATIENT, **sources: SecretSource) -> Channels:
    """The channels of an MSP in which Bo has these."""
    people: Any = PROCEDURE["people"]
    bo = people["bo"] | {"channels": {name: source.model_dump() for name, source in sources.items()}}
    book = northwind(people=people | {"bo": bo})
    return Channels(lambda: book, Links(["0" * 32], "http://rung.test"), limits)


def env(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> SecretSource:
    monkeypatch.setenv(name, value)
    return SecretSource(env=name)


RAN_OUT = Entry(
    NOON, Kind.RAN_OUT, place="first level", what="30 minutes", due=datetime(2026, 11, 24, 11, 58, tzinfo=UTC)
)


def letter(channel: str = "sms", to: str = "bo", kind: NoticeKind = NoticeKind.PAGE, **other: Any) -> Letter:
    return Letter(
        notice=Notice(number=3, kind=kind, to=to, visit=1, channel=channel, why=RAN_OUT),
        **{
            "client": "harbor",
            "helpdesk": "desk",
            "number": "42",
            "title": "Nobody can log in",
            "severity": "critical",
            "reason": "trading platform down, 12 users: the firm can't trade",
            "why": RAN_OUT,
            "status": "open",
            "place": "senior specialist",
            "holder": "bo",
            "opened": NOON,
            "due": NOON + timedelta(minutes=5),
        }
        | other,
    )


async def page(sender: Channels, what: Letter) -> None:
    """As Temporal runs it, but for the server."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, scheduled_time=NOON)
    await environment.run(sender.page, what)


async def failure(sender: Channels, what: Letter) -> ApplicationError:
    with pytest.raises(ApplicationError) as raised:
        await page(sender, what)
    return raised.value


async def test_it_arrives_in_a_few_words(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Severity, client, what is broken, by when to answer where the reader is, why, and one link."""
    sms = env(monkeypatch, "BO_SMS", receiver.url())

    await page(channels(sms=sms), letter())

    (message,) = receiver.took
    assert message["title"] == "CRITICAL, Harbor Trading: Nobody can log in"
    *lines, link = message["message"].splitlines()
    assert lines == [
        "You are paged: acknowledge by 12:05.",
        "trading platform down, 12 users: the firm can't trade",
        "first level's 30 minutes ran out at 11:58",
    ]
    assert link.startswith("http://rung.test/ticket/staff/")
    assert message["message"].count("http") == 1


async def test_a_drill_and_a_pace_are_said(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything else, and wherever times are shown."""
    await page(channels(sms=env(monkeypatch, "BO_SMS", receiver.url())), letter(drill=True, pace=60))

    (message,) = receiver.took
    assert message["title"].startswith("DRILL: CRITICAL")
    assert "Demonstration pace 60: an hour takes 1 minute." in message["message"]


async def test_whatever_the_customer_wrote_it_stays_short(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three text messages at most, of one line each fact, in characters that a text message takes cheaply."""
    long = "“Nobody”\r\nBcc: x\x00 – " + "very long " * 50

    why = Entry(NOON, Kind.CALLED_UP, words=long)
    await page(
        channels(sms=env(monkeypatch, "BO_SMS", receiver.url())), letter(title=long, reason=long, why=why)
    )

    (message,) = receiver.took
    assert message["title"].startswith('CRITICAL, Harbor Trading: "Nobody" Bcc: x - very long')
    assert len(message["title"]) <= 100
    assert len(message["message"].splitlines()) == 4
    assert len(message["title"] + message["message"]) <= 3 * 153
    assert (message["title"] + message["message"]).isascii()


async def test_what_is_offered_at_a_change_of_shifts_says_by_whom(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = HandoverOffer("sam", "bo", NOON, NOON + timedelta(minutes=15))
    told = letter(kind=NoticeKind.OFFERED, client="harbor", handover=offered)
    await page(channels(sms=env(monkeypatch, "BO_SMS", receiver.url())), told)

    assert "Sam Ortega hands it over to you: accept by 12:15." in receiver.took[0]["message"]


OF_A_LIST = (NoticeKind.HANDOVER, NoticeKind.OFFERED)


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in OF_A_LIST])
async def test_every_kind_can_be_said_shortly(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, kind: NoticeKind
) -> None:
    """In its mail's first sentence."""
    await page(channels(sms=env(monkeypatch, "BO_SMS", receiver.url())), letter(kind=kind, client="harbor"))

    (message,) = receiver.took
    assert message["message"].strip()


@pytest.mark.parametrize("status", [301, 302, 400, 401, 402, 403, 404, 405, 410, 413, 422])
async def test_a_refusal_is_final(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Said with the status and where the channel is written; a redirect is never followed into a 200."""
    receiver.says = [status]

    error = await failure(channels(sms=env(monkeypatch, "BO_SMS", receiver.url())), letter())

    assert (error.type, error.non_retryable) == ("Undeliverable", True)
    assert error.message.startswith(f"sms (BO_SMS): the service says {status} ")
    assert receiver.took == []


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_a_service_in_trouble_is_tried_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """The next attempt arrives, once."""
    receiver.says = [status]
    sender = channels(sms=env(monkeypatch, "BO_SMS", receiver.url()))

    error = await failure(sender, letter())
    await page(sender, letter())

    assert (error.type, error.non_retryable) == ("NotNow", False)
    assert len(receiver.took) == 1


async def test_the_url_can_not_turn_a_failure_into_a_delivery(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither as an optional service, nor behind a redirect, nor by attempts of Apprise's own."""
    receiver.says = [500, 302]
    sms = env(monkeypatch, "BO_SMS", receiver.url() + "&optional=yes&redirect=yes&retry=5&wait=0.01")

    first = await failure(channels(sms=sms), letter())
    second = await failure(channels(sms=sms), letter())

    assert [first.type, second.type] == ["NotNow", "Undeliverable"]
    assert receiver.took == []


async def test_a_service_that_never_answers_is_not_waited_for(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.hangs = True

    sender = channels(replace(PATIENT, read=0.5), sms=env(monkeypatch, "BO_SMS", receiver.url()))

    error = await failure(sender, letter())

    assert error.type == "NotNow"
    assert error.message == "sms (BO_SMS): the service did not answer in time"


async def test_nor_is_one_that_answers_for_ever(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then is no answer."""
    receiver.dribbles = True
    sender = channels(replace(PATIENT, whole=0.5), sms=env(monkeypatch, "BO_SMS", receiver.url()))

    error = await failure(sender, letter())

    assert (error.type, error.message) == ("NotNow", "sms (BO_SMS): the service did not answer in time")


async def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        error = await failure(channels(sms=env(monkeypatch, "BO_SMS", f"json://127.0.0.1:{port}")), letter())

    assert error.type == "NotNow"
    assert error.message == "sms (BO_SMS): the service refused the connection"


async def test_a_channel_that_fails_stops_no_other(
    receivers: list[Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of a person's channels at once: one refuses, one hangs, one arrives."""
    refusing, hanging, good = receivers
    refusing.says, hanging.hangs = [403], True
    sender = channels(
        sms=env(monkeypatch, "BO_SMS", refusing.url()),
        voice=env(monkeypatch, "BO_VOICE", hanging.url()),
        chat=env(monkeypatch, "BO_CHAT", good.url()),
    )

    voice = asyncio.create_task(page(sender, letter("voice")))
    refused, arrived = await asyncio.gather(
        page(sender, letter("sms")), page(sender, letter("chat")), return_exceptions=True
    )

    assert isinstance(refused, ApplicationError)
    assert refused.type == "Undeliverable"
    assert arrived is None
    assert len(good.took) == 1
    assert not voice.done()
    hanging.let_go.set()
    with pytest.raises(ApplicationError):
        await voice


async def test_a_hanging_service_holds_only_its_own_turns(
    receivers: list[Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty pages through the others arrive meanwhile; its own next ones are told to come again."""
    hanging, second, third = receivers
    hanging.hangs = True
    sender = channels(
        Limits(connect=5, read=60, whole=60, turn=0.05, at_once=2),
        voice=env(monkeypatch, "BO_VOICE", hanging.url()),
        sms=env(monkeypatch, "BO_SMS", second.url()),
    )
    patient = channels(
        Limits(at_once=2, turn=60),
        sms=env(monkeypatch, "BO_SMS", second.url()),
        chat=env(monkeypatch, "BO_CHAT", third.url()),
    )

    held = [asyncio.create_task(page(sender, letter("voice"))) for _ in range(2)]
    await asyncio.to_thread(hanging.reached.wait)
    await page(sender, letter("sms"))
    await asyncio.gather(*(page(patient, letter(name)) for name in ("sms", "chat") for _ in range(10)))
    error = await failure(sender, letter("voice"))

    assert (len(second.took), len(third.took)) == (11, 10)
    assert not any(task.done() for task in held)
    assert error.type == "NotNow"
    assert error.message == "voice (BO_VOICE): the service has not answered earlier messages yet"
    hanging.let_go.set()
    assert all(isinstance(e, ApplicationError) for e in await asyncio.gather(*held, return_exceptions=True))
    hanging.hangs = False
    await page(sender, letter("voice"))
    assert len(hanging.took) == 1, "the turns come back with the answers"


async def test_who_no_longer_waits_gives_the_turn_back(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that is called off while it is sent."""
    receiver.hangs = True
    sender = channels(Limits(turn=60, at_once=1, read=60), sms=env(monkeypatch, "BO_SMS", receiver.url()))
    called_off = asyncio.create_task(page(sender, letter()))
    await asyncio.to_thread(receiver.reached.wait)

    called_off.cancel()
    with pytest.raises(asyncio.CancelledError):
        await called_off
    receiver.hangs = False
    receiver.let_go.set()
    await page(sender, letter())

    assert len(receiver.took) == 1


async def test_each_failure_is_of_its_own_call(
    receivers: list[Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the same time, three services say three things."""
    for status, receiver in zip((403, 404, 503), receivers, strict=True):
        receiver.says = [status] * 10
    sender = channels(
        PATIENT,
        **{name: env(monkeypatch, name.upper(), r.url()) for name, r in zip("abc", receivers, strict=True)},
    )

    errors = await asyncio.gather(*(failure(sender, letter(name)) for name in "abc" * 10))

    told = [(error.message.split()[0], error.message.split()[5]) for error in errors]
    assert told == [("a", "403"), ("b", "404"), ("c", "503")] * 10


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "BO_SMS: this environment variable is not set, or empty"),
        ("s3cret-password", "BO_SMS: this is no URL that Apprise knows: see"),
        ("s3cret-path://s3cret-password", "BO_SMS: this is no URL that Apprise knows: see"),
        ("file:///s3cret-path", "BO_SMS: this is no URL that Apprise knows: see"),
        ("json://", "BO_SMS: this is not how a json:// URL is written: see"),
        ("twilio://s3cret-password", "BO_SMS: this is not how a twilio:// URL is written: see"),
        ("json://a/s3cret-path\njson://b", "BO_SMS: this holds more than one word: write one Apprise URL"),
        ("syslog://", "BO_SMS: syslog:// reaches no person: write a service of the network"),
        ("rsyslog://127.0.0.1", "BO_SMS: rsyslog:// reaches no person: write a service of the network"),
        (
            "macosx://?sound=s3cret-path",
            "BO_SMS: macosx:// reaches no person: write a service of the network",
        ),
        ("mqtt://127.0.0.1/s3cret-path", "BO_SMS: mqtt:// needs a package that is not installed here: see"),
    ],
)
async def test_what_is_no_channel_is_final(monkeypatch: pytest.MonkeyPatch, value: str, why: str) -> None:
    """Said with the variable's name and never with its value; ``check`` says the same without sending."""
    sms = env(monkeypatch, "BO_SMS", value)

    error = await failure(channels(sms=sms), letter())

    assert (error.type, error.non_retryable) == ("Undeliverable", True)
    assert error.message.startswith(f"sms: {why}")
    assert working(sms).startswith(why)
    assert "s3cret" not in str(error) + working(sms)


async def test_a_secret_may_be_in_a_file(receiver: Receiver, tmp_path: Path) -> None:
    path = tmp_path / "bo-sms"
    path.write_text(receiver.url() + "\n")
    sms = SecretSource(file=str(path))

    await page(channels(sms=sms), letter())

    assert len(receiver.took) == 1
    assert working(sms) == ""


def test_a_file_that_does_not_do_is_named(tmp_path: Path) -> None:
    missing, empty, strange = (tmp_path / name for name in ("missing", "empty", "strange"))
    empty.write_text("\n")
    strange.write_bytes(b"json://127.0.0.1/\xff")

    told = [working(SecretSource(file=str(path))) for path in (missing, empty, strange)]

    assert told == [
        f"{missing}: this file can't be read (No such file or directory)",
        f"{empty}: this file is empty",
        f"{strange}: this file is not UTF-8 text",
    ]
    assert "write env:" in working(SecretSource())


async def test_who_is_gone_or_has_no_such_channel_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files have changed since the page was decided."""
    gone = await failure(channels(), letter(to="nobody"))
    without = await failure(channels(), letter("sms"))

    assert (gone.type, gone.message) == ("Undeliverable", "no such person in the procedure")
    assert (without.type, without.message) == ("Undeliverable", "no channel 'sms' in the procedure")


@pytest.fixture
def our_log() -> Iterator[list[str]]:
    """All that reaches the handlers of the process's log, at its loudest."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    root, kept = logging.getLogger(), Kept()
    before = root.level
    root.addHandler(kept)
    root.setLevel(logging.NOTSET)
    yield lines
    root.removeHandler(kept)
    root.setLevel(before)


async def test_no_secret_is_ever_told(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, our_log: list[str]
) -> None:
    """Not in a log at its loudest, in an error with its traceback, or in what a history keeps."""
    receiver.says = [200, 403, 500]
    sender = channels(
        sms=env(monkeypatch, "BO_SMS", receiver.url()),
        form=env(monkeypatch, "BO_FORM", receiver.url("form")),
        wrong=env(monkeypatch, "BO_WRONG", "slack://s3cret-path/s3cret-password?s3cret-header"),
        nowhere=env(monkeypatch, "BO_NOWHERE", "json://u:s3cret-password@127.0.0.1:1/s3cret-path"),
    )
    told = ""

    await page(sender, letter("sms"))
    for name in ("sms", "form", "wrong", "nowhere"):
        error = await failure(sender, letter(name))
        kept = Failure()
        await DATA_CONVERTER.encode_failure(error, kept)
        told += (
            "".join(traceback.format_exception(error))
            + str(kept)
            + kept.SerializeToString().decode("latin-1")
        )
    told += "".join(our_log)

    assert "BO_SMS" in told
    assert [secret for secret in SECRETS if secret in told] == []
    assert "/ticket/staff/" not in told


def test_services_of_this_machine_are_known_by_their_address() -> None:
    """A new Apprise may bring others: look whether they reach a person."""
    manager: Any = apprise.NotificationManager()  # type: ignore[no-untyped-call]
    local = {s for s in manager.schemas(include_disabled=True) if NEEDS_NO_ADDRESS in manager[s].templates}

    assert local == {
        "blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows",
    }  # fmt: skip
    assert all(schema in manager for schema in REACHES_NOBODY)
