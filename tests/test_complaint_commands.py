"""The commands of complaints as somebody types them before they ask a server, and what they print."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from commands import complaint_ledger, session, tables
from procedure.book.complaints import Kind
from procedure.complaint import progress as course
from procedure.complaint import remarks as sayings
from procedure.complaint import review as reviews
from procedure.complaint.review import Counted, Review
from procedure.complaint.state import CALLER, Complaint, ComplaintNotice, Raised, begun
from procedure.path import assignment as assignments
from procedure.path import levels
from procedure.record import Notice
from runtime.links import Address, Links
from starter import cli
from tests.northwind import ON_CALL, northwind
from tests.procedure.ticket.lives import CRITICAL, life
from tests.test_approval_commands import fails, write
from workflows.attributes import DRILL, KEYS, NEXT_DUE
from workflows.messages.assignment import ASSIGNMENTS, FINDINGS
from workflows.messages.complaint import REMARKS

USER_ERROR = 2
KEY = "only-for-these-tests-" * 2
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)

WORDS = ("the-words", "the-wish", "the-caller", "the-number", "the-answer", "the-promise", "the-reply")
KIND: Kind = "does not know our business"

Type = Callable[..., Result]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    """The command line, set to the procedure of the tests."""
    monkeypatch.setenv("RUNG_PROCEDURE", str(write(tmp_path / "northwind")))
    monkeypatch.setenv("RUNG_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("RUNG_PUBLIC_URL", "https://rung.example")
    monkeypatch.setenv("RUNG_LINK_KEYS", KEY)
    return lambda *words: CliRunner().invoke(cli, words)


def raised(**known: Any) -> Raised:
    """A complaint of somebody who is no contact, about Bo Lind; every text in it can be found again."""
    words, settle, caller, reach = WORDS[:4]
    return Raised(
        **{
            "client": "harbor",
            "number": "c-1",
            "kind": KIND,
            "words": words,
            "caller": caller,
            "reach": reach,
            "settle": settle,
            "about": ("bo",),
            "ticket": "ticket-harbor-desk-7",
            "ticket_title": "No prices",
            "taken_by": "max",
        }
        | known
    )


def heard(what: Raised) -> Complaint:
    """As it stands once the account manager is told."""
    terms = levels.agreed(northwind())
    assert terms is not None
    names = {"bo": "Bo Lind", "max": "Max Berger", "kim": "Kim Harlow"}
    stands = begun(what, terms, names, MONDAY)
    return course.present(stands, levels.find(northwind(), course.seek(stands, MONDAY)), MONDAY)


def not_yet() -> Complaint:
    """Answered with a promise, not settled by that, and with the next level."""
    answer, promise, reply = WORDS[4:]
    friday = MONDAY + timedelta(days=4)
    later = MONDAY + timedelta(hours=1)
    complaint = sayings.answer(
        heard(raised()),
        "max",
        0,
        answer,
        later,
        promise=promise,
        promised_by=friday,
        via="link",
    )
    complaint = sayings.settle(complaint, CALLER, False, reply, later, via="the command line")
    return course.present(complaint, levels.find(northwind(), course.seek(complaint, later)), later)


def held() -> Review:
    """A review of three complaints that was held."""
    terms = levels.agreed(northwind(), path="review")
    assert terms is not None
    counted = tuple(Counted(f"complaint-harbor-c-{n}", f"c-{n}", KIND, MONDAY, ("bo",)) for n in (1, 2, 3))
    review = reviews.begun("harbor", counted, terms, MONDAY)
    review = assignments.present(review, levels.find(northwind(), assignments.seek(review, MONDAY)), MONDAY)
    return assignments.conclude(review, "vera", 0, "the-agreement", MONDAY, via="the command line")


def shown(stands: Complaint | Review, words: bool) -> str:
    """A week later: every time has its day."""
    return "\n".join(complaint_ledger.told(stands, words, MONDAY + timedelta(days=7)))


# What is shown ------------------------------------------------------------------------


def test_a_complaint_is_shown_without_a_word_of_it() -> None:
    """Nor its kind, nor whom it is about, nor who has called."""
    told = shown(not_yet(), words=False)
    assert [word for word in (*WORDS, KIND, "Bo Lind") if word in told] == []
    lines = told.splitlines()
    assert lines[:4] == [
        "complaint-harbor-c-1: a complaint of harbor",
        "About ticket-harbor-desk-7: No prices",
        "Times are UTC.",
        "How it stands: Vera Hall (customer success) is to take it by Mon 23 Nov 13:00, and to answer by "
        "Mon 23 Nov 19:00",
    ]
    assert "  1. promised by Max Berger, for Fri 27 Nov 10:00: not due yet" in lines
    assert "  Fri 27 Nov 10:00  Max Berger's promise is asked for" in lines
    assert "  Mon 23 Nov 10:00  the customer complains, taken by Max Berger" in lines
    answered = (
        "  Mon 23 Nov 11:00  Max Berger (account manager) has answered (through the link sent to Max Berger)"
    )
    assert answered in lines


def test_with_its_words_a_complaint_is_shown_with_all_that_was_said() -> None:
    told = shown(not_yet(), words=True)
    assert [word for word in (*WORDS, KIND, "It is about: Bo Lind") if word not in told] == []
    lines = told.splitlines()
    assert "  Mon 23 Nov 11:00  Max Berger answered: the-answer" in lines
    assert "  Mon 23 Nov 11:00  The-caller said that it is not settled yet: the-reply" in lines
    assert "  1. promised by Max Berger, for Fri 27 Nov 10:00: not due yet: the-promise" in lines


def test_as_json_the_words_are_left_out_unless_they_are_asked_for() -> None:
    """Also out of what is just to be told."""
    notice = Notice(9, ComplaintNotice.PROMISE_DUE, "max", text="the-promise")
    complaint = replace(not_yet(), notices=(notice,))
    without = complaint_ledger.as_json(complaint, words=False)
    assert [word for word in (*WORDS, KIND, '"bo"', "Bo Lind") if word in without] == []
    told = json.loads(without)
    assert (told["raised"]["number"], told["raised"]["ticket"]) == ("c-1", "ticket-harbor-desk-7")
    assert [word["said"] for word in told["said"]] == ["raised", "answered", "not yet"]
    assert told["promises"][0]["due"] == "2026-11-27T10:00:00Z"

    everything = complaint_ledger.as_json(complaint, words=True)
    assert [word for word in (*WORDS, KIND) if word not in everything] == []


def test_a_review_is_shown_without_what_was_agreed() -> None:
    told, everything = shown(held(), words=False), shown(held(), words=True)
    assert "the-agreement" not in told + complaint_ledger.as_json(held(), words=False)
    assert KIND not in told + complaint_ledger.as_json(held(), words=False)
    assert told.splitlines()[:3] == [
        "review-harbor: a relationship review with harbor",
        "Times are UTC.",
        "How it stands: Vera Hall has held it",
    ]
    assert "  c-2" in told.splitlines()
    assert "What was agreed: the-agreement" in everything
    assert f"  c-2: {KIND}, since Mon 23 Nov 10:00" in everything
    assert "the-agreement" in complaint_ledger.as_json(held(), words=True)


def test_what_somebody_wrote_is_no_line_of_ours_and_nothing_a_terminal_obeys() -> None:
    told = shown(heard(raised(words="stop\x1b[2J\nSo far:\n  nothing")), words=True)
    assert "\x1b" not in told
    assert "The complaint: stop\N{REPLACEMENT CHARACTER}[2J\n  So far:\n    nothing" in told


def standing_at(complaint: Complaint) -> str:
    return complaint_ledger.words_of(complaint, MONDAY).standing


def test_how_it_stands_is_one_sentence_at_every_step() -> None:
    complaint = heard(raised(by="kim", caller="", reach=""))
    max_is = "Max Berger (account manager)"
    assert standing_at(complaint) == f"{max_is} is to take it by 14:00, and to answer by Tue 24 Nov 10:00"
    taken = sayings.acknowledge(complaint, "max", 0, MONDAY)
    assert standing_at(taken) == f"{max_is} has it, and is to answer by Tue 24 Nov 10:00"
    friday = MONDAY + timedelta(days=4)
    answered = sayings.answer(taken, "max", 0, "sorry", MONDAY, promise="a call", promised_by=friday)
    asks = f"{max_is} has answered, and the customer is asked"
    assert standing_at(answered) == f"{asks} whether that settles it"
    asked = course.present(answered, levels.find(northwind(), course.seek(answered, MONDAY)), MONDAY)
    assert standing_at(asked) == f"{asks} until Thu 26 Nov 10:00 whether that settles it"
    settled = sayings.settle(asked, "kim", True, "", MONDAY)
    assert standing_at(settled) == f"{max_is} has answered, and what was promised is asked for at its time"
    assert standing_at(sayings.verify(settled, "kim", 1, True, "", MONDAY)) == "It is closed: settled"


def test_in_the_list_what_is_past_is_marked_and_so_is_a_drill() -> None:
    due = MONDAY + timedelta(hours=4)
    shown = {"Client": "harbor", "RungStatus": "open", "PathLevel": "leadership", "Holder": "otto"}
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(key, shown[key.name]) for key in KEYS if key.name in shown
    ]
    known = TypedSearchAttributes(
        [*pairs, SearchAttributePair(NEXT_DUE, due), SearchAttributePair(DRILL, True)]
    )

    def row(at: datetime, stands: Complaint | None) -> tuple[str, ...]:
        return complaint_ledger.row("complaint-harbor-c-1", known, at, stands, at)

    first = ("complaint-harbor-c-1", "harbor", "open (drill)", "leadership", "otto")
    assert row(MONDAY, None) == (*first, "Mon 23 Nov 14:00", "Mon 23 Nov 10:00", "?")
    tomorrow = MONDAY + timedelta(days=1)
    late = "Mon 23 Nov 14:00 OVERDUE"
    assert row(tomorrow, not_yet()) == (*first, late, "Mon 23 Nov 10:00", "ticket-harbor-desk-7")
    just_begun = complaint_ledger.row("review-harbor", TypedSearchAttributes([]), MONDAY, None, MONDAY)
    assert just_begun == ("review-harbor", "?", "opening", "", "nobody yet", "", "Mon 23 Nov 10:00", "?")


def test_what_is_answered_has_its_times_where_the_msp_is(typed: Type) -> None:
    """What the workflow says names instants, as Temporal's pages do; other answers stay as they are."""
    summer = life(CRITICAL, now=datetime(2026, 7, 6, 12, tzinfo=UTC)).ticket
    assert summer.last == "Bo Lind (senior specialist) paged, to acknowledge by Mon 6 Jul 12:05:00 UTC"
    assert session.answered(summer, summer.last).endswith("paged, to acknowledge by Mon 6 Jul 13:05 BST")
    assert session.answered(summer, "held by otto") == "held by otto"


# Links --------------------------------------------------------------------------------


def test_links_that_are_made_beside_make_run_are_signed_with_its_keys(
    typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They lie where its state is; without them, and without any other, the error says where they would."""
    made = tmp_path / "state" / "link-keys"
    signed = typed("complain-link", "--client", "harbor").output
    monkeypatch.delenv("RUNG_LINK_KEYS")
    fails(typed("complain-link", "--client", "harbor"), USER_ERROR, f"there is no {made}, where make run")
    made.parent.mkdir(exist_ok=True)
    made.write_text(f"{KEY}\n")
    assert typed("complain-link", "--client", "harbor").output == signed


def read(answer: Result) -> Address | None:
    """The address in the link that was printed."""
    assert answer.exit_code == 0, answer.output
    start, _, token = answer.output.strip().rpartition("/")
    assert start == "https://rung.example/complain"
    return Links([KEY], "").read("complain", token)


def test_a_client_has_a_link_to_complain(typed: Type) -> None:
    """Without asking a server."""
    assert read(typed("complain-link", "--client", "harbor")) == Address("complain", "harbor")


# What can't be meant ------------------------------------------------------------------

COMPLAIN = ("complain", "--client", "harbor", "--kind", "conduct", "--words", "rude", "--taken-by", "ana")
LINK = ("complain-link", "--client", "harbor")
SAY = ("complaint-say", "complaint-harbor-c-1")
BYTES = "caf\udce9"
"""What Python makes of an argument in another encoding than the terminal's."""

REVIEW = ("complaint-say", "review-harbor")


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (("complain", "--client", "harbor"), "Missing option '--kind'"),
        ((*COMPLAIN, "--by", "kim", "--client", "nobody"), "There is no client 'nobody': one of harbor"),
        ((*COMPLAIN, "--by", "kim", "--kind", "mood"), "'mood' is not one of 'response time'"),
        (COMPLAIN, "Write --by with a contact's id, or --who with the name of somebody who is none"),
        ((*COMPLAIN, "--by", "kim", "--who", "Nia"), "Write --by with a contact's id, or --who"),
        ((*COMPLAIN, "--by", "nora"), "'nora' is no contact of harbor: one of kim, raj"),
        (
            (*COMPLAIN, "--who", "Nia"),
            "Say how we reach you: your e-mail address, or a number. (--who, --reach",
        ),
        ((*COMPLAIN, "--by", "kim", "--words", " "), "Say what happened, in your own words. ("),
        ((*COMPLAIN, "--by", "kim", "--words", "\u200b"), "Say what happened, in your own words. ("),
        ((*COMPLAIN, "--by", "kim", "--words", BYTES), "--words: its character 4 is no utf-8"),
        ((*COMPLAIN, "--by", "kim", "--key", BYTES), "--key: its character 4 is no utf-8"),
        ((*COMPLAIN, "--by", "kim", "--reach", "0123"), "--reach goes with --who: how to reach a contact"),
        ((*COMPLAIN, "--by", "kim", "--words", "x" * 4001), "A text is too long: 4000 characters at most"),
        ((*COMPLAIN, "--by", "kim", "--about", "raj"), "There is nobody 'raj' at Northwind: one of ana, ben"),
        ((*COMPLAIN, "--by", "kim", "--taken-by", "kim"), "There is nobody 'kim' at Northwind: one of ana"),
        ((*LINK, "--ticket", "ticket-harbor-desk-7"), "--ticket and --by go together"),
        ((*LINK, "--by", "kim"), "--ticket and --by go together"),
        ((*LINK, "--ticket", "ticket-harbor-desk-7", "--by", "nora"), "'nora' is no contact of harbor"),
        ((*LINK, "--ticket", "desk-7", "--by", "kim"), "'desk-7' is no ticket of harbor"),
        ((*LINK, "--ticket", "ticket-lindqvist-desk-7", "--by", "kim"), "starter.py list --client harbor"),
        (("complaints", "--client", "o'brien"), "There is no client"),
        (("complaints", "--client", "har\\"), "There is no client"),
        (("complaints", "--client", BYTES), "There is no client"),
        (("complaints", "--limit", "0"), "--limit"),
        (("complaint", "nonsense"), "There is no such complaint 'nonsense', or Temporal no longer keeps it"),
        (("complaint", "ticket-harbor-desk-7"), "see: starter.py complaints"),
        (("complaint", f"complaint-harbor-{BYTES}"), "There is no such complaint"),
        ((*SAY, "acknowledge"), "Missing option '--by'"),
        ((*SAY, "dance", "--by", "max"), "'dance' is not one of"),
        ((*SAY, "conclude", "--by", "max"), "A complaint takes no conclude: one of acknowledge, add, answer"),
        ((*REVIEW, "settle", "--by", "max"), "A review takes no settle: one of acknowledge, conclude"),
        ((*SAY, "answer", "--by", "max"), "answer needs --with words=... (is missing)"),
        ((*SAY, "settle", "--by", "kim", "--with", "settled=perhaps"), "settle needs --with settled=..."),
        ((*SAY, "answer", "--by", "max", "--with", "sorry"), "write FIELD=VALUE"),
        (
            (*SAY, "add", "--by", "kim", "--with", f"words={BYTES}"),
            "--with words: its character 4 is no utf-8",
        ),
        (
            (*SAY, "add", "--by", "kim", "--with", "words=x", "--with", "about=Vera Hall"),
            "There is nobody 'Vera Hall' at Northwind: one of ana, ben",
        ),
        (
            (*SAY, "add", "--by", "kim", "--with", "words=x", "--with", "about=vera", "--with", "about=kim"),
            "There is nobody 'kim' at Northwind: one of ana, ben",
        ),
        (
            (*SAY, "answer", "--by", "max", "--with", "note=x"),
            "answer has no 'note': promise, promised_by, words",
        ),
        (
            (*SAY, "answer", "--by", "max", "--with", "words=x", "--with", "promised_by=2026-12-24T18:00"),
            "--with promised_by=... (write its offset too, such as 2026-12-24T18:00Z",
        ),
        (
            ("complaint-say", "ticket-harbor-desk-7", "add", "--by", "kim", "--with", "words=x"),
            "no such complaint",
        ),
        (("show", "complaint-harbor-c-1"), "starter.py complaint complaint-harbor-c-1"),
        (("act", "review-harbor", "acknowledge", "--by", "vera"), "starter.py complaint review-harbor"),
    ],
)
def test_what_can_not_be_meant_is_said_before_anything_is_asked(
    typed: Type, words: tuple[str, ...], saying: str
) -> None:
    answer = typed(*words)
    fails(answer, USER_ERROR, saying)
    assert "Value error" not in answer.stderr


@pytest.mark.parametrize("typed_in", [b"caf\xe9 was rude", b"\xff\xfer\x00u\x00d\x00e\x00"])
def test_an_input_that_is_no_text_is_said_to_be_none(typed: Type, typed_in: bytes) -> None:
    """In Latin-1, or as Windows saves it; ``typed`` sets the procedure."""
    words = (*COMPLAIN, "--by", "kim", "--words", "-")
    answer = CliRunner().invoke(cli, words, input=typed_in)
    fails(answer, USER_ERROR, "--words -: the input is no utf-8 from byte ")


def test_a_wide_letter_takes_two_columns_and_a_mark_none() -> None:
    """Each line ends where the others do, as a terminal shows them."""
    rows: list[tuple[str, ...]] = [("客户", "a"), ("😀", "b"), ("e\u0301te\u0301", "c"), ("plain", "d")]
    assert list(tables.lines(("LEVEL", "WHO"), rows)) == [
        "LEVEL  WHO",
        "客户   a",
        "😀     b",
        "e\u0301te\u0301    c",
        "plain  d",
    ]


def test_a_procedure_without_a_path_says_where_to_write_one(typed: Type, tmp_path: Path) -> None:
    clients = deepcopy(ON_CALL["clients"])
    for client in clients.values():
        del client["account_manager"]
    write(tmp_path / "northwind", complaints=None, clients=clients)
    fails(typed(*COMPLAIN, "--by", "kim"), USER_ERROR, "no path for complaints: write one under complaints")


# The runbook --------------------------------------------------------------------------

RUNBOOK = (Path(__file__).parents[1] / "docs" / "runbook.md").read_text()
(COMPLAINTS,) = (part for part in RUNBOOK.split("\n## ") if part.startswith("Complaints\n"))
EXAMPLES = re.findall(
    r"^    \.venv/bin/temporal .* -w (\w+)\S* --name (\w+) --input '(.*)'$", COMPLAINTS, re.M
)


def kind_of(workflow: str, name: str) -> type[BaseModel]:
    return {**REMARKS}[name] if workflow not in ASSIGNMENTS else ASSIGNMENTS[workflow][name]


@pytest.mark.parametrize(("workflow", "name", "payload"), EXAMPLES)
def test_every_payload_in_the_runbook_is_understood_as_it_stands(
    workflow: str, name: str, payload: str
) -> None:
    """Nothing in it is left out, which a message would pass over in silence."""
    content = json.loads(payload)
    message = kind_of(workflow, name).model_validate(content)
    assert message.model_dump(mode="json", exclude_unset=True) == content


@pytest.mark.parametrize(
    ("workflow", "name"),
    [*(("complaint", name) for name in REMARKS), *(("review", name) for name in FINDINGS)],
)
def test_every_message_has_an_example_to_copy(workflow: str, name: str) -> None:
    assert (workflow, name) in {example[:2] for example in EXAMPLES}


def test_the_commands_in_the_runbook_are_understood() -> None:
    """With the options they have; each is stopped where it would ask a server."""
    lines = re.findall(r"^    python starter\.py ((?:\S.*\\\n\s+)?\S.*)$", COMPLAINTS, re.MULTILINE)
    assert len(lines) >= 8
    for line in lines:
        typed = re.sub(r"[][]", "", re.sub(r"\\\n\s+", "", line).partition("    ")[0])
        name, *words = shlex.split(typed)
        command = cli.get_command(click.Context(cli), name)
        assert command
        command.make_context(name, words)
