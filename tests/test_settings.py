"""How a process is set up: whom it believes, which secrets count, and whose what it writes is."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from temporalio.client import Client

from gateway.__main__ import listening
from gateway.app import WRONG_LINKS_A_MINUTE, create_app
from procedure.book.people import SecretSource
from runtime.links import Links
from runtime.private import keep_private
from runtime.secret_sources import SHORTEST, NoSecret, secret_of, shared_secret
from runtime.settings import Settings, SettingsError
from runtime.tickets import Tickets
from tests.northwind import northwind

PUBLIC = "http://rung.test"
PROXY, STRANGER = "10.0.0.7", "203.0.113.9"


async def wrong_links(proxies: str, connects: str) -> set[int]:
    """What somebody is answered who tries one link too many, and says each time that it is for another."""
    client = await Client.connect("127.0.0.1:1", lazy=True)
    app = create_app(Tickets(client), northwind, Links(["0" * 32], PUBLIC), PUBLIC)
    served = listening(app, Settings(proxies=proxies))
    served.load()
    # What uvicorn would hand to the application, as somebody connects from there.
    transport = httpx.ASGITransport(served.loaded_app, client=(connects, 4711))
    answers = set()
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as browser:
        for number in range(WRONG_LINKS_A_MINUTE + 1):
            headers = {"X-Forwarded-For": f"198.51.100.{number}"}
            answers.add((await browser.get(f"/ticket/staff/{uuid4()}", headers=headers)).status_code)
    return answers


@pytest.mark.parametrize(
    ("proxies", "connects", "answers"),
    [
        ("", STRANGER, {404, 429}),
        # A proxy beside us that nobody has named is nobody to be believed.
        ("", "127.0.0.1", {404, 429}),
        (PROXY, STRANGER, {404, 429}),
        (PROXY, PROXY, {404}),
        (f"192.0.2.0/24, {PROXY}", PROXY, {404}),
        ("10.0.0.0/8", PROXY, {404}),
    ],
)
async def test_only_our_own_proxies_say_who_is_behind_them(
    proxies: str, connects: str, answers: set[int]
) -> None:
    """Anybody else could try links without end, each time in another's name."""
    assert await wrong_links(proxies, connects) == answers


@pytest.mark.parametrize("proxies", ["*", "proxy.example", "10.0.0.7/8", "10.0.0.7; 10.0.0.8"])
def test_a_proxy_that_is_no_address_is_refused(proxies: str) -> None:
    """Nobody is believed by a name, nor everybody."""
    with pytest.raises(SettingsError, match=r"RUNG_PROXIES: .* write addresses such as"):
        Settings(proxies=proxies).believed()


@pytest.mark.parametrize("place", ["env", "file"])
def test_a_shared_secret_that_is_too_short_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Neither at the start nor for one event; what is wrong is said without a word of it."""
    file = tmp_path / "secret"
    source = SecretSource(env="RUNG_SECRET") if place == "env" else SecretSource(file=str(file))
    for secret in ("x" * SHORTEST, "s3cret-but-short"[: SHORTEST - 1], " \n"):
        monkeypatch.setenv("RUNG_SECRET", secret)
        file.write_text(f"{secret}\n")
        if secret.startswith("x"):
            assert shared_secret(source) == secret_of(source) == secret
            continue
        with pytest.raises(NoSecret) as refused:
            shared_secret(source)
        assert "s3cret" not in str(refused.value)
        assert secret_of(source) == ""


def test_what_a_process_writes_is_its_owners_alone(tmp_path: Path) -> None:
    """Also in a folder that was open before."""
    folder = tmp_path / "state"
    folder.mkdir(mode=0o755)
    before = os.umask(0o022)
    try:
        keep_private(folder)
        (folder / "words").write_text("words")
        (folder / "copies").mkdir()
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"state": 0o700, "words": 0o600, "copies": 0o700}
