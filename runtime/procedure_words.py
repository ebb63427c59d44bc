"""What pydantic finds wrong with a procedure, in plain words; and how it might have been meant.

``explain`` says what to write instead. ``repaired`` puts something well-formed in the place
of every wrong part, so that the rest of the procedure can still be checked as a whole.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from procedure.book.procedure import Procedure
from procedure.book.rota import HandoverTime
from procedure.book.severity import SEVERITIES
from procedure.clocks.durations import HOW_TO_WRITE, Duration
from procedure.clocks.hours import HOW_TO_WRITE_WINDOWS, Hours, Windows
from runtime.yaml_lines import STAND_IN, Keys

NOT_WRITTEN = ("clients", "version")
"""The parts of a Procedure that are no keys of procedure.yaml."""

_LONGEST = timedelta(days=366)
_WRITE: dict[object, str] = {
    Duration: HOW_TO_WRITE,
    Windows: HOW_TO_WRITE_WINDOWS,
    HandoverTime: 'write a day and a time, such as "Monday 09:00"',
    date: "write a date such as 2026-12-24",
    datetime: "write a date and a time such as 2026-12-24 18:00",
    int: "write a whole number, such as 5",
    float: "write a number, such as 0.5",
    bool: "write true or false",
    str: "write a text",
    tuple: "write a list, each line with a dash: - ...",
    dict: "write its keys on the lines below, indented",
}
_WRITE_KEY = {
    "mail": 'write an address such as "ana@northwind.example"',
    "time_zone": "write a name such as Europe/London",
    "clients": 'write "all", or a list of ids of clients, such as [harbor]',
    "otherwise": f"write one of {', '.join(SEVERITIES)}, or rules as a system has them",
    "currency": "write its three capital letters, such as GBP",
}
_NO_SUCH_KEY = "there is no such key: name the place of the secret, env: NAME or file: PATH"
_NOUN: dict[object, str] = {
    Duration: "a length of time",
    Windows: "a time of work",
    HandoverTime: "a day and a time",
    date: "a date",
    datetime: "a date and a time",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    tuple: "a list",
    dict: "a block of keys",
    Literal: "known here",
}
_STAND_INS: dict[object, object] = {
    Duration: "1 hour",
    Windows: "09:00-17:00",
    Hours: {"weekdays": "09:00-17:00"},
    HandoverTime: "Monday 09:00",
    date: "2001-01-01",
    datetime: "2001-01-01 00:00",
    int: 10,
    float: 1.0,
    bool: False,
}


def place(error: ErrorDetails) -> Keys:
    """The place an error is about."""
    return tuple(key for key in error["loc"] if key != "[key]")


def explain(error: ErrorDetails) -> str:
    """An error in plain words, with what to write instead."""
    keys, value, what = place(error), error["input"], error["type"]
    kind = _kind_at(keys)
    if what == "missing":
        return f"is missing: {_write(keys, kind)}"
    if what == "extra_forbidden":
        return unknown_key(keys) if not _is_secret(keys) or str(keys[-1]).isidentifier() else _NO_SUCH_KEY
    if "[key]" in error["loc"]:
        known = get_args(_kind_at(keys[:-1]))[0]
        if _shape(known) is Literal:
            return f"{keys[-1]!r} is not known here: {_write((), known)}"
        if known is date:
            return f"{keys[-1]!r} is not a date: {_WRITE[date]}"
        return f"{keys[-1]!r} can't be a name: write it with plain letters and digits"
    if value is None:
        return f"has no value: {_write(keys, kind)}"
    if what == "too_short":
        return f"is empty: name at least one; {_write(keys, kind)}"
    if what == "greater_than_equal":
        return f"{value} is too small: write {error['ctx']['ge']} or more"
    if what == "less_than_equal":
        return f"{value} is too big: write {error['ctx']['le']} or less"
    if what == "value_error" and not _is_unreadable(keys, value):
        return str(error["ctx"]["error"]).replace(repr(value), _shown(value))
    shown = "this" if _is_secret(keys) else _shown(value)
    if what == "string_pattern_mismatch":
        return f"{shown} can't be meant: {_write(keys, kind)}"
    return f"{shown} is not {_NOUN.get(_shape(kind), 'right here')}: {_write(keys, kind)}"


def _is_secret(keys: Keys) -> bool:
    """Where a secret may have been written by mistake: it is never said again."""
    return any(key in ("channels", "secret", "secret_url", "calendar") for key in keys)


def _is_unreadable(keys: Keys, value: object) -> bool:
    """A block or a list where a text belongs: what the text's own reader says of it helps nobody."""
    return isinstance(value, dict | list) and _shape(_kind_at(keys)) not in (dict, tuple, Windows)


def unknown_key(keys: Keys) -> str:
    """What to say of a key that nothing knows."""
    meant = suggestion(keys)
    if meant:
        return f"there is no key {keys[-1]!r}: did you mean {meant!r}?"
    return f"there is no key {_shown(keys[-1])}: write one of {', '.join(_known(keys))}"


def suggestion(keys: Keys) -> str:
    """The known key that is nearest to an unknown one; empty when none is near."""
    return next(iter(difflib.get_close_matches(str(keys[-1]), _known(keys), n=1)), "")


def endless(value: object, keys: Keys = ()) -> Iterator[tuple[Keys, str]]:
    """The lengths of time beyond a year: nobody means them, and no calendar can count them."""
    children: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    elif isinstance(value, str) and _kind_at(keys) is Duration and _is_endless(value):
        yield keys, f"{_shown(value)} is too long: write at most {_LONGEST.days} days"
    for key, child in children:
        yield from endless(child, (*keys, key))


def _is_endless(text: str) -> bool:
    try:
        length = Duration.parse(text)
    except OverflowError:
        return True
    except ValueError:
        return False
    return length.exact > _LONGEST or length.business_days > _LONGEST.days


def repaired(data: dict[str, Any], errors: Iterable[ErrorDetails]) -> dict[str, Any]:
    """The same data with something well-formed in the place of each error."""
    data = copy.deepcopy(data)
    for error in errors:
        unwanted = error["type"] == "extra_forbidden" or "[key]" in error["loc"]
        put(data, place(error), unwanted=unwanted)
    return data


def put(data: dict[str, Any], keys: Keys, unwanted: bool = False) -> None:
    """Put a stand-in at a place, or take away what stands there."""
    block: Any = data
    for key in keys[:-1]:
        known = isinstance(key, int) and key < len(block) if isinstance(block, list) else key in block
        block = block[key] if known else None
        if not isinstance(block, dict | list):
            return
    if unwanted and isinstance(block, dict):
        block.pop(keys[-1], None)
    elif isinstance(block, dict) or (isinstance(keys[-1], int) and keys[-1] < len(block)):
        block[keys[-1]] = _stand_in(_kind_at(keys))


def _stand_in(kind: Any) -> Any:
    if kind in _STAND_INS:
        return copy.deepcopy(_STAND_INS[kind])
    if _is_model(kind):
        return {
            name: _stand_in(_bare(field.annotation))
            for name, field in kind.model_fields.items()
            if field.is_required()
        }
    shape, args = _shape(kind), get_args(kind)
    if shape is dict:
        return {_stand_in(args[0]): _stand_in(_bare(args[1]))}
    if shape is tuple:
        return [_stand_in(_bare(args[0]))]
    return args[0] if shape is Literal else STAND_IN


def _write(keys: Keys, kind: Any) -> str:
    if keys and keys[-1] in _WRITE_KEY:
        return _WRITE_KEY[str(keys[-1])]
    if _shape(kind) is Literal:
        return f"write one of {', '.join(get_args(kind))}"
    if _is_model(kind):
        required = [name for name, field in kind.model_fields.items() if field.is_required()]
        return f"write its keys on the lines below, indented: {', '.join(required or kind.model_fields)}"
    return _WRITE.get(_shape(kind), _WRITE[str])


def _known(keys: Keys) -> list[str]:
    """The keys that may stand beside these."""
    kind = _kind_at(keys[:-1])
    known = list(kind.model_fields) if _is_model(kind) else []
    return [name for name in known if kind is not Procedure or name not in NOT_WRITTEN]


def _kind_at(keys: Keys) -> Any:
    """The type a place of a Procedure has; None where it has no such place."""
    kind: Any = Procedure
    for key in keys:
        if _is_model(kind):
            field = kind.model_fields.get(str(key))
            kind = _bare(field.annotation) if field else None
        else:
            kind = _bare(get_args(kind)[-1 if get_origin(kind) is dict else 0]) if get_args(kind) else None
    return kind


def _bare(kind: Any) -> Any:
    """A type without its "or nothing" and what else is said of it."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return _bare(next(arg for arg in get_args(kind) if arg is not type(None)))
    return kind


def _shape(kind: Any) -> object:
    return dict if _is_model(kind) else get_origin(kind) or kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a block of keys"
    if isinstance(value, list):
        return "a list"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:56]}...{text[0]}"
