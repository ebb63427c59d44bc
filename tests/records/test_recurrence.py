"""How often the same has come, and what solved it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.history import RecordedHistory, TicketHistory
from activities.mail import Mail
from activities.path.rounds import Rounds
from gateway.ticket.earlier import SolvedBefore
from gateway.views import Showing, Views
from procedure.book.severity import Facts
from procedure.path.assignment import AssignmentNotice
from procedure.problem.state import Incident, Problem
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from records.database import Records
from records.recurrence import comes_in, count_alike, counted, solved_alike
from records.search import search
from records.writing import write
from runtime.links import Address, Links
from runtime.settings import Settings
from tests.northwind import northwind, on_call
from tests.page import Page
from tests.procedure.problem.test_problem import PROBLEMS, recurs
from tests.procedure.ticket.lives import HIGH, NOON, life
from tests.received import Received
from tests.records.test_writing import moment, solved
from tests.workflows.house import Postbox, smtp_server
from workflows.messages.assignment import AssignmentRound

SINCE = NOON - timedelta(days=30)
VPN = Facts(system="office mail", state="impaired", category="vpn")


def came(records: Records, number: str, days: float = 1, facts: Facts = VPN, **known: object) -> Ticket:
    """A ticket that came in so many days ago."""
    ident = f"ticket-harbor-desk-{number}"
    about = {"id": ident, "number": number, "facts": facts, "opened": NOON - timedelta(days=days), **known}
    ticket: Ticket = replace(life().ticket, **about)  # type: ignore[arg-type]
    write(records, ticket, moment(run=f"run-{number}"))
    return ticket


def count(records: Records, but: str = "", since: datetime = SINCE) -> int:
    return count_alike(records, "harbor", "office mail", "vpn", since, but)


def test_only_the_same_counts_within_its_days_and_once_each(records: Records) -> None:
    """Client, system, category; no drill, nothing older; and an emergency and what has joined it are one."""
    came(records, "1")
    came(records, "2", days=29.9)
    came(records, "3", days=30.1)
    came(records, "4", client="quay")
    came(records, "5", facts=replace(VPN, system="trading platform"))
    came(records, "6", facts=replace(VPN, category="login"))
    came(records, "7", drill=True)
    assert count(records) == 2

    came(records, "8", joined="ticket-harbor-door-e-1", status="closed")
    came(records, "9", joined="ticket-harbor-door-e-1", status="closed")
    assert count(records) == 3
    came(records, "10", id="ticket-harbor-door-e-1", caller="Kim Harlow")
    assert count(records) == 3
    assert count(records, but="ticket-harbor-desk-1") == 2


def test_what_comes_at_once_counts_each_other(records: Records) -> None:
    """Each is there before it counts: of ten that come together, one has nine before it."""
    openings = [Opening("harbor", "desk", str(number), "No vpn", "kim", facts=VPN) for number in range(10)]

    async def all_at_once() -> list[int]:
        asks = (
            asyncio.to_thread(comes_in, records, opening, "office mail", NOON, SINCE) for opening in openings
        )
        return await asyncio.gather(*asks)

    records.upgrade()
    found = sorted(asyncio.run(all_at_once()))
    assert found[-1] == 9
    assert sum(one >= 2 for one in found) >= 8, "a pattern of three is seen by all but the first two"


def test_the_count_is_answered_by_one_index(tmp_path: Path) -> None:
    """SQLite's plan; PostgreSQL reads small tables whole, and its plan for a million rows is the bench's."""
    records = Records(f"sqlite:///{tmp_path / 'records.db'}")
    records.upgrade()
    asked = counted("harbor", "office mail", "vpn", SINCE).compile(records.engine)
    with records.engine.connect() as connection:
        values = (*asked.params.values(),)
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values).all())
    assert "USING COVERING INDEX tickets_alike" in plan
    records.close()


async def test_the_records_count_by_the_name_that_the_client_has_for_a_system(records: Records) -> None:
    """Whatever the helpdesk calls it; and by Temporal while they are away."""
    came(records, "1")
    client = await Client.connect("127.0.0.1:1", lazy=True)
    earlier = RecordedHistory(client, records, northwind)
    opening = Opening("harbor", "desk", "2", "No vpn", "kim", facts=replace(VPN, system="Office Mail"))

    assert await earlier.like(opening, SINCE) == 1


async def test_without_records_temporal_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not asked again for a while."""
    (tmp_path / "records.db").mkdir()
    records = Records(f"sqlite:///{tmp_path / 'records.db'}")
    asked = []

    async def by_temporal(self: TicketHistory, opening: Opening, since: datetime) -> int:
        asked.append(opening.number)
        return 7

    monkeypatch.setattr(TicketHistory, "like", by_temporal)
    client = await Client.connect("127.0.0.1:1", lazy=True)
    earlier = RecordedHistory(client, records, northwind)
    opening = Opening("harbor", "desk", "2", "No vpn", "kim", facts=VPN)

    assert [await earlier.like(opening, SINCE), await earlier.like(opening, SINCE)] == [7, 7]
    assert asked == ["2", "2"]
    records.close()


def test_what_solved_the_last_ones_alike_is_there_for_the_next(records: Records) -> None:
    """The newest first; who, when, where and by what."""
    told = solved().ticket
    for number in ("1", "2"):
        new = replace(told, id=f"ticket-harbor-desk-{number}", number=number)
        write(records, new, moment(run=f"run-{number}"))
    facts = told.facts

    found = solved_alike(records, "harbor", facts.system, facts.category, but="ticket-harbor-desk-2")

    assert [(one.number, one.solution, one.solved_by) for one in found] == [
        ("1", "Restarted the gateway", told.holder)
    ]


def test_words_are_found_wherever_they_stand(records: Records) -> None:
    """All of them, the last also by how it begins, without accents; in title, words, notes and solution."""
    write(records, replace(solved().ticket, title="Café: VPN-Gateway_7 at host.example.com"), moment())
    came(records, "2", title="Printer jam")

    def numbers(words: str, client: str = "") -> list[str]:
        return [one.number for one in search(records, words, client)]

    for words in ("cafe vpn", "restarted gatew", "exam", "example", "7 host", "CAFÉ", "42"):
        assert numbers(words) == ["42"], words
    assert numbers("gatew restarted") == numbers("ex") == numbers("harbor") == []
    assert numbers("cafe jam") == numbers('" OR *') == numbers(" -- ") == []
    assert numbers("jam", "harbor") == ["2"]
    assert numbers("jam", "quay") == []
    (found,) = search(records, "cafe")
    assert (found.solution, found.status) == ("Restarted the gateway", "closed")


def test_those_with_the_word_itself_come_before_those_where_it_begins_one(records: Records) -> None:
    """Each once, the newest first, and not more than are asked for."""
    for number, title in enumerate(("Printer jam", "Printers jam", "Printer off", "Print spooler", "Paper")):
        came(records, str(number), title=title)

    def numbers(words: str, at_most: int = 20) -> list[str]:
        return [one.number for one in search(records, words, at_most=at_most)]

    assert numbers("printer") == ["2", "0", "1"]
    assert numbers("print") == ["3", "2", "1", "0"]
    assert numbers("jam printer") == ["0", "1"]
    assert numbers("pri") == numbers("prin") == ["3", "2", "1", "0"]
    assert numbers("printe") == ["2", "1", "0"]
    assert numbers("x" * 5000) == []
    assert (numbers("print", 2), numbers("printer", 2)) == (["3", "2"], ["2", "0"])


def test_a_changed_ticket_is_found_by_its_new_words_only(records: Records) -> None:
    """The index follows the table."""
    write(records, replace(life().ticket, title="Printer jam"), moment())
    write(records, replace(life().ticket, title="Paper tray"), moment(2))

    assert [one.number for one in search(records, "paper")] == ["42"]
    assert search(records, "printer") == []


async def test_the_page_of_a_ticket_shows_what_solved_the_last_like_it(records: Records) -> None:
    """To the MSP's people, while it is open: by its system and category, else by the words of its title."""
    alike = replace(HIGH, category="login")
    last = replace(solved().ticket, id="ticket-harbor-desk-1", number="1", facts=alike)
    write(records, last, moment())
    before = SolvedBefore(records)
    told = life(HIGH)
    links = Links(["0" * 32], "http://rung.test")

    async def page(ticket: Ticket) -> str:
        shown = Showing(Address("staff", ticket.id, "ana", 1), told.now)
        views = Views(northwind, links, before)
        return Page(views.page(ticket, shown, (), await before.solved(ticket)).body).text

    by_facts, by_words = {"facts": alike, "title": "Slow"}, {"facts": Facts(), "title": "Nobody: log"}
    for ticket in (replace(told.ticket, **by_facts), replace(told.ticket, **by_words)):  # type: ignore[arg-type]
        text = await page(ticket)
        assert "What solved the last like it" in text
        assert "(senior specialist): Restarted the gateway" in text
    assert "What solved" not in await page(replace(told.ticket, title="Printer jam", facts=Facts()))
    assert "What solved" not in await page(replace(told.ticket, client="quay"))


async def test_a_page_does_not_wait_for_records_that_are_away() -> None:
    """It shows the rest."""
    away = SolvedBefore(Records("postgresql://rung@127.0.0.1:1/rung"))

    assert [await away.solved(life().ticket), await away.solved(life().ticket)] == [(), ()]


async def mailed(problem: Problem, records: Records | None) -> Received:
    """The mail that gives it to somebody, as its activity sends it."""
    postbox, nobody = Postbox(), cast(Any, None)
    links = Links(["0" * 32], "http://rung.test")
    async with smtp_server(postbox) as port:
        settings = Settings(smtp_port=port, mail_domain="rung.example")
        rounds = Rounds(nobody, Mail(lambda: on_call(problems=PROBLEMS), links, settings), records)
        environment = ActivityEnvironment()
        environment.info = replace(environment.info, scheduled_time=NOON)
        notices = problem.tell(AssignmentNotice.GIVEN, problem.holder).notices[-1:]
        told = AssignmentRound(notices=notices, assignment=problem)
        await environment.run(rounds.bring_assignment, told)
    return postbox.mails[0]


async def test_a_problem_tells_what_has_helped_with_each_of_its_tickets(
    records: Records, tmp_path: Path
) -> None:
    """As the records know it when it is read; those of others, and of what is not solved, tell nothing."""
    told = solved().ticket
    for number, client in (("1", "harbor"), ("2", "quay")):
        new = replace(told, id=f"ticket-{client}-desk-{number}", number=number, client=client)
        write(records, new, moment(run=f"run-{number}"))
    came(records, "3")
    tickets = tuple(
        Incident(f"ticket-{client}-desk-{number}", number, "It hangs", NOON)
        for number, client in (("1", "harbor"), ("2", "quay"), ("3", "harbor"), ("4", "harbor"))
    )
    problem = replace(recurs().stands, tickets=tickets)
    links = Links(["0" * 32], "http://rung.test")
    views = Views(northwind, links, SolvedBefore(records))
    shown = Showing(Address("problem", problem.id, "cy", 1), NOON)

    page = Page(views.assignment(await views.before.of_tickets(problem), shown).body)

    lines = page.part("The tickets")
    assert [line.partition("; what helped: ")[2] for line in lines] == ["Restarted the gateway", "", "", ""]
    assert "It hangs, 12:00; what helped: Restarted the gateway" in (await mailed(problem, records)).text
    for away in (None, Records(f"sqlite:///{tmp_path / 'missing' / 'records.db'}")):
        assert await SolvedBefore(away).of_tickets(problem) == problem
        assert "what helped" not in (await mailed(problem, away)).text
