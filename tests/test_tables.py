"""A test over a table goes through all of it, and says which rows failed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

OVER = """
import pytest
from tests.tables import every

@pytest.fixture
def limit(): return 3

@every("number", lambda: {"one": 1, "three": 3, "two": 2, "four": 4})
def test_small(number, limit): assert number < limit

@every("name, number", {"a": 1, "b": 2})
def test_named(name, number): assert "ab".index(name) == number - 1

@every("left, right", [(1, 1), (1, 2)])
def test_same(left, right): assert left == right

@every("none", [])
def test_nothing(none): pass
"""


def test_every_row_that_fails_is_named_and_an_empty_table_fails(tmp_path: Path) -> None:
    (tmp_path / "test_over.py").write_text(OVER)
    words = (
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        tmp_path,
        "-c",
        "/dev/null",
        tmp_path,
    )
    run = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    failed = {
        (line.split()[0], line.partition("::")[2].split()[0])  # in CI, pytest adds the reason
        for line in run.stdout.splitlines()
        if line.startswith(("SUBFAILED", "FAILED"))
    }

    assert failed == {
        ("SUBFAILED[three]", "test_small"),
        ("SUBFAILED[four]", "test_small"),
        ("FAILED", "test_small"),
        ("SUBFAILED[1,", "test_same"),
        ("FAILED", "test_same"),
        ("FAILED", "test_nothing"),
    }, run.stdout
