"""What the documents say is what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from procedure.book import Client, Procedure

DOCS = Path(__file__).parents[1] / "docs"

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


def documented(part: str) -> set[str]:
    """The keys at the begin of the rows of a part's tables; any name in <> counts as any."""
    return {re.sub(r"<[a-z]+>", "*", key) for key in re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)}


@pytest.mark.parametrize(("model", "heading"), [(Procedure, "procedure.yaml"), (Client, "clients/<id>.yaml")])
def test_the_reference_names_every_key_and_no_other(model: type[BaseModel], heading: str) -> None:
    """Who adds a key to the procedure says in the reference what it does."""
    text = (DOCS / "procedure-file.md").read_text(encoding="utf-8")
    (part,) = (p for p in re.split(r"^## ", text, flags=re.MULTILINE) if p.startswith(f"`{heading}`"))
    expected = set(keys(model))
    assert expected - documented(part) == set(), "not in docs/procedure-file.md"
    assert documented(part) - expected == set(), "in docs/procedure-file.md, but no key"
