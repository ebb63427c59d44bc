"""A mail that was written, as its reader sees it, and what holds for every one."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from activities.letters import WrittenLetter

LINK = re.compile(r"https?://\S+")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T")


def shown(html: str) -> str:
    """What a reader of the HTML sees."""
    body = BeautifulSoup(html, "html.parser").body
    assert body is not None
    return body.get_text(" ")


def in_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def says_the_same_twice(written: WrittenLetter) -> None:
    """In text and in HTML, word for word, but for the link itself."""
    assert in_words(LINK.sub("", written.text)) == in_words(shown(written.html)), written.subject


def one_link(written: WrittenLetter) -> Tag:
    """Alone on its line in the text, with words of its own in the HTML, the same in both."""
    (link,) = LINK.findall(written.text)
    (anchor,) = BeautifulSoup(written.html, "html.parser").find_all("a")
    assert isinstance(anchor, Tag)
    assert link in written.text.splitlines()
    assert anchor["href"] == link
    assert written.html.count("http") == 1, "nothing remote"
    return anchor


def is_plain(html: str) -> None:
    """A language, one heading of the first level, and nothing to load or to run."""
    page = BeautifulSoup(html, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert len(page.find_all("h1")) == 1
    assert page.find_all(["img", "script", "link", "style", "iframe", "form"]) == []


def is_well_made(written: WrittenLetter) -> Tag:
    """Plain, the same in both, and with one link, which it gives."""
    says_the_same_twice(written)
    is_plain(written.html)
    return one_link(written)


def shows_pace_and_drill(plain: WrittenLetter, written: WrittenLetter) -> None:
    """Where there are a pace and a drill to show, and not in what is neither."""
    for text in (plain.text, plain.html, plain.subject):
        assert "emonstration" not in text
        assert "DRILL" not in text
    for text in (written.text, written.html):
        assert "Demonstration pace 60: an hour takes 1 minute." in text
        assert "DRILL: this is an exercise." in text
