"""Rehearsing a procedure: scenarios of files, of options, or of a real ticket; with one procedure, or two."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands import session, tables
from commands.session import Failure
from procedure.book.procedure import Procedure
from procedure.book.severity import SEVERITIES
from runtime.feeds import CALENDARS, Feeds
from runtime.procedure_files import PROCEDURE, ProcedureError
from runtime.procedure_folder import ProcedureFolder
from runtime.tickets import NoSuchTicket, Tickets

if TYPE_CHECKING:
    # The worker's parts take a moment to load: only for who rehearses.
    from procedure.approval.state import Approval
    from procedure.ticket.state import Ticket
    from rehearsal.comparison import Comparison
    from rehearsal.scenario import Scenario
    from rehearsal.verdict import Verdict

NOT_AS_EXPECTED = 1

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@dataclass(frozen=True)
class Scene:
    """A scenario, where it stands, and the folder whose procedure it is played with."""

    name: str
    scenario: Scenario
    folder: Path


@dataclass(frozen=True)
class Played:
    """How a scene went; ``comparison`` says what differs with another procedure."""

    verdict: Verdict
    comparison: Comparison | None = None


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[SCENARIO]...")
@click.option(
    "--procedure", type=FOLDER, help="With this procedure; else the one around the scenario's file."
)
@click.option("--against", type=FOLDER, help="Show what differs with a second procedure.")
@click.option("--client", help="Without a file: the client's id.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Without a file: how bad it is.")
@click.option("--at", help="Without a file: when it comes in, by the client's clocks or with an offset.")
@click.option(
    "--answer",
    multiple=True,
    metavar="WHO:AFTER[:WHAT]",
    help="Who answers so long after they were told: bo:20m, anybody:5m, gil:10m:approve.",
)
@click.option("--silent", multiple=True, metavar="WHO", help="Somebody who never answers.")
@click.option("--dead", multiple=True, metavar="CHANNEL", help="A channel that takes nothing: mail, sms.")
@click.option(
    "--ticket", metavar="ID", help="A real ticket, with what was said at the same times. Asks Temporal."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--html", type=FILE, help="Also write a picture: one page, a lane for each person.")
@click.option("--junit", type=FILE, help="Also write a report for continuous integration.")
def rehearse(
    paths: tuple[Path, ...],
    procedure: Path | None,
    against: Path | None,
    ticket: str | None,
    as_json: bool,
    html: Path | None,
    junit: Path | None,
    **typed: Any,
) -> None:
    """Play scenarios with the real workflows and skipped time. Nothing leaves this machine.

    SCENARIO is a file, or a folder of them. Without one, --client, --severity and --at say what comes in, or
    --ticket which real one it was. Exit code 1 if a story does not go as its scenario expects.
    """
    broken: list[tuple[str, str]] = []
    if ticket:
        scenes = [_from_ticket(ticket, procedure)]
    elif paths:
        scenes = [*_from_files(paths, procedure, broken)]
    else:
        scenes = [_from_options(typed, procedure)]
    played = asyncio.run(_all_played(scenes, against))
    _tell(played, broken, as_json)
    if html:
        from rehearsal.picture import page

        session.write(html, page([one.comparison or one.verdict for one in played]), "--html")
    if junit:
        from rehearsal.verdict import report

        session.write(junit, report([one.verdict for one in played], broken), "--junit")
    if broken:
        raise Failure(f"{len(broken)} of {len(scenes) + len(broken)} scenarios can't be played")
    if any(not one.verdict.holds for one in played):
        raise SystemExit(NOT_AS_EXPECTED)


async def _all_played(scenes: Sequence[Scene], against: Path | None) -> list[Played]:
    from rehearsal.stage import CannotRehearse

    # What is not delivered there is a part of the story, and no trouble of this process.
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    try:
        return [await _play(scene, against) for scene in scenes]
    except CannotRehearse as why:
        raise Failure(str(why)) from None
    finally:
        # A short process that leaves at once can abort in the client's threads.
        await asyncio.sleep(0.1)


async def _play(scene: Scene, against: Path | None) -> Played:
    from rehearsal.comparison import compare
    from rehearsal.stage import rehearse
    from rehearsal.verdict import judge

    scenario, around = scene.scenario, scene.scenario.around
    timeline = await rehearse(scenario, _book(scene.folder, around))
    verdict = judge(scene.name, scenario, timeline)
    if against is None:
        return Played(verdict)
    other = _book(against, around)
    if scenario.client not in other.clients:
        raise Failure(f"{against}: there is no client {scenario.client!r} in it")
    try:
        return Played(verdict, compare(timeline, await rehearse(scenario, other)))
    except LookupError as error:
        raise Failure(f"{against}: {error.args[0]}") from None


def _book(folder: Path, around: datetime) -> Procedure:
    """A procedure with the holidays and the shifts around an instant, and the last copies of its feeds."""
    feeds = Feeds(session.settings().state / CALENDARS)
    try:
        return ProcedureFolder(folder, feeds, lambda: around).current()
    except ProcedureError as error:
        raise Failure(str(error)) from None


# What is played ---------------------------------------------------------------------------


def _from_files(
    paths: Sequence[Path], procedure: Path | None, broken: list[tuple[str, str]]
) -> Iterator[Scene]:
    """The scenarios of files and folders; those that can't be meant are added to ``broken``."""
    from rehearsal.scenario import ScenarioError, read

    for path in (file for named in paths for file in _files(named)):
        folder = procedure or _around(path)
        try:
            draft = read(path)
            yield Scene(str(path), draft.checked(_book(folder, draft.scenario.around)), folder)
        except ScenarioError as error:
            broken.append((str(path), str(error)))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.yaml"))
    if not found:
        raise Failure(f"{path}: there is no scenario in this folder: write one as {path / 'first.yaml'}")
    return found


def _around(path: Path) -> Path:
    """The folder of the procedure that a scenario lies in."""
    inside = (folder for folder in path.absolute().parents if (folder / PROCEDURE).exists())
    return next(inside, session.settings().procedure)


def _from_options(typed: dict[str, Any], procedure: Path | None) -> Scene:
    from rehearsal.scenario import ScenarioError, from_options

    folder = procedure or session.settings().procedure
    missing = [f"--{name}" for name in ("client", "severity", "at") if not typed[name]]
    if missing:
        raise Failure(f"Name a scenario's file, or say what comes in: {', '.join(missing)} is missing")
    try:
        draft = from_options(**typed)
        return Scene("options", draft.checked(_book(folder, draft.scenario.around)), folder)
    except ScenarioError as error:
        told = (f"--{one.key or 'at'}: {one.text}" for one in error.mistakes)
        raise Failure("\n".join(told)) from None


def _from_ticket(ident: str, procedure: Path | None) -> Scene:
    from rehearsal.replay import scenario_of

    folder = procedure or session.settings().procedure

    async def work(tickets: Tickets) -> tuple[Ticket, list[Approval]]:
        ticket = await tickets.status(ident)
        asked = [f"approval-{ident.removeprefix('ticket-')}-{one.number}" for one in ticket.approvals]
        return ticket, [found for one in asked if (found := await _approval(tickets, one))]

    ticket, approvals = session.with_tickets(work)
    book = _book(folder, ticket.opened)
    if ticket.client not in book.clients:
        raise Failure(f"{folder}: there is no client {ticket.client!r} in it")
    return Scene(ident, scenario_of(ticket, approvals, book), folder)


async def _approval(tickets: Tickets, ident: str) -> Approval | None:
    """None where it was granted on the spot, or Temporal no longer keeps it."""
    try:
        return await tickets.approval(ident)
    except NoSuchTicket:
        return None


# How it went ------------------------------------------------------------------------------


def _tell(played: Sequence[Played], broken: Sequence[tuple[str, str]], as_json: bool) -> None:
    if as_json:
        whole = {"scenarios": [_for_programs(one) for one in played], "broken": dict(broken)}
        click.echo(json.dumps(whole, indent=2, ensure_ascii=False))
        return
    for one in played:
        for line in (one.comparison or one.verdict.timeline).text():
            click.echo(tables.harmless(line))
        click.echo()
    for one in played:
        click.echo(tables.harmless(f"{'ok  ' if one.verdict.holds else 'FAIL'}  {one.verdict.file}"))
        for failure in one.verdict.failures:
            click.echo(tables.harmless(f"      {failure}"))
    for _, why in broken:
        click.echo(tables.harmless(why), err=True)


def _for_programs(one: Played) -> dict[str, Any]:
    verdict = one.verdict
    found = {"file": verdict.file, "holds": verdict.holds, "failures": [*verdict.failures]}
    return {**found, **(one.comparison.json() if one.comparison else {"timeline": verdict.timeline.json()})}
