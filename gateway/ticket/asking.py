"""The form to ask for an approval, behind the link of whoever has the ticket."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from gateway.guards import Form, address_of, book_of, form_of, in_words, number, reached, time_of, views_of
from gateway.ticket.page import ticket_of
from gateway.views import Problem
from procedure.book.procedure import Procedure
from procedure.clocks.durations import Duration
from procedure.record import Refused
from procedure.ticket.asking import approval_id
from runtime.links import PAGES, Address, Links
from runtime.tickets import Away, NoSuchTicket, Tickets
from workflows.messages.ticket import Propose

log = structlog.get_logger()
router = APIRouter(prefix=PAGES["staff"])

_COST = re.compile(r"(?:[A-Z]{3})?\s*(\d{1,9}|\d{1,3}(?:[,' ]\d{3}){1,2})", re.IGNORECASE)


@router.api_route("/{token}/ask", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """The form, with what the table says now."""
    address = address_of(request, "staff", token)
    return await _page(request, address)


@router.post("/{token}/ask")
async def ask(request: Request, token: str) -> Response:
    """Put the question, and lead to its page, which says who is asked until when."""
    address = address_of(request, "staff", token)
    form = await form_of(request, address)
    await ticket_of(request, address)
    tickets: Tickets = request.app.state.tickets
    try:
        said = proposal_of(form, address, book_of(request))
        with reached(request, "not asked", gone="gone", ticket=address.ticket, person=address.person):
            await tickets.say(address.ticket, "propose", said, key=f"page-{form.get('version', '')}")
    except Refused as refused:
        return await _page(request, address, form, refused, status=409)
    log.info("asked", ticket=address.ticket, person=address.person, question=form.get("question", ""))
    return RedirectResponse(await _page_after(request, address, said), status_code=303)


async def _page_after(request: Request, address: Address, said: Propose) -> str:
    """The page of what was asked just now; the ticket's for what was granted on the spot, which has none."""
    tickets: Tickets = request.app.state.tickets
    links: Links = request.app.state.links
    try:
        ticket = await tickets.status(address.ticket)
    except (Away, NoSuchTicket):
        return request.url.path.removesuffix("/ask")
    mine = [one for one in ticket.approvals if (one.by, one.proposal.what) == (said.by, said.what)]
    if not mine or mine[-1].on_the_spot:
        return request.url.path.removesuffix("/ask")
    asked = Address("approval", approval_id(ticket, mine[-1].number), address.person)
    return f"{PAGES['approval']}/{links.token(asked)}"


def proposal_of(form: Form, address: Address, book: Procedure) -> Propose:
    """What was filled in, as the ticket hears it. Raises Refused with what to write instead."""
    kind, _, name = form.get("question", "").partition(":")
    if kind not in ("action", "option") or not name:
        raise Refused("Choose what needs a decision.")
    try:
        return Propose(
            by=address.person,
            visit=address.visit or number(form.get("visit", "")),
            via=f"the link sent to {address.person}",
            action=name if kind == "action" else "",
            option=name if kind == "option" else "",
            what=form.get("what", ""),
            why=form.get("why", ""),
            cost=_cost(form.get("cost", ""), book.authority.currency if book.authority else ""),
            downtime=_downtime(form.get("downtime", "")),
            begins=time_of(form.get("begins", ""), "When it is to be done", book.time_zone),
            by_when=time_of(form.get("by_when", ""), "By when you need the answer", book.time_zone),
            otherwise=form.get("otherwise", ""),
            until=time_of(form.get("until", ""), "Until when it holds", book.time_zone),
            act_first=form.get("act_first") == "act",
        )
    except ValidationError as error:
        raise Refused(in_words(error)) from None


def _cost(text: str, currency: str) -> int:
    """A cost as people write it: 1800, 1,800 or GBP 1800."""
    if not text:
        return 0
    found = _COST.fullmatch(text)
    if found is None or (text[:3].isalpha() and text[:3].upper() != currency):
        raise Refused(f"{text!r} is no cost: write it in whole {currency}, such as 1800.")
    return int("".join(filter(str.isdigit, found[1])))


def _downtime(text: str) -> Duration | None:
    if not text:
        return None
    try:
        down = Duration.parse(text)
    except ValueError:
        down = Duration(business_days=1)
    if down.business_days:
        raise Refused(
            f'{text!r} is no downtime: write a number and a unit, such as "30 minutes" or "2 hours"; '
            "leave it empty if nothing is down."
        )
    return down


async def _page(
    request: Request, address: Address, form: Form | None = None, problem: Problem = "", status: int = 200
) -> Response:
    ticket = await ticket_of(request, address)
    return views_of(request).ask(ticket, address, datetime.now(UTC), form, problem, status)
