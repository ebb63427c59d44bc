"""What is proved of a procedure: the same as somebody finds who tries every minute."""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from operator import ge
from pathlib import Path
from typing import Any

import pytest

from procedure.book.almanac import Almanac
from procedure.book.people import SecretSource
from procedure.book.procedure import Procedure
from procedure.book.severity import SEVERITIES, Severity
from procedure.clocks.calendars import from_wall
from procedure.duty.on_duty import Roster, Watch
from procedure.kinds import Kind
from procedure.proof.asked import Unanswered, Unheard, hearing
from procedure.proof.climb import MAIL, SILENCE, Case, Climb, Way, climb
from procedure.proof.theorems import About, Theorem, elapsed, promised, theorems
from procedure.proof.words import counter_example, told
from procedure.proof.year import Climbs, Year
from runtime.procedure_files import read
from tests.northwind import COMPLAINTS, ON_CALL, on_call
from tests.procedure.check.test_rehearsal import FACTS
from tests.procedure.proof import by_the_minute
from tests.procedure.ticket.lives import life

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
NORTHWIND = Path(__file__).parents[3] / "examples" / "northwind"


def london(text: str) -> datetime:
    return from_wall(datetime.fromisoformat(text), "Europe/London")


def promising(**promises: Any) -> Procedure:
    return on_call(promises=promises)


def proved(book: Procedure, severity: Severity, begin: datetime, days: int, action: str = "") -> Theorem:
    found = promised(book, begin, begin + timedelta(days=days))
    wanted = (t for t in found if (t.client, t.severity, t.action) == ("harbor", severity, action))
    return next(wanted)


def test_one_silent_person_at_night_costs_what_the_first_has_to_answer() -> None:
    theorem = proved(promising(critical={"person": "15 minutes"}), "critical", BEGIN, 7)
    assert theorem.kept
    assert [bound.longest for bound in theorem.bounds[:2]] == [timedelta(0), timedelta(minutes=15)]


def test_a_promise_that_is_broken_is_told_as_what_happens() -> None:
    """Five minutes later than promised, with the instant, and where the time is written."""
    book = promising(critical={"person": "10 minutes"})
    theorem = proved(book, "critical", BEGIN, 7)
    assert not theorem.kept
    assert [*counter_example(book, theorem, BEGIN)] == [
        "00:00: the ticket opens",
        "00:00: Bo Lind is paged (senior specialist), and is silent",
        "00:10: until here it was promised",
        "00:15: Cy Tanaka is paged (senior specialist)",
        "To change: Bo Lind has it for 15 minutes: shorten coverage.answer_within in clients/harbor.yaml, "
        "give senior specialist another time under on_call, or promise more time",
    ]
    assert told(book, theorem, BEGIN).endswith("Promised within 10 minutes, with one person silent: BROKEN")


def test_who_may_not_approve_may_sit_on_it_until_its_time_is_over() -> None:
    """Bo takes it and is silent: 30 minutes of the senior specialists', then engineering."""
    book = promising(critical={"may": {"failover": "30 minutes"}, "silent": 0})
    theorem = proved(book, "critical", london("2026-11-24 12:00"), 1, "failover")
    assert theorem.bounds[0].longest == timedelta(minutes=30)
    assert theorem.kept


def test_an_approval_that_is_promised_too_soon_is_told_as_what_happens() -> None:
    """Who is asked, and where the time is written; and when it is told as undecided."""
    book = promising(critical={"asked": {"failover": "5 minutes"}})
    begin = london("2026-11-24 12:00")
    found = theorems(book, begin, begin + timedelta(days=7))
    soon, end = (one for one in found if (one.client, one.about) == ("harbor", "approval"))
    assert not soon.kept
    assert [*counter_example(book, soon, begin)] == [
        "12:00: it is asked for",
        "12:00: Cy Tanaka is asked (engineering), and is silent",
        "12:05: until here it was promised",
        "12:10: Gil Moreau is asked (engineering)",
        "To change: Cy Tanaka has it for 10 minutes: shorten authority.answer_within.critical, or promise "
        "more time",
    ]
    assert told(book, end, begin) == (
        "failover, asked for on a critical ticket of Harbor Trading: Tom Adeyemi hears that nothing was "
        "decided: within 50 minutes with everybody silent (worst: 16:50)"
    )


def test_a_complaint_that_is_promised_too_soon_is_told_as_what_happens() -> None:
    """In the client's hours: over the night and over a weekend, with each level that has it and is silent."""
    promise = {"person": "1 hour", "last_level": "4 hours"}
    book = on_call(complaints=COMPLAINTS | {"promised": promise})
    begin = london("2026-11-27 16:00")
    found = promised(book, begin, begin + timedelta(days=1))
    soon, last = (one for one in found if one.client == "harbor")
    assert not soon.kept and not last.kept
    assert [*counter_example(book, soon, begin)][:-1] == [
        "16:00: the complaint comes in",
        "16:00: Max Berger is told (account manager), and is silent",
        "17:00: until here it was promised",
        "Mon 30 Nov 11:30: Vera Hall is told (customer success)",
    ]
    assert [*counter_example(book, last, begin)] == [
        "16:00: the complaint comes in",
        "16:00: Max Berger is told (account manager), takes it, and does not answer",
        "Mon 30 Nov 11:30: until here it was promised",
        "Mon 30 Nov 16:00: Vera Hall is told (customer success), takes it, and does not answer",
        "Tue 1 Dec 15:30: Otto Northwind is told (leadership)",
        "To change: Max Berger has it for 3 days: shorten answer of account manager in complaints.levels, or "
        "promise more time",
    ]


def test_clients_with_the_same_hours_are_proved_once_and_others_each() -> None:
    """Harbor twice, and once with an earlier evening: each has what it has alone."""
    book = promising(critical={"person": "20 minutes"}, medium={"person": "2 hours"})
    early = replace(book.almanac.hours["harbor"], week=(((360, 720),),) * 5 + ((), ()))
    clients = dict.fromkeys(("harbor", "second", "early"), book.clients["harbor"])
    hours = dict.fromkeys(clients, book.almanac.hours["harbor"]) | {"early": early}
    three = book.model_copy(update={"clients": clients}).knowing(Almanac(hours))
    end = BEGIN + timedelta(days=7)
    together = [*promised(three, BEGIN, end)]
    for name in clients:
        alone = three.model_copy(update={"clients": {name: clients[name]}}).knowing(Almanac(hours))
        assert [one for one in together if one.client == name] == [*promised(alone, BEGIN, end)]


def test_with_a_channel_dead_who_has_no_other_is_silent() -> None:
    """Dee's messages get lost, and mail alone wakes nobody: after her time Eva, whose phone rings, has it."""
    people = deepcopy(ON_CALL["people"])
    people["dee"]["channels"] = {"sms": {"env": "RUNG_DEE"}}
    people["eva"]["channels"] = {"phone": {"env": "RUNG_EVA"}}
    book, begin = on_call(people=people), london("2026-11-24 01:00")
    found = theorems(book, begin, begin + timedelta(hours=1))
    firsts = [one.bounds[0] for one in found if one.dead and one.client == "harbor"]
    assert [bound.longest for bound in firsts] == [timedelta(0), timedelta(minutes=15), timedelta(0)]
    assert [bound.page.person if bound.page else "" for bound in firsts] == ["dee", "eva", "dee"]


def test_what_is_left_to_nobody_else_never_happens() -> None:
    """Two people who may approve it, and two who are silent."""
    actions = {"reset": {"may": [{"tier": "senior specialist"}]}}
    authority = {
        "answer_within": dict.fromkeys(("critical", "high", "medium", "low"), "10 minutes"),
        "actions": actions,
    }
    promises = {"critical": {"may": {"reset": "1 hour"}, "silent": 2}}
    clients = {"harbor": {k: v for k, v in ON_CALL["clients"]["harbor"].items() if k != "authority"}}
    book = on_call(authority=authority, promises=promises, clients=clients, complaints=None, helpdesks={})
    theorem = proved(book, "critical", london("2026-11-24 12:00"), 1, "reset")
    assert theorem.bounds[1].longest is not None
    assert theorem.bounds[2].longest is None or theorem.bounds[2].longest > timedelta(0)


@pytest.mark.parametrize("severity", ["critical", "high"])
def test_every_minute_of_a_month_agrees(severity: Severity) -> None:
    """March with Easter, in which clocks change: of all who open a ticket at a full minute nobody waits
    longer than is proved, and somebody waits as long."""
    begin = london("2027-03-01 00:00")
    end = begin + timedelta(days=31)
    found = theorems(on_call(), begin, end)
    theorem = next(t for t in found if (t.client, t.severity) == ("harbor", severity))
    minutes = by_the_minute.first_pages(severity, begin, 31)
    assert len(theorem.bounds) == (3 if severity == "critical" else 2)
    for silent, bound in enumerate(theorem.bounds):
        assert bound.longest == timedelta(minutes=max(waits[silent] for waits in minutes))


def test_whatever_opens_in_a_year_climbs_as_one_that_was_lived() -> None:
    """The example, at each severity, with nobody who answers and with each who has it and is silent; and with
    no mail, of those who take turns only one having more."""
    book, chance = read(NORTHWIND), random.Random(15)  # noqa: S311
    bo = book.people["bo"].model_copy(update={"channels": {"sms": SecretSource(env="RUNG_BO")}})
    book = book.model_copy(update={"people": book.people | {"bo": bo}}).knowing(book.almanac)
    year = Year(book, BEGIN, BEGIN + timedelta(days=365))
    for client, severity in product(book.clients, SEVERITIES):
        climbs = Climbs(Roster(book, client, severity), year)
        for case in CASES if severity == "critical" else CASES[:1]:
            assert_lived(climbs, case, chance)


def test_whatever_is_asked_or_complained_of_in_a_year_goes_as_one_that_was_lived() -> None:
    """The same of approvals and complaints."""
    book, chance = read(NORTHWIND), random.Random(17)  # noqa: S311
    year = Year(book, BEGIN, BEGIN + timedelta(days=365))
    for client in book.clients:
        for severity in ("critical", "low"):
            watch = Roster(book, client, severity)
            asking = Climbs(watch, year, year.stretches(watch, 0))
            way = Unanswered("restore from backup", 0 if severity == "critical" else 2)
            assert_lived(asking, way, chance)
        hears = Climbs(watch, year, year.cut(watch, partial(hearing, watch)))
        for grievance in (Unheard(enough=2), Unheard(held=True)):
            assert_lived(hears, grievance, chance, "complaint")


def assert_lived(climbs: Climbs, way: Way, chance: random.Random, about: About = "ticket") -> None:
    """Random instants: the same steps, whoever's turn it is, and nobody later than on a way that is known."""
    known: dict[Any, list[Waits]] = {}
    for one in climbs.of(way):
        people, waits = seen(climbs.watch, one, about)
        known.setdefault(people, []).append(waits)
    for _ in range(30):
        at = BEGIN + timedelta(seconds=chance.randrange(365 * 86400))
        people, waits = seen(climbs.watch, way.climb(climbs.watch, at), about)
        assert any(all(map(ge, one, waits)) for one in known[people]), (climbs.watch.client, way, at)


CASES = (
    Case(enough=3),
    SILENCE,
    Case("restore from backup", held=True, enough=3),
    Case(dead=frozenset({MAIL}), enough=1),
)
Waits = tuple[timedelta, ...]


def seen(watch: Watch, one: Climb, about: About = "ticket") -> tuple[Any, Waits]:
    """Who is paged, each by a number, and when after the opening, as promises count it."""
    number: dict[str, int] = {"": 0}
    steps = []
    for page in one.pages:
        who, instead = (number.setdefault(name, len(number)) for name in (page.person, page.instead_of))
        steps.append((page.tier, who, instead, page.counts, page.held))
    return tuple(steps), tuple(elapsed(watch, one.begin, page.at, about) for page in one.pages)


def test_hundreds_of_tickets_that_are_driven_by_hand_agree_to_the_second() -> None:
    """At random seconds of a year, each until three people were paged in vain: by its own record."""
    book, chance = on_call(), random.Random(16)  # noqa: S311
    for number in range(300):
        severity = SEVERITIES[number % 4]
        at = BEGIN + timedelta(seconds=chance.randrange(365 * 86400))
        proved_ = climb(Roster(book, "harbor", severity), at, Case(enough=3)).pages
        lived = life(FACTS[severity], book=book, now=at)
        lived.passes(seconds=(proved_[-1].at - at).total_seconds())
        paged = [(e.person, e.at, e.due) for e in lived.ticket.record if e.kind is Kind.PAGED]
        assert paged == [(page.person, page.at, page.at + page.within) for page in proved_], (severity, at)
