"""What all pages behind the links in mails have in common. A GET never does anything; a POST says one thing,
and leads back to the page, which shows what stands then.

Mail scanners open links, run scripts and press buttons: so there is one neutral link a mail, the choices on
the page are not selected, and they are required.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import ClassVar, Generic, TypeVar

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from gateway.guards import Instead, Linked, address_of, book_of, form_of, in_words, stands, views_of
from gateway.views import NOTHING, Form, Problem, Showing, Views
from procedure.book.procedure import Procedure
from procedure.record import Refused
from runtime.links import PAGES, Address, Purpose
from runtime.tickets import Away, NoSuchTicket, NotYet, Tickets

log = structlog.get_logger()

One = TypeVar("One")

NOT_CHOSEN = "Choose what you want to do."

NOT_TAKEN = (
    "We can't reach the {about} at the moment: what you sent may not have arrived. "
    "It is still below; send it again in a minute. Whatever arrives twice counts once."
)


class Page(Generic[Linked]):
    """The page behind links of one purpose: what it shows, and what can be said on it.

    ``about`` is what its links lead to, ``gone`` the page for one that is not kept any more. Of what is
    ``confidential`` nothing is logged, and what may not have arrived is shown again with what was typed.
    """

    purpose: Purpose
    about: str
    gone: str
    confidential: ClassVar[bool] = False
    path: ClassVar[str] = "/{token}"

    def router(self) -> APIRouter:
        """Where it is served."""
        router = APIRouter(prefix=PAGES[self.purpose])
        router.add_api_route(self.path, self.show, methods=["GET", "HEAD"])
        router.add_api_route(self.path, self.decide, methods=["POST"])
        return router

    async def show(self, request: Request, token: str) -> Response:
        """What the page's person needs to know, as it stands now."""
        address = address_of(request, self.purpose, token)
        return await self.page(request, await self.read(request, address), address)

    async def decide(self, request: Request, token: str) -> Response:
        """Say what the person chose, and lead to the page, which shows what stands."""
        address = address_of(request, self.purpose, token)
        form, about = await form_of(request, address), {self.about: address.ticket, "person": address.person}
        # For whom the link does not count any more says nothing either.
        before = await self.read(request, address)
        try:
            await self.say(request, before, address, form)
        except ValidationError as error:
            return await self.again(request, address, form, Refused(in_words(error)))
        except Refused as refused:
            return await self.again(request, address, form, refused)
        except Away as away:
            return await self.unheard(request, before, address, form, away)
        except NoSuchTicket:
            # It has ended just now: the page shows how.
            log.info("nothing left to decide", **about)
        else:
            log.info("decided", **about)
        return RedirectResponse(await self.after(request, address, form), status_code=303)

    async def again(
        self, request: Request, address: Address, form: Form, problem: Problem, status: int = 409
    ) -> Response:
        """The page as it stands by now, with what was filled in; for who may still read it."""
        return await self.page(request, await self.read(request, address), address, form, problem, status)

    async def unheard(
        self, request: Request, before: Linked, address: Address, form: Form, away: Away
    ) -> Response:
        """The page for what may not have arrived."""
        # Nothing in its words where it is confidential: what a worker could not read may be quoted in them.
        why = type(away).__name__ if self.confidential else str(away)
        log.error("not decided", reason=why, person=address.person, **{self.about: address.ticket})
        if not self.confidential:
            return views_of(request).plain("away", status=503)
        return await self.page(request, before, address, form, NOT_TAKEN.format(about=self.about), status=503)

    async def after(self, request: Request, address: Address, form: Form) -> str:
        """The page that shows what stands then."""
        return request.url.path

    async def read(self, request: Request, address: Address) -> Linked:
        """How it stands, for whom the link still counts. Raises Instead."""

        async def look(ident: str) -> Linked:
            try:
                return await self.look_up(tickets_of(request), ident)
            except NotYet:
                if not self.confidential:
                    raise
                raise Instead(views_of(request).just_raised()) from None

        away = "not-now" if self.confidential else "away"
        found = await stands(request, address, look, gone=self.gone, away=away)
        if not self.shows(book_of(request), found, address.person):
            log.info("not for them", person=address.person, **{self.about: address.ticket})
            raise Instead(views_of(request).plain("not-yours", status=410))
        return found

    async def page(
        self,
        request: Request,
        found: Linked,
        address: Address,
        form: Form = NOTHING,
        problem: Problem = "",
        status: int = 200,
    ) -> Response:
        """The page as HTML."""
        shown = Showing(address, datetime.now(UTC), form, problem, status)
        return await self.render(views_of(request), tickets_of(request), found, shown)

    # What each page says of itself ---------------------------------------------------------

    async def look_up(self, tickets: Tickets, ident: str) -> Linked:
        """How it stands. Raises NoSuchTicket and Away."""
        raise NotImplementedError

    def shows(self, book: Procedure, found: Linked, person: str) -> bool:
        """Whether it is shown to somebody for whom the link counts."""
        return True

    async def render(self, views: Views, tickets: Tickets, found: Linked, shown: Showing) -> Response:
        """What a view makes of it."""
        raise NotImplementedError

    async def say(self, request: Request, before: Linked, address: Address, form: Form) -> None:
        """Tell the workflow what was chosen; ``before`` is how it stood.

        Raises Refused, ValidationError, NoSuchTicket, Away and Instead.
        """
        raise NotImplementedError


def tickets_of(request: Request) -> Tickets:
    """The door to the workflows."""
    tickets: Tickets = request.app.state.tickets
    return tickets


def key_of(form: Form) -> str:
    """What makes a form that is sent twice one decision."""
    return f"page-{form.get('version', '')}"


async def those_seen(look: Callable[[str], Awaitable[One]], idents: Iterable[str]) -> list[One]:
    """What can be seen now of several: the page shows the rest."""

    async def one(ident: str) -> One | None:
        try:
            return await look(ident)
        except (NoSuchTicket, Away) as why:
            log.warning("not shown", ident=ident, reason=str(why))
            return None

    return [found for found in await asyncio.gather(*map(one, idents)) if found is not None]
