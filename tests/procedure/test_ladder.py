"""The ladder: random lives by the thousands, and the rules that hold in every one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from procedure.ladder import Ladder, due_from
from tests.tries import examples

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

rungs = st.lists(st.booleans(), min_size=1, max_size=6)
"""For each rung: whether somebody on it can be reached."""
minutes = st.integers(min_value=5, max_value=600)


class Life:
    """One ladder, driven as a workflow drives it, with everything that happened written down."""

    def __init__(self, reachable: list[bool], times: list[int], again: int) -> None:
        names = tuple(f"rung {number}" for number in range(len(reachable)))
        self.reachable = dict(zip(names, reachable, strict=True)) | {"": True}
        self.times = dict(zip(names, times, strict=False)) | {"": again}
        self.ladder = Ladder(names, planned=NOON)
        self.now = NOON
        self.climbs: list[tuple[datetime, datetime | None]] = []
        self.presented: list[str] = []
        self.present()

    def present(self) -> None:
        """Present until somebody is there."""
        while not self.ladder.presented:
            rung = self.ladder.rung
            if self.reachable[rung]:
                time = timedelta(minutes=self.times.get(rung, 10))
                due = due_from(self.ladder.planned, self.ladder.planned + time, self.now, time)
                self.ladder = self.ladder.present(f"somebody on {rung}", due)
                self.presented.append(rung)
            else:
                self.ladder = self.ladder.climb(self.now)

    def pass_steps(self, steps: int) -> None:
        """Let so many steps become due, each run at its time."""
        for _ in range(steps):
            if self.ladder.due:
                self.pass_time(self.ladder.due - self.now, timedelta(0))

    def pass_time(self, time: timedelta, late: timedelta) -> None:
        """Let time pass; the steps that become due run this late (an outage, or nothing)."""
        end = self.now + time
        while self.ladder.due and self.ladder.due + late <= end:
            self.now = max(self.now, self.ladder.due + late)
            self.climbs.append((self.now, self.ladder.due))
            self.ladder = self.ladder.climb(self.now)
            self.present()
        self.now = max(self.now, end)


lives = st.builds(Life, rungs, st.lists(minutes, min_size=6, max_size=6), minutes)
spans = st.lists(
    st.tuples(st.integers(0, 700).map(lambda m: timedelta(minutes=m)), st.sampled_from([0, 0, 0, 1, 90])),
    max_size=5,
)


@examples(400)
@given(lives, spans, st.integers(min_value=1, max_value=20))
def test_however_time_passes_it_climbs_rung_by_rung_and_in_time(
    life: Life, spans: list[tuple[timedelta, int]], visit: int
) -> None:
    """Never early, nor twice for one commitment; past nobody; a late message acts on its own rung only."""
    for span, late in spans:
        life.pass_time(span, timedelta(minutes=late))

    _climbs_once_for_what_had_passed(life)
    _skips_no_rung_that_had_somebody(life)
    assert life.ladder.about(visit) == (visit == life.ladder.visit)
    assert life.ladder.about(0)


def _climbs_once_for_what_had_passed(life: Life) -> None:
    """Each climb by time answers one due instant that had passed, and no due instant is answered twice."""
    dues = [due for _, due in life.climbs]
    assert all(due is not None and due <= at for at, due in life.climbs)
    assert len(set(dues)) == len(dues)


def _skips_no_rung_that_had_somebody(life: Life) -> None:
    """What was presented is every reachable rung from the bottom, in order, then the last resort."""
    reachable = [name for name, there in life.reachable.items() if there and name]
    climbed = [name for name in life.presented if name]
    assert climbed == reachable[: len(climbed)]
    if "" in life.presented:
        assert climbed == reachable


@examples(300)
@given(lives)
def test_left_alone_it_ends_with_the_last_resort_and_stays_there(life: Life) -> None:
    """Silence ends with the person of last resort, who is told again and again."""
    life.pass_steps(len(life.ladder.rungs) + 3)

    assert life.ladder.exhausted
    assert life.ladder.presented
    assert life.ladder.due is not None
    assert life.presented.count("") > 1


@examples(300)
@given(lives, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_settled_it_stays_where_it_is(life: Life, later: timedelta) -> None:
    """Once somebody has it, time does nothing any more."""
    life.pass_time(later, timedelta(0))
    life.ladder = life.ladder.settle()
    before = life.ladder

    life.pass_time(timedelta(days=30), timedelta(0))

    assert life.ladder == before


@examples(300)
@given(lives, st.integers(min_value=2, max_value=5000))
def test_after_an_outage_it_climbs_one_rung_and_its_holder_has_the_whole_time(
    life: Life, outage: int
) -> None:
    """Overdue steps coalesce: one climb at once, and what was due meanwhile is not made up for."""
    assert life.ladder.due is not None
    back = life.ladder.due + timedelta(minutes=outage)
    at_least = timedelta(minutes=5)

    after = life.ladder.climb(back)
    due = due_from(after.planned, after.planned + timedelta(minutes=1), back, at_least)

    assert after.at == min(life.ladder.at + 1, len(life.ladder.rungs))
    assert due >= back + at_least


def test_steps_that_run_in_time_add_no_delay() -> None:
    """After a hundred steps, each a moment late, the next is due when it was planned from the start."""
    ladder, time = Ladder(("one",), planned=NOON), timedelta(minutes=10)
    for _ in range(100):
        now = ladder.planned + timedelta(milliseconds=40)
        ladder = ladder.present("somebody", due_from(ladder.planned, ladder.planned + time, now, time))
        assert ladder.due is not None
        ladder = ladder.climb(ladder.due + timedelta(milliseconds=40))

    assert ladder.planned == NOON + 100 * time
