"""A client's document in a real browser: on a phone, on paper, and confirmed; nothing is fetched for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.system.beside.test_command_line import does
from tests.system.browser import NEEDS_CHROMIUM, fits, lead, tab_to
from tests.system.demo import Demo, command_line

pytest_plugins = ["tests.system.browser"]

pytestmark = NEEDS_CHROMIUM

A4 = 794 - 2 * 60
"""How wide an A4 page is between its margins, in the pixels of CSS."""


@pytest.fixture(params=["harbor", "lindqvist"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The document of a client, written by the command."""
    file = tmp_path / "document.html"
    written = command_line("document", "examples/northwind", "--client", request.param, "--out", str(file))
    assert written.returncode == 0, written.stderr
    return file.as_uri()


def test_it_fits_a_phone(phone: Page, url: str) -> None:
    fits(phone, url)
    assert phone.locator(".ladder").is_visible()


def test_it_fits_a_page_of_paper(chromium: Browser, url: str) -> None:
    """Nothing is cut at the margin, and nothing is loaded from elsewhere."""
    fetched: list[str] = []
    with chromium.new_context(viewport={"width": A4, "height": 1000}) as paper:
        page = paper.new_page()
        page.on("request", lambda request: fetched.append(request.url))
        page.emulate_media(media="print")
        page.goto(url)

        assert page.evaluate("document.documentElement.scrollWidth") <= A4
        assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
    assert fetched == [url]


def test_it_is_confirmed_on_a_phone_with_the_keyboard(demo: Demo, phone: Page) -> None:
    """From the link that is typed for Nora to what the check says, beside everything that runs."""
    keys = str(demo.state / "link-keys")
    typed = ("document-link", "--client", "lindqvist", "--to", "nora")
    url = does(command_line(*typed, RUNG_LINK_KEYS_FILE=keys, RUNG_PUBLIC_URL=demo.gateway)).strip()
    missing = "Lindqvist & Partners: nobody there has confirmed any version"
    assert missing in demo.check("--confirmed")

    fits(phone, url)
    assert lead(phone) == "Please read this, and confirm it for Lindqvist & Partners"
    tab_to(phone, "#confirm:focus")
    phone.keyboard.press("Space")
    phone.keyboard.press("Enter")
    phone.get_by_text("has confirmed this").wait_for()

    assert lead(phone) == "Nora Lindqvist (managing partner) has confirmed this for Lindqvist & Partners"
    assert missing not in demo.check("--confirmed")
