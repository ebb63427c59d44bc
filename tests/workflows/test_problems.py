"""Stories of problems: what comes again is put before somebody who finds its cause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from procedure.book.severity import Facts
from procedure.problem.state import Problem
from tests.northwind import northwind
from tests.procedure.problem.test_problem import PATTERN, PROBLEMS, solved
from tests.workflows.house import AT_EACH_STEP, House
from workflows.messages.assignment import PROBLEM_FINDINGS

IDENT = PATTERN.problem
AGAIN = Facts(system="trading platform", state="impaired", users=5, category="network")


@pytest.fixture(autouse=True)
def with_problems(running: House) -> None:
    """Engineering looks for causes."""
    running.book = northwind(problems=PROBLEMS)


async def says(running: House, name: str, by: str, **content: str) -> str:
    said = PROBLEM_FINDINGS[name].model_validate({"by": by, "via": "a story", **content})
    key = str(len((await stands(running)).record))
    return (await running.tickets.say(IDENT, name, said, key)).text


async def stands(running: House) -> Problem:
    await running.quiet()
    return await running.tickets.assignment(IDENT, Problem)


@AT_EACH_STEP
async def test_the_third_of_its_kind_opens_a_problem_whose_workaround_helps_the_fourth(
    running: House,
) -> None:
    running.earlier.count = 2
    running.lists.append(IDENT)
    story = await running.opens(AGAIN)
    mails = await running.expects("kim", "ana", "bo", "cy")
    assert "Please own the problem of Harbor Trading (trading platform, network)" in mails[-1].text
    assert f"It has come often enough for somebody to look for the cause: {IDENT}" in await story.record()

    running.earlier.count = 3
    await running.opens(AGAIN, number="43", title="Orders hang again")
    mails = await running.expects("kim", "ana", "bo", "cy")
    assert "It has come again: ticket 43, Orders hang again." in mails[-1].text

    await says(running, "workaround", "cy", words="restart the order service")
    running.earlier.problems[IDENT] = await stands(running)
    fourth = await running.opens(AGAIN, number="44")
    mails = await running.expects("kim", "ana", "bo", "cy")
    assert "Known error, work around it: restart the order service" in mails[2].text
    assert (await fourth.stands()).notes[0].text.endswith("restart the order service")

    await says(running, "cause", "cy", words="the index is missing")
    await says(running, "conclude", "cy", words="the index is there now")
    problem = await stands(running)
    assert (problem.count, problem.over, problem.concluded_by) == (3, True, "cy")


async def test_a_pattern_that_returns_after_it_was_solved_begins_one_level_up(running: House) -> None:
    running.earlier.count = 2
    running.earlier.problems[IDENT] = replace(solved(), notices=())
    running.lists.append(IDENT)
    await running.opens(AGAIN)
    await running.expects("kim", "ana", "bo", "tom")
    problem = await stands(running)
    assert (problem.path.level, problem.holder) == ("management", "tom")
    assert "It has come again after it was solved (the index is there): to management" in problem.sentences()


async def test_it_is_owned_and_its_cause_is_found_through_its_page(running: House) -> None:
    running.earlier.count = 2
    running.lists.append(IDENT)
    story = await running.opens(AGAIN)
    *_, to_cy = await running.expects("kim", "ana", "bo", "cy")
    refused = await story.click(to_cy, choice="conclude", text="restarted")
    assert "Say first what the cause is" in refused.text
    assert (await story.click(to_cy, choice="cause", text="the index is missing")).status_code == 303
    page = await running.browser.get(to_cy.link)
    assert "You own it: please solve it by" in page.text
    assert (await stands(running)).cause == "the index is missing"
