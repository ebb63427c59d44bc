"""Who is on call ahead, and the times that nobody covers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from procedure.book.almanac import Almanac
from procedure.book.procedure import Procedure
from procedure.book.rota import Shift
from procedure.check.outlook import (
    Gap,
    OnDuty,
    answering,
    stretches,
    to_look_at,
    uncovered,
    unknown,
)
from procedure.clocks.calendars import from_wall, instant
from tests.northwind import OFFICE_HOURS, ON_CALL, PROCEDURE, northwind, on_call

NOW = datetime(2026, 12, 7, 12, tzinfo=UTC)
"""A Monday, three hours after a handover."""
END = NOW + timedelta(days=30)


def at(text: str) -> datetime:
    return from_wall(datetime.fromisoformat(text), "Europe/London")


def on_leave(person: str, first: str, last: str, substitute: str = "") -> dict[str, Any]:
    leave = [{"first": first, "last": last, "substitute": substitute}]
    people: dict[str, Any] = ON_CALL["people"]
    return people | {person: people[person] | {"leave": leave}}


def seniors_only(**changes: Any) -> Procedure:
    """One rota at one tier: nobody else is on call there."""
    tiers = [tier | {"on_call": []} for tier in ON_CALL["tiers"]]
    tiers[1] = tiers[1] | {"on_call": [{"rota": "seniors"}]}
    return on_call(tiers=tiers, **changes)


def from_a_calendar(*shifts: Shift, **rota: Any) -> Procedure:
    """The seniors' rota is a calendar with these shifts."""
    seniors = {"calendar": {"file": "seniors.ics"}} | rota
    book = seniors_only(rotas=ON_CALL["rotas"] | {"seniors": seniors})
    return book.knowing(Almanac(book.almanac.hours, {"seniors": shifts} if shifts else {}))


def listed(book: Procedure, begin: str, end: str) -> list[tuple[str, tuple[OnDuty, ...]]]:
    """From when, who is on call at the senior specialists'."""
    return [(f"{s.begin:%a %d %H:%M}", s.places) for s in stretches(book, book.tiers[1], at(begin), at(end))]


def told(gaps: tuple[Gap, ...]) -> list[tuple[str, str, str]]:
    return [(gap.tier.name, instant(gap.begin), instant(gap.end)) for gap in gaps]


# Who is on call -----------------------------------------------------------------------


def test_the_places_of_a_tier_side_by_side() -> None:
    assert listed(on_call(), "2026-12-09 00:00", "2026-12-20 00:00") == [
        ("Wed 09 00:00", (OnDuty("dee"), OnDuty("eva"))),
        ("Mon 14 09:00", (OnDuty("bo"), OnDuty("cy"))),
    ]


def test_stretches_cover_all_the_time_that_was_asked_for() -> None:
    book = on_call(people=on_leave("dee", "2026-12-08", "2026-12-10", "bo"))
    found = stretches(book, book.tiers[1], NOW, END)
    assert (found[0].begin, found[-1].end) == (NOW, END)
    assert all(one.end == other.begin for one, other in pairwise(found))


def test_leave_and_substitutes_are_counted_in() -> None:
    book = seniors_only(people=on_leave("dee", "2026-12-09", "2026-12-10", "bo"))
    assert listed(book, "2026-12-08 00:00", "2026-12-12 00:00") == [
        ("Tue 08 00:00", (OnDuty("dee"),)),
        ("Wed 09 00:00", (OnDuty("bo", instead_of="dee"),)),
        ("Fri 11 00:00", (OnDuty("dee"),)),
    ]


def test_a_lead_who_is_away_makes_a_stretch_too() -> None:
    book = seniors_only(people=on_leave("sam", "2026-12-09", "2026-12-09"))
    found = stretches(book, book.tiers[1], at("2026-12-08 00:00"), at("2026-12-11 00:00"))
    assert [stretch.lead for stretch in found] == [OnDuty("sam"), OnDuty("", "sam"), OnDuty("sam")]


def test_handovers_stay_at_nine_on_the_wall_when_clocks_change() -> None:
    found = stretches(on_call(), on_call().tiers[1], at("2027-03-15 12:00"), at("2027-04-06 12:00"))
    assert [instant(stretch.end) for stretch in found[:-1]] == [
        "2027-03-22T09:00:00Z",
        "2027-03-29T08:00:00Z",
        "2027-04-05T08:00:00Z",
    ]


def test_a_gap_that_is_meant_is_shown_as_meant() -> None:
    shift = Shift(at("2026-12-09 00:00"), at("2026-12-10 00:00"), "bo")
    book = from_a_calendar(
        shift,
        gaps_meant=[{"begins": "2026-12-10 00:00", "ends": "2026-12-11 00:00", "because": "closed"}],
    )
    assert listed(book, "2026-12-09 00:00", "2026-12-12 00:00") == [
        ("Wed 09 00:00", (OnDuty("bo"),)),
        ("Thu 10 00:00", (OnDuty("", meant=True),)),
        ("Fri 11 00:00", (OnDuty(""),)),
    ]


# Who is not ---------------------------------------------------------------------------


def test_a_rotation_has_no_gaps() -> None:
    assert uncovered(on_call(), NOW, END) == ()


def test_a_hole_is_told_once_from_the_first_hour_that_it_matters_to_the_last() -> None:
    """Thursday 12:00 to Tuesday 12:00: from closing on Thursday to opening on Tuesday."""
    book = from_a_calendar(
        Shift(NOW, at("2026-12-10 12:00"), "bo"), Shift(at("2026-12-15 12:00"), END, "dee")
    )
    (gap,) = uncovered(book, NOW, END)
    assert told((gap,)) == [("senior specialist", "2026-12-10T17:30:00Z", "2026-12-15T09:00:00Z")]
    assert (gap.clients, gap.away) == (("harbor",), ())


def test_a_hole_in_hours_is_none() -> None:
    book = from_a_calendar(
        Shift(NOW, at("2026-12-10 09:00"), "bo"), Shift(at("2026-12-10 17:30"), END, "dee")
    )
    assert uncovered(book, NOW, END) == ()


def test_covered_nights_between_holes_keep_them_apart() -> None:
    book = from_a_calendar(
        Shift(NOW, at("2026-12-10 12:00"), "bo"),
        Shift(at("2026-12-11 12:00"), at("2026-12-14 12:00"), "bo"),
        Shift(at("2026-12-15 12:00"), END, "bo"),
    )
    assert told(uncovered(book, NOW, END)) == [
        ("senior specialist", "2026-12-10T17:30:00Z", "2026-12-11T09:00:00Z"),
        ("senior specialist", "2026-12-14T17:30:00Z", "2026-12-15T09:00:00Z"),
    ]


def test_shifts_in_office_hours_only_leave_one_hole() -> None:
    """Every night is empty: that is one thing to be told, not thirty."""
    days = [at("2026-12-08 09:00") + timedelta(days=day) for day in range(3)]
    shifts = [Shift(day, day + timedelta(hours=8, minutes=30), "bo") for day in days]
    book = from_a_calendar(*shifts, Shift(at("2026-12-11 09:00"), END, "bo"))
    assert told(uncovered(book, NOW, END)) == [
        ("senior specialist", "2026-12-07T17:30:00Z", "2026-12-11T09:00:00Z")
    ]


def test_somebody_away_without_a_substitute_is_a_gap_and_is_named() -> None:
    book = seniors_only(people=on_leave("dee", "2026-12-08", "2026-12-09"))
    (gap,) = uncovered(book, NOW, END)
    assert told((gap,)) == [("senior specialist", "2026-12-08T00:00:00Z", "2026-12-10T00:00:00Z")]
    assert gap.away == ("dee",)


def test_a_hole_and_an_absence_after_it_are_one_gap() -> None:
    book = from_a_calendar(
        Shift(NOW, at("2026-12-08 18:00"), "bo"), Shift(at("2026-12-09 00:00"), END, "dee")
    )
    people = seniors_only(people=on_leave("dee", "2026-12-09", "2026-12-09")).people
    book = book.model_copy(update={"people": people}).knowing(book.almanac)
    (gap,) = uncovered(book, NOW, END)
    assert told((gap,)) == [("senior specialist", "2026-12-08T18:00:00Z", "2026-12-10T00:00:00Z")]


def test_a_secondary_who_is_there_closes_the_gap() -> None:
    assert uncovered(on_call(people=on_leave("dee", "2026-12-08", "2026-12-09")), NOW, END) == ()


@pytest.mark.parametrize("way", ["gaps_meant", "overrides"])
def test_a_gap_can_be_meant(way: str) -> None:
    span = {"begins": "2026-12-10 12:00", "ends": "2026-12-15 12:00"}
    entry = span | ({"because": "the plant stands still"} if way == "gaps_meant" else {"person": "nobody"})
    shifts = Shift(NOW, at("2026-12-10 12:00"), "bo"), Shift(at("2026-12-15 12:00"), END, "dee")
    assert uncovered(from_a_calendar(*shifts, **{way: [entry]}), NOW, END) == ()


def test_of_a_gap_that_is_meant_in_part_the_rest_is_told() -> None:
    shifts = Shift(NOW, at("2026-12-10 12:00"), "bo"), Shift(at("2026-12-15 12:00"), END, "dee")
    meant = {"begins": "2026-12-10 12:00", "ends": "2026-12-13 12:00", "because": "the plant stands still"}
    assert told(uncovered(from_a_calendar(*shifts, gaps_meant=[meant]), NOW, END)) == [
        ("senior specialist", "2026-12-13T12:00:00Z", "2026-12-15T09:00:00Z")
    ]


def test_a_gap_that_several_clients_share_is_told_once() -> None:
    """Stockholm closes an hour before London, so the gap begins with the first of them."""
    clients = ON_CALL["clients"]
    lindqvist = clients["lindqvist"] | {
        "hours": OFFICE_HOURS,
        "coverage": {"out_of_hours": "emergencies only"},
    }
    shifts = Shift(NOW, at("2026-12-10 12:00"), "bo"), Shift(at("2026-12-15 12:00"), END, "dee")
    book = seniors_only(
        clients=clients | {"lindqvist": lindqvist},
        rotas=ON_CALL["rotas"] | {"seniors": {"calendar": {"file": "seniors.ics"}}},
    )
    book = book.knowing(Almanac(book.almanac.hours, {"seniors": shifts}))
    (gap,) = uncovered(book, NOW, END)
    assert told((gap,)) == [("senior specialist", "2026-12-10T16:30:00Z", "2026-12-15T09:00:00Z")]
    assert gap.clients == ("lindqvist", "harbor")


def test_a_client_that_is_staffed_needs_nobody_on_call() -> None:
    staffed = ON_CALL["clients"]["harbor"] | {"coverage": {"out_of_hours": "staffed"}}
    book = on_call(
        clients=ON_CALL["clients"] | {"harbor": staffed},
        people=on_leave("dee", "2026-12-08", "2026-12-09"),
    )
    assert uncovered(book, NOW, END) == ()
    assert list(to_look_at(book, NOW)) == []
    assert set(answering(book, NOW, END)) == {"ida"}


def test_a_holiday_is_out_of_hours() -> None:
    """Christmas Day, a Friday: nobody from 09:00 to 17:00."""
    book = from_a_calendar(Shift(NOW, at("2026-12-25 09:00"), "bo"), Shift(at("2026-12-25 17:00"), END, "bo"))
    assert told(uncovered(book, NOW, END)) == [
        ("senior specialist", "2026-12-25T09:00:00Z", "2026-12-25T17:00:00Z")
    ]


# In words -----------------------------------------------------------------------------


def test_what_to_look_at() -> None:
    book = seniors_only(people=on_leave("dee", "2026-12-08", "2026-12-09"))
    assert list(to_look_at(book, NOW)) == [
        "first level, engineering, management: nobody is on call there, so their own people are paged at "
        "night too, for Harbor Trading",
        "senior specialist: nobody is on call (seniors) from Tue 8 Dec 00:00 to Thu 10 Dec 00:00, for Harbor "
        "Trading; away, with nobody to stand in: Dee Novak. If that is meant, write it under gaps_meant",
    ]


def test_nothing_to_look_at_where_all_is_staffed() -> None:
    assert list(to_look_at(northwind(), NOW)) == []


def test_a_client_whose_tickets_no_helpdesk_sends_is_told() -> None:
    """It was added to the files, and to no helpdesk's list."""
    desk = PROCEDURE["helpdesks"]["generic"]
    book = northwind(helpdesks={"generic": desk | {"clients": ["harbor"]}})
    (text,) = to_look_at(book, NOW)
    assert text.startswith("no helpdesk sends tickets of Lindqvist & Partners")
    assert list(to_look_at(northwind(helpdesks={}), NOW)) == []


def test_a_calendar_that_ends_is_told() -> None:
    book = from_a_calendar(Shift(NOW, at("2026-12-20 09:00"), "bo"))
    found = list(to_look_at(book, NOW))
    assert "from Sun 20 Dec 09:00 to Wed 6 Jan 09:00" in found[1]
    assert found[2:] == ["seniors: its calendar says nothing after Sun 20 Dec 09:00"]


def test_a_feed_without_a_copy_is_not_known_and_no_gap() -> None:
    book = from_a_calendar(calendar={"url": "https://calendar.example/seniors.ics"})
    assert unknown(book) == ("seniors",)
    assert listed(book, "2026-12-09 00:00", "2026-12-20 00:00") == [
        ("Wed 09 00:00", (OnDuty("", unknown=True),))
    ]
    assert uncovered(book, NOW, END) == ()
    assert "seniors: who is on call is not known here" in list(to_look_at(book, NOW))[1]


def test_the_complaint_about_a_feed_whose_copy_is_in_use_is_told() -> None:
    book = from_a_calendar(calendar={"url": "https://calendar.example/seniors.ics"})
    shifts = {"seniors": (Shift(NOW, END, "bo"),)}
    book = book.knowing(Almanac(book.almanac.hours, shifts, {"seniors": "the copy of Monday is in use"}))
    assert list(to_look_at(book, NOW))[1:] == ["the copy of Monday is in use"]


def test_an_empty_file_is_a_gap() -> None:
    (gap,) = uncovered(from_a_calendar(), NOW, END)
    assert told((gap,)) == [("senior specialist", "2026-12-07T17:30:00Z", "2027-01-06T09:00:00Z")]


def test_who_may_be_paged_at_night() -> None:
    """Those of the rotas, their substitutes, the leads, and the last resort."""
    people = on_leave("dee", "2026-12-08", "2026-12-09", "ben")
    people |= {
        "ida": people["ida"] | {"leave": [{"first": "2026-12-24", "last": "2026-12-24", "substitute": "tom"}]}
    }
    assert answering(on_call(people=people), NOW, END) == {
        "dee": "rota seniors",
        "bo": "rota seniors",
        "ben": "rota seniors",
        "eva": "rota engineers",
        "cy": "rota engineers",
        "sam": "lead of senior specialist",
        "gil": "lead of engineering",
        "ida": "last resort",
        "tom": "last resort",
    }
