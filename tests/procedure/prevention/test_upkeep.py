"""What is kept of a client's prevention, and what a look into its files finds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from procedure.book.procedure import Procedure
from procedure.prevention.upkeep import (
    MOST_KEPT,
    MOST_READINGS,
    Look,
    Reading,
    Settlement,
    Upkeep,
    ahead,
    look,
)
from tests.northwind import OFFICE_HOURS, PROCEDURE, northwind
from tests.procedure.prevention.test_prevention import PREVENTION

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
HARBOR = Upkeep("harbor")
ITEMS: dict[str, Any] = {
    "restore test": {"every_days": 90, "last": "2026-09-02"},
    "new server": {
        "ends": "2027-02-28",
        "ahead_days": 180,
        "action": "replace hardware",
        "cost": 1800,
        "downtime": "2 hours",
    },
    "old licence": {"ends": "2027-06-30"},
    "file server": {"limit": 100, "unit": "GB"},
}


def files(items: dict[str, Any] = ITEMS, **harbor: Any) -> Procedure:
    changed = PROCEDURE["clients"]["harbor"] | {"prevention": items} | harbor
    return northwind(prevention=PREVENTION, clients=PROCEDURE["clients"] | {"harbor": changed})


def names(found: Look) -> list[str]:
    return [one.name for one in found.due]


def test_what_is_proposed_is_what_comes_due_in_time_the_first_first() -> None:
    found = look(files(), HARBOR, MONDAY)
    assert names(found) == ["restore test", "new server"]
    assert found.due[1].takes == "GBP 1,800 and 2 hours down"


def test_readings_say_when_something_is_full() -> None:
    upkeep = HARBOR
    for day, value in ((1, 60.0), (11, 70.0), (21, 80.0)):
        upkeep = upkeep.measured(Reading("file server", value, date(2026, 11, day)))
    (found,) = (one for one in look(files(), upkeep, MONDAY).due if one.name == "file server")
    assert (found.due, found.value) == (date(2026, 12, 11), 80)


def test_what_was_settled_is_not_proposed_until_it_is_due_again() -> None:
    done = Settlement(date(2026, 12, 1), done=True, at=MONDAY)
    upkeep = HARBOR.settle("restore test", done).settle(
        "new server", Settlement(date(2027, 2, 28), True, MONDAY)
    )
    assert names(look(files(), upkeep, MONDAY)) == []
    (restore, licence) = ahead(files(), upkeep, MONDAY)
    assert (restore.coming.due, restore.proposed) == (date(2027, 2, 21), date(2027, 1, 22))
    assert licence.coming.name == "old licence"


def test_the_next_look_is_in_the_morning_when_somebody_is_there() -> None:
    assert look(files(), HARBOR, MONDAY).again == datetime(2026, 11, 24, 8, tzinfo=UTC)
    friday = MONDAY + timedelta(days=4)
    there = files(hours=OFFICE_HOURS)
    assert look(there, HARBOR, friday).again == datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_a_day_is_the_clients_own() -> None:
    """Half past eleven in the evening of the first is the second in Stockholm."""
    late = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
    items = {"test": {"every_days": 30, "last": "2026-11-02"}}
    here, there = files(items), files(items, time_zone="Europe/Stockholm")
    assert names(look(here, HARBOR, late)) == []
    assert names(look(there, HARBOR, late)) == ["test"]


def test_without_the_client_nobody_looks_again_and_without_an_owner_nothing_is_proposed() -> None:
    assert look(files(), Upkeep("gone"), MONDAY) == Look()
    nobody = look(northwind(), HARBOR, MONDAY)
    assert (nobody.due, nobody.again is None) == ((), False)


def test_it_keeps_the_newest_readings_of_what_is_still_measured() -> None:
    upkeep = HARBOR
    for number in range(MOST_READINGS + 20):
        upkeep = upkeep.measured(Reading("disk", number, date(2026, 1, 1) + timedelta(days=number)))
        upkeep = upkeep.measured(Reading("disk", number, date(2026, 1, 1) + timedelta(days=number)))
    assert [*upkeep.readings["disk"].values()] == [*range(20, MOST_READINGS + 20)]
    full = {f"disk {n}": upkeep.readings["disk"] for n in range(MOST_KEPT // MOST_READINGS)}
    upkeep = Upkeep("harbor", readings=full).measured(Reading("one more", 1, date(2026, 1, 1)))
    assert ("disk 0" in upkeep.readings, "one more" in upkeep.readings) == (False, True)
