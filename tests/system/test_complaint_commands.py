"""The commands of complaints as somebody types them, beside a real server, a worker and a mail server."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from click.testing import CliRunner

from procedure.book.severity import Facts
from procedure.complaint.state import CALLER
from runtime.links import Address, Links
from starter import cli
from tests.northwind import PROCEDURE
from tests.system.beside.test_command_line import REFUSED, UNREACHABLE, USER_ERROR, does, fails
from tests.system.parts import KEY, Parts, parts, until
from tests.system.test_approval_commands import squeezed, types

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOWN = Facts(system="trading platform", state="down")
HEAD = "COMPLAINT CLIENT STATUS LEVEL HOLDER DUE SINCE ABOUT"
WORDS = "zyzzyva was taken down at noon"
KIND = "changed without asking"

BY_KIM = ("complain", "--client", "harbor", "--by", "kim", "--kind", KIND, "--taken-by", "ana")
BY_NIA = ("complain", "--client", "lindqvist", "--who", "Nia Holt", "--reach", "0161 496 0000")
NO_ANSWER = ("--kind", "conduct", "--words", WORDS, "--taken-by", "ana")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rung(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    """The parts with a worker, in real time: no level's time runs out meanwhile. Two make a review."""
    review = PROCEDURE["complaints"]["review"] | {"complaints": 2}
    complaints = PROCEDURE["complaints"] | {"review": review}
    async with parts(tmp_path_factory.mktemp("complaints"), complaints=complaints) as running:
        await running.worker_starts()
        yield running


def ident_in(told: str) -> str:
    """The complaint whose number was printed."""
    return str(re.findall(r"^Number: \S+ \((complaint-[\w-]+)\)$", told, re.MULTILINE)[0])


async def says(rung: Parts, complaint: str, what: str, by: str, *content: str) -> str:
    """Somebody says something about a complaint; what they are answered."""
    fields = [word for part in content for word in ("--with", part)]
    return does(await types(rung, "complaint-say", complaint, what, "--by", by, *fields))


async def listed(rung: Parts, ident: str, *options: str) -> str:
    """The line of a complaint in the list, as soon as it is there."""

    async def look() -> str:
        lines = squeezed(does(await types(rung, "complaints", *options)))
        return next((line for line in lines if line.startswith(f"{ident} ")), "")

    return await until(look, f"{ident} is listed")


async def listed_as(rung: Parts, ident: str, words: str, *options: str) -> str:
    """The same, as soon as the line has these words."""

    async def look() -> str:
        line = await listed(rung, ident, *options)
        return line if words in line else ""

    return await until(look, f"{ident} is listed as {words}")


async def test_a_complaint_from_the_call_to_its_end(rung: Parts) -> None:
    ticket = await rung.opens("c1", DOWN, title="No prices")
    call = (*BY_KIM, "--ticket", ticket, "--settle", "a call", "--key", "call-1")
    typed = await asyncio.to_thread(
        CliRunner().invoke, cli, [*call, "--words", "-"], input=WORDS, env=rung.variables
    )
    told = does(subprocess.CompletedProcess(call, typed.exit_code, typed.stdout, typed.stderr))
    complaint, lines = ident_in(told), squeezed(told)
    number = complaint.removeprefix("complaint-harbor-")
    assert lines[0] == f"Number: {number} ({complaint})"
    assert lines[1] == "Max Berger (account manager) is to take it by T, and to answer by T."
    assert lines[3] == "If nobody acts (Europe/London):"
    assert lines[4].endswith("it goes to Vera Hall (customer success)")
    assert lines[-2:] == [
        "Times are Europe/London.",
        "Kim Harlow gets it by mail, with a link to how it stands.",
    ]

    again = does(await types(rung, *call, "--words", WORDS))
    assert ident_in(again) == complaint
    line = await listed_as(rung, complaint, " max ")
    assert line == f"{complaint} harbor open account manager max T T {ticket}"

    assert await says(rung, complaint, "acknowledge", "max") == "Max Berger has it\n"
    promise = ("words=sorry", "promise=a list", "promised_by=2099-01-01T00:00Z")
    with_them = [word for part in promise for word in ("--with", part)]
    far = await types(rung, "complaint-say", complaint, "answer", "--by", "max", *with_them)
    fails(far, REFUSED, "is too far away: promise it for a time within a year.")
    answered = await says(rung, complaint, "answer", "max", "words=so sorry")
    assert answered == "Max Berger (account manager) has answered\n"
    await listed_as(rung, complaint, " answered ")
    not_theirs = await types(
        rung, "complaint-say", complaint, "settle", "--by", "max", "--with", "settled=yes"
    )
    fails(not_theirs, REFUSED, "It is Kim Harlow's complaint: only they can say that.")
    up = await says(rung, complaint, "settle", "kim", "settled=no", "words=not a word of why")
    assert up.startswith("Vera Hall (customer success) is told, to take it by ")
    await listed_as(rung, complaint, " customer success vera ")

    without = does(await types(rung, "complaint", complaint))
    assert does(await types(rung, "complaint", number.upper())) == without
    everything = does(await types(rung, "complaint", complaint, "--words"))
    for word in (WORDS, KIND, "a call", "so sorry", "not a word of why"):
        assert word in everything
        assert word not in without
        assert word not in does(await types(rung, "complaint", complaint, "--json"))
        assert word in does(await types(rung, "complaint", complaint, "--json", "--words"))
        assert word not in does(await types(rung, "complaints", "--all"))
        assert word not in does(await types(rung, "show", ticket, "--json"))
    assert f"About {ticket}: No prices\n" in without
    assert "Kim Harlow complains, taken by Ana Ruiz (through the command line)\n" in without

    assert await says(rung, complaint, "withdraw", "kim") != ""
    over = does(await types(rung, "complaint", complaint))
    assert "How it stands: It is closed: withdrawn\n" in over

    async def gone() -> bool:
        return complaint not in does(await types(rung, "complaints"))

    await until(gone, "it is listed as open no more")
    assert f"{complaint} harbor closed" in await listed(rung, complaint, "--all")
    await rung.client.get_workflow_handle(complaint).result()
    late = await types(rung, "complaint-say", complaint, "add", "--by", "kim", "--with", "words=x")
    fails(late, REFUSED, "The complaint is closed (withdrawn). It can be opened again.")
    signal = await types(rung, "complaint-say", complaint, "reopen", "--by", "kim", "--signal")
    fails(signal, REFUSED, f"{complaint} is over, and takes no signal; reopen goes without --signal")
    await says(rung, complaint, "reopen", "kim")
    await listed_as(rung, complaint, " open leadership otto ")
    (one,) = [line for line in squeezed(does(await types(rung, "complaints", "--all"))) if complaint in line]
    assert " open leadership otto " in one


async def test_of_who_is_no_contact_the_link_is_printed_and_two_complaints_are_reviewed(rung: Parts) -> None:
    told = does(await types(rung, *BY_NIA, *NO_ANSWER))
    first = ident_in(told)
    assert "Una Doyle (account manager) is to take it" in told
    *_, hint, page = told.splitlines()
    assert hint == "No mail reaches them. Give them the link to how it stands:"
    start, _, token = page.rpartition("/")
    assert start == f"{rung.gateway_url}/complaint"
    assert Links([KEY], "").read("complaint", token) == Address("complaint", first, CALLER)
    without = does(await types(rung, "complaint", first)) + does(
        await types(rung, "complaint", first, "--json")
    )
    for word in ("Nia Holt", "0161 496 0000", "zyzzyva", "conduct"):
        assert word not in without
    assert await says(rung, first, "add", CALLER, "words=and rude", "about=vera") != ""

    # Not hers to say: nothing is answered, and the record says why it does not count.
    signalled = await types(rung, "complaint-say", first, "acknowledge", "--by", "vera", "--signal")
    assert does(signalled) == "Sent.\n"

    async def refused() -> bool:
        return "TakeComplaint does not count: It is about you" in does(await types(rung, "complaint", first))

    await until(refused, "the refusal in the record")

    second = ident_in(does(await types(rung, *BY_NIA, *NO_ANSWER)))
    assert second != first
    line = await listed_as(rung, "review-lindqvist", " otto ", "--client", "lindqvist")
    assert line == "review-lindqvist lindqvist open leadership otto T T 2 complaints"
    of_lindqvist = ("complaints", "--client", "lindqvist")
    await listed_as(rung, second, " una ")
    by_due = squeezed(does(await types(rung, *of_lindqvist)))
    assert by_due[:2] == ["Times are Europe/London.", HEAD]
    assert [line.split()[0] for line in by_due[2:]][-2:] == [second, "review-lindqvist"]
    one = squeezed(does(await types(rung, *of_lindqvist, "--limit", "1")))
    assert one[3:] == ["2 more are due later: see --limit."]
    assert first.removeprefix("complaint-lindqvist-") in squeezed(
        does(await types(rung, "complaint", "review-lindqvist"))
    )
    assert await says(rung, "review-lindqvist", "acknowledge", "otto") == "Otto Northwind has it\n"
    held = await says(rung, "review-lindqvist", "conclude", "otto", "words=a call every Monday")
    assert held == "Otto Northwind has held it\n"
    shown = does(await types(rung, "complaint", "review-lindqvist", "--words"))
    assert "How it stands: Otto Northwind has held it\n" in shown
    assert "What was agreed: a call every Monday\n" in shown
    await rung.client.get_workflow_handle("review-lindqvist").result()
    late = await types(rung, "complaint-say", "review-lindqvist", "acknowledge", "--by", "otto")
    fails(late, REFUSED, "Otto Northwind has held it already.")


async def test_what_is_not_there_is_the_users_mistake(rung: Parts) -> None:
    nobodys = await types(rung, "complaints", "--client", "nobody")
    fails(nobodys, USER_ERROR, "There is no client 'nobody': one of harbor, lindqvist")
    gone = "complaint-harbor-c-nothing"
    for typed in (
        ("complaint", gone),
        ("complaint", "c-nothing"),
        ("complaint", "review-nobody"),
        ("complaint-say", gone, "withdraw", "--by", "kim"),
        ("complaint-say", gone, "withdraw", "--by", "kim", "--signal"),
        ("complaint-say", "review-nobody", "acknowledge", "--by", "vera"),
    ):
        fails(await types(rung, *typed), USER_ERROR, f"There is no such complaint {typed[1]!r}")
    ticket = await rung.opens("c2", DOWN)
    link = ("complain-link", "--client", "harbor", "--by", "kim", "--ticket")
    token = does(await types(rung, *link, ticket)).strip().rpartition("/")[2]
    assert Links([KEY], "").read("complain", token) == Address("complain", ticket, "kim")
    fails(await types(rung, *link, f"{ticket}-none"), USER_ERROR, f"There is no ticket '{ticket}-none'")
    for other in (ticket, "ticket-lindqvist-desk-none"):
        answer = await types(rung, *BY_NIA, *NO_ANSWER, "--ticket", other)
        fails(answer, USER_ERROR, f"{other!r} is no ticket of lindqvist, or Temporal no longer keeps it")


async def test_the_list_needs_no_worker_and_what_is_raised_waits_for_one(rung: Parts) -> None:
    """The last story here: the worker is gone after it."""
    complaint = ident_in(does(await types(rung, *BY_KIM, "--words", WORDS)))
    await listed_as(rung, complaint, " max ")
    await rung.worker.is_killed()
    assert (await listed(rung, complaint, "--client", "harbor")).endswith(" ?")
    raised = await types(rung, *BY_KIM, "--words", WORDS, "--key", "call-2")
    fails(raised, UNREACHABLE, "is raised, but nobody was told of it in time: ")
    assert "Repeat it with --key call-2: however often it is sent, it counts once." in raised.stderr
    assert WORDS not in raised.stderr
