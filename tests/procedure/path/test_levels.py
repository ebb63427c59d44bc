"""Who hears a complaint on a level, and by when: literal cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from procedure.clocks.durations import Duration
from procedure.ladder import Ahead
from procedure.path.levels import Found, Seek, agreed, find
from tests.northwind import COMPLAINTS, northwind, on_call, passed_over
from tests.procedure.complaint.complaining import MONDAY, at, away, people

BOOK = on_call()


def asked(book: Any = BOOK, pace: float = 1.0, **known: Any) -> Seek:
    """Of the first level of a complaint of Harbor's that comes in on Monday at ten."""
    terms = agreed(book, pace, known.get("path", "complaint"))
    assert terms
    now = known.get("now", MONDAY)
    content: dict[str, Any] = {"client": "harbor", "terms": terms, "at": 0, "now": now}
    return Seek(**content | {"planned": now, "since": now} | known)


class Case(NamedTuple):
    """What is asked, and who hears it then, by when they take it and answer."""

    known: dict[str, Any]
    chain: tuple[str, ...]
    take_by: str = ""
    answer_by: str = ""
    missing: tuple[str, ...] = ()


IT_IS_ABOUT = "is passed over"

CASES: dict[str, Case] = {
    "the account manager": Case({}, ("max",), "2026-11-23 14:00", "2026-11-24 10:00"),
    "the second level": Case({"at": 1}, ("vera", "una"), "2026-11-23 12:00", "2026-11-24 09:30"),
    "leadership": Case({"at": 2}, ("otto",), "2026-11-23 12:00", "2026-11-24 09:30"),
    "past the last level": Case({"at": 3}, ("ida",), "2026-11-23 12:00", "2026-11-24 09:30"),
    "another client's account manager": Case(
        {"client": "lindqvist"}, ("una",), "2026-11-23 14:00", "2026-11-24 10:00"
    ),
    "a client that is not in the files any more": Case({"client": "gone"}, ()),
    "about the account manager": Case({"barred": ("max",)}, (), missing=(f"Max Berger {IT_IS_ABOUT}",)),
    "about one of two": Case(
        {"at": 1, "barred": ("vera",)},
        ("una",),
        "2026-11-23 12:00",
        "2026-11-24 09:30",
        (f"Vera Hall {IT_IS_ABOUT}",),
    ),
    "one of two was told in vain": Case(
        {"at": 1, "told": ("vera",), "answer_by": at("2026-11-24 09:30")},
        ("una",),
        "2026-11-23 12:00",
        "2026-11-24 09:30",
    ),
    "both were told in vain": Case({"at": 1, "told": ("vera", "una")}, ()),
    "one of two has had it below": Case(
        {"at": 1, "had": ("max", "vera")}, ("una",), "2026-11-23 12:00", "2026-11-24 09:30"
    ),
    "the level's time ends before the next one's to take it": Case(
        {"at": 1, "told": ("vera",), "answer_by": at("2026-11-23 11:00")},
        ("una",),
        "2026-11-23 12:00",
        "2026-11-23 12:00",
    ),
    "a little late: time counts from the plan": Case(
        {"at": 1, "planned": MONDAY - timedelta(minutes=12), "since": MONDAY - timedelta(minutes=12)},
        ("vera", "una"),
        "2026-11-23 11:48",
        "2026-11-24 09:18",
    ),
    "more than a tenth late: all of the time to take it": Case(
        {"at": 1, "planned": MONDAY - timedelta(minutes=13), "since": MONDAY - timedelta(minutes=13)},
        ("vera", "una"),
        "2026-11-23 12:00",
        "2026-11-24 09:17",
    ),
    "days late: the same to answer": Case(
        {"at": 1, "planned": MONDAY - timedelta(days=9), "since": MONDAY - timedelta(days=9)},
        ("vera", "una"),
        "2026-11-23 12:00",
        "2026-11-23 12:00",
    ),
    "at night: when they open": Case(
        {"now": at("2026-11-23 22:00")}, ("max",), "2026-11-24 13:00", "2026-11-25 09:00"
    ),
    "at closing time: when they open": Case(
        {"at": 1, "now": at("2026-11-23 15:30")}, ("vera", "una"), "2026-11-24 09:00", "2026-11-24 15:00"
    ),
    "before a weekend": Case(
        {"now": at("2026-11-27 17:00")}, ("max",), "2026-11-30 12:30", "2026-11-30 17:00"
    ),
    "before Christmas: Monday is the day Boxing Day moves to": Case(
        {"now": at("2026-12-24 17:00")}, ("max",), "2026-12-29 12:30", "2026-12-29 17:00"
    ),
    "over Easter, with clocks put forward": Case(
        {"now": at("2027-03-25 17:00")}, ("max",), "2027-03-30 11:30", "2027-03-30 16:00"
    ),
    "with clocks put back": Case(
        {"now": at("2026-10-23 16:00")}, ("max",), "2026-10-26 12:30", "2026-10-26 17:00"
    ),
    "a review is led on its own path": Case(
        {"path": "review"}, ("vera",), "2026-11-24 10:00", "2026-11-30 10:00"
    ),
    "a review's second level": Case(
        {"path": "review", "at": 1}, ("otto",), "2026-11-24 10:00", "2026-11-26 10:00"
    ),
    "a review's last resort": Case(
        {"path": "review", "at": 2}, ("ida",), "2026-11-24 10:00", "2026-11-26 10:00"
    ),
    "about the last resort": Case(
        {"at": 3, "barred": ("ida",)},
        ("otto",),
        "2026-11-23 12:00",
        "2026-11-24 09:30",
        ("Ida Northcott is passed over as the last resort",),
    ),
    "about all of the path": Case(
        {"at": 3, "barred": ("ida", "otto", "vera", "una")},
        ("max",),
        "2026-11-23 12:00",
        "2026-11-24 09:30",
        ("Ida Northcott is passed over as the last resort",),
    ),
    "about all who could hear it": Case(
        {"at": 3, "barred": tuple(BOOK.people)},
        ("ida",),
        "2026-11-23 12:00",
        "2026-11-24 09:30",
        ("Ida Northcott hears it all the same, since nobody else is left",),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_who_hears_it_and_by_when(case: Case) -> None:
    found = find(BOOK, asked(**case.known))

    assert found.chain == case.chain
    assert found.acknowledge_by == (at(case.take_by) if case.take_by else None)
    assert found.answer_by == (at(case.answer_by) if case.answer_by else None)
    assert passed_over(found.missing) == case.missing


def on_leave(**leave: dict[str, Any]) -> Any:
    return on_call(people=people(**leave))


TODAY = ("2026-11-23", "2026-11-23")
UP_TO_SUNDAY = ("2026-11-16", "2026-11-22")

LEAVE: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, ...], tuple[str, ...]]] = {
    "nobody stands in": (
        {"vera": away(*TODAY)},
        {"at": 1},
        ("una",),
        ("Vera Hall is away, and nobody stands in",),
    ),
    "somebody else stands in": ({"vera": away(*TODAY, "otto")}, {"at": 1}, ("otto", "una"), ()),
    "the other one stands in": ({"vera": away(*TODAY, "una")}, {"at": 1}, ("una",), ()),
    "who stands in is away, too": (
        {"vera": away(*TODAY, "una"), "una": away(*TODAY, "otto")},
        {"at": 1},
        ("otto",),
        (),
    ),
    "they stand in for each other": (
        {"vera": away(*TODAY, "una"), "una": away(*TODAY, "vera")},
        {"at": 1},
        (),
        ("Vera Hall is away, and nobody stands in", "Una Doyle is away, and nobody stands in"),
    ),
    "it is about who stands in": (
        {"vera": away(*TODAY, "otto")},
        {"at": 1, "barred": ("otto",)},
        ("una",),
        ("Vera Hall is away, and who stands in is passed over",),
    ),
    "who stands in for whom it is about does not hear it": (
        {"vera": away(*TODAY, "otto")},
        {"at": 1, "barred": ("vera",)},
        ("una",),
        (f"Vera Hall {IT_IS_ABOUT}",),
    ),
    "who stands in has had it": ({"vera": away(*TODAY, "max")}, {"at": 1, "had": ("max",)}, ("una",), ()),
    "back since today": ({"vera": away(*UP_TO_SUNDAY)}, {"at": 1}, ("vera", "una"), ()),
    "the last resort is away": ({"ida": away(*TODAY, "tom")}, {"at": 3}, ("tom",), ()),
    "the last resort is away, and nobody stands in": ({"ida": away(*TODAY)}, {"at": 3}, ("ida",), ()),
    "it is about who stands in for the last resort": (
        {"ida": away(*TODAY, "tom")},
        {"at": 3, "barred": ("tom",)},
        ("otto",),
        ("Tom Adeyemi is passed over as the last resort",),
    ),
}


@pytest.mark.parametrize(("leave", "known", "chain", "missing"), LEAVE.values(), ids=LEAVE)
def test_who_hears_it_while_somebody_is_away(
    leave: dict[str, Any], known: dict[str, Any], chain: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    found = find(on_leave(**leave), asked(**known))
    assert (found.chain, passed_over(found.missing)) == (chain, missing)


# What has changed in the files since -----------------------------------------------------------


def test_who_is_listed_and_gone_is_passed_over() -> None:
    gone = {ident: person for ident, person in people().items() if ident != "vera"}
    book = on_call(people=gone)
    found = find(book, asked(at=1))
    assert found.chain == ("una",)
    assert passed_over(found.missing, book) == ("vera is listed, but is not in the procedure any more",)


@pytest.mark.parametrize(
    "complaints", [None, COMPLAINTS | {"levels": COMPLAINTS["levels"][:1]}], ids=["no path", "another path"]
)
def test_a_level_that_is_gone_has_nobody(complaints: dict[str, Any] | None) -> None:
    found = find(on_call(complaints=complaints), asked(at=1))
    assert found.chain == ()
    assert passed_over(found.missing) == ("There is no level customer success in the procedure any more",)


def test_the_times_are_those_that_were_agreed_when_it_came_in() -> None:
    quicker = [level | {"acknowledge": "10 minutes"} for level in COMPLAINTS["levels"]]
    found = find(on_call(complaints=COMPLAINTS | {"levels": quicker}), asked())
    assert found.acknowledge_by == at("2026-11-23 14:00")


def test_the_names_that_are_not_known_yet_are_told() -> None:
    found = find(BOOK, asked(names={"max": "Max Berger", "vera": "Vera Old"}))
    assert found.names == {"ida": "Ida Northcott", "otto": "Otto Northwind", "vera": "Vera Hall"}


# What comes next -------------------------------------------------------------------------------


def test_what_comes_next_if_nobody_takes_it_and_if_they_do() -> None:
    found = find(BOOK, asked(at=1))
    assert found.ahead == (
        Ahead(at("2026-11-23 12:00"), "customer success", "una"),
        Ahead(at("2026-11-23 14:00"), "leadership", "otto"),
        Ahead(at("2026-11-23 16:00"), "", "ida"),
    )
    assert found.later == (
        Ahead(at("2026-11-24 09:30"), "leadership", "otto"),
        Ahead(at("2026-11-24 11:30"), "", "ida"),
    )


def test_who_has_it_now_is_not_foreseen_above() -> None:
    first, second, third = COMPLAINTS["levels"]
    levels = [first, second | {"people": ["max", "vera"]}, third]
    book = on_call(complaints=COMPLAINTS | {"levels": levels})
    found = find(book, asked(book))
    assert [step.who for step in found.ahead] == ["vera", "otto", "ida"]
    assert [step.who for step in found.later] == ["vera", "otto", "ida"]


def test_who_is_told_second_on_a_level_is_not_foreseen_above_it() -> None:
    first, second, third = COMPLAINTS["levels"]
    book = on_call(complaints=COMPLAINTS | {"levels": [first, second, third | {"people": ["una", "otto"]}]})
    assert [step.who for step in find(book, asked(book)).ahead] == ["vera", "otto", "ida"]


def test_who_is_foreseen_is_who_stands_there_then() -> None:
    book = on_leave(vera=away("2026-11-24", "2026-11-24"), ida=away("2026-11-24", "2026-11-24", "tom"))
    found = find(book, asked(book))
    assert [step.who for step in found.ahead] == ["vera", "otto", "tom"]
    assert [step.who for step in found.later] == ["una", "otto", "tom"]


def test_a_level_with_more_time_to_take_it_than_to_answer_keeps_it_that_long() -> None:
    first, second, third = COMPLAINTS["levels"]
    book = on_call(complaints=COMPLAINTS | {"levels": [first, second | {"answer": "1 hour"}, third]})
    found = find(book, asked(book, at=1))
    assert found.answer_by == found.acknowledge_by == at("2026-11-23 12:00")
    assert found.ahead[0] == Ahead(at("2026-11-23 12:00"), "leadership", "otto")


@pytest.mark.parametrize(
    ("since", "now", "warn"),
    [
        (MONDAY, MONDAY, at("2026-11-23 16:22:30")),
        (MONDAY, at("2026-11-23 16:22:30"), None),
        (MONDAY, at("2026-11-23 16:22:29"), at("2026-11-23 16:22:30")),
    ],
)
def test_the_reminder_comes_at_three_quarters_unless_that_is_over(
    since: datetime, now: datetime, warn: datetime | None
) -> None:
    assert find(BOOK, asked(now=now, planned=since, since=since)).warn == warn


# The customer's time ---------------------------------------------------------------------------


def waiting(since: datetime, now: datetime, book: Any = BOOK, pace: float = 1.0) -> Found:
    return find(book, asked(book, pace, now=now, seeks=False, waits=since))


def test_the_customers_time_is_three_of_their_business_days_with_a_reminder_after_one() -> None:
    found = waiting(MONDAY, MONDAY)
    assert (found.remind, found.settle_by) == (at("2026-11-24 10:00"), at("2026-11-26 10:00"))
    assert (found.chain, found.acknowledge_by) == ((), None), "nobody is sought"


def test_over_a_weekend_and_at_night_no_time_of_theirs_passes() -> None:
    found = waiting(at("2026-11-27 20:00"), at("2026-11-27 20:00"))
    # Three full days: the last ends at closing time, which is when they open again.
    assert (found.remind, found.settle_by) == (at("2026-12-01 09:00"), at("2026-12-03 09:00"))


def test_after_an_outage_they_have_all_of_their_time() -> None:
    found = waiting(MONDAY, MONDAY + timedelta(days=21))
    assert (found.remind, found.settle_by) == (at("2026-12-15 10:00"), at("2026-12-17 10:00"))


def test_without_hours_a_business_day_is_a_day() -> None:
    found = waiting(MONDAY, MONDAY, northwind())
    assert found.settle_by == MONDAY + timedelta(days=3)


def test_at_a_pace_it_is_minutes() -> None:
    night = at("2026-11-28 23:00")
    found = waiting(night, night, pace=60)
    assert found.settle_by == night + timedelta(minutes=25.5)


def test_when_nothing_is_waited_for_there_is_no_end_of_it() -> None:
    found = find(BOOK, asked())
    assert (found.remind, found.settle_by) == (None, None)


# What is agreed --------------------------------------------------------------------------------


def test_what_is_agreed_is_pinned_with_its_times() -> None:
    terms = agreed(BOOK)
    assert terms
    assert terms.names == ("account manager", "customer success", "leadership")
    assert (terms.version, terms.review_after, terms.pace) == ("test", 3, 1.0)
    assert terms.levels[1].answer == Duration.parse("8 hours")
    assert terms.settled_within == Duration.parse("3 business days")


def test_without_a_path_nothing_is_agreed() -> None:
    assert agreed(on_call(complaints=None)) is None
    plain = {name: terms for name, terms in COMPLAINTS.items() if name != "review"}
    book = on_call(complaints=plain)
    assert agreed(book, path="review") is None
    terms = agreed(book)
    assert terms
    assert terms.review_after == 0, "they are only counted"
