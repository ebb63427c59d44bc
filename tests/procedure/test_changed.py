"""A value with some of its fields changed: as the standard library does it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from procedure.bounds import LONGEST_LINE
from procedure.changed import replace
from procedure.kinds import Kind
from procedure.record import Entry

ENTRY = Entry(datetime(2026, 11, 23, tzinfo=UTC), Kind.PAGED, person="ana", words="it hangs")


def test_it_is_what_the_standard_library_makes_of_it() -> None:
    """With what it checks of itself, and without what it had worked out."""
    light = ENTRY.weight
    for words in ("nothing answers any more", "x" * (LONGEST_LINE + 1)):
        changed = replace(ENTRY, words=words)
        assert changed == dataclasses.replace(ENTRY, words=words)
        assert len(changed.words) <= LONGEST_LINE
        assert changed.weight > light == ENTRY.weight


def test_what_is_no_field_is_refused() -> None:
    """Also where as many fields are left as there were."""
    with pytest.raises(TypeError, match="Entry has no word"):
        replace(ENTRY, word="it hangs")  # type: ignore[call-arg]
