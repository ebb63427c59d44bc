"""Start the gateway: ``python -m gateway``."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

import structlog
import uvicorn
from fastapi import FastAPI

from gateway.app import create_app
from procedure.book.procedure import Procedure
from runtime import logs
from runtime.connection import connect
from runtime.feeds import CALENDARS, Feeds
from runtime.links import Links, taken_back
from runtime.private import keep_private
from runtime.procedure_files import ProcedureError
from runtime.procedure_folder import ProcedureFolder
from runtime.secret_sources import NoSecret, shared_secret
from runtime.settings import Settings, SettingsError, load
from runtime.tickets import Tickets


async def serve(settings: Settings) -> None:
    """Listen until SIGINT or SIGTERM."""
    folder = ProcedureFolder(settings.procedure, Feeds(settings.state / CALENDARS))
    links = Links(settings.keys(), settings.public_url, taken_back(folder.current))
    _must_have_secrets(folder.current())
    client = await connect(settings, wait_for_server=False)
    app = create_app(
        Tickets(client),
        folder.current,
        links,
        settings.public_url,
        lambda: folder.refused,
        lambda: folder.stale,
        timedelta(days=settings.link_days),
        settings.records(),
    )
    structlog.get_logger().info("gateway ready", url=settings.public_url)
    fresh = asyncio.create_task(folder.keep_fresh(settings.feeds_every))
    await uvicorn.Server(listening(app, settings)).serve()
    fresh.cancel()


def listening(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How the application is served."""
    proxies = settings.believed()
    return uvicorn.Config(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        log_config=None,
        # Its access log would write tokens; the pages log what happened without them.
        access_log=False,
        server_header=False,
        # By itself it would believe whoever connects from this machine.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
    )


def _must_have_secrets(book: Procedure) -> None:
    sources = [("helpdesk", name, helpdesk.secret) for name, helpdesk in book.helpdesks.items()]
    sources += [("monitor", name, monitor.secret) for name, monitor in book.monitors.items()]
    for kind, name, secret in sources:
        try:
            shared_secret(secret)
        except NoSecret as error:
            raise SettingsError(f"the secret of the {kind} {name!r}: {error}") from None


def main() -> int:
    """0 after a clean stop; 2 when it can't start, with what to do about it."""
    try:
        settings = load()
        logs.set_up(settings.log_format)
        keep_private(settings.state)
        asyncio.run(serve(settings))
    except (SettingsError, ProcedureError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person who started it
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
