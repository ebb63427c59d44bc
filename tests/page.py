"""A page as a browser gets it, and what holds for every page."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag


class Page:
    """A page, read by what stands on it."""

    def __init__(self, raw: bytes | memoryview) -> None:
        self.html = bytes(raw).decode()
        self.soup = BeautifulSoup(self.html, "html.parser")

    @property
    def text(self) -> str:
        return _plain(self.soup)

    @property
    def title(self) -> str:
        return self.one("title").get_text()

    @property
    def lead(self) -> str:
        """How it stands, in one line."""
        (found,) = self.leads
        return found

    @property
    def leads(self) -> list[str]:
        return [" ".join(tag.get_text().split()) for tag in self.all(".now .lead")]

    @property
    def choices(self) -> set[str]:
        return {str(radio["value"]) for radio in self.all("input[type=radio]")}

    def options(self, name: str, form: str = "") -> list[str]:
        within = f"form#{form} " if form else ""
        return [option.get_text() for option in self.all(f"{within}select[name={name}] option")]

    def part(self, heading: str) -> list[str]:
        """The entries under a heading."""
        (found,) = [tag for tag in self.all("h2") if tag.get_text() == heading]
        below = found.find_next_sibling()
        assert isinstance(below, Tag)
        return [_plain(one) for one in below.select("li, div")]

    def all(self, selector: str) -> list[Tag]:
        return list(self.soup.select(selector))

    def one(self, selector: str) -> Tag:
        (found,) = self.all(selector)
        return found


def _plain(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def keeps_to_the_policy(page: Page) -> None:
    """No script, no inline style, nothing from elsewhere: the content policy would refuse it."""
    assert page.all("script, style, img, iframe, object, base, [style]") == []
    assert not re.search(r"\son\w+=", page.html)


def can_be_read_by_everybody(page: Page) -> None:
    """A language, a title, one main heading, a width that fits a phone, and ids that are there once."""
    assert page.one("html")["lang"] == "en"
    assert page.title.endswith("(Northwind)")
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert "width=device-width" in page.html
    ids = [str(tag["id"]) for tag in page.all("[id]")]
    assert len(ids) == len(set(ids))
    assert {str(tag["aria-describedby"]) for tag in page.all("[aria-describedby]")} <= set(ids)


def labels_every_field(page: Page) -> None:
    """For who can't see it."""
    fields = page.all("input:not([type=hidden]), select, textarea")
    assert {str(field["id"]) for field in fields} == {str(label["for"]) for label in page.all("label")}
