"""The MSP of the tests: small, with a different person on every rung."""

from typing import Any

from procedure.almanac import Almanac
from procedure.book import Client, Procedure
from procedure.calendars import OpenHours
from procedure.hours import opening_hours
from runtime.holiday_dates import dates

PROCEDURE: dict[str, Any] = {
    "name": "Northwind",
    "time_zone": "Europe/London",
    "mail": {"sender": {"name": "Northwind Service Desk", "mail": "desk@northwind.example"}},
    "people": {
        ident: {"name": name, "mail": f"{ident}@northwind.example"}
        for ident, name in {
            "ana": "Ana Ruiz",
            "ben": "Ben Okafor",
            "lea": "Lea Brandt",
            "bo": "Bo Lind",
            "sam": "Sam Ortega",
            "cy": "Cy Tanaka",
            "gil": "Gil Moreau",
            "mia": "Mia Keller",
            "tom": "Tom Adeyemi",
            "ida": "Ida Northcott",
        }.items()
    },
    "last_resort": {"person": "ida", "again_every": "10 minutes"},
    "severities": {
        "critical": {
            "meaning": "the business stands still",
            "starts_at": "senior specialist",
            "acknowledge": "5 minutes",
        },
        "high": {"meaning": "many can't work", "starts_at": "first level", "acknowledge": "10 minutes"},
        "medium": {"meaning": "some are held up", "starts_at": "first level", "acknowledge": "1 hour"},
        "low": {"meaning": "a nuisance", "starts_at": "first level", "acknowledge": "4 hours"},
    },
    "tiers": [
        {"name": "first level", "people": ["ana", "ben"], "lead": "lea"},
        {"name": "senior specialist", "people": ["bo"], "lead": "sam"},
        {"name": "engineering", "people": ["cy"], "lead": "gil"},
        {"name": "management", "people": ["mia"], "lead": "tom"},
    ],
    "commitments": {
        "critical": {
            "first level": "15 minutes",
            "senior specialist": "30 minutes",
            "engineering": "2 hours",
            "management": "4 hours",
        },
        "high": {
            "first level": "30 minutes",
            "senior specialist": "2 hours",
            "engineering": "4 hours",
            "management": "1 business day",
        },
        "medium": {
            "first level": "2 hours",
            "senior specialist": "1 business day",
            "engineering": "2 business days",
            "management": "2 business days",
        },
        "low": {
            "first level": "1 business day",
            "senior specialist": "2 business days",
            "engineering": "3 business days",
            "management": "3 business days",
        },
    },
    "criteria": {
        "warn_at_percent": 75,
        "progress": {"extends_by_percent": 50},
        "complexity": {"corrupted database": "engineering", "failed disk": "senior specialist"},
        "impact": {"severities": ["critical", "high"], "users_from": 25, "tier": "engineering"},
        "pattern": {"times": 3, "within_days": 30, "tier": "senior specialist"},
        "customer_request": {"answer_within": "30 minutes"},
    },
    "categories": {"network": {"questions": ["Since when?"], "steps": ["Restart the router."]}},
    "confirm_within": "2 business days",
    "pause_at_most": "3 days",
    "helpdesks": {
        "generic": {"kind": "generic", "verified_by": "hmac", "secret": {"env": "RUNG_SECRET_GENERIC"}},
        "django-helpdesk": {
            "kind": "django-helpdesk",
            "verified_by": "path",
            "secret": {"env": "RUNG_SECRET_DJANGO_HELPDESK"},
            "own_users": [2],
        },
    },
    "clients": {
        "harbor": {
            "name": "Harbor Trading",
            "time_zone": "Europe/London",
            "known_as": ["Harbor", "Acme Ltd"],
            "contacts": {
                "kim": {"name": "Kim Harlow", "mail": "kim@harbor.example"},
                "raj": {"name": "Raj Patel", "mail": "raj@harbor.example"},
            },
            "otherwise": "medium",
            "systems": {
                "trading platform": {
                    "known_as": ["trading"],
                    "rules": [
                        {"severity": "critical", "state": ["down"], "because": "the firm can't trade"},
                        {"severity": "high", "state": ["impaired"], "users_from": 5},
                        {"severity": "medium"},
                    ],
                },
                "office mail": {
                    "rules": [
                        {"severity": "high", "state": ["down"], "workaround": False},
                        {"severity": "medium", "state": ["down", "impaired"]},
                        {"severity": "low"},
                    ]
                },
            },
        },
        "lindqvist": {
            "name": "Lindqvist & Partners",
            "time_zone": "Europe/Stockholm",
            "contacts": {"nora": {"name": "Nora Lindqvist", "mail": "nora@lindqvist.example"}},
            "otherwise": "low",
            "systems": {
                "research tool": {
                    "rules": [
                        {"severity": "high", "state": ["down"], "users_from": 10, "workaround": False},
                        {"severity": "medium", "state": ["down", "impaired"]},
                        {"severity": "low"},
                    ]
                }
            },
        },
    },
}


OFFICE_HOURS = {"weekdays": "09:00-17:30"}
UK_HOLIDAYS = {"country": "GB", "region": "ENG"}

ON_CALL: dict[str, Any] = {
    "people": PROCEDURE["people"]
    | {
        "dee": {"name": "Dee Novak", "mail": "dee@northwind.example"},
        "eva": {"name": "Eva Roth", "mail": "eva@northwind.example"},
    },
    "severities": PROCEDURE["severities"]
    | {
        "medium": PROCEDURE["severities"]["medium"] | {"runs": "hours"},
        "low": PROCEDURE["severities"]["low"] | {"runs": "hours"},
    },
    "rotas": {
        "seniors": {"people": ["dee", "bo"], "starts": "2026-11-23", "handover": "Monday 09:00"},
        "engineers": {"people": ["eva", "cy"], "starts": "2026-11-23", "handover": "Monday 09:00"},
    },
    "tiers": [
        {"name": "first level", "people": ["ana", "ben"], "lead": "lea"},
        {
            "name": "senior specialist",
            "people": ["bo"],
            "lead": "sam",
            "on_call": [{"rota": "seniors"}, {"rota": "engineers", "answer_within": "10 minutes"}],
            "lead_answers_within": "5 minutes",
        },
        {"name": "engineering", "people": ["cy"], "lead": "gil", "on_call": [{"rota": "engineers"}]},
        {"name": "management", "people": ["mia"], "lead": "tom"},
    ],
    "on_call_may_decide": ["restart a server", "restore from backup", "call in staff"],
    "clients": PROCEDURE["clients"]
    | {
        "harbor": PROCEDURE["clients"]["harbor"]
        | {
            "hours": OFFICE_HOURS,
            "holidays": UK_HOLIDAYS,
            "coverage": {"out_of_hours": "on call", "answer_within": "15 minutes"},
        }
    },
}
"""What is different when Harbor has hours, and is on call outside them."""


def northwind(**changes: Any) -> Procedure:
    """The procedure, with some of its top-level blocks replaced."""
    book = Procedure.model_validate({**PROCEDURE, **changes}).model_copy(update={"version": "test"})
    return book.knowing(Almanac(hours={name: _hours(c) for name, c in book.clients.items() if c.hours}))


def on_call(**changes: Any) -> Procedure:
    """The procedure in which Harbor has hours, and is on call outside them."""
    return northwind(**ON_CALL | changes)


def _hours(client: Client) -> OpenHours:
    assert client.hours is not None
    country = client.holidays.country if client.holidays else ""
    region = client.holidays.region if client.holidays else ""
    return opening_hours(
        client.time_zone, client.hours, client.holidays, dates(country, region, range(2025, 2034))
    )
