"""One prevention proposal as time passes, without a workflow."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedure.approval.deciders import find as find_deciders
from procedure.approval.state import Approval, Ruling
from procedure.book.procedure import Procedure
from procedure.book.reader import Reader
from procedure.ladder import Wake
from procedure.path.levels import agreed
from procedure.prevention import asking
from procedure.prevention import state as rules
from procedure.prevention.due import ComingDue
from procedure.prevention.state import MOST_NAMED, Prevention
from procedure.record import Refused
from tests.northwind import on_call
from tests.procedure.complaint.complaining import MONDAY, Assigned, at
from tests.tables import every

PREVENTION: dict[str, Any] = {
    "levels": [
        {
            "name": "engineering",
            "people": ["cy", "gil"],
            "acknowledge": "4 hours",
            "answer": "5 business days",
        },
        {"name": "management", "people": ["tom"], "acknowledge": "4 hours", "answer": "2 business days"},
    ]
}
RESTORE = ComingDue("restore test", date(2026, 12, 1), "time again", every_days=90, last=date(2026, 9, 2))
UPDATES = ComingDue("updates", date(2026, 12, 1), "time again", every_days=30)
SERVER = ComingDue(
    "new server",
    date(2027, 1, 31),
    "support ends",
    system="trading platform",
    action="replace hardware",
    cost=1800,
    downtime=timedelta(hours=2),
    takes="GBP 1,800 and 2 hours down",
)
SATURDAY = at("2026-12-05 18:00")


class Owned(Assigned[Prevention]):
    """One proposal as time passes."""

    def plans(self, *names: str, by: str = "cy", when: str = "2026-12-05 18:00") -> tuple[Approval, ...]:
        """As the workflow does: who may decide is looked up first."""
        then = at(when)
        items = asking.may_plan(self.stands, by, 0, names, then, self.now)
        found = {
            one.name: find_deciders(self.book, asking.inquiry(self.stands, by, one, then, self.now))
            for one in items
            if one.coming.action
        }
        stands, approvals = asking.plan(self.stands, by, 0, names, then, found, self.now)
        self.becomes(stands)
        return approvals

    def done(self, *names: str, by: str = "cy") -> None:
        self.becomes(rules.done(self.stands, by, 0, names, "", self.now))

    def declines(self, *names: str, by: str = "cy", why: str = "they leave us") -> None:
        self.becomes(rules.decline(self.stands, by, 0, names, why, self.now))

    def ruled(self, outcome: str, number: int = 1) -> None:
        ruling = Ruling(number, outcome, f"it is {outcome}")  # type: ignore[arg-type]
        self.becomes(asking.ruled(self.stands, ruling, self.now))

    def stages(self) -> list[str]:
        return [one.stage for one in self.stands.items]


@cache
def book() -> Procedure:
    return on_call(prevention=PREVENTION)


def proposed(*due: ComingDue, asked: int = 0) -> Owned:
    terms = agreed(book(), path="prevention")
    assert terms
    work = Owned(rules.begun("harbor", due or (RESTORE, UPDATES), terms, MONDAY, asked=asked), book(), MONDAY)
    work.settle()
    return work


def test_what_nobody_takes_up_climbs() -> None:
    work = proposed()
    assert work.heard() == [("given", "cy")]
    work.passes(hours=4)
    assert work.heard() == [("moved-on", "cy"), ("given", "gil")]
    work.until(at("2026-11-24 10:30"))
    assert work.on == ("management", "tom")


def test_the_last_item_settled_concludes_it_for_all_who_were_asked() -> None:
    work = proposed()
    work.passes(hours=4)
    work.heard()
    work.done("restore test", by="gil")
    assert not work.stands.over
    work.declines("updates", by="gil")
    assert (work.stands.conclusion, work.stands.concluded_by) == ("1 done, 1 declined", "gil")
    assert work.heard() == [("concluded", "cy")]
    assert [one.name for one in rules.unkept(work.stands)] == ["restore test", "updates"]


def test_no_clock_runs_while_all_is_planned_and_on_its_day_it_is_its_owners_again() -> None:
    work = proposed()
    work.plans()
    work.heard()
    assert (work.stages(), work.stands.state) == (["planned", "planned"], "planned")
    assert work.wake == Wake(SATURDAY, "what was planned is to be done")
    work.until(SATURDAY)
    assert (work.on, work.stands.path.acknowledged) == (("engineering", "cy"), True)
    assert work.heard() == [("news", "cy")]
    words = work.stands.words(Reader(called=work.stands.name))
    assert words.news.endswith(" is not said to be: restore test, updates.")
    # The time begins anew, in the client's hours, and then it climbs.
    assert work.stands.path.answer_by == at("2026-12-14 09:00")
    work.until(at("2026-12-14 09:00"))
    assert work.on == ("management", "tom")


def test_an_item_that_needs_a_yes_is_asked_for_and_waits_without_a_clock() -> None:
    work = proposed(SERVER, asked=4)
    with pytest.raises(Refused, match=r"new server needs a yes first \(replace hardware\)"):
        work.done("new server")
    (approval,) = work.plans("new server")
    assert (approval.id, approval.ticket) == ("approval-prevention-harbor-5", "prevention-harbor")
    assert [one.person for one in approval.asked] == ["raj"], (
        "Cy decides for Northwind, the client has to agree"
    )
    assert not work.stands.on_level
    with pytest.raises(Refused, match="A yes to new server is asked for"):
        work.plans("new server")

    work.ruled("approved", 5)
    work.done("new server")
    assert work.stands.conclusion == "1 done"


@every("outcome", ["denied", "undecided", "withdrawn"])
def test_without_a_yes_it_is_its_owners_again(outcome: str) -> None:
    work = proposed(SERVER)
    work.plans("new server")
    work.passes(days=1)
    work.ruled(outcome)
    assert (work.stages(), work.on) == (["open"], ("engineering", "cy"))
    assert f"it is {outcome}" in dict(work.stands.words(Reader()).matter.lines)["new server"]
    work.plans("new server")
    assert work.stands.items[0].approval == 2, "it is another question"


def test_what_its_owner_may_decide_alone_is_asked_of_nobody() -> None:
    alone = replace(SERVER, action="configuration change", cost=0, downtime=timedelta(0))
    work = proposed(alone)
    assert work.plans() == ()
    assert work.stands.items[0].may_go_on


def test_a_declined_items_question_is_not_needed_any_more() -> None:
    work = proposed(SERVER, RESTORE)
    work.plans("new server")
    work.declines("new server")
    (one,) = asking.needless(work.stands)
    assert asking.needless(asking.dismissed(work.stands, one)) == ()


def test_what_else_comes_due_is_added_once_and_told_at_once() -> None:
    work = proposed(RESTORE)
    work.heard()
    fifty = tuple(replace(UPDATES, name=f"updates {number}") for number in range(50))
    work.becomes(rules.another(work.stands, (RESTORE, *fifty), work.now))
    assert (len(work.stands.items), work.heard()) == (51, [("news", "cy")])
    before = work.stands
    assert rules.another(before, (RESTORE, *fifty), work.now) is before


def test_what_comes_due_while_all_is_planned_starts_its_clock_again() -> None:
    work = proposed(RESTORE)
    work.plans()
    work.passes(days=2)
    work.heard()
    work.becomes(rules.another(work.stands, (UPDATES,), work.now))
    assert work.heard() == [("news", "cy")]
    assert (work.stages(), work.stands.path.answer_by) == (["planned", "open"], at("2026-12-02 10:00"))


def test_what_was_settled_is_added_again_only_when_it_is_due_again() -> None:
    work = proposed(RESTORE, UPDATES)
    work.done("updates")
    again = replace(UPDATES, due=date(2026, 12, 31))
    for due in (UPDATES, again):
        assert rules.another(work.stands, (due,), work.now).items == work.stands.items, (
            "nobody has heard of it"
        )
    kept = rules.keep(work.stands, rules.unkept(work.stands))
    assert rules.another(kept, (UPDATES,), work.now + timedelta(days=30)).items == kept.items
    later = rules.another(kept, (again,), work.now + timedelta(days=30))
    assert [(one.name, one.stage) for one in later.items] == [("restore test", "open"), ("updates", "open")]


def test_it_names_no_more_than_it_can_carry() -> None:
    many = tuple(replace(RESTORE, name=f"test {number}") for number in range(MOST_NAMED + 50))
    work = proposed(*many)
    assert len(work.stands.items) == MOST_NAMED
    assert rules.another(work.stands, many, work.now) is work.stands


SAYS = ("plan", "done", "decline", "approved", "denied", "undecided", "asked", "another", "hours", "days")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(SAYS), st.sampled_from(("", RESTORE.name, SERVER.name))), max_size=15)
)
def test_whatever_is_said_it_has_a_clock_until_each_item_is_done_or_declined(
    said: list[tuple[str, str]],
) -> None:
    """``settle`` sees to the clock, at each step."""
    work = proposed(SERVER, RESTORE)
    for what, name in said:
        names, then = (name,) if name else (), f"{work.now + timedelta(days=3):%Y-%m-%d %H:%M}"
        with suppress(Refused):
            match what:
                case "plan":
                    work.plans(*names, by=work.stands.holder, when=then)
                case "done":
                    work.done(*names, by=work.stands.holder)
                case "decline":
                    work.declines(*names, by=work.stands.holder)
                case "another":
                    work.becomes(rules.another(work.stands, (UPDATES,), work.now))
                case "hours" | "days":
                    work.passes(**{what: 5})
                case outcome:
                    work.ruled(outcome, work.stands.asked)
    settled = [one.settled for one in work.stands.items]
    assert work.stands.over == all(settled)
    for one in work.stands.items:
        if one.stage == "done" and one.coming.action:
            assert one.outcome == "approved", "nothing is done that needs a yes and has none"


@every(
    "names, when, why",
    [
        (("lunch",), "2026-12-05 18:00", "There is no 'lunch' in it"),
        (("updates",), "2026-11-23 09:00", "is over"),
        (("updates",), "2028-01-01 09:00", "too far away"),
        (("restore test",), "2026-12-05 18:00", "restore test is done already"),
    ],
)
def test_what_can_not_be_planned(names: tuple[str, ...], when: str, why: str) -> None:
    work = proposed()
    work.done("restore test")
    with pytest.raises(Refused, match=why):
        work.plans(*names, when=when)


def test_who_declines_says_why_and_nobody_else_says_anything() -> None:
    work = proposed()
    with pytest.raises(Refused, match="Say why it is not done"):
        work.declines("updates", why=" ")
    with pytest.raises(Refused, match="Cy Tanaka"):
        work.done("updates", by="ana")
