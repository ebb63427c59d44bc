"""The commands of approvals as somebody types them, beside a real server, a worker and a mail server."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from procedure.book.severity import Facts
from tests.northwind import PROCEDURE
from tests.system.beside.test_command_line import REFUSED, USER_ERROR, does, fails
from tests.system.demo import command_line
from tests.system.parts import Parts, parts, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOWN = Facts(system="trading platform", state="down")

BUY = ("--action", "replace hardware", "--what", "Swap the controller of node 2.\nBoth disks stay.")
TAKES = ("--cost", "1800", "--downtime", "2 hours", "--why", "it drops writes")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rung(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    """The parts with a worker, in real time: nobody's time to answer runs out meanwhile."""
    # A copy of its own: the table's actions share a line, and files know no sharing.
    table = json.loads(json.dumps(PROCEDURE["authority"]))
    async with parts(tmp_path_factory.mktemp("approvals"), authority=table) as running:
        await running.worker_starts()
        yield running


async def types(rung: Parts, *words: str) -> subprocess.CompletedProcess[str]:
    """Somebody gives a command of starter.py."""
    return await asyncio.to_thread(command_line, *words, **rung.variables)


async def with_bo(rung: Parts, number: str) -> str:
    """A critical ticket that Bo, a senior specialist, has; its id."""
    ticket = await rung.opens(number, DOWN, title="No prices")
    await rung.stands_when(ticket, lambda stands: stands.holder == "bo", "Bo is paged")
    await rung.say(ticket, "acknowledge", "bo")
    return ticket


async def asks(rung: Parts, ticket: str, *words: str) -> str:
    """Bo asks; the id of the approval."""
    told = does(await types(rung, "ask", ticket, "--by", "bo", *words))
    return str(re.findall(r"approval-[\w-]+", told)[0])


async def kept(rung: Parts, approval: str) -> dict[str, Any]:
    """Everything about an approval, as --json tells it."""
    return dict(json.loads(does(await types(rung, "approval", approval, "--json"))))


async def when(rung: Parts, approval: str, outcome: str) -> None:
    """Waits until an approval stands so."""

    async def look() -> bool:
        return (await rung.tickets.approval(approval)).outcome == outcome

    await until(look, f"{approval} is {outcome}")


def a_summers_day() -> date:
    """One to come within a year: London is an hour ahead of UTC on it."""
    today = datetime.now(UTC).date()
    days = [date(year, month, 15) for year in (today.year, today.year + 1) for month in (6, 8)]
    return next(day for day in days if day > today + timedelta(days=7))


TIME = re.compile(r"\b([A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} )?\d\d:\d\d(:\d\d)?\b")
"""The day stands in front when it is not today: before midnight, soon is tomorrow."""


def squeezed(text: str) -> list[str]:
    """The lines without the padding of columns, and with a T for each time."""
    return [" ".join(TIME.sub("T", line).split()) for line in text.splitlines()]


async def test_an_approval_from_the_question_to_the_ledger(rung: Parts) -> None:
    ticket = await with_bo(rung, "c1")
    asked = does(await types(rung, "ask", ticket, "--by", "bo", *BUY, *TAKES))
    approval = "approval-harbor-desk-c1-1"
    assert asked == f"Asked Cy Tanaka and Raj Patel ({approval})\n"

    shown = does(await types(rung, "show", ticket))
    assert "Approvals:\n  1. replace hardware, Swap the controller of node 2. Both disks stay.\n" in shown
    assert "     Asked by Bo Lind. Not decided yet. If nobody answers, it is undecided at" in shown

    listed = squeezed(does(await types(rung, "approvals", "--client", "harbor")))
    assert listed[:2] == [
        "Times are Europe/London.",
        "APPROVAL CLIENT TICKET ACTION ASKED BY WHO IS ASKED DUE NEXT",
    ]
    assert (
        f"{approval} harbor {ticket} replace hardware Bo Lind "
        "Cy Tanaka and Raj Patel T it is undecided, and Tom Adeyemi is told"
    ) in listed
    assert does(await types(rung, "approvals", "--client", "lindqvist")) == (
        "No open approvals of lindqvist's; the others: --all\n"
    )
    none = does(await types(rung, "approvals", "--client", "lindqvist", "--all"))
    assert none == "No approvals of lindqvist's.\n"

    said = does(await types(rung, "decide", approval, "--by", "cy", "--yes", "--conditions", "after 18:00"))
    assert said == "Cy Tanaka (engineering) says yes, on condition: after 18:00\n"
    ruling = (
        "replace hardware (GBP 1,800 and 2 hours down): approved on condition. "
        "Cy Tanaka (engineering) says yes, on condition: after 18:00. Raj Patel says yes"
    )
    assert does(await types(rung, "decide", approval, "--by", "raj", "--yes")) == f"{ruling}\n"
    await rung.stands_when(ticket, lambda stands: stands.approvals[0].outcome == "approved", "it has heard")

    ledger = does(await types(rung, "approval", approval))
    assert (
        "What exactly: Swap the controller of node 2.\n  Both disks stay.\nWhy: it drops writes\n" in ledger
    )
    version = (await kept(rung, approval))["version"]
    lines = squeezed(ledger)
    assert lines[:5] == [
        f"{approval}: Bo Lind asks: replace hardware (GBP 1,800 and 2 hours down)",
        f"For {ticket}, critical: No prices",
        "Times are Europe/London.",
        f"How it stands: {ruling.replace('18:00', 'T')}",
        "On condition (Cy Tanaka): after T",
    ]
    begin = lines.index("Who was asked:")
    engineering = "replace hardware: engineering, up to GBP 2,000 and 4 hours down"
    contact = "replace hardware: Raj Patel, up to GBP 5,000 and 8 hours down"
    assert lines[begin + 1 : begin + 3] == [
        f"T Cy Tanaka (engineering), until T; link 1, under {engineering}",
        f"T Raj Patel (harbor), until T; link 1, under {contact}",
    ]
    begin = lines.index("Who has answered:")
    assert lines[begin + 1 : begin + 5] == [
        "T Cy Tanaka (engineering) says yes, on condition: after T, through the command line",
        f"under {engineering}; version {version}",
        "T Raj Patel says yes, through the command line",
        f"under {contact}; version {version}",
    ]
    assert "harbor must agree: it costs GBP 1,800, and it is down in their hours" in lines
    assert "So far:" in lines
    assert "If nobody answers:" not in lines

    for again in (("decide", "--yes"), ("decide", "--yes", "--signal"), ("withdraw", "--reason", "late")):
        too_late = await types(rung, again[0], approval, "--by", "gil", *again[1:])
        fails(too_late, REFUSED, f"Error: It is approved already: {ruling}\n")
    assert f"     {ruling} ({approval})" in does(await types(rung, "show", ticket))

    async def over() -> bool:
        return approval not in does(await types(rung, "approvals"))

    await until(over, "it is listed as open no more")
    (row,) = [r for r in squeezed(does(await types(rung, "approvals", "--all"))) if r.startswith(approval)]
    assert row == f"{approval} harbor {ticket} replace hardware Bo Lind approved"


async def test_what_is_granted_on_the_spot_is_kept_by_its_ticket(rung: Parts) -> None:
    ticket = await with_bo(rung, "c2")
    granted = does(await types(rung, "ask", ticket, "--by", "bo", "--action", "restart", "--what", "node 2"))
    assert granted.startswith("restart: granted on the spot, Bo Lind may decide it alone (restart: senior")
    told = does(await types(rung, "approval", "approval-harbor-desk-c2-1"))
    assert told.startswith("approval-harbor-desk-c2-1: Bo Lind asks: restart\n")
    assert f"How it stands: {granted}" in told
    assert "What exactly: node 2\n" in told
    assert (await kept(rung, "approval-harbor-desk-c2-1"))["outcome"] == "approved"
    late = ("decide", "--yes"), ("decide", "--yes", "--signal"), ("contest",), ("withdraw", "--reason", "x")
    for name, *more in late:
        answer = await types(rung, name, "approval-harbor-desk-c2-1", "--by", "cy", *more)
        fails(answer, REFUSED, f"Error: Nothing is left to decide: {granted}")
    for name, *more in (("approval",), *late):
        by = () if name == "approval" else ("--by", "cy")
        answer = await types(rung, name, "approval-harbor-desk-c2-2", *by, *more)
        fails(answer, USER_ERROR, "There is no such approval 'approval-harbor-desk-c2-2'")


async def test_all_that_is_typed_is_asked_and_times_are_the_msps(rung: Parts) -> None:
    ticket, day = await with_bo(rung, "c3"), a_summers_day()
    asked = await types(
        rung,
        *("ask", ticket, "--by", "bo", *BUY, *TAKES, "--otherwise", "it may fail tonight"),
        *("--begins", f"{day}T18:00", "--by-when", f"{day}T16:30Z"),
    )
    approval, written = "approval-harbor-desk-c3-1", f"{day:%a} 15 {day:%b}"
    assert does(asked) == (
        f"Asked Cy Tanaka and Raj Patel ({approval})\n"
        f"To be done: {written} 18:00 BST\nAn answer is needed by: {written} 17:30 BST\n"
    )
    proposal = (await kept(rung, approval))["proposal"]
    assert proposal == proposal | {
        "action": "replace hardware",
        "what": "Swap the controller of node 2.\nBoth disks stay.",
        "why": "it drops writes",
        "cost": 1800,
        "downtime": "PT2H",
        "begins": f"{day}T17:00:00Z",
        "by_when": f"{day}T16:30:00Z",
        "otherwise": "it may fail tonight",
    }
    told = does(await types(rung, "approval", approval))
    assert f"To be done: {written} 18:00\nAn answer is needed by: {written} 17:30\n" in told
    assert "What happens without it: it may fail tonight\n" in told
    forecast = squeezed(told[told.index("If nobody answers:") :])
    assert forecast[1:5] == [
        "T Gil Moreau (engineering) is asked",
        "T Mia Keller (management) is asked",
        "T Tom Adeyemi (management) is asked",
        "T it is undecided, and Tom Adeyemi is told",
    ]
    assert re.search(f"{written} 17:30 +it is undecided, and Tom", told)


async def test_a_no_and_words_that_a_terminal_would_obey(rung: Parts) -> None:
    """A contact's words are shown, not obeyed, and are no line of the ledger's own."""
    ticket = await with_bo(rung, "c4")
    approval = await asks(rung, ticket, *BUY, *TAKES)
    no = "not now\x1b[2J\nSo far:\n  nothing"
    said = does(await types(rung, "decide", approval, "--by", "raj", "--no", "--reason", no))
    assert "denied. Raj Patel says no: not now" in said
    told = does(await types(rung, "approval", approval))
    assert "\x1b" not in told
    assert "Raj Patel says no: not now[2J\n    So far:\n      nothing" in told
    assert (await kept(rung, approval))["decisions"][0]["reason"] == no.replace("\x1b", "")


async def test_what_does_not_count_is_refused_with_its_reason(rung: Parts) -> None:
    ticket = await with_bo(rung, "c5")
    nonsense = ("ask", ticket, "--by", "bo", "--what", "x")
    fails(await types(rung, *nonsense, "--action", "dance"), REFUSED, "no action 'dance'")
    fails(await types(rung, *nonsense, "--option", "buy"), REFUSED, "is for management to decide")
    past = ("--action", "restart", "--by-when", "2026-01-01")
    fails(await types(rung, *nonsense, *past), REFUSED, "name a later time")
    approval = await asks(rung, ticket, *BUY, *TAKES)
    by_asker = await types(rung, "decide", approval, "--by", "bo", "--yes")
    fails(by_asker, REFUSED, "You have asked: somebody else has to decide")
    fails(await types(rung, "decide", approval, "--by", "kim", "--yes"), REFUSED, "has not the authority")
    nobody = await types(rung, "decide", approval, "--by", "nobody", "--yes")
    fails(nobody, REFUSED, "There is no person or contact 'nobody' in the procedure.")
    not_mine = await types(rung, "withdraw", approval, "--by", "cy", "--reason", "no time")
    fails(not_mine, REFUSED, "alone can withdraw it")
    fails(await types(rung, "contest", approval, "--by", "cy"), REFUSED, "No decision of yours")
    fails(await types(rung, "object", approval, "--by", "cy", "--reason", "x"), REFUSED, "acted first")
    assert (await kept(rung, approval))["decisions"] == []


async def test_a_signal_only_fires_and_its_refusal_stands_in_the_record(rung: Parts) -> None:
    ticket = await with_bo(rung, "c6")
    approval = await asks(rung, ticket, *BUY, *TAKES)
    assert does(await types(rung, "decide", approval, "--by", "bo", "--yes", "--signal")) == "Sent.\n"

    async def noted() -> bool:
        told = does(await types(rung, "approval", approval))
        refused = "The decision does not count: You have asked: somebody else has to decide."
        return f"{refused} (Bo Lind, through the command line)" in told

    await until(noted, "the refusal in the record")
    taken_back = await types(rung, "withdraw", approval, "--by", "bo", "--reason", "it runs", "--signal")
    assert does(taken_back) == "Sent.\n"
    await when(rung, approval, "withdrawn")
    told = does(await types(rung, "approval", approval))
    assert "How it stands: replace hardware (GBP 1,800 and 2 hours down): withdrawn: it runs\n" in told


async def test_this_was_not_me_opens_again_what_has_ended(rung: Parts) -> None:
    ticket = await with_bo(rung, "c7")
    approval = await asks(
        rung, ticket, "--action", "configuration change", "--what", "x", "--downtime", "1 h"
    )
    forecast = squeezed(does(await types(rung, "approval", approval)))
    begin = forecast.index("If nobody answers:") + 1
    assert forecast[begin : begin + 4] == [
        "T Gil Moreau (engineering) is asked",
        "T Mia Keller (management) is asked",
        "T Tom Adeyemi (management) is asked",
        "T it is undecided, and Tom Adeyemi is told",
    ]
    does(await types(rung, "decide", approval, "--by", "cy", "--yes"))
    await rung.stands_when(ticket, lambda stands: stands.approvals[0].outcome == "approved", "it has heard")
    await rung.client.get_workflow_handle(approval).result()

    assert does(await types(rung, "contest", approval, "--by", "cy")) == (
        "Cy Tanaka says that this was not them: their yes is void. Open again: nothing is decided\n"
        f"Who is asked now, and what was decided: starter.py approval {approval}\n"
    )
    await when(rung, approval, "asked")
    told = does(await types(rung, "approval", approval))
    assert "    DOES NOT COUNT: Cy Tanaka says that it was not them\n" in told
    fails(await types(rung, "decide", approval, "--by", "cy", "--yes"), REFUSED, "was not you")

    async def listed() -> list[str]:
        rows = squeezed(does(await types(rung, "approvals", "--all")))
        return [row for row in rows if row.startswith(approval) and "Gil Moreau" in row]

    assert len(await until(listed, "it is listed as open again")) == 1  # of its two runs


async def test_at_management_it_is_one_of_its_options(rung: Parts) -> None:
    """It holds until the end of the last day, where the MSP is: in London, at midnight in summer."""
    ticket, day = await with_bo(rung, "c9"), a_summers_day()
    await rung.say(ticket, "hand_on", "bo", tier="management", note="there is no spare part")
    await rung.say(ticket, "acknowledge", "mia")
    option = ("--option", "accept the workaround", "--what", "node 1 alone")
    asking = ("ask", ticket, "--by", "mia", *option)
    fails(await types(rung, *asking), REFUSED, "Say until when 'accept the workaround' holds")
    asked = does(await types(rung, *asking, "--until", f"{day}"))
    assert asked == (
        "Asked Kim Harlow (approval-harbor-desk-c9-1)\n"
        f"Holds until: {day + timedelta(days=1):%a} 16 {day:%b} 00:00 BST\n"
    )
    until = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
    assert (await rung.stands(ticket)).approvals[0].proposal.until == until
    told = does(await types(rung, "approval", "approval-harbor-desk-c9-1"))
    assert "Action: accept the workaround (workaround)\n" in told
    ends = day + timedelta(days=1)
    assert f"Holds until: {ends:%a} 16 {ends:%b} 00:00\n" in told
    assert "Mia Keller decides it for Northwind: workaround: management, without limit\n" in told
    listed = does(await types(rung, "approvals", "--limit", "1")).splitlines()
    assert (len(listed), listed[-1]) == (4, "There may be more: --limit 1 are shown.")


async def test_acting_first_is_told_and_can_be_objected_to(rung: Parts) -> None:
    ticket = await with_bo(rung, "c8")
    first = ("--action", "failover", "--downtime", "1 hour", "--what", "to London 2", "--act-first")
    acted = does(await types(rung, "ask", ticket, "--by", "bo", *first))
    assert acted == "Bo Lind has acted first: failover (1 hour down)\n"
    approval = "approval-harbor-desk-c8-1"
    await until(lambda: _ended(rung, approval), "everyone was told")
    words = ("--reason", "London 2 was in repair")
    objected_to = does(await types(rung, "object", approval, "--by", "cy", *words))
    assert objected_to == "Cy Tanaka objects: London 2 was in repair\n"

    async def objected() -> str:
        told = does(await types(rung, "approval", approval))
        return told if "Who objects:" in told else ""

    told = squeezed(await until(objected, "the objection in the ledger"))
    assert (
        "Bo Lind may act first: failover: senior specialist, up to 2 hours down, first in an emergency"
        in told
    )
    assert "Who was told:" in told
    assert "T Cy Tanaka objects: London 2 was in repair, through the command line" in told


async def _ended(rung: Parts, approval: str) -> bool:
    runs = [run async for run in rung.tickets.find_approvals("ExecutionStatus = 'Completed'", 100)]
    return approval in [run.id for run in runs]


async def test_what_is_not_there_is_the_users_mistake(rung: Parts) -> None:
    gone = "approval-harbor-desk-nothing-1"
    for typed in (
        ("approval", gone),
        ("approval", "approval-"),
        ("decide", gone, "--by", "cy", "--yes"),
        ("decide", gone, "--by", "cy", "--yes", "--signal"),
        ("object", gone, "--by", "cy", "--reason", "x"),
    ):
        fails(await types(rung, *typed), USER_ERROR, f"There is no such approval {typed[1]!r}")
    nowhere = ("ask", "ticket-harbor-desk-nothing", "--by", "bo", "--action", "restart", "--what", "x")
    fails(await types(rung, *nowhere), USER_ERROR, "There is no such ticket")
