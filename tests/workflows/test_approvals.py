"""Approvals: stories with skipped time, from the outside."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from procedure.book.severity import Facts
from procedure.kinds import Kind
from procedure.record import Refused
from tests.northwind import PROCEDURE, northwind
from tests.workflows.house import AT_EACH_STEP, House, Story
from workflows.messages import TASK_QUEUE
from workflows.messages.approval import ApprovalInput

PLATFORM_DOWN = Facts(system="trading platform", state="down", users=12)
PLATFORM_SLOW = Facts(system="trading platform", state="impaired", users=12)


async def with_bo(running: House) -> Story:
    """A critical ticket that bo, a senior specialist, has."""
    story = await running.opens(PLATFORM_DOWN)
    await running.expects("bo", "ana", "kim")
    await story.say("acknowledge", "bo")
    return story


async def test_what_the_askers_own_tier_may_decide_is_granted_on_the_spot(running: House) -> None:
    story = await with_bo(running)
    answer = await story.asks("bo", "restart")
    assert "granted on the spot, Bo Lind may decide it alone (restart: senior specialist" in answer.text
    ticket = await story.stands()
    assert ticket.approvals[0].outcome == "approved"
    assert ticket.status == "open"
    assert any("version test" in line for line in ticket.sentences())


async def test_what_goes_further_is_put_to_the_lowest_tier_that_may(running: House) -> None:
    """While it waits for the MSP, the technical clock runs on."""
    story = await with_bo(running)
    due = (await story.stands()).tiers.due
    await story.asks("bo", "configuration change", downtime="30 minutes")
    (mail,) = await running.expects("cy")
    assert "on both servers" in mail.text
    assert ((await story.stands()).status, (await story.stands()).tiers.due) == ("open", due)
    await story.opines("decide", "cy", yes=True, conditions="after 18:00")
    await running.expects("cy", "bo", saying="after 18:00")
    ticket = await running.ruled(story, "approved")
    assert "Cy Tanaka (engineering) says yes, on condition: after 18:00" in ticket.approvals[0].ruling


@AT_EACH_STEP
async def test_while_only_the_client_is_missing_the_clock_stands_still(running: House) -> None:
    story = await with_bo(running)
    await running.passes(minutes=5)
    await story.asks("bo", "restart", downtime="30 minutes")
    await running.expects("kim")
    ticket = await story.stands()
    assert ticket.status == "paused"
    assert ticket.here.pause is not None
    assert ticket.here.pause.reason == "the client decides: restart"
    await running.passes(minutes=8)
    await running.expects("kim")  # reminded after half of the ten minutes
    await story.opines("decide", "kim", yes=True)
    await running.expects("kim", "bo")
    ticket = await running.ruled(story, "approved")
    assert ticket.status == "open"
    # What was used before it was asked stays used; the eight minutes of waiting do not count.
    assert ticket.tiers.due is not None
    left = ticket.tiers.due - await running.now()
    assert timedelta(minutes=24, seconds=50) < left <= timedelta(minutes=25)


async def test_both_sides_are_asked_at_once_and_a_no_from_either_ends_it(running: House) -> None:
    story = await with_bo(running)
    answer = await story.asks("bo", "failover", downtime="1 hour")
    assert answer.text == f"Asked Cy Tanaka and Kim Harlow ({story.approval_id()})"
    await running.expects("cy", "kim")
    await story.opines("decide", "kim", yes=False, reason="we trade until five")
    await running.expects("kim", "cy", "bo", saying="we trade until five")
    with pytest.raises(Refused, match="denied"):
        await story.opines("decide", "cy", yes=True)
    ticket = await running.ruled(story, "denied")
    assert ticket.status == "open"


async def test_when_the_msp_has_agreed_the_clock_waits_for_the_client(running: House) -> None:
    story = await with_bo(running)
    await story.asks("bo", "failover", downtime="1 hour")
    await running.expects("cy", "kim")
    assert (await story.stands()).status == "open"
    await story.opines("decide", "cy", yes=True)
    await running.expects("cy")
    await running.when(story, "the client decides")
    assert (await story.stands()).status == "paused"
    await story.opines("decide", "kim", yes=True)
    await running.expects("kim", "cy", "bo")
    assert (await running.ruled(story, "approved")).status == "open"


@AT_EACH_STEP
async def test_silence_is_never_a_yes(running: House) -> None:
    """Reminded, then the next person, up to the top; then a named person hears that it is undecided."""
    story = await running.opens(PLATFORM_SLOW)  # high: thirty minutes each
    await running.expects("ana", "kim")
    await story.say("acknowledge", "ana")
    await story.say("hand_on", "ana", tier="engineering")
    await running.expects("cy", "kim")
    await story.say("acknowledge", "cy")
    await story.asks("cy", "decline", what="tell them that it stays slow")
    await running.expects("mia")
    await running.passes(minutes=15, milliseconds=50)
    await running.expects("mia", saying="Reminder")
    await running.passes(minutes=15)
    await running.expects("tom")
    await running.passes(minutes=15)
    await running.expects("tom", saying="Reminder")
    await running.passes(minutes=15)
    await running.expects("mia", "tom", "cy")
    assert (await running.ruled(story, "undecided")).status == "open"


async def test_what_nobody_has_the_authority_for_is_put_to_a_named_person(running: House) -> None:
    """Beyond every line of the MSP's: its owner decides. Beyond those of the client's: Tom finds somebody."""
    story = await with_bo(running)
    await story.asks("bo", "call in staff", cost=30_000)
    await running.expects("ida", saying="whatever it takes")
    await story.opines("decide", "ida", yes=True)
    await running.expects("ida", "bo")
    assert (await running.ruled(story, "approved")).status == "open"

    answer = await story.asks("bo", "replace hardware", cost=30_000)
    assert "Tom Adeyemi is to find somebody who may" in answer.text
    await running.expects("tom", "bo")
    await running.ruled(story, "undecided", 2)


@AT_EACH_STEP
async def test_at_the_time_it_is_needed_it_goes_up(running: House) -> None:
    """cy and gil are both engineering: at the asker's own time nobody else of engineering is asked."""
    story = await with_bo(running)
    by_when = await running.now() + timedelta(minutes=4)
    await story.asks("bo", "configuration change", downtime="30 minutes", by_when=by_when)
    await running.expects("cy")
    await running.passes(minutes=2, milliseconds=50)
    await running.expects("cy")
    await running.passes(minutes=2)
    await running.expects("mia")
    await story.opines("decide", "mia", yes=True)
    await running.expects("mia", "cy", "bo")
    await running.ruled(story, "approved")


@AT_EACH_STEP
async def test_two_people_means_two_and_never_the_one_who_asks(running: House) -> None:
    story = await with_bo(running)
    await story.asks("bo", "put one client first", what="Harbor before Lindqvist")
    await running.expects("mia")
    await story.opines("decide", "mia", yes=True)
    await running.expects("mia", "tom")
    with pytest.raises(Refused, match="said yes already"):
        await story.opines("decide", "mia", yes=True)
    with pytest.raises(Refused, match="You have asked"):
        await story.opines("decide", "bo", yes=True)
    with pytest.raises(Refused, match="Gil Moreau has not the authority"):
        await story.opines("decide", "gil", yes=True)
    await story.opines("decide", "tom", yes=True)
    await running.expects("tom", "mia", "bo")
    ticket = await running.ruled(story, "approved")
    assert "Mia Keller" in ticket.approvals[0].ruling
    assert "Tom Adeyemi" in ticket.approvals[0].ruling


async def test_what_is_resolved_needs_no_answer(running: House) -> None:
    story = await with_bo(running)
    await story.asks("bo", "failover", downtime="1 hour")
    await running.expects("cy", "kim")
    await story.say("resolve", "bo", solution="it came back")
    await running.expects("kim", "cy", "kim", "bo")
    ticket = await running.ruled(story, "withdrawn")
    assert "the ticket is resolved" in ticket.approvals[0].ruling
    with pytest.raises(Refused, match="withdrawn: the ticket is resolved"):
        await story.opines("decide", "cy", yes=True)


async def test_who_asked_can_withdraw_it(running: House) -> None:
    story = await with_bo(running)
    await story.asks("bo", "failover", downtime="1 hour")
    await running.expects("cy", "kim")
    with pytest.raises(Refused, match="Bo Lind has asked"):
        await story.opines("withdraw", "cy", reason="no need")
    await story.opines("withdraw", "bo", reason="a restart was enough")
    await running.expects("cy", "kim", saying="a restart was enough")
    await running.ruled(story, "withdrawn")


@AT_EACH_STEP
async def test_this_was_not_me_opens_it_again_and_alarms(running: House) -> None:
    """Also after the approval has ended: then it goes on where it was."""
    story = await with_bo(running)
    await story.asks("bo", "restart", downtime="30 minutes")
    await running.expects("kim")
    await story.opines("decide", "kim", yes=True)
    await running.expects("kim", "bo")
    await running.ruled(story, "approved")
    await story.house.env.client.get_workflow_handle(story.approval_id()).result()
    await story.opines("contest", "kim")
    await running.expects("tom", "bo", "raj")
    ticket = await running.ruled(story, "asked")
    assert any("Open again" in line for line in ticket.sentences())
    with pytest.raises(Refused, match="somebody else decides"):
        await story.opines("decide", "kim", yes=True)
    await story.opines("decide", "raj", yes=False, reason="not today")
    await running.expects("raj", "kim", "bo")
    await running.ruled(story, "denied")


async def test_in_an_emergency_somebody_acts_first_and_is_objected_to(running: House) -> None:
    story = await with_bo(running)
    answer = await story.asks("bo", "failover", downtime="1 hour", act_first=True)
    assert "Bo Lind has acted first: failover" in answer.text
    await running.expects("cy", "kim", saying="object")
    ticket = await running.ruled(story, "acted")
    assert ticket.status == "open"
    await story.house.env.client.get_workflow_handle(story.approval_id()).result()
    await story.opines("object", "kim", reason="we were in the middle of the auction")
    await running.expects("bo", "tom", "cy", saying="in the middle of the auction")
    await running.when(story, "objects")


async def test_nobody_acts_first_beyond_the_authority_for_it(running: House) -> None:
    story = await with_bo(running)
    with pytest.raises(Refused, match="may not act first on failover"):
        await story.asks("bo", "failover", downtime="3 hours", act_first=True)


async def test_a_contact_who_has_left_cannot_approve_an_old_mail(running: House) -> None:
    story = await with_bo(running)
    await story.asks("bo", "restart", downtime="30 minutes")
    await running.expects("kim")
    harbor = PROCEDURE["clients"]["harbor"]
    contacts = {"raj": harbor["contacts"]["raj"]}
    authority = [line for line in harbor["authority"] if line["contact"] == "raj"]
    changed = harbor | {"contacts": contacts, "authority": authority}
    running.book = northwind(clients=PROCEDURE["clients"] | {"harbor": changed})
    with pytest.raises(Refused, match="not in the procedure any more"):
        await story.opines("decide", "kim", yes=True)
    await story.opines("decide", "raj", yes=True)
    await running.expects("raj", "bo")
    running.book = northwind()
    await running.ruled(story, "approved")


async def test_a_contact_who_works_for_another_client_now_is_told_nothing_more(running: House) -> None:
    """Not even the reminder: the question, and the code, are not theirs any more."""
    story = await with_bo(running)
    await story.asks("bo", "restart", downtime="30 minutes")
    await running.expects("kim")
    clients = PROCEDURE["clients"]
    harbor, kim = clients["harbor"], clients["harbor"]["contacts"]["kim"]
    left = harbor | {
        "contacts": {"raj": harbor["contacts"]["raj"]},
        "authority": [line for line in harbor["authority"] if line["contact"] == "raj"],
    }
    joined = clients["lindqvist"] | {"contacts": clients["lindqvist"]["contacts"] | {"kim": kim}}
    running.book = northwind(clients=clients | {"harbor": left, "lindqvist": joined})
    await running.passes(minutes=5, milliseconds=50)
    await running.expects("raj")
    assert any("a contact of harbor no more" in line for line in (await story.approval()).sentences())


async def test_an_address_that_does_not_work_is_passed_over_at_once(running: House) -> None:
    running.postbox.refuse["cy@northwind.example"] = "550 no such user"
    story = await with_bo(running)
    await story.asks("bo", "configuration change", downtime="30 minutes")
    await running.expects("gil")
    approval = await story.approval()
    assert any("does not arrive" in line for line in approval.sentences())


async def test_a_question_that_cannot_be_put_is_not_asked_and_the_ticket_goes_on(running: House) -> None:
    """An approval of that id runs already: somebody has started it by hand, say."""
    story = await with_bo(running)
    await story.asks("bo", "failover", downtime="1 hour")
    await running.expects("cy", "kim")
    double = replace(await story.approval(), id=story.approval_id(2), notices=())
    start = ApprovalInput(approval=double)
    await running.env.client.start_workflow("Approval", start, id=double.id, task_queue=TASK_QUEUE)
    await story.signal("propose", "bo", action="configuration change", what="a rule", downtime="1 hour")
    await running.when(story, "Propose does not count: configuration change: it can't be asked")
    ticket = await story.stands()
    assert (ticket.status, ticket.approvals[1].outcome) == ("open", "withdrawn")


@AT_EACH_STEP
async def test_signals_say_the_same_through_the_same_checks(running: House) -> None:
    story = await with_bo(running)
    await story.signal("propose", "bo", action="launch", what="everything")
    await running.when(story, "Propose does not count: There is no action 'launch'")
    await story.signal("propose", "bo", action="configuration change", what="a rule", downtime="1 hour")
    await running.expects("cy")
    approval = running.env.client.get_workflow_handle(story.approval_id())
    await approval.signal("decide", {"by": "bo", "yes": True})
    await running.quiet()  # Both are judged by an activity: the second one could be done first.
    await approval.signal("decide", {"by": "cy", "yes": True})
    await running.expects("cy", "bo")
    await running.ruled(story, "approved")
    lines = (await story.approval()).sentences()
    assert "The decision does not count: You have asked: somebody else has to decide." in lines


async def climbed_to_management(running: House) -> Story:
    """A critical ticket that mia, of management, has."""
    story = await with_bo(running)
    await story.say("hand_on", "bo", tier="management", note="nobody can fix it today")
    page, _ = await running.expects("mia", "kim")
    assert "more people" in page.text
    assert "Harbor Trading must agree. There may: Kim Harlow" in " ".join(page.text.split())
    await story.say("acknowledge", "mia")
    return story


async def test_at_management_more_people_send_it_back_down(running: House) -> None:
    story = await climbed_to_management(running)
    await story.asks("mia", option="more people", what="cy and eva until it is solved")
    await running.expects("cy", "kim")
    ticket = await story.stands()
    assert (ticket.tier, ticket.holder) == ("engineering", "cy")
    assert (ticket.why.kind, ticket.why.what) == (Kind.MANAGEMENT_DECIDES, "more people")
    assert any("cy and eva until it is solved" in note.text for note in ticket.notes)


async def test_a_workaround_until_a_date_needs_the_client_and_then_waits(running: House) -> None:
    story = await climbed_to_management(running)
    until = await running.now() + timedelta(days=5)
    with pytest.raises(Refused, match="Say until when"):
        await story.asks("mia", option="accept the workaround", what="by phone")
    await story.asks("mia", option="accept the workaround", what="by phone", until=until)
    await running.expects("kim")
    await story.opines("decide", "kim", yes=True)
    await running.expects("kim", "mia")
    ticket = await running.ruled(story, "approved")
    assert ticket.status == "paused"
    await running.passes(days=5)
    await running.expects("cy", "kim", "mia")
    assert (await story.stands()).tier == "engineering"


async def test_telling_the_customer_no_resolves_it(running: House) -> None:
    story = await climbed_to_management(running)
    await story.asks("mia", option="tell the customer no", what="We do not support this version.")
    await running.expects("kim", saying="We do not support this version.")
    assert (await story.stands()).status == "resolved"


async def test_options_are_for_management_alone(running: House) -> None:
    story = await with_bo(running)
    with pytest.raises(Refused, match="for management to decide"):
        await story.asks("bo", option="more people", what="cy")


async def test_a_ticket_that_ends_ends_its_questions(running: House) -> None:
    story = await with_bo(running)
    await story.asks("bo", "failover", downtime="1 hour")
    await running.expects("cy", "kim")
    await story.desk(state="closed", by="bo")
    await running.expects("cy", "kim", "bo")
    ticket = await story.result()
    assert ticket.approvals[0].outcome == "withdrawn"


@AT_EACH_STEP
async def test_decision_and_withdrawal_at_once_have_one_outcome(running: House) -> None:
    story = await with_bo(running)
    await story.asks("bo", "configuration change", downtime="30 minutes")
    await running.expects("cy")
    said = await asyncio.gather(
        story.opines("decide", "cy", yes=True),
        story.opines("withdraw", "bo", reason="not needed"),
        return_exceptions=True,
    )
    assert [type(one) for one in said].count(Refused) == 1
    outcome = (await story.approval()).outcome
    await running.ruled(story, outcome)
    await running.expects("cy", "bo") if outcome == "approved" else await running.expects("cy")
