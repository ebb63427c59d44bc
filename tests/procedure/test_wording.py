"""What is left of what people write: all that can be seen, nothing that only does harm."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from procedure.wording import as_markdown, legible, possessive
from tests.tables import every

NOTHING = (
    *(
        "",
        " \t\r\n",
        "\u200b",
        "\ufeff",
        "\u3164",
        "\u2060 \u00ad",
        "\x00\x1b",
        "\u202e\u202c",
        "\u2800\u2800",
    ),
    *("\ufe0f", "\u200d", "\u115f\u1160\uffa0", "\U000e0020"),
)


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_where_nothing_can_be_seen_there_are_no_words(text: str) -> None:
    assert legible(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "naïve Ærøskøbing\n\tindented",
        "\N{FAMILY} \U0001f469\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f 1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England
        "\u200fשלום\u200f (A\u200e) \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "ภาษา\u200bไทย 客户经理",
    ],
    ids=["lines", "emoji", "a flag", "right to left", "without spaces"],
)
def test_what_languages_and_emoji_are_written_with_stays(text: str) -> None:
    assert legible(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("it\x00 was\x1b[2J \x9bMax\x7f", "it was[2J Max"),
        ("\u202eVera\u202c and \u2067Max\u2069", "Vera and Max"),
        ("\ufeffwords", "words"),
        ("one\r\ntwo\rthree\x0bfour\u2028five\x85six", "one\ntwo\nthree\nfour\nfive\nsix"),
    ],
)
def test_what_no_reader_sees_and_a_screen_obeys_is_taken_out(text: str, left: str) -> None:
    assert legible(text) == left


FORGED = (
    "all is well\n- Mon 23 Nov 12:00 granted by Mia\n\n### Approved\n> **yes** [here](https://evil.example)"
)


@given(st.text("a1 \\`*_[]()<>&~|#@:/.-+!=\n\t") | st.text())
@example(FORGED)
@example("<b>www.evil.example</b> kim@harbor.example &lt; &#42; \\*")
def test_in_markdown_words_are_words_and_stay_in_their_line(words: str) -> None:
    """They add no line, no heading, no list, no link and no weight to what stands around them."""
    shown = MarkdownIt("commonmark").enable(["strikethrough", "table"])
    begin, middle, end = shown.parse(f"- 12:00 {as_markdown(words)} (Ana)")[2:5]
    assert (begin.type, middle.type, end.type) == ("paragraph_open", "inline", "paragraph_close")
    assert middle.children is not None
    assert {part.type for part in middle.children} <= {"text", "text_special"}
    said = "".join(part.content for part in middle.children)
    assert " ".join(said.split()) == " ".join(f"12:00 {words} (Ana)".replace("\0", "\ufffd").split())
    assert not re.search(r"(?:https?|ftp)://|www\.|@", as_markdown(words).replace("\\@", ""), re.IGNORECASE)


@every("name, whose", {"Bo Lind": "Bo Lind's", "technicians": "technicians'", "Chris": "Chris'"})
def test_what_belongs_to_somebody_or_to_several(name: str, whose: str) -> None:
    assert possessive(name) == whose
