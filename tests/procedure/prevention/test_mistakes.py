"""What can't be meant in what the files say of prevention, and what is to be looked at."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from procedure.book.prevention import Item
from procedure.check.mistakes import mistakes
from procedure.check.prevention_outlook import to_look_at
from tests.northwind import PROCEDURE, northwind
from tests.procedure.prevention.test_prevention import PREVENTION
from tests.procedure.prevention.test_upkeep import files
from tests.tables import every

ENDS = {"ends": "2027-01-31"}


@every(
    "item, where, saying",
    [
        ({}, (), "is never due: write one of ends, every_days, limit"),
        ({**ENDS, "limit": 5}, (), "is due by ends and by limit: write one of"),
        ({**ENDS, "last": "2026-01-01"}, ("last",), "goes with every_days, and this is due by ends"),
        ({"every_days": 5, "unit": "GB"}, ("unit",), "goes with limit"),
        ({**ENDS, "readings": {"2026-01-01": 1}}, ("readings",), "goes with limit"),
        ({"ends": "0027-01-31"}, ("ends",), "is too far away"),
        ({"limit": 5, "readings": {"9999-01-01": 1}}, ("readings",), "is too far away"),
        ({**ENDS, "system": "fax"}, ("system",), "there is no system 'fax': write one of trading platform"),
        ({**ENDS, "cost": 5}, ("cost",), "nobody would be asked for it"),
        ({**ENDS, "downtime": "1 hour"}, ("downtime",), "nobody would be asked for it"),
        ({**ENDS, "action": "dance"}, ("action",), "there is no action 'dance': write one of restart"),
        ({**ENDS, "action": "restart", "downtime": "1 business day"}, ("downtime",), "is no downtime"),
    ],
)
def test_what_can_not_be_meant_is_said_with_its_place(
    item: dict[str, Any], where: tuple[str, ...], saying: str
) -> None:
    (mistake,) = mistakes(files({"it": item}))
    assert mistake.path == ("clients", "harbor", "prevention", "it", *where)
    assert saying in mistake.text


def test_what_comes_due_needs_an_owner() -> None:
    harbor = PROCEDURE["clients"]["harbor"] | {"prevention": {"it": ENDS}}
    (mistake,) = mistakes(northwind(clients=PROCEDURE["clients"] | {"harbor": harbor}))
    assert (mistake.path, "write who owns it" in mistake.text) == (("prevention",), True)
    nobody = {"levels": [PREVENTION["levels"][0] | {"people": []}]}
    (mistake,) = mistakes(northwind(prevention=nobody))
    assert "engineering has nobody" in mistake.text


def test_a_monitor_sends_of_clients_that_there_are() -> None:
    monitors = {"zabbix": {"secret": {"env": "ZABBIX"}, "clients": ["gone"]}}
    (mistake,) = mistakes(northwind(monitors=monitors))
    assert mistake.path == ("monitors", "zabbix", "clients", 0)


@every("wrong", [{"limit": -1}, {"limit": float("inf")}, {"every_days": 0}, {"ends": "soon"}])
def test_what_is_no_number_or_day_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Item.model_validate(wrong)


def test_a_system_that_nothing_monitors_is_to_be_looked_at() -> None:
    harbor = PROCEDURE["clients"]["harbor"]
    watched = harbor["systems"]["trading platform"] | {"monitored_by": "Zabbix"}
    book = files(systems=harbor["systems"] | {"trading platform": watched})
    harbors, *_ = to_look_at(book)
    assert harbors.startswith("Harbor Trading: nothing monitors office mail;")
    assert [*to_look_at(northwind())] == [], "not where prevention is left out"
