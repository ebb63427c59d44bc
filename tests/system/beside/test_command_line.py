"""starter.py as somebody types it: what it prints, its exit codes, and never a stack trace."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from runtime.connection import connect
from runtime.tickets import Away, Tickets
from tests.system.demo import HERE, ROOT, Demo, command_line, free_ports, northwind, starter

DONE, USER_ERROR, REFUSED, UNREACHABLE = 0, 2, 3, 4


def fails(answer: subprocess.CompletedProcess[str], code: int, saying: str) -> None:
    """An exit code that says whose fault it is, words on stderr, nothing on stdout, no stack trace."""
    assert "Traceback" not in answer.stderr + answer.stdout, answer.stderr
    assert answer.returncode == code, answer.stderr
    assert saying in answer.stderr
    assert answer.stdout == ""


def does(answer: subprocess.CompletedProcess[str]) -> str:
    """It worked; what it printed."""
    assert answer.returncode == DONE, answer.stderr
    assert answer.stderr == ""
    return answer.stdout


def test_every_command_explains_itself() -> None:
    """--help names the commands, their options, and the exit codes."""
    told = does(starter("--help"))
    assert "Exit codes: 0 done, 2" in told
    for command, words in {
        "open": ("--client", "--system", "--no-workaround"),
        "list": ("--severity", "--query", "--closed"),
        "show": ("--json",),
        "act": ("acknowledge", "hand_on", "confirm", "propose", "--with FIELD=VALUE", "--signal"),
        "authority": ("--client", "--action", "--cost", "--downtime", "--at", "--severity", "--asker"),
        "ask": ("--action", "--option", "--what", "--by-when", "--otherwise", "--until", "--act-first"),
        "approvals": ("--client", "--all", "--limit"),
        "approval": ("--json",),
        "complain": ("--client", "--by", "--who", "--reach", "--kind", "--words", "--settle", "--about"),
        "complain-link": ("--client", "--ticket", "--by"),
        "complaints": ("--client", "--all", "--limit"),
        "complaint": ("--words", "--json"),
        "complaint-say": ("--by", "--with FIELD=VALUE", "--signal"),
        "decide": ("--by", "--yes / --no", "--reason", "--conditions", "--signal"),
        "withdraw": ("--by", "--reason", "--signal"),
        "contest": ("--by",),
        "object": ("--by", "--reason"),
        "check": ("--schema", "--came-in", "--confirmed"),
        "document": ("--client", "--format", "--out", "--diff"),
        "document-link": ("--client", "--to", "--mail"),
        "rehearse": ("--against", "--client", "--answer", "--silent", "--ticket", "--html", "--junit"),
    }.items():
        assert f"\n  {command} " in told
        explained = does(command_line(command, "--help"))
        for word in words:
            assert word in explained, (command, word)


# Beside a running demo -----------------------------------------------------------------------------


def test_a_ticket_from_open_to_closed(demo: Demo) -> None:
    """Opened, shown, taken, resolved and confirmed, all from the command line."""
    ticket = does(
        demo.types(
            *("open", "Prices are late", "--client", "harbor", "--requester", "raj", "--number", "c1"),
            *("--system", "market data", "--state", "impaired", "--users", "3", "--category", "network"),
        )
    ).strip()
    assert ticket == "ticket-harbor-phone-c1"

    stands = demo.ticket_when(ticket, lambda t: t["holder"] == "ana", "Ana is paged")
    assert (stands["severity"], stands["requester"], stands["facts"]["users"]) == ("high", "raj", 3)

    told = does(demo.starter("show", ticket))
    assert "Prices are late" in told
    assert "high, open: Ana Ruiz (first level) is paged" in told
    assert "\nNext due: " in told
    assert "Why high: market data impaired, 3 users" in told
    assert "pace 2" in told
    assert "Times are Europe/London." in told
    assert "If nobody acts:" in told
    assert "it goes to Bo Lind (senior specialist)" in told

    listed = does(demo.starter("list", "--client", "harbor", "--severity", "high", "--holder", "ana"))
    head, *lines = listed.splitlines()
    assert head.split() == [
        *["TICKET", "TITLE", "SEVERITY", "STATUS", "TIER", "WITH", "NEXT"],
        "(Europe/London)",
    ]
    (line,) = [line for line in lines if ticket in line]
    assert "Prices are late" in line
    assert "Ana Ruiz, is paged" in line

    taken = does(demo.starter("act", ticket, "acknowledge", "--by", "ana"))
    assert taken.splitlines()[0] == "Ana Ruiz has it"
    does(demo.starter("act", ticket, "resolve", "--by", "ana", "--with", "solution=Restarted = done"))
    assert demo.ticket(ticket)["here"]["solution"] == "Restarted = done"
    does(demo.starter("act", ticket, "confirm", "--by", "raj", "--with", "solved=yes"))
    closed = demo.ticket(ticket)
    assert closed["status"] == "closed"
    assert closed["record"][-1]["via"] == "the command line"
    assert ticket in does(demo.starter("list", "--closed"))

    fails(
        demo.starter("open", "Again", "--client", "harbor", "--number", "c1"),
        REFUSED,
        "give another --number",
    )
    fails(demo.starter("act", ticket, "acknowledge", "--by", "ana"), USER_ERROR, "no such ticket")

    replayed = does(demo.types("rehearse", "--ticket", ticket))
    assert replayed.startswith("ticket-harbor-phone-c1: Prices are late\nHarbor Trading, high; Northwind ")
    assert "Opened as high: market data impaired, 3 users" in replayed


def test_what_the_procedure_does_not_know_is_shown_and_listed(demo: Demo, tmp_path: Path) -> None:
    """It was taken all the same: whoever keeps the files sees what to write into them."""
    conditions = ["failed disk", "smoke"]
    ticket = demo.opens("c3", "It prints nothing", system="The Printer", conditions=conditions)
    demo.ticket_when(ticket, lambda t: bool(t["holder"]), "somebody is paged")
    told = does(demo.starter("show", ticket))
    assert "Not in the procedure: system 'The Printer', condition 'smoke'." in told
    listed = demo.check("--came-in")
    line = "harbor: system 'The Printer', 1 ticket: write it under a system's known_as in clients/harbor.yaml"
    assert line in listed
    assert line not in demo.check()


def test_what_no_client_has_confirmed_is_listed(demo: Demo) -> None:
    """If it is asked for: it is Temporal that knows."""
    line = "Harbor Trading: nobody there has confirmed any version of their document yet"
    assert line in demo.check("--confirmed")
    assert line not in demo.check()


def test_what_the_ticket_refuses_is_said_and_counts_for_nothing(demo: Demo) -> None:
    """Exit code 3 and the reason; the same as a signal is sent, and its refusal stands in the record."""
    ticket = demo.opens("c2", "Mail is slow at the desk", system="office mail", state="impaired")
    demo.ticket_when(ticket, lambda t: t["holder"] == "ana", "Ana is paged")
    fails(demo.starter("act", ticket, "acknowledge", "--by", "gil"), REFUSED, "does not stand at first level")
    fails(demo.starter("act", ticket, "hand_on", "--by", "ana", "--with", "tier=moon"), REFUSED, "moon")
    assert does(demo.starter("act", ticket, "acknowledge", "--by", "gil", "--signal")) == "Sent.\n"
    stands = demo.ticket_when(ticket, lambda t: t["record"][-1]["kind"] == "refused", "the refusal")
    assert not stands["here"]["acknowledged"]
    does(demo.starter("act", ticket, "acknowledge", "--by", "ben", "--signal"))
    demo.ticket_when(ticket, lambda t: t["holder"] == "ben" and t["here"].get("acknowledged"), "Ben has it")


@pytest.mark.parametrize(
    ("typed", "saying"),
    [
        (("show", "ticket-harbor-phone-nothing"), "There is no such ticket"),
        (("act", "ticket-harbor-phone-nothing", "acknowledge", "--by", "ana"), "There is no such ticket"),
        (("list", "--query", "Nonsense = "), "query"),
        (("list", "--query", "Wrong = 'x'"), "Wrong"),
    ],
)
def test_what_is_not_there(demo: Demo, typed: tuple[str, ...], saying: str) -> None:
    """A ticket or a field of a query that does not exist is the user's mistake."""
    answer = demo.starter(*typed)
    fails(answer, answer.returncode, saying)
    assert answer.returncode in (USER_ERROR, REFUSED)


# Without a server ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "saying"),
    [
        ((), "Usage"),
        (("fly",), "No such command 'fly'"),
        (("open", "T"), "Missing option '--client'"),
        (("open", "T", "--client", "x"), "Error: There is no client 'x': one of harbor, lindqvist\n"),
        (
            ("open", "T", "--client", "harbor", "--requester", "nora"),
            "Error: 'nora' is no contact of harbor: one of kim, raj\n",
        ),
        (("open", "T", "--client", "harbor", "--state", "odd"), "'odd' is not one of"),
        (("open", "T", "--client", "harbor", "--users", "-1"), "--users"),
        (("open", " ", "--client", "harbor"), "TITLE: is empty"),
        (("open", "T", "--client", "harbor", "--number", "../x"), "--number: write letters, digits"),
        (("open", "T", "--client", "harbor", "--system", "x" * 201), "--system: is too long: 200"),
        (("open", "T", "--client", "harbor", "--helpdesk", "desk-2"), "there is no helpdesk 'desk-2'"),
        (("act", "T", "dance", "--by", "ana"), "dance"),
        (("act", "T", "resolve", "--by", "ana"), "--with solution=..."),
        (("act", "T", "resolve", "--by", "ana", "--with", "solution"), "write FIELD=VALUE"),
        (("act", "T", "resolve", "--by", "ana", "--with", "answer=42"), "resolve has no 'answer': solution"),
        (("act", "T", "confirm", "--by", "kim", "--with", "solved=perhaps"), "solved"),
        (("act", "T", "acknowledge", "--by", " "), "--with by="),
        (("act", "T", "pause", "--by", "ana", "--with", "reason=x", "--with", "at_most=soon"), "at_most"),
    ],
)
def test_what_can_not_be_meant_is_said_before_anything_is_asked(typed: tuple[str, ...], saying: str) -> None:
    """A typing mistake needs no server to be found."""
    fails(command_line(*typed), USER_ERROR, saying)


def test_nobody_answers() -> None:
    """Temporal is not there: exit code 4 and one line, whatever was asked; and in an emergency what to do."""
    (port,) = free_ports(1)
    approval, complaint = "approval-harbor-desk-c1-1", "complaint-harbor-c-1"
    emergency = ("emergency", "--client", "harbor", "--who", "Kim", "--down", "trading", "--users", "12")
    for typed in (
        ("list",),
        ("show", "ticket-harbor-phone-1"),
        ("act", "ticket-harbor-phone-1", "acknowledge", "--by", "ana"),
        ("open", "T", "--client", "harbor"),
        ("approvals",),
        ("approval", approval),
        ("ask", "ticket-harbor-desk-c1", "--by", "bo", "--action", "restart", "--what", "x"),
        ("decide", approval, "--by", "cy", "--yes"),
        ("complaints",),
        ("complaint", complaint),
        ("complaint-say", complaint, "withdraw", "--by", "kim"),
        emergency,
    ):
        # One of them in a process of its own, which has to end as well.
        given = starter if typed == ("list",) else command_line
        answer = given(*typed, TEMPORAL_ADDRESS=f"{HERE}:{port}")
        fails(answer, UNREACHABLE, f"Temporal can't be reached at {HERE}:{port}: start it (make run), or set")
        assert len(answer.stderr.splitlines()) == 1, answer.stderr
        assert typed != emergency or answer.stderr.rstrip().endswith("Call whoever is on call yourself.")


async def test_what_is_asked_of_a_temporal_that_is_not_there_says_where_it_should_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And what to do about it, in no words of the library's."""
    (port,) = free_ports(1)
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"{HERE}:{port}")
    tickets = Tickets(await connect(wait_for_server=False))
    with pytest.raises(Away) as why:
        await tickets.status("ticket-harbor-phone-1")
    assert str(why.value) == (
        f"Temporal can't be reached at {HERE}:{port}: start it (make run), or set TEMPORAL_ADDRESS"
    )


@pytest.mark.parametrize(
    ("name", "value", "saying"),
    [
        ("RUNG_PROCEDURE", "nowhere", "nowhere"),
        ("RUNG_PACE", "fast", "RUNG_PACE"),
        ("RUNG_PUBLIC_URL", "http://rung.example", "must be https"),
    ],
)
def test_settings_that_can_not_be_meant(name: str, value: str, saying: str) -> None:
    """They are named, with what is wrong with them."""
    fails(command_line("open", "T", "--client", "harbor", **{name: value}), USER_ERROR, saying)


def test_check_reads_a_procedure(tmp_path: Path) -> None:
    """All in order: one line. And the schemas for editors, where one wants them."""
    schemas = str(tmp_path / "schemas")
    told = does(command_line("check", "examples/northwind", "--days", "1", "--schema", schemas))
    assert told.startswith("Northwind ")
    assert "Nothing is wrong." in told
    for written in (tmp_path / "schemas").iterdir():
        assert json.loads(written.read_text()) == json.loads((ROOT / "examples" / written.name).read_text())


def test_check_names_every_mistake(tmp_path: Path) -> None:
    """Two mistakes in two files: both are named, with file and line."""
    folder = northwind(tmp_path / "northwind")
    book, harbor = folder / "procedure.yaml", folder / "clients" / "harbor.yaml"
    book.write_text(book.read_text().replace("person: ida", "person: nobody"))
    harbor.write_text(harbor.read_text().replace("- severity: medium\n", "- severity: so-so\n"))
    answer = command_line("check", str(folder))
    fails(answer, USER_ERROR, "procedure.yaml:")
    assert "harbor.yaml:" in answer.stderr
    shutil.rmtree(folder)
    fails(command_line("check", str(folder)), USER_ERROR, "northwind")
