"""What a client is heard with: complaints, reviews of the relationship, and problems that come again."""

from __future__ import annotations

from collections.abc import Iterator

from procedure.book.complaints import Level, ReviewTerms
from procedure.document.content import Row, Section, Table, points
from procedure.document.naming import hours_of, in_turn, name
from procedure.document.promised import of_complaints
from procedure.duty.on_duty import Watch


def complaints(watch: Watch) -> Section | None:
    """Who hears complaints, and by when; None where they are not heard."""
    terms = watch.book.complaints
    if terms is None:
        return None
    manager = watch.book.clients[watch.client].account_manager
    columns = ("level", "who, one after the other", "“I have it” within", "an answer within")
    tables = [
        Table("Who hears you", columns, tuple(levels(watch, terms.levels, (manager,) if manager else ()))),
        points(
            "What you can count on",
            ("our promise", of_complaints(terms.promised)),
            ("a review", _review(terms.review)),
            ("your word", f"you have {terms.settled_within} to say whether an answer settles it"),
            ("a reminder", f"you are reminded when you have said nothing for {terms.remind_after}"),
            ("not settled", "it goes up one level; one that is closed opens again by one click"),
            ("past the last level", f"{name(watch.book, watch.book.last_resort.person)} hears it"),
        ),
    ]
    if terms.review:
        columns = ("level", "who, one after the other", "takes it within", "holds it within")
        tables.append(Table("Who leads a review", columns, tuple(levels(watch, terms.review.levels))))
    return Section(
        "When you are not happy with us",
        "Every mail about a ticket has a link to complain, and you have a page of your own for it. It is "
        "heard outside the technical team: by nobody whom it is about, nor who has worked on the ticket, as "
        f"long as there is anybody else. All its times are counted {hours_of(watch)}.",
        tuple(tables),
    )


def _review(terms: ReviewTerms | None) -> str:
    if terms is None:
        return ""
    often = f"after {terms.complaints} complaints in {terms.within_days} days"
    return f"{often} somebody leads a talk with you about how we work together, and writes down what we agree"


def problems(watch: Watch) -> Section | None:
    """Who finds and removes the cause of what comes again; None where nobody is named for it."""
    terms = watch.book.problems
    if terms is None:
        return None
    columns = (
        "level",
        "who, one after the other",
        "“I own it” within",
        "finds the cause within",
        "removes it within",
    )
    rows = (
        Row(level.name, (*row.says, str(level.fix)))
        for level, row in zip(terms.levels, levels(watch, terms.levels), strict=True)
    )
    return Section(
        "When the same comes again",
        "Somebody owns the cause: finds it, says what helps until then, and removes it. "
        f"If the time of a level is over, it goes up. {_approved(terms.approved_as)}"
        f"All times are counted {hours_of(watch)}.",
        (Table("Who owns it", columns, tuple(rows)),),
    )


def _approved(action: str) -> str:
    """That the cause is not removed without a yes, and whose."""
    return f"It is removed only with the yes of those who may decide “{action}”. " if action else ""


def levels(watch: Watch, path: tuple[Level, ...], first: tuple[str, ...] = ()) -> Iterator[Row]:
    """The levels of a path, a row each; ``first`` are told before the people of the first one."""
    for place, level in enumerate(path):
        people = (*first, *level.people) if not place else level.people
        told = in_turn(watch.book, people) or "goes on to the next level at once"
        yield Row(level.name, (told, str(level.acknowledge), str(level.answer)))
