"""How long Temporal has to keep what has ended."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import Client

from procedure.incoming import OLDEST
from runtime.connection import DATA_CONVERTER
from runtime.retention import told, too_short
from tests.northwind import PROCEDURE, northwind
from tests.tables import every

DAY = timedelta(days=1)
WITHOUT_PATTERN = northwind(criteria={**PROCEDURE["criteria"], "pattern": None})


@every(
    "kept, says",
    {
        "as long as a pattern looks back": (30 * DAY, ""),
        "less": (29 * DAY, "tickets of the last 30 days can't be counted as a pattern. Set"),
        "as long as an event may be old": (OLDEST, "may open a ticket twice, and tickets of"),
        "as the dev server keeps it": (DAY, "forgets after 1 day: what a helpdesk sends again"),
    },
)
def test_what_a_retention_leads_to(kept: timedelta, says: str) -> None:
    found = told(kept, northwind())
    assert says in found
    assert bool(says) == bool(found)


def test_without_a_pattern_it_has_to_outlast_events() -> None:
    assert told(OLDEST + DAY, WITHOUT_PATTERN) == ""
    assert told(OLDEST, WITHOUT_PATTERN).endswith("Set the namespace's retention to 8 days")


async def test_what_is_not_known_is_said() -> None:
    client = await Client.connect("127.0.0.1:1", data_converter=DATA_CONVERTER, lazy=True)
    assert (await too_short(client, northwind())).startswith("it is not known for how long")
