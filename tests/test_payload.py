"""The bytes of a webhook: packed, in any encoding, with line ends in a text; refused by their place."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.limits import WEBHOOK_BODY, TooLarge
from gateway.payload import read, unpacked
from gateway.sources import CannotMap
from tests.tables import every

JSON = "application/json"
BODY = {"title": "Ærø: l’été"}


@every(
    "body, content_type",
    {
        "as it mostly is": (json.dumps(BODY).encode(), JSON),
        "with letters": (json.dumps(BODY, ensure_ascii=False).encode(), f"{JSON}; charset=utf-8"),
        "with a mark of order": (b"\xef\xbb\xbf" + json.dumps(BODY).encode(), f'{JSON}; charset="UTF-8"'),
        "UTF-16, as JSON shows": (json.dumps(BODY).encode("utf-16"), JSON),
        "named UTF-16": (json.dumps(BODY).encode("utf-16"), f"{JSON}; charset=UTF-16"),
        "Windows": (json.dumps(BODY, ensure_ascii=False).encode("cp1252"), f"{JSON};charset=windows-1252"),
        "without a type": (json.dumps(BODY).encode(), ""),
    },
)
def test_a_body_is_read_in_its_senders_encoding(body: bytes, content_type: str) -> None:
    assert read(body, content_type) == BODY


def test_latin_1_is_read_where_its_charset_is_named() -> None:
    body = '{"title": "l\'été"}'.encode("latin-1")
    assert read(body, f"{JSON}; charset=ISO-8859-1") == {"title": "l'été"}
    with pytest.raises(CannotMap, match="from byte 14 on: send UTF-8, or name its charset"):
        read(body, JSON)


def test_line_ends_and_control_characters_within_a_text_are_read() -> None:
    """A template puts two paragraphs into the JSON as they are."""
    assert read(b'{"description": "<p>1</p>\n<p>2</p>\t"}', JSON) == {"description": "<p>1</p>\n<p>2</p>\t"}


def test_half_a_character_is_read_as_one_that_is_missing() -> None:
    """Also in the names of fields."""
    assert read(rb'{"a\ud800": ["\udc00", {"b": "\ud83d\ude00"}]}', JSON) == {
        "a\ufffd": ["\ufffd", {"b": "\U0001f600"}]
    }


@every(
    "body, content_type, field, words",
    {
        "no JSON": (b'{"a": 1,\n "b": oops}', JSON, "body", "line 2, column 7"),
        "nothing": (b"", JSON, "body", "line 1, column 1"),
        "cut off": (b'{"a": "b', JSON, "body", "line 1, column 7"),
        "a form": (b"a=1&b=2", "application/x-www-form-urlencoded", "body", "is no JSON"),
        "very deep": (b"[" * 100_000, JSON, "body", "nested too deep"),
        "deep, and well": (b"[" * 5000 + b"]" * 5000, JSON, "body", "nested too deep"),
        "very many digits": (b"1" * 5000, JSON, "body", "too many digits"),
        "no such charset": (b"{}", f"{JSON}; charset=klingon", "Content-Type", "write one of utf-8"),
        "what packs": (b"{}", f"{JSON}; charset=zlib", "Content-Type", "write one of utf-8"),
        "what runs": (b"{}", f"{JSON}; charset=unicode_escape", "Content-Type", "write one of utf-8"),
        "other than named": (b'"\xe9"', f"{JSON}; charset=utf-8", "body", "is no utf-8 from byte 2 on"),
    },
)
def test_what_can_not_be_read_is_refused_by_its_place(
    body: bytes, content_type: str, field: str, words: str
) -> None:
    with pytest.raises(CannotMap) as refused:
        read(body, content_type)
    assert refused.value.field == field
    assert words in refused.value.text


@given(st.binary(), st.sampled_from([JSON, f"{JSON}; charset=utf-16", f"{JSON}; charset=latin1"]))
@example(b'{"a": NaN}', JSON)
@example(b"1e999", JSON)
def test_whatever_comes_is_read_or_refused(body: bytes, content_type: str) -> None:
    try:
        read(body, content_type)
    except CannotMap as refused:
        assert refused.text


# Packed -----------------------------------------------------------------------------------------


@every("encoding", ["gzip", "x-gzip", " GZIP "])
def test_what_is_packed_is_unpacked(encoding: str) -> None:
    assert unpacked(gzip.compress(b"{}"), encoding) == b"{}"


@every("encoding", ["", "identity"])
def test_what_is_not_packed_stays(encoding: str) -> None:
    assert unpacked(b"{}", encoding) == b"{}"


def test_what_swells_is_too_large_before_it_is_in_memory() -> None:
    whole = gzip.compress(b" " * WEBHOOK_BODY)
    assert len(unpacked(whole, "gzip")) == WEBHOOK_BODY
    with pytest.raises(TooLarge):
        unpacked(gzip.compress(b" " * 50 * WEBHOOK_BODY, 1), "gzip")


@every(
    "body, encoding, field",
    {
        "not packed": (b"{}", "gzip", "body"),
        "otherwise packed": (zlib.compress(b"{}"), "gzip", "body"),
        "cut off": (gzip.compress(b"{}" * 100)[:-5], "gzip", "body"),
        "something after it": (gzip.compress(b"{}") + b"more", "gzip", "body"),
        "nothing": (b"", "gzip", "body"),
        "another way": (b"{}", "br", "Content-Encoding"),
        "twice": (b"{}", "gzip, gzip", "Content-Encoding"),
    },
)
def test_what_can_not_be_unpacked_is_refused(body: bytes, encoding: str, field: str) -> None:
    with pytest.raises(CannotMap) as refused:
        unpacked(body, encoding)
    assert refused.value.field == field
