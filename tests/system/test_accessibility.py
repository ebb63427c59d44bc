"""Every page in a real browser, on a phone and on a desk, by light and by dark, as axe looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route, ViewportSize
from playwright.sync_api import Page as Tab

import gateway
from tests import test_approval_page, test_complaint_page, test_emergency_page, test_pages
from tests.page import Page
from tests.system.browser import NEEDS_CHROMIUM, PHONE
from tests.tables import every

pytest_plugins = ["tests.system.browser"]

pytestmark = NEEDS_CHROMIUM

STYLE = (Path(gateway.__file__).parent / "static" / "style.css").read_text()
DESK: ViewportSize = {"width": 1280, "height": 800}
AT = "http://rung.test/page"

UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true"


@pytest.fixture(params=[(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def tab(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Tab]:
    """A tab that runs scripts: axe is one, the pages have none."""
    size, scheme = request.param
    with chromium.new_context(viewport=size, color_scheme=scheme) as context:
        yield context.new_page()


def opened(tab: Tab, page: Page) -> None:
    """The page with its style, as the gateway would give both; nothing else is asked for."""

    def given(route: Route) -> None:
        if route.request.url == AT:
            route.fulfill(body=page.html, content_type="text/html; charset=utf-8")
        else:
            assert route.request.url.endswith("/static/style.css")
            route.fulfill(body=STYLE, content_type="text/css")

    tab.unroute_all()
    tab.route("**/*", given)
    tab.goto(AT)
    tab.evaluate(UNFOLD)


OPTIONS = {"resultTypes": ["violations"], "rules": {"meta-refresh": {"enabled": False}}}
"""What looks again by itself has no form, says so, and has no script to do it in another way."""


def chosen() -> dict[str, Page]:
    """What a mail leads to: of a ticket, and one of each other kind."""
    tickets, approvals = test_pages.pages(), test_approval_page.pages()
    complaints, emergencies = test_complaint_page.pages(), test_emergency_page.pages()
    states = ("paged", "acknowledged", "requested", "resolved")
    return {
        **{
            name: tickets[name]
            for who in ("work", "customer")
            for state in states
            if (name := f"{who}, {state}")
        },
        "work, problem": tickets["work, problem"],
        "approval": next(page for page in approvals.values() if "yes" in page.choices),
        "complaint": next(page for page in complaints.values() if "acknowledge" in page.choices),
        "emergency": emergencies["paged"],
    }


@every("name, page", chosen)
def test_axe_finds_nothing(name: str, page: Page, tab: Tab) -> None:
    """With everything unfolded: contrast, names, structure."""
    opened(tab, page)
    found = Axe().run(tab, options=OPTIONS).response["violations"]
    assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found], name
