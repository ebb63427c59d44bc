"""The MSP of the tests: small, with a different person on every rung."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from procedure.book.almanac import Almanac
from procedure.book.procedure import Client, Procedure
from procedure.book.reader import reader
from procedure.clocks.calendars import OpenHours
from procedure.clocks.hours import opening_hours
from procedure.record import Missing
from runtime.holiday_dates import dates

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

LIMITLESS: dict[str, Any] = {"tier": "management", "without_limit": True}

AUTHORITY: dict[str, Any] = {
    "currency": "GBP",
    "answer_within": {
        "critical": "10 minutes",
        "high": "30 minutes",
        "medium": "2 hours",
        "low": "8 hours",
    },
    "undecided": "tom",
    "actions": {
        "restart": {
            "may": [
                {"tier": "first level", "downtime": "10 minutes"},
                {"tier": "senior specialist", "downtime": "1 hour"},
                {"tier": "senior specialist", "when": "out of hours", "downtime": "2 hours"},
                {"tier": "engineering", "downtime": "8 hours"},
                LIMITLESS,
            ],
            "consent": ["downtime in hours"],
        },
        "configuration change": {
            "may": [
                {"tier": "senior specialist"},
                {"tier": "engineering", "downtime": "1 hour"},
                LIMITLESS,
            ],
        },
        "workaround": {"may": [{"tier": "senior specialist"}, LIMITLESS], "consent": ["always"]},
        "failover": {
            "may": [
                {"tier": "engineering", "downtime": "2 hours"},
                LIMITLESS,
                {"tier": "senior specialist", "when": "emergency", "downtime": "2 hours"},
            ],
            "consent": ["downtime"],
            "risky": True,
        },
        "replace hardware": {
            "may": [
                {"tier": "senior specialist", "cost": 200},
                {"tier": "engineering", "cost": 2000, "downtime": "4 hours"},
                LIMITLESS,
                {"tier": "senior specialist", "when": "emergency", "cost": 1000, "downtime": "4 hours"},
            ],
            "consent": ["cost", "downtime in hours"],
        },
        "call in staff": {
            "may": [
                {"tier": "engineering", "cost": 500},
                {"tier": "management", "cost": 5000},
                {"tier": "senior specialist", "when": "out of hours", "cost": 500},
            ],
        },
        "put one client first": {"may": [LIMITLESS], "two_people": True},
        "allocate people": {"may": [LIMITLESS]},
        "decline": {"may": [LIMITLESS]},
    },
    "options": {
        "more people": {"action": "allocate people", "carried_out_by": "engineering"},
        "first before other clients": {"action": "put one client first", "carried_out_by": "engineering"},
        "buy": {"action": "replace hardware", "carried_out_by": "senior specialist"},
        "accept the workaround": {"action": "workaround", "until": True, "carried_out_by": "engineering"},
        "tell the customer no": {"action": "decline", "resolves": True},
    },
}
"""Who may approve what: every kind of line, limit and consent."""

COMPLAINTS: dict[str, Any] = {
    "levels": [
        {"name": "account manager", "acknowledge": "4 hours", "answer": "1 business day"},
        {
            "name": "customer success",
            "people": ["vera", "una"],
            "acknowledge": "2 hours",
            "answer": "8 hours",
        },
        {"name": "leadership", "people": ["otto"], "acknowledge": "2 hours", "answer": "8 hours"},
    ],
    "settled_within": "3 business days",
    "remind_after": "1 business day",
    "review": {
        "complaints": 3,
        "within_days": 30,
        "levels": [
            {
                "name": "customer success",
                "people": ["vera"],
                "acknowledge": "1 business day",
                "answer": "5 business days",
            },
            {
                "name": "leadership",
                "people": ["otto"],
                "acknowledge": "1 business day",
                "answer": "3 business days",
            },
        ],
    },
}
"""Who hears complaints: somebody else on every level, and nobody of the tiers."""

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
            "max": "Max Berger",
            "vera": "Vera Hall",
            "una": "Una Doyle",
            "otto": "Otto Northwind",
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
    "authority": AUTHORITY,
    "complaints": COMPLAINTS,
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
        "generic": {
            "kind": "generic",
            "verified_by": "hmac",
            "secret": {"env": "RUNG_SECRET_GENERIC"},
            "clients": "all",
        },
        "django-helpdesk": {
            "kind": "django-helpdesk",
            "verified_by": "path",
            "secret": {"env": "RUNG_SECRET_DJANGO_HELPDESK"},
            "clients": ["harbor", "lindqvist"],
            "own_users": [2],
        },
    },
    "clients": {
        "harbor": {
            "name": "Harbor Trading",
            "time_zone": "Europe/London",
            "known_as": ["Harbor", "Acme Ltd"],
            "account_manager": "max",
            "contacts": {
                "kim": {"name": "Kim Harlow", "mail": "kim@harbor.example"},
                "raj": {"name": "Raj Patel", "mail": "raj@harbor.example"},
            },
            "authority": [
                {"contact": "kim", "downtime": "2 hours"},
                {"contact": "kim", "actions": ["workaround"]},
                {"contact": "raj", "cost": 5000, "downtime": "8 hours"},
                {"contact": "raj", "actions": ["workaround"]},
            ],
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
            "account_manager": "una",
            "time_zone": "Europe/Stockholm",
            "contacts": {"nora": {"name": "Nora Lindqvist", "mail": "nora@lindqvist.example"}},
            "authority": [{"contact": "nora", "without_limit": True}],
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
    return _checked(**changes) if changes else _as_it_is()


def on_call(**changes: Any) -> Procedure:
    """The procedure in which Harbor has hours, and is on call outside them."""
    return northwind(**ON_CALL | changes) if changes else _as_it_is_on_call()


@cache
def _as_it_is() -> Procedure:
    """Most tests begin with it: a procedure never changes, and to check one takes as long as a short life."""
    return _checked()


@cache
def _as_it_is_on_call() -> Procedure:
    return _checked(**ON_CALL)


def _checked(**changes: Any) -> Procedure:
    book = Procedure.model_validate({**PROCEDURE, **changes}).model_copy(update={"version": "test"})
    return book.knowing(Almanac(hours={name: _hours(c) for name, c in book.clients.items() if c.hours}))


def passed_over(missing: tuple[Missing, ...], book: Procedure | None = None) -> tuple[str, ...]:
    """What a look-up has missed, in words."""
    reads = reader(book or northwind(), "", "", NOON)
    return tuple(reads.told(one.told(NOON)) for one in missing)


def _hours(client: Client) -> OpenHours:
    assert client.hours is not None
    country = client.holidays.country if client.holidays else ""
    region = client.holidays.region if client.holidays else ""
    return opening_hours(
        client.time_zone, client.hours, client.holidays, dates(country, region, range(2025, 2034))
    )
