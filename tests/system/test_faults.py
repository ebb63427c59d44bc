"""The short form of the randomised run (tests/system/faults.py): what meets what is up to the machine."""

from __future__ import annotations

from pathlib import Path

from tests.system.faults import NOBODY_COUNTS, PACE, run
from tests.system.parts import parts


async def test_whatever_meets_whatever_every_history_replays(tmp_path: Path) -> None:
    """Twelve tickets, their approvals and complaints; two workers that keep hardly any of them in memory and
    are killed again and again: nothing lost or early, no failing task, no history that does not replay."""
    async with parts(tmp_path, pace=PACE, complaints=NOBODY_COUNTS) as rung:
        found = await run(rung, seconds=13, tickets=12, seed=11, kills=2.5, all_parts=False)
    assert found.faults == []
    assert found.kills["worker"] > 0
    assert found.kept > 12
