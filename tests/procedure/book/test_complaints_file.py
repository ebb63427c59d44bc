"""The path of complaints in the files: what can't be meant is refused, whoever stays unheard is found."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from procedure.book.procedure import Procedure
from procedure.check.complaints_outlook import to_look_at
from runtime.procedure_files import FileMistake, read
from starter import cli
from tests.northwind import COMPLAINTS, ON_CALL, PROCEDURE, northwind, on_call
from tests.procedure.book import test_files as reading
from tests.procedure.book.test_files import BOOK, EXAMPLES, HARBOR, WHO, write

PATH = """\
complaints:
  levels:
    - name: account manager
      acknowledge: 4 hours
      answer: 1 business day
    - {name: customer success, people: [vera, una], acknowledge: 1 hour, answer: 8 hours}
    - {name: leadership, people: [otto], acknowledge: 2 hours, answer: 9 hours}
  settled_within: 3 business days
  remind_after: 1 business day
  review:
    complaints: 3
    within_days: 30
    levels:
      - {name: the head, people: [vera], acknowledge: 1 business day, answer: 5 business days}
      - {name: the top, people: [otto], acknowledge: 6 hours, answer: 3 business days}
"""
MORE = "".join(
    f"{ident}: {{name: {ident.title()}, mail: {ident}@northwind.example}}\n"
    for ident in ("max", "vera", "una", "otto")
)
MANAGED = reading.CLIENT + "account_manager: max\n"
FILES = reading.FILES | {BOOK: reading.PROCEDURE + PATH, WHO: reading.PEOPLE + MORE, HARBOR: MANAGED}
PEOPLE = "ana, ben, cy, ida, max, vera, una, otto"
NOW = datetime(2026, 12, 7, 12, tzinfo=UTC)
"""A Monday, in everybody's hours."""


def changed(folder: Path, file: str, old: str, new: str) -> tuple[FileMistake, ...]:
    """The mistakes of a good procedure in which one thing is changed."""
    assert FILES[file].count(old) == 1, f"{old!r} must stand once in {file}"
    return reading.mistakes(write(folder, {**FILES, file: FILES[file].replace(old, new)}))


LEVELS, REVIEW = "complaints.levels", "complaints.review.levels"

# what it is, file, what is changed, into what, line, key, what the text says
TABLE = [
    # As it is written.
    ("no levels", BOOK, PATH[PATH.index("    - name: acc"):PATH.index("  settled")], "", 50, LEVELS,
     "has no value"),
    ("a level without its time", BOOK, "      acknowledge: 4 hours\n", "", 51, f"{LEVELS}.1.acknowledge",
     "is missing"),
    ("a level with an unknown key", BOOK, "      acknowledge: 4 hours\n",
     "      acknowledge: 4 hours\n      lead: vera\n", 53, f"{LEVELS}.1.lead",
     "there is no key 'lead': write one of name, people"),
    ("a review of one complaint", BOOK, "complaints: 3\n", "complaints: 1\n", 59,
     "complaints.review.complaints", "1 is too small: write 2 or more"),
    ("an answer that is no time", BOOK, "      answer: 1 business day\n", "      answer: soon\n", 53,
     f"{LEVELS}.1.answer", "'soon' is not a length of time"),
    # What the parts say of each other.
    ("a stranger on a level", BOOK, "[vera, una]", "[vera, unna]", 54, f"{LEVELS}.2.people.2",
     f"there is no person 'unna': write one of {PEOPLE}"),
    ("a stranger who leads a review", BOOK, "head, people: [vera]", "head, people: [verra]", 62,
     f"{REVIEW}.1.people.1", f"there is no person 'verra': write one of {PEOPLE}"),
    ("a stranger who manages the account", HARBOR, "account_manager: max", "account_manager: kim", 14,
     "account_manager", f"there is no person 'kim': write one of {PEOPLE}"),
    ("a level's name twice", BOOK, "name: leadership", "name: Customer Success", 55, f"{LEVELS}.3.name",
     "'Customer Success' is there twice: each level has its own name"),
    ("a review's level twice", BOOK, "name: the top", "name: the head", 63, f"{REVIEW}.2.name",
     "'the head' is there twice"),
    ("a level called like the end", BOOK, "name: leadership", "name: Last resort", 55, f"{LEVELS}.3.name",
     "'Last resort' is what comes after the last level: give this one another name"),
    ("a level without a name", BOOK, "name: leadership", "name: ''", 55, f"{LEVELS}.3.name",
     "is empty: write a text"),
    ("a level with nobody", BOOK, "people: [otto], acknowledge: 2 hours", "acknowledge: 2 hours", 55,
     f"{LEVELS}.3.people", "leadership has nobody: name at least one person"),
    ("a review that nobody leads", BOOK, "people: [otto], acknowledge: 6 hours", "acknowledge: 6 hours", 63,
     f"{REVIEW}.2.people", "the top has nobody: name at least one person"),
    ("an answer before it is taken", BOOK, "answer: 8 hours", "answer: 59 minutes", 54, f"{LEVELS}.2.answer",
     "59 minutes is over before the first has to take it (1 hour): "
     "write a longer time, or a shorter acknowledge"),
    ("a day and an hour to take it, a day to answer", BOOK, "acknowledge: 4 hours\n      answer",
     "acknowledge: 25 hours\n      answer", 53, f"{LEVELS}.1.answer",
     "1 business day is over before the first has to take it (1 day 1 hour)"),
    ("a review that is over before it is taken", BOOK, "answer: 3 business days", "answer: 5 hours", 63,
     f"{REVIEW}.2.answer", "5 hours is over before the first has to take it (6 hours)"),
    ("a reminder at the end", BOOK, "remind_after: 1 business day", "remind_after: 3 business days", 56,
     "complaints.settled_within",
     "3 business days is over when the customer is to be reminded (remind_after: 3 business days): "
     "write a longer time, or a shorter remind_after"),
    ("a reminder past the end", BOOK, "remind_after: 1 business day", "remind_after: 80 hours", 56,
     "complaints.settled_within", "over when the customer is to be reminded (remind_after: 3 days 8 hours)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "key", "says"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_mistake_in_the_path_is_told_once_with_its_place_and_its_cure(
    tmp_path: Path, file: str, old: str, new: str, line: int, key: str, says: str
) -> None:
    found = changed(tmp_path, file, old, new)
    assert [(m.file, m.line, m.key) for m in found] == [(file, line, key)], "\n".join(map(str, found))
    assert says in found[0].text


def test_the_path_checks_before_anything_is_changed(tmp_path: Path) -> None:
    book = read(write(tmp_path, dict(FILES)))
    assert book.complaints is not None
    assert [level.name for level in book.complaints.levels] == [
        "account manager", "customer success", "leadership",
    ]  # fmt: skip
    assert book.clients["harbor"].account_manager == "max"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("acknowledge: 4 hours\n      answer", "acknowledge: 24 hours\n      answer"),
        ("acknowledge: 2 hours, answer: 9 hours", "acknowledge: 9 hours, answer: 9 hours"),
        ("acknowledge: 1 hour,", "acknowledge: 1 business day,"),
        ("remind_after: 1 business day", "remind_after: 71 hours"),
    ],
    ids=["hours beside a day", "as long", "a day beside hours", "hours beside days"],
)
def test_times_that_may_be_met_are_no_mistake(tmp_path: Path, old: str, new: str) -> None:
    """How long a business day is depends on the client: that is for `check` to look at."""
    assert FILES[BOOK].count(old) == 1
    assert read(write(tmp_path, {**FILES, BOOK: FILES[BOOK].replace(old, new)}))


def test_a_client_whose_complaints_nobody_hears_first_is_named(tmp_path: Path) -> None:
    """Where the first level has nobody of its own; the client that has an account manager is not named."""
    acme = reading.CLIENT.replace("kim", "joe").replace("Harbor Trading", "Acme")
    (mistake,) = reading.mistakes(write(tmp_path, {**FILES, "clients/acme.yaml": acme}))
    assert (mistake.file, mistake.line, mistake.key) == (BOOK, 51, f"{LEVELS}.1.people")
    assert mistake.text == (
        "account manager has nobody for Acme: name at least one person, "
        "or write account_manager in the client's file"
    )


def test_the_first_level_may_have_its_people_and_no_account_manager(tmp_path: Path) -> None:
    text = FILES[BOOK].replace("- name: account manager\n", "- name: account manager\n      people: [max]\n")
    assert read(write(tmp_path, {**FILES, BOOK: text, HARBOR: reading.CLIENT}))


def test_an_account_manager_needs_the_path(tmp_path: Path) -> None:
    """One mistake for all clients, where the path is missing."""
    acme = MANAGED.replace("kim", "joe").replace("Harbor Trading", "Acme")
    write(tmp_path, {**FILES, BOOK: reading.PROCEDURE, "clients/acme.yaml": acme})
    (mistake,) = reading.mistakes(tmp_path)
    assert (mistake.file, mistake.key) == (BOOK, "complaints")
    assert "clients name who hears theirs first (acme, harbor): write who hears complaints" in mistake.text


@pytest.mark.parametrize(
    "files",
    [
        {BOOK: FILES[BOOK].replace("complaints:\n  levels", "complains:\n  levels")},
        {BOOK: "name: '"},
        {WHO: "ana: 'Ana"},
        {HARBOR: "name: ["},
        {BOOK: FILES[BOOK].replace("[vera, una]", "{vera: 1}")},
    ],
    ids=["misspelt", "no procedure", "no people", "no client", "no list"],
)
def test_what_is_not_known_makes_no_further_mistakes(tmp_path: Path, files: dict[str, Any]) -> None:
    (mistake,) = reading.mistakes(write(tmp_path, {**FILES, **files}))
    assert mistake.file == next(iter(files))


# What check finds ---------------------------------------------------------------------


def path(**changes: Any) -> dict[str, Any]:
    """The path of the tests, whose levels' people are otherwise: customer_success=["vera"]."""
    block = deepcopy(COMPLAINTS)
    for level in block["levels"]:
        level["people"] = changes.get(level["name"].replace(" ", "_"), level.get("people", []))
    return block | {key: value for key, value in changes.items() if key in block}


def clients(**managers: str) -> dict[str, Any]:
    """Who looks after each client; Max, if nobody is named."""
    return {
        name: client | {"account_manager": managers.get(name, "max")}
        for name, client in PROCEDURE["clients"].items()
    }


def found(clients_: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    return list(to_look_at(northwind(**{"clients": clients_ or clients()} | changes), NOW))


def on_leave(*people: str, **leave: str) -> dict[str, Any]:
    entry = {"leave": [{"first": "2026-12-14", "last": "2026-12-18"} | leave]}
    everybody: dict[str, Any] = PROCEDURE["people"]
    return everybody | {person: everybody[person] | entry for person in people}


def test_nothing_is_found_where_somebody_else_stands_on_every_level() -> None:
    assert found() == []
    assert list(to_look_at(on_call(clients=ON_CALL["clients"] | clients()), NOW)) == []


def test_a_procedure_that_hears_no_complaints_is_found() -> None:
    """One line, however many clients there are."""
    assert found(complaints=None) == [
        "nobody hears complaints, so no page and no mail offers it: write who does under complaints "
        "in procedure.yaml"
    ]


def test_who_stands_on_two_levels_is_found() -> None:
    assert found(clients(lindqvist="una")) == [
        "Una Doyle stands on account manager and on customer success, for Lindqvist & Partners, and has it "
        "only once, on the lower one. Let somebody else stand on one of them"
    ]


def test_who_stands_on_two_levels_for_all_is_found_once() -> None:
    (text,) = found(complaints=path(leadership=["otto", "vera"]))
    assert text.startswith("Vera Hall stands on customer success and on leadership, and has it only once")


def test_who_leads_a_review_on_two_levels_is_found() -> None:
    block = path()
    block["review"]["levels"][1]["people"] = ["vera"]
    (text,) = found(complaints=block)
    assert text.startswith("Vera Hall stands on customer success (review) and on leadership (review), and")


@pytest.mark.parametrize(
    ("person", "tier"),
    [("bo", "senior specialist"), ("gil", "engineering"), ("dee", "senior specialist")],
    ids=["of a tier", "a lead", "on call"],
)
def test_who_stands_on_a_technical_tier_too_is_found(person: str, tier: str) -> None:
    book = on_call(clients=clients(), complaints=path(leadership=["otto", person]))
    name = book.people[person].name
    assert list(to_look_at(book, NOW)) == [
        f"{name} stands on leadership, and on {tier} too: who has worked on a ticket never hears a complaint "
        "about it. Let somebody else stand on leadership"
    ]


def test_an_account_manager_of_a_technical_tier_is_found_for_their_client() -> None:
    (text,) = found(clients(harbor="ana"))
    assert text.startswith("Ana Ruiz stands on account manager, for Harbor Trading, and on first level too: ")


def test_who_may_be_called_instead_at_a_technical_tier_is_found() -> None:
    """An override counts as well as a place in the rota."""
    once = {"begins": "2026-12-24 18:00", "ends": "2026-12-25 08:00", "person": "otto"}
    nobody = {"begins": "2026-12-25 18:00", "ends": "2026-12-26 08:00", "person": "nobody"}
    seniors = ON_CALL["rotas"]["seniors"] | {"overrides": [once, nobody]}
    book = on_call(clients=clients(), rotas=ON_CALL["rotas"] | {"seniors": seniors})
    (text,) = to_look_at(book, NOW)
    assert text.startswith("Otto Northwind stands on leadership, and on senior specialist too: ")


def test_management_is_no_technical_tier() -> None:
    assert found(complaints=path(leadership=["otto", "mia", "tom"])) == []


def test_a_level_that_is_empty_while_somebody_is_away_is_found() -> None:
    """Otto alone leads; so it is for the review too."""
    span = "nobody is there from Mon 14 Dec 00:00 to Sat 19 Dec 00:00, and it goes past this level"
    assert found(people=on_leave("otto")) == [
        f"leadership: {span}; away, with nobody to stand in: Otto Northwind",
        f"leadership (review): {span}; away, with nobody to stand in: Otto Northwind",
    ]


def test_an_account_manager_who_is_away_is_found_for_their_clients() -> None:
    (text,) = found(clients(lindqvist="tom"), people=on_leave("max"))
    assert text == (
        "account manager: nobody is there from Mon 14 Dec 00:00 to Sat 19 Dec 00:00, for Harbor Trading, "
        "and it goes past this level; away, with nobody to stand in: Max Berger"
    )


def test_a_level_is_empty_only_if_all_of_it_are_away() -> None:
    """Vera is away, and Una is there; only the review has nobody else."""
    (text,) = found(people=on_leave("vera"))
    assert text.startswith("customer success (review): nobody is there from Mon 14 Dec 00:00 to ")
    (both, _) = found(people=on_leave("vera", "una"))
    assert both.startswith("customer success: nobody is there from Mon 14 Dec 00:00 to Sat 19 Dec 00:00, ")
    assert both.endswith("away, with nobody to stand in: Vera Hall, Una Doyle")


def test_who_has_a_substitute_leaves_no_level_empty() -> None:
    assert found(people=on_leave("max", "otto", substitute="tom")) == []


def test_one_leave_after_the_other_is_one_gap() -> None:
    two = [{"first": "2026-12-14", "last": "2026-12-15"}, {"first": "2026-12-16", "last": "2026-12-18"}]
    people = PROCEDURE["people"] | {"max": PROCEDURE["people"]["max"] | {"leave": two}}
    (text,) = found(people=people)
    assert "from Mon 14 Dec 00:00 to Sat 19 Dec 00:00" in text


def test_leave_beyond_the_next_thirty_days_is_left_for_later() -> None:
    assert found(people=on_leave("max", first="2027-01-07", last="2027-01-08")) == []
    (text,) = found(people=on_leave("max", first="2027-01-05", last="2027-01-08"))
    assert "from Tue 5 Jan 00:00 to Wed 6 Jan 12:00" in text


def test_a_client_whose_whole_path_is_the_last_resort_is_found() -> None:
    """About Ida herself, only the leads of the tiers are left."""
    alone = path(customer_success=[], leadership=[]) | {"review": None}
    alone["levels"] = alone["levels"][:1]
    assert found(clients(harbor="ida"), complaints=alone) == [
        "a complaint about Ida Northcott is left to the leads of the tiers, for Harbor Trading: nobody else "
        "stands on a level, and they are the last resort too. Name somebody else on a level"
    ]


def test_one_person_on_the_path_and_another_behind_them_is_enough() -> None:
    alone = path() | {"review": None}
    alone["levels"] = alone["levels"][:1]
    assert found(complaints=alone) == []


def test_times_that_are_too_short_for_a_clients_day_are_found() -> None:
    """Lindqvist is always open, so its business day has 24 hours; Harbor's has 8 and a half."""
    block = path(remind_after="26 hours")
    block["levels"][0]["acknowledge"] = "9 hours"
    block["review"]["levels"][0]["acknowledge"] = "50 hours"
    harbor = ON_CALL["clients"]["harbor"]
    book = on_call(clients=clients() | {"harbor": harbor | {"account_manager": "max"}}, complaints=block)
    assert list(to_look_at(book, NOW)) == [
        "account manager: the time to answer (1 business day, so 8 hours 30 minutes) is over before the "
        "first has to take it (9 hours), for Harbor Trading. Write a shorter acknowledge",
        "customer success (review): the time to answer (5 business days, so 1 day 18 hours) is over before "
        "the first has to take it (2 days 2 hours), for Harbor Trading. Write a shorter acknowledge",
        "settled_within (3 business days, so 1 day 1 hour) is over before the customer is reminded "
        "(1 day 2 hours), for Harbor Trading. Write a shorter remind_after",
    ]


def test_who_can_never_be_told_on_their_level_is_found() -> None:
    """Two have five hours each of Harbor's day of eight and a half: a third would be told after it."""
    block = path()
    block["levels"][1] |= {
        "people": ["vera", "una", "ida"],
        "acknowledge": "5 hours",
        "answer": "1 business day",
    }
    harbor = ON_CALL["clients"]["harbor"]
    book = on_call(clients=clients() | {"harbor": harbor | {"account_manager": "max"}}, complaints=block)
    assert [one for one in to_look_at(book, NOW) if "never" in one] == [
        "customer success: Ida Northcott can never be told: those before may take as long as the level has "
        "to answer (1 business day), for Harbor Trading. Write a shorter acknowledge"
    ]


# check, as somebody types it ----------------------------------------------------------


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_STATE", str(tmp_path / "state"))


@pytest.mark.usefixtures("state")
def test_check_tells_what_the_path_leaves_open(tmp_path: Path) -> None:
    """Strictly, it counts."""
    folder = str(write(tmp_path / "northwind", {**FILES, HARBOR: MANAGED.replace("max", "una")}))
    answer = CliRunner().invoke(cli, ("check", folder))
    assert answer.exit_code == 0
    part = answer.output.partition("\nTo look at in the path of complaints:\n")[2]
    assert part.splitlines() == [
        "- Una stands on account manager and on customer success, and has it only once, on the lower one. "
        "Let somebody else stand on one of them"
    ]
    assert CliRunner().invoke(cli, ("check", folder, "--strict")).exit_code == 2


def test_the_example_leaves_no_complaint_unheard() -> None:
    """It has somebody on every level who stands nowhere else."""
    book: Procedure = read(EXAMPLES / "northwind")
    assert book.complaints is not None
    assert book.complaints.review is not None
    assert all(client.account_manager for client in book.clients.values())
    tiers = {person for tier in book.tiers for person in tier.chain}
    hearers = {client.account_manager for client in book.clients.values()}
    hearers |= {person for level in book.complaints.levels for person in level.people}
    assert not hearers & tiers
