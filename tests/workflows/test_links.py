"""Links and their pages: a GET never decides, a token is only an address, the workflow is the judge."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from gateway.app import HEADERS
from runtime.links import Address, Links
from tests.workflows.house import KEYS, PUBLIC, House, Received
from tests.workflows.test_stories import MAIL_SLOW

EVENT = {
    "event_id": "e1",
    "at": datetime.now(UTC).isoformat(),
    "ticket": {"number": "7", "client": "Harbor", "title": "Mail is slow", "requester": "kim@harbor.example"},
}


async def opened(running: House) -> tuple[Received, Received]:
    """A ticket, and the links of its holder and its customer."""
    await running.opens(MAIL_SLOW)
    page, received = await running.expects("ana", "kim")
    return page, received


async def test_looking_decides_nothing(running: House) -> None:
    """Any number of GETs and HEADs, as scanners and previews send them."""
    page, received = await opened(running)
    before = await running.stories[0].stands()
    for mail in (page, received):
        for method in ("GET", "HEAD", "GET"):
            answer = await running.browser.request(method, mail.link, headers={"Purpose": "prefetch"})
            assert answer.status_code == 200

    assert await running.stories[0].stands() == before


async def test_pressing_the_button_without_choosing_decides_nothing(running: House) -> None:
    """What a scanner that presses the first button sends."""
    page, _ = await opened(running)
    answer = await running.browser.post(page.link, data={"version": "3", "visit": "1", "text": ""})

    assert answer.status_code == 409
    assert "Choose what you want to do." in answer.text
    assert not (await running.stories[0].stands()).here.acknowledged


async def test_everything_we_did_not_sign_gets_the_same_page(running: House) -> None:
    """Forged, truncated, of another purpose or key, rubbish, long rubbish: one answer for all."""
    page, received = await opened(running)
    token, other = page.link.rsplit("/", 1)[1], received.link.rsplit("/", 1)[1]
    foreign = Links(["x" * 40], PUBLIC).token(Address("staff", "ticket-harbor-desk-42", "ana", 1))
    tries = [token[:-1], token + "A", token.lower(), other, foreign, "rubbish", "x" * 10_000, "%00", "..."]
    answers = [await running.browser.get(f"/ticket/staff/{bad}") for bad in tries]
    answers.append(await running.browser.get("/ticket/admin/x"))

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "harbor" not in answers[0].text.casefold()


async def test_a_post_with_a_token_we_did_not_sign_changes_nothing(running: House) -> None:
    """The same page as for looking."""
    page, _ = await opened(running)
    answer = await running.browser.post(page.link[:-2], data={"choice": "acknowledge"})

    assert answer.status_code == 404
    assert not (await running.stories[0].stands()).here.acknowledged


async def test_a_link_signed_with_an_older_key_still_works(running: House) -> None:
    """Keys are rotated without killing the links that are out."""
    await opened(running)
    old = Links(KEYS[:1], PUBLIC).token(Address("staff", "ticket-harbor-desk-42", "ana", 1))

    assert (await running.browser.get(f"/ticket/staff/{old}")).status_code == 200


async def test_what_mail_programs_glue_to_a_link_does_no_harm(running: House) -> None:
    """A full stop, a bracket, what marks a word in a chat, a blank or an & in another writing; sent, too."""
    page, _ = await opened(running)
    for glued in ("", ".", ".)", "_", "*", "**", "%20", "%2520", "&amp;", "%E2%80%9D", "%0A"):
        assert (await running.browser.get(page.link + glued)).status_code == 200, glued
    answer = await running.browser.post(page.link + "%20", data={"choice": "acknowledge"})
    assert answer.status_code == 303
    assert (await running.browser.get(answer.headers["Location"])).status_code == 200


async def test_a_form_from_another_site_is_refused(running: House) -> None:
    """A foreign Origin, and what the browser itself calls cross-site."""
    page, _ = await opened(running)
    form = {"choice": "acknowledge", "version": "3"}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = await running.browser.post(page.link, data=form, headers=headers)
        assert answer.status_code == 403

    assert not (await running.stories[0].stands()).here.acknowledged


async def test_pages_are_kept_by_nobody_and_framed_by_nobody(running: House) -> None:
    """Every answer carries the headers, the unknown page too, and no cookie."""
    page, _ = await opened(running)
    for path in (page.link, "/ticket/staff/rubbish", "/nothing", "/health"):
        answer = await running.browser.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "set-cookie" not in answer.headers


async def test_a_form_too_large_or_too_often_is_refused(running: House) -> None:
    """Before anything is read into memory, and with when to come back."""
    page, _ = await opened(running)
    large = await running.browser.post(page.link, content=b"text=" + b"x" * 100_000)
    assert large.status_code == 413

    answers = [await running.browser.post(page.link, data={"choice": ""}) for _ in range(25)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"


async def test_a_decision_leads_back_to_the_page_which_shows_what_stands(running: House) -> None:
    """See other, and the page says who has it."""
    page, _ = await opened(running)
    answer = await running.stories[0].click(page, choice="acknowledge")
    assert answer.status_code == 303
    shown = await running.browser.get(answer.headers["Location"])

    assert "Ana Ruiz" in shown.text


async def test_a_text_too_long_says_so_and_keeps_what_was_typed(running: House) -> None:
    """Nothing is cut silently."""
    page, _ = await opened(running)
    answer = await running.browser.post(page.link, data={"choice": "progress", "text": "y" * 4001})

    assert answer.status_code == 409
    assert "4000 characters at most" in answer.text
    assert "y" * 4001 in answer.text


async def test_a_signed_webhook_opens_a_ticket(running: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """202, once Temporal has it; and again for every repetition."""
    monkeypatch.setenv("RUNG_SECRET_GENERIC", "s3cret-of-the-desk")
    raw = json.dumps(EVENT).encode()
    signature = "sha256=" + hmac.new(b"s3cret-of-the-desk", raw, hashlib.sha256).hexdigest()
    for _ in range(3):
        answer = await running.browser.post(
            "/helpdesk/generic", content=raw, headers={"X-Rung-Signature": signature}
        )
        assert (answer.status_code, answer.json()) == (202, {"ticket": "ticket-harbor-generic-7"})

    await running.expects("ana", "kim")


async def test_what_is_not_verified_gets_the_same_words(
    running: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown helpdesk, no secret, a wrong one: nobody learns which."""
    monkeypatch.setenv("RUNG_SECRET_GENERIC", "s3cret-of-the-desk")
    monkeypatch.setenv("RUNG_SECRET_DJANGO_HELPDESK", "another-one-of-the-desk")
    for path, signature in (
        ("/helpdesk/generic", ""),
        ("/helpdesk/generic", "sha256=" + "0" * 64),
        ("/helpdesk/generic/s3cret-of-the-desk", ""),
        ("/helpdesk/unknown", ""),
        ("/helpdesk/django-helpdesk", ""),
        ("/helpdesk/django-helpdesk/wrong", ""),
        ("/helpdesk/django-helpdesk/é", ""),
    ):
        answer = await running.browser.post(path, json=EVENT, headers={"X-Rung-Signature": signature})
        assert (answer.status_code, answer.json()) == (401, {"error": "not verified"}), path


async def test_without_a_secret_nothing_is_verified(running: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty secret is no secret."""
    monkeypatch.delenv("RUNG_SECRET_GENERIC", raising=False)
    raw = json.dumps(EVENT).encode()
    signature = "sha256=" + hmac.new(b"", raw, hashlib.sha256).hexdigest()
    answer = await running.browser.post(
        "/helpdesk/generic", content=raw, headers={"X-Rung-Signature": signature}
    )

    assert answer.status_code == 401
