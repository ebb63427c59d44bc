"""The pages of complaints and reviews on a running house: raised, heard, answered and settled by links."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from procedure.book.severity import Facts
from procedure.complaint.raising import number
from procedure.complaint.review import Counted, Review, review_id
from procedure.complaint.state import CALLER, Complaint
from runtime.links import PAGES, Address, Links, Purpose
from runtime.tickets import Away, NotYet
from tests.northwind import PROCEDURE, northwind
from tests.workflows.house import KEYS, LOST_TASKS, PUBLIC, House, Story
from workflows.messages.complaint import AddToComplaint

SLOW = Facts(system="trading platform", state="impaired", users=6)
LINKS = Links(KEYS, PUBLIC)
TICKET = "ticket-harbor-desk-42"
WORDS = "nobody asked us before the restart"
CONCERN = {"kind": "changed without asking", "words": WORDS, "settle": "a call before each change"}
CALLED = CONCERN | {"who": "Lou Dane", "reach": "020 7946 0111"}


def path(purpose: Purpose, ident: str, person: str = "", visit: int = 0) -> str:
    """The page of somebody's link."""
    return f"{PAGES[purpose]}/{LINKS.token(Address(purpose, ident, person, visit))}"


FROM_THE_TICKET = path("complain", TICKET, "kim")
HARBORS = path("complain", "harbor")


async def fills_in(running: House, page: str, **form: str) -> httpx.Response:
    """Somebody opens a page, fills in its form, and sends it."""
    shown = await running.browser.get(page)
    assert shown.status_code == 200, shown.text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.text))
    return await running.browser.post(page, data={**hidden, **form})


async def counts(running: House, page: str, **form: str) -> httpx.Response:
    """The same, where it counts: it leads to the page that shows what stands."""
    answer = await fills_in(running, page, **form)
    assert answer.status_code == 303, answer.text
    shown = await running.browser.get(answer.headers["Location"])
    assert shown.status_code == 200
    return shown


async def refused(running: House, page: str, form: dict[str, str], status: int = 409) -> str:
    """The same, where it does not count: why."""
    answer = await fills_in(running, page, **form)
    assert answer.status_code == status, answer.text
    found = re.search(r'role="alert">(.*?)</div>', answer.text, re.DOTALL)
    assert found
    return " ".join(re.sub("<[^>]*>", " ", found[1]).split()).replace("&#39;", "'")


def lead(answer: httpx.Response) -> str:
    found = re.search(r'<div class="now"[^>]*>\s*<p class="lead">([^<]*)</p>', answer.text)
    assert found, answer.text
    return found[1].replace("&#39;", "'")


async def ticket(running: House) -> Story:
    """Kim's, with Ana."""
    story = await running.opens(SLOW)
    await running.expects("ana", "kim")
    return story


async def raised(running: House, page: str = HARBORS, **form: str) -> str:
    """Kim complains; her page of it."""
    answer = await fills_in(running, page, **(CONCERN | {"who": "Kim", "reach": "kim@harbor.example"} | form))
    assert answer.status_code == 303, answer.text
    # Whoever typed Kim's address need not be Kim: the link is in the mail alone.
    assert answer.headers["Location"] == f"{page}/sent"
    to_kim, _ = await running.expects("kim", "max")
    return to_kim.link


def ident_of(page: str) -> str:
    """Which complaint a page is about."""
    address = LINKS.read("complaint", page.rsplit("/", 1)[1])
    assert address is not None
    return address.ticket


async def in_a_month(running: House) -> str:
    """A day, as a form's field has it."""
    return f"{await running.now() + timedelta(days=30):%Y-%m-%d}"


async def stands(running: House, page: str) -> Complaint:
    return await running.tickets.complaint(ident_of(page))


async def ends(running: House, page: str) -> None:
    """Waits until a complaint's workflow has ended."""
    async with asyncio.timeout(LOST_TASKS):
        await running.env.client.get_workflow_handle(ident_of(page)).result()


# The way through ------------------------------------------------------------------------------------


async def test_from_the_tickets_page_up_to_leadership_and_settled(running: House) -> None:
    """Raised, answered, not yet, answered with a promise, not yet, answered, settled: all by links."""
    story = await ticket(running)
    customers = (await running.browser.get(path("customer", TICKET, "kim"))).text
    assert f'href="{PUBLIC}{FROM_THE_TICKET}"' in customers
    answer = await fills_in(running, FROM_THE_TICKET, **CONCERN)
    kims = str(answer.headers["Location"])
    to_kim, to_max = await running.expects("kim", "max")
    assert to_kim.link == kims
    shown = await running.browser.get(kims)
    assert lead(shown).startswith("Max Berger (account manager) is asked to take it by ")
    complaint = await stands(running, kims)
    assert (complaint.raised.ticket, complaint.raised.ticket_title) == (TICKET, "Nobody can log in")
    assert (complaint.raised.settle, complaint.raised.via) == (CONCERN["settle"], "link")

    has = await counts(running, to_max.link, choice="acknowledge")
    assert lead(has).startswith("You have it: please answer by ")
    await counts(running, to_max.link, choice="answer", text="we are sorry")
    (to_kim,) = await running.expects("kim")
    assert to_kim.link == kims
    shown = await counts(running, kims, choice="not_yet", text="sorry is not enough")
    assert lead(shown).startswith("Vera Hall (customer success) is asked to take it by ")
    _, _, to_vera = await running.expects("max", "kim", "vera")
    assert lead(await running.browser.get(to_max.link)).endswith("nothing for you to do.")

    assert "we are sorry" in (await running.browser.get(to_vera.link)).text
    promise = {"promise": "a list of changes", "promised_by": f"{await in_a_month(running)}T17:00"}
    await counts(running, to_vera.link, choice="answer", text="we will tell you", **promise)
    await running.expects("kim")
    assert "a list of changes" in (await running.browser.get(kims)).text
    await counts(running, kims, choice="not_yet")
    _, _, to_otto = await running.expects("vera", "kim", "otto")

    await counts(running, to_otto.link, choice="answer", text="I call you today")
    await running.expects("kim")
    shown = await counts(running, kims, choice="settled")
    assert lead(shown) == "Now it waits for what was promised to you."
    await running.expects("otto")
    assert [(one.by, one.said) for one in (await stands(running, kims)).said] == [
        ("kim", "raised"),
        ("max", "answered"),
        ("kim", "not yet"),
        ("vera", "answered"),
        ("kim", "not yet"),
        ("otto", "answered"),
        ("kim", "settled"),
    ]
    # Nothing of it has moved the ticket, nor is any of it to be read there.
    await running.when(story, "A complaint about how it is handled has come in")
    staffs = (await running.browser.get(path("staff", TICKET, "ana"))).text
    assert "There is a complaint about how this ticket is handled (since " in staffs
    for word in (WORDS, CONCERN["settle"], CONCERN["kind"], "sorry", "Max Berger", complaint.number):
        assert word not in staffs


async def test_a_promise_is_asked_for_and_what_is_closed_is_opened_again(running: House) -> None:
    kims = await raised(running)
    maxs = path("complaint", ident_of(kims), "max", 1)
    until = await in_a_month(running)
    form = {"choice": "answer", "text": "we are sorry", "promise": "a list of changes"}
    assert "Say by when: a promise has a day." in await refused(running, maxs, form)
    problem = await refused(running, maxs, form | {"promised_by": "Friday"})
    assert "By when it is done: 'Friday' is no date and time in Europe/London" in problem.replace(
        "&#39;", "'"
    )
    shown = await counts(running, maxs, **form, promised_by=f"{until}T17:00")
    await running.expects("kim")
    assert re.search(r"promised by you, for [^)]*17:00", shown.text)
    assert 'value="kept-1"' in shown.text
    await counts(running, maxs, choice="kept-1")
    await running.expects("max", "kim")

    shown = await counts(running, kims, **{"choice": "broken-1", "text-1": "there is no list"})
    assert lead(shown).startswith("Vera Hall (customer success)")
    assert "You said that a promise was not kept:</strong> there is no list" in shown.text
    await running.expects("max", "kim", "vera")
    shown = await counts(running, kims, choice="settled", text="found it")
    assert lead(shown) == "Closed: you said that it is settled."
    await running.expects("vera")
    await ends(running, kims)

    assert "Choose what you want to do." in await refused(running, kims, {"text": "x"})
    shown = await counts(running, kims, choice="reopen", text="it was the old list")
    await running.expects("kim", "otto", "vera")
    again = await running.tickets.heard(ident_of(kims))
    assert (again.status, again.holder, again.said[-1].text) == ("open", "otto", "it was the old list")


async def test_about_a_person_it_goes_to_somebody_else_and_they_learn_nothing(running: House) -> None:
    """Neither by looking nor by sending something."""
    kims = await raised(running)
    maxs = path("complaint", ident_of(kims), "max", 1)
    assert "Say what you want to add" in await refused(running, kims, {"choice": "about"})
    shown = await counts(running, kims, choice="about", text="it is about Max himself")
    assert lead(shown).startswith("Vera Hall (customer success)")
    await running.expects("kim", "vera")
    before = await stands(running, kims)
    for answer in (
        await running.browser.get(maxs),
        await running.browser.post(maxs, data={"choice": "acknowledge"}),
        await running.browser.post(maxs, data={"choice": "answer", "text": "it was not me"}),
    ):
        assert answer.status_code == 410
        assert "Somebody else has this" in answer.text
        for word in (WORDS, "Vera", "Harbor", "about", "omplaint"):
            assert word not in answer.text
    assert await stands(running, kims) == before


async def test_raised_about_the_account_manager_it_never_reaches_them(running: House) -> None:
    """Nor who has worked on the ticket, whose name the customer can't choose."""
    await ticket(running)
    running.earlier.workers = ("ana", "vera")
    answer = await fills_in(running, FROM_THE_TICKET, **CONCERN, **{"about-max": "yes"})
    kims = str(answer.headers["Location"])
    await running.expects("kim", "una")
    for person in ("max", "ana", "vera"):
        answer = await running.browser.get(path("complaint", ident_of(kims), person, 1))
        assert answer.status_code == 410


async def test_an_answer_is_not_lost_under_i_have_it(running: House) -> None:
    """It is not sent either: somebody else than who writes it may be meant to have it first."""
    kims = await raised(running)
    maxs = path("complaint", ident_of(kims), "max", 1)
    before = await stands(running, kims)
    for typed in ({"text": "we are sorry"}, {"promise": "a list"}, {"promised_by": "2026-12-31T17:00"}):
        form = {"choice": "acknowledge", **typed}
        problem = await refused(running, maxs, form)
        assert "You have written an answer: choose “My answer” to send it, or take it out." in problem
        answer = await fills_in(running, maxs, **form)
        assert re.search(r'<label for="choice-answer">My answer</label>', answer.text)
        (value,) = typed.values()
        assert f"{value}</textarea>" in answer.text or f'value="{value}"' in answer.text
    assert await stands(running, kims) == before
    await counts(running, maxs, choice="acknowledge")
    assert (await stands(running, kims)).path.acknowledged

    await counts(running, maxs, choice="answer", text="we are sorry")
    await running.expects("kim")
    late = await refused(running, maxs, {"choice": "acknowledge", "text": "and one thing more"})
    assert "It is answered: Kim Harlow is asked whether that settles it." in late


# Raising --------------------------------------------------------------------------------------------


async def test_somebody_who_is_no_contact_is_heard_through_their_own_page(running: House) -> None:
    """No mail reaches them; what they say on the page counts."""
    answer = await fills_in(running, HARBORS, **CALLED)
    assert answer.status_code == 303
    page = str(answer.headers["Location"])
    (to_max,) = await running.expects("max")
    complaint = await stands(running, page)
    assert (complaint.by, complaint.raised.caller, complaint.raised.reach) == (
        CALLER,
        "Lou Dane",
        "020 7946 0111",
    )
    await counts(running, to_max.link, choice="answer", text="we are sorry")
    assert lead(await running.browser.get(page)) == "Max Berger has answered: does that settle it?"
    assert lead(await counts(running, page, choice="settled")) == "Closed: you said that it is settled."
    await running.expects("max")


async def test_who_names_a_contact_follows_it_by_that_contacts_mail_alone(running: House) -> None:
    """Else whoever has the client's link could act as Kim."""
    answer = await fills_in(running, HARBORS, **CONCERN, who="Kim", reach="kim@harbor.example")
    sent = await running.browser.get(answer.headers["Location"])
    assert "Look into your mail" in sent.text
    assert "/complaint/" not in sent.text
    to_kim, _ = await running.expects("kim", "max")
    assert "Also if it was not you who raised it." in (await running.browser.get(to_kim.link)).text


async def test_a_ticket_that_is_not_kept_any_more_is_no_dead_end(running: House) -> None:
    """Whoever has an old mail is heard in their name; the way to the complaint goes to themselves alone."""
    old = path("complain", "ticket-harbor-desk-41", "kim")
    shown = await running.browser.get(old)
    assert shown.status_code == 200
    assert "The ticket is not kept here any more. You can still complain" in shown.text
    assert path("customer", "ticket-harbor-desk-41", "kim") not in shown.text
    assert "Say what happened" in await refused(running, old, {"kind": "conduct"}, 422)
    form = CONCERN | {"nonce": "one-and-the-same"}
    answers = [await running.browser.post(old, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    (sent,) = {str(answer.headers["Location"]) for answer in answers}
    assert sent == f"{old}/sent"
    assert "Look into your mail" in (await running.browser.get(sent)).text
    to_kim, _ = await running.expects("kim", "max")
    complaint = await stands(running, to_kim.link)
    assert (complaint.by, complaint.client, complaint.raised.ticket) == ("kim", "harbor", "")
    assert complaint.raised.via == "link"


async def test_about_the_only_one_who_is_left_the_customer_is_told_who_hears_it(running: House) -> None:
    """As in a small MSP: by mail and on the page, and not that somebody else would."""
    everybody = ("max", "vera", "una", "otto", "ida", "tom", "gil", "sam", "lea")
    kims = await raised(running)
    added = AddToComplaint(by="kim", words="it is about all of you", about=everybody)
    await running.tickets.remark(ident_of(kims), "add", added, key="all")
    to_kim, _ = await running.expects("kim", "ida")
    says = "Nobody else is left who could hear it: it is with Ida Northcott, whom it is about."
    assert says in to_kim.text
    shown = await running.browser.get(kims)
    assert lead(shown).startswith("Ida Northcott (last resort) is asked to take it by ")
    assert says in shown.text
    assert 'value="about"' not in shown.text
    # Whoever still has the page of before is told the same, and loses nothing by it.
    old = {"choice": "about", "text": "it is about Ida", "holder": "ida", "version": "99"}
    assert (await running.browser.post(kims, data=old)).status_code == 303
    await running.expects("kim", "ida")
    assert says in (await running.browser.get(kims)).text


async def test_a_form_sent_many_times_is_one_complaint(running: House) -> None:
    """A double click, and the impatient."""
    form = CALLED | {"nonce": "one-and-the-same"}
    answers = await asyncio.gather(*(running.browser.post(HARBORS, data=form) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {303}
    (page,) = {str(answer.headers["Location"]) for answer in answers}
    await running.expects("max")
    sealed = number("harbor", LINKS.seal("complain harbor  one-and-the-same"))
    assert ident_of(page) == f"complaint-harbor-{sealed}"
    # Unsealed, somebody could choose a nonce that meets a complaint of the helpdesk's.
    assert sealed != number("harbor", "one-and-the-same")


async def test_what_is_missing_is_said_at_once_and_nothing_typed_is_lost(running: House) -> None:
    typed = {"settle": "a call", "who": "Lou Dane", "about-otto": "yes"}
    problem = await refused(running, HARBORS, typed, 422)
    for missing in (
        "Choose what it is about.",
        "Say what happened, in your own words.",
        "Say how we reach you",
    ):
        assert missing in problem
    answer = await running.browser.post(HARBORS, data=typed | {"nonce": "n1"})
    assert 'value="Lou Dane"' in answer.text
    assert "a call</textarea>" in answer.text
    assert re.search(r'name="about-otto"[^>]* checked', answer.text)
    assert 'name="nonce" value="n1"' in answer.text
    long = await running.browser.post(HARBORS, data=CALLED | {"words": "y" * 4001})
    assert long.status_code == 422
    assert "4000 characters at most" in long.text
    assert "y" * 4001 in long.text


async def test_without_temporal_nothing_typed_is_lost(
    running: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a ticket's page, too, where even the ticket can't be asked."""

    async def away(*_: object) -> None:
        raise Away("Temporal can't be reached")

    await ticket(running)
    monkeypatch.setattr(running.tickets, "complain", away)
    monkeypatch.setattr(running.tickets, "status", away)
    for page in (HARBORS, FROM_THE_TICKET):
        answer = await running.browser.post(page, data=CALLED)
        assert answer.status_code == 503
        assert f"{WORDS}</textarea>" in answer.text
        assert "send it again in a minute" in answer.text
    assert (await running.browser.get(FROM_THE_TICKET)).status_code == 503
    assert (await running.browser.get(HARBORS)).status_code == 200


async def test_without_an_answer_of_temporal_what_was_said_stays_in_the_form(
    running: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have counted: sent again, it is said once."""
    kims = await raised(running)
    maxs = path("complaint", ident_of(kims), "max", 1)
    form = {"choice": "answer", "text": "we are sorry", "promise": "a list", "version": "2"}
    form |= {"promised_by": f"{await in_a_month(running)}T17:00"}
    remark = running.tickets.remark

    async def lost(*args: Any, **more: Any) -> None:
        await remark(*args, **more)
        raise Away("no answer in time; it may have counted")

    monkeypatch.setattr(running.tickets, "remark", lost)
    answer = await running.browser.post(maxs, data=form)
    assert answer.status_code == 503
    for kept in ("we are sorry</textarea>", "a list</textarea>", "send it again in a minute"):
        assert kept in answer.text
    monkeypatch.undo()
    assert (await running.browser.post(maxs, data=form)).status_code == 303
    await running.expects("kim")
    assert [one.said for one in (await stands(running, kims)).said] == ["raised", "answered"]


async def test_without_temporal_a_complaint_and_a_review_say_so(
    running: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of them is shown."""

    async def away(*_: object) -> None:
        raise Away("Temporal can't be reached")

    kims = await raised(running)
    for name in ("complaint", "assignment"):
        monkeypatch.setattr(running.tickets, name, away)
    for page in (kims, path("review", review_id("harbor"), "vera", 1)):
        for answer in (
            await running.browser.get(page),
            await running.browser.post(page, data={"choice": "settled"}),
        ):
            assert answer.status_code == 503
            assert "reach it at the moment" in answer.text
            assert "Harbor" not in answer.text


async def test_what_is_sent_again_with_more_in_it_is_added(running: House) -> None:
    """The first answer was lost, and she has thought of something meanwhile."""
    await ticket(running)
    form = CONCERN | {"nonce": "one-form"}
    for _ in range(2):
        assert (await running.browser.post(FROM_THE_TICKET, data=form)).status_code == 303
    to_kim, _ = await running.expects("kim", "max")
    more = form | {"words": f"{WORDS}; and please call me"}
    for _ in range(2):
        assert (await running.browser.post(FROM_THE_TICKET, data=more)).status_code == 303
    (to_max,) = await running.expects("max")
    assert "and please call me" in to_max.text
    assert [one.said for one in (await stands(running, to_kim.link)).said] == ["raised", "added"]


async def test_what_is_just_being_opened_shows_nothing_and_looks_again(
    running: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has the link; the complaint itself can't say yet who may read it."""

    async def not_yet(*_: object) -> None:
        raise NotYet("it is just being opened")

    kims = await raised(running)
    monkeypatch.setattr(running.tickets, "complaint", not_yet)
    for answer in (
        await running.browser.get(kims),
        await running.browser.post(kims, data={"choice": "settled"}),
    ):
        assert answer.status_code == 200
        assert lead(answer) == "We have it, and it is just being given to somebody."
        assert '<meta http-equiv="refresh" content="15">' in answer.text
        assert "harbor" not in answer.text.casefold()
    monkeypatch.undo()
    assert (await stands(running, kims)).status == "open"


async def test_where_complaints_are_not_heard_the_page_shows_the_number(running: House) -> None:
    await ticket(running)
    running.book = northwind(complaints=None, phone="020 7946 0999")
    for page in (HARBORS, FROM_THE_TICKET):
        for answer in (
            await running.browser.get(page),
            await running.browser.post(page, data=CALLED),
        ):
            assert answer.status_code == 410
            assert "020 7946 0999" in answer.text
    assert "Not happy" not in (await running.browser.get(path("customer", TICKET, "kim"))).text


async def test_whose_link_it_is_must_still_be_the_clients(running: House) -> None:
    """An ex-contact, a contact of another client, a client that has left; nor is a ticket needed for that."""
    await ticket(running)
    clients: dict[str, Any] = PROCEDURE["clients"]
    kims = path("complain", TICKET, "kim")
    for page, status in (
        (path("complain", TICKET, "nora"), 410),
        (path("complain", TICKET, "ana"), 410),
        (path("complain", "nobody"), 404),
        (path("complain", "ticket-harbor-desk-41", "ana"), 410),
    ):
        assert (await running.browser.get(page)).status_code == status
        assert (await running.browser.post(page, data=CALLED)).status_code == status
    harbor = clients["harbor"] | {
        "contacts": {"raj": clients["harbor"]["contacts"]["raj"]},
        "authority": [{"contact": "raj", "downtime": "8 hours"}],
    }
    running.book = northwind(clients=clients | {"harbor": harbor})
    for answer in (await running.browser.get(kims), await running.browser.post(kims, data=CONCERN)):
        assert answer.status_code == 410
        assert "This link does not count any more" in answer.text


async def test_who_has_left_says_nothing_about_a_complaint_any_more(running: House) -> None:
    """Not even their own: what they send is not passed on."""
    kims = await raised(running)
    clients: dict[str, Any] = PROCEDURE["clients"]
    harbor = clients["harbor"] | {
        "contacts": {"raj": clients["harbor"]["contacts"]["raj"]},
        "authority": [{"contact": "raj", "downtime": "8 hours"}],
        "account_manager": "vera",
    }
    people = {ident: person for ident, person in PROCEDURE["people"].items() if ident != "max"}
    before = await stands(running, kims)
    running.book = northwind(clients=clients | {"harbor": harbor}, people=people)
    for page, choice in ((kims, "settled"), (path("complaint", ident_of(kims), "max", 1), "acknowledge")):
        assert (await running.browser.get(page)).status_code == 410
        assert (await running.browser.post(page, data={"choice": choice})).status_code == 410
    assert await stands(running, kims) == before


# Links ----------------------------------------------------------------------------------------------


async def test_looking_says_nothing(running: House) -> None:
    """Any number of GETs and HEADs, as scanners and previews send them, to any of the pages."""
    await ticket(running)
    kims = await raised(running)
    before = await stands(running, kims)
    for page in (kims, path("complaint", ident_of(kims), "max", 1), HARBORS, FROM_THE_TICKET):
        for method in ("GET", "HEAD", "GET"):
            answer = await running.browser.request(method, page, headers={"Purpose": "prefetch"})
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
    assert await stands(running, kims) == before


async def test_pressing_a_button_without_choosing_says_nothing(running: House) -> None:
    """Nor does what is no choice of the reader's."""
    kims = await raised(running)
    maxs = path("complaint", ident_of(kims), "max", 1)
    before = await stands(running, kims)
    for page, choice in (
        *((kims, one) for one in ("", "acknowledge", "answer", "kept", "kept-1-1", "maybe")),
        *((maxs, one) for one in ("", "settled", "not_yet", "add", "withdraw", "reopen", "broken")),
    ):
        answer = await running.browser.post(page, data={"choice": choice, "text": "x"})
        assert answer.status_code == 409, choice
        assert "Choose what you want to do." in answer.text
        assert "x</textarea>" in answer.text
    for holder in ("", "nobody", "kim"):
        answer = await running.browser.post(kims, data={"choice": "about", "text": "x", "holder": holder})
        assert answer.status_code == 409
    assert await stands(running, kims) == before


async def test_everything_we_did_not_sign_gets_the_same_page(running: House) -> None:
    """Forged, truncated, of another purpose, rubbish: one answer, which leaks nothing."""
    kims = await raised(running)
    token = kims.rsplit("/", 1)[1]
    door = HARBORS.rsplit("/", 1)[1]
    forged = Links(["x" * 40], PUBLIC).token(Address("complaint", ident_of(kims), "kim"))
    answers = []
    for page in ("complain", "complaint", "review"):
        own = {"complain": door, "complaint": token}.get(page, "")
        for bad in {token[:-1], token.lower(), token, door, forged, "rubbish", "x" * 10_000} - {own}:
            answers.append(await running.browser.get(f"/{page}/{bad}"))
    answers.append(await running.browser.post(f"/complaint/{forged}", data={"choice": "settled"}))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "harbor" not in answers[0].text.casefold()


async def test_a_form_from_another_site_too_large_or_too_often_is_refused(running: House) -> None:
    """On all the pages; the form to complain keeps what was typed."""
    kims = await raised(running)
    before = await stands(running, kims)
    for page in (kims, HARBORS):
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
            form = CALLED | {"choice": "settled"}
            assert (await running.browser.post(page, data=form, headers=headers)).status_code == 403
        assert (await running.browser.post(page, content=b"text=" + b"x" * 100_000)).status_code == 413
    answers = [await running.browser.post(kims + "." * n, data={}) for n in range(21)]
    assert [answer.status_code for answer in answers] == [409] * 20 + [429]
    answers = [await running.browser.post(HARBORS, data={"words": WORDS}) for _ in range(20)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"
    assert f"{WORDS}</textarea>" in answers[-1].text
    assert await stands(running, kims) == before


async def test_an_old_page_of_the_customers_moves_nothing_twice(running: House) -> None:
    """A double click is one "not yet"; one from a page of before is refused, with who has it now."""
    kims = await raised(running)
    await counts(running, path("complaint", ident_of(kims), "max", 1), choice="answer", text="sorry")
    await running.expects("kim")
    shown = await running.browser.get(kims)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.text))
    assert hidden["visit"] == "1"
    form = hidden | {"choice": "not_yet", "text": "no"}
    answers = await asyncio.gather(*(running.browser.post(kims, data=form) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    await running.expects("max", "kim", "vera")
    late = await running.browser.post(kims, data=form | {"version": "99"})
    assert late.status_code == 409
    assert "It has moved since: Vera Hall has it now." in late.text
    assert (await stands(running, kims)).holder == "vera"


async def test_an_old_link_of_who_had_it_says_who_has_it_now(running: House) -> None:
    kims = await raised(running)
    maxs = path("complaint", ident_of(kims), "max", 1)
    await running.passes(hours=4)
    await running.expects("max", "kim", "vera")
    assert lead(await running.browser.get(maxs)) == (
        "Vera Hall (customer success) is asked to take it: nothing for you to do."
    )
    problem = await refused(running, maxs, {"choice": "answer", "text": "late, but sorry"})
    assert problem.endswith("It has gone on to Vera Hall.")
    assert (await stands(running, kims)).status == "open"


async def test_what_is_not_kept_any_more_says_what_to_do(running: House) -> None:
    for page in (
        path("complaint", "complaint-harbor-c-0", "kim"),
        path("review", "review-harbor", "vera", 1),
    ):
        for answer in (
            await running.browser.get(page),
            await running.browser.post(page, data={"choice": "settled"}),
        ):
            assert answer.status_code == 410
            assert "What to do now" in answer.text


# Logs -----------------------------------------------------------------------------------------------


async def test_the_log_has_ids_and_no_word_of_it(running: House) -> None:
    """Nor a token, nor about which ticket it is."""
    await ticket(running)
    with capture_logs() as lines:
        answer = await fills_in(running, FROM_THE_TICKET, **CONCERN)
        await running.expects("kim", "max")
        kims = str(answer.headers["Location"])
        maxs = path("complaint", ident_of(kims), "max", 1)
        await running.browser.get(kims[:-1])
        await running.browser.get(path("complaint", ident_of(kims), "ana", 1))
        await counts(running, maxs, choice="answer", text="we are sorry")
        await running.expects("kim")
        await counts(running, kims, choice="settled", text="thank you")
    await running.expects("max")
    ours = [line for line in lines if "complaint" in line]
    assert {line["event"] for line in ours} == {"complaint", "not for them", "decided"}
    for secret in (*CONCERN.values(), "sorry", "thank", TICKET, "Kim", kims.rsplit("/", 1)[1]):
        assert secret not in str(ours)
    for secret in (WORDS, CONCERN["settle"], "we are sorry", kims.rsplit("/", 1)[1]):
        assert secret not in str(lines)


# Reviews --------------------------------------------------------------------------------------------


async def test_a_review_is_led_and_held_through_its_page(running: House) -> None:
    """With the words of each complaint that still answers."""
    now = await running.now()
    running.earlier.complained = [
        Counted("complaint-harbor-c-1", "c-1", "changed without asking", now),
        *(Counted(f"complaint-harbor-c-{n}", f"c-{n}", "conduct", now) for n in (7, 8)),
    ]
    await running.complains()
    *_, to_vera = await running.expects("kim", "max", "vera")
    page = to_vera.link
    shown = await running.browser.get(page)
    assert lead(shown).startswith("It is for you to lead: please say by ")
    assert shown.text.count(WORDS) == 1
    assert shown.text.count("Its words can't be shown at the moment.") == 2
    assert "Choose what you want to do." in await refused(running, page, {"text": "x"})
    assert "Say what was agreed with the client." in await refused(running, page, {"choice": "conclude"})
    lost = await refused(running, page, {"choice": "acknowledge", "text": "a call each month"})
    assert "You have written something" in lost
    before = await running.tickets.assignment(review_id("harbor"), Review)
    for person in ("max", "kim", "ana"):
        other = path("review", review_id("harbor"), person, 1)
        assert (await running.browser.get(other)).status_code == 410
        answer = await running.browser.post(other, data={"choice": "conclude", "text": "x"})
        assert answer.status_code == 410
        assert WORDS not in answer.text
    assert await running.tickets.assignment(review_id("harbor"), Review) == before

    assert lead(await counts(running, page, choice="acknowledge")).startswith(
        "You lead it: please hold it by "
    )
    shown = await counts(running, page, choice="conclude", text="a call each month")
    assert lead(shown) == "You have held it: nothing to do."
    assert "a call each month" in shown.text
    again = await running.browser.post(page, data={"choice": "conclude", "text": "again"})
    assert again.status_code in (303, 409)
    review = await running.tickets.assignment(review_id("harbor"), Review)
    assert (review.concluded_by, review.conclusion) == ("vera", "a call each month")
