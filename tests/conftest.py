"""The longest files first, so that no worker is left with one of them at the end (make test: loadfile); and
no test hangs for ever."""

import faulthandler
import gc
import os
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# No time is asserted, also not that of one example: the machine may be busy with something else.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

FIRST = (
    *("system", "history_budget", "workflows", "rehearsal", "records", "replay"),
    *("proof", "document", "approval", "path", "ticket"),
)
"""What waits for servers, then what a rule is tried with by the thousand; the rest takes a second or two."""


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Half of the time of reading all tests goes into looking for garbage among what is kept to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within each of these, the files with the most tests first."""
    many = Counter(item.path for item in items)
    items.sort(key=lambda item: (_place(item.path), -many[item.path], item.path))


def _place(path: Path) -> int:
    parts = {*path.parts, path.stem.removeprefix("test_")}
    return next((n for n, part in enumerate(FIRST) if part in parts), len(FIRST))


TIDY_UP = 180
"""Seconds that what comes after a test may take, however busy the machine."""

SCREEN = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is captured yet: what is said here can be read."""
    config.stash[SCREEN] = os.dup(2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """What comes after a test has a deadline of its own: pytest-timeout takes its away when a test fails.

    A worker that can't evict a workflow never stops, and can't be cancelled: the process ends and says where
    it was, and its test has failed.
    """
    faulthandler.dump_traceback_later(TIDY_UP, exit=True, file=item.config.stash[SCREEN])
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
