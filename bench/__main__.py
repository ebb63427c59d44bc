"""``make bench``: measure, show the table, and fail when a promise is broken."""

from __future__ import annotations

import asyncio
import json
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from bench import year
from bench.approval import Decided, decided
from bench.clicks import clicks
from bench.clocks import QUESTIONS, clocks, standings
from bench.complaint import ComplaintRun, complained
from bench.crowd import ARRIVALS, Crowd, crowd, percentile
from bench.history import Histories, History, both
from bench.proof import proofs
from bench.rate import AT_ONCE, TicketRate, rate
from bench.records import ask, fill
from bench.review import draw
from bench.stage import BARE, RUNG, Compared
from bench.table import HEAD, Figure, table
from records.database import Records

MEASURES = ("clocks", "proof", "history", "approval", "complaint", "records", "review", "crowd", "rate")

QUESTIONS_A_SECOND = 500
"""Far more than tickets can ask: each opening and each climb asks one."""

TICKETS = 1_000_000

RECURRENCE = 5
SEARCH = 50
"""Milliseconds."""

REVIEW = 2_000
"""Milliseconds, its page included."""

KB = 1024

QUIET = 0.2
"""Processors: what others may use before a measurement counts as disturbed."""


@click.command()
@click.option("--quick", is_flag=True, help="A tenth of the size: shows that it runs, not how well.")
@click.option("--rounds", default=1, show_default=True, help="How often the thousand tickets are opened.")
@click.option("--only", type=click.Choice(MEASURES), multiple=True, help="Only these measures.")
@click.option("--explain", is_flag=True, help="Also show which events the histories consist of.")
@click.option(
    "--records",
    "url",
    default="",
    help="An empty database for records, or for the review; a file of SQLite if left out.",
)
@click.option("--json", "file", type=click.Path(path_type=Path), help="Also write the figures here.")
def main(quick: bool, rounds: int, only: Sequence[str], explain: bool, url: str, file: Path | None) -> None:
    """Measure Rung beside a bare Temporal workflow that takes the same steps in the same run.

    The procedure is examples/northwind; the server, the mail server and both workers run on
    this machine, each worker in a process of its own.
    """
    # Whoever ends it ends its server and workers, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    figures = asyncio.run(measure(only or MEASURES, 10 if quick else 1, rounds, explain, url))
    click.echo(table([HEAD, *(figure.row() for figure in figures)]))
    if file:
        file.write_text(json.dumps([figure.plain() for figure in figures], indent=1) + "\n")
    sys.exit(0 if all(figure.kept for figure in figures) else 1)


async def measure(
    names: Sequence[str], smaller: int, rounds: int, explain: bool, url: str = ""
) -> list[Figure]:
    """The figures of these measures, at the full size or so many times smaller."""
    figures: list[Figure] = []
    if "clocks" in names:
        figures += _clocks(smaller)
    if "proof" in names:
        _say("a year proved")
        days = 365 // smaller
        figures += [Figure(one.name, "s", one.seconds, None, one.at_most) for one in proofs(days)]
    if "history" in names:
        rung, bare = await both()
        figures += weights(rung, bare)
        if explain:
            _explain("routine", rung.routine, bare.routine)
            _explain("silence", rung.silence, bare.silence)
    if "approval" in names:
        ours, theirs = await decided()
        figures += decisions(ours, theirs) + await _clicks(300 // smaller)
        if explain:
            _explain("approval", ours.approval, theirs.approval)
    if "complaint" in names:
        found = await complained()
        figures += complaints(found)
        if explain:
            _explain("complaint", found.all, found.silent)
    if "records" in names:
        with tempfile.TemporaryDirectory() as folder:
            figures += _records(url or f"sqlite:///{folder}/records.db", TICKETS // smaller, explain)
    if "review" in names:
        with tempfile.TemporaryDirectory() as folder:
            figures += _reviews(url or f"sqlite:///{folder}/year.db", year.TICKETS // smaller)
    if "crowd" in names:
        figures += await _crowds(1000 // smaller, rounds)
    if "rate" in names:
        figures += await _rates(300 // smaller)
    await asyncio.sleep(0.1)  # a client that ends at once can abort the whole program
    return figures


def _clocks(smaller: int) -> list[Figure]:
    """Here the second column is a clock that never stops, and a procedure without hours and rotas."""
    _say("due instants, and whole questions to the procedure")
    each = [
        Figure(f"due instants: {asked.name}", "a second", asked.hours, asked.always, at_least=20_000)
        for asked in clocks(QUESTIONS // smaller)
    ]
    whole = standings(QUESTIONS // 50 // smaller)
    return [
        *each,
        Figure(whole.name, "a second", whole.hours, whole.always, at_least=QUESTIONS_A_SECOND),
    ]


def weights(rung: Histories, bare: Histories) -> list[Figure]:
    """What a history weighs, with what was promised."""
    return [
        *_weight("routine", rung.routine, bare.routine, 2.15, at_most=60),
        *_weight("silence", rung.silence, bare.silence, 2.05),
    ]


def decisions(rung: Decided, bare: Decided) -> list[Figure]:
    """What an approval on both sides weighs, with what was promised."""
    name = "approval on both sides"
    _must_be_alike(name, rung.approval, bare.approval)
    return [
        Figure(f"{name}: history", "events", rung.approval.events, bare.approval.events, ratio_at_most=1.5),
        Figure(f"{name}: history", "bytes", rung.approval.bytes, bare.approval.bytes),
        Figure("  what it adds to its ticket's", "events", rung.ticket, bare.ticket),
    ]


def complaints(found: ComplaintRun) -> list[Figure]:
    """What a complaint weighs, with what was promised."""
    levels = "complaint through all levels"
    return [
        Figure("complaint settled at level one", "events", found.first.events, None, at_most=60),
        Figure(f"{levels}, each answers", "events", found.silent.events, None, at_most=131),
        Figure(f"{levels}, each takes it and answers", "events", found.all.events, None, at_most=152),
        Figure(f"{levels}, each takes it and answers", "bytes", found.all.bytes, None),
    ]


def _records(url: str, count: int, explain: bool) -> list[Figure]:
    """What somebody waits for: a ticket's opening for the count, a person for the search."""
    records = Records(url)
    _say(f"{count:,} tickets into {records.url.get_backend_name()}")
    begin = time.perf_counter()
    fill(records, count)
    size = f"{count:,} tickets in {records.url.get_backend_name()}"
    figures = [Figure(f"{size}: written", "a second", count / (time.perf_counter() - begin), None)]
    for asked in ask(records):
        limit = SEARCH if asked.name.startswith("search") else RECURRENCE
        for name, each in (("", asked.took), (", of it working", asked.worked)):
            figures += [
                Figure(
                    f"{asked.name}{name}, p{percent}", "ms", percentile(percent, each), None, at_most=limit
                )
                for percent in (50, 99)
                if each
            ]
        if explain and asked.plan:
            click.echo("\n  ".join((asked.name, *asked.plan)))
    records.close()
    return figures


def _reviews(url: str, count: int) -> list[Figure]:
    """What an account manager waits for; and each figure counted once more."""
    records, book = Records(url), year.book_of_the_year()
    _say(f"a year of {count:,} tickets into {records.url.get_backend_name()}, and its reviews")
    begin = time.perf_counter()
    year.fill(records, count)
    seconds = time.perf_counter() - begin
    drawn = draw(records, book, year.MONTHS)
    records.close()
    for one in drawn.wrong:
        click.echo(one)
    name = f"service review, {len(book.clients)} clients, {count:,} tickets"
    return [
        Figure(f"{name}: written", "a second", count / seconds, None),
        *(
            Figure(f"{name}, p{percent}", "ms", 1000 * percentile(percent, drawn.took), None, at_most=REVIEW)
            for percent in (50, 99)
        ),
        Figure(f"{name}: counted otherwise, of {drawn.compared:,}", "", len(drawn.wrong), None, at_most=0),
    ]


async def _clicks(count: int) -> list[Figure]:
    _say(f"{count} approvals decided on both sides, in turn with bare updates")
    found = await clicks(count)
    _beside(RUNG, found.others)

    def figure(percent: int, **limits: float) -> Figure:
        ours, theirs = (1000 * percentile(percent, took) for took in (found.rung, found.bare))
        return Figure(f"click until recorded, p{percent}", "ms", ours, theirs, **limits)

    return [figure(50), figure(99, ratio_at_most=1.5)]


def _weight(
    story: str, rung: History, bare: History, bytes_at_most: float, at_most: int | None = None
) -> list[Figure]:
    _must_be_alike(story, rung, bare)
    return [
        Figure(f"{story}: history", "events", rung.events, bare.events, at_most, ratio_at_most=1.35),
        Figure(f"{story}: history", "bytes", rung.bytes, bare.bytes, ratio_at_most=bytes_at_most),
    ]


def _must_be_alike(story: str, rung: History, bare: History) -> None:
    if rung.mails != bare.mails:
        raise AssertionError(f"{story}: not the same mails, {rung.mails} and {bare.mails}")


async def _crowds(count: int, rounds: int) -> list[Figure]:
    _say(f"{count} open tickets, {ARRIVALS:g} a second: bare, Rung")
    found: dict[str, list[Crowd]] = {RUNG.name: [], BARE.name: []}
    for number in range(rounds):
        for system in (RUNG, BARE) if number % 2 else (BARE, RUNG):
            found[system.name].append(await crowd(system, count))
            _beside(system, found[system.name][-1].others)

    def figure(name: str, unit: str, value: Callable[[Crowd], float], **limits: float) -> Figure:
        ours, theirs = (statistics.median(map(value, found[system.name])) for system in (RUNG, BARE))
        return Figure(name, unit, ours, theirs, **limits)

    def late(name: str, percent: int, part: Callable[[Crowd], Sequence[float]], **limits: float) -> Figure:
        return figure(
            f"{name}, p{percent}", "ms", lambda each: 1000 * percentile(percent, part(each)), **limits
        )

    whole, handling = f"lateness with {count} open tickets", "  of it after the server's timer fired"
    return [
        late(whole, 50, lambda each: each.lateness),
        late(whole, 99, lambda each: each.lateness, ratio_at_most=1.25),
        late(handling, 50, lambda each: each.handling),
        late(handling, 99, lambda each: each.handling),
        figure("worker's memory for each open ticket", "KB", lambda each: each.bytes_each / KB, at_most=120),
    ]


async def _rates(count: int) -> list[Figure]:
    _say(f"{count} routine tickets, {AT_ONCE} at once: three times Rung and bare in turn")
    found: dict[str, list[TicketRate]] = {RUNG.name: [], BARE.name: []}
    for system in (RUNG, BARE) * 3:
        found[system.name].append(await rate(system, count))
        _beside(system, found[system.name][-1].others)

    def figure(name: str, unit: str, value: Callable[[TicketRate], float], **limits: float) -> Figure:
        ours, theirs = (statistics.median(map(value, found[system.name])) for system in (RUNG, BARE))
        return Figure(name, unit, ours, theirs, **limits)

    return [
        figure("routine tickets", "a second", lambda each: each.per_second, ratio_at_least=0.6),
        figure("worker's processor time for each", "ms", lambda each: 1000 * each.worker),
    ]


def _explain(story: str, ours: History, theirs: History) -> None:
    kinds = sorted({*ours.by_type, *theirs.by_type})
    rows = [(kind, str(ours.by_type.get(kind, 0)), str(theirs.by_type.get(kind, 0))) for kind in kinds]
    click.echo(table([(f"events: {story}", "Rung", "bare"), *rows], numbers=(1, 2)) + "\n")


def _beside(system: Compared, others: float) -> None:
    """Say so when the machine was not ours alone: lateness and rates are then worth little."""
    if others > QUIET:
        _say(f"{system.name}: meanwhile other programs kept {others:.1f} processors busy; measure again")


def _say(what: str) -> None:
    click.echo(f"... {what}", err=True)


if __name__ == "__main__":
    main()
