"""A broken promise is shown: while a procedure is written, and at the worker's start."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

from structlog.testing import capture_logs

from commands.checking import _changes
from tests.northwind import on_call
from worker import show_broken_promises

ROOT = Path(__file__).parents[1]


def until(lines: IO[str], words: str) -> list[str]:
    """All that is printed up to a line with these words."""
    read = []
    for line in lines:
        read.append(line.rstrip())
        if words in line:
            return read
    raise AssertionError(f"{words!r} was never printed: {read}")


def test_what_is_written_is_checked_again_and_again(tmp_path: Path) -> None:
    """A promise that is broken, a file that can't be read, and all well again; until it is ended."""
    folder = tmp_path / "northwind"
    shutil.copytree(ROOT / "examples" / "northwind", folder)
    file = folder / "procedure.yaml"
    well = file.read_text(encoding="utf-8")
    command = [sys.executable, str(ROOT / "starter.py"), "check", str(folder), "--watch", "--days", "1"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout
        try:
            until(watching.stdout, "nothing but mail reaches")
            file.write_text(well.replace("person: 20 minutes", "person: 1 minute"), encoding="utf-8")
            broken = until(watching.stdout, "To change:")
            assert any(line.startswith("PROMISED, AND NOT KEPT") for line in broken)
            file.write_text(
                well.replace("starts_at: senior specialist", "starts_at: nobody"), encoding="utf-8"
            )
            until(watching.stdout, "there is no tier 'nobody'")
            file.write_text(well, encoding="utf-8")
            until(watching.stdout, "nothing but mail reaches")
        finally:
            # Not Ctrl-C: who is started in the background by a shell never hears it.
            watching.terminate()


def test_a_file_that_is_written_made_or_taken_away_is_a_change(tmp_path: Path) -> None:
    """In any folder below; what only looks like a file is none."""
    looks = _changes(tmp_path)
    next(looks)
    (tmp_path / "clients").mkdir()
    file = tmp_path / "clients" / "harbor.yaml"
    file.write_text("name: Harbor", encoding="utf-8")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    next(looks)
    file.unlink()
    next(looks)


def test_the_worker_says_at_its_start_which_promise_is_broken() -> None:
    """With the timeline, and what to change; of what is kept not a word."""
    with capture_logs() as kept:
        show_broken_promises(on_call(promises={"critical": {"person": "1 hour"}}))
    with capture_logs() as broken:
        show_broken_promises(on_call(promises={"critical": {"person": "1 minute"}}))

    assert kept == []
    one = next(line for line in broken if "Harbor Trading" in line["promise"])
    assert (one["event"], one["log_level"]) == ("promise broken", "warning")
    assert one["promise"].endswith("Promised within 1 minute, with one person silent: BROKEN")
    assert one["example"][0].endswith("the ticket opens")
    assert one["example"][-1].startswith("To change: ")
