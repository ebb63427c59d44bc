"""A client's document as a page that prints well, or as Markdown: nothing in it is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Literal

from jinja2 import Environment, StrictUndefined, select_autoescape
from markupsafe import Markup

from procedure.book.procedure import Procedure
from procedure.document.content import ClientDocument
from procedure.proof.words import Worded
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


def proved(
    book: Procedure,
    today: date,
    until: date,
    theorems: Mapping[str, Sequence[Worded]],
    broken: Mapping[Worded, Sequence[str]],
    lists: Mapping[str, Sequence[str]],
) -> str:
    """What is true of every ticket, approval and complaint of the days ahead, as a file of its own.

    ``theorems`` are each client's, ``broken`` those that are promised and not kept, with their
    counter-examples; ``lists`` are what else was found, by its title.
    """
    template = _templates().get_template("proof.html")
    return template.render(book=book, today=today, until=until, theorems=theorems, broken=broken, lists=lists)


def body(document: ClientDocument) -> Markup:
    """What it says, for a page that has its own look."""
    drawn = Markup(picture(document.rungs))  # noqa: S704
    return Markup(_templates().get_template("body.html").render(document=document, picture=drawn))  # noqa: S704
