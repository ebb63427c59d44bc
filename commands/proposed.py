"""What somebody typed of a proposal: an action, an option, who asks, a downtime.

Failure says what to write instead.
"""

from __future__ import annotations

from commands.session import Failure
from procedure.book.authority import Authority
from procedure.book.procedure import Procedure
from procedure.clocks.durations import Duration


def authority_of(book: Procedure) -> Authority:
    """The procedure's authority table."""
    if book.authority is None:
        raise Failure("The procedure has no authority table: write one under authority in procedure.yaml")
    return book.authority


def action_of(table: Authority, name: str) -> str:
    """One of the authority table's actions."""
    if name not in table.actions:
        raise Failure(f"There is no action {name!r}: one of {', '.join(table.actions)}")
    return name


def option_of(table: Authority, name: str) -> str:
    """One of management's ways out."""
    if name not in table.options:
        raise Failure(f"There is no option {name!r}: one of {', '.join(table.options) or 'none at all'}")
    return name


def staff_of(book: Procedure, ident: str) -> str:
    """The id of one of the MSP's own people."""
    if ident not in book.people:
        raise Failure(f"There is nobody {ident!r} at {book.name}: one of {', '.join(book.people)}")
    return ident


def exact(text: str, option: str) -> Duration:
    """A length of time that is the same for everybody: no business days."""
    try:
        duration = Duration.parse(text)
    except ValueError as error:
        raise Failure(f"{option}: {error}") from None
    if duration.business_days:
        raise Failure(f'{option}: {text!r} depends on whose days they are: write hours, such as "2 hours"')
    return duration
