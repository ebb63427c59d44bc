"""One test over a whole table: it goes through all rows, and names each that fails.

For rows that are read in one breath and mostly fail together: every page, every kind of mail. The cases
of a rule stay tests of their own.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

Rows = Mapping[str, Any] | Iterable[Any]
Test = Callable[..., None]


def every(names: str, rows: Rows | Callable[[], Rows]) -> Callable[[Test], Test]:
    """For a test of each row, whose parts have these names ("page", or "name, page").

    What stands in a mapping is named by its key, which comes first if the test wants it; else a row names
    itself. Rows that cost something are a function's, which is called when the test runs.
    """
    wanted = [name.strip() for name in names.split(",")]

    def decorate(test: Test) -> Test:
        signature = inspect.signature(test)
        others = [one for name, one in signature.parameters.items() if name not in wanted]

        @functools.wraps(test)
        def over_all(subtests: pytest.Subtests, **fixtures: Any) -> None:
            named = list(_named(rows() if callable(rows) else rows, len(wanted)))
            assert named, "a table without rows"
            for name, row in named:
                with subtests.test(name):
                    test(**dict(zip(wanted, row, strict=True)), **fixtures)

        del over_all.__wrapped__
        first = inspect.Parameter("subtests", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        over_all.__signature__ = signature.replace(parameters=[first, *others])  # type: ignore[attr-defined]
        return over_all

    return decorate


def _named(rows: Rows, width: int) -> Iterable[tuple[str, tuple[Any, ...]]]:
    if isinstance(rows, Mapping):
        for key, value in rows.items():
            whole = value if isinstance(value, tuple) else (value,)
            yield str(key), whole if len(whole) == width else (key, *whole)
        return
    for row in rows:
        whole = (row,) if width == 1 else tuple(row)
        yield ", ".join(getattr(part, "__name__", str(part)) for part in whole), whole
