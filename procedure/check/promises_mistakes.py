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
        times: dict[Path, Duration] = {
            (*path, "may", action): within for action, within in promise.may.items()
        }
        if promise.person:
            times[*path, "person"] = promise.person
        if not times:
            yield path, 'promises nothing: write "person: 15 minutes", or an action of the table under may'
        for place, within in times.items():
            if within.business_days:
                yield place, f'{within} is no time to promise: write an exact time, such as "30 minutes"'
        for action in promise.may:
            if action not in actions:
                known = ", ".join(actions) or "there is none yet, so write the table first"
                text = f"there is no action {action!r} in the authority table: write one of {known}"
                yield (*path, "may", action), text
