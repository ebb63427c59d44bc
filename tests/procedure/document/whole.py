"""A procedure that has every key there is, to change one after the other."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from procedure.book.almanac import Almanac
from procedure.book.procedure import Procedure
from procedure.clocks.hours import opening_hours
from tests.northwind import ON_CALL, PROCEDURE

_ENV, _FILE = {"env": "SECRET"}, {"file": "/run/secret"}


def whole() -> dict[str, Any]:
    """As its files would say it, everything written out."""
    told = deepcopy(PROCEDURE | ON_CALL)
    people, clients = told["people"], told["clients"]
    for ident, person in people.items():
        person["title"] = f"title of {ident}"
    people["ana"] |= {
        "known_as": ["Ana R."],
        "links_taken_back": 1,
        "channels": {"sms": _ENV, "push": _FILE},
        "leave": [{"first": "2026-12-21", "last": "2027-01-01", "substitute": "ben"}],
    }
    told["phone"] = "+44 20 7946 0999"
    told["severities"]["high"]["every_channel"] = True
    told["rotas"]["seniors"] |= {
        "weeks": 2,
        "time_zone": "Europe/London",
        "overrides": [{"begins": "2026-12-24 17:00", "ends": "2026-12-25 09:00", "person": "nobody"}],
        "gaps_meant": [{"begins": "2027-01-01 00:00", "ends": "2027-01-02 00:00", "because": "nobody works"}],
    }
    told["rotas"] |= {
        "desk": {"calendar": {"file": "desk.ics"}},
        "days": {"calendar": {"url": "https://calendar.example/days.ics"}},
        "nights": {"calendar": {"secret_url": _ENV}},
        "weekends": {"calendar": {"secret_url": _FILE}},
    }
    told["authority"]["actions"]["restart"] |= {"meaning": "start it again", "two_people": False}
    told["authority"]["actions"]["restart"]["may"][0] |= {"cost": 0, "without_limit": False, "when": "always"}
    for option in told["authority"]["options"].values():
        option["meaning"] = "a way out"
    told["authority"]["owner"] = "ida"
    told["promises"] = {
        "critical": {
            "person": "20 minutes",
            "may": {"restart": "50 minutes"},
            "asked": {"restart": "15 minutes"},
            "silent": 1,
        }
    }
    told["customers_see_chain"] = False
    told["complaints"]["levels"][0]["people"] = ["vera"]
    told["complaints"]["promised"] = {"person": "5 hours", "last_level": "2 business days", "silent": 1}
    told["problems"] = {
        "levels": [
            {
                "name": "engineering",
                "people": ["cy", "gil"],
                "acknowledge": "4 hours",
                "answer": "2 business days",
                "fix": "5 business days",
            }
        ],
        "approved_as": "configuration change",
    }
    told["helpdesks"]["django-helpdesk"]["fields"] = {
        key: f"field_{key}"
        for key in ("client", "system", "state", "users", "workaround", "category", "found_by", "complaint")
    }
    told["prevention"] = {
        "levels": [
            {
                "name": "engineering",
                "people": ["cy", "gil"],
                "acknowledge": "1 business day",
                "answer": "5 business days",
            }
        ],
        "ahead_days": 45,
    }
    told["helpdesks"]["generic"] |= {"secret": _FILE, "found_by": "monitoring"}
    told["monitors"] = {
        "zabbix": {"secret": _ENV, "clients": ["harbor"]},
        "meter": {"secret": _FILE, "clients": "all"},
    }
    harbor = clients["harbor"]
    harbor |= {
        "hours": {
            "weekdays": "09:00-17:30",
            **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:30"),
            "saturday": "closed",
            "sunday": "closed",
        },
        "holidays": {"country": "GB", "region": "ENG", "also": {"2026-12-24": "09:00-12:00"}},
        "runs": {"high": "always"},
        "consent": {"failover": ["always"]},
        "links_taken_back": 1,
        "otherwise": {
            "rules": [
                {
                    "severity": "high",
                    "state": ["down"],
                    "users_from": 5,
                    "workaround": False,
                    "because": "many",
                },
                {"severity": "medium"},
            ]
        },
    }
    clients["lindqvist"]["hours"] = {"weekdays": "08:30-12:00, 13:00-17:00"}
    harbor["contacts"]["kim"] |= {
        "title": "operations",
        "links_taken_back": 1,
        "leave": [{"first": "2026-12-21", "last": "2027-01-01"}],
    }
    harbor["prevention"] = {
        "support of the database": {
            "ends": "2027-10-12",
            "system": "trading platform",
            "ahead_days": 270,
            "what": "two new servers",
            "action": "replace hardware",
            "cost": 900,
            "downtime": "2 hours",
        },
        "restore test": {"every_days": 90, "last": "2026-09-14"},
        "disk": {"limit": 4000, "unit": "GB", "readings": {"2026-09-01": 2900, "2026-10-01": 3010}},
    }
    harbor["authority"][0] |= {"cost": 100, "without_limit": False, "when": "always"}
    trading = harbor["systems"]["trading platform"]
    trading |= {"briefing": "by the rack", "monitored_by": "Zabbix"}
    trading["rules"][1]["workaround"] = False
    return told


def book_of(told: dict[str, Any]) -> Procedure:
    """The procedure it makes, with the hours of its clients. ValidationError for what makes none."""
    book = Procedure.model_validate(told)
    hours = {
        name: opening_hours(client.time_zone, client.hours, client.holidays, frozenset())
        for name, client in book.clients.items()
        if client.hours
    }
    return book.knowing(Almanac(hours=hours))
