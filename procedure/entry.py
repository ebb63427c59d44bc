"""The base of everything that is written in a procedure file."""

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """One block of a procedure file: it never changes, and knows every key it may have.

    Attribute docstrings become the descriptions of the editor's JSON Schema and of
    the reference in ``docs/procedure-file.md``.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        str_strip_whitespace=True,
    )
