"""The bases of what is written in a procedure file: blocks, and values with a form of their own."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


class Block(BaseModel):
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


class Written:
    """A value that a file writes as text: ``parse`` reads it, ``str`` writes it again."""

    __slots__ = ()

    @classmethod
    def parse(cls, written: object) -> Self:
        """Read what a person wrote; ValueError says what to write instead."""
        raise NotImplementedError

    @classmethod
    def json_schema(cls) -> JsonSchemaValue:
        """How it is written, for editors."""
        raise NotImplementedError

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return cls.json_schema()
