"""The system tests share a run of everything, and the machine: one process tells all of them."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/system/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("system"))
