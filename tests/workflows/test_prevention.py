"""Stories of prevention: what comes due is put before somebody ahead of time, and kept until it is done."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from procedure.book.procedure import Monitor
from procedure.prevention.due import spoken
from procedure.prevention.state import Prevention
from procedure.prevention.upkeep import Upkeep
from runtime.upkeeps import Upkeeps
from tests.northwind import PROCEDURE, northwind
from tests.page import Page
from tests.procedure.prevention.test_prevention import PREVENTION
from tests.workflows.house import LOST_TASKS, House
from workflows.messages.approval import OPINIONS
from workflows.messages.assignment import PREVENTION_FINDINGS
from workflows.messages.prevention import Measured

IDENT = "prevention-harbor"
SERVER = {"action": "replace hardware", "cost": 1800, "downtime": "2 hours", "system": "trading platform"}


UNHURRIED = {"levels": [PREVENTION["levels"][0] | {"acknowledge": "3 days", "answer": "10 days"}]}
"""Nobody else is asked on the day on which something comes due, at whatever hour a story begins."""


def files(running: House, items: dict[str, Any], prevention: dict[str, Any] = PREVENTION) -> None:
    """What Harbor's file says comes due from now on."""
    harbor = PROCEDURE["clients"]["harbor"] | {"prevention": items}
    running.book = northwind(prevention=prevention, clients=PROCEDURE["clients"] | {"harbor": harbor})


async def day(running: House, days: int) -> str:
    """A day as the files write it, so many days from now."""
    return f"{(await running.now()).date() + timedelta(days=days)}"


async def says(running: House, name: str, by: str, *items: str, **content: Any) -> str:
    content |= {"items": items} if items else {}
    said = PREVENTION_FINDINGS[name].model_validate({"by": by, "via": "a story", **content})
    key = str(len((await stands(running)).record))
    return (await running.tickets.say(IDENT, name, said, key)).text


async def stands(running: House) -> Prevention:
    await running.quiet()
    return await running.tickets.assignment(IDENT, Prevention)


async def kept(running: House) -> Upkeep:
    await running.quiet()
    return await running.tickets.upkeep("harbor")


async def decides(running: House, number: int, by: str) -> None:
    said = OPINIONS["decide"].model_validate({"by": by, "via": "a story", "yes": True})
    await running.tickets.speak_up(f"approval-{IDENT}-{number}", said, f"{number}{by}")


async def until(running: House, stage: str, outcome: str) -> None:
    """Waits until the proposal has heard how its first item stands."""
    async with asyncio.timeout(LOST_TASKS):
        while ((one := (await stands(running)).items[0]).stage, one.outcome) != (stage, outcome):
            await asyncio.sleep(0.01)


async def test_fifty_items_due_on_one_day_are_one_mail_to_each_who_is_asked(running: House) -> None:
    running.lists += [IDENT, "upkeep-harbor"]
    due = await day(running, 20)
    files(running, {f"support of server {number}": {"ends": due} for number in range(50)})
    for _ in range(2):  # two workers, or one that starts again
        await Upkeeps(lambda: running.book, running.tickets).look()
    (mail,) = await running.expects("cy")
    assert "Please own the prevention proposal for Harbor Trading (50 items)" in mail.text
    assert f"support of server 49: due {spoken(date.fromisoformat(due))}" in mail.text

    await running.passes(hours=4)
    await running.expects("cy", "gil")
    await says(running, "decline", "gil", words="they leave us in a week")
    (mail,) = await running.expects("cy")
    assert "50 declined" in mail.text
    settled = (await kept(running)).settled
    assert (len(settled), {one.done for one in settled.values()}) == (50, {False})
    # The next day looks again, and nothing of it comes back.
    await running.passes(days=3)


async def test_what_needs_a_yes_is_done_when_both_sides_have_agreed(running: House) -> None:
    running.lists += [IDENT, "upkeep-harbor", f"approval-{IDENT}-1"]
    files(running, {"new server": {"ends": await day(running, 20), **SERVER}})
    await running.tickets.keep_up("harbor")
    await running.expects("cy")
    when = await running.now() + timedelta(days=5)
    await says(running, "plan", "cy", when=when)
    (to_raj,) = await running.expects("raj")
    assert "Cy Tanaka (Northwind) asks: replace hardware (GBP 1,800 and 2 hours down)" in to_raj.text
    assert "Prevention, Harbor Trading" in to_raj.text
    assert "icket" not in to_raj.text
    assert "To the proposal" not in (await running.browser.get(to_raj.link)).text
    await decides(running, 1, "raj")
    _, to_cy = await running.expects("raj", "cy")
    page = Page((await running.browser.get(to_cy.link)).content)
    (link,) = [one for one in page.all("a") if one.get_text() == "To the proposal"]
    proposal = await running.browser.get(str(link["href"]))
    assert Page(proposal.content).lead.startswith("You own it, and all that is left is planned")
    await until(running, "planned", "approved")

    # Its day passes, nobody says that it was done: it is Cy's again.
    await running.passes(days=5)
    (again,) = await running.expects("cy")
    assert "is not said to be: new server" in again.text
    await says(running, "done", "cy", "new server")
    work = await stands(running)
    assert (work.conclusion, work.concluded_by) == ("1 done", "cy")
    upkeep = await kept(running)
    assert (upkeep.settled["new server"].done, upkeep.asked) == (True, 1)


async def test_a_no_gives_the_item_back_to_its_owner(running: House) -> None:
    files(running, {"new server": {"ends": await day(running, 20), **SERVER}})
    await running.tickets.keep_up("harbor")
    await running.expects("cy")
    await says(running, "plan", "cy", when=await running.now() + timedelta(days=5))
    await running.expects("raj")
    said = OPINIONS["decide"].model_validate({"by": "raj", "yes": False, "reason": "next year"})
    await running.tickets.speak_up(f"approval-{IDENT}-1", said, "no")
    await running.expects("raj", "cy", saying="next year")
    await until(running, "open", "denied")
    await says(running, "decline", "cy", "new server", words="the client waits until next year")


async def test_it_is_planned_and_said_to_be_done_through_its_page(running: House) -> None:
    due = await day(running, 20)
    files(running, {"restore test": {"ends": due}, "new server": {"ends": due, **SERVER}})
    await running.tickets.keep_up("harbor")
    (mail,) = await running.expects("cy")
    then = f"{await running.now() + timedelta(days=5):%Y-%m-%dT18:00}"
    for form, why in (
        ({"choice": "plan"}, "Say when it will be done."),
        ({"choice": "done"}, "new server needs a yes first"),
        ({"choice": "done", "when": then}, "choose what it is about"),
        ({"choice": "decline", "item": "restore test"}, "Say why it is not done."),
    ):
        refused = await running.click(mail, **form)
        assert (refused.status_code, why in refused.text) == (409, True), refused.text

    assert (await running.click(mail, choice="done", item="restore test")).status_code == 303
    assert (await running.click(mail, choice="plan", when=then)).status_code == 303
    await running.expects("raj")
    page = Page((await running.browser.get(mail.link)).content)
    assert page.lead == "You own it, and all that is left is planned: nothing to do now."
    assert page.options("item") == ["All that is open", "new server"]
    server, restore = page.part("What comes due")
    assert "; done (Cy Tanaka" in restore
    assert server.endswith(", a yes is asked for")


async def test_what_is_declined_need_not_be_answered_any_more(running: House) -> None:
    files(running, {"new server": {"ends": await day(running, 20), **SERVER}})
    await running.tickets.keep_up("harbor")
    await running.expects("cy")
    await says(running, "plan", "cy", when=await running.now() + timedelta(days=5))
    await running.expects("raj")
    await says(running, "decline", "cy", "new server", words="they buy another one")
    await running.expects("raj", "cy", saying="new server: declined")


async def test_what_is_full_soon_is_proposed_and_what_was_done_comes_again(
    running: House,
) -> None:
    items = {"disk": {"limit": 100, "unit": "GB"}, "restore": {"every_days": 7, "ahead_days": 2}}
    files(running, items, UNHURRIED)
    await running.tickets.keep_up("harbor")
    await running.expects("cy", saying="restore: due")
    today = (await running.now()).date()
    for days, value in ((20, 60.0), (10, 70.0), (0, 80.0)):
        then = today - timedelta(days=days)
        await running.tickets.keep_up("harbor", Measured(item="disk", value=value, day=then))
    await running.passes(days=1)
    await running.expects("cy", saying="Comes due: disk.")
    await says(running, "done", "cy", "restore")
    await says(running, "done", "cy", "disk", words="20 GB more")
    assert (await stands(running)).conclusion == "2 done"

    await running.passes(days=4)
    running.is_quiet()
    await running.passes(days=2)
    await running.expects("cy", saying="restore: due")


async def test_a_monitoring_system_tells_what_it_has_measured(
    running: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "only-for-this-story"
    monkeypatch.setenv("RUNG_SECRET_ZABBIX", secret)
    files(running, {"disk": {"limit": 100}, "restore": {"ends": "2099-01-01"}})
    zabbix = {"secret": {"env": "RUNG_SECRET_ZABBIX"}, "clients": ["harbor"]}
    running.book = running.book.model_copy(update={"monitors": {"zabbix": Monitor.model_validate(zabbix)}})

    async def sends(key: str = secret, source: str = "zabbix", **changes: Any) -> httpx.Response:
        raw = json.dumps({"client": "harbor", "item": "disk", "value": 99.5, **changes}).encode()
        signature = "sha256=" + hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Rung-Signature": signature}
        return await running.browser.post(f"/readings/{source}", content=raw, headers=headers)

    for answer in (await sends(key=""), await sends(key="guessed"), await sends(source="nagios")):
        assert (answer.status_code, answer.json()) == (401, {"error": "not verified"})
    for changes, field in (
        ({"client": "lindqvist"}, "client"),
        ({"item": "restore"}, "item"),
        ({"value": -1}, "value"),
        ({"value": float("nan")}, "value"),
        ({"at": "2099-01-01T00:00Z"}, "at"),
        ({"at": "yesterday"}, "at"),
    ):
        answer = await sends(**changes)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)

    answer = await sends(at="2026-07-01T23:30Z")
    assert (answer.status_code, answer.json()) == (202, {"item": "disk", "day": "2026-07-02"})
    assert (await kept(running)).readings == {"disk": {date(2026, 7, 2): 99.5}}
