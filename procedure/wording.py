"""What people write: without what nobody can see or what turns others' words around; how much, and cut."""

from __future__ import annotations

import json
import re
import unicodedata

_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")

_NOT_WORDS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters but for tab and line feed, and what forces a direction of writing. What languages and
emoji are written with stays: joiners, variation selectors, the marks of right-to-left text."""

# By number, not by category: what Unicode adds later must not change what a replayed workflow has taken.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
"""What shows nothing, if it stands alone, besides blanks."""


_HALF = re.compile(r"[\ud800-\udfff]")
"""Half a character, as a text that was cut in another encoding ends: nothing can write it."""


def legible(text: str) -> str:
    """The words as they can be shown anywhere; empty if there is nothing in them to see."""
    text = _HALF.sub("\ufffd", text)
    text = _NOT_WORDS.sub("", _LINE_END.sub("\n", text)).strip()
    return text if seen(text).strip() else ""


def seen(text: str) -> str:
    """What a reader sees of it, to compare with: what is copied from a page brings unseen signs along."""
    return _UNSEEN.sub("", text)


CUT = " [...]"
"""Stands where a text was cut."""


_as_json = json.JSONEncoder(ensure_ascii=False).encode


def weight(*texts: str) -> int:
    """How many bytes these take where they are kept, in JSON."""
    return sum(len(_as_json(text).encode("utf-8", "surrogatepass")) for text in texts)


def cut(text: str, at_most: int) -> str:
    """The text, or as much of its begin as takes so many bytes, with a mark that it goes on."""
    if weight(text) <= at_most:
        return text
    kept = text[:at_most]
    while (over := weight(kept + CUT) - at_most) > 0:
        # A character takes six bytes at most: this never goes too far, and is there after a few steps.
        kept = kept[: -max(1, over // 6)]
    return kept + CUT


_MARKUP = re.compile(r"[\\`*_\[\]<>&~|#@]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)
"""What Markdown takes for more than a sign, inside a line; what it makes a link by itself, too."""


def as_markdown(text: str) -> str:
    """Somebody's words for the middle of a line of Markdown: shown as they are, and in that line."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


def possessive(name: str) -> str:
    """Of somebody, or of several: "Bo Lind's", "the technicians'"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def comparable(name: str) -> str:
    """A name as it is compared: however its blanks, capitals and accents were typed, it is the same one."""
    plain = unicodedata.normalize("NFC", seen(name)).casefold()
    return " ".join(unicodedata.normalize("NFC", plain).split())
