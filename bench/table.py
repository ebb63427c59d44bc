"""The table: each figure of Rung's beside the bare workflow's, with what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

HEAD = ("", "Rung", "bare", "ratio", "limit", "")


@dataclass(frozen=True)
class Figure:
    """One line. ``at_most`` and ``at_least`` are for Rung's own value; the others for the ratio of both.

    What has only a budget of its own is measured without a bare workflow.
    """

    name: str
    unit: str
    rung: float
    bare: float | None
    at_most: float | None = None
    at_least: float | None = None
    ratio_at_most: float | None = None
    ratio_at_least: float | None = None

    @property
    def ratio(self) -> float:
        return self.rung / self.bare if self.bare else float("nan")

    @property
    def kept(self) -> bool:
        """Whether every promise about it is kept."""
        return (
            (self.at_most is None or self.rung <= self.at_most)
            and (self.at_least is None or self.rung >= self.at_least)
            and (self.ratio_at_most is None or self.ratio <= self.ratio_at_most)
            and (self.ratio_at_least is None or self.ratio >= self.ratio_at_least)
        )

    @property
    def limit(self) -> str:
        """The promise in words."""
        parts = []
        if self.at_most is not None:
            parts.append(f"at most {_number(self.at_most)}")
        if self.at_least is not None:
            parts.append(f"at least {_number(self.at_least)}")
        if self.ratio_at_most is not None:
            parts.append(f"at most {self.ratio_at_most:g} x")
        if self.ratio_at_least is not None:
            parts.append(f"at least {self.ratio_at_least:g} x")
        return " and ".join(parts)

    def row(self) -> tuple[str, ...]:
        verdict = ("ok" if self.kept else "OVER") if self.limit else ""
        name = f"{self.name}, {self.unit}" if self.unit else self.name
        beside = ("", "") if self.bare is None else (_number(self.bare), f"{self.ratio:.2f} x")
        return name, _number(self.rung), *beside, self.limit, verdict

    def plain(self) -> dict[str, object]:
        """For a program to read."""
        ratio = None if self.bare is None else self.ratio
        return {**asdict(self), "ratio": ratio, "kept": self.kept}


def table(rows: Sequence[Sequence[str]], numbers: Sequence[int] = (1, 2, 3)) -> str:
    """Rows in columns as wide as they must be, the columns of numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        "  ".join(
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
