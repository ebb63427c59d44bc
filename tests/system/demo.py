"""A running `make run`, from the outside: its screen, its mailbox, its webhooks and its command line."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import itertools
import json
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
import pytest
from click.testing import CliRunner

from starter import cli
from tests.received import link_in

ROOT = Path(__file__).parents[2]
HERE = "127.0.0.1"
MARK = "STARTED_BY_THE_TEST"
PORTS = ("temporal", "ui", "gateway", "smtp", "mailbox")

START = 60.0
STOP = 60.0
WAIT = 30.0
"""Seconds: deadlines for what is waited for, not what it is expected to take."""

Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None], what: str, within: float = WAIT) -> Found:
    """What ``look`` finds as soon as it finds something; the test fails if it never does."""
    for pause in pauses(within):
        if found := look():
            return found
        time.sleep(pause)
    pytest.fail(f"not within {within:g} s: {what}")


def pauses(within: float) -> Iterator[float]:
    """Seconds between two looks, until a deadline: what is not there soon takes its time, and to look again
    and again takes the cores from those who are waited for."""
    deadline = time.monotonic() + within
    for pause in itertools.chain((0.05, 0.05, 0.1, 0.1, 0.2), itertools.repeat(0.4)):
        if time.monotonic() > deadline:
            return
        yield pause


def _own_ports() -> Iterator[int]:
    """Below those that a system gives to whoever connects somewhere (32768 on Linux): one of them could go
    to a connection before what is started listens on it. Each of pytest's workers has a range of its own,
    and begins somewhere in it: another run may be under way on this machine."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw7").removeprefix("gw")) % 8
    first, many = 12_000 + worker * 2_500, 2_500
    begin = random.SystemRandom().randrange(many)
    for turn in itertools.count():
        yield first + (begin + turn) % many


PORTS_OF_THIS_WORKER = _own_ports()


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses now, each given once."""
    return list(itertools.islice(filter(_is_free, PORTS_OF_THIS_WORKER), count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HERE, port))
        except OSError:
            return False
        return True


FOR_RUNG = ("RUNG_", "TEMPORAL_")
ELSEWHERE = {name: value for name, value in os.environ.items() if not name.startswith(FOR_RUNG)}
"""This environment without anything that is meant for another Rung; as it was at first, for a command that is
given in this process has it changed, and beside it a part may be started."""


def environment(**more: str) -> dict[str, str]:
    """What a program of ours is started with."""
    return ELSEWHERE | more


def started_by(mark: str) -> list[psutil.Process]:
    """Every process that carries a mark in its environment, whoever its parent is by now."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == mark:
                found.append(process)
    return found


def left_behind(mark: str) -> list[str]:
    """The command lines of those that have not ended within the time a stop may take."""
    _, alive = psutil.wait_procs(started_by(mark), timeout=STOP)
    return [" ".join(process.cmdline()) for process in alive]


@dataclass(frozen=True)
class Mail:
    """A mail as the mailbox's REST interface tells it."""

    number: int
    to: str
    subject: str
    text: str
    html: str

    @property
    def link(self) -> str:
        return link_in(self.text)


class Demo:
    """One run of run.py."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        mark: str,
        state: Path,
        ports: dict[str, int],
        procedure: Path,
    ) -> None:
        self.process = process
        self.procedure = procedure
        self.mark = mark
        self.state = state
        self.ports = ports
        self.gateway = f"http://{HERE}:{ports['gateway']}"
        self.mailbox = f"http://{HERE}:{ports['mailbox']}"
        self.browser = httpx.Client(timeout=WAIT)
        self._letters: dict[int, tuple[str, str]] = {}

    # Its screen and its end ---------------------------------------------------------------

    @property
    def screen(self) -> str:
        return (self.state / "screen").read_text()

    def is_up(self) -> None:
        """Wait until the screen says that everything runs."""

        def shown() -> bool:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.screen}"
            return "Ctrl-C stops everything" in self.screen

        eventually(shown, "the screen of make run", START)

    def stop(self) -> int:
        """Press Ctrl-C; with what exit code it ends."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP)

    # Its mailbox ----------------------------------------------------------------------------

    def mails(self) -> list[Mail]:
        """All mails that have arrived, oldest first."""
        listed = self.browser.get(f"{self.mailbox}/messages/").json()["messages"]
        return sorted((self._mail(entry) for entry in listed), key=lambda mail: mail.number)

    def _mail(self, entry: dict[str, Any]) -> Mail:
        number = entry["id"]
        if number not in self._letters:
            url = f"{self.mailbox}/messages/{number}"
            self._letters[number] = (
                self.browser.get(f"{url}.plain").text,
                self.browser.get(f"{url}.html").text,
            )
        text, html = self._letters[number]
        return Mail(number, ", ".join(entry["recipients"]["to"]), entry["subject"], text, html)

    def mail(self, to: str, about: str, saying: str = "", after: int = 0) -> Mail:
        """The first mail to an address with these words in subject and text; waits for it."""

        def arrived() -> Mail | None:
            found = (m for m in self.mails() if m.number > after and to in m.to and about in m.subject)
            return next((mail for mail in found if saying in mail.text), None)

        return eventually(arrived, f"a mail to {to} about {about!r} saying {saying!r}")

    # Its webhooks ---------------------------------------------------------------------------

    def secret(self, name: str) -> str:
        return str(json.loads((self.state / "secrets.json").read_text())[name])

    def sends(self, event: object, signature: str | None = None) -> httpx.Response:
        """The generic helpdesk sends an event, signed unless a test says otherwise."""
        body = json.dumps(event).encode()
        if signature is None:
            key = self.secret("RUNG_SECRET_GENERIC").encode()
            signature = "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
        return self.browser.post(
            f"{self.gateway}/helpdesk/generic", content=body, headers={"X-Rung-Signature": signature}
        )

    def opens(self, number: str, title: str, client: str = "harbor", **facts: object) -> str:
        """A ticket comes in from the generic helpdesk; its id."""
        ticket = {"number": number, "client": client, "title": title, **facts}
        event = {"event_id": f"new-{number}", "at": datetime.now(UTC).isoformat(), "ticket": ticket}
        answer = self.sends(event)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["ticket"])

    # Its command line -----------------------------------------------------------------------

    @property
    def address(self) -> str:
        return f"{HERE}:{self.ports['temporal']}"

    def types(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Type a command of starter.py beside it."""
        return starter(*words, TEMPORAL_ADDRESS=self.address)

    def starter(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Give a command of starter.py beside it, without a process of its own."""
        return command_line(*words, TEMPORAL_ADDRESS=self.address)

    def check(self, *options: str) -> str:
        """What the check of its procedure says."""
        checked = self.starter("check", str(self.procedure), *options)
        assert (checked.returncode, checked.stderr) == (0, "")
        return checked.stdout

    def ticket(self, ident: str) -> dict[str, Any]:
        """Everything about a ticket, as `starter.py show --json` tells it."""

        def opened() -> dict[str, Any] | None:
            shown = self.starter("show", ident, "--json")
            if "It is just being opened" in shown.stderr:
                return None
            assert shown.returncode == 0, shown.stderr
            return dict(json.loads(shown.stdout))

        return eventually(opened, f"{ident} is open")

    def ticket_when(self, ident: str, so: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """The ticket as soon as it is so."""

        def look() -> dict[str, Any] | None:
            ticket = self.ticket(ident)
            return ticket if so(ticket) else None

        return eventually(look, f"{ident}: {what}")


def starter(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Type a command of starter.py."""
    return subprocess.run(
        [sys.executable, str(ROOT / "starter.py"), *words],
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )


def command_line(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The same command in the test's own process: the start of a process takes longer than what it does."""
    foreign = dict.fromkeys(os.environ.keys() - ELSEWHERE.keys())
    # In a thread: a test with a browser has an event loop, and a command makes its own.
    with ThreadPoolExecutor(1) as beside:
        given = beside.submit(CliRunner().invoke, cli, words, env=foreign | variables, prog_name="starter.py")
        done = given.result(WAIT)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


def command(state: Path, ports: dict[str, int], **options: object) -> list[str]:
    """What is typed to start everything, after the name of a Python."""
    more = {"state": state, **{f"{name}-port": port for name, port in ports.items()}, **options}
    return [str(ROOT / "run.py"), *(f"--{name}={value}" for name, value in more.items())]


def ports() -> dict[str, int]:
    """A free port for each of its parts."""
    return dict(zip(PORTS, free_ports(len(PORTS)), strict=True))


@contextlib.contextmanager
def running(state: Path, at: dict[str, int] | None = None, **options: object) -> Iterator[Demo]:
    """Everything, started with run.py and its options; ended at the end if the test did not."""
    at, mark = at or ports(), secrets.token_hex(8)
    state.mkdir(parents=True, exist_ok=True)
    with (state / "screen").open("wb") as screen:
        process = subprocess.Popen(
            [sys.executable, *command(state, at, **options)],
            cwd=ROOT,
            env=environment(**{MARK: mark}),
            stdout=screen,
            stderr=screen,
            start_new_session=True,
        )
    procedure = Path(str(options.get("procedure", ROOT / "examples" / "northwind")))
    demo = Demo(process, mark, state, at, procedure)
    try:
        demo.is_up()
        yield demo
    finally:
        demo.browser.close()
        if process.poll() is None:
            demo.stop()


OWN_USER = 2
"""The number that the service user of Rung has in the helpdesk."""


def northwind(folder: Path) -> Path:
    """A copy of the example, as somebody has it who has connected django-helpdesk; nobody is on leave."""
    shutil.copytree(ROOT / "examples" / "northwind", folder)
    people = folder / "people.yaml"
    there, on_leave = re.subn(r"  leave:\n(    - .*\n)+", "", people.read_text())
    assert on_leave == 1
    people.write_text(there)
    file, secret = folder / "procedure.yaml", "secret: {env: RUNG_SECRET_DJANGO_HELPDESK}\n"
    # What is promised is proved at each start of a worker, which takes two seconds (tests/procedure/proof).
    text, promised = re.subn(r"^promises:\n(?: .*\n)+", "", file.read_text(), flags=re.MULTILINE)
    assert promised == 1
    assert text.count(secret) == 1
    file.write_text(text.replace(secret, f"{secret}    own_users: [{OWN_USER}]\n"))
    return folder


@contextlib.contextmanager
def at_an_easy_pace(folder: Path) -> Iterator[Demo]:
    """A demo of that copy: nobody's time runs out while a test plays a human."""
    with running(folder / "state", procedure=northwind(folder / "northwind"), pace=2) as everything:
        yield everything
