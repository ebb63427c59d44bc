"""What somebody says to a workflow as --with FIELD=VALUE. Failure says what it needs instead."""

from __future__ import annotations

from typing import Any, TypeVar, get_origin

from pydantic import ValidationError

from commands import typed
from commands.session import Failure
from procedure.incoming import told
from workflows.messages import Message

VIA = "the command line"
"""What the record says that it came through."""

Sent = TypeVar("Sent", bound=Message)

_ALWAYS = {"by", "visit", "via"}


def message(kind: type[Sent], what: str, by: str, content: tuple[str, ...]) -> Sent:
    """The message that was typed; what may have several values may be repeated."""
    typed.must_be_text(by=by)
    fields: dict[str, Any] = {}
    for part in content:
        name, equals, value = part.partition("=")
        if not equals:
            raise Failure(f"{part!r}: write FIELD=VALUE, such as --with note='restarted it'")
        if name not in kind.model_fields:
            known = sorted(set(kind.model_fields) - _ALWAYS)
            raise Failure(f"{what} has no {name!r}: {', '.join(known) or 'it needs nothing else'}")
        typed.must_be_text(**{f"with {name}": value})
        several = get_origin(kind.model_fields[name].annotation) is tuple
        fields[name] = (*fields.get(name, ()), value) if several else value
    try:
        return kind.model_validate({"by": by, "via": VIA, **fields})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        missing = [f"--with {e['loc'][0]}=... ({told(e)})" for e in wrong]
        raise Failure(f"{what} needs {'; '.join(missing)}") from None
