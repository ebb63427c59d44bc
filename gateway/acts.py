"""What can be done on a page, as its forms show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Choice(NamedTuple):
    """One thing to choose: its value in the form, what it is called, and what follows from it."""

    value: str
    label: str
    hint: str


class Select(NamedTuple):
    """A list to choose from: its field, what it asks, its values with how each is shown, and what stands
    there as long as nothing is chosen. One that is needed has to be chosen."""

    field: str
    label: str
    options: dict[str, str]
    unchosen: str
    needed: bool = True


@dataclass(frozen=True)
class Act:
    """One form: what it asks, the choices it has, and what else it needs for them.

    ``words`` is the label of its text box, empty if nothing has to be written; ``needed`` says that something
    must be.
    """

    ident: str
    legend: str
    choices: tuple[Choice, ...]
    selects: tuple[Select, ...] = ()
    words: str = ""
    needed: bool = False


class Acts(NamedTuple):
    """All that can be done: ``first`` is what the page is for, and the others are folded."""

    first: tuple[Act, ...] = ()
    others: tuple[Act, ...] = ()

    @property
    def offered(self) -> list[str]:
        """What the forms are known by: the words of another one have no box any more."""
        return [act.ident for act in (*self.first, *self.others)]
