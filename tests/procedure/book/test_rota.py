"""Who is on call, and when that changes: rotations, calendars, overrides and gaps."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from procedure.book.rota import (
    HandoverTime,
    Rota,
    Shift,
    between,
    gaps,
    mistakes_of,
    turn,
)
from procedure.clocks.calendars import Span, from_wall

LONDON, NEW_YORK = "Europe/London", "America/New_York"
PEOPLE = ("ana", "bo", "cy")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rota(**entries: Any) -> Rota:
    """A rotation of three, weekly from Monday 2026-11-02, unless said otherwise."""
    return Rota.model_validate({"people": PEOPLE, "starts": "2026-11-02"} | entries)


@pytest.mark.parametrize(
    ("at", "person", "until"),
    [
        ("2026-11-02 09:00", "ana", "2026-11-09 09:00"),
        ("2026-11-09 08:59", "ana", "2026-11-09 09:00"),
        ("2026-11-09 09:00", "bo", "2026-11-16 09:00"),
        ("2026-11-18 12:00", "cy", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "ana", "2026-11-30 09:00"),
        # Backwards from the day it starts.
        ("2026-11-02 08:59", "cy", "2026-11-02 09:00"),
        # London is an hour ahead of UTC in summer: 09:00 there is 08:00.
        ("2026-10-25 12:00", "bo", "2026-10-26 09:00"),
        ("2026-10-19 07:59", "ana", "2026-10-19 08:00"),
        ("2026-10-19 08:00", "bo", "2026-10-26 09:00"),
        ("2027-03-28 12:00", "cy", "2027-03-29 08:00"),
    ],
)
def test_a_rotation_hands_over_at_the_same_time_on_the_wall(at: str, person: str, until: str) -> None:
    assert turn(rota(), (), utc(at), LONDON) == (person, utc(until))


@pytest.mark.parametrize(
    ("at", "person", "until"),
    [
        # The clock is put back at 06:00 UTC on 2026-11-01: 01:30 comes at 05:30 and again at 06:30.
        ("2026-11-01 05:29", "cy", "2026-11-01 05:30"),
        ("2026-11-01 05:30", "ana", "2026-11-08 06:30"),
        ("2026-11-01 06:10", "ana", "2026-11-08 06:30"),
        ("2026-11-01 06:30", "ana", "2026-11-08 06:30"),
    ],
)
def test_a_handover_that_comes_twice_on_the_wall_is_its_first(at: str, person: str, until: str) -> None:
    night = rota(starts="2026-11-01", handover="Sunday 01:30")

    assert turn(night, (), utc(at), NEW_YORK) == (person, utc(until))


def test_a_handover_that_the_wall_skips_is_when_the_clock_is_put_forward() -> None:
    night = rota(starts="2027-03-14", handover="Sunday 02:30")

    assert turn(night, (), utc("2027-03-14 06:59"), NEW_YORK) == ("cy", utc("2027-03-14 07:00"))
    assert turn(night, (), utc("2027-03-14 07:00"), NEW_YORK) == ("ana", utc("2027-03-21 06:30"))


def test_turns_of_several_weeks_and_a_rota_elsewhere() -> None:
    away = rota(weeks="2", time_zone="Asia/Kolkata", handover="Mon 9:00")

    assert turn(away, (), utc("2026-11-15 00:00"), LONDON) == ("ana", utc("2026-11-16 03:30"))
    assert turn(away, (), utc("2026-11-16 03:30"), LONDON) == ("bo", utc("2026-11-30 03:30"))


def test_one_person_only_is_on_call_without_end() -> None:
    assert turn(rota(people=["bo"]), (), utc("2026-11-15 00:00"), LONDON) == ("bo", None)
    assert turn(rota(people=["bo", "bo"]), (), utc("2026-11-15 00:00"), LONDON) == ("bo", None)


def test_a_handover_to_oneself_is_no_change() -> None:
    twice = rota(people=["ana", "ana", "bo"])

    assert turn(twice, (), utc("2026-11-02 09:00"), LONDON) == ("ana", utc("2026-11-16 09:00"))


def test_an_override_wins_and_ends_where_it_says() -> None:
    swapped = rota(overrides=[{"begins": "2026-11-04 18:00", "ends": "2026-11-06 08:00", "person": "cy"}])

    assert turn(swapped, (), utc("2026-11-03 00:00"), LONDON) == ("ana", utc("2026-11-04 18:00"))
    assert turn(swapped, (), utc("2026-11-04 18:00"), LONDON) == ("cy", utc("2026-11-06 08:00"))
    assert turn(swapped, (), utc("2026-11-06 08:00"), LONDON) == ("ana", utc("2026-11-09 09:00"))


def test_an_override_by_whoever_is_on_call_anyway_changes_nothing() -> None:
    same = rota(overrides=[{"begins": "2026-11-04 18:00", "ends": "2026-11-11", "person": "ana"}])

    assert turn(same, (), utc("2026-11-03 00:00"), LONDON) == ("ana", utc("2026-11-11 00:00"))


CALENDAR = Rota.model_validate({"calendar": {"file": "seniors.ics"}})
SHIFTS = (
    Shift(utc("2026-11-02 09:00"), utc("2026-11-03 09:00"), "ana"),
    Shift(utc("2026-11-03 09:00"), utc("2026-11-04 09:00"), "bo"),
    Shift(utc("2026-11-05 09:00"), utc("2026-11-06 09:00"), "bo"),
)


@pytest.mark.parametrize(
    ("at", "person", "until"),
    [
        ("2026-11-01 00:00", "", "2026-11-02 09:00"),
        ("2026-11-02 09:00", "ana", "2026-11-03 09:00"),
        ("2026-11-03 09:00", "bo", "2026-11-04 09:00"),
        ("2026-11-04 09:00", "", "2026-11-05 09:00"),
        ("2026-11-05 10:00", "bo", "2026-11-06 09:00"),
        ("2026-11-06 09:00", "", None),
    ],
)
def test_a_calendar_says_who_and_until_when(at: str, person: str, until: str | None) -> None:
    assert turn(CALENDAR, SHIFTS, utc(at), LONDON) == (person, until and utc(until))


def test_the_listing_is_cut_at_both_ends_and_leaves_out_what_nobody_has() -> None:
    assert between(CALENDAR, SHIFTS, utc("2026-11-02 10:00"), utc("2026-11-05 10:00"), LONDON) == (
        Shift(utc("2026-11-02 10:00"), utc("2026-11-03 09:00"), "ana"),
        Shift(utc("2026-11-03 09:00"), utc("2026-11-04 09:00"), "bo"),
        Shift(utc("2026-11-05 09:00"), utc("2026-11-05 10:00"), "bo"),
    )


def test_gaps_are_told_but_for_those_that_are_meant() -> None:
    meant = Rota.model_validate(
        {
            "calendar": {"file": "seniors.ics"},
            "gaps_meant": [{"begins": "2026-11-04 12:00", "ends": "2026-11-04 14:00", "because": "move"}],
            "overrides": [
                {"begins": "2026-11-02 20:00", "ends": "2026-11-02 22:00", "person": "nobody"},
                {"begins": "2026-11-06 09:00", "ends": "2026-11-06 18:00", "person": "cy"},
            ],
        }
    )

    assert gaps(meant, SHIFTS, utc("2026-11-02 00:00"), utc("2026-11-07 00:00"), LONDON) == (
        Span(utc("2026-11-02 00:00"), utc("2026-11-02 09:00")),
        Span(utc("2026-11-04 09:00"), utc("2026-11-04 12:00")),
        Span(utc("2026-11-04 14:00"), utc("2026-11-05 09:00")),
        Span(utc("2026-11-06 18:00"), utc("2026-11-07 00:00")),
    )
    assert turn(meant, SHIFTS, utc("2026-11-02 21:00"), LONDON) == ("", utc("2026-11-02 22:00"))


def test_a_rotation_has_no_gaps() -> None:
    assert gaps(rota(), (), utc("2026-01-01 00:00"), utc("2027-01-01 00:00"), LONDON) == ()


def wall(year: int) -> datetime:
    return datetime.fromisoformat(f"{year}-01-01 00:00")


zones = st.sampled_from((LONDON, NEW_YORK, "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana"))
instants = st.datetimes(wall(2020), wall(2030), timezones=st.just(UTC))


@st.composite
def rotas(draw: st.DrawFn) -> Rota:
    """Rotations with overrides that do not overlap."""
    starts = draw(st.dates(date(2024, 1, 1), date(2028, 1, 1)))
    edges = sorted(draw(st.sets(st.datetimes(wall(2023), wall(2029)), max_size=6)))
    overrides = [
        {"begins": begins, "ends": ends, "person": draw(st.sampled_from((*PEOPLE, "nobody")))}
        for begins, ends in zip(edges[::2], edges[1::2], strict=False)
    ]
    time = f"{draw(st.integers(0, 23)):02}:{draw(st.integers(0, 59)):02}"
    return Rota.model_validate(
        {
            "people": draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4)),
            "starts": starts,
            "handover": f"{starts:%A} {time}",
            "weeks": draw(st.integers(1, 4)),
            "overrides": overrides,
        }
    )


@given(rotas(), instants, zones)
def test_the_answer_holds_until_it_says_and_not_longer(any_rota: Rota, at: datetime, zone: str) -> None:
    person, until = turn(any_rota, (), at, zone)

    if until is None:
        assert turn(any_rota, (), at + timedelta(days=3000), zone).person == person
        return
    assert until > at
    assert turn(any_rota, (), until - timedelta(microseconds=1), zone) == (person, until)
    assert turn(any_rota, (), until, zone).person != person
    assert turn(any_rota, (), at + (until - at) / 2, zone) == (person, until)


@given(rotas(), instants, zones, st.integers(1, 200))
def test_listing_and_gaps_cover_every_moment_once(
    any_rota: Rota, begin: datetime, zone: str, days: int
) -> None:
    bare = any_rota.model_copy(update={"gaps_meant": ()})
    end = begin + timedelta(days=days)
    listed = between(bare, (), begin, end, zone)
    meant = [
        (from_wall(o.begins, zone), from_wall(o.ends, zone)) for o in bare.overrides if o.person == "nobody"
    ]

    assert gaps(bare, (), begin, end, zone) == ()
    on_call = sum((shift.end - shift.begin for shift in listed), timedelta(0))
    off = sum((max(min(e, end) - max(b, begin), timedelta(0)) for b, e in meant), timedelta(0))
    assert on_call + off == end - begin
    assert all(a.end <= b.begin for a, b in pairwise(listed))
    assert all(a.end < b.begin or a.person != b.person for a, b in pairwise(listed))


@pytest.mark.parametrize(
    ("text", "meant"),
    [("Monday 09:00", "Monday 09:00"), ("fri, 7:05", "Friday 07:05"), ("  TUESDAY 23:59 ", "Tuesday 23:59")],
)
def test_a_handover_is_read_as_people_write_it(text: str, meant: str) -> None:
    assert str(HandoverTime.parse(text)) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Monday", 'write them such as "Monday 09:00"'),
        ("Funday 09:00", "write one of Monday, Tuesday"),
        ("Monday 24:00", "from 00:00 to 23:59"),
        ("Monday 09:60", "from 00:00 to 23:59"),
        (None, 'write them such as "Monday 09:00"'),
    ],
)
def test_a_handover_that_is_none_says_what_to_write(text: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        HandoverTime.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tomorrow", "such as 2026-12-24 18:00"),
        ("2026-12-24 25:00", "no day and time there is"),
        ("2026-02-30", "no day and time there is"),
        ("2026-12-24T18:00Z", "as on the wall there"),
        ("2026-12-24 18:00+01:00", "as on the wall there"),
        ("1798135200", "such as 2026-12-24 18:00"),
        ("9999-12-31", "a year from 1970 to 2200"),
        ("0001-01-01", "a year from 1970 to 2200"),
    ],
)
def test_a_time_that_is_none_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        rota(overrides=[{"begins": text, "ends": "2026-12-27", "person": "bo"}])


@pytest.mark.parametrize(
    ("entries", "path", "said"),
    [
        ({"people": []}, ("people",), "nobody is in this rota"),
        ({"calendar": {"file": "a.ics"}}, ("calendar",), "not both"),
        ({"people": ["ana", "mo"]}, ("people", 1), "there is no person 'mo': write one of ana, bo, cy"),
        ({"starts": None}, ("starts",), "write a Monday on which ana is handed the duty"),
        ({"starts": "2026-11-04"}, ("starts",), "2026-11-04 is a Wednesday, .* Monday: write 2026-11-02"),
        ({"people": [], "calendar": {}}, ("calendar",), "name one place"),
        (
            {"people": [], "calendar": {"file": "a.ics", "url": "https://x.example"}},
            ("calendar",),
            "name one",
        ),
        ({"people": [], "calendar": {"url": "ftp://x.example/a"}}, ("calendar", "url"), "https://"),
        ({"people": [], "calendar": {"url": "https://u:p@x.example/a"}}, ("calendar", "url"), "secret_url"),
        (
            {"overrides": [{"begins": "2026-12-24", "ends": "2026-12-24", "person": "bo"}]},
            ("overrides", 0, "ends"),
            "is not after it begins",
        ),
        (
            {"gaps_meant": [{"begins": "2026-12-24", "ends": "2026-12-23", "because": "x"}]},
            ("gaps_meant", 0, "ends"),
            "is not after it begins",
        ),
        (
            {"overrides": [{"begins": "2026-12-24", "ends": "2026-12-25", "person": "zed"}]},
            ("overrides", 0, "person"),
            "write one of ana, bo, cy, or nobody",
        ),
        (
            {
                "overrides": [
                    {"begins": "2026-12-24", "ends": "2026-12-30", "person": "bo"},
                    {"begins": "2026-12-25", "ends": "2026-12-26", "person": "cy"},
                ]
            },
            ("overrides", 1, "begins"),
            "overlaps that of bo, until 2026-12-30 00:00",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(entries: dict[str, Any], path: tuple[object, ...], said: str) -> None:
    ((where, text),) = mistakes_of(rota(**entries), PEOPLE)

    assert where == path
    assert re.search(said, text)


def test_a_sound_rota_has_no_mistakes() -> None:
    assert list(mistakes_of(rota(), PEOPLE)) == []
    assert list(mistakes_of(CALENDAR, PEOPLE)) == []
    feed = Rota.model_validate({"calendar": {"url": "webcal://x.example/a.ics"}})
    assert list(mistakes_of(feed, PEOPLE)) == []
