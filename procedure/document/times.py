"""Nights, weekends and holidays: a client's hours, and what it gets outside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from procedure.book.procedure import Client, Procedure, Tier
from procedure.book.rota import NOBODY, Rota
from procedure.book.severity import SEVERITIES
from procedure.clocks.durations import Duration
from procedure.clocks.hours import Window, Windows
from procedure.document.content import LINES, Row, Section, Table, points
from procedure.document.naming import all_of, name
from procedure.duty.on_duty import Watch
from procedure.wording import possessive

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
AHEAD = timedelta(days=365)
"""How far the days ahead are listed on which a client works otherwise."""


def times(watch: Watch, today: date) -> Section:
    """When a client works, and what it gets at other times."""
    book, client = watch.book, watch.book.clients[watch.client]
    tables = [
        points("Your hours", *_week(client), ("the number to call at any hour", book.phone)),
        Table("Outside your hours", ("", "what happens"), tuple(_nights(watch))),
        Table("Who is on call", ("level", "who, one after the other"), tuple(_on_call(watch))),
        points("Whose turn it is", *_rotas(watch)),
        points("When nobody has to be on call", *_gaps(watch)),
        points("Holidays", *_holidays(client)),
        Table(f"Until {_day(today + AHEAD)}", ("day", "your hours"), tuple(_ahead(watch, today)), aside=True),
    ]
    return Section(
        "Nights, weekends and holidays",
        "What we do at three in the morning is agreed, too.",
        tuple(table for table in tables if table.rows),
    )


def _week(client: Client) -> Iterator[tuple[str, str]]:
    if client.hours is None:
        yield "every day", "always: you have no closing time with us"
        return
    for windows, days in groupby(zip(client.hours.week, DAYS, strict=True), key=lambda pair: str(pair[0])):
        names = [day for _, day in days]
        yield (names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"), windows
    yield "time", f"as on the wall in {client.time_zone}"


def _nights(watch: Watch) -> Iterator[Row]:
    if watch.hours is None:
        return
    for severity in SEVERITIES:
        yield Row(severity, (_night(Watch(watch.book, watch.client, severity)),))


def _night(watch: Watch) -> str:
    book, terms = watch.book, watch.book.clients[watch.client]
    if watch.answers_in_hours:
        return "it waits until you open again; you are told until when"
    clock = "its times are counted in your hours" if watch.runs == "hours" else "its times go on"
    if watch.staffed:
        return f"our people answer as they do in your hours, and {clock}"
    within = terms.coverage.answer_within or book.severities[watch.severity].acknowledge
    return f"whoever is on call is told at once, and has {within} to say “I have it”; {clock}"


def _on_call(watch: Watch) -> Iterator[Row]:
    if watch.hours is None or watch.staffed:
        return
    usual = watch.book.clients[watch.client].coverage.answer_within
    for tier in watch.book.tiers:
        yield Row(tier.name, (_tier_on_call(watch.book, tier, usual),))


def _tier_on_call(book: Procedure, tier: Tier, usual: Duration | None) -> str:
    if not tier.on_call:
        return "as in your hours"
    turns = [
        f"whoever is on call for {entry.rota}{_within(entry.answer_within or usual)}"
        for entry in tier.on_call
    ]
    lead = f"{name(book, tier.lead)}{_within(tier.lead_answers_within or usual)}"
    return LINES.join((*turns, f"then {lead}"))


def _within(duration: Duration | None) -> str:
    return f" ({duration})" if duration else ""


def _used(watch: Watch) -> Iterator[tuple[str, Rota]]:
    """The rotas that say who is on call for this client."""
    if watch.hours is None or watch.staffed:
        return
    named = dict.fromkeys(entry.rota for tier in watch.book.tiers for entry in tier.on_call)
    yield from ((called, watch.book.rotas[called]) for called in named if called in watch.book.rotas)


def _rotas(watch: Watch) -> Iterator[tuple[str, str]]:
    for called, rota in _used(watch):
        yield called, _turns(watch.book, rota)


def _turns(book: Procedure, rota: Rota) -> str:
    if not rota.people:
        return f"as {possessive(book.name)} calendar says; ask us who it is on any day"
    if len(set(rota.people)) == 1 or rota.starts is None:
        return f"always {name(book, rota.people[0])}"
    length = "a week" if rota.weeks == 1 else f"{rota.weeks} weeks"
    return (
        f"{all_of(book, rota.people)} in turn, {length} each; {name(book, rota.people[0])} from "
        f"{_day(rota.starts)}. It changes on {rota.handover} ({rota.time_zone or book.time_zone})"
    )


def _gaps(watch: Watch) -> Iterator[tuple[str, str]]:
    for called, rota in _used(watch):
        yield from _meant(called, rota, rota.time_zone or watch.book.time_zone)


def _meant(rota_name: str, rota: Rota, zone: str) -> Iterator[tuple[str, str]]:
    for gap in rota.gaps_meant:
        yield f"{rota_name}, {gap.begins:%Y-%m-%d %H:%M} to {gap.ends:%Y-%m-%d %H:%M} ({zone})", gap.because
    for one in rota.overrides:
        if one.person == NOBODY:
            yield f"{rota_name}, {one.begins:%Y-%m-%d %H:%M} to {one.ends:%Y-%m-%d %H:%M} ({zone})", "agreed"


def _holidays(client: Client) -> Iterator[tuple[str, str]]:
    off = client.holidays
    if off is None or client.hours is None:
        return
    if off.country:
        where = f"{off.country}, region {off.region}" if off.region else off.country
        yield "public holidays", f"those of {where}: you are closed"
    for day, windows in sorted(off.also.items()):
        yield _day(day), _opens(windows)


def _ahead(watch: Watch, today: date) -> Iterator[Row]:
    if watch.hours is None:
        return
    for day in sorted(watch.hours.special):
        windows = watch.hours.special[day]
        if today <= day < today + AHEAD and windows != watch.hours.week[day.weekday()]:
            yield Row(
                f"{DAYS[day.weekday()]} {_day(day)}", (_opens(Windows(Window(*one) for one in windows)),)
            )


def _opens(windows: Windows) -> str:
    return f"your hours are {windows}" if windows else "you are closed"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
