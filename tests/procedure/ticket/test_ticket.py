"""A ticket's rules, without a workflow: what is said, what time does, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedure.book.procedure import Procedure
from procedure.book.severity import Facts
from procedure.clocks.durations import Duration
from procedure.kinds import Kind
from procedure.record import Entry, Notice, Refused
from procedure.ticket import customer, staff
from procedure.ticket.forecast import forecast
from procedure.ticket.helpdesk import Event, receive
from procedure.ticket.paging import undeliverable
from procedure.ticket.pauses import look_again
from procedure.ticket.rules import RULES
from procedure.ticket.shifts import declined
from procedure.ticket.state import NoticeKind, Ticket
from tests.northwind import ON_CALL, PROCEDURE, northwind, on_call
from tests.procedure.ticket.lives import (
    CRITICAL,
    HIGH,
    MEDIUM,
    NOON,
    SELDOM,
    Life,
    life,
)
from tests.tries import examples

# Opening ------------------------------------------------------------------------------


def test_high_starts_at_the_first_level() -> None:
    """Its first person is paged, and the customer is told who has it."""
    new = life(HIGH)

    assert (new.ticket.tier, new.ticket.holder) == ("first level", "ana")
    assert new.heard() == [("page", "ana"), ("received", "kim")]


def test_critical_goes_straight_to_the_senior_specialist_and_the_first_level_is_told() -> None:
    """The procedure says which severities skip the first level."""
    new = life(CRITICAL)

    assert (new.ticket.tier, new.ticket.holder) == ("senior specialist", "bo")
    assert new.heard() == [("skipped", "ana"), ("page", "bo"), ("received", "kim")]
    assert new.record[1] == "Starts at senior specialist: critical starts there"


@pytest.mark.parametrize(
    ("facts", "earlier", "tier", "why"),
    [
        (replace(HIGH, users=30), 0, "engineering", "impact: affects 30 users"),
        (
            replace(MEDIUM, conditions=("corrupted database",)),
            0,
            "engineering",
            "complexity: corrupted database",
        ),
        (MEDIUM, 2, "senior specialist", "pattern: 3rd time in 30 days"),
    ],
)
def test_criteria_send_it_higher_at_once(facts: Facts, earlier: int, tier: str, why: str) -> None:
    """Impact, complexity and pattern, each with its reason in the record."""
    new = life(facts, earlier)

    assert new.ticket.tier == tier
    assert new.record[1] == f"Starts at {tier}: {why}"


# Time ---------------------------------------------------------------------------------


def test_who_does_not_acknowledge_in_time_is_followed_by_the_next_and_then_by_the_lead() -> None:
    """Each has the severity's ten minutes, counted from when the step was planned."""
    new = life(HIGH)
    new.heard()

    new.passes(minutes=10)
    assert new.ticket.holder == "ben"
    new.passes(minutes=10)
    assert new.ticket.holder == "lea"
    assert new.heard() == [("page", "ben"), ("page", "lea")]


def test_nothing_happens_a_moment_before_it_is_due() -> None:
    """Never early."""
    new = life(HIGH)

    new.passes(minutes=9, seconds=59.999)

    assert new.ticket.holder == "ana"


def test_an_acknowledged_ticket_is_warned_and_then_climbs_when_its_commitment_runs_out() -> None:
    """At three quarters the holder and the lead hear of it; at the end it goes to the next tier."""
    new = life(HIGH)
    new.becomes(staff.acknowledge(new.ticket, "ana", 0, new.now))
    new.heard()

    new.passes(minutes=22.5)
    assert new.heard() == [("warning", "ana"), ("warning", "lea")]
    new.passes(minutes=7.5)
    assert new.ticket.tier == "senior specialist"
    assert new.record[-2] == "first level's 30 minutes ran out at 2026-11-23T12:30:00Z: to senior specialist"
    assert new.heard() == [("moved-on", "ana"), ("page", "bo"), ("now-with", "kim")]


def test_progress_extends_once_and_never_again() -> None:
    """Half of the thirty minutes more, once; a second note is kept but buys nothing."""
    new = life(HIGH)
    new.becomes(staff.progress(new.ticket, "ana", 0, "it is the switch", new.now))
    assert new.ticket.tiers.due == NOON + timedelta(minutes=45)
    new.passes(minutes=10)
    new.becomes(staff.progress(new.ticket, "ana", 0, "it is port 7", new.now))

    assert new.ticket.tiers.due == NOON + timedelta(minutes=45)
    assert [note.text for note in new.ticket.notes] == ["it is the switch", "it is port 7"]


def test_a_pause_stops_the_clock_and_what_is_left_goes_on() -> None:
    """Ten minutes used, stopped for a day: twenty are left."""
    new = life(HIGH)
    new.passes(minutes=5)
    new.becomes(staff.pause(new.ticket, "ana", "waiting for a part", new.now))
    new.passes(days=1)
    assert new.ticket.status == "paused"
    new.becomes(staff.resume(new.ticket, "ana", new.now))

    assert new.ticket.tiers.due == new.now + timedelta(minutes=25)


def test_a_pause_ends_by_itself() -> None:
    """Never for longer than the procedure allows, and never longer than was asked."""
    new = life(HIGH)
    new.becomes(staff.pause(new.ticket, "ana", "a part", new.now, at_most=Duration.parse("2 hours")))
    new.passes(hours=2)

    assert new.ticket.status == "open"
    assert new.record[-1] == "The longest pause is over, after 2 hours"


def test_a_threshold_passed_in_a_pause_is_not_skipped() -> None:
    """The warning that lay behind the pause still comes (AlgaPSA skips it)."""
    new = life(HIGH)
    new.becomes(staff.acknowledge(new.ticket, "ana", 0, new.now))
    new.passes(minutes=20)
    new.becomes(staff.pause(new.ticket, "ana", "a part", new.now))
    new.passes(hours=5)
    new.becomes(staff.resume(new.ticket, "ana", new.now))
    new.heard()

    new.passes(minutes=2.5)

    assert new.heard() == [("warning", "ana"), ("warning", "lea")]


def test_another_severity_keeps_the_pause_that_was_earned() -> None:
    """Paused for an hour, then raised: the hour does not count (GLPI #15605 forgets it)."""
    new = life(MEDIUM)
    new.becomes(staff.acknowledge(new.ticket, "ana", 0, new.now))
    new.passes(minutes=10)
    new.becomes(staff.pause(new.ticket, "ana", "a part", new.now))
    new.passes(hours=1)
    new.becomes(staff.resume(new.ticket, "ana", new.now))
    new.becomes(
        staff.reassess(new.ticket, "ana", Facts(), new.now, severity="high", reason="the owner called")
    )

    assert new.ticket.tier == "first level"
    assert new.ticket.tiers.due == NOON + timedelta(hours=1, minutes=30)


def test_a_severity_that_starts_higher_goes_there_at_once() -> None:
    """Raised to critical, it does not wait at the first level."""
    new = life(HIGH)
    new.becomes(staff.reassess(new.ticket, "ana", Facts(state="down"), new.now))

    assert (new.ticket.severity, new.ticket.tier) == ("critical", "senior specialist")
    assert new.record[-2] == "critical starts at senior specialist: to senior specialist"


def test_more_users_make_it_an_impact() -> None:
    """Twelve more users: assessed again, and up by impact."""
    new = life(HIGH)
    new.becomes(staff.reassess(new.ticket, "ana", Facts(users=26), new.now))

    assert new.ticket.tier == "engineering"
    assert new.record[-2] == "impact: affects 26 users: to engineering"


def test_left_alone_it_goes_over_everybody_to_the_last_resort() -> None:
    """Each person once, then Ida every ten minutes, until she takes it."""
    new = life(HIGH)
    new.passes(hours=2)

    pages = [who for kind, who in new.heard() if kind == "page"]
    assert pages == ["ana", "ben", "lea", "bo", "sam", "cy", "gil", "mia", "tom", "ida", "ida", "ida", "ida"]
    new.becomes(staff.acknowledge(new.ticket, "ida", 0, new.now))
    new.passes(hours=23)
    assert [who for kind, who in new.heard() if kind == "page"] == []


def test_an_outage_climbs_once_and_gives_the_new_holder_the_whole_time() -> None:
    """Down for a day: one climb, not four, and ten minutes to acknowledge from now."""
    new = life(HIGH)
    new.jumps(days=1)

    assert (new.ticket.tier, new.ticket.holder) == ("senior specialist", "bo")
    assert new.ticket.here.people is not None
    assert new.ticket.here.people.due == new.now + timedelta(minutes=10)
    assert new.ticket.tiers.due == new.now + timedelta(minutes=10)


def test_a_tier_with_nobody_is_passed_at_once_and_said_so() -> None:
    """Its people have left the procedure: no time is waited out."""
    book = northwind()
    empty = [tier.model_copy(update={"people": ("gone",), "lead": "gone"}) for tier in book.tiers[:1]]
    new = life(HIGH, book=book.model_copy(update={"tiers": (*empty, *book.tiers[1:])}))

    assert (new.ticket.tier, new.ticket.holder) == ("senior specialist", "bo")
    assert "Nobody at first level can be reached: to senior specialist" in new.record
    assert ("received", "kim") in new.heard()


def test_a_refused_address_goes_on_to_the_next_person_at_once() -> None:
    """And says so in the record."""
    new = life(HIGH)
    page = Notice(1, NoticeKind.PAGE, "ana", new.ticket.tiers.visit)
    new.becomes(undeliverable(new.ticket, page, "550 no such user", new.now))

    assert new.ticket.holder == "ben"
    assert "Mail to Ana Ruiz does not arrive: 550 no such user" in new.record
    assert "Ana Ruiz can't be reached: Ben Okafor is next" in new.record


def test_the_last_resorts_repetitions_are_one_line_whether_they_arrive_or_not() -> None:
    """Every ten minutes of a whole night, and the mail server refuses each."""
    new = life(HIGH)
    new.passes(hours=5)
    assert new.ticket.holder == "ida"
    begun, told = len(new.ticket.record), len(new.told)
    for _ in range(40):
        new.passes(minutes=10)
        new.becomes(undeliverable(new.ticket, new.told[-1], "550 no such user", new.now))
    assert len(new.told) - told == 40
    assert new.record[begun - 1].startswith("Ida Northcott (last resort) paged again, times so far: ")
    assert new.record[begun:] == ["Mail to Ida Northcott does not arrive: 550 no such user"]


def test_a_refusal_that_comes_late_moves_nothing() -> None:
    """It is about a page that somebody else has answered meanwhile."""
    new = life(HIGH)
    page = Notice(1, NoticeKind.PAGE, "ana", new.ticket.tiers.visit)
    new.passes(minutes=10)
    new.becomes(staff.acknowledge(new.ticket, "ben", 0, new.now))
    new.becomes(undeliverable(new.ticket, page, "550", new.now))

    assert new.ticket.holder == "ben"


# What people say -----------------------------------------------------------------------


def test_anybody_of_the_tier_may_take_it_and_those_paged_before_are_told() -> None:
    """Ana was paged, Ben takes it."""
    new = life(HIGH)
    new.heard()
    new.becomes(staff.acknowledge(new.ticket, "ben", 1, new.now))

    assert (new.ticket.holder, new.ticket.here.acknowledged) == ("ben", True)
    assert new.heard() == [("taken", "ana")]


@pytest.mark.parametrize(
    ("say", "told"),
    [
        (
            lambda t, n: staff.acknowledge(t, "cy", 0, n),
            "Cy Tanaka does not stand at first level; Ana Ruiz has it.",
        ),
        (
            lambda t, n: staff.acknowledge(t, "ana", 7, n),
            "It has moved on: Ana Ruiz (first level) has it now.",
        ),
        (lambda t, n: staff.progress(t, "ana", 0, "  ", n), "Say what was found."),
        (lambda t, n: staff.resume(t, "ana", n), "The clock is not stopped."),
        (lambda t, n: staff.resolve(t, "ana", 0, "", n), "Say what solved it."),
        (
            lambda t, n: staff.hand_on(t, "ana", 0, n, tier="first level"),
            "first level is not above first level",
        ),
        (lambda t, n: staff.hand_on(t, "ana", 0, n, tier="magic"), "There is no tier 'magic'"),
        (lambda t, n: staff.hand_on(t, "ana", 0, n, condition="magic"), "'magic' is not in the catalogue"),
        (
            lambda t, n: staff.hand_back(t, "ana", 0, "engineering", "no", n),
            "engineering is not below first level",
        ),
        (lambda t, n: customer.confirm(t, "kim", 0, True, "", n), "Nobody says that it is solved yet."),
        (lambda t, n: customer.answer_request(t, "lea", True, "", n), "There is no open wish to escalate"),
        (lambda t, n: customer.reply(t, "kim", " ", n), "Write what you want to tell us."),
    ],
)
def test_what_does_not_count_says_why(say: Callable[[Ticket, datetime], Ticket], told: str) -> None:
    """A refusal tells what stands instead; the ticket is as it was."""
    new = life(HIGH)
    new.ticket = replace(new.ticket, names={**(new.ticket.names or {}), "cy": "Cy Tanaka"})

    with pytest.raises(Refused, match=told.replace("(", r"\(").replace(")", r"\)")):
        say(new.ticket, new.now)


def test_handing_on_carries_what_was_found() -> None:
    """By complexity, to the tier the catalogue names, with the note."""
    new = life(HIGH)
    new.becomes(
        staff.hand_on(new.ticket, "ana", 0, new.now, condition="corrupted database", note="index is broken")
    )

    assert (new.ticket.tier, new.ticket.holder) == ("engineering", "cy")
    assert "Handed on by Ana Ruiz, complexity: corrupted database: to engineering" in new.record
    assert [note.text for note in new.ticket.notes] == ["index is broken"]


def test_handing_back_needs_a_reason_and_counts_once_a_tier() -> None:
    """No ping-pong: the first level gets it back once."""
    new = life(CRITICAL)
    new.becomes(staff.hand_back(new.ticket, "bo", 0, "first level", "a password", new.now))
    assert (new.ticket.tier, new.ticket.holder) == ("first level", "ana")
    new.becomes(staff.hand_on(new.ticket, "ana", 0, new.now))

    with pytest.raises(Refused, match="once already"):
        staff.hand_back(new.ticket, "bo", 0, "first level", "a password", new.now)


def test_an_old_link_does_not_climb_twice() -> None:
    """Handed on from visit one, the same link again is about a visit that is over."""
    new = life(HIGH)
    visit = new.ticket.tiers.visit
    new.becomes(staff.hand_on(new.ticket, "ana", visit, new.now))

    with pytest.raises(Refused, match="It has moved on: Bo Lind"):
        staff.hand_on(new.ticket, "ana", visit, new.now)


# The customer ----------------------------------------------------------------------------


def test_the_customers_wish_is_asked_of_the_lead_and_kept_with_a_reason() -> None:
    """A named person answers, and the customer is told."""
    new = life(HIGH)
    new.heard()
    new.becomes(customer.ask_for_escalation(new.ticket, "kim", 0, "we lose money", new.now))
    assert new.heard() == [("wants-up", "lea")]
    new.becomes(customer.answer_request(new.ticket, "lea", False, "Ana is nearly there", new.now))

    assert new.ticket.tier == "first level"
    assert [(n.kind, n.to, n.text) for n in new.told] == [
        ("answered", "kim", "Lea Brandt keeps it at first level: Ana is nearly there")
    ]


def test_the_customers_wish_granted_moves_it_up() -> None:
    """With who granted it in the record."""
    new = life(HIGH)
    new.becomes(customer.ask_for_escalation(new.ticket, "kim", 0, "", new.now))
    new.heard()
    new.becomes(customer.answer_request(new.ticket, "lea", True, "", new.now))

    assert new.ticket.tier == "senior specialist"
    assert "The customer asked, Lea Brandt granted it: to senior specialist" in new.record
    assert new.heard() == [("answered", "kim"), ("page", "bo"), ("now-with", "kim")]


def test_a_wish_that_nobody_answers_is_granted() -> None:
    """Silence never keeps a ticket down."""
    new = life(MEDIUM)
    new.becomes(customer.ask_for_escalation(new.ticket, "kim", 0, "", new.now))
    new.passes(minutes=30)

    assert new.ticket.tier == "senior specialist"
    assert new.record[-2] == (
        "The customer asked, and Lea Brandt did not answer by 2026-11-23T12:30:00Z: to senior specialist"
    )


def test_a_wish_is_open_once() -> None:
    """A second click is told who answers."""
    new = life(HIGH)
    new.becomes(customer.ask_for_escalation(new.ticket, "kim", 0, "", new.now))

    with pytest.raises(Refused, match="You have asked already; Lea Brandt answers by"):
        customer.ask_for_escalation(new.ticket, "kim", 0, "", new.now)


def test_a_question_stops_the_clock_until_the_answer() -> None:
    """And the answer is told to whoever has it."""
    new = life(HIGH)
    new.becomes(customer.ask(new.ticket, "ana", 0, "Which office?", new.now))
    paused = new.ticket
    assert paused.status == "paused"
    new.passes(hours=3)
    new.heard()
    new.becomes(customer.reply(new.ticket, "kim", "Leeds", new.now))

    assert new.ticket.status == "open"
    assert new.heard() == [("customer-says", "ana")]
    assert new.ticket.tiers.due == new.now + timedelta(minutes=30)


def test_not_yet_reopens_one_tier_higher() -> None:
    """With what was done, and what the customer said."""
    new = life(HIGH)
    new.becomes(staff.resolve(new.ticket, "ana", 0, "restarted", new.now))
    new.heard()
    new.becomes(customer.confirm(new.ticket, "kim", 0, False, "still slow", new.now))

    assert [(note.by, note.text) for note in new.ticket.notes] == [
        ("ana", "Resolved: restarted"),
        ("kim", "still slow"),
    ]

    assert (new.ticket.status, new.ticket.tier) == ("open", "senior specialist")
    assert "Kim Harlow says it is not solved: still slow: reopened: to senior specialist" in new.record


def test_no_answer_closes_with_a_note() -> None:
    """Halfway they are asked once more; after the agreed time it closes, and the customer is told."""
    new = life(HIGH)
    new.becomes(staff.resolve(new.ticket, "ana", 0, "restarted", new.now))
    new.heard()
    new.passes(days=1, minutes=-1)
    assert new.heard() == []
    new.passes(minutes=1)
    assert new.heard() == [("solved", "kim")]
    assert new.record[-1] == "Kim Harlow is asked once more"
    new.passes(days=1)

    assert new.ticket.status == "closed"
    assert new.record[-1] == "No answer from Kim Harlow within 2 business days: closed"
    assert new.heard() == [("closed", "kim")]


# The forecast ------------------------------------------------------------------------------


def test_the_forecast_is_what_happens() -> None:
    """Left alone, each step comes when the forecast of the start said it would."""
    new = life(CRITICAL)
    foreseen = [(step.at, step.text) for step in forecast(new.ticket)]

    happened = []
    while not new.ticket.tiers.exhausted:
        upcoming = RULES.wake(new.ticket)
        assert upcoming is not None
        holder = new.ticket.holder
        new.now = upcoming.at
        new.settle()
        if new.ticket.holder != holder:
            happened.append((new.now, new.ticket.name(new.ticket.holder)))

    assert [at for at, _ in foreseen] == [
        at for at, who in happened if any(who in text for _, text in foreseen)
    ]
    assert [text for _, text in foreseen] == [
        "Sam Ortega is paged (senior specialist)",
        "it goes to Cy Tanaka (engineering)",
        "it goes to Mia Keller (management)",
        "it goes to Ida Northcott (last resort)",
    ]


@pytest.mark.parametrize("facts", [CRITICAL, HIGH, MEDIUM])
@pytest.mark.parametrize("hours", [0, 5.2, 11, 101.3], ids=["noon", "closing", "night", "weekend"])
@pytest.mark.parametrize("acknowledged", [False, True])
def test_in_hours_and_out_of_them_the_next_step_comes_when_the_forecast_says(
    facts: Facts, hours: float, acknowledged: bool
) -> None:
    """And each step of it, as long as nobody acts and nobody's duty ends meanwhile."""
    new = life(facts, book=on_call(), now=NOON + timedelta(hours=hours))
    if acknowledged:
        new.becomes(staff.acknowledge(new.ticket, new.ticket.holder, 0, new.now))
    while not new.ticket.tiers.exhausted:
        at, text = forecast(new.ticket)[0]
        pages = len(new.told)
        duty = new.ticket.here.standing.until if new.ticket.here.standing else None
        if duty and duty < at:
            new.passes(seconds=(duty - new.now).total_seconds())
            continue
        new.passes(seconds=(at - new.now).total_seconds())
        assert len(new.told) > pages, f"foreseen, and nothing happened: {text}"
        assert new.ticket.name(new.ticket.holder) in text


def test_acknowledged_the_forecast_goes_by_commitments() -> None:
    """Somebody has it: the next tier comes when the commitment runs out."""
    new = life(HIGH)
    new.becomes(staff.acknowledge(new.ticket, "ana", 0, new.now))

    assert forecast(new.ticket)[0] == (NOON + timedelta(minutes=30), "it goes to Bo Lind (senior specialist)")


# Whole lives ---------------------------------------------------------------------------------

people = st.sampled_from(["ana", "ben", "lea", "bo", "dee", "sam", "cy", "eva", "gil", "mia", "tom", "ida"])
tiers = st.sampled_from([tier["name"] for tier in PROCEDURE["tiers"]])
visits = st.integers(0, 4)

Act = Callable[[Ticket, datetime], Ticket]


def _acts() -> st.SearchStrategy[Act]:
    """Everything anybody can say, sensible or not."""
    return st.one_of(
        st.builds(lambda p, v: lambda t, n: staff.acknowledge(t, p, v, n), people, visits),
        st.builds(lambda p: lambda t, n: staff.progress(t, p, 0, "found", n), people),
        st.builds(lambda p, to: lambda t, n: staff.hand_on(t, p, 0, n, tier=to), people, tiers),
        st.builds(lambda p, to: lambda t, n: staff.hand_back(t, p, 0, to, "why", n), people, tiers),
        st.builds(lambda p: lambda t, n: staff.pause(t, p, "a part", n), people),
        st.builds(lambda p: lambda t, n: staff.resume(t, p, n), people),
        st.builds(lambda p: lambda t, n: staff.resolve(t, p, 0, "done", n), people),
        st.builds(lambda p: lambda t, n: customer.ask(t, p, 0, "where?", n), people),
        st.builds(
            lambda s: lambda t, n: staff.reassess(t, "ana", Facts(), n, severity=s, reason="so"),
            st.sampled_from(["critical", "high", "medium", "low"]),
        ),
        st.builds(lambda u: lambda t, n: staff.reassess(t, "ana", Facts(users=u), n), st.integers(0, 60)),
        st.just(lambda t, n: customer.ask_for_escalation(t, "kim", 0, "", n)),
        st.builds(lambda p, g: lambda t, n: customer.answer_request(t, p, g, "so", n), people, st.booleans()),
        st.just(lambda t, n: customer.reply(t, "kim", "well", n)),
        st.builds(lambda yes: lambda t, n: customer.confirm(t, "kim", 0, yes, "", n), st.booleans()),
        st.builds(
            lambda d, s: lambda t, n: receive(t, Event(f"d{d}", n, state=s), n),
            st.integers(0, 5),
            st.sampled_from(["open", "waiting", "resolved", "closed"]),
        ),
        st.builds(
            lambda p, k, c: (
                lambda t, n: undeliverable(t, Notice(99, k, p, t.tiers.visit, channel=c), "550", n)
            ),
            people,
            st.sampled_from(list(NoticeKind)),
            st.sampled_from(["", "sms"]),
        ),
        st.builds(lambda p: lambda t, n: staff.accept(t, p, n), people),
        st.builds(lambda p: lambda t, n: staff.keep(t, p, n), people),
        st.just(lambda t, n: declined(t, Entry(n, Kind.UNREACHABLE, person="dee"))),
        st.builds(lambda c: lambda t, n: look_again(t, str(c), "another calendar", n), st.integers(0, 5)),
    )


def _books() -> list[Procedure]:
    """Always open; on call out of hours; emergencies only, with people away and waits in business days."""
    harbor = ON_CALL["clients"]["harbor"] | {"coverage": {"out_of_hours": "emergencies only"}}
    away = {"leave": [{"first": "2026-11-25", "last": "2026-11-30", "substitute": "ben"}]}
    changed = {
        "ana": away,
        "dee": away,
        "cy": {"leave": [{"first": "2026-11-20", "last": "2026-11-26"}]},
        "bo": {"channels": {"sms": {"env": "BO_SMS"}}},
    }
    people = {ident: person | changed.get(ident, {}) for ident, person in ON_CALL["people"].items()}
    return [
        northwind(last_resort=SELDOM),
        on_call(last_resort=SELDOM),
        on_call(people=people, last_resort=SELDOM),
        on_call(
            people=people,
            last_resort=SELDOM,
            clients=ON_CALL["clients"] | {"harbor": harbor},
            pause_at_most="2 business days",
        ),
    ]


BOOKS = _books()


@examples(200)
@given(
    st.sampled_from(BOOKS),
    st.sampled_from([NOON, NOON + timedelta(hours=5), NOON + timedelta(days=4, hours=5, minutes=20)]),
    st.sampled_from([HIGH, CRITICAL, MEDIUM]),
    st.lists(st.tuples(st.sampled_from([0, 1, 7, 30, 200, 900]), st.booleans(), _acts()), max_size=12),
)
def test_no_ticket_is_ever_an_orphan(
    book: Procedure, begin: datetime, facts: Facts, happenings: list[tuple[int, bool, Act]]
) -> None:
    """Whatever anybody says, in any order, however late it runs: somebody has it, and a clock is armed."""
    new = life(facts, book=book, now=begin)
    for minutes, outage, act in happenings:
        if outage:
            new.jumps(minutes=minutes)
        else:
            new.passes(minutes=minutes)
        try:
            new.becomes(act(new.ticket, new.now))
        except Refused:
            continue
        _is_in_somebodys_hands(new)
    new.passes(hours=6)
    _is_in_somebodys_hands(new)


def _is_in_somebodys_hands(new: Life) -> None:
    ticket = new.ticket
    if ticket.closed:
        assert RULES.wake(ticket) is None
        return
    upcoming = RULES.wake(ticket)
    assert upcoming is not None
    assert upcoming.at > new.now or upcoming.at == new.now
    assert ticket.holder in new.book.people
    assert ticket.record
    assert [step.at for step in forecast(ticket)] == sorted(step.at for step in forecast(ticket))
    assert forecast(ticket)
    assert ticket.tiers.due is None or not _is_owed_out_of_hours(new)


def _is_owed_out_of_hours(new: Life) -> bool:
    """Whether a commitment that runs in hours ends while the client is closed: never."""
    ticket, hours = new.ticket, new.book.almanac.hours.get("harbor")
    if hours is None or ticket.tiers.exhausted or ticket.severity in ("critical", "high"):
        return False
    due = ticket.tiers.due
    assert due is not None
    return not hours.is_open(due) and not hours.is_open(due - timedelta(microseconds=1))
