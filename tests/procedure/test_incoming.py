"""What comes in from outside: within its bound, and without what nobody sees."""

from __future__ import annotations

from typing import Annotated, Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from procedure import incoming
from procedure.book.people import addresses_in
from procedure.incoming import LONGEST_LINE, LONGEST_TEXT, MOST_USERS, Bound, told
from procedure.wording import CUT, comparable, legible
from tests.tables import every
from tests.tries import examples

TEXTS: dict[str, Any] = {
    name: kind
    for name, kind in vars(incoming).items()
    if any(isinstance(part, Bound) for part in getattr(kind, "__metadata__", ()))
}
"""Every kind of text of the table, by its name."""


def bound_of(kind: Any) -> Bound:
    return next(part for part in kind.__metadata__ if isinstance(part, Bound))


ANYTHING = st.text() | st.text("é\u202eא\x00\n\t \ud800🔥ab") | st.integers() | st.floats()
LONG = st.builds(lambda part, times: part * times, st.text(min_size=1, max_size=20), st.integers(1, 2000))


@given(ANYTHING | LONG)
@example("x" * (LONGEST_TEXT + 1))
@example("a " * LONGEST_LINE)
@example("\ud83d")
def test_whatever_comes_is_within_its_bound_or_refused_and_stays_as_it_is(sent: object) -> None:
    """Read again it is the same: a message may be read more than once on its way."""
    for name, kind in TEXTS.items():
        reader, bound = TypeAdapter(kind), bound_of(kind)
        try:
            read = reader.validate_python(sent)
        except ValidationError as error:
            wrong = error.errors()[0]
            assert not bound.cut or "empty" in told(wrong), name
            continue
        assert len(read) <= bound.longest, name
        assert read == legible(read) == reader.validate_python(read), name
        assert bound.lines or "\n" not in read, name
        read.encode()


def test_what_is_only_read_is_cut_with_a_mark_and_what_decides_is_refused() -> None:
    for kind in TEXTS.values():
        bound = bound_of(kind)
        fits = TypeAdapter(kind).validate_python("7" * bound.longest)
        assert fits == "7" * bound.longest
        if bound.cut:
            longer = TypeAdapter(kind).validate_python("7" * (bound.longest + 1))
            assert longer == "7" * (bound.longest - len(CUT)) + CUT
        else:
            with pytest.raises(ValidationError, match=f"is too long: {bound.longest} characters at most"):
                TypeAdapter(kind).validate_python("7" * (bound.longest + 1))


@every("number", ["4711", "#2026/17", "INC-0012", "2026/17", "17.3", "a.b-c_d", "0"])
def test_a_number_is_what_helpdesks_write(number: str) -> None:
    assert TypeAdapter(incoming.Number).validate_python(number) == number


@every("number", ["", " ", "../x", "a b", "é1", "a\nb", "'1'", "-1", "%31", "a:b", "17.", "1..2"])
def test_a_number_that_no_id_can_be_made_of_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(incoming.Number).validate_python(number)


def test_a_number_in_json_is_a_text() -> None:
    for sent in (4711, 4711.0):
        assert TypeAdapter(incoming.Number).validate_python(sent) == "4711"
    with pytest.raises(ValidationError, match="write a text"):
        TypeAdapter(incoming.Title).validate_python(True)


def test_yes_is_no_number_of_people() -> None:
    for sent in (True, False):
        with pytest.raises(ValidationError, match="write a whole number, such as 12"):
            TypeAdapter(incoming.Users).validate_python(sent)


class _Everything(BaseModel):
    text: incoming.Words = ""
    count: incoming.Users = 0
    conditions: incoming.Conditions = ()
    known: bool = False
    needed: Annotated[str, "nothing"]


@examples(50)
@given(
    st.dictionaries(
        st.sampled_from([*_Everything.model_fields]), st.recursive(st.none() | ANYTHING, st.lists)
    )
)
def test_what_is_wrong_is_never_told_in_the_validators_words(sent: dict[str, object]) -> None:
    try:
        _Everything.model_validate(sent)
    except ValidationError as error:
        for one in error.errors():
            assert told(one) not in ("", "can't be read", one["msg"])
            assert "Input" not in told(one)


def test_every_number_of_the_table_has_an_end() -> None:
    for kind in (incoming.Users, incoming.Turn):
        highest = next(
            part.le
            for field in get_args(kind)[1:]
            for part in getattr(field, "metadata", ())
            if hasattr(part, "le")
        )
        assert TypeAdapter(kind).validate_python(highest) == highest
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(highest + 1)
    assert MOST_USERS == 10_000_000


@every(
    "words, found",
    {
        "kim@harbor.example": ["kim@harbor.example"],
        "Kim Harlow <KIM@Harbor.Example>": ["kim@harbor.example"],
        '"Harlow, Kim" <kim+it@harbor.example>': ["kim+it@harbor.example", "kim@harbor.example"],
        "mailto:kim@harbor.example": ["kim@harbor.example"],
        "call kim@harbor.example.": ["kim@harbor.example"],
        "Kim Harlow": [],
        "": [],
    },
)
def test_an_address_is_found_in_words(words: str, found: list[str]) -> None:
    assert [*addresses_in(words)] == found


@given(st.text(), st.text())
def test_names_are_compared_however_they_are_typed(one: str, other: str) -> None:
    assert comparable(comparable(one)) == comparable(one)
    assert comparable(f" {one}  {other}\t") == comparable(f"{one} {other}")


@every(
    "name",
    [
        "Café  Noir",
        "CAFÉ NOIR",
        "Cafe\u0301 noir",
        "café\u00a0noir ",
        "Ca\u200bfé Noir",
        "\ufeffCafé No\u00adir",
    ],
)
def test_the_same_name_typed_otherwise(name: str) -> None:
    assert comparable(name) == comparable("Café Noir")
