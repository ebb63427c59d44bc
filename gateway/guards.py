"""What stands before every page: whether we made the link, whether it still counts for whom it was made, and
whether the form was sent from our page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import parse_qs

import structlog
from fastapi import Request, Response
from pydantic import ValidationError

from gateway.limits import PAGE_BODY, Rate, body
from gateway.views import Form, Views
from procedure.approval.state import Approval
from procedure.book.procedure import Procedure
from procedure.book.rota import FIRST_YEAR, LAST_YEAR
from procedure.clocks.calendars import from_wall
from procedure.complaint.state import CALLER, Complaint
from procedure.incoming import told
from procedure.path.assignment import Assignment
from procedure.record import Refused, Told
from procedure.ticket.handover import ShiftChange
from procedure.ticket.state import Ticket
from runtime.links import Address, Links, Purpose, TakenBack, fingerprint
from runtime.tickets import Away, NoSuchTicket

log = structlog.get_logger()

Linked = TypeVar("Linked", Ticket, Approval, Complaint, Assignment, ShiftChange)
"""What a link is about."""

MOST_FIELDS = 40
MOST_DIGITS = 8


class Instead(Exception):
    """Another page is shown than the one that was asked for."""

    def __init__(self, page: Response) -> None:
        self.page = page


@contextmanager
def reached(request: Request, failed: str, gone: str, away: str = "away", **about: str) -> Iterator[None]:
    """Around what needs Temporal's answer: what can't be had is told by a page of its own.

    ``failed`` says in the log what was wanted, ``about`` of which workflow; ``gone`` and ``away`` are the
    pages for one that is not there, and for one that can't be reached now. Raises Instead.
    """
    try:
        yield
    except NoSuchTicket:
        raise Instead(views_of(request).plain(gone, status=410)) from None
    except Away as why:
        log.error(failed, reason=str(why), **about)
        raise Instead(views_of(request).plain(away, status=503)) from why


def address_of(request: Request, purpose: Purpose, token: str) -> Address:
    """Where the link leads. Raises Instead, with the same page for everything that we never made."""
    links: Links = request.app.state.links
    try:
        address = links.read(purpose, token)
    except TakenBack:
        log.info("link taken back", purpose=purpose, token=fingerprint(token))
        raise Instead(views_of(request).plain("taken-back", status=410)) from None
    if address is None:
        wrong: Rate = request.app.state.wrong_links
        if not wrong.allows(request.client.host if request.client else ""):
            raise Instead(too_often(views_of(request).plain("too-often", status=429)))
        log.info("unknown link", purpose=purpose, token=fingerprint(token))
        raise Instead(views_of(request).plain("unknown", status=404))
    return address


async def stands(
    request: Request,
    address: Address,
    look: Callable[[str], Awaitable[Linked]],
    gone: str,
    away: str = "away",
) -> Linked:
    """How that stands which a link is about, if the link still counts: for every page, looked at or sent.

    Its person must be in the files as they are now, the ticket not somebody else's by now, and it must not be
    over for longer than links live: then it is as if it were not kept any more. ``gone`` and ``away`` as for
    ``reached``. Raises Instead.
    """
    with reached(request, "page not shown", gone=gone, away=away, about=address.ticket):
        found = await look(address.ticket)
    client = "" if isinstance(found, ShiftChange) else found.client
    mistaken = isinstance(found, Ticket) and address.person in found.not_theirs
    if mistaken or not belongs(book_of(request), address, client):
        log.info("not for them", about=address.ticket, person=address.person)
        raise Instead(views_of(request).plain("left", status=410))
    if is_long_over(request, found):
        raise Instead(views_of(request).plain(gone, status=410))
    return found


def belongs(book: Procedure, address: Address, client: str) -> bool:
    """Whether a link's person is still who it was made for: of the MSP, or a contact of this client."""
    terms = book.clients.get(client)
    customer, staff = terms is not None and address.person in terms.contacts, address.person in book.people
    match address.purpose:
        case "customer" | "complain" | "agreement":
            return customer
        case "staff" | "handover" | "review" | "problem" | "prevention":
            return staff
        case "complaint":
            # Nobody of the files, but the one who was given the page when they raised it.
            return customer or staff or address.person == CALLER
    return customer or staff


def is_long_over(request: Request, found: Told) -> bool:
    """Whether something is over for longer than its links live."""
    life: timedelta = request.app.state.link_life
    return found.over and bool(found.record) and datetime.now(UTC) - found.record[-1].at > life


async def form_of(
    request: Request, address: Address, excess: Callable[[Form], Response] | None = None
) -> Form:
    """What was filled in on one of our own pages.

    ``excess`` gives the page for what is sent too often, where it is not the usual one. Raises TooLarge, and
    Instead with the page that says why it does not count.
    """
    if is_foreign(request):
        raise Instead(views_of(request).plain("foreign", status=403))
    form = fields_of(await body(request, PAGE_BODY))
    forms: Rate = request.app.state.forms
    # Not by the token: what mail programs glue to it would make it another one.
    if forms.allows(address):
        return form
    raise Instead(too_often(excess(form) if excess else views_of(request).plain("too-often", status=429)))


def is_foreign(request: Request) -> bool:
    """Whether a form was sent from another site's page."""
    origin = request.headers.get("origin", request.app.state.public_url)
    return origin != request.app.state.public_url or request.headers.get("sec-fetch-site") == "cross-site"


def too_often(response: Response, seconds: int = 60) -> Response:
    """With when to come back."""
    response.headers["Retry-After"] = str(seconds)
    return response


def fields_of(raw: bytes) -> Form:
    """The fields of a form; none when there are more than any of our forms has."""
    try:
        fields = parse_qs(raw.decode("utf-8", errors="replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[-1].replace("\r\n", "\n").strip() for name, values in fields.items()}


def number(text: str) -> int:
    """A number that one of our hidden fields carries; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def time_of(text: str, what: str, zone: str) -> datetime | None:
    """A time on the wall there, as a browser's field sends it or somebody types it; None for none.

    Raises Refused with how to write it.
    """
    if not text:
        return None
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        wall = None
    if wall is None or wall.tzinfo or ":" not in text or not FIRST_YEAR <= wall.year < LAST_YEAR:
        raise Refused(f"{what}: {text!r} is no date and time in {zone}: write it as 2026-12-24 18:00.")
    return from_wall(wall, zone)


def in_words(error: ValidationError) -> str:
    """What is wrong with what was filled in."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"“{'.'.join(map(str, first['loc']))}” {told(first)}."


def book_of(request: Request) -> Procedure:
    """The procedure as it is now."""
    book: Procedure = request.app.state.current()
    return book


def views_of(request: Request) -> Views:
    """What renders the pages."""
    views: Views = request.app.state.views
    return views
