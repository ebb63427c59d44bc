"""Random lives of complaints and reviews: whatever is said, in any order, what was promised holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Self

from hypothesis import given
from hypothesis import strategies as st

from procedure.book.procedure import Procedure
from procedure.clocks.spans import UntilOpening
from procedure.complaint import progress as course
from procedure.complaint.state import (
    CALLER,
    CUSTOMERS,
    Complaint,
    ComplaintNotice,
)
from procedure.duty.on_duty import Watch, stands_in
from procedure.kinds import Kind
from procedure.ladder import Ahead
from procedure.path import assignment as assignments
from procedure.path.assignment import AssignmentNotice
from procedure.path.state import LAST_RESORT, OnPath
from procedure.path.state import forecast as path_forecast
from procedure.record import Refused
from tests.climbing import Climber
from tests.northwind import COMPLAINTS, on_call
from tests.procedure.complaint.complaining import (
    MONDAY,
    SECRET,
    Complaining,
    Reviewing,
    adds_up,
    at,
    away,
    complains,
    counted,
    people,
)
from tests.tries import examples

STAFF = ("max", "vera", "una", "otto", "ida", "ana", "tom")
EVERYBODY = (*STAFF, "kim", "raj", CALLER)
ALL_OF_THEM = tuple(on_call().people)


def levels(*whom: tuple[str, ...]) -> dict[str, Any]:
    """The path with other people on its levels."""
    terms = zip(COMPLAINTS["levels"], whom, strict=True)
    return {"complaints": COMPLAINTS | {"levels": [level | {"people": who} for level, who in terms]}}


BOOKS: dict[str, Procedure] = {
    "as it is": on_call(),
    "two on every level": on_call(**levels(("una",), ("vera", "una"), ("otto", "tom"))),
    "somebody on two levels": on_call(**levels((), ("max", "vera"), ("vera", "otto"))),
    "nobody on the second level": on_call(**levels((), (), ("otto",))),
    "some are away": on_call(
        people=people(
            vera=away("2026-11-23", "2026-11-24"),
            max=away("2026-11-25", "2026-12-09", "vera"),
            otto=away("2026-11-24", "2026-11-27", "max"),
        )
    ),
    "no path any more": on_call(complaints=None),
}

BEGINS = [
    MONDAY,
    at("2026-11-27 17:00"),  # a Friday, half an hour before they close
    at("2026-11-28 11:00"),  # a Saturday
    at("2026-12-24 17:50"),  # before Christmas
    at("2027-03-26 16:00"),  # clocks are put forward on Sunday
    at("2027-10-29 16:00"),  # and back
]

Says = Callable[[Complaining], None]


class Watched(Complaining):
    """A complaint on which an eye is kept, whatever happens."""

    was: Complaint | None = None
    about: tuple[str, ...] = ()

    def settle(self) -> Self:
        was, self.was = self.was, None
        before = len(self.told)
        super().settle()
        self.was = self.stands
        _stands_with_somebody(self)
        _is_due_in_their_hours(self)
        _says_nothing(self.stands, since=len(was.record) if was else 0)
        _tells_nobody_it_is_about(self, before)
        _closes_for_good(self.stands)
        if was:
            _goes_up_only(was, self.stands)
        return self


def _stands_with_somebody(life: Complaining) -> None:
    """A named person, whom it is not about; unless nobody else is left, which is said."""
    stands = life.stands
    if not stands.on_level:
        return
    assert stands.path.presented
    assert stands.holder in life.book.people
    if stands.holder in _barred(life):
        assert stands.path.level == LAST_RESORT
        assert any("since nobody else is left" in line for line in life.record)


def _barred(life: Complaining) -> set[str]:
    """Those it is about, as the test knows it, and not as the complaint does."""
    assert isinstance(life, Watched)
    involved = life.involved if life.stands.raised.ticket else ()
    return {*life.stands.raised.about, *life.about, *involved}


def _left(life: Complaining) -> set[str]:
    """Who could hear it now, in the end: the path's people, and the tiers' leads; never technicians."""
    book = life.book
    known = {"ida", book.clients["harbor"].account_manager, *(tier.lead for tier in book.tiers)}
    known |= {
        person for level in (book.complaints.levels if book.complaints else ()) for person in level.people
    }
    return {person for one in known if (person := stands_in(book, one, life.now)[0])} - _barred(life)


def _is_due_in_their_hours(life: Climber[Any]) -> None:
    stands: OnPath = life.stands
    hours = Watch(life.book, stands.client, "low", stands.terms.pace).hours
    if hours is None:
        return
    path = stands.path
    dues = [path.levels.due, path.people.due if path.people else None, path.levels.remind]
    if isinstance(stands, Complaint):
        dues += [end for wait in stands.waiting for end in (wait.remind, wait.due)]
    assert all(hours.is_open(due) for due in dues if due)


def _says_nothing(stands: OnPath, since: int = 0) -> None:
    """Nothing of what people wrote stands in the record's lines since then, nor who the caller is."""
    for line in map(stands.sentence, stands.record[since:]):
        assert SECRET not in line
        assert not isinstance(stands, Complaint) or stands.raised.kind not in line


def _tells_nobody_it_is_about(life: Complaining, before: int) -> None:
    numbers = [notice.number for notice in life.told]
    assert numbers == sorted({*numbers}), "each notice has a number of its own"
    stands, new = life.stands, life.told[before:]
    for notice in new:
        assert notice.to
        if notice.kind == ComplaintNotice.TICKET:
            assert notice.to == stands.raised.ticket
        elif notice.kind in CUSTOMERS:
            assert notice.to == stands.by != CALLER
        else:
            assert notice.to in life.book.people
            assert notice.to not in _barred(life) or stands.path.level == LAST_RESORT
        if notice.kind == ComplaintNotice.GIVEN and notice.to in _barred(life):
            assert not _left(life), "somebody else was left"
    for person in {notice.to for notice in new}:
        mine = [notice.kind for notice in new if notice.to == person]
        assert len(mine) == len({*mine}) or "customer-says" in mine or "promise" in mine[0], mine
        assert mine.count(ComplaintNotice.GIVEN) <= 1
        if ComplaintNotice.GIVEN in mine:
            assert ComplaintNotice.MOVED_ON not in mine, "given, and taken away, at one moment"
            assert ComplaintNotice.WARNING not in mine
    assert [notice.kind for notice in new].count(ComplaintNotice.GIVEN) <= 1, "one climb at once"


def _closes_for_good(stands: Complaint) -> None:
    if stands.over:
        assert stands.outcome
        assert course.RULES.wake(stands) is None
        assert not any(promise.open for promise in stands.promises)
    if stands.status == "promised":
        assert any(promise.open for promise in stands.promises)


def _goes_up_only(was: Complaint, stands: Complaint) -> None:
    assert stands.path.levels.at >= was.path.levels.at
    assert stands.path.levels.visit >= was.path.levels.visit
    kept = next((at for at, line in enumerate(stands.record) if line.folded), len(was.record))
    if again := [at for at, line in enumerate(was.record) if line.kind is Kind.TOLD_AGAIN]:
        kept = min(kept, again[-1])  # it may stand for one more by now
    assert stands.record[:kept] == was.record[:kept]
    assert stands.written >= was.written or stands.record[-1].kind is Kind.TOLD_AGAIN
    assert stands.said[: len(was.said)] == was.said
    assert {*was.barred} <= {*stands.barred} or stands.path.level == LAST_RESORT


def _on_time_only(was: Complaint, life: Complaining) -> None:
    """Nothing was said: it has moved only if somebody's time was over, and then with all of their time."""
    stands, path = life.stands, was.path
    if not was.on_level or path.people is None:
        return
    dues = [due for due in (path.levels.due, path.people.due) if due]
    moved = (stands.path.levels.at, stands.holder) != (path.levels.at, path.holder)
    assert moved <= (min(dues) <= life.now), "it went on before its time"
    if moved and stands.path.people and stands.path.people.due:
        watch = Watch(life.book, "harbor", "low", stands.terms.pace)
        terms = stands.terms.levels[min(stands.path.levels.at, len(stands.terms.levels) - 1)]
        lasts = watch.lasts(terms.acknowledge)
        clock = UntilOpening(watch.hours) if watch.hours else None
        due = stands.path.people.due
        left = clock.passed(life.now, due) if clock else due - life.now
        assert left >= lasts * 0.9, "who has it now has all of their time"


# What people say -----------------------------------------------------------------------------

who = st.sampled_from(EVERYBODY)
visits = st.sampled_from([0, 0, 0, 1, 2, 3])


def _by_customer(by: str, does: Callable[[Complaining, str], None]) -> Says:
    """Only whose complaint it is can say it."""

    def says(life: Complaining) -> None:
        does(life, by)
        assert by == life.stands.by

    return says


def _by_holder(by: str, visit: int, does: Callable[[Complaining, str, int], None]) -> Says:
    """Only who was told on the level can say it, about that visit, while it is open."""

    def says(life: Complaining) -> None:
        was = life.stands
        does(life, by, visit)
        assert was.status == "open"
        assert by == was.holder or (by in was.path.told and not was.path.acknowledged)
        assert by not in was.barred
        assert visit in (0, was.path.levels.visit)
        assert life.stands.holder == by

    return says


def _not_yet(by: str, visit: int) -> Says:
    def says(life: Complaining) -> None:
        was, lines = life.stands, len(life.record)
        life.not_yet(visit, by)
        assert by == was.by
        assert was.status in ("answered", "promised")
        _is_one_up(was, life, lines)

    return says


def _is_one_up(was: Complaint, life: Complaining, lines: int) -> None:
    """On the next level, or on the same if there is none; and past what has nobody."""
    levels, now_at = was.path.levels, life.stands.path.levels.at
    above = min(levels.at + 1, max(levels.at, len(levels.rungs) - 1))
    assert life.stands.status == "open"
    assert now_at >= above
    skipped = [f"Nobody on {name} hears it" for name in levels.rungs[above:now_at]]
    new = life.record[lines:]
    assert all(any(line.startswith(text) for line in new) for text in skipped)


def _adds(by: str, about: tuple[str, ...]) -> Says:
    def says(life: Complaining) -> None:
        assert isinstance(life, Watched)
        was = life.about
        life.about = (*was, *about)
        try:
            life.adds(*about, by=by)
        except Refused:
            life.about = was
            raise
        assert by == life.stands.by

    return says


def _verifies(by: str, number: int, kept: bool) -> Says:
    def says(life: Complaining) -> None:
        promise, was, lines = life.stands.having(number), life.stands, len(life.record)
        (life.was_kept if kept else life.was_broken)(number, by)
        assert promise
        assert promise.open
        assert by in (promise.by, was.by)
        assert not was.over
        if not kept and not was.on_level:
            _is_one_up(was, life, lines)

    return says


def _bounces(newest: int) -> Says:
    def says(life: Complaining) -> None:
        mails = [notice for notice in life.told if notice.kind != ComplaintNotice.TICKET]
        life.bounces(mails[-min(newest, len(mails))])

    return says


says = st.one_of(
    st.builds(_by_holder, who, visits, st.just(lambda life, by, visit: life.takes(by, visit))),
    st.builds(_by_holder, who, visits, st.just(lambda life, by, visit: life.answers(by, None, visit))),
    st.builds(_by_customer, who, st.just(lambda life, by: life.is_settled(by=by))),
    st.builds(_not_yet, who, visits),
    st.builds(_adds, who, st.lists(who.filter(STAFF.__contains__), max_size=2).map(tuple)),
    st.builds(_verifies, who, st.integers(1, 3), st.booleans()),
    st.builds(_by_customer, who, st.just(lambda life, by: life.withdraws(by=by))),
    st.builds(_by_customer, who, st.just(lambda life, by: life.reopens(by=by))),
    st.builds(_bounces, st.integers(1, 4)),
)
"""Anybody says anything."""

fitting = st.one_of(
    st.just(lambda life: life.takes(life.stands.holder)),
    st.just(lambda life: life.answers(life.stands.holder)),
    *[
        st.just(lambda life, hours=hours: life.answers(life.stands.holder, life.now + timedelta(hours=hours)))
        for hours in (1, 30, 400)
    ],
    st.just(lambda life: _not_yet(life.stands.by, 0)(life)),
    st.just(lambda life: life.is_settled()),
    st.just(lambda life: life.reopens()),
    st.just(lambda life: _adds(life.stands.by, (life.stands.holder,))(life)),
    st.builds(
        lambda number, kept, mine: (
            lambda life: _verifies(
                life.stands.by if mine else getattr(life.stands.having(number), "by", ""), number, kept
            )(life)
        ),
        st.integers(1, 2),
        st.booleans(),
        st.booleans(),
    ),
)
"""What can be said as it stands, more often than not."""

steps = st.tuples(
    st.sampled_from([0, 0, 1, 90, 250, 900, 2_900, 12_000]),  # minutes
    st.sampled_from([False, False, False, True]),
    st.one_of(fitting, fitting, says),
)


@examples(150)
@given(
    st.sampled_from([*BOOKS]),
    st.sampled_from(BEGINS),
    st.sampled_from([(), (), ("max",), ("vera", "una"), ("otto",), ("ida",), STAFF, ALL_OF_THEM]),
    st.sampled_from(["", "", "ticket-harbor-desk-1"]),
    st.sampled_from(["kim", CALLER]),
    st.lists(steps, min_size=3, max_size=14),
)
def test_whatever_is_said_it_is_with_somebody_it_is_not_about_or_with_the_customer(
    name: str,
    begin: datetime,
    about: tuple[str, ...],
    ticket: str,
    by: str,
    happenings: list[tuple[int, bool, Says]],
) -> None:
    life = _watched(begin, about=about, ticket=ticket, by=by)
    for number, (minutes, outage, act) in enumerate(happenings):
        if number == 1:
            life.book = BOOKS[name]
        was = life.stands
        life.jumps(minutes=minutes) if outage else life.passes(minutes=minutes)
        if outage:
            _on_time_only(was, life)
        was, told = life.stands, len(life.told)
        try:
            act(life)
        except Refused as refused:
            assert SECRET not in str(refused)
            assert (life.stands, len(life.told)) == (was, told)
    _ends(life)


def _watched(begin: datetime, **known: Any) -> Watched:
    if known["by"] == CALLER:
        known |= {"caller": f"Sal {SECRET}", "reach": f"{SECRET}@harbor.example"}
    begun = complains(now=begin, **known)
    life = Watched(begun.stands, begun.book, begun.now, ("ana", "bo", "una"), told=begun.told)
    life.settle()
    return life


def _ends(life: Complaining) -> None:
    """Left alone with an answer it is closed, with all that was promised asked for."""
    if life.stands.status == "open":
        life.answers(life.stands.holder)
    life.passes(days=60)
    assert life.stands.over


@examples(100)
@given(
    st.sampled_from([*BOOKS]),
    st.sampled_from(BEGINS),
    st.sampled_from([(), ("max",), ("una",), ("vera", "una")]),
    st.integers(0, 2),
    st.booleans(),
)
def test_what_is_foreseen_is_what_happens_if_nobody_acts(
    name: str, begin: datetime, about: tuple[str, ...], silent: int, takes: bool
) -> None:
    life = _watched(begin, about=about, by="kim", book=BOOKS[name] if BOOKS[name].complaints else None)
    for _ in range(silent):
        _time_does_something(life)
    if takes:
        life.takes(life.stands.holder)
    foreseen = list(path_forecast(life.stands))
    began = life.stands.path.level
    happened: list[Ahead] = []
    while life.stands.path.level != LAST_RESORT:
        before = life.on
        _time_does_something(life)
        level, holder = life.on
        if life.on != before and (level in (began, LAST_RESORT) or level != before[0]):
            happened.append(Ahead(life.now, level if level != LAST_RESORT else "", holder))
    assert foreseen == happened


def _time_does_something(life: Complaining) -> None:
    upcoming = life.wake
    assert upcoming
    life.until(upcoming.at)


# Reviews -------------------------------------------------------------------------------------


class WatchedReview(Reviewing):
    """A review on which an eye is kept."""

    barred: tuple[str, ...] = ()

    def settle(self) -> Self:
        before = len(self.told)
        super().settle()
        stands, new = self.stands, self.told[before:]
        _is_due_in_their_hours(self)
        _says_nothing(stands)
        assert stands.holder in self.book.people
        if stands.holder in self.barred:
            assert {*ALL_OF_THEM} <= {*self.barred}, "somebody else was left"
        numbers = [notice.number for notice in self.told]
        assert numbers == sorted({*numbers})
        for notice in new:
            assert notice.to not in self.barred or {*ALL_OF_THEM} <= {*self.barred}
        leads = [notice.to for notice in new if notice.kind == AssignmentNotice.GIVEN]
        moved = [notice.to for notice in new if notice.kind == AssignmentNotice.MOVED_ON]
        assert len(leads) <= 1
        assert not {*leads} & {*moved}
        assert (assignments.RULES.wake(stands) is None) == stands.over
        return self


Finds = Callable[[WatchedReview], object]


def _leads(by: str, visit: int, holds: bool) -> Finds:
    def says(life: WatchedReview) -> None:
        was = life.stands
        (life.holds if holds else life.leads)(by, visit)
        assert not was.over
        assert by == was.holder or (by in was.path.told and not was.path.acknowledged)
        assert by not in was.barred
        assert visit in (0, was.path.levels.visit)
        assert life.stands.holder == by
        assert life.stands.concluded_by == (by if holds else "")

    return says


def _hears(number: int, barred: tuple[str, ...]) -> Finds:
    def says(life: WatchedReview) -> None:
        was = life.stands
        known = was.over or str(number) in {one.number for one in was.complaints}
        life.barred = life.barred if known else (*life.barred, *barred)
        life.hears(counted(number, *barred))
        assert (life.stands == was) == known

    return says


def _bounces_review(newest: int) -> Finds:
    return lambda life: life.bounces(life.told[-min(newest, len(life.told))])


finds = st.one_of(
    st.just(lambda life: life.leads(life.stands.holder)),
    st.builds(_leads, who, visits, st.sampled_from([False, False, False, True])),
    st.builds(
        _hears,
        st.integers(1, 9),
        st.one_of(
            st.lists(st.sampled_from(STAFF), max_size=2).map(tuple), st.sampled_from([(), STAFF, ALL_OF_THEM])
        ),
    ),
    st.builds(_bounces_review, st.integers(1, 3)),
)


@examples(125)
@given(
    st.sampled_from([*BOOKS]),
    st.sampled_from(BEGINS),
    st.sampled_from([(), (), ("vera",), STAFF, ALL_OF_THEM]),
    st.lists(
        st.tuples(st.sampled_from([0, 1, 300, 2_000, 9_000]), st.booleans(), finds), min_size=2, max_size=10
    ),
)
def test_a_review_is_led_by_somebody_it_is_not_about_until_it_was_held(
    name: str, begin: datetime, barred: tuple[str, ...], happenings: list[tuple[int, bool, Finds]]
) -> None:
    begun = adds_up(counted(1, *barred), counted(2), now=begin)
    life = WatchedReview(begun.stands, BOOKS[name], begun.now, told=begun.told)
    life.barred = barred
    for minutes, outage, find in happenings:
        life.jumps(minutes=minutes) if outage else life.passes(minutes=minutes)
        was, told = life.stands, len(life.told)
        try:
            find(life)
        except Refused as refused:
            assert SECRET not in str(refused)
            assert (life.stands, len(life.told)) == (was, told)
    if not life.stands.over:
        life.holds(life.stands.holder)
    assert life.stands.over
