"""The list of a change of shifts: who may say what about it, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from procedure.record import Notice, Refused
from procedure.ticket.handover import (
    LONGEST_NOTE,
    RULES,
    HandoverItem,
    ListNotice,
    ShiftChange,
    accept,
    expire,
    gathers_for,
    gone,
    keep,
    latest,
    offer,
    outcomes,
    pass_on,
    summary,
    undeliverable,
)
from procedure.ticket.state import Note

AT = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
SOON = AT + timedelta(minutes=5)
DUE = AT + timedelta(minutes=15)
LINE = HandoverItem("ticket-harbor-desk-1", "harbor", "1", "Nobody can log in", "high", "open", DUE)


def line(number: int, **other: object) -> HandoverItem:
    made = replace(LINE, ticket=f"ticket-harbor-desk-{number}", number=str(number))
    return replace(made, **other)  # type: ignore[arg-type]


WAITS = line(3, status="paused", waits_for="Kim Harlow is asked something", for_customer=True)


def change(*lines: HandoverItem) -> ShiftChange:
    """What Bo hands over to Dee."""
    listed = ShiftChange("bo", "dee", AT, names={"bo": "Bo Lind", "dee": "Dee Novak"})
    for one in lines:
        listed = offer(listed, one, AT)
    return listed


def lost(listed: ShiftChange, to: str) -> ShiftChange:
    """With a mail to one of the two that never arrives."""
    return undeliverable(listed, Notice(1, ListNotice.COMES, to), "550 no such user", SOON)


def became(listed: ShiftChange) -> dict[str, str]:
    return {line.number: line.outcome for line in listed.lines}


def test_the_id_is_that_of_the_two_and_their_time() -> None:
    """All that changes hands at that time comes on one list."""
    assert change().id == "handover-bo--dee-20261123T1730"
    assert ShiftChange("jo-ann", "lee", AT).id != ShiftChange("jo", "ann-lee", AT).id


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ((), "nothing"),
        ((line(1),), "1 open"),
        ((line(1), line(2), line(4), line(5), WAITS), "4 open, 1 waiting for the customer"),
        (
            (line(1, status="paused", waits_for="a part"), WAITS, line(2)),
            "1 open, 1 waiting for the customer, 1 waiting for something else",
        ),
    ],
)
def test_a_list_is_told_in_one_line(lines: tuple[HandoverItem, ...], text: str) -> None:
    assert summary(lines) == text


def test_only_the_latest_notes_come_along() -> None:
    """Two of them, each no longer than a list has room for, and whole if it fits."""
    fits, long = "x" * LONGEST_NOTE, "y" * (LONGEST_NOTE + 1)
    notes = tuple(Note(AT, "bo", text) for text in ("the first", f" {fits}\n", long))

    assert [note.text for note in latest(notes)] == [fits, "y" * (LONGEST_NOTE - 1) + "…"]
    assert latest(()) == ()


def test_the_worst_comes_first() -> None:
    """Then by number, as people count."""
    listed = change(line(10), line(9), line(11, severity="critical"), line(2, severity="low"))

    assert [one.number for one in listed.lines] == ["11", "9", "10", "2"]


def test_the_same_offer_told_again_changes_nothing() -> None:
    """Also after it was accepted."""
    listed = accept(change(LINE), "dee", SOON)

    assert offer(listed, LINE, SOON) is listed


def test_an_offer_with_another_time_takes_the_place_of_the_one_before() -> None:
    later = replace(LINE, due=DUE + timedelta(hours=1))

    assert offer(change(LINE), later, SOON).lines == (later,)


def test_who_comes_on_accepts_all_that_is_left() -> None:
    """But what was kept before."""
    listed = keep(change(line(1), line(2), WAITS), "bo", "ticket-harbor-desk-2", SOON)
    listed = accept(listed, "dee", SOON, "link")

    assert became(listed) == {"1": "accepted", "2": "kept", "3": "accepted"}
    assert outcomes(listed) == "2 accepted, 1 kept"
    assert (listed.last, listed.record[-1].via) == (
        "Dee Novak accepts harbor 1, harbor 3",
        "link",
    )
    assert listed.ends is None


def test_only_what_is_still_in_time_is_accepted() -> None:
    """The rest has gone on by itself."""
    listed = accept(change(line(1, due=AT + timedelta(minutes=5)), line(2)), "dee", SOON)

    assert became(listed) == {"1": "passed on", "2": "accepted"}


@pytest.mark.parametrize(
    ("by", "at", "words"),
    [
        ("bo", SOON, "It is offered to Dee Novak."),
        ("dee", DUE, "Too late: it was to be accepted by Mon 23 Nov 17:45:00 UTC, and has gone on"),
    ],
)
def test_accepting_does_not_count_for_others_or_too_late(by: str, at: datetime, words: str) -> None:
    with pytest.raises(Refused, match=words):
        accept(change(LINE), by, at)


def test_accepting_twice_says_that_nothing_is_left() -> None:
    with pytest.raises(Refused, match="Nothing is left to accept: 1 accepted"):
        accept(accept(change(LINE), "dee", SOON), "dee", SOON)


@pytest.mark.parametrize(
    ("by", "ticket", "at", "words"),
    [
        ("dee", LINE.ticket, SOON, "Bo Lind has it, and could keep it."),
        ("bo", "ticket-harbor-desk-9", SOON, "It is not on this list."),
        ("bo", LINE.ticket, DUE, "Too late: it has gone on to the next person."),
    ],
)
def test_keeping_does_not_count_for_others_or_too_late(
    by: str, ticket: str, at: datetime, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        keep(change(LINE), by, ticket, at)


def test_what_is_settled_can_not_be_kept() -> None:
    """Each says what stands instead."""
    for settled, words in (
        (accept(change(LINE), "dee", SOON), "Dee Novak has accepted it already."),
        (keep(change(LINE), "bo", LINE.ticket, SOON), "You have kept it already."),
        (gone(change(LINE), LINE.ticket, SOON), "It is closed."),
        (pass_on(change(LINE), SOON), "Too late"),
    ):
        with pytest.raises(Refused, match=words):
            keep(settled, "bo", LINE.ticket, SOON)


def test_what_nobody_accepts_goes_on_at_its_own_time() -> None:
    """The list answers a minute longer than the last of it."""
    listed = change(line(1), line(2, due=DUE + timedelta(hours=1)))

    assert listed.ends == DUE + timedelta(hours=1, minutes=1)
    assert became(expire(listed, DUE)) == {"1": "passed on", "2": "offered"}
    assert expire(listed, SOON) is listed
    assert [one.number for one in listed.waiting(DUE)] == ["2"]


def test_who_can_not_be_reached_passes_all_on() -> None:
    listed = pass_on(lost(change(line(1), line(2)), "dee"), SOON)

    assert became(listed) == {"1": "passed on", "2": "passed on"}
    assert "Mail to Dee Novak does not arrive: 550 no such user" in listed.sentences()
    assert pass_on(listed, SOON) is listed
    assert listed.over


def test_who_leaves_can_not_be_reached_which_is_noted() -> None:
    listed = lost(change(LINE), "bo")

    assert (listed.unreachable, listed.over) == ("", False)
    assert "Mail to Bo Lind does not arrive: 550 no such user" in listed.sentences()


def test_it_is_told_to_both_once_all_is_on_it_and_is_over_in_the_end() -> None:
    """What comes within half a minute is told with the first, and what comes later in place of that."""
    listed = offer(change(line(1)), line(2), AT + timedelta(seconds=20))
    told = AT + timedelta(seconds=30)
    assert RULES.wake(change()) is None
    assert RULES.wake(listed) == (told, "what else is handed over at this time")
    listed = RULES.tick(listed, told)
    assert [(one.number, one.kind, one.to) for one in listed.notices] == [
        (1, ListNotice.COMES, "dee"),
        (2, ListNotice.LEAVES, "bo"),
    ]
    assert all(map(listed.matters, listed.notices))

    first, ends = listed.notices, DUE + timedelta(minutes=1)
    assert RULES.wake(listed) == (ends, "Dee Novak's time to accept")
    assert offer(listed, line(1, due=DUE - timedelta(minutes=1)), told).gathers is None
    listed = offer(listed.sent(), line(3), SOON)
    listed = RULES.tick(listed, SOON + timedelta(seconds=30))
    assert [one.number for one in listed.notices] == [3, 4]
    assert not any(map(listed.matters, first))

    assert not RULES.tick(listed, DUE).over
    assert RULES.tick(listed, ends).over
    assert not any(map(RULES.tick(listed, ends).matters, listed.notices))


def test_what_is_all_settled_before_it_is_told_is_told_to_nobody() -> None:
    listed = accept(change(line(1)), "dee", AT)

    assert RULES.tick(listed, SOON).notices == ()


@pytest.mark.parametrize(("minutes", "seconds"), [(1, 6), (5, 30), (15, 30), (480, 30)])
def test_a_list_waits_for_more_for_half_a_minute_or_a_tenth_of_the_time(minutes: int, seconds: int) -> None:
    """Whatever is shorter; and not at all when it is too late."""
    due = AT + timedelta(minutes=minutes)
    listed = change(line(1, due=due), line(2, due=AT + timedelta(days=1)))

    assert gathers_for(listed, AT) == timedelta(seconds=seconds)
    assert gathers_for(change(LINE), DUE) == timedelta(0)
