"""What prevention leaves open: systems that nothing watches, and limits of which nobody measures anything."""

from __future__ import annotations

from collections.abc import Iterator

from procedure.book.procedure import Procedure


def to_look_at(book: Procedure) -> Iterator[str]:
    """What nothing in the files forbids, but would be noticed by a user first."""
    if book.prevention is None:
        return
    for client in book.clients.values():
        unwatched = [name for name, system in client.systems.items() if not system.monitored_by]
        if unwatched:
            what = ", ".join(unwatched)
            yield f"{client.name}: nothing monitors {what}; write what does under its system (monitored_by)"
