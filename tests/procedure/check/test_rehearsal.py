"""The chain as it would run: the same as a ticket's that is driven by hand, and in the words of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from procedure.book.procedure import Procedure
from procedure.book.severity import Facts, Severity
from procedure.check import rehearsal
from procedure.check.rehearsal import Endless, Paged, Waits, walk
from procedure.clocks.calendars import from_wall, instant
from procedure.kinds import Kind
from tests.northwind import ON_CALL, northwind, on_call
from tests.procedure.ticket.lives import life

FACTS: dict[Severity, Facts] = {
    "critical": Facts(system="trading platform", state="down"),
    "high": Facts(system="trading platform", state="impaired", users=6),
    "medium": Facts(system="office mail", state="impaired"),
    "low": Facts(system="office mail", state="limited"),
}


def london(text: str) -> datetime:
    return from_wall(datetime.fromisoformat(text), "Europe/London")


def chain(book: Procedure, severity: Severity, at: datetime) -> list[tuple[str, str, str]]:
    """When (in UTC), who, and as what; somebody who waits for the hours as waits."""
    return [
        (
            f"{step.at:%a %H:%M}",
            step.person,
            (step.role or step.tier or "last resort") if isinstance(step, Paged) else "waits",
        )
        for step in walk(book, "harbor", severity, at)
    ]


def away(person: str, first: str, last: str, substitute: str = "") -> dict[str, Any]:
    """The people, one of whom is on leave."""
    leave = [{"first": first, "last": last, "substitute": substitute}]
    people: dict[str, Any] = ON_CALL["people"]
    return people | {person: people[person] | {"leave": leave}}


def test_critical_on_christmas_night() -> None:
    """Primary, secondary and lead, tier by tier, each with their own time, up to the last resort."""
    assert chain(on_call(), "critical", london("2026-12-25 02:10")) == [
        ("Fri 02:10", "dee", "on call (seniors)"),
        ("Fri 02:25", "eva", "on call (engineers)"),
        ("Fri 02:35", "sam", "lead"),
        ("Fri 02:40", "eva", "on call (engineers)"),
        ("Fri 02:55", "gil", "lead"),
        ("Fri 03:10", "mia", "management"),
        ("Fri 03:15", "tom", "management"),
        ("Fri 03:20", "ida", "last resort"),
    ]


def test_each_is_told_by_when_they_must_answer() -> None:
    first, second, *_, last = walk(on_call(), "harbor", "critical", london("2026-12-25 02:10"))
    assert isinstance(first, Paged)
    assert (first.tier, first.answers_by) == ("senior specialist", second.at)
    assert isinstance(last, Paged)
    assert (last.tier, last.answers_by) == ("", london("2026-12-25 03:30"))


def test_medium_on_friday_evening_waits_until_monday() -> None:
    """A week without a holiday: nobody is paged before Monday 09:00, and answers are owed in hours."""
    at = london("2026-12-04 18:00")
    first = walk(on_call(), "harbor", "medium", at)[0]
    assert first == Waits(at, "first level", "ana", london("2026-12-07 09:00"))
    assert chain(on_call(), "medium", at)[:4] == [
        ("Fri 18:00", "ana", "waits"),
        ("Mon 09:00", "ana", "first level"),
        ("Mon 10:00", "ben", "first level"),
        ("Mon 11:00", "bo", "senior specialist"),
    ]


def test_a_handover_in_between_pages_who_comes_on() -> None:
    """On a bank holiday nobody is in the office, but the rotas change hands at 09:00 all the same."""
    assert chain(on_call(), "critical", london("2026-12-28 08:50"))[:4] == [
        ("Mon 08:50", "dee", "on call (seniors)"),
        ("Mon 09:00", "bo", "on call (seniors)"),
        ("Mon 09:15", "cy", "on call (engineers)"),
        ("Mon 09:20", "cy", "on call (engineers)"),
    ]


def test_the_offices_hours_in_between_page_the_tiers_own_people() -> None:
    steps = chain(on_call(), "critical", london("2026-12-01 08:50"))
    assert steps[:3] == [
        ("Tue 08:50", "bo", "on call (seniors)"),
        ("Tue 09:05", "sam", "senior specialist"),
        ("Tue 09:10", "cy", "engineering"),
    ]


def test_a_substitute_is_paged_and_named_as_one() -> None:
    book = on_call(people=away("dee", "2026-12-24", "2026-12-26", "bo"))
    first = walk(book, "harbor", "critical", london("2026-12-25 02:10"))[0]
    assert isinstance(first, Paged)
    assert (first.person, first.instead_of, first.role) == ("bo", "dee", "on call (seniors)")


def test_who_is_passed_over_stands_before_who_is_paged_instead() -> None:
    book = on_call(people=away("dee", "2026-12-24", "2026-12-26"))
    first = walk(book, "harbor", "critical", london("2026-12-25 02:10"))[0]
    assert first.person == "eva"
    assert first.passed_over == ("senior specialist: Dee Novak is away, and nobody stands in",)


def test_a_tier_that_nobody_can_reach_is_passed_over_too() -> None:
    everybody = {
        ident: person | ({"leave": [{"first": "2026-12-01", "last": "2026-12-31"}]} if ident != "ida" else {})
        for ident, person in ON_CALL["people"].items()
    }
    steps = walk(on_call(people=everybody), "harbor", "critical", london("2026-12-25 02:10"))
    assert [step.person for step in steps] == ["ida"]
    assert "engineering: Gil Moreau is away, and nobody stands in" in steps[0].passed_over


def test_critical_goes_through_every_channel() -> None:
    channels = {"sms": {"env": "DEE_SMS"}, "voice": {"env": "DEE_VOICE"}}
    people = ON_CALL["people"] | {"dee": ON_CALL["people"]["dee"] | {"channels": channels}}
    first = walk(on_call(people=people), "harbor", "critical", london("2026-12-25 02:10"))[0]
    assert isinstance(first, Paged)
    assert first.channels == ("sms", "voice")


@pytest.mark.parametrize(
    ("at", "second"),
    [
        ("2026-10-25 00:50", "2026-10-25T00:05:00Z"),  # 01:05 in summer, the first of the two
        ("2026-10-25 01:50", "2026-10-25T01:05:00Z"),  # then 01:05 in winter
        ("2027-03-28 00:50", "2027-03-28T01:05:00Z"),  # then 02:05: the hour in between is not there
    ],
)
def test_answers_take_real_time_in_the_nights_that_clocks_change(at: str, second: str) -> None:
    steps = walk(on_call(), "harbor", "critical", london(at))
    assert instant(steps[1].at) == second
    assert steps[-1].at - steps[0].at == timedelta(minutes=70)


@pytest.mark.parametrize("severity", ["critical", "high", "medium", "low"])
@pytest.mark.parametrize(
    "at",
    [
        "2026-11-23 12:00",
        "2026-12-04 17:20",
        "2026-12-24 17:50",
        "2026-12-25 02:10",
        "2026-12-28 08:55",
        "2026-10-25 00:40",
        "2027-03-28 00:40",
    ],
)
@pytest.mark.parametrize("kind", ["on call", "always open", "on leave"])
def test_the_chain_is_what_happens_to_a_ticket(severity: Severity, at: str, kind: str) -> None:
    """A ticket that is driven by hand pages the same people at the same times, by its own record."""
    books = {
        "on call": on_call,
        "always open": northwind,
        "on leave": lambda: on_call(people=away("eva", "2026-12-24", "2027-01-02", "cy")),
    }
    book, begin = books[kind](), london(at)
    steps = walk(book, "harbor", severity, begin)
    lived = life(FACTS[severity], book=book, now=begin)
    assert lived.ticket.severity == severity
    lived.passes(seconds=(steps[-1].at - begin).total_seconds())
    record = lived.ticket.record
    assert [told(book, step) for step in steps if isinstance(step, Paged)] == [
        (entry.at, lived.ticket.sentence(entry, instant))
        for entry in record
        if entry.kind in (Kind.PAGED, Kind.PAGED_AGAIN)
    ]
    waits = [entry.at for entry in record if entry.kind is Kind.WAITS]
    assert [step.at for step in steps if isinstance(step, Waits)] == waits


def told(book: Procedure, step: Paged) -> tuple[datetime, str]:
    """The line of a ticket's record that this step must be."""
    instead = f" instead of {book.people[step.instead_of].name}, who is away" if step.instead_of else ""
    text = f"{book.people[step.person].name} ({step.tier or 'last resort'}) paged{instead}"
    return step.at, f"{text}, to acknowledge by {instant(step.answers_by)}"


def test_at_a_pace_nobodys_hours_count() -> None:
    at = london("2026-12-04 18:00")
    first, second, *_ = walk(on_call(), "harbor", "medium", at, pace=60)
    assert (first.person, second.at - first.at) == ("ana", timedelta(minutes=1))


def test_a_client_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        walk(northwind(), "nobody", "high", datetime(2026, 12, 1, tzinfo=UTC))


def test_a_chain_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "MOST_STEPS", 3)
    with pytest.raises(Endless, match="after 3 steps"):
        walk(northwind(), "harbor", "low", datetime(2026, 12, 1, tzinfo=UTC))
