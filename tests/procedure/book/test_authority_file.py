"""The authority table in the files: what can't be meant is refused, what leaves somebody out is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from procedure.book.procedure import Procedure
from procedure.check.authority_outlook import to_look_at
from runtime.procedure_files import FileMistake, read
from starter import cli
from tests.northwind import OFFICE_HOURS, ON_CALL, PROCEDURE, northwind, on_call
from tests.procedure.book import test_files as reading
from tests.procedure.book.test_files import (
    AGREED,
    AUTHORITY,
    BOOK,
    EXAMPLES,
    HARBOR,
    write,
)

FILES = reading.FILES | {BOOK: reading.PROCEDURE + AUTHORITY, HARBOR: reading.CLIENT + AGREED}
NOW = datetime(2026, 12, 7, 12, tzinfo=UTC)
"""A Monday, in everybody's hours."""


def changed(folder: Path, file: str, old: str, new: str) -> tuple[FileMistake, ...]:
    """The mistakes of a good procedure in which one thing is changed."""
    assert FILES[file].count(old) == 1, f"{old!r} must stand once in {file}"
    return reading.mistakes(write(folder, {**FILES, file: FILES[file].replace(old, new)}))


RESTART, FAILOVER = "authority.actions.restart", "authority.actions.failover"
DECLINE = "authority.options.decline"

# what it is, file, what is changed, into what, line, key, what the text says
TABLE = [
    # As it is written.
    ("a currency in words", BOOK, "currency: GBP", "currency: pounds", 50, "authority.currency",
     "'pounds' can't be meant: write its three capital letters, such as GBP"),
    ("a cost with a sign", BOOK, "cost: 500", "cost: £500", 63, f"{FAILOVER}.may.1.cost",
     "'£500' is not a whole number: write a whole number, such as 5"),
    ("a cost below nothing", BOOK, "cost: 500", "cost: -1", 63, f"{FAILOVER}.may.1.cost",
     "-1 is too small: write 0 or more"),
    ("an unknown time", BOOK, "when: emergency", "when: at night", 65,
     f"{FAILOVER}.may.2.when",
     "'at night' is not known here: write one of always, in hours, out of hours, emergency"),
    ("an unknown reason to consent", BOOK, "[downtime in hours]", "[money]", 59,
     f"{RESTART}.consent.1",
     "'money' is not known here: write one of always, cost, downtime, downtime in hours"),
    ("a line with an unknown key", BOOK, "without_limit: true", "unlimited: true",
     58, f"{RESTART}.may.2.unlimited", "write one of cost, downtime, without_limit, when"),
    ("no action at all", BOOK, AUTHORITY[AUTHORITY.index("    restart:"):],
     "", 53, "authority.actions", "has no value: write its keys on the lines below, indented"),
    # What the parts say of each other.
    ("a missing answer time", BOOK, "high: 30 minutes, medium", "medium", 51,
     "authority.answer_within",
     'high is missing: write how long each person who is asked has, such as "high: 30 minutes"'),
    ("an answer in business days", BOOK, "low: 8 hours}", "low: 1 business day}", 51,
     "authority.answer_within.low",
     '1 business day is no time to answer in: write an exact time, such as "30 minutes"'),
    ("a stranger who is told", BOOK, "undecided: ida", "undecided: idda", 52,
     "authority.undecided", "there is no person 'idda': write one of ana, ben, cy, ida"),
    ("an unknown tier", BOOK, "- tier: engineering", "- tier: engineers", 62,
     f"{FAILOVER}.may.1.tier", "there is no tier 'engineers': write one of first level, engineering"),
    ("downtime in business days", BOOK, "        - {tier: first level, downtime: 10 minutes}",
     "        - {tier: first level, downtime: 2 business days}", 57,
     f"{RESTART}.may.1.downtime", '2 business days is no downtime: write an exact time, such as "2 hours"'),
    ("a limit and none", BOOK, "          cost: 500\n", "          without_limit: true\n", 63,
     f"{FAILOVER}.may.1.without_limit",
     "there can't be a limit too: take this out, or the cost and the downtime"),
    ("an action that nobody may approve", BOOK,
     "        - {tier: first level, downtime: 10 minutes}\n"
     "        - {tier: engineering, without_limit: true}\n",
     "        []\n", 56, f"{RESTART}.may",
     'nobody may approve it: name a tier that may, such as "- {tier: engineering, without_limit: true}"'),
    ("an action that says nothing of who may", BOOK,
     "      may:\n        - {tier: first level, downtime: 10 minutes}\n"
     "        - {tier: engineering, without_limit: true}\n",
     "", 54, f"{RESTART}.may", "nobody may approve it: name a tier that may"),
    ("an action for emergencies only", BOOK,
     "        - tier: engineering\n          cost: 500\n          downtime: 2 hours\n", "", 61,
     f"{FAILOVER}.may", "nobody may approve it, although it may be done first in an emergency: name a tier"),
    ("two people of whom there is one", BOOK, "[cy]\n    lead: ida", "[cy]\n    lead: cy",
     66, f"{FAILOVER}.two_people",
     "two people must say yes, and only one may: name another tier under may, or take this out"),
    ("an option with an unknown action", BOOK, "action: failover", "action: fail over", 69,
     "authority.options.go over.action",
     "there is no action 'fail over' in the authority table: write one of restart, failover"),
    ("an option that goes to an unknown tier", BOOK, "carried_out_by: first level",
     "carried_out_by: the desk", 70, "authority.options.go over.carried_out_by",
     "there is no tier 'the desk': write one of first level, engineering"),
    ("an option that nothing follows", BOOK, "      resolves: true\n", "", 71, DECLINE,
     'say what follows: "carried_out_by: ..." (first level), or "resolves: true"'),
    ("an option that two things follow", BOOK, "      resolves: true\n",
     "      carried_out_by: first level\n      resolves: true\n", 74, f"{DECLINE}.resolves",
     "the ticket is resolved with it: take this out, or carried_out_by"),
    ("an end until a date", BOOK, "      resolves: true\n", "      resolves: true\n      until: true\n",
     74, f"{DECLINE}.until", "what resolves the ticket can't hold until a date: take one of the two out"),
    ("an unknown contact", HARBOR, "contact: kim", "contact: ana", 15, "authority.1.contact",
     "there is no contact 'ana': write one of kim"),
    ("a contact's unknown action", HARBOR, "actions: [restart]", "actions: [reboot]", 17,
     "authority.1.actions.1",
     "there is no action 'reboot' in the authority table: write one of restart, failover"),
    ("a contact who acts first", HARBOR, "    downtime: 3 hours", "    when: emergency", 16,
     "authority.1.when", "only people of the MSP act first: write always, in hours or out of hours"),
    ("a contact at night, where there is none", HARBOR, "    downtime: 3 hours", "    when: out of hours",
     16, "authority.1.when",
     "nothing is out of hours as long as the client has none: write its hours too"),
    ("a contact's limit and none", HARBOR, "    actions: [restart]", "    without_limit: true",
     17, "authority.1.without_limit", "there can't be a limit too"),
    ("a consent to an unknown action", HARBOR, "failover: [cost]", "fail-over: [cost]", 19,
     "consent.fail-over",
     "there is no action 'fail-over' in the authority table: write one of restart, failover"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "key", "says"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_mistake_in_the_table_is_told_once_with_its_place_and_its_cure(
    tmp_path: Path, file: str, old: str, new: str, line: int, key: str, says: str
) -> None:
    found = changed(tmp_path, file, old, new)
    assert [(m.file, m.line, m.key) for m in found] == [(file, line, key)], "\n".join(map(str, found))
    assert says in found[0].text


def test_the_table_checks_before_anything_is_changed(tmp_path: Path) -> None:
    book = read(write(tmp_path, dict(FILES)))
    assert book.authority is not None
    assert list(book.authority.actions) == ["restart", "failover"]
    assert book.clients["harbor"].consent == {"failover": ("cost",)}


def test_a_procedure_without_a_table_checks(tmp_path: Path) -> None:
    """Then nothing can be asked for."""
    assert read(write(tmp_path, dict(reading.FILES))).authority is None


def test_what_contacts_may_needs_the_table(tmp_path: Path) -> None:
    """One mistake for all clients, where the table is missing."""
    acme = FILES[HARBOR].replace("kim", "joe").replace("Harbor Trading", "Acme")
    write(tmp_path, {**FILES, BOOK: reading.PROCEDURE, "clients/acme.yaml": acme})
    (mistake,) = reading.mistakes(tmp_path)
    assert (mistake.file, mistake.key) == (BOOK, "authority")
    assert "clients say what they may approve under it (acme, harbor): write the table" in mistake.text


@pytest.mark.parametrize("broken", ["authority", "name: '"])
def test_a_table_that_can_not_be_read_makes_no_mistakes_at_the_clients(tmp_path: Path, broken: str) -> None:
    """A misspelt key, a file that is no YAML: told once, and nothing of what the clients say of it."""
    text = FILES[BOOK].replace("authority:", "autority:") if broken == "authority" else broken
    (mistake,) = reading.mistakes(write(tmp_path, {**FILES, BOOK: text}))
    assert mistake.file == BOOK


def test_two_people_may_come_from_a_calendar_that_is_not_in_the_files(tmp_path: Path) -> None:
    """So it is no mistake, but for `check` to look at."""
    text = FILES[BOOK].replace("    lead: ida", "    lead: cy\n    on_call: [{rota: feed}]")
    text += "rotas:\n  feed:\n    calendar: {url: https://calendar.example/a.ics}\n"
    assert read(write(tmp_path, {**FILES, BOOK: text}))


def test_one_mail_address_is_one_person(tmp_path: Path) -> None:
    """Two names for it make no second person."""
    people = reading.PEOPLE.replace("ida@", "CY@")
    (mistake,) = reading.mistakes(write(tmp_path, {**FILES, reading.WHO: people}))
    assert mistake.key == f"{FAILOVER}.two_people"


# What check finds ---------------------------------------------------------------------


def table(**actions: Any) -> dict[str, Any]:
    """The table with some of its actions otherwise; what only some of the tests need is left out."""
    block: dict[str, Any] = deepcopy(PROCEDURE["authority"])
    changes = {name.replace("_", " "): action for name, action in actions.items()}
    block["actions"] = {name: action for name, action in changes.items() if action}
    return block | {"options": {}}


def may(*lines: dict[str, Any], **action: Any) -> dict[str, Any]:
    return {"may": list(lines)} | action


def at_night(**changes: Any) -> Procedure:
    """Harbor on call; Lindqvist is not there."""
    clients = {"harbor": ON_CALL["clients"]["harbor"] | changes.pop("harbor", {})}
    return on_call(**{"clients": clients} | changes)


def found(book: Procedure) -> list[str]:
    return list(to_look_at(book, NOW))


MANAGEMENT = {"tier": "management", "without_limit": True}
SENIOR = {"tier": "senior specialist", "cost": 200, "downtime": "1 hour"}
NIGHT = {"when": "out of hours"}
TO_SIT_IN = "Let another person stand on that tier, or write a line for another one"


def test_nothing_is_found_where_there_is_no_table() -> None:
    clients = {name: client | {"authority": []} for name, client in PROCEDURE["clients"].items()}
    assert found(northwind(authority=None, clients=clients)) == []


def test_nothing_is_found_where_enough_people_may() -> None:
    """Everything of the table but the action that takes two."""
    actions = {
        name: action for name, action in PROCEDURE["authority"]["actions"].items() if "put" not in name
    }
    block = PROCEDURE["authority"] | {"actions": actions, "options": {}}
    assert (found(northwind(authority=block)), found(on_call(authority=block))) == ([], [])


def test_what_nobody_may_approve_in_hours_is_found() -> None:
    book = on_call(authority=table(restart=may(SENIOR | NIGHT)))
    assert found(book) == [
        "restart: no tier may approve it in hours. It is put to "
        "Ida Northcott then; if that is not meant, write a line under may",
    ]


def test_what_nobody_may_approve_out_of_hours_is_found_from_the_next_evening_on() -> None:
    """Only for the client that has any: the other one is always in its hours."""
    book = on_call(authority=table(restart=may(SENIOR | {"when": "in hours"})))
    assert found(book) == [
        "restart: no tier may approve it out of hours, for Harbor Trading, first from 17:30. "
        "It is put to "
        "Ida Northcott then; if that is not meant, write a line under may"
    ]


def test_what_nobody_may_approve_while_a_tier_is_away_is_found() -> None:
    """With the time from which it is so; another tier's line would help."""
    leave = {"leave": [{"first": "2026-12-14", "last": "2026-12-18"}]}
    people = PROCEDURE["people"] | {who: PROCEDURE["people"][who] | leave for who in ("mia", "tom")}
    assert found(northwind(people=people, authority=table(decline=may(MANAGEMENT)))) == [
        "decline: no tier may approve it, first from Mon 14 Dec 00:00. It is put to "
        "Ida Northcott then; if that is not meant, write a line under may"
    ]


def test_two_people_who_are_all_there_are_is_found() -> None:
    """Management's own way out, asked for by one of the two, would be put to the owner each time; where the
    owner is one of them, it would be refused."""
    told = (
        "put one client first: two people must say yes, and only Mia Keller and Tom Adeyemi may: "
        "when one of them asks, one is left."
    )
    cure = f"l{TO_SIT_IN[1:]}"
    assert found(northwind()) == [
        f"{told} Ida Northcott is asked for the other yes then; if that is not meant, {cure}"
    ]
    assert found(northwind(authority=PROCEDURE["authority"] | {"owner": "mia"})) == [f"{told} {TO_SIT_IN}"]


def test_three_people_are_enough_for_two_whoever_asks() -> None:
    tiers = [*PROCEDURE["tiers"][:3], PROCEDURE["tiers"][3] | {"people": ["mia", "ida"]}]
    assert found(northwind(tiers=tiers)) == []


def test_two_people_of_whom_one_is_there_at_night_is_found() -> None:
    """The rota's person is the lead, and the tier's own people sleep."""
    rotas = ON_CALL["rotas"] | {"managers": {"people": ["tom"]}}
    management = {
        "name": "management",
        "people": ["mia", "ida"],
        "lead": "tom",
        "on_call": [{"rota": "managers"}],
    }
    book = at_night(
        tiers=[*ON_CALL["tiers"][:3], management],
        rotas=rotas,
        authority=table(put_one_client_first=may(MANAGEMENT, two_people=True)),
    )
    assert found(book) == [
        "put one client first: two people must say yes, and only Tom Adeyemi may out of hours, "
        f"first from 17:30. {TO_SIT_IN}"
    ]


def test_who_is_on_call_by_an_unknown_calendar_is_not_missed() -> None:
    """What is not known here is no finding."""
    feed = {"calendar": {"url": "https://calendar.example/managers.ics"}}
    management = {
        "name": "management",
        "people": ["mia", "ida"],
        "lead": "tom",
        "on_call": [{"rota": "managers"}],
    }
    book = at_night(
        tiers=[*ON_CALL["tiers"][:3], management],
        rotas=ON_CALL["rotas"] | {"managers": feed},
        authority=table(put_one_client_first=may(MANAGEMENT, two_people=True)),
    )
    assert found(book) == []


def test_two_names_with_one_mailbox_are_one_person() -> None:
    """Three names, two people."""
    tiers = [*PROCEDURE["tiers"][:3], PROCEDURE["tiers"][3] | {"people": ["mia", "ida"]}]
    shared = PROCEDURE["people"]["ida"] | {"mail": "Mia@northwind.example"}
    (text,) = found(northwind(tiers=tiers, people=PROCEDURE["people"] | {"ida": shared}))
    assert "and Tom Adeyemi may: when one of them asks, one is left" in text


def test_a_single_person_who_decides_what_they_ask_for_is_found() -> None:
    """Whatever the limits: nobody else ever sees it."""
    tiers = [*PROCEDURE["tiers"][:3], PROCEDURE["tiers"][3] | {"people": ["tom"]}]
    assert found(northwind(tiers=tiers, authority=table(decline=may(MANAGEMENT)))) == [
        "decline: only Tom Adeyemi may approve it, so nobody else sees what they ask for themselves. "
        "Let a second person stand on that tier, or write a line for another one"
    ]


def test_a_substitute_is_a_second_person() -> None:
    leave = {"leave": [{"first": "2026-12-14", "last": "2026-12-18", "substitute": "mia"}]}
    tiers = [*PROCEDURE["tiers"][:3], PROCEDURE["tiers"][3] | {"people": ["tom"]}]
    people = PROCEDURE["people"] | {"tom": PROCEDURE["people"]["tom"] | leave}
    assert found(northwind(tiers=tiers, people=people, authority=table(decline=may(MANAGEMENT)))) == []


def test_a_client_where_nobody_may_agree_is_found() -> None:
    """All actions in one line, with the file to write in."""
    block = table(
        restart=may(SENIOR, consent=["downtime in hours"]),
        failover=may(SENIOR, consent=["downtime"]),
        replace_hardware=may(SENIOR, consent=["cost"]),
        workaround=may(SENIOR, consent=["always"]),
        decline=may(SENIOR),
    )
    assert found(
        at_night(harbor={"hours": None, "holidays": None, "coverage": {}, "authority": []}, authority=block)
    ) == [
        "Harbor Trading must agree to restart, failover, replace hardware, workaround, and nobody there may. "
        "Write a line under authority in clients/harbor.yaml"
    ]


def test_a_client_where_nobody_may_agree_at_night_is_found() -> None:
    """What is down at night and not in their hours needs nobody."""
    block = table(
        restart=may(SENIOR, consent=["downtime in hours"]), failover=may(SENIOR, consent=["downtime"])
    )
    by_day = [{"contact": "raj", "downtime": "8 hours", "when": "in hours"}]
    assert found(at_night(harbor={"authority": by_day}, authority=block)) == [
        "Harbor Trading must agree to failover, and nobody there may out of hours. "
        "Write a line under authority in clients/harbor.yaml"
    ]


def test_a_client_where_nobody_may_agree_by_day_is_found() -> None:
    block = table(restart=may(SENIOR, consent=["downtime in hours"]), decline=may(SENIOR))
    by_night = [{"contact": "raj", "downtime": "8 hours", "when": "out of hours"}]
    assert found(at_night(harbor={"authority": by_night}, authority=block)) == [
        "Harbor Trading must agree to restart, and nobody there may in hours. "
        "Write a line under authority in clients/harbor.yaml"
    ]


@pytest.mark.parametrize(
    ("cost", "enough"), [(1_999, False), (2_000, True), (2_001, True)], ids=["just under", "at", "over"]
)
def test_contacts_who_may_not_agree_to_what_the_msp_may_approve_are_found(cost: int, enough: bool) -> None:
    """Up to the highest limit that the MSP has itself; beyond it management and the client have to talk."""
    engineering = {"tier": "engineering", "cost": 2_000, "downtime": "4 hours"}
    block = table(
        replace_hardware=may(SENIOR, engineering, MANAGEMENT, consent=["cost", "downtime in hours"])
    )
    lines = [
        {"contact": "kim", "downtime": "2 hours"},
        {"contact": "raj", "cost": cost, "downtime": "8 hours"},
    ]
    told = found(at_night(harbor={"authority": lines}, authority=block))
    assert told == (
        []
        if enough
        else [
            "replace hardware (GBP 2,000 and 4 hours down): the MSP may approve it, and nobody at "
            "Harbor Trading may agree to it: Kim Harlow up to 2 hours down; "
            "Raj Patel up to GBP 1,999 and 8 hours down. "
            "Write a line under authority in clients/harbor.yaml"
        ]
    )


def test_a_client_that_has_agreed_otherwise_is_asked_as_it_has_agreed() -> None:
    """It does not want to be asked, so that nobody may is no gap."""
    block = table(workaround=may(SENIOR, consent=["always"]))
    assert found(at_night(harbor={"authority": [], "consent": {"workaround": []}}, authority=block)) == []


def test_a_line_for_emergencies_asks_no_client() -> None:
    """It is done first; the client is told then."""
    first = {"tier": "senior specialist", "when": "emergency", "cost": 9_000}
    block = table(replace_hardware=may(SENIOR, first, consent=["cost"]))
    assert found(at_night(authority=block)) == []


@pytest.mark.parametrize(
    ("address", "reader"),
    [("ANA@northwind.example", "Ana Ruiz"), ("desk@northwind.example", "Northwind Service Desk")],
)
def test_a_contact_whose_mail_the_msp_reads_is_found(address: str, reader: str) -> None:
    contacts = PROCEDURE["clients"]["harbor"]["contacts"] | {"kim": {"name": "Kim Harlow", "mail": address}}
    assert found(at_night(harbor={"contacts": contacts}, authority=table(decline=may(MANAGEMENT)))) == [
        f"Kim Harlow may agree for Harbor Trading, and has the mail address of {reader}: "
        "the MSP would ask itself. Write the contact's own address"
    ]


def test_a_contact_who_may_nothing_may_share_an_address() -> None:
    contacts = PROCEDURE["clients"]["harbor"]["contacts"]
    contacts = contacts | {"ana-too": {"name": "Ana at Harbor", "mail": "ana@northwind.example"}}
    assert found(at_night(harbor={"contacts": contacts}, authority=table(decline=may(MANAGEMENT)))) == []


def test_lines_count_by_the_clients_hours_even_where_the_tiers_answer_at_any_time() -> None:
    book = at_night(harbor={"coverage": {}}, authority=table(restart=may(SENIOR | {"when": "in hours"})))
    assert found(book) == [
        "restart: no tier may approve it out of hours, first from 17:30. It is put to "
        "Ida Northcott then; if that is not meant, write a line under may"
    ]


def test_lunch_is_out_of_hours_too() -> None:
    hours = OFFICE_HOURS | {"weekdays": "09:00-12:30, 13:00-17:30"}
    told = found(
        at_night(harbor={"hours": hours}, authority=table(restart=may(SENIOR | {"when": "in hours"})))
    )
    assert told == [
        "restart: no tier may approve it out of hours, first from 12:30. It is put to "
        "Ida Northcott then; if that is not meant, write a line under may"
    ]


# check, as somebody types it ----------------------------------------------------------


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """`starter.py check`: its exit code, and what it printed."""
    monkeypatch.setenv("RUNG_STATE", str(tmp_path / "state"))

    def check(*words: str) -> tuple[int, str]:
        answer = CliRunner().invoke(cli, ("check", *words))
        return answer.exit_code, answer.output

    return check


def test_check_tells_what_the_table_leaves_open(tmp_path: Path, checked: Any) -> None:
    """Beside what is missing at night; strictly, it counts."""
    folder = str(write(tmp_path / "northwind", dict(FILES)))
    code, told = checked(folder)
    assert code == 0
    assert "Nothing is wrong." in told
    part = told.partition("\nTo look at in the authority table:\n")[2]
    assert part.splitlines() == [
        "- failover: two people must say yes, and only Cy Tanaka and Ida Northcott may: "
        f"when one of them asks, one is left. {TO_SIT_IN}",
        "- Harbor Trading must agree to failover, and nobody there may. "
        "Write a line under authority in clients/harbor.yaml",
    ]
    assert checked(folder, "--strict")[0] == 2


def test_the_example_leaves_nothing_open() -> None:
    """On the day it is tested, and a year on: rotas turn, the table stays."""
    book = read(EXAMPLES / "northwind")
    assert list(to_look_at(book, datetime.now(UTC))) == []
    assert book.authority is not None
    for name in (
        "restart", "configuration change", "short-term workaround", "failover", "restore from backup",
        "replace hardware", "on-site presence", "call in staff", "architectural change",
        "put one client before another", "allocate people", "decline",
    ):  # fmt: skip
        assert book.authority.actions[name].meaning
    assert len(book.authority.options) == 5
    assert all(client.authority for client in book.clients.values())


def test_the_reference_explains_the_table() -> None:
    """Whatever may be written as a time or a reason stands in it."""
    text = (EXAMPLES.parent / "docs" / "procedure-file.md").read_text()
    part = re.split(r"^### ", text, flags=re.MULTILINE)
    (authority,) = (section for section in part if section.startswith("Authority"))
    for word in ("always", "in hours", "out of hours", "emergency", "cost", "downtime", "downtime in hours"):
        assert f"`{word}`" in authority
