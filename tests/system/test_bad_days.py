"""Bad days, with the real parts: what is killed comes back, and nothing is lost, nothing doubled."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from procedure.book.severity import Facts
from procedure.kinds import Kind
from procedure.record import Entry, Refused
from procedure.ticket.state import Ticket
from runtime.tickets import Tickets
from tests.northwind import PROCEDURE
from tests.system.demo import ROOT, command_line, environment
from tests.system.parts import PATIENCE, Parts, entries, parts, procedure_in, until
from workflows.times import SEND

Story = Callable[[Path], Coroutine[Any, Any, None]]
Telling = dict[Story, asyncio.Task[None]]

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("beside")]

CRITICAL = Facts(system="trading platform", state="down")
HIGH = Facts(system="trading platform", state="impaired", users=6)
MEDIUM = Facts(system="office mail", state="impaired")
LOW = Facts(system="office mail", state="limited")

SEVERITIES: Any = deepcopy(PROCEDURE["severities"])
"""At a pace of 300: 8 seconds to acknowledge, of 24 for the first level. Temporal gives what it had
meant for a killed worker to another one after 10."""
SEVERITIES["medium"]["acknowledge"] = "40 minutes"

OF_ALL = {name: one | {"clients": "all"} for name, one in PROCEDURE["helpdesks"].items()}
"""A client's file can be away, and the others' tickets go on."""

TIERS = [tier["name"] for tier in PROCEDURE["tiers"]]
FIRST_LEVEL = ("ana", "ben", "lea")
SENIORS = ("bo", "sam")
ABOVE_THEM = ("cy", "gil", "mia", "tom", "ida")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    """All parts, in real time: nobody's hour runs out while a story is told."""
    async with parts(tmp_path_factory.mktemp("parts"), helpdesks=OF_ALL) as running:
        await asyncio.gather(running.worker_starts(), running.gateway_starts())
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def rung(running: Parts) -> AsyncIterator[Parts]:
    """The same for all stories that end with everything running; each has a ticket, and mails, of its own."""
    yield running
    running.mail.forgets()


async def all_open(rung: Parts, count: int) -> list[str]:
    """So many tickets come in; everybody is told."""
    tickets = await asyncio.gather(*(rung.opens(f"n{number}", MEDIUM) for number in range(count)))
    for ticket in tickets:
        for who in ("ana", "kim"):
            await rung.mail.brings(ticket, who)
    return tickets


async def holder_says(rung: Parts, ticket: str, name: str, **content: Any) -> None:
    """Whoever has the ticket says something: where a machine is slow, it has gone on to somebody by then."""

    async def said() -> bool:
        with suppress(Refused):
            await rung.say(ticket, name, (await rung.stands(ticket)).holder, **content)
            return True
        return False

    await until(said, f"{ticket}: its holder says {name}")


async def goes_on(rung: Parts, ticket: str) -> None:
    """Nobody says anything: it goes to somebody else, who gets a mail."""
    before, known = (await rung.stands(ticket)).holder, len(rung.mail.about(ticket))

    async def somebody_else() -> str:
        # A look at the ticket costs more than one at the mails, and there are many.
        written_to = rung.mail.about(ticket)[known:]
        holder = (await rung.stands(ticket)).holder if written_to else before
        return holder if holder != before else ""

    await rung.mail.brings(ticket, await until(somebody_else, f"{ticket}: somebody else has it"))


def looks(rung: Parts, ticket: str, patience: float) -> list[Coroutine[Any, Any, Ticket]]:
    """Five ask at once how it stands."""
    tickets = Tickets(rung.client, timedelta(seconds=patience))
    return [tickets.status(ticket) for _ in range(5)]


async def a_day_begins(rung: Parts, taken: list[str], paused: list[str], resolved: list[str]) -> None:
    """Some tickets are taken, the clock of some is stopped, and some are solved."""
    for ticket in taken:
        await holder_says(rung, ticket, "acknowledge")
    for ticket in paused:
        await holder_says(rung, ticket, "pause", reason="a part is ordered")
    for ticket in resolved:
        await holder_says(rung, ticket, "resolve", solution="restarted it")


async def everything_goes_on(
    rung: Parts, paged: list[str], taken: list[str], paused: list[str], resolved: list[str]
) -> None:
    """What was due in each state happens, what people say counts; then all is closed."""
    for ticket in resolved:
        await rung.say(ticket, "confirm", "kim", solved=True)
    for ticket in paused:
        await holder_says(rung, ticket, "resume")
    await asyncio.gather(*(goes_on(rung, ticket) for ticket in (*paged, *taken)))
    for ticket in (*paged, *taken, *paused):
        await rung.closes(ticket)
    for ticket in (*paged, *taken, *paused, *resolved):
        assert (await rung.stands(ticket)).status == "closed"


async def is_taken(rung: Parts, event: object) -> bool:
    return (await rung.webhook(event)).status_code == 202


async def has_passed(instant: datetime) -> bool:
    return datetime.now(UTC) > instant


def texts(ticket: Ticket) -> list[str]:
    return ticket.sentences()


def to_acknowledge(ticket: Ticket) -> timedelta:
    """How long the ticket's holder has to say that they have it."""
    return ticket.agreement.lasts(ticket.agreement.severities[ticket.severity].acknowledge)


# A process is killed ------------------------------------------------------------------


async def test_a_killed_worker_or_temporal_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """kill -9 with three tickets in every state: of the worker, and of the server while mails are on their
    way. Each goes on, and every mail comes once; and who asks for one meanwhile gets an answer."""
    async with parts(tmp_path, pace=300, severities=SEVERITIES) as rung:
        await rung.worker_starts()
        tickets = await all_open(rung, 12)
        paged, taken, paused, resolved = tickets[:3], tickets[3:6], tickets[6:9], tickets[9:]
        await a_day_begins(rung, taken, paused, resolved)
        await rung.nothing_under_way()

        await rung.worker.is_killed()
        assert await rung.listed("ExecutionStatus = 'Running'") == set(tickets)
        await rung.opens("n6", MEDIUM)  # What its worker has yet to hear: Temporal keeps one who asks, then.
        heard = await asyncio.gather(*looks(rung, paused[0], patience=2), return_exceptions=True)
        assert {str(one) for one in heard} == {"no answer in time"}
        answers = asyncio.gather(*looks(rung, paused[0], patience=PATIENCE))
        await rung.worker_starts()
        assert {one.id for one in await answers} == {paused[0]}
        await rung.nothing_under_way()
        assert rung.mail.came_twice() == {}

        in_flight = "ticket-harbor-desk-half-sent"
        rung.mail.silent_about.add(in_flight)
        await rung.opens("half-sent", LOW)
        half_sent = {(await rung.mail.brings(in_flight, who)).ident for who in ("ana", "kim")}
        await rung.temporal.is_killed()
        rung.mail.speaks_again()
        await rung.temporal_starts()
        rung.worker.must_run()
        assert await rung.listed("ExecutionStatus = 'Running'") == {*tickets, in_flight}

        await everything_goes_on(rung, paged, taken, paused, resolved)
        await rung.closes(in_flight)
        await rung.nothing_under_way()
        assert set(rung.mail.came_twice()) <= half_sent
        assert await rung.listed() == {*tickets, in_flight}


# The mail server's bad days -----------------------------------------------------------


async def test_an_address_that_is_refused_for_good_goes_to_the_next_person_at_once(rung: Parts) -> None:
    """550 for Ana: Ben is paged while Ana would still have had an hour, and the record says why."""
    rung.mail.refuse["ana"] = "550 no such mailbox"
    ticket = await rung.opens("dead", MEDIUM)
    await rung.mail.brings(ticket, "ben")
    stands = await rung.stands(ticket)
    assert stands.holder == "ben"
    assert "Mail to Ana Ruiz does not arrive: the mail server says 550 no such mailbox" in texts(stands)
    assert "Ana Ruiz can't be reached: Ben Okafor is next" in texts(stands)
    assert rung.mail.refused == {"ana": 1}


async def test_when_a_whole_tier_is_refused_the_next_tier_is_paged_at_once(rung: Parts) -> None:
    """All of the first level's addresses are dead: the senior specialist has it in no time."""
    rung.mail.refuse |= dict.fromkeys(FIRST_LEVEL, "550 no such mailbox")
    ticket = await rung.opens("dead-tier", MEDIUM)
    await rung.mail.brings(ticket, "bo")
    stands = await rung.stands(ticket)
    assert (stands.tier, stands.holder) == ("senior specialist", "bo")
    for name in ("Ana Ruiz", "Ben Okafor", "Lea Brandt"):
        assert entries(stands, f"{name} can't be reached")
    assert rung.mail.refused == dict.fromkeys(FIRST_LEVEL, 1)


async def test_when_nobody_at_all_can_be_reached_the_ticket_still_has_a_holder(rung: Parts) -> None:
    """Every address is dead: it stands with the last resort, whose time goes on."""
    everyone = (*FIRST_LEVEL, *SENIORS, *ABOVE_THEM, "kim")
    rung.mail.refuse |= dict.fromkeys(everyone, "550 no such mailbox")
    ticket = await rung.opens("nobody", MEDIUM)
    stands = await rung.when_recorded(ticket, "Mail to Ida Northcott does not arrive")
    assert (stands.place, stands.holder) == ("last resort", "ida")
    assert stands.tiers.due is not None


async def test_an_address_that_is_refused_for_now_is_tried_again(rung: Parts) -> None:
    """451 for Ana, twice: the page arrives as soon as it is taken, and Ben sleeps on."""
    rung.mail.refuse["ana"] = "451 greylisted, try again"
    ticket = await rung.opens("not-now", MEDIUM)

    async def refused_twice() -> bool:
        return rung.mail.refused["ana"] >= 2

    await until(refused_twice, "a second attempt")
    del rung.mail.refuse["ana"]
    await rung.mail.brings(ticket, "ana")
    await rung.nothing_under_way()
    assert (await rung.stands(ticket)).holder == "ana"
    assert not rung.mail.about(ticket, "ben")


async def test_a_line_that_drops_after_the_mail_was_taken_brings_the_same_mail_again(rung: Parts) -> None:
    """The answer to DATA is lost: the mail comes twice, with one Message-ID and one link."""
    rung.mail.hang_up_after.add("ana")
    ticket = await rung.opens("dropped", MEDIUM)

    async def twice() -> bool:
        return len(rung.mail.about(ticket, "ana")) == 2

    await until(twice, "the page a second time")
    await rung.nothing_under_way()
    first, second = rung.mail.about(ticket, "ana")
    assert first.ident == second.ident
    assert first.link == second.link
    assert rung.mail.came_twice() == {first.ident: 2}


# What does not fit --------------------------------------------------------------------


def ticket_2(**changes: object) -> dict[str, object]:
    return {"number": "2", "client": "harbor", "title": "Nobody can print"} | changes


def now() -> str:
    return datetime.now(UTC).isoformat()


WRONG: dict[str, tuple[Any, str]] = {
    "no JSON": (b"{", "body"),
    "not UTF-8": (b'{"event_id": "\xff"}', "body"),
    "a list": ([], "body"),
    "very deep": (b"[" * 100_000, "body"),
    "nothing in it": ({}, "event_id"),
    "no ticket": ({"event_id": "1", "at": now()}, "ticket"),
    "no number": (
        {"event_id": "1", "at": now(), "ticket": {"client": "harbor", "title": "x"}},
        "ticket.number",
    ),
    "a number that is a path": (
        {"event_id": "1", "at": now(), "ticket": ticket_2(number="../../x")},
        "ticket.number",
    ),
    "no title": ({"event_id": "1", "at": now(), "ticket": ticket_2(title=" ")}, "ticket.title"),
    "a time without zone": ({"event_id": "1", "at": "2026-11-23T10:00:00", "ticket": ticket_2()}, "at"),
    "no time": ({"event_id": "1", "at": "yesterday", "ticket": ticket_2()}, "at"),
    "users in words": ({"event_id": "1", "at": now(), "ticket": ticket_2(users="many")}, "ticket.users"),
    "fewer than no users": ({"event_id": "1", "at": now(), "ticket": ticket_2(users=-1)}, "ticket.users"),
    "a state that is none": ({"event_id": "1", "at": now(), "ticket": ticket_2(), "state": "odd"}, "state"),
    "an unknown client": ({"event_id": "1", "at": now(), "ticket": ticket_2(client="acme")}, "ticket.client"),
    "conditions as text": (
        {"event_id": "1", "at": now(), "ticket": ticket_2(conditions="failed disk")},
        "ticket.conditions",
    ),
}


async def test_a_webhook_that_does_not_fit_never_reaches_temporal(rung: Parts) -> None:
    """Each is refused with the field that is wrong; too large and not verified are said as such."""
    for what, (event, field) in WRONG.items():
        answer = await rung.webhook(event)
        assert answer.status_code == 422, f"{what}: {answer.status_code} {answer.text}"
        first, *_ = answer.json()["errors"]
        assert first["field"] == field, what
        assert first["error"], what
    right = {"event_id": "1", "at": now(), "ticket": ticket_2()}
    large = await rung.webhook(right | {"comment": "x" * 5_000_000})
    assert large.status_code == 413
    for signature in ("sha256=" + "0" * 64, "0" * 64, "sha256="):
        assert (await rung.webhook(right, signature)).status_code == 401
    assert (await rung.webhook(right, to="elsewhere")).status_code == 401
    assert (await rung.webhook(right, to="generic/a-guess")).status_code == 401
    assert (await rung.webhook(right, to="django-helpdesk/a-guess")).status_code == 401
    assert {one for one in await rung.listed() if not one.startswith("ticket-harbor-desk-")} == set()


async def test_a_worker_does_not_start_on_a_procedure_that_does_not_check(tmp_path: Path) -> None:
    """It ends with 2, and names the file, the line and the key."""
    folder = procedure_in(
        tmp_path / "procedure", last_resort={"person": "nobody", "again_every": "10 minutes"}
    )
    lines = (folder / "procedure.yaml").read_text().splitlines()
    line = lines.index("  person: nobody") + 1
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "worker.py"],
        cwd=ROOT,
        env=environment(RUNG_PROCEDURE=str(folder), RUNG_LINK_KEYS="0" * 32),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"procedure.yaml:{line}: last_resort.person: ")
    assert "Traceback" not in done.stderr


async def test_a_ticket_whose_client_is_not_in_the_files_waits_for_it(rung: Parts) -> None:
    """The client's file is away when its ticket comes in: it opens when the file is back."""
    file, away = rung.procedure / "clients" / "lindqvist.yaml", rung.procedure / "lindqvist.away"

    async def read_again(times: int) -> None:
        async def loaded() -> bool:
            return rung.worker.said.count("procedure loaded") >= times

        await until(loaded, "the worker has the files as they are now")

    before = rung.worker.said.count("procedure loaded")
    file.rename(away)
    await read_again(before + 1)
    ticket = await rung.opens("unknown", LOW, client="lindqvist", requester="nora")
    shown = await asyncio.to_thread(command_line, "show", ticket, **rung.variables)
    assert shown.returncode == 4
    assert shown.stderr.count("\n") == 1, shown.stderr
    away.rename(file)
    await rung.mail.brings(ticket, "ana")


async def test_a_worker_that_is_asked_to_stop_ends_cleanly(rung: Parts) -> None:
    """SIGTERM: 0, and no error in its log; the next one goes on."""
    ticket = await rung.opens("stopped", MEDIUM)
    await rung.mail.brings(ticket, "ana")
    await rung.nothing_under_way()
    assert await rung.worker.is_asked_to_stop() == 0
    assert "worker stopped" in rung.worker.said
    assert '"level": "error"' not in rung.worker.said
    await rung.worker_starts()
    await rung.say(ticket, "acknowledge", "ana")
    assert rung.mail.came_twice() == {}


async def test_a_poisoned_ticket_delays_no_other(rung: Parts) -> None:
    """Somebody starts workflows past the door, with what is no ticket: the others don't notice."""
    for number, poison in enumerate(({"opening": 1}, {}, "text", None)):
        await rung.client.start_workflow("Ticket", poison, id=f"poison-{number}", task_queue="rung")
    fine = await rung.opens("fine", MEDIUM)
    await rung.client.get_workflow_handle(fine).signal("acknowledge", {"by": 1, "visit": "soon"})
    await rung.client.get_workflow_handle(fine).signal("nonsense", "text")
    tickets = [fine, *await all_open(rung, 3)]
    for ticket in tickets:
        await rung.mail.brings(ticket, "ana")
        await rung.say(ticket, "acknowledge", "ana")
        assert (await rung.stands(ticket)).here.acknowledged
    rung.worker.must_run()


# Stories that mostly wait, told beside the others ----------------------------------------


async def a_page_half_sent_by_a_killed_worker_comes_again_with_the_same_id(state: Path) -> None:
    """The worker is killed between a mail server's taking of two mails and its answers."""
    async with parts(state) as rung:
        await rung.worker_starts()
        ticket = "ticket-harbor-desk-1"
        rung.mail.silent_about.add(ticket)
        await rung.opens("1", MEDIUM)
        for who in ("ana", "kim"):
            await rung.mail.brings(ticket, who)
        mails = {mail.ident for mail in rung.mail.mails}
        await rung.worker.is_killed()
        rung.mail.speaks_again()
        await rung.worker_starts()

        # They are sent again when Temporal gives up on the killed worker's attempt.
        async def twice() -> bool:
            return rung.mail.came_twice() == dict.fromkeys(mails, 2)

        await until(twice, "the half-sent mails again", within=SEND.total_seconds() + PATIENCE)
        await rung.nothing_under_way()
        assert len(mails) == 2
        assert rung.mail.came_twice() == dict.fromkeys(mails, 2)
        assert len(rung.mail.mails) == 4
        assert (await rung.stands(ticket)).holder == "ana"


async def after_an_outage_of_several_steps_a_ticket_climbs_once_and_its_holder_has_time(state: Path) -> None:
    """The worker is away while three tiers' times run out: one climb, then a whole time to answer."""
    async with parts(state, pace=600) as rung:
        await rung.worker_starts()
        silent, taken = await rung.opens("silent", MEDIUM), await rung.opens("taken", MEDIUM)
        for ticket in (silent, taken):
            await rung.mail.brings(ticket, "ana")
        await holder_says(rung, taken, "acknowledge")
        await rung.nothing_under_way()

        async def long_enough() -> datetime | None:
            """When both have run out where they are, and two more steps above would have passed them."""
            found = [await rung.stands(ticket) for ticket in (silent, taken)]
            steps = [one.here.standing.ahead[2].at for one in found if one.here.standing]
            ends = [one.tiers.due for one in found if one.tiers.due]
            # Where a machine is slow, either may just be on its way to somebody else, or to another tier.
            return max(*steps, *ends) if len(steps) == len(ends) == len(found) else None

        third = await until(long_enough, "both are with somebody")

        await rung.worker.is_killed()
        sent = len(rung.mail.mails)
        await until(lambda: has_passed(third), "the outage", within=2 * PATIENCE)
        back = datetime.now(UTC)

        def since_then(ticket: Ticket) -> list[Entry]:
            return [entry for entry in ticket.record if entry.at >= back]

        await rung.worker_starts()

        passed = {*FIRST_LEVEL}
        for ident in (silent, taken):
            stands = await rung.stands_when(ident, lambda t: len(since_then(t)) >= 3, "three things happened")
            ran_out, paged, silent_too = since_then(stands)[:3]
            assert [one.kind for one in (ran_out, paged, silent_too)] == [
                Kind.RAN_OUT,
                Kind.PAGED,
                Kind.NOT_ACKNOWLEDGED,
            ]
            assert ran_out.to == TIERS[TIERS.index(ran_out.place) + 1], "one climb"
            assert silent_too.person == paged.person
            assert silent_too.at - paged.at >= to_acknowledge(stands)
            passed -= {entry.person for entry in stands.record if entry.kind is Kind.PAGED}
        # Nobody whom it has passed meanwhile is woken for it.
        assert not [mail for mail in rung.mail.mails[sent:] if mail.who in passed]


async def while_mail_is_down_the_ladder_climbs_on_and_stale_pages_are_not_sent(state: Path) -> None:
    """Two people's time runs out unheard; when mail is back, those are paged who stand there now."""
    async with parts(state, pace=120) as rung:
        await rung.worker_starts()
        await rung.mail.goes_down()
        ticket = await rung.opens("1", CRITICAL)
        await rung.when_recorded(ticket, "nobody at senior specialist did: to engineering")
        await rung.mail.starts()

        async def paged() -> Any:
            return rung.mail.about(ticket, *ABOVE_THEM)

        await until(paged, "a page of the tier where it stands")
        # What matters on is sent when its turn comes; the seniors' pages were tried as often as these.
        for person in ("ana", "kim"):
            await rung.mail.brings(ticket, person)
        await rung.closes(ticket)
        for person in SENIORS:
            assert not rung.mail.about(ticket, person), f"{person} is paged for what has moved on"
        assert rung.mail.came_twice() == {}


async def while_temporal_or_the_first_worker_is_away_the_helpdesk_is_told_to_come_back(state: Path) -> None:
    """A webhook gets 503 and when to try again, a link its page, also from a gateway that starts first after
    a power cut; the repeated event opens one ticket."""
    async with parts(state) as rung:
        await rung.gateway_starts()
        event = {"event_id": "new-2", "at": now(), "ticket": ticket_2()}
        assert (await rung.webhook(event)).status_code in (202, 503)
        await rung.worker_starts()
        await until(lambda: is_taken(rung, event), "the repeated webhook is taken")
        link = (await rung.mail.brings("ticket-harbor-generic-2", "ana")).link
        assert (await rung.browser.get(link)).status_code == 200

        event = {"event_id": "new-3", "at": now(), "ticket": ticket_2(number="3")}
        await rung.temporal.is_killed()
        await is_told_to_come_back(rung, event, link)
        await rung.gateway.is_killed()
        await rung.gateway_starts()
        await is_told_to_come_back(rung, event, link)

        await rung.temporal_starts()
        await until(lambda: is_taken(rung, event), "the repeated webhook is taken")
        assert (await rung.webhook(event)).status_code == 202
        await rung.mail.brings("ticket-harbor-generic-3", "ana")
        await rung.nothing_under_way()
        assert await rung.listed() == {"ticket-harbor-generic-2", "ticket-harbor-generic-3"}
        assert len(rung.mail.about("ticket-harbor-generic-3", "ana")) == 1
        assert (await rung.browser.get(link)).status_code == 200
        assert (await rung.browser.get(f"{rung.gateway_url}/ready")).json()["temporal"] == "here"


async def is_told_to_come_back(rung: Parts, event: object, link: str) -> None:
    refused, page = await asyncio.gather(rung.webhook(event), rung.browser.get(link))
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert page.status_code == 503
    assert "reach the ticket at the moment" in page.text
    assert "Nobody can print" not in page.text
    assert (await rung.browser.get(f"{rung.gateway_url}/health")).status_code == 200
    ready = await rung.browser.get(f"{rung.gateway_url}/ready")
    assert (ready.status_code, ready.json()["temporal"]) == (503, "away")


async def to_ask_a_ticket_right_after_a_crash_does_not_disturb_its_clock(state: Path) -> None:
    """Somebody looks at a ticket just when its holder's time runs out: the next one is paged all the same."""
    async with parts(state, pace=240, severities=SEVERITIES) as rung:
        await rung.worker_starts()
        ticket = await rung.opens("1", MEDIUM)
        await rung.mail.brings(ticket, "ana")
        await rung.nothing_under_way()
        await rung.worker.is_killed()
        await rung.worker_starts()
        await rung.stands(ticket)

        async def next_page() -> Any:
            return rung.mail.about(ticket, "ben", "lea", "bo")

        await until(next_page, "the next page")
        assert rung.mail.about(ticket, "ben"), "nobody was paged until the whole tier's time had run out"
        await rung.nothing_under_way()
        await rung.replays(ticket)


BESIDE: tuple[Story, ...] = (
    a_page_half_sent_by_a_killed_worker_comes_again_with_the_same_id,
    after_an_outage_of_several_steps_a_ticket_climbs_once_and_its_holder_has_time,
    while_mail_is_down_the_ladder_climbs_on_and_stale_pages_are_not_sent,
    while_temporal_or_the_first_worker_is_away_the_helpdesk_is_told_to_come_back,
    to_ask_a_ticket_right_after_a_crash_does_not_disturb_its_clock,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def beside(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Telling]:
    """The chosen stories of those that mostly wait, two at a time, each with parts of its own."""
    two = asyncio.Semaphore(2)

    async def told(story: Story) -> None:
        async with two:
            await story(tmp_path_factory.mktemp("beside"))

    chosen = {
        item.callspec.params.get("story") for item in request.session.items if hasattr(item, "callspec")
    }
    telling = {story: asyncio.create_task(told(story)) for story in BESIDE if story in chosen}
    yield telling
    for task in telling.values():
        task.cancel()
    if telling:
        await asyncio.wait(telling.values())


@pytest.mark.parametrize("story", BESIDE, ids=lambda story: story.__name__)
async def test_beside(story: Story, beside: Telling) -> None:
    """A story that mostly waits; it began with the first test of this file."""
    await beside[story]
