"""Which lines and branches of the product the tests run: `make test` measures it and says so at its end.

A plugin of pytest's (`-p tests.covered`). Each of pytest's workers measures what it runs and leaves what it
has found in a folder, and the process that pytest was started in adds it up. Programs of their own are not
measured: most of them a story kills, and who is killed tells nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage
from slipcover.slipcover import format_missing

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]
PROGRAMS = ("worker.py", "starter.py")
"""Not run.py, which is always a process of its own."""

OMITTED = ["records/migrations/*"]
"""Alembic has a loader of its own for these."""

NEVER_RUN = ["@overload", r"(^\s*|: )\.\.\.$", "raise NotImplementedError"]
"""What stands for what others do: lines that match are not counted."""

TITLE = "lines and branches of the product that no test runs"
NOT_COUNTED = "Not counted: migrations, and what runs as a process of its own."

LEFT_IN = "RUNG_COVERED"
"""The variable that tells every process of a run where to leave what it has found."""

_began = LEFT_IN not in os.environ
if _began:
    os.environ[LEFT_IN] = tempfile.mkdtemp(prefix="rung-covered-")
_folder = Path(os.environ[LEFT_IN])


class _Once(FileMatcher):  # type: ignore[misc]  # slipcover has no types
    """A module is measured where it is first imported: a sandbox imports it again for each workflow."""

    def __init__(self, measured: Slipcover, sources: list[str]) -> None:
        super().__init__(sources, OMITTED)
        self._measured = measured

    def matches(self, filename: str | None) -> bool:
        return filename not in self._measured.code_lines and bool(super().matches(filename))


def _measures() -> Slipcover:
    """What is imported from here on is measured."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = [str(ROOT / room) for room in settings["tool"]["importlinter"]["root_packages"]]
    measured = Slipcover(
        branch=True,
        # With another one it replaces functions by unmeasured ones, while threads and workflows run them.
        d_miss_threshold=-1,
        source=rooms,
        omit=OMITTED,
        exclude_also=NEVER_RUN,
    )
    programs = [str(ROOT / program) for program in PROGRAMS]
    ImportManager(measured, _Once(measured, [*rooms, *programs])).__enter__()
    return measured


_measured = _measures()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Who has run tests says what they ran; who has others run them waits for those."""
    if session.config.getoption("dist", "no") == "no":
        (_folder / f"{os.getpid()}.json").write_text(json.dumps(_measured.get_coverage()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line for each file of which something never runs, and the total."""
    found: dict[str, Any] = {}
    for left in _folder.glob("*.json"):
        one = json.loads(left.read_text())
        found = merge_coverage(found, one) if found else one
    if found:
        terminalreporter.section(TITLE)
        for line in _lines(found):
            terminalreporter.write_line(line)


def pytest_unconfigure() -> None:
    """What was left has been added up."""
    if _began:
        shutil.rmtree(_folder, ignore_errors=True)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    for file, of_it in sorted(found["files"].items()):
        branches = [tuple(branch) for branch in of_it["missing_branches"]]
        if missing := format_missing(of_it["missing_lines"], of_it["executed_lines"], branches):
            yield f"{file}: {missing}"
    whole = found["summary"]
    of_lines, of_branches = (_share(whole, of) for of in ("lines", "branches"))
    yield f"{of_lines} and {of_branches} are run: {whole['percent_covered']:.2f} %. {NOT_COUNTED}"


def _share(whole: dict[str, Any], of: str) -> str:
    run = whole[f"covered_{of}"]
    return f"{run:,} of {run + whole[f'missing_{of}']:,} {of}"
