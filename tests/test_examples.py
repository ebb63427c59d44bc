"""Both examples, which are two MSPs that have little in common: so that nothing is made for one of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner, Result

import starter
from runtime.procedure_files import read
from tests.tables import every

EXAMPLES = Path(__file__).parents[1] / "examples"
ALPENRAND = EXAMPLES / "alpenrand"
EACH = sorted(path.parent.name for path in EXAMPLES.glob("*/procedure.yaml"))
CLIENTS = [(path.parents[1].name, path.stem) for path in sorted(EXAMPLES.glob("*/clients/*.yaml"))]


def starts(*arguments: str | Path) -> Result:
    """What ``starter.py`` does."""
    return CliRunner().invoke(starter.cli, [*map(str, arguments)], catch_exceptions=False)


@every("example", EACH)
def test_nothing_is_wrong_and_promises_are_kept(example: str) -> None:
    """To look at is only that nobody has a channel yet: its secret can't stand in an example."""
    result = starts("check", EXAMPLES / example, "--days", "30")

    assert result.exit_code == 0, result.output
    assert "Nothing is wrong." in result.output
    promised = [line for line in result.output.splitlines() if "Promised within" in line]
    assert promised and all(line.endswith(": kept") for line in promised)
    look_at = result.output.partition("To look at")[2].splitlines()[1:]
    assert [line for line in look_at if line and "nothing but mail reaches" not in line] == []


@every("example, client", CLIENTS)
def test_each_client_gets_a_document_in_the_words_of_its_msp(example: str, client: str) -> None:
    """With the names that the procedure gives to tiers and to money, and with no other MSP's."""
    foreign = {
        "alpenrand": ("first level", "senior specialist", "Northwind", "GBP", "London"),
        "northwind": ("hotline", "technicians", "Alpenrand", "EUR", "Berlin"),
    }
    result = starts("document", EXAMPLES / example, "--client", client, "--format", "md")

    assert result.exit_code == 0
    assert [word for word in foreign[example] if word in result.output] == []


def test_the_second_examples_scenarios_go_as_they_expect() -> None:
    """A night of a holiday, a swapped week, a Friday afternoon, four eyes, silence, a complaint."""
    result = starts("rehearse", ALPENRAND / "scenarios", "--json")

    told = json.loads(result.stdout)["scenarios"]
    assert {one["file"]: one["failures"] for one in told if not one["holds"]} == {}
    assert result.exit_code == 0


def test_a_holiday_of_one_town_is_one_there_alone() -> None:
    """Augsburg's Peace Festival, and Assumption Day: both a Sunday in 2027, when the clinic has hours."""
    alpenrand = read(ALPENRAND)
    clinic, noon = alpenrand.almanac.hours["klinik-am-lech"], datetime(2027, 8, 1, 10, tzinfo=UTC)

    assert [clinic.is_open(noon + timedelta(weeks=week)) for week in range(4)] == [True, False, False, True]
