"""What does not count: a refusal of the rules as Temporal brings it to who has said it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from temporalio.exceptions import ApplicationError

from procedure.record import Refused


@contextmanager
def refusals() -> Iterator[None]:
    """A refusal goes to who has said it; any other exception makes the workflow task fail for ever."""
    try:
        yield
    except Refused as refused:
        raise ApplicationError(
            str(refused), *_parts(refused), type="Refused", non_retryable=True
        ) from refused


def _parts(refused: Refused) -> list[list[dict[str, str]]]:
    """Only what names an instant goes in parts: whoever hears it reads another clock."""
    if all(isinstance(part, str) for part in refused.parts):
        return []
    return [
        [{"at": part.isoformat()} if isinstance(part, datetime) else {"text": part} for part in refused.parts]
    ]


def refused_by(error: ApplicationError) -> Refused:
    """The refusal, as whoever has said it hears it."""
    if not error.details:
        return Refused(error.message)
    return Refused(
        *(datetime.fromisoformat(part["at"]) if "at" in part else part["text"] for part in error.details[0])
    )
