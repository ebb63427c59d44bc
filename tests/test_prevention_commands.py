"""The commands of prevention as somebody types them before they ask a server, and what they print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands import prevention
from procedure.prevention.upkeep import Upkeep
from starter import cli
from tests.northwind import ON_CALL, PROCEDURE
from tests.procedure.complaint.complaining import MONDAY
from tests.procedure.prevention.test_prevention import PREVENTION, RESTORE, SERVER, UPDATES, proposed
from tests.procedure.prevention.test_upkeep import ITEMS, files
from tests.tables import every
from tests.test_approval_commands import fails, write

USER_ERROR = 2
SAY = ("prevention-say", "prevention-harbor")
READ = ("reading", "--client", "harbor", "--item", "file server", "--value", "5")


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """The command line, set to a procedure in which something comes due."""
    folder: Path = tmp_path_factory.mktemp("northwind")
    harbor = ON_CALL["clients"]["harbor"] | {"prevention": ITEMS}
    write(folder / "files", prevention=PREVENTION, clients=PROCEDURE["clients"] | {"harbor": harbor})
    settings = {"RUNG_PROCEDURE": str(folder / "files"), "RUNG_STATE": str(folder / "state")}
    return lambda *words: CliRunner(env=settings).invoke(cli, words)


@every(
    "words, saying",
    [
        (("prevention", "--client", "nobody"), "There is no client 'nobody': one of harbor, lindqvist"),
        (("prevention-show", "nonsense"), "no such prevention proposal 'nonsense'"),
        (("prevention-show", "problem-harbor-a.b"), "see: starter.py prevention"),
        ((*SAY, "dance", "--by", "cy"), "'dance' is not one of"),
        ((*SAY, "plan", "--by", "cy"), "plan needs --with when=... (is missing)"),
        ((*SAY, "plan", "--by", "cy", "--with", "when=Saturday"), "plan needs --with when=..."),
        ((*SAY, "decline", "--by", "cy"), "decline needs --with words=... (is missing)"),
        ((*SAY, "done", "--by", "cy", "--with", "note=x"), "done has no 'note': items, words"),
        ((*READ[:-1], "much"), "'much' is not a valid float"),
        ((*READ[:-1], "-1"), "--value: "),
        ((*READ[:-1], "nan"), "--value: "),
        ((*READ, "--on", "soon"), "--on: "),
        ((*READ, "--on", "2099-01-01"), "--on: 2099-01-01 is not over"),
        (
            ("reading", "--client", "harbor", "--item", "restore test", "--value", "1"),
            "Nothing is measured of 'restore test' at Harbor Trading: one of file server",
        ),
        (
            ("reading", "--client", "lindqvist", "--item", "x", "--value", "1"),
            "none of its items has a limit",
        ),
    ],
)
def test_what_can_not_be_meant_is_said_before_anything_is_asked(
    typed: Callable[..., Result], words: tuple[str, ...], saying: str
) -> None:
    fails(typed(*words), USER_ERROR, saying)


def test_the_list_has_who_has_what_and_what_else_comes_due() -> None:
    work = proposed(RESTORE, UPDATES, SERVER)
    work.done("updates")
    work.plans("new server")
    rows = prevention._rows(files(), Upkeep("harbor"), work.stands, MONDAY + timedelta(minutes=5))
    settled = "to be settled by Mon 30 Nov 10:00"
    when = "planned for Sat 5 Dec 18:00, a yes is asked for"
    assert [row for _, row in sorted(rows)] == [
        ("2026-12-01", "harbor", "restore test", "2026-11-23", "Cy Tanaka (engineering)", settled),
        ("2027-01-31", "harbor", "new server", "2026-11-23", "Cy Tanaka", when),
        ("2027-06-30", "harbor", "old licence", "from 2027-05-31", "", ""),
    ]
