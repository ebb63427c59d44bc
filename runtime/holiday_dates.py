"""The public holidays of countries, from the ``holidays`` package.

The package is imported when it is first needed: most commands never ask for a holiday.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple


def dates(country: str, region: str, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of these years and the days they are moved to; none without a country.

    ValueError for a country or region that ``known_country`` does not know.
    """
    return frozenset(day for year in _years(country, region, years) for day in year.off)


def worked(country: str, region: str, years: Iterable[int]) -> frozenset[date]:
    """The days of these years' weekends that are worked, since another day is off for them.

    ValueError as for ``dates``. They are known from when a country has said so: a year ahead, at best.
    """
    return frozenset(day for year in _years(country, region, years) for day in year.worked)


def regional(country: str, years: Iterable[int]) -> dict[date, tuple[str, ...]]:
    """The holidays of these years that only parts of a country have, each with the codes of those parts."""
    found: dict[date, list[str]] = {}
    everywhere = dates(country, "", years := tuple(years))
    for region in sorted(set(_regions(country).values())):
        for day in sorted(dates(country, region, years) - everywhere):
            found.setdefault(day, []).append(region)
    return {day: tuple(found[day]) for day in sorted(found)}


def known_country(country: str, region: str) -> str:
    """Empty when there are holidays for them; otherwise what is wrong and what to write instead."""
    code = country.strip().upper()
    if not code:
        return f"region {region!r} needs its country: write country: GB, say" if region else ""
    if code not in _codes():
        return f"{country!r} is no country whose holidays are known: {_meant(country)}"
    if not region or region.strip().lower() in _regions(country):
        return ""
    known = ", ".join(sorted(set(_regions(country).values())))
    if not known:
        return f"{region!r} is no region of {code} with holidays of its own: leave region out"
    return f"{region!r} is no region of {code}: write one of {known}, or leave region out"


def _meant(country: str) -> str:
    """What to write for a country that is not known."""
    names: dict[str, str] = {}
    for code, name in _codes().items():
        names.setdefault(name.replace("_", " "), code)  # the two-letter code comes first
    near = difflib.get_close_matches(country.strip().lower(), names, n=3, cutoff=0.75)
    if near:
        return "write " + " or ".join(f"{names[name]} ({name.title()})" for name in near)
    return "write its code of two letters, such as GB, SE or US"


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Every code of a country, with the country's name."""
    from holidays.registry import COUNTRIES

    return {code: name for name, (_, *codes) in COUNTRIES.items() for code in codes if code.isupper()}


@lru_cache(maxsize=64)
def _regions(country: str) -> dict[str, str]:
    """The codes of a country's regions, by code and by name in small letters."""
    import holidays

    found = holidays.country_holidays(country.strip().upper())
    codes = {code.lower(): code for code in found.subdivisions}
    return {name.lower(): code for name, code in found.subdivisions_aliases.items()} | codes


class _Year(NamedTuple):
    off: frozenset[date]
    """The holidays that lie in it, with one of the next January that is moved into it."""
    worked: frozenset[date]


def _years(country: str, region: str, years: Iterable[int]) -> list[_Year]:
    if not country:
        return []
    wrong = known_country(country, region)
    if wrong:
        raise ValueError(wrong)
    code, part = country.strip().upper(), _regions(country)[region.strip().lower()] if region else None
    return [_year(code, part, year) for year in years]


@lru_cache(maxsize=512)
def _year(code: str, region: str | None, year: int) -> _Year:
    import holidays

    found = holidays.country_holidays(code, subdiv=region, years=year, expand=False)
    return _Year(frozenset(found), frozenset(day for day in found.weekend_workdays if day.year == year))
