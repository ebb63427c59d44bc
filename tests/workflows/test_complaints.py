"""Complaints, as stories from the outside: raised, heard, answered, and settled or not."""

import asyncio
from datetime import timedelta

import pytest

from procedure.book.severity import Facts
from procedure.complaint.review import Counted, Review
from procedure.record import Refused
from tests.northwind import northwind, on_call
from tests.workflows.house import AT_EACH_STEP, Complaining, House, Story
from workflows.messages.assignment import Conclude, Take

DOWN = Facts(system="trading platform", state="down")


async def answered(running: House, story: Complaining, by: str, **content: object) -> None:
    """Whoever has it takes it and answers; the customer hears it."""
    await story.says("acknowledge", by)
    await story.says("answer", by, **{"words": "we are sorry", **content})
    await running.expects("kim", saying="we are sorry")


async def with_bo(running: House) -> Story:
    """A critical ticket that bo, a senior specialist, has."""
    ticket = await running.opens(DOWN)
    await running.expects("bo", "ana", "kim")
    await ticket.say("acknowledge", "bo")
    return ticket


async def complaints_known(ticket: Story, *over: bool) -> None:
    """A ticket knows of as many complaints, and whether each is over."""
    assert tuple(one.over for one in (await ticket.stands()).complaints) == over


# Up the path --------------------------------------------------------------------------------


async def test_the_account_manager_settles_it(running: House) -> None:
    story = await running.complains()
    to_kim, to_max = await running.expects("kim", "max")
    assert "Max Berger" in to_kim.text
    assert "nobody asked us before the restart" in to_max.text
    await answered(running, story, "max")
    await story.says("settle", "kim", settled=True, words="thank you")
    await running.expects("max")
    ended = await story.ends()
    assert (ended.status, ended.outcome, ended.path.level) == ("closed", "settled", "account manager")


async def test_a_silent_account_manager_is_left_by_time(running: House) -> None:
    story = await running.complains()
    await running.expects("kim", "max")
    await running.passes(hours=3, minutes=59)
    running.is_quiet()
    await running.passes(minutes=2)
    await running.expects("max", "kim", "vera")
    assert (await story.stands()).path.level == "customer success"
    await running.passes(hours=2)  # vera does not take it, una stands beside her
    await running.expects("vera", "kim", "una")
    await story.says("answer", "una", words="we are sorry")
    await running.expects("kim")
    await story.says("settle", "kim", settled=True)
    await running.expects("una")
    assert (await story.ends()).outcome == "settled"


@AT_EACH_STEP
async def test_who_took_it_and_does_not_answer_is_reminded_and_left_by_time(running: House) -> None:
    story = await running.complains()
    await running.expects("kim", "max")
    await story.says("acknowledge", "max")
    await running.passes(hours=18, minutes=1)
    await running.expects("max")
    await running.passes(hours=6)
    to_max, to_kim, _ = await running.expects("max", "kim", "vera")
    assert all("Max Berger has not answered in time" in mail.text for mail in (to_max, to_kim))
    assert (await story.stands()).holder == "vera"


@AT_EACH_STEP
async def test_not_yet_twice_brings_it_to_leadership_with_all_that_was_said(running: House) -> None:
    story = await running.complains()
    await running.expects("kim", "max")
    await answered(running, story, "max", words="we are sorry, says Max")
    await story.says("settle", "kim", settled=False, words="that is no answer")
    await running.expects("max", "kim", "vera")
    await answered(running, story, "vera", words="we are sorry, says Vera")
    await story.says("settle", "kim", settled=False)
    _, _, to_otto = await running.expects("vera", "kim", "otto")
    for words in ("nobody asked us", "says Max", "that is no answer", "says Vera"):
        assert words in to_otto.text
    await answered(running, story, "otto")
    await story.says("settle", "kim", settled=True)
    await running.expects("otto")
    ended = await story.ends()
    assert [one.by for one in ended.said] == ["kim", "max", "kim", "vera", "kim", "otto", "kim"]


@AT_EACH_STEP
async def test_when_leadership_is_silent_the_last_resort_hears_it_until_they_take_it(running: House) -> None:
    story = await running.complains(about=("max", "vera", "una"))
    await running.expects("kim", "otto")
    await running.passes(hours=2)
    await running.expects("otto", "kim", "ida")
    await running.passes(hours=2)
    await running.expects("ida")
    await story.says("acknowledge", "ida")
    await running.passes(hours=2)
    assert (await story.stands()).path.level == "last resort"
    await answered(running, story, "ida")
    await story.says("settle", "kim", settled=True)
    await running.expects("ida")
    assert (await story.ends()).outcome == "settled"


# Who hears it -------------------------------------------------------------------------------


async def test_a_complaint_about_the_account_manager_starts_above_them(running: House) -> None:
    story = await running.complains(about=("max",))
    to_kim, to_vera = await running.expects("kim", "vera")
    assert "Vera Hall" in to_kim.text
    assert "nobody asked us" in to_vera.text
    with pytest.raises(Refused, match="It is about you"):
        await story.says("acknowledge", "max")
    await answered(running, story, "vera")
    await story.says("settle", "kim", settled=True)
    await running.expects("vera")
    await story.ends()


async def test_nobody_who_worked_on_the_ticket_hears_the_complaint(running: House) -> None:
    """Vera has helped out on it: so una is the first at customer success."""
    running.earlier.workers = ("bo", "max", "vera")
    ticket = await with_bo(running)
    story = await running.complains(ticket)
    await running.expects("kim", "una")
    assert set((await story.stands()).barred) == {"bo", "max", "vera"}
    for person in ("bo", "vera"):
        with pytest.raises(Refused, match="It is about you, or what you worked on"):
            await story.says("answer", person, words="nothing to see here")
    await story.says("withdraw", "kim")
    await running.expects("una")
    await story.ends()
    await complaints_known(ticket, True)


async def test_a_complaint_that_turns_out_to_be_about_its_holder_leaves_them(running: House) -> None:
    story = await running.complains()
    await running.expects("kim", "max")
    await story.says("add", "kim", words="it was Max himself", about=("max",))
    await running.expects("kim", "vera")
    assert (await story.stands()).barred == ("max",)


async def test_somebody_who_is_no_contact_is_called(running: House) -> None:
    story = await running.complains(by="caller", caller="Pat", reach="extension 12")
    (to_max,) = await running.expects("max")
    assert "extension 12" in to_max.text
    await story.says("answer", "max", words="we are sorry")
    await story.says("settle", "caller", settled=True)
    await running.expects("max")
    assert (await story.ends()).outcome == "settled"


async def test_an_address_that_does_not_work_is_left_at_once(running: House) -> None:
    running.postbox.refuse["max@northwind.example"] = "550 no such user"
    story = await running.complains()
    await running.expects("kim", "kim", "vera")
    assert (await story.stands()).holder == "vera"


async def test_a_customer_who_is_not_reached_is_called_by_who_has_it(running: House) -> None:
    running.postbox.refuse["kim@harbor.example"] = "550 no such user"
    await running.complains()
    await running.expects("max", "max")


async def test_a_mail_server_that_is_away_holds_up_no_other_mail(running: House) -> None:
    running.postbox.refuse["kim@harbor.example"] = "451 later"
    story = await running.complains()
    await running.expects("max")
    await story.says("acknowledge", "max")
    running.postbox.refuse.clear()
    await running.expects("kim")


# The client's hours -------------------------------------------------------------------------


async def test_it_is_heard_in_the_clients_hours(running: House) -> None:
    running.book = on_call()
    await running.until("2031-11-28 17:00")  # a Friday; they close at 17:30
    story = await running.complains()
    await running.expects("kim", "max")
    stands = await story.stands()
    assert stands.path.people is not None
    assert f"{stands.path.people.due:%a %H:%M}" == "Mon 12:30"
    assert f"{stands.path.answer_by:%a %H:%M}" == "Mon 17:00"
    await running.until("2031-12-01 12:00")
    running.is_quiet()


# The customer's word ------------------------------------------------------------------------


@AT_EACH_STEP
async def test_without_a_word_it_is_closed_and_opened_again_by_one(running: House) -> None:
    story = await running.complains()
    await running.expects("kim", "max")
    await answered(running, story, "max")
    await running.passes(hours=24, minutes=1)
    await running.expects("kim")
    await running.passes(hours=48)
    await running.expects("kim")
    assert (await story.ends()).outcome == "unanswered"
    with pytest.raises(Refused, match="It can be opened again"):
        await story.says("settle", "kim", settled=False)
    await story.says("reopen", "kim")
    await running.expects("max", "kim", "vera")
    stands = await story.stands()
    assert (stands.status, stands.path.level, stands.outcome) == ("open", "customer success", "")
    assert len(stands.said) == 3


async def test_two_clicks_open_it_again_once(running: House) -> None:
    story = await running.complains()
    await running.expects("kim", "max")
    await story.says("withdraw", "kim")
    await running.expects("max")
    await story.ends()
    await asyncio.gather(story.says("reopen", "kim"), story.says("reopen", "kim"))
    await running.expects("max", "kim", "vera")
    assert [one.said for one in (await story.stands()).said] == ["raised", "withdrawn", "opened again"]


@AT_EACH_STEP
async def test_signals_say_the_same_and_what_is_refused_stands_in_the_record(running: House) -> None:
    story = await running.complains()
    await running.expects("kim", "max")
    await story.signal("answer", "bo", words="it was nothing")
    await story.when("AnswerComplaint does not count: Max Berger (account manager) has it")
    await story.signal("answer", "max", words="we are sorry")
    await running.expects("kim")
    await story.signal("settle", "kim", settled=True)
    await running.expects("max")
    assert (await story.ends()).outcome == "settled"


async def test_a_complaint_that_the_files_have_no_path_for_waits_until_there_is_one(running: House) -> None:
    """The block was taken out between the form and the worker's look: nothing is lost, nobody is held up."""
    running.book = northwind(complaints=None)
    story = await running.complains()
    assert "in the procedure" in await running.waits(story.raised.id, "hear")
    await running.passes(hours=6)
    running.book = northwind()
    _, to_max = await running.expects("kim", "max")
    # He has his whole time from now on, and is not said to have missed what he was never asked.
    stands = await story.stands()
    assert stands.holder == "max"
    assert stands.path.people and stands.path.people.due and stands.path.people.due > await running.now()
    assert "in time" not in to_max.text


# What was promised --------------------------------------------------------------------------


async def promised(running: House) -> Complaining:
    """Settled with a promise for the day after tomorrow."""
    story = await running.complains()
    await running.expects("kim", "max")
    due = await running.now() + timedelta(days=2)
    await answered(running, story, "max", promise="a call before each restart", promised_by=due)
    await story.says("settle", "kim", settled=True)
    await running.expects("max")
    assert (await story.stands()).status == "promised"
    await running.passes(days=2)
    await running.expects("max", "kim", saying="a call before each restart")
    return story


async def test_a_promise_that_was_kept_ends_it(running: House) -> None:
    story = await promised(running)
    await story.says("verify", "kim", promise=1, kept=True)
    await running.expects("max", "kim")
    assert (await story.ends()).promises[0].state == "kept"


@AT_EACH_STEP
async def test_a_promise_that_was_broken_goes_up(running: House) -> None:
    story = await promised(running)
    await story.says("verify", "kim", promise=1, kept=False, words="nobody called")
    _, _, to_vera = await running.expects("max", "kim", "vera")
    assert "nobody called" in to_vera.text
    stands = await story.stands()
    assert (stands.status, stands.path.level, stands.promises[0].state) == (
        "open",
        "customer success",
        "broken",
    )


async def test_a_promise_that_can_not_be_kept_goes_up_before_its_day(running: House) -> None:
    story = await running.complains()
    await running.expects("kim", "max")
    due = await running.now() + timedelta(days=2)
    await answered(running, story, "max", promise="a call before each restart", promised_by=due)
    await story.says("verify", "max", promise=1, kept=False, words="we have nobody for it")
    await running.expects("max", "kim", "vera")


# The ticket ---------------------------------------------------------------------------------


async def test_the_ticket_goes_on_as_if_there_were_no_complaint(running: House) -> None:
    ticket = await with_bo(running)
    before = await ticket.stands()
    story = await running.complains(ticket)
    await running.expects("kim", "max")
    await complaints_known(ticket, False)
    stands = await ticket.stands()
    assert (stands.severity, stands.tiers, stands.status) == (before.severity, before.tiers, before.status)
    assert stands.last.startswith("A complaint about how it is handled has come in")
    await answered(running, story, "max")
    await story.says("settle", "kim", settled=True)
    await running.expects("max")
    await story.ends()
    await complaints_known(ticket, True)


async def test_the_complaint_outlives_the_ticket(running: House) -> None:
    ticket = await with_bo(running)
    story = await running.complains(ticket)
    await running.expects("kim", "max")
    await complaints_known(ticket, False)
    await ticket.say("resolve", "bo", solution="restarted")
    await running.expects("kim")
    await ticket.say("confirm", "kim", solved=True)
    assert (await ticket.result()).complaints[0].over is False
    assert (await story.stands()).status == "open"
    await answered(running, story, "max")
    await story.says("settle", "kim", settled=True)
    await running.expects("max")
    assert (await story.ends()).outcome == "settled"


async def test_a_closed_ticket_can_be_complained_about(running: House) -> None:
    ticket = await with_bo(running)
    await ticket.say("resolve", "bo", solution="restarted")
    await running.expects("kim")
    await ticket.say("confirm", "kim", solved=True)
    await ticket.result()
    story = await running.complains(ticket)
    await running.expects("kim", "max")
    assert (await story.stands()).raised.ticket_number == "42"


async def test_asked_to_escalate_is_not_a_complaint(running: House) -> None:
    ticket = await with_bo(running)
    await ticket.say("request_escalation", "kim", words="this takes too long")
    await running.expects("sam")
    assert (await ticket.stands()).complaints == ()
    await ticket.say("answer_request", "sam", granted=False, reason="bo is about to restart it")
    await running.expects("kim")


# A review -----------------------------------------------------------------------------------


async def test_three_in_a_month_ask_for_a_review_with_a_leader(running: House) -> None:
    at = await running.now()
    running.earlier.complained = [
        Counted("complaint-harbor-c-8", "c-8", "conduct", at),
        Counted("complaint-harbor-c-9", "c-9", "other", at, barred=("vera",)),
    ]
    await running.complains()
    _, _, to_otto = await running.expects("kim", "max", "otto")
    assert "review" in to_otto.text
    running.lists.append("review-harbor")
    review = await running.tickets.assignment("review-harbor", Review)
    assert (review.holder, review.path.level) == ("otto", "leadership")  # it is about vera, too
    assert [one.number for one in review.complaints] == ["c-8", "c-9"]
    lead = Take(by="otto")
    await running.tickets.say("review-harbor", "acknowledge", lead, "1")
    agreed = Conclude(by="otto", words="a call before each restart, and one a month")
    await running.tickets.say("review-harbor", "conclude", agreed, "2")
    review = await running.tickets.assignment("review-harbor", Review)
    assert (review.over, review.concluded_by) == (True, "otto")


@AT_EACH_STEP
async def test_a_review_that_nobody_leads_goes_up_by_time(running: House) -> None:
    at = await running.now()
    numbers = ("c-7", "c-8", "c-9")
    running.earlier.complained = [Counted(f"complaint-harbor-{n}", n, "conduct", at) for n in numbers]
    story = await running.complains()
    await running.expects("kim", "max", "vera")
    running.lists.append("review-harbor")
    await story.says("withdraw", "kim")
    await running.expects("max")
    await running.passes(hours=24, minutes=1)
    await running.expects("vera", "otto")
    await running.passes(hours=24)
    await running.expects("otto", "ida")
    review = await running.tickets.assignment("review-harbor", Review)
    assert (review.holder, review.path.level) == ("ida", "last resort")


async def test_a_complaint_that_comes_while_a_review_is_open_is_added_to_it(running: House) -> None:
    at = await running.now()
    running.earlier.complained = [
        Counted(f"complaint-harbor-{number}", number, "conduct", at) for number in ("c-8", "c-9")
    ]
    await running.complains()
    await running.expects("kim", "max", "vera")
    running.lists.append("review-harbor")
    await running.complains()
    await running.expects("kim", "max", "vera")
    review = await running.tickets.assignment("review-harbor", Review)
    assert [one.number for one in review.complaints] == ["c-8", "c-9", "c-2"]


@AT_EACH_STEP
async def test_a_review_that_was_held_begins_the_next_once_its_last_mails_are_out(running: House) -> None:
    at = await running.now()
    running.earlier.complained = [
        Counted(f"complaint-harbor-{number}", number, "conduct", at) for number in ("c-8", "c-9")
    ]
    first = await running.complains()
    await running.expects("kim", "max", "vera")
    running.lists.append("review-harbor")
    await first.says("withdraw", "kim")
    await running.expects("max")
    await running.passes(hours=24, minutes=1)
    await running.expects("vera", "otto")
    running.postbox.refuse["vera@northwind.example"] = "451 later"
    held = Conclude(by="otto", words="a call each month")
    await running.tickets.say("review-harbor", "conclude", held, "1")
    await running.waits("review-harbor", "bring_assignment")
    running.earlier.complained = [
        Counted(f"complaint-harbor-{number}", number, "conduct", at) for number in ("c-20", "c-21")
    ]
    await running.complains()
    await running.expects("kim", "max")
    assert (await running.tickets.assignment("review-harbor", Review)).concluded_by == "otto"
    running.postbox.refuse.clear()
    how_it_ended, to_lead = await running.expects("vera", "vera")
    assert "a call each month" in how_it_ended.text
    assert "a call each month" not in to_lead.text
    review = await running.tickets.assignment("review-harbor", Review)
    assert (review.concluded_by, review.holder) == ("", "vera")
    assert [one.number for one in review.complaints] == ["c-20", "c-21"]


async def test_two_in_a_month_ask_for_none(running: House) -> None:
    running.earlier.complained = [Counted("complaint-harbor-c-8", "c-8", "conduct", await running.now())]
    story = await running.complains()
    await running.expects("kim", "max")
    assert (await story.stands()).earlier == ()
