"""A running `make run` for a test module.

A test module says ``pytest_plugins = ["tests.system.shared"]``, and has it to itself: what another left
open, an emergency, say, would move its tickets.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.demo import Demo, northwind, running


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """At an easy pace: nobody's time runs out while a test plays a human."""
    folder = tmp_path_factory.mktemp("demo")
    with running(folder / "state", procedure=northwind(folder / "northwind"), pace=2) as everything:
        yield everything
