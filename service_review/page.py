"""The service review as one HTML page: for the screen, the phone and A4 paper, with nothing loaded from
outside."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, StrictUndefined, select_autoescape

from procedure.clocks.calendars import local
from runtime.templates import read_once
from service_review import charts
from service_review.review import ServiceReview, ordered, severities, told

FINDERS = ("monitoring", "staff", "user")
"""Who noticed something, as it is shown: monitoring first."""


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=read_once("service_review", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["of"] = lambda name, values: values.get(name, 0)
    return templates


def as_html(review: ServiceReview, msp: str, zone: str) -> str:
    """The whole page, in one file."""
    return _templates().get_template("service-review.html").render(_facts(review, msp, zone))


def as_text(review: ServiceReview, msp: str, zone: str) -> str:
    """The figures that matter in a few lines, for the mail that brings the page."""
    return _templates().get_template("service-review.txt").render(_facts(review, msp, zone))


def _facts(review: ServiceReview, msp: str, zone: str) -> dict[str, Any]:
    now, before = review.now, review.before
    return {
        "review": review,
        "now": now,
        "before": before,
        "msp": msp,
        "told": told,
        "drawn": local(review.drawn, review.month.begins(zone), zone),
        "solved_at": ordered(now.solved_at, review.names),
        "found_by": ordered(now.found_by, FINDERS),
        "found_by_before": ordered(before.found_by, FINDERS),
        "severities": severities(now.opened),
        "severities_before": severities(before.opened),
        "bars": charts.bars,
    }
