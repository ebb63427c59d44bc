"""What is wrong with what is promised: promises of nothing, of what is not in the table, in days of work."""

from __future__ import annotations

from collections.abc import Iterator

from procedure.book.procedure import Procedure
from procedure.clocks.durations import Duration

Path = tuple[str | int, ...]


def mistakes_of(book: Procedure) -> Iterator[tuple[Path, str]]:
    """The mistakes in the promises, each with its place."""
    actions = book.authority.actions if book.authority else {}
    for severity, promise in book.promises.items():
        path: Path = ("promises", severity)
        of_actions = {"may": promise.may, "asked": promise.asked}
        times: dict[Path, Duration] = {
            (*path, key, action): within
            for key, found in of_actions.items()
            for action, within in found.items()
        }
        if promise.person:
            times[*path, "person"] = promise.person
        if not times:
            yield path, 'promises nothing: write "person: 15 minutes", or an action of the table under may'
        for place, within in times.items():
            if within.business_days:
                yield place, f'{within} is no time to promise: write an exact time, such as "30 minutes"'
        for key, action in ((key, action) for key, found in of_actions.items() for action in found):
            if action not in actions:
                known = ", ".join(actions) or "there is none yet, so write the table first"
                text = f"there is no action {action!r} in the authority table: write one of {known}"
                yield (*path, key, action), text
    heard = book.complaints.promised if book.complaints else None
    if heard and not heard.person and not heard.last_level:
        yield ("complaints", "promised"), 'promises nothing: write "person: 1 business day", or last_level'
