"""What stands still since a step of it fails again and again, and how it goes on."""

from __future__ import annotations

import click

from commands import session, tables
from procedure.clocks.calendars import local
from runtime import mending


@click.command()
@click.argument("workflow")
def mend(workflow: str) -> None:
    """Have a ticket (an approval, a complaint, ...) that stands still go on from its last good step.

    Nothing that was said is lost: every signal and every update since is heard again. Mails that were sent
    since may come a second time, with the same Message-ID.
    """
    mended = session.with_temporal(lambda client: mending.mend(client, workflow))
    at = local(mended.at, mended.at, "UTC")
    click.echo(tables.harmless(f"{workflow} goes on from {at} UTC (event {mended.event}); run {mended.run}"))
    click.echo(f"Heard again: {mended.heard_again}. See: starter.py show {workflow}")
