"""Calendars by their address, from a real server: whatever it does, the last good copy stays in use."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from runtime.feeds import Feeds
from runtime.procedure_folder import ProcedureFolder
from tests.procedure.book.test_files import (
    BOOK,
    FILES,
    ICAL,
    PROCEDURE,
    WHO,
    rota,
    write,
)

Answer = tuple[int, dict[str, str], bytes]
SECRET = "s3cret-of-the-feed"
ADDRESS = "RUNG_TEST_FEED_ADDRESS"


class Server:
    """A server of calendars on this machine, that answers as it is told."""

    def __init__(self) -> None:
        self.answer: Answer | Callable[[str], Answer] = (200, {}, ICAL.encode())
        self.stuck = False
        self.asked: list[str] = []
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    def address(self, path: str = f"/{SECRET}.ics") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
            self.asked.append(path)
            if self.stuck:
                await reader.read()  # until the other side gives up
                return
            status, headers, body = self.answer(path) if callable(self.answer) else self.answer
            lines = {"Content-Length": str(len(body)), "Connection": "close"} | headers
            head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
            writer.write(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    server = Server()
    await server.start()
    monkeypatch.setenv(ADDRESS, server.address())
    yield server
    await server.stop()


FED = PROCEDURE.replace(*rota(f"calendar: {{secret_url: {{env: {ADDRESS}}}}}"))


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A procedure whose rota has a feed, and beside it a place for copies."""
    write(tmp_path / "procedure", {**FILES, BOOK: FED})
    return tmp_path


def folder_in(here: Path, timeout: float = 20.0) -> ProcedureFolder:
    return ProcedureFolder(here / "procedure", Feeds(here / "copies", timeout))


def on_call(folder: ProcedureFolder) -> list[str]:
    """Who is on call by the feed, in order."""
    return [shift.person for shift in folder.current().almanac.shifts.get("seniors", ())]


def copies(here: Path) -> list[Path]:
    return sorted((here / "copies").iterdir()) if (here / "copies").exists() else []


async def test_a_feed_gives_its_rota_shifts_and_leaves_a_copy_for_its_owner_alone(
    here: Path, server: Server
) -> None:
    folder = folder_in(here)
    assert on_call(folder) == []
    assert "was not fetched yet" in folder.fault

    await folder.refresh()

    assert (on_call(folder), folder.fault) == (["ana"], "")
    (copy,) = copies(here)
    assert copy.read_bytes() == ICAL.encode()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert SECRET not in copy.name


async def test_a_feed_that_changes_is_in_force(here: Path, server: Server) -> None:
    folder = folder_in(here)
    await folder.refresh()
    server.answer = (200, {}, ICAL.replace("Ana Ruiz", "Ben Okafor").encode())
    await folder.refresh()
    assert (on_call(folder), folder.fault) == (["ben"], "")
    assert len(copies(here)) == 1


def loop(path: str) -> Answer:
    return 302, {"Location": "/again"}, b""


GONE = ICAL.replace("Ana Ruiz", "Zed").encode()
FAILURES: list[tuple[str, Any, str]] = [
    ("an error of the server", (500, {}, b"sorry"), "could not be read (HTTP 500)"),
    ("nothing there", (404, {}, b"no"), "could not be read (HTTP 404)"),
    ("nothing new", (304, {}, b""), "could not be read (HTTP 304)"),
    ("redirects without end", loop, "could not be read (it redirects more than 3 times)"),
    ("a redirect to a file", (302, {"Location": "file:///etc/passwd"}, b""), "that is not https"),
    ("too much", (200, {}, b"x" * 3_000_000), "could not be read (its answer is bigger than 1 MB)"),
    ("compressed", (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b"), "(its answer is compressed)"),
    ("half of an answer", (200, {"Content-Length": "99999"}, b"BEGIN:VCAL"), "(its answer breaks off"),
    ("a page", (200, {}, b"<html>Sign in</html>"), "was refused (this is no iCal calendar"),
    (
        "a stranger",
        (200, {}, GONE),
        "was refused (the event 'Zed' of 2000-01-03 (UID 1): 'Zed' is nobody known",
    ),
    ("half of a calendar", (200, {}, ICAL.encode()[:-14]), "was refused (this calendar is cut off"),
]


@pytest.mark.parametrize(("answer", "says"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
async def test_a_feed_that_fails_keeps_its_last_good_copy(
    here: Path, server: Server, answer: Any, says: str
) -> None:
    """Says so with the copy's age, and not any more once it is well again."""
    folder = folder_in(here)
    await folder.refresh()
    server.answer = answer

    await folder.refresh()

    assert on_call(folder) == ["ana"]
    assert f"the calendar of 'seniors' {says}" in folder.fault or says in folder.fault
    assert "since " in folder.fault and "is in use" in folder.fault
    assert folder.current().almanac.faults["seniors"] == folder.fault
    server.answer = (200, {}, ICAL.encode())
    await folder.refresh()
    assert (on_call(folder), folder.fault) == (["ana"], "")


async def test_a_feed_that_never_answers_is_given_up(here: Path, server: Server) -> None:
    server.stuck = True
    folder = folder_in(here, timeout=0.2)
    await folder.refresh()
    assert "(no answer within 0.2 seconds)" in folder.fault
    assert "there is no copy, so it says of nobody that they are on call" in folder.fault


async def test_a_feed_that_trickles_is_given_up(here: Path, server: Server) -> None:
    """A byte now and then keeps no connection open for ever."""
    server.answer = (200, {"Content-Length": "500000"}, b"x")
    folder = folder_in(here, timeout=0.5)
    await folder.refresh()
    assert "could not be read" in folder.fault


async def test_after_a_restart_the_copy_on_disk_is_in_use_at_once(here: Path, server: Server) -> None:
    first = folder_in(here)
    await first.refresh()
    await server.stop()

    second = folder_in(here)

    assert on_call(second) == ["ana"]
    await second.refresh()
    assert on_call(second) == ["ana"]
    assert "the calendar of 'seniors' could not be read (no connection) since" in second.fault
    await server.start()
    await second.refresh()
    assert second.fault == ""


async def test_another_address_does_not_find_the_copy_of_the_former(here: Path, server: Server) -> None:
    await folder_in(here).refresh()
    other = PROCEDURE.replace(*rota(f"calendar: {{url: {server.address('/other.ics')}}}"))
    write(here / "procedure", {BOOK: other})
    assert on_call(folder_in(here)) == []


async def test_redirects_are_followed(here: Path, server: Server) -> None:
    def moved(path: str) -> Answer:
        if path == "/new.ics":
            return 200, {}, ICAL.encode()
        return 301, {"Location": "/new.ics"}, b""

    server.answer = moved
    folder = folder_in(here)
    await folder.refresh()
    assert (on_call(folder), server.asked) == (["ana"], [f"/{SECRET}.ics", "/new.ics"])


async def test_without_its_secret_a_feed_names_the_place_to_put_it(
    here: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ADDRESS)
    folder = folder_in(here)
    await folder.refresh()
    assert f"could not be read ({ADDRESS}: this environment variable is not set" in folder.fault


@pytest.mark.parametrize(
    "address", [f"ftp://x.example/{SECRET}", SECRET, f"http://[{SECRET}", f"file:///{SECRET}"]
)
async def test_an_address_that_is_none_is_not_repeated(
    here: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv(ADDRESS, address)
    folder = folder_in(here)
    await folder.refresh()
    assert "could not be read" in folder.fault
    assert SECRET not in folder.fault


async def test_what_is_left_out_of_a_feed_is_logged_when_it_changes(here: Path, server: Server) -> None:
    old = "BEGIN:VEVENT\nSUMMARY:Zed\nDTSTART:20190102T090000\nDTEND:20190103T090000\nEND:VEVENT\n"
    server.answer = (200, {}, ICAL.replace("BEGIN:VEVENT", f"{old}BEGIN:VEVENT", 1).encode())
    folder = folder_in(here)
    with structlog.testing.capture_logs() as logs:
        await folder.refresh()
        await folder.refresh()
    assert (on_call(folder), folder.fault) == (["ana"], "")
    (log,) = (log for log in logs if log["event"] == "events of a calendar left out")
    assert (log["rota"], log["number"]) == ("seniors", 1)
    assert log["first"].startswith("the event 'Zed' of 2019-01-02: DTSTART")


async def test_a_copy_that_can_not_be_kept_is_no_trouble_now(here: Path, server: Server) -> None:
    """The calendar is in use; the log says that a restart would not find it."""
    (here / "copies").write_text("a file where a folder should be")
    folder = folder_in(here)
    with structlog.testing.capture_logs() as logs:
        await folder.refresh()
    assert (on_call(folder), folder.fault) == (["ana"], "")
    assert [log["event"] for log in logs] == ["copy of a calendar not kept"]


async def test_the_address_is_never_said(
    here: Path, server: Server, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not in a log line, not in a fault, whatever happens."""
    caplog.set_level(logging.INFO)
    folder = folder_in(here, timeout=0.5)
    with structlog.testing.capture_logs() as logs:
        for _, answer, _ in FAILURES:
            server.answer = answer
            await folder.refresh()
            assert SECRET not in folder.fault
        await server.stop()
        await folder.refresh()
    assert logs
    assert SECRET not in f"{logs}{folder.fault}{caplog.text}{capfd.readouterr()}"


async def test_whoever_leaves_is_left_out_of_the_copy_in_use(here: Path, server: Server) -> None:
    """A feed that names somebody who is no longer there does not take its rota down."""
    two = ICAL.replace("END:VCALENDAR\n", ICAL.replace("BEGIN:VCALENDAR\n", ""))
    server.answer = (200, {}, two.replace("Ana Ruiz", "Cy Tanaka", 1).replace("UID:1", "UID:2", 1).encode())
    folder = folder_in(here)
    await folder.refresh()
    people = FILES[WHO].replace(
        "cy: {name: Cy Tanaka, mail: cy@northwind.example}", "cy: {name: Di, mail: d@n.example}"
    )
    write(here / "procedure", {WHO: people})

    again = folder_in(here)

    assert on_call(again) == ["ana"]
    assert "can't be used: the event 'Cy Tanaka'" in again.fault


async def test_the_folder_keeps_itself_fresh(
    here: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files and feeds, while everybody who asks is answered at once."""
    monkeypatch.setattr("runtime.procedure_folder.LOOK_EVERY", 0.02)
    folder = folder_in(here)
    task = asyncio.create_task(folder.keep_fresh(every=0.05))
    try:
        await until(lambda: on_call(folder) == ["ana"])
        server.answer = (200, {}, ICAL.replace("Ana Ruiz", "Ben Okafor").encode())
        await until(lambda: on_call(folder) == ["ben"])
        write(here / "procedure", {BOOK: FED.replace("name: Northwind", "name: Southwind")})
        await until(lambda: folder.current().name == "Southwind")
        assert on_call(folder) == ["ben"]
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_feed_that_is_new_in_the_files_is_fetched_at_once(
    here: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.procedure_folder.LOOK_EVERY", 0.02)
    write(here / "procedure", {BOOK: PROCEDURE})
    folder = folder_in(here)
    task = asyncio.create_task(folder.keep_fresh(every=3600))
    try:
        await until(lambda: folder._kept)
        write(here / "procedure", {BOOK: FED})
        os.utime(here / "procedure" / BOOK, (1, 1))
        await until(lambda: on_call(folder) == ["ana"])
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; the test's own time limit ends what never does."""
    while not holds():
        await asyncio.sleep(0.01)
