"""One `make run` for all files of this folder: tests/conftest.py has them run one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.demo import Demo, at_an_easy_pace


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with at_an_easy_pace(tmp_path_factory.mktemp("demo")) as everything:
        yield everything
