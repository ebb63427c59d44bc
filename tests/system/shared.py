"""What the tests of a running `make run` share.

A test module says ``pytest_plugins = ["tests.system.shared"]``; all that do share one run.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.demo import Demo, northwind, running


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One run for all. At an easy pace: nobody's time runs out while a test plays a human."""
    folder = tmp_path_factory.mktemp("demo")
    with running(folder / "state", procedure=northwind(folder / "northwind"), pace=2) as everything:
        yield everything
