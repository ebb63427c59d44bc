"""authority as somebody types it, and what the commands of approvals say before they ask a server."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel

from starter import cli
from tests.northwind import ON_CALL, PROCEDURE
from workflows.messages.approval import OPINIONS
from workflows.messages.ticket import SAYINGS

USER_ERROR, REFUSED = 2, 3
THURSDAY = "2026-12-03T14:00"
THAT_EVENING = "2026-12-03T20:00"

NORTHWIND_IS = "times in Europe/London, where Northwind is."
HEAD = "AT WHO AS ANSWERS BY UNDER"

Type = Callable[..., Result]
Tell = Callable[..., list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The procedure in which Harbor is on call outside its hours, 9:00 to 17:30."""
    return write(tmp_path / "northwind")


@pytest.fixture
def typed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """The command line, set to this folder."""
    monkeypatch.setenv("RUNG_PROCEDURE", str(folder))
    monkeypatch.setenv("RUNG_STATE", str(tmp_path / "state"))
    return lambda *words: CliRunner().invoke(cli, words)


@pytest.fixture
def told(typed: Type) -> Tell:
    """What `authority` prints for Harbor."""

    def tell(action: str, *more: str, at: str = THURSDAY) -> list[str]:
        return does(typed("authority", "--client", "harbor", "--action", action, "--at", at, *more))

    return tell


def write(folder: Path, **changes: Any) -> Path:
    """A folder with the procedure's files; JSON is YAML."""
    book = deepcopy(PROCEDURE | ON_CALL | changes)
    (folder / "clients").mkdir(parents=True, exist_ok=True)
    for name, client in book.pop("clients").items():
        (folder / "clients" / f"{name}.yaml").write_text(json.dumps(client))
    (folder / "procedure.yaml").write_text(json.dumps(book))
    return folder


def authority(**changes: Any) -> dict[str, Any]:
    """The table with some of its actions changed."""
    table = deepcopy(PROCEDURE["authority"])
    for name, keys in changes.items():
        table["actions"][name.replace("_", " ")] |= keys
    return dict(table)


def harbor(**changes: Any) -> dict[str, Any]:
    """The clients with another Harbor."""
    clients = deepcopy(ON_CALL["clients"])
    clients["harbor"] |= changes
    return dict(clients)


def away(*people: str, **leave: str) -> dict[str, Any]:
    """The people with some of them away at any time."""
    ever = {"first": "2020-01-01", "last": "2099-12-31", **leave}
    everybody = deepcopy(ON_CALL["people"])
    for person in people:
        everybody[person]["leave"] = [ever]
    return dict(everybody)


def does(answer: Result) -> list[str]:
    """It worked; the lines it printed, without the padding of its columns, and without the version."""
    assert answer.exit_code == 0, answer.output
    lines = [" ".join(line.split()) for line in answer.output.splitlines()]
    return [line for line in lines if not line.startswith("Version ")]


def fails(answer: Result, code: int, saying: str) -> None:
    """An exit code that says whose fault it is, words on stderr, nothing on stdout."""
    assert answer.exit_code == code, answer.output
    assert saying in answer.stderr
    assert answer.stdout == ""
    assert "Traceback" not in answer.output


# Who may decide -----------------------------------------------------------------------


def test_each_side_in_the_order_they_are_asked_with_times_and_lines(told: Tell) -> None:
    engineering = "replace hardware: engineering, up to GBP 2,000 and 4 hours down"
    management = "replace hardware: management, without limit"
    assert told("replace hardware", "--cost", "1800", "--downtime", "2 hours") == [
        "replace hardware (GBP 1,800 and 2 hours down), high, for Harbor Trading, "
        "on Thursday 3 December 2026 14:00 GMT, in hours",
        "",
        "Northwind asks in this order; each has 30 minutes to answer:",
        HEAD,
        f"Thu 3 Dec 14:00 GMT Cy Tanaka engineering Thu 3 Dec 14:30 GMT {engineering}",
        f"Thu 3 Dec 14:30 GMT Gil Moreau engineering Thu 3 Dec 15:00 GMT {engineering}",
        f"Thu 3 Dec 15:00 GMT Mia Keller management Thu 3 Dec 15:30 GMT {management}",
        f"Thu 3 Dec 15:30 GMT Tom Adeyemi management Thu 3 Dec 16:00 GMT {management}",
        "Asked only if Harbor Trading has agreed by Thu 3 Dec 14:30 GMT (else it is undecided then): "
        "Gil Moreau, Mia Keller, Tom Adeyemi.",
        "Whoever stands on one of these tiers decides it for Northwind without asking.",
        "",
        "Harbor Trading must agree, since it costs GBP 1,800 and it is down in their hours; "
        "asked at the same time,",
        "each has 30 minutes to answer:",
        HEAD,
        "Thu 3 Dec 14:00 GMT Raj Patel contact Thu 3 Dec 14:30 GMT "
        "replace hardware: Raj Patel, up to GBP 5,000 and 8 hours down",
        "",
        "A yes through a link needs the code from the mail.",
        "If nobody decides: undecided at Thu 3 Dec 14:30 GMT, and Tom Adeyemi is told.",
    ]


def test_contacts_who_come_after_the_msps_last_are_asked_only_if_it_has_agreed(
    folder: Path, told: Tell
) -> None:
    """With nobody left on one side it is undecided, whoever is left on the other."""
    write(folder, people=away("gil", "mia", "tom"))
    only_cy = told("failover", "--downtime", "1 hour")
    assert any(" Raj Patel contact " in text for text in only_cy)
    text = "Asked only if Northwind has agreed by Thu 3 Dec 14:30 GMT (else it is undecided then): Raj Patel."
    assert only_cy[only_cy.index("A yes through a link needs the code from the mail.") - 2] == text
    assert not any("Asked only if Harbor" in text for text in only_cy)


def test_who_is_asked_whatever_the_other_side_says_has_no_condition(told: Tell) -> None:
    """Nobody at the client is asked at all."""
    alone = told("restart", "--downtime", "2 hours", at=THAT_EVENING)
    assert not any(text.startswith("Asked only if") for text in alone)


def test_out_of_hours_it_is_those_on_call_under_the_lines_for_it(told: Tell) -> None:
    """Two hours down are allowed to the senior specialists out of hours only, and hurt nobody then."""
    night = told("restart", "--downtime", "2 hours", at=THAT_EVENING)
    line = "restart: senior specialist, up to 2 hours down, out of hours"
    assert night[0].endswith("20:00 GMT, out of hours")
    assert night[4:7] == [
        f"Thu 3 Dec 20:00 GMT Bo Lind senior specialist, on call (seniors) Thu 3 Dec 20:30 GMT {line}",
        f"Thu 3 Dec 20:30 GMT Cy Tanaka senior specialist, on call (engineers) Thu 3 Dec 21:00 GMT {line}",
        f"Thu 3 Dec 21:00 GMT Sam Ortega senior specialist, lead Thu 3 Dec 21:30 GMT {line}",
    ]
    assert "Harbor Trading need not agree." in night

    day = told("restart", "--downtime", "2 hours")
    assert day[4].startswith("Thu 3 Dec 14:00 GMT Cy Tanaka engineering ")
    assert any(text.startswith("Harbor Trading must agree, since it is down in their hours") for text in day)


def test_what_begins_later_is_down_then_and_not_now(told: Tell) -> None:
    now = told("restart", "--downtime", "30 minutes")
    later = told("restart", "--downtime", "30 minutes", "--begins", THAT_EVENING)
    assert any(text.startswith("Harbor Trading must agree") for text in now)
    assert "Harbor Trading need not agree." in later


def test_who_asks_is_not_asked_and_may_decide_within_their_own_authority(told: Tell) -> None:
    own = told("restart", "--downtime", "1 hour", "--asker", "bo", at=THAT_EVENING)
    assert own[2:] == [
        "Northwind: Bo Lind may decide it alone, on the spot. restart: senior specialist, up to 1 hour down",
        "",
        "Harbor Trading need not agree.",
        "",
    ]
    asked = told("restart", "--downtime", "4 hours", "--asker", "bo", at=THAT_EVENING)
    assert not any("Bo Lind" in text for text in asked)
    assert not any("without asking" in text for text in asked)
    mine = told("put one client first", "--asker", "ana")
    assert "Two different people must say yes, neither of them the one who asks." in mine


def test_substitutes_and_who_is_passed_over(folder: Path, told: Tell) -> None:
    write(folder, people=away("cy", substitute="sam"))
    assert " Sam Ortega (for Cy Tanaka) engineering " in told("replace hardware", "--cost", "900")[4]
    write(folder, people=away("cy"))
    without = told("replace hardware", "--cost", "900")
    assert " Gil Moreau engineering " in without[4]
    assert "Passed over: Cy Tanaka is away, and nobody stands in" in without


def test_a_contact_has_a_title_or_is_a_contact(folder: Path, told: Tell) -> None:
    raj = PROCEDURE["clients"]["harbor"]["contacts"]["raj"] | {"title": "head of trading"}
    write(folder, clients=harbor(contacts=PROCEDURE["clients"]["harbor"]["contacts"] | {"raj": raj}))
    assert any(" Raj Patel head of trading " in text for text in told("replace hardware", "--cost", "900"))


def test_what_waits_for_the_clients_hours_is_owed_in_them(told: Tell) -> None:
    evening = told("configuration change", "--severity", "medium", at="2026-12-03T17:00")
    assert evening[4].startswith("Thu 3 Dec 17:00 GMT Bo Lind senior specialist Fri 4 Dec 10:30 GMT")
    assert evening[2] == (
        "Northwind asks in this order; each has 2 hours of Harbor Trading's hours to answer:"
    )


def test_contacts_owe_their_answer_in_their_hours_where_they_have_some(told: Tell) -> None:
    """A workaround asked for half an hour before they go home."""
    evening = told("workaround", "--severity", "medium", at="2026-12-03T17:00")
    begin = evening.index("each has 2 hours of their hours to answer:")
    assert evening[begin + 2].startswith("Thu 3 Dec 17:00 GMT Kim Harlow contact Fri 4 Dec 10:30 GMT")
    critical = told("workaround", "--severity", "critical", at="2026-12-03T17:00")
    assert "each has 10 minutes to answer:" in critical


def test_at_critical_it_says_who_may_act_first(told: Tell) -> None:
    line = "May act, and tell afterwards: senior specialist, up to 2 hours down, first in an emergency."
    assert line in told("failover", "--downtime", "1 hour", "--severity", "critical")
    assert line not in told("failover", "--downtime", "1 hour")
    assert line not in told("failover", "--downtime", "3 hours", "--severity", "critical")


def test_what_is_risky_needs_the_code_and_what_costs_nothing_does_not(told: Tell) -> None:
    code = "A yes through a link needs the code from the mail."
    assert code in told("failover", "--downtime", "1 hour")
    assert code not in told("restart")


def test_an_option_of_managements_says_what_follows_a_yes(typed: Type) -> None:
    at_harbor = ("authority", "--client", "harbor", "--at", THURSDAY, "--option")
    bought = does(typed(*at_harbor, "buy", "--cost", "3000"))
    assert bought[0].startswith("buy: replace hardware (GBP 3,000), high, for Harbor Trading")
    assert bought[-1] == "After a yes: senior specialist carries it out."
    accepted = does(typed(*at_harbor, "accept the workaround"))
    assert accepted[-1].endswith("engineering carries it out, once the date that was named is over.")
    declined = does(typed(*at_harbor, "tell the customer no"))
    assert declined[-1] == "After a yes: the ticket is resolved, and the customer reads the decision."


def test_the_version_and_the_zone_are_named(typed: Type) -> None:
    answer = typed("authority", "--client", "harbor", "--action", "restart")
    version = answer.output.splitlines()[1]
    assert version.startswith("Version ")
    assert version.endswith(f" of the procedure; {NORTHWIND_IS}")


def test_a_time_is_the_clients_or_has_an_offset_and_is_shown_as_the_msps(typed: Type) -> None:
    """Stockholm is an hour ahead of London."""
    at_lindqvist = ("authority", "--client", "lindqvist", "--action", "restart", "--at")
    theirs = does(typed(*at_lindqvist, "2026-12-03T14:00"))
    assert theirs[0].endswith("on Thursday 3 December 2026 14:00 CET")
    assert theirs[4].startswith("Thu 3 Dec 13:00 GMT Ana Ruiz")
    assert does(typed(*at_lindqvist, "2026-12-03T13:00Z")) == theirs


def test_a_pace_is_shown(told: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_PACE", "60")
    lines = told("restart")
    assert lines[1] == "Pace 60: times run that much faster than agreed, and nobody's hours count."
    assert lines[0].endswith("14:00 GMT")
    assert lines[3].endswith("each has 30 minutes (30 seconds at this pace) to answer:")


def test_the_whole_table_says_a_pace_too(typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_PACE", "60")
    assert "nobody's hours count" in does(typed("authority", "--client", "harbor"))[1]


# Nobody may ---------------------------------------------------------------------------


def test_nobody_at_the_client_may_agree(typed: Type) -> None:
    answer = typed(
        *("authority", "--client", "harbor", "--action", "replace hardware", "--cost", "6000"),
        *("--at", THAT_EVENING),
    )
    assert does(answer)[-4:] == [
        "Harbor Trading must agree, since it costs GBP 6,000, and nobody there may:",
        "asked now it is undecided at once, and Tom Adeyemi is told.",
        "",
        "A yes through a link needs the code from the mail.",
    ]


def test_no_tier_of_the_msp_may(folder: Path, typed: Type) -> None:
    limited = [{"tier": "engineering", "cost": 500}]
    write(folder, authority=authority(call_in_staff={"may": limited}))
    answer = typed("authority", "--client", "harbor", "--action", "call in staff", "--cost", "501")
    assert "Ida Northcott  owner" in answer.output
    assert "Whoever stands on one of these tiers" not in answer.output
    asked_by_one = ("authority", "--client", "harbor", "--action", "put one client first", "--asker", "mia")
    answer = typed(*asked_by_one)
    assert answer.output.index("Tom Adeyemi") < answer.output.index("Ida Northcott  owner")
    assert "Two different people must say yes, neither of them the one who asks." in answer.output


# The whole table ----------------------------------------------------------------------


def test_without_an_action_the_whole_table_is_printed(typed: Type) -> None:
    lines = does(typed("authority", "--client", "harbor"))
    assert lines[0].startswith("Who may approve what at Northwind and Harbor Trading; version ")
    assert lines[2:8] == [
        "ACTION NORTHWIND MAY HARBOR TRADING MUST AGREE WHO THERE MAY",
        "restart first level, up to 10 minutes down if it is down in their hours "
        "Kim Harlow, up to 2 hours down",
        "senior specialist, up to 1 hour down Raj Patel, up to GBP 5,000 and 8 hours down",
        "senior specialist, up to 2 hours down, out of hours",
        "engineering, up to 8 hours down",
        "management, without limit",
    ]
    assert "put one client first (two people) management, without limit no" in lines
    assert "failover (risky) engineering, up to 2 hours down if anything is down "
    assert "buy replace hardware senior specialist carries it out" in lines
    assert lines[-4:] == [
        "Each who is asked has to answer within: "
        "critical 10 minutes, high 30 minutes, medium 2 hours, low 8 hours.",
        "In hours and out of hours are the client's, when it is asked and decided, not when it is done.",
        "Whatever no line reaches: Ida Northcott decides.",
        "If nobody decides: Tom Adeyemi is told.",
    ]
    for action in PROCEDURE["authority"]["actions"]:
        assert sum(line.startswith((f"{action} ", f"{action} (")) for line in lines) >= 1, action


def test_the_table_is_each_clients_own(folder: Path, typed: Type) -> None:
    agreed = {"restart": [], "configuration change": ["always"]}
    write(folder, clients=harbor(consent=agreed))
    theirs = does(typed("authority", "--client", "harbor"))
    assert "restart first level, up to 10 minutes down no" in theirs
    assert any(line.startswith("configuration change") and " always " in line for line in theirs)
    others = does(typed("authority", "--client", "lindqvist"))
    assert any(line.startswith("restart") and "Nora Lindqvist, without limit" in line for line in others)


def test_without_somebody_of_its_own_the_last_resort_is_told(folder: Path, typed: Type) -> None:
    table = authority()
    del table["undecided"]
    write(folder, authority=table)
    assert does(typed("authority", "--client", "harbor"))[-1] == "If nobody decides: Ida Northcott is told."


# What can't be meant ------------------------------------------------------------------

AT_HARBOR = ("authority", "--client", "harbor")
ASK = ("ask", "ticket-harbor-phone-1", "--by", "bo", "--what", "both nodes")
PROPOSE = ("act", "ticket-harbor-phone-1", "propose", "--by", "bo", "--with", "what=x", "--with")
DECIDE = ("decide", "approval-harbor-phone-1-1", "--by", "raj")


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (("authority",), "Missing option '--client'"),
        (("authority", "--client", "nobody"), "There is no client 'nobody': one of harbor, lindqvist"),
        ((*AT_HARBOR, "--action", "dance"), "There is no action 'dance': one of restart, configuration"),
        ((*AT_HARBOR, "--option", "dance"), "There is no option 'dance': one of more people, first before"),
        ((*AT_HARBOR, "--action", "restart", "--option", "buy"), "--action or --option, not both"),
        ((*AT_HARBOR, "--cost", "5"), "Write which --action or --option it is about"),
        ((*AT_HARBOR, "--action", "restart", "--cost", "-1"), "--cost"),
        ((*AT_HARBOR, "--action", "restart", "--cost", "much"), "--cost"),
        ((*AT_HARBOR, "--action", "restart", "--downtime", "long"), "--downtime: 'long' is not a length"),
        ((*AT_HARBOR, "--action", "restart", "--downtime", "1 business day"), "write hours, such as"),
        ((*AT_HARBOR, "--action", "restart", "--at", "soon"), "--at: 'soon' is no date and time"),
        ((*AT_HARBOR, "--action", "restart", "--begins", "soon"), "--begins: 'soon' is no date and time"),
        ((*AT_HARBOR, "--action", "restart", "--asker", "raj"), "There is nobody 'raj' at Northwind"),
        ((*AT_HARBOR, "--action", "restart", "--severity", "so-so"), "'so-so' is not one of"),
        (ASK, "Write an --action of the authority table, or one of management's as --option"),
        ((*ASK, "--action", "restart", "--option", "buy"), "or one of management's as --option"),
        ((*ASK, "--action", "restart", "--downtime", "2 business days"), "write hours, such as"),
        ((*ASK, "--action", "restart", "--by-when", "noon"), "--by-when: 'noon' is no date and time"),
        ((*ASK, "--action", "restart", "--begins", "noon"), "in Europe/London"),
        ((*ASK, "--option", "buy", "--until", "noon"), "--until: 'noon' is no date and time"),
        ((*ASK, "--action", "restart", "--cost", "2000000000"), "--cost: "),
        ((*ASK, "--action", "restart", "--by", " "), "--by: "),
        (("ask", "harbor-1", *ASK[2:], "--action", "restart"), "There is no such ticket 'harbor-1'"),
        (DECIDE, "Write --yes or --no"),
        ((*DECIDE, "--no"), "--no needs --reason"),
        ((*DECIDE, "--no", "--reason", " "), "--no needs --reason"),
        ((*DECIDE, "--no", "--reason", "x", "--conditions", "y"), "--conditions go with --yes"),
        ((*DECIDE, "--yes", "--by", ""), "--by: "),
        (("decide", "ticket-harbor-phone-1", "--by", "raj", "--yes"), "There is no such approval"),
        (("approval", "nonsense"), "There is no such approval 'nonsense', or Temporal no longer keeps it"),
        ((*PROPOSE, "downtime=long"), "--with downtime=... ('long' is not a length of time: write"),
        ((*PROPOSE, "begins=2026-12-24T18:00"), "--with begins=... (write its offset too, such as"),
        (("withdraw", "approval-harbor-phone-1-1", "--by", "bo"), "Missing option '--reason'"),
        (("object", "approval-harbor-phone-1-1", "--by", "bo"), "Missing option '--reason'"),
        (("contest", "approval-harbor-phone-1-1"), "Missing option '--by'"),
        (("approvals", "--client", "o'brien"), "There is no client"),
        (("approvals", "--limit", "0"), "--limit"),
        (("show", "approval-harbor-phone-1-1"), "starter.py approval approval-harbor-phone-1-1"),
    ],
)
def test_what_can_not_be_meant_is_said_before_anything_is_asked(
    typed: Type, words: tuple[str, ...], saying: str
) -> None:
    answer = typed(*words)
    fails(answer, USER_ERROR, saying)
    assert "Value error" not in answer.stderr


def test_a_procedure_without_a_table_says_where_to_write_one(folder: Path, typed: Type) -> None:
    clients = deepcopy(ON_CALL["clients"])
    for client in clients.values():
        client.pop("authority", None)
    write(folder, authority=None, clients=clients)
    fails(typed(*AT_HARBOR), USER_ERROR, "The procedure has no authority table: write one under authority")


# The runbook --------------------------------------------------------------------------

RUNBOOK = (Path(__file__).parents[1] / "docs" / "runbook.md").read_text()
(APPROVALS,) = (part for part in RUNBOOK.split("\n## ") if part.startswith("Approvals\n"))
EXAMPLES = re.findall(r"^    \.venv/bin/temporal .* --name (\w+) --input '(.*)'$", APPROVALS, re.MULTILINE)


@pytest.mark.parametrize(("name", "payload"), EXAMPLES)
def test_every_payload_in_the_runbook_is_understood_as_it_stands(name: str, payload: str) -> None:
    """Nothing in it is left out, which a message would pass over in silence."""
    content = json.loads(payload)
    kind: type[BaseModel] = (OPINIONS | SAYINGS)[name]
    assert kind.model_validate(content).model_dump(mode="json", exclude_unset=True) == content


@pytest.mark.parametrize("name", OPINIONS)
def test_every_message_of_an_approval_is_in_the_runbook_with_all_that_it_takes(name: str) -> None:
    """With an example to copy."""
    assert name in dict(EXAMPLES)
    row = next(line for line in APPROVALS.splitlines() if line.startswith(f"| `{name}` |"))
    for field in set(OPINIONS[name].model_fields) - {"by", "visit", "via"}:
        assert f"`{field}`" in row


def test_the_offline_examples_of_the_runbook_run_on_the_example() -> None:
    """As they stand there."""
    lines = re.findall(r"^    python starter\.py (authority .*)$", APPROVALS, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        words = shlex.split(line.partition("     ")[0])
        answer = CliRunner().invoke(cli, words)
        assert answer.exit_code == 0, (words, answer.output)
