"""Approvals with the real parts: whatever is said at once, there is one outcome, and everyone is told it."""

from __future__ import annotations

import asyncio
import itertools
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import yaml
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

from procedure.approval.state import Approval, ruling
from procedure.book.severity import Facts
from procedure.kinds import Kind
from procedure.record import Refused
from procedure.ticket.state import Asked, Ticket
from runtime.links import Address, Links
from runtime.tickets import Tickets
from tests.received import Received
from tests.system.parts import KEY, PATIENCE, Parts, parts, until
from tests.tries import TRIES, USUAL
from workflows.messages import Answer
from workflows.messages.approval import OPINIONS
from workflows.times import SEND

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("beside", "deleted")]

DOWN = Facts(system="trading platform", state="down")
FEW = -(-TRIES // USUAL)
"""Of what is said fifty times at once."""

CHANGE: dict[str, Any] = {"action": "configuration change"}
"""Cy is asked, and Gil may decide it too; the client is not asked, and no code is needed."""
FAILOVER: dict[str, Any] = {"action": "failover"}
"""Cy and Kim are asked, each with a code."""
FIRST: dict[str, Any] = {"action": "put one client first"}
"""Mia and Tom, both."""
PEOPLE: dict[str, Any] = {"action": "allocate people"}
"""Mia or Tom."""

NEW_KEY = "another-one-for-these-tests-" * 2
HEADLINES = ("Approved", "Denied", "Withdrawn", "Undecided")
"""How the subjects of those mails begin that tell how it was decided."""

Heard = Answer | Refused


@dataclass(frozen=True)
class Question:
    """A question that Bo has asked."""

    rung: Parts
    ticket: str
    ident: str

    async def says(self, name: str, by: str, **content: Any) -> Answer:
        """Somebody says something to it through the command line, as if in another window each time."""
        return await says_through(self.rung.tickets, self.ident, name, by, **content)

    async def stands(self) -> Approval:
        return await self.rung.tickets.approval(self.ident)

    async def ends(self) -> Approval:
        """The approval when it has ended, and with it the last of its mails."""
        async with asyncio.timeout(PATIENCE):
            await self.rung.client.get_workflow_handle(self.ident).result()
        return await self.stands()

    async def heard(self, outcome: str) -> Ticket:
        """Its ticket, when that has heard how the question stands."""

        def so(ticket: Ticket) -> bool:
            return self.of(ticket).outcome == outcome

        return await self.rung.stands_when(self.ticket, so, f"it has heard that it is {outcome}")

    def of(self, ticket: Ticket) -> Asked:
        """What its ticket knows of it."""
        number = int(self.ident.rpartition("-")[2])
        return next(one for one in ticket.approvals if one.number == number)

    def told(self, who: str, *headlines: str) -> list[Received]:
        """The mails about it to somebody that begin so; one that came twice with the same id counts once."""
        mails = {mail.ident: mail for mail in self.rung.mail.about(self.ident, who)}
        return [mail for mail in mails.values() if headline(mail) in headlines]

    def alarms(self, who: str) -> list[Received]:
        mails = self.rung.mail.about(self.ident, who)
        return [mail for mail in mails if str(mail.message["Subject"]).startswith("ALARM")]

    async def events(self) -> tuple[int, int]:
        """How long its history is, and that of its ticket: what changes nothing adds nothing."""

        async def at_rest() -> tuple[int, int] | None:
            approval, ticket = [await self.rung.at_rest(one) for one in (self.ident, self.ticket)]
            return (approval, ticket) if approval and ticket else None

        return await until(at_rest, f"{self.ident} and its ticket are at rest")


async def says_through(door: Tickets, ident: str, name: str, by: str, **content: Any) -> Answer:
    opinion = OPINIONS[name].model_validate({"by": by, "via": "a story", **content})
    return await door.speak_up(ident, opinion, str(uuid.uuid4()))


def headline(mail: Received) -> str:
    """How the subject begins: with what is wanted, or what became of it."""
    return str(mail.message["Subject"]).partition(":")[0]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rung(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    """All parts, in real time: nobody's time to answer runs out while a story is told."""
    async with parts(tmp_path_factory.mktemp("approvals")) as running:
        await asyncio.gather(running.worker_starts(), running.gateway_starts())
        yield running
        await running.nothing_under_way()
        assert running.mail.came_twice() == {}


_numbers = itertools.count(1)


async def with_bo(rung: Parts) -> str:
    """A critical ticket of Harbor's that Bo, a senior specialist, is paged for; its id."""
    ticket = await rung.opens(f"a{next(_numbers)}", DOWN)
    await rung.mail.brings(ticket, "bo")
    return ticket


async def asks(rung: Parts, ticket: str, by: str = "bo", **proposal: Any) -> Question:
    """Somebody who has a ticket asks for something."""
    usual = {"what": "on both servers", "downtime": "30 minutes"}
    answer = await rung.say(ticket, "propose", by, **usual | proposal)
    (ident,) = re.findall(r"approval-[\w-]+", answer.text)
    return Question(rung, ticket, ident)


async def questions(rung: Parts, count: int = TRIES, **proposal: Any) -> list[Question]:
    """So many questions of one ticket; each takes a minute more, so that no two rulings are the same."""
    ticket = await with_bo(rung)
    takes = [f"{30 + number} minutes" for number in range(count)]
    return await asyncio.gather(*(asks(rung, ticket, downtime=time, **proposal) for time in takes))


Saying = Callable[[Question], Awaitable[Answer]]


def says(name: str, by: str, **content: Any) -> Saying:
    return lambda question: question.says(name, by, **content)


async def at_once(question: Question, *sayings: Saying) -> list[Heard]:
    """What each of those hears who say something at the same instant: that it counted, or why not.

    Others look at the page meanwhile.
    """
    look = asyncio.create_task(question.stands())
    said = await asyncio.gather(*(saying(question) for saying in sayings), return_exceptions=True)
    await look
    heard: list[Heard] = []
    for one in said:
        if not isinstance(one, Heard):
            raise AssertionError(f"{question.ident}: neither counted nor refused") from one
        heard.append(one)
    return heard


async def races(asked: list[Question], *sayings: Saying) -> list[tuple[Question, list[Heard]]]:
    """The same race about each question; every other time those begin who came last before."""

    async def race(number: int, question: Question) -> list[Heard]:
        turn = -1 if number % 2 else 1
        return (await at_once(question, *sayings[::turn]))[::turn]

    heard = await asyncio.gather(*(race(*one) for one in enumerate(asked)))
    return list(zip(asked, heard, strict=True))


def counted(heard: Sequence[Heard]) -> int:
    return sum(isinstance(one, Answer) for one in heard)


async def one_outcome(question: Question, *outcomes: str) -> Approval:
    """It has one of these outcomes, once; the approval, its ticket and every mail about it say the same."""
    approval = await question.ends()
    ticket, text = await question.heard(approval.outcome), ruling(approval)
    assert approval.outcome in outcomes
    assert question.of(ticket).ruling == text
    assert ticket.sentences().count(text) == 1
    assert not ticket.here.pause
    closings = [entry for entry in approval.record if entry.kind in CLOSINGS]
    assert closings == [approval.record[-1]]
    decided = [one.by for one in approval.decisions]
    assert len(decided) == len(set(decided))
    assert approval.outcome == "denied" or all(one.yes for one in approval.decisions)
    for who in {"bo", *(one.person for one in approval.asked), *decided}:
        rulings, receipts = question.told(who, *HEADLINES), question.told(who, "Your decision")
        closer = who == closings[0].by
        assert (len(rulings), len(receipts)) == (not closer, decided.count(who)), who
        assert all(headline(mail) == approval.outcome.capitalize() for mail in rulings)
        assert all(text in words(mail.text) for mail in (receipts if closer else rulings))
    return approval


CLOSINGS = (Kind.SETTLED, Kind.WITHDRAWN, Kind.UNDECIDED)


# At once ----------------------------------------------------------------------------------


async def test_of_fifty_windows_of_one_person_one_decides(rung: Parts) -> None:
    """Half of them say yes, half no; all others hear what was decided."""
    yes, no = says("decide", "cy", yes=True, visit=1), says("decide", "cy", yes=False, reason="no", visit=1)
    # One after the other: the server takes ten updates of a workflow at a time, the others come again.
    for question in await questions(rung, count=FEW, **CHANGE):
        heard = await at_once(question, *[yes, no] * 25)
        approval = await one_outcome(question, "approved", "denied")
        assert counted(heard) == 1
        assert all(ruling(approval) in str(one) for one in heard if isinstance(one, Refused))


async def test_fifty_clicks_on_one_form_are_one_decision(rung: Parts) -> None:
    """Cy clicks yes and Kim no, each fifty times at once: afterwards every page shows the same no."""
    for question in await questions(rung, count=FEW, **FAILOVER):
        cy, kim = await asyncio.gather(*(rung.mail.brings(question.ident, who) for who in ("cy", "kim")))
        yes = {"choice": "yes", "code": cy.code, "version": "3"}
        no = {"choice": "no", "reason": "we trade until five", "version": "3"}
        clicks = [rung.browser.post(link, data=form) for link, form in [(cy.link, yes), (kim.link, no)] * 50]
        answers = await asyncio.gather(*clicks)

        # What is sent too often is told so, since nobody clicks as fast as that; and a busy machine says that
        # it did not answer in time, and keeps what was typed.
        assert {answer.status_code for answer in answers} <= {303, 409, 429, 503}
        assert any(answer.status_code == 303 for answer in answers[1::2])
        approval = await one_outcome(question, "denied")
        pages = [await rung.browser.get(link) for link in (cy.link, kim.link, *links_to(question, "gil"))]
        assert {lead(page) for page in pages} == {ruling(approval)}


async def test_one_says_yes_and_another_no(rung: Parts) -> None:
    """Two of the MSP who may decide it: whoever comes first; the other hears how it was decided."""
    yes, no = says("decide", "cy", yes=True), says("decide", "gil", yes=False, reason="not today")
    for question, heard in await races(await questions(rung, **CHANGE), yes, no):
        approval = await one_outcome(question, "approved", "denied")
        assert counted(heard) == 1
        (refused,) = (str(one) for one in heard if isinstance(one, Refused))
        assert ruling(approval) in refused


async def test_one_side_says_yes_and_the_other_no(rung: Parts) -> None:
    """A no from either ends it, whoever comes first."""
    yes = says("decide", "cy", yes=True, visit=1)
    no = says("decide", "kim", yes=False, reason="we trade until five", visit=1)
    for question, heard in await races(await questions(rung, **FAILOVER), yes, no):
        approval = await one_outcome(question, "denied")
        assert isinstance(heard[1], Answer)
        assert counted(heard) == len(approval.decisions)


async def test_two_people_say_yes(rung: Parts) -> None:
    """Each in two windows: both count, and each once."""
    mia, tom = says("decide", "mia", yes=True), says("decide", "tom", yes=True)
    for question, heard in await races(await questions(rung, **FIRST), mia, tom, mia, tom):
        approval = await one_outcome(question, "approved")
        assert {one.by for one in approval.decisions} == {"mia", "tom"}
        assert counted(heard) == 2


async def test_of_two_people_who_are_needed_one_says_no(rung: Parts) -> None:
    """It is denied, whoever comes first."""
    mia, tom = says("decide", "mia", yes=True), says("decide", "tom", yes=False, reason="unfair")
    for question, heard in await races(await questions(rung, **FIRST), mia, tom):
        approval = await one_outcome(question, "denied")
        assert counted(heard) == len(approval.decisions)


async def test_a_decision_and_a_withdrawal(rung: Parts) -> None:
    """Whichever comes first is the only one."""
    yes, back = says("decide", "cy", yes=True, visit=1), says("withdraw", "bo", reason="it runs again")
    for question, heard in await races(await questions(rung, **CHANGE), yes, back):
        approval = await one_outcome(question, "approved", "withdrawn")
        assert [isinstance(one, Answer) for one in heard] == [
            approval.outcome == "approved",
            approval.outcome == "withdrawn",
        ]


async def test_a_decision_at_the_very_deadline(rung: Parts) -> None:
    """With nobody above it is a yes, or undecided: not both, and whoever says yes hears which."""
    by_when = datetime.now(UTC) + timedelta(seconds=2)
    asked = await questions(rung, by_when=by_when, **PEOPLE)

    async def at_the_deadline(number: int, question: Question) -> list[Heard]:
        at = by_when + (number - TRIES / 2) * timedelta(milliseconds=4)
        await asyncio.sleep((at - datetime.now(UTC)).total_seconds())
        return await at_once(question, says("decide", "mia", yes=True, visit=1))

    heard = await asyncio.gather(*(at_the_deadline(*one) for one in enumerate(asked)))
    for question, (answer,) in zip(asked, heard, strict=True):
        approval = await one_outcome(question, "approved", "undecided")
        assert isinstance(answer, Answer) == (approval.outcome == "approved")
        # Tom hears it all the same, who is told of what nobody has decided.
        assert len(question.told("tom", "Undecided")) == (approval.outcome == "undecided")


async def resolves(question: Question) -> Answer:
    return await question.rung.say(question.ticket, "resolve", "bo", solution="it came back")


async def closes(question: Question) -> Answer:
    await question.rung.closes(question.ticket)
    return Answer(text="closed")


@pytest.mark.parametrize("ends", [resolves, closes])
async def test_a_decision_and_the_end_of_its_ticket(rung: Parts, ends: Saying) -> None:
    """Bo resolves the ticket, or the helpdesk closes it, as Cy says yes."""
    tickets = await asyncio.gather(*(with_bo(rung) for _ in range(TRIES // 2)))
    asked = await asyncio.gather(*(asks(rung, ticket, **CHANGE) for ticket in tickets))
    for question, heard in await races(asked, says("decide", "cy", yes=True, visit=1), ends):
        approval = await one_outcome(question, "approved", "withdrawn")
        assert counted(heard) == 1 + (approval.outcome == "approved")


async def test_this_was_not_me_and_the_decision_of_the_other_side(rung: Parts) -> None:
    """Kim's yes is void, and Cy's counts, whoever comes first: Raj is asked, and only then it is decided."""
    asked = await questions(rung, **FAILOVER)
    await asyncio.gather(*(question.says("decide", "kim", yes=True, visit=1) for question in asked))
    void, yes = says("contest", "kim"), says("decide", "cy", yes=True, visit=1)
    for question, heard in await races(asked, void, yes):
        assert counted(heard) == 2
        await rung.mail.brings(question.ident, "raj")
        approval = await question.stands()
        assert (approval.outcome, approval.barred) == ("asked", ("kim",))
        assert {(one.by, one.void) for one in approval.decisions} == {("cy", False), ("kim", True)}
    await rung.nothing_under_way()
    for question in asked:
        alarmed = {who: len(question.alarms(who)) for who in ("bo", "tom", "cy", "kim")}
        assert alarmed == {"bo": 1, "tom": 1, "cy": 1, "kim": 0}
    await asyncio.gather(*(question.says("decide", "raj", yes=True, visit=2) for question in asked))
    for question in asked:
        approval = await question.ends()
        assert approval.outcome == "approved"
        assert question.of(await question.heard("approved")).ruling == ruling(approval)
        last = [question.told(who, *HEADLINES)[-1] for who in ("bo", "cy", "kim")]
        assert all(ruling(approval) in words(mail.text) for mail in last)


async def test_two_say_that_it_was_not_them_when_it_has_ended(rung: Parts) -> None:
    """Each in two windows: all are heard, and both sides are asked again."""
    asked = await approved(rung, TRIES // 2)
    void = [says("contest", "cy"), says("contest", "kim")] * 2
    for question, heard in await races(asked, *void):
        assert counted(heard) == 4
        await opened_again(question)


async def test_who_says_that_it_was_not_them_as_it_goes_on_already_is_heard(rung: Parts) -> None:
    """Kim finds it ended; while she looks at it, Cy's word makes it go on."""
    (question,) = await approved(rung, 1)

    class LooksLate(Tickets):
        """Sees how it stands only when somebody else was heard."""

        async def approval(self, ident: str) -> Approval:
            await question.says("contest", "cy")
            return await super().approval(ident)

    await says_through(LooksLate(rung.client), question.ident, "contest", "kim")
    await opened_again(question)


async def approved(rung: Parts, count: int) -> list[Question]:
    """Questions to which Cy and Kim have said yes, and which have ended."""
    asked = await questions(rung, count, **FAILOVER)
    for who in ("cy", "kim"):
        await asyncio.gather(*(question.says("decide", who, yes=True, visit=1) for question in asked))
    await asyncio.gather(*(question.ends() for question in asked))
    return asked


async def opened_again(question: Question) -> None:
    """Neither Cy's yes nor Kim's counts, and others are asked."""
    for who in ("gil", "raj"):
        await question.rung.mail.brings(question.ident, who)
    approval = await question.stands()
    assert (approval.outcome, {*approval.barred}) == ("asked", {"cy", "kim"})
    assert all(one.void for one in approval.decisions)


# Links ------------------------------------------------------------------------------------


def lead(page: httpx.Response) -> str:
    """What a page says first."""
    (found,) = re.findall(r'<div class="now">.*?<p class="lead">([^<]*)</p>', page.text, re.DOTALL)
    return words(unescape(found))


def links_to(question: Question, *people: str, key: str = KEY) -> list[str]:
    """The links to a question's page as they stand on the ticket's page of each of these people."""
    links = Links([key], question.rung.gateway_url)
    return [links.url(Address("approval", question.ident, who)) for who in people]


@asynccontextmanager
async def other_keys(rung: Parts, *keys: str) -> AsyncIterator[None]:
    """The gateway is started again with these keys, the oldest first."""
    await restarts_with(rung, ",".join(keys))
    try:
        yield
    finally:
        await restarts_with(rung, KEY)


async def restarts_with(rung: Parts, keys: str) -> None:
    await rung.gateway.is_asked_to_stop()
    rung.variables["RUNG_LINK_KEYS"] = keys
    await rung.gateway_starts()


async def test_an_old_link_and_its_code_count_until_their_key_is_taken_away(rung: Parts) -> None:
    """Cy decides through a mail that an older key has signed; Kim comes too late, as if it were forged."""
    (question,) = await questions(rung, 1, **FAILOVER)
    cy, kim = [await rung.mail.brings(question.ident, who) for who in ("cy", "kim")]
    async with other_keys(rung, KEY, NEW_KEY):
        answer = await rung.browser.post(cy.link, data={"choice": "yes", "code": cy.code})
        assert answer.status_code == 303
        assert lead(await rung.browser.get(cy.link)).startswith("Your yes was recorded")
    async with other_keys(rung, NEW_KEY):
        before = await question.stands(), await question.events()
        unknown = await rung.browser.get(f"{rung.gateway_url}/approval/nonsense")
        forms: list[dict[str, str]] = [{"choice": "yes", "code": kim.code}, {"choice": "no", "reason": "no"}]
        for answer in [
            await rung.browser.get(kim.link),
            *[await rung.browser.post(kim.link, data=form) for form in forms],
        ]:
            assert (answer.status_code, answer.content) == (404, unknown.content)
        (new,) = links_to(question, "kim", key=NEW_KEY)
        assert "Send my decision" in (await rung.browser.get(new)).text
        assert (await rung.browser.post(new, data=forms[0])).status_code == 409
        assert (await question.stands(), await question.events()) == before


async def test_who_has_left_since_decides_nothing(rung: Parts) -> None:
    """Nora is taken out of the client's file: neither her link nor her name counts any more."""
    ticket = await rung.opens(
        f"a{next(_numbers)}",
        Facts(system="research tool", state="down", users=20),
        client="lindqvist",
        requester="nora",
    )
    await rung.mail.brings(ticket, "ana")
    question = await asks(rung, ticket, "ana", action="workaround", downtime=None)
    link = (await rung.mail.brings(question.ident, "nora")).link
    await asyncio.gather(*(question.rung.mail.brings(question.ident, who) for who in ("bo", "nora")))
    await question.says("decide", "bo", yes=True, visit=1)
    before = await question.stands()
    file = rung.procedure / "clients" / "lindqvist.yaml"
    written = file.read_text()
    client = yaml.safe_load(written)
    client["contacts"] = {"olle": {"name": "Olle Berg", "mail": "olle@lindqvist.example"}}
    client["authority"] = [{"contact": "olle", "without_limit": True}]
    file.write_text(yaml.safe_dump(client, sort_keys=False))

    async def read_again() -> bool:
        return all("procedure loaded" in part.said for part in (rung.worker, rung.gateway))

    await until(read_again, "worker and gateway have the new file")
    with pytest.raises(Refused, match="is not in the procedure any more"):
        await question.says("decide", "nora", yes=True, visit=1)
    for answer in (await rung.browser.get(link), await rung.browser.post(link, data={"choice": "yes"})):
        assert answer.status_code == 410
        assert "This link does not count any more" in answer.text
        assert "on both servers" not in answer.text
    assert await question.stands() == before
    await question.says("decide", "olle", yes=True)
    assert (await question.ends()).outcome == "approved"


async def test_no_other_token_changes_anything(rung: Parts) -> None:
    """Forged, cut, of another purpose, rubbish; another's code, another question's; and replayed forms."""
    (question, other) = await questions(rung, 2, **FAILOVER)
    cy, kim, else_ = [
        await rung.mail.brings(one.ident, who)
        for one, who in ((question, "cy"), (question, "kim"), (other, "cy"))
    ]
    before = [await one.stands() for one in (question, other)]
    events = [await one.events() for one in (question, other)]
    base, token = cy.link.rsplit("/", 1)
    (forged,) = links_to(question, "cy", key="x" * 40)
    staff = (await rung.mail.brings(question.ticket, "bo")).link.rsplit("/", 1)[1]
    bad = [f"{base}/{one}" for one in (token[:-1], token[1:], token + "A", staff, "x" * 10_000, "%00")]
    unknown = await rung.browser.get(f"{base}/rubbish")
    for link in (*bad, forged, f"{rung.gateway_url}/ticket/staff/{token}"):
        answer = await rung.browser.get(link)
        assert (answer.status_code, answer.content) == (404, unknown.content), link
        answer = await rung.browser.post(link, data={"choice": "no", "reason": "no"})
        assert (answer.status_code, answer.content) == (404, unknown.content), link
    (gil,) = links_to(question, "gil")
    for link, code in ((cy.link, kim.code), (cy.link, else_.code), (kim.link, cy.code), (gil, cy.code)):
        answer = await rung.browser.post(link, data={"choice": "yes", "code": code})
        assert (answer.status_code, "That code is not the one" in answer.text) == (409, True)
    assert [await one.stands() for one in (question, other)] == before
    assert [await one.events() for one in (question, other)] == events

    await rung.browser.post(kim.link, data={"choice": "no", "reason": "not now", "version": "3"})
    await one_outcome(question, "denied")
    decided = await question.stands(), await question.events()
    for link, form in ((cy.link, {"choice": "yes", "code": cy.code}), (kim.link, {"choice": "withdraw"})):
        form |= {"reason": "again", "version": "3"}
        shown = await rung.browser.post(link, data=form, follow_redirects=True)
        assert lead(shown) == ruling(decided[0])
    assert (await question.stands(), await question.events()) == decided


async def test_what_scanners_ask_for_leaves_no_event(rung: Parts) -> None:
    """Every link of every mail and page, however it is asked for, and every form as it is."""
    (question,) = await questions(rung, 1, **FAILOVER)
    mails = [await rung.mail.brings(question.ident, who) for who in ("cy", "kim")]
    mails += [await rung.mail.brings(question.ticket, who) for who in ("bo", "kim")]
    await rung.nothing_under_way()
    before = await question.stands(), await rung.stands(question.ticket), await question.events()
    links, pressed = [mail.link for mail in mails], 0
    for link in links:
        for method, headers in (
            ("HEAD", {}),
            ("GET", {"Purpose": "prefetch"}),
            ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ):
            assert (await rung.browser.request(method, link, headers=headers)).status_code == 200
        page = await rung.browser.get(link)
        follows = [unescape(href) for href in re.findall(r'href="(http[^"]*)"', page.text)]
        links += [href for href in follows if href not in links]
        for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
            pressed += 1
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
            # Where something is missing rather than not counting: the form to complain.
            expected = 422 if "/complain/" in link else 409
            assert (await rung.browser.post(link, data=hidden)).status_code == expected
    assert any(link.endswith("/ask") for link in links)
    assert pressed >= 5
    after = await question.stands(), await rung.stands(question.ticket), await question.events()
    assert after == before


async def test_whoever_came_first_everything_replays(rung: Parts, deleted: tuple[Question, str]) -> None:
    """The histories of all questions and tickets of the stories before this one, but for one that goes."""
    await rung.nothing_under_way()
    await rung.replays(*await rung.listed() - {deleted[0].ident})


# What mostly waits, told beside the others ------------------------------------------------


async def the_worker_is_killed_between_decisions_and_their_mails(state: Path) -> None:
    """Some mails are half sent, some were refused for now: all are told, none twice but with the same id."""
    async with parts(state) as rung:
        await rung.worker_starts()
        asked = await questions(rung, 6, **FAILOVER)
        half_sent, unsent = asked[:3], asked[3:]
        await rung.nothing_under_way()

        rung.mail.silent_about |= {question.ident for question in half_sent}
        await say_no(half_sent)
        mails = {mail.ident for question in half_sent for mail in await rulings_of(question)}
        rung.mail.refuse = dict.fromkeys(("bo", "cy", "kim"), "451 try again later")
        await say_no(unsent)

        async def refused() -> bool:
            return all(rung.mail.refused[who] >= len(unsent) for who in rung.mail.refuse)

        await until(refused, "each mail is refused for now")
        await rung.worker.is_killed()
        rung.mail.speaks_again()
        rung.mail.refuse.clear()
        await rung.worker_starts()

        for question in asked:
            async with asyncio.timeout(SEND.total_seconds()):
                await one_outcome(question, "denied")
        assert rung.mail.came_twice() == dict.fromkeys(mails, 2)
        await rung.replays(*(question.ident for question in asked))


async def say_no(asked: list[Question]) -> None:
    no = [question.says("decide", "kim", yes=False, reason="not now", visit=1) for question in asked]
    await asyncio.gather(*no)


async def rulings_of(question: Question) -> list[Received]:
    """The mails about a no: to Bo and Cy, and the receipt for Kim; waits for them."""

    async def all_told() -> list[Received] | None:
        mails = [m for who in ("bo", "cy") for m in question.told(who, "Denied")]
        mails += question.told("kim", "Your decision")
        return mails if len(mails) == 3 else None

    return await until(all_told, f"the mails about the no to {question.ident}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def beside(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[asyncio.Task[None] | None]:
    """The story of the killed worker, if it is chosen: it mostly waits, and has parts of its own."""
    if not any(item.name.startswith("test_beside") for item in request.session.items):
        yield None
        return
    telling = asyncio.create_task(
        the_worker_is_killed_between_decisions_and_their_mails(tmp_path_factory.mktemp("killed"))
    )
    yield telling
    telling.cancel()
    await asyncio.wait([telling])


async def test_beside_the_others_the_worker_is_killed_between_decisions_and_their_mails(
    beside: asyncio.Task[None],
) -> None:
    """It began with the first test of this file."""
    await beside


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deleted(rung: Parts) -> tuple[Question, str]:
    """A question that Temporal is told to delete once it is decided, and Cy's link to it."""
    (question,) = await questions(rung, 1, **CHANGE)
    link = (await rung.mail.brings(question.ident, "cy")).link
    await question.says("decide", "cy", yes=True)
    await question.ends()
    await rung.client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace="default", workflow_execution=WorkflowExecution(workflow_id=question.ident)
        )
    )
    return question, link


async def test_what_temporal_no_longer_keeps_has_a_page_that_says_so(
    rung: Parts, deleted: tuple[Question, str]
) -> None:
    """It names neither the ticket nor a person. To be deleted takes a while: it began with the first test."""
    question, link = deleted

    async def gone() -> httpx.Response | None:
        page = await rung.browser.get(link)
        return page if page.status_code == 410 else None

    page = await until(gone, "the page of what is gone", within=90)
    assert "This question is not kept here any more" in page.text
    for known in ("Nobody can log in", "Cy Tanaka", question.ident, question.ticket, "harbor"):
        assert known.casefold() not in page.text.casefold()
    form = {"choice": "no", "reason": "no"}
    assert (await rung.browser.post(link, data=form, follow_redirects=True)).content == page.content
