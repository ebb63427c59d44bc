"""What people write, without what nobody can see or what turns the words of others around."""

from __future__ import annotations

import re

_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")

_NOT_WORDS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters but for tab and line feed, and what forces a direction of writing. What languages and
emoji are written with stays: joiners, variation selectors, the marks of right-to-left text."""

# By number, not by category: what Unicode adds later must not change what a replayed workflow has taken.
_UNSEEN = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
"""What shows nothing, if it stands alone."""


def legible(text: str) -> str:
    """The words as they can be shown anywhere; empty if there is nothing in them to see."""
    text = _NOT_WORDS.sub("", _LINE_END.sub("\n", text)).strip()
    return text if _UNSEEN.sub("", text) else ""
