"""The helpdesk's webhooks: verified, sized, read, and given to Temporal before they are acknowledged.

What a complaint says is never logged, and never given to its ticket.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from gateway import payload
from gateway.limits import WEBHOOK_BODY, Rate, TooLarge, body
from gateway.sources import SOURCES, Arrival, CannotMap, Mapped
from procedure.book.procedure import Helpdesk, Procedure
from procedure.record import Refused
from runtime.secret_sources import secret_of
from runtime.tickets import Away, Tickets

log = structlog.get_logger()
router = APIRouter(prefix="/helpdesk")

SIGNATURE = "X-Rung-Signature"

COME_BACK = {"Retry-After": "10"}

AT_MOST = Rate(50, seconds=1)
"""How fast one ticket is told what its helpdesk says: a workflow that hears some hundreds of things a second
gets nothing else done, since Temporal takes its steps away from it while more comes in."""

LONGEST_WAIT = 10
"""Seconds that an event waits for its turn; what would wait longer is to be sent again."""


@router.post("/{source}")
async def signed(request: Request, source: str) -> JSONResponse:
    """An event of a helpdesk that signs its body."""
    return await _receive(request, source, "")


@router.post("/{source}/{secret}")
async def with_secret(request: Request, source: str, secret: str) -> JSONResponse:
    """An event of a helpdesk that can't sign: the secret is the last part of the URL."""
    return await _receive(request, source, secret)


async def _receive(request: Request, source: str, secret: str) -> JSONResponse:
    book: Procedure = request.app.state.current()
    try:
        raw = await body(request, WEBHOOK_BODY)
        helpdesk = book.helpdesks.get(source)
        if not verified(helpdesk, raw, request.headers.get(SIGNATURE, ""), secret):
            # The same words for an unknown helpdesk, a missing and a wrong secret.
            log.warning("webhook refused", source=source if helpdesk else "unknown")
            return _answer(401, error="not verified")
        assert helpdesk is not None  # noqa: S101 - verified() says so
        plain = payload.unpacked(raw, request.headers.get("Content-Encoding", ""))
        sent = payload.read(plain, request.headers.get("Content-Type", ""))
        mapped = SOURCES[helpdesk.kind](sent, Arrival(book, source, datetime.now(UTC)))
    except TooLarge:
        return _answer(413, error=f"the body is larger than {WEBHOOK_BODY} bytes")
    except CannotMap as error:
        return _not_understood(source, error)
    if mapped is None:
        return _answer(202, ignored="our own note")
    if not await AT_MOST.turn(mapped.opening.id, LONGEST_WAIT):
        log.warning("webhook not taken", ticket=mapped.opening.id, reason="too many at once")
        return JSONResponse({"error": "too many at once: try again"}, status_code=503, headers=COME_BACK)
    return await _give(request.app.state.tickets, source, _heard_here(book, mapped))


def _not_understood(source: str, error: CannotMap) -> JSONResponse:
    fields = [one.field for one in error.mistakes]
    log.warning("webhook not understood", source=source, fields=fields, reason=error.text)
    return _answer(422, errors=[{"field": one.field, "error": one.text} for one in error.mistakes])


def _heard_here(book: Procedure, mapped: Mapped) -> Mapped:
    """Without its complaint where nobody hears complaints: the ticket is not lost over that."""
    if mapped.complaint and book.complaints is None:
        log.warning("complaint not taken", ticket=mapped.opening.id, reason="nobody hears complaints here")
        return mapped._replace(complaint=None)
    return mapped


async def _give(tickets: Tickets, source: str, mapped: Mapped) -> JSONResponse:
    """Answered once Temporal has the event and the complaint: both are sent again, and count once."""
    try:
        taken = await tickets.receive(mapped.opening, mapped.event)
        if mapped.complaint and not await tickets.has_heard(mapped.complaint):
            await tickets.complain(mapped.complaint)
    except Away as error:
        log.error("webhook not taken", ticket=mapped.opening.id, reason=str(error))
        return JSONResponse({"error": "try again"}, status_code=503, headers=COME_BACK)
    except Refused as refused:
        return _not_understood(source, CannotMap("body", str(refused)))
    log.info("webhook taken", ticket=mapped.opening.id, delivery=mapped.event.delivery, new=taken)
    answer: dict[str, object] = {"ticket": mapped.opening.id}
    if not taken:
        answer["ignored"] = "the ticket is closed"
    if mapped.complaint:
        log.info("complaint taken", ticket=mapped.opening.id, complaint=mapped.complaint.number)
        answer["complaint"] = mapped.complaint.number
    if mapped.event.automatic:
        answer["automatic"] = mapped.event.automatic
    if mapped.unknown:
        log.warning("not in the procedure", ticket=mapped.opening.id, fields=mapped.unknown)
        answer["unknown"] = mapped.unknown
    if mapped.corrected:
        log.warning("corrected", ticket=mapped.opening.id, reason=mapped.corrected)
        answer["corrected"] = mapped.corrected
    return _answer(202, **answer)


def verified(helpdesk: Helpdesk | None, raw: bytes, signature: str, secret: str) -> bool:
    """Whether the body comes from the helpdesk; takes the same time whatever is wrong with it."""
    known = secret_of(helpdesk.secret) if helpdesk else ""
    if helpdesk is not None and helpdesk.verified_by == "path":
        return hmac.compare_digest(known.encode(), secret.encode()) and bool(known)
    return signs(known, raw, signature) and not secret


def signs(known: str, raw: bytes, signature: str) -> bool:
    """Whether a body is signed with a secret (empty: there is none)."""
    expected = "sha256=" + hmac.new(known.encode(), raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode()) and bool(known)


def _answer(status: int, **content: object) -> JSONResponse:
    return JSONResponse(content, status_code=status)
