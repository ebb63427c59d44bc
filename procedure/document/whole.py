"""A client's document, put together from the procedure as it is executed."""

from __future__ import annotations

from datetime import date

from procedure.book.procedure import Procedure
from procedure.document.ahead import ahead
from procedure.document.content import ClientDocument, Section, points
from procedure.document.decisions import decisions
from procedure.document.impact import impact
from procedure.document.path import going_up, path, rungs
from procedure.document.people import first_questions, reaching, who_is_who
from procedure.document.promised import promised
from procedure.document.short import in_short
from procedure.document.times import times
from procedure.document.voices import complaints, problems
from procedure.duty.on_duty import Watch


def document(book: Procedure, client: str, today: date) -> ClientDocument:
    """What is agreed with a client; ``today`` only moves what follows for the days ahead.

    KeyError if there is no such client.
    """
    # What is the same at every severity is read at one that the client's hours count for, if any do.
    watch, terms = Watch(book, client, "low"), book.clients[client]
    sections = (
        in_short(watch),
        reaching(watch),
        impact(book, terms),
        path(watch),
        promised(watch),
        going_up(watch),
        times(watch, today),
        decisions(watch),
        complaints(watch),
        problems(watch),
        ahead(watch),
        first_questions(book),
        who_is_who(book),
        _trying(book),
    )
    return ClientDocument(
        msp=book.name,
        client=terms.name,
        version=book.version,
        sections=tuple(section for section in sections if section),
        rungs=rungs(watch),
    )


def _trying(book: Procedure) -> Section:
    """How both sides see that it works, and how it is changed."""
    return Section(
        "Testing, and changes",
        "",
        (
            points(
                "",
                (
                    "before you need it",
                    f"ask {book.name} at any time who would be told at any hour, in which order and by "
                    "when: the program that runs your tickets answers, and nobody is woken",
                ),
                (
                    "where this comes from",
                    "this document is written by the program that runs your tickets, from what it runs "
                    "them by",
                ),
                (
                    "when it changes",
                    "you get the new version, with what is different in words, and confirm it through a "
                    "link; tickets that are open keep the times they began with",
                ),
            ),
        ),
    )
