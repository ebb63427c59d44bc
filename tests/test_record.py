"""What happened is a fact with a kind: its kind alone decides how it is told, and to whom."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.letters import CUSTOMERS
from procedure.clocks.calendars import instant
from procedure.kinds import CUSTOMERS_READ, SENTENCES, Kind
from procedure.record import Entry, Notice, Refused, sentence
from procedure.ticket.state import NoticeKind
from tests.procedure.ticket.lives import Life
from tests.tables import every
from tests.test_mails import write
from tests.test_pages import acknowledged, customers
from workflows.letters import letter

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIELDS = {field for field in Entry.__dataclass_fields__ if field not in ("at", "kind", "via")}
NAMES = {"ana": "Ana Ruiz", "bo": "Bo Lind", "cy": "Cy Tanaka"}


def full(kind: Kind) -> Entry:
    """An entry of a kind of which everything is known."""
    return Entry(
        AT,
        kind,
        by="ana",
        via="link",
        person="bo",
        other="cy",
        place="first level",
        to="engineering",
        due=AT,
        until=AT,
        what="TERM",
        was="BEFORE",
        number="7",
        words="WORDS",
    )


def told(entry: Entry) -> str:
    return sentence(entry, lambda ident: NAMES.get(ident, ident), instant)


def test_every_kind_has_one_sentence_and_its_readers() -> None:
    """All there are, what each says, and which of them a customer reads on the page of a ticket."""
    assert set(SENTENCES) == set(Kind)
    assert len(set(SENTENCES.values())) >= len(SENTENCES) - 1  # what is decided is told in its own words
    assert {kind.value for kind in CUSTOMERS_READ} == {
        "opened",
        "has it",
        "resolved",
        "declined",
        "confirmed",
        "decline accepted",
        "not solved",
        "decline not accepted",
        "says",
        "wants up",
        "granted",
        "not answered",
        "no lead",
        "kept down",
        "now with",
    }
    assert all(Entry(AT, kind).public == (kind in CUSTOMERS_READ) for kind in Kind)


@pytest.mark.parametrize("whole", [True, False])
def test_a_sentence_names_only_what_an_entry_has(whole: bool) -> None:
    """Nothing of a template is left over, whether all is known or nothing."""
    for kind, template in SENTENCES.items():
        named = set(re.findall(r"\{(\w+)\}", template))
        assert named <= FIELDS, kind
        text = told(full(kind) if whole else Entry(AT, kind))
        assert not re.search(r"[\[\]{}]", text), (kind, text)
        if whole:
            assert ("Ana Ruiz" in text, "Bo Lind" in text) == ("by" in named, "person" in named), (kind, text)


def test_one_fact_is_told_in_full_or_in_short() -> None:
    """What is not known is left out with the words around it."""
    late = Entry(AT, Kind.NOT_ACKNOWLEDGED, person="bo")

    assert told(late) == "Bo Lind did not acknowledge in time"
    assert told(replace(late, other="cy")) == "Bo Lind did not acknowledge in time: Cy Tanaka is next"
    assert told(replace(late, place="first level", to="engineering")) == (
        "Bo Lind did not acknowledge in time; nobody at first level did: to engineering"
    )
    ran_out = Entry(AT, Kind.RAN_OUT, place="first level", what="2 hours", due=AT, number="25", to="x")
    assert told(ran_out) == (
        "first level's 2 hours and the 25 % more for progress ran out at 2026-11-23T12:00:00Z: to x"
    )


def test_what_belongs_to_several_is_told_as_theirs() -> None:
    """Of technicians as of anybody whose name ends so; whatever is behind it."""
    warned = Entry(AT, Kind.WARNED, place="technicians", what="2 hours", number="50")
    assert told(warned) == "50 % of technicians' 2 hours is used"
    assert told(replace(warned, place="first level")) == "50 % of first level's 2 hours is used"


@given(st.text(max_size=80))
def test_what_people_write_is_no_template(words: str) -> None:
    """Braces, brackets and whole templates in somebody's words stand there as they were written."""
    assert told(Entry(AT, Kind.PROGRESS, "ana", words=words)) == f"Progress: {words}"
    assert told(Entry(AT, Kind.SAYS, "ana", words=f"{{by}}[{words}]")) == f"Ana Ruiz says: {{by}}[{words}]"


def everything() -> Life:
    """A ticket of whose record every kind is a part, each with words of its own."""
    story = acknowledged()
    record = tuple(replace(full(kind), words=f"WORDS {kind.value}.") for kind in Kind)
    story.ticket = replace(story.ticket, record=record)
    return story


def test_a_customers_page_is_made_from_public_kinds_only() -> None:
    """Every kind in one record: the customer reads those of the table, and of no other one a word."""
    shown = customers(everything()).html

    for kind in Kind:
        if "{words}" in SENTENCES[kind]:
            assert (f"WORDS {kind.value}." in shown) == (kind in CUSTOMERS_READ), kind


@every("kind", sorted(CUSTOMERS))
def test_a_customers_mail_is_made_from_public_kinds_only(kind: NoticeKind) -> None:
    """Whatever stands in the record, and whatever has brought it about: of what is internal not a word."""
    ticket = everything().ticket
    why = replace(full(Kind.UNDELIVERED), words=f"WORDS {Kind.UNDELIVERED.value}.")
    mail = write(letter(ticket, Notice(1, kind, "kim", why=why)))

    assert mail.audience == "customer"
    for one in Kind:
        if one not in CUSTOMERS_READ:
            assert f"WORDS {one.value}." not in mail.text + mail.html, one
    assert "internal" not in mail.text + mail.html


def test_a_refusal_tells_times_as_they_are_where_it_is_read() -> None:
    refused = Refused("Too late: it was to be accepted by ", AT, ".")

    assert str(refused) == "Too late: it was to be accepted by Mon 23 Nov 12:00:00 UTC."
    assert refused.told(lambda at: f"{at:%H:%M}") == "Too late: it was to be accepted by 12:00."
