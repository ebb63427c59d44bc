"""The longest files first, so that no worker is left with one of them at the end (make test: loadfile)."""

from pathlib import Path

import pytest

FIRST = ("system", "history_budget", "workflows", "replay", "approval", "path", "ticket", "asking")
"""What waits for servers, then what a rule is tried with by the thousand; the rest takes a second or two."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within each of these in the order of the alphabet, as collected."""
    items.sort(key=lambda item: _place(item.path))


def _place(path: Path) -> int:
    parts = {*path.parts, path.stem.removeprefix("test_")}
    return next((n for n, part in enumerate(FIRST) if part in parts), len(FIRST))
