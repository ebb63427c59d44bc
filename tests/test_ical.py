"""Shifts out of iCal calendars: those that real tools export, and those that nobody may trust."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from procedure.book.people import Staff
from procedure.book.rota import Shift
from runtime import ical
from runtime.ical import CalendarError, Names, UnknownPerson
from runtime.ical.rules import RecurrenceRule, RuleError, Steps
from tests.tries import examples

EXPORTS = Path(__file__).parent / "ical"
LONDON = "Europe/London"


def person(name: str, *known_as: str) -> Staff:
    mail = f"{''.join(filter(str.isascii, name.split()[0].lower()))}@northwind.example"
    return Staff(name=name, mail=mail, known_as=known_as)


PEOPLE = {"bo": person("Bo Lind"), "dee": person("Dee Aaltonen"), "sam": person("Sam Whitfield", "Sam")}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read(content: bytes, begin: str = "2026-10-15", end: str = "2027-01-10", zone: str = LONDON) -> list[str]:
    """The shifts of a calendar, a line each, in UTC."""
    found = ical.read(content, zone, Names(PEOPLE), utc(begin), utc(end)).shifts
    return [f"{s.begin:%m-%d %H:%M} to {s.end:%m-%d %H:%M} {s.person}" for s in found]


def event(*lines: str, title: str | None = "Bo Lind", uid: str = "1") -> str:
    head = [f"UID:{uid}"] + ([f"SUMMARY:{title}"] if title is not None else [])
    return "\r\n".join(("BEGIN:VEVENT", *head, *lines, "END:VEVENT", ""))


def calendar(*events: str, head: str = "VERSION:2.0") -> bytes:
    return ("\r\n".join(("BEGIN:VCALENDAR", head, "".join(events) + "END:VCALENDAR", ""))).encode()


WEEK = ("DTSTART;TZID=Europe/London:20261102T090000", "DTEND;TZID=Europe/London:20261109T090000")


# As real tools export them.


def test_an_export_of_google_with_a_moved_shift_and_one_left_out() -> None:
    """Dee's shift of 26 October begins a day late and wins over Bo's; Bo's of 30 November is left out;
    Sam has two whole days at Christmas; a cancelled event is none."""
    assert read((EXPORTS / "google.ics").read_bytes()) == [
        "10-15 00:00 to 10-19 08:00 dee",
        "10-19 08:00 to 10-26 09:00 bo",
        "10-27 18:00 to 11-16 09:00 dee",
        "11-16 09:00 to 11-23 09:00 bo",
        "11-23 09:00 to 11-30 09:00 dee",
        "12-07 09:00 to 12-14 09:00 dee",
        "12-14 09:00 to 12-21 09:00 bo",
        "12-21 09:00 to 12-25 00:00 dee",
        "12-25 00:00 to 12-27 00:00 sam",
        "12-27 00:00 to 12-28 09:00 dee",
        "12-28 09:00 to 01-04 09:00 bo",
        "01-04 09:00 to 01-10 00:00 dee",
    ]


def test_an_export_of_pagerduty() -> None:
    """Titles such as "On Call - Bo Lind - Seniors"; shifts of one person that meet are one."""
    assert read((EXPORTS / "pagerduty.ics").read_bytes()) == [
        "11-02 09:00 to 11-09 09:00 bo",
        "11-09 09:00 to 11-16 09:00 dee",
        "11-16 09:00 to 11-23 09:00 bo",
    ]


def test_an_export_of_outlook_with_a_zone_of_windows_over_the_change_of_clocks() -> None:
    """17:30 in London is 16:30 UTC until 25 October 2026."""
    assert read((EXPORTS / "outlook.ics").read_bytes(), end="2026-10-29") == [
        "10-19 16:30 to 10-20 07:30 bo",
        "10-20 16:30 to 10-21 07:30 bo",
        "10-21 18:00 to 10-22 07:30 dee",
        "10-22 16:30 to 10-23 07:30 bo",
        "10-23 16:30 to 10-24 07:30 bo",
        "10-26 17:30 to 10-27 08:30 bo",
        "10-27 17:30 to 10-28 08:30 bo",
        "10-28 17:30 to 10-29 00:00 bo",
    ]


def test_an_export_of_opsgenie() -> None:
    """The title is a mail address, with more around it."""
    assert read((EXPORTS / "opsgenie.ics").read_bytes()) == [
        "11-02 09:00 to 11-03 09:00 bo",
        "11-03 09:00 to 11-04 09:00 dee",
    ]


# Events.


def test_a_weekly_shift_stays_at_its_time_on_the_wall() -> None:
    """Also if it lasts over the change of clocks, and no hour of the week is nobody's."""
    weekly = event(
        "DTSTART;TZID=America/New_York:20261012T090000",
        "DTEND;TZID=America/New_York:20261019T090000",
        "RRULE:FREQ=WEEKLY;INTERVAL=2",
    )
    other = event(
        "DTSTART;TZID=America/New_York:20261019T090000", "DURATION:P7D", "RRULE:FREQ=WEEKLY;INTERVAL=2",
        title="Dee Aaltonen", uid="2",
    )  # fmt: skip
    assert read(calendar(weekly, other), "2026-10-20", "2026-11-10") == [
        "10-20 00:00 to 10-26 13:00 dee",
        "10-26 13:00 to 11-02 14:00 bo",
        "11-02 14:00 to 11-09 14:00 dee",
        "11-09 14:00 to 11-10 00:00 bo",
    ]


def test_a_day_is_a_day_where_the_calendar_is_or_else_the_rota() -> None:
    days = event("DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261227")
    plain = event("DTSTART:20261225")  # without an end: that day

    assert read(calendar(days)) == ["12-25 00:00 to 12-27 00:00 bo"]
    assert read(calendar(days), zone="Asia/Kolkata") == ["12-24 18:30 to 12-26 18:30 bo"]
    assert read(calendar(days, head="X-WR-TIMEZONE:America/New_York")) == ["12-25 05:00 to 12-27 05:00 bo"]
    assert read(calendar(plain)) == ["12-25 00:00 to 12-26 00:00 bo"]


def test_dates_are_left_out_and_added() -> None:
    days = event(
        "DTSTART;TZID=Europe/London:20261102T180000", "DTEND;TZID=Europe/London:20261102T220000",
        "RRULE:FREQ=DAILY;COUNT=5", "EXDATE;TZID=Europe/London:20261103T180000,20261104T180000",
        "RDATE;TZID=Europe/London:20261110T180000", "EXDATE;VALUE=DATE:20261106",
    )  # fmt: skip
    assert read(calendar(days)) == [
        "11-02 18:00 to 11-02 22:00 bo",
        "11-05 18:00 to 11-05 22:00 bo",
        "11-10 18:00 to 11-10 22:00 bo",
    ]


def test_a_cancelled_occurrence_is_none() -> None:
    nights = event("DTSTART:20261102T180000Z", "DTEND:20261103T060000Z", "RRULE:FREQ=DAILY;COUNT=3")
    cancelled = event(
        "RECURRENCE-ID:20261103T180000Z", "DTSTART:20261103T180000Z", "DTEND:20261104T060000Z",
        "STATUS:CANCELLED",
    )  # fmt: skip
    assert read(calendar(nights, cancelled)) == [
        "11-02 18:00 to 11-03 06:00 bo",
        "11-04 18:00 to 11-05 06:00 bo",
    ]


def test_a_single_event_wins_over_one_that_comes_again_then_the_later_then_the_shorter() -> None:
    weekly = event("DTSTART:20261102T000000Z", "DTEND:20261109T000000Z", "RRULE:FREQ=WEEKLY", uid="a")
    later = event("DTSTART:20261105T000000Z", "DTEND:20261106T000000Z", "RRULE:FREQ=YEARLY", uid="b",
                  title="Dee Aaltonen")  # fmt: skip
    single = event("DTSTART:20261101T000000Z", "DTEND:20261105T120000Z", uid="c", title="Sam")
    long = event("DTSTART:20261107T000000Z", "DTEND:20261109T000000Z", uid="d", title="Sam")
    short = event("DTSTART:20261107T000000Z", "DTEND:20261108T000000Z", uid="e", title="Dee Aaltonen")

    for events in ([weekly, later, single, long, short], [short, long, single, later, weekly]):
        assert read(calendar(*events), end="2026-11-10") == [
            "11-01 00:00 to 11-05 12:00 sam",
            "11-05 12:00 to 11-06 00:00 dee",
            "11-06 00:00 to 11-07 00:00 bo",
            "11-07 00:00 to 11-08 00:00 dee",
            "11-08 00:00 to 11-09 00:00 sam",
            "11-09 00:00 to 11-10 00:00 bo",
        ]


def test_what_is_long_over_names_whomever_it_likes() -> None:
    """Those who have left stand in every export."""
    over = event("DTSTART:20200102T090000Z", "DTEND:20200109T090000Z", title="Somebody Else", uid="2")
    assert read(calendar(over, event(*WEEK))) == ["11-02 09:00 to 11-09 09:00 bo"]


def test_a_stranger_can_be_left_out() -> None:
    """For a last good copy, when somebody has left since."""
    stranger = event("DTSTART:20261120T090000Z", "DTEND:20261121T090000Z", title="Zed", uid="2")
    content = calendar(stranger, event(*WEEK))
    (shift,) = ical.read(
        content, LONDON, Names(PEOPLE), utc("2026-11-01"), utc("2026-12-01"), strangers_refused=False
    ).shifts
    assert shift == Shift(utc("2026-11-02 09:00"), utc("2026-11-09 09:00"), "bo")


# Who it is.


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("bo", "bo"),
        ("BO LIND", "bo"),
        ("  Bo   Lind ", "bo"),
        ("bo@northwind.example", "bo"),
        ("On Call - Bo Lind - Seniors", "bo"),
        ("Bo Lind on call", "bo"),
        ("Bo Lind (Sam's deputy's list)".replace("Sam's ", ""), "bo"),
        ("Sam's week", "sam"),
        ("Sam Whitfield, instead of nobody", "sam"),
        ("bo@northwind.example (Seniors_rotation)", "bo"),
    ],
)
def test_a_title_names_one_person(text: str, ident: str) -> None:
    assert Names(PEOPLE)(text) == ident


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Zed", "'Zed' is nobody known: name one of Bo Lind, Dee Aaltonen, Sam Whitfield"),
        ("", "is nobody known"),
        ("Bo Lindqvist", "is nobody known"),
        ("a.bo@northwind.example", "is nobody known"),
        ("on bo", "is nobody known"),
        ("Samuel", "is nobody known"),
        ("Bo Lind for Sam", "could be Bo Lind and Sam Whitfield: name one of them"),
    ],
)
def test_a_title_that_names_nobody_or_several_is_refused(text: str, says: str) -> None:
    with pytest.raises(UnknownPerson, match=says):
        Names(PEOPLE)(text)


def test_of_two_people_with_one_name_neither_is_meant() -> None:
    two = Names({"bo": person("Bo Lind"), "other": person("Bo Lind")})
    for text in ("Bo Lind", "Bo Lind on call"):
        with pytest.raises(UnknownPerson, match="could be Bo Lind and Bo Lind"):
            two(text)


@pytest.mark.parametrize(
    ("lines", "ident"),
    [
        (["ATTENDEE;CN=Whoever:mailto:dee@northwind.example"], "dee"),
        (['ATTENDEE;CN="Dee Aaltonen":MAILTO:dee.aaltonen@elsewhere.example'], "dee"),
        (["ATTENDEE:mailto:desk@northwind.example", "ATTENDEE:mailto:dee@northwind.example"], "dee"),
        (["ATTENDEE;PARTSTAT=DECLINED:mailto:bo@northwind.example", "ATTENDEE:mailto:dee@northwind.example"],
         "dee"),
    ],
)  # fmt: skip
def test_an_attendee_is_meant_where_the_title_names_nobody(lines: list[str], ident: str) -> None:
    assert read(calendar(event(*WEEK, *lines, title="On call")))[0].endswith(ident)


# What can't be trusted.

REFUSED = [
    ("an unknown person", event(*WEEK, title="Zed"), 3,
     "the event 'Zed' of 2026-11-02 (UID 1): 'Zed' is nobody known: name one of Bo Lind, Dee"),
    ("no title and no attendee", event(*WEEK, title=None), 3, "the event 'without a title' of 2026-11-02"),
    ("several attendees", event(*WEEK, "ATTENDEE:mailto:bo@northwind.example",
                                "ATTENDEE:mailto:dee@northwind.example", title="On call"), 3,
     "its attendees are several people: name one in the title"),
    ("a floating time", event("DTSTART:20261102T090000", "DTEND:20261109T090000Z"), 6,
     "DTSTART 20261102T090000 has no time zone, so nobody knows when it is"),
    ("a floating end", event(WEEK[0], "DTEND:20261109T090000"), 7, "DTEND 20261109T090000 has no time zone"),
    ("a floating exception", event(*WEEK, "RRULE:FREQ=WEEKLY", "EXDATE:20261109T090000"), 9,
     "EXDATE 20261109T090000 has no time zone"),
    ("an unknown zone", event("DTSTART;TZID=Atlantis/City:20261102T090000", "DURATION:P7D"), 6,
     "there is no time zone 'Atlantis/City': use a name such as Europe/London"),
    ("a rule finer than daily", event(*WEEK, "RRULE:FREQ=SECONDLY"), 8, "finer than daily (SECONDLY)"),
    ("hours in a rule", event(*WEEK, "RRULE:FREQ=DAILY;BYHOUR=9,17"), 8, "finer than daily (BYHOUR)"),
    ("a rule for ever too often", event(*WEEK, "RRULE:FREQ=MINUTELY;INTERVAL=1440"), 8, "finer than daily"),
    ("a rule of nothing", event(*WEEK, "RRULE:COUNT=3"), 8, "no frequency that is known"),
    ("a rule with a strange part", event(*WEEK, "RRULE:FREQ=DAILY;BYEASTER=0"), 8, "not read (BYEASTER)"),
    ("a part of a rule twice", event(*WEEK, "RRULE:FREQ=DAILY;COUNT=1;COUNT=2"), 8, "there twice"),
    ("an impossible number", event(*WEEK, "RRULE:FREQ=DAILY;INTERVAL=0"), 8, "can't be meant (INTERVAL)"),
    ("two rules", event(*WEEK, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), 9, "RRULE twice"),
    ("a rule of exceptions", event(*WEEK, "EXRULE:FREQ=DAILY"), 8, "a rule of exceptions (EXRULE)"),
    ("an end before the beginning", event(WEEK[0], "DTEND:20261101T090000Z"), 3, "it ends before it begins"),
    ("a length below nothing", event(WEEK[0], "DURATION:-P1D"), 7, "its duration '-P1D' can't be read"),
    ("no beginning", event("DTEND:20261101T090000Z"), 3, "it has no beginning"),
    ("a day that ends with a time", event("DTSTART:20261102", "DTEND:20261103T090000Z"), 3, "both alike"),
    ("a day that lasts hours", event("DTSTART:20261102", "DURATION:PT5H"), 7, "write both alike"),
    ("a day there is not", event("DTSTART:20260230T090000Z", "DURATION:P1D"), 6, "is no date"),
    ("each year since a year that there was not", event(
        "DTSTART:00010102T000000Z", "DURATION:P1D", "RRULE:FREQ=YEARLY"), 6, "its year 1 can't be meant"),
    ("an end far away", event("DTSTART:20261102T090000Z", "DURATION:P99999D"), 3, "can't be meant"),
    ("one id for two events", event(*WEEK) + event("DTSTART:20261202T090000Z", "DURATION:P1D"), 9,
     "another event, in line 3, has the same UID"),
    ("a change of all that follows", event(*WEEK, "RRULE:FREQ=WEEKLY") + event(
        *WEEK, "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/London:20261109T090000"), 10,
     "it changes several occurrences at once (RANGE=THISANDFUTURE)"),
    ("an event in an event", "BEGIN:VEVENT\n" + event(*WEEK) + "END:VEVENT\n", 4, "lies too deep in others"),
    ("a broken line", event("DTSTART;TZID=\"Europe:20261102T090000", "DURATION:P1D"), 6, "can't be read"),
    ("another encoding", "BEGIN:VEVENT\nSUMMARY:J\udcf6rg\nEND:VEVENT\n", 4, "is not UTF-8 text"),
    ("a control character", event(*WEEK, title="Bo\x00 Lind"), 5, "holds signs that are no text"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "line", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_can_not_be_trusted_is_refused_by_name(events: str, line: int, says: str) -> None:
    """The event, the reason, and the line of the file."""
    content = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + events.encode("utf-8", "surrogateescape") + b"END:VCALENDAR"
    )
    with pytest.raises(CalendarError) as refused:
        read(content)
    assert says in str(refused.value)
    assert refused.value.line == line


# Hostile ones: each is refused at once, and the next good calendar is read as ever.

TOO_MANY = "more than 2000 events"
BOMB = "has too many shifts, or rules from too long ago"
RUBBISH = random.Random(1).randbytes(900_000)  # noqa: S311 - the same each time
HOSTILE = [
    ("every second", calendar(event(*WEEK, "RRULE:FREQ=SECONDLY")), "finer than daily"),
    ("10 MB", calendar(event(*WEEK, "DESCRIPTION:" + "x" * 10_000_000)), "bigger than 1 MB"),
    ("100,000 events", calendar(*[event(*WEEK)] * 100_000), "bigger than 1 MB"),
    ("very many small events", b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 38_000, TOO_MANY),
    ("2,000 weekly events", calendar(*(
        event(*WEEK, "RRULE:FREQ=WEEKLY", uid=str(n)) for n in range(2000))), BOMB),
    ("much counting", calendar(*(
        event("DTSTART:19700101T090000Z", "DURATION:P1D", "RRULE:FREQ=DAILY;COUNT=90000", uid=str(n))
        for n in range(20))), BOMB),
    ("2,000 rules that never come", calendar(*(
        event("DTSTART:19700101T090000Z", "DURATION:P1D",
              f"X-UID:{n}", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
        for n in range(2000))), BOMB),
    ("many added dates", calendar(event(*WEEK, *(
        f"RDATE:2026{n // 28 % 12 + 1:02}{n % 28 + 1:02}T0000{n % 60:02}Z" for n in range(9000)))), BOMB),
    ("events in events", b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 1_900, "lies too deep in others"),
    ("alarms in alarms", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"BEGIN:VALARM\n" * 70_000, "lies too deep"),
    ("a huge line", calendar(event(*WEEK, "EXDATE:" + "20261102T090000Z," * 55_000)), "longer than 20000"),
    ("a huge folded line", calendar(event(*WEEK, "EXDATE:" + "\r\n 1" * 240_000)), "longer than 20000"),
    ("very many parameters", calendar(event(*WEEK, "ATTENDEE" + ";X=1" * 240_000)), "longer than 20000"),
    ("open quotes", calendar(event(*WEEK, "ATTENDEE;X=" + '"' * 19_000 + ":x")), "can't be read"),
    ("very many attendees", calendar(event(*WEEK, *["ATTENDEE:x"] * 50_000)), "more than 100 attendees"),
    ("a number without end", calendar(event(*WEEK, f"RRULE:FREQ=DAILY;COUNT={'9' * 9999}")), "COUNT"),
    ("a length without end", calendar(event(WEEK[0], f"DURATION:P{'9' * 9999}D")), "can't be read"),
    ("binary rubbish", RUBBISH, "this is no iCal calendar"),
    ("a page", b"<!DOCTYPE html><html><body>Sign in</body></html>", "this is no iCal calendar"),
    ("entities", b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>', "this is no iCal calendar"),
    ("nothing", b"", "this is no iCal calendar"),
    ("half of it", calendar(event(*WEEK))[:-15], "is cut off: its VCALENDAR has no end"),
    ("half of an event", calendar(event(*WEEK)).split(b"DTEND")[0], "is cut off: its VEVENT has no end"),
    ("crossed ends", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT\n", "at a wrong place"),
    ("two calendars", calendar() * 2, "must be one block"),
    ("more after its end", calendar() + b"X:1", "must be one block"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "says"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_calendar_is_refused_and_does_no_harm(content: bytes, says: str) -> None:
    with pytest.raises(CalendarError, match=says):
        read(content)
    assert read(calendar(event(*WEEK))) == ["11-02 09:00 to 11-09 09:00 bo"]


def test_the_greatest_calendars_that_are_accepted_are_read() -> None:
    """As many events as there may be, all at once, and all moved."""
    first = datetime.fromisoformat("2026-11-01")
    singles = calendar(*(
        event(f"DTSTART:{first + timedelta(hours=n):%Y%m%dT%H%M%SZ}", "DURATION:P9D", uid=str(n))
        for n in range(2000)
    ))  # fmt: skip
    assert read(singles) == ["11-01 00:00 to 01-10 00:00 bo"]


LINES = st.sampled_from(
    [b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"BEGIN:VEVENT", b"END:VEVENT", b"BEGIN:VTIMEZONE",
     b"END:VTIMEZONE",
     b"TZID:Europe/London", b"UID:1", b"SUMMARY:Bo Lind", b"DTSTART:20261102T090000Z", b"DTSTART:20261102",
     b"DTSTART;TZID=Europe/London:20261102T090000", b"DTEND:20261109T090000Z", b"DTEND:20261109",
     b"DURATION:PT1H", b"DURATION:P1W", b"RRULE:FREQ=WEEKLY", b"RRULE:FREQ=MONTHLY;BYDAY=-1FR,2MO",
     b"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYSETPOS=-1", b"EXDATE:20261109T090000Z", b"EXDATE:20261109",
     b"RDATE:20261203,20261204T000000Z", b"RECURRENCE-ID:20261109T090000Z", b"RECURRENCE-ID:20261109",
     b"SEQUENCE:2", b"STATUS:CANCELLED", b"ATTENDEE;CN=Dee Aaltonen:mailto:x@y", b" folded",
     b"X-WR-TIMEZONE:UTC",
     b"DTSTART;TZID=Europe/London:20270328T013000", b"DTSTART;TZID=Pacific/Apia:20111230T000000",
     b"BEGIN:STANDARD", b"END:STANDARD", b"TZID:Ours", b"TZOFFSETFROM:+0200", b"TZOFFSETTO:+0100",
     b"DTSTART;TZID=Ours:20261102T090000", b"DTSTART:20261102T090000", b"X-WR-TIMEZONE:Ours",
     b"RDATE:20261203T000000Z/PT1H", b"DTEND:99991231", b"DTSTART:00010101", b"DURATION:-P9999999D"]
)  # fmt: skip
FUZZ = examples(75)


def read_or_refused(content: bytes) -> None:
    try:
        found = ical.read(content, LONDON, Names(PEOPLE), utc("2026-10-01"), utc("2027-06-01")).shifts
    except CalendarError as error:
        assert str(error) and error.line >= 1
        return
    assert all(a.end <= b.begin for a, b in pairwise(found))
    assert all(utc("2026-10-01") <= s.begin < s.end <= utc("2027-06-01") for s in found)
    assert {s.person for s in found} <= PEOPLE.keys()


@FUZZ
@given(st.lists(st.lists(LINES, max_size=9), max_size=5))
def test_any_lines_in_any_order_are_read_or_refused(events: list[list[bytes]]) -> None:
    body = b"".join(b"\n".join((b"BEGIN:VEVENT", *lines, b"END:VEVENT\n")) for lines in events)
    read_or_refused(b"BEGIN:VCALENDAR\n" + body + b"END:VCALENDAR\n")


@FUZZ
@given(st.lists(LINES | st.binary(max_size=30), max_size=20))
def test_any_lines_at_all_are_read_or_refused(lines: list[bytes]) -> None:
    read_or_refused(b"\n".join(lines))


EXPORTED = [path.read_bytes() for path in sorted(EXPORTS.rglob("*.ics"))]


@FUZZ
@given(st.sampled_from(EXPORTED), st.integers(0), st.integers(0, 30), st.binary(max_size=12))
def test_any_damage_to_an_export_is_read_or_refused(content: bytes, at: int, lost: int, typed: bytes) -> None:
    at %= len(content)
    read_or_refused(content[:at] + typed + content[at + lost :])


# Rules, against those of dateutil.


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, datetime]:
    """A rule and the first event's time."""
    frequency = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = [
        f"FREQ={frequency}",
        f"INTERVAL={draw(st.integers(1, 5))}",
        f"WKST={draw(st.sampled_from(('MO', 'SU')))}",
    ]
    plain = st.sampled_from(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))
    days = st.lists(plain, min_size=1, max_size=3)
    if frequency in ("MONTHLY", "YEARLY"):  # dateutil takes "MO,1TU" for Mondays that are first Tuesdays
        counted = st.builds("{}{}".format, st.sampled_from((1, 2, 5, -1, -2)), plain)
        days |= st.lists(counted, min_size=1, max_size=3)
    options: dict[str, st.SearchStrategy[Any]] = {
        "BYDAY": days,
        "BYMONTH": st.lists(st.integers(1, 12), min_size=1, max_size=3),
    }
    if frequency != "WEEKLY":
        options["BYMONTHDAY"] = st.lists(
            st.sampled_from((1, 13, 29, 30, 31, -1, -31)), min_size=1, max_size=3
        )
    for name in draw(st.sets(st.sampled_from(sorted(options)))):
        parts.append(f"{name}=" + ",".join(str(one) for one in draw(options[name])))
    # In weeks dateutil counts positions from the first event's day on, and not in the whole week.
    if len(parts) > 3 and frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from((1, 2, -1, -2)))}")
    match draw(st.integers(0, 2)):
        case 1:
            parts.append(f"COUNT={draw(st.integers(1, 30))}")
        case 2:
            end = draw(
                st.datetimes(utc("2024-01-01").replace(tzinfo=None), utc("2028-01-01").replace(tzinfo=None))
            )
            parts.append(f"UNTIL={end:%Y%m%dT%H%M%SZ}")
    begin = draw(st.datetimes(utc("2023-01-01").replace(tzinfo=None), utc("2026-01-01").replace(tzinfo=None)))
    return ";".join(parts), begin.replace(microsecond=0, tzinfo=UTC)


def of_dateutil(text: str, begin: datetime, last: date) -> Iterator[date]:
    """What dateutil makes of a rule."""
    for at in rrulestr(text, dtstart=begin):
        if at.date() > last:
            return
        yield at.date()


def comes_again(text: str, begin: datetime, last: date) -> bool:
    """Whether it ever comes after a day; dateutil would count on for minutes where it does not."""
    endless = RecurrenceRule.parse(re.sub(";(COUNT|UNTIL)=[^;]*", "", text), begin)
    return any(endless.days(begin, last + timedelta(days=1), date(2069, 1, 1), Steps(1_000_000)))


@examples(75)
@given(rules(), st.integers(0, 1200))
def test_a_rule_comes_on_the_days_on_which_it_comes_for_dateutil(
    rule: tuple[str, datetime], later: int
) -> None:
    text, begin = rule
    first, last = begin.date() + timedelta(days=later), begin.date() + timedelta(days=1600)
    assume(comes_again(text, begin, last))

    ours = list(RecurrenceRule.parse(text, begin).days(begin, first, last, Steps(1_000_000)))

    assert ours == [day for day in of_dateutil(text, begin, last) if day >= first]


def test_a_rule_that_never_comes_ends() -> None:
    begin = utc("1970-01-01")
    rule = RecurrenceRule.parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", begin)
    assert list(rule.days(begin, date(2026, 1, 1), date(2027, 1, 1), Steps(100_000))) == []
    with pytest.raises(RuleError, match="too long ago"):
        list(rule.days(begin, date(2026, 1, 1), date(2027, 1, 1), Steps(100)))
