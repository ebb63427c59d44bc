"""The page of an approval: the question, all that is needed to decide it, and then who decided what.

A yes to what costs money or risks data needs the code from the mail.
"""

from __future__ import annotations

import structlog
from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from gateway.approval.views import code_address
from gateway.guards import Instead, too_often
from gateway.limits import Rate
from gateway.pages import NOT_CHOSEN, Page, key_of, tickets_of
from gateway.views import Form, Showing, Views
from procedure.approval.state import Approval
from procedure.record import LINK, LINK_AND_CODE, Refused
from runtime.links import Address, Links, Purpose
from runtime.tickets import Away, Tickets
from workflows.messages.approval import Contest, Decide, ObjectTo, Opinion, Withdraw

log = structlog.get_logger()

CODES_AN_HOUR = 10
"""How often a code may be typed through one link: of 887 million one is right."""

WRONG_CODE = "That code is not the one in the mail that asked you. Look it up there, and type it again."
CODES_TOO_OFTEN = "A code was typed too often: wait ten minutes before the next try. A no needs none."


class ApprovalPage(Page[Approval]):
    """The question as it stands."""

    purpose: Purpose = "approval"
    about = "approval"
    gone = "no-approval"

    async def look_up(self, tickets: Tickets, ident: str) -> Approval:
        return await tickets.approval(ident)

    async def render(self, views: Views, tickets: Tickets, found: Approval, shown: Showing) -> Response:
        return views.approval(found, shown)

    async def say(self, request: Request, before: Approval, address: Address, form: Form) -> None:
        tickets, key = tickets_of(request), key_of(form)
        said = await self._opinion(request, address, form)
        if isinstance(said, Contest | ObjectTo):
            await tickets.speak_up(address.ticket, said, key)
        else:
            name = "withdraw" if isinstance(said, Withdraw) else "decide"
            await tickets.say(address.ticket, name, said, key)

    async def unheard(
        self, request: Request, before: Approval, address: Address, form: Form, away: Away
    ) -> Response:
        # An answer that was on its way when somebody else's word ended it is lost with the workflow.
        if (await self.read(request, address)).over:
            return RedirectResponse(request.url.path, status_code=303)
        return await super().unheard(request, before, address, form, away)

    async def _opinion(self, request: Request, address: Address, form: Form) -> Opinion:
        """What somebody chose, as the approval hears it."""
        by, via, reason = address.person, LINK, form.get("reason", "")
        match form.get("choice", ""):
            case "yes":
                code = await self._typed_code(request, address, form)
                return Decide(
                    by=by,
                    yes=True,
                    visit=address.visit,
                    code=code,
                    reason=reason,
                    conditions=form.get("conditions", ""),
                    via=LINK_AND_CODE if code else via,
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
        raise Refused(NOT_CHOSEN)

    async def _typed_code(self, request: Request, address: Address, form: Form) -> bool:
        """Whether the code of the reader's mail was typed; whether one is needed, the approval knows.

        Raises Refused for another code, and Instead after too many tries: whoever it is may be guessing.
        """
        typed = form.get("code", "")
        if not typed:
            return False
        tried: Rate = request.app.state.codes
        mailed = await self._mailed(request, address)
        # Right ones count, too: else somebody who guesses would hear of it when one is right.
        if not tried.allows(mailed or address):
            log.warning("codes typed too often", approval=address.ticket, person=address.person)
            page = await self.again(request, address, form, CODES_TOO_OFTEN, status=429)
            raise Instead(too_often(page, seconds=600))
        links: Links = request.app.state.links
        if mailed is None or not links.is_code(mailed, typed):
            log.warning("wrong code", approval=address.ticket, person=address.person)
            raise Refused(WRONG_CODE)
        return True

    async def _mailed(self, request: Request, address: Address) -> Address | None:
        """The link in the mail with the code: the reader's own, or that of the last mail to them."""
        if address.visit:
            return address
        return code_address(await self.read(request, address), address)
