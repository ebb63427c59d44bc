"""A client's document as a page that prints well, or as Markdown: nothing in it is loaded from elsewhere."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

from jinja2 import Environment, StrictUndefined, select_autoescape
from markupsafe import Markup

from procedure.document.content import ClientDocument
from procedure.wording import as_markdown
from runtime.document.picture import picture
from runtime.templates import read_once

Format = Literal["html", "md"]


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=read_once("runtime.document", "templates"),
        autoescape=select_autoescape(("html", "css")),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["markdown"] = as_markdown
    templates.filters["marked_lines"] = lambda text: "<br>".join(map(as_markdown, text.splitlines()))
    templates.filters["lines"] = lambda text: Markup("<br>").join(text.splitlines())
    return templates


def rendered(document: ClientDocument, form: Format, made_on: date) -> str:
    """The whole document as a file of its own."""
    template = _templates().get_template(f"document.{form}")
    drawn = picture(document.rungs) if form == "html" else ""
    return template.render(document=document, made_on=made_on, picture=Markup(drawn))  # noqa: S704


def body(document: ClientDocument) -> Markup:
    """What it says, for a page that has its own look."""
    drawn = Markup(picture(document.rungs))  # noqa: S704
    return Markup(_templates().get_template("body.html").render(document=document, picture=drawn))  # noqa: S704
