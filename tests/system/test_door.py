"""The door with a real server behind it: whatever comes is taken, or refused for good reason; nothing breaks.

RUNG_REQUESTS=5000 sends so many of each of these: events of a helpdesk, forms of every page, requests at
every address (150 otherwise).
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import hmac
import json
import os
import warnings
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowQueryFailedError
from temporalio.testing import WorkflowEnvironment

from activities.history import TicketHistory
from gateway.app import create_app
from gateway.limits import Rate
from procedure.book.procedure import Procedure
from procedure.book.severity import Facts
from procedure.complaint.raising import number as complaint_number
from procedure.complaint.review import Review, review_id
from procedure.complaint.state import Raised, complaint_id
from procedure.path.assignment import Assignment
from procedure.prevention.state import Prevention, prevention_id
from procedure.problem.state import Problem, Recurrence
from procedure.record import Refused
from procedure.ticket.handover import HandoverItem, ShiftChange
from procedure.ticket.helpdesk import Event
from procedure.ticket.opening import Opening
from procedure.ticket.state import Ticket
from runtime.connection import DATA_CONVERTER, register_search_attributes
from runtime.links import Address, Links, Purpose
from runtime.settings import Settings
from runtime.tickets import Away, NoSuchTicket, NotYet, Tickets, said
from tests.northwind import PROCEDURE, northwind
from tests.procedure.prevention.test_prevention import PREVENTION
from tests.procedure.problem.test_problem import PROBLEMS
from tests.system.faults import NO_FAULT
from tests.workflows.house import KEYS, PUBLIC, Postbox, binary, smtp_server
from worker import working
from workflows.messages import TASK_QUEUE
from workflows.messages.handover import HandoverInput, Offer
from workflows.messages.problem import ProblemInput
from workflows.messages.ticket import HasComplaint

REQUESTS = int(os.environ.get("RUNG_REQUESTS", "150"))
pytestmark = pytest.mark.timeout(120 + REQUESTS)

ENOUGH = 30
"""Seconds."""

Result = TypeVar("Result")


@dataclass
class Running:
    """A gateway in this process, its worker, and a real server; everything runs while something is done."""

    runner: asyncio.Runner
    env: WorkflowEnvironment
    tickets: Tickets
    earlier: TicketHistory
    links: Links
    browser: httpx.AsyncClient

    def does(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    async def sends(self, event: dict[str, Any]) -> httpx.Response:
        """The helpdesk sends an event."""
        return await self.posts("/helpdesk/generic", json.dumps(event).encode())

    async def posts(self, path: str, body: bytes, **headers: str) -> httpx.Response:
        signature = "sha256=" + hmac.new(b"the-desk-and-we-know-it", body, hashlib.sha256).hexdigest()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.browser.post(path, content=body, headers={"X-Rung-Signature": signature, **named})

    async def ends(self, ticket: str) -> None:
        """It is closed in the helpdesk, and its workflow is over."""
        number = ticket.rpartition("-")[2]
        closed = await self.sends(event(number, "closed", state="closed"))
        assert closed.status_code == 202
        await self.env.client.get_workflow_handle(ticket).result()

    async def failed_tasks(self) -> list[str]:
        """Every workflow task that has failed, in any history but those that were stopped in the middle."""
        return [
            f"{run.id}: {event.workflow_task_failed_event_attributes.failure.message}"
            async for run in self.env.client.list_workflows("ExecutionStatus != 'Terminated'")
            for event in (await self.history(run.id, run.run_id))
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
            and event.workflow_task_failed_event_attributes.cause not in NO_FAULT
        ]

    async def history(self, ident: str, run: str) -> list[Any]:
        return list((await self.env.client.get_workflow_handle(ident, run_id=run).fetch_history()).events)


def event(number: str, ident: str = "new", **more: Any) -> dict[str, Any]:
    ticket = {"number": number, "client": "harbor", "title": "Mail is slow", "system": "office mail"}
    return {"event_id": ident, "at": datetime.now(UTC).isoformat(), "ticket": ticket, **more}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        patch.setenv("RUNG_SECRET_GENERIC", "the-desk-and-we-know-it")
        patch.setenv("RUNG_SECRET_DJANGO_HELPDESK", "another-one-of-the-desk")
        stack = AsyncExitStack()
        yield runner.run(_everything(runner, stack))
        runner.run(stack.aclose())


def the_book() -> Procedure:
    """With all that has a page."""
    ends = f"{datetime.now(UTC).date() + timedelta(days=20)}"
    harbor = PROCEDURE["clients"]["harbor"] | {"prevention": {"old server": {"ends": ends}}}
    clients = PROCEDURE["clients"] | {"harbor": harbor}
    return northwind(problems=PROBLEMS, prevention=PREVENTION, clients=clients)


async def _everything(runner: asyncio.Runner, stack: AsyncExitStack) -> Running:
    port = await stack.enter_async_context(smtp_server(Postbox()))
    env = await WorkflowEnvironment.start_local(
        data_converter=DATA_CONVERTER,
        dev_server_existing_path=binary("temporal"),
        dev_server_log_level="error",
    )
    await stack.enter_async_context(env)
    book, links, tickets = the_book(), Links(KEYS, PUBLIC), Tickets(env.client, timedelta(seconds=ENOUGH))
    await _nothing_is_known_yet(tickets)
    await register_search_attributes(env.client)
    earlier, settings = TicketHistory(env.client), Settings(smtp_port=port, mail_domain="rung.example")
    await stack.enter_async_context(working(env.client, lambda: book, links, settings, earlier))
    browser = await stack.enter_async_context(gateway(tickets, links))
    return Running(runner, env, tickets, earlier, links, browser)


def gateway(tickets: Tickets, links: Links) -> httpx.AsyncClient:
    """A browser of a gateway in this process, through which anybody may send as often as they like."""
    app = create_app(tickets, the_book, links, PUBLIC)
    app.state.forms = app.state.codes = app.state.wrong_links = Rate(10**9)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers={"Origin": PUBLIC})


def opening(number: str, **facts: str) -> Opening:
    return Opening("harbor", "desk", number, "Mail is slow", "kim", facts=Facts(**facts))  # type: ignore[arg-type]


async def _nothing_is_known_yet(tickets: Tickets) -> None:
    """Before the first worker has registered them, no search attribute is known: that will pass."""
    with pytest.raises(Away, match="search attribute"):
        await tickets.receive(opening("early"), Event("new", datetime.now(UTC)))


# What Temporal takes -----------------------------------------------------------------------------


def test_what_temporal_will_never_take_is_refused_and_not_sent_again(running: Running) -> None:
    with pytest.raises(Refused, match="Temporal does not take it"):
        running.does(running.tickets.receive(opening("7" * 1200), Event("new", datetime.now(UTC))))


def test_a_search_attribute_is_cut(running: Running) -> None:
    """Past the door, too: a workflow that shows too much would stand still."""
    long = opening("long", system="\N{FIRE}" * 3000, category="\N{FIRE}" * 3000)
    assert running.does(running.tickets.receive(long, Event("new", datetime.now(UTC))))
    answer = running.does(
        running.sends(event("8") | {"ticket": event("8")["ticket"] | {"system": "字" * 700}})
    )
    assert (answer.status_code, answer.json()["unknown"]) == (202, ["system"])


class JustDeleted(Tickets):
    """For a moment the id of what was deleted is still taken, by nothing that can say how it stands."""

    async def status(self, ticket: str) -> Ticket:
        raise NoSuchTicket


def test_a_webhook_just_after_a_deletion_is_to_be_sent_again(running: Running) -> None:
    async def story() -> httpx.Response:
        ticket = (await running.sends(event("d1"))).json()["ticket"]
        await running.ends(ticket)
        tickets = JustDeleted(running.env.client)
        async with gateway(tickets, running.links) as browser:
            return await replace(running, browser=browser).sends(event("d1", "again"))

    answer = running.does(story())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_what_somebody_has_stopped_in_temporal_hears_nothing_more(running: Running) -> None:
    """ "Try again" would be for ever."""

    async def story() -> Any:
        ticket = (await running.sends(event("s1"))).json()["ticket"]
        await running.env.client.get_workflow_handle(ticket).terminate("a mistake")
        return (await running.sends(event("s1", "later", comment="hello?"))).json()

    assert running.does(story()) == {"ticket": "ticket-harbor-generic-s1", "ignored": "the ticket is closed"}


def test_a_ticket_goes_on_for_itself_when_its_emergency_is_gone(running: Running) -> None:
    async def story() -> None:
        door = running.links.url(Address("emergency", "harbor"))
        form = {"who": "Kim Harlow, 020 7946 0000", "system": "market data", "users": "all", "nonce": "n"}
        sent = await running.browser.post(door, data=form)
        token = sent.headers["Location"].rpartition("/")[2]
        address = running.links.read("emergency", token)
        assert address is not None
        emergency = f"ticket-harbor-emergency-{address.person}"
        async with asyncio.timeout(ENOUGH):
            while not await running.earlier.open_emergencies("harbor"):
                await asyncio.sleep(0.05)
        title = {"title": f"It is {address.person}, as I said"}
        new = event("j1") | {"ticket": event("j1")["ticket"] | title}
        ticket = (await running.sends(new)).json()["ticket"]
        async with asyncio.timeout(ENOUGH):
            await running.env.client.get_workflow_handle(ticket).result()
        assert (await running.tickets.status(ticket)).joined == emergency
        await running.env.client.get_workflow_handle(emergency).terminate()
        assert (await running.sends(event("j1", "again", state="open"))).json() == {"ticket": ticket}
        stands = await running.tickets.presented(ticket)
        assert (stands.id, stands.joined, stands.status) == (ticket, "", "open")

    running.does(story())


def test_a_complaint_that_its_ticket_has_heard_of_is_not_raised_again(running: Running) -> None:
    """django-helpdesk tells of it with every event, also when Temporal has forgotten it."""

    async def sends(ident: int | None, **fields: str) -> httpx.Response:
        ticket = {"id": 77, "title": "Mail is slow", "custom_customer": "harbor", **fields}
        followups = [{"id": one, "date": datetime.now(UTC).isoformat(), "user": 3} for one in (1, 2)]
        body = json.dumps({"ticket": {**ticket, "followup_set": followups}, "followup_id": ident})
        return await running.posts("/helpdesk/django-helpdesk/another-one-of-the-desk", body.encode())

    async def story() -> None:
        ticket = (await sends(None)).json()["ticket"]
        await running.tickets.presented(ticket)
        heard = complaint_number("harbor", "django-helpdesk 77")
        await running.tickets.signal(ticket, "complaint", HasComplaint(number=heard, over=True))
        assert (await sends(2, custom_complaint="yes")).json() == {"ticket": ticket, "complaint": heard}
        with pytest.raises(NoSuchTicket):
            await running.tickets.complaint(complaint_id("harbor", heard))

    running.does(story())


def test_of_two_clients_at_once_for_one_ticket_the_later_word_counts(running: Running) -> None:
    """A helpdesk that could not reach us sends it all at once; its workflows begin together."""

    def put_down_for(client: str, number: str, at: datetime) -> dict[str, Any]:
        body = event(number, f"for {client}", at=at.isoformat())
        return body | {"ticket": {"number": number, "client": client, "title": "Mail is slow"}}

    async def story(number: str) -> None:
        now = datetime.now(UTC)
        before, after = (
            put_down_for("harbor", number, now - timedelta(minutes=1)),
            put_down_for("lindqvist", number, now),
        )
        answers = await asyncio.gather(*(running.sends(one) for one in (before, after, before)))
        wrong, right, _ = (answer.json()["ticket"] for answer in answers)
        async with asyncio.timeout(ENOUGH):
            await running.env.client.get_workflow_handle(wrong).result()
        assert (await running.tickets.status(wrong)).corrected_to == right
        assert (await running.tickets.presented(right)).status == "open"

    async def stories() -> None:
        await asyncio.gather(*(story(f"c{number}") for number in range(10)))

    running.does(stories())


# Anything ----------------------------------------------------------------------------------------

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**18, -1, 0, 4711, 1e308])
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(
        [
            "",
            "x" * 5000,
            "\N{FIRE}" * 3000,
            "a\x00b\u202ec",
            "\ud800",
            "Down",
            "open",
            "closed",
            "resolved",
            "waiting",
            "kim@harbor.example",
            "harbor",
            "lindqvist",
            "conduct: he hung up",
            "9999-12-31T23:59:59-14:00",
            "0001-01-01T00:00:00+14:00",
            "2026-11-28",
            "#2026/17",
        ]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)

SELDOM = st.sampled_from([*[False] * 15, True])

NUMBERS = st.sampled_from([f"f{number}" for number in range(12)])

GENERIC = (
    *(
        "event_id",
        "at",
        "by",
        "comment",
        "from_customer",
        "automatic",
        "headers",
        "state",
        "complaint",
        "ticket",
    ),
    *(
        f"ticket.{name}"
        for name in (
            *("number", "client", "title", "description", "requester", "system", "state"),
            *("users", "workaround", "category", "conditions", "drill"),
        )
    ),
    *(f"complaint.{name}" for name in ("kind", "words", "settle", "by")),
)
DJANGO = (
    *("ticket", "followup_id", "ticket.id", "ticket.title", "ticket.description", "ticket.submitter_email"),
    *("ticket.followup_set", "ticket.custom_customer", "ticket.custom_system", "ticket.custom_state"),
    *("ticket.custom_users", "ticket.custom_workaround", "ticket.custom_category", "ticket.custom_complaint"),
)


def changed(whole: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The same with other values at some places."""
    for path, value in changes.items():
        *blocks, name = path.split(".")
        inner: Any = whole
        for block in blocks:
            inner = inner.setdefault(block, {}) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner[name] = value
    return whole


@st.composite
def webhooks(draw: st.DrawFn) -> tuple[str, bytes, dict[str, str]]:
    """A webhook of either kind with some of it otherwise; mostly whole JSON, sometimes bytes of any kind."""
    now = datetime.now(UTC)
    if draw(st.booleans()):
        path, names = "/helpdesk/generic", GENERIC
        body = event(draw(NUMBERS), draw(st.text("abcdef", min_size=1, max_size=3)), comment="any news?")
        body["complaint"] = draw(st.sampled_from([None, {"kind": "other", "words": "slow"}]))
    else:
        path, names = "/helpdesk/django-helpdesk/another-one-of-the-desk", DJANGO
        followups = [
            {"id": n, "date": now.isoformat(), "user": draw(st.sampled_from([None, 3]))} for n in (1, 2)
        ]
        ticket = {"id": draw(st.integers(1, 9)), "title": "x", "custom_customer": "harbor"}
        body = {
            "ticket": {**ticket, "followup_set": followups},
            "followup_id": draw(st.sampled_from([None, 1, 2])),
        }
    body = changed(body, draw(st.dictionaries(st.sampled_from(names), JUNK, max_size=2)))
    text = json.dumps(body, ensure_ascii=draw(st.booleans()))
    charset = draw(st.sampled_from(["", "", "utf-8", "utf-8", "ISO-8859-1", "utf-16", "nonsense"]))
    known = {"": "utf-8", "nonsense": "utf-8", "ISO-8859-1": "latin-1"}.get(charset, charset)
    raw = text.encode(known, "replace")
    if draw(SELDOM):
        raw = draw(st.binary(max_size=30))
    headers = {"Content-Type": f"application/json; charset={charset}" if charset else "application/json"}
    if draw(SELDOM):
        headers["Content-Encoding"] = draw(st.sampled_from(["gzip", "br"]))
        raw = gzip.compress(raw) if draw(st.booleans()) else raw
    return path, raw, headers


OPEN = 3
"""Of each kind so many are open: a form may end what it is about."""

TYPED = st.text(max_size=60) | st.sampled_from(
    [
        "",
        "x" * 4500,
        "\x00\u202e",
        "\N{FIRE}" * 3000,
        "9" * 5000,
        "2026-11-28T10:00",
        "9999-12-31",
        "GBP 5",
        "-1",
    ]
)


@dataclass(frozen=True)
class Form:
    """A page as it is served, and all that can be filled in and chosen there."""

    path: str
    names: tuple[str, ...]
    values: tuple[str, ...]


async def everything(running: Running) -> dict[str, list[Address]]:
    """By the path that is served, what is open there for somebody."""
    tickets, book = running.tickets, the_book()
    served: dict[str, list[Address]] = defaultdict(list)
    for number in range(OPEN):
        opened = (await running.sends(event(f"page{number}", requester="kim"))).json()["ticket"]
        ticket = await tickets.presented(opened)
        asks = said("propose", {"by": ticket.holder, "action": "workaround", "what": "a detour"})
        await tickets.say(ticket.id, "propose", asks, "asked")
        approval = await tickets.approval(f"{ticket.id.replace('ticket', 'approval', 1)}-1")
        complaint = Raised("harbor", f"c-any{number}", "other", "slow", by="kim", ticket=ticket.id)
        await tickets.complain(complaint)
        hears = (await tickets.heard(complaint.id)).holder
        change = ShiftChange("ana", "ben", datetime.now(UTC) - timedelta(minutes=number))
        line = HandoverItem(ticket.id, "harbor", ticket.number, "Mail is slow", "low", "open", in_an_hour())
        await running.env.client.start_workflow(
            "Handover",
            HandoverInput(change=change),
            id=change.id,
            task_queue=TASK_QUEUE,
            start_signal="offer",
            start_signal_args=[Offer(line=line)],
        )
        shown: tuple[tuple[str, Purpose, str, tuple[str, ...]], ...] = (
            ("/ticket/staff/{token}", "staff", ticket.id, (ticket.holder,)),
            ("/ticket/staff/{token}/ask", "staff", ticket.id, (ticket.holder,)),
            ("/ticket/customer/{token}", "customer", ticket.id, ("kim",)),
            ("/approval/{token}", "approval", approval.id, tuple(one.person for one in approval.asked)),
            ("/complaint/{token}", "complaint", complaint.id, ("kim", hears)),
            ("/handover/{token}", "handover", change.id, ("ben",)),
        )
        for path, purpose, ident, people in shown:
            served[path] += [Address(purpose, ident, person) for person in people]
    pattern = Recurrence("harbor", "office mail", "network")
    assert await tickets.open_problem(ProblemInput(pattern=pattern, title="Mail is slow", opened_by="cy"))
    await tickets.keep_up("harbor")
    assignments: tuple[tuple[str, type[Assignment]], ...] = (
        (review_id("harbor"), Review),
        (pattern.problem, Problem),
        (prevention_id("harbor"), Prevention),
    )
    for ident, kind in assignments:
        served[f"/{kind.PATH}/{{token}}"] = [Address(kind.PATH, ident, await owner(tickets, ident, kind))]
    for client in book.clients:
        for path in ("/emergency/{token}", "/complain/{token}", "/complain/{token}/sent"):
            served[path].append(Address("emergency" if "emergency" in path else "complain", client))
        served["/agreement/{token}"].append(
            Address("agreement", client, next(iter(book.clients[client].contacts)))
        )
    return served


def in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


async def owner(tickets: Tickets, ident: str, kind: type[Assignment]) -> str:
    """Who has a review or a problem, once somebody was told of it."""
    async with asyncio.timeout(ENOUGH):
        while True:
            with suppress(NoSuchTicket, NotYet):
                if holder := (await tickets.assignment(ident, kind)).holder:
                    return holder
            await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def served(running: Running) -> dict[str, list[Form]]:
    """Every page there is, as somebody sees it who may."""

    async def story() -> dict[str, list[Form]]:
        found = await everything(running)
        return {path: [await seen(path, one) for one in addresses] for path, addresses in found.items()}

    async def seen(path: str, address: Address) -> Form:
        at = path.format(token=running.links.token(address))
        page = await running.browser.get(at)
        assert page.status_code == 200, (path, page.text)
        fields = BeautifulSoup(page.text, "html.parser").select("input, select, textarea, button")
        values = BeautifulSoup(page.text, "html.parser").select("input[value], option[value], button[value]")
        names = {str(one["name"]) for one in fields if one.get("name")}
        return Form(at, tuple(sorted(names)), tuple(sorted({str(one["value"]) for one in values})))

    return running.does(story())


ANYTHING = settings(
    max_examples=REQUESTS,
    deadline=None,
    database=None,
    derandomize="RUNG_REQUESTS" not in os.environ,
    phases=[Phase.generate],
    suppress_health_check=[*HealthCheck],
)


@given(webhooks())
@ANYTHING
def test_any_webhook_is_taken_or_refused_with_a_reason(
    running: Running, sent: tuple[str, bytes, dict[str, str]]
) -> None:
    path, body, headers = sent
    answer = running.does(running.posts(path, body, **headers))
    assert answer.status_code in (202, 422), answer.text
    if answer.status_code == 422:
        for wrong in answer.json()["errors"]:
            assert wrong["field"]
            assert wrong["error"] not in ("", "can't be read")
            assert "Input" not in wrong["error"]
            assert "Temporal" not in wrong["error"]


@given(st.data())
@ANYTHING
def test_any_form_is_answered_by_a_page(
    running: Running, served: dict[str, list[Form]], data: st.DataObject
) -> None:
    """All that a page has, filled in somehow; sometimes as it is meant."""
    form = data.draw(st.sampled_from(served[data.draw(st.sampled_from(sorted(served)))]))
    typed = st.sampled_from(form.values) | TYPED if form.values else TYPED
    filled = {name: data.draw(typed) for name in form.names if data.draw(st.booleans())}
    answer = running.does(running.browser.post(form.path, data=filled))
    assert answer.status_code in (200, 303, 405, 409, 410, 413, 422), answer.text
    assert (answer.status_code == 405) == form.path.endswith("/sent")


@given(st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS"]), st.data())
@ANYTHING
def test_any_request_is_answered(
    running: Running, served: dict[str, list[Form]], method: str, data: Any
) -> None:
    """At every address there is, with links of other pages and with none, and any bytes."""
    path = data.draw(st.sampled_from(sorted(paths())))
    others = [form.path.split("/")[-1] for forms in served.values() for form in forms]
    part = (
        st.sampled_from(others) | st.text(max_size=20) | st.sampled_from(["generic", "%00", "..", "x" * 3000])
    )
    parts = {name: data.draw(part) for name in ("token", "source", "secret")}
    where = urlsplit(path.format(**{name: quote(one, safe="") for name, one in parts.items()})).path
    answer = running.does(running.browser.request(method, where, content=data.draw(st.binary(max_size=50))))
    assert answer.status_code < 500, answer.text


@cache
def paths() -> frozenset[str]:
    """What the gateway serves."""
    app = create_app(Tickets(None), northwind, Links(KEYS, PUBLIC), PUBLIC)  # type: ignore[arg-type]
    with warnings.catch_warnings(action="ignore"):
        return frozenset(get_openapi(title="Rung", version="", routes=app.routes)["paths"])


def test_no_address_is_left_out(served: dict[str, list[Form]]) -> None:
    machines = {
        "/readings/{source}",
        "/helpdesk/{source}",
        "/helpdesk/{source}/{secret}",
        "/health",
        "/ready",
    }
    assert paths() - machines == set(served)


def test_after_all_that_no_workflow_stands_still(running: Running) -> None:
    """What was taken is heard: every open workflow says how it stands, and no task has failed."""

    async def says(ident: str) -> None:
        """One that is just being opened does so in a moment."""
        while True:
            with suppress(WorkflowQueryFailedError):
                await running.env.client.get_workflow_handle(ident).query("status")
                return
            await asyncio.sleep(0.1)

    async def story() -> list[str]:
        async with asyncio.timeout(2 * ENOUGH):
            async for run in running.env.client.list_workflows("ExecutionStatus = 'Running'"):
                await says(run.id)
        return await running.failed_tasks()

    assert running.does(story()) == []
