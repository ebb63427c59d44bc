"""What does not count: a refusal of the rules as Temporal brings it to who has said it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from temporalio.exceptions import ApplicationError

from procedure.ticket import Refused

Result = TypeVar("Result")


def or_refuse(rule: Callable[[], Result]) -> Result:
    """Any other exception would make the workflow task fail for ever."""
    try:
        return rule()
    except Refused as refused:
        raise ApplicationError(str(refused), type="Refused", non_retryable=True) from refused
