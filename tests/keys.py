"""The keys that a procedure's files may have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from procedure.book.procedure import Procedure

# Set when the files are read, or a file of its own: no key of procedure.yaml.
NOT_WRITTEN = {"version", "clients"}


def models(kind: Any) -> Iterator[tuple[str, type[BaseModel]]]:
    """The models in a type, with what stands between key and model: nothing, or ".*" in a collection."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield "", kind
    for arg in get_args(kind):
        step = "" if type(None) in get_args(kind) else ".*"
        yield from ((step + inner, model) for inner, model in models(arg))


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every key that may be written in a model and the models in it, dotted."""
    for name, field in model.model_fields.items():
        if model is Procedure and name in NOT_WRITTEN:
            continue
        yield prefix + name
        for step, inner in models(field.annotation):
            yield from keys(inner, f"{prefix}{name}{step}.")
