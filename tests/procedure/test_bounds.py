"""Whatever comes, and however often: what is kept of a ticket, an approval or a complaint stays small."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from procedure.approval.deciders import find
from procedure.approval.state import Ruling, contest
from procedure.book.proposal import Proposal
from procedure.book.severity import Facts
from procedure.bounds import LINE, RECORD, Line, bounded
from procedure.complaint import remarks
from procedure.complaint.state import Complaint
from procedure.kinds import Kind
from procedure.ladder import Step
from procedure.path import assignment as assignments
from procedure.prevention import asking as prevention_asking
from procedure.prevention import state as prevention
from procedure.prevention.upkeep import Reading, Settlement, Upkeep
from procedure.problem import state as problems
from procedure.record import Entry, Refused
from procedure.ticket import asking, customer, emergency, staff
from procedure.ticket.handover import LONGEST_NOTE, HandoverItem, ShiftChange, offer
from procedure.ticket.helpdesk import Event, receive
from procedure.ticket.opening import Opening
from procedure.ticket.state import Note, Ticket
from procedure.wording import CUT, cut, weight
from tests.procedure.approval.questions import asks
from tests.procedure.complaint.complaining import MONDAY, adds_up, complains, counted
from tests.procedure.prevention.test_prevention import SERVER, proposed
from tests.procedure.problem.test_problem import recurs, ticket
from tests.procedure.ticket.lives import NOON, Life, life
from tests.tries import examples
from workflows.messages import LONGEST_TEXT

KB = 1024
MOST = 256 * KB
"""What any of them may take, in the JSON that Temporal carries it in."""


def size(kept: object) -> int:
    kind: Any = type(kept)
    return len(_json(kind).dump_json(kept, exclude_defaults=True))


@cache
def _json(kind: Any) -> TypeAdapter[object]:
    """Making one takes longer than using it."""
    return TypeAdapter(kind)


# Texts and lines --------------------------------------------------------------------------


@given(st.text(), st.integers(10, 200))
def test_a_text_is_cut_where_it_takes_too_much(text: str, at_most: int) -> None:
    kept = cut(text, at_most)

    assert weight(kept) <= at_most
    assert kept == text or (kept.endswith(CUT) and text.startswith(kept.removesuffix(CUT)))
    assert kept == text or weight(text) > at_most, "no text is cut that fits"


lines: st.SearchStrategy[tuple[Line, ...]] = st.one_of(
    st.lists(
        st.builds(Note, st.just(NOON), st.just("kim"), st.text(max_size=300)), min_size=1, max_size=60
    ).map(tuple),
    st.lists(
        st.builds(
            Entry, st.just(NOON), st.sampled_from([Kind.SAYS, Kind.PAGED]), words=st.text(max_size=300)
        ),
        min_size=1,
        max_size=60,
    ).map(tuple),
)


@given(lines, st.integers(2_000, 8_000))
def test_of_many_lines_the_first_and_the_last_are_kept_and_the_others_counted(
    many: tuple[Line, ...], at_most: int
) -> None:
    """One by one as they come, at every moment."""
    kept: tuple[Line, ...] = ()
    for number, line in enumerate(many, start=1):
        kept = bounded((*kept, line), at_most)
        folded = [at for at, one in enumerate(kept) if one.folded]

        assert sum(one.stands_for for one in kept) == number
        assert sum(one.weight for one in kept) <= at_most + LINE
        assert kept[-1] is line
        assert len(folded) <= 1
        first, last = (kept[: folded[0]], kept[folded[0] + 1 :]) if folded else (kept, ())
        assert first == many[: len(first)]
        assert last == many[number - len(last) : number]


def test_what_is_folded_says_how_many_and_until_when() -> None:
    ticket = life().ticket
    for minute in range(1_000):
        ticket = ticket.noted(Entry(NOON + timedelta(minutes=minute), Kind.SAYS, "kim", words="news?"))

    (at,) = [at for at, line in enumerate(ticket.record) if line.folded]
    line = ticket.record[at]
    assert ticket.record[at + 1].at - (line.until or NOON) == timedelta(minutes=1)
    assert f"{line.number} more until " in ticket.sentence(line)
    assert ticket.written == len(life().ticket.record) + 1_000
    assert not line.public, "a customer reads no count of what staff have written"


# Everything that can be said ----------------------------------------------------------------

LONG = "\N{FIRE}" * LONGEST_TEXT
"""The longest that is taken, of what takes most."""

text = st.sampled_from([LONG, 'x"\n' * (LONGEST_TEXT // 3), "so"])
person = st.sampled_from(["kim", "ana", "bo", "cy", "x" * 200])


@dataclass
class Flood:
    """One ticket, and everything that anybody says to it."""

    life: Life
    said: int = 0

    def event(self, by: str, text: str, state: Any, often: int) -> None:
        for _ in range(often):
            self.said += 1
            at = self.life.now + timedelta(seconds=self.said)
            facts = Facts(system=text[:200], conditions=tuple(f"{self.said}-{n}" for n in range(50)))
            event = Event(f"{self.said}-" + "d" * 150, at, by, "kim", text, state, facts)
            event = replace(event, requester=f"{by}{self.said % 20}", requester_name=text[:200])
            self.says(receive, event, self.life.now)

    def joins(self, by: str, text: str, often: int) -> None:
        for _ in range(often):
            self.said += 1
            opening = Opening("harbor", "desk", f"{self.said}" + "n" * 100, text[:300], by, text)
            self.says(emergency.joined_by, opening, {by: by}, self.life.now)

    def asks(self, by: str, text: str, often: int) -> None:
        for _ in range(often):
            self.says(self._asked, by, text)

    def _asked(self, ticket: Ticket, by: str, text: str) -> Ticket:
        now = self.life.now
        proposal = Proposal("configuration change", text, text, otherwise=text)
        findings = find(self.life.book, asking.inquiry(ticket, by, proposal, False, now))
        return asking.propose(ticket, by, proposal, findings, now)[0]

    def decided(self, text: str) -> None:
        """Every question is decided, in as many words as are taken."""
        for asked in self.life.ticket.approvals:
            self.says(asking.ruled, Ruling(asked.number, "denied", text), self.life.now)

    def staff(self, by: str, text: str, often: int) -> None:
        now = self.life.now
        for number in range(often):
            self.says(staff.progress, by, 0, text, now)
            self.says(customer.ask, by, 0, text, now)
            self.says(customer.reply, "kim", text, now)
            self.says(staff.pause, by, text, now)
            self.says(staff.resolve, by, 0, text, now)
            self.says(customer.confirm, "kim", 0, False, text, now)
            self.says(staff.hand_on, by, 0, now, note=text)
            self.says(customer.ask_for_escalation, "kim", 0, text, now)
            self.says(customer.complained, f"{number}-{self.said}", number % 2 > 0, now)

    def says(self, say: Callable[..., Ticket], *what: Any, **more: Any) -> None:
        """Nothing is sent meanwhile: what waits to be sent is kept, too."""
        with suppress(Refused):
            self.life.ticket = say(self.life.ticket, *what, **more)

    def settles(self, **time: float) -> None:
        self.life.settle()
        self.life.passes(**time)


happenings = st.one_of(
    st.builds(
        lambda *what: lambda flood: flood.event(*what),
        person,
        text,
        st.sampled_from([None, None, "open", "waiting", "resolved", "closed"]),
        st.sampled_from([1, 60]),
    ),
    st.builds(lambda *what: lambda flood: flood.joins(*what), person, text, st.sampled_from([1, 60])),
    st.builds(lambda *what: lambda flood: flood.asks(*what), person, text, st.sampled_from([1, 30])),
    st.builds(lambda *what: lambda flood: flood.staff(*what), person, text, st.sampled_from([1, 5])),
    st.builds(lambda what: lambda flood: flood.decided(what), text),
    st.builds(
        lambda minutes: lambda flood: flood.settles(minutes=minutes), st.sampled_from([0, 5, 60, 3_000])
    ),
)


@examples(25)
@given(st.lists(happenings, min_size=5, max_size=20))
def test_whatever_comes_a_ticket_takes_256_kilobytes_at_most(many: list[Callable[[Flood], None]]) -> None:
    flood = Flood(life())
    for happens in many:
        happens(flood)
        assert size(flood.life.ticket) <= MOST


@examples(20)
@given(st.lists(st.tuples(st.integers(0, 7), text), min_size=20, max_size=200))
def test_whatever_is_said_a_complaint_takes_256_kilobytes_at_most(many: list[tuple[int, str]]) -> None:
    stands, now = complains(by="kim", words=LONG).stands, NOON
    soon = now + timedelta(days=1)
    says: list[Callable[[Complaint, str], Complaint]] = [
        lambda it, words: remarks.add(it, "kim", words, now),
        lambda it, words: remarks.answer(it, it.holder, 0, words, now),
        lambda it, words: remarks.answer(it, it.holder, 0, words, now, promise=words, promised_by=soon),
        lambda it, words: remarks.settle(it, "kim", False, words, now),
        lambda it, words: remarks.withdraw(it, "kim", words, now),
        lambda it, words: remarks.reopen(it, "kim", words, now),
        lambda it, words: remarks.reopen(it, "kim", "", now),
        lambda it, words: remarks.withdraw(it, "kim", "", now),
    ]
    for what, words in many:
        with suppress(Refused):
            stands = says[what](stands, words)
    assert size(stands) <= MOST


def test_whatever_is_decided_an_approval_takes_256_kilobytes_at_most() -> None:
    """Everybody says all that they can, in as many words as are taken, and many things that do not count."""
    reason, conditions = LONG, "\N{FIRE}" * 490
    put = asks("failover")
    words = replace(put.approval.proposal, what=LONG, why=LONG, otherwise=LONG)
    put.approval = replace(put.approval, proposal=words)
    for person in ("cy", "kim", "raj", "mia", "tom", "gil", "bo", "una"):
        for _ in range(2):
            with suppress(Refused):
                put.says(person, yes=True, reason=reason, conditions=conditions)
            with suppress(Refused):
                put.becomes(contest(put.approval, person, put.now))
    for _ in range(300):
        refused = Entry(put.now, Kind.REFUSED, "kim", words=LONG)
        put.approval = put.approval.noted(refused)
    assert len(put.approval.decisions) >= 3
    assert size(put.approval) <= MOST


def test_a_hundred_tickets_that_change_hands_take_256_kilobytes_at_most() -> None:
    steps = tuple(Step(NOON, LONG[:200]) for _ in range(8))
    notes = tuple(Note(NOON, "bo", LONG[:LONGEST_NOTE]) for _ in range(2))
    listed = ShiftChange(of="bo", to="dee", at=NOON)
    for number in range(100):
        item = HandoverItem(
            ticket=f"ticket-harbor-desk-{number}",
            client="harbor",
            number=str(number),
            title=LONG[:300],
            severity="high",
            status="open",
            due=NOON + timedelta(hours=1),
            reason="trading platform is impaired for 6 users",
            next=steps,
            notes=notes,
        )
        listed = offer(listed, item, NOON)
    assert len(listed.lines) == 100
    assert size(listed) <= MOST


def test_a_review_of_three_thousand_complaints_takes_256_kilobytes_at_most() -> None:
    review = adds_up()
    for number in range(4, 3_000):
        review.hears(counted(number, "vera" if number % 7 == 0 else "otto"))
    assert size(review.stands) <= MOST


def test_whatever_is_said_a_problem_takes_256_kilobytes_at_most() -> None:
    problem = recurs()
    for number in range(4, 3_000):
        problem.becomes(problems.another(problem.stands, ticket(number), MONDAY))
        if number % 10 == 0:
            problem.becomes(problems.work_around(problem.stands, "cy", 0, LONG, MONDAY))
    problem.becomes(problems.find(problem.stands, "cy", 0, LONG, MONDAY))
    problem.becomes(assignments.conclude(problem.stands, "cy", 0, LONG, MONDAY))
    assert size(problem.stands) <= MOST


def test_whatever_is_said_a_prevention_proposal_takes_256_kilobytes_at_most() -> None:
    many = [replace(SERVER, name=f"{n} {'x' * 70}", what="\N{FIRE}" * 200) for n in range(500)]
    work = proposed(*many)
    for number in range(1, 101):
        work.plans(work.stands.items[number - 1].name)
        work.becomes(prevention_asking.ruled(work.stands, Ruling(number, "approved", LONG), work.now))
    assert size(work.stands) <= MOST
    for one in work.stands.items[1:]:
        work.becomes(prevention.decline(work.stands, "cy", 0, (one.name,), LONG, work.now))
    assert (len(work.stands.items), size(work.stands) <= MOST) == (100, True)


def test_whatever_is_measured_and_settled_what_is_kept_of_a_client_takes_256_kilobytes_at_most() -> None:
    upkeep, days = Upkeep("harbor"), [date(2026, 1, 1) + timedelta(days=n) for n in range(200)]
    for number in range(100):
        name = f"{number} {'x' * 70}"
        for day in days:
            upkeep = upkeep.measured(Reading(name, 123_456_789.125, day))
    for number in range(2_000):
        upkeep = upkeep.settle(f"{number} {'x' * 70}", Settlement(days[0], True, NOON))
    assert size(upkeep) <= MOST


def test_a_record_alone_stays_within_its_bound() -> None:
    ticket, now = life().ticket, datetime(2026, 11, 23, 12, tzinfo=NOON.tzinfo)
    for _ in range(300):
        ticket = ticket.noted(Entry(now, Kind.SAYS, "kim", words=LONG))
    assert size(ticket.record) <= RECORD
