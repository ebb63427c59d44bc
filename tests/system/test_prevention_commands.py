"""Prevention beside a real server, a worker and a mail server: what it does by itself, and the commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.northwind import PROCEDURE
from tests.procedure.prevention.test_prevention import PREVENTION
from tests.system.beside.test_command_line import REFUSED, does, fails
from tests.system.parts import Parts, parts, until
from tests.system.test_approval_commands import squeezed, types

SAY = ("prevention-say", "prevention-harbor")


async def listed(rung: Parts) -> dict[str, str]:
    """The lines of the list by their items, as soon as the proposal is there."""

    async def look() -> dict[str, str]:
        lines = squeezed(does(await types(rung, "prevention", "--client", "harbor")))
        found = {
            item: line for line in lines for item in ("restore", "disk", "licence") if f" {item} " in line
        }
        return found if "Cy Tanaka" in found.get("restore", "") else {}

    return await until(look, "the proposal")


async def test_a_worker_proposes_what_comes_due_and_the_commands_see_it_through(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    items = {
        "restore": {"every_days": 90, "last": f"{today - timedelta(days=80)}"},
        "licence": {"ends": f"{today + timedelta(days=200)}"},
        "disk": {"limit": 100, "unit": "GB", "readings": {f"{today - timedelta(days=50)}": 10}},
    }
    harbor = PROCEDURE["clients"]["harbor"] | {"prevention": items}
    clients = PROCEDURE["clients"] | {"harbor": harbor}
    async with parts(tmp_path, prevention=PREVENTION, clients=clients) as rung:
        await rung.worker_starts()
        found = await listed(rung)
        assert "Cy Tanaka (engineering) to be settled by" in found["restore"]
        assert f"from {today + timedelta(days=170)}" in found["licence"]
        assert "disk" not in found

        told = does(await types(rung, "reading", "--client", "harbor", "--item", "disk", "--value", "60"))
        assert told == f"disk: 60 GB on {today}\n"
        found = await listed(rung)
        assert f"{today + timedelta(days=40)} harbor disk from {today + timedelta(days=10)}" in found["disk"]

        shown = does(await types(rung, "prevention-show", "prevention-harbor"))
        assert "every 90 days; last done on" in shown
        refused = await types(rung, *SAY, "done", "--by", "ana")
        fails(refused, REFUSED, "Cy Tanaka (engineering) has it")
        assert does(await types(rung, *SAY, "done", "--by", "cy", "--with", "items=restore"))
        lines = squeezed(does(await types(rung, "prevention")))
        assert [line for line in lines if " restore " in line] == [
            f"{today + timedelta(days=90)} harbor restore from {today + timedelta(days=60)}"
        ]
