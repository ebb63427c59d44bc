"""The page of an approval: the question, all that is needed to decide it, and then who decided what.

A GET never does anything. A yes to what costs money or risks data needs the code from the mail.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from gateway.approval.views import code_address
from gateway.guards import Form, address_of, form_of, in_words, stands, too_often, views_of
from gateway.limits import Rate
from gateway.views import Problem
from procedure.approval.state import Approval
from procedure.record import Refused
from runtime.links import PAGES, Address, Links
from runtime.tickets import Away, NoSuchTicket, Tickets
from workflows.messages.approval import Contest, Decide, ObjectTo, Opinion, Withdraw

log = structlog.get_logger()
router = APIRouter(prefix=PAGES["approval"])

CODES_AN_HOUR = 10
"""How often a code may be typed through one link: of 887 million one is right."""

WRONG_CODE = "That code is not the one in the mail that asked you. Look it up there, and type it again."
CODES_TOO_OFTEN = "A code was typed too often: wait ten minutes before the next try. A no needs none."


class TooOften(Exception):
    """Codes were typed too often: whoever it is may be guessing."""


@router.api_route("/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """The question as it stands now."""
    address = address_of(request, "approval", token)
    return await _page(request, address)


@router.post("/{token}")
async def decide(request: Request, token: str) -> Response:
    """Send what the person chose to the approval, and lead back to the page, which shows what stands."""
    address = address_of(request, "approval", token)
    form = await form_of(request, address)
    await _approval(request, address)
    try:
        await _say(request, address, form)
    except TooOften:
        page = await _page(request, address, form, CODES_TOO_OFTEN, status=429)
        return too_often(page, seconds=600)
    except Refused as refused:
        return await _page(request, address, form, refused, status=409)
    except Away as away:
        # An answer that was on its way when somebody else's word ended it is lost with the workflow.
        if not (await _approval(request, address)).over:
            log.error("not decided", approval=address.ticket, person=address.person, reason=str(away))
            return views_of(request).plain("away", status=503)
    except NoSuchTicket:
        # It has ended just now: the page shows how.
        log.info("nothing left to decide", approval=address.ticket, person=address.person)
    return RedirectResponse(request.url.path, status_code=303)


async def _say(request: Request, address: Address, form: Form) -> None:
    tickets: Tickets = request.app.state.tickets
    choice, key = form.get("choice", ""), f"page-{form.get('version', '')}"
    try:
        said = await _opinion(request, address, form)
    except ValidationError as error:
        raise Refused(in_words(error)) from None
    if isinstance(said, Contest | ObjectTo):
        await tickets.speak_up(address.ticket, said, key)
    else:
        await tickets.say(address.ticket, "withdraw" if isinstance(said, Withdraw) else "decide", said, key)
    log.info("decided", approval=address.ticket, person=address.person, choice=choice)


async def _opinion(request: Request, address: Address, form: Form) -> Opinion:
    """What somebody chose, as the approval hears it."""
    by, via, reason = address.person, f"the link sent to {address.person}", form.get("reason", "")
    match form.get("choice", ""):
        case "yes":
            code = await _typed_code(request, address, form.get("code", ""))
            return Decide(
                by=by,
                yes=True,
                visit=address.visit,
                code=code,
                reason=reason,
                conditions=form.get("conditions", ""),
                via=f"{via}, with the code" if code else via,
            )
        case "no" if form.get("conditions"):
            raise Refused("Conditions go with a yes. With a no, write them into your reason.")
        case "no":
            return Decide(by=by, yes=False, visit=address.visit, reason=reason, via=via)
        case "contest":
            return Contest(by=by, via=via)
        case "object":
            return ObjectTo(by=by, reason=reason, via=via)
        case "withdraw":
            return Withdraw(by=by, reason=reason, via=via)
    raise Refused("Choose what you want to do.")


async def _typed_code(request: Request, address: Address, typed: str) -> bool:
    """Whether the code of the reader's mail was typed; whether one is needed, the approval knows.

    Raises Refused for another code, TooOften after too many tries.
    """
    if not typed:
        return False
    tried: Rate = request.app.state.codes
    mailed = await _mailed(request, address)
    # Right ones count, too: else somebody who guesses would hear of it when one is right.
    if not tried.allows(mailed or address):
        log.warning("codes typed too often", approval=address.ticket, person=address.person)
        raise TooOften
    links: Links = request.app.state.links
    if mailed is None or not links.is_code(mailed, typed):
        log.warning("wrong code", approval=address.ticket, person=address.person)
        raise Refused(WRONG_CODE)
    return True


async def _mailed(request: Request, address: Address) -> Address | None:
    """The link that stands in the mail with the code: the reader's own, or that of the last mail to them."""
    if address.visit:
        return address
    return code_address(await _approval(request, address), address)


async def _approval(request: Request, address: Address) -> Approval:
    """The approval as it stands, for whom the link still counts. Raises Instead."""
    tickets: Tickets = request.app.state.tickets
    return await stands(request, address, tickets.approval, gone="no-approval")


async def _page(
    request: Request, address: Address, form: Form | None = None, problem: Problem = "", status: int = 200
) -> Response:
    approval = await _approval(request, address)
    return views_of(request).approval(approval, address, datetime.now(UTC), form, problem, status)
