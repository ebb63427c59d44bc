"""The bench's procedures: examples/northwind, so that a figure is the same at any hour of any day.

``write`` divides all exact times by the pace. So hours, holidays and rotas are in play, which at a pace
nobody keeps: by day Harbor is within its hours, by night outside them, whatever the time is where this runs,
and rotas say who is paged (the same people in the same order). ``write_always`` is for what runs at a pace,
where it is always open. Nobody is on leave in either.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import yaml
from holidays import country_holidays

from procedure.clocks.durations import Duration

EXAMPLE = Path(__file__).parents[1] / "examples/northwind"

Time = Literal["day", "night"]

# In C, if PyYAML came with it: ten times as fast.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

_EXACT = re.compile(r"\d+ (minutes?|hours?|days?)")


def write(folder: Path, time: Time, pace: float, now: datetime | None = None) -> Path:
    """Write it into an empty folder, for a Harbor at which it is now noon or midnight."""
    now = now or datetime.now(UTC)
    _copy("people.yaml", folder, _without_leave)
    _copy("procedure.yaml", folder, lambda procedure: _faster(_on_call(procedure), pace))
    _copy("clients/harbor.yaml", folder, lambda harbor: _faster(_at(harbor, time, now), pace))
    return folder


def write_always(folder: Path) -> Path:
    """Write the example into an empty folder as it is, but for who is on leave."""
    _copy("people.yaml", folder, _without_leave)
    for name in ("procedure.yaml", "clients/harbor.yaml"):
        _copy(name, folder, lambda content: content)
    return folder


def _copy(name: str, folder: Path, change: Callable[[Any], Any]) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    content = yaml.load((EXAMPLE / name).read_text(), _LOADER)  # noqa: S506 - makes texts only
    (folder / name).write_text(yaml.dump(change(content), Dumper=_DUMPER, sort_keys=False))


def _faster(part: Any, pace: float) -> Any:
    if isinstance(part, dict):
        return {key: _faster(value, pace) for key, value in part.items()}
    if isinstance(part, list):
        return [_faster(value, pace) for value in part]
    if isinstance(part, str) and _EXACT.fullmatch(part):
        return f"{max(1, round(Duration.parse(part).exact.total_seconds() / pace))} seconds"
    return part


def _without_leave(people: dict[str, Any]) -> dict[str, Any]:
    return {ident: {**person, "leave": []} for ident, person in people.items()}


def _on_call(procedure: dict[str, Any]) -> dict[str, Any]:
    """A rota for every place of every tier, so that by night the chain is the one of the day."""
    procedure["rotas"] = {}
    for tier in procedure["tiers"]:
        tier["on_call"] = [{"rota": f"{person}-alone"} for person in tier["people"]]
        tier.pop("lead_answers_within", None)
        for person in tier["people"]:
            procedure["rotas"][f"{person}-alone"] = {"people": [person], "starts": "2026-11-02"}
    return procedure


def _at(harbor: dict[str, Any], time: Time, now: datetime) -> dict[str, Any]:
    """In a time zone in which it is now between noon and one, or between midnight and one."""
    west = (now.hour - (12 if time == "day" else 0)) % 24
    harbor["time_zone"] = f"Etc/GMT{west:+}" if west <= 12 else f"Etc/GMT{west - 24:+}"
    hours = dict.fromkeys(("weekdays", "saturday", "sunday"), "08:00-18:00")
    coverage = {"out_of_hours": "on call", "answer_within": "10 minutes"}
    return harbor | {"hours": hours, "holidays": {"country": _at_work(now)}, "coverage": coverage}


def _at_work(now: datetime) -> str:
    """A country that keeps no holiday about now, wherever on earth it is noon; one always is at work."""
    about_now = [now.date() + timedelta(days=days) for days in (-1, 0, 1)]
    return next(
        country
        for country in ("GB", "JP", "IL", "SA")
        if not any(day in country_holidays(country) for day in about_now)
    )
