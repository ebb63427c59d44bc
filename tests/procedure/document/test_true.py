"""What the document says is what happens: its rows beside what the same procedure does at an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from procedure.approval.deciders import Inquiry, find, judge
from procedure.book.procedure import Procedure
from procedure.book.proposal import Proposal
from procedure.book.severity import SEVERITIES, Facts, Severity, assess
from procedure.check.rehearsal import Paged, Waits, walk
from procedure.clocks.durations import spoken
from procedure.document.content import ClientDocument, Row
from procedure.document.impact import ANYTHING_ELSE
from procedure.document.whole import document
from procedure.duty.on_duty import Watch
from procedure.prevention.upkeep import Upkeep, ahead
from procedure.proof.theorems import promised
from runtime.procedure_files import read
from tests.northwind import AUTHORITY, on_call
from tests.tables import every

NORTHWIND = Path(__file__).parents[3] / "examples" / "northwind"
DAY = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
"""Both work: at noon one has closed for lunch."""
NIGHT = datetime(2026, 11, 26, 2, 10, tzinfo=UTC)
TODAY = date(2026, 11, 28)
CLIENTS = ("harbor", "lindqvist")
EVERY = [(client, severity) for client in CLIENTS for severity in SEVERITIES]


@cache
def book() -> Procedure:
    return read(NORTHWIND)


@cache
def of(client: str) -> ClientDocument:
    return document(book(), client, TODAY)


def row(client: str, table: str, about: str) -> Row:
    return row_in(of(client), table, about)


def row_in(read: ClientDocument, table: str, about: str) -> Row:
    (found,) = [
        row
        for section in read.sections
        for one in section.tables
        if one.title == table
        for row in one.rows
        if row.about == about
    ]
    return found


def names(people: tuple[str, ...]) -> list[str]:
    return [book().people[person].name for person in people]


@every("client, severity", EVERY)
def test_a_ticket_nobody_takes_goes_where_the_times_say(client: str, severity: Severity) -> None:
    """By day: it begins at that tier, and whoever is paged first has that long."""
    first = walk(book(), client, severity, DAY)[0]
    assert isinstance(first, Paged)
    begins, within, *_ = row(client, "Times", severity).says

    watch, acknowledge = Watch(book(), client, severity), book().severities[severity].acknowledge
    assert (first.tier, str(acknowledge)) == (begins, within)
    assert first.answers_by == watch.answering.after(first.at, watch.lasts(acknowledge))
    told = row(client, "Who it is in your hours", begins).says[0].splitlines()
    assert told[0] == names((first.person,))[0]


@every("client, severity", EVERY)
def test_at_night_it_waits_or_is_answered_as_it_says(client: str, severity: Severity) -> None:
    """For each severity, by the function that every ticket is placed by."""
    first = walk(book(), client, severity, NIGHT)[0]
    (says,) = row(client, "Outside your hours", severity).says

    assert isinstance(first, Waits) == says.startswith("it waits until you open again")
    if isinstance(first, Paged):
        minutes = (first.answers_by - first.at) // timedelta(minutes=1)
        assert f"whoever is on call is told at once, and has {minutes} minutes to say" in says


@every("client", CLIENTS)
def test_who_is_on_call_has_the_time_it_says(client: str) -> None:
    """At every tier, in this order."""
    watch = Watch(book(), client, "critical")
    for tier in book().tiers:
        lines = row(client, "Who is on call", tier.name).says[0].splitlines()
        places = watch.duty(tier.name, NIGHT).places
        assert [f"({place.within})" for place in places] == [f"({line.rpartition('(')[2]}" for line in lines]


@every("client", CLIENTS)
def test_what_comes_due_is_proposed_as_its_row_says(client: str) -> None:
    """So many days ahead of the day that is found, by what looks for it each morning."""
    for item in ahead(book(), Upkeep(client), DAY):
        proposed = row(client, "What we look after", item.coming.name).says[2]
        assert proposed == f"{(item.coming.due - item.proposed).days} days ahead"


def test_what_no_level_may_decide_is_put_to_whom_it_names() -> None:
    """The owner, where no line of the table reaches at that time."""
    actions = AUTHORITY["actions"] | {"decline": {"may": [{"tier": "management", "when": "out of hours"}]}}
    named = on_call(authority=AUTHORITY | {"actions": actions, "owner": "otto"})
    asked = Inquiry("harbor", "low", Proposal("decline", "as written"), "ida", DAY)

    (decider,) = find(named, asked).msp.deciders
    written = row_in(document(named, "harbor", TODAY), "How it is decided", "when no level may decide it")

    assert f"{named.people[decider.person].name} is asked" in written.says[0]


def test_what_is_promised_is_what_is_proved() -> None:
    """The times, how many may be silent, and in which hours it counts."""
    proved = list(promised(book(), DAY, DAY + timedelta(minutes=1)))
    assert proved
    for theorem in proved:
        assert theorem.promised
        if theorem.about == "complaint":
            continue
        says = row(theorem.client, "Whoever of us is silent", theorem.severity).says
        person, may, asked, holds, counted = says
        time, actions = spoken(theorem.promised), asked if theorem.about == "approval" else may
        assert f"{theorem.action}: {time}" in actions.splitlines() if theorem.action else person == time
        assert ("any one" in holds, "any two" in holds) == (theorem.silent == 1, theorem.silent == 2)
        waits = Watch(book(), theorem.client, theorem.severity).answers_in_hours
        assert counted == ("in your hours" if waits else "day and night")


def test_what_is_promised_of_complaints_is_what_is_proved() -> None:
    """Each client's day is as long as its own."""
    proved = promised(book(), DAY, DAY + timedelta(minutes=1))
    found = [theorem for theorem in proved if theorem.about == "complaint"]
    assert [(one.client, one.promised, one.silent, one.end) for one in found] == [
        ("harbor", timedelta(hours=5), 1, False),
        ("harbor", timedelta(hours=22), 0, True),
        ("lindqvist", timedelta(hours=5), 1, False),
        ("lindqvist", timedelta(hours=15), 0, True),
    ]
    (says,) = row("harbor", "What you can count on", "our promise").says
    assert says == (
        "somebody who takes it is told within 5 hours, even if any one of us does not answer; "
        "it is on the last level within 2 business days, if none of us answers"
    )


WORST = [Facts(state=state, users=1_000, workaround=False) for state in ("down", "impaired", "limited")]


@every("client", CLIENTS)
def test_each_system_is_judged_as_its_row_says(client: str) -> None:
    """Down, impaired or limited: under that severity something is written; by the rest where nothing fits."""
    terms = book().clients[client]
    for name, system in terms.systems.items():
        called = f"{name} (also called {', '.join(system.known_as)})"
        for facts in WORST:
            judged = assess(terms.systems, terms.otherwise, facts.updated(Facts(name)))
            about = ANYTHING_ELSE if "no rule fits" in judged.reason else called
            cell = row(client, "What you work with", about).says[SEVERITIES.index(judged.severity)]
            assert cell, (name, facts)


@every("client", CLIENTS)
def test_who_decides_at_the_msp_is_who_is_asked(client: str) -> None:
    """What costs nothing goes to the tiers of its row, in their order; who is on none may not decide it."""
    authority = book().authority
    assert authority
    for called in authority.actions:
        lines = row(client, "What may be decided, and by whom", called).says[1].splitlines()
        asked = Inquiry(client, "low", Proposal(called, "as written"), "ida", DAY)
        tiers = [decider.level for decider in find(book(), asked).msp.deciders]
        written = [
            line.partition(":")[0] for line in lines if "emergency" not in line and "outside" not in line
        ]
        assert list(dict.fromkeys(tiers)) == [tier for tier in dict.fromkeys(written) if "people" not in tier]
        assert judge(book(), asked, "vera").refusal
