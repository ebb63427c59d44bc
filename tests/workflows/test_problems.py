"""Stories of problems: what comes again is put before somebody who finds its cause."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from procedure.book.severity import Facts
from procedure.problem.state import Problem
from procedure.record import Refused
from tests.northwind import northwind
from tests.page import Page, can_be_read_by_everybody, keeps_to_the_policy, labels_every_field
from tests.procedure.problem.test_problem import PATTERN, PROBLEMS, solved
from tests.workflows.house import AT_EACH_STEP, LOST_TASKS, House, Received
from workflows.messages.approval import OPINIONS
from workflows.messages.assignment import PROBLEM_FINDINGS
from workflows.messages.problem import ProblemInput

IDENT = PATTERN.problem
AGAIN = Facts(system="trading platform", state="impaired", users=5, category="network")


@pytest.fixture(autouse=True)
def with_problems(running: House) -> None:
    """Engineering looks for causes."""
    running.book = northwind(problems=PROBLEMS)


async def says(running: House, name: str, by: str, **content: object) -> str:
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


async def owned(running: House, **problems: str) -> Received:
    """A problem of which Cy knows the cause; the mail that gave it to them."""
    running.book = northwind(problems=PROBLEMS | problems)
    running.lists.append(IDENT)
    await running.tickets.open_problem(ProblemInput(pattern=PATTERN, title="Orders hang", opened_by="bo"))
    (mail,) = await running.expects("cy")
    await says(running, "cause", "cy", words="the disk is too small")
    return mail


async def decides(running: House, number: int, by: str, yes: bool = True, reason: str = "") -> None:
    said = OPINIONS["decide"].model_validate({"by": by, "via": "a story", "yes": yes, "reason": reason})
    await running.tickets.speak_up(f"approval-{IDENT}-{number}", said, f"{number}{by}")


async def fixed_as(running: House, outcome: str) -> Problem:
    """Waits until the problem has heard how its fix stands."""
    async with asyncio.timeout(LOST_TASKS):
        while (problem := await stands(running)).fixes[-1].outcome != outcome:
            await asyncio.sleep(0.01)
    return problem


@AT_EACH_STEP
async def test_its_fix_is_approved_on_both_sides_before_it_is_solved(running: House) -> None:
    running.lists.append(f"approval-{IDENT}-1")
    await owned(running, approved_as="replace hardware")
    with pytest.raises(Refused, match=r"needs a yes first \(replace hardware\)"):
        await says(running, "conclude", "cy", words="a bigger disk")
    await says(
        running,
        "propose",
        "cy",
        action="replace hardware",
        what="a bigger disk",
        cost=2500,
        downtime="2 hours",
    )
    to_raj, to_mia = await running.expects("raj", "mia")
    assert "Cy Tanaka (Northwind) asks: replace hardware (GBP 2,500 and 2 hours down)" in to_raj.text
    assert "Problem, Harbor Trading" in to_raj.text
    assert "icket" not in to_raj.text
    assert "Cy Tanaka asks: replace hardware" in to_mia.text

    await decides(running, 1, "mia")
    await running.expects("mia")
    problem = await fixed_as(running, "asked")
    assert (problem.state, problem.holder) == ("paused", "cy")
    with pytest.raises(Refused, match="Not decided yet: a bigger disk"):
        await says(running, "conclude", "cy", words="a bigger disk")
    await decides(running, 1, "raj")
    await running.expects("raj", "mia", "cy", saying="Raj Patel says yes")
    await fixed_as(running, "approved")
    await says(running, "conclude", "cy", words="the bigger disk is in")
    problem = await stands(running)
    assert (problem.over, problem.concluded_by) == (True, "cy")
    assert any(
        "approved. Mia Keller (management) says yes. Raj Patel says yes" in line
        for line in problem.sentences()
    )


async def test_a_fix_that_is_denied_is_not_made_and_who_had_it_reads_who_approved_another(
    running: House,
) -> None:
    await owned(running)
    await says(running, "propose", "cy", action="replace hardware", what="a bigger disk", cost=1800)
    await running.expects("raj")
    await decides(running, 1, "raj", yes=False, reason="next year")
    await running.expects("raj", "cy", saying="next year")
    problem = await fixed_as(running, "denied")
    with pytest.raises(Refused, match=r"It was not approved .*next year"):
        await says(running, "conclude", "cy", words="a bigger disk")

    assert problem.path.answer_by
    await running.passes(seconds=(problem.path.answer_by - await running.now()).total_seconds())
    await running.expects("cy", "cy", "tom")
    await says(running, "propose", "tom", action="configuration change", what="old logs are deleted")
    await says(running, "conclude", "tom", words="logs are kept for a week")
    (mail,) = await running.expects("cy", saying="logs are kept for a week")
    assert "old logs are deleted (configuration change: Tom Adeyemi may decide it alone" in mail.text
    assert "Fix not approved" in mail.text


async def test_a_fix_is_proposed_through_its_page_and_withdrawn_in_the_end(running: House) -> None:
    mail = await owned(running)
    fix = {"choice": "propose", "form": "propose", "action": "replace hardware", "what": "a bigger disk"}
    refused = await running.click(mail, **fix, cost="much")
    assert "is no cost: write it in whole GBP" in refused.text
    page = Page(refused.content)
    assert page.all("details.do[open] #propose"), "it stands open where it did not count"
    for holds in (keeps_to_the_policy, can_be_read_by_everybody, labels_every_field):
        holds(page)
    assert (await running.click(mail, **fix, cost="1,800")).status_code == 303
    (to_raj,) = await running.expects("raj")
    page = Page((await running.browser.get(mail.link)).content)
    assert page.lead == "You own it, and only Harbor Trading's answer is missing: nothing to do now."
    assert page.all("#propose") == [], "one at a time"
    assert "To the problem" not in (await running.browser.get(to_raj.link)).text

    said = OPINIONS["withdraw"].model_validate({"by": "cy", "reason": "they buy a new server"})
    await running.tickets.speak_up(f"approval-{IDENT}-1", said, "withdrawn")
    await running.expects("raj", saying="they buy a new server")
    await fixed_as(running, "withdrawn")
    await says(running, "conclude", "cy", words="the new server is in")
    assert (await stands(running)).over


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
