"""Complaints with the real parts: said at once, beside a ticket that closes, three in a month."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from procedure.book.severity import Facts
from procedure.complaint.raising import about_ticket
from procedure.complaint.review import Review
from procedure.complaint.state import Complaint, Raised
from procedure.record import Refused
from runtime.tickets import Away, NoSuchTicket
from tests.northwind import COMPLAINTS
from tests.system.parts import PATIENCE, Parts, parts, until
from tests.tries import TRIES
from workflows.messages import Answer
from workflows.messages.assignment import Conclude
from workflows.messages.complaint import REMARKS

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOWN = Facts(system="trading platform", state="down")

_numbers = itertools.count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rung(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    """All parts, in real time: nobody's time to answer runs out while a story is told."""
    async with parts(tmp_path_factory.mktemp("complaints")) as running:
        await asyncio.gather(running.worker_starts(), running.gateway_starts())
        yield running
        await running.nothing_under_way()


async def complains(rung: Parts, ticket: str = "", **known: Any) -> str:
    """Kim of Harbor complains (each story has a client of its own where they are counted); its id."""
    usual = {"client": "harbor", "by": "kim", "kind": "response time", "words": "it takes too long"}
    raised = Raised(**{"number": f"c-{next(_numbers)}", **usual, **known})
    raised = about_ticket(raised, await rung.stands(ticket)) if ticket else raised
    await rung.tickets.complain(raised)
    await rung.tickets.heard(raised.id)
    return raised.id


async def says(rung: Parts, ident: str, name: str, by: str, **content: Any) -> Answer:
    """Somebody says something, as if in another window each time."""
    said = REMARKS[name].model_validate({"by": by, "via": "a story", **content})
    return await rung.tickets.remark(ident, name, said, str(uuid.uuid4()))


async def answered(rung: Parts, ident: str, by: str = "max") -> None:
    await says(rung, ident, "answer", by, words="we are sorry")
    await rung.mail.brings(ident, "kim")


async def ends(rung: Parts, ident: str) -> Complaint:
    async with asyncio.timeout(PATIENCE):
        await rung.client.get_workflow_handle(ident).result()
    return await rung.tickets.complaint(ident)


async def test_the_same_complaint_sent_twice_is_raised_once(rung: Parts) -> None:
    number = f"c-{next(_numbers)}"
    raised = Raised(client="harbor", by="kim", kind="other", words="once", number=number)
    await asyncio.gather(*(rung.tickets.complain(raised) for _ in range(5)))
    stands = await rung.tickets.heard(raised.id)
    assert [one.said for one in stands.said] == ["raised"]
    await says(rung, raised.id, "withdraw", "kim")
    await ends(rung, raised.id)
    assert len(rung.mail.about(raised.id, "max")) == 2  # given, and over


async def test_of_settled_and_not_yet_at_once_one_counts(rung: Parts) -> None:
    """Whatever comes first; the history replays."""

    async def race(ident: str) -> None:
        await answered(rung, ident)
        look = asyncio.create_task(rung.tickets.complaint(ident))
        heard = await asyncio.gather(
            says(rung, ident, "settle", "kim", settled=True),
            says(rung, ident, "settle", "kim", settled=False, visit=1),
            return_exceptions=True,
        )
        await look
        assert all(isinstance(one, Answer | Refused) for one in heard), heard
        stands = await rung.tickets.complaint(ident)
        said = [one.said for one in stands.said]
        # "Not yet" first: it goes up, and is settled there. "Settled" first: nothing more counts.
        assert said in (["raised", "answered", "settled"], ["raised", "answered", "not yet", "settled"])
        assert (await ends(rung, ident)).outcome == "settled"

    idents = [await complains(rung) for _ in range(TRIES)]
    await asyncio.gather(*map(race, idents))
    await rung.replays(*idents)


async def test_a_complaint_and_the_end_of_its_ticket_at_once(rung: Parts) -> None:
    """Neither holds up the other, whichever comes first."""
    for turn in range(4):
        ticket = await rung.opens(f"t{next(_numbers)}", DOWN)
        await rung.mail.brings(ticket, "bo")
        raised = Raised("harbor", f"c-{next(_numbers)}", "other", "too slow", by="kim")
        raised = about_ticket(raised, await rung.stands(ticket))
        both = [rung.tickets.complain(raised), rung.closes(ticket)]
        await asyncio.gather(*both[:: -1 if turn % 2 else 1])
        await rung.tickets.heard(raised.id)
        assert (await rung.stands(ticket)).closed
        await answered(rung, raised.id)
        await says(rung, raised.id, "settle", "kim", settled=True)
        assert (await ends(rung, raised.id)).outcome == "settled"
        await rung.replays(ticket)


async def test_the_ticket_hears_of_it_and_that_it_is_over(rung: Parts) -> None:
    ticket = await rung.opens(f"t{next(_numbers)}", DOWN)
    await rung.mail.brings(ticket, "bo")
    ident = await complains(rung, ticket)
    stands = await rung.stands_when(ticket, lambda t: bool(t.complaints), "it has heard of a complaint")
    assert [one.over for one in stands.complaints] == [False]
    await says(rung, ident, "withdraw", "kim")
    await ends(rung, ident)
    await rung.stands_when(ticket, lambda t: t.complaints[0].over, "it has heard that it is over")
    await rung.closes(ticket)


async def test_who_worked_on_the_ticket_is_passed_over(rung: Parts) -> None:
    """Max, the account manager, has helped the technicians: so he does not hear what is said of them."""
    ticket = await rung.opens(f"t{next(_numbers)}", DOWN)
    await rung.mail.brings(ticket, "bo")
    await rung.say(ticket, "acknowledge", "bo")
    ident = await complains(rung, ticket)
    stands = await rung.tickets.complaint(ident)
    assert (stands.holder, "bo" in stands.barred) == ("max", True)
    await says(rung, ident, "withdraw", "kim")
    await ends(rung, ident)
    await rung.closes(ticket)


async def test_a_worker_that_dies_loses_no_complaint(rung: Parts) -> None:
    ident = await complains(rung)
    await rung.worker.is_killed()
    raised = Raised("harbor", f"c-{next(_numbers)}", "other", "and nobody answers", by="kim")
    await rung.tickets.complain(raised)
    await rung.worker_starts()
    await rung.mail.brings(raised.id, "max")
    for one in (ident, raised.id):
        await answered(rung, one)
        await says(rung, one, "settle", "kim", settled=True)
        assert (await ends(rung, one)).outcome == "settled"


async def test_it_is_found_by_level_holder_and_due_and_by_no_word(rung: Parts) -> None:
    ident = await complains(rung, words="unspeakable", settle="unheard-of")
    answer_by = (await rung.tickets.complaint(ident)).path.answer_by

    async def found() -> dict[str, Any] | None:
        query = f"WorkflowId = '{ident}' AND PathLevel = 'account manager' AND Holder = 'max'"
        async for run in rung.tickets.find_complaints(query, 1):
            return {pair.key.name: pair.value for pair in run.typed_search_attributes}
        return None

    attributes = await until(found, "the complaint by its level and holder")
    assert answer_by is not None
    assert abs(attributes["NextDue"] - answer_by) < timedelta(seconds=1)
    assert (attributes["Client"], attributes["RungStatus"]) == ("harbor", "open")
    assert "unspeakable" not in str(attributes)
    await says(rung, ident, "withdraw", "kim")
    await ends(rung, ident)


# Three in a month: Lindqvist's ------------------------------------------------------------


async def of_lindqvist(rung: Parts) -> str:
    return await complains(rung, client="lindqvist", by="nora")


async def review_when(rung: Parts, so: Any, what: str) -> Review:
    async def look() -> Review | None:
        try:
            review = await rung.tickets.assignment("review-lindqvist", Review)
        except (NoSuchTicket, Away):
            return None
        return review if so(review) else None

    return await until(look, what)


async def listed(rung: Parts, *idents: str) -> None:
    """Waits until Temporal finds all of these."""

    async def all_there() -> bool:
        return {*idents} <= await rung.listed("WorkflowType = 'Complaint' AND Client = 'lindqvist'")

    await until(all_there, "the complaints are listed")


async def test_three_in_a_month_ask_for_one_review_and_count_once(rung: Parts) -> None:
    first = [await of_lindqvist(rung), await of_lindqvist(rung)]
    await listed(rung, *first)
    assert not await rung.listed("WorkflowType = 'Review' AND Client = 'lindqvist'")
    third = await of_lindqvist(rung)
    review = await review_when(rung, lambda r: bool(r.holder), "a review")
    assert {one.id for one in review.complaints} == {*first, third}
    assert review.holder == "vera"
    await listed(rung, third)
    fourth = await of_lindqvist(rung)
    await review_when(rung, lambda r: len(r.complaints) == 4, "one more complaint in the review")
    held = Conclude(by="vera", words="a call each month")
    await rung.tickets.say("review-lindqvist", "conclude", held, str(uuid.uuid4()))
    async with asyncio.timeout(PATIENCE):
        await rung.client.get_workflow_handle("review-lindqvist").result()
    assert (await rung.tickets.assignment("review-lindqvist", Review)).concluded_by == "vera"

    async def is_closed() -> bool:
        return bool(
            await rung.listed(
                "WorkflowType = 'Review' AND Client = 'lindqvist' AND ExecutionStatus != 'Running'"
            )
        )

    await until(is_closed, "the review is listed as held")
    # What it was about counts no more: two new ones are not enough.
    later = [await of_lindqvist(rung), await of_lindqvist(rung)]
    await listed(rung, *later)
    await rung.nothing_under_way()
    assert not await rung.listed(
        "WorkflowType = 'Review' AND Client = 'lindqvist' AND ExecutionStatus = 'Running'"
    )
    assert datetime.now(UTC) > review.opened
    complaints = (*first, third, fourth, *later)
    for ident in complaints:
        await says(rung, ident, "withdraw", "nora")
        await ends(rung, ident)
    await rung.replays(*complaints)


async def test_complaints_after_a_review_was_held_add_up_to_the_next(tmp_path: Path) -> None:
    """Also while its last mails are not out, and none that was taken back."""
    terms = COMPLAINTS | {"review": COMPLAINTS["review"] | {"complaints": 2}}
    async with parts(tmp_path, complaints=terms) as rung:
        await rung.worker_starts()

        async def known(query: str) -> None:
            async def found() -> bool:
                return bool(await rung.listed(query))

            await until(found, query)

        async def counts(**about: Any) -> str:
            ident = await complains(rung, **about)
            await known(f"WorkflowId = '{ident}'")
            return ident

        async def about(*idents: str) -> None:
            async def is_about() -> bool:
                with suppress(Away, NoSuchTicket):
                    review = await rung.tickets.assignment("review-harbor", Review)
                    return not review.over and {one.id for one in review.complaints} == {*idents}
                return False

            await until(is_about, "a review about these")

        for _ in range(2):
            taken_back = await counts()
            await says(rung, taken_back, "withdraw", "kim")
            await ends(rung, taken_back)
        assert not await rung.listed("WorkflowType = 'Review'")
        first = await counts()
        assert not await rung.listed("WorkflowType = 'Review'")
        second = await counts()
        await about(first, second)
        await rung.mail.goes_down()
        third = await counts()
        await about(first, second, third)
        held = Conclude(by="vera", words="a call each month")
        await rung.tickets.say("review-harbor", "conclude", held, str(uuid.uuid4()))
        await known("WorkflowType = 'Review' AND RungStatus = 'closed' AND ExecutionStatus = 'Running'")
        fourth = await counts()
        assert (await rung.tickets.complaint(fourth)).earlier == ()
        fifth = await counts()
        assert (await rung.tickets.complaint(fifth)).earlier == (fourth,)
        assert (await rung.tickets.assignment("review-harbor", Review)).over
        await rung.mail.starts()
        await about(fourth, fifth)
        await known("WorkflowType = 'Review' AND RungStatus = 'open' AND ExecutionStatus = 'Running'")
        await rung.replays(second, third, fourth, fifth, "review-harbor")
