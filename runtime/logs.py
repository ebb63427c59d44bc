"""Logs: one line an event, rendered by structlog, never with a token or an address in it."""

from __future__ import annotations

import logging
import re
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor
from temporalio import activity, workflow

from runtime.links import PAGES

_SLASH = "(?:/|%(?:25)*2F)"
"""As it stands in a link, or as a mail program's own link has it of ours."""

_PAGES = "|".join(re.escape(page).replace("/", _SLASH) for page in PAGES.values())
_HELPDESK = rf"{_SLASH}helpdesk{_SLASH}[^/%\s\"]+"
_TOKEN = re.compile(rf"({_PAGES}|{_HELPDESK})({_SLASH})[^\s\"?]+", re.IGNORECASE)


def set_up(log_format: Literal["json", "text"]) -> None:
    """Send the whole process's logs to standard error in one format."""
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        flatten_temporal,
        structlog.processors.format_exc_info,
        # The last: what an exception says is a part of the line by now.
        without_tokens,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    # These name every request with its whole path; the gateway writes its own line.
    for noisy in ("uvicorn.access", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def flatten_temporal(logger: object, name: str, event: EventDict) -> EventDict:
    """Lift what Temporal knows about the workflow or activity into fields of their own."""
    for key in ("temporal_workflow", "temporal_activity"):
        for field, value in (event.pop(key, None) or {}).items():
            if field in ("workflow_id", "run_id", "activity_type", "attempt", "update_id"):
                event[f"temporal.{field}"] = value
    return event


def without_tokens(logger: object, name: str, event: EventDict) -> EventDict:
    """Cut the secret part out of every path, wherever it stands."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = _cut(value)
    return event


def _cut(value: object) -> object:
    """A value as it may stand in a log; of what is no text, list or number it is what it says of itself."""
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {_cut(key): _cut(one) for key, one in value.items()}
        case list() | tuple() | set():
            return [_cut(one) for one in value]
    return _TOKEN.sub(r"\1\2[cut]", str(value))
