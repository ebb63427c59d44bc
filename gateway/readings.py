"""What monitoring systems measure of what fills up: verified, read, and given to Temporal before it is
acknowledged. A reading is one of a day: the same sent twice changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ValidationError

from gateway import payload
from gateway.helpdesk import COME_BACK, SIGNATURE, signs
from gateway.limits import WEBHOOK_BODY, Rate, TooLarge, body
from gateway.sources import DRIFT, CannotMap, WrongField
from procedure.book.prevention import Measured as Value
from procedure.book.procedure import Monitor, Procedure
from procedure.clocks.calendars import wall_time
from procedure.incoming import Key, told
from procedure.record import Refused
from runtime.secret_sources import secret_of
from runtime.tickets import Away
from workflows.messages.prevention import Measured

log = structlog.get_logger()
router = APIRouter(prefix="/readings")

AT_MOST = Rate(tries=20, seconds=1)
"""Readings of one client."""

LONGEST_WAIT = 10.0
"""Seconds that one waits for its turn at most."""


class Metered(BaseModel):
    """What a monitoring system sends: of which client's item, and since when, if not now."""

    client: Key
    item: Key
    value: Value
    at: AwareDatetime | None = None


@router.post("/{source}")
async def receive(request: Request, source: str) -> JSONResponse:
    """One reading of a monitoring system that signs its body."""
    book: Procedure = request.app.state.current()
    monitor = book.monitors.get(source)
    try:
        raw = await body(request, WEBHOOK_BODY)
        known = secret_of(monitor.secret) if monitor else ""
        if not signs(known, raw, request.headers.get(SIGNATURE, "")) or monitor is None:
            log.warning("reading refused", source=source if monitor else "unknown")
            return JSONResponse({"error": "not verified"}, status_code=401)
        plain = payload.unpacked(raw, request.headers.get("Content-Encoding", ""))
        sent = _read(payload.read(plain, request.headers.get("Content-Type", "")))
        measured = _measured(book, monitor, sent, datetime.now(UTC))
    except TooLarge:
        return JSONResponse({"error": f"the body is larger than {WEBHOOK_BODY} bytes"}, status_code=413)
    except CannotMap as error:
        return _not_understood(source, error)
    if not await AT_MOST.turn(sent.client, LONGEST_WAIT):
        log.warning("reading not taken", client=sent.client, reason="too many at once")
        return JSONResponse({"error": "too many at once: try again"}, status_code=503, headers=COME_BACK)
    try:
        await request.app.state.tickets.keep_up(sent.client, measured)
    except Away as error:
        log.error("reading not taken", client=sent.client, reason=str(error))
        return JSONResponse({"error": "try again"}, status_code=503, headers=COME_BACK)
    except Refused as refused:
        return _not_understood(source, CannotMap("body", str(refused)))
    return JSONResponse({"item": measured.item, "day": f"{measured.day}"}, status_code=202)


def _read(content: object) -> Metered:
    """Raises CannotMap with each field that is wrong."""
    try:
        return Metered.model_validate(content)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
        first, *others = (WrongField(".".join(map(str, one["loc"])) or "body", told(one)) for one in wrong)
        raise CannotMap(*first, *others) from None


def _measured(book: Procedure, monitor: Monitor, sent: Metered, now: datetime) -> Measured:
    """The reading, on the client's day; to a monitor there are no clients but its own."""
    clients = [ident for ident in book.clients if monitor.serves(ident)]
    if sent.client not in clients:
        known = ", ".join(clients)
        raise CannotMap("client", f"{sent.client!r} is no client of this monitor: write one of {known}")
    terms = book.clients[sent.client]
    items = [name for name, item in terms.prevention.items() if item.limit is not None]
    if sent.item not in items:
        others = f"write one of {', '.join(items)}" if items else "no item of this client has a limit"
        raise CannotMap("item", f"nothing is measured of {sent.item!r}: {others}")
    at = sent.at or now
    if at - now > DRIFT:
        raise CannotMap("at", "it lies in the future: write when it was measured")
    return Measured(item=sent.item, value=sent.value, day=wall_time(min(at, now), terms.time_zone).date())


def _not_understood(source: str, error: CannotMap) -> JSONResponse:
    log.warning("reading not understood", source=source, fields=[one.field for one in error.mistakes])
    errors = [{"field": one.field, "error": one.text} for one in error.mistakes]
    return JSONResponse({"errors": errors}, status_code=422)
