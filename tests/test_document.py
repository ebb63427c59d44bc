"""The document on paper and on a screen: the same in HTML and in Markdown, and nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt

import starter
from procedure.document.content import ClientDocument
from procedure.document.whole import document
from runtime.document import body, rendered
from runtime.links import Address, Links
from tests.northwind import PROCEDURE, northwind, on_call

TODAY = date(2026, 11, 28)
NORTHWIND = Path(__file__).parents[1] / "examples" / "northwind"


def harbor() -> ClientDocument:
    return document(on_call(), "harbor", TODAY)


def words(html: str) -> list[str]:
    """What a reader sees, but for the picture and the places to sign."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select("style, title, figure, footer"):
        tag.decompose()
    return plain(soup.get_text(" "))


def plain(text: str) -> list[str]:
    """The words, without what each form puts after a name."""
    return [word.rstrip(":") for word in text.split() if word != ":"]


def test_html_and_markdown_say_the_same() -> None:
    """Word for word: two forms of one content."""
    html = rendered(harbor(), "html", TODAY)
    markdown = (
        MarkdownIt("commonmark", {"html": True}).enable("table").render(rendered(harbor(), "md", TODAY))
    )

    assert words(markdown) == words(html)


def test_every_text_of_the_content_is_on_the_page() -> None:
    """What is agreed is shown: no template leaves out a part of it."""
    seen = " ".join(words(rendered(harbor(), "html", TODAY)))

    for section in harbor().sections:
        assert section.title in seen
        for table in section.tables:
            for row in table.rows:
                for text in (row.about, *row.says, row.example):
                    assert " ".join(plain(text)) in seen


def test_nothing_is_loaded_from_elsewhere() -> None:
    """The file is whole: it opens the same in ten years, without a network."""
    html = rendered(harbor(), "html", TODAY)

    assert not re.search(r"<(script|link|img|iframe|object)\b|\bsrc=|@import|url\((?!#)", html)
    assert set(re.findall(r"""(?:href|xmlns(?::\w+)?)=["']?([^"' >]+)""", html)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_the_picture_climbs_from_the_first_level_to_the_last_resort() -> None:
    """And tells who is told first, and after how long it goes up."""
    soup = BeautifulSoup(rendered(harbor(), "html", TODAY), "html.parser")
    (picture,) = soup.select("svg")
    texts = {text.get_text(): float(str(text["y"])) for text in picture.select("text")}

    heights = [texts[rung] for rung in ("first level", "senior specialist", "engineering", "management")]
    assert [*heights, texts["last resort"]] == sorted(texts[rung.name] for rung in harbor().rungs)[::-1]
    assert "first Bo Lind" in texts
    assert str(picture["aria-label"]).startswith("The path, from below: first level (first Ana Ruiz)")


@pytest.mark.parametrize("form", ["html", "md"])
def test_names_are_shown_as_they_are_whatever_they_are_made_of(form: str) -> None:
    """No name is markup, in no part of the page nor in the picture."""
    evil = "Kim <b>|*_&amp; [x](y)"
    people = PROCEDURE["people"] | {"ana": {"name": evil, "mail": "ana@northwind.example"}}
    book = northwind(people=people)
    text = rendered(document(book, "harbor", TODAY), "html" if form == "html" else "md", TODAY)
    html = text if form == "html" else MarkdownIt("commonmark").enable("table").render(text)

    assert evil in " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())
    assert not BeautifulSoup(html, "html.parser").select("b, a")


def test_a_page_with_a_look_of_its_own_takes_the_same_body() -> None:
    """Without a style or a head of its own; on paper its last section ends with the signatures, so that
    nobody signs a page with nothing else on it."""
    paper = BeautifulSoup(rendered(harbor(), "html", TODAY), "html.parser")
    assert paper.select("section:last-of-type > footer .signatures")
    for footer in paper.select("footer"):
        footer.decompose()
    same = BeautifulSoup(body(harbor()), "html.parser")
    assert "".join(paper.select_one("main").get_text().split()) == "".join(same.get_text().split())  # type: ignore[union-attr]


def command(*arguments: str) -> Result:
    return CliRunner().invoke(starter.cli, ["document", *arguments])


def test_the_command_writes_it_to_a_file_or_to_the_terminal(tmp_path: Path) -> None:
    """HTML if nothing else is asked for."""
    page = tmp_path / "harbor.html"

    assert command(str(NORTHWIND), "--client", "harbor", "--out", str(page)).output == f"{page} is written.\n"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert command(str(NORTHWIND), "--client", "lindqvist", "--format", "md").output.startswith(
        "# What happens"
    )


def test_two_versions_are_told_apart_in_words(tmp_path: Path) -> None:
    """Section by section, with both versions."""
    newer = tmp_path / "newer"
    shutil.copytree(NORTHWIND, newer)
    file = newer / "procedure.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("senior specialist: 2 hours", "senior specialist: 4 hours"), encoding="utf-8"
    )

    said = command("--diff", str(NORTHWIND), str(newer), "--client", "harbor").output
    assert re.match(
        r"Harbor Trading: version [0-9a-f]{8}, was [0-9a-f]{8}\n\nWho has it, and for how long\n", said
    )
    assert "- high: senior specialist now 4 hours, was 2 hours\n" in said

    same = command("--diff", str(newer), str(newer), "--client", "harbor").output
    assert re.fullmatch(r"Nothing is different for Harbor Trading \(version [0-9a-f]{8}\)\.\n", same)


def test_one_folder_is_written_and_two_are_told_apart() -> None:
    """Neither none nor three."""
    for folders in ((), (str(NORTHWIND), "--diff", str(NORTHWIND), str(NORTHWIND))):
        asked = command(*folders, "--client", "harbor")
        assert (asked.exit_code, asked.output) == (
            2,
            "Error: Name the folder of a procedure, or two of them after --diff\n",
        )


def test_a_contact_gets_a_link_to_confirm_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without asking a server; for nobody else."""
    key = "k" * 32
    monkeypatch.setenv("RUNG_LINK_KEYS", key)
    monkeypatch.setenv("RUNG_PUBLIC_URL", "https://rung.example")
    monkeypatch.setenv("RUNG_PROCEDURE", str(NORTHWIND))

    printed = CliRunner().invoke(starter.cli, ["document-link", "--client", "harbor", "--to", "raj"])
    start, _, token = printed.output.strip().rpartition("/")
    assert start == "https://rung.example/agreement"
    assert Links([key], "").read("agreement", token) == Address("agreement", "harbor", "raj")

    wrong = CliRunner().invoke(starter.cli, ["document-link", "--client", "harbor", "--to", "nora"])
    assert (wrong.exit_code, wrong.output) == (
        2,
        "Error: There is no contact 'nora' of harbor: one of kim, raj\n",
    )


def test_a_client_or_a_place_that_there_is_not_is_told(tmp_path: Path) -> None:
    """With what to write instead."""
    assert (
        "There is no client 'nobody': one of harbor, lindqvist"
        in command(str(NORTHWIND), "--client", "nobody").output
    )
    missing = command(str(NORTHWIND), "--client", "harbor", "--out", str(tmp_path / "none" / "page.html"))
    assert missing.exit_code == 2
    assert "can't be written (No such file or directory): name another file with --out" in missing.output
