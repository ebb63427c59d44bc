"""A new holiday reaches the tickets that are open: with the real worker, and Temporal's own list of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from procedure.book.severity import Facts
from procedure.clocks.calendars import from_wall, wall_time
from tests.northwind import PROCEDURE
from tests.system.parts import Parts, entries, parts

MEDIUM = Facts(system="office mail", state="impaired")
ZONE = "Europe/London"
ROUND_THE_CLOCK = dict.fromkeys(("weekdays", "saturday", "sunday"), "00:00-24:00")
CLIENTS = PROCEDURE["clients"] | {"harbor": PROCEDURE["clients"]["harbor"] | {"hours": ROUND_THE_CLOCK}}
SEVERITIES = PROCEDURE["severities"] | {"medium": PROCEDURE["severities"]["medium"] | {"runs": "hours"}}
COMMITMENTS = PROCEDURE["commitments"] | {
    "medium": PROCEDURE["commitments"]["medium"] | {"first level": "120 hours"}
}


def closed_on(rung: Parts, day: datetime) -> None:
    """Harbor's file says that it is closed on that day, too."""
    file = rung.procedure / "clients" / "harbor.yaml"
    harbor: dict[str, Any] = yaml.safe_load(file.read_text())
    also = harbor.setdefault("holidays", {}).setdefault("also", {})
    also[f"{day:%Y-%m-%d}"] = "closed"
    file.write_text(yaml.safe_dump(harbor))


async def test_a_new_holiday_reaches_open_tickets_also_one_declared_while_no_worker_ran(
    tmp_path: Path,
) -> None:
    """Each of the two days moves the end by a day; what was used is kept; it is told once."""
    changes = {"clients": CLIENTS, "severities": SEVERITIES, "commitments": COMMITMENTS}
    async with parts(tmp_path, **changes) as rung:
        await rung.worker_starts()
        ticket = await rung.opens("1", MEDIUM)
        await rung.mail.brings(ticket, "ana")
        await rung.say(ticket, "acknowledge", "ana")
        due = (await rung.stands(ticket)).tiers.due
        assert due is not None
        today = wall_time(datetime.now(UTC), ZONE)
        # Not tomorrow: that may be today before this is over.
        one, other = today + timedelta(days=2), today + timedelta(days=3)

        closed_on(rung, one)
        await rung.when_recorded(ticket, "Looked at again: the holidays of Harbor Trading have changed")
        stands = await rung.stands_when(
            ticket, lambda t: t.tiers.due not in (None, due), "another due instant"
        )
        assert stands.tiers.due == due + length(one)

        both = due + length(one) + length(other)
        assert await rung.worker.is_asked_to_stop() == 0
        closed_on(rung, other)
        await rung.worker_starts()
        stands = await rung.stands_when(
            ticket, lambda t: len(entries(t, "Looked at again")) == 2, "told a second time"
        )
        stands = await rung.stands_when(ticket, lambda t: t.tiers.due == both, "two days later")
        assert len(entries(stands, "Looked at again")) == 2
        assert stands.here.acknowledged


def length(wall: datetime) -> timedelta:
    """From midnight to midnight; an hour less or more where clocks change in between."""
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    return from_wall(midnight + timedelta(days=1), ZONE) - from_wall(midnight, ZONE)
