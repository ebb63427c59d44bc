"""Working hours: answers worked out by hand, a slow second opinion, and what holds for every week."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from procedure.clocks.calendars import (
    AlwaysOpen,
    Clock,
    OpenHours,
    Span,
    from_wall,
    wall_time,
)
from procedure.clocks.durations import Duration
from procedure.clocks.hours import (
    Holidays,
    Hours,
    Window,
    Windows,
    opening_hours,
)
from runtime.holiday_dates import dates, known_country, regional, worked
from tests.procedure.clocks.calendar_cases import (
    CALENDARS,
    CHANGED,
    DUE,
    PASSED,
    PAUSED,
    WALL,
)
from tests.tables import every
from tests.tries import examples

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
YEARS = range(2026, 2029)


def cases(table: str, columns: int) -> list[Any]:
    """The rows of a table, without what explains them; a row is named by its text."""
    rows = [[cell.strip() for cell in line.split("|")] for line in lines(table)]
    assert all(len(row) in (columns, columns + 1) for row in rows)
    return [pytest.param(*row[:columns], id=" | ".join(row[:columns])) for row in rows]


def lines(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if not line.startswith("#")]


@cache
def calendar(name: str) -> OpenHours:
    """A calendar of the cases, made the way a client's is made from its file."""
    entry = dict(CALENDARS[name])
    zone, daily = str(entry.pop("zone")), entry.pop("daily", None)
    days_off = {key: entry.pop(key) for key in ("country", "region", "also") if key in entry}
    hours = Hours.model_validate(entry if daily is None else dict.fromkeys(DAYS, daily))
    holidays = Holidays.model_validate(days_off)
    return opening_hours(zone, hours, holidays, dates(holidays.country, holidays.region, YEARS))


def when(text: str, zone: str) -> datetime:
    """An instant of a table: in UTC with a Z, otherwise on the wall there."""
    if text.endswith("Z"):
        return datetime.fromisoformat(text)
    return from_wall(datetime.fromisoformat(text), zone)


def length(text: str, clock: Clock) -> timedelta:
    """A length of a table: 1:30 is an hour and a half, 1 bd a business day."""
    if text.endswith("bd"):
        return clock.length(Duration(business_days=int(text.removesuffix("bd"))))
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


# A second opinion that shares nothing with the code: it looks at the clock on the wall every minute.


def minutes_of(windows: str) -> list[tuple[int, int]]:
    """Windows as minutes of the day they begin, those over midnight beyond 1440."""
    found = []
    for a, b, c, d in re.findall(r"(\d\d):(\d\d)-(\d\d):(\d\d)", windows):
        begin, end = int(a) * 60 + int(b), int(c) * 60 + int(d)
        found.append((begin, end if end > begin else end + 1440))
    return found


def plain(name: str) -> tuple[str, list[list[tuple[int, int]]], dict[date, list[tuple[int, int]]]]:
    """A calendar of the cases, read without the code: zone, week, days that differ."""
    entry: dict[str, Any] = CALENDARS[name]
    week = [
        minutes_of(entry.get(day) or entry.get("daily") or (entry.get("weekdays", "") if number < 5 else ""))
        for number, day in enumerate(DAYS)
    ]
    special: dict[date, list[tuple[int, int]]] = {
        day: [] for day in dates(entry.get("country", ""), entry.get("region", ""), YEARS)
    }
    own = {date.fromisoformat(day): minutes_of(text) for day, text in entry.get("also", {}).items()}
    return entry["zone"], week, special | own


def ticking(
    zone: str,
    week: list[list[tuple[int, int]]],
    special: dict[date, list[tuple[int, int]]],
    start: datetime,
) -> Iterator[tuple[datetime, bool]]:
    """Every minute from an instant, and whether it is open then.

    A time on the wall has come when the clock first shows it or a later one: when clocks are
    put back, the hour that comes again changes nothing.
    """

    @cache
    def open_on(day: date) -> set[int]:
        today, yesterday = (special.get(d, week[d.weekday()]) for d in (day, day - timedelta(days=1)))
        through_the_night = (range(begin - 1440, end - 1440) for begin, end in yesterday)
        return set().union(*(range(begin, end) for begin, end in today), *through_the_night)

    place, at = ZoneInfo(zone), start - 3 * HOUR
    highest = at.astimezone(place).replace(tzinfo=None)
    while True:
        highest = max(highest, at.astimezone(place).replace(tzinfo=None))
        if at >= start:
            yield at, highest.hour * 60 + highest.minute in open_on(highest.date())
        at += MINUTE


def counted(ticks: Iterator[tuple[datetime, bool]], time: timedelta) -> datetime:
    """When this much time has been open."""
    for at, is_open in ticks:
        if time <= timedelta(0) and is_open:
            return at
        time -= MINUTE * is_open
        if time == timedelta(0) and is_open:
            return at + MINUTE
    raise AssertionError


def ticked(name: str, start: datetime, end: datetime) -> timedelta:
    """How long a calendar of the cases was open between two instants."""
    minutes = max(0, (end - start) // MINUTE)
    return sum(is_open for _, is_open in islice(ticking(*plain(name), start), minutes)) * MINUTE


@pytest.mark.parametrize(("name", "start", "budget", "due"), cases(DUE, 4))
def test_due(name: str, start: str, budget: str, due: str) -> None:
    """When an agreed length has passed, by hand and by the minute."""
    clock = calendar(name)
    begin, time = when(start, clock.zone), length(budget, clock)

    assert clock.after(begin, time) == when(due, clock.zone)
    assert counted(ticking(*plain(name), begin), time) == when(due, clock.zone)
    assert clock.passed(begin, clock.after(begin, time)) == time


@pytest.mark.parametrize(("name", "start", "end", "time"), cases(PASSED, 4))
def test_passed(name: str, start: str, end: str, time: str) -> None:
    """How much agreed time lies between two instants, by hand and by the minute."""
    clock = calendar(name)
    begin, stop = when(start, clock.zone), when(end, clock.zone)

    assert clock.passed(begin, stop) == length(time, clock)
    if stop - begin < timedelta(days=40):  # a year by the minute takes too long
        assert ticked(name, begin, stop) == length(time, clock)


@pytest.mark.parametrize(("name", "start", "paused", "resumed", "budget", "due"), cases(PAUSED, 6))
def test_paused(name: str, start: str, paused: str, resumed: str, budget: str, due: str) -> None:
    """What was used before a pause stays used, whatever lies in between."""
    clock = calendar(name)
    begin, stop, again = (when(text, clock.zone) for text in (start, paused, resumed))
    left = max(length(budget, clock) - clock.passed(begin, stop), timedelta(0))

    assert clock.after(again, left) == when(due, clock.zone)
    assert clock.passed(begin, stop) == ticked(name, begin, stop)
    assert counted(ticking(*plain(name), again), left) == when(due, clock.zone)


@pytest.mark.parametrize(
    ("name", "start", "paused", "resumed", "before", "due_before", "then", "runs", "due"), cases(CHANGED, 9)
)
def test_changed(
    name: str,
    start: str,
    paused: str,
    resumed: str,
    before: str,
    due_before: str,
    then: str,
    runs: str,
    due: str,
) -> None:
    """A severity changed during a pause: another length, perhaps another clock, what was used is kept."""
    clock = calendar(name)
    begin, stop, again = (when(text, clock.zone) for text in (start, paused, resumed))
    left = max(length(then, clock) - clock.passed(begin, stop), timedelta(0))
    runs_on: Clock = AlwaysOpen() if runs == "always" else clock

    assert clock.after(begin, length(before, clock)) == when(due_before, clock.zone)
    assert runs_on.after(again, left) == when(due, clock.zone)


@pytest.mark.parametrize(("zone", "naive", "at"), cases(WALL, 3))
def test_wall(zone: str, naive: str, at: str) -> None:
    """A time on the wall: skipped it is the change, twice it is the first."""
    found = from_wall(datetime.fromisoformat(naive), zone)

    assert found == datetime.fromisoformat(at)
    assert wall_time(found, zone) >= datetime.fromisoformat(naive)


def test_there_are_enough_cases() -> None:
    """The corpus the procedure promises, each answer written once and by hand."""
    rows = [row for table in (DUE, PASSED, PAUSED, CHANGED, WALL) for row in lines(table)]

    assert len(rows) > 300
    assert len(set(rows)) == len(rows)


MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def test_opens_and_closes() -> None:
    """The next opening, the end of a stretch that two windows share, and an instant at the edge."""
    london, joined = calendar("london"), calendar("london joined")
    friday = datetime(2026, 12, 24, 17, 30, tzinfo=UTC)

    assert london.opens(MONDAY) == MONDAY + 9 * HOUR
    assert london.opens(MONDAY + 10 * HOUR) == MONDAY + 10 * HOUR
    assert london.after(MONDAY + 10 * HOUR, -HOUR) == MONDAY + 10 * HOUR
    assert london.opens(friday) == datetime(2026, 12, 29, 9, tzinfo=UTC)
    assert london.closes(MONDAY) == MONDAY
    assert london.closes(MONDAY + 9 * HOUR) == MONDAY + 17.5 * HOUR
    assert not london.is_open(friday)
    assert london.is_open(friday - timedelta(microseconds=1))
    assert joined.closes(MONDAY + 21 * HOUR) == MONDAY + 34 * HOUR
    assert calendar("london 24x5").closes(MONDAY) == MONDAY + 120 * HOUR


def test_spans_are_merged() -> None:
    """Stretches that touch are one; the ends are cut off where they were asked for."""
    joined, always = calendar("london joined"), calendar("london 24x7")

    assert joined.spans(MONDAY + 10 * HOUR, MONDAY + 30 * HOUR) == (
        Span(MONDAY + 10 * HOUR, MONDAY + 12 * HOUR),
        Span(MONDAY + 20 * HOUR, MONDAY + 30 * HOUR),
    )
    assert always.spans(MONDAY, MONDAY + 1000 * HOUR) == (Span(MONDAY, MONDAY + 1000 * HOUR),)
    assert joined.spans(MONDAY, MONDAY) == joined.spans(MONDAY + 11 * HOUR, MONDAY + 10 * HOUR) == ()
    assert AlwaysOpen().spans(MONDAY, MONDAY + HOUR) == ()


def test_a_week_without_a_closed_hour_never_closes() -> None:
    """There is no such moment, so there is none to give."""
    assert calendar("london 24x7").closes(MONDAY) is None


def test_closed_for_ever_is_said_and_not_waited_for() -> None:
    """Special days can leave nothing open; the windows of the week alone can't."""
    never = {MONDAY.date() + timedelta(days=day): () for day in range(500)}
    clock = OpenHours("UTC", (((540, 1020),), *((),) * 6), never)

    with pytest.raises(ValueError, match="no working hour in 400 days after 2026-11-23T10:00:00Z"):
        clock.after(MONDAY + 10 * HOUR, HOUR)
    with pytest.raises(ValueError, match="open some of them"):
        clock.opens(MONDAY)
    assert clock.closes(MONDAY) == MONDAY
    assert clock.passed(MONDAY, MONDAY + timedelta(days=400)) == timedelta(0)
    with pytest.raises(ValueError, match="no working day at all"):
        OpenHours("UTC", ((),) * 7)


def test_a_long_absence_can_be_meant() -> None:
    """A year of leave is waited for."""
    away = {MONDAY.date() + timedelta(days=day): () for day in range(365)}
    clock = OpenHours("UTC", (((540, 1020),),) * 7, away)

    assert clock.after(MONDAY, HOUR) == MONDAY + timedelta(days=365, hours=10)
    assert clock.opens(MONDAY - 7 * HOUR) == MONDAY + timedelta(days=365, hours=9)


def test_a_long_time_is_counted_over_many_short_weeks() -> None:
    """What is too long to be closed is not too long to wait: an hour a week, a year's budget."""
    clock = OpenHours("UTC", (((540, 600),), *((),) * 6))

    assert clock.after(MONDAY, 366 * HOUR) == MONDAY + timedelta(weeks=365, hours=10)


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("london", 8.5),
        ("stockholm", 8),
        ("kathmandu", 7),
        ("lord howe", 8),
        ("london nights", 8),
        ("london half days", 8),
        ("london joined", 11),
        ("london 24x7", 24),
        ("london sundays", 24),
    ],
)
def test_a_business_day_is_the_ordinary_days_working_time(name: str, hours: float) -> None:
    """The commonest in the week, and the longest of those that are equally common."""
    clock = calendar(name)

    assert clock.length(Duration.parse("1 business day")) == timedelta(hours=hours)
    assert clock.length(Duration.parse("3 business days")) == 3 * timedelta(hours=hours)
    assert clock.length(Duration.parse("90 minutes")) == 1.5 * HOUR
    assert (
        AlwaysOpen(60, clock.business_day).length(Duration.parse("2 business days")) == 2 * clock.business_day
    )


def test_one_late_evening_is_not_the_ordinary_day() -> None:
    """And the hours that the night before already covers are not counted twice."""
    office, late, none = ((540, 1020),), ((540, 1260),), ()
    night, early, short = ((1320, 1800),), ((240, 720),), ((540, 900),)

    assert OpenHours("UTC", (office, office, office, late, office, none, none)).business_day == 8 * HOUR
    assert OpenHours("UTC", (night, early, short, none, none, none, none)).business_day == 6 * HOUR


def test_equal_calendars_are_equal_whatever_they_were_asked() -> None:
    """What was worked out on the way is no part of a calendar."""
    one, other = OpenHours("UTC", (((540, 1020),),) * 7), OpenHours("UTC", (((540, 1020),),) * 7)
    one.after(MONDAY, 100 * HOUR)

    assert one == other
    assert hash(one) == hash(other)
    assert one != OpenHours("UTC", one.week, {MONDAY.date(): ()})


# What a person writes


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("09:00-17:30", "09:00-17:30"),
        ("09:00-12:00, 12:00-17:00", "09:00-12:00, 12:00-17:00"),
        ("9-17", "09:00-17:00"),
        ("9:00 – 17:30", "09:00-17:30"),
        ("9.30—17", "09:30-17:00"),
        ("9 to 17", "09:00-17:00"),
        ("22:00-06:00", "22:00-06:00"),
        ("00:00-00:00", "00:00-24:00"),
        ("00:00-24:00", "00:00-24:00"),
        ("18:00-00:00", "18:00-24:00"),
        ("18-24", "18:00-24:00"),
        ("13:00-17:00, 9-12", "09:00-12:00, 13:00-17:00"),
        (["13-17", "09:00-12:00"], "09:00-12:00, 13:00-17:00"),
        (["09-10, 11-12", "13-14"], "09:00-10:00, 11:00-12:00, 13:00-14:00"),
        ("Closed", "closed"),
        ([], "closed"),
    ],
)
def test_windows_are_read_as_people_write_them(text: object, windows: str) -> None:
    """Short hours, dashes of any length, several in a line or a list; and written back in one form."""
    found = Windows.parse(text)

    assert str(found) == windows
    assert Windows.parse(windows) == found


def test_a_window_over_midnight_belongs_to_the_day_it_begins() -> None:
    """It ends after that day's last minute."""
    assert Window.parse("22:00-06:00") == (1320, 1800)
    assert Window.parse("00:00-00:00") == (0, 1440)


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ({}, 'no working day at all: write at least one, such as weekdays: "09:00-17:30"'),
        ({"weekdays": "closed"}, "no working day at all"),
        (
            {"weekdays": "09:00-09:00"},
            'begins and ends at the same time: for the whole day write "00:00-24:00"',
        ),
        ({"monday": "24:00-06:00"}, "begins at 24:00: write 00:00 on the next day"),
        ({"monday": "24:00-24:00"}, "begins at 24:00"),
        ({"monday": "09:00-25:00"}, "a time of day that there is not"),
        ({"monday": "09:60-10:00"}, "a time of day that there is not"),
        ({"monday": "09:00-24:30"}, "a time of day that there is not"),
        ({"monday": "9am-5pm"}, 'write when it begins and ends, such as "09:00-17:30"'),
        ({"monday": ""}, "write when it begins and ends"),
        ({"monday": "09:00"}, "write when it begins and ends"),
        ({"monday": ["09-10", ["11-12"]]}, "write when it begins and ends"),
        ({"monday": {"from": "9"}}, "write when it begins and ends"),
        ({"monday": "09:00-12:00, 11:00-13:00"}, "09:00-12:00 and 11:00-13:00 overlap: write each hour once"),
        ({"monday": ["22:00-06:00", "21-23"]}, "21:00-23:00 and 22:00-06:00 overlap"),
        ({"monday": "00:00-24:00, 10-11"}, "00:00-24:00 and 10:00-11:00 overlap"),
    ],
)
def test_hours_that_cant_be_meant_are_refused(hours: object, says: str) -> None:
    """What is wrong, and what to write instead."""
    with pytest.raises(ValidationError, match=re.escape(says)):
        Hours.model_validate(hours)


def test_weekdays_stand_for_the_days_that_are_left_out() -> None:
    """A day of its own wins, closed too; the weekend is never meant."""
    hours = Hours.model_validate(
        {"weekdays": "9-17", "friday": "9-13", "wednesday": "closed", "sunday": "10-12"}
    )

    assert [str(day) for day in hours.week] == [
        "09:00-17:00",
        "09:00-17:00",
        "closed",
        "09:00-17:00",
        "09:00-13:00",
        "closed",
        "10:00-12:00",
    ]
    assert Hours.model_validate(hours.model_dump(exclude_none=True)) == hours


def test_windows_in_the_editors_schema() -> None:
    """The pattern takes what the reader takes, and nothing that is no window at all."""
    text = Hours.model_json_schema()["properties"]["monday"]["anyOf"][0]

    for fine in ("09:00-17:30", "9-17", "9:00 – 17:30", "09:00-12:00, 13:00-17:00", "closed"):
        assert re.search(text["pattern"], fine), fine
    for wrong in ("nine to five", "09:00", "09:00-17:30,", "9am-5pm"):
        assert not re.search(text["pattern"], wrong), wrong


def test_a_files_own_day_wins_over_the_countrys() -> None:
    """A public holiday can be worked, in whole or in part; a day with nothing written is closed."""
    hours = Hours.model_validate({"weekdays": "09:00-17:00"})
    own = Holidays.model_validate(
        {"country": "GB", "also": {"2026-12-25": "10:00-11:00", "2026-12-24": None, "2026-12-29": "closed"}}
    )
    clock = opening_hours("Europe/London", hours, own, dates("GB", "ENG", [2026]))
    christmas = datetime(2026, 12, 25, tzinfo=UTC)

    assert clock.spans(christmas - 24 * HOUR, christmas + timedelta(days=6)) == (
        Span(christmas + 10 * HOUR, christmas + 11 * HOUR),
        Span(christmas + timedelta(days=5, hours=9), christmas + timedelta(days=5, hours=17)),
    )
    with pytest.raises(ValidationError, match="without its country"):
        Holidays.model_validate({"region": "ENG"})


# Holidays of countries


@pytest.mark.parametrize(
    ("country", "region", "day"),
    [
        ("GB", "ENG", date(2026, 12, 28)),
        ("GB", "ENG", date(2027, 12, 27)),
        ("GB", "ENG", date(2027, 12, 28)),
        ("GB", "ENG", date(2028, 1, 3)),
        ("GB", "SCT", date(2028, 1, 4)),
        ("gb", "Scotland", date(2026, 11, 30)),
        ("US", "", date(2026, 7, 3)),
        ("US", "", date(2027, 12, 31)),  # New Year's Day 2028
        ("DE", "BY", date(2026, 1, 6)),
        ("AU", "SA", date(2026, 10, 5)),
    ],
)
def test_holidays_are_the_days_off(country: str, region: str, day: date) -> None:
    """Those that are moved to another day are there on that day, even into another year."""
    assert day in dates(country, region, [day.year])


def test_holidays_are_those_of_the_years_asked_for() -> None:
    """And of the part of the country; without a country there are none."""
    assert {day.year for day in dates("US", "", [2028])} == {2028}
    assert date(2026, 11, 30) not in dates("GB", "ENG", [2026])
    assert dates("", "", [2026]) == frozenset()
    with pytest.raises(ValueError, match="no country whose holidays are known"):
        dates("XX", "", [2026])


@pytest.mark.parametrize(
    ("country", "region", "says"),
    [
        ("GB", "ENG", ""),
        ("gb", "wales", ""),
        ("DE", "augsburg", ""),
        ("USA", "", ""),
        ("", "", ""),
        ("United Kingdom", "", "write GB (United Kingdom)"),
        ("Sweeden", "", "write SE (Sweden)"),
        ("XX", "", "write its code of two letters, such as GB, SE or US"),
        ("GB", "London", "'London' is no region of GB: write one of ENG, NIR, SCT, WLS, or leave region out"),
        ("SE", "AB", "leave region out"),
        ("", "ENG", "needs its country"),
    ],
)
def test_an_unknown_country_says_what_to_write(country: str, region: str, says: str) -> None:
    """Its name instead of its code, a slip, a region that is a town."""
    found = known_country(country, region)

    assert says in found
    assert bool(says) == bool(found)


CHINA = Hours.model_validate({"weekdays": "09:00-18:00", "friday": "09:00-17:00"})
SPRING_FESTIVAL = [  # 2026: 15 to 23 February off, and the Saturdays before and after it worked
    ("2026-02-13", "09:00-17:00"),
    ("2026-02-14", "09:00-18:00"),
    ("2026-02-16", ""),
    ("2026-02-21", ""),
    ("2026-02-23", ""),
    ("2026-02-28", "09:00-18:00"),
    ("2026-03-01", ""),
]


@every("day, works", SPRING_FESTIVAL)
def test_a_day_of_a_weekend_is_worked_for_another_that_is_off(day: str, works: str) -> None:
    """With the hours that most of its days have."""
    clock = opening_hours("Asia/Shanghai", CHINA, None, dates("CN", "", [2026]), worked("CN", "", [2026]))
    midnight = from_wall(datetime.fromisoformat(day), "Asia/Shanghai")
    spans = clock.spans(midnight, midnight + timedelta(days=1))
    wall = [[f"{wall_time(edge, 'Asia/Shanghai'):%H:%M}" for edge in span] for span in spans]
    assert ["-".join(span) for span in wall] == ([works] if works else [])


def test_what_a_client_says_of_a_worked_day_wins() -> None:
    """It has hours on Saturdays anyway, or a day of its own."""
    days = worked("CN", "", [2026])
    saturdays = Hours.model_validate({"weekdays": "09:00-18:00", "saturday": "10:00-12:00"})
    own = Holidays.model_validate({"also": {"2026-02-14": "closed"}})
    assert date(2026, 2, 14) in days
    assert date(2026, 2, 14) not in opening_hours("Asia/Shanghai", saturdays, None, frozenset(), days).special
    assert opening_hours("Asia/Shanghai", CHINA, own, frozenset(), days).special[date(2026, 2, 14)] == ()


@every("country, region", [("GB", ""), ("GB", "ENG"), ("US", ""), ("SE", ""), ("", "")])
def test_no_weekend_is_worked_where_none_is(country: str, region: str) -> None:
    assert worked(country, region, range(2020, 2030)) == frozenset()


def test_what_only_parts_of_a_country_have() -> None:
    found = regional("GB", [2026])
    assert found[date(2026, 8, 31)] == ("ENG", "NIR", "WLS")
    assert found[date(2026, 11, 30)] == ("SCT",)
    assert date(2026, 12, 25) not in found
    assert regional("SE", [2026]) == {}


# What holds for every week, zone and holiday

ZONES = (
    "Europe/London",
    "Europe/Stockholm",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "UTC",
)
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 6, tzinfo=UTC),
    datetime(2026, 11, 1, 5, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
)


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """A day's windows, in quarters of an hour: none, one, two, one over midnight, or all of it."""
    cuts = sorted(draw(st.lists(st.integers(0, 95), min_size=0, max_size=4, unique=True)))
    windows = [(15 * a, 15 * b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    if len(cuts) % 2:
        begin = 15 * cuts[-1]
        windows.append((begin, begin + 15 * draw(st.integers(1, 96 - (cuts[-1] > 0)))))
    return tuple(windows)


@st.composite
def calendars(draw: st.DrawFn) -> OpenHours:
    """Any week with a window in any zone, with days that differ."""
    week = draw(st.tuples(*[days()] * 7).filter(any))
    near = st.sampled_from(CHANGES).flatmap(
        lambda change: st.integers(-5, 5).map(lambda day: change.date() + timedelta(days=day))
    )
    return OpenHours(draw(st.sampled_from(ZONES)), week, draw(st.dictionaries(near, days(), max_size=4)))


instants = st.builds(
    lambda change, seconds: change + timedelta(seconds=seconds),
    st.sampled_from(CHANGES),
    st.integers(-3 * 86400, 3 * 86400),
)
times = st.integers(0, 60 * 3600).map(lambda seconds: timedelta(seconds=seconds))
some_time = times.map(lambda time: time + timedelta(seconds=1))
often = examples(50)


@often
@given(calendars(), instants, instants, times, times)
def test_never_earlier_for_starting_later_or_lasting_longer(
    clock: OpenHours, one: datetime, other: datetime, time: timedelta, more: timedelta
) -> None:
    """Monotone in both."""
    first, second = sorted((one, other))

    assert first <= clock.after(first, time) <= clock.after(second, time) <= clock.after(second, time + more)


@often
@given(calendars(), instants, times, some_time)
def test_time_can_be_counted_in_parts(
    clock: OpenHours, start: datetime, time: timedelta, more: timedelta
) -> None:
    """Some time after some time is both together."""
    assert clock.after(clock.after(start, time), more) == clock.after(start, time + more)


@often
@given(calendars(), st.tuples(instants, instants, instants))
def test_what_passed_adds_up(clock: OpenHours, three: tuple[datetime, ...]) -> None:
    """Over two intervals side by side; and it is what the stretches between add up to."""
    a, b, c = sorted(three)

    assert clock.passed(a, b) + clock.passed(b, c) == clock.passed(a, c)
    assert sum((end - begin for begin, end in clock.spans(a, c)), timedelta(0)) == clock.passed(a, c)
    assert clock.passed(c, a) == timedelta(0)


@often
@given(calendars(), instants, times)
def test_what_passed_until_it_is_due_is_what_was_agreed(
    clock: OpenHours, start: datetime, time: timedelta
) -> None:
    """The two questions are each other's inverse."""
    assert clock.passed(start, clock.after(start, time)) == time


@often
@given(calendars(), instants, some_time)
def test_nothing_is_due_in_closed_hours(clock: OpenHours, start: datetime, time: timedelta) -> None:
    """Due within a stretch or as it ends; with no time at all, when it is open."""
    due = clock.after(start, time)
    moment = timedelta(seconds=1)

    assert clock.passed(due - moment, due) == moment
    assert clock.is_open(due - moment)
    assert clock.is_open(clock.after(start, timedelta(0)))


@often
@given(calendars(), instants)
def test_open_means_within_a_stretch(clock: OpenHours, at: datetime) -> None:
    """Whether it is open, when it opens and when it closes tell the same story as the stretches."""
    spans = clock.spans(at - timedelta(days=9), at + timedelta(days=40))
    here = next((span for span in spans if span.begin <= at < span.end), None)

    assert clock.is_open(at) == (here is not None)
    assert (clock.opens(at) == at) == clock.is_open(at)
    assert clock.is_open(clock.opens(at))
    if here != spans[-1]:
        assert clock.closes(at) == (here.end if here else at)
    assert all(one.end < other.begin for one, other in pairwise(spans))
    assert all(span.begin < span.end for span in spans)


@often
@given(calendars(), instants, times, st.integers(-4, 12))
def test_a_holiday_makes_nothing_due_sooner(
    clock: OpenHours, start: datetime, time: timedelta, day: int
) -> None:
    """Excluding a day never takes time away from anybody."""
    closed = start.date() + timedelta(days=day)
    with_holiday = OpenHours(clock.zone, clock.week, {**clock.special, closed: ()})

    assert with_holiday.after(start, time) >= clock.after(start, time)
    assert with_holiday.length(Duration(business_days=1)) == clock.length(Duration(business_days=1))


@examples(25)
@given(calendars(), instants)
def test_any_week_is_open_when_the_clock_on_the_wall_says_so(clock: OpenHours, start: datetime) -> None:
    """Minute by minute over a day and a half around a change."""
    start = start.replace(second=0)
    special = {day: list(windows) for day, windows in clock.special.items()}
    ticks = ticking(clock.zone, [list(day) for day in clock.week], special, start)
    spans = clock.spans(start, start + 36 * HOUR)

    for _ in range(36 * 60):
        at, is_open = next(ticks)
        assert is_open == any(begin <= at < end for begin, end in spans), at


@examples(150)
@given(st.sampled_from(ZONES), instants)
def test_a_time_on_the_wall_is_the_first_instant_that_shows_it(zone: str, at: datetime) -> None:
    """There and back: the same instant, or the first of the two that look alike."""
    found = from_wall(wall_time(at, zone), zone)

    assert found <= at
    assert wall_time(found, zone) == wall_time(at, zone)


@examples(150)
@given(st.sampled_from(ZONES), instants, st.integers(0, 3 * 3600 * 10**6))
def test_later_on_the_wall_is_never_earlier(zone: str, at: datetime, microseconds: int) -> None:
    """Skipped hours and those that come twice keep their order."""
    naive = at.replace(tzinfo=None)

    assert from_wall(naive, zone) <= from_wall(naive + timedelta(microseconds=microseconds), zone)
