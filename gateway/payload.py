"""What the bytes of a webhook say: unpacked, as text, as JSON. What can't be read is refused by its place."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping

from gateway.limits import WEBHOOK_BODY, TooLarge
from gateway.sources import CannotMap

_ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "us-ascii": "utf-8-sig",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
}
"""What a Content-Type may name. Not all that Python knows: some of it is code, or packed."""

_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)

_GZIP = zlib.MAX_WBITS | 16

_HALF = re.compile(r"[\ud800-\udfff]")


def unpacked(raw: bytes, encoding: str) -> bytes:
    """The body as it was before it was packed. Raises CannotMap, and TooLarge for one that swells."""
    match encoding.strip().casefold():
        case "" | "identity":
            return raw
        case "gzip" | "x-gzip":
            return _from_gzip(raw)
    raise CannotMap("Content-Encoding", "can't be unpacked here: send gzip, or the body as it is")


def _from_gzip(raw: bytes) -> bytes:
    unpacking = zlib.decompressobj(_GZIP)
    try:
        plain = unpacking.decompress(raw, WEBHOOK_BODY + 1)
    except zlib.error:
        raise CannotMap("body", "is not packed with gzip, as its Content-Encoding says") from None
    if len(plain) > WEBHOOK_BODY:
        raise TooLarge
    if not unpacking.eof or unpacking.unused_data:
        raise CannotMap("body", "is not one whole gzip stream: it was cut, or something follows it")
    return plain


def read(plain: bytes, content_type: str) -> object:
    """What a body says, in the encoding that its sender names, or the one that JSON shows by itself.

    Line ends within a text are taken as they stand there. Raises CannotMap with line and column.
    """
    encoding = _encoding(plain, content_type)
    try:
        return _whole(json.loads(plain.decode(encoding), strict=False))
    except UnicodeDecodeError as error:
        text = f"is no {encoding.removesuffix('-sig')} from byte {error.start + 1} on"
        raise CannotMap("body", f"{text}: send UTF-8, or name its charset in Content-Type") from None
    except json.JSONDecodeError as error:
        raise CannotMap("body", f"is no JSON from line {error.lineno}, column {error.colno} on") from None
    except RecursionError:
        raise CannotMap("body", "is nested too deep") from None
    except ValueError:
        raise CannotMap("body", "has a number of too many digits") from None


def _encoding(plain: bytes, content_type: str) -> str:
    named = _CHARSET.search(content_type)
    if not named:
        return json.detect_encoding(plain)
    if encoding := _ENCODINGS.get(named[1].casefold()):
        return encoding
    known = ", ".join(_ENCODINGS)
    raise CannotMap("Content-Type", f"its charset is not known here: write one of {known}")


def _whole(value: object) -> object:
    """The same without halves of characters, which no encoding can write: also where no field reads them."""
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, Mapping):
        return {_whole(name): _whole(one) for name, one in value.items()}
    return value
