"""Calendars as people export them: whoever subscribes to one can't mend it, so what can be read is read, and
what can put nobody on call does not matter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure.book.almanac import RotaCalendar
from runtime import ical
from runtime.ical import CalendarError, Names
from runtime.ical.text import read as read_text
from runtime.ical.zones import Zones, instant_of
from tests.tables import every
from tests.test_ical import LONDON, PEOPLE, WEEK, calendar, event, person, read, utc
from tests.tries import examples

THAT_WEEK = ["11-02 09:00 to 11-09 09:00 bo"]


def reading(content: bytes) -> RotaCalendar:
    return ical.read(content, LONDON, Names(PEOPLE), utc("2026-10-15"), utc("2027-01-10"))


def refused(content: bytes) -> str:
    with pytest.raises(CalendarError) as error:
        read(content)
    return str(error.value)


# Zones: of places, of the calendar's own, and offsets.


def observance(kind: str, start: str, before: str, after: str, *more: str) -> str:
    lines = (f"DTSTART:{start}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", *more)
    return "\r\n".join((f"BEGIN:{kind}", *lines, f"END:{kind}"))


def definition(name: str, *parts: str) -> str:
    return "\r\n".join(("BEGIN:VTIMEZONE", f"TZID:{name}", *parts, "END:VTIMEZONE"))


AUTUMN, SPRING = "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"
WINTER = observance("STANDARD", "16011028T030000", "+0200", "+0100", AUTUMN)
SUMMER = observance("DAYLIGHT", "16010325T020000", "+0100", "+0200", SPRING)
EAST = observance("STANDARD", "19700101T000000", "+0500", "+0500")
HALF_AN_HOUR = observance("STANDARD", "19700101T000000", "+0530", "+0530")


def office(*parts: str) -> str:
    return definition("Office", *parts)


AT = {
    # the zone's name as it stands in DTSTART, what is said of zones before: when it is nine there, in UTC
    "a name of Windows": ("GMT Standard Time", "", "07-01 08:00"),
    "a name of a vendor": ("/mozilla.org/20070129_1/Europe/London", "", "07-01 08:00"),
    "another vendor's": ("/freeassociation.sourceforge.net/Europe/London", "", "07-01 08:00"),
    "quoted": ('"Europe/London"', "", "07-01 08:00"),
    "a slash before it": ("/Europe/London", "", "07-01 08:00"),
    "small letters": ("europe/london", "", "07-01 08:00"),
    "a blank in it": ("America/New York", "", "07-01 13:00"),
    "a short one": ("EST5EDT", "", "07-01 13:00"),
    "an offset": ("GMT+0100", "", "07-01 08:00"),
    "an offset with a colon that nobody quoted": ("GMT+01:00", "", "07-01 08:00"),
    "an offset by half an hour": ('"UTC-03:30"', "", "07-01 12:30"),
    "an offset that is defined": (
        "GMT+0100", definition("GMT+0100", EAST.replace("T000000", "")), "07-01 04:00"),
    "the calendar's own": (
        "Customized Time Zone", definition("Customized Time Zone", WINTER, SUMMER), "07-01 07:00"),
    "with a number of Outlook's": (
        "W. Europe Standard Time 1", definition("W. Europe Standard Time 1", WINTER, SUMMER), "07-01 07:00"),
    "shown to people": (
        '"(UTC+01:00) Bern, Rome"', definition("(UTC+01:00) Bern, Rome", EAST), "07-01 04:00"),
    "the same, escaped": (
        '"(UTC+01:00) Bern, Rome"', definition("(UTC+01:00) Bern\\, Rome", EAST), "07-01 04:00"),
    "the same, not quoted": (
        "(UTC+01:00) Bern, Rome", definition("(UTC+01:00) Bern, Rome", EAST), "07-01 04:00"),
    "of Exchange": ("tzone://Microsoft/Custom", definition("tzone://Microsoft/Custom", EAST), "07-01 04:00"),
    "by half an hour": ("Office", office(HALF_AN_HOUR), "07-01 03:30"),
    "one of two": ("Office", definition("Home", WINTER, SUMMER) + "\r\n" + office(EAST), "07-01 04:00"),
    "twice the same": ("Office", office(EAST) + "\r\n" + office(EAST), "07-01 04:00"),
    "twice, and different only long ago": (
        "Office",
        office(EAST) + "\r\n" + office(WINTER.replace(AUTUMN, "X:"), EAST.replace("1970", "2001")),
        "07-01 04:00"),
    "rules that have ended": (
        "Office",
        office(WINTER.replace(AUTUMN, f"{AUTUMN};UNTIL=20201025T010000Z"),
               SUMMER.replace(SPRING, f"{SPRING};UNTIL=20210328T010000Z")),
        "07-01 07:00"),
    "a rule that was counted": (
        "Office",
        office(WINTER.replace("1601", "2001").replace(AUTUMN, f"{AUTUMN};COUNT=20"),
               SUMMER.replace("1601", "2001").replace(SPRING, f"{SPRING};COUNT=20")),
        "07-01 08:00"),
    "a part that has not begun": (
        "Office", office(observance("STANDARD", "20300101T000000", "+0500", "+0600")), "07-01 04:00"),
    "changes by their dates": (
        "Office",
        office(EAST, observance("DAYLIGHT", "19800101T000000", "+0500", "+0600", "RDATE:20260601,20270601")),
        "07-01 03:00"),
    "where it is": ("Head office", definition("Head office", "X-LIC-LOCATION:Asia/Kolkata"), "07-01 03:30"),
    "a place, defined wrongly": ("Europe/London", definition("Europe/London", EAST), "07-01 08:00"),
    "no place, and defined": ("EST", definition("EST", EAST), "07-01 04:00"),
}  # fmt: skip


@every("zone, head, at", AT)
def test_a_zone_is_that_of_its_place_or_as_the_calendar_defines_it(zone: str, head: str, at: str) -> None:
    own = event(f"DTSTART;TZID={zone}:20260701T090000", "DURATION:PT1H")
    (shift,) = read(calendar(own, head=head or "VERSION:2.0"), "2026-07-01")
    assert shift.startswith(f"{at} to ")


@every(
    "zone, head, says",
    {
        "unknown": (
            "Customized Time Zone",
            "",
            "there is no time zone 'Customized Time Zone': use a name such",
        ),
        "shown to people": ('"(UTC+01:00) Sarajevo"', "", "there is no time zone '(UTC+01:00) Sarajevo'"),
        "where this machine is": ("localtime", "", "there is no time zone 'localtime'"),
        "an offset that may be either way": ("GMT+1", "", "there is no time zone 'GMT+1'"),
        "defined twice": (
            "Office",
            definition("Office", EAST) + "\r\n" + definition("Office", HALF_AN_HOUR),
            "the calendar defines the time zone 'Office' twice, and differently",
        ),
        "defined as nothing": ("Office", definition("Office"), "as the time zone 'Office' can't be read"),
        "an offset without a sign": (
            "Office",
            definition("Office", EAST.replace("+", "")),
            "no offset from UTC",
        ),
        "no offset": (
            "Office",
            definition("Office", EAST.replace("TZOFFSETTO", "X")),
            "not have one TZOFFSETTO",
        ),
        "no beginning": (
            "Office",
            definition("Office", EAST.replace("19700101", "19701301")),
            "can't be read",
        ),
        "by the second": (
            "Office",
            definition("Office", SUMMER.replace("YEARLY", "SECONDLY")),
            "can't be read (its rule is finer than daily",
        ),
        "too long": ("Office", definition("Office", *[EAST] * 200), "it says nothing, or too much"),
        "too much": (
            "Office",
            definition("Office", *[EAST.replace("END", "RRULE:FREQ=DAILY;COUNT=90000\r\nEND")] * 9),
            "can't be read",
        ),
        "not text": (
            "Office",
            definition("Office", EAST.replace("1970", "19\x0070")),
            "holds signs that are no",
        ),
    },
)
def test_a_zone_that_says_nothing_or_two_things_is_refused_by_its_event(
    zone: str, head: str, says: str
) -> None:
    own = event(f"DTSTART;TZID={zone}:20261102T090000", "DURATION:PT1H")
    told = refused(calendar(own, head=head or "VERSION:2.0"))
    assert told.startswith("the event 'Bo Lind' of 2026-11-02")
    assert says in told


def test_what_no_event_needs_may_be_defined_in_any_way() -> None:
    head = definition("Office", EAST.replace("+", "")) + "\r\n" + definition("Home")
    assert read(calendar(event(*WEEK), head=head)) == THAT_WEEK


def test_a_definition_of_a_zone_in_one_calendar_says_nothing_in_another() -> None:
    """icalendar would keep it for the whole process."""
    own = event("DTSTART;TZID=Corporate:20261102T090000", "DURATION:PT1H")
    assert read(calendar(own, head=definition("Corporate", EAST))) == ["11-02 04:00 to 11-02 05:00 bo"]
    assert read(calendar(own, head=definition("Corporate", HALF_AN_HOUR))) == [
        "11-02 03:30 to 11-02 04:30 bo"
    ]
    assert "there is no time zone 'Corporate'" in refused(calendar(own))


def changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The instants at which clocks there are changed, to the second."""
    while begin < end:
        after = begin + timedelta(days=1)
        if begin.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            early, late = begin, after
            while late - early > timedelta(seconds=1):
                middle = early + (late - early) // timedelta(seconds=2) * timedelta(seconds=1)
                same = middle.astimezone(zone).utcoffset() == early.astimezone(zone).utcoffset()
                early, late = (middle, late) if same else (early, middle)
            yield late
        begin = after


def offset(zone: ZoneInfo, at: datetime) -> tuple[timedelta, str]:
    length = at.astimezone(zone).utcoffset() or timedelta(0)
    minutes = abs(length) // timedelta(minutes=1)
    return length, f"{'-' if length < timedelta(0) else '+'}{minutes // 60:02}{minutes % 60:02}"


def written_out(zone: ZoneInfo, begin: datetime, end: datetime) -> str:
    """A zone as a calendar may define it: each change of its clocks by its date."""
    _, first = offset(zone, begin)
    parts = [observance("STANDARD", f"{begin:%Y%m%dT%H%M%S}", first, first)]
    for at in changes(zone, begin, end):
        length, before = offset(zone, at - timedelta(seconds=1))
        parts.append(observance("DAYLIGHT", f"{at + length:%Y%m%dT%H%M%S}", before, offset(zone, at)[1]))
    return definition("Ours", *parts)


IN_A_YEAR = st.datetimes(datetime.fromisoformat("2026-10-01"), datetime.fromisoformat("2027-10-01"))


@examples(100)
@given(st.sampled_from(sorted(available_timezones() - {"localtime"})), st.lists(IN_A_YEAR, max_size=9))
def test_a_zone_that_is_written_out_gives_the_same_instants_as_the_zone(
    name: str, walls: list[datetime]
) -> None:
    """Also for what a clock on the wall shows twice, or never."""
    zone, begin, end = ZoneInfo(name), utc("2026-01-01"), utc("2028-01-01")
    zones = Zones(date(2026, 10, 1), date(2027, 11, 1))
    read_text(calendar(head=written_out(zone, begin, end)), zones)
    ours = zones.named("Ours")
    edges = [at.astimezone(zone).replace(tzinfo=None) for at in changes(zone, begin, end)]
    around = [edge + timedelta(minutes=minutes) for edge in edges for minutes in (-90, -30, 0, 30, 90)]
    for wall in (*walls, *around):
        assert instant_of(wall.replace(tzinfo=ours), UTC) == instant_of(wall.replace(tzinfo=zone), UTC)


# Days and times without a zone are where the calendar is, if it says so.


@every(
    "lines, head, shifts",
    {
        "a floating time": (
            ["DTSTART:20261102T090000", "DTEND:20261102T100000"],
            "X-WR-TIMEZONE:America/New_York",
            ["11-02 14:00 to 11-02 15:00 bo"],
        ),
        "a floating series": (
            ["DTSTART:20261102T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261103"],
            "X-WR-TIMEZONE:America/New_York",
            ["11-02 14:00 to 11-02 15:00 bo", "11-04 14:00 to 11-04 15:00 bo"],
        ),
        "a day": (
            ["DTSTART:20261102"],
            "X-WR-TIMEZONE:Office\r\n" + office(EAST),
            ["11-01 19:00 to 11-02 19:00 bo"],
        ),
        "a time that has its own": (WEEK, "X-WR-TIMEZONE:Atlantis", THAT_WEEK),
    },
)  # fmt: skip
def test_what_has_no_zone_is_where_the_calendar_is(lines: list[str], head: str, shifts: list[str]) -> None:
    assert read(calendar(event(*lines), head=head)) == shifts


def test_a_calendar_that_is_nowhere_is_refused_by_what_needs_its_place() -> None:
    for line in ("DTSTART:20261102", "DTSTART:20261102T090000"):
        told = refused(calendar(event(line), head="X-WR-TIMEZONE:Atlantis"))
        assert told.startswith("the event 'Bo Lind' of 2026-11-02")
        assert "there is no time zone 'Atlantis'" in told


def test_an_end_that_floats_behind_a_beginning_that_does_not_is_refused() -> None:
    content = calendar(event(WEEK[0], "DTEND:20261109T090000"), head="X-WR-TIMEZONE:Europe/London")
    assert "DTEND 20261109T090000 has no time zone" in refused(content)


# What can put nobody on call.

THEN = ("DTSTART:20190102T090000Z", "DURATION:PT1H")
FLOATING = ("DTSTART:20190102T090000", "DURATION:PT1H")
LEFT_OUT = {
    "no length": (["DTSTART:20261102T090000Z", "DTEND:20261102T090000Z"], "it lasts no time"),
    "no end at all": (["DTSTART:20261102T090000Z"], "it lasts no time"),
    "no length, each day": (["DTSTART:20261102T090000Z", "RRULE:FREQ=DAILY"], "it lasts no time"),
    "floating": (FLOATING, "has no time zone"),
    "floating, far ahead": (["DTSTART:20290102T090000", "DTEND:20290103T090000"], "has no time zone"),
    "floating, until": ([*FLOATING, "RRULE:FREQ=DAILY;UNTIL=20190301"], "has no time zone"),
    "floating, counted": ([*FLOATING, "RRULE:FREQ=DAILY;COUNT=9"], "has no time zone"),
    "floating, with dates": ([*FLOATING, "RDATE:20190601T090000"], "has no time zone"),
    "a zone of nobody's": (["DTSTART;TZID=Atlantis:20190102T090000"], "no time zone 'Atlantis'"),
    "by the hour, ended": ([*THEN, "RRULE:FREQ=HOURLY;UNTIL=20190301"], "HOURLY"),
    "by the hour, far ahead": (
        ["DTSTART:20290102T090000Z", "DURATION:PT1H", "RRULE:FREQ=HOURLY"], "HOURLY"),
    "two rules": ([*THEN, "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2"], "RRULE twice"),
    "an end before its beginning": (["DTSTART:20190102", "DTEND:20190101"], "it ends before it begins"),
    "a day that ends with a time": (["DTSTART:20190102", "DTEND:20190103T090000Z"], "both alike"),
    "long ago": (["DTSTART:15010101T000000Z", "DTEND:15010102T000000Z"], "its year 1501 can't be meant"),
    "in the year 1": (["DTSTART:00010101T000000Z"], "its year 1 can't be meant"),
    "in the year 9999": (["DTSTART:99991231T000000Z", "DURATION:P1D"], "its year 9999 can't be meant"),
    "a place that is no text": ([*THEN, "ATTENDEE:\x00"], "signs that are no text"),
    "several at once": (
        ["RECURRENCE-ID;RANGE=THISANDFUTURE:20190102T090000Z", *THEN], "it changes several occurrences"),
}  # fmt: skip


@every("lines, says", LEFT_OUT)
def test_what_can_put_nobody_on_call_is_left_out_and_counted(lines: list[str], says: str) -> None:
    """It is told with its name, and the calendar is read."""
    found = reading(calendar(event(*lines, uid="2", title="Old"), event(*WEEK)))
    assert [shift.person for shift in found.shifts] == ["bo"]
    assert found.left_out and found.left_out.number == 1
    assert found.left_out.first.startswith("the event 'Old'")
    assert says in found.left_out.first


@every(
    "lines",
    {
        "each year since 1965": ["DTSTART:19651102", "DTEND:19651103", "RRULE:FREQ=YEARLY"],
        "each year since Windows": ["DTSTART:16011102T000000Z", "DURATION:P1D", "RRULE:FREQ=YEARLY"],
        "a day that ends on that day": ["DTSTART;VALUE=DATE:20261102", "DTEND;VALUE=DATE:20261102"],
        "a day that lasts none": ["DTSTART;VALUE=DATE:20261102", "DURATION:PT0S"],
        "its exceptions elsewhere are nowhere": [
            "DTSTART:20261102T000000Z", "DURATION:P1D", "RRULE:FREQ=YEARLY", "EXDATE:20190102T000000"],
        "a day of whole days, with its time": [
            "DTSTART;VALUE=DATE:20261102", "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20261103T000000"],
    },
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(lines: list[str]) -> None:
    found = reading(calendar(event(*lines)))
    assert [str(shift.begin) for shift in found.shifts] == ["2026-11-02 00:00:00+00:00"]
    assert found.shifts[0].end - found.shifts[0].begin == timedelta(days=1)
    assert found.left_out is None


def test_many_old_birthdays_are_no_bomb() -> None:
    lines = ("DTSTART;VALUE=DATE:19120203", "RRULE:FREQ=YEARLY")
    events = [event(*lines, uid=str(number)) for number in range(300)]
    assert read(calendar(*events), end="2027-03-01") == ["02-03 00:00 to 02-04 00:00 bo"]


MATTERS = {
    "floating, for ever": ([*FLOATING, "RRULE:FREQ=WEEKLY"], "has no time zone"),
    "floating, still counted": (
        ["DTSTART:20261002T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=99"], "has no time zone"),
    "long, and not yet over": (["DTSTART:20190102T090000", "DTEND:20261201T090000"], "has no time zone"),
    "a length that can't be read": (["DTSTART:20190102T090000Z", "DURATION:long"], "its duration 'long'"),
    "an end that can't be read": (["DTSTART:20190102T090000Z", "DTEND:later"], "no date that can be read"),
    "an added date": ([*FLOATING, "RDATE:20261110T090000"], "has no time zone"),
    "an added date that lasts": (["DTSTART:20190102T090000", "DURATION:P9W", "RDATE:20260901"], "no time"),
    "an added date with an end of its own": (
        [*THEN, "RDATE:20261103T090000Z/PT3H"], "no date that can be read"),
    "by the hour, for ever": ([*THEN, "RRULE:FREQ=HOURLY"], "HOURLY"),
    "one moved to now": (
        ["DTSTART:20261110T090000", "RECURRENCE-ID:20190102T090000Z"], "has no time zone"),
    "one moved from now": (["DTSTART:20190102T090000", "RECURRENCE-ID:20261110T090000Z"], "has no time zone"),
    "a beginning that is not UTF-8": (["DTSTART;X=\udcf6:20190102T090000Z", "DURATION:PT1H"], "not UTF-8"),
}  # fmt: skip


@every("lines, says", MATTERS)
def test_what_can_matter_and_can_not_be_read_is_refused_by_name(lines: list[str], says: str) -> None:
    content = b"BEGIN:VCALENDAR\n" + event(*lines).encode("utf-8", "surrogateescape") + b"END:VCALENDAR\n"
    told = refused(content)
    assert told.startswith("the event 'Bo Lind'")
    assert says in told


OVER = st.dates(date(1990, 1, 1), date(2019, 1, 1))
ZONED = st.sampled_from(("", ";TZID=Atlantis", ";TZID=Europe/Paris", ';TZID="(UTC+01:00) Nowhere"', ";X=y"))
RULES = ("UNTIL=20200101", "FREQ=DAILY;UNTIL=20200101", "FREQ=WEEKLY;COUNT=5", "FREQ=YEARLY;COUNT=3;BYDAY=MO")
ODD = (
    *("EXRULE:FREQ=DAILY", "STATUS:CANCELLED", "ATTENDEE:x", "SEQUENCE:7", "EXDATE:20180203", "SUMMARY:\x01"),
    *("RDATE:20180203,20190102T090000", "DURATION:PT0S", "RECURRENCE-ID:20180203T000000"),
)


@examples(150)
@given(
    OVER,
    st.integers(-9, 99),
    ZONED,
    ZONED,
    st.sampled_from(RULES),
    st.lists(st.sampled_from(ODD), max_size=3),
    st.booleans(),
)
def test_what_is_over_never_changes_who_is_on_call(
    begin: date, days: int, zone: str, other: str, rule: str, odd: list[str], whole: bool
) -> None:
    time = "" if whole else "T090000"
    lines = [
        f"DTSTART{zone}:{begin:%Y%m%d}{time}",
        f"DTEND{other}:{begin + timedelta(days):%Y%m%d}{time}",
        f"RRULE:{rule}",
        *odd,
    ]
    old = event(*lines, uid="2", title="Zed")
    assert read(calendar(old, event(*WEEK))) == THAT_WEEK


# Series, and occurrences that are otherwise.

NINE = ("DTSTART:20261103T090000Z", "DTEND:20261103T100000Z")
SERIES = {
    "ended before it began": ([*NINE, "RRULE:FREQ=WEEKLY;UNTIL=20261102T000000Z"], []),
    "ended in the hour before": ([*NINE, "RRULE:FREQ=WEEKLY;UNTIL=20261103T085959Z"], []),
    "ended on the day before": ([*NINE, "RRULE:FREQ=DAILY;UNTIL=20261102"], []),
    "ended before it began, on the wall": (
        ["DTSTART;TZID=America/New_York:20261103T090000", "DURATION:PT1H",
         "RRULE:FREQ=DAILY;UNTIL=20261103T085959"], []),
    "whole days": (["DTSTART:20261103", "RRULE:FREQ=DAILY;UNTIL=20261102"], []),
    "ended before it began, and a date is added": (
        [*NINE, "RRULE:FREQ=WEEKLY;UNTIL=20261102T000000Z", "RDATE:20261105T090000Z"], ["11-05 09:00"]),
    "ends as it begins": ([*NINE, "RRULE:FREQ=WEEKLY;UNTIL=20261103T090000Z"], ["11-03 09:00"]),
    "ends on the day on which it begins": ([*NINE, "RRULE:FREQ=WEEKLY;UNTIL=20261103"], ["11-03 09:00"]),
    "a date as an exception": (
        [*NINE, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20261104"], ["11-03 09:00", "11-05 09:00"]),
    "a date as an addition": ([*NINE, "RDATE;VALUE=DATE:20261105"], ["11-03 09:00", "11-05 09:00"]),
    "nothing added": ([*NINE, "RDATE:"], ["11-03 09:00"]),
}  # fmt: skip


@every("lines, begins", SERIES)
def test_a_series_comes_as_its_rule_says(lines: list[str], begins: list[str]) -> None:
    assert [line[:11] for line in read(calendar(event(*lines)))] == begins


DAILY = event(*NINE, "RRULE:FREQ=DAILY;COUNT=3")
MOVED = {
    "as it should": (["RECURRENCE-ID:20261104T090000Z"], True),
    "that repeats the rule": (["RECURRENCE-ID:20261104T090000Z", "RRULE:FREQ=DAILY;COUNT=3"], True),
    "that repeats all": (
        ["RECURRENCE-ID:20261104T090000Z", "RRULE:FREQ=DAILY", "EXDATE:20261103T090000Z",
         "RDATE:20261109T090000Z"], True),
    "by its day": (["RECURRENCE-ID;VALUE=DATE:20261104"], True),
    "in another zone": (["RECURRENCE-ID;TZID=Europe/Paris:20261104T100000"], True),
    "of another series": (["RECURRENCE-ID:20261224T090000Z"], False),
}  # fmt: skip


@every("lines, replaces", MOVED)
def test_one_occurrence_is_otherwise(lines: list[str], replaces: bool) -> None:
    moved = event("DTSTART:20261104T200000Z", "DURATION:PT1H", *lines, title="Dee Aaltonen")
    instead = [] if replaces else ["11-04 09:00 to 11-04 10:00 bo"]
    expected = [
        "11-03 09:00 to 11-03 10:00 bo",
        *instead,
        "11-04 20:00 to 11-04 21:00 dee",
        "11-05 09:00 to 11-05 10:00 bo",
    ]
    for events in ((DAILY, moved), (moved, DAILY)):
        assert read(calendar(*events)) == expected


@every(
    "lines",
    {
        "cancelled": ["STATUS:CANCELLED", "DTSTART:20261104T090000Z", "DURATION:PT1H"],
        "cancelled, wherever it is": ["STATUS:Cancelled", "DTSTART:20261104T090000"],
        "cancelled, without a time": ["STATUS:CANCELLED"],
        "moved far away": ["DTSTART:20290104T090000Z", "DURATION:PT1H"],
        "made to last no time": ["DTSTART:20261104T090000Z", "DTEND:20261104T090000Z"],
    },
)
def test_one_occurrence_is_not_there(lines: list[str]) -> None:
    gone = event("RECURRENCE-ID:20261104T090000Z", *lines)
    assert [line[:11] for line in read(calendar(DAILY, gone))] == ["11-03 09:00", "11-05 09:00"]


def test_what_is_cancelled_needs_not_be_read() -> None:
    cancelled = event("DTSTART:20261104T090000", "STATUS:CANCELLED", uid="2", title="Zed")
    assert read(calendar(cancelled, event(*WEEK))) == THAT_WEEK
    assert read(calendar(event(*WEEK), head="METHOD:CANCEL")) == []
    assert read(calendar(event(*WEEK, "TRANSP:TRANSPARENT"), head="METHOD:PUBLISH")) == THAT_WEEK


def test_of_two_events_with_one_id_the_newer_counts_or_the_one_that_can_matter() -> None:
    older = event("DTSTART:20261103T090000", "DURATION:PT1H", title="Zed")
    newer = event(*WEEK, "SEQUENCE:1")
    over = event("DTSTART:20191103T090000Z", "DURATION:PT1H")
    assert read(calendar(older, newer)) == THAT_WEEK
    assert read(calendar(newer, older)) == THAT_WEEK
    assert read(calendar(over, event(*WEEK))) == THAT_WEEK


# Letters.


@every("form", ("NFC", "NFD"))
def test_a_name_is_the_same_however_its_letters_are_put_together(form: Literal["NFC", "NFD"]) -> None:
    people = PEOPLE | {"jorg": person("Jörg Åström", "Zoë")}
    for said in ("Jörg Åström", "On call: JÖRG ÅSTRÖM", "Zoë's week", "\ufeffJörg\u200b Å\u00adström"):
        assert Names(people)(unicodedata.normalize(form, said)) == "jorg"


def test_a_letter_may_be_folded_in_its_middle_and_lines_may_end_in_any_way() -> None:
    people = {"jorg": person("Jörg Åström")}
    whole = calendar(event(*WEEK, title="Jörg Åström"))
    for content in (
        whole.replace("ö".encode(), b"\xc3\r\n \xb6"),
        b"\xef\xbb\xbf" + whole,
        whole.replace(b"\r\n", b"\n"),
        whole.replace(b"\r\n", b"\r"),
        whole.replace(b"\r\n", b"\r\n\r\n"),
    ):
        found = ical.read(content, LONDON, Names(people), utc("2026-10-15"), utc("2027-01-10"))
        assert [shift.person for shift in found.shifts] == ["jorg"]
