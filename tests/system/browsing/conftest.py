"""One browser beside one `make run` for all files of this folder, one after the other (tests/conftest.py).

They come in the order of their names: what an emergency leaves open would move the tickets of the others.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.system.browser import launched
from tests.system.demo import Demo, at_an_easy_pace


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with at_an_easy_pace(tmp_path_factory.mktemp("demo")) as everything:
        yield everything


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One for all files; who looks has a tab in it (tests/system/browser.py)."""
    with launched() as browser:
        yield browser
