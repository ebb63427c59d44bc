"""What calendars must answer, worked out by hand: every answer stands here as it must be.

Times with a Z are UTC; the others are on the wall where the calendar is. "bd" are business
days; other lengths are hours:minutes. The last column says how an answer comes about where
that is not plain; so do the lines that begin with #.

Clocks change: London and Stockholm at 01:00Z on 29 Mar and 25 Oct 2026, 28 Mar and 31 Oct 2027;
New York at 02:00 on 8 Mar and 1 Nov 2026, 14 Mar and 7 Nov 2027 (St. John's on the same days);
Adelaide and Lord Howe on 5 Apr and 4 Oct 2026, 4 Apr and 3 Oct 2027.
"""

from __future__ import annotations

CALENDARS: dict[str, dict[str, object]] = {
    "london": {"zone": "Europe/London", "country": "GB", "region": "ENG", "weekdays": "09:00-17:30"},
    "edinburgh": {"zone": "Europe/London", "country": "GB", "region": "SCT", "weekdays": "09:00-17:30"},
    "london weeknights": {"zone": "Europe/London", "weekdays": "22:00-06:00"},
    "london nights": {"zone": "Europe/London", "daily": "22:00-06:00"},
    "london 24x7": {"zone": "Europe/London", "daily": "00:00-24:00"},
    "london 24x5": {"zone": "Europe/London", "country": "GB", "region": "ENG", "weekdays": "00:00-24:00"},
    "london sundays": {"zone": "Europe/London", "sunday": "00:00-00:00"},
    # One window that ends, and one that begins, in the hour that is skipped or comes twice.
    "london at the change": {"zone": "Europe/London", "sunday": "00:30-01:30, 01:45-02:15"},
    # One window that lies within that hour.
    "london in the change": {"zone": "Europe/London", "sunday": "01:15-01:45", "monday": "09:00-10:00"},
    "london half days": {
        "zone": "Europe/London",
        "weekdays": "09:00-17:00",
        "friday": "09:00-13:00",
        "saturday": "10:00-12:00",
        "also": {
            "2026-12-24": "09:00-12:00",
            "2026-12-25": "closed",
            "2026-12-26": "closed",
            "2026-12-27": "10:00-14:00",  # a Sunday on which they work
            "2026-12-28": "closed",
        },
    },
    # Monday's night runs into Tuesday's morning.
    "london joined": {
        "zone": "Europe/London",
        "monday": "09:00-12:00, 20:00-04:00",
        "tuesday": "02:00-10:00",
    },
    "new york": {"zone": "America/New_York", "country": "US", "weekdays": "08:00-18:00"},
    "new york nights": {"zone": "America/New_York", "daily": "20:00-04:00"},
    "stockholm": {
        "zone": "Europe/Stockholm",
        "country": "SE",
        "weekdays": "08:00-12:00, 13:00-17:00",
        "also": {
            "2026-05-15": "closed",
            "2026-06-19": "closed",
            "2026-07-20": "closed",
            "2026-07-21": "closed",
            "2026-07-22": "closed",
            "2026-07-23": "closed",
            "2026-07-24": "closed",
            "2026-12-24": "closed",
            "2026-12-31": "08:00-12:00",
        },
    },
    "kolkata": {
        "zone": "Asia/Kolkata",
        "weekdays": "09:30-18:30",
        "saturday": "09:30-18:30",
        "also": {"2026-01-26": "closed", "2026-08-15": "closed"},
    },
    "kolkata nights": {"zone": "Asia/Kolkata", "weekdays": "18:30-03:30"},
    "kathmandu": {
        "zone": "Asia/Kathmandu",
        "sunday": "10:00-17:00",
        "weekdays": "10:00-17:00",
        "friday": "10:00-15:00",
        "also": {f"2026-10-{day}": "closed" for day in range(18, 23)},
    },
    "adelaide": {"zone": "Australia/Adelaide", "country": "AU", "region": "SA", "weekdays": "08:30-17:00"},
    "adelaide nights": {"zone": "Australia/Adelaide", "daily": "22:00-06:00"},
    "lord howe": {
        "zone": "Australia/Lord_Howe",
        "weekdays": "09:00-17:00",
        "saturday": "01:00-05:00",
        "sunday": "01:00-05:00",
    },
    "st johns": {"zone": "America/St_Johns", "weekdays": "08:30-16:30"},
    "st johns nights": {"zone": "America/St_Johns", "daily": "20:00-04:00"},
    "st johns mornings": {"zone": "America/St_Johns", "daily": "00:00-04:00"},
    "havana": {"zone": "America/Havana", "daily": "00:00-08:00"},
    "beirut": {"zone": "Asia/Beirut", "daily": "18:00-24:00"},
    "apia": {"zone": "Pacific/Apia", "daily": "09:00-17:00"},
    "apia 24x7": {"zone": "Pacific/Apia", "daily": "00:00-24:00"},
    "casablanca": {"zone": "Africa/Casablanca", "weekdays": "09:00-17:00"},
    "casablanca nights": {"zone": "Africa/Casablanca", "daily": "22:00-06:00"},
    "sao paulo": {"zone": "America/Sao_Paulo", "daily": "00:00-06:00"},
    "sao paulo evenings": {"zone": "America/Sao_Paulo", "daily": "22:00-23:30"},
}

# calendar | start | length | due | how
DUE = """
london | 2026-11-23 15:00 | 1 bd | 2026-11-24T15:00Z | 2:30 on Monday, 6:00 on Tuesday
london | 2026-11-23 09:00 | 1 bd | 2026-11-23T17:30Z | a whole day ends with it, not next morning
london | 2026-11-23 17:30 | 1 bd | 2026-11-24T17:30Z |
london | 2026-11-23 17:29 | 0:02 | 2026-11-24T09:01Z | a minute on each day
london | 2026-11-23 07:00 | 0:30 | 2026-11-23T09:30Z |
london | 2026-11-23 20:00 | 4:00 | 2026-11-24T13:00Z |
london | 2026-11-27 17:00 | 1:00 | 2026-11-30T09:30Z | over a weekend
london | 2026-11-28 12:00 | 0:00 | 2026-11-30T09:00Z | no time at all, on a Saturday
london | 2026-11-23 12:00 | 0:00 | 2026-11-23T12:00Z |
london | 2026-11-23 17:30 | 0:00 | 2026-11-24T09:00Z | closing time is closed
london | 2026-11-23 09:00 | 0:00 | 2026-11-23T09:00Z | opening time is open
london | 2026-11-23 15:00 | 5 bd | 2026-11-30T15:00Z | a week
london | 2026-11-23 15:00 | 10 bd | 2026-12-07T15:00Z | two weeks
london | 2026-12-18 15:00 | 5 bd | 2026-12-29T15:00Z | 2:30, four days, 6:00 after the holidays
london | 2026-12-24 16:00 | 4:00 | 2026-12-29T11:30Z | 1:30 on Thursday; Boxing Day is moved to Monday 28th
london | 2026-12-24 16:00 | 1:30 | 2026-12-24T17:30Z |
london | 2026-12-26 10:00 | 0:00 | 2026-12-29T09:00Z |
london | 2026-12-31 17:00 | 1:00 | 2027-01-04T09:30Z | New Year's Day is a Friday
london | 2026-01-01 10:00 | 1:00 | 2026-01-02T10:00Z |
london | 2026-04-02 16:00 | 3:00 | 2026-04-07T09:30Z | 1:30, Easter, 1:30 in summer time
london | 2026-05-01 17:00 | 1:00 | 2026-05-05T08:30Z |
london | 2026-05-22 17:00 | 9:00 | 2026-05-26T16:30Z | 0:30 and a whole Tuesday
london | 2026-05-29 16:00 | 2 bd | 2026-06-02T15:00Z | 1:30 + 8:30 + 7:00
london | 2026-08-28 12:00 | 1 bd | 2026-09-01T11:00Z | 5:30 + 3:00
london | 2026-03-27 16:00 | 3:00 | 2026-03-30T09:30Z | 10:30 in summer time
london | 2026-03-27T16:00Z | 1 bd | 2026-03-30T15:00Z | at four both days, an hour earlier in UTC
london | 2026-10-23 16:00 | 3:00 | 2026-10-26T10:30Z |
london | 2026-10-23T15:00Z | 1 bd | 2026-10-26T16:00Z | at four both days
london | 2026-03-29 01:30 | 0:10 | 2026-03-30T08:10Z | a start that no clock showed
london | 2026-10-25 12:00 | 1:00 | 2026-10-26T10:00Z |
london | 2027-03-25 16:00 | 4:00 | 2027-03-30T10:30Z | Easter and the change on one weekend: 1:30 + 2:30
london | 2027-10-29 17:00 | 1:00 | 2027-11-01T09:30Z |
london | 2027-12-24 16:30 | 2:00 | 2027-12-29T10:00Z | both holidays moved: Monday and Tuesday
london | 2027-12-24 16:30 | 1 bd | 2027-12-29T16:30Z |
london | 2026-07-15T07:59Z | 0:01 | 2026-07-15T08:01Z | opens at 08:00Z
london | 2026-07-15T16:29Z | 0:01 | 2026-07-15T16:30Z |
london | 2026-07-15T16:30Z | 0:01 | 2026-07-16T08:01Z |
edinburgh | 2026-11-27 17:00 | 1:00 | 2026-12-01T09:30Z | St Andrew's Day
edinburgh | 2026-04-02 16:00 | 3:00 | 2026-04-06T09:30Z | Easter Monday is a working day in Scotland
edinburgh | 2026-12-31 17:00 | 1:00 | 2027-01-05T09:30Z | 2 January is a Saturday: moved to Monday
edinburgh | 2026-07-31 17:00 | 1:00 | 2026-08-04T08:30Z | its summer holiday is the first Monday of August
edinburgh | 2026-08-28 17:00 | 1:00 | 2026-08-31T08:30Z | ... and not the last
new york | 2026-07-02 17:00 | 2:00 | 2026-07-06T13:00Z | Saturday 4 July is moved to Friday 3rd
new york | 2026-07-02 17:00 | 1 bd | 2026-07-06T21:00Z | 1:00 + 9:00
new york | 2026-11-25 12:00 | 1 bd | 2026-11-27T17:00Z | 6:00, Thanksgiving, 4:00
new york | 2026-03-06 17:00 | 2:00 | 2026-03-09T13:00Z | 09:00 in summer time
new york | 2026-10-30 17:00 | 2:00 | 2026-11-02T14:00Z | 09:00 in winter time
new york | 2027-03-12 17:00 | 2:00 | 2027-03-15T13:00Z |
new york | 2027-11-05 17:00 | 2:00 | 2027-11-08T14:00Z |
new york | 2027-12-23 17:00 | 2:00 | 2027-12-27T14:00Z | Christmas is a Saturday: moved to Friday 24th
new york | 2027-12-30 17:00 | 2:00 | 2028-01-03T14:00Z | New Year 2028 is moved into 2027
new york | 2027-06-17 12:00 | 1 bd | 2027-06-21T16:00Z | Juneteenth is moved to Friday: 6:00 + 4:00
new york | 2027-07-02 16:00 | 3:00 | 2027-07-06T13:00Z | Sunday 4 July is moved to Monday
new york | 2026-11-10 17:00 | 1 bd | 2026-11-12T22:00Z | Veterans Day: 1:00 + 9:00
new york | 2026-01-16T22:00Z | 2:00 | 2026-01-20T14:00Z |
new york | 2026-03-08 03:00 | 0:00 | 2026-03-09T12:00Z |
new york | 2026-12-25 09:00 | 1:00 | 2026-12-28T14:00Z | nothing is moved in the US
new york | 2026-12-23 08:00 | 3 bd | 2026-12-28T23:00Z | Wednesday, Thursday, Monday
stockholm | 2026-11-23 11:30 | 1:00 | 2026-11-23T12:30Z | half before lunch, half after
stockholm | 2026-11-23 11:00 | 1:00 | 2026-11-23T11:00Z | at noon, not after lunch
stockholm | 2026-11-23 12:15 | 0:15 | 2026-11-23T12:15Z |
stockholm | 2026-11-23 12:15 | 0:00 | 2026-11-23T12:00Z | no time at all, at lunch
stockholm | 2026-11-23 10:00 | 1 bd | 2026-11-24T09:00Z | 2:00 + 4:00 + 2:00
stockholm | 2026-06-18 16:00 | 2:00 | 2026-06-22T07:00Z | Midsummer Eve is a day of their own
stockholm | 2026-07-17 16:00 | 2:00 | 2026-07-27T07:00Z | a week closed
stockholm | 2026-07-17 15:00 | 1 bd | 2026-07-27T13:00Z | 2:00, the week, 4:00 + 2:00
stockholm | 2026-07-22 10:00 | 0:30 | 2026-07-27T06:30Z |
stockholm | 2026-05-13 16:30 | 1:00 | 2026-05-18T06:30Z | Ascension Day and the Friday after it
stockholm | 2026-12-30 16:00 | 6:00 | 2027-01-04T08:00Z | 1:00, half of New Year's Eve 4:00, then 1:00
stockholm | 2026-12-30 16:00 | 5:00 | 2026-12-31T11:00Z |
stockholm | 2027-01-05 16:00 | 2:00 | 2027-01-07T08:00Z | Epiphany
stockholm | 2026-12-23 14:00 | 1 bd | 2026-12-28T13:00Z | 3:00 + 4:00 + 1:00; nothing is moved in Sweden
stockholm | 2026-03-27 16:00 | 2:00 | 2026-03-30T07:00Z |
stockholm | 2026-10-23 16:00 | 2:00 | 2026-10-26T08:00Z |
stockholm | 2027-03-25 16:00 | 2:00 | 2027-03-30T07:00Z |
stockholm | 2027-10-29 16:00 | 2:00 | 2027-11-01T08:00Z |
stockholm | 2026-04-30 13:00 | 1 bd | 2026-05-04T10:00Z | 4:00, 1 May, 4:00
kolkata | 2026-11-23 15:00 | 1 bd | 2026-11-24T09:30Z | 3:30 + 5:30
kolkata | 2026-11-28 18:00 | 1:00 | 2026-11-30T04:30Z | they work on Saturdays
kolkata | 2026-11-29 12:00 | 0:00 | 2026-11-30T04:00Z |
kolkata | 2026-01-24 17:30 | 2:00 | 2026-01-27T05:00Z | Republic Day is a Monday
kolkata | 2026-08-14 18:15 | 0:30 | 2026-08-17T04:15Z | Independence Day is a Saturday
kolkata | 2026-11-23T03:59Z | 0:01 | 2026-11-23T04:01Z | opens at 04:00Z
kolkata | 2026-11-23T12:59Z | 0:02 | 2026-11-24T04:01Z | closes at 13:00Z
kolkata | 2026-11-23 09:30 | 6 bd | 2026-11-28T13:00Z | a whole week
kolkata | 2026-11-23 09:31 | 6 bd | 2026-11-30T04:01Z |
kolkata nights | 2026-11-27 23:00 | 5:00 | 2026-11-30T13:30Z | 4:30 until Saturday 03:30, 0:30 on Monday
kolkata nights | 2026-11-28 02:00 | 1:30 | 2026-11-27T22:00Z | Friday's shift
kolkata nights | 2026-11-23 02:00 | 1:00 | 2026-11-23T14:00Z | Sunday has none
kolkata nights | 2026-11-24 00:00 | 1 bd | 2026-11-24T18:30Z | 3:30 + 5:30: midnight to midnight
kathmandu | 2026-11-22 16:00 | 2:00 | 2026-11-23T05:15Z | they work on Sundays
kathmandu | 2026-11-27 14:30 | 1:00 | 2026-11-29T04:45Z | Friday is short, Saturday closed
kathmandu | 2026-11-26 12:00 | 1 bd | 2026-11-27T06:15Z | the ordinary day has 7:00: 5:00 + 2:00
kathmandu | 2026-11-27 12:00 | 1 bd | 2026-11-29T08:15Z | 3:00 + 4:00
kathmandu | 2026-10-16 14:00 | 2:00 | 2026-10-23T05:15Z | Sunday to Thursday closed
kathmandu | 2026-11-22T04:14Z | 0:01 | 2026-11-22T04:16Z | opens at 04:15Z
kathmandu | 2026-11-28 11:00 | 0:00 | 2026-11-29T04:15Z |
adelaide | 2026-04-02 16:00 | 2:00 | 2026-04-07T00:00Z | Easter, and the change: 09:30 at +9:30
adelaide | 2026-10-02 16:00 | 2:00 | 2026-10-05T23:00Z | Labour Day after the change: 09:30 at +10:30
adelaide | 2027-04-02 16:00 | 2:00 | 2027-04-05T00:00Z |
adelaide | 2027-10-01 16:00 | 2:00 | 2027-10-04T23:00Z |
adelaide | 2026-11-23 15:00 | 1 bd | 2026-11-24T04:30Z |
adelaide | 2026-12-24 16:00 | 2:00 | 2026-12-28T23:00Z | Saturday's holiday is moved to Monday 28th
adelaide | 2026-03-06 16:30 | 1:00 | 2026-03-09T22:30Z | Adelaide Cup
adelaide nights | 2026-04-04 22:00 | 8:00 | 2026-04-04T19:30Z | a night of nine hours: 05:00 on the wall
adelaide nights | 2026-04-04 22:00 | 9:00 | 2026-04-04T20:30Z |
adelaide nights | 2026-04-04 22:00 | 9:30 | 2026-04-05T13:00Z |
adelaide nights | 2026-10-03 22:00 | 7:00 | 2026-10-03T19:30Z | a night of seven hours
adelaide nights | 2026-10-03 22:00 | 8:00 | 2026-10-04T12:30Z |
adelaide nights | 2026-10-04 02:30 | 1:00 | 2026-10-03T17:30Z | skipped: counts from 16:30Z
adelaide nights | 2027-04-03 22:00 | 8:30 | 2027-04-03T20:00Z |
adelaide nights | 2027-10-02 22:00 | 7:30 | 2027-10-03T12:00Z | 7:00 + 0:30
lord howe | 2026-04-05 01:00 | 4:00 | 2026-04-04T18:00Z | half an hour comes twice
lord howe | 2026-04-05 01:00 | 4:30 | 2026-04-04T18:30Z | all of 01:00-05:00
lord howe | 2026-04-05 01:00 | 5:00 | 2026-04-05T23:00Z | 0:30 on Monday from 22:30Z
lord howe | 2026-04-05 01:45 | 0:30 | 2026-04-04T15:15Z | from 01:45 to 01:45
lord howe | 2026-10-04 01:00 | 3:30 | 2026-10-03T18:00Z | half an hour is skipped
lord howe | 2026-10-04 01:00 | 4:00 | 2026-10-04T22:30Z |
lord howe | 2026-10-04 02:15 | 0:15 | 2026-10-03T15:45Z | skipped: counts from 15:30Z
lord howe | 2026-04-03 16:00 | 2:00 | 2026-04-03T15:00Z | 1:00 on Friday, 1:00 on Saturday from 14:00Z
lord howe | 2026-11-23 15:00 | 1 bd | 2026-11-24T04:00Z | five days of 8:00, two of 4:00
lord howe | 2027-04-04 01:00 | 4:30 | 2027-04-03T18:30Z |
lord howe | 2027-10-03 01:00 | 3:45 | 2027-10-03T22:15Z | 3:30 + 0:15
st johns | 2026-03-06 16:00 | 1:00 | 2026-03-09T11:30Z | 09:00 at -2:30
st johns | 2026-10-30 16:00 | 1:00 | 2026-11-02T12:30Z | 09:00 at -3:30
st johns | 2026-11-23 15:00 | 1 bd | 2026-11-24T18:30Z |
st johns | 2027-03-12 16:00 | 1:00 | 2027-03-15T11:30Z |
st johns | 2027-11-05 16:00 | 1:00 | 2027-11-08T12:30Z |
st johns | 2026-07-15T10:59Z | 0:01 | 2026-07-15T11:01Z | opens at 11:00Z
st johns nights | 2026-03-07 20:00 | 7:00 | 2026-03-08T06:30Z | a night of seven hours
st johns nights | 2026-03-07 20:00 | 8:00 | 2026-03-08T23:30Z |
st johns nights | 2026-10-31 20:00 | 9:00 | 2026-11-01T07:30Z | a night of nine hours
st johns nights | 2026-10-31 20:00 | 8:00 | 2026-11-01T06:30Z |
st johns nights | 2026-11-01 01:30 | 1:00 | 2026-11-01T05:00Z | from 01:30 to 01:30
st johns nights | 2027-11-06 20:00 | 8:30 | 2027-11-07T07:00Z |
st johns nights | 2027-03-13 20:00 | 7:30 | 2027-03-14T23:00Z | 7:00 + 0:30
london weeknights | 2026-11-23 22:00 | 8:00 | 2026-11-24T06:00Z |
london weeknights | 2026-11-23 23:00 | 1 bd | 2026-11-24T23:00Z | 7:00 + 1:00
london weeknights | 2026-11-28 03:00 | 4:00 | 2026-11-30T23:00Z | Friday's shift: 3:00, then Monday's
london weeknights | 2026-11-23 03:00 | 1:00 | 2026-11-23T23:00Z | Sunday has none
london weeknights | 2026-11-28 06:00 | 0:00 | 2026-11-30T22:00Z |
london nights | 2026-03-28 22:00 | 7:00 | 2026-03-29T05:00Z | a night of seven hours
london nights | 2026-03-28 22:00 | 8:00 | 2026-03-29T22:00Z |
london nights | 2026-10-24 22:00 | 9:00 | 2026-10-25T06:00Z | a night of nine hours
london nights | 2026-10-24 22:00 | 8:00 | 2026-10-25T05:00Z |
london nights | 2026-10-24 22:00 | 10:00 | 2026-10-25T23:00Z |
london nights | 2026-03-29 00:30 | 1:00 | 2026-03-29T01:30Z | 02:30 on the wall
london nights | 2026-10-25 01:30 | 1:00 | 2026-10-25T01:30Z | from 01:30 to 01:30
london nights | 2026-10-25T01:30Z | 1:00 | 2026-10-25T02:30Z |
london nights | 2027-03-27 22:00 | 8:00 | 2027-03-28T22:00Z |
london nights | 2027-10-30 22:00 | 8:30 | 2027-10-31T05:30Z |
london nights | 2026-11-25 12:00 | 0:00 | 2026-11-25T22:00Z |
london nights | 2026-11-25 22:00 | 3 bd | 2026-11-28T06:00Z | three nights
new york nights | 2026-03-07 20:00 | 7:00 | 2026-03-08T08:00Z | a night of seven hours
new york nights | 2026-03-07 20:00 | 8:00 | 2026-03-09T01:00Z |
new york nights | 2026-10-31 20:00 | 9:00 | 2026-11-01T09:00Z | a night of nine hours
new york nights | 2026-10-31 20:00 | 8:00 | 2026-11-01T08:00Z |
new york nights | 2026-11-01 01:30 | 2:00 | 2026-11-01T07:30Z | the first 01:30 is 05:30Z
new york nights | 2026-03-08 02:30 | 0:30 | 2026-03-08T07:30Z | skipped: counts from 07:00Z
new york nights | 2027-03-13 20:00 | 7:15 | 2027-03-15T00:15Z | 7:00 + 0:15
new york nights | 2027-11-06 20:00 | 8:45 | 2027-11-07T08:45Z |
london 24x7 | 2026-03-28 12:00 | 24:00 | 2026-03-29T12:00Z | 13:00 on the wall
london 24x7 | 2026-10-24 12:00 | 1 bd | 2026-10-25T11:00Z | 11:00 on the wall
london 24x7 | 2026-12-25 03:00 | 0:00 | 2026-12-25T03:00Z |
london 24x5 | 2026-11-27 23:00 | 2:00 | 2026-11-30T01:00Z |
london 24x5 | 2026-11-27 23:00 | 1:00 | 2026-11-28T00:00Z | midnight, not Monday
london 24x5 | 2026-12-24 12:00 | 1 bd | 2026-12-29T12:00Z | 12:00, the holidays, 12:00
london 24x5 | 2026-05-01 12:00 | 24:00 | 2026-05-05T11:00Z |
london 24x5 | 2026-11-28 12:00 | 0:00 | 2026-11-30T00:00Z |
london 24x5 | 2026-07-15 12:00 | 0:00 | 2026-07-15T11:00Z |
london sundays | 2026-03-29 00:00 | 23:00 | 2026-03-29T23:00Z | a day of 23 hours
london sundays | 2026-03-29 00:00 | 24:00 | 2026-04-05T00:00Z | an hour of the next Sunday, from 23:00Z
london sundays | 2026-10-25 00:00 | 25:00 | 2026-10-26T00:00Z | a day of 25 hours
london sundays | 2026-10-25 00:00 | 24:00 | 2026-10-25T23:00Z |
london sundays | 2026-03-30 09:00 | 0:30 | 2026-04-04T23:30Z |
london at the change | 2026-03-29T00:00Z | 0:30 | 2026-03-29T01:00Z | 00:30-01:30 ends with the change
london at the change | 2026-03-29T00:00Z | 0:45 | 2026-03-29T01:15Z | 01:45-02:15 begins with it
london at the change | 2026-03-29T00:00Z | 1:00 | 2026-04-04T23:45Z |
london at the change | 2026-10-24T23:00Z | 1:00 | 2026-10-25T00:30Z | ends at the first 01:30
london at the change | 2026-10-24T23:00Z | 1:30 | 2026-10-25T01:15Z | begins at the first 01:45, 00:45Z
london at the change | 2026-10-24T23:00Z | 2:30 | 2026-10-25T02:15Z |
london at the change | 2026-10-25T01:45Z | 0:30 | 2026-10-25T02:15Z |
london at the change | 2026-10-25T00:30Z | 0:00 | 2026-10-25T00:45Z |
london in the change | 2026-03-28 12:00 | 0:30 | 2026-03-30T08:30Z | skipped: there is no such Sunday window
london in the change | 2026-10-24 12:00 | 0:30 | 2026-10-25T00:45Z | the first of the two
london in the change | 2026-10-25T01:15Z | 0:30 | 2026-10-26T09:30Z | the second does not count
london half days | 2026-11-27 12:00 | 2:00 | 2026-11-28T11:00Z | 1:00 on Friday, 1:00 on Saturday
london half days | 2026-11-27 09:00 | 1 bd | 2026-11-30T11:00Z | the ordinary day has 8:00: 4:00 + 2:00 + 2:00
london half days | 2026-11-26 13:00 | 1 bd | 2026-11-27T13:00Z |
london half days | 2026-11-28 11:30 | 1:00 | 2026-11-30T09:30Z |
london half days | 2026-12-24 11:00 | 2:00 | 2026-12-27T11:00Z | Christmas Eve until noon; a working Sunday
london half days | 2026-12-24 11:00 | 6:00 | 2026-12-29T10:00Z | 1:00 + 4:00 + 1:00
london half days | 2026-12-24 12:00 | 0:00 | 2026-12-27T10:00Z |
london joined | 2026-11-23 20:00 | 14:00 | 2026-11-24T10:00Z | 20:00 to 10:00 without a break
london joined | 2026-11-23 20:00 | 10:00 | 2026-11-24T06:00Z | the hours that both cover count once
london joined | 2026-11-23 09:00 | 1 bd | 2026-11-24T04:00Z | 11:00 on Monday, 6:00 on Tuesday: the longer
london joined | 2026-11-24 09:00 | 2:00 | 2026-11-30T10:00Z |
st johns mornings | 2010-11-07T02:00Z | 5:00 | 2010-11-07T07:30Z | opens at 02:30Z; a minute later it is 23:01
st johns mornings | 2010-11-07T02:45Z | 0:00 | 2010-11-07T02:45Z | ... open, and Saturday again on the wall
havana | 2026-03-07 12:00 | 7:00 | 2026-03-08T12:00Z | midnight is skipped: opens at 05:00Z, 01:00
havana | 2026-03-07 12:00 | 8:00 | 2026-03-09T05:00Z |
havana | 2026-10-31 12:00 | 9:00 | 2026-11-01T13:00Z | midnight comes twice: opens at 04:00Z
havana | 2026-10-31 12:00 | 1:30 | 2026-11-01T05:30Z |
beirut | 2026-03-28 23:00 | 2:00 | 2026-03-29T16:00Z | midnight is skipped: closes at 22:00Z
beirut | 2026-10-24 18:00 | 7:00 | 2026-10-24T22:00Z | at midnight it is 23:00 again
beirut | 2026-10-24 18:00 | 6:30 | 2026-10-24T21:30Z |
beirut | 2026-10-24T21:15Z | 1:00 | 2026-10-25T16:15Z | 0:45 + 0:15
apia | 2011-12-29 16:00 | 2:00 | 2011-12-30T20:00Z | there was no 30 December
apia | 2011-12-30 12:00 | 0:30 | 2011-12-30T19:30Z | a day that was skipped counts from its end, 10:00Z
apia 24x7 | 2011-12-29 00:00 | 24:00 | 2011-12-30T10:00Z |
apia 24x7 | 2011-12-29 00:00 | 25:00 | 2011-12-30T11:00Z |
casablanca | 2026-02-13 16:00 | 2:00 | 2026-02-16T10:00Z | clocks go back for Ramadan
casablanca | 2026-03-20 16:00 | 2:00 | 2026-03-23T09:00Z | ... and forward after it
casablanca nights | 2026-02-14 22:00 | 9:00 | 2026-02-15T06:00Z |
casablanca nights | 2026-03-21 22:00 | 8:00 | 2026-03-22T22:00Z | 7:00 + 1:00
sao paulo | 2018-11-03 12:00 | 5:00 | 2018-11-04T08:00Z | midnight is skipped: opens at 03:00Z
sao paulo | 2018-02-17 12:00 | 1:00 | 2018-02-18T04:00Z | at midnight it is 23:00 again
sao paulo evenings | 2018-02-17 22:00 | 1:30 | 2018-02-18T01:30Z | until the first 23:30
sao paulo evenings | 2018-02-17 22:00 | 2:00 | 2018-02-19T01:30Z |
"""

# calendar | start | end | agreed time | how
PASSED = """
london | 2026-11-23 09:00 | 2026-11-23 17:30 | 8:30 |
london | 2026-11-23 00:00 | 2026-11-24 00:00 | 8:30 |
london | 2026-11-27 17:00 | 2026-11-30 09:30 | 1:00 |
london | 2026-12-24 12:00 | 2026-12-29 12:00 | 8:30 | 5:30 + 3:00
london | 2026-11-23 12:00 | 2026-11-23 11:00 | 0:00 | an end before the start
london | 2026-11-23 12:00 | 2026-11-20 12:00 | 0:00 | ... by days
london | 2026-11-23 12:00 | 2026-11-23 12:00 | 0:00 |
london | 2026-11-28 00:00 | 2026-11-30 00:00 | 0:00 | a weekend
london | 2026-03-27 09:00 | 2026-03-30 17:30 | 17:00 | the change lies in closed hours
london | 2026-10-23 09:00 | 2026-10-26 17:30 | 17:00 |
london | 2026-12-01 00:00 | 2027-01-01 00:00 | 178:30 | 23 weekdays less two
london | 2026-01-01 00:00 | 2027-01-01 00:00 | 2150:30 | 261 weekdays less eight
edinburgh | 2026-11-28 00:00 | 2026-12-02 00:00 | 8:30 | only Tuesday
new york | 2026-07-02 00:00 | 2026-07-07 00:00 | 20:00 | Thursday and Monday
new york | 2026-11-01 00:00 | 2026-12-01 00:00 | 190:00 | 21 weekdays less two
stockholm | 2026-11-23 11:45 | 2026-11-23 13:15 | 0:30 | lunch
stockholm | 2026-07-13 00:00 | 2026-08-03 00:00 | 80:00 | three weeks, one closed
stockholm | 2026-12-21 00:00 | 2027-01-11 00:00 | 84:00 | 3 + 3 days, half a day, 2 + 2 days
kolkata | 2026-11-23 00:00 | 2026-11-30 00:00 | 54:00 | six days
kolkata nights | 2026-11-27 12:00 | 2026-11-28 12:00 | 9:00 |
kolkata nights | 2026-11-28 00:00 | 2026-11-29 00:00 | 3:30 | what Friday's shift left
kathmandu | 2026-11-22 00:00 | 2026-11-29 00:00 | 40:00 | five days of 7:00, one of 5:00
kathmandu | 2026-10-17 00:00 | 2026-10-25 00:00 | 5:00 | only the Friday
adelaide | 2026-04-01 00:00 | 2026-04-08 00:00 | 25:30 | Wednesday, Thursday, Tuesday
adelaide nights | 2026-04-04 12:00 | 2026-04-05 12:00 | 9:00 |
adelaide nights | 2026-10-03 12:00 | 2026-10-04 12:00 | 7:00 |
adelaide nights | 2027-04-03 12:00 | 2027-04-04 12:00 | 9:00 |
adelaide nights | 2027-10-02 12:00 | 2027-10-03 12:00 | 7:00 |
lord howe | 2026-04-05 00:00 | 2026-04-05 06:00 | 4:30 |
lord howe | 2026-10-04 00:00 | 2026-10-04 06:00 | 3:30 |
lord howe | 2026-04-04 00:00 | 2026-04-04 06:00 | 4:00 | the Saturday before
st johns nights | 2026-03-07 12:00 | 2026-03-08 12:00 | 7:00 |
st johns nights | 2026-10-31 12:00 | 2026-11-01 12:00 | 9:00 |
new york nights | 2026-03-07 12:00 | 2026-03-08 12:00 | 7:00 |
new york nights | 2026-10-31 12:00 | 2026-11-01 12:00 | 9:00 |
new york nights | 2027-03-13 12:00 | 2027-03-14 12:00 | 7:00 |
new york nights | 2027-11-06 12:00 | 2027-11-07 12:00 | 9:00 |
london nights | 2026-03-28 12:00 | 2026-03-29 12:00 | 7:00 |
london nights | 2026-10-24 12:00 | 2026-10-25 12:00 | 9:00 |
london nights | 2027-03-27 12:00 | 2027-03-28 12:00 | 7:00 |
london nights | 2027-10-30 12:00 | 2027-10-31 12:00 | 9:00 |
london nights | 2026-10-25T00:00Z | 2026-10-25T02:00Z | 2:00 | 01:00 to 02:00 on the wall
london nights | 2026-03-23 12:00 | 2026-03-30 12:00 | 55:00 | seven nights less an hour
london 24x7 | 2026-03-29 00:00 | 2026-03-30 00:00 | 23:00 |
london 24x7 | 2026-10-25 00:00 | 2026-10-26 00:00 | 25:00 |
london 24x5 | 2026-05-04 00:00 | 2026-05-11 00:00 | 96:00 | four days
london at the change | 2026-03-29 00:00 | 2026-03-29 03:00 | 0:45 |
london at the change | 2026-10-25 00:00 | 2026-10-25 03:00 | 2:30 |
london in the change | 2026-03-29 00:00 | 2026-03-30 00:00 | 0:00 |
london in the change | 2026-10-25 00:00 | 2026-10-26 00:00 | 0:30 |
london half days | 2026-12-21 00:00 | 2026-12-29 00:00 | 31:00 | 24:00 + 3:00 + 4:00
london joined | 2026-11-23 00:00 | 2026-11-25 00:00 | 17:00 | 3:00 + 14:00
st johns mornings | 2010-11-07T02:00Z | 2010-11-07T02:45Z | 0:15 | it is Saturday again
havana | 2026-03-07 12:00 | 2026-03-08 12:00 | 7:00 |
havana | 2026-10-31 12:00 | 2026-11-01 12:00 | 9:00 |
beirut | 2026-03-28 12:00 | 2026-03-29 12:00 | 6:00 |
beirut | 2026-10-24 12:00 | 2026-10-25 12:00 | 7:00 |
apia | 2011-12-29 00:00 | 2012-01-01 00:00 | 16:00 | two days of three dates
apia 24x7 | 2011-12-29 00:00 | 2012-01-01 00:00 | 48:00 |
casablanca nights | 2026-02-14 12:00 | 2026-02-15 12:00 | 9:00 |
casablanca nights | 2026-03-21 12:00 | 2026-03-22 12:00 | 7:00 |
sao paulo evenings | 2018-02-17 12:00 | 2018-02-18 12:00 | 1:30 |
"""

# calendar | start | paused | resumed | length | due, with how above it
PAUSED = """
# 3:00 left
london | 2026-11-23 15:00 | 2026-11-23 16:00 | 2026-11-24 10:00 | 4:00 | 2026-11-24T13:00Z
# over the holidays
london | 2026-12-24 16:00 | 2026-12-24 17:00 | 2026-12-29 14:00 | 4:00 | 2026-12-29T17:00Z
# paused on a holiday
london | 2026-12-24 16:00 | 2026-12-26 12:00 | 2026-12-29 09:00 | 4:00 | 2026-12-29T11:30Z
# resumed on a moved one
london | 2026-12-24 16:00 | 2026-12-24 17:00 | 2026-12-28 11:00 | 4:00 | 2026-12-29T12:00Z
# nothing was used
london | 2026-12-25 10:00 | 2026-12-26 10:00 | 2026-12-27 10:00 | 1 bd | 2026-12-29T17:30Z
# a pause in closed hours
london | 2026-11-23 17:00 | 2026-11-23 20:00 | 2026-11-23 22:00 | 1:00 | 2026-11-24T09:30Z
# nothing is left
london | 2026-11-23 15:00 | 2026-11-23 17:30 | 2026-11-24 12:00 | 2:30 | 2026-11-24T12:00Z
# ... resumed on a Saturday
london | 2026-11-23 09:00 | 2026-11-23 15:00 | 2026-11-28 12:00 | 4:00 | 2026-11-30T09:00Z
# paused at once
london | 2026-11-23 09:00 | 2026-11-23 09:00 | 2026-11-23 17:00 | 1:00 | 2026-11-24T09:30Z
# over the change
london | 2026-03-27 16:00 | 2026-03-27 17:00 | 2026-03-30 09:00 | 1 bd | 2026-03-30T15:30Z
london | 2026-10-23 16:00 | 2026-10-23 17:00 | 2026-10-26 09:00 | 1 bd | 2026-10-26T16:30Z
# a holiday uses nothing
edinburgh | 2026-11-30 10:00 | 2026-11-30 15:00 | 2026-12-01 11:00 | 2:00 | 2026-12-01T13:00Z
# 01:30 to 01:30
london nights | 2026-10-24 22:00 | 2026-10-25T00:30Z | 2026-10-25T01:30Z | 8:00 | 2026-10-25T06:00Z
# 2:30 used
london nights | 2026-03-28 22:00 | 2026-03-29 00:30 | 2026-03-29 02:30 | 6:00 | 2026-03-29T05:00Z
# 2:00 + 2:00 + 1:00
london half days | 2026-12-24 09:00 | 2026-12-24 11:00 | 2026-12-27 12:00 | 5:00 | 2026-12-29T10:00Z
# 4:00 left
london 24x5 | 2026-05-01 20:00 | 2026-05-01 22:00 | 2026-05-04 10:00 | 6:00 | 2026-05-05T03:00Z
# 6:00 left
new york | 2026-07-01 16:00 | 2026-07-02 10:00 | 2026-07-03 12:00 | 1 bd | 2026-07-06T18:00Z
new york | 2026-11-25 17:00 | 2026-11-25 17:30 | 2026-11-26 10:00 | 1:00 | 2026-11-27T13:30Z
# 2:00 used
stockholm | 2026-07-17 11:00 | 2026-07-17 14:00 | 2026-07-27 08:00 | 1 bd | 2026-07-27T13:00Z
# 5:00 left: all Friday
kathmandu | 2026-10-15 16:00 | 2026-10-16 11:00 | 2026-10-21 12:00 | 1 bd | 2026-10-23T09:15Z
kolkata nights | 2026-11-27 23:00 | 2026-11-28 01:00 | 2026-11-30 20:00 | 4:00 | 2026-11-30T16:30Z
# Tuesday 09:00
adelaide | 2026-04-02 16:00 | 2026-04-02 16:30 | 2026-04-06 12:00 | 1:00 | 2026-04-06T23:30Z
lord howe | 2026-04-05 01:00 | 2026-04-04T15:00Z | 2026-04-04T15:15Z | 4:00 | 2026-04-04T18:15Z
# 5:30 used
st johns nights | 2026-10-31 20:00 | 2026-11-01T04:00Z | 2026-11-01T05:00Z | 8:00 | 2026-11-01T07:30Z
havana | 2026-10-31 12:00 | 2026-11-01T04:30Z | 2026-11-01T05:30Z | 2:00 | 2026-11-01T07:00Z
"""

# calendar | start | paused | resumed | length until then | due without the pause
#   | length from then | runs | due | how
CHANGED = """
london | 2026-11-23 15:00 | 2026-11-23 16:00 | 2026-11-24 10:00 | 1 bd | 2026-11-24T15:00Z \
| 4:00 | hours | 2026-11-24T13:00Z | 1:00 used
london | 2026-11-27 17:00 | 2026-11-27 17:30 | 2026-11-28 11:00 | 1 bd | 2026-11-30T17:00Z \
| 2:00 | always | 2026-11-28T12:30Z | critical on a Saturday: 0:30 used
london | 2026-11-23 10:00 | 2026-11-23 12:00 | 2026-11-23 14:00 | 4:00 | 2026-11-23T14:00Z \
| 1 bd | hours | 2026-11-24T12:00Z | lower: 6:30 left
london | 2026-11-23 09:00 | 2026-11-23 14:00 | 2026-11-24 10:00 | 1 bd | 2026-11-23T17:30Z \
| 4:00 | hours | 2026-11-24T10:00Z | more was used than there is now
london | 2026-11-23 09:00 | 2026-11-23 14:00 | 2026-11-28 10:00 | 1 bd | 2026-11-23T17:30Z \
| 4:00 | hours | 2026-11-30T09:00Z | ... but never due on a Saturday
london | 2026-11-23 09:00 | 2026-11-23 14:00 | 2026-11-28 10:00 | 1 bd | 2026-11-23T17:30Z \
| 4:00 | always | 2026-11-28T10:00Z | ... unless it always runs
london | 2026-12-24 12:00 | 2026-12-24 14:00 | 2026-12-28 10:00 | 2 bd | 2026-12-30T12:00Z \
| 4:00 | hours | 2026-12-29T11:00Z | over the holidays
new york | 2026-07-02 16:00 | 2026-07-02 17:00 | 2026-07-06 09:00 | 1 bd | 2026-07-06T20:00Z \
| 4:00 | hours | 2026-07-06T16:00Z |
london nights | 2026-03-28 22:00 | 2026-03-29 00:00 | 2026-03-29T01:00Z | 8:00 | 2026-03-29T22:00Z \
| 5:00 | hours | 2026-03-29T04:00Z | 3:00 left in a short night
london nights | 2026-10-24 22:00 | 2026-10-25T00:00Z | 2026-10-25T01:00Z | 8:00 | 2026-10-25T05:00Z \
| 4:00 | always | 2026-10-25T02:00Z | 3:00 used in a long night
kolkata | 2026-11-28 17:30 | 2026-11-28 18:30 | 2026-11-30 12:00 | 1 bd | 2026-11-30T12:00Z \
| 3:00 | hours | 2026-11-30T08:30Z |
adelaide | 2026-10-02 15:00 | 2026-10-02 16:00 | 2026-10-06 10:00 | 1 bd | 2026-10-06T04:30Z \
| 2:00 | hours | 2026-10-06T00:30Z |
stockholm | 2026-06-18 13:00 | 2026-06-18 15:00 | 2026-06-22 08:00 | 1 bd | 2026-06-22T10:00Z \
| 4:00 | hours | 2026-06-22T08:00Z |
kathmandu | 2026-10-16 13:00 | 2026-10-16 14:00 | 2026-10-23 10:00 | 1 bd | 2026-10-23T09:15Z \
| 2:00 | hours | 2026-10-23T05:15Z |
st johns | 2026-03-06 14:30 | 2026-03-06 15:30 | 2026-03-09 10:00 | 1 bd | 2026-03-09T17:00Z \
| 2:00 | hours | 2026-03-09T13:30Z |
lord howe | 2026-10-04 01:00 | 2026-10-03T15:30Z | 2026-10-03T16:00Z | 8:00 | 2026-10-05T02:30Z \
| 3:00 | hours | 2026-10-03T18:00Z |
"""

# zone | on the wall | instant | how
WALL = """
Europe/London | 2026-11-23 15:00 | 2026-11-23T15:00Z |
Europe/London | 2026-07-15 15:00 | 2026-07-15T14:00Z |
Europe/London | 2026-03-29 00:59 | 2026-03-29T00:59Z |
Europe/London | 2026-03-29 01:00 | 2026-03-29T01:00Z | the first minute that is skipped
Europe/London | 2026-03-29 01:30 | 2026-03-29T01:00Z |
Europe/London | 2026-03-29 02:00 | 2026-03-29T01:00Z |
Europe/London | 2026-10-25 00:59 | 2026-10-24T23:59Z |
Europe/London | 2026-10-25 01:30 | 2026-10-25T00:30Z | the first of two
Europe/London | 2026-10-25 02:00 | 2026-10-25T02:00Z |
America/New_York | 2026-03-08 02:59 | 2026-03-08T07:00Z |
America/New_York | 2026-11-01 01:00 | 2026-11-01T05:00Z |
America/St_Johns | 2026-03-08 02:30 | 2026-03-08T05:30Z |
America/St_Johns | 2010-11-07 00:00 | 2010-11-07T02:30Z | a minute after midnight it was 23:01 again
America/Havana | 2026-03-08 00:00 | 2026-03-08T05:00Z |
America/Havana | 2026-11-01 00:00 | 2026-11-01T04:00Z |
America/Sao_Paulo | 2018-11-04 00:30 | 2018-11-04T03:00Z |
America/Sao_Paulo | 2018-02-17 23:30 | 2018-02-18T01:30Z |
America/Sao_Paulo | 2018-02-18 00:00 | 2018-02-18T03:00Z |
Asia/Beirut | 2026-03-29 00:30 | 2026-03-28T22:00Z |
Asia/Beirut | 2026-10-24 23:30 | 2026-10-24T20:30Z |
Asia/Kathmandu | 2026-11-23 10:00 | 2026-11-23T04:15Z |
Australia/Lord_Howe | 2026-10-04 02:15 | 2026-10-03T15:30Z |
Australia/Lord_Howe | 2026-04-05 01:45 | 2026-04-04T14:45Z |
Pacific/Apia | 2011-12-30 09:00 | 2011-12-30T10:00Z | a whole day is skipped
Europe/London | 2026-03-29 01:00:00.500000 | 2026-03-29T01:00Z |
Pacific/Apia | 2011-12-31 00:00 | 2011-12-30T10:00Z |
Africa/Casablanca | 2026-02-15 02:30 | 2026-02-15T01:30Z |
Africa/Casablanca | 2026-03-22 02:30 | 2026-03-22T02:00Z |
UTC | 2026-03-29 01:30 | 2026-03-29T01:30Z |
"""
