"""The mail that says that a workflow stands still: nobody else would notice."""

from __future__ import annotations

from datetime import UTC, datetime

from bs4 import BeautifulSoup

from activities.failing import Failing
from activities.letters import Writer, WrittenLetter
from runtime.links import Links
from tests.northwind import northwind

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
KNOWN = {
    "Client": "harbor",
    "Severity": "critical",
    "Tier": "engineering",
    "Holder": "cy",
    "RungStatus": "open",
    "NextDue": "2026-11-23T13:30:00+00:00",
}


def written(known: dict[str, str], kind: str = "Ticket", drill: bool = False) -> WrittenLetter:
    ident = "ticket-harbor-desk-42"
    failing = Failing(ident, "r", kind, "[TMPRL1100] <Nondeterminism>", NOW, known, drill)
    return Writer(Links(["0" * 32], "http://rung.test")).write_failing(failing, northwind(), 1, NOW)


def test_it_says_whose_it_is_who_had_it_and_what_to_type() -> None:
    """The same in text and in HTML, and what an error says is no markup."""
    mail = written(KNOWN)
    page = " ".join(BeautifulSoup(mail.html, "html.parser").get_text(" ").split())
    for words in (
        "Nobody is paged for ticket-harbor-desk-42 any more.",
        "Speak to Cy Tanaka, who had it",
        "starter.py mend ticket-harbor-desk-42",
        "Client: Harbor Trading",
        "Severity: critical",
        "With: Cy Tanaka, engineering",
        "Status: open",
        "Its next step was due: 13:30",
        "[TMPRL1100] <Nondeterminism>",
    ):
        assert words in " ".join(mail.text.split())
        assert words in page
    assert mail.subject == "ALARM: ticket-harbor-desk-42 stands still"
    assert "DRILL" not in mail.text


def test_what_nobody_has_yet_is_somebodys_to_find() -> None:
    """It can stand still before anybody was told of it; a drill says that it is one."""
    mail = written({}, drill=True)
    assert "Find out who works on it" in mail.text
    assert "With:" not in mail.text
    assert "DRILL: this is an exercise." in mail.text
    assert mail.subject.startswith("ALARM: DRILL: ")
