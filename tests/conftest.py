"""The longest files first, so that no worker is left with one of them at the end (make test: loadfile); and
no test hangs for ever."""

import faulthandler
import gc
import os
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

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


SHARED = ("tests/system/beside", "tests/system/browsing", "tests/records")
"""Folders whose files share what is started for the first of them."""


def together(nodeid: str) -> str:
    """The file of a test, or its folder where that is shared: one worker tells all of it."""
    file = nodeid.partition("::")[0]
    return next((folder for folder in SHARED if file.startswith(f"{folder}/")), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """What is told by one worker: a file, or a folder that is shared."""
    scheduling = LoadFileScheduling(config, log)
    scheduling._split_scope = together
    return scheduling


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within each of these, what has the most tests first; in a shared folder by the names of the files."""
    many = Counter(together(item.nodeid) for item in items)

    def place(item: pytest.Item) -> tuple[int, int, str, Path]:
        scope = together(item.nodeid)
        return _place(item.path), -many[scope], scope, item.path

    items.sort(key=place)


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
