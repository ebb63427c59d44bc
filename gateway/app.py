"""The gateway's application: what is served where, and what every answer has in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from gateway import agreement, helpdesk, readings
from gateway.approval.page import CODES_AN_HOUR, ApprovalPage
from gateway.complaint import raising
from gateway.complaint.page import ComplaintPage
from gateway.complaint.review import ReviewPage
from gateway.guards import Instead
from gateway.limits import Rate, TooLarge
from gateway.path.page import AssignmentPage
from gateway.path.problem import ProblemPage
from gateway.ticket import emergency
from gateway.ticket.asking import AskPage
from gateway.ticket.earlier import SolvedBefore
from gateway.ticket.handover import HandoverPage
from gateway.ticket.page import TicketPage
from gateway.views import Views
from procedure.book.procedure import Procedure
from procedure.prevention.state import Prevention
from records.database import Records
from runtime.links import Links
from runtime.tickets import Tickets

log = structlog.get_logger()

HEADERS = {
    "Cache-Control": "no-store",
    # With no-referrer Chromium would send "Origin: null" on the page's own form.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}

PAGES = (
    TicketPage("staff"),
    TicketPage("customer"),
    AskPage(),
    HandoverPage(),
    ApprovalPage(),
    ComplaintPage(),
    ReviewPage(),
    ProblemPage(),
    AssignmentPage(Prevention),
)

LINK_LIFE = timedelta(days=30)

WRONG_LINKS_A_MINUTE = 30
FORMS_A_MINUTE = 20


def create_app(
    tickets: Tickets,
    current: Callable[[], Procedure],
    links: Links,
    public_url: str,
    refused: Callable[[], str] = str,
    stale: Callable[[], tuple[str, ...]] = tuple,
    link_life: timedelta = LINK_LIFE,
    records: Records | None = None,
) -> FastAPI:
    """Put the gateway together. ``current`` gives the procedure as it is now, ``refused`` what
    is wrong with a newer version that was not loaded; ``link_life`` is how long a link opens its page after
    what it is about is over, ``records`` what the last tickets like one were solved by."""
    app = FastAPI(title="Rung", docs_url=None, redoc_url=None, openapi_url=None)
    views = Views(current, links, SolvedBefore(records))
    app.state.tickets = tickets
    app.state.current = current
    app.state.links = links
    app.state.views = views
    app.state.public_url = public_url
    app.state.link_life = link_life
    app.state.wrong_links = Rate(WRONG_LINKS_A_MINUTE)
    app.state.forms = Rate(FORMS_A_MINUTE)
    app.state.codes = Rate(CODES_AN_HOUR, seconds=3600)
    for page in PAGES:
        app.include_router(page.router())
    app.include_router(helpdesk.router)
    app.include_router(readings.router)
    app.include_router(emergency.router)
    app.include_router(raising.router)
    app.include_router(agreement.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))

    @app.get("/health")
    async def health() -> dict[str, str]:
        """The process is alive."""
        return {"status": "alive"}

    @app.get("/ready")
    async def ready() -> JSONResponse:
        """Temporal answers, and the procedure in use is the newest there is."""
        away = not await tickets.reachable()
        # What is wrong with the files stands in the log: this page is open to everybody.
        procedure = "the last good version: a newer one does not check" if refused() else "current"
        calendars = "a last good copy is in use" if stale() else "current"
        state = {"temporal": "away" if away else "here", "procedure": procedure, "calendars": calendars}
        return JSONResponse(state, status_code=503 if away else 200)

    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if public_url.startswith("https://"):
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    @app.exception_handler(Instead)
    async def instead(request: Request, error: Instead) -> Response:
        return error.page

    @app.exception_handler(TooLarge)
    async def too_large(request: Request, error: TooLarge) -> Response:
        return views.plain("too-large", status=413)

    @app.exception_handler(404)
    @app.exception_handler(RequestValidationError)
    async def unknown(request: Request, error: Exception) -> Response:
        return views.plain("unknown", status=404)

    # The last resort: whatever nobody foresaw is logged whole, and shown to nobody.
    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        log.error("unforeseen", exc_info=error, method=request.method)
        response = views.plain("broken", status=500)
        response.headers.update(HEADERS)
        return response

    return app
