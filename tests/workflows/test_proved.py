"""What is proved is what happens: random tickets in the real workflows, with skipped time, page the same
people at the same second as the proof's way up.

Many tickets share each night, so that a night costs little. All of it happens in 2031.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from procedure.approval.state import Approval
from procedure.book.procedure import Procedure
from procedure.book.severity import Facts, Severity
from procedure.complaint.state import Complaint
from procedure.duty.on_duty import Watch
from procedure.kinds import Kind
from procedure.proof.asked import Unanswered, Unheard
from procedure.proof.climb import SILENCE, Case, climb
from procedure.ticket.state import Ticket
from tests.northwind import ON_CALL, on_call
from tests.tries import TRIES, USUAL
from tests.workflows.house import House, Story, house

FACTS: dict[Severity, Facts] = {
    "critical": Facts(system="trading platform", state="down"),
    "high": Facts(system="trading platform", state="impaired", users=6),
    "medium": Facts(system="office mail", state="impaired"),
    "low": Facts(system="office mail", state="limited"),
}

EVENINGS = {
    "2031-03-28 17:35": True,
    "2031-03-30 00:15": True,
    "2031-03-31 07:30": False,
    "2031-04-11 16:10": False,
    "2031-04-14 07:15": False,
    "2031-05-05 16:00": True,
    "2031-05-06 07:40": False,
    "2031-10-26 00:20": True,
}
"""When clocks change, rotas change hands, the client opens and closes, and around a holiday (UTC); whether
who has a ticket stays on duty, so that it is offered to nobody."""

EACH, LASTS = -(-TRIES // USUAL), 50
"""How often tickets of all severities come in of an evening; in how many minutes, and looked at as long."""

HELD = Case("failover", held=True)
UNANSWERED = Unanswered("failover")


@pytest.mark.timeout(120 * EACH)
async def test_random_tickets_climb_as_proved() -> None:
    chance, book = random.Random(15), _procedure()  # noqa: S311
    async with house(1000) as running:
        running.book = book
        seen = 0
        for number, (evening, stays) in enumerate(EVENINGS.items()):
            await running.until(evening)
            # Who asks has it, too; an offer that is stopped while it is on its way is what stories never do.
            asking = await _asks(running, number) if stays else None
            tickets = await _come_in(running, chance, number, stays)
            if asking:
                seen += _is_asked(await asking.approval(), book)
                await asking.desk(state="closed")
            for story, case in tickets:
                seen += _agrees(await story.stands(), book, case)
                await story.desk(state="closed")
            await running.quiet()
            running.postbox.mails.clear()
    assert seen > 2 * len(FACTS) * EACH * len(EVENINGS)


async def test_random_complaints_climb_as_proved() -> None:
    """Each up to the last resort: over a weekend and Easter, in which clocks change, and over a leave."""
    chance, book = random.Random(16), _procedure()  # noqa: S311
    async with house(1000) as running:
        running.book = book
        for begin, end in (
            ("2031-03-27 16:00", "2031-04-03 12:00"),
            ("2031-04-10 08:30", "2031-04-18 12:00"),
        ):
            await running.until(begin)
            stories = []
            for _ in range(EACH):
                await running.passes(seconds=chance.randrange(8 * 3600 // EACH))
                stories.append(await running.complains())
            await running.until(end)
            for story in stories:
                _is_told(await story.stands(), book)
                await story.says("withdraw", "kim")
            await running.quiet()
            running.postbox.mails.clear()


def _procedure() -> Procedure:
    """One of the seniors is on leave in April, with somebody to stand in."""
    away = {"leave": [{"first": "2031-04-12", "last": "2031-04-20", "substitute": "sam"}]}
    return on_call(people=ON_CALL["people"] | {"bo": ON_CALL["people"]["bo"] | away})


async def _asks(running: House, number: int) -> Story:
    """A ticket on which something is asked that nobody answers."""
    asking = await running.opens(FACTS["critical"], number=f"{number}-asks")
    await asking.asks((await asking.stands()).holder, UNANSWERED.action)
    return asking


async def _come_in(
    running: House, chance: random.Random, number: int, stays: bool
) -> list[tuple[Story, Case]]:
    """Tickets at random seconds; some of them are taken by who is paged first, and then nothing happens."""
    found = []
    last = 0
    for place, second in enumerate(sorted(chance.sample(range(LASTS * 60), EACH))):
        await running.passes(seconds=second - last)
        last = second
        for severity, facts in FACTS.items():
            story = await running.opens(facts, number=f"{number}-{place}-{severity}")
            held = stays and severity == "critical" and chance.random() < 0.5
            if held:
                await story.say("acknowledge", (await story.stands()).holder)
            found.append((story, HELD if held else SILENCE))
    await running.passes(minutes=LASTS)
    return found


def _agrees(ticket: Ticket, book: Procedure, case: Case) -> int:
    """Whether the same people were paged, each with the same second by which to answer; how many."""
    until = ticket.record[-1].at + timedelta(seconds=1)
    foreseen = climb(Watch(book, ticket.client, ticket.severity), ticket.opened, case).pages
    expected = [(page.person, _second(page.at + page.within)) for page in foreseen if page.at <= until]
    paged = [entry for entry in ticket.record if entry.kind is Kind.PAGED]
    assert [(entry.person, _second(entry.due)) for entry in paged] == expected, ticket.sentences()
    return len(paged)


def _is_asked(approval: Approval, book: Procedure) -> int:
    """The same of an approval that nobody answers, with who is told in the end that it is undecided."""
    until = approval.record[-1].at + timedelta(seconds=1)
    foreseen = UNANSWERED.climb(Watch(book, approval.client, approval.severity), approval.opened).pages
    expected = [(page.person, _second(page.at + page.within)) for page in foreseen if page.at <= until]
    asked = [(put.person, _second(put.due)) for put in approval.asked]
    undecided = [(one.person, _second(one.at)) for one in approval.record if one.kind is Kind.UNDECIDED]
    assert asked + undecided == expected, approval.sentences()
    return len(approval.asked)


def _is_told(complaint: Complaint, book: Procedure) -> None:
    """The same of a complaint that nobody takes."""
    foreseen = Unheard().climb(Watch(book, complaint.client, "low"), complaint.opened).pages
    expected = [(page.person, _second(page.at), _second(page.at + page.within)) for page in foreseen]
    told = [
        (one.person, _second(one.at), _second(one.due)) for one in complaint.record if one.kind is Kind.TOLD
    ]
    assert told == expected, complaint.sentences()


def _second(at: datetime | None) -> str:
    assert at is not None
    return f"{at:%d %b %H:%M:%S}"
