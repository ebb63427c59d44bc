"""The real django-helpdesk, in an environment apart from ours, and what people do in it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.system.demo import HERE, OWN_USER, ROOT, START, STOP, WAIT, Demo, eventually, free_ports

VENV = ROOT / ".venv-helpdesk"
REQUIREMENTS = ROOT / "requirements" / "helpdesk.txt"
PROJECT = Path(__file__).parent / "helpdesk_desk"

USERS = ("admin", "rung", "tech")
"""In the order of their numbers, from 1; "rung" is the one under which Rung would write."""
assert USERS.index("rung") + 1 == OWN_USER

OPEN, REOPENED, RESOLVED, CLOSED = 1, 2, 3, 4


def python() -> Path:
    """The interpreter of django-helpdesk's own environment, made at the first use, and when it changes."""
    stamp, wanted = VENV / "stamp", hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    interpreter = VENV / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted:
        pip = ("-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes")
        _must([sys.executable, "-m", "venv", "--clear", str(VENV)])
        _must([str(interpreter), *pip, "--only-binary", ":all:", "-r", str(REQUIREMENTS)])
        stamp.write_text(wanted)
    return interpreter


def _must(command: list[str], variables: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=PROJECT, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command[:4])} ...: {done.stderr.strip()[-2000:]}")


def manage(*words: str, variables: dict[str, str]) -> None:
    """One of django-helpdesk's own commands."""
    _must([str(python()), "-m", "django", *words], variables)


class Desk:
    """A running django-helpdesk."""

    def __init__(self, url: str, variables: dict[str, str], browser: httpx.Client) -> None:
        self.url = url
        self._variables = variables
        self._passwords: dict[str, str] = json.loads(variables["DESK_USERS"])
        self._browser = browser

    def submits(self, mail: str, title: str, body: str, **facts: object) -> PublicTicket:
        """A customer fills in the public form, and lands on their ticket's page."""
        page = self._browser.get("/tickets/submit/")
        form = {
            **_hidden(page.text),
            "queue": "1",
            "priority": "3",
            "submitter_email": mail,
            "title": title,
            "body": body,
            **{f"custom_{name}": str(value) for name, value in facts.items()},
        }
        shown = self._browser.post("/tickets/submit/", data=form)
        assert shown.status_code == 200, shown.text[:2000]
        assert title in shown.text, "the form was not taken"
        return PublicTicket(self._browser, str(shown.url))

    def gets_mail(self, sender: str, ticket: int, words: str) -> None:
        """Somebody answers a mail of the helpdesk's; it looks into its inbox."""
        mail = EmailMessage()
        mail["From"], mail["To"] = sender, "helpdesk@northwind.example"
        mail["Subject"] = f"Re: [helpdesk-{ticket}] your ticket"
        mail["Message-ID"] = make_msgid(domain="harbor.example")
        mail.set_content(words)
        inbox = Path(self._variables["DESK_STATE"]) / "inbox"
        (inbox / "1.eml").write_text(mail.as_string())
        manage("get_email", "--quiet", variables=self._variables)
        assert list(inbox.iterdir()) == [], "the mail was not taken"

    def writes(self, user: str, ticket: int, comment: str, *, public: bool = True, status: int = 0) -> None:
        """Somebody of the helpdesk's staff adds a follow-up."""
        content: dict[str, object] = {"ticket": ticket, "comment": comment, "public": public}
        if status:
            content["new_status"] = status
        signed_in = (user, self._passwords[user])
        answer = httpx.post(f"{self.url}/api/followups/", json=content, auth=signed_in, timeout=WAIT)
        assert answer.status_code == 201, answer.text[:2000]


class PublicTicket:
    """A customer's own page of a ticket in the helpdesk."""

    def __init__(self, browser: httpx.Client, url: str) -> None:
        self._browser = browser
        self.url = url
        self.number = int(parse_qs(urlsplit(url).query)["ticket"][0].rsplit("-", 1)[1])

    def accepts(self) -> None:
        """The customer presses "Accept and Close"."""
        assert "Accept and Close" in self._browser.get(self.url).text
        # It leads on to the address that its site is configured with, which is not this machine.
        assert self._browser.get(f"{self.url}&close", follow_redirects=False).status_code == 302


def _hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms, with the token against forged ones."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*type=[\"']hidden[\"'][^>]*>", page):
        fields = dict(re.findall(r"(\w+)=[\"']([^\"']*)[\"']", tag))
        if "name" in fields:
            found[fields["name"]] = unescape(fields.get("value", ""))
    return found


@contextlib.contextmanager
def helpdesk(demo: Demo, state: Path) -> Iterator[Desk]:
    """A django-helpdesk that tells the demo's gateway of every new ticket and every follow-up."""
    passwords = {user: secrets.token_urlsafe(12) for user in USERS}
    (port,) = free_ports(1)
    webhook = f"{demo.gateway}/helpdesk/django-helpdesk/{demo.secret('RUNG_SECRET_DJANGO_HELPDESK')}"
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "HELPDESK"))},
        "DJANGO_SETTINGS_MODULE": "settings",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(40),
        "DESK_STATE": str(state),
        "DESK_USERS": json.dumps(passwords),
        "HELPDESK_NEW_TICKET_WEBHOOK_URLS": webhook,
        "HELPDESK_FOLLOWUP_WEBHOOK_URLS": webhook,
    }
    interpreter = str(python())
    _must([interpreter, "fill.py"], variables)
    serve = ("-m", "django", "runserver", "--noreload", f"{HERE}:{port}")
    log = state / "desk.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [interpreter, *serve], cwd=PROJECT, env=variables, stdout=output, stderr=output
        )
    url = f"http://{HERE}:{port}"

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{url}/tickets/submit/").status_code == 200
        return False

    try:
        eventually(answers, "an answer of django-helpdesk", START)
        with httpx.Client(base_url=url, timeout=WAIT, follow_redirects=True) as browser:
            yield Desk(url, variables, browser)
    finally:
        process.terminate()
        process.wait(STOP)
