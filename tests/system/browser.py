"""A browser beside a running `make run`: its tabs, and what people and scanners do in them.

A test module says ``pytest_plugins = ["tests.system.browser"]``, and marks what needs a browser with
NEEDS_CHROMIUM.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from temporalio.client import Client

from runtime.connection import DATA_CONVERTER
from runtime.tickets import Tickets
from tests.system.demo import HERE, WAIT, Demo, Mail

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Debian's. The first is the same browser without what only a desktop needs: half the time of a core."""

NEEDS_CHROMIUM = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium here: apt-get install chromium-headless-shell"
)
PHONE: ViewportSize = {"width": 375, "height": 812}

Found = TypeVar("Found")


# Its tabs -------------------------------------------------------------------------------------


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; no other loop may run in this thread meanwhile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def plain(chromium: Browser) -> BrowserContext:
    """Somebody whose browser runs no scripts."""
    return chromium.new_context(java_script_enabled=False)


@pytest.fixture(scope="package")
def scripting(chromium: Browser) -> BrowserContext:
    """Somebody with scripts, as a scanner is: the mailbox's own page needs them, ours has none."""
    return chromium.new_context()


@pytest.fixture(scope="package")
def mobile(chromium: Browser) -> BrowserContext:
    """A phone on which no script runs."""
    return chromium.new_context(viewport=PHONE, is_mobile=True, java_script_enabled=False)


@pytest.fixture
def page(plain: BrowserContext) -> Iterator[Page]:
    yield from tab(plain)


@pytest.fixture
def scripted(scripting: BrowserContext) -> Iterator[Page]:
    yield from tab(scripting)


@pytest.fixture
def phone(mobile: BrowserContext) -> Iterator[Page]:
    yield from tab(mobile)


def tab(context: BrowserContext) -> Iterator[Page]:
    """Their first tab, for one test after the other: a new one takes ten times as long to show its first page
    as that one takes for the next."""
    context.set_default_timeout(WAIT * 1000)
    first = context.pages[0] if context.pages else context.new_page()
    yield first
    # Some of our pages look again by themselves.
    first.goto("about:blank")
    for other in context.pages[1:]:
        other.close()
    context.clear_cookies()


# What is done in them -------------------------------------------------------------------------


def from_the_mailbox(demo: Demo, scripted: Page, mail: Mail) -> Page:
    """Open the mailbox, a mail in it, and its link; the tab it opens in."""
    scripted.goto(demo.mailbox, wait_until="domcontentloaded")
    scripted.click(f"[data-message-id='{mail.number}']")
    scripted.click("[data-message-format=html] a")
    link = scripted.frame_locator("#message-body").locator(f"a[href^='{demo.gateway}/']")
    link.first.wait_for()
    assert link.count() == 1, "one link a mail"
    with scripted.expect_popup() as tab:
        link.click()
    tab.value.wait_for_load_state()
    return tab.value


def tab_to(page: Page, focused: str) -> None:
    """Press the tab key until something has the focus; a field for a date has stops of its own."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(focused).count():
            return
    pytest.fail(f"the tab key does not lead to {focused}")


def lead(page: Page) -> str:
    """How it stands, in a line."""
    return page.locator(".now .lead").first.inner_text()


def fits(phone: Page, *urls: str) -> None:
    """Nothing on these pages is wider than the screen."""
    for url in urls:
        phone.goto(url)
        wide = phone.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{url} is {wide} px wide"


def presses_every_button(scripted: Page) -> Iterator[str]:
    """The forms of a page as a scanner sends them; each by its id, while its answer is shown."""
    forms = scripted.eval_on_selector_all("form", "forms => forms.map(one => one.id)")
    for form in map(str, forms):
        scripted.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        button = scripted.locator(f"form[id='{form}'] button")
        # What a browser does not send since nothing is chosen, a scanner sends all the same.
        with scripted.expect_navigation():
            button.evaluate("button => { button.form.noValidate = true; button.click() }")
        yield form


# Beside them ----------------------------------------------------------------------------------


def through_the_door(demo: Demo, work: Callable[[Tickets, Client], Awaitable[Found]]) -> Found:
    """What somebody else does meanwhile, in a thread: the browser has a loop of its own in this one."""

    async def connected() -> Found:
        address = f"{HERE}:{demo.ports['temporal']}"
        client = await Client.connect(address, data_converter=DATA_CONVERTER)
        return await work(Tickets(client), client)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, connected()).result()
