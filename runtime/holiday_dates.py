"""The public holidays of countries, from the ``holidays`` package.

The package is imported when it is first needed: most commands never ask for a holiday.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache


def dates(country: str, region: str, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of these years and the days they are moved to; none without a country.

    ValueError for a country or region that ``known_country`` does not know.
    """
    if not country:
        return frozenset()
    wrong = known_country(country, region)
    if wrong:
        raise ValueError(wrong)
    code, part = country.strip().upper(), _regions(country)[region.strip().lower()] if region else None
    return frozenset().union(*(_year(code, part, year) for year in years))


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


@lru_cache(maxsize=512)
def _year(code: str, region: str | None, year: int) -> frozenset[date]:
    """The holidays that lie in a year, with one of the next January that is moved into it."""
    import holidays

    return frozenset(holidays.country_holidays(code, subdiv=region, years=year, expand=False))
