"""What the documents say is what there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from temporalio.common import SearchAttributeKey

import starter
from procedure.book.procedure import Client, Procedure
from rehearsal.scenario import Scenario
from runtime.procedure_files import schema
from runtime.settings import Settings
from tests.keys import keys
from tests.tables import every
from workflows.attributes import KEYS as ATTRIBUTES
from workflows.messages.approval import OPINIONS
from workflows.messages.assignment import FINDINGS, PREVENTION_FINDINGS, PROBLEM_FINDINGS
from workflows.messages.complaint import REMARKS
from workflows.messages.ticket import SAYINGS

DOCS = Path(__file__).parents[1] / "docs"


def documented(part: str) -> set[str]:
    """The keys at the begin of the rows of a part's tables; any name in <> counts as any."""
    return {re.sub(r"<[a-z]+>", "*", key) for key in re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)}


@pytest.mark.parametrize(("model", "heading"), [(Procedure, "procedure.yaml"), (Client, "clients/<id>.yaml")])
def test_the_reference_names_every_key_and_no_other(model: type[BaseModel], heading: str) -> None:
    """Who adds a key to the procedure says in the reference what it does."""
    text = (DOCS / "procedure-file.md").read_text(encoding="utf-8")
    (part,) = (p for p in re.split(r"^## ", text, flags=re.MULTILINE) if p.startswith(f"`{heading}`"))
    expected = set(keys(model))
    assert expected - documented(part) == set(), "not in docs/procedure-file.md"
    assert documented(part) - expected == set(), "in docs/procedure-file.md, but no key"


@every("whole", schema)
def test_the_schemas_tell_what_every_key_means(whole: dict[str, Any]) -> None:
    """For who writes the files in an editor."""

    def silent(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            keys = part.get("properties", {})
            yield from (key for key, meant in keys.items() if not meant.get("description"))
            yield from (key for inner in part.values() for key in silent(inner))
        elif isinstance(part, list):
            yield from (key for inner in part for key in silent(inner))

    assert [*silent(whole)] == []


def test_every_key_of_a_scenario_is_explained() -> None:
    """And no other."""
    text = (DOCS / "rehearsal.md").read_text(encoding="utf-8")
    (part,) = (p for p in re.split(r"^## ", text, flags=re.MULTILINE) if p.startswith("Your own scenarios"))
    assert documented(part) == {key.replace(".*", "") for key in keys(Scenario)} - {"answers.says"}
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| (.*?) \|$", part, re.MULTILINE))
    meant = {name: " ".join(str(field.description).split()) for name, field in Scenario.model_fields.items()}
    assert meant == {name: f"{rows[name][0].upper()}{rows[name][1:]}." for name in meant}


RUNBOOK = (Path(__file__).parents[1] / "docs" / "runbook.md").read_text()


@every("name", [*Settings.model_fields])
def test_every_setting_is_in_the_runbook(name: str) -> None:
    """With what it means, word for word."""
    assert f"`RUNG_{name.upper()}`" in RUNBOOK
    assert str(Settings.model_fields[name].description) in RUNBOOK


MESSAGES: dict[str, Mapping[str, type[BaseModel]]] = {
    "Acting on a ticket by hand": SAYINGS,
    "Approvals": OPINIONS,
    "Complaints": REMARKS,
    "Reviews": FINDINGS,
    "Problems": PROBLEM_FINDINGS,
    "Prevention": PREVENTION_FINDINGS,
}
"""What people say to a workflow, by the part of the runbook that has it: a name can stand in several."""


@every("heading, name", [(heading, name) for heading, names in MESSAGES.items() for name in names])
def test_every_message_is_in_the_runbook_with_all_that_it_takes(heading: str, name: str) -> None:
    """Updates and signals, for the Temporal UI and its command line."""
    parts = re.split(r"^##+ ", RUNBOOK, flags=re.MULTILINE)
    (part,) = (part for part in parts if part.startswith(f"{heading}\n"))
    row = next(line for line in part.splitlines() if line.startswith(f"| `{name}` |"))

    for field in set(MESSAGES[heading][name].model_fields) - {"by", "visit", "via"}:
        assert f"`{field}`" in row


@every("command", [*starter.COMMANDS])
def test_every_command_is_in_the_runbook_or_the_readme(command: str) -> None:
    """As one would type it."""
    readme = (Path(__file__).parents[1] / "README.md").read_text()

    assert f"starter.py {command}" in RUNBOOK + readme


@every("key", ATTRIBUTES)
def test_every_search_attribute_is_in_the_runbook(key: SearchAttributeKey[Any]) -> None:
    """By its name."""
    assert f"`{key.name}`" in RUNBOOK


ROOT = DOCS.parent
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md"))]
"""A decision may name what there was when it was made."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    """Who moves a file says so where it is spoken of."""
    rooms = (
        "procedure|workflows|activities|gateway|commands|rehearsal|records|service_review|runtime|bench|tests"
    )
    named = set(re.findall(rf"`((?:{rooms})/[\w/]+\.py)\b", document.read_text(encoding="utf-8")))

    assert {name for name in named if not (ROOT / name).exists()} == set()


ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")


def test_the_way_of_a_webhook_is_as_it_is_read() -> None:
    """Each function is in its file."""
    way = re.findall(r"\| `([\w/]+\.py)` \| (`.+`) \|$", ARCHITECTURE, re.MULTILINE)
    assert way
    for file, names in way:
        nodes = ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
        there = {getattr(node, "name", "") for node in nodes}
        assert set(re.findall(r"`(\w+)`", names)) <= there, file


def test_every_word_of_the_list_is_defined_where_it_says() -> None:
    """One word for one thing, and where to read it."""
    for name, file in re.findall(r"\| `(\w+)` in `([\w/]+\.py)` \|$", ARCHITECTURE, re.MULTILINE):
        nodes = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
        aliases = {ast.unparse(node.targets[0]) for node in nodes if isinstance(node, ast.Assign)}
        assert name in aliases | {getattr(node, "name", "") for node in nodes}, f"{name} is not in {file}"
