"""rota, who and check as somebody types them: what lies ahead, without a server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from starter import cli
from tests.northwind import ON_CALL, PROCEDURE
from tests.tables import every

USER_ERROR = 2
AT_CHRISTMAS = ("who", "--client", "harbor", "--severity", "critical", "--at", "2026-12-25T02:10")
EVER = {"first": "2020-01-01", "last": "2099-12-31"}

Type = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The procedure in which Harbor is on call outside its hours."""
    return write(tmp_path / "northwind")


@pytest.fixture
def typed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """The command line, set to this folder."""
    monkeypatch.setenv("RUNG_PROCEDURE", str(folder))
    monkeypatch.setenv("RUNG_STATE", str(tmp_path / "state"))
    return lambda *words: CliRunner().invoke(cli, words)


def write(folder: Path, **changes: Any) -> Path:
    """A folder with the procedure's files; JSON is YAML."""
    book = PROCEDURE | ON_CALL | changes
    (folder / "clients").mkdir(parents=True, exist_ok=True)
    for name, client in book.pop("clients").items():
        (folder / "clients" / f"{name}.yaml").write_text(json.dumps(client))
    (folder / "procedure.yaml").write_text(json.dumps(book))
    return folder


def people(**changes: dict[str, Any]) -> dict[str, Any]:
    return {ident: person | changes.get(ident, {}) for ident, person in ON_CALL["people"].items()}


def does(answer: Result) -> list[str]:
    """It worked; the lines it printed, without the padding of its columns."""
    assert answer.exit_code == 0, answer.output
    return [" ".join(line.split()) for line in answer.output.splitlines()]


def fails(answer: Result, saying: str) -> None:
    assert answer.exit_code == USER_ERROR, answer.output
    assert saying in answer.output
    assert "Traceback" not in answer.output


# who ----------------------------------------------------------------------------------


def test_who_at_christmas_at_night(typed: Type) -> None:
    assert does(typed(*AT_CHRISTMAS)) == [
        "critical at Harbor Trading, on Friday 25 December 2026 02:10 GMT",
        "",
        "If nobody acts (times in Europe/London, where Northwind is):",
        "AT WHO AS THROUGH ANSWERS BY",
        "Fri 25 Dec 02:10 GMT Dee Novak senior specialist, on call (seniors) mail Fri 25 Dec 02:25 GMT",
        "Fri 25 Dec 02:25 GMT Eva Roth senior specialist, on call (engineers) mail Fri 25 Dec 02:35 GMT",
        "Fri 25 Dec 02:35 GMT Sam Ortega senior specialist, lead mail Fri 25 Dec 02:40 GMT",
        "Fri 25 Dec 02:40 GMT Eva Roth engineering, on call (engineers) mail Fri 25 Dec 02:55 GMT",
        "Fri 25 Dec 02:55 GMT Gil Moreau engineering, lead mail Fri 25 Dec 03:10 GMT",
        "Fri 25 Dec 03:10 GMT Mia Keller management mail Fri 25 Dec 03:15 GMT",
        "Fri 25 Dec 03:15 GMT Tom Adeyemi management mail Fri 25 Dec 03:20 GMT",
        "Fri 25 Dec 03:20 GMT Ida Northcott last resort mail Fri 25 Dec 03:30 GMT",
    ]


def test_who_waits_on_friday_evening(typed: Type) -> None:
    told = does(typed("who", "--client", "harbor", "--severity", "medium", "--at", "2026-12-04 18:00"))
    assert told[4:6] == [
        "Fri 4 Dec 18:00 GMT (waits) first level: for the client's hours until Mon 7 Dec 09:00 GMT",
        "Mon 7 Dec 09:00 GMT Ana Ruiz first level mail Mon 7 Dec 10:00 GMT",
    ]


def test_a_time_is_the_clients_or_has_an_offset_and_is_shown_as_the_msps(typed: Type) -> None:
    """Stockholm is an hour ahead of London."""
    at_lindqvist = ("who", "--client", "lindqvist", "--severity", "high", "--at")
    theirs = does(typed(*at_lindqvist, "2026-12-25T02:10"))
    assert theirs[0] == "high at Lindqvist & Partners, on Friday 25 December 2026 02:10 CET"
    assert theirs[4].startswith("Fri 25 Dec 01:10 GMT Ana Ruiz")
    assert does(typed(*at_lindqvist, "2026-12-25T01:10Z")) == theirs
    assert does(typed(*at_lindqvist, "2026-12-25 02:10+01:00")) == theirs


def test_in_the_night_that_clocks_are_put_back_each_hour_is_told_apart(typed: Type) -> None:
    told = does(typed(*AT_CHRISTMAS[:-1], "2026-10-25T01:50"))
    assert told[4].startswith("Sun 25 Oct 01:50 BST Bo Lind")
    assert told[5].startswith("Sun 25 Oct 01:05 GMT Cy Tanaka")


def test_a_time_that_is_skipped_is_the_moment_of_the_change(typed: Type) -> None:
    told = does(typed(*AT_CHRISTMAS[:-1], "2027-03-28T01:30"))
    assert told[0] == "critical at Harbor Trading, on Sunday 28 March 2027 02:00 BST"


def test_substitutes_channels_and_who_is_passed_over(folder: Path, typed: Type) -> None:
    sms = {"channels": {"sms": {"env": "BO_SMS"}}}
    write(folder, people=people(dee={"leave": [EVER | {"substitute": "bo"}]}, bo=sms, eva={"leave": [EVER]}))
    told = does(typed(*AT_CHRISTMAS))
    assert "Bo Lind (for Dee Novak) senior specialist, on call (seniors) mail, sms" in told[5]
    assert told[4].startswith("Fri 25 Dec 02:10 GMT (nobody) senior specialist: Eva Roth is away")


def test_who_left_to_now_needs_no_time(typed: Type) -> None:
    assert does(typed("who", "--client", "harbor", "--severity", "low"))[0].startswith(
        "low at Harbor Trading"
    )


def test_a_pace_is_shown(typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_PACE", "60")
    assert does(typed(*AT_CHRISTMAS))[1].startswith("Pace 60: ")


# rota ---------------------------------------------------------------------------------


def test_rota_lists_each_tier_for_its_clients(typed: Type) -> None:
    assert does(typed("rota", "--from", "2026-12-09", "--to", "2026-12-15", "--client", "harbor")) == [
        "Times in Europe/London, where Northwind is.",
        "",
        "first level: nobody is on call; its own people answer: Ana Ruiz, Ben Okafor, Lea Brandt.",
        "",
        "senior specialist, out of hours, for Harbor Trading (on call):",
        "FROM UNTIL seniors engineers lead",
        "Wed 9 Dec 00:00 GMT Mon 14 Dec 09:00 GMT Dee Novak Eva Roth Sam Ortega",
        "Mon 14 Dec 09:00 GMT Wed 16 Dec 00:00 GMT Bo Lind Cy Tanaka Sam Ortega",
        "",
        "engineering, out of hours, for Harbor Trading (on call):",
        "FROM UNTIL engineers lead",
        "Wed 9 Dec 00:00 GMT Mon 14 Dec 09:00 GMT Eva Roth Gil Moreau",
        "Mon 14 Dec 09:00 GMT Wed 16 Dec 00:00 GMT Cy Tanaka Gil Moreau",
        "",
        "management: nobody is on call; its own people answer: Mia Keller, Tom Adeyemi.",
    ]


def test_rota_of_one_tier_with_a_substitute_and_a_hole(folder: Path, typed: Type) -> None:
    first_days = {"first": "2026-12-09", "last": "2026-12-10"}
    write(
        folder, people=people(dee={"leave": [first_days | {"substitute": "bo"}]}, eva={"leave": [first_days]})
    )
    told = does(
        typed("rota", "--from", "2026-12-09T12:00", "--to", "2026-12-11 12:00", "--tier", "senior specialist")
    )
    assert told[1:] == [
        "Lindqvist & Partners: staffed at all times; the tiers' own people answer.",
        "",
        "senior specialist, out of hours, for Harbor Trading (on call):",
        "FROM UNTIL seniors engineers lead",
        "Wed 9 Dec 12:00 GMT Fri 11 Dec 00:00 GMT "
        "Bo Lind (for Dee Novak) NOBODY (Eva Roth is away) Sam Ortega",
        "Fri 11 Dec 00:00 GMT Fri 11 Dec 12:00 GMT Dee Novak Eva Roth Sam Ortega",
    ]


def test_rota_left_alone_is_two_weeks_from_today(typed: Type) -> None:
    """Two weeks see one or two handovers of a weekly rota."""
    told = does(typed("rota", "--tier", "engineering"))
    assert 2 <= sum("Gil Moreau" in line for line in told) <= 3


def test_rota_over_the_change_of_clocks(typed: Type) -> None:
    told = does(typed("rota", "--from", "2026-10-20", "--to", "2026-10-27", "--tier", "engineering"))
    assert "Tue 20 Oct 00:00 BST Mon 26 Oct 09:00 GMT Cy Tanaka Gil Moreau" in told


def test_a_feed_that_is_not_known_here_says_so(folder: Path, typed: Type) -> None:
    """Only running processes fetch feeds; the command line has the copies they left, if any."""
    feed = {"calendar": {"url": "https://calendar.example/seniors.ics"}}
    write(folder, rotas=ON_CALL["rotas"] | {"seniors": feed})
    told = does(typed("rota", "--from", "2026-12-09", "--to", "2026-12-10", "--tier", "senior specialist"))
    assert "not known here Eva Roth" in told[5]
    assert told[-1].startswith("Not sure: seniors: who is on call is not known here")
    assert does(typed(*AT_CHRISTMAS))[-1] == told[-1]


# What can't be meant ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (("rota", "--from", "next week"), "--from: 'next week' is no date and time: write 2026-12-24"),
        (("rota", "--to", "24.12.2026"), "for a time in Europe/London, or 2026-12-24T18:00Z for UTC"),
        (("rota", "--from", "2026-12-24", "--to", "2026-12-23"), "--to: write a time after Thu 24 Dec 00:00"),
        (("rota", "--from", "2026-12-24", "--to", "2030-01-01"), "at most a year later"),
        (("rota", "--from", "9999-12-31"), "too far away: write a year from 1970 to 2199"),
        (("rota", "--client", "nobody"), "There is no client 'nobody': one of harbor, lindqvist"),
        (("rota", "--tier", "attic"), "There is no tier 'attic': one of first level, senior specialist"),
        (("who", "--client", "nobody", "--severity", "low"), "one of harbor, lindqvist"),
        (("who", "--client", "harbor", "--severity", "odd"), "'odd' is not one of"),
        (("who", "--client", "harbor", "--severity", "low", "--at", "tonight"), "--at: 'tonight' is no date"),
        (("who", "--client", "harbor"), "Missing option '--severity'"),
    ],
)
def test_what_can_not_be_meant(typed: Type, words: tuple[str, ...], saying: str) -> None:
    fails(typed(*words), saying)


def test_a_procedure_that_does_not_check_is_named(folder: Path, typed: Type) -> None:
    write(folder, name=[])
    for words in (("rota",), AT_CHRISTMAS, ("check", str(folder))):
        fails(typed(*words), "procedure.yaml:1: name")


# check --------------------------------------------------------------------------------


def test_check_tells_what_to_look_at(folder: Path, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hole at night, who has mail only, and a channel that does not work here; none is a mistake."""
    monkeypatch.setenv("DEE_SMS", "json://127.0.0.1:9/")
    monkeypatch.delenv("SAM_SMS", raising=False)
    write(
        folder,
        phone="+44 (0)20 7946 0999",
        people=people(
            dee={"channels": {"sms": {"env": "DEE_SMS"}}},
            sam={"channels": {"sms": {"env": "SAM_SMS"}}},
            eva={"leave": [EVER]},
            cy={"leave": [EVER]},
        ),
    )
    told = does(typed("check", str(folder)))
    assert told[0].endswith("Nothing is wrong.")
    assert told[2] == "To look at in the next 30 days (times in Europe/London):"
    assert told[3].startswith("- first level, management: nobody is on call there")
    assert told[4].startswith("- engineering: nobody is on call (engineers) from ")
    assert told[4].endswith(
        "for Harbor Trading; away, with nobody to stand in: Eva Roth, Cy Tanaka. "
        "If that is meant, write it under gaps_meant"
    ) or told[4].endswith("Cy Tanaka, Eva Roth. If that is meant, write it under gaps_meant")
    assert told[5] == (
        "- Sam Ortega (lead of senior specialist): sms does not work, as seen from here: "
        "SAM_SMS: this environment variable is not set, or empty"
    )
    assert told[6].startswith("- nothing but mail reaches Bo Lind (rota seniors), ")
    assert "Sam Ortega (lead of senior specialist)" in told[6]
    assert "Ida Northcott (last resort)" in told[6]
    assert "Dee Novak" not in told[6]


def test_check_never_shows_a_secret(folder: Path, typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDA_SMS", "nosuch://very-secret-token")
    write(folder, people=people(ida={"channels": {"sms": {"env": "IDA_SMS"}}}))
    told = "\n".join(does(typed("check", str(folder))))
    assert "Ida Northcott (last resort): sms does not work, as seen from here: IDA_SMS: " in told
    assert "very-secret" not in told


def test_check_names_a_holiday_that_only_a_part_of_the_country_has(folder: Path, typed: Type) -> None:
    """Until the region is written; a country without such days has none to name."""
    clients = ON_CALL["clients"]
    says = "Harbor Trading: its holidays are those that all of GB has; "
    for holidays, named in (({"country": "GB"}, True), ({"country": "GB", "region": "SCT"}, False),
                            ({"country": "SE"}, False), ({}, False)):  # fmt: skip
        write(folder, clients={"harbor": clients["harbor"] | {"holidays": holidays}})
        told = typed("check", str(folder)).output
        assert (says in told) == named
    write(folder, clients={"harbor": clients["harbor"] | {"holidays": {"country": "GB"}}})
    fails(typed("check", str(folder), "--strict"), "write its region, or that day under also")


def test_check_tells_what_was_left_out_of_a_calendar_and_it_is_nothing_to_mend(
    folder: Path, typed: Type
) -> None:
    """Nobody here can change what a calendar says of years that are over."""
    old = "BEGIN:VEVENT\nSUMMARY:Zed\nDTSTART:20190102T090000\nDTEND:20190103T090000\nEND:VEVENT\n"
    week = "BEGIN:VEVENT\nSUMMARY:Bo Lind\nDTSTART:20200106\nDTEND:20200113\nRRULE:FREQ=WEEKLY\nEND:VEVENT\n"
    rotas = ON_CALL["rotas"] | {"seniors": {"calendar": {"file": "seniors.ics"}}}
    write(folder, rotas=rotas)
    for olds, count in ((old, "an event"), (old * 3, "3 events, the first of them")):
        (folder / "seniors.ics").write_text(f"BEGIN:VCALENDAR\n{olds}{week}END:VCALENDAR\n")
        told = does(typed("check", str(folder)))
        assert told[-2] == "Left out of calendars, since it can put nobody on call:"
        assert told[-1].startswith(
            f"- seniors: {count}: the event 'Zed' of 2019-01-02: DTSTART 20190102T090000"
        )
    before = typed("check", str(folder), "--strict").output.splitlines()[-1]
    (folder / "seniors.ics").write_text(f"BEGIN:VCALENDAR\n{week}END:VCALENDAR\n")
    assert typed("check", str(folder), "--strict").output.splitlines()[-1] == before


def test_check_strict_exits_with_what_there_is_to_look_at(folder: Path, typed: Type) -> None:
    answer = typed("check", str(folder), "--strict")
    fails(answer, "things to look at")
    assert "To look at in the next 30 days" in answer.output


def test_check_strict_with_nothing_to_look_at(
    folder: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody round the clock, the last resort with a channel, a third person where two must decide, time
    for the lead's turn, and an account manager who stands nowhere else."""
    monkeypatch.setenv("IDA_SMS", "json://127.0.0.1:9/")
    management = ON_CALL["tiers"][3] | {"people": ["mia", "dee"]}
    longer = PROCEDURE["commitments"]["medium"] | {"first level": "4 hours"}
    write(
        folder,
        commitments=PROCEDURE["commitments"] | {"medium": longer},
        tiers=[*ON_CALL["tiers"][:3], management],
        people=people(ida={"channels": {"sms": {"env": "IDA_SMS"}}}),
        clients={name: client | {"account_manager": "max"} for name, client in PROCEDURE["clients"].items()},
    )
    told = does(typed("check", str(folder), "--strict"))
    assert len(told) == 1
    assert told[0].endswith("Nothing is wrong.")


def test_check_proves_what_is_promised_and_exits_with_what_is_broken(folder: Path, typed: Type) -> None:
    """Within 15 minutes at night, with one person silent; 10 are promised, too few."""
    write(folder, promises={"critical": {"person": "15 minutes"}})
    told = does(typed("check", str(folder)))
    kept = next(line for line in told if line.startswith("- critical at Harbor Trading"))
    assert "within 15 minutes with one person silent" in kept and kept.endswith("silent: kept")

    write(folder, promises={"critical": {"person": "10 minutes"}})
    answer = typed("check", str(folder))
    fails(answer, "1 promise broken")
    assert "PROMISED, AND NOT KEPT" in answer.output
    assert "until here it was promised" in answer.output
    assert "To change: " in answer.output


def test_check_as_json_is_for_programs(folder: Path, typed: Type) -> None:
    """With the same exit codes, and mistakes of the files too."""
    write(folder, promises={"critical": {"person": "10 minutes"}})
    answer = typed("check", str(folder), "--json")
    assert answer.exit_code == USER_ERROR
    found = json.loads(answer.stdout)
    (broken,) = found["broken"]
    assert (found["days"], found["mistakes"]) == (30, [])
    assert broken["timeline"][0].endswith("the ticket opens")

    (folder / "clients" / "harbor.yaml").write_text("name: Harbor\n")
    answer = typed("check", str(folder), "--json")
    assert answer.exit_code == USER_ERROR
    assert any("clients/harbor.yaml" in mistake for mistake in json.loads(answer.stdout)["mistakes"])


def test_check_as_a_page_is_for_paper(folder: Path, typed: Type, tmp_path: Path) -> None:
    """What is broken first, with its timeline; then a table for each client, and what is to be looked at."""
    write(folder, promises={"critical": {"person": "10 minutes"}})
    page = tmp_path / "proof.html"
    fails(typed("check", str(folder), "--days", "2", "--html", str(page)), "1 promise broken")
    text = page.read_text()
    titles = [title for title in re.findall("<h2>(.*)</h2>", text) if not title.startswith("To look at")]
    assert titles[:2] == ["Promised, and not kept", "Harbor Trading"]
    assert "<li>To change: " in text
    assert 'scope="row">low at Harbor Trading is with somebody</th>' in text
    assert not re.search(r"(src|href|url\()", text), "nothing is loaded from elsewhere"

    nowhere = tmp_path / "no" / "such" / "folder.html"
    fails(typed("check", str(folder), "--html", str(nowhere)), "name another file with --html")


def test_check_looks_as_far_ahead_as_it_is_asked(folder: Path, typed: Type) -> None:
    """Somebody's substitute is away, but not within thirty days."""
    far = datetime.now(UTC).date() + timedelta(days=100)
    leave = {"first": str(far), "last": str(far)}
    write(folder, people=people(dee={"leave": [leave | {"substitute": "bo"}]}, bo={"leave": [leave]}))
    assert not any("substitute away" in line for line in does(typed("check", str(folder))))
    told = does(typed("check", str(folder), "--days", "120"))
    assert any("substitute away" in line and "Dee Novak, then Bo Lind" in line for line in told)
    assert any(line.startswith("Proved for every ticket of the next 120 days") for line in told)


@every(
    "promise, says",
    {
        "nothing": ({}, "promises nothing: write"),
        "days of work": ({"person": "1 business day"}, "is no time to promise"),
        "an unknown action": ({"may": {"fly": "1 hour"}}, "there is no action 'fly'"),
    },
)
def test_a_promise_that_cannot_be_meant(promise: Any, says: str, folder: Path, typed: Type) -> None:
    """Said with its place, and what to write."""
    write(folder, promises={"critical": promise})
    fails(typed("check", str(folder)), says)
