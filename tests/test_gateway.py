"""The gateway by itself, while Temporal is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from temporalio.client import Client

from gateway.app import create_app
from runtime.connection import DATA_CONVERTER
from runtime.links import Address, Links
from runtime.tickets import Tickets
from tests.northwind import northwind

PUBLIC = "http://rung.test"


async def test_while_temporal_is_away_nothing_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    """503 and when to come back for a webhook, a plain page for a person, and not ready."""
    monkeypatch.setenv("RUNG_SECRET_DJANGO_HELPDESK", "another-one-of-the-desk")
    client = await Client.connect("127.0.0.1:1", data_converter=DATA_CONVERTER, lazy=True)
    links = Links(["0" * 32], PUBLIC)
    app = create_app(Tickets(client, timedelta(seconds=0.3)), northwind, links, PUBLIC)
    body = {
        "ticket": {
            "id": 1,
            "title": "x",
            "custom_customer": "harbor",
            "followup_set": [{"id": 1, "date": datetime.now(UTC).isoformat()}],
        }
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC) as browser:
        webhook = await browser.post("/helpdesk/django-helpdesk/another-one-of-the-desk", json=body)
        assert (webhook.status_code, webhook.headers["Retry-After"]) == (503, "10")
        page = await browser.get("/ticket/staff/" + links.token(Address("staff", "t", "ana", 1)))
        assert page.status_code == 503
        assert (await browser.get("/ready")).status_code == 503
        assert (await browser.get("/health")).status_code == 200
