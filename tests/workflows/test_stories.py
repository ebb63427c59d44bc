"""Stories of tickets, from the outside, with skipped time."""

import asyncio
import re
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType

from procedure.book.severity import Facts
from procedure.record import Refused
from runtime.tickets import NoSuchTicket, said
from tests.northwind import PROCEDURE, northwind
from tests.workflows.house import AT_EACH_STEP, House

pytestmark = AT_EACH_STEP

PLATFORM_DOWN = Facts(system="trading platform", state="down")
PLATFORM_SLOW = Facts(system="trading platform", state="impaired", users=6)
MAIL_SLOW = Facts(system="office mail", state="impaired")


async def test_a_routine_ticket_is_paged_acknowledged_resolved_and_confirmed(running: House) -> None:
    """The everyday story, all of it through the links in the mails."""
    story = await running.opens(MAIL_SLOW)
    page, _ = await running.expects("ana", "kim")

    await story.click(page, choice="acknowledge")
    assert (await story.stands()).here.acknowledged
    await story.click(page, choice="resolve", text="restarted the mail server")
    (solved,) = await running.expects("kim")
    await story.click(solved, choice="solved")

    ticket = await story.result()
    assert ticket.status == "closed"
    assert ticket.last == "Kim Harlow confirms that it is solved"
    assert ticket.record[-1].via == "link"


async def test_a_silent_ticket_climbs_over_everybody_to_the_last_resort(running: House) -> None:
    """Nobody answers: everyone of all four tiers, then the person of last resort, again and again."""
    story = await running.opens(PLATFORM_SLOW)
    await running.expects("ana", "kim")
    for minutes, people in [
        (10, ["ben"]),
        (10, ["lea"]),
        (2.5, ["lea"]),  # three quarters of the thirty minutes are used
        (7.5, ["bo", "kim"]),
        (10, ["sam"]),
        (10, ["cy", "kim"]),
        (10, ["gil"]),
        (10, ["mia", "kim"]),
        (10, ["tom"]),
        (10, ["ida", "kim"]),
        (10, ["ida"]),
        (10, ["ida"]),
    ]:
        running.is_quiet()
        await running.passes(minutes=minutes, milliseconds=50)
        await running.expects(*people)
    ticket = await story.stands()
    assert ticket.holder == "ida"
    assert ticket.tiers.due is not None
    # Each step counts from when it was planned: after eleven of them not a second has been added.
    assert ticket.tiers.due - ticket.opened == timedelta(minutes=120)
    assert ticket.last == "Ida Northcott (last resort) paged again, times so far: 2"
    told = await story.summaries()
    # An engineer reads it in the history, too: why it went up, and for when each timer was.
    (up,) = (line for line in told if line.endswith("; who stands at senior specialist, and until when"))
    assert re.match(r"first level's 30 minutes ran out at \w{3} \d+ \w{3} [\d:]{8} UTC; ", up), told
    timers = [line for line in told if ", due " in line]
    assert timers
    assert all(re.search(r", due \w{3} \d+ \w{3} [\d:]{8} UTC$", line) for line in timers), timers
    await story.say("acknowledge", "ida")
    await running.passes(hours=2)


async def test_nobody_is_paged_a_moment_too_early(running: House) -> None:
    """Ten minutes are ten minutes."""
    await running.opens(PLATFORM_SLOW)
    await running.expects("ana", "kim")

    await running.passes(minutes=9, seconds=59)
    running.is_quiet()
    await running.passes(seconds=1.05)
    await running.expects("ben")


async def test_critical_starts_above_the_first_level_who_hear_of_it(running: House) -> None:
    """The senior specialist is paged at once."""
    story = await running.opens(PLATFORM_DOWN)
    await running.expects("ana", "bo", "kim")

    assert (await story.stands()).tier == "senior specialist"


async def test_warned_then_extended_by_progress_then_handed_on_by_the_clock(running: House) -> None:
    """What was found goes with it; a clock that forces it says so."""
    story = await running.opens(PLATFORM_SLOW)
    page, _ = await running.expects("ana", "kim")
    await story.click(page, choice="acknowledge")

    await running.passes(minutes=23)
    await running.expects("ana", "lea")
    await story.click(page, choice="progress", text="the cache is full")
    await running.passes(minutes=11)
    await running.expects("ana", "lea")  # three quarters of what it has now
    await running.passes(minutes=12)
    briefing, _, _ = await running.expects("bo", "ana", "kim")

    assert "the cache is full" in briefing.text
    record = await story.record()
    assert any(
        text.startswith("first level's 30 minutes and the 50 % more for progress ran out") for text in record
    )


async def test_paused_the_clock_stops_and_goes_on_with_what_is_left(running: House) -> None:
    """A pause costs the ticket no time, and arms one timer, not one a minute."""
    story = await running.opens(PLATFORM_SLOW)
    await running.expects("ana", "kim")
    await running.passes(minutes=5)
    await story.say("pause", "ana", reason="waiting for a part")
    await running.passes(days=2)
    running.is_quiet()
    await story.say("resume", "ana")

    left = (await story.stands()).tiers.due
    assert left is not None
    assert timedelta(minutes=24) < left - await running.now() < timedelta(minutes=26)
    assert (await story.handle.describe()).history_length < 60


async def test_handed_on_by_complexity_and_back_with_a_reason(running: House) -> None:
    """To the tier the catalogue names; what is no matter for engineering goes back, once."""
    story = await running.opens(PLATFORM_SLOW)
    page, _ = await running.expects("ana", "kim")
    await story.click(page, choice="hand_on", condition="corrupted database", text="index broken")
    briefing, _ = await running.expects("cy", "kim")
    assert "index broken" in briefing.text

    await story.click(briefing, choice="hand_back", tier="first level", text="it is a full disk")
    again, _ = await running.expects("ana", "kim")
    assert "it is a full disk" in again.text
    late = await story.click(page, choice="hand_on", text="again")
    assert late.status_code == 409
    assert (await story.stands()).tier == "first level"


async def test_the_customers_wish_is_kept_with_a_reason_by_a_named_person(running: House) -> None:
    """Asked on the customer's page, answered on the lead's."""
    story = await running.opens(MAIL_SLOW)
    _, received = await running.expects("ana", "kim")
    await story.click(received, choice="escalate", text="we lose money")
    (wish,) = await running.expects("lea", saying="we lose money")
    await story.click(wish, choice="refuse", text="Ana is nearly there")

    (answer,) = await running.expects("kim", saying="Ana is nearly there")
    assert "Lea Brandt" in answer.text
    assert (await story.stands()).tier == "first level"


async def test_the_customers_wish_is_granted_when_nobody_answers(running: House) -> None:
    """Half an hour of silence is a yes to going up."""
    story = await running.opens(MAIL_SLOW)
    _, received = await running.expects("ana", "kim")
    await story.click(received, choice="escalate")
    await running.expects("lea")
    await running.passes(minutes=30, milliseconds=50)

    await running.expects("bo", "kim", "kim")
    assert (await story.stands()).tier == "senior specialist"


async def test_a_question_to_the_customer_stops_the_clock_until_they_answer(running: House) -> None:
    """Asked by mail, answered on their page."""
    story = await running.opens(MAIL_SLOW)
    page, _ = await running.expects("ana", "kim")
    await story.click(page, choice="ask_customer", text="Which office?")
    (question,) = await running.expects("kim", saying="Which office?")
    await running.passes(hours=20)
    running.is_quiet()
    await story.click(question, choice="reply", text="Leeds")

    await running.expects("ana", saying="Leeds")
    assert (await story.stands()).status == "open"


async def test_not_yet_solved_reopens_one_tier_higher(running: House) -> None:
    """With what the customer says."""
    story = await running.opens(MAIL_SLOW)
    page, _ = await running.expects("ana", "kim")
    await story.click(page, choice="resolve", text="restarted")
    (solved,) = await running.expects("kim")
    await story.click(solved, choice="not_yet", text="still slow")

    briefing, _ = await running.expects("bo", "kim")
    assert "still slow" in briefing.text


async def test_no_answer_closes_after_a_time_with_a_note(running: House) -> None:
    """Halfway the customer is asked once more; at the end they are told."""
    story = await running.opens(MAIL_SLOW)
    page, _ = await running.expects("ana", "kim")
    await story.click(page, choice="resolve", text="restarted")
    await running.expects("kim")
    await running.passes(days=1, seconds=1)
    await running.expects("kim")
    await running.passes(days=1)
    await running.expects("kim")

    assert (await story.result()).last.startswith("No answer from Kim Harlow")


async def test_closed_in_the_helpdesk_and_opened_again_it_is_the_same_ticket(running: House) -> None:
    """Late repetitions open nothing; opening it again goes on with its whole history, one tier higher."""
    story = await running.opens(MAIL_SLOW)
    await running.expects("ana", "kim")
    await story.desk(delivery="closing", state="closed", by="Tech One")
    closed = await story.result()
    assert closed.last == "Closed in the helpdesk by Tech One"

    assert not await story.desk(delivery="closing", state="closed", at=closed.said.state_at)
    assert not await story.desk(delivery="late", text="thanks!", by="kim")
    await running.passes(minutes=1)
    assert await story.desk(delivery="again", state="open", by="Tech One")
    await running.expects("bo", "kim")

    ticket = await story.stands()
    assert ticket.status == "open"
    assert ticket.record[: len(closed.record)] == closed.record


async def test_the_same_webhook_twice_is_one(running: House) -> None:
    """A comment that comes three times is one comment, told once."""
    story = await running.opens(MAIL_SLOW)
    await running.expects("ana", "kim")
    for _ in range(3):
        await story.desk(delivery="c1", contact="kim", text="any news?")
    await running.expects("ana", saying="any news?")

    assert [note.text for note in (await story.stands()).notes] == ["any news?"]


async def test_a_comment_that_overtakes_the_opening_opens_the_ticket(running: House) -> None:
    """Whatever comes first starts it; nothing is lost, and the opening adds nothing."""
    story = await running.opens(MAIL_SLOW)
    await running.expects("ana", "kim")
    await story.desk(delivery="late-opening")

    assert (await story.stands()).said.seen == ("d1", "late-opening")


async def test_a_double_click_is_one_note(running: House) -> None:
    """The same form sent twice at once."""
    story = await running.opens(MAIL_SLOW)
    page, _ = await running.expects("ana", "kim")
    html = (await running.browser.get(page.link)).text
    hidden = dict(re.findall(r'name="(version|visit)" value="(\d+)"', html))
    form = {**hidden, "choice": "progress", "text": "found it"}
    answers = await asyncio.gather(*(running.browser.post(page.link, data=form) for _ in range(5)))

    assert {answer.status_code for answer in answers} == {303}
    assert [note.text for note in (await story.stands()).notes] == ["found it"]


async def test_two_who_take_it_at_once_one_has_it(running: House) -> None:
    """And the other is told who."""
    story = await running.opens(PLATFORM_SLOW)
    await running.expects("ana", "kim")
    await running.passes(minutes=10, milliseconds=50)
    await running.expects("ben")
    # Nothing else at once: without a cache the SDK can lose a query beside two updates.
    answers = await asyncio.gather(
        *(
            running.tickets.say(story.opening.id, "acknowledge", said("acknowledge", {"by": who}), "both")
            for who in ("ana", "ben")
        ),
        return_exceptions=True,
    )

    (refused,) = [answer for answer in answers if isinstance(answer, BaseException)]
    assert isinstance(refused, Refused)
    holder = (await story.stands()).holder
    assert str(refused) == f"{'Ana Ruiz' if holder == 'ana' else 'Ben Okafor'} has it already."
    await running.expects("ben" if holder == "ana" else "ana")


async def test_a_refused_update_leaves_nothing_in_the_history(running: House) -> None:
    """The person is told why, and the ticket is as it was."""
    story = await running.opens(MAIL_SLOW)
    await running.expects("ana", "kim")
    with pytest.raises(Refused, match="does not stand at first level"):
        await story.say("acknowledge", "cy")

    history = await story.handle.fetch_history()
    assert [event for event in history.events if "UPDATE" in EventType.Name(event.event_type)] == []


async def test_signals_do_the_same_and_a_refused_one_stands_in_the_record(running: House) -> None:
    """From the Temporal UI or a link that only fires."""
    story = await running.opens(MAIL_SLOW)
    await running.expects("ana", "kim")
    await story.signal("acknowledge", "cy")
    await story.signal("acknowledge", "ana")

    ticket = await story.stands()
    assert ticket.holder == "ana"
    assert ticket.here.acknowledged
    assert (
        ticket.sentences()[-2]
        == "Acknowledge does not count: Cy Tanaka does not stand at first level; Ana Ruiz has it."
    )


async def test_an_address_that_refuses_mail_is_passed_at_once(running: House) -> None:
    """Ana's address is gone: Ben is paged without waiting, and the record says why."""
    running.postbox.refuse["ana@northwind.example"] = "550 no such user"
    story = await running.opens(PLATFORM_SLOW)
    await running.expects("ben", "kim")

    assert "Ana Ruiz can't be reached: Ben Okafor is next" in await story.record()


async def test_a_tier_that_nobody_can_reach_is_passed_at_once(running: House) -> None:
    """All of the first level refuse: the senior specialist has it in the same minute."""
    for who in ("ana", "ben", "lea"):
        running.postbox.refuse[f"{who}@northwind.example"] = "550 no such user"
    story = await running.opens(PLATFORM_SLOW)
    await running.expects("bo", "kim", "kim")

    ticket = await story.stands()
    assert ticket.holder == "bo"
    assert await running.now() - ticket.opened < timedelta(minutes=2)


async def test_while_mail_is_down_the_ladder_climbs_and_nobody_is_flooded_after(running: House) -> None:
    """Pages go out when it is back: those of the tier where it stands, not those that are over."""
    running.postbox.refuse["*"] = "451 try again later"
    story = await running.opens(PLATFORM_SLOW)
    while not (await story.handle.describe()).raw_description.pending_activities:
        await asyncio.sleep(0.02)
    await running.passes(minutes=32)
    assert (await story.stands()).tier == "senior specialist"
    running.postbox.refuse.clear()
    await running.passes(minutes=1)

    await running.expects("bo", "kim", "kim")


async def test_the_customers_address_refuses_and_the_holder_is_told(running: House) -> None:
    """Nobody else could know that the customer hears nothing."""
    running.postbox.refuse["kim@harbor.example"] = "550 no such user"
    await running.opens(MAIL_SLOW)

    await running.expects("ana", "ana")


async def test_a_changed_person_is_paged_where_they_are_now(running: House) -> None:
    """People are looked up live: a new first person, and an address that moved."""
    book = running.book
    people = {**book.people, "ben": book.people["ben"].model_copy(update={"mail": "ben@new.example"})}
    running.book = book.model_copy(update={"people": people})
    await running.opens(PLATFORM_SLOW)
    await running.expects("ana", "kim")
    await running.passes(minutes=10, milliseconds=50)

    await running.expects("ben")
    assert running.postbox.mails[-1].to == "ben@new.example"


async def test_what_was_agreed_stays_when_the_files_change(running: House) -> None:
    """A new version of the commitments does not reach an open ticket by itself."""
    story = await running.opens(PLATFORM_SLOW)
    page, _ = await running.expects("ana", "kim")
    high = {**running.book.commitments["high"], "first level": running.book.commitments["low"]["first level"]}
    running.book = running.book.model_copy(update={"commitments": {**running.book.commitments, "high": high}})
    await story.click(page, choice="acknowledge")
    await running.passes(minutes=23)
    await running.expects("ana", "lea")
    await running.passes(minutes=8)

    await running.expects("bo", "ana", "kim")


async def test_many_are_out_of_a_system_that_nobody_knows_and_who_has_it_says_which_it_is(
    running: House,
) -> None:
    """It is as bad as was told, and then as bad as that system's rules say."""
    harbor = PROCEDURE["clients"]["harbor"]
    rules = [{"severity": "critical", "state": ["down"], "users_from": 25}, {"severity": "medium"}]
    running.book = northwind(
        clients=PROCEDURE["clients"] | {"harbor": harbor | {"otherwise": {"rules": rules}}}
    )
    story = await running.opens(Facts(system="abacus", state="down", users=200))
    # Critical, and so many: by the impact criterion it is engineering's at once.
    page, *_ = await running.expects("cy", "ana", "kim")
    assert "WHICH SYSTEM IS IT?" in page.text
    assert "Choose which system it is" in (await story.click(page, choice="name_system")).text
    assert (await story.click(page, choice="name_system", system="office mail")).status_code == 303
    stands = await story.stands()
    assert (stands.facts.system, stands.severity, stands.unlisted) == ("office mail", "high", False)
    assert stands.last.startswith("Assessed again: critical to high, office mail down, 200 users")


async def test_the_third_in_thirty_days_goes_higher(running: House) -> None:
    """By pattern: the same client, system and category."""
    running.earlier.count = 2
    story = await running.opens(Facts(system="office mail", state="limited", category="network"))
    await running.expects("bo", "ana", "kim")

    assert "Starts at senior specialist: pattern: 3rd time in 30 days" in await story.record()


async def test_mails_are_threaded_stable_and_never_answered_by_machines(running: House) -> None:
    """One root for each reader, a Message-ID of the notice, and no automatic answers."""
    await running.opens(MAIL_SLOW)
    page, received = await running.expects("ana", "kim")

    assert page.message["Message-ID"] == "<ticket-harbor-desk-42.1@rung.example>"
    for mail, reader in ((page, "ana"), (received, "kim")):
        root = f"<ticket-harbor-desk-42.to-{reader}@rung.example>"
        assert mail.message["References"] == mail.message["In-Reply-To"] == root
    assert page.message["Auto-Submitted"] == "auto-generated"
    assert page.message["Subject"] == "You are paged: medium, harbor 42: Nobody can log in"
    assert received.message["Subject"] == "We have it: medium, harbor 42: Nobody can log in"


async def test_a_ticket_of_a_client_that_the_files_have_lost_waits_in_plain_sight(running: House) -> None:
    """Three tries in its first step, then as an activity with its error in the Temporal UI, until the client
    is back: what is tried again and again in a step would hold up all other tickets."""
    others = {name: client for name, client in PROCEDURE["clients"].items() if name != "harbor"}
    running.book = northwind(clients=others)
    story = await running.opens(MAIL_SLOW)
    opened = await running.now()
    assert "no client 'harbor'" in await running.waits(story.opening.id, "agree")
    await running.passes(hours=6)
    running.book = northwind()
    # The ticket is as old as it is, which is warned of; whoever is paged has their whole time from now on.
    await running.expects("ana", "kim", "ana", "lea")
    ticket = await story.stands()
    assert ticket.opened < opened + timedelta(minutes=1)
    assert ticket.here.people and ticket.here.people.due and ticket.here.people.due > await running.now()


async def test_what_was_said_while_it_was_just_being_opened_is_heard_in_its_order(running: House) -> None:
    """Nothing is lost: by people, by the helpdesk, and what does not count."""
    others = {name: client for name, client in PROCEDURE["clients"].items() if name != "harbor"}
    running.book = northwind(clients=others)
    story = await running.opens(MAIL_SLOW)
    await running.waits(story.opening.id, "agree")
    await story.handle.signal("acknowledge", said("acknowledge", {"by": "ana", "via": "Temporal"}))
    await story.desk(contact="kim", text="any news?")
    await story.handle.signal("progress", said("progress", {"by": "cy", "note": "seen", "via": "Temporal"}))
    await story.desk(delivery="closing", state="closed", by="Tech One")
    running.book = northwind()
    # Ana: that she is asked to take it, which she has done, and what the customer says.
    await running.expects("kim", "ana", "ana")
    await story.result()

    assert [text.split(",")[0] for text in await story.record()] == [
        "Opened as medium: office mail impaired",
        "Starts at first level: medium starts there",
        "Ana Ruiz (first level) paged",
        "Ana Ruiz has it",
        "Kim Harlow says: any news?",
        "Progress does not count: Cy Tanaka does not stand at first level; Ana Ruiz has it.",
        "Closed in the helpdesk by Tech One",
    ]


async def test_a_ticket_nobody_opened_is_no_ticket(running: House) -> None:
    """A question about it says so."""
    with pytest.raises(NoSuchTicket):
        await running.tickets.status("ticket-harbor-desk-999")


async def test_the_history_holds_no_address_and_no_link(running: House) -> None:
    """Ids and names only; whoever can read histories learns no way to decide."""
    story = await running.opens(MAIL_SLOW)
    page, _ = await running.expects("ana", "kim")
    await story.click(page, choice="acknowledge")
    history = (await story.handle.fetch_history()).to_json()

    assert "northwind.example" not in history
    assert "harbor.example" not in history
    assert "/ticket/staff/" not in history
