"""How long what comes in from outside may be: one table, which webhooks, pages and the command line share.

What is only to be read is cut, with a mark. What decides something is refused: half a name may be another
one's, and who has typed it can shorten it. Whatever is read here loses what nobody sees, and what turns the
words of others around.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, ErrorDetails, core_schema

from procedure.wording import CUT, legible

LONGEST_TEXT = 4000
"""Characters of what somebody writes."""

LONGEST_LINE = 200
"""Characters of a title, a name, or a term of the procedure's."""

LONGEST_NUMBER = 64
"""Characters of a ticket's number: ids are made of it."""

LONGEST_WHAT = 2000
LONGEST_USERS = 100
"""Characters of two answers at the emergency door: what is down, and how many people it affects."""

MOST_CONDITIONS = 50
MOST_PEOPLE = 50
"""Conditions, or people, that are named at once."""

MOST_USERS = 10_000_000
"""People who are affected."""

OLDEST = timedelta(days=7)
"""How old an event of a helpdesk may be: Temporal has to keep what has ended for longer, so that what is sent
again opens nothing a second time."""

MOST_TURNS = 1_000_000_000
"""The number of a visit, a promise or a follow-up."""


@dataclass(frozen=True)
class Bound:
    """A text of so many characters at most: one line, unless it may have ``lines``.

    ``cut`` says that it is only to be read, ``needed`` that there must be something in it. A number counts as
    its digits.
    """

    longest: int
    lines: bool = False
    cut: bool = False
    needed: bool = False

    def read(self, sent: object) -> str:
        """What is left of it. ValueError says what is wrong with it."""
        if isinstance(sent, bool) or not isinstance(sent, str | int | float):
            raise ValueError("write a text")
        if isinstance(sent, float) and sent.is_integer():
            # Some programs know no other numbers than 4711.0.
            sent = int(sent)
        text = legible(str(sent))
        if not self.lines:
            text = " ".join(text.split())
        if self.needed and not text:
            raise ValueError("is empty")
        if len(text) <= self.longest:
            return text
        if not self.cut:
            raise ValueError(f"is too long: {self.longest} characters at most")
        return text[: self.longest - len(CUT)].rstrip() + CUT

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))


# Of what stands in an id of a mail, too (RFC 5322, dot-atom): no dot beside another one, nor at the end.
_NUMBER = re.compile(r"[A-Za-z0-9#][A-Za-z0-9#/_-]*(?:\.[A-Za-z0-9#/_-]+)*")


def _must_be_number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise ValueError("write letters, digits and # / _ - with single dots between them, no blanks")
    return text


def _must_be_counted(sent: object) -> object:
    if isinstance(sent, bool):
        raise ValueError("write a whole number, such as 12")
    return sent


# What is only to be read.

Title = Annotated[str, Bound(LONGEST_LINE, cut=True, needed=True)]
Line = Annotated[str, Bound(LONGEST_LINE, cut=True)]
Passage = Annotated[str, Bound(LONGEST_TEXT, lines=True, cut=True)]

# What decides something, or is somebody's own word.

Number = Annotated[str, Bound(LONGEST_NUMBER, needed=True), AfterValidator(_must_be_number)]
Key = Annotated[str, Bound(LONGEST_LINE, needed=True)]
Term = Annotated[str, Bound(LONGEST_LINE)]
Words = Annotated[str, Bound(LONGEST_TEXT, lines=True)]
Conditions = Annotated[tuple[Term, ...], Field(max_length=MOST_CONDITIONS)]
People = Annotated[tuple[Key, ...], Field(max_length=MOST_PEOPLE)]
Users = Annotated[int, BeforeValidator(_must_be_counted), Field(ge=0, le=MOST_USERS)]
Turn = Annotated[int, Field(ge=0, le=MOST_TURNS)]


_WRITE = {
    "int": "write a whole number, such as 12",
    "finite": "write a number",
    "float": "write a number, such as 0.5",
    "bool": "write true or false",
    "date": "write a time with its offset, such as 2026-12-24T18:00Z",
    "timezone": "write its offset too, such as 2026-12-24T18:00Z or 2026-12-24T18:00+01:00",
    "tuple": "write a list",
    "model": "write an object with its fields",
    "dict": "write an object",
    "string": "write a text",
}
"""What to write, by how pydantic calls what is wrong."""


def told(error: ErrorDetails) -> str:
    """What is wrong with something that came in, in our words, and what to write instead."""
    what, about = error["type"], error.get("ctx", {})
    match what:
        case "value_error":
            return str(about["error"])
        case "missing":
            return "is missing"
        case "literal_error":
            return f"write one of {about['expected']}"
        case "too_long":
            return f"{about['max_length']} at most"
        case "greater_than_equal":
            return f"write {about['ge']} or more"
        case "less_than_equal":
            return f"write {about['le']} or less"
    return next((text for begin, text in _WRITE.items() if what.startswith(begin)), "can't be read")
