"""Who may decide: the authority table of ``tests.northwind`` as a table of tests, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from procedure.approval.deciders import (
    Bench,
    Decider,
    Findings,
    Inquiry,
    Turn,
    Verdict,
    find,
    judge,
)
from procedure.book.authority import TableLine, amount, reasons
from procedure.book.procedure import Procedure
from procedure.book.proposal import Proposal
from procedure.book.severity import Severity
from procedure.clocks.durations import Duration
from procedure.ladder import Ahead
from tests.northwind import AUTHORITY, ON_CALL, northwind, on_call, passed_over

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday; Harbor works 09:00-17:30, and London is on UTC
NIGHT = NOON.replace(hour=20)
SECOND = timedelta(seconds=1)

BOOK = on_call()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def length(text: str) -> timedelta:
    return Duration.parse(text).exact if text else timedelta(0)


def line(one: TableLine | None) -> str:
    """A line of the table in words; empty for none."""
    return str(one) if one else ""


def why(found: Findings, cost: int = 0) -> str:
    """Why the client must agree, in words."""
    return ", ".join(reasons(found.consent, amount(cost, "GBP")))


def asks(
    action: str = "restart",
    cost: int = 0,
    down: str = "",
    *,
    asker: str = "ana",
    client: str = "harbor",
    severity: Severity = "high",
    now: datetime = NOON,
    begins: datetime | None = None,
    by_when: datetime | None = None,
    option: str = "",
    **more: Any,
) -> Inquiry:
    """What Ana of the first level wants to do at Harbor, if not said otherwise."""
    proposal = Proposal(
        action, "the node", cost=cost, downtime=length(down), begins=begins, by_when=by_when, option=option
    )
    return Inquiry(client, severity, proposal, asker, now, **more)


def order(bench: Bench) -> str:
    """Who is asked one after the other, in one line."""
    return " ".join(decider.person for decider in bench.deciders)


def steps(bench: Bench) -> list[tuple[str, str]]:
    """What comes after whoever is asked first: when, and who; "-" is nobody."""
    return [(f"{step.at:%H:%M}", step.who or "-") for step in bench.ahead]


def harbor(**changes: Any) -> Procedure:
    """The procedure with something else agreed with Harbor."""
    clients = ON_CALL["clients"]
    return on_call(clients=clients | {"harbor": clients["harbor"] | changes})


def people(**changes: dict[str, Any]) -> Procedure:
    """The procedure with something else known of its people."""
    everybody = {ident: person | changes.get(ident, {}) for ident, person in ON_CALL["people"].items()}
    return on_call(people=everybody)


def table(**actions: dict[str, Any]) -> Procedure:
    """The procedure with other lines for some actions (``call_in_staff``)."""
    changed = {name.replace("_", " "): action for name, action in actions.items()}
    return on_call(authority=AUTHORITY | {"actions": AUTHORITY["actions"] | changed})


def away(substitute: str = "") -> dict[str, Any]:
    return {"leave": [{"first": "2026-11-01", "last": "2026-12-31", "substitute": substitute}]}


# The table ----------------------------------------------------------------------------------


class Case(NamedTuple):
    """A proposal, and what the table says: which tiers may (F, S, E, M), up to what the lowest of them,
    which contacts may agree, and why they must. ``OWN`` is Ana's own authority; without any tier it is the
    owner's to decide."""

    action: str
    cost: int
    down: str
    tiers: str
    reach: str
    contacts: str = ""
    why: str = ""

    def __str__(self) -> str:
        return f"{self.action}, {self.cost}, {self.down or 'nothing'} down"


NOBODY = "nobody"
NOTHING = "if it costs nothing and nothing is down"
WITHOUT = "without limit"
IN_HOURS = "it is down in their hours"
DOWN = "something is down"
SO = "it is agreed so"

AT_NOON = [
    Case("restart", 0, "", "F", "up to 10 minutes down"),
    Case("restart", 0, "9 minutes 59 seconds", "F", "up to 10 minutes down", "kim raj", IN_HOURS),
    Case("restart", 0, "10 minutes", "F", "up to 10 minutes down", "kim raj", IN_HOURS),
    Case("restart", 0, "10 minutes 1 second", "SEM", "up to 1 hour down", "kim raj", IN_HOURS),
    Case("restart", 0, "59 minutes 59 seconds", "SEM", "up to 1 hour down", "kim raj", IN_HOURS),
    Case("restart", 0, "1 hour", "SEM", "up to 1 hour down", "kim raj", IN_HOURS),
    Case("restart", 0, "1 hour 1 second", "EM", "up to 8 hours down", "kim raj", IN_HOURS),
    Case("restart", 0, "2 hours", "EM", "up to 8 hours down", "kim raj", IN_HOURS),
    Case("restart", 0, "2 hours 1 second", "EM", "up to 8 hours down", "raj", IN_HOURS),
    Case("restart", 0, "7 hours 59 minutes", "EM", "up to 8 hours down", "raj", IN_HOURS),
    Case("restart", 0, "8 hours", "EM", "up to 8 hours down", "raj", IN_HOURS),
    Case("restart", 0, "8 hours 1 second", "M", WITHOUT, NOBODY, IN_HOURS),
    Case("restart", 1, "", "M", WITHOUT),
    Case("restart", 1, "8 hours", "M", WITHOUT, "raj", IN_HOURS),
    Case("configuration change", 0, "", "SEM", NOTHING),
    Case("configuration change", 0, "1 second", "EM", "up to 1 hour down"),
    Case("configuration change", 0, "59 minutes 59 seconds", "EM", "up to 1 hour down"),
    Case("configuration change", 0, "1 hour", "EM", "up to 1 hour down"),
    Case("configuration change", 0, "1 hour 1 second", "M", WITHOUT),
    Case("configuration change", 1, "", "M", WITHOUT),
    Case("workaround", 0, "", "SM", NOTHING, "kim raj", SO),
    Case("workaround", 0, "1 second", "M", WITHOUT, "kim raj", SO),
    Case("workaround", 0, "2 hours", "M", WITHOUT, "kim raj", SO),
    Case("workaround", 0, "2 hours 1 second", "M", WITHOUT, "raj", SO),
    Case("workaround", 1, "", "M", WITHOUT, "raj", SO),
    Case("workaround", 5000, "8 hours", "M", WITHOUT, "raj", SO),
    Case("workaround", 5001, "", "M", WITHOUT, NOBODY, SO),
    Case("failover", 0, "", "EM", "up to 2 hours down"),
    Case("failover", 0, "1 second", "EM", "up to 2 hours down", "kim raj", DOWN),
    Case("failover", 0, "2 hours", "EM", "up to 2 hours down", "kim raj", DOWN),
    Case("failover", 0, "2 hours 1 second", "M", WITHOUT, "raj", DOWN),
    Case("failover", 0, "8 hours", "M", WITHOUT, "raj", DOWN),
    Case("failover", 0, "8 hours 1 second", "M", WITHOUT, NOBODY, DOWN),
    Case("failover", 1, "", "M", WITHOUT),
    Case("replace hardware", 0, "", "SEM", "up to GBP 200"),
    Case("replace hardware", 199, "", "SEM", "up to GBP 200", "raj", "it costs GBP 199"),
    Case("replace hardware", 200, "", "SEM", "up to GBP 200", "raj", "it costs GBP 200"),
    Case("replace hardware", 201, "", "EM", "up to GBP 2,000 and 4 hours down", "raj", "it costs GBP 201"),
    Case("replace hardware", 0, "1 second", "EM", "up to GBP 2,000 and 4 hours down", "kim raj", IN_HOURS),
    Case(
        "replace hardware",
        2000,
        "4 hours",
        "EM",
        "up to GBP 2,000 and 4 hours down",
        "raj",
        f"it costs GBP 2,000, {IN_HOURS}",
    ),
    Case("replace hardware", 2001, "", "M", WITHOUT, "raj", "it costs GBP 2,001"),
    Case("replace hardware", 0, "4 hours 1 second", "M", WITHOUT, "raj", IN_HOURS),
    Case("replace hardware", 5000, "8 hours", "M", WITHOUT, "raj", f"it costs GBP 5,000, {IN_HOURS}"),
    Case("replace hardware", 5001, "", "M", WITHOUT, NOBODY, "it costs GBP 5,001"),
    Case(
        "replace hardware", 5000, "8 hours 1 second", "M", WITHOUT, NOBODY, f"it costs GBP 5,000, {IN_HOURS}"
    ),
    Case("call in staff", 0, "", "EM", "up to GBP 500"),
    Case("call in staff", 499, "", "EM", "up to GBP 500"),
    Case("call in staff", 500, "", "EM", "up to GBP 500"),
    Case("call in staff", 501, "", "M", "up to GBP 5,000"),
    Case("call in staff", 5000, "", "M", "up to GBP 5,000"),
    Case("call in staff", 5001, "", "", NOBODY),
    Case("call in staff", 0, "1 second", "", NOBODY),
    Case("put one client first", 0, "", "M", WITHOUT),
    Case("put one client first", 1_000_000, "30 days", "M", WITHOUT),
    Case("allocate people", 1_000_000, "30 days", "M", WITHOUT),
    Case("decline", 1_000_000, "30 days", "M", WITHOUT),
]

AT_NIGHT = [
    Case("restart", 0, "", "F", "up to 10 minutes down"),
    Case("restart", 0, "10 minutes", "F", "up to 10 minutes down"),
    Case("restart", 0, "10 minutes 1 second", "SEM", "up to 1 hour down"),
    Case("restart", 0, "1 hour", "SEM", "up to 1 hour down"),
    Case("restart", 0, "1 hour 1 second", "SEM", "up to 2 hours down, out of hours"),
    Case("restart", 0, "1 hour 59 minutes", "SEM", "up to 2 hours down, out of hours"),
    Case("restart", 0, "2 hours", "SEM", "up to 2 hours down, out of hours"),
    Case("restart", 0, "2 hours 1 second", "EM", "up to 8 hours down"),
    Case("restart", 0, "8 hours", "EM", "up to 8 hours down"),
    Case("restart", 0, "8 hours 1 second", "M", WITHOUT),
    Case("restart", 0, "13 hours", "M", WITHOUT),  # until 09:00
    Case("restart", 0, "13 hours 1 second", "M", WITHOUT, NOBODY, IN_HOURS),
    Case("restart", 1, "", "M", WITHOUT),
    Case("configuration change", 0, "", "SEM", NOTHING),
    Case("configuration change", 0, "1 second", "EM", "up to 1 hour down"),
    Case("configuration change", 0, "1 hour", "EM", "up to 1 hour down"),
    Case("configuration change", 0, "1 hour 1 second", "M", WITHOUT),
    Case("workaround", 0, "", "SM", NOTHING, "kim raj", SO),
    Case("workaround", 0, "2 hours", "M", WITHOUT, "kim raj", SO),
    Case("workaround", 0, "2 hours 1 second", "M", WITHOUT, "raj", SO),
    Case("workaround", 1, "", "M", WITHOUT, "raj", SO),
    Case("failover", 0, "", "EM", "up to 2 hours down"),
    Case("failover", 0, "2 hours", "EM", "up to 2 hours down", "kim raj", DOWN),
    Case("failover", 0, "2 hours 1 second", "M", WITHOUT, "raj", DOWN),
    Case("failover", 0, "8 hours 1 second", "M", WITHOUT, NOBODY, DOWN),
    Case("replace hardware", 0, "", "SEM", "up to GBP 200"),
    Case("replace hardware", 200, "", "SEM", "up to GBP 200", "raj", "it costs GBP 200"),
    Case("replace hardware", 201, "", "EM", "up to GBP 2,000 and 4 hours down", "raj", "it costs GBP 201"),
    Case("replace hardware", 0, "1 second", "EM", "up to GBP 2,000 and 4 hours down"),
    Case("replace hardware", 0, "4 hours 1 second", "M", WITHOUT),
    Case("replace hardware", 5000, "8 hours 1 second", "M", WITHOUT, "raj", "it costs GBP 5,000"),
    Case("replace hardware", 5001, "", "M", WITHOUT, NOBODY, "it costs GBP 5,001"),
    Case("call in staff", 499, "", "SEM", "up to GBP 500, out of hours"),
    Case("call in staff", 500, "", "SEM", "up to GBP 500, out of hours"),
    Case("call in staff", 501, "", "M", "up to GBP 5,000"),
    Case("call in staff", 5000, "", "M", "up to GBP 5,000"),
    Case("call in staff", 5001, "", "", NOBODY),
    Case("put one client first", 0, "", "M", WITHOUT),
    Case("allocate people", 0, "", "M", WITHOUT),
    Case("decline", 0, "", "M", WITHOUT),
]

CASES = [
    *(pytest.param(NOON, case, id=f"in hours: {case}") for case in AT_NOON),
    *(pytest.param(NIGHT, case, id=f"out of hours: {case}") for case in AT_NIGHT),
]

TIERS = {"F": "first level", "S": "senior specialist", "E": "engineering", "M": "management"}
ASKED = {
    NOON: {"F": "ana ben lea", "S": "bo sam", "E": "cy gil", "M": "mia tom"},
    NIGHT: {"F": "ana ben lea", "S": "dee eva sam", "E": "eva gil", "M": "mia tom"},
}
"""Who is asked on each tier, in their order."""

MAY = {
    NOON: {"F": "ana ben lea", "S": "bo sam", "E": "cy gil", "M": "mia tom"},
    NIGHT: {"F": "ana ben lea", "S": "bo sam dee eva", "E": "cy gil eva", "M": "mia tom"},
}
"""Who may decide there: its own people at any time, and who is on call for it."""


def expected(now: datetime, tiers: str) -> str:
    """Who is asked, each once: the lowest tier, then those above it. Under F it is Ana's own."""
    tiers = tiers.replace("F", "")
    return " ".join(dict.fromkeys(person for tier in tiers for person in ASKED[now][tier].split()))


@pytest.mark.parametrize(("now", "case"), CASES)
def test_the_table_says_who_is_asked_in_which_order_and_under_which_line(now: datetime, case: Case) -> None:
    found = find(BOOK, asks(case.action, case.cost, case.down, now=now))
    tier, reach = (TIERS[case.tiers[0]], case.reach) if case.tiers else ("owner", "without limit")
    words = f"{case.action}: {tier}, {reach}"
    assert found.refusal == ""
    assert line(found.own) == (words if case.tiers == "F" else "")
    if case.tiers != "F":
        assert order(found.msp) == (expected(now, case.tiers) or "ida")
        first = found.msp.deciders[0]
        assert (first.level, line(first.line)) == (tier, words)
    assert order(found.contacts) == case.contacts.replace(NOBODY, "")
    assert why(found, case.cost) == case.why
    assert found.needed == (0 if case.tiers == "F" else 2 if case.action == "put one client first" else 1)


OTHERS = "ben lea bo sam dee eva cy gil mia tom ida kim raj nora nemo"
"""Everybody but Ana, who asks; Nora is of another client, and there is no Nemo."""


@pytest.mark.parametrize(("now", "case"), CASES)
def test_everybody_else_may_not(now: datetime, case: Case) -> None:
    """Whoever decides is judged by the same table: of all the others, nobody's word counts."""
    asked = asks(case.action, case.cost, case.down, now=now)
    verdicts = {person: judge(BOOK, asked, person) for person in OTHERS.split()}

    # Above the first level, those of the tiers above may as well.
    tiers = {"F": "FSEM"}.get(case.tiers, case.tiers)
    msp = {person for tier in tiers for person in MAY[now][tier].split()} - {"ana"} or {"ida"}
    contacts = set(case.contacts.split()) - {NOBODY}
    may = {person for person, verdict in verdicts.items() if not verdict.refusal and verdict.side == "msp"}
    agree = {p for p, verdict in verdicts.items() if not verdict.refusal and verdict.side == "client"}
    assert may == msp
    if case.why:
        assert agree == contacts


@pytest.mark.parametrize(
    ("now", "asker", "action", "cost", "down", "under"),
    [
        (NOON, "ana", "restart", 0, "10 minutes", "first level, up to 10 minutes down"),
        (NOON, "ana", "restart", 0, "11 minutes", ""),
        (NOON, "lea", "restart", 0, "10 minutes", "first level, up to 10 minutes down"),
        (NOON, "bo", "restart", 0, "10 minutes", "senior specialist, up to 1 hour down"),
        (NOON, "bo", "restart", 0, "1 hour", "senior specialist, up to 1 hour down"),
        (NOON, "bo", "restart", 0, "61 minutes", ""),
        (NOON, "dee", "restart", 0, "1 second", ""),  # on call, but not now
        (NIGHT, "dee", "restart", 0, "1 second", "senior specialist, up to 1 hour down"),
        (NIGHT, "dee", "restart", 0, "2 hours", "senior specialist, up to 2 hours down, out of hours"),
        (NIGHT, "dee", "restart", 0, "121 minutes", ""),
        (NIGHT, "bo", "restart", 0, "2 hours", "senior specialist, up to 2 hours down, out of hours"),
        (NIGHT, "eva", "restart", 0, "8 hours", "engineering, up to 8 hours down"),
        (NIGHT, "eva", "configuration change", 0, "", f"senior specialist, {NOTHING}"),
        (NOON, "eva", "configuration change", 0, "", ""),
        (NOON, "cy", "replace hardware", 200, "", "engineering, up to GBP 2,000 and 4 hours down"),
        (NOON, "cy", "replace hardware", 2001, "", ""),
        (NOON, "cy", "workaround", 0, "", ""),  # not engineering's, although it is above
        (NOON, "gil", "call in staff", 500, "", "engineering, up to GBP 500"),
        (NOON, "sam", "call in staff", 500, "", ""),
        (NIGHT, "sam", "call in staff", 500, "", "senior specialist, up to GBP 500, out of hours"),
        (NOON, "mia", "decline", 0, "", "management, without limit"),
        (NOON, "tom", "allocate people", 9999, "", "management, without limit"),
        (NOON, "bo", "failover", 0, "1 hour", ""),  # in an emergency only, and said so
    ],
)
def test_what_somebody_may_decide_alone_is_a_line_of_their_own_tier(
    now: datetime, asker: str, action: str, cost: int, down: str, under: str
) -> None:
    found = find(BOOK, asks(action, cost, down, asker=asker, now=now))

    assert (line(found.own), found.needed) == (f"{action}: {under}" if under else "", 0 if under else 1)


# What it costs the client -----------------------------------------------------------------------


def test_each_contact_is_asked_under_their_own_line() -> None:
    """The first of their lines that reaches far enough."""
    contacts = find(BOOK, asks("restart", 0, "2 hours")).contacts

    assert contacts.deciders == (
        Decider("kim", "kim", TableLine("restart", "Kim Harlow", downtime="2 hours")),
        Decider("raj", "raj", TableLine("restart", "Raj Patel", "GBP 5,000", "8 hours")),
    )
    assert [line(decider.line) for decider in find(BOOK, asks("workaround")).contacts.deciders] == [
        "workaround: Kim Harlow, up to 2 hours down",
        "workaround: Raj Patel, up to GBP 5,000 and 8 hours down",
    ]


def test_the_tiers_above_are_asked_under_lines_of_their_own() -> None:
    lines = [line(decider.line) for decider in find(BOOK, asks("restart", 0, "11 minutes")).msp.deciders]

    assert lines == [
        *["restart: senior specialist, up to 1 hour down"] * 2,
        *["restart: engineering, up to 8 hours down"] * 2,
        *["restart: management, without limit"] * 2,
    ]


@pytest.mark.parametrize(
    ("now", "begins", "down", "because"),
    [
        ("2026-11-23 08:00", "", "1 hour", ""),
        ("2026-11-23 08:00", "", "1 hour 1 second", IN_HOURS),
        ("2026-11-23 17:29", "", "1 minute", IN_HOURS),
        ("2026-11-23 17:30", "", "15 hours 30 minutes", ""),
        ("2026-11-23 17:30", "", "15 hours 31 minutes", IN_HOURS),
        ("2026-11-23 12:00", "2026-11-23 17:30", "8 hours", ""),
        ("2026-11-23 12:00", "2026-11-23 17:29", "8 hours", IN_HOURS),
        ("2026-11-23 20:00", "2026-11-24 09:00", "1 minute", IN_HOURS),
        ("2026-11-23 20:00", "2026-11-23 12:00", "1 hour", ""),  # meant for noon, which is over: at once
        ("2026-12-24 17:30", "", "4 days 15 hours 30 minutes", ""),  # Christmas, and the day it is moved to
        ("2026-12-24 17:30", "", "4 days 15 hours 31 minutes", IN_HOURS),
        ("2026-11-28 09:00", "", "1 day", ""),  # a Saturday
    ],
)
def test_whether_it_is_down_in_the_clients_hours_goes_by_its_calendar(
    now: str, begins: str, down: str, because: str
) -> None:
    """By when it is to be done, not by when it is asked."""
    book = harbor(authority=[{"contact": "raj", "without_limit": True}])
    begin = at(begins) if begins else None
    found = find(book, asks("restart", 0, down, now=at(now), begins=begin))

    assert (why(found), order(found.contacts)) == (because, "raj" if because else "")


def test_a_client_without_hours_always_works() -> None:
    """Nora may agree to whatever it is, at any time."""
    asked = asks("restart", 0, "2 hours", client="lindqvist", now=NIGHT)
    found = find(BOOK, asked)

    assert why(found) == IN_HOURS
    assert found.contacts.deciders == (
        Decider("nora", "nora", TableLine("restart", "Nora Lindqvist", without_limit=True)),
    )
    # The line for out of hours never counts there: it takes engineering.
    assert order(found.msp) == "cy gil mia tom"
    assert line(judge(BOOK, asked, "nora").line) == "restart: Nora Lindqvist, without limit"
    assert judge(BOOK, asked, "kim").refusal == "Kim Harlow belongs to another client, and can't decide."


def test_a_client_may_have_agreed_otherwise_when_it_must_be_asked() -> None:
    book = harbor(consent={"restart": ["always"], "failover": []})

    assert why(find(book, asks("restart", 0, "", asker="bo"))) == SO
    assert order(find(book, asks("restart", 0, "", asker="bo")).contacts) == "kim raj"
    assert find(book, asks("failover", 0, "2 hours")).consent == ()
    assert why(find(book, asks("workaround"))) == SO


def test_what_the_client_does_not_pay_needs_nobodys_agreement_on_its_cost() -> None:
    """A failover that costs GBP 9,000 is the MSP's matter; the client agrees to what is down."""
    assert order(find(BOOK, asks("failover", 9000, "1 hour")).contacts) == "kim raj"


def test_lines_of_contacts_may_be_for_some_actions_and_for_some_hours() -> None:
    book = harbor(
        authority=[
            {"contact": "kim", "actions": ["failover"], "downtime": "1 hour", "when": "in hours"},
            {"contact": "raj", "downtime": "1 hour", "when": "out of hours"},
            {"contact": "raj", "downtime": "10 minutes"},
        ]
    )

    assert order(find(book, asks("failover", 0, "1 hour")).contacts) == "kim"
    assert order(find(book, asks("failover", 0, "10 minutes")).contacts) == "kim raj"
    assert order(find(book, asks("failover", 0, "1 hour", now=NIGHT)).contacts) == "raj"
    assert line(find(book, asks("failover", 0, "1 hour", now=NIGHT)).contacts.deciders[0].line) == (
        "failover: Raj Patel, up to 1 hour down, out of hours"
    )
    assert order(find(book, asks("replace hardware", 0, "10 minutes")).contacts) == "raj"
    assert order(find(book, asks("replace hardware", 0, "11 minutes")).contacts) == ""


def test_a_line_for_somebody_who_is_no_contact_any_more_counts_nothing() -> None:
    contacts = {"raj": ON_CALL["clients"]["harbor"]["contacts"]["raj"]}
    book = harbor(contacts=contacts)

    assert order(find(book, asks("restart", 0, "30 minutes")).contacts) == "raj"
    names = {"kim": "Kim Harlow"}
    verdict = judge(book, asks("restart", 0, "30 minutes", names=names), "kim")
    assert verdict.refusal == "Kim Harlow is not in the procedure any more, and can't decide."


# Who it is now ------------------------------------------------------------------------------------


def test_a_substitute_is_asked_instead_of_who_is_away() -> None:
    book = people(cy=away("ben"), mia=away())
    found = find(book, asks("configuration change", 0, "1 hour"))

    assert order(found.msp) == "ben gil tom"
    assert (found.msp.deciders[0].instead_of, found.msp.deciders[0].level) == ("cy", "engineering")
    assert found.names["cy"] == "Cy Tanaka"


def test_a_substitute_has_the_authority_while_they_stand_in() -> None:
    asked = asks("configuration change", 0, "1 hour")

    assert (
        line(judge(people(cy=away("ben")), asked, "ben").line)
        == "configuration change: engineering, up to 1 hour down"
    )
    assert judge(BOOK, asked, "ben").refusal == (
        "Ben Okafor has not the authority for configuration change (1 hour down)."
    )


def test_who_is_away_may_still_decide_if_they_do() -> None:
    """The tier holds the authority; nobody is asked on their holidays."""
    assert judge(people(cy=away("ben")), asks("failover"), "cy").refusal == ""


def test_who_is_away_without_a_substitute_is_passed_over_and_that_is_said() -> None:
    found = find(people(cy=away()), asks("failover"))

    assert order(found.msp) == "gil mia tom"
    assert passed_over(found.msp.missing) == ("Cy Tanaka is away, and nobody stands in",)


def test_the_one_who_asks_is_never_asked_also_as_a_substitute() -> None:
    found = find(people(cy=away("ana")), asks("failover", 0, "3 hours", asker="ana"))
    assert order(found.msp) == "mia tom"
    found = find(people(mia=away("ana")), asks("call in staff", 501, asker="gil"))
    assert order(found.msp) == "ana tom"
    found = find(people(mia=away("ana"), tom=away("gil")), asks("put one client first", asker="ana"))
    assert order(found.msp) == "gil ida"


def test_on_a_tier_that_may_the_one_who_asks_needs_nobody() -> None:
    """Standing in for Cy is standing on engineering."""
    assert line(find(people(cy=away("ana")), asks("failover", asker="ana")).own) == (
        "failover: engineering, up to 2 hours down"
    )


def test_whoever_is_on_call_now_is_asked_by_their_role() -> None:
    """Dee's week ends on Monday at nine; then it is Bo's, and engineering's is Cy's."""
    found = find(BOOK, asks("failover", now=NIGHT))
    assert [(d.person, d.role) for d in found.msp.deciders] == [
        ("eva", "on call (engineers)"),
        ("gil", "lead"),
        ("mia", ""),
        ("tom", ""),
    ]
    week_later = find(BOOK, asks("configuration change", now=NIGHT + timedelta(weeks=1)))
    assert order(week_later.msp) == "bo cy sam gil mia tom"


def test_whose_duty_is_over_has_no_authority_any_more() -> None:
    asked = asks("configuration change", severity="critical", now=at("2026-11-24 08:59"))
    assert judge(BOOK, asked, "dee").refusal == ""

    later = asks("configuration change", severity="critical", now=at("2026-11-24 09:00"))
    assert judge(BOOK, later, "dee").refusal == "Dee Novak has not the authority for configuration change."
    assert judge(BOOK, later, "bo").refusal == ""


@pytest.mark.parametrize(("now", "asked"), [(NOON, "bo sam"), (NIGHT, "dee eva sam")])
def test_a_tiers_own_people_may_decide_at_any_time_although_others_are_asked(
    now: datetime, asked: str
) -> None:
    found = find(BOOK, asks("configuration change", now=now))

    assert order(found.msp).startswith(asked)
    assert [judge(BOOK, asks("configuration change", now=now), person).level for person in ("bo", "sam")] == [
        "senior specialist",
        "senior specialist",
    ]


def test_nobody_on_call_leaves_the_lead() -> None:
    nobody = {"begins": "2026-11-23 17:00", "ends": "2026-11-24 09:00", "person": "nobody"}
    empty = {"people": ["dee"], "overrides": [nobody]}
    book = on_call(rotas=ON_CALL["rotas"] | {"seniors": empty, "engineers": empty})
    found = find(book, asks("configuration change", now=NIGHT))

    assert order(found.msp) == "sam gil mia tom"
    assert passed_over(found.msp.missing) == ("nobody is on call (seniors)", "nobody is on call (engineers)")


def test_staffed_round_the_clock_the_tiers_own_people_decide_under_the_lines_of_the_night() -> None:
    book = harbor(coverage={"out_of_hours": "staffed"})
    found = find(book, asks("restart", 0, "2 hours", now=NIGHT))

    assert order(found.msp) == "bo sam cy gil mia tom"
    assert line(found.msp.deciders[0].line) == "restart: senior specialist, up to 2 hours down, out of hours"


# Two people ---------------------------------------------------------------------------------------


def test_two_people_are_two_others() -> None:
    """Management has two: with one of them asking, one is left, and the owner is the other one."""
    found = find(BOOK, asks("put one client first", asker="gil"))
    assert (found.needed, order(found.msp), line(found.own)) == (2, "mia tom", "")
    assert judge(BOOK, asks("put one client first", asker="gil"), "ida").refusal

    found = find(BOOK, asks("put one client first", asker="mia"))
    assert (found.needed, order(found.msp), line(found.own)) == (2, "tom ida", "")
    assert [decider.level for decider in found.msp.deciders] == ["management", "owner"]
    assert judge(BOOK, asks("put one client first", asker="mia"), "ida").level == "owner"


def test_two_people_are_counted_once_each() -> None:
    """Eva is on call for both tiers at night: one person."""
    may = [{"tier": "senior specialist"}, {"tier": "engineering"}]
    book = table(call_in_staff={"may": may, "two_people": True})

    found = find(book, asks("call in staff", now=NIGHT))
    assert order(found.msp) == "dee eva sam gil"

    lone = on_call(
        authority=AUTHORITY | {"actions": {"call in staff": {"may": may, "two_people": True}}, "options": {}},
        tiers=[
            {"name": "senior specialist", "lead": "bo"},
            {"name": "engineering", "lead": "bo"},
        ],
    )
    assert order(find(lone, asks("call in staff")).msp) == "bo ida"


def test_a_manager_may_not_be_the_second_of_two_on_their_own_question() -> None:
    assert judge(BOOK, asks("put one client first", asker="mia"), "mia").refusal == (
        "Mia Keller asks: somebody else has to decide."
    )


# Time ---------------------------------------------------------------------------------------------


def test_each_person_has_the_severitys_time_and_is_reminded_after_half_of_it() -> None:
    found = find(BOOK, asks("restart", 0, "2 hours"))

    assert (found.msp.remind, found.msp.due) == (at("2026-11-23 12:15"), at("2026-11-23 12:30"))
    assert found.msp.ahead == (
        Ahead(at("2026-11-23 12:30"), "engineering", "gil"),
        Ahead(at("2026-11-23 13:00"), "management", "mia"),
        Ahead(at("2026-11-23 13:30"), "management", "tom"),
        Ahead(at("2026-11-23 14:00"), "", ""),
    )
    assert (found.contacts.remind, found.contacts.due) == (at("2026-11-23 12:15"), at("2026-11-23 12:30"))
    assert steps(found.contacts) == [("12:30", "raj"), ("13:00", "-")]


@pytest.mark.parametrize(
    ("severity", "remind", "due"),
    [
        ("critical", "12:05", "12:10"),
        ("high", "12:15", "12:30"),
        ("medium", "13:00", "14:00"),
        ("low", "16:00", "11:30"),
    ],
)
def test_how_long_goes_by_the_severity(severity: Severity, remind: str, due: str) -> None:
    """Low: eight hours of the client's, of which five and a half are left today."""
    found = find(BOOK, asks("failover", severity=severity)).msp

    assert found.remind and found.due
    assert (f"{found.remind:%H:%M}", f"{found.due:%H:%M}") == (remind, due)
    assert found.due.date() == NOON.date() + timedelta(days=severity == "low")


@pytest.mark.parametrize(
    ("by_when", "remind", "due", "ahead"),
    [
        ("12:20", "12:10", "12:20", "12:20 mia, 12:50 -"),
        ("12:30", "12:15", "12:30", "12:30 mia, 13:00 -"),
        ("12:31", "12:15", "12:30", "12:30 gil, 12:31 mia, 13:01 -"),
        ("12:45", "12:15", "12:30", "12:30 gil, 12:45 mia, 13:15 -"),
        ("13:00", "12:15", "12:30", "12:30 gil, 13:00 mia, 13:30 -"),
        ("13:10", "12:15", "12:30", "12:30 gil, 13:00 mia, 13:10 -"),
        ("13:30", "12:15", "12:30", "12:30 gil, 13:00 mia, 13:30 -"),
        ("15:00", "12:15", "12:30", "12:30 gil, 13:00 mia, 13:30 tom, 15:00 -"),
    ],
)
def test_at_the_time_the_answer_is_needed_it_leaves_the_levels_that_were_asked(
    by_when: str, remind: str, due: str, ahead: str
) -> None:
    """Those above get their whole time, although it is late; nobody above: nobody is left."""
    found = find(BOOK, asks("restart", 0, "2 hours", by_when=at(f"2026-11-23 {by_when}"))).msp

    assert found.remind and found.due
    assert (f"{found.remind:%H:%M}", f"{found.due:%H:%M}") == (remind, due)
    assert ", ".join(f"{when} {who}" for when, who in steps(found)) == ahead


def test_each_contact_is_a_level_of_their_own() -> None:
    contacts = find(BOOK, asks("restart", 0, "2 hours", by_when=at("2026-11-23 12:20"))).contacts

    assert steps(contacts) == [("12:20", "raj"), ("12:50", "-")]


def test_who_was_asked_and_levels_whose_time_is_over_are_not_asked_again() -> None:
    asked = asks("configuration change", msp=Turn(("bo", "cy")), contacts=Turn(("kim",)), fresh=False)
    assert order(find(BOOK, asked).msp) == "sam gil mia tom"

    late = asks("configuration change", msp=Turn(("bo",), levels=("senior specialist",)), fresh=False)
    assert order(find(BOOK, late).msp) == "cy gil mia tom"


def test_with_nobody_left_nothing_is_refused_once_it_was_asked() -> None:
    """It is undecided then; the one who asked has been told that it was asked."""
    found = find(BOOK, asks("decline", msp=Turn(("mia", "tom")), fresh=False))

    assert (found.refusal, found.msp) == ("", Bench())


def test_the_time_of_the_next_counts_from_when_that_of_the_last_was_over() -> None:
    """Two seconds late: nothing shifts. After an outage the next has the whole time."""
    now = NOON + timedelta(minutes=30)
    late = find(BOOK, asks("failover", msp=Turn(("cy",), planned=now), now=now + 2 * SECOND, fresh=False))
    assert late.msp.due == now + timedelta(minutes=30)

    hour = timedelta(hours=1)
    outage = find(BOOK, asks("failover", msp=Turn(("cy",), planned=now), now=now + hour, fresh=False))
    assert (outage.msp.remind, outage.msp.due) == (
        now + hour + timedelta(minutes=15),
        now + hour + timedelta(minutes=30),
    )


@pytest.mark.parametrize(
    ("now", "remind", "due"),
    [
        ("2026-11-23 14:00", "2026-11-23 15:00", "2026-11-23 16:00"),
        ("2026-11-23 15:30", "2026-11-23 16:30", "2026-11-24 09:00"),  # closing time is the next opening
        ("2026-11-23 17:00", "2026-11-24 09:30", "2026-11-24 10:30"),
        ("2026-11-23 20:00", "2026-11-24 10:00", "2026-11-24 11:00"),
        ("2026-11-28 12:00", "2026-11-30 10:00", "2026-11-30 11:00"),
        ("2026-12-24 17:00", "2026-12-29 09:30", "2026-12-29 10:30"),  # Christmas to the moved day
    ],
)
def test_what_waits_for_the_clients_hours_owes_its_answers_in_them(now: str, remind: str, due: str) -> None:
    """Two hours at medium, on both sides."""
    found = find(BOOK, asks("workaround", severity="medium", now=at(now)))

    assert (found.msp.remind, found.msp.due) == (at(remind), at(due))
    assert (found.contacts.remind, found.contacts.due) == (at(remind), at(due))


def test_what_waits_is_asked_of_those_of_the_day_by_the_lines_of_the_day() -> None:
    """Asked at night, answered in the morning: two hours are engineering's then, and in Harbor's hours."""
    found = find(BOOK, asks("restart", 0, "2 hours", severity="medium", now=NIGHT))

    assert order(found.msp) == "cy gil mia tom"
    assert line(found.msp.deciders[0].line) == "restart: engineering, up to 8 hours down"
    assert (why(found), order(found.contacts)) == (IN_HOURS, "kim raj")
    morning = asks("restart", 0, "2 hours", severity="medium", now=at("2026-11-24 09:05"))
    assert judge(BOOK, morning, order(found.msp).split()[0]).refusal == ""


def test_what_somebody_may_decide_alone_at_night_is_done_at_night() -> None:
    found = find(BOOK, asks("restart", 0, "2 hours", asker="bo", severity="medium", now=NIGHT))

    assert (line(found.own), found.consent) == (
        "restart: senior specialist, up to 2 hours down, out of hours",
        (),
    )


def test_a_contact_is_asked_at_night_by_the_lines_of_when_they_answer() -> None:
    book = harbor(authority=[{"contact": "kim", "when": "in hours"}])

    assert order(find(book, asks("workaround", severity="medium", now=NIGHT)).contacts) == "kim"
    assert order(find(book, asks("workaround", severity="high", now=NIGHT)).contacts) == ""


def test_with_emergencies_only_high_waits_for_the_hours_too() -> None:
    book = harbor(coverage={"out_of_hours": "emergencies only"})

    assert find(book, asks("decline", severity="high", now=NIGHT)).msp.due == at("2026-11-24 09:30")
    assert find(book, asks("decline", severity="critical", now=NIGHT)).msp.due == NIGHT + timedelta(
        minutes=10
    )


def test_at_a_pace_nobodys_hours_are_kept() -> None:
    """An hour takes a minute; the tiers are staffed, by the lines of the day, and the client always works."""
    found = find(BOOK, asks("restart", 0, "2 hours", now=NIGHT, pace=60))

    assert order(found.msp) == "cy gil mia tom"
    assert (found.msp.remind, found.msp.due) == (NIGHT + 15 * SECOND, NIGHT + 30 * SECOND)
    assert found.contacts.due == NIGHT + 30 * SECOND
    assert why(found) == IN_HOURS


# Emergencies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asker", "action", "cost", "down", "reach"),
    [
        ("bo", "failover", 0, "2 hours", "up to 2 hours down"),
        ("sam", "failover", 0, "1 second", "up to 2 hours down"),
        ("bo", "replace hardware", 1000, "4 hours", "up to GBP 1,000 and 4 hours down"),
    ],
)
def test_whoever_has_the_authority_for_emergencies_acts_first(
    asker: str, action: str, cost: int, down: str, reach: str
) -> None:
    """And those who would have been asked are found, to be told."""
    found = find(BOOK, asks(action, cost, down, asker=asker, severity="critical", act_first=True))

    assert found.refusal == ""
    assert line(found.first) == f"{action}: senior specialist, {reach}, first in an emergency"
    assert order(found.msp) == "cy gil mia tom"
    assert order(found.contacts) == ("raj" if cost else "kim raj")


@pytest.mark.parametrize(
    ("asker", "action", "cost", "down", "severity"),
    [
        ("bo", "failover", 0, "2 hours 1 second", "critical"),
        ("bo", "failover", 1, "", "critical"),
        ("bo", "failover", 0, "1 hour", "high"),
        ("ana", "failover", 0, "1 hour", "critical"),
        ("dee", "failover", 0, "1 hour", "critical"),  # on call at night only
        ("bo", "replace hardware", 1001, "", "critical"),
        ("bo", "call in staff", 100, "", "critical"),
        ("cy", "failover", 0, "1 hour", "critical"),  # may decide it alone, but the client must agree
    ],
)
def test_nobody_acts_first_beyond_it(
    asker: str, action: str, cost: int, down: str, severity: Severity
) -> None:
    refused = find(BOOK, asks(action, cost, down, asker=asker, severity=severity, act_first=True)).refusal

    assert "may not act first on" in refused
    assert refused.endswith("Ask for it instead.")


def test_on_call_at_night_somebody_acts_first() -> None:
    found = find(
        BOOK, asks("failover", 0, "2 hours", asker="dee", severity="critical", now=NIGHT, act_first=True)
    )

    assert line(found.first) == "failover: senior specialist, up to 2 hours down, first in an emergency"
    assert order(found.msp) == "eva gil mia tom"


def test_what_somebody_may_decide_anyway_they_need_not_act_first_on() -> None:
    found = find(BOOK, asks("failover", asker="cy", severity="critical", act_first=True))

    assert (found.refusal, line(found.first)) == ("", "")
    assert line(found.own) == "failover: engineering, up to 2 hours down"


def test_a_line_for_emergencies_gives_no_authority_to_decide() -> None:
    asked = asks("failover", 0, "1 hour", asker="ana", severity="critical")

    assert order(find(BOOK, asked).msp) == "cy gil mia tom"
    assert judge(BOOK, asked, "bo").refusal == "Bo Lind has not the authority for failover (1 hour down)."


def test_everybodys_channels_are_known_and_used_at_critical() -> None:
    book = people(cy={"channels": {"sms": {"env": "CY_SMS"}}})

    assert find(book, asks("failover")).channels == {"cy": ("sms",)}
    assert not find(book, asks("failover")).every_channel
    assert find(book, asks("failover", severity="critical")).every_channel


# What is refused, and what else is found -----------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            asks("launch"),
            "There is no action 'launch' in the authority table: restart, configuration change, workaround, "
            "failover, replace hardware, call in staff, put one client first, allocate people, decline.",
        ),
        (
            asks("", option="magic"),
            "There is no option 'magic': more people, first before other clients, buy, "
            "accept the workaround, tell the customer no.",
        ),
        (asks(client="gone"), "There is no client 'gone' in the procedure any more."),
        (
            asks("failover", 0, "3 hours", severity="critical", act_first=True),
            "Ana Ruiz may not act first on failover (3 hours down). "
            "The table: senior specialist, up to 2 hours down, first in an emergency. Ask for it instead.",
        ),
        (
            asks("failover", 0, "1 hour", asker="bo", severity="medium", act_first=True),
            "Bo Lind may not act first on failover (1 hour down): "
            "that is for critical tickets only, and this one is medium. Ask for it instead.",
        ),
        (
            asks("call in staff", 100, severity="critical", act_first=True),
            "Ana Ruiz may not act first on call in staff (GBP 100): nobody may. Ask for it instead.",
        ),
    ],
)
def test_a_refusal_says_what_the_table_allows(asked: Inquiry, told: str) -> None:
    assert find(BOOK, asked) == Findings("test", refusal=told)


def test_what_may_only_be_done_first_is_no_authority_to_approve() -> None:
    may = [
        {"tier": "engineering", "downtime": "1 hour"},
        {"tier": "engineering", "downtime": "4 hours", "when": "emergency"},
    ]
    book = table(failover={"may": may})

    assert order(find(book, asks("failover", 0, "2 hours")).msp) == "ida"


# What nobody may ----------------------------------------------------------------------------------


def test_what_no_tier_may_is_the_named_owners() -> None:
    """Named or the last resort, or who stands in; who asks it themselves has it on the spot."""
    named = on_call(authority=AUTHORITY | {"owner": "otto"})
    assert order(find(named, asks("call in staff", 30_000)).msp) == "otto"
    assert judge(named, asks("call in staff", 30_000), "ida").refusal
    (una,) = find(people(ida=away("una")), asks("call in staff", 30_000)).msp.deciders
    assert (una.person, una.instead_of, una.level) == ("una", "ida", "owner")
    assert line(find(BOOK, asks("call in staff", 30_000, asker="ida")).own) == (
        "call in staff: owner, without limit"
    )


def test_the_owner_is_asked_where_everybody_who_may_is_away() -> None:
    book = people(mia=away(), tom=away())
    assert order(find(book, asks("decline")).msp) == "ida"
    assert judge(book, asks("decline"), "ida").level == "owner"


def test_one_owner_does_not_stand_for_two_people() -> None:
    """Alone, nor as the one who asks, nor as the one who is there already: both must be different people."""
    book = people(mia=away(), tom=away())
    assert find(book, asks("put one client first")).refusal == (
        "At Northwind fewer than two other people may approve put one client first now, the owner included. "
        "The table: management, without limit."
    )
    assert order(find(people(mia=away()), asks("put one client first")).msp) == "tom ida"
    assert "fewer than two" in find(people(mia=away()), asks("put one client first", asker="ida")).refusal
    assert "fewer than two" in find(people(mia=away()), asks("put one client first", asker="tom")).refusal
    without_mia = ON_CALL["people"] | {"mia": ON_CALL["people"]["mia"] | away()}
    owned = on_call(authority=AUTHORITY | {"owner": "tom"}, people=without_mia)
    assert "fewer than two" in find(owned, asks("put one client first")).refusal


def test_without_a_table_nothing_can_be_asked() -> None:
    book = northwind(authority=None, clients={"harbor": {**ON_CALL["clients"]["harbor"], "authority": []}})
    text = "The procedure has no authority table: write one under authority."

    assert find(book, asks()).refusal == text
    assert judge(book, asks(), "mia").refusal == text


@pytest.mark.parametrize(
    ("asked", "person", "told"),
    [
        (asks("launch"), "mia", "There is no action 'launch' in the authority table"),
        (asks(client="gone"), "mia", "There is no client 'gone' in the procedure any more."),
        (asks("failover", 0, "3 hours"), "ana", "Ana Ruiz asks: somebody else has to decide."),
        (
            asks("failover", 0, "3 hours"),
            "cy",
            "Cy Tanaka has not the authority for failover (3 hours down).",
        ),
        (
            asks("failover", 0, "3 hours"),
            "kim",
            "Kim Harlow has not the authority for failover (3 hours down) at Harbor Trading.",
        ),
        (asks(), "nemo", "There is no person or contact 'nemo' in the procedure."),
        (asks(names={"nemo": "Nemo"}), "nemo", "Nemo is not in the procedure any more, and can't decide."),
        (asks(), "nora", "Nora Lindqvist belongs to another client, and can't decide."),
        (asks(), "ida", "Ida Northcott has not the authority for restart."),
    ],
)
def test_a_word_that_does_not_count_says_why(asked: Inquiry, person: str, told: str) -> None:
    assert judge(BOOK, asked, person).refusal.startswith(told)


def test_a_verdict_says_under_which_line_of_which_version_on_whose_side() -> None:
    asked = asks("restart", 0, "2 hours")

    assert judge(BOOK, asked, "gil") == Verdict(
        "test",
        "msp",
        "engineering",
        TableLine("restart", "engineering", downtime="8 hours"),
        name="Gil Moreau",
        consent=("downtime in hours",),
    )
    assert judge(BOOK, asked, "raj") == Verdict(
        "test", "client", "raj", TableLine("restart", "Raj Patel", "GBP 5,000", "8 hours"), name="Raj Patel"
    )


@pytest.mark.parametrize(
    ("action", "cost", "code"),
    [("restart", 0, False), ("restart", 1, True), ("failover", 0, True), ("call in staff", 1, True)],
)
def test_what_costs_money_or_is_risky_takes_a_code(action: str, cost: int, code: bool) -> None:
    assert find(BOOK, asks(action, cost)).code == code


@pytest.mark.parametrize(
    ("option", "action", "tier", "until", "resolves"),
    [
        ("more people", "allocate people", "engineering", False, False),
        ("first before other clients", "put one client first", "engineering", False, False),
        ("buy", "replace hardware", "senior specialist", False, False),
        ("accept the workaround", "workaround", "engineering", True, False),
        ("tell the customer no", "decline", "", False, True),
    ],
)
def test_an_option_is_decided_as_the_action_behind_it(
    option: str, action: str, tier: str, until: bool, resolves: bool
) -> None:
    found = find(BOOK, asks("", option=option, asker="gil"))

    assert (found.refusal, found.action) == ("", action)
    assert (found.tier, found.until, found.resolves) == (tier, until, resolves)
    assert order(found.msp).endswith("mia tom")


def test_who_is_told_when_nobody_decides_is_named_or_stands_in() -> None:
    assert find(BOOK, asks()).undecided == "tom"
    assert find(people(tom=away("mia")), asks()).undecided == "mia"
    assert find(people(tom=away()), asks()).undecided == "tom"
    without = on_call(authority={key: value for key, value in AUTHORITY.items() if key != "undecided"})
    assert find(without, asks()).undecided == "ida"


def test_what_it_takes_is_said_in_words() -> None:
    found = find(BOOK, asks("replace hardware", 1800, "2 hours"))

    assert (found.price, found.version) == ("GBP 1,800 and 2 hours down", "test")
    assert {ident: found.names[ident] for ident in ("ana", "cy", "raj", "tom")} == {
        "ana": "Ana Ruiz",
        "cy": "Cy Tanaka",
        "raj": "Raj Patel",
        "tom": "Tom Adeyemi",
    }
