"""Scenario files: what can't be meant is told with its file, its line and what to write instead."""

from __future__ import annotations

import json
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from procedure.approval.state import ApprovalNotice
from procedure.complaint.state import ComplaintNotice
from procedure.path.assignment import AssignmentNotice
from procedure.ticket.state import NoticeKind
from rehearsal.scenario import Scenario, ScenarioError, length, read, schema
from rehearsal.timeline import TOLD
from tests.northwind import northwind
from tests.tables import every

GOOD = """\
title: Too slow
client: harbor
at: 2026-12-02 12:00
severity: high
"""

ONCE = """\
answers:
  - {who: ana, after: 5m, does: acknowledge}
expect:
  - {told: ana, by: 1m}
"""

MISTAKES: dict[str, tuple[str, str]] = {
    "no such key": (
        GOOD + "silents: [ana]\n",
        "5: silents: there is no key 'silents': did you mean 'silent'?",
    ),
    "nothing but a text": ("so slow\n", "1: is no scenario: write its keys, such as title, client, at"),
    "nothing at all": ("", "1: is no scenario: write its keys, such as title, client, at"),
    "no yaml": (GOOD + "answers: [\n", "6: can't be read from here on"),
    "twice": (GOOD + "client: lindqvist\n", "5: client: 'client' is there twice, first in line 2: keep one"),
    "no client": (GOOD.replace("client: harbor\n", ""), "1: client: is missing"),
    "an unknown client": (
        GOOD.replace("harbor", "harbour"),
        "2: client: there is no client 'harbour': did you mean 'harbor'?",
    ),
    "no time": (
        GOOD.replace("2026-12-02 12:00", "tomorrow"),
        "3: at: 'tomorrow' is no date and time: write a date and a time, such as 2026-12-24 18:00",
    ),
    "no severity": (GOOD.replace("high", "urgent"), "4: severity: write one of 'critical', 'high', 'medium'"),
    "neither facts nor severity": (
        GOOD.replace("severity: high\n", ""),
        "1: write one of: facts (what is known of it), severity",
    ),
    "a length of time": (
        GOOD + ONCE.replace("5m", "soon"),
        "6: answers.1.after: 'soon' is not a length of time: write a number and a unit, such as \"35m\"",
    ),
    "business days": (
        GOOD + ONCE.replace("5m", "1 business day"),
        "6: answers.1.after: '1 business day' dep",
    ),
    "who answers": (
        GOOD + ONCE.replace("who: ana", "who: anna"),
        "6: answers.1.who: there is no person 'anna'",
    ),
    "what they say": (
        GOOD + ONCE.replace("acknowledge", "acknowlege"),
        "6: answers.1.does: there is no such saying 'acknowlege': did you mean 'acknowledge'?",
    ),
    "what goes with it": (
        GOOD + ONCE.replace("acknowledge", "resolve, solved: it"),
        "6: answers.1.solution: is missing: write it",
    ),
    "what does not go with it": (
        GOOD + ONCE.replace("acknowledge", "resolve, solution: done, xyz: x"),
        "6: answers.1.xyz: there is no key 'xyz': write one of solution, who, does",
    ),
    "no time of an answer": (
        GOOD + ONCE.replace(", after: 5m", ""),
        "6: answers.1: write one of: after (they were told of it), at (after the ticket came in)",
    ),
    "somebody who answers is silent": (
        GOOD + ONCE + "silent: [ana]\n",
        "9: silent.1: ana has an answer, too: take one of the two away",
    ),
    "two things are expected at once": (
        GOOD + ONCE.replace("told: ana", "told: ana, never: ben"),
        "8: expect.1: write exactly one of told, never, tier",
    ),
    "a tier": (
        GOOD + ONCE.replace("told: ana", "tier: engineers"),
        "8: expect.1.tier: there is no tier 'engineers': did you mean 'engineering'?",
    ),
    "a kind of notice": (
        GOOD + ONCE.replace("by: 1m", "what: pager"),
        "8: expect.1.what: there is no kind of notice 'pager': did you mean 'page'?",
    ),
    "a channel": (
        GOOD + "channels_dead: [pigeon]\n",
        "5: channels_dead.1: there is no channel 'pigeon': write one of mail",
    ),
    "anybody at a time": (
        GOOD + ONCE.replace("who: ana, after", "who: anybody, at"),
        "6: answers.1.at: nobody knows yet who that is: write after",
    ),
}


@every("text, mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_its_cure(text: str, mistake: str, tmp_path: Path) -> None:
    """In the form in which a procedure's are."""
    file = tmp_path / "scenario.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as error:
        read(file).checked(northwind())

    assert f"{file}:{mistake}" in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """In the order of the file."""
    file = tmp_path / "scenario.yaml"
    file.write_text(GOOD + ONCE.replace("ana", "anna"))
    with pytest.raises(ScenarioError) as error:
        read(file).checked(northwind())

    assert [mistake.line for mistake in error.value.mistakes] == [6, 8]


def test_a_file_that_is_not_there_is_said() -> None:
    """By its name."""
    with pytest.raises(ScenarioError, match=r"nowhere\.yaml:1: can't be read: No such file or directory"):
        read(Path("nowhere.yaml"))


@every(
    "written, minutes",
    {"35m": 35, "2h": 120, "1h 30m": 90, "3d": 4320, "0m": 0, "90 minutes": 90, "+5 min": 5},
)
def test_lengths_are_short_or_long(written: str, minutes: int) -> None:
    """As people write them."""
    assert length(written) == timedelta(minutes=minutes)


def test_a_severity_stands_for_facts_that_make_it() -> None:
    """The first of the client's rules, with as few users as it takes."""
    written = {"title": "t", "client": "harbor", "at": "2026-12-02 12:00"}
    critical = Scenario.model_validate({**written, "severity": "critical"}).known(northwind())
    low = Scenario.model_validate({**written, "severity": "low"}).known(northwind())

    assert (critical.system, critical.state) == ("trading platform", "down")
    assert (low.system, low.state) == ("office mail", "limited")
    with pytest.raises(LookupError, match="nothing is critical at this client: write facts"):
        Scenario.model_validate({**written, "client": "lindqvist", "severity": "critical"}).known(northwind())


NOTICES: dict[str, type[StrEnum]] = {
    "": NoticeKind,
    "approval ": ApprovalNotice,
    "complaint ": ComplaintNotice,
    "review ": AssignmentNotice,
    "problem ": AssignmentNotice,
}


@every("about, kinds", NOTICES)
def test_every_kind_of_notice_has_its_words(about: str, kinds: type[StrEnum]) -> None:
    """Who adds one says what its reader is told."""
    assert {f"{about}{kind}" for kind in kinds} - {"complaint ticket"} <= set(TOLD)


def test_the_editors_schema_is_up_to_date() -> None:
    """Made again with: starter.py check examples/northwind --schema examples."""
    written = json.loads((Path(__file__).parents[2] / "examples" / "scenario.schema.json").read_text())

    assert written == schema()
