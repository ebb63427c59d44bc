"""`make run` as a newcomer meets it: it starts, it shows where everything is, it ends, it goes on."""

from __future__ import annotations

import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from tests.system.demo import (
    HERE,
    MARK,
    ROOT,
    STOP,
    Demo,
    command,
    environment,
    left_behind,
    northwind,
    ports,
    running,
    started_by,
)


def test_the_screen_says_where_everything_is(demo: Demo) -> None:
    """The mailbox, the Temporal UI and the gateway answer at the addresses that are shown."""
    assert "Pace 2: an agreed hour takes 1800 seconds." in demo.screen
    shown = re.findall(r"http://\S+", demo.screen)
    *places, emergency, complaints = shown
    assert places == [demo.mailbox, f"http://{HERE}:{demo.ports['ui']}", demo.gateway]
    ready = f"{demo.gateway}/ready"
    for url in (demo.mailbox, f"http://{HERE}:{demo.ports['ui']}", ready, emergency, complaints):
        assert httpx.get(url, follow_redirects=True).status_code == 200, url


def test_the_screen_and_the_readme_name_the_same_first_ticket(demo: Demo) -> None:
    """Whoever reads both types one thing."""
    (command,) = re.findall(r"starter\.py open .*", demo.screen)
    assert f"\n       .venv/bin/python {command}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_screen_says_whose_private_pages_it_lists_and_that_the_others_are_in_mails(demo: Demo) -> None:
    """What opens no page by itself does not look as if it did."""
    assert f"{demo.gateway}      takes webhooks; its pages are behind the links in the mails\n" in demo.screen
    _, found, theirs = demo.screen.partition("Two private pages of Harbor Trading, a client, for everybody")
    assert found, demo.screen
    emergency, complaints = re.findall(r"http://\S+", theirs)
    assert re.search(r"Emergency +when something is down .*\n +" + re.escape(emergency), theirs)
    assert re.search(r"Complaints +when they are not happy .*\n +" + re.escape(complaints), theirs)
    for url in (emergency, complaints):
        assert "Harbor Trading" in httpx.get(url).text


def test_the_ticket_on_the_screen_can_be_opened_as_it_stands_there(demo: Demo) -> None:
    """Who types what is shown has a ticket, and the first page mail in the mailbox."""
    shown = re.search(
        r"starter\.py open \"(.+?)\" --client (\S+) --system \"(.+?)\" --state (\S+)", demo.screen
    )
    assert shown, demo.screen
    elsewhere = f"TEMPORAL_ADDRESS={HERE}:{demo.ports['temporal']} RUNG_PROCEDURE="
    assert elsewhere in demo.screen
    title, client, system, state = shown.groups()
    opened = demo.starter("open", title, "--client", client, "--system", system, "--state", state)
    assert opened.returncode == 0, opened.stderr
    assert opened.stdout.startswith(f"ticket-{client}-phone-")
    demo.mail("ana@northwind.example", title)


def test_everything_listens_on_this_machine_only(demo: Demo) -> None:
    """No port of any part can be reached from another machine."""
    listening = [
        (process.name(), connection.laddr)
        for process in started_by(demo.mark)
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert {port for _, (_, port) in listening} >= set(demo.ports.values())
    assert [found for found in listening if found[1].ip not in (HERE, "::1")] == []


def test_what_is_secret_is_only_the_owners(demo: Demo) -> None:
    """Keys, secrets, tickets and mails, and all else that is kept: nobody else may read it."""
    kept = {path.relative_to(demo.state).as_posix(): path for path in demo.state.rglob("*")}
    assert {"link-keys", "secrets.json", "temporal.db", "mail.db", "logs/worker.log"} <= set(kept)
    del kept["screen"]  # the test's own
    for name, path in (kept | {"state": demo.state}).items():
        assert path.stat().st_mode & 0o077 == 0, name
    assert len(demo.secret("RUNG_SECRET_GENERIC")) >= 32


def test_a_state_folder_beside_the_usual_one_is_not_committed() -> None:
    """`--state .rung1` has secrets in it, too."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no checkout")
    for folder in (".rung", ".rung1", ".rung-trial"):
        asked = ["git", "check-ignore", "--quiet", f"{folder}/secrets.json"]
        assert subprocess.run(asked, cwd=ROOT, check=False).returncode == 0, folder


def test_ctrl_c_ends_all_and_open_tickets_go_on_at_the_next_run(tmp_path: Path) -> None:
    """Stopped and started again: the ticket, its mails and the links in them are still good."""
    procedure = northwind(tmp_path / "northwind")
    with running(tmp_path / "state", procedure=procedure) as first:
        assert "Pace 60: an agreed hour takes 60 seconds." in first.screen
        ticket = first.opens("7", "Mail is slow", system="office mail", state="impaired")
        link = first.mail("ana@northwind.example", "Mail is slow").link
        before = first.ticket(ticket)
        assert first.stop() == 0
        assert left_behind(first.mark) == []

    with running(tmp_path / "state", at=first.ports, procedure=procedure) as second:
        again = second.ticket(ticket)
        assert again["record"][: len(before["record"])] == before["record"]
        assert link in [mail.link for mail in second.mails()]
        page = httpx.get(link)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        answer = httpx.post(link, data={**hidden, "choice": "acknowledge"})
        assert answer.status_code == 303, answer.text
        assert second.ticket(ticket)["here"]["acknowledged"]

        # And when a part ends by itself, it says which, and ends the rest.
        gateway = next(p for p in started_by(second.mark) if p.cmdline()[-2:] == ["-m", "gateway"])
        gateway.send_signal(signal.SIGKILL)
        assert second.process.wait(STOP) == 1
        assert "make run: gateway stopped by itself" in second.screen
        assert left_behind(second.mark) == []


def start(state: Path, python: str = sys.executable, **options: object) -> tuple[int, list[str]]:
    """Start it when it can't: the exit code, and the lines that it leaves on the screen."""
    at, mark = ports(), secrets.token_hex(8)
    at |= {name: int(str(options.pop(name))) for name in list(options) if name in at}
    done = subprocess.run(
        [python, *command(state, at, **options)],
        cwd=ROOT,
        env=environment(PATH="/usr/bin:/bin", **{MARK: mark}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=STOP,
        check=False,
    )
    assert left_behind(mark) == []
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("part", ["gateway", "mailbox"])
def test_a_taken_port(tmp_path: Path, part: str) -> None:
    """One line says which port of which part, and how to choose another."""
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, lines = start(tmp_path, **{part: port})
    assert code == 1
    (line,) = lines
    assert line.startswith(f"make run: port {port} ({part}) can't be used")
    assert f"--{part}-port=" in line


@pytest.mark.parametrize("missing", ["temporal", "maildump"])
def test_a_missing_tool(tmp_path: Path, missing: str) -> None:
    """One line says what is missing and where it comes from; what was already started ends."""
    code, lines = start(tmp_path / "state", str(environment_without(missing, tmp_path / "venv")))
    assert code == 1
    (line,) = lines
    assert line.startswith(f"make run: {missing} is not installed")
    assert "run make again" in line


def environment_without(tool: str, venv: Path) -> Path:
    """A virtual environment like this one, in which a tool was never installed; its Python."""
    ours = Path(sys.executable).parents[1]
    (venv / "bin").mkdir(parents=True)
    (venv / "pyvenv.cfg").write_text((ours / "pyvenv.cfg").read_text())
    (venv / "lib").symlink_to(ours / "lib")
    (venv / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    for other in {"temporal", "maildump"} - {tool}:
        (venv / "bin" / other).symlink_to(ours / "bin" / other)
    return venv / "bin" / "python"


def test_a_broken_procedure(tmp_path: Path) -> None:
    """The file, the line and what to write instead; nothing is started."""
    folder = northwind(tmp_path / "northwind")
    file = folder / "procedure.yaml"
    file.write_text(file.read_text().replace("person: ida", "person: nobody"))
    code, lines = start(tmp_path / "state", procedure=folder)
    assert code == 1
    (line,) = lines
    assert line.startswith("make run: ")
    assert re.search(r"procedure\.yaml:\d+", line), line
    assert "'nobody'" in line
    assert not (tmp_path / "state").exists()


def test_a_procedure_that_is_not_there(tmp_path: Path) -> None:
    """A wrong folder is one line, too."""
    code, lines = start(tmp_path / "state", procedure=tmp_path / "nothing")
    assert (code, len(lines)) == (1, 1)
    assert "nothing" in lines[0]


def test_the_documented_webhook_is_taken(demo: Demo) -> None:
    """What docs/helpdesks.md says to type, typed: signed with openssl, sent with curl, a ticket opens."""
    text = (ROOT / "docs" / "helpdesks.md").read_text(encoding="utf-8")
    typed = text.split("## Signing")[1].split("```sh")[1].split("```")[0]
    if missing := [tool for tool in ("curl", "openssl") if shutil.which(tool) is None]:
        pytest.skip(f"not installed here: {', '.join(missing)}")
    done = subprocess.run(
        ["sh", "-c", typed.replace("127.0.0.1:8080", f"{HERE}:{demo.ports['gateway']}")],
        env=environment(RUNG_SECRET_GENERIC=demo.secret("RUNG_SECRET_GENERIC")),
        capture_output=True,
        text=True,
        timeout=STOP,
        check=False,
    )
    assert "202 Accepted" in done.stdout, done.stdout + done.stderr
    assert "ticket-harbor-generic-4711" in done.stdout


@pytest.mark.parametrize(
    ("event", "signature", "status"),
    [
        ({"event_id": "1"}, "sha256=00", 401),
        ({"event_id": "1"}, "", 401),
        ({"event_id": "1"}, None, 422),
        ({"event_id": "1" * (1024 * 1024)}, None, 413),
    ],
)
def test_what_the_gateway_answers(
    demo: Demo, event: dict[str, object], signature: str | None, status: int
) -> None:
    """Not signed, signed wrongly, not understood, too large: each has its own answer."""
    answer = demo.sends(event, signature)
    assert answer.status_code == status, answer.text
    assert {"error", "errors"} & set(answer.json())
