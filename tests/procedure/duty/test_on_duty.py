"""Who keeps watch, and what that does to a ticket: stories without a workflow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from procedure.book.severity import NOTHING_KNOWN, Facts
from procedure.clocks.calendars import instant
from procedure.duty.on_duty import Watch, stands_in
from procedure.record import Refused
from procedure.ticket.customer import ask_for_escalation, confirm
from procedure.ticket.helpdesk import Event, receive
from procedure.ticket.paging import undeliverable
from procedure.ticket.pauses import look_again
from procedure.ticket.staff import (
    accept,
    acknowledge,
    keep,
    pause,
    progress,
    reassess,
    resolve,
    resume,
)
from tests.northwind import ON_CALL, PROCEDURE, UK_HOLIDAYS, northwind, on_call
from tests.procedure.ticket.lives import CRITICAL, HIGH, MEDIUM, Life, life


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def born(when: str, facts: Facts = CRITICAL, **changes: Any) -> Life:
    return life(facts, book=on_call(**changes), now=at(when))


SUNDAY_23 = "2026-11-29 23:00"
FRIDAY_1750 = "2026-12-24 17:50"  # a Thursday: Friday is Christmas Day, Monday the day that is moved to


def harbor(**changes: Any) -> dict[str, Any]:
    clients = ON_CALL["clients"]
    return {"clients": clients | {"harbor": clients["harbor"] | changes}}


def test_critical_on_sunday_at_23_pages_who_is_on_call_until_somebody_has_it() -> None:
    """Primary, secondary, lead, each with their own time; then the next tier's; then the last resort."""
    ticket = born(SUNDAY_23)
    assert ("page", "dee") in ticket.heard()
    ticket.passes(minutes=15)
    assert ticket.heard() == [("page", "eva")]
    ticket.passes(minutes=10)
    assert ticket.heard() == [("warning", "eva"), ("warning", "sam"), ("page", "sam")]
    ticket.passes(minutes=5)
    # The thirty minutes of the senior specialists are over, too.
    assert ticket.heard() == [("page", "eva"), ("now-with", "kim")]
    ticket.becomes(acknowledge(ticket.ticket, "eva", 0, ticket.now))
    assert ticket.ticket.holder == "eva"


def test_in_hours_the_tiers_own_people_are_paged() -> None:
    ticket = born("2026-11-30 09:00")
    assert ("page", "bo") in ticket.heard()


def test_medium_before_a_long_weekend_waits_visibly_and_counts_its_business_hours() -> None:
    """Thursday 24 December 17:50: the hours are over; Friday to Monday are holidays and weekend."""
    ticket = born(FRIDAY_1750, MEDIUM)
    assert ticket.heard() == [("waits", "kim")]
    assert ticket.ticket.holder == "ana"
    assert instant(ticket.ticket.opens) == "2026-12-29T09:00:00Z"  # type: ignore[arg-type]
    assert instant(ticket.ticket.tiers.due) == "2026-12-29T11:00:00Z"  # type: ignore[arg-type]
    ticket.passes(days=4)
    assert ticket.heard() == []
    ticket.passes(hours=15, minutes=10)  # Tuesday 09:00
    assert ticket.heard() == [("page", "ana")]
    ticket.passes(hours=1)
    assert ticket.heard() == [("page", "ben")]


def test_what_waits_may_be_taken_before_the_hours_begin() -> None:
    ticket = born(FRIDAY_1750, MEDIUM)
    ticket.heard()
    ticket.becomes(acknowledge(ticket.ticket, "ben", 0, ticket.now))
    ticket.passes(days=4, hours=15, minutes=10)
    assert ticket.heard() == []
    assert ticket.ticket.holder == "ben"
    assert instant(ticket.ticket.tiers.due) == "2026-12-29T11:00:00Z"  # type: ignore[arg-type]


def test_emergencies_only_has_high_wait_and_pages_critical() -> None:
    only = harbor(coverage={"out_of_hours": "emergencies only"})
    assert born(SUNDAY_23, HIGH, **only).heard() == [("waits", "kim")]
    assert ("page", "dee") in born(SUNDAY_23, CRITICAL, **only).heard()


def test_staffed_pages_the_tiers_own_people_at_night() -> None:
    staffed = harbor(coverage={"out_of_hours": "staffed"})
    assert ("page", "ana") in born(SUNDAY_23, MEDIUM, **staffed).heard()


def test_everybody_away_goes_to_the_last_resort_at_once_with_the_reasons() -> None:
    away = [{"first": "2026-11-01", "last": "2026-12-31"}]
    people = {
        ident: p | ({"leave": away} if ident != "ida" else {}) for ident, p in ON_CALL["people"].items()
    }
    ticket = born(SUNDAY_23, people=people)
    assert ("page", "ida") in ticket.heard()
    assert "senior specialist: Dee Novak is away, and nobody stands in" in ticket.record


def test_a_substitute_stands_in_and_is_recorded_as_one() -> None:
    leave = [{"first": "2026-11-29", "last": "2026-12-05", "substitute": "bo"}]
    people = ON_CALL["people"] | {"dee": ON_CALL["people"]["dee"] | {"leave": leave}}
    ticket = born(SUNDAY_23, people=people)
    assert ("page", "bo") in ticket.heard()
    assert any("paged instead of Dee Novak, who is away" in text for text in ticket.record)


def test_substitutes_in_a_circle_are_nobody() -> None:
    people = PROCEDURE["people"]
    away = {"first": "2026-11-01", "last": "2026-12-31"}
    people = people | {
        "ana": people["ana"] | {"leave": [away | {"substitute": "ben"}]},
        "ben": people["ben"] | {"leave": [away | {"substitute": "ana"}]},
    }
    assert stands_in(northwind(people=people), "ana", at(SUNDAY_23))[0] == ""


@pytest.mark.parametrize("taken", [True, False])
def test_at_the_end_of_hours_who_is_on_call_comes_on(taken: bool) -> None:
    """Paged at 17:28 in hours, and nobody has it at 17:30: those on call are paged at once."""
    ticket = born("2026-11-23 17:28")
    ticket.heard()
    if taken:
        ticket.becomes(acknowledge(ticket.ticket, "bo", 0, ticket.now))
    ticket.passes(minutes=2)
    assert ticket.heard() == ([("handover", "dee")] if taken else [("page", "dee")])


def test_who_is_on_call_anyway_stays_where_they_are() -> None:
    """From Monday 30 November 09:00 bo is on call himself."""
    ticket = born("2026-11-30 17:28")
    ticket.becomes(acknowledge(ticket.ticket, "bo", 0, ticket.now))
    ticket.heard()
    ticket.passes(minutes=5)
    assert ticket.heard() == []


def handed(**changes: Any) -> Life:
    """Bo has it at the end of hours; dee is on call."""
    ticket = born("2026-11-23 17:20", **changes)
    ticket.becomes(acknowledge(ticket.ticket, "bo", 0, ticket.now))
    ticket.passes(minutes=10)
    ticket.heard()
    return ticket


def test_what_is_offered_at_the_change_of_shifts_is_accepted() -> None:
    ticket = handed()
    due = ticket.ticket.tiers.due
    assert ticket.ticket.holder == "bo"
    ticket.becomes(accept(ticket.ticket, "dee", ticket.now))
    assert (ticket.ticket.holder, ticket.ticket.tiers.due) == ("dee", due)
    assert ticket.record[-1] == "Dee Novak accepts it from Bo Lind"


def test_it_may_be_kept_by_who_works_on_it() -> None:
    ticket = handed()
    with pytest.raises(Refused):
        keep(ticket.ticket, "dee", ticket.now)
    ticket.becomes(keep(ticket.ticket, "bo", ticket.now))
    ticket.becomes(pause(ticket.ticket, "bo", "waiting for the vendor", ticket.now))
    ticket.passes(minutes=30)
    ticket.becomes(resume(ticket.ticket, "bo", ticket.now))
    assert ticket.heard() == []
    assert ticket.ticket.holder == "bo"


def test_what_was_kept_is_offered_again_at_the_next_change_of_shifts() -> None:
    """Bo keeps it overnight; on the next evening he goes home again."""
    ticket = handed(commitments=LONG)
    ticket.becomes(keep(ticket.ticket, "bo", ticket.now))
    ticket.passes(hours=24)
    assert ("handover", "dee") in ticket.heard()


def test_an_offer_that_nobody_took_ends_with_the_duty_of_who_it_was_offered_to() -> None:
    """Offered to dee at 17:30 and not answered within a long time: in the morning bo has it anyway."""
    coverage = {"out_of_hours": "on call", "answer_within": "20 hours"}
    ticket = handed(commitments=LONG, **harbor(coverage=coverage))
    ticket.passes(hours=15, minutes=30)
    assert ticket.heard() == []
    assert (ticket.ticket.holder, ticket.ticket.here.handover) == ("bo", None)
    assert "Not offered to Dee Novak any more, who has not accepted it" in ticket.record


LONG = PROCEDURE["commitments"] | {
    "critical": dict.fromkeys(PROCEDURE["commitments"]["critical"], "3 days"),
}


def test_not_accepted_in_time_it_goes_to_the_next_on_duty() -> None:
    """Also when it is paused: the clock stands still, the question who has it does not."""
    ticket = handed()
    ticket.becomes(pause(ticket.ticket, "bo", "waiting for the vendor", ticket.now))
    ticket.passes(minutes=15)
    assert ticket.heard() == [("page", "eva"), ("moved-on", "bo")]
    assert "Dee Novak did not accept it in time: Eva Roth is next" in ticket.record


def test_a_paused_ticket_is_offered_at_the_change_of_shifts_too() -> None:
    ticket = born("2026-11-23 17:20")
    ticket.becomes(acknowledge(ticket.ticket, "bo", 0, ticket.now))
    ticket.becomes(pause(ticket.ticket, "bo", "waiting for the vendor", ticket.now))
    ticket.heard()
    ticket.passes(minutes=10)
    assert ticket.heard() == [("handover", "dee")]
    ticket.becomes(accept(ticket.ticket, "dee", ticket.now))
    assert (ticket.ticket.holder, ticket.ticket.status) == ("dee", "paused")


def test_a_pause_over_a_holiday_costs_nothing_and_gives_nothing() -> None:
    """One hour of two used on Thursday, paused until Tuesday: one hour is left."""
    ticket = born("2026-12-24 10:00", MEDIUM, pause_at_most="6 days")
    ticket.passes(hours=1)
    ticket.becomes(pause(ticket.ticket, "ben", "waiting for the customer", ticket.now))
    ticket.passes(days=4, hours=22)
    ticket.becomes(resume(ticket.ticket, "ben", ticket.now))
    assert instant(ticket.now) == "2026-12-29T09:00:00Z"
    assert instant(ticket.ticket.tiers.due) == "2026-12-29T10:00:00Z"  # type: ignore[arg-type]


def test_what_was_used_in_hours_stays_used_when_the_severity_changes_to_one_that_always_runs() -> None:
    """Medium from Friday 16:45; on Saturday it becomes high: 45 minutes are used, not seventeen hours."""
    ticket = born("2026-11-27 16:45", MEDIUM)
    ticket.becomes(acknowledge(ticket.ticket, "ana", 0, ticket.now))
    ticket.becomes(resolve(ticket.ticket, "ana", 0, "restarted", ticket.now))
    ticket = born("2026-11-27 16:45", MEDIUM, commitments=COMMITMENTS)
    ticket.becomes(acknowledge(ticket.ticket, "ana", 0, ticket.now))
    ticket.passes(hours=17)
    ticket.becomes(reassess(ticket.ticket, "ana", NOTHING_KNOWN, ticket.now, severity="high", reason="worse"))
    assert ticket.ticket.tiers.due == ticket.now + timedelta(minutes=15)


COMMITMENTS = PROCEDURE["commitments"] | {
    "high": PROCEDURE["commitments"]["high"] | {"first level": "1 hour"},
}


def test_a_new_holiday_moves_what_is_left_and_keeps_what_was_used() -> None:
    """Half an hour used on Thursday morning; then the day is declared closed: 90 minutes are left."""
    ticket = born("2026-11-26 09:00", MEDIUM)
    ticket.passes(minutes=30)
    ticket.book = on_call(**harbor(holidays=UK_HOLIDAYS | {"also": {"2026-11-26": "closed"}}))
    ticket.heard()
    ticket.becomes(look_again(ticket.ticket, "v2", "Thanksgiving at Harbor", ticket.now))
    assert instant(ticket.ticket.tiers.due) == "2026-11-27T10:30:00Z"  # type: ignore[arg-type]
    assert "Looked at again: Thanksgiving at Harbor" in ticket.record
    again = look_again(ticket.ticket, "v2", "Thanksgiving at Harbor", ticket.now)
    assert again is ticket.ticket


def test_business_days_to_confirm_are_the_clients_business_days() -> None:
    """Solved on Thursday 24 December at 12:00; two business days are Wednesday 30 December at noon."""
    ticket = born("2026-12-24 11:00", MEDIUM)
    ticket.passes(hours=1)
    ticket.becomes(resolve(ticket.ticket, "ben", 0, "restarted", ticket.now))
    assert instant(ticket.ticket.here.confirm_by) == "2026-12-30T12:00:00Z"  # type: ignore[arg-type]
    ticket.becomes(confirm(ticket.ticket, "kim", 0, True, "", ticket.now))
    assert ticket.ticket.closed


def test_a_pause_of_business_days_ends_in_business_hours() -> None:
    ticket = born("2026-12-24 16:30", MEDIUM, pause_at_most="1 business day")
    ticket.becomes(acknowledge(ticket.ticket, "ana", 0, ticket.now))
    ticket.becomes(pause(ticket.ticket, "ana", "waiting for a part", ticket.now))
    assert ticket.ticket.here.pause is not None
    assert instant(ticket.ticket.here.pause.until) == "2026-12-29T16:30:00Z"  # type: ignore[arg-type]


def test_at_critical_every_channel_is_used_and_only_all_of_them_failing_passes_a_person_over() -> None:
    channels = {"sms": {"env": "DEE_SMS"}, "chat": {"env": "DEE_CHAT"}}
    people = ON_CALL["people"] | {"dee": ON_CALL["people"]["dee"] | {"channels": channels}}
    ticket = born(SUNDAY_23, people=people)
    pages = [notice for notice in ticket.told if (notice.kind, notice.to) == ("page", "dee")]
    assert [notice.channel for notice in pages] == ["", "sms", "chat"]
    ticket.heard()
    for notice in pages[:2]:
        ticket.becomes(undeliverable(ticket.ticket, notice, "refused", ticket.now))
    assert ticket.heard() == []
    ticket.becomes(undeliverable(ticket.ticket, pages[2], "refused", ticket.now))
    assert ticket.heard() == [("page", "eva")]
    assert "Dee Novak is not reached by refused" in ticket.record


def test_at_other_severities_the_channels_are_for_when_mail_does_not_arrive() -> None:
    people = ON_CALL["people"] | {"ana": ON_CALL["people"]["ana"] | {"channels": {"sms": {"env": "ANA_SMS"}}}}
    ticket = born("2026-11-30 10:00", HIGH, people=people)
    (mail,) = (notice for notice in ticket.told if notice.kind == "page")
    ticket.becomes(undeliverable(ticket.ticket, mail, "refused", ticket.now))
    *_, sms = (notice for notice in ticket.told if notice.kind == "page")
    assert (sms.to, sms.channel) == ("ana", "sms")
    ticket.becomes(undeliverable(ticket.ticket, sms, "sms (ANA_SMS): refused", ticket.now))
    assert ticket.ticket.holder == "ben"


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("Europe/London", "2026-10-25 00:30"),
        ("Europe/London", "2027-03-28 00:30"),
        ("America/New_York", "2026-11-01 05:30"),
        ("America/New_York", "2027-03-14 06:30"),
    ],
)
def test_on_the_nights_when_clocks_change_thirty_minutes_are_thirty_minutes(zone: str, night: str) -> None:
    ticket = born(night, **harbor(time_zone=zone))
    assert ticket.ticket.tiers.due == at(night) + timedelta(minutes=30)
    assert ("page", ticket.ticket.holder) in ticket.heard()
    ticket.passes(minutes=30)
    assert ticket.ticket.tier == "engineering"


def test_a_handover_in_the_middle_of_a_commitment_offers_it_to_the_next_on_call() -> None:
    """At 09:00 on Monday of a client that is closed on Mondays the rota goes from bo to dee."""
    hours = {"tuesday": "09:00-17:30"}
    ticket = born("2026-12-07 08:50", **harbor(hours=hours))
    assert ticket.ticket.holder == "bo"
    ticket.becomes(acknowledge(ticket.ticket, "bo", 0, ticket.now))
    due = ticket.ticket.tiers.due
    ticket.heard()
    ticket.passes(minutes=10)
    assert ticket.heard() == [("handover", "dee")]
    ticket.becomes(accept(ticket.ticket, "dee", ticket.now))
    assert ticket.ticket.tiers.due == due


def test_at_a_pace_nobodys_hours_are_kept() -> None:
    watch = Watch(on_call(), "harbor", "medium", pace=60)
    assert watch.opens(at(SUNDAY_23)) is None
    assert watch.duty("first level", at(SUNDAY_23)).chain == ("ana", "ben", "lea")


def test_after_a_hold_whoever_was_paged_is_paged_again() -> None:
    """Paged, then on hold for two days before anybody answered: nobody is passed over in silence."""
    ticket = born("2026-11-23 12:00", HIGH)
    ticket.becomes(receive(ticket.ticket, Event("d1", ticket.now, state="waiting"), ticket.now))
    ticket.heard()
    ticket.passes(hours=24)
    ticket.becomes(receive(ticket.ticket, Event("d2", ticket.now, state="open"), ticket.now))
    assert ticket.heard() == [("page", "ana")]
    ticket.passes(minutes=10)
    assert ("page", "ben") in ticket.heard()


def test_the_time_that_was_granted_after_an_outage_holds_when_it_is_looked_at_again() -> None:
    ticket = born("2026-11-23 12:00")
    ticket.jumps(hours=3)
    due = ticket.ticket.tiers.due
    assert (ticket.ticket.holder, due) == ("cy", ticket.now + timedelta(minutes=5))
    ticket.becomes(look_again(ticket.ticket, "v2", "a new holiday", ticket.now))
    assert (ticket.ticket.holder, ticket.ticket.tiers.due) == ("cy", due)


def test_raised_to_critical_whoever_was_paged_by_mail_is_paged_on_every_channel() -> None:
    people = ON_CALL["people"] | {"bo": ON_CALL["people"]["bo"] | {"channels": {"sms": {"env": "BO_SMS"}}}}
    ticket = born("2026-11-23 10:00", replace(HIGH, conditions=("failed disk",)), people=people)
    ticket.heard()
    told = reassess(ticket.ticket, "bo", NOTHING_KNOWN, ticket.now, severity="critical", reason="worse")
    ticket.becomes(told)
    assert [(n.kind.value, n.channel) for n in ticket.told] == [("page", "sms")]


def test_lowered_at_night_to_what_waits_it_waits() -> None:
    ticket = born(SUNDAY_23)
    ticket.heard()
    told = reassess(
        ticket.ticket, "dee", NOTHING_KNOWN, ticket.now, severity="medium", reason="a test server"
    )
    ticket.becomes(told)
    assert ticket.heard() == [("waits", "kim")]
    ticket.passes(hours=9, minutes=59)
    assert ticket.heard() == []
    ticket.passes(minutes=1)
    assert ticket.heard() == [("page", "bo")]


def test_what_waits_for_the_hours_is_never_handed_over_at_night() -> None:
    """Bo's medium ticket is touched in the evening: it stays his."""
    ticket = born("2026-11-23 17:00", replace(MEDIUM, conditions=("failed disk",)))
    ticket.becomes(acknowledge(ticket.ticket, "bo", 0, ticket.now))
    ticket.heard()
    ticket.passes(hours=3)
    ticket.becomes(progress(ticket.ticket, "bo", 0, "ordered a part", ticket.now))
    ticket.passes(hours=3)
    assert ("handover", "dee") not in ticket.heard()
    assert ticket.ticket.holder == "bo"


def test_a_paused_ticket_is_offered_although_its_time_would_have_ended_before() -> None:
    ticket = born("2026-11-23 10:00")
    ticket.becomes(acknowledge(ticket.ticket, "bo", 0, ticket.now))
    ticket.becomes(pause(ticket.ticket, "bo", "waiting for the vendor", ticket.now))
    ticket.heard()
    ticket.passes(hours=7, minutes=30)
    assert ticket.heard() == [("handover", "dee")]


def test_at_closing_time_nobody_is_paged_for_the_morning() -> None:
    """Ana's hour ends when the client closes: ben is paged when it opens."""
    ticket = born("2026-11-23 16:30", MEDIUM)
    ticket.heard()
    ticket.passes(hours=16)
    assert ticket.heard() == []
    ticket.passes(minutes=30)
    assert ("page", "ben") in ticket.heard()


def test_a_wish_to_escalate_in_a_long_pause_gives_the_lead_their_time() -> None:
    ticket = born("2026-11-23 10:00", HIGH, **harbor(runs={"high": "hours"}))
    ticket.becomes(acknowledge(ticket.ticket, "ana", 0, ticket.now))
    ticket.becomes(pause(ticket.ticket, "ana", "waiting for a part", ticket.now))
    ticket.passes(hours=49)
    ticket.becomes(ask_for_escalation(ticket.ticket, "kim", 0, "please", ticket.now))
    assert ticket.ticket.request is not None
    assert ticket.ticket.request.due >= ticket.now + timedelta(minutes=30)


def test_what_is_critical_is_offered_on_every_channel() -> None:
    people = ON_CALL["people"] | {"dee": ON_CALL["people"]["dee"] | {"channels": {"sms": {"env": "DEE_SMS"}}}}
    ticket = born("2026-11-23 17:20", people=people)
    ticket.becomes(acknowledge(ticket.ticket, "bo", 0, ticket.now))
    ticket.told.clear()
    ticket.passes(minutes=10)
    assert [(n.kind.value, n.to, n.channel) for n in ticket.told] == [
        ("handover", "dee", ""),
        ("offered", "dee", "sms"),
    ]
