"""The bench's procedure: examples/northwind with all exact times divided by the pace.

So hours, holidays and rotas are in play, which at a pace nobody keeps: by day Harbor is within
its hours, by night outside them, and rotas say who is paged (the same people in the same order).
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

_EXACT = re.compile(r"\d+ (minutes?|hours?|days?)")


def write(folder: Path, time: Time, pace: float) -> Path:
    """Write it into an empty folder, for a Harbor at which it is now noon or midnight."""
    clients = folder / "clients"
    clients.mkdir(parents=True)
    _copy("people.yaml", folder, lambda people: people)
    _copy("procedure.yaml", folder, lambda procedure: _faster(_on_call(procedure), pace))
    _copy("clients/harbor.yaml", folder, lambda harbor: _faster(_at(harbor, time), pace))
    return folder


def _copy(name: str, folder: Path, change: Callable[[Any], Any]) -> None:
    content = yaml.load((EXAMPLE / name).read_text(), yaml.BaseLoader)  # noqa: S506 - makes texts only
    (folder / name).write_text(yaml.safe_dump(change(content), sort_keys=False))


def _faster(part: Any, pace: float) -> Any:
    if isinstance(part, dict):
        return {key: _faster(value, pace) for key, value in part.items()}
    if isinstance(part, list):
        return [_faster(value, pace) for value in part]
    if isinstance(part, str) and _EXACT.fullmatch(part):
        return f"{max(1, round(Duration.parse(part).exact.total_seconds() / pace))} seconds"
    return part


def _on_call(procedure: dict[str, Any]) -> dict[str, Any]:
    """A rota for every place of every tier, so that by night the chain is the one of the day."""
    procedure["rotas"] = {}
    for tier in procedure["tiers"]:
        tier["on_call"] = [{"rota": f"{person}-alone"} for person in tier["people"]]
        tier.pop("lead_answers_within", None)
        for person in tier["people"]:
            procedure["rotas"][f"{person}-alone"] = {"people": [person], "starts": "2026-11-02"}
    return procedure


def _at(harbor: dict[str, Any], time: Time) -> dict[str, Any]:
    """In a time zone in which it is now between noon and one, or between midnight and one."""
    west = (datetime.now(UTC).hour - (12 if time == "day" else 0)) % 24
    harbor["time_zone"] = f"Etc/GMT{west:+}" if west <= 12 else f"Etc/GMT{west - 24:+}"
    hours = dict.fromkeys(("weekdays", "saturday", "sunday"), "08:00-18:00")
    coverage = {"out_of_hours": "on call", "answer_within": "10 minutes"}
    return harbor | {"hours": hours, "holidays": {"country": _at_work()}, "coverage": coverage}


def _at_work() -> str:
    """A country that keeps no holiday about now, wherever on earth it is noon."""
    today = datetime.now(UTC).date()
    about_now = [today + timedelta(days=days) for days in (-1, 0, 1)]
    return next(
        country
        for country in ("GB", "JP", "ZA", "BR")
        if not any(day in country_holidays(country) for day in about_now)
    )
