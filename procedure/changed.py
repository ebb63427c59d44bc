"""A value with some of its fields changed.

Whatever climbs is a frozen dataclass of which each step makes another one, thousands of them in a proof:
``dataclasses.replace`` asks each field of it and sets it again, which takes a third of all its time.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace as replace  # whose fields mypy knows
else:

    def replace(value: Any, /, **changes: Any) -> Any:
        """What ``dataclasses.replace`` gives, of one without slots. TypeError for what is no field."""
        kind = type(value)
        names, other = _names(kind), object.__new__(kind)
        state = vars(other)
        state.update(vars(value), **changes)
        if len(state) > len(names):
            if unknown := changes.keys() - names:
                raise TypeError(f"{kind.__name__} has no {', '.join(unknown)}")
            # What was worked out on the way (cached_property) may be otherwise now.
            for worked_out in state.keys() - names:
                del state[worked_out]
        if hasattr(kind, "__post_init__"):
            other.__post_init__()
        return other


@cache
def _names(kind: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))
