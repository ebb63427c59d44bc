"""The pages of approvals on a running house: what is asked, decided and contested through links."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
from structlog.testing import capture_logs

from procedure.approval.state import Approval
from procedure.book.severity import Facts
from runtime.links import PAGES, Address, Links, Purpose
from tests.northwind import PROCEDURE, northwind
from tests.workflows.house import KEYS, LOST_TASKS, PUBLIC, House, Story

PLATFORM_DOWN = Facts(system="trading platform", state="down")
PLATFORM_SLOW = Facts(system="trading platform", state="impaired", users=6)
LINKS = Links(KEYS, PUBLIC)
APPROVAL = "approval-harbor-desk-42-1"
TICKET = "ticket-harbor-desk-42"

FAILOVER = {
    "question": "action:failover",
    "what": "to the second site",
    "why": "the first one is slow",
    "downtime": "2 hours",
}


def path(person: str, visit: int = 0, purpose: Purpose = "approval", ident: str = APPROVAL) -> str:
    """The page of somebody's link."""
    return f"{PAGES[purpose]}/{LINKS.token(Address(purpose, ident, person, visit))}"


def code(person: str, visit: int = 1) -> str:
    return LINKS.code(Address("approval", APPROVAL, person, visit))


async def fills_in(running: House, page: str, **form: str) -> httpx.Response:
    """Somebody opens a page, fills in its form, and sends it."""
    shown = await running.browser.get(page)
    assert shown.status_code == 200, shown.text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.text))
    return await running.browser.post(page, data={**hidden, **form})


async def counts(running: House, page: str, **form: str) -> str:
    """The same, where it counts: it leads back to the page, which shows what stands."""
    answer = await fills_in(running, page, **form)
    assert answer.status_code == 303, answer.text
    shown = await running.browser.get(answer.headers["Location"])
    assert shown.status_code == 200
    return lead(shown)


def lead(answer: httpx.Response) -> str:
    found = re.search(r'<div class="now">.*?<p class="lead">([^<]*)</p>', answer.text, re.DOTALL)
    assert found, answer.text
    return found[1].replace("&#39;", "'")


async def asked(running: House) -> Story:
    """Ana asks for a failover: Cy must say yes, and Kim for the client, each with a code."""
    story = await running.opens(PLATFORM_SLOW)
    await running.expects("ana", "kim")
    visit = (await story.stands()).tiers.visit
    answer = await fills_in(running, path("ana", visit, "staff", TICKET) + "/ask", **FAILOVER)
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"] == path("ana")
    await running.expects("cy", "kim")
    return story


async def denied(running: House) -> Story:
    """Kim says no, and the approval has ended."""
    story = await asked(running)
    await counts(running, path("kim", 1), choice="no", reason="we trade until 17:30")
    await running.expects("kim", "ana", "cy")
    await ends(running)
    return story


async def ends(running: House) -> None:
    """Waits until an approval's workflow has ended."""
    handle = running.env.client.get_workflow_handle(APPROVAL)
    async with asyncio.timeout(LOST_TASKS):
        while (await handle.describe()).close_time is None:
            await asyncio.sleep(0.01)


async def when(running: House, outcome: str) -> Approval:
    """Waits until an approval stands so."""
    async with asyncio.timeout(LOST_TASKS):
        while (approval := await running.tickets.approval(APPROVAL)).outcome != outcome:
            await asyncio.sleep(0.01)
    return approval


# Asking -----------------------------------------------------------------------------------


async def test_a_question_is_asked_and_decided_on_both_sides_through_the_pages(running: House) -> None:
    """From the ticket's page to the ruling, which every link shows then."""
    story = await asked(running)
    listed = await running.browser.get(path("ana", 0, "staff", TICKET))
    assert "to the second site" in listed.text
    assert path("ana") in listed.text

    recorded = await counts(running, path("cy", 1), choice="yes", conditions="after 18:00", code=code("cy"))
    assert re.fullmatch(r"Your yes was recorded at .*\. Harbor Trading has still to decide\.", recorded)
    await running.expects("cy")
    await running.when(story, "the client decides: failover")
    waits = await running.browser.get(path("kim", 0, "customer", TICKET))
    assert lead(waits) == "Waiting for your company's decision on failover."

    ruling = await counts(running, path("kim", 1), choice="yes", code=code("kim"))
    assert ruling == (
        "failover (2 hours down): approved on condition. Cy Tanaka (engineering) says yes, "
        "on condition: after 18:00. Kim Harlow says yes"
    )
    await running.expects("kim", "ana", "cy")
    ticket = await running.ruled(story, "approved")
    assert ticket.approvals[0].ruling == ruling
    for person in ("ana", "cy", "kim", "tom"):
        assert lead(await running.browser.get(path(person))) == ruling
    approval = await running.tickets.approval(APPROVAL)
    assert [(one.by, one.via, one.version) for one in approval.decisions] == [
        ("cy", "link and code", "test"),
        ("kim", "link and code", "test"),
    ]


async def test_what_somebody_may_decide_alone_is_granted_on_the_spot(running: House) -> None:
    """The ticket's page says so; sent twice, it is one question."""
    story = await running.opens(PLATFORM_SLOW)
    await running.expects("ana", "kim")
    page = path("ana", 1, "staff", TICKET) + "/ask"
    form = {"question": "action:decline", "what": "no", "version": "7", "visit": "1"}
    refused = await running.browser.post(page, data=form | {"cost": "a lot"})
    assert refused.status_code == 409
    assert "write it in whole GBP, such as 1800." in refused.text

    # Ten minutes down needs the client in its hours; nothing down at all needs nobody.
    form |= {"question": "action:restart", "what": "the web node"}
    answers = [await running.browser.post(page, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    shown = await running.browser.get(answers[0].headers["Location"])
    assert "restart: granted on the spot, Ana Ruiz may decide it alone" in shown.text
    assert len((await story.stands()).approvals) == 1


async def test_who_has_not_the_ticket_can_not_ask(running: House) -> None:
    """The form is not shown, and what is sent all the same does not count."""
    story = await running.opens(PLATFORM_SLOW)
    await running.expects("ana", "kim")
    page = path("cy", 0, "staff", TICKET) + "/ask"
    assert "<form" not in (await running.browser.get(page)).text
    answer = await running.browser.post(page, data=FAILOVER)

    assert answer.status_code == 409
    assert "What you wrote was not sent" in answer.text
    assert not (await story.stands()).approvals


async def test_what_nobody_may_decide_is_refused_with_what_was_typed(running: House) -> None:
    """With the table's words; nobody is asked."""
    await running.opens(PLATFORM_SLOW)
    await running.expects("ana", "kim")
    page = path("ana", 1, "staff", TICKET) + "/ask"
    answer = await fills_in(running, page, **FAILOVER | {"question": "action:restart the moon"})

    assert answer.status_code == 409
    assert "restart the moon" in answer.text
    assert "to the second site" in answer.text


# Codes ------------------------------------------------------------------------------------


async def test_a_yes_without_its_code_does_not_count(running: House) -> None:
    """None, a wrong one, somebody else's, that of another turn; a no needs none."""
    await asked(running)
    for typed in ("", "AAA-AAA", code("kim"), code("cy", 2)):
        answer = await fills_in(running, path("cy", 1), choice="yes", reason="fine", code=typed)
        assert answer.status_code == 409
        assert "in the mail that asked you" in answer.text
        assert "fine" in answer.text
        assert typed not in answer.text or not typed
    assert not (await running.tickets.approval(APPROVAL)).decisions

    typed = code("cy").lower().replace("-", " ")
    await counts(running, path("cy", 1), choice="yes", code=typed)
    await running.expects("cy")
    await counts(running, path("kim", 1), choice="no", reason="not today")
    await running.expects("kim", "ana", "cy")


async def test_codes_can_not_be_guessed(running: House) -> None:
    """After ten of them through one link even the right one is refused, whatever is glued to the link."""
    await asked(running)
    link = path("cy", 1)
    wrong = [
        await running.browser.post(link + glued, data={"choice": "yes", "code": "AAA-AAA"})
        for glued in ("", ".", ")", ".)", ",", ";", ":", "..", "))", ".,")
    ]
    assert {answer.status_code for answer in wrong} == {409}
    for page in (link, link + ".,;", path("cy")):
        answer = await running.browser.post(page, data={"choice": "yes", "code": code("cy")})
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "600"
        assert "wait ten minutes" in answer.text
    assert not (await running.tickets.approval(APPROVAL)).decisions

    answer = await running.browser.post(link, data={"choice": "no", "reason": "not now"})
    assert answer.status_code == 303
    await running.expects("cy", "ana", "kim")


async def test_neither_tokens_nor_codes_are_logged(running: House) -> None:
    """Whatever was typed."""
    await asked(running)
    link = path("cy", 1)
    with capture_logs() as lines:
        await running.browser.get(link)
        await running.browser.get(link[:-1])
        await running.browser.post(link, data={"choice": "yes", "code": "AAA-AAA"})
        await running.browser.post(link, data={"choice": "yes", "code": code("cy")})
    await running.expects("cy")

    assert {line["event"] for line in lines} == {"unknown link", "wrong code", "decided"}
    for secret in (link.rsplit("/", 1)[1], code("cy"), "AAA-AAA"):
        assert secret not in str(lines)


# Links ------------------------------------------------------------------------------------


async def test_looking_decides_nothing(running: House) -> None:
    """Any number of GETs and HEADs, as scanners and previews send them, to any of the pages."""
    story = await asked(running)
    before = await running.tickets.approval(APPROVAL), await story.stands()
    for person, visit in (("cy", 1), ("kim", 1), ("ana", 0), ("tom", 0)):
        for method in ("GET", "HEAD", "GET"):
            answer = await running.browser.request(
                method, path(person, visit), headers={"Purpose": "prefetch"}
            )
            assert answer.status_code == 200
    for method in ("GET", "HEAD"):
        answer = await running.browser.request(method, path("ana", 1, "staff", TICKET) + "/ask")
        assert answer.status_code == 200

    assert (await running.tickets.approval(APPROVAL), await story.stands()) == before


async def test_pressing_any_button_without_choosing_decides_nothing(running: House) -> None:
    """What a scanner sends that fills in nothing, or fills in everything but the choice."""
    story = await asked(running)
    before = await running.tickets.approval(APPROVAL)
    for form in ({"version": "3"}, {"reason": "x", "conditions": "x", "code": code("cy")}, {"choice": ""}):
        answer = await running.browser.post(path("cy", 1), data=form)
        assert answer.status_code == 409
        assert "Choose what you want to do." in answer.text
    answer = await running.browser.post(path("ana", 1, "staff", TICKET) + "/ask", data={"what": "x"})
    assert answer.status_code == 409

    assert await running.tickets.approval(APPROVAL) == before
    assert len((await story.stands()).approvals) == 1


async def test_everything_we_did_not_sign_gets_the_same_page(running: House) -> None:
    """Forged, truncated, of another purpose, rubbish, 10 kB of it: one answer, which leaks nothing."""
    await asked(running)
    link = path("cy", 1)
    token = link.rsplit("/", 1)[1]
    staff = path("cy", 1, "staff", TICKET).rsplit("/", 1)[1]
    forged = Links(["x" * 40], PUBLIC).token(Address("approval", APPROVAL, "cy", 1))
    bad = [token[:-1], token + "A", token.lower(), staff, forged, "rubbish", "x" * 10_000, "%00", "..."]
    gets = [await running.browser.get(f"/approval/{one}") for one in bad]
    posts = [
        await running.browser.post(f"/approval/{one}", data={"choice": "no", "reason": "x"}) for one in bad
    ]
    other = [
        await running.browser.get(f"/ticket/staff/{token}"),
        await running.browser.get(f"/ticket/staff/{token}/ask"),
        await running.browser.post(f"/ticket/staff/{token}/ask", data=FAILOVER),
        await running.browser.get(path("kim", 0, "customer", TICKET) + "/ask"),
        await running.browser.get(f"{link}/ask"),
    ]
    answers = [*gets, *posts, *other]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "harbor" not in answers[0].text.casefold()
    assert not (await running.tickets.approval(APPROVAL)).decisions


async def test_a_link_with_an_older_key_still_works_and_its_code(running: House) -> None:
    """Keys are rotated without killing the questions that are out."""
    await asked(running)
    old = Links(KEYS[:1], PUBLIC)
    address = Address("approval", APPROVAL, "cy", 1)
    page = f"/approval/{old.token(address)}"

    assert "Your yes was recorded" in await counts(running, page, choice="yes", code=old.code(address))
    await running.expects("cy")


async def test_a_form_from_another_site_or_too_large_is_refused(running: House) -> None:
    """On both pages."""
    story = await asked(running)
    ask = path("ana", 1, "staff", TICKET) + "/ask"
    for page, form in ((path("kim", 1), {"choice": "no", "reason": "x"}), (ask, FAILOVER)):
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            assert (await running.browser.post(page, data=form, headers=headers)).status_code == 403
        assert (await running.browser.post(page, content=b"what=" + b"x" * 100_000)).status_code == 413
        many = await running.browser.post(
            page, data={"what": "y" * 4001, "choice": "no", "reason": "y" * 4001}
        )
        assert many.status_code == 409

    assert not (await running.tickets.approval(APPROVAL)).decisions
    assert len((await story.stands()).approvals) == 1


async def test_a_form_sent_too_often_is_refused_whatever_is_glued_to_its_link(running: House) -> None:
    """Twenty a minute for one link."""
    await asked(running)
    answers = [await running.browser.post(path("cy", 1) + "." * n, data={}) for n in range(21)]

    assert [answer.status_code for answer in answers] == [409] * 20 + [429]


async def test_an_approval_that_nobody_knows_says_what_to_do(running: House) -> None:
    """A link that we made once, to what Temporal no longer keeps."""
    page = path("cy", 1, ident="approval-harbor-desk-41-1")
    for answer in (await running.browser.get(page), await running.browser.post(page, data={"choice": "no"})):
        assert answer.status_code == 410
        assert "This question is not kept here any more" in answer.text


async def test_who_has_left_can_not_decide_any_more_nor_read_it(running: House) -> None:
    """Neither side's; nor can a contact of another client, whose link nobody should have made."""
    await asked(running)
    clients: dict[str, Any] = PROCEDURE["clients"]
    harbor = clients["harbor"] | {
        "contacts": {"raj": clients["harbor"]["contacts"]["raj"]},
        "authority": [{"contact": "raj", "downtime": "8 hours"}],
    }
    tiers = [
        tier | {"people": ["gil"], "lead": "gil"} if tier["name"] == "engineering" else tier
        for tier in PROCEDURE["tiers"]
    ]
    people = {ident: person for ident, person in PROCEDURE["people"].items() if ident != "cy"}
    running.book = northwind(clients=clients | {"harbor": harbor}, tiers=tiers, people=people)
    for person in ("cy", "kim", "nora"):
        form = {"choice": "yes", "code": code(person)}
        for answer in (
            await running.browser.get(path(person, 1)),
            await running.browser.post(path(person, 1), data=form),
        ):
            assert answer.status_code == 410
            assert "This link does not count any more" in answer.text
            assert "second site" not in answer.text
    assert not (await running.tickets.approval(APPROVAL)).decisions


# Once -------------------------------------------------------------------------------------


async def test_a_form_sent_many_times_at_once_is_one_decision(running: House) -> None:
    """A double click, and the impatient."""
    await asked(running)
    form = {"choice": "yes", "code": code("cy"), "version": "3"}
    answers = await asyncio.gather(*(running.browser.post(path("cy", 1), data=form) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {303}
    await running.expects("cy")
    assert len((await running.tickets.approval(APPROVAL)).decisions) == 1


async def test_after_the_decision_a_replayed_form_shows_it_and_changes_nothing(running: House) -> None:
    """Of the one who decided, and of the others who were asked."""
    await denied(running)
    before = await running.tickets.approval(APPROVAL)
    for person in ("kim", "cy"):
        form = {"choice": "yes", "code": code(person), "version": "3"}
        answer = await running.browser.post(path(person, 1), data=form)
        assert answer.status_code == 303
        shown = await running.browser.get(answer.headers["Location"])
        assert lead(shown) == "failover (2 hours down): denied. Kim Harlow says no: we trade until 17:30"

    assert await running.tickets.approval(APPROVAL) == before


async def test_an_old_link_after_it_has_gone_on_does_not_count(running: House) -> None:
    """It says to whom; from the ticket's page whoever has the authority may still decide, with their code."""
    await asked(running)
    await running.passes(minutes=15, milliseconds=50)
    await running.expects("cy", "kim")
    # Meanwhile the ticket's own time runs out as well: Ana and Lea are warned, and it goes on to Bo.
    await running.passes(minutes=15)
    await running.expects("gil", "raj", "ana", "lea", "ana", "bo", "kim")
    late = await running.browser.get(path("cy", 1))
    assert lead(late).endswith(": it has gone on to Gil Moreau.")
    assert lead(late).startswith("You did not answer by ")
    answer = await running.browser.post(path("cy", 1), data={"choice": "yes", "code": code("cy")})
    assert answer.status_code == 409
    assert "It has gone on to Gil Moreau." in answer.text
    assert not (await running.tickets.approval(APPROVAL)).decisions

    await counts(running, path("cy"), choice="yes", code=code("cy"))
    await running.expects("cy")


# Afterwards -------------------------------------------------------------------------------


async def test_this_was_not_me_opens_the_question_again(running: House) -> None:
    """Also after it has ended; Kim's link can't decide any more, and Raj is asked."""
    await denied(running)
    answer = await fills_in(running, path("kim", 1), choice="contest")
    assert answer.status_code == 303
    approval = await when(running, "asked")
    assert approval.barred == ("kim",)
    await running.expects("tom", "ana", "cy", "cy", "raj")

    shown = await running.browser.get(path("kim", 1))
    assert shown.status_code == 200
    assert "somebody else decides now" in lead(shown)
    again = {"choice": "no", "reason": "again", "version": "9"}
    assert (await running.browser.post(path("kim", 1), data=again)).status_code == 409


async def test_nobody_can_contest_what_they_have_not_decided(running: House) -> None:
    """Nor object to what was not done first, nor withdraw what they have not asked."""
    await denied(running)
    before = await running.tickets.approval(APPROVAL)
    for person, choice in (("cy", "contest"), ("ana", "contest"), ("cy", "object")):
        answer = await running.browser.post(path(person, 1), data={"choice": choice, "reason": "x"})
        assert answer.status_code == 409
    # It has ended: there is nothing left to withdraw.
    answer = await running.browser.post(path("cy", 1), data={"choice": "withdraw", "reason": "x"})
    assert answer.status_code == 303

    assert await running.tickets.approval(APPROVAL) == before


async def test_only_the_one_who_asked_can_withdraw_it(running: House) -> None:
    """Everybody who was asked is told."""
    await asked(running)
    refused = await running.browser.post(path("cy", 1), data={"choice": "withdraw", "reason": "no"})
    assert refused.status_code == 409
    nothing = await running.browser.post(path("ana"), data={"choice": "withdraw"})
    assert nothing.status_code == 409
    assert await counts(running, path("ana"), choice="withdraw", reason="it is fast again") == (
        "failover (2 hours down): withdrawn: it is fast again"
    )
    await running.expects("cy", "kim")


async def test_what_was_done_first_can_be_objected_to(running: House) -> None:
    """On what is critical, through the form to ask; the objection comes after the approval has ended."""
    story = await running.opens(PLATFORM_DOWN)
    await running.expects("bo", "ana", "kim")
    ask = path("bo", (await story.stands()).tiers.visit, "staff", TICKET) + "/ask"
    answer = await fills_in(running, ask, **FAILOVER, act_first="act")
    assert answer.status_code == 303
    await running.expects("cy", "kim")
    await ends(running)
    shown = await running.browser.get(answer.headers["Location"])
    assert "Bo Lind has already done it: failover (2 hours down)" in shown.text
    assert lead(await running.browser.get(path("cy", 1))) == lead(shown)
    customers = await running.browser.get(path("kim", 0, "customer", TICKET))
    assert "failover (2 hours down): Bo Lind (Northwind) has already done it, at" in customers.text

    nothing = await running.browser.post(path("cy", 1), data={"choice": "object"})
    assert nothing.status_code == 409
    assert "Say what you object to." in nothing.text
    answer = await fills_in(running, path("cy", 1), choice="object", reason="the copy was old")
    assert answer.status_code == 303
    async with asyncio.timeout(LOST_TASKS):
        while not (await running.tickets.approval(APPROVAL)).objections:
            await asyncio.sleep(0.01)
    await running.expects("bo", "tom", "kim")
    shown = await running.browser.get(path("cy", 1))
    assert "the copy was old" in shown.text
    assert 'value="object"' not in shown.text


async def test_the_pages_refuse_with_the_words_of_the_procedure(running: House) -> None:
    """A no says why; conditions go with a yes."""
    await asked(running)
    for form, says in (
        ({"choice": "no"}, "Say why not: the one who asks is told."),
        ({"choice": "no", "reason": "x", "conditions": "after 18:00"}, "Conditions go with a yes."),
        ({"choice": "yes", "code": code("cy"), "conditions": "y" * 4001}, "4000 characters at most"),
        ({"choice": "maybe"}, "Choose what you want to do."),
    ):
        answer = await running.browser.post(path("cy", 1), data=form)
        assert answer.status_code == 409
        assert says in answer.text
